// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package apprunneraccessrole_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"

	"github.com/ecrx/terraform-provider-ecrx/internal/acctest"
	"github.com/ecrx/terraform-provider-ecrx/internal/awstest"
	"github.com/ecrx/terraform-provider-ecrx/internal/awstest/lifecycle"
)

const settle = 7 * time.Second

// TestReadiness settles only when every reader gets the role and its policies as they were written.
func TestReadiness(t *testing.T) {
	t.Parallel()
	for test, c := range map[string]struct {
		repositories   any
		inline, others int
	}{
		"inline":  {[]string{web}, 1, 0},
		"managed": {nil, 0, 1},
	} {
		t.Run(test, func(t *testing.T) {
			t.Parallel()
			a := awstest.New(t, awstest.IAMLag(4))
			reader := iam.NewFromConfig(a.Config()) // sees what the provider sees
			settled := 0
			slow := &clock{during: func(d time.Duration) error {
				if d != settle {
					return nil
				}
				settled++
				if text := seen(t, reader); text != fmt.Sprint("pulls ", c.inline, " ", c.others) {
					t.Errorf("when the role settles, a reader sees %s", text)
				}
				return nil
			}}
			config := map[string]any{"name": name, "repository_arns": c.repositories, "settle_seconds": int(settle.Seconds()), "description": "pulls"}
			tf := core(a, slow, nil)
			apply(t, a, tf, config, lifecycle.Create, append([]string{"CreateRole"}, map[string]string{"inline": "PutRolePolicy", "managed": "AttachRolePolicy"}[test])...)
			if settled != 1 {
				t.Errorf("the role settled %d times", settled)
			}
			config["tags"] = map[string]string{"team": "web"}
			apply(t, a, tf, config, lifecycle.Update, "TagRole")
			config["description"] = "pulls images"
			apply(t, a, tf, config, lifecycle.Update, "UpdateRole")
			if settled != 1 {
				t.Errorf("after changes that nobody else must know the role settled %d times", settled)
			}
			config["description"], config["repository_arns"] = "pulls", []string{api}
			c.inline, c.others = 1, 0
			_, err := tf.Apply(t.Context(), config)
			must(t, err)
			if settled != 2 {
				t.Errorf("after another policy the role settled %d times", settled)
			}
		})
	}
}

// seen is a role's description and how many policies it has, inline and managed.
func seen(t *testing.T, reader *iam.Client) string {
	t.Helper()
	role, err := reader.GetRole(t.Context(), &iam.GetRoleInput{RoleName: aws.String(name)})
	if err != nil {
		return err.Error()
	}
	inline, err := reader.ListRolePolicies(t.Context(), &iam.ListRolePoliciesInput{RoleName: aws.String(name)})
	if err != nil {
		return err.Error()
	}
	managed, err := reader.ListAttachedRolePolicies(t.Context(), &iam.ListAttachedRolePoliciesInput{RoleName: aws.String(name)})
	if err != nil {
		return err.Error()
	}
	return fmt.Sprint(aws.ToString(role.Role.Description), " ", len(inline.PolicyNames), " ", len(managed.AttachedPolicies))
}

// TestWaitThatEnds leaves the role in the state, tainted, with an error that says what isn't there, or what to do.
func TestWaitThatEnds(t *testing.T) {
	t.Parallel()
	for test, c := range map[string]struct {
		lag  int
		ends error // of the settling
		want string
	}{
		"IAM takes too long": {1000, nil, "IAM doesn't give it back as written: the role itself differs"},
		"timeout":            {0, context.DeadlineExceeded, "raise the timeout in the timeouts block"},
		"interrupt":          {0, context.Canceled, "Run it again to continue"},
	} {
		t.Run(test, func(t *testing.T) {
			t.Parallel()
			a := awstest.New(t)
			lagging := awstest.New(t, awstest.InAccountOf(a), awstest.IAMLag(c.lag))
			tf := core(lagging, &clock{during: func(d time.Duration) error {
				if d == settle {
					return c.ends
				}
				return nil
			}}, nil)
			config := map[string]any{"name": name, "settle_seconds": int(settle.Seconds())}
			_, err := tf.Apply(t.Context(), config)
			acctest.ExpectError(t, err, "waiting for App Runner access role (web-pull)")
			acctest.ExpectError(t, err, c.want)
			if tf.State == nil || !tf.State.Tainted || attributes(t, tf)["unique_id"] != aws.ToString(live(t, a).RoleId) {
				t.Fatalf("the state is %v", tf.State)
			}
			tf.Provider, tf.ProviderConfig = server, lifecycle.ProviderConfig(a, nil)
			apply(t, a, tf, config, lifecycle.Replace, "DetachRolePolicy", "DeleteRole", "CreateRole", "AttachRolePolicy")
		})
	}
}

// TestUpdateThatWaitsInVain has in the state what is live.
func TestUpdateThatWaitsInVain(t *testing.T) {
	t.Parallel()
	a := awstest.New(t)
	tf := core(a, &clock{}, nil)
	narrow, wide := map[string]any{"name": name, "repository_arns": []string{web}}, map[string]any{"name": name}
	apply(t, a, tf, narrow, lifecycle.Create, "CreateRole", "PutRolePolicy")
	tf.Provider = (&clock{during: func(d time.Duration) error {
		if d == 10*time.Second {
			return context.Canceled
		}
		return nil
	}}).server
	_, err := tf.Apply(t.Context(), wide)
	acctest.ExpectError(t, err, "waiting for App Runner access role (web-pull)")
	if got := attributes(t, tf); got["policy_json"] != nil || fmt.Sprint(got["managed_policy_arns"]) != "["+managedPolicy+"]" {
		t.Errorf("the state has %v and %v", got["policy_json"], got["managed_policy_arns"])
	}
	tf.Provider = server
	apply(t, a, tf, narrow, lifecycle.Update, "PutRolePolicy", "DetachRolePolicy")
}

// TestReadinessOfLess waits for what an update takes away, as long as it waits for what it adds.
func TestReadinessOfLess(t *testing.T) {
	t.Parallel()
	a := awstest.New(t, awstest.IAMLag(6))
	reader := iam.NewFromConfig(a.Config()) // sees what the provider sees
	tf := core(a, &clock{}, nil)
	config := map[string]any{"name": name, "repository_arns": []string{web}, "tags": map[string]string{"team": "web"}}
	apply(t, a, tf, config, lifecycle.Create, "CreateRole", "PutRolePolicy")
	delete(config, "tags")
	if _, err := tf.Apply(t.Context(), config); err != nil {
		t.Fatal(err)
	}
	out, err := reader.GetRole(t.Context(), &iam.GetRoleInput{RoleName: aws.String(name)})
	must(t, err)
	if len(out.Role.Tags) > 0 {
		t.Errorf("after the apply, a reader still sees %d tags", len(out.Role.Tags))
	}
}
