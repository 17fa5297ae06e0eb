// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package awsapi_test

import (
	"fmt"
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

const deployerARN = "arn:aws:iam::" + account + ":role/ops/deployer"

// deployer is a role that stands with a path.
func deployer() *roles { return at("deployer", func(r *standing) { r.path = "/ops/" }) }

func TestFindRole(t *testing.T) {
	t.Parallel()
	s := deployer()
	c := s.clients()
	for range 3 {
		got, err := c.FindRole(t.Context(), "deployer")
		if diff := cmp.Diff(awsapi.FoundRole{ARN: deployerARN, UniqueID: "AROAEXAMPLE"}, got); diff != "" || err != nil {
			t.Errorf("%v%s", err, diff)
		}
	}
	if diff := cmp.Diff([]string{"GetRole"}, s.actions()); diff != "" {
		t.Errorf("a role that was found is asked for again: %s", diff)
	}
}

// TestFindRoleForgetsFailures asks again for a role that wasn't there, or that the caller wasn't allowed to see.
func TestFindRoleForgetsFailures(t *testing.T) {
	t.Parallel()
	s := deployer()
	answers := []answer{noRole("deployer"), failure(403, "AccessDenied", "not authorized to perform: iam:GetRole")}
	s.before = func(c iamCall) *answer {
		if c.n > len(answers) {
			return nil
		}
		return &answers[c.n-1]
	}
	c := s.clients()
	if got, err := c.FindRole(t.Context(), "deployer"); !awsapi.IsNotFound(err) || got != (awsapi.FoundRole{}) {
		t.Errorf("no role is %+v, %v", got, err)
	}
	if got, err := c.FindRole(t.Context(), "deployer"); !awsapi.IsAccessDenied(err) || awsapi.IsNotFound(err) || got != (awsapi.FoundRole{}) {
		t.Errorf("a refusal is %+v, %v", got, err)
	}
	if got, err := c.FindRole(t.Context(), "deployer"); err != nil || got.ARN != deployerARN {
		t.Errorf("then it is %+v, %v", got, err)
	}
}

// TestAwaitRole looks again for a role that IAM doesn't know yet, for a while, and for nothing else.
func TestAwaitRole(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		role   string
		late   int // calls before IAM knows it
		denied bool
		calls  int
		there  bool
	}{
		"there":          {"deployer", 0, false, 1, true},
		"there later":    {"deployer", 3, false, 4, true},
		"never there":    {"other", 0, false, 5, false},
		"may not know":   {"deployer", 0, true, 1, false},
		"there too late": {"deployer", 5, false, 5, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := deployer()
			s.before = func(c iamCall) *answer {
				a := noRole(tc.role)
				switch {
				case tc.denied:
					a = failure(403, "AccessDenied", "not authorized to perform: iam:GetRole")
				case c.n > tc.late:
					return nil
				}
				return &a
			}
			got, err := s.clients(func(c *awsapi.Config) { c.Timing.SecondLook = time.Millisecond }).AwaitRole(t.Context(), tc.role)
			if (got.ARN == deployerARN) != tc.there || (err == nil) != tc.there || len(s.actions()) != tc.calls {
				t.Errorf("got %+v, %v after %d calls, want %d", got, err, len(s.actions()), tc.calls)
			}
		})
	}
}

// TestSessionRoleOutOfReach gives up soon where IAM doesn't answer: what is asked is of use, and no more.
func TestSessionRoleOutOfReach(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := deployer()
		s.took = time.Minute
		start := time.Now()
		got := s.clients().SessionRole(t.Context(), awsapi.Identity{ARN: "arn:aws:sts::" + account + ":assumed-role/deployer/ci", UserID: "AROAEXAMPLE:ci"})
		if waited := time.Since(start); got != "" || waited > 10*time.Second {
			t.Errorf("got %q after %s", got, waited)
		}
		time.Sleep(time.Hour) // for the call that nobody waits for any more
	})
}

