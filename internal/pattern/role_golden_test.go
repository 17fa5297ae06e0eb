// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package pattern_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ecrx/terraform-provider-ecrx/internal/pattern"
	"github.com/ecrx/terraform-provider-ecrx/internal/policy"
)

const (
	appARN      = "arn:aws:ecr:eu-west-1:111111111111:repository/team/app"
	teamARNs    = "arn:aws:ecr:*:111111111111:repository/team/*"
	provider    = "arn:aws:iam::111111111111:oidc-provider/token.actions.githubusercontent.com"
	gitlab      = "arn:aws:iam::111111111111:oidc-provider/gitlab.com"
	auth0       = "arn:aws:iam::111111111111:oidc-provider/octo-org.eu.auth0.com/"
	mainBranch  = "repo:octo-org/app:ref:refs/heads/main"
	anyBranch   = "repo:octo-org/app:ref:refs/heads/*"
	withIDs     = "repo:octo-org@123456/app@456789:environment:production"
	releaseUUID = "0f2d9a4c-5b2e-4f35-9d51-7a2c1f6f3b8e"
)

// aRole is a role with what is wrong in its input and what its proof finds.
type aRole struct {
	role            pattern.Role
	invalid, proven []pattern.Problem
}

func crossAccount(input pattern.CrossAccountRoleInput) aRole {
	return aRole{pattern.CrossAccountRole(input, ireland()), pattern.ValidateCrossAccountRole(input, "aws"), pattern.ProveCrossAccountRole(input, ireland())}
}

func ci(input pattern.CIRoleInput) aRole {
	return aRole{pattern.CIRole(input, ireland()), pattern.ValidateCIRole(input, "aws"), pattern.ProveCIRole(input, ireland())}
}

func appRunner(input pattern.AppRunnerRoleInput) aRole {
	return aRole{pattern.AppRunnerRole(input, ireland()), pattern.ValidateAppRunnerRole(input), pattern.ProveAppRunnerRole(input, ireland())}
}

func tagged(pairs ...string) pattern.RepositoryScope {
	return pattern.RepositoryScope{ResourceTags: tags(pairs...)}
}

func tags(pairs ...string) map[string]string {
	out := map[string]string{}
	for i := 0; i < len(pairs); i += 2 {
		out[pairs[i]] = pairs[i+1]
	}
	return out
}

func named(arns ...string) pattern.RepositoryScope {
	return pattern.RepositoryScope{RepositoryARNs: arns}
}

