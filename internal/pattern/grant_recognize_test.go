// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package pattern_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/ecrx/terraform-provider-ecrx/internal/pattern"
	"github.com/ecrx/terraform-provider-ecrx/internal/policy"
)

// generator makes valid grants at random.
type generator struct{ *rand.Rand }

func (g generator) maybe() bool { return g.IntN(2) == 0 }

func (g generator) some(values ...string) []string {
	g.Shuffle(len(values), func(i, j int) { values[i], values[j] = values[j], values[i] })
	return values[:1+g.IntN(len(values))]
}

func (g generator) grant(name string) pattern.Grant {
	grant := pattern.Grant{Name: name}
	if g.maybe() {
		grant.OrganizationPaths = g.some(path, "o-a1b2c3d4e5/*", "o-a1b2c3d4e5/r-ab12/")
	}
	if g.maybe() {
		grant.OrganizationIDs = g.some("o-a1b2c3d4e5", "o-z9y8x7w6v5")
	}
	if g.maybe() {
		grant.Accounts = g.some("222222222222", "333333333333", "012345678901")
	}
	if g.maybe() {
		grant.PrincipalARNs = g.some(role, user)
		grant.PrincipalStyle = g.some("", pattern.StyleWildcard, pattern.StylePrincipal)[0]
	}
	principals := len(grant.OrganizationPaths)+len(grant.OrganizationIDs)+len(grant.Accounts)+len(grant.PrincipalARNs) > 0
	if principals {
		if g.maybe() {
			grant.Access = g.some(pattern.AccessNames()...)[0]
		} else {
			grant.Actions = g.some("ecr:ListImages", "ecr:PutImage", "ecr:Batch*", "ecr:DescribeImages")
		}
		if g.maybe() {
			grant.Conditions = endpoint()
		}
		if g.maybe() {
			grant.Conditions = append(grant.Conditions, policy.Condition{
				Operator: "StringEquals", Key: "aws:PrincipalTag/team", Values: []string{"web"},
			})
		}
	}
	if g.maybe() || !principals {
		grant.Lambda = g.lambda()
	}
	if g.maybe() {
		grant.CodeBuild = &pattern.CodeBuildGrant{ProjectARNs: g.some(project, project+"-2")}
	}
	return grant
}

func (g generator) lambda() *pattern.LambdaGrant {
	lambda := &pattern.LambdaGrant{OrganizationIDs: []string{"o-a1b2c3d4e5"}}
	if g.maybe() {
		lambda.Accounts = g.some("222222222222", "333333333333")
	}
	if g.maybe() {
		lambda.FunctionARNs = g.some(function, function+"-*", "arn:aws:lambda:us-east-1:444444444444:function:*")
	}
	if g.maybe() && len(lambda.Accounts)+len(lambda.FunctionARNs) > 0 {
		lambda.OrganizationIDs = nil
	}
	return lambda
}

// grants gives valid grants with some of the names.
func (g generator) grants(names ...string) []pattern.Grant {
	for {
		var grants []pattern.Grant
		for _, name := range g.some(names...) {
			grants = append(grants, g.grant(name))
		}
		if !pattern.HasErrors(pattern.ValidateGrants(grants)) {
			return grants
		}
	}
}

