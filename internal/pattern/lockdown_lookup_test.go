// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package pattern_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ecrx/terraform-provider-ecrx/internal/pattern"
)

const (
	bareRole = "arn:aws:iam::111111111111:role/deployer"
	anyPath  = "arn:aws:iam::111111111111:role/*/deployer"
	firstID  = "AROAFIRST12345678901"
	secondID = "AROASECOND1234567890"
)

// TestWithRoles goes through what was looked up, for each of the modes. want are those who become exempt beside the administrator,
// parted by spaces; "?" stands for somebody who isn't known yet.
func TestWithRoles(t *testing.T) {
	t.Parallel()
	type roles = map[string]pattern.RoleLookup
	found := func(arn, id string) pattern.RoleLookup { return pattern.RoleLookup{ARN: arn, UniqueID: id} }
	refused := pattern.RoleLookup{}
	byName := func(names ...string) pattern.Lockdown {
		return pattern.Lockdown{ExemptPrincipalARNs: []string{administrator}, ExemptRoleNames: names}
	}
	byID := func(names ...string) pattern.Lockdown {
		l := byName(names...)
		l.Mode = pattern.LockdownByUserID
		return l
	}
	listed := byID("deployer")
	listed.ExemptUserIDs = []string{secondID + ":*"}
	const other = "arn:aws:iam::111111111111:role/deploy/other"
	for name, tc := range map[string]struct {
		lockdown pattern.Lockdown
		roles    roles
		want     string
		problems string
	}{
		"nobody to look up":       {byName(), nil, "", ""},
		"a path":                  {byName("deployer"), roles{"deployer": found(deployer, firstID)}, deployer, ""},
		"two roles":               {byName("deployer", "other"), roles{"deployer": found(deployer, firstID), "other": found(other, secondID)}, deployer + " " + other, ""},
		"one that is listed too":  {pattern.Lockdown{ExemptPrincipalARNs: []string{administrator, deployer}, ExemptRoleNames: []string{"deployer"}}, roles{"deployer": found(deployer, firstID)}, deployer, ""},
		"not looked up":           {byName("deployer"), nil, "?", ""},
		"one of two isn't":        {byName("deployer", "other"), roles{"other": found(other, secondID)}, other + " ?", ""},
		"refused":                 {byName("deployer"), roles{"deployer": refused}, bareRole + " " + anyPath, `warning exempt_role_names: … "` + bareRole + `" and "` + anyPath + `" are both exempt`},
		"an id":                   {byID("deployer"), roles{"deployer": found(deployer, firstID)}, firstID + ":*", ""},
		"an id that is listed":    {listed, roles{"deployer": found(deployer, secondID)}, secondID + ":*", ""},
		"an id beside a listed":   {listed, roles{"deployer": found(deployer, firstID)}, secondID + ":* " + firstID + ":*", ""},
		"an id, not looked up":    {byID("deployer"), nil, "?", ""},
		"an id, refused":          {byID("deployer"), roles{"deployer": refused}, "?", "error exempt_role_names: Role that can't be looked up … Allow iam:GetRole"},
		"an id, of two, refused":  {byID("deployer", "other"), roles{"deployer": refused, "other": found(other, secondID)}, secondID + ":* ?", "error exempt_role_names: … the role deployer"},
		"another one is known of": {byName("deployer"), roles{"other": found(other, secondID)}, "?", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, known, problems := tc.lockdown.WithRoles(tc.roles, ireland())
			got.ExemptRootUser, got.ExemptServiceLinkedRoles = no(), no()
			exempt := got.Exempt(ireland(), nil)
			if !slices.Contains(exempt, administrator) {
				t.Errorf("the administrator isn't among %q", exempt)
			}
			exempt = slices.DeleteFunc(exempt, func(who string) bool { return who == administrator })
			if !known {
				exempt = append(exempt, "?")
			}
			if want := strings.Fields(tc.want); !slices.Equal(sorted(exempt), sorted(want)) {
				t.Errorf("%q become exempt, want %q", exempt, want)
			}
			agrees(t, name, problems, tc.problems)
		})
	}
}

