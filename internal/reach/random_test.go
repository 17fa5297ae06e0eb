// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package reach_test

import (
	"flag"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/ecrx/terraform-provider-ecrx/internal/authz"
	"github.com/ecrx/terraform-provider-ecrx/internal/policy"
	"github.com/ecrx/terraform-provider-ecrx/internal/reach"
)

var pairs = flag.Int("pairs", 200, "random pairs of policies to compare")

// generator makes random repository policies and requests out of few values, so that they often meet.
type generator struct{ *rand.Rand }

func (g generator) pick(from ...string) string { return from[g.IntN(len(from))] }

func (g generator) several(from ...string) []string {
	g.Shuffle(len(from), func(i, j int) { from[i], from[j] = from[j], from[i] })
	return from[:1+g.IntN(min(3, len(from)))]
}

var (
	accounts = []string{"111111111111", "222222222222", "222222222223", "333333333333"}
	paths    = []string{"o-a1b2c3d4e5/r-ab12/", "o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/", "o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/ou-ab12-22222222/", "o-a1b2c3d4e5/r-ab12/ou-ab12-22222222/", "o-f1f2f3f4f5/r-cd34/"}
)

func (g generator) principal() policy.Principal {
	account := g.pick(accounts...)
	switch g.IntN(8) {
	case 0, 1, 2:
		return policy.Principal{Any: true}
	case 3:
		return policy.Principal{AWS: []string{"arn:aws:iam::" + account + ":root"}}
	case 4:
		return policy.Principal{AWS: []string{account, "arn:aws:iam::" + g.pick(accounts...) + ":role/ci"}}
	case 5:
		return policy.Principal{AWS: []string{"arn:aws:iam::" + account + ":user/ann", "arn:aws:sts::" + account + ":assumed-role/ci/run"}}
	case 6:
		return policy.Principal{Service: g.several("lambda.amazonaws.com", "codebuild.amazonaws.com")}
	default:
		return policy.Principal{AWS: []string{account}, Service: []string{"lambda.amazonaws.com"}}
	}
}

func (g generator) condition() policy.Condition {
	not := g.pick("", "", "Not")
	exists := g.pick("", "", "IfExists")
	switch g.IntN(19) {
	case 0:
		return policy.Condition{Operator: "String" + not + "Equals" + exists, Key: "aws:PrincipalOrgID", Values: g.several("o-a1b2c3d4e5", "o-f1f2f3f4f5")}
	case 1, 2:
		return policy.Condition{Operator: g.pick("ForAnyValue", "ForAllValues") + ":String" + not + "Like", Key: "aws:PrincipalOrgPaths", Values: g.several("o-a1b2c3d4e5/*", "o-a1b2c3d4e5/*/ou-ab12-11111111/*", "o-a1b2c3d4e5/r-ab12/ou-ab12-22222222/", "*/ou-ab12-22222222/*")}
	case 3:
		return policy.Condition{Operator: "String" + not + "Like" + exists, Key: "aws:PrincipalAccount", Values: g.several("2*", "222222222222", "111111111111", "*3")}
	case 4, 5:
		return policy.Condition{Operator: "Arn" + not + g.pick("Like", "Equals") + exists, Key: "aws:PrincipalArn", Values: g.several("arn:aws:iam::*:role/ci", "arn:aws:iam::222222222222:role/*", "arn:aws:iam::*:user/*", "arn:*:*:*:*:*", "arn:aws:iam::222222222222:role/team/c?")}
	case 6:
		return policy.Condition{Operator: g.pick("Bool", "BoolIfExists"), Key: g.pick("aws:PrincipalIsAWSService", "aws:SecureTransport", "aws:ViaAWSService"), Values: []string{g.pick("true", "false")}}
	case 7:
		return policy.Condition{Operator: not + "IpAddress" + exists, Key: "aws:SourceIp", Values: g.several("203.0.113.0/24", "203.0.113.7", "0.0.0.0/0", "2001:db8::/32")}
	case 8:
		return policy.Condition{Operator: not + "IpAddress", Key: "aws:VpcSourceIp", Values: g.several("10.0.0.0/8", "10.1.0.0/16")}
	case 9:
		return policy.Condition{Operator: "String" + not + "Equals" + exists, Key: "aws:SourceVpce", Values: g.several("vpce-0a1b2c3d4e5f60718", "vpce-1a1b2c3d4e5f60718")}
	case 10:
		return policy.Condition{Operator: "String" + not + "Like", Key: "aws:SourceVpc", Values: g.several("vpc-*", "vpc-0a1b2c3d4e5f60718")}
	case 11:
		return policy.Condition{Operator: "Null", Key: g.pick("aws:SourceVpce", "aws:PrincipalTag/team", "aws:PrincipalOrgID", "aws:SourceArn"), Values: []string{g.pick("true", "false")}}
	case 12:
		return policy.Condition{Operator: "String" + not + g.pick("Equals", "EqualsIgnoreCase") + exists, Key: "aws:PrincipalTag/team", Values: g.several("web", "Web", "mobile")}
	case 13:
		return policy.Condition{Operator: "ArnLike", Key: "aws:SourceArn", Values: g.several("arn:aws:lambda:*:222222222222:function:*", "arn:aws:lambda:*:*:function:*", "arn:aws:s3:::bucket")}
	case 14:
		return policy.Condition{Operator: "StringEquals" + exists, Key: "aws:SourceAccount", Values: g.several("222222222222", "111111111111")}
	case 15:
		return policy.Condition{Operator: "Date" + g.pick("LessThan", "GreaterThan", "GreaterThanEquals"), Key: "aws:CurrentTime", Values: []string{g.pick("2027-01-01T00:00:00Z", "2026-01-01T00:00:00Z", "2028-06-01T00:00:00Z")}}
	case 16:
		return policy.Condition{Operator: "Numeric" + g.pick("LessThan", "GreaterThan", "Equals"), Key: "aws:MultiFactorAuthAge", Values: []string{g.pick("300", "3600")}}
	case 17:
		return policy.Condition{Operator: "String" + not + "Like", Key: "aws:userid", Values: g.several("AROAEXAMPLE:*", "*:run", "AIDA*")}
	default:
		return policy.Condition{Operator: g.pick("ForAnyValue", "ForAllValues") + ":StringEquals", Key: "aws:TagKeys", Values: g.several("team", "cost")}
	}
}

