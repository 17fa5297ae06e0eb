// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package pattern_test

import (
	"strings"
	"testing"

	"github.com/ecrx/terraform-provider-ecrx/internal/pattern"
	"github.com/ecrx/terraform-provider-ecrx/internal/policy"
)

type goldenLockdown struct {
	lockdown pattern.Lockdown
	grants   []pattern.Grant
	site     pattern.Site
}

func goldenLockdowns() map[string]goldenLockdown {
	in := func(l pattern.Lockdown, grants ...pattern.Grant) goldenLockdown {
		return goldenLockdown{l, grants, ireland()}
	}
	named := func(name string, g pattern.Grant) pattern.Grant { g.Name = name; return g }
	arns := func(l pattern.Lockdown) pattern.Lockdown {
		l.ExemptPrincipalARNs = append(l.ExemptPrincipalARNs, deployer)
		return l
	}
	return map[string]goldenLockdown{
		"principals":           in(pattern.Lockdown{ExemptPrincipalARNs: []string{deployer, administrator, "arn:aws:iam::111111111111:role/ci/*", "arn:aws:sts::111111111111:federated-user/ana"}}),
		"user-ids":             in(pattern.Lockdown{Mode: pattern.LockdownByUserID, ExemptUserIDs: []string{accessRoleID + ":*", "AIDAEXAMPLE1234567890"}}),
		"both":                 in(arns(pattern.Lockdown{ExemptUserIDs: []string{accessRoleID + ":*"}})),
		"accounts":             in(pattern.Lockdown{ExemptAccounts: []string{"333333333333", "222222222222"}}),
		"organizations":        in(pattern.Lockdown{ExemptOrganizationIDs: []string{orgID}}),
		"paths":                in(pattern.Lockdown{ExemptOrganizationPaths: []string{path, lonePath, "o-z9y8x7w6v5/*"}}),
		"replication":          in(arns(pattern.Lockdown{ExemptReplicationFrom: []string{"222222222222"}})),
		"no-defaults":          in(arns(pattern.Lockdown{ExemptRootUser: no(), ExemptAWSServices: no(), ExemptServiceLinkedRoles: no()})),
		"data-plane":           in(pattern.Lockdown{Sid: "NobodyDeletes", Actions: []string{"ecr:BatchDeleteImage", "ecr:Put*"}}),
		"not-principal":        in(pattern.Lockdown{Mode: pattern.LockdownByNotPrincipal, ExemptPrincipalARNs: []string{ownRoot, administrator}}),
		"not-principal-and-id": in(pattern.Lockdown{Mode: pattern.LockdownByNotPrincipal, ExemptPrincipalARNs: []string{ownRoot, administrator}, ExemptUserIDs: []string{accessRoleID + ":*"}}),
		"china": {
			pattern.Lockdown{ExemptPrincipalARNs: []string{"arn:aws-cn:iam::111111111111:role/deployer"}, ExemptReplicationFrom: []string{"222222222222"}},
			nil,
			pattern.Site{Partition: "aws-cn", Region: "cn-north-1", AccountID: "111111111111"},
		},
		"every-list": in(pattern.Lockdown{
			ExemptPrincipalARNs: []string{deployer, administrator}, ExemptUserIDs: []string{accessRoleID + ":*", "AIDAEXAMPLE1234567890"},
			ExemptAccounts: []string{"222222222222", "333333333333"}, ExemptOrganizationIDs: []string{"o-z9y8x7w6v5"}, ExemptOrganizationPaths: []string{path, lonePath},
			ExemptReplicationFrom: []string{"444444444444", "555555555555"}, Actions: []string{"ecr:Batch*", "ecr:PutImage"}, Sid: "AllButSome",
		}),
		"grants": in(arns(pattern.Lockdown{}),
			named("Unit", pattern.Grant{Access: "pull", OrganizationPaths: []string{path}, Conditions: endpoint()}),
			named("Org", pattern.Grant{Access: "pull", OrganizationIDs: []string{"o-z9y8x7w6v5"}}),
			named("Account", pattern.Grant{Access: "push", Accounts: []string{"222222222222"}, PrincipalARNs: []string{user, deployer}}),
			named("Session", pattern.Grant{Access: "pull", PrincipalStyle: pattern.StylePrincipal, PrincipalARNs: []string{"arn:aws:sts::222222222222:assumed-role/ci/build"}}),
			named("Functions", pattern.Grant{Lambda: &pattern.LambdaGrant{Accounts: []string{"333333333333"}, FunctionARNs: []string{function}, OrganizationIDs: []string{"o-y9y8x7w6v5"}}}),
			named("Build", pattern.Grant{CodeBuild: &pattern.CodeBuildGrant{ProjectARNs: []string{project}}}),
		),
		"grants-not-exempt": in(arns(pattern.Lockdown{ExemptGrants: no()}), named("Account", pattern.Grant{Access: "push", Accounts: []string{"222222222222"}})),
	}
}

// TestLockdownGolden writes each statement, which AWS would take and which does what it says.
func TestLockdownGolden(t *testing.T) {
	t.Parallel()
	for name, tc := range goldenLockdowns() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if problems := pattern.ValidateLockdown(tc.lockdown, tc.grants, tc.site); pattern.HasErrors(problems) {
				t.Fatalf("the case itself is wrong: %s", problemsText(problems))
			}
			statement := tc.lockdown.Statement(tc.site, tc.grants)
			text := policy.New(statement).Pretty()
			golden(t, "lockdown/"+name, text)
			reviewed(t, text, policy.KindRepository)
			proof := pattern.ProveLockdown(tc.lockdown, tc.grants, statement, tc.site)
			if len(proof.Problems) > 0 || len(proof.Lines) < 2 {
				t.Errorf("%s\n%s", problemsText(proof.Problems), strings.Join(proof.Lines, "\n"))
			}
		})
	}
}