// TestExemptCaller exempts who makes the lockdown, beside those who are listed.
func TestExemptCaller(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		caller string
		listed []string
		want   []string
	}{
		"a user":            {administrator, nil, []string{administrator}},
		"one who is listed": {administrator, []string{administrator}, []string{administrator}},
		"a role":            {deployer, []string{role}, []string{role, deployer}},
		"a session":         {"arn:aws:sts::111111111111:assumed-role/deployer/ci", nil, []string{bareRole, anyPath}},
	} {
		l := pattern.Lockdown{ExemptCaller: true, CallerARN: tc.caller, ExemptPrincipalARNs: tc.listed, ExemptRootUser: no(), ExemptServiceLinkedRoles: no()}
		if diff := cmp.Diff(sorted(tc.want), l.Exempt(ireland(), nil)); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

// TestCallerIn finds whom exempt_caller stands for in a statement that was read back.
func TestCallerIn(t *testing.T) {
	t.Parallel()
	const session = "arn:aws:sts::111111111111:assumed-role/deployer"
	listing := pattern.Lockdown{ExemptCaller: true, ExemptPrincipalARNs: []string{role}, ExemptRoleNames: []string{"ops"}}
	for name, tc := range map[string]struct {
		found []string
		want  string
	}{
		"nobody":                         {[]string{role}, ""},
		"one":                            {[]string{role, administrator}, administrator},
		"one beside a name":              {[]string{role, deployer, "arn:aws:iam::111111111111:role/a/ops"}, deployer},
		"two":                            {[]string{role, deployer, administrator}, ""},
		"a session's role":               {[]string{role, bareRole, anyPath}, session},
		"a session's role and a user":    {[]string{bareRole, anyPath, administrator}, ""},
		"two roles that look like them":  {[]string{bareRole, "arn:aws:iam::111111111111:role/*/other"}, ""},
		"a name whose path isn't known":  {[]string{"arn:aws:iam::111111111111:role/ops", "arn:aws:iam::111111111111:role/*/ops", administrator}, administrator},
		"whom the configuration lacks":   {[]string{administrator}, administrator},
		"nobody, who was the only other": {nil, ""},
	} {
		if got := listing.CallerIn(pattern.Lockdown{ExemptPrincipalARNs: tc.found}); got != tc.want {
			t.Errorf("%s: %q, want %q", name, got, tc.want)
		}
	}
	listing.CallerARN = session
	if got := listing.Exempt(ireland(), nil); !slices.Contains(got, bareRole) || !slices.Contains(got, anyPath) {
		t.Errorf("the session is exempt as %q", got)
	}
}

// TestExempt lists all whom the statement leaves alone.
func TestExempt(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		lockdown pattern.Lockdown
		grants   []pattern.Grant
		want     []string
	}{
		"defaults": {pattern.Lockdown{ExemptPrincipalARNs: []string{deployer, deployer}}, nil, []string{deployer, "arn:aws:iam::111111111111:role/aws-service-role/*", ownRoot}},
		"no defaults": {
			pattern.Lockdown{ExemptPrincipalARNs: []string{deployer}, ExemptRootUser: no(), ExemptServiceLinkedRoles: no(), ExemptAWSServices: no()}, nil, []string{deployer},
		},
		"NotPrincipal": {byNotPrincipal(func(l *pattern.Lockdown) { l.ExemptUserIDs = []string{firstID + ":*"} }), nil, []string{ownRoot, administrator, firstID + ":*"}},
		"every list": {
			pattern.Lockdown{
				ExemptUserIDs: []string{firstID + ":*"}, ExemptAccounts: []string{"222222222222"}, ExemptOrganizationIDs: []string{orgID}, ExemptOrganizationPaths: []string{path},
				ExemptReplicationFrom: []string{"333333333333"}, ExemptRootUser: no(), ExemptServiceLinkedRoles: no(),
			},
			nil,
			[]string{"222222222222", firstID + ":*", "arn:aws:iam::333333333333" + replicator, orgID, path},
		},
		"grants": {
			pattern.Lockdown{ExemptRootUser: no(), ExemptServiceLinkedRoles: no()}, []pattern.Grant{{Name: "Web", Access: "pull", Accounts: []string{"222222222222"}}}, []string{"222222222222"},
		},
		"grants apart": {
			pattern.Lockdown{ExemptPrincipalARNs: []string{deployer}, ExemptGrants: no(), ExemptRootUser: no(), ExemptServiceLinkedRoles: no()},
			[]pattern.Grant{{Name: "Web", Access: "pull", Accounts: []string{"222222222222"}}},
			[]string{deployer},
		},
	} {
		slices.Sort(tc.want)
		if diff := cmp.Diff(tc.want, tc.lockdown.Exempt(ireland(), tc.grants)); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}
