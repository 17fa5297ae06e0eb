// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package pattern_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/ecrx/terraform-provider-ecrx/internal/pattern"
	"github.com/ecrx/terraform-provider-ecrx/internal/policy"
)

// TestLockdownProofTampered gives the proof statements that are nearly right. Each must be found out wherever it makes a
// difference.
func TestLockdownProofTampered(t *testing.T) {
	t.Parallel()
	all := strings.Fields("principals user-ids both accounts organizations paths replication no-defaults data-plane every-list grants china")
	without := func(left ...string) []string {
		return slices.DeleteFunc(slices.Clone(all), func(name string) bool { return slices.Contains(left, name) })
	}
	kinds := strings.Fields
	eachValue := func(change func(string) string) func(*policy.Statement) {
		return eachCondition(func(c *policy.Condition) {
			c.Values = slices.Clone(c.Values)
			for i, v := range c.Values {
				c.Values[i] = change(v)
			}
		})
	}
	dropping := func(key string) func(*policy.Statement) {
		return func(s *policy.Statement) {
			s.Conditions = slices.DeleteFunc(slices.Clone(s.Conditions), func(c policy.Condition) bool { return c.Key == key })
		}
	}
	operator := func(from, to string) func(*policy.Statement) {
		return eachCondition(func(c *policy.Condition) { c.Operator = strings.Replace(c.Operator, from, to, 1) })
	}
	everyone := append(slices.Clone(all), "not-principal", "not-principal-and-id", "grants-not-exempt")
	for name, tc := range map[string]struct {
		goldens []string
		wrong   func(*policy.Statement)
	}{
		"without conditions":                {without(), func(s *policy.Statement) { s.Conditions = nil }},
		"Allow in the place of Deny":        {everyone, func(s *policy.Statement) { s.Effect = policy.Allow }},
		"one action":                        {without("every-list", "data-plane"), func(s *policy.Statement) { s.Actions = []string{"ecr:BatchGetImage"} }},
		"no principals exempt":              {without(), dropping("aws:PrincipalArn")},
		"no services exempt":                {without("no-defaults"), dropping("aws:PrincipalIsAWSService")},
		"no user ids exempt":                {kinds("user-ids both every-list"), dropping("aws:userid")},
		"no accounts exempt":                {kinds("accounts every-list grants"), dropping("aws:PrincipalAccount")},
		"no organizations exempt":           {kinds("organizations every-list grants"), dropping("aws:PrincipalOrgID")},
		"no paths exempt":                   {kinds("paths every-list grants"), dropping("aws:PrincipalOrgPaths")},
		"ARNs compared the other way":       {without(), operator("ArnNotLike", "ArnLike")},
		"text compared the other way":       {kinds("user-ids both accounts organizations paths every-list grants"), operator("StringNot", "String")},
		"paths, any in the place of all":    {kinds("paths every-list grants"), operator("ForAllValues", "ForAnyValue")},
		"ARNs that may be absent":           {nil, operator("ArnNotLike", "ArnNotLikeIfExists")},
		"patterns of ids taken literally":   {kinds("user-ids both every-list"), operator("StringNotLike", "StringNotEquals")},
		"services let through the contrary": {without("no-defaults"), eachValue(func(v string) string { return strings.Replace(v, "false", "true", 1) })},
		"services that must say so":         {without("no-defaults"), operator("BoolIfExists", "Bool")},
		"the root of every account":         {without("no-defaults", "china", "grants-not-exempt"), eachValue(func(v string) string { return strings.Replace(v, "111111111111:root", "*:root", 1) })},
		"service-linked roles of every account": {
			without("no-defaults"), eachValue(func(v string) string {
				return strings.Replace(v, "111111111111:role/aws-service-role/*", "*:role/aws-service-role/*", 1)
			}),
		},
		"every role in the place of service-linked ones": {without("no-defaults"), eachValue(func(v string) string { return strings.Replace(v, "role/aws-service-role/*", "role/*", 1) })},
		"names that may go on":                           {kinds("principals both replication no-defaults every-list grants china"), eachValue(func(v string) string { return strings.Replace(v, "deployer", "deployer*", 1) })},
		"a path left out":                                {kinds("principals both replication no-defaults every-list grants"), eachValue(func(v string) string { return strings.Replace(v, "role/deploy/", "role/", 1) })},
		"any account":                                    {kinds("principals both replication no-defaults every-list grants china"), eachValue(func(v string) string { return strings.Replace(v, "111111111111:role/deploy", "*:role/deploy", 1) })},
		"any role by its id":                             {kinds("user-ids both every-list"), eachValue(func(v string) string { return strings.Replace(v, accessRoleID+":*", "AROA*", 1) })},
		"ids that may go on":                             {kinds("user-ids both every-list"), eachValue(func(v string) string { return strings.Replace(v, accessRoleID+":*", accessRoleID+"*", 1) })},
		"the whole organization for an OU":               {kinds("paths every-list"), eachValue(func(v string) string { return strings.Replace(v, "r-ab12/ou-ab12-11111111/", "", 1) })},
		"every account":                                  {kinds("accounts"), func(s *policy.Statement) { dropping("aws:PrincipalAccount")(s); s.Effect = policy.Allow }},
		"the root alone in NotPrincipal":                 {kinds("not-principal not-principal-and-id"), func(s *policy.Statement) { s.NotPrincipal = policy.Principal{AWS: []string{ownRoot}} }},
		"one more in NotPrincipal": {kinds("not-principal not-principal-and-id"), func(s *policy.Statement) {
			s.NotPrincipal.AWS = append(slices.Clone(s.NotPrincipal.AWS), administrator+"-stranger")
		}},
		"Principal in the place of NotPrincipal": {kinds("not-principal not-principal-and-id"), func(s *policy.Statement) { s.Principal, s.NotPrincipal = s.NotPrincipal, policy.Principal{} }},
	} {
		for golden, g := range goldenLockdowns() {
			statement := g.lockdown.Statement(g.site, g.grants)
			tc.wrong(&statement)
			problems := pattern.ProveLockdown(g.lockdown, g.grants, statement, g.site).Problems
			if got := pattern.HasErrors(problems); slices.Contains(tc.goldens, golden) && !got {
				t.Errorf("%s: nothing is wrong with %s", name, golden)
			} else if tc.goldens == nil && got {
				t.Errorf("%s makes no difference, but for %s: %s", name, golden, problemsText(problems))
			}
		}
	}
}

