// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package pattern_test

import (
	"flag"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ecrx/terraform-provider-ecrx/internal/pattern"
	"github.com/ecrx/terraform-provider-ecrx/internal/policy"
)

const (
	unit     = "ou-ab12-11111111"
	orgID    = "o-a1b2c3d4e5"
	lonePath = orgID + "/r-ab12/" + unit + "/"
	ownRole  = "arn:aws:iam::111111111111:role/ci"
)

// pulling gives a grant of pull access with one condition, or none.
func pulling(g pattern.Grant, condition ...string) pattern.Grant {
	g.Name = "Dev"
	if g.Lambda == nil && g.CodeBuild == nil && len(g.Actions) == 0 {
		g.Access = "pull"
	}
	if len(condition) > 0 {
		g.Conditions = []policy.Condition{{Operator: condition[0], Key: condition[1], Values: condition[2:]}}
	}
	return g
}

func onGround(foreign ...policy.Statement) pattern.Ground {
	return pattern.Ground{Site: ireland(), Repository: "team/app", Foreign: foreign}
}

// provable are grants of every kind of who, which hold.
func provable() map[string][]pattern.Grant {
	one := func(g pattern.Grant, condition ...string) []pattern.Grant {
		return []pattern.Grant{pulling(g, condition...)}
	}
	styled := func(style string, arns ...string) []pattern.Grant {
		return one(pattern.Grant{PrincipalARNs: arns, PrincipalStyle: style})
	}
	return map[string][]pattern.Grant{
		"paths, one OU":                 one(pattern.Grant{OrganizationPaths: []string{lonePath}}),
		"paths, an OU and those below":  one(pattern.Grant{OrganizationPaths: []string{path}}),
		"paths, an OU wherever it is":   one(pattern.Grant{OrganizationPaths: []string{pattern.OrganizationalUnitPattern(orgID, unit)}}),
		"paths, the whole organization": one(pattern.Grant{OrganizationPaths: []string{orgID + "/*"}}),
		"paths, several organizations":  one(pattern.Grant{OrganizationPaths: []string{path, "o-z9y8x7w6v5/*"}}),
		"organizations":                 one(pattern.Grant{OrganizationIDs: []string{orgID, "o-z9y8x7w6v5"}}),
		"accounts":                      one(pattern.Grant{Accounts: []string{"333333333333", "222222222222"}}),
		"accounts, the owner's own":     one(pattern.Grant{Accounts: []string{"111111111111"}}),
		"accounts, of nines":            one(pattern.Grant{Accounts: []string{"999999999998", "999999999999"}}),
		"principals":                    styled("", role, user),
		"principals, account":           styled(pattern.StyleAccount, role, "arn:aws:iam::222222222222:role/ci-*"),
		"principals, account, own":      styled(pattern.StyleAccount, ownRole),
		"principals, wildcard":          styled(pattern.StyleWildcard, role),
		"principals, wildcard, own":     styled(pattern.StyleWildcard, ownRole),
		"principals, principal":         styled(pattern.StylePrincipal, role),
		"principals, principal, own":    styled(pattern.StylePrincipal, ownRole),
		"principals, session":           styled(pattern.StylePrincipal, "arn:aws:sts::222222222222:assumed-role/ci/build"),
		"principals, federated user":    styled(pattern.StylePrincipal, "arn:aws:sts::222222222222:federated-user/ana"),
		"principals, federated, own":    styled("", "arn:aws:sts::111111111111:federated-user/ana"),
		"principals, of nines":          styled("", "arn:aws:iam::999999999999:role/*"),
		"names that strangers may have": {
			pulling(pattern.Grant{Accounts: []string{"999999999877"}}),
			{Name: "Org", Access: "pull", OrganizationIDs: []string{"o-zzzzzzzzzzzzzzzz"}},
			{Name: "Unit", Access: "pull", OrganizationPaths: []string{orgID + "/*/ou-zzzz-zzzzzzzz/*"}},
		},
		"lambda, accounts":      one(pattern.Grant{Lambda: &pattern.LambdaGrant{Accounts: []string{"222222222222", "111111111111"}}}),
		"lambda, functions":     one(pattern.Grant{Lambda: &pattern.LambdaGrant{FunctionARNs: []string{function, "arn:aws:lambda:*:222222222222:function:w?b-*"}}}),
		"lambda, organizations": one(pattern.Grant{Lambda: &pattern.LambdaGrant{OrganizationIDs: []string{orgID}}}),
		"codebuild":             one(pattern.Grant{CodeBuild: &pattern.CodeBuildGrant{ProjectARNs: []string{project, project + "-*"}}}),
		"actions":               one(pattern.Grant{Actions: []string{"ecr:Batch*", "ecr:ListImages"}, Accounts: []string{"222222222222"}}),
		"conditions that hold":  one(pattern.Grant{OrganizationPaths: []string{path}}, "StringEquals", "aws:PrincipalOrgID", orgID),
		"conditions on the way": one(pattern.Grant{Accounts: []string{"222222222222"}}, "StringEquals", "aws:SourceVpce", "vpce-0a1b2c3d"),
		"all kinds": one(pattern.Grant{
			Access: "pull", OrganizationPaths: []string{path}, OrganizationIDs: []string{"o-z9y8x7w6v5"}, Accounts: []string{"222222222222"}, PrincipalARNs: []string{role},
			Lambda: &pattern.LambdaGrant{Accounts: []string{"222222222222"}}, CodeBuild: &pattern.CodeBuildGrant{ProjectARNs: []string{project}},
		}),
		"two grants": {
			pulling(pattern.Grant{OrganizationPaths: []string{path}}),
			{Name: "Ci", Access: "push_pull", PrincipalARNs: []string{role}},
		},
		"an OU beside its organization": {
			pulling(pattern.Grant{OrganizationPaths: []string{path}}),
			{Name: "Org", Access: "pull", OrganizationIDs: []string{orgID}},
		},
		"nobody": nil,
	}
}

