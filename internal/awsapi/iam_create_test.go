// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package awsapi_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ecrx/terraform-provider-ecrx/internal/awsapi"
	"github.com/ecrx/terraform-provider-ecrx/internal/awstest"
)

func newWeb() awsapi.NewRole {
	return awsapi.NewRole{
		Name: "web", Description: "pulls", TrustPolicy: trust, PermissionsBoundary: "arn:aws:iam::111122223333:policy/bound",
		Tags:   map[string]string{"team": "x"},
		Inline: map[string]string{"push": push, "pull": pull}, Managed: []string{"arn:2", "arn:1", "arn:2"},
	}
}

func TestCreateRole(t *testing.T) {
	t.Parallel()
	// replaced is a lost answer to a create that somebody else was quicker with.
	replaced := func(change func(*standing)) func(*roles) {
		return func(s *roles) {
			s.after = func(c iamCall) *answer {
				if c.action != "CreateRole" || c.n > 1 {
					return nil
				}
				change(s.there["web"])
				return &answer{lost: true}
			}
		}
	}
	same := func(*standing) {}
	// lagging hides a role whose create lost its answer from that many reads.
	lagging := func(reads int) func(*roles) {
		return func(s *roles) {
			replaced(same)(s)
			s.before = func(c iamCall) *answer {
				if c.action != "GetRole" || c.n > reads {
					return nil
				}
				none := noRole("web")
				return &none
			}
		}
	}
	const exists = `a role web exists already; choose another name, or import it with the id "web": `
	tests := map[string]struct {
		arrange  func(*roles)
		attempts int
		wantErr  string
	}{
		"created":                                 {arrange: func(*roles) {}, attempts: 3},
		"an answer lost, then found":              {arrange: replaced(same), attempts: 3},
		"the only answer lost":                    {arrange: replaced(same), attempts: 1},
		"an answer lost, and found after a while": {arrange: lagging(5), attempts: 3},
		"the only answer lost, found a bit later": {arrange: lagging(2), attempts: 1},
		"the only answer lost, and never found":   {arrange: lagging(3), attempts: 1, wantErr: "connection reset"},
		"an answer lost, and never found":         {arrange: lagging(1000), attempts: 3, wantErr: "already exists"},
		"a server error after the effect": {arrange: func(s *roles) {
			s.after = func(c iamCall) *answer {
				if c.action != "CreateRole" || c.n > 1 {
					return nil
				}
				failed := failure(500, "ServiceFailure", "x")
				return &failed
			}
		}, attempts: 3},
		"there before": {arrange: func(s *roles) {
			*s = *at("web", same)
		}, attempts: 3, wantErr: exists},
		"another one, older":            {arrange: replaced(func(r *standing) { r.created = time.Now().Add(-6 * time.Minute) }), attempts: 3, wantErr: exists},
		"another one, other trust":      {arrange: replaced(func(r *standing) { r.trust = pull }), attempts: 3, wantErr: exists},
		"another one, other path":       {arrange: replaced(func(r *standing) { r.path = "/x/" }), attempts: 3, wantErr: exists},
		"another one, other words":      {arrange: replaced(func(r *standing) { r.description = "" }), attempts: 3, wantErr: exists},
		"another one, no boundary":      {arrange: replaced(func(r *standing) { r.boundary = "" }), attempts: 3, wantErr: exists},
		"another one, other session":    {arrange: replaced(func(r *standing) { r.session = "7200" }), attempts: 3, wantErr: exists},
		"another one, other tags":       {arrange: replaced(func(r *standing) { r.tags = nil }), attempts: 1, wantErr: exists},
		"another one, more tags":        {arrange: replaced(func(r *standing) { r.tags["a"] = "b" }), attempts: 1, wantErr: exists},
		"another one, in use":           {arrange: replaced(func(r *standing) { r.inline["a"] = pull }), attempts: 1, wantErr: exists},
		"another one, with permissions": {arrange: replaced(func(r *standing) { r.managed = []string{"arn:3"} }), attempts: 1, wantErr: exists},
		"lost, and it can't be read": {arrange: func(s *roles) {
			replaced(same)(s)
			s.before = func(c iamCall) *answer {
				if c.action != "GetRole" {
					return nil
				}
				denied := failure(403, "AccessDenied", "x")
				return &denied
			}
		}, attempts: 1, wantErr: "whether the role was created isn't known"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				aws := &roles{}
				test.arrange(aws)
				c := aws.clients(func(cfg *awsapi.Config) { cfg.MaxRetries = &test.attempts })
				got, err := c.CreateRole(t.Context(), newWeb())
				if test.wantErr != "" {
					if err == nil || !strings.Contains(err.Error(), test.wantErr) || got.ARN != "" {
						t.Errorf("role %q, error %v, want %q", got.ARN, err, test.wantErr)
					}
					if test.wantErr == exists && test.attempts > 1 && !awsapi.IsAlreadyExists(err) {
						t.Errorf("not IsAlreadyExists: %v", err)
					}
					return
				}
				if err != nil {
					t.Fatal(err)
				}
				there := only(t, aws)
				if diff := cmp.Diff(map[string]string{"pull": pull, "push": push}, there.inline); diff != "" {
					t.Errorf("inline policies (-want +got):\n%s", diff)
				}
				if diff := cmp.Diff([]string{"arn:1", "arn:2"}, there.managed); diff != "" {
					t.Errorf("managed policies (-want +got):\n%s", diff)
				}
				read, err := c.Role(t.Context(), "web", nil)
				got.CreateDate = read.CreateDate
				if diff := cmp.Diff(read, got); diff != "" || err != nil {
					t.Errorf("%v; what is given differs from what is (-is +given):\n%s", err, diff)
				}
			})
		})
	}
}