func (g generator) statement() policy.Statement {
	s := policy.Statement{Effect: policy.Allow, Principal: g.principal()}
	if g.IntN(4) == 0 {
		s.Effect = policy.Deny
	}
	switch actions := g.several("ecr:BatchGetImage", "ecr:Batch*", "ecr:PutImage", "ecr:*", "ecr:Get*", "ecr:TagResource"); g.IntN(6) {
	case 0:
		s.NotActions = actions
	default:
		s.Actions = actions
	}
	if s.Effect == policy.Deny && g.IntN(8) == 0 {
		account := g.pick(accounts...)
		s.Principal, s.NotPrincipal = policy.Principal{}, policy.Principal{AWS: []string{account, "arn:aws:iam::" + account + ":role/ci"}}
	}
	for range g.IntN(3) {
		c := g.condition()
		taken := false
		for _, other := range s.Conditions {
			taken = taken || other.Operator == c.Operator && other.Key == c.Key
		}
		if !taken {
			s.Conditions = append(s.Conditions, c)
		}
	}
	return s
}

func (g generator) document() policy.Document {
	var all []policy.Statement
	for range 1 + g.IntN(4) {
		all = append(all, g.statement())
	}
	return policy.New(all...)
}

// request makes a request as AWS would send it, with values on both sides of what the documents ask for.
func (g generator) request() authz.Request {
	account := g.pick(append([]string{"222222222229", "999999999993"}, accounts...)...)
	path := g.pick(append([]string{""}, paths...)...)
	c := authz.Caller{OrganizationPath: path, Tags: map[string]string{}, Context: map[string]authz.Values{}}
	if g.IntN(2) == 0 {
		c.Tags["team"] = g.pick("web", "Web", "WEB", "mobile", "x")
	}
	switch g.IntN(8) {
	case 0:
		c.Principal = authz.Anonymous
	case 1:
		c.Principal = g.pick("lambda.amazonaws.com", "codebuild.amazonaws.com", "ecs.amazonaws.com")
		if g.IntN(3) > 0 {
			source := g.pick(accounts...)
			c.Context["aws:SourceArn"] = authz.Single("arn:aws:lambda:eu-west-1:" + source + ":function:" + g.pick("web", "x"))
			if g.IntN(4) == 0 {
				c.Context["aws:SourceArn"] = authz.Single("arn:aws:s3:::" + g.pick("bucket", "other"))
			}
			c.Context["aws:SourceAccount"] = authz.Single(source)
		}
	case 2:
		c.Principal, c.UserID = "arn:aws:iam::"+account+":user/"+g.pick("ann", "bob"), "AIDAEXAMPLE"
	case 3:
		c.Principal = "arn:aws:iam::" + account + ":root"
	default:
		role, session := g.pick("ci", "team/ci", "team/cd", "web"), g.pick("run", "other")
		c.Principal = "arn:aws:sts::" + account + ":assumed-role/" + role[strings.LastIndex(role, "/")+1:] + "/" + session
		c.UserID = g.pick("AROAEXAMPLE:", "AROAOTHER:") + session
		c.Context["aws:PrincipalArn"] = authz.Single("arn:aws:iam::" + account + ":role/" + role)
	}
	if g.IntN(2) == 0 && !strings.HasSuffix(c.Principal, ".com") {
		c.SourceVPCE, c.SourceVPC = g.pick("vpce-0a1b2c3d4e5f60718", "vpce-1a1b2c3d4e5f60718", "vpce-2"), g.pick("vpc-0a1b2c3d4e5f60718", "vpc-1")
		c.Context["aws:VpcSourceIp"] = authz.Single(g.pick("10.1.0.1", "10.2.0.1", "192.168.0.1"))
	} else {
		c.Context["aws:SourceIp"] = authz.Single(g.pick("203.0.113.7", "203.0.113.8", "198.51.100.1", "2001:db8::5"))
	}
	c.Context["aws:SecureTransport"] = authz.Single(g.pick("true", "true", "false"))
	c.Context["aws:CurrentTime"] = authz.Single(g.pick("2026-12-01T00:00:00Z", "2027-01-01T00:00:00Z", "2028-01-01T00:00:00Z", "2029-01-01T00:00:00Z"))
	if g.IntN(2) == 0 {
		c.Context["aws:MultiFactorAuthAge"] = authz.Single(g.pick("299", "300", "301", "4000"))
	} else {
		c.Context["aws:MultiFactorAuthAge"] = authz.Values{}
	}
	action := "ecr:" + g.pick("BatchGetImage", "BatchCheckLayerAvailability", "PutImage", "GetDownloadUrlForLayer", "GetRepositoryPolicy", "TagResource", "NewAction", "BatchNew")
	if action == "ecr:TagResource" && g.IntN(2) == 0 {
		c.Context["aws:TagKeys"] = authz.Multi(g.several("team", "cost", "x")...)
	}
	r := c.Request(action, authz.Repository{ARN: "arn:aws:ecr:eu-west-1:111111111111:repository/team/app", Tags: map[string]string{}})
	return r
}

