// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package pattern_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/ecrx/terraform-provider-ecrx/internal/pattern"
)

// exempting gives a lockdown that is right but for what the case is about.
func exempting(change func(*pattern.Lockdown)) pattern.Lockdown {
	l := pattern.Lockdown{ExemptPrincipalARNs: []string{deployer}}
	change(&l)
	return l
}

func byNotPrincipal(change func(*pattern.Lockdown)) pattern.Lockdown {
	l := pattern.Lockdown{Mode: pattern.LockdownByNotPrincipal, ExemptPrincipalARNs: []string{ownRoot, administrator}}
	change(&l)
	return l
}

// TestValidateLockdown has each bad input on its argument, with what to write instead.
func TestValidateLockdown(t *testing.T) {
	t.Parallel()
	type lockdown = pattern.Lockdown
	arn := func(arns ...string) pattern.Lockdown {
		return exempting(func(l *lockdown) { l.ExemptPrincipalARNs = arns })
	}
	listed := func(arns ...string) pattern.Lockdown {
		return byNotPrincipal(func(l *lockdown) { l.ExemptPrincipalARNs = append(l.ExemptPrincipalARNs, arns...) })
	}
	id := func(ids ...string) pattern.Lockdown { return exempting(func(l *lockdown) { l.ExemptUserIDs = ids }) }
	actions := func(actions ...string) pattern.Lockdown { return exempting(func(l *lockdown) { l.Actions = actions }) }
	for name, tc := range map[string]struct {
		lockdown pattern.Lockdown
		want     string
	}{
		"mode":                        {exempting(func(l *lockdown) { l.Mode = "arn" }), `error mode: … Write one of "principal_arn", "user_id", "not_principal"`},
		"sid":                         {exempting(func(l *lockdown) { l.Sid = "deny-others" }), `error sid: … Write "DenyOthers"`},
		"no action":                   {actions(), ""},
		"an empty list of actions":    {exempting(func(l *lockdown) { l.Actions = []string{} }), `error actions: … Remove it to deny "ecr:*"`},
		"every action there is":       {actions("*"), `error actions: … does not begin with "ecr:"`},
		"another service's action":    {actions("s3:GetObject"), `error actions: … does not begin with "ecr:"`},
		"an action misspelt":          {actions("ecr:BatchGetImages"), `error actions: … ECR has no action "ecr:BatchGetImages"`},
		"a pattern of no action":      {actions("ecr:Foo*"), `error actions: … ECR has no action "ecr:Foo*"`},
		"the login":                   {actions("ecr:GetAuthorizationToken"), `error actions: … is no action on a repository`},
		"the registry":                {actions("ecr:DescribeRegistry"), `error actions: … is no action on a repository`},
		"actions in any case":         {actions("ECR:batchgetimage", "ecr:Put*"), ""},
		"everybody":                   {arn("*"), `error exempt_principal_arns: … "*" would exempt every principal`},
		"an account":                  {arn("222222222222"), `error exempt_principal_arns: … Name it in exempt_accounts`},
		"no ARN":                      {arn("deployer"), `error exempt_principal_arns: … "deployer" is not the ARN`},
		"a repository":                {arn("arn:aws:ecr:eu-west-1:111111111111:repository/app"), `error exempt_principal_arns: … is not the ARN`},
		"any account":                 {arn("arn:aws:iam::*:role/deployer"), `error exempt_principal_arns: … Write the 12 digits`},
		"ten digits":                  {arn("arn:aws:iam::1234567890:role/deployer"), `error exempt_principal_arns: … no account id of 12 digits`},
		"another partition":           {arn("arn:aws-cn:iam::111111111111:role/deployer"), `error exempt_principal_arns: … the repository is in "aws"`},
		"a session":                   {arn("arn:aws:sts::111111111111:assumed-role/deployer/run-7"), `error exempt_principal_arns: … Write "arn:aws:iam::111111111111:role/deployer", with the role's path if it has one.`},
		"a group":                     {arn("arn:aws:iam::111111111111:group/admins"), `error exempt_principal_arns: … neither a role nor a user`},
		"all of an account":           {arn("arn:aws:iam::111111111111:*"), `error exempt_principal_arns: … name a whole account in exempt_accounts`},
		"a role without a name":       {arn("arn:aws:iam::111111111111:role/"), `error exempt_principal_arns: … neither a role nor a user`},
		"a variable":                  {arn("arn:aws:iam::111111111111:role/${aws:username}"), `error exempt_principal_arns: … can't be the ARN`},
		"characters beyond Latin":     {arn("arn:aws:iam::111111111111:role/ロール"), `error exempt_principal_arns: … can't be the ARN`},
		"the root user":               {arn(ownRoot), `warning exempt_principal_arns: … Write "111111111111" in exempt_accounts`},
		"roles, users and the like":   {arn(deployer, administrator, "arn:aws:iam::222222222222:role/ci-*", "arn:aws:sts::111111111111:federated-user/ana"), ""},
		"a role's bare id":            {id(accessRoleID), `error exempt_user_ids: … Write "AROAEXAMPLE1234567890:*"`},
		"a role's id and a colon":     {id(accessRoleID + ":"), `error exempt_user_ids: … Write "AROAEXAMPLE1234567890:*"`},
		"a role's id and a star":      {id(accessRoleID + "*"), `error exempt_user_ids: … Write "AROAEXAMPLE1234567890:*"`},
		"a user with a session":       {id("AIDAEXAMPLE1234567890:*"), `error exempt_user_ids: … Write "AIDAEXAMPLE1234567890"`},
		"any role":                    {id("AROA*:*"), `error exempt_user_ids: … not the unique id`},
		"any id":                      {id("*"), `error exempt_user_ids: … not the unique id`},
		"a name":                      {id("ana"), `error exempt_user_ids: … not the unique id`},
		"an access key":               {id("AKIAEXAMPLE123456789"), `error exempt_user_ids: … not the unique id`},
		"an id in small letters":      {id("AROAxxxxxxxxxxxxxxxxx:*"), `error exempt_user_ids: … not the unique id`},
		"the root user's id":          {id("111111111111"), `error exempt_user_ids: … Use exempt_root_user`},
		"a role's id":                 {id(accessRoleID + ":*"), `warning exempt_user_ids: … made again under its name has another id`},
		"a user's id":                 {id("AIDAEXAMPLE1234567890"), ""},
		"an account of ten digits":    {exempting(func(l *lockdown) { l.ExemptAccounts = []string{"1234567890"} }), `error exempt_accounts: … is not an AWS account id`},
		"a wildcard for an account":   {exempting(func(l *lockdown) { l.ExemptAccounts = []string{"*"} }), `error exempt_accounts: … is not an AWS account id`},
		"replication from an ARN":     {exempting(func(l *lockdown) { l.ExemptReplicationFrom = []string{"arn:aws:iam::222222222222:root"} }), `error exempt_replication_from: … is not an AWS account id`},
		"a wildcard organization":     {exempting(func(l *lockdown) { l.ExemptOrganizationIDs = []string{"o-*"} }), `error exempt_organization_ids: … is not an organization id`},
		"a path without a slash":      {exempting(func(l *lockdown) { l.ExemptOrganizationPaths = []string{strings.TrimSuffix(lonePath, "/")} }), `error exempt_organization_paths: … no slash after its last id`},
		"nobody":                      {pattern.Lockdown{}, `error : … leaves the repository to nobody but the root user`},
		"not even the root user":      {pattern.Lockdown{ExemptRootUser: no()}, `error : … leaves the repository to nobody: its own`},
		"nobody deletes":              {pattern.Lockdown{Actions: []string{"ecr:BatchDeleteImage"}}, ""},
		"not even the root deletes":   {pattern.Lockdown{Actions: []string{"ecr:BatchDeleteImage"}, ExemptRootUser: no()}, `error : … leaves the repository to nobody: its own`},
		"nobody that is known yet":    {pattern.Lockdown{Incomplete: true}, ""},
		"replication alone":           {pattern.Lockdown{ExemptReplicationFrom: []string{"222222222222"}}, `error : … leaves the repository to nobody but the root user`},
		"its own account":             {exempting(func(l *lockdown) { l.ExemptAccounts = []string{"111111111111"} }), `warning exempt_accounts: … all of it is exempt`},
		"ids in a mode without":       {exempting(func(l *lockdown) { l.Mode = pattern.LockdownByUserID }), `error mode: … neither exempt_user_ids nor exempt_role_names names one`},
		"ids, later":                  {exempting(func(l *lockdown) { l.Mode, l.Incomplete = pattern.LockdownByUserID, true }), ""},
		"NotPrincipal":                {listed(), `warning mode: … always denies principals that have a permissions boundary`},
		"NotPrincipal of nobody":      {byNotPrincipal(func(l *lockdown) { l.ExemptPrincipalARNs = nil }), `error exempt_principal_arns: … needs at least one ARN`},
		"NotPrincipal, later":         {byNotPrincipal(func(l *lockdown) { l.ExemptPrincipalARNs, l.Incomplete = nil, true }), ""},
		"NotPrincipal, a wildcard":    {listed("arn:aws:iam::111111111111:role/ci-*"), `error exempt_principal_arns: … takes no wildcards | warning mode`},
		"NotPrincipal, digits":        {listed("222222222222"), `error exempt_principal_arns: … Write "arn:aws:iam::222222222222:root" | warning mode`},
		"NotPrincipal, no account":    {listed("arn:aws:iam::222222222222:role/ci"), `warning exempt_principal_arns: … Add "arn:aws:iam::222222222222:root" | warning mode`},
		"NotPrincipal, a session":     {listed("arn:aws:sts::111111111111:assumed-role/ci/build"), `warning mode`},
		"NotPrincipal, the root's id": {byNotPrincipal(func(l *lockdown) { l.ExemptUserIDs = []string{"111111111111"} }), `error exempt_user_ids: … Write its ARN in exempt_principal_arns | warning mode`},
		"NotPrincipal, its own off":   {byNotPrincipal(func(l *lockdown) { l.ExemptRootUser, l.ExemptGrants = no(), no() }), `warning mode`},
		"NotPrincipal, the rest": {
			byNotPrincipal(func(l *lockdown) {
				l.ExemptAccounts, l.ExemptOrganizationIDs, l.ExemptOrganizationPaths = []string{"222222222222"}, []string{orgID}, []string{path}
				l.ExemptReplicationFrom, l.ExemptGrants, l.ExemptRootUser = []string{"222222222222"}, yes(), yes()
				l.ExemptAWSServices, l.ExemptServiceLinkedRoles = yes(), yes()
			}),
			"error exempt_accounts: … so exempt_accounts has no effect | error exempt_aws_services | error exempt_grants | error exempt_organization_ids | error exempt_organization_paths | " +
				"error exempt_replication_from | error exempt_root_user | error exempt_service_linked_roles | warning mode",
		},
	} {
		got := pattern.ValidateLockdown(tc.lockdown, nil, ireland())
		agrees(t, name, got, tc.want)
		elsewhere := pattern.ValidateLockdown(tc.lockdown, nil, pattern.Site{})
		if name != "another partition" && name != "its own account" && problemsText(elsewhere) != problemsText(got) {
			t.Errorf("%s, where the site isn't known: %s", name, problemsText(elsewhere))
		}
	}
}