// TestCreateRoleIsAllOrNothing fails each call of a create, in each way.
func TestCreateRoleIsAllOrNothing(t *testing.T) {
	t.Parallel()
	in := awsapi.NewRole{
		Name: "web", TrustPolicy: trust, Tags: map[string]string{"team": "x"},
		Inline: map[string]string{"a": pull, "b": push}, Managed: []string{appRunner, expressMode},
	}
	once := 1
	for _, kind := range awstest.FaultKinds() {
		for call := 2; call <= 6; call++ { // the first is STS's
			t.Run(fmt.Sprint(kind, call), func(t *testing.T) {
				t.Parallel()
				a := awstest.New(t)
				a.Inject(awstest.Fault{Kind: kind, Call: call})
				c := clientsOf(a, func(cfg *awsapi.Config) { cfg.MaxRetries = &once })
				role, err := c.CreateRole(t.Context(), in)
				if call == 2 && kind == awstest.DropAfter && err == nil {
					return // found again
				}
				if err == nil || role.ARN != "" {
					t.Errorf("role %q, error %v", role.ARN, err)
				}
				if _, err := clientsOf(a).Role(t.Context(), "web", nil); !awsapi.IsNotFound(err) {
					t.Errorf("a role is left, or worse: %v", err)
				}
			})
		}
	}
}

