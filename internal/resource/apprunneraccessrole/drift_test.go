// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package apprunneraccessrole_test

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"
	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/ecrx/terraform-provider-ecrx/internal/acctest"
	"github.com/ecrx/terraform-provider-ecrx/internal/awstest"
	"github.com/ecrx/terraform-provider-ecrx/internal/awstest/lifecycle"
)

// TestDrift changes each setting behind Terraform's back: the plan shows it, and the apply repairs it and nothing else.
func TestDrift(t *testing.T) {
	t.Parallel()
	a := awstest.New(t)
	limit, other := customerPolicy(t, a, "limit"), customerPolicy(t, a, "other")
	narrow := whole(limit)
	wide := narrow
	wide.repositories = ""
	role, access := aws.String(name), aws.String(accessPolicy)
	steps := []resource.TestStep{{Config: narrow.in(a)}}
	drift := func(config arguments, change func() error, writes, shown []string) {
		steps = append(steps, resource.TestStep{
			PreConfig: func() {
				must(t, change())
				a.ResetCalls()
			},
			Config: config.in(a), ConfigPlanChecks: acctest.Planned(acctest.Updates(address, shown...)),
			ConfigStateChecks: []statecheck.StateCheck{acctest.Wrote(t, a, writes...)},
		})
	}
	drift(narrow, func() error {
		_, err := a.IAM().UpdateAssumeRolePolicy(t.Context(), &iam.UpdateAssumeRolePolicyInput{RoleName: role, PolicyDocument: aws.String(strings.Replace(trust, "build.", "tasks.", 1))})
		return err
	}, []string{"UpdateAssumeRolePolicy"}, []string{"trust_policy_json"})
	drift(narrow, func() error {
		_, err := a.IAM().PutRolePolicy(t.Context(), &iam.PutRolePolicyInput{RoleName: role, PolicyName: access, PolicyDocument: aws.String(foreignPolicy)})
		return err
	}, []string{"PutRolePolicy"}, []string{"policy_json"})
	drift(narrow, func() error {
		_, err := a.IAM().DeleteRolePolicy(t.Context(), &iam.DeleteRolePolicyInput{RoleName: role, PolicyName: access})
		return err
	}, []string{"PutRolePolicy"}, []string{"policy_json"})
	drift(narrow, func() error {
		_, err := a.IAM().PutRolePermissionsBoundary(t.Context(), &iam.PutRolePermissionsBoundaryInput{RoleName: role, PermissionsBoundary: aws.String(other)})
		return err
	}, []string{"PutRolePermissionsBoundary"}, []string{"permissions_boundary"})
	drift(narrow, func() error {
		_, err := a.IAM().DeleteRolePermissionsBoundary(t.Context(), &iam.DeleteRolePermissionsBoundaryInput{RoleName: role})
		return err
	}, []string{"PutRolePermissionsBoundary"}, []string{"permissions_boundary"})
	drift(narrow, func() error {
		_, err := a.IAM().TagRole(t.Context(), &iam.TagRoleInput{RoleName: role, Tags: []types.Tag{{Key: aws.String("team"), Value: aws.String("x")}, {Key: aws.String("new"), Value: aws.String("1")}}})
		return err
	}, []string{"UntagRole", "TagRole"}, []string{"tags", "tags_all"})
	drift(narrow, func() error {
		_, err := a.IAM().UpdateRole(t.Context(), &iam.UpdateRoleInput{RoleName: role, Description: aws.String("other"), MaxSessionDuration: aws.Int32(7200)})
		return err
	}, []string{"UpdateRole"}, []string{"description"})
	drift(narrow, func() error {
		_, err := a.IAM().UpdateRole(t.Context(), &iam.UpdateRoleInput{RoleName: role, Description: aws.String("pulls"), MaxSessionDuration: aws.Int32(43200)})
		return err
	}, []string{"UpdateRole"}, []string{"max_session_duration"})
	steps = append(steps, resource.TestStep{Config: wide.in(a)})
	drift(wide, func() error {
		_, err := a.IAM().DetachRolePolicy(t.Context(), &iam.DetachRolePolicyInput{RoleName: role, PolicyArn: aws.String(managedPolicy)})
		return err
	}, []string{"AttachRolePolicy"}, []string{"managed_policy_arns"})
	drift(wide, func() error {
		_, err := a.IAM().PutRolePolicy(t.Context(), &iam.PutRolePolicyInput{RoleName: role, PolicyName: access, PolicyDocument: aws.String(foreignPolicy)})
		return err
	}, []string{"DeleteRolePolicy"}, []string{"policy_json"})
	terraform(t, a, steps...)
}

