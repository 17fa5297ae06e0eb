// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package pattern_test

import (
	"strings"
	"testing"

	"github.com/ecrx/terraform-provider-ecrx/internal/pattern"
	"github.com/ecrx/terraform-provider-ecrx/internal/policy"
)

// TestProveCaller asks of each kind of caller what a lockdown of his own does to him.
func TestProveCaller(t *testing.T) {
	t.Parallel()
	type lockdown = pattern.Lockdown
	type caller = pattern.Caller
	const (
		roleID  = "AROAEXAMPLE1234567890"
		session = "arn:aws:sts::111111111111:assumed-role/deployer/ci"
		at      = "arn:aws:iam::111111111111:role/ops/deployer"
		bare    = "arn:aws:iam::111111111111:role/deployer"
		lost    = "error: Policy that locks its caller out"
		unsure  = "warning: Policy that may lock its caller out"
	)
	user := caller{ARN: administrator, UserID: "AIDAEXAMPLE1234567890"}
	pathless := caller{ARN: session, UserID: roleID + ":ci"}
	known := caller{ARN: session, UserID: roleID + ":ci", RoleARN: at}
	exempt := func(arns ...string) lockdown { return lockdown{ExemptPrincipalARNs: arns} }
	for name, tc := range map[string]struct {
		lockdown lockdown
		caller   caller
		want     []string
	}{
		"nobody knows who asks":           {exempt(deployer), caller{}, nil},
		"a user who is exempt":            {exempt(administrator), user, nil},
		"a user who isn't":                {exempt(deployer), user, []string{lost, administrator + " would lose ecr:DeleteRepositoryPolicy, ecr:GetRepositoryPolicy, ecr:SetRepositoryPolicy", `Add "` + administrator + `" to exempt_principal_arns`}},
		"a user, by id":                   {lockdown{ExemptUserIDs: []string{user.UserID}}, user, nil},
		"another user's id":               {lockdown{ExemptUserIDs: []string{"AIDAOTHER123456789012"}}, user, []string{lost}},
		"a user of another account":       {exempt(deployer), caller{ARN: "arn:aws:iam::222222222222:user/admin"}, []string{lost, `"arn:aws:iam::222222222222:user/admin"`}},
		"the account of the caller":       {lockdown{ExemptAccounts: []string{"222222222222"}}, caller{ARN: "arn:aws:iam::222222222222:user/admin"}, nil},
		"the root user":                   {exempt(deployer), caller{ARN: ownRoot}, nil},
		"the root user, who isn't":        {lockdown{ExemptPrincipalARNs: []string{deployer}, ExemptRootUser: no()}, caller{ARN: ownRoot}, []string{lost}},
		"the data plane alone":            {lockdown{ExemptPrincipalARNs: []string{deployer}, Actions: []string{"ecr:BatchGetImage", "ecr:PutImage"}}, user, nil},
		"reading the policy alone":        {lockdown{ExemptPrincipalARNs: []string{deployer}, Actions: []string{"ecr:Get*"}}, user, []string{lost, "would lose ecr:GetRepositoryPolicy on"}},
		"a role with its path":            {exempt(at), known, nil},
		"a role whose path is left out":   {exempt(bare), known, []string{lost, `Add "` + at + `" to exempt_principal_arns of the lockdown, or`}},
		"a role by its id":                {lockdown{ExemptUserIDs: []string{roleID + ":*"}}, pathless, nil},
		"another role, path not known":    {exempt("arn:aws:iam::111111111111:role/web"), pathless, []string{lost, `Add "` + bare + `" to exempt_principal_arns of the lockdown, with the path`}},
		"its role, path not known":        {exempt(bare), pathless, []string{unsure}},
		"its role with some path":         {exempt(at), pathless, []string{unsure}},
		"a path of its role":              {exempt("arn:aws:iam::111111111111:role/ops/*"), pathless, []string{unsure}},
		"its role, whatever its path":     {exempt(bare, "arn:aws:iam::111111111111:role/*/deployer"), pathless, nil},
		"its role in another account":     {exempt("arn:aws:iam::222222222222:role/ops/deployer"), pathless, []string{lost}},
		"a path that begins so":           {exempt("arn:aws:iam::111111111111:role/ops*"), pathless, []string{unsure}},
		"some path of some account":       {exempt("arn:aws:iam::*:role/aws-reserved/sso.amazonaws.com/*"), pathless, []string{unsure}},
		"a federated user":                {exempt("arn:aws:sts::111111111111:federated-user/ana"), caller{ARN: "arn:aws:sts::111111111111:federated-user/ana", UserID: "111111111111:ana"}, nil},
		"deleting the policy alone":       {lockdown{ExemptPrincipalARNs: []string{deployer}, Actions: []string{"ecr:DeleteRepositoryPolicy"}}, user, []string{"warning: Policy that its caller can't delete", "would lose ecr:DeleteRepositoryPolicy on"}},
		"an organization":                 {lockdown{ExemptOrganizationIDs: []string{orgID}}, user, []string{unsure, "needs an organization that isn't " + orgID + "; this caller's isn't known"}},
		"paths of an organization":        {lockdown{ExemptOrganizationPaths: []string{path}}, known, []string{unsure}},
		"NotPrincipal with who asks":      {lockdown{Mode: pattern.LockdownByNotPrincipal, ExemptPrincipalARNs: []string{ownRoot, administrator}}, user, nil},
		"NotPrincipal with somebody else": {lockdown{Mode: pattern.LockdownByNotPrincipal, ExemptPrincipalARNs: []string{ownRoot, deployer}}, user, []string{lost}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			problem, found := pattern.ProveCaller([]policy.Statement{tc.lockdown.Statement(ireland(), nil)}, ireland(), "team/app", tc.caller, "exempt_principal_arns of the lockdown")
			got := string(problem.Severity) + ": " + problem.Summary + "\n" + problem.Detail
			if found != (tc.want != nil) {
				t.Errorf("found %t: %s", found, got)
			}
			for _, want := range tc.want {
				if !strings.Contains(got, want) {
					t.Errorf("got %s\nwithout %s", got, want)
				}
			}
		})
	}
}

// TestProveCallerLooksAtDenies leaves alone who is in nobody's way: an Allow for somebody else takes nothing from him.
func TestProveCallerLooksAtDenies(t *testing.T) {
	t.Parallel()
	grant := pulling(pattern.Grant{Accounts: []string{"222222222222"}})
	for _, arn := range []string{administrator, "arn:aws:iam::333333333333:user/admin", "arn:aws:sts::111111111111:assumed-role/deployer/ci"} {
		if problem, found := pattern.ProveCaller(grant.Statements(ireland()), ireland(), "", pattern.Caller{ARN: arn}, ""); found {
			t.Errorf("%s: %s", arn, problem.Detail)
		}
	}
}