// undecided are conditions that hold for some of those whom a grant names, or that nobody can tell of before they call.
func undecided() map[string]pattern.Grant {
	organization, account := pattern.Grant{OrganizationIDs: []string{orgID}}, pattern.Grant{Accounts: []string{"222222222222"}}
	paths := pattern.Grant{OrganizationPaths: []string{orgID + "/*"}}
	return map[string]pattern.Grant{
		"some roles of an organization":    pulling(organization, "ArnLike", "aws:PrincipalArn", "arn:aws:iam::*:role/deploy-*"),
		"some roles of an OU":              pulling(pattern.Grant{OrganizationPaths: []string{path}}, "ArnLike", "aws:PrincipalArn", "arn:aws:iam::*:role/deploy-*"),
		"some roles of an account":         pulling(account, "ArnLike", "aws:PrincipalArn", "arn:aws:iam::222222222222:role/deploy-*"),
		"an account of an organization":    pulling(organization, "StringEquals", "aws:PrincipalAccount", "222222222222"),
		"an OU of an organization":         pulling(organization, "ForAnyValue:StringLike", "aws:PrincipalOrgPaths", path),
		"an OU of all":                     pulling(paths, "ForAnyValue:StringEquals", "aws:PrincipalOrgPaths", lonePath),
		"all OUs but one":                  pulling(paths, "ForAllValues:StringNotLike", "aws:PrincipalOrgPaths", path),
		"an organization of an account":    pulling(account, "StringEquals", "aws:PrincipalOrgID", orgID),
		"users":                            pulling(account, "StringEquals", "aws:PrincipalType", "User"),
		"a user":                           pulling(account, "StringEquals", "aws:username", "build"),
		"a role by its id":                 pulling(account, "StringLike", "aws:userid", "AROAEXAMPLE1234567890:*"),
		"a tag of the principal":           pulling(account, "StringEquals", "aws:PrincipalTag/team", "web"),
		"a tag of the repository":          pulling(account, "StringEquals", "aws:ResourceTag/stage", "release"),
		"a VPC":                            pulling(account, "StringEquals", "aws:SourceVpc", "vpc-0a1b2c3d"),
		"an address":                       pulling(account, "IpAddress", "aws:SourceIp", "203.0.113.0/24"),
		"a date":                           pulling(account, "DateLessThan", "aws:CurrentTime", "2030-01-01T00:00:00Z"),
		"a call by way of CloudFormation":  pulling(account, "ForAnyValue:StringEquals", "aws:CalledVia", "cloudformation.amazonaws.com"),
		"what the principal's session has": pulling(pattern.Grant{PrincipalARNs: []string{role}}, "StringEquals", "aws:PrincipalTag/team", "web"),
	}
}