// What was made is removed in reverse order; what can't be is told.
func TestCreateRoleIsUndone(t *testing.T) {
	t.Parallel()
	deny := func(actions ...string) func(iamCall) *answer {
		return func(c iamCall) *answer {
			for _, action := range actions {
				if c.action == action {
					denied := failure(403, "AccessDenied", "x")
					return &denied
				}
			}
			return nil
		}
	}
	made := []string{"CreateRole", "PutRolePolicy", "PutRolePolicy", "AttachRolePolicy"}
	for name, test := range map[string]struct {
		before func(iamCall) *answer
		undone []string
		left   *awsapi.Role
	}{
		"in reverse order": {
			before: deny("AttachRolePolicy"),
			undone: []string{"DetachRolePolicy arn:1", "DeleteRolePolicy push", "DeleteRolePolicy pull", "DeleteRole "},
		},
		"a policy that was never there can't be removed": {
			before: deny("AttachRolePolicy", "DetachRolePolicy"),
			undone: []string{"DetachRolePolicy arn:1", "DeleteRolePolicy push", "DeleteRolePolicy pull", "DeleteRole "},
		},
		"policies can't be removed": {
			before: deny("AttachRolePolicy", "DeleteRolePolicy"),
			undone: []string{"DetachRolePolicy arn:1", "DeleteRolePolicy push", "DeleteRolePolicy pull", "DeleteRole "},
			left:   &awsapi.Role{Inline: map[string]string{"pull": pull, "push": push}},
		},
		"the role can't be removed": {
			before: deny("AttachRolePolicy", "DeleteRole"),
			undone: []string{"DetachRolePolicy arn:1", "DeleteRolePolicy push", "DeleteRolePolicy pull", "DeleteRole "},
			left:   &awsapi.Role{Inline: map[string]string{}},
		},
		"a server's error may have its effect": {
			before: func(c iamCall) *answer {
				if c.action == "AttachRolePolicy" {
					return &answer{status: 500, body: ""}
				}
				return nil
			},
			undone: []string{"DetachRolePolicy arn:1", "DeleteRolePolicy push", "DeleteRolePolicy pull", "DeleteRole "},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				aws := &roles{before: test.before}
				once := 1
				role, err := aws.clients(func(cfg *awsapi.Config) { cfg.MaxRetries = &once }).CreateRole(t.Context(), newWeb())
				if err == nil || !strings.Contains(err.Error(), "the managed policy arn:1: ") {
					t.Errorf("error %v", err)
				}
				if diff := cmp.Diff(made, aws.actions()[:len(made)]); diff != "" {
					t.Errorf("made (-want +got):\n%s", diff)
				}
				var undone []string
				for _, c := range aws.calls[len(made):] {
					undone = append(undone, c.action+" "+c.form.Get("PolicyName")+c.form.Get("PolicyArn"))
				}
				if diff := cmp.Diff(test.undone, undone); diff != "" {
					t.Errorf("undone (-want +got):\n%s", diff)
				}
				if test.left == nil {
					if role.ARN != "" || len(aws.there) > 0 {
						t.Errorf("left %q, there %v", role.ARN, aws.there)
					}
					return
				}
				if role.ARN == "" || role.Name != "web" || !strings.Contains(err.Error(), "the role web was created before that, and can't be removed again: ") {
					t.Errorf("left %q, error %v", role.ARN, err)
				}
				if diff := cmp.Diff(test.left.Inline, role.Inline); diff != "" {
					t.Errorf("left inline policies (-want +got):\n%s", diff)
				}
			})
		})
	}
}

// An interrupt leaves either no role or, when everything was made, all of it.
func TestAnInterruptLeavesNoRole(t *testing.T) {
	t.Parallel()
	interrupted := errors.New("interrupted")
	for _, at := range []string{"", "CreateRole", "PutRolePolicy", "AttachRolePolicy"} {
		t.Run("at "+at, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				ctx, interrupt := context.WithCancelCause(t.Context())
				aws := &roles{took: time.Second}
				c := aws.clients()
				if _, err := c.Identity(t.Context()); err != nil {
					t.Fatal(err)
				}
				aws.before = func(c iamCall) *answer {
					if c.action == at && c.n == 1 {
						interrupt(interrupted)
						time.Sleep(time.Second)
					}
					return nil
				}
				if at == "" {
					interrupt(interrupted)
				}
				role, err := c.CreateRole(ctx, newWeb())
				if err == nil || role.ARN != "" || len(aws.there) > 0 {
					t.Errorf("role %q, there %v, error %v", role.ARN, aws.there, err)
				}
				if at == "" && len(aws.calls) > 0 {
					t.Errorf("calls after the interrupt: %v", aws.actions())
				}
			})
		})
	}
}