// goldenRoles are roles of every kind, valid and proven.
func goldenRoles() map[string]aRole {
	both := named(appARN, teamARNs)
	both.ResourceTags = tags("environment", "release", "team", "pay+ments = 1")
	return map[string]aRole{
		"apprunner-managed":      appRunner(pattern.AppRunnerRoleInput{}),
		"apprunner-repositories": appRunner(pattern.AppRunnerRoleInput{RepositoryARNs: []string{appARN, teamARNs}}),
		"cross-account-seed": crossAccount(pattern.CrossAccountRoleInput{
			TrustedAccounts: []string{"222222222222"}, ExternalID: releaseUUID, RepositoryScope: tagged("environment", "release"),
		}),
		"cross-account-everything": crossAccount(pattern.CrossAccountRoleInput{
			TrustedAccounts: []string{"333333333333", "222222222222"}, TrustedPrincipalARNs: []string{"arn:aws:iam::444444444444:role/team/*", "arn:aws:iam::555555555555:user/build"},
			ExternalID: releaseUUID, OrganizationIDs: []string{orgID, "o-z9y8x7w6v5"}, Access: "read_only", RepositoryScope: both,
		}),
		"cross-account-organization": crossAccount(pattern.CrossAccountRoleInput{
			OrganizationIDs: []string{orgID, "o-z9y8x7w6v5"}, RepositoryScope: named(appARN),
		}),
		"cross-account-principals": crossAccount(pattern.CrossAccountRoleInput{
			TrustedPrincipalARNs: []string{role}, RepositoryScope: named("arn:aws:ecr:eu-west-1:111111111111:repository/*"), Access: "push_pull",
		}),
		"cross-account-another-owner": crossAccount(pattern.CrossAccountRoleInput{
			TrustedAccounts: []string{"222222222222"}, RepositoryScope: named("arn:aws:ecr:eu-west-1:999999999999:repository/app"),
		}),
		"ci-github":    ci(pattern.CIRoleInput{ProviderARN: provider, Subjects: []string{mainBranch, withIDs}, RepositoryScope: named(appARN)}),
		"ci-patterns":  ci(pattern.CIRoleInput{ProviderARN: provider, Subjects: []string{anyBranch, withIDs}, RepositoryScope: tagged("team", "octo")}),
		"ci-audiences": ci(pattern.CIRoleInput{ProviderARN: provider, Subjects: []string{mainBranch}, Audiences: []string{"https://b.example.com", "a"}, RepositoryScope: named(appARN), Access: "push"}),
		"ci-slash": ci(pattern.CIRoleInput{
			ProviderARN: auth0, Subjects: []string{"aBcD1234@clients"}, Audiences: []string{"ecr"}, RepositoryScope: named(appARN),
		}),
		"ci-gitlab": ci(pattern.CIRoleInput{
			ProviderARN: gitlab, Subjects: []string{"project_path:group/sub/app:ref_type:branch:ref:main"}, Audiences: []string{"https://gitlab.com"}, RepositoryScope: named(appARN),
		}),
		"ci-broad": ci(pattern.CIRoleInput{
			ProviderARN: provider, Subjects: []string{"repo:octo-org/*"}, AllowBroadSubject: true, RepositoryScope: named(appARN),
		}),
	}
}

// documentsOf are the role's documents by name.
func documentsOf(r pattern.Role) map[string]policy.Document {
	documents := maps.Clone(r.Inline)
	if documents == nil {
		documents = map[string]policy.Document{}
	}
	documents["trust"] = r.Trust
	return documents
}

func TestRoleGolden(t *testing.T) {
	t.Parallel()
	for name, tc := range goldenRoles() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if pattern.HasErrors(tc.invalid) {
				t.Fatalf("the case itself is wrong: %s", problemsText(tc.invalid))
			}
			if got := problemsText(pattern.Errors(append(tc.proven, pattern.ValidateRoleDocuments(tc.role)...))); got != "" {
				t.Errorf("the proof finds\n%s", got)
			}
			golden(t, "roles/"+name+"-trust", tc.role.Trust.Pretty())
			reviewed(t, tc.role.Trust.Pretty(), policy.KindTrust)
			if tc.role.Inline == nil {
				want := []string{"arn:aws:iam::aws:policy/service-role/AWSAppRunnerServicePolicyForECRAccess"}
				if diff := cmp.Diff(want, tc.role.Managed); diff != "" {
					t.Error(diff)
				}
				return
			}
			golden(t, "roles/"+name+"-access", tc.role.Inline[pattern.AccessPolicyName].Pretty())
			reviewed(t, tc.role.Inline[pattern.AccessPolicyName].Pretty(), policy.KindIdentity)
			if len(tc.role.Inline) != 1 || tc.role.Managed != nil {
				t.Errorf("it has %d inline policies and the managed %v", len(tc.role.Inline), tc.role.Managed)
			}
		})
	}
}

