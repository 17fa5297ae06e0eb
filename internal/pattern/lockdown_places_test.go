// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package pattern_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ecrx/terraform-provider-ecrx/internal/authz"
	"github.com/ecrx/terraform-provider-ecrx/internal/pattern"
	"github.com/ecrx/terraform-provider-ecrx/internal/policy"
)

// TestPlaces finds the grants that a lockdown makes void whoever its caller and its roles turn out to be, and says of others that it
// may. With whoever it is in their place, it finds no more than that, and no less.
func TestPlaces(t *testing.T) {
	t.Parallel()
	const void, doubt, fine = "error", "warning", ""
	caller := pattern.Lockdown{ExemptCaller: true, ExemptGrants: no()}
	byName := pattern.Lockdown{ExemptRoleNames: []string{"deployer"}, ExemptGrants: no()}
	byID := pattern.Lockdown{Mode: pattern.LockdownByUserID, ExemptRoleNames: []string{"deployer"}, ExemptGrants: no()}
	for name, tc := range map[string]struct {
		lockdown pattern.Lockdown
		grant    pattern.Grant
		account  string // the caller's
		want     string
	}{
		"an account":                        {caller, pattern.Grant{Accounts: []string{"222222222222"}}, "111111111111", void},
		"an organization":                   {caller, pattern.Grant{OrganizationIDs: []string{orgID}}, "111111111111", void},
		"an OU":                             {caller, pattern.Grant{OrganizationPaths: []string{path}}, "111111111111", void},
		"a role of another account":         {caller, pattern.Grant{PrincipalARNs: []string{role}}, "111111111111", void},
		"Lambda of another account":         {caller, pattern.Grant{Lambda: &pattern.LambdaGrant{Accounts: []string{"222222222222"}}}, "111111111111", void},
		"a role of the caller's account":    {caller, pattern.Grant{PrincipalARNs: []string{ownRole}}, "111111111111", doubt},
		"the caller's account":              {caller, pattern.Grant{Accounts: []string{"222222222222"}}, "222222222222", doubt},
		"an account, of a caller unknown":   {caller, pattern.Grant{Accounts: []string{"222222222222"}}, "", doubt},
		"an account that is listed":         {pattern.Lockdown{ExemptCaller: true, ExemptGrants: no(), ExemptAccounts: []string{"222222222222"}}, pattern.Grant{Accounts: []string{"222222222222"}}, "111111111111", fine},
		"an account, exempt as the grant's": {pattern.Lockdown{ExemptCaller: true}, pattern.Grant{Accounts: []string{"222222222222"}}, "111111111111", fine},
		"an account, beside a role":         {byName, pattern.Grant{Accounts: []string{"222222222222"}}, "111111111111", void},
		"a role, beside a role":             {byName, pattern.Grant{PrincipalARNs: []string{ownRole}}, "111111111111", doubt},
		"a user, beside a role":             {byName, pattern.Grant{PrincipalARNs: []string{administrator}}, "111111111111", void},
		"a role, beside a role's id":        {byID, pattern.Grant{PrincipalARNs: []string{ownRole}}, "111111111111", doubt},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tc.grant.Name = "Dev"
			if tc.grant.Lambda == nil {
				tc.grant.Access = "pull"
			}
			grants := []pattern.Grant{tc.grant}
			problems := pattern.LockdownEffect(tc.lockdown.WithPlaces(ireland(), tc.account), grants, ireland())
			got := fine
			for _, p := range problems {
				got = string(p.Severity)
				if strings.Contains(p.Detail, authz.UnknownValue) {
					t.Errorf("the text shows what is unknown: %q", p.Detail)
				}
			}
			if got != tc.want {
				t.Errorf("the effect is %q, want %q: %+v", got, tc.want, problems)
			}
			found := tc.lockdown
			found.CallerARN = "arn:aws:iam::" + tc.account + ":user/somebody"
			if tc.account == "" {
				return
			}
			found.Roles = map[string]pattern.RoleLookup{"deployer": {ARN: deployer, UniqueID: firstID}}
			certain := pattern.LockdownEffect(found, grants, ireland())
			if tc.want == void && !pattern.HasErrors(certain) || tc.want == fine && len(certain) > 0 {
				t.Errorf("when all is known the effect is %+v", certain)
			}
		})
	}
}