// TestProvenGrants finds nothing wrong with grants that hold, or may, wherever the repository is.
func TestProvenGrants(t *testing.T) {
	t.Parallel()
	all := provable()
	for name, g := range undecided() {
		all["undecided: "+name] = []pattern.Grant{g}
	}
	for name, grants := range all {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if problems := slices.Concat(pattern.ValidateGrants(grants), pattern.ValidateGrantsAt(grants, ireland())); pattern.HasErrors(problems) {
				t.Fatalf("the case itself is wrong: %+v", problems)
			}
			elsewhere := ireland()
			elsewhere.AccountID = ""
			for where, ground := range map[string]pattern.Ground{
				"known": onGround(), "a name that isn't known": {Site: ireland()}, "an account that isn't known": {Site: elsewhere, Repository: "team/app"},
			} {
				if got := told(pattern.ProveGrants(grants, ground)); got != "" {
					t.Errorf("%s:\n%s", where, got)
				}
			}
		})
	}
}

// TestProofLines holds the sentences of a proof, case by case.
func TestProofLines(t *testing.T) {
	t.Parallel()
	all := provable()
	var b strings.Builder
	for _, name := range slices.Sorted(maps.Keys(all)) {
		b.WriteString("# " + name + "\n")
		for _, line := range pattern.ProveGrants(all[name], onGround()).Lines {
			b.WriteString(line + "\n")
		}
		b.WriteString("\n")
	}
	goldenText(t, "proof-lines", b.String())
}

// goldenText compares text with the golden file of that name.
func goldenText(t *testing.T, name, text string) {
	t.Helper()
	file := "testdata/" + name + ".golden.txt"
	if flag.Lookup("update").Value.String() == "true" {
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), text); diff != "" {
		t.Errorf("%s (-want +got):\n%s", file, diff)
	}
}

// deadGrant is a case of grants of which one is for nobody, with the attributes at fault and a part of the reason.
type deadGrant struct {
	grants  []pattern.Grant
	at      []string
	because string
}

