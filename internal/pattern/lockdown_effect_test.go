// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package pattern_test

import (
	"strings"
	"testing"

	"github.com/ecrx/terraform-provider-ecrx/internal/authz"
	"github.com/ecrx/terraform-provider-ecrx/internal/pattern"
)

// TestLockdownEffect goes through grants of every kind of who: which of them a lockdown kills, and the line that revives them.
func TestLockdownEffect(t *testing.T) {
	t.Parallel()
	type grant = pattern.Grant
	type lockdown = pattern.Lockdown
	alone := exempting(func(l *lockdown) { l.ExemptGrants = no() })
	with := func(change func(*lockdown)) pattern.Lockdown {
		l := alone
		change(&l)
		return l
	}
	closed := with(func(l *lockdown) { l.ExemptAWSServices = no() })
	function := grant{Lambda: &pattern.LambdaGrant{Accounts: []string{"222222222222"}}}
	build := grant{CodeBuild: &pattern.CodeBuildGrant{ProjectARNs: []string{project}}}
	session := grant{PrincipalStyle: pattern.StylePrincipal, PrincipalARNs: []string{"arn:aws:sts::222222222222:assumed-role/ci/build"}}
	two := grant{Accounts: []string{"222222222222", "333333333333"}}
	const void = ": Grant that the lockdown makes void: … Write "
	for name, tc := range map[string]struct {
		lockdown pattern.Lockdown
		grant    pattern.Grant
		want     string
	}{
		"paths":                          {alone, grant{OrganizationPaths: []string{path}}, "error Dev.organization_paths" + void + `exempt_organization_paths = ["` + path + `"] in the lockdown, or let exempt_grants`},
		"organizations":                  {alone, grant{OrganizationIDs: []string{orgID}}, "error Dev.organization_ids" + void + `exempt_organization_ids = ["o-a1b2c3d4e5"]`},
		"accounts":                       {alone, two, "error Dev.accounts" + void + `exempt_accounts = ["222222222222", "333333333333"]`},
		"principals":                     {alone, grant{PrincipalARNs: []string{role}}, "error Dev.principal_arns" + void + `exempt_principal_arns = ["` + role + `"]`},
		"a session":                      {alone, session, "error Dev.principal_arns" + void + `exempt_principal_arns = ["arn:aws:iam::222222222222:role/*/ci", "arn:aws:iam::222222222222:role/ci"]`},
		"functions":                      {alone, function, "error Dev.lambda" + void + `exempt_accounts = ["222222222222"] in`},
		"functions, services closed":     {closed, function, "error Dev.lambda" + void + `exempt_accounts = ["222222222222"] and exempt_aws_services = true in`},
		"CodeBuild":                      {alone, build, ""},
		"CodeBuild, services closed":     {closed, build, "error Dev.codebuild" + void + `exempt_aws_services = true in the lockdown.`},
		"CodeBuild, exempt like a grant": {exempting(func(l *lockdown) { l.ExemptAWSServices = no() }), build, "error Dev.codebuild" + void + `exempt_aws_services = true in the lockdown.`},
		"by NotPrincipal":                {byNotPrincipal(func(*lockdown) {}), grant{OrganizationIDs: []string{orgID}}, "error Dev.organization_ids" + void + `exempt_organization_ids = ["o-a1b2c3d4e5"] in the lockdown, with mode = "principal_arn"`},
		"exempt as grants":               {exempting(func(*lockdown) {}), two, ""},
		"exempt by its account":          {with(func(l *lockdown) { l.ExemptAccounts = []string{"222222222222"} }), grant{PrincipalARNs: []string{role}}, ""},
		"one account of two":             {with(func(l *lockdown) { l.ExemptAccounts = []string{"222222222222"} }), two, "error Dev.accounts: … is for principals of account 333333333333, to whom … Write exempt_accounts"},
		"one role of the account":        {with(func(l *lockdown) { l.ExemptPrincipalARNs = []string{role} }), grant{Accounts: []string{"222222222222"}}, ""},
		"an OU below":                    {with(func(l *lockdown) { l.ExemptOrganizationPaths = []string{orgID + "/r-ab12/*"} }), grant{OrganizationPaths: []string{path}}, ""},
		"another OU":                     {with(func(l *lockdown) { l.ExemptOrganizationPaths = []string{orgID + "/r-ab12/ou-ab12-22222222/*"} }), grant{OrganizationPaths: []string{path}}, "error Dev.organization_paths" + void},
		"the organization of the OU":     {with(func(l *lockdown) { l.ExemptOrganizationIDs = []string{orgID} }), grant{OrganizationPaths: []string{path}}, ""},
		"other actions":                  {with(func(l *lockdown) { l.Actions = []string{"ecr:PutImage"} }), grant{OrganizationIDs: []string{orgID}}, ""},
		"some of its actions":            {with(func(l *lockdown) { l.Actions = []string{"ecr:BatchGetImage"} }), grant{OrganizationIDs: []string{orgID}}, "error Dev.organization_ids: Grant that the lockdown cuts short: … denies ecr:BatchGetImage: … Write "},
		"a part of a wildcard":           {with(func(l *lockdown) { l.Actions = []string{"ecr:BatchGetImage"} }), grant{OrganizationIDs: []string{orgID}, Actions: []string{"ecr:Batch*"}}, "error Dev.organization_ids: Grant that the lockdown cuts short: … denies ecr:BatchGetImage: … Write "},
		"ids that may be theirs":         {with(func(l *lockdown) { l.ExemptUserIDs = []string{accessRoleID + ":*"} }), two, "warning Dev.accounts: Grant that the lockdown may make void: … Write exempt_accounts … this doesn't matter if they are theirs"},
		"a role that may be a member":    {with(func(l *lockdown) { l.ExemptPrincipalARNs = []string{role} }), grant{OrganizationIDs: []string{orgID}}, ""},
		"the owner's own role":           {alone, grant{PrincipalARNs: []string{deployer}}, ""},
		"the owner's account, by a role": {alone, grant{Accounts: []string{"111111111111"}}, ""},
		"the owner's account alone":      {with(func(l *lockdown) { l.ExemptAccounts = []string{"111111111111"} }), grant{OrganizationIDs: []string{orgID}}, "error Dev.organization_ids" + void},
		"federated users":                {exempting(func(*lockdown) {}), grant{PrincipalStyle: pattern.StylePrincipal, PrincipalARNs: []string{"arn:aws:sts::222222222222:federated-user/ana"}}, ""},
		"federated users, dead":          {alone, grant{PrincipalStyle: pattern.StylePrincipal, PrincipalARNs: []string{"arn:aws:sts::222222222222:federated-user/ana"}}, "error Dev.principal_arns" + void + `exempt_principal_arns = ["arn:aws:sts::222222222222:federated-user/ana"]`},
	} {
		grants := []pattern.Grant{pulling(tc.grant)}
		agrees(t, name, flat(pattern.LockdownEffect(tc.lockdown, grants, ireland())), tc.want)
	}
}

