// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package awsapi_test

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ecrx/terraform-provider-ecrx/internal/awsapi"
)

// The policy is added beside the others, and whatever goes wrong none of them changes.
func TestCreateInline(t *testing.T) {
	t.Parallel()
	put := func(status int, code string, times int) func(iamCall) *answer {
		return func(c iamCall) *answer {
			if c.action != "PutRolePolicy" || c.n > times {
				return nil
			}
			a := failure(status, code, "The role with name web cannot be found.")
			return &a
		}
	}
	// lostThen writes the policy, loses the answer, and fails in that way from then on.
	lostThen := func(status int, code string) (before, after func(iamCall) *answer) {
		failing := put(status, code, 9)
		before = func(c iamCall) *answer {
			if c.n == 1 {
				return nil
			}
			return failing(c)
		}
		return before, put(500, "ServiceFailure", 1)
	}
	lostThenDenied, loses := lostThen(403, "AccessDenied")
	lostThenThrottled, _ := lostThen(400, "Throttling")
	without := map[string]string{"pull": pull, "theirs": push}
	with := map[string]string{"pull": pull, "theirs": push, "queue": push}
	for name, test := range map[string]struct {
		role, policy  string
		attempts      int // 0: one
		before, after func(iamCall) *answer
		want          map[string]string
		left          bool
		wantErr       string
	}{
		"new":                    {want: with},
		"taken":                  {policy: "pull", want: without, wantErr: `the role web has a policy pull already; choose another name, or import it with the id "web/pull"`},
		"no role":                {role: "app", want: without, wantErr: "NoSuchEntity"},
		"role that isn't known":  {before: put(404, "NoSuchEntity", 3), want: with},
		"refused":                {before: put(403, "AccessDenied", 9), want: without, wantErr: "AccessDenied"},
		"answer that was lost":   {after: put(500, "ServiceFailure", 9), want: without, wantErr: "ServiceFailure"},
		"lost, then written":     {attempts: 2, after: put(500, "ServiceFailure", 1), want: with},
		"lost, then refused":     {attempts: 3, before: lostThenDenied, after: loses, want: without, wantErr: "AccessDenied"},
		"lost, then throttled":   {attempts: 3, before: lostThenThrottled, after: loses, want: without, wantErr: "Throttling"},
		"lost and not removable": {after: put(500, "ServiceFailure", 9), before: denied("DeleteRolePolicy"), want: with, left: true, wantErr: "can't be removed again: "},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				iam := holding()
				iam.before, iam.after = test.before, test.after
				role, policy := "web", "queue"
				if test.role != "" {
					role = test.role
				}
				if test.policy != "" {
					policy = test.policy
				}
				attempts := max(test.attempts, 1)
				left, err := iam.clients(func(cfg *awsapi.Config) { cfg.MaxRetries = &attempts }).CreateInline(t.Context(), role, policy, push)
				if test.wantErr == "" && err != nil || test.wantErr != "" && (err == nil || !strings.Contains(err.Error(), test.wantErr)) {
					t.Errorf("error %v, want %q", err, test.wantErr)
				}
				if left != test.left {
					t.Errorf("left is %t", left)
				}
				if diff := cmp.Diff(test.want, only(t, iam).inline); diff != "" {
					t.Errorf("inline policies (-want +got):\n%s", diff)
				}
			})
		})
	}
}

func denied(action string) func(iamCall) *answer {
	return func(c iamCall) *answer {
		if c.action != action {
			return nil
		}
		a := failure(403, "AccessDenied", "x")
		return &a
	}
}

func TestInlinePolicy(t *testing.T) {
	t.Parallel()
	clients := holding().clients()
	if text, err := clients.InlinePolicy(t.Context(), "web", "pull"); err != nil || text != pull {
		t.Errorf("the policy is %q, %v", text, err)
	}
	for role, policy := range map[string]string{"web": "none", "app": "pull"} {
		if _, err := clients.InlinePolicy(t.Context(), role, policy); !awsapi.IsNotFound(err) {
			t.Errorf("%s of %s gives %v", policy, role, err)
		}
	}
}

// A policy that was deleted is waited for until no read shows it, and whatever keeps that from being seen is no error.
func TestRemoveInline(t *testing.T) {
	t.Parallel()
	showing := func(action string, times int, text string) func(iamCall) *answer {
		return func(c iamCall) *answer {
			if c.action != action || c.n > times {
				return nil
			}
			old := result(c, text)
			return &old
		}
	}
	listed := list("PolicyNames", []string{"pull", "theirs"}, escaped)
	given := "<PolicyDocument>%7B%7D</PolicyDocument>"
	for name, test := range map[string]struct {
		before  func(iamCall) *answer
		role    string
		waited  time.Duration
		wantErr bool
	}{
		"gone at once":       {waited: 2 * time.Second},
		"listed for a while": {before: showing("ListRolePolicies", 2, listed), waited: 5 * time.Second}, // at 0, 1, 3, 4 and 5
		"given for a while":  {before: showing("GetRolePolicy", 2, given), waited: 5 * time.Second},
		"listed again": {before: func(c iamCall) *answer { // by a replica that is behind
			if c.n != 2 {
				return nil
			}
			return showing("ListRolePolicies", 2, listed)(c)
		}, waited: 4 * time.Second},
		"listed for ever":      {before: showing("ListRolePolicies", 999, listed), waited: 127 * time.Second},
		"the list is denied":   {before: denied("ListRolePolicies")},
		"no role":              {role: "app", waited: 2 * time.Second},
		"the delete is denied": {before: denied("DeleteRolePolicy"), wantErr: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				iam := holding()
				iam.before = test.before
				role := "web"
				if test.role != "" {
					role = test.role
				}
				began := time.Now()
				err := iam.clients().RemoveInline(t.Context(), role, "pull")
				if waited := time.Since(began).Truncate(time.Second); (err != nil) != test.wantErr || waited != test.waited {
					t.Errorf("%v after %s, want %s", err, waited, test.waited)
				}
				if _, left := only(t, iam).inline["pull"]; left != (test.wantErr || test.role != "") {
					t.Errorf("the policy is left: %t", left)
				}
			})
		})
	}
}

// A policy that is late, as it is or with its text, is waited for.
func TestWaitInline(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		late    string
		differs string
	}{
		"there at once": {late: pull},
		"not there":     {late: "", differs: "the policy itself"},
		"as it was":     {late: push, differs: "its text"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				iam := holding()
				only(t, iam).inline["pull"] = test.late
				began := time.Now()
				err := iam.clients().WaitInline(t.Context(), "web", "pull", pull, 10*time.Second)
				waited := time.Since(began).Truncate(time.Second)
				if test.differs == "" {
					if err != nil || waited != 12*time.Second {
						t.Errorf("%v after %s", err, waited)
					}
					return
				}
				if err == nil || !strings.Contains(err.Error(), "the inline policy pull of the role web was written 2m") || !strings.Contains(err.Error(), test.differs+" differs") {
					t.Errorf("%v after %s", err, waited)
				}
			})
		})
	}
}
