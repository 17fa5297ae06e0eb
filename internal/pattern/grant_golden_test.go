// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package pattern_test

import (
	"flag"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ecrx/terraform-provider-ecrx/internal/pattern"
	"github.com/ecrx/terraform-provider-ecrx/internal/policy"
)

var update = flag.Bool("update", false, "write the golden files")

const (
	path     = "o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/*"
	role     = "arn:aws:iam::222222222222:role/team/ci"
	user     = "arn:aws:iam::333333333333:user/build"
	function = "arn:aws:lambda:eu-west-1:444444444444:function:web"
	project  = "arn:aws:codebuild:eu-west-1:111111111111:project/web"
)

func ireland() pattern.Site {
	return pattern.Site{Partition: "aws", Region: "eu-west-1", AccountID: "111111111111"}
}

func endpoint() []policy.Condition {
	return []policy.Condition{{Operator: "StringEquals", Key: "aws:SourceVpce", Values: []string{"vpce-0a1b2c3d", "vpce-0f1e2d3c"}}}
}

// golden compares text with the golden file of that name.
func golden(t *testing.T, name, text string) {
	t.Helper()
	file := filepath.Join("testdata", name+".golden.json")
	if *update {
		if err := os.WriteFile(file, []byte(text+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), text+"\n"); diff != "" {
		t.Errorf("%s (-want +got):\n%s", file, diff)
	}
}

// reviewed fails the test unless AWS would take the document and would do with it what its author meant.
func reviewed(t *testing.T, text string, kind policy.Kind) {
	t.Helper()
	document, err := policy.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	for _, finding := range policy.Findings(document, kind) {
		if finding.Severity == policy.SeverityError {
			t.Errorf("%s at %s: %s", finding.Code, finding.Path, finding.Message)
		}
	}
}

func TestRepositoryPolicyGolden(t *testing.T) {
	t.Parallel()
	type test struct {
		grants []pattern.Grant
		site   pattern.Site
	}
	one := func(g pattern.Grant) test {
		g.Name = "Dev"
		return test{[]pattern.Grant{g}, ireland()}
	}
	in := func(partition, region string) test {
		arn := func(rest string) string { return "arn:" + partition + rest }
		return test{
			[]pattern.Grant{{
				Name: "Dev", Access: "pull",
				Accounts:      []string{"222222222222"},
				PrincipalARNs: []string{arn(":iam::333333333333:role/ci")},
				Lambda:        &pattern.LambdaGrant{Accounts: []string{"444444444444"}},
				CodeBuild:     &pattern.CodeBuildGrant{ProjectARNs: []string{arn(":codebuild:" + region + ":111111111111:project/web")}},
			}},
			pattern.Site{Partition: partition, Region: region, AccountID: "111111111111"},
		}
	}
	tests := map[string]test{
		"paths":         one(pattern.Grant{Access: "pull", OrganizationPaths: []string{path, "o-a1b2c3d4e5/r-ab12/"}}),
		"organizations": one(pattern.Grant{Access: "pull", OrganizationIDs: []string{"o-a1b2c3d4e5"}}),
		"accounts":      one(pattern.Grant{Access: "pull", Accounts: []string{"333333333333", "222222222222"}}),
		"actions":       one(pattern.Grant{Actions: []string{"ecr:listimages", "ecr:Batch*"}, Accounts: []string{"222222222222"}}),
		"principals": one(pattern.Grant{
			Access: "pull", PrincipalARNs: []string{user, role, "arn:aws:iam::222222222222:role/ci-*"},
		}),
		"principals-account":   one(pattern.Grant{Access: "pull", PrincipalARNs: []string{role}, PrincipalStyle: pattern.StyleAccount}),
		"principals-wildcard":  one(pattern.Grant{Access: "pull", PrincipalARNs: []string{user, role}, PrincipalStyle: pattern.StyleWildcard}),
		"principals-principal": one(pattern.Grant{Access: "pull", PrincipalARNs: []string{user, role}, PrincipalStyle: pattern.StylePrincipal}),
		"lambda-accounts":      one(pattern.Grant{Lambda: &pattern.LambdaGrant{Accounts: []string{"222222222222", "333333333333"}}}),
		"lambda-functions":     one(pattern.Grant{Lambda: &pattern.LambdaGrant{FunctionARNs: []string{function, function + "-*"}}}),
		"lambda-organizations": one(pattern.Grant{Lambda: &pattern.LambdaGrant{OrganizationIDs: []string{"o-a1b2c3d4e5"}}}),
		"lambda-all": one(pattern.Grant{Lambda: &pattern.LambdaGrant{
			Accounts: []string{"222222222222"}, FunctionARNs: []string{function}, OrganizationIDs: []string{"o-a1b2c3d4e5"},
		}}),
		"lambda-without-region": {
			[]pattern.Grant{{Name: "Dev", Lambda: &pattern.LambdaGrant{Accounts: []string{"222222222222"}}}}, pattern.Site{Partition: "aws"},
		},
		"codebuild":  one(pattern.Grant{CodeBuild: &pattern.CodeBuildGrant{ProjectARNs: []string{project + "-2", project}}}),
		"conditions": one(pattern.Grant{Access: "pull", Accounts: []string{"222222222222"}, Conditions: endpoint()}),
		"all-kinds": one(pattern.Grant{
			Access: "pull", OrganizationPaths: []string{path}, OrganizationIDs: []string{"o-z9y8x7w6v5"}, Accounts: []string{"222222222222"},
			PrincipalARNs: []string{role}, Conditions: endpoint(),
			Lambda:    &pattern.LambdaGrant{Accounts: []string{"222222222222"}},
			CodeBuild: &pattern.CodeBuildGrant{ProjectARNs: []string{project}},
		}),
		"two-grants": {[]pattern.Grant{
			{Name: "Dev", Access: "pull", Accounts: []string{"222222222222"}},
			{Name: "Ci", Access: "push_pull", PrincipalARNs: []string{role}},
		}, ireland()},
		"china":    in("aws-cn", "cn-north-1"),
		"govcloud": in("aws-us-gov", "us-gov-west-1"),
	}
	for _, access := range pattern.AccessNames() {
		tests["access-"+access] = one(pattern.Grant{Access: access, Accounts: []string{"222222222222"}})
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if problems := slices.Concat(pattern.ValidateGrants(tc.grants), pattern.ValidateGrantsAt(tc.grants, tc.site)); pattern.HasErrors(problems) {
				t.Fatalf("the case itself is wrong: %+v", problems)
			}
			text := pattern.RepositoryPolicy(tc.grants, tc.site).Pretty()
			golden(t, name, text)
			reviewed(t, text, policy.KindRepository)
		})
	}
}