// foreign are statements that no grant makes, and whose Sids are those of a grant or none.
func foreign() []policy.Statement {
	return []policy.Statement{
		{Sid: "Z", Effect: policy.Deny, Principal: policy.Principal{Any: true}, Actions: []string{"ecr:DeleteRepository"}},
		{Effect: policy.Allow, Principal: policy.Principal{AWS: []string{role}}, Actions: []string{"ecr:ListImages"}},
		{Sid: "AAccounts", Effect: policy.Allow, Principal: policy.Principal{AWS: []string{"222222222222"}}, NotActions: []string{"ecr:Put*"}},
		{Sid: "With space", Effect: policy.Allow, Principal: policy.Principal{AWS: []string{"222222222222"}}, Actions: []string{"ecr:ListImages"}},
		{
			Sid: "Resources", Effect: policy.Allow, Principal: policy.Principal{AWS: []string{"222222222222"}},
			Actions: []string{"ecr:ListImages"}, Resources: []string{"*"},
		},
		{Sid: "Anybody", Effect: policy.Allow, Principal: policy.Principal{Any: true}, Actions: []string{"ecr:ListImages"}},
		{Sid: "EcsService", Effect: policy.Allow, Principal: policy.Principal{Service: []string{"ecs.amazonaws.com"}}, Actions: []string{"ecr:ListImages"}},
		{Sid: "Twice", Effect: policy.Allow, Principal: policy.Principal{AWS: []string{"222222222222"}}, Actions: []string{"ecr:ListImages"}},
		{Sid: "Twice", Effect: policy.Allow, Principal: policy.Principal{AWS: []string{"333333333333"}}, Actions: []string{"ecr:ListImages"}},
		{
			Sid: "OtherAccountCodeBuild", Effect: policy.Allow, Principal: policy.Principal{Service: []string{"codebuild.amazonaws.com"}},
			Actions: []string{"ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"},
			Conditions: []policy.Condition{
				{Operator: "ArnLike", Key: "aws:SourceArn", Values: []string{strings.Replace(project, "111111111111", "222222222222", 1)}},
				{Operator: "StringEquals", Key: "aws:SourceAccount", Values: []string{"222222222222"}},
			},
		},
	}
}

// sortedGrants compares grants whatever the order of what they hold.
func sortedGrants() cmp.Options {
	return cmp.Options{
		cmpopts.EquateEmpty(),
		cmpopts.SortSlices(func(a, b string) bool { return a < b }),
		cmpopts.SortSlices(func(a, b pattern.Grant) bool { return a.Name < b.Name }),
		cmpopts.SortSlices(func(a, b policy.Condition) bool { return a.Key < b.Key }),
		cmp.Transformer("Actions", func(g pattern.Grant) map[string]any {
			actions, _ := pattern.AccessActions(g.Access)
			return map[string]any{
				"Name": g.Name, "Actions": append(actions, g.Actions...), "Paths": g.OrganizationPaths, "Organizations": g.OrganizationIDs,
				"Accounts": g.Accounts, "Principals": g.PrincipalARNs, "Style": g.PrincipalStyle, "Lambda": g.Lambda, "CodeBuild": g.CodeBuild,
				"Conditions": g.Conditions,
			}
		}),
	}
}

func sites() []pattern.Site {
	return []pattern.Site{ireland(), {Partition: "aws"}, {Partition: "aws-cn", Region: "cn-north-1", AccountID: "111111111111"}, {}}
}

func TestRecognizeGrantsIsTheWayBack(t *testing.T) {
	t.Parallel()
	for seed := range uint64(400) {
		g := generator{rand.New(rand.NewPCG(seed, 0))}
		site := sites()[g.IntN(len(sites()))]
		grants := g.grants("A", "Bc", "DevelopmentOU", "9")
		document := pattern.RepositoryPolicy(grants, site)
		document.Statements = append(document.Statements, foreign()[0])
		live, err := policy.Parse(document.Canonical())
		if err != nil {
			t.Fatal(err)
		}
		got, rest := pattern.RecognizeGrants(live, site)
		if diff := cmp.Diff(grants, got, sortedGrants()); diff != "" {
			t.Fatalf("seed %d (-want +got):\n%s", seed, diff)
		}
		if diff := cmp.Diff(foreign()[:1], rest); diff != "" {
			t.Fatalf("seed %d, rest:\n%s", seed, diff)
		}
	}
}

