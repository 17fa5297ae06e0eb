// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package awsapi_test

import (
	"context"
	"errors"
	"maps"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/hashicorp/terraform-plugin-log/tflogtest"

	"github.com/ecrx/terraform-provider-ecrx/internal/awsapi"
	"github.com/ecrx/terraform-provider-ecrx/internal/awstest"
)

// holding is the role that wanted speaks of, with more beside it that others put there.
func holding() *roles {
	return at("web", func(r *standing) {
		r.path, r.description, r.boundary, r.session = "/service-role/", "pulls", "arn:b", "7200"
		r.tags = map[string]string{"team": "x", "theirs": "y"}
		r.inline = map[string]string{"pull": pull, "theirs": push}
		r.managed = []string{"arn:1", "arn:theirs"}
	})
}

func wanted() awsapi.Role {
	return awsapi.Role{
		Name: "web", ARN: "arn:aws:iam::111122223333:role/service-role/web", Path: "/service-role/", UniqueID: "AROAEXAMPLE", Description: "pulls",
		TrustPolicy: trust, PermissionsBoundary: "arn:b", MaxSessionDuration: 7200,
		Tags: map[string]string{"team": "x"}, Inline: map[string]string{"pull": pull}, Managed: []string{"arn:1"},
	}
}

// Each part of the role is waited for, until IAM gives it back three times in a row.
func TestWaitRole(t *testing.T) {
	t.Parallel()
	reordered := `{"Statement":{"Resource":["*"],"Action":["ecr:BatchGetImage"],"Effect":"Allow"},"Version":"2012-10-17"}`
	tests := map[string]struct {
		late    func(*standing) // what IAM gives at first
		asked   func(*awsapi.Role)
		without awsapi.RoleContents
		differs string // in the error when it stays so; "" when nothing is late
	}{
		"there at once":       {},
		"as IAM may write it": {late: func(r *standing) { r.inline["pull"] = reordered }},
		"in another order": {
			late:  func(r *standing) { r.trust = trusting(`{"Service":["b.amazonaws.com","a.amazonaws.com"]}`) },
			asked: func(r *awsapi.Role) { r.TrustPolicy = trusting(`{"Service":["a.amazonaws.com","b.amazonaws.com"]}`) },
		},
		"no id asked for":            {late: func(r *standing) { r.id = "AROAOTHER" }, asked: func(r *awsapi.Role) { r.UniqueID = "" }},
		"no ARN asked for":           {asked: func(r *awsapi.Role) { r.ARN = "" }},
		"no session asked for":       {late: func(r *standing) { r.session = "3600" }, asked: func(r *awsapi.Role) { r.MaxSessionDuration = 0 }},
		"nothing more asked for":     {late: func(r *standing) { r.tags, r.inline, r.managed = nil, nil, nil }, asked: func(r *awsapi.Role) { r.Tags, r.Inline, r.Managed = nil, nil, nil }},
		"the role of before":         {late: func(r *standing) { r.id = "AROAOTHER" }, differs: "the unique id"},
		"a late path":                {late: func(r *standing) { r.path = "/x/" }, asked: func(r *awsapi.Role) { r.ARN = "" }, differs: "the path"},
		"a late ARN":                 {late: func(r *standing) { r.path = "/x/" }, differs: "the ARN"},
		"a late description":         {late: func(r *standing) { r.description = "" }, differs: "the description"},
		"a late trust":               {late: func(r *standing) { r.trust = push }, differs: "the trust policy"},
		"a late boundary":            {late: func(r *standing) { r.boundary = "" }, differs: "the permissions boundary"},
		"a late session":             {late: func(r *standing) { r.session = "3600" }, differs: "the longest session"},
		"a late tag":                 {late: func(r *standing) { delete(r.tags, "team") }, differs: "the tag team"},
		"a tag's late value":         {late: func(r *standing) { r.tags["team"] = "" }, differs: "the tag team"},
		"a late inline policy":       {late: func(r *standing) { delete(r.inline, "pull") }, differs: "the inline policy pull"},
		"an inline policy's text":    {late: func(r *standing) { r.inline["pull"] = push }, differs: "the inline policy pull"},
		"no JSON":                    {late: func(r *standing) { r.inline["pull"] = "{" }, differs: "the inline policy pull"},
		"a late managed policy":      {late: func(r *standing) { r.managed = []string{"arn:theirs"} }, differs: "the managed policy arn:1"},
		"nothing taken away is left": {without: awsapi.RoleContents{Inline: []string{"old"}, Managed: []string{"arn:old"}, Tags: []string{"old"}}},
		"a late removal of an inline policy": {
			late: func(r *standing) { r.inline["old"] = push }, without: awsapi.RoleContents{Inline: []string{"old"}},
			differs: "the inline policy old, which was removed,",
		},
		"a late detachment": {
			late: func(r *standing) { r.managed = append(r.managed, "arn:old") }, without: awsapi.RoleContents{Managed: []string{"arn:old"}},
			differs: "the managed policy arn:old, which was detached,",
		},
		"a late removal of a tag": {
			late: func(r *standing) { r.tags["old"] = "" }, without: awsapi.RoleContents{Tags: []string{"old"}},
			differs: "the tag old, which was removed,",
		},
		"a late role": {late: nil, differs: "the role itself"},
	}
	for name, test := range tests {
		for _, forEver := range []bool{false, true} {
			t.Run(name+map[bool]string{false: ", for a while", true: ", for ever"}[forEver], func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					proper, iam := holding(), holding()
					if test.late != nil {
						test.late(iam.there["web"])
					}
					if name == "a late role" {
						delete(iam.there, "web")
					}
					role := wanted()
					if test.asked != nil {
						test.asked(&role)
					}
					began := time.Now()
					iam.before = func(iamCall) *answer {
						if time.Since(began) > 10*time.Second && !forEver {
							iam.mu.Lock()
							iam.there = maps.Clone(proper.there)
							iam.mu.Unlock()
						}
						return nil
					}
					err := iam.clients().WaitRole(t.Context(), role, test.without, 0)
					reads := 0
					for _, action := range iam.actions() {
						if action == "GetRole" {
							reads++
						}
					}
					waited := time.Since(began).Truncate(time.Second)
					switch {
					case test.differs == "" && (err != nil || reads != 3 || waited != 2*time.Second):
						t.Errorf("%v after %d reads and %s", err, reads, waited)
					case test.differs != "" && !forEver && (err != nil || reads != 7 || waited != 17*time.Second): // at 0, 1, 3, 7, 15, 16 and 17
						t.Errorf("%v after %d reads and %s", err, reads, waited)
					case test.differs != "" && forEver && (err == nil || !strings.Contains(err.Error(), "IAM doesn't give it back as written: "+test.differs+" differs") || waited < 2*time.Minute || waited > 130*time.Second):
						t.Errorf("%v after %d reads and %s", err, reads, waited)
					}
				})
			})
		}
	}
}

