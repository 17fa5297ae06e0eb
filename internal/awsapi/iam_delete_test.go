// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package awsapi_test

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/google/go-cmp/cmp"

	"github.com/ecrx/terraform-provider-ecrx/internal/awsapi"
	"github.com/ecrx/terraform-provider-ecrx/internal/awstest"
)

func TestDeleteRole(t *testing.T) {
	t.Parallel()
	own := awsapi.RoleContents{Inline: []string{"pull", "never there"}, Managed: []string{"arn:1", "arn:9"}}
	holding := func(change func(*standing)) *roles {
		return at("web", func(role *standing) {
			role.inline["pull"] = pull
			role.managed = []string{"arn:1"}
			change(role)
		})
	}
	// refusing makes IAM refuse to delete the role that many times, with nothing in the way.
	refusing := func(aws *roles, times int) *roles {
		aws.before = func(c iamCall) *answer {
			if c.action != "DeleteRole" || c.n > times {
				return nil
			}
			conflict := failure(409, "DeleteConflict", "Cannot delete entity, must detach all policies first.")
			return &conflict
		}
		return aws
	}
	// behind makes IAM list something else so many times.
	behind := func(aws *roles, times int, action, text string) *roles {
		aws.before = func(c iamCall) *answer {
			if c.action != action || c.n > times {
				return nil
			}
			old := result(c, text)
			return &old
		}
		return aws
	}
	denying := func(aws *roles, action string) *roles {
		aws.before = func(c iamCall) *answer {
			if c.action != action {
				return nil
			}
			denied := failure(403, "AccessDenied", "x")
			return &denied
		}
		return aws
	}
	same := func(*standing) {}
	lists := []string{"ListAttachedRolePolicies", "ListRolePolicies"}
	ours := []string{"DetachRolePolicy", "DeleteRolePolicy", "DeleteRole"}
	tests := map[string]struct {
		aws     *roles
		force   bool
		writes  []string
		waited  time.Duration
		wantErr string
		kind    func(error) bool
	}{
		"own":                   {aws: holding(same), writes: ours},
		"not there":             {aws: &roles{}},
		"not there, with force": {aws: &roles{}, force: true},
		"bare":                  {aws: at("web", same), writes: []string{"DeleteRole"}},
		"others' inline policy": {
			aws:     holding(func(r *standing) { r.inline["theirs"] = push }),
			waited:  15 * time.Second, // 1, 2, 4 and 8
			wantErr: "DeleteConflict: the role web also has the inline policy theirs; remove that, or apply force_detach_policies = true before destroying the role (DeleteRole)",
			kind:    awsapi.IsNotEmpty,
		},
		"others' inline policy, which is gone but for the list": {
			aws: behind(holding(same), 3, "ListRolePolicies", list("PolicyNames", []string{"pull", "theirs"}, escaped)), writes: ours, waited: 7 * time.Second,
		},
		"others' managed policy, which is gone but for the list": {
			aws:    behind(holding(same), 1, "ListAttachedRolePolicies", list("AttachedPolicies", []string{"arn:1", "arn:2"}, func(arn string) string { return "<PolicyArn>" + arn + "</PolicyArn>" })),
			writes: ours, waited: time.Second,
		},
		"others' managed policy": {
			aws:     holding(func(r *standing) { r.managed = append(r.managed, "arn:2") }),
			waited:  15 * time.Second,
			wantErr: "the role web also has the managed policy arn:2; ", kind: awsapi.IsNotEmpty,
		},
		"an instance profile": {
			aws:    holding(func(r *standing) { r.profiles = []string{"box"} }),
			writes: ours, waited: 16 * time.Second,
			wantErr: "the role web also has a place in the instance profile box; ", kind: awsapi.IsNotEmpty,
		},
		"an instance profile that can't be listed": {
			aws:    denying(holding(func(r *standing) { r.profiles = []string{"box"} }), "ListInstanceProfilesForRole"),
			writes: ours, waited: time.Second,
			wantErr: "what is in the way can't be listed: AccessDenied", kind: awsapi.IsNotEmpty,
		},
		"all, with force": {
			aws: holding(func(r *standing) {
				r.inline["theirs"], r.managed, r.profiles = push, append(r.managed, "arn:2"), []string{"box", "crate"}
			}),
			force: true,
			writes: []string{
				"RemoveRoleFromInstanceProfile", "RemoveRoleFromInstanceProfile", "DetachRolePolicy", "DetachRolePolicy",
				"DeleteRolePolicy", "DeleteRolePolicy", "DeleteRole",
			},
		},
		"IAM is behind":             {aws: refusing(holding(same), 3), writes: append(ours[:3:3], "DeleteRole", "DeleteRole", "DeleteRole"), waited: 7 * time.Second},
		"IAM is behind, with force": {aws: refusing(at("web", same), 1), force: true, writes: []string{"DeleteRole", "DeleteRole"}, waited: time.Second},
		"IAM never follows":         {aws: refusing(at("web", same), 1000), force: true, waited: 2 * time.Minute, wantErr: "must detach all policies first", kind: awsapi.IsNotEmpty},
		"the list is denied":        {aws: denying(holding(same), "ListRolePolicies"), wantErr: "the caller needs iam:ListRolePolicies", kind: awsapi.IsAccessDenied},
		"a detach is denied":        {aws: denying(holding(same), "DetachRolePolicy"), writes: ours[:1], wantErr: "the caller needs iam:DetachRolePolicy", kind: awsapi.IsAccessDenied},
		"an inline is denied":       {aws: denying(holding(same), "DeleteRolePolicy"), writes: ours[:2], wantErr: "the caller needs iam:DeleteRolePolicy", kind: awsapi.IsAccessDenied},
		"the role is denied":        {aws: denying(holding(same), "DeleteRole"), writes: ours, wantErr: "the caller needs iam:DeleteRole,", kind: awsapi.IsAccessDenied},
		"a profile is denied": {
			aws:   denying(holding(func(r *standing) { r.profiles = []string{"box"} }), "RemoveRoleFromInstanceProfile"),
			force: true, writes: []string{"RemoveRoleFromInstanceProfile"}, wantErr: "the caller needs iam:RemoveRoleFromInstanceProfile", kind: awsapi.IsAccessDenied,
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				began := time.Now()
				err := test.aws.clients().DeleteRole(t.Context(), "web", test.force, own)
				if test.wantErr == "" && (err != nil || len(test.aws.there) > 0) {
					t.Errorf("error %v, there %v", err, test.aws.there)
				}
				if test.wantErr != "" && (err == nil || !strings.Contains(err.Error(), test.wantErr) || !test.kind(err)) {
					t.Errorf("error %v, want %q", err, test.wantErr)
				}
				if waited := time.Since(began).Truncate(time.Second); waited != test.waited {
					t.Errorf("waited %s, want %s", waited, test.waited)
				}
				var writes, reads []string
				for _, action := range test.aws.actions() {
					if strings.HasPrefix(action, "List") {
						reads = append(reads, action)
					} else {
						writes = append(writes, action)
					}
				}
				if test.waited < time.Minute {
					if diff := cmp.Diff(test.writes, writes); diff != "" {
						t.Errorf("writes (-want +got):\n%s", diff)
					}
				}
				if !test.force && test.waited == 0 && len(reads) != len(lists) {
					t.Errorf("reads %v, want %v", reads, lists)
				}
			})
		})
	}
}

