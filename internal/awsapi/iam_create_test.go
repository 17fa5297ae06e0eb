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
	const exists = `a role web exists already; choose another name, or import it: `
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
		}, attempts: 1, wantErr: "whether it was created isn't known"},
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
				read, err := c.Role(t.Context(), "web", []string{"pull", "push"})
				got.CreateDate = read.CreateDate
				if diff := cmp.Diff(read, got); diff != "" || err != nil {
					t.Errorf("%v; what is given differs from what is (-is +given):\n%s", err, diff)
				}
			})
		})
	}
}