// TestProofBeforeAndAfter says the same of a lockdown before and after its caller and its roles are known: what was planned has to
// come true.
func TestProofBeforeAndAfter(t *testing.T) {
	t.Parallel()
	grants := []pattern.Grant{
		{Name: "Partner", Access: "pull", Accounts: []string{"222222222222"}},
		{Name: "Ci", Access: "push", PrincipalARNs: []string{deployer}},
	}
	said := func(l pattern.Lockdown) []string {
		proof := pattern.ProveLockdown(l, grants, l.Statement(ireland(), grants), ireland())
		if len(proof.Problems)+len(proof.Lockout) > 0 {
			t.Errorf("%+v: %+v", l, proof)
		}
		return slices.Concat(proof.Lines, pattern.LockdownPassage(l, grants, ireland()))
	}
	for name, l := range map[string]pattern.Lockdown{
		"caller":        {ExemptCaller: true},
		"roles":         {ExemptRoleNames: []string{"deployer"}, ExemptPrincipalARNs: []string{administrator}},
		"roles by id":   {Mode: pattern.LockdownByUserID, ExemptRoleNames: []string{"deployer"}, ExemptPrincipalARNs: []string{administrator}},
		"all":           {ExemptCaller: true, ExemptRoleNames: []string{"deployer"}},
		"grants denied": {ExemptCaller: true, ExemptRoleNames: []string{"deployer"}, ExemptGrants: no(), ExemptAccounts: []string{"222222222222"}},
		"nobody else":   {ExemptCaller: true, ExemptRootUser: no()},
	} {
		before := said(l)
		for _, caller := range []string{administrator, deployer, "arn:aws:sts::111111111111:assumed-role/deployer/ci"} {
			for _, role := range []pattern.RoleLookup{{ARN: deployer, UniqueID: firstID}, {UniqueID: firstID}} {
				after := l
				after.CallerARN, after.Roles = caller, map[string]pattern.RoleLookup{"deployer": role}
				if diff := cmp.Diff(before, said(after)); diff != "" {
					t.Errorf("%s, as %s (-before +after): %s", name, caller, diff)
				}
			}
		}
	}
}

// TestPlacesInStatements leaves out who isn't known, or writes what the engine takes for unknown, or words.
func TestPlacesInStatements(t *testing.T) {
	t.Parallel()
	l := pattern.Lockdown{ExemptCaller: true, ExemptRoleNames: []string{"deployer", "ops"}, Roles: map[string]pattern.RoleLookup{"ops": {ARN: role}}, ExemptRootUser: no(), ExemptServiceLinkedRoles: no()}
	byID := l
	byID.Mode = pattern.LockdownByUserID
	for name, tc := range map[string]struct {
		lockdown pattern.Lockdown
		want     []string
	}{
		"left out":           {l, []string{role}},
		"left out, by id":    {byID, nil},
		"unknown":            {l.WithPlaces(ireland(), "333333333333"), []string{role, "arn:aws:iam::333333333333:" + authz.UnknownValue, "arn:aws:iam::111111111111:role/" + authz.UnknownValue}},
		"unknown, of nobody": {l.WithPlaces(ireland(), ""), []string{role, authz.UnknownValue, "arn:aws:iam::111111111111:role/" + authz.UnknownValue}},
		"words":              {l.WithWords(), []string{role, "<ARN of the principal that applies>", "<ARN of the role deployer>"}},
		"words, by id":       {byID.WithWords(), []string{"<ARN of the principal that applies>", "<unique id of the role deployer>:*", "<unique id of the role ops>:*"}},
	} {
		if diff := cmp.Diff(sorted(tc.want), tc.lockdown.Exempt(ireland(), nil)); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
		if text := policy.New(tc.lockdown.Statement(ireland(), nil)).Canonical(); strings.Contains(text, `\u003c`) {
			t.Errorf("%s: %s", name, text)
		}
	}
	if len(l.Roles) != 1 || l.CallerARN != "" {
		t.Errorf("what was filled is changed: %+v", l)
	}
}
