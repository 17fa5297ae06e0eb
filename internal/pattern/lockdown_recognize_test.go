// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package pattern_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ecrx/terraform-provider-ecrx/internal/pattern"
	"github.com/ecrx/terraform-provider-ecrx/internal/policy"
)

// TestRecognizeLockdown takes each lockdown back from its statement, with its statement as ECR gives it: in canonical form.
func TestRecognizeLockdown(t *testing.T) {
	t.Parallel()
	for name, tc := range goldenLockdowns() {
		document := readGolden(t, "testdata/lockdown/"+name+".golden.json")
		l, rest := pattern.RecognizeLockdown(document.Statements, tc.grants, tc.site)
		if l == nil || len(rest) > 0 {
			t.Errorf("%s isn't recognized", name)
			continue
		}
		if again := l.Statement(tc.site, tc.grants); !again.Equal(document.Statements[0]) {
			t.Errorf("%s becomes %s", name, again.Canonical())
		}
	}
}

// TestRecognizeLockdownArguments has the arguments as an engineer would write them.
func TestRecognizeLockdownArguments(t *testing.T) {
	t.Parallel()
	grants := []pattern.Grant{{Name: "Dev", Access: "pull", Accounts: []string{"222222222222"}}}
	for name, tc := range map[string]struct {
		lockdown pattern.Lockdown
		grants   []pattern.Grant
	}{
		"an ARN":        {exempting(func(*pattern.Lockdown) {}), nil},
		"user ids":      {pattern.Lockdown{Mode: pattern.LockdownByUserID, ExemptUserIDs: []string{accessRoleID + ":*"}}, nil},
		"both":          {exempting(func(l *pattern.Lockdown) { l.ExemptUserIDs = []string{accessRoleID + ":*"} }), nil},
		"not principal": {byNotPrincipal(func(l *pattern.Lockdown) { l.ExemptUserIDs = []string{accessRoleID + ":*"} }), nil},
		"grants":        {exempting(func(*pattern.Lockdown) {}), grants},
		"grants apart":  {exempting(func(l *pattern.Lockdown) { l.ExemptGrants = no() }), grants},
		"all else": {exempting(func(l *pattern.Lockdown) {
			l.ExemptAccounts, l.ExemptReplicationFrom, l.Actions, l.Sid = []string{"333333333333"}, []string{"444444444444"}, []string{"ecr:PutImage"}, "Closed"
			l.ExemptRootUser, l.ExemptAWSServices, l.ExemptServiceLinkedRoles = no(), no(), no()
		}), grants},
	} {
		l, _ := pattern.RecognizeLockdown([]policy.Statement{tc.lockdown.Statement(ireland(), tc.grants)}, tc.grants, ireland())
		if diff := cmp.Diff(&tc.lockdown, l); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

// TestStatementsThatAreNoLockdown stay with whoever wrote them.
func TestStatementsThatAreNoLockdown(t *testing.T) {
	t.Parallel()
	own := exempting(func(*pattern.Lockdown) {}).Statement(ireland(), nil)
	change := func(change func(*policy.Statement)) policy.Statement {
		s := exempting(func(*pattern.Lockdown) {}).Statement(ireland(), nil)
		change(&s)
		return s
	}
	for name, s := range map[string]policy.Statement{
		"an Allow": change(func(s *policy.Statement) { s.Effect = policy.Allow }),
		"no Sid":   change(func(s *policy.Statement) { s.Sid = "" }),
		"another condition": change(func(s *policy.Statement) {
			s.Conditions = append(s.Conditions, narrowedBy("Bool", "aws:SecureTransport", "false")...)
		}),
		"another operator":    change(eachCondition(func(c *policy.Condition) { c.Operator += "IfExists" })),
		"one account":         change(func(s *policy.Statement) { s.Principal = policy.Principal{AWS: []string{ownRoot}} }),
		"a resource":          change(func(s *policy.Statement) { s.Resources = []string{"*"} }),
		"all but some":        change(func(s *policy.Statement) { s.Actions, s.NotActions = nil, []string{"ecr:PutImage"} }),
		"everybody":           change(func(s *policy.Statement) { s.Conditions = nil }),
		"a session":           change(eachCondition(func(c *policy.Condition) { c.Values = []string{"arn:aws:sts::111111111111:assumed-role/ci/build"} })),
		"services, otherwise": change(eachCondition(func(c *policy.Condition) { c.Key = "aws:ViaAWSService" })),
	} {
		if l, rest := pattern.RecognizeLockdown([]policy.Statement{s}, nil, ireland()); l != nil || len(rest) != 1 {
			t.Errorf("%s is taken for %+v", name, l)
		}
	}
	if l, rest := pattern.RecognizeLockdown([]policy.Statement{own, own}, nil, ireland()); l != nil || len(rest) != 2 {
		t.Errorf("a Sid that stands twice is taken for %+v", l)
	}
	other := change(func(s *policy.Statement) { s.Sid = "Another" })
	for _, statements := range [][]policy.Statement{{own, other}, {other, own}} {
		if l, rest := pattern.RecognizeLockdown(statements, nil, ireland()); l == nil || l.Sid != "" || len(rest) != 1 || rest[0].Sid != "Another" {
			t.Errorf("of two, %+v is it", l)
		}
	}
	if l, rest := pattern.RecognizeLockdown([]policy.Statement{other}, nil, ireland()); l == nil || l.Sid != "Another" || len(rest) > 0 {
		t.Errorf("the lone one is taken for %+v", l)
	}
}