func TestRepositoryPolicyOfSeed(t *testing.T) {
	t.Parallel()
	seed, err := os.ReadFile("testdata/seed-3-org-shared-pull.json")
	if err != nil {
		t.Fatal(err)
	}
	grants := []pattern.Grant{{
		Name: "AllowPull", Access: "pull_describe",
		OrganizationPaths: []string{pattern.OrganizationalUnitPattern("o-a1b2c3d4e5", "ou-ab12-11111111")},
	}}
	got := pattern.RepositoryPolicy(grants, ireland()).Canonical()
	if equal, err := policy.EqualText(string(seed), got); err != nil || !equal {
		t.Errorf("%s does not mean what the seed means (%v)", got, err)
	}
}

func TestSids(t *testing.T) {
	t.Parallel()
	accounts, service := []string{"222222222222"}, &pattern.CodeBuildGrant{ProjectARNs: []string{project}}
	for name, tc := range map[string]struct {
		grant pattern.Grant
		want  []string
	}{
		"one kind":            {pattern.Grant{Accounts: accounts}, []string{"Dev"}},
		"organizational unit": {pattern.Grant{OrganizationalUnitIDs: []string{"ou-ab12-11111111"}}, []string{"Dev"}},
		"paths and unit": {
			pattern.Grant{OrganizationPaths: []string{path}, OrganizationalUnitIDs: []string{"ou-ab12-11111111"}},
			[]string{"Dev"},
		},
		"unit and accounts":  {pattern.Grant{OrganizationalUnitIDs: []string{"ou-ab12-11111111"}, Accounts: accounts}, []string{"DevPaths", "DevAccounts"}},
		"service alone":      {pattern.Grant{CodeBuild: service}, []string{"DevCodeBuild"}},
		"kind and service":   {pattern.Grant{PrincipalARNs: []string{role}, CodeBuild: service}, []string{"DevPrincipals", "DevCodeBuild"}},
		"lambda, accounts":   {pattern.Grant{Lambda: &pattern.LambdaGrant{Accounts: accounts}}, []string{"DevLambda", "DevLambdaService"}},
		"lambda and ids":     {pattern.Grant{OrganizationIDs: []string{"o-a1b2c3d4e5"}, Lambda: &pattern.LambdaGrant{Accounts: accounts}}, []string{"DevOrganizations", "DevLambda", "DevLambdaService"}},
		"lambda, everything": {pattern.Grant{Lambda: &pattern.LambdaGrant{Accounts: accounts, OrganizationIDs: []string{"o-a1b2c3d4e5"}}}, []string{"DevLambda", "DevLambdaService", "DevLambdaOrganizations", "DevLambdaServiceOrganizations"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tc.grant.Name = "Dev"
			if diff := cmp.Diff(tc.want, tc.grant.Sids()); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestResolveOrganizationalUnits(t *testing.T) {
	t.Parallel()
	const unit, other = "ou-ab12-11111111", "ou-ab12-22222222"
	grants := []pattern.Grant{
		{Name: "A", OrganizationPaths: []string{path}, OrganizationalUnitIDs: []string{other, unit}},
		{Name: "B", OrganizationalUnitIDs: []string{unit}},
	}
	if diff := cmp.Diff([]string{unit, other}, pattern.OrganizationalUnits(grants)); diff != "" {
		t.Error(diff)
	}
	got := pattern.ResolveOrganizationalUnits(grants, map[string]string{unit: "o-a1b2c3d4e5/1/*", other: "o-a1b2c3d4e5/2/*"})
	want := []pattern.Grant{
		{Name: "A", OrganizationPaths: []string{path, "o-a1b2c3d4e5/2/*", "o-a1b2c3d4e5/1/*"}},
		{Name: "B", OrganizationPaths: []string{"o-a1b2c3d4e5/1/*"}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if len(grants[0].OrganizationPaths) != 1 || len(grants[1].OrganizationalUnitIDs) != 1 {
		t.Error("the grants given were changed")
	}
}