func TestDeleteRoleOnTheWire(t *testing.T) {
	t.Parallel()
	a := awstest.New(t, awstest.IAMLag(2))
	c := clientsOf(a, func(cfg *awsapi.Config) { cfg.MaxRetries = aws.Int(3) })
	ctx := t.Context()
	if _, err := c.CreateRole(ctx, awsapi.NewRole{Name: "web", TrustPolicy: trust, Inline: map[string]string{"pull": pull}, Managed: []string{appRunner}}); err != nil {
		t.Fatal(err)
	}
	box := aws.String("box")
	if _, err := a.IAM().CreateInstanceProfile(ctx, &iam.CreateInstanceProfileInput{InstanceProfileName: box}); err != nil {
		t.Fatal(err)
	}
	if _, err := a.IAM().AddRoleToInstanceProfile(ctx, &iam.AddRoleToInstanceProfileInput{InstanceProfileName: box, RoleName: aws.String("web")}); err != nil {
		t.Fatal(err)
	}
	if err := c.WaitRole(ctx, awsapi.Role{Name: "web", Path: "/", TrustPolicy: trust, Inline: map[string]string{"pull": pull}, Managed: []string{appRunner}}, awsapi.RoleContents{}, 0); err != nil {
		t.Fatal(err)
	}
	for _, action := range []string{"RemoveRoleFromInstanceProfile", "DetachRolePolicy", "DeleteRolePolicy", "DeleteRole"} {
		a.Inject(awstest.Fault{Kind: awstest.DropAfter, Action: action})
	}
	if err := c.DeleteRole(ctx, "web", true, awsapi.RoleContents{}); err != nil {
		t.Fatal(err)
	}
	if _, err := a.IAM().GetRole(ctx, &iam.GetRoleInput{RoleName: aws.String("web")}); err == nil {
		t.Error("the role is still there")
	}
}