// permits says that the repository policy allows the request and doesn't deny it; known is false where that isn't certain.
func permits(d *authz.Policy, r authz.Request) authz.Answer {
	for _, l := range authz.Evaluate(r, authz.Layers{Repository: []*authz.Policy{d}}).Layers {
		if l.Layer == authz.LayerRepository {
			return min(l.Allows, authz.Yes-l.Denies)
		}
	}
	return authz.No
}

var world = reach.World{
	Region: "eu-west-1", Account: "111111111111", Repository: "team/app", Now: time.Date(2026, 12, 1, 0, 0, 0, 0, time.UTC),
}

// TestRandomPairs compares random policies. A "no" holds for every request that is tried, and every witness is one that the
// engine decides the same way.
func TestRandomPairs(t *testing.T) {
	t.Parallel()
	g := generator{rand.New(rand.NewPCG(uint64(20261201), 7))}
	undecided, yes, no := map[string]int{}, 0, 0
	for i := range *pairs {
		before, after := g.document(), g.document()
		if g.IntN(3) == 0 {
			after = policy.New(append([]policy.Statement{g.statement()}, before.Statements...)...)
		}
		a := reach.Find(world, []*reach.Set{reach.Repository(after)}, []*reach.Set{reach.Repository(before)})
		was, is := authz.Compile("before", before), authz.Compile("after", after)
		switch a.Verdict {
		case reach.Yes:
			yes++
			if a.Witness == nil {
				t.Errorf("pair %d: yes without a witness", i)
			}
		case reach.Undecided:
			undecided[a.Obstacle]++
		case reach.No:
			no++
			for range 1000 {
				r := g.request()
				if permits(is, r) == authz.Yes && permits(was, r) == authz.No {
					t.Errorf("pair %d: nothing is said to be gained, but %+v is\nbefore %s\nafter %s", i, r, before.Canonical(), after.Canonical())
					break
				}
			}
		}
	}
	t.Logf("%d yes, %d no, undecided: %v", yes, no, undecided)
}