// Names that end like the suffixes of other grants have more than one way back; each must make the same document.
func TestRecognizeGrantsWithMisleadingNames(t *testing.T) {
	t.Parallel()
	for seed := range uint64(400) {
		g := generator{rand.New(rand.NewPCG(seed, 1))}
		grants := g.grants("A", "AAccounts", "APaths", "ALambda", "ALambdaService", "ACodeBuild", "Lambda", "Accounts", "AAccountsLambda")
		document := pattern.RepositoryPolicy(grants, ireland())
		got, rest := pattern.RecognizeGrants(document, ireland())
		if again := pattern.RepositoryPolicy(got, ireland()); len(rest) > 0 || !policy.Equal(document, again) {
			t.Fatalf("seed %d: grants %+v\ncame back as %+v\nand %d statements", seed, grants, got, len(rest))
		}
		if problems := pattern.ValidateGrants(got); pattern.HasErrors(problems) {
			t.Fatalf("seed %d: %+v", seed, problems)
		}
	}
}

func TestRecognizeGrantsLeavesForeignStatements(t *testing.T) {
	t.Parallel()
	own := pattern.Grant{Name: "Dev", Access: "pull", Accounts: []string{"222222222222"}}.Statements(ireland())
	own = append(own, pattern.Grant{Name: "Z", Lambda: &pattern.LambdaGrant{Accounts: []string{"222222222222"}}}.Statements(ireland())...)
	document := policy.New(slices.Concat(foreign()[:5], own, foreign()[5:])...)
	got, rest := pattern.RecognizeGrants(document, ireland())
	if len(got) != 2 || got[0].Name != "Z" || got[1].Name != "Dev" {
		t.Errorf("got %+v", got)
	}
	if diff := cmp.Diff(foreign(), rest); diff != "" {
		t.Errorf("rest (-want +got):\n%s", diff)
	}
}

// Each case is a policy of which one word differs from what a grant makes.
func TestRecognizeGrantsNearMisses(t *testing.T) {
	t.Parallel()
	all := pattern.Grant{
		Name: "Dev", Access: "pull", OrganizationPaths: []string{path}, Lambda: &pattern.LambdaGrant{Accounts: []string{"222222222222"}},
	}
	text := pattern.RepositoryPolicy([]pattern.Grant{all}, ireland()).Canonical()
	for name, tc := range map[string]struct{ old, with, lost string }{
		"effect":          {`"DevPaths","Effect":"Allow"`, `"DevPaths","Effect":"Deny"`, "DevPaths"},
		"operator":        {"ForAnyValue:StringLike", "ForAllValues:StringLike", "DevPaths"},
		"wildcard org":    {"o-a1b2c3d4e5/r-ab12", "o-*/r-ab12", "DevPaths"},
		"service":         {"lambda.amazonaws.com", "lambda.amazonaws.com.cn", "DevLambdaService"},
		"service action":  {`"ecr:GetDownloadUrlForLayer"],"Condition":{"ArnLike"`, `"ecr:PutImage"],"Condition":{"ArnLike"`, "DevLambdaService"},
		"service's scope": {"222222222222:function:*", "*:function:*", "DevLambdaService"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if strings.Count(text, tc.old) != 1 {
				t.Fatalf("%q is not once in %s", tc.old, text)
			}
			document, err := policy.Parse(strings.Replace(text, tc.old, tc.with, 1))
			if err != nil {
				t.Fatal(err)
			}
			_, rest := pattern.RecognizeGrants(document, ireland())
			if !slices.ContainsFunc(rest, func(s policy.Statement) bool { return s.Sid == tc.lost }) {
				t.Errorf("%s was recognized though no grant makes it", tc.lost)
			}
		})
	}
}