func dead() map[string]deadGrant {
	one := func(at, because string, g pattern.Grant, condition ...string) deadGrant {
		return deadGrant{[]pattern.Grant{pulling(g, condition...)}, []string{"Dev." + at}, because}
	}
	account := pattern.Grant{Accounts: []string{"222222222222"}}
	return map[string]deadGrant{
		"another account": one("accounts", "needs an account that is 333333333333; this caller's is 222222222222", account, "StringEquals", "aws:PrincipalAccount", "333333333333"),
		"another organization, paths": one("organization_paths", "needs an organization that is o-z9y8x7w6v5; this caller's is o-a1b2c3d4e5",
			pattern.Grant{OrganizationPaths: []string{path}}, "StringEquals", "aws:PrincipalOrgID", "o-z9y8x7w6v5"),
		"another organization, ids": one("organization_ids", "an OU path that matches o-z9y8x7w6v5/*",
			pattern.Grant{OrganizationIDs: []string{orgID}}, "ForAnyValue:StringLike", "aws:PrincipalOrgPaths", "o-z9y8x7w6v5/*"),
		"not its own organization": one("organization_paths", "needs an organization that isn't o-a1b2c3d4e5",
			pattern.Grant{OrganizationPaths: []string{path}}, "StringNotEquals", "aws:PrincipalOrgID", orgID),
		"another role": one("principal_arns", "needs a principal ARN that matches arn:aws:iam::222222222222:role/other; this caller's is "+role,
			pattern.Grant{PrincipalARNs: []string{role}}, "ArnLike", "aws:PrincipalArn", "arn:aws:iam::222222222222:role/other"),
		"another role, wildcard": one("principal_arns", "this caller's is "+ownRole,
			pattern.Grant{PrincipalARNs: []string{ownRole}, PrincipalStyle: pattern.StyleWildcard}, "ArnLike", "aws:PrincipalArn", role),
		"another role, principal": one("principal_arns", "this caller's is "+ownRole,
			pattern.Grant{PrincipalARNs: []string{ownRole}, PrincipalStyle: pattern.StylePrincipal}, "ArnLike", "aws:PrincipalArn", role),
		"services alone":                one("accounts", "aws:PrincipalIsAWSService", account, "Bool", "aws:PrincipalIsAWSService", "true"),
		"a key that only services have": one("accounts", "this request has none", account, "StringEquals", "aws:SourceAccount", "222222222222"),
		"a key of another action":       one("accounts", "this request has none", account, "StringEquals", "aws:RequestTag/team", "web"),
		"one of two accounts": {
			[]pattern.Grant{pulling(pattern.Grant{Accounts: []string{"222222222222", "333333333333"}}, "StringEquals", "aws:PrincipalAccount", "333333333333")},
			[]string{"Dev.accounts"},
			"principals of account 222222222222",
		},
		"one of two kinds": {
			[]pattern.Grant{pulling(pattern.Grant{Accounts: []string{"222222222222"}, PrincipalARNs: []string{user}}, "StringEquals", "aws:PrincipalAccount", "333333333333")},
			[]string{"Dev.accounts"},
			"principals of account 222222222222",
		},
		"one of two grants": {
			[]pattern.Grant{{Name: "Other", Access: "push", Accounts: []string{"222222222222"}}, pulling(account, "StringEquals", "aws:PrincipalAccount", "333333333333")},
			[]string{"Dev.accounts"},
			"The grant Dev doesn't give pull access",
		},
		// The other grant is for the same people, so that their access would hide it.
		"one whose people another lets in": {
			[]pattern.Grant{{Name: "Other", Access: "pull", Accounts: []string{"222222222222"}}, pulling(account, "StringEquals", "aws:PrincipalAccount", "333333333333")},
			[]string{"Dev.accounts"},
			"The grant Dev doesn't give pull access",
		},
	}
}

// TestDeadGrants finds grants that never match, each on its attribute, with the reason.
func TestDeadGrants(t *testing.T) {
	t.Parallel()
	for name, tc := range dead() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if problems := slices.Concat(pattern.ValidateGrants(tc.grants), pattern.ValidateGrantsAt(tc.grants, ireland())); pattern.HasErrors(problems) {
				t.Fatalf("the case itself is wrong: %+v", problems)
			}
			proof := pattern.ProveGrants(tc.grants, onGround())
			var at []string
			for _, p := range proof.Problems {
				at = append(at, strings.Join(p.Path, "."))
				if p.Severity != policy.SeverityError || p.Summary != "Grant that never gives access" || !strings.Contains(p.Detail, tc.because) {
					t.Errorf("%s: %s: %s; want the reason %q", p.Severity, p.Summary, p.Detail, tc.because)
				}
				refuted, _, _ := strings.Cut(strings.TrimPrefix(p.Detail, "The grant "), ":\n")
				refuted = strings.Replace(refuted, "doesn't give", "gives", 1)
				if slices.ContainsFunc(proof.Lines, func(line string) bool { return strings.HasPrefix(line, refuted) }) {
					t.Errorf("what is refuted is said too: %q", proof.Lines)
				}
			}
			if diff := cmp.Diff(tc.at, at); diff != "" {
				t.Error(diff)
			}
			if len(proof.Open)+len(proof.Foreign) > 0 {
				t.Error(told(proof))
			}
			if slices.ContainsFunc(proof.Lines, func(line string) bool { return strings.HasPrefix(line, noStranger) }) {
				t.Errorf("a proof that fails concludes: %q", proof.Lines)
			}
		})
	}
}