// flat puts each problem on one line.
func flat(problems []pattern.Problem) []pattern.Problem {
	for i := range problems {
		problems[i].Detail = strings.ReplaceAll(problems[i].Detail, "\n", " ")
	}
	return problems
}

// TestOrganizationShareUnderLockdown is a share with an organizational unit: who of those around it gets in.
func TestOrganizationShareUnderLockdown(t *testing.T) {
	t.Parallel()
	grants := []pattern.Grant{
		{Name: "Dev", Access: "pull", OrganizationPaths: []string{path}},
		{Name: "Web", Lambda: &pattern.LambdaGrant{Accounts: []string{"222222222222"}}},
	}
	shut := exempting(func(l *pattern.Lockdown) { l.ExemptGrants = no() })
	if problems := pattern.LockdownEffect(shut, grants, ireland()); len(problems) != 2 {
		t.Errorf("without the exemption: %s", problemsText(problems))
	}
	l := exempting(func(*pattern.Lockdown) {})
	if problems := pattern.LockdownEffect(l, grants, ireland()); len(problems) != 0 {
		t.Errorf("with it: %s", problemsText(problems))
	}
	const unitPath = "o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/"
	for name, tc := range map[string]struct {
		person person
		denied bool
	}{
		"a member":                 {roleIn("777777777777").in(unitPath), false},
		"a member of an OU below":  {roleIn("777777777777").in(unitPath + "ou-ab12-33333333/"), false},
		"a sibling OU":             {roleIn("777777777777").in("o-a1b2c3d4e5/r-ab12/ou-ab12-22222222/"), true},
		"the organization's root":  {roleIn("777777777777").in("o-a1b2c3d4e5/r-ab12/"), true},
		"another organization":     {roleIn("777777777777").in("o-z9y8x7w6v5/r-ab12/ou-ab12-11111111/"), true},
		"no organization":          {roleIn("777777777777"), true},
		"the functions' account":   {roleIn("222222222222"), false},
		"Lambda":                   {lambda("222222222222", "web"), false},
		"a service-linked role":    {principal(inspector), false},
		"the root user":            {principal(ownRoot), false},
		"somebody of the account":  {roleIn("111111111111"), true},
		"the same, in the OU":      {roleIn("111111111111").in(unitPath), false},
		"the deployer":             {principal(deployer), false},
		"a root user in no list":   {principal("arn:aws:iam::777777777777:root"), true},
		"replication, in no list":  {principal("arn:aws:iam::777777777777" + replicator), true},
		"replication of a member":  {principal("arn:aws:iam::777777777777" + replicator).in(unitPath), false},
		"an anonymous caller":      {principal(authz.Anonymous), true},
		"a service without source": {serviceFor("lambda.amazonaws.com", "", ""), false},
	} {
		tc.person.UserID = "AROAOTHER123456789012:s"
		if got := underLockdown(tc.person.Caller, l, grants) == authz.ExplicitlyDenied; got != tc.denied {
			t.Errorf("%s is denied: %v", name, got)
		}
	}
}