// agrees compares problems with texts that " | " parts. In each, what " … " parts must be there in that order.
func agrees(t *testing.T, name string, got []pattern.Problem, want string) {
	t.Helper()
	var lines []string
	if want != "" {
		lines = strings.Split(want, " | ")
	}
	if len(got) != len(lines) {
		t.Errorf("%s: %d problems, want %q:\n%s", name, len(got), want, problemsText(got))
		return
	}
	texts := strings.Split(problemsText(got), "\n")
	slices.Sort(texts)
	for i, line := range lines {
		rest := texts[i]
		for _, part := range strings.Split(line, " … ") {
			_, after, found := strings.Cut(rest, part)
			if !found {
				t.Errorf("%s: %q isn't in %q", name, part, texts[i])
			}
			rest = after
		}
	}
}

// TestValidateLockdownBesideGrants looks at both.
func TestValidateLockdownBesideGrants(t *testing.T) {
	t.Parallel()
	account := func(name string, accounts ...string) []pattern.Grant {
		return []pattern.Grant{{Name: name, Access: "pull", Accounts: accounts}}
	}
	incomplete := account("DenyOthers", "222222222222")
	incomplete[0].Incomplete = true
	for name, tc := range map[string]struct {
		lockdown pattern.Lockdown
		grants   []pattern.Grant
		want     string
	}{
		"a grant's people alone":      {pattern.Lockdown{}, account("Dev", "222222222222"), ""},
		"which aren't exempt":         {pattern.Lockdown{ExemptGrants: no()}, account("Dev", "222222222222"), "error : … nobody but the root user"},
		"the Sid of a grant":          {pattern.Lockdown{}, account("DenyOthers", "222222222222"), `error sid: … The grant DenyOthers and the lockdown both make`},
		"another Sid":                 {pattern.Lockdown{Sid: "Lockdown"}, account("DenyOthers", "222222222222"), ""},
		"a Sid that isn't known yet":  {exempting(func(*pattern.Lockdown) {}), incomplete, ""},
		"a grant to its own account":  {pattern.Lockdown{}, account("Dev", "111111111111"), "warning exempt_grants: … The grant Dev names 111111111111"},
		"its own, which isn't exempt": {exempting(func(l *pattern.Lockdown) { l.ExemptGrants = no() }), account("Dev", "111111111111"), ""},
		"functions of its own": {
			pattern.Lockdown{},
			[]pattern.Grant{{Name: "Web", Lambda: &pattern.LambdaGrant{FunctionARNs: []string{strings.Replace(function, "444444444444", "111111111111", 1)}}}},
			"warning exempt_grants: … The grant Web names 111111111111",
		},
	} {
		agrees(t, name, pattern.ValidateLockdown(tc.lockdown, tc.grants, ireland()), tc.want)
	}
}