func TestRecognizeGrantsReadsOtherSpellings(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		statement string
		want      pattern.Grant
	}{
		"bare account and a scalar action": {
			`{"Sid":"Dev","Effect":"Allow","Principal":{"AWS":"222222222222"},"Action":"ecr:ListImages"}`,
			pattern.Grant{Name: "Dev", Actions: []string{"ecr:ListImages"}, Accounts: []string{"222222222222"}},
		},
		"letter case": {
			`{"Sid":"Dev","Effect":"Allow","Principal":{"AWS":"*"},"Action":["ecr:batchgetimage","ECR:getdownloadurlforlayer","ecr:BatchCheckLayerAvailability"],
			"Condition":{"stringequals":{"aws:principalorgid":"o-a1b2c3d4e5"}}}`,
			pattern.Grant{Name: "Dev", Access: "pull", OrganizationIDs: []string{"o-a1b2c3d4e5"}},
		},
		"condition on a principal of no named account": {
			`{"Sid":"Dev","Effect":"Allow","Principal":{"AWS":["222222222222","333333333333"]},"Action":"ecr:ListImages",
			"Condition":{"ArnEquals":{"aws:PrincipalArn":"arn:aws:iam::222222222222:role/ci"}}}`,
			pattern.Grant{
				Name: "Dev", Actions: []string{"ecr:ListImages"}, Accounts: []string{"222222222222", "333333333333"},
				Conditions: []policy.Condition{{Operator: "ArnEquals", Key: "aws:PrincipalArn", Values: []string{"arn:aws:iam::222222222222:role/ci"}}},
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			document, err := policy.Parse(`{"Version":"2012-10-17","Statement":` + tc.statement + `}`)
			if err != nil {
				t.Fatal(err)
			}
			got, rest := pattern.RecognizeGrants(document, ireland())
			if diff := cmp.Diff([]pattern.Grant{tc.want}, got, cmpopts.EquateEmpty()); diff != "" || len(rest) > 0 {
				t.Errorf("%d statements are left; -want +got:\n%s", len(rest), diff)
			}
		})
	}
}

func TestRepositoryPolicyIgnoresOrder(t *testing.T) {
	t.Parallel()
	for seed := range uint64(100) {
		g := generator{rand.New(rand.NewPCG(seed, 2))}
		grants := g.grants("A", "Bc", "DevelopmentOU", "9")
		want := pattern.RepositoryPolicy(grants, ireland()).Canonical()
		g.Shuffle(len(grants), func(i, j int) { grants[i], grants[j] = grants[j], grants[i] })
		for i := range grants {
			for _, list := range [][]string{grants[i].OrganizationPaths, grants[i].OrganizationIDs, grants[i].Accounts, grants[i].PrincipalARNs, grants[i].Actions} {
				slices.Reverse(list)
			}
			slices.Reverse(grants[i].Conditions)
			if grants[i].Lambda != nil {
				slices.Reverse(grants[i].Lambda.Accounts)
				slices.Reverse(grants[i].Lambda.FunctionARNs)
			}
		}
		if got := pattern.RepositoryPolicy(grants, ireland()).Canonical(); got != want {
			t.Fatalf("seed %d: order changed the bytes:\n%s\n%s", seed, want, got)
		}
	}
}

// Whatever stands in a policy, what is recognized makes exactly the statements that aren't left over.
func FuzzRecognizeGrants(f *testing.F) {
	files, err := filepath.Glob("testdata/*.json")
	if err != nil || len(files) == 0 {
		f.Fatal("no testdata", err)
	}
	for i, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(text), uint8(i%len(sites()))) // #nosec G115 -- less than the number of sites
	}
	f.Add(policy.New(foreign()...).Canonical(), uint8(0))
	f.Fuzz(func(t *testing.T, text string, at uint8) {
		document, err := policy.Parse(text)
		if err != nil {
			return
		}
		document = document.Upgrade()
		site := sites()[int(at)%len(sites())]
		grants, rest := pattern.RecognizeGrants(document, site)
		made := pattern.RepositoryPolicy(grants, site)
		made.ID = document.ID
		made.Statements = append(made.Statements, rest...)
		if !policy.Equal(document, made) {
			t.Errorf("%s\nbecame %s", document.Canonical(), made.Canonical())
		}
		if problems := pattern.ValidateGrants(grants); pattern.HasErrors(problems) {
			t.Error(fmt.Sprint(problems))
		}
	})
}