// TestLockdownThatNobodyCouldLift goes through who is left to administer the policy.
func TestLockdownThatNobodyCouldLift(t *testing.T) {
	t.Parallel()
	without := func(change func(*pattern.Lockdown)) pattern.Lockdown {
		l := pattern.Lockdown{ExemptRootUser: no()}
		change(&l)
		return l
	}
	type lockdown = pattern.Lockdown
	for name, tc := range map[string]struct {
		lockdown pattern.Lockdown
		lost     bool
	}{
		"the root user":            {exempting(func(l *lockdown) { l.ExemptPrincipalARNs = []string{role} }), false},
		"a role of the account":    {without(func(l *lockdown) { l.ExemptPrincipalARNs = []string{deployer} }), false},
		"a role of another":        {without(func(l *lockdown) { l.ExemptPrincipalARNs = []string{role} }), true},
		"a service-linked role":    {without(func(l *lockdown) { l.ExemptPrincipalARNs = []string{inspector} }), true},
		"the account":              {without(func(l *lockdown) { l.ExemptAccounts = []string{"111111111111"} }), false},
		"another account":          {without(func(l *lockdown) { l.ExemptAccounts = []string{"222222222222"} }), true},
		"somebody by an id":        {without(func(l *lockdown) { l.ExemptUserIDs = []string{accessRoleID + ":*"} }), false},
		"an organization":          {without(func(l *lockdown) { l.ExemptOrganizationIDs = []string{orgID} }), false},
		"another, but to pull":     {without(func(l *lockdown) { l.ExemptAccounts, l.Actions = []string{"222222222222"}, pullActions }), false},
		"another, but to read it":  {without(func(l *lockdown) { l.ExemptAccounts, l.Actions = []string{"222222222222"}, []string{"ecr:Get*"} }), true},
		"another, later":           {without(func(l *lockdown) { l.ExemptAccounts, l.Incomplete = []string{"222222222222"}, true }), false},
		"NotPrincipal of another":  {byNotPrincipal(func(l *lockdown) { l.ExemptPrincipalARNs = []string{"arn:aws:iam::222222222222:root", role} }), true},
		"NotPrincipal of the root": {byNotPrincipal(func(l *lockdown) { l.ExemptPrincipalARNs = []string{ownRoot} }), false},
	} {
		proof := pattern.ProveLockdown(tc.lockdown, nil, tc.lockdown.Statement(ireland(), nil), ireland())
		agrees(t, name, proof.Problems, "")
		problems, want := proof.Lockout, ""
		if tc.lost {
			want = "error : Lockdown that nobody could lift … account 111111111111"
		}
		agrees(t, name, problems, want)
	}
}

// TestLockdownOfAnUnknownAccount can't tell who is of the repository's account.
func TestLockdownOfAnUnknownAccount(t *testing.T) {
	t.Parallel()
	l, site := exempting(func(l *pattern.Lockdown) { l.ExemptRootUser, l.ExemptServiceLinkedRoles = no(), no() }), pattern.Site{Partition: "aws"}
	agrees(t, "no account", pattern.ProveLockdown(l, nil, l.Statement(site, nil), site).Problems, "")
}

// TestLockdownLines says in words who is exempt.
func TestLockdownLines(t *testing.T) {
	t.Parallel()
	lines := func(l pattern.Lockdown, grants ...pattern.Grant) string {
		return strings.Join(pattern.ProveLockdown(l, grants, l.Statement(ireland(), grants), ireland()).Lines, "\n")
	}
	got := lines(exempting(func(l *pattern.Lockdown) { l.ExemptReplicationFrom = []string{"222222222222"} }), pattern.Grant{Name: "Org", Access: "pull", OrganizationIDs: []string{orgID}})
	want := "DenyOthers leaves alone " + deployer + "; replication from 222222222222; principals of the organization " + orgID + "; the root user of account 111111111111; " +
		"the service-linked roles of account 111111111111; AWS services that act for themselves\n" +
		"DenyOthers denies ecr:* to everybody else, whatever their own policies say\n" +
		"if account 111111111111 is among the exempt organizations or OUs, everybody in it is exempt too"
	if got != want {
		t.Errorf("%s\n\n%s", got, want)
	}
	if got := lines(byNotPrincipal(func(*pattern.Lockdown) {})); !strings.HasSuffix(got, "with which NotPrincipal denies them all the same") {
		t.Error(got)
	}
}
