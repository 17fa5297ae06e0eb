// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package pattern_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/ecrx/terraform-provider-ecrx/internal/authz"
	"github.com/ecrx/terraform-provider-ecrx/internal/pattern"
	"github.com/ecrx/terraform-provider-ecrx/internal/policy"
)

// TestProofNamesConditions says in words which conditions a grant has, so that one that Terraform dropped is missed.
func TestProofNamesConditions(t *testing.T) {
	t.Parallel()
	for text, c := range map[string]policy.Condition{
		"aws:SourceVpce is vpce-1 or vpce-2":                    {Operator: "StringEquals", Key: "aws:SourceVpce", Values: []string{"vpce-1", "vpce-2"}},
		"aws:SourceVpce is vpce-1 or is absent":                 {Operator: "StringEqualsIfExists", Key: "aws:SourceVpce", Values: []string{"vpce-1"}},
		"aws:PrincipalTag/team isn't web":                       {Operator: "stringnotequals", Key: "aws:PrincipalTag/team", Values: []string{"web"}},
		"aws:PrincipalArn matches arn:aws:iam::*:role/deployer": {Operator: "ArnLike", Key: "aws:PrincipalArn", Values: []string{"arn:aws:iam::*:role/deployer"}},
		"aws:SourceIp is in 203.0.113.0/24":                     {Operator: "IpAddress", Key: "aws:SourceIp", Values: []string{"203.0.113.0/24"}},
		"aws:PrincipalTag/team is absent":                       {Operator: "Null", Key: "aws:PrincipalTag/team", Values: []string{"true"}},
		"aws:PrincipalTag/team is present":                      {Operator: "Null", Key: "aws:PrincipalTag/team", Values: []string{"false"}},
		"a value of aws:CalledVia matches a*":                   {Operator: "ForAnyValue:StringLike", Key: "aws:CalledVia", Values: []string{"a*"}},
		"every value of aws:CalledVia is a or is absent":        {Operator: "ForAllValues:StringEquals", Key: "aws:CalledVia", Values: []string{"a"}},
		"aws:CurrentTime is before 2030-01-01T00:00:00Z":        {Operator: "DateLessThan", Key: "aws:CurrentTime", Values: []string{"2030-01-01T00:00:00Z"}},
		"aws:MultiFactorAuthAge is at most 3600":                {Operator: "NumericLessThanEquals", Key: "aws:MultiFactorAuthAge", Values: []string{"3600"}},
		"aws:PrincipalTag/team is, in whatever case, web":       {Operator: "StringEqualsIgnoreCase", Key: "aws:PrincipalTag/team", Values: []string{"web"}},
		"aws:PrincipalTag/team meets SomethingNew web":          {Operator: "SomethingNew", Key: "aws:PrincipalTag/team", Values: []string{"web"}},
	} {
		g := pattern.Grant{Name: "Dev", Access: "pull", Accounts: []string{"222222222222"}, Conditions: []policy.Condition{c}}
		want := "Dev gives pull access to principals of account 222222222222, where " + text
		if lines := pattern.ProveGrants([]pattern.Grant{g}, onGround()).Lines; !slices.Contains(lines, want) {
			t.Errorf("%q isn't in %q", want, lines)
		}
	}
	g := pattern.Grant{Name: "Dev", Access: "pull", Accounts: []string{"222222222222"}}
	if lines := pattern.ProveGrants([]pattern.Grant{g}, onGround()).Lines; strings.Contains(strings.Join(lines, "\n"), "where") {
		t.Errorf("a grant without conditions has a clause of them: %q", lines)
	}
}

// TestProofOfNarrowedOrganization says of the owner's principals what the engine says of them: those who don't meet the grant's
// conditions have nothing without an identity policy.
func TestProofOfNarrowedOrganization(t *testing.T) {
	t.Parallel()
	g := pulling(pattern.Grant{OrganizationIDs: []string{orgID}}, "ArnLike", "aws:PrincipalArn", "arn:aws:iam::*:role/deployer")
	plain := pattern.Grant{Name: "Plain", Access: "pull", OrganizationIDs: []string{orgID}}
	const all, some = "every principal of account 111111111111 has the access that Plain gives, even without an identity policy, if that account is in an organization or OU named there",
		"every principal of account 111111111111 that meets the conditions has the access that Dev gives, even without an identity policy, if that account is in an organization or OU named there"
	lines := pattern.ProveGrants([]pattern.Grant{g, plain}, onGround()).Lines
	if !slices.Contains(lines, some) || !slices.Contains(lines, all) {
		t.Errorf("%q", lines)
	}
	layers := authz.Layers{Repository: []*authz.Policy{authz.Compile("repository policy", pattern.RepositoryPolicy([]pattern.Grant{g}, ireland()))}}
	repository := authz.Repository{ARN: "arn:aws:ecr:eu-west-1:111111111111:repository/team/app"}
	for role, want := range map[string]authz.Decision{"deployer": authz.Allowed, "other": authz.ImplicitlyDenied} {
		who := authz.Caller{Principal: "arn:aws:iam::111111111111:role/" + role, OrganizationPath: orgID + "/r-ab12/"}
		if got := who.DecideAccess(pullActions, repository, &layers); got != want {
			t.Errorf("%s is %v, want %v", role, got, want)
		}
	}
}

// TestProofSaysOnce has no sentence twice, and no clause in two lines but what is about different people.
func TestProofSaysOnce(t *testing.T) {
	t.Parallel()
	for name, grants := range provable() {
		seen := map[string]bool{}
		for _, line := range pattern.ProveGrants(grants, onGround()).Lines {
			for _, clause := range strings.Split(line, "; ") {
				if seen[clause] {
					t.Errorf("%s says twice: %q", name, clause)
				}
				seen[clause] = true
			}
		}
	}
	many := pattern.Grant{Name: "Dev", Access: "pull", Accounts: []string{"444444444444", "222222222222", "333333333333"}}
	const want = "Dev gives pull access to principals of accounts 222222222222, 333333333333 and 444444444444"
	if lines := pattern.ProveGrants([]pattern.Grant{many}, onGround()).Lines; len(lines) != 3 || lines[0] != want {
		t.Errorf("%q", lines)
	}
}