// No document names all actions of a service, and "*" is the resource of actions alone that have no other.
func TestRoleDocumentsAreNarrow(t *testing.T) {
	t.Parallel()
	documents := map[string]policy.Document{"guard": pattern.TagGuard(pattern.TagGuardInput{ResourceTags: tags("environment", "release")}, "aws")}
	for name, tc := range goldenRoles() {
		for kind, d := range documentsOf(tc.role) {
			documents[name+" "+kind] = d
		}
	}
	for name, d := range documents {
		for _, s := range d.Statements {
			if slices.ContainsFunc(s.Actions, func(action string) bool { return strings.ContainsAny(action, "*?") }) {
				t.Errorf("%s: %v", name, s.Actions)
			}
			for _, action := range s.Actions {
				meta, known := policy.ECRAction(action)
				if ofSTS := strings.HasPrefix(action, "sts:AssumeRole"); !known && !ofSTS {
					t.Errorf("%s: %s is no action", name, action)
				} else if slices.Contains(s.Resources, "*") == (meta.RepositoryLevel || ofSTS) {
					t.Errorf("%s: %s on %v", name, action, s.Resources)
				}
			}
		}
	}
}

func TestRolesInOtherPartitions(t *testing.T) {
	t.Parallel()
	site := pattern.Site{Partition: "aws-cn", Region: "cn-north-1", AccountID: "111111111111"}
	input := pattern.CrossAccountRoleInput{
		TrustedAccounts: []string{"222222222222"}, TrustedPrincipalARNs: []string{"arn:aws-cn:iam::333333333333:role/ci"}, RepositoryScope: tagged("environment", "release"),
	}
	if got := problemsText(append(pattern.ValidateCrossAccountRole(input, "aws-cn"), pattern.ProveCrossAccountRole(input, site)...)); got != "" {
		t.Error(got)
	}
	role := pattern.CrossAccountRole(input, site)
	golden(t, "roles/cross-account-china-trust", role.Trust.Pretty())
	golden(t, "roles/cross-account-china-access", role.Inline[pattern.AccessPolicyName].Pretty())
	runner := pattern.AppRunnerRole(pattern.AppRunnerRoleInput{}, site)
	if diff := cmp.Diff([]string{"arn:aws-cn:iam::aws:policy/service-role/AWSAppRunnerServicePolicyForECRAccess"}, runner.Managed); diff != "" {
		t.Error(diff)
	}
}

// Where the account isn't known, the document asks that whoever uses it is of the repository's account.
func TestScopedPolicyWithoutAccount(t *testing.T) {
	t.Parallel()
	document := pattern.ScopedPolicy("pull", tagged("environment", "release"), pattern.Site{Partition: "aws"})
	golden(t, "roles/scoped-without-account", document.Pretty())
	reviewed(t, document.Pretty(), policy.KindIdentity)
	role := pattern.Role{Inline: map[string]policy.Document{"x": document}}
	want := pattern.RoleAccess{Actions: pullActions, RepositoryARNs: []string{"arn:aws:ecr:*:111111111111:repository/*"}, ResourceTags: tags("environment", "release")}
	if got := problemsText(pattern.ProveRole(role, want, ireland())); got != "" {
		t.Error(got)
	}
	withARN := pattern.ScopedPolicy("pull", named(appARN), pattern.Site{Partition: "aws"})
	if len(withARN.Statements[1].Conditions) > 0 {
		t.Errorf("a named repository needs no condition: %s", withARN.Canonical())
	}
}

// The order of arguments makes no difference.
func TestRolesAreDeterministic(t *testing.T) {
	t.Parallel()
	trust := func(accounts, principals, organizations []string) string {
		return pattern.Trust{Accounts: accounts, PrincipalARNs: principals, OrganizationIDs: organizations}.Document("aws").Canonical()
	}
	a := trust([]string{"222222222222", "333333333333"}, []string{role, user}, []string{orgID, "o-z9y8x7w6v5"})
	if b := trust([]string{"333333333333", "222222222222"}, []string{user, role}, []string{"o-z9y8x7w6v5", orgID}); a != b {
		t.Errorf("%s\n%s", a, b)
	}
}

// problemsText gives problems as "severity path: summary: detail".
func problemsText(problems []pattern.Problem) string {
	lines := make([]string, len(problems))
	for i, p := range problems {
		lines[i] = string(p.Severity) + " " + strings.Join(p.Path, ".") + ": " + p.Summary + ": " + p.Detail
	}
	return strings.Join(lines, "\n")
}