// TestLockdownPassage says which grants are let through, and which in part.
func TestLockdownPassage(t *testing.T) {
	t.Parallel()
	type lockdown = pattern.Lockdown
	const all, some = "DenyOthers lets through everybody to whom Dev gives access", "DenyOthers lets through only some of those to whom Dev gives access: those whom the lockdown's own lists name"
	organization := pattern.Grant{OrganizationIDs: []string{orgID}}
	account := pattern.Grant{Accounts: []string{"222222222222"}}
	for name, tc := range map[string]struct {
		lockdown pattern.Lockdown
		grant    pattern.Grant
		want     string
	}{
		"whom the grant names":            {exempting(func(*lockdown) {}), organization, all},
		"the account by its number":       {exempting(func(l *lockdown) { l.ExemptGrants, l.ExemptAccounts = no(), []string{"222222222222"} }), account, all},
		"one role of the account":         {exempting(func(l *lockdown) { l.ExemptGrants, l.ExemptPrincipalARNs = no(), []string{role} }), account, some},
		"one account of the organization": {exempting(func(l *lockdown) { l.ExemptGrants, l.ExemptAccounts = no(), []string{"222222222222"} }), organization, some},
		"other actions":                   {exempting(func(l *lockdown) { l.ExemptGrants, l.Actions = no(), []string{"ecr:PutImage"} }), organization, all},
		"a service":                       {exempting(func(*lockdown) {}), pattern.Grant{CodeBuild: &pattern.CodeBuildGrant{ProjectARNs: []string{project}}}, all},
	} {
		got := pattern.LockdownPassage(tc.lockdown, []pattern.Grant{pulling(tc.grant)}, ireland())
		if len(got) != 1 || got[0] != tc.want {
			t.Errorf("%s: %q, want %q", name, got, tc.want)
		}
	}
}

// TestLockdownEffectApart looks at grants of others: they are exempt where the lockdown's lists, or the grants beside it, name them.
func TestLockdownEffectApart(t *testing.T) {
	t.Parallel()
	theirs := pulling(pattern.Grant{Accounts: []string{"222222222222"}})
	own := pulling(pattern.Grant{Accounts: []string{"222222222222", "333333333333"}})
	closed := exempting(func(*pattern.Lockdown) {})
	apart := exempting(func(l *pattern.Lockdown) { l.ExemptGrants = no() })
	for name, tc := range map[string]struct {
		lockdown pattern.Lockdown
		own      []pattern.Grant
		want     string
	}{
		"nobody exempts them":     {closed, nil, `error Dev.accounts: … Write exempt_accounts = ["222222222222"] in the lockdown.`},
		"the grants beside it do": {closed, []pattern.Grant{own}, ""},
		"they would, but are not": {apart, []pattern.Grant{own}, `error Dev.accounts: … Write exempt_accounts = ["222222222222"] in the lockdown.`},
		"its lists do":            {exempting(func(l *pattern.Lockdown) { l.ExemptAccounts = []string{"222222222222"} }), nil, ""},
		"no grant exempts itself": {closed, []pattern.Grant{pulling(pattern.Grant{Accounts: []string{"444444444444"}})}, "error Dev.accounts"},
	} {
		agrees(t, name, flat(pattern.LockdownEffectApart(tc.lockdown, tc.own, []pattern.Grant{theirs}, ireland())), tc.want)
	}
}