// Reads that agree count only in a row: another replica may be behind.
func TestWaitRoleStartsAgain(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		iam := holding()
		iam.before = func(c iamCall) *answer {
			if c.action == "GetRole" && (c.n == 3 || c.n == 5) {
				none := noRole("web")
				return &none
			}
			return nil
		}
		began := time.Now()
		if err := iam.clients().WaitRole(t.Context(), wanted(), awsapi.RoleContents{}, 0); err != nil {
			t.Error(err)
		}
		if waited := time.Since(began); waited != 7*time.Second {
			t.Errorf("waited %s: pauses grow only while IAM is behind", waited)
		}
		if got := strings.Count(strings.Join(iam.actions(), " ")+" ", "GetRole "); got != 8 {
			t.Errorf("%d reads, want 8", got)
		}
	})
}

func TestWaitRoleSettles(t *testing.T) {
	t.Parallel()
	interrupted := errors.New("interrupted")
	for name, test := range map[string]struct {
		cutAfter time.Duration
		waited   time.Duration
		wantErr  string
	}{
		"to the end":               {waited: 12 * time.Second},
		"cut off while reading":    {cutAfter: 1500 * time.Millisecond, waited: time.Second, wantErr: "waiting for IAM to give it back was cut off: interrupted"},
		"cut off while it settles": {cutAfter: 5 * time.Second, waited: 5 * time.Second, wantErr: "waiting for other services to know it was cut off: interrupted"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				ctx, cut := context.WithCancelCause(t.Context())
				defer cut(nil)
				if test.cutAfter > 0 {
					time.AfterFunc(test.cutAfter, func() { cut(interrupted) })
				}
				began := time.Now()
				err := holding().clients().WaitRole(ctx, wanted(), awsapi.RoleContents{}, 10*time.Second)
				if test.wantErr == "" && err != nil || test.wantErr != "" && (err == nil || !strings.Contains(err.Error(), test.wantErr) || !errors.Is(err, interrupted)) {
					t.Errorf("error %v, want %q", err, test.wantErr)
				}
				if waited := time.Since(began).Truncate(time.Second); waited != test.waited {
					t.Errorf("waited %s, want %s", waited, test.waited)
				}
			})
		})
	}
}

// A policy that IAM reads but doesn't list, or lists but doesn't read, isn't settled yet.
func TestWaitRoleWaitsForReadsThatAgree(t *testing.T) {
	t.Parallel()
	for action, behind := range map[string]func(iamCall) answer{
		"ListRolePolicies": func(c iamCall) answer { return result(c, list("PolicyNames", []string{"theirs"}, escaped)) },
		"GetRolePolicy": func(iamCall) answer {
			return failure(404, "NoSuchEntity", "The role policy with name pull cannot be found.")
		},
	} {
		t.Run(action, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				iam := holding()
				iam.before = func(c iamCall) *answer {
					if c.action != action || c.n > 2 {
						return nil
					}
					late := behind(c)
					return &late
				}
				if err := iam.clients().WaitRole(t.Context(), wanted(), awsapi.RoleContents{}, 0); err != nil {
					t.Fatal(err)
				}
				if got := strings.Count(strings.Join(iam.actions(), " ")+" ", "GetRole "); got != 5 {
					t.Errorf("%d reads, want two that disagree and three that agree", got)
				}
			})
		})
	}
}

