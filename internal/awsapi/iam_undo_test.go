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

// Undoing loses an answer too.
func TestCreateRoleIsUndoneWithALostAnswer(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		aws := &roles{
			before: func(c iamCall) *answer {
				if c.action != "AttachRolePolicy" {
					return nil
				}
				denied := failure(403, "AccessDenied", "x")
				return &denied
			},
			after: func(c iamCall) *answer {
				if !strings.HasPrefix(c.action, "De") || c.n > 1 {
					return nil
				}
				return &answer{lost: true}
			},
		}
		role, err := aws.clients().CreateRole(t.Context(), newWeb())
		if !awsapi.IsAccessDenied(err) || strings.Contains(err.Error(), "can't be removed") || role.ARN != "" || len(aws.there) > 0 {
			t.Errorf("role %q, there %v, error %v", role.ARN, aws.there, err)
		}
	})
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
