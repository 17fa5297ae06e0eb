// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package authz_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/ecrx/terraform-provider-ecrx/internal/authz"
	"github.com/ecrx/terraform-provider-ecrx/internal/policy"
)

// sid names the only statement of a document.
func sid(name string, d policy.Document) policy.Document {
	d.Statements[0].Sid = name
	return d
}

// TestReasons asserts what a person is told in the main situations.
func TestReasons(t *testing.T) {
	t.Parallel()
	inUnit := when("ForAnyValue:StringLike", "aws:PrincipalOrgPaths", "o-a/r-1/ou-dev/*", "o-a/r-1/ou-test/*")
	ofUnit := func(path string) map[string]authz.Values {
		return map[string]authz.Values{"aws:PrincipalOrgPaths": authz.Multi(path)}
	}
	everybody := policy.Principal{Any: true}
	grant := sid("DevelopmentOU", granting(policy.Allow, everybody, inUnit))
	strangers := func(document policy.Document) authz.Layers {
		return authz.Layers{Identity: compiled("identity policy", sid("Pull", allow())), Repository: compiled("repository policy", document)}
	}
	stranger := authz.Request{Principal: aStranger}
	const (
		pull    = "statement Pull of the identity policy allows it"
		nothing = "nothing in the identity policies allows ecr:BatchGetImage"
		nobody  = "nothing in the repository policy allows ecr:BatchGetImage"
	)
	for name, c := range map[string]struct {
		partial
		want []string
	}{
		"a unit's grant, allowed": {
			partial{request: stranger, context: ofUnit("o-a/r-1/ou-dev/"), layers: strangers(grant)},
			[]string{pull, "statement DevelopmentOU of the repository policy allows it"},
		},
		"a near miss of the unit": {
			partial{request: stranger, context: ofUnit("o-a/r-1/ou-ops/"), layers: strangers(grant)},
			[]string{pull, "statement DevelopmentOU of the repository policy needs an OU path that matches o-a/r-1/ou-dev/* or o-a/r-1/ou-test/*; this caller's is o-a/r-1/ou-ops/"},
		},
		"a caller outside every organization": {
			partial{request: stranger, layers: strangers(grant)},
			[]string{pull, "statement DevelopmentOU of the repository policy needs an OU path that matches o-a/r-1/ou-dev/* or o-a/r-1/ou-test/*; this request has none"},
		},
		"a unit that isn't known yet": {
			partial{request: stranger, context: ofUnit(unknown), layers: strangers(grant)},
			[]string{pull, "statement DevelopmentOU of the repository policy needs an OU path that matches o-a/r-1/ou-dev/* or o-a/r-1/ou-test/*; this caller's isn't known yet"},
		},
		"a request of which not all is known": {
			partial{request: stranger, open: true, layers: strangers(grant)},
			[]string{pull, "statement DevelopmentOU of the repository policy needs an OU path that matches o-a/r-1/ou-dev/* or o-a/r-1/ou-test/*; this caller's isn't known"},
		},
		"a value of the policy that isn't known yet": {
			partial{context: map[string]authz.Values{"aws:SourceVpce": authz.Single("vpce-1")}, layers: identity(sid("E", allow(when("StringEquals", "aws:SourceVpce", unknown))))},
			[]string{"statement E of the identity policy needs a VPC endpoint that is (known after apply); this request's is vpce-1", nobody},
		},
		"no policy at all": {partial{}, []string{nothing, nobody}},
		"the statement is about another action": {
			partial{layers: identity(sid("S", on("s3:*", "*")))},
			[]string{nothing, nobody},
		},
		"the repository policy names somebody else": {
			partial{layers: repository(sid("Ana", granting(policy.Allow, named("arn:aws:iam::111111111111:user/ana", "222222222222"))))},
			[]string{nothing, "statement Ana of the repository policy is for arn:aws:iam::111111111111:user/ana, 222222222222; the caller is " + aRole},
		},
		"the repository policy names a service of another kind": {
			partial{request: authz.Request{Principal: "lambda.amazonaws.com"}, layers: repository(sid("L", granting(policy.Allow, named("lambda.amazonaws.com"))))},
			[]string{"statement L of the repository policy is for lambda.amazonaws.com; the caller is the service lambda.amazonaws.com"},
		},
		"an anonymous caller": {
			partial{request: authz.Request{Principal: authz.Anonymous}, layers: repository(sid("Own", granting(policy.Allow, named(anOwner))))},
			[]string{"statement Own of the repository policy is for 111111111111; the caller is anonymous"},
		},
		"the account alone is named": {
			partial{layers: repository(sid("Own", granting(policy.Allow, named(anOwner))))},
			[]string{"statement Own of the repository policy leaves it to the identity policies of account 111111111111", nothing},
		},
		"a deny": {
			partial{layers: identity(sid("Pull", allow()), sid("Never", deny()))},
			[]string{"statement Never of the identity policy denies it"},
		},
		"a deny without a name": {
			partial{layers: identity(deny())},
			[]string{"statement Statement[0] of the identity policy denies it"},
		},
		"a deny under conditions": {
			partial{
				context: map[string]authz.Values{"aws:SourceIp": authz.Single("203.0.113.9"), "aws:username": authz.Single("ana")},
				layers:  identity(sid("Inside", deny(when("NotIpAddress", "aws:SourceIp", "10.0.0.0/8"), when("StringLike", "aws:username", "a*")))),
			},
			[]string{"statement Inside of the identity policy denies it: it is for an IP address that isn't in 10.0.0.0/8; this request's is 203.0.113.9, and for a value of aws:username that matches a*; this caller's is ana"},
		},
		"a deny of requests without a key": {
			partial{layers: identity(sid("Endpoint", deny(when("Null", "aws:SourceVpce", "true"))))},
			[]string{"statement Endpoint of the identity policy denies it: it is for a request without aws:SourceVpce; this request has none"},
		},
		"a key that must be there": {
			partial{layers: identity(sid("Endpoint", allow(when("Null", "aws:SourceVpce", "false"))))},
			[]string{"statement Endpoint of the identity policy needs a request with aws:SourceVpce; this request has none", nobody},
		},
		"a boundary": {
			partial{layers: authz.Layers{Identity: compiled("identity policy", sid("Pull", allow())), Boundary: compiled("permissions boundary", on("s3:*", "*"))}},
			[]string{pull, nobody, "nothing in the permissions boundary allows ecr:BatchGetImage"},
		},
		"an SCP": {
			partial{layers: authz.Layers{Identity: compiled("identity policy", sid("Pull", allow())), SCPs: [][]*authz.Policy{compiled("SCP at level 0", on("s3:*", "*"))}}},
			[]string{pull, nobody, "nothing in the service control policies allows ecr:BatchGetImage"},
		},
		"a root user": {
			partial{request: authz.Request{Principal: "arn:aws:iam::111111111111:root"}},
			[]string{"a root user needs no allow of its own account"},
		},
		"a layer that can't be read": {
			partial{request: stranger, layers: authz.Layers{Identity: []*authz.Policy{authz.AssumedToAllow("identity policies")}, Repository: compiled("repository policy", sid("All", granting(policy.Allow, everybody)))}},
			[]string{"statement All of the repository policy allows it", "assumed: the caller's identity policies allow it, since they aren't known"},
		},
		"a login on a repository's ARN": {
			partial{request: authz.Request{Action: "ecr:GetAuthorizationToken"}, layers: identity(sid("Login", on("ecr:*", anApp)))},
			[]string{"nothing in the identity policies allows ecr:GetAuthorizationToken"},
		},
		"several values without a set operator": {
			partial{context: ofUnit("o-a/r-1/ou-dev/"), layers: identity(sid("Unit", allow(when("StringLike", "aws:PrincipalOrgPaths", "o-a/*"))))},
			[]string{"statement Unit of the identity policy has StringLike on aws:PrincipalOrgPaths, which holds several values and needs ForAnyValue: or ForAllValues: before the operator", nobody},
		},
		"several values of the request": {
			partial{context: map[string]authz.Values{"aws:TagKeys": authz.Multi("a", "")}, layers: identity(sid("Tags", allow(when("ForAllValues:StringEquals", "aws:TagKeys", "b", "c"))))},
			[]string{"statement Tags of the identity policy needs a value of aws:TagKeys that is b or c; this request's is a and empty", nobody},
		},
		"a variable with a value": {
			partial{context: map[string]authz.Values{"aws:ResourceTag/team": authz.Single("blue"), "aws:PrincipalTag/team": authz.Single("red")}, layers: identity(sid("Team", allow(when("StringEquals", "aws:ResourceTag/team", "${aws:PrincipalTag/team}"))))},
			[]string{"statement Team of the identity policy needs a value of aws:ResourceTag/team that is ${aws:PrincipalTag/team}; this repository's is blue, and ${aws:principaltag/team} is red", nobody},
		},
		"a variable without a value": {
			partial{context: map[string]authz.Values{"aws:ResourceTag/team": authz.Single("blue")}, layers: identity(sid("Team", allow(when("StringEquals", "aws:ResourceTag/team", "${aws:PrincipalTag/team}"))))},
			[]string{"statement Team of the identity policy needs a value of aws:ResourceTag/team that is ${aws:PrincipalTag/team}; this repository's is blue, and it has no aws:principaltag/team", nobody},
		},
		"a caller that isn't one": {
			partial{request: authz.Request{Principal: "ci"}},
			[]string{`the principal "ci" is neither an ARN nor a service principal`},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := c.decide(t).Reasons(); !slices.Equal(got, c.want) {
				t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(c.want, "\n"))
			}
		})
	}
}