func TestWaitRoleReadFails(t *testing.T) {
	t.Parallel()
	for _, action := range []string{"GetRole", "ListRolePolicies", "ListAttachedRolePolicies", "GetRolePolicy"} {
		t.Run(action, func(t *testing.T) {
			t.Parallel()
			iam := holding()
			iam.before = func(c iamCall) *answer {
				if c.action != action {
					return nil
				}
				denied := failure(403, "AccessDenied", "x")
				return &denied
			}
			err := iam.clients().WaitRole(t.Context(), wanted(), awsapi.RoleContents{}, time.Hour)
			if !awsapi.IsAccessDenied(err) || !strings.Contains(err.Error(), "the role web was written, but can't be read back: ") {
				t.Errorf("error %v", err)
			}
		})
	}
}

func TestWaitingIsLogged(t *testing.T) {
	t.Setenv("TF_LOG", "INFO")
	iam := holding()
	iam.before = func(c iamCall) *answer {
		if c.action == "GetRole" && c.n == 1 {
			none := noRole("web")
			return &none
		}
		return nil
	}
	output := &lockedText{}
	ctx := tflogtest.RootLogger(t.Context(), output)
	c := iam.clients(func(cfg *awsapi.Config) { cfg.Timing.Wait = func(context.Context, time.Duration) error { return nil } })
	if err := c.WaitRole(ctx, wanted(), awsapi.RoleContents{}, time.Hour); err != nil {
		t.Fatal(err)
	}
	lines, err := tflogtest.MultilineJSONDecode(strings.NewReader(output.text.String()))
	if err != nil {
		t.Fatal(err)
	}
	var reading, settling bool
	for _, line := range lines {
		reading = reading || line["differs"] == "the role itself" && line["reads"] == 1.0 && line["@level"] == "info"
		settling = settling || line["settle"] == "1h0m0s" && line["object"] == "the role web" && line["@level"] == "info"
	}
	if !reading || !settling {
		t.Errorf("no such lines in:\n%s", output.text.String())
	}
}

// lockedText takes the lines of calls that are made at the same time.
type lockedText struct {
	mu   sync.Mutex
	text strings.Builder
}

func (l *lockedText) Write(line []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(line)
}

func TestWaitRoleOnTheWire(t *testing.T) {
	t.Parallel()
	a := awstest.New(t, awstest.IAMLag(3))
	c := clientsOf(a)
	made, err := c.CreateRole(t.Context(), awsapi.NewRole{Name: "web", TrustPolicy: trust, Inline: map[string]string{"pull": pull}, Managed: []string{appRunner}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.Role(t.Context(), "web", []string{"pull"}); !awsapi.IsNotFound(err) {
		t.Errorf("the emulator doesn't lag: %v", err)
	}
	if err := c.WaitRole(t.Context(), made, awsapi.RoleContents{}, 0); err != nil {
		t.Fatal(err)
	}
	if err := c.DeleteRole(t.Context(), "web", false, awsapi.RoleContents{Inline: []string{"pull"}, Managed: []string{appRunner}}); err != nil {
		t.Fatal(err)
	}
	again, err := c.CreateRole(t.Context(), awsapi.NewRole{Name: "web", TrustPolicy: trust})
	if err != nil {
		t.Fatal(err)
	}
	if stale, err := c.Role(t.Context(), "web", nil); err != nil || stale.UniqueID != made.UniqueID {
		t.Errorf("the emulator forgets the role of before: %s, %v", stale.UniqueID, err)
	}
	if err := c.WaitRole(t.Context(), again, awsapi.RoleContents{}, 0); err != nil {
		t.Fatal(err)
	}
	if read, err := c.Role(t.Context(), "web", nil); err != nil || read.UniqueID != again.UniqueID {
		t.Errorf("after the wait: %s, %v", read.UniqueID, err)
	}
	if _, err := a.IAM().GetRole(t.Context(), &iam.GetRoleInput{RoleName: aws.String("web")}); err != nil {
		t.Error(err)
	}
}

// A policy that was removed is gone when IAM neither lists nor gives it.
func TestWaitRoleWaitsForRemovalInBothReads(t *testing.T) {
	t.Parallel()
	for action, text := range map[string]string{
		"ListRolePolicies": list("PolicyNames", []string{"old", "pull"}, escaped),
		"GetRolePolicy":    "<PolicyDocument>%7B%7D</PolicyDocument>",
	} {
		t.Run(action, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				iam, began := holding(), time.Now()
				iam.before = func(c iamCall) *answer {
					if c.action != action || time.Since(began) > 10*time.Second || c.form.Get("PolicyName") == "pull" {
						return nil
					}
					old := result(c, text)
					return &old
				}
				err := iam.clients().WaitRole(t.Context(), wanted(), awsapi.RoleContents{Inline: []string{"old"}}, 0)
				if waited := time.Since(began); err != nil || waited != 17*time.Second {
					t.Errorf("%v after %s", err, waited)
				}
			})
		})
	}
}