// TestSettingsLeftOut keeps what the role has, and doesn't reset it with an update.
func TestSettingsLeftOut(t *testing.T) {
	t.Parallel()
	a := awstest.New(t)
	tf := core(a, &clock{}, nil)
	config := map[string]any{"name": name, "description": "pulls", "max_session_duration": 7200, "path": "/team/"}
	apply(t, a, tf, config, lifecycle.Create, "CreateRole", "AttachRolePolicy")
	apply(t, a, tf, map[string]any{"name": name}, lifecycle.NoOp)
	apply(t, a, tf, map[string]any{"name": name, "description": ""}, lifecycle.Update, "UpdateRole")
	if role := live(t, a); aws.ToString(role.Description) != "" || *role.MaxSessionDuration != 7200 || *role.Path != "/team/" {
		t.Errorf("the role has description %q, session %d, path %s", aws.ToString(role.Description), *role.MaxSessionDuration, *role.Path)
	}
}

func TestDisappears(t *testing.T) {
	t.Parallel()
	a := awstest.New(t)
	tf := core(a, &clock{}, nil)
	config := map[string]any{"name": name, "repository_arns": []string{web}}
	apply(t, a, tf, config, lifecycle.Create, "CreateRole", "PutRolePolicy")
	deleteRole(t, a)
	apply(t, a, tf, config, lifecycle.Create, "CreateRole", "PutRolePolicy")
	deleteRole(t, a)
	apply(t, a, tf, nil, lifecycle.NoOp)
	gone(t, a)
}

// TestRecreated finds another role of the same name: it is taken over, and its id is shown.
func TestRecreated(t *testing.T) {
	t.Parallel()
	a := awstest.New(t)
	tf := core(a, &clock{}, nil)
	config := map[string]any{"name": name, "repository_arns": []string{web}}
	apply(t, a, tf, config, lifecycle.Create, "CreateRole", "PutRolePolicy")
	first := attributes(t, tf)["unique_id"]
	deleteRole(t, a)
	createRole(t, a)
	apply(t, a, tf, config, lifecycle.Update, "PutRolePolicy")
	want := aws.ToString(live(t, a).RoleId)
	if got := attributes(t, tf); got["unique_id"] != want || got["user_id_pattern"] != want+":*" || want == first {
		t.Errorf("the state has %v and %v; the role is %s and was %v", got["unique_id"], got["user_id_pattern"], want, first)
	}
}

// TestTags puts the provider's default tags on the role and leaves the ignored ones alone.
func TestTags(t *testing.T) {
	t.Parallel()
	a := awstest.New(t)
	tf := core(a, &clock{}, map[string]any{
		"default_tags": []any{map[string]any{"tags": map[string]string{"owner": "platform"}}},
		"ignore_tags":  []any{map[string]any{"keys": []string{"cost"}}},
	})
	config := map[string]any{"name": name, "tags": map[string]string{"team": "web"}}
	apply(t, a, tf, config, lifecycle.Create, "CreateRole", "AttachRolePolicy")
	_, err := a.IAM().TagRole(t.Context(), &iam.TagRoleInput{RoleName: aws.String(name), Tags: []types.Tag{{Key: aws.String("cost"), Value: aws.String("1")}}})
	must(t, err)
	unchanged(t, tf, config)
	config["tags"] = map[string]string{"team": "api"}
	apply(t, a, tf, config, lifecycle.Update, "TagRole")
	if diff := cmp.Diff(map[string]string{"owner": "platform", "team": "api", "cost": "1"}, liveTags(t, a)); diff != "" {
		t.Errorf("tags (-want +got):\n%s", diff)
	}
}