func TestSessionRole(t *testing.T) {
	t.Parallel()
	session := func(name, id string) awsapi.Identity {
		return awsapi.Identity{AccountID: account, ARN: "arn:aws:sts::" + account + ":assumed-role/" + name + "/ci", UserID: id + ":ci"}
	}
	for name, tc := range map[string]struct {
		caller awsapi.Identity
		denied bool
		want   string
		calls  int
	}{
		"a session":                  {session("deployer", "AROAEXAMPLE"), false, deployerARN, 1},
		"of a role that is gone":     {session("other", "AROAEXAMPLE"), false, "", 1},
		"of one that was made again": {session("deployer", "AROAEARLIER"), false, "", 1},
		"of one that may not be":     {session("deployer", "AROAEXAMPLE"), true, "", 1},
		"a user":                     {awsapi.Identity{ARN: "arn:aws:iam::" + account + ":user/deployer", UserID: "AIDAEXAMPLE"}, false, "", 0},
		"a federated user":           {awsapi.Identity{ARN: "arn:aws:sts::" + account + ":federated-user/deployer"}, false, "", 0},
		"nobody":                     {awsapi.Identity{}, false, "", 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := deployer()
			if tc.denied {
				s.before = func(iamCall) *answer {
					a := failure(403, "AccessDenied", "not authorized to perform: iam:GetRole")
					return &a
				}
			}
			if got := s.clients().SessionRole(t.Context(), tc.caller); got != tc.want || len(s.actions()) != tc.calls {
				t.Errorf("got %q after the calls %q, want %q", got, s.actions(), tc.want)
			}
		})
	}
}

// TestRoleIDs reads all pages, once. A failure, also in the middle, isn't remembered.
func TestRoleIDs(t *testing.T) {
	t.Parallel()
	member := func(i int) string {
		return fmt.Sprintf("<member><RoleName>r%[1]d</RoleName><RoleId>AROA%[1]d</RoleId><Path>/</Path><Arn>arn:aws:iam::"+account+":role/r%[1]d</Arn><CreateDate>2025-01-01T00:00:00Z</CreateDate></member>", i)
	}
	var markers []string
	s := &roles{before: func(c iamCall) *answer {
		if c.action != "ListRoles" || c.form.Get("MaxItems") != "1000" {
			t.Errorf("the call is %s %v", c.action, c.form)
		}
		markers = append(markers, c.form.Get("Marker"))
		page := result(c, "<Roles>"+member(1)+member(2)+"</Roles><IsTruncated>true</IsTruncated><Marker>more</Marker>")
		switch {
		case c.n == 2, c.n > 4: // so that one who asks for the first page again and again comes to an end
			page = failure(403, "AccessDenied", "not authorized to perform: iam:ListRoles")
		case c.form.Get("Marker") == "more":
			page = result(c, "<Roles>"+member(3)+"</Roles><IsTruncated>false</IsTruncated>")
		}
		return &page
	}}
	c := s.clients()
	if got, err := c.RoleIDs(t.Context()); !awsapi.IsAccessDenied(err) {
		t.Errorf("a refusal of the second page is %v, %v", got, err)
	}
	want := map[string]string{}
	for i := 1; i <= 3; i++ {
		want[fmt.Sprintf("AROA%d", i)] = fmt.Sprintf("arn:aws:iam::%s:role/r%d", account, i)
	}
	for range 2 {
		got, err := c.RoleIDs(t.Context())
		if diff := cmp.Diff(want, got); diff != "" || err != nil {
			t.Errorf("%v%s", err, diff)
		}
	}
	if got := strings.Join(markers, ","); got != ",more,,more" {
		t.Errorf("the pages asked for are %q", got)
	}
}

func TestRolesOnTheWire(t *testing.T) {
	t.Parallel()
	a := awstest.New(t)
	c := clientsOf(a)
	if _, err := c.FindRole(t.Context(), "deployer"); !awsapi.IsNotFound(err) {
		t.Errorf("before: %v", err)
	}
	out, err := a.IAM().CreateRole(t.Context(), &iam.CreateRoleInput{RoleName: aws.String("deployer"), Path: aws.String("/ops/"), AssumeRolePolicyDocument: aws.String(trust)})
	if err != nil {
		t.Fatal(err)
	}
	arn, id := aws.ToString(out.Role.Arn), aws.ToString(out.Role.RoleId)
	if got, err := c.FindRole(t.Context(), "deployer"); err != nil || got != (awsapi.FoundRole{ARN: arn, UniqueID: id}) {
		t.Errorf("got %+v, %v", got, err)
	}
	if ids, err := c.RoleIDs(t.Context()); err != nil || ids[id] != arn {
		t.Errorf("got %v, %v", ids, err)
	}
}
