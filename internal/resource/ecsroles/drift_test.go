// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package ecsroles_test

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"

	"github.com/ecrx/terraform-provider-ecrx/internal/acctest"
	"github.com/ecrx/terraform-provider-ecrx/internal/awstest"
	"github.com/ecrx/terraform-provider-ecrx/internal/awstest/lifecycle"
)

// TestDrift changes each setting of one of the roles behind Terraform's back: the apply repairs it and nothing else.
func TestDrift(t *testing.T) {
	t.Parallel()
	a := awstest.New(t)
	limit := boundary(t, a)
	tf := acctest.Core(a, resourceType, nil)
	config := arguments(object{"infrastructure": true, "description": "Roles of orders", "permissions_boundary": limit, "tags": object{"team": "orders"}})
	_, err := tf.Apply(t.Context(), config)
	must(t, err)
	task, infrastructure := aws.String(taskName), aws.String(infrastructureName)
	const wide = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sqs:*","Resource":"*"}]}`
	const trust = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"ecs-tasks.amazonaws.com"},"Action":"sts:AssumeRole"}]}`
	drift := func(change func() error, writes ...string) {
		t.Helper()
		must(t, change())
		apply(t, a, tf, config, lifecycle.Update, writes...)
	}
	drift(func() error {
		_, err := a.IAM().UpdateAssumeRolePolicy(t.Context(), &iam.UpdateAssumeRolePolicyInput{RoleName: task, PolicyDocument: aws.String(trust)})
		return err
	}, "UpdateAssumeRolePolicy")
	drift(func() error {
		_, err := a.IAM().PutRolePolicy(t.Context(), &iam.PutRolePolicyInput{RoleName: task, PolicyName: aws.String("task"), PolicyDocument: aws.String(wide)})
		return err
	}, "PutRolePolicy")
	drift(func() error {
		_, err := a.IAM().UpdateRole(t.Context(), &iam.UpdateRoleInput{RoleName: task, Description: aws.String("other"), MaxSessionDuration: aws.Int32(3600)})
		return err
	}, "UpdateRole")
	drift(func() error {
		_, err := a.IAM().UpdateRole(t.Context(), &iam.UpdateRoleInput{RoleName: task, Description: aws.String("Roles of orders"), MaxSessionDuration: aws.Int32(43200)})
		return err
	}, "UpdateRole")
	drift(func() error {
		_, err := a.IAM().DeleteRolePermissionsBoundary(t.Context(), &iam.DeleteRolePermissionsBoundaryInput{RoleName: task})
		return err
	}, "PutRolePermissionsBoundary")
	drift(func() error {
		_, err := a.IAM().TagRole(t.Context(), &iam.TagRoleInput{RoleName: task, Tags: []types.Tag{{Key: aws.String("new"), Value: aws.String("1")}}})
		return err
	}, "UntagRole")
	drift(func() error {
		_, err := a.IAM().DetachRolePolicy(t.Context(), &iam.DetachRolePolicyInput{RoleName: infrastructure, PolicyArn: aws.String(express)})
		return err
	}, "AttachRolePolicy")
}

// TestDisappears deletes one of the roles, which the next apply makes again beside the others, and then all.
func TestDisappears(t *testing.T) {
	t.Parallel()
	a := awstest.New(t)
	tf := acctest.Core(a, resourceType, nil)
	_, err := tf.Apply(t.Context(), arguments(nil))
	must(t, err)
	deleteRole(t, a, taskName, "task")
	apply(t, a, tf, arguments(nil), lifecycle.Update, "CreateRole", "PutRolePolicy")
	expectRoles(t, a, executionName, taskName)
	deleteRole(t, a, taskName, "task")
	deleteRole(t, a, executionName, "execution")
	if action, err := tf.Plan(t.Context(), arguments(nil)); err != nil || action != lifecycle.Create {
		t.Errorf("the plan without the roles is %s, %v", action, err)
	}
	apply(t, a, tf, nil, lifecycle.NoOp)
}

// TestRecreatedElsewhere finds one of the roles at another path: a role can't be moved, so all are made anew.
func TestRecreatedElsewhere(t *testing.T) {
	t.Parallel()
	a := awstest.New(t)
	tf := acctest.Core(a, resourceType, nil)
	_, err := tf.Apply(t.Context(), arguments(nil))
	must(t, err)
	deleteRole(t, a, taskName, "task")
	_, err = a.IAM().CreateRole(t.Context(), &iam.CreateRoleInput{RoleName: aws.String(taskName), Path: aws.String("/service-role/"), AssumeRolePolicyDocument: aws.String(executionTrust)})
	must(t, err)
	apply(t, a, tf, arguments(nil), lifecycle.Replace, "DeleteRolePolicy", "DeleteRole", "DeleteRole", "CreateRole", "PutRolePolicy", "CreateRole", "PutRolePolicy")
}

// TestPartsAreSwapped keeps the old role when the new one can't be made, with a state that can be read.
func TestPartsAreSwapped(t *testing.T) {
	t.Parallel()
	a := awstest.New(t)
	tf := acctest.Core(a, resourceType, nil)
	before, after := arguments(object{"task": nil}), arguments(object{"execution": nil})
	_, err := tf.Apply(t.Context(), before)
	must(t, err)
	a.Inject(awstest.Fault{Kind: awstest.AccessDenied, Action: "CreateRole", Sticky: true})
	_, err = tf.Apply(t.Context(), after)
	acctest.ExpectError(t, err, "creating ECS task role (orders-staging-task)")
	a.ClearFaults()
	expectRoles(t, a, executionName)
	apply(t, a, tf, before, lifecycle.NoOp)
	apply(t, a, tf, after, lifecycle.Update, "CreateRole", "PutRolePolicy", "DeleteRolePolicy", "DeleteRole")
	expectRoles(t, a, taskName)
}

func deleteRole(t testing.TB, a *awstest.AWS, name, inline string) {
	t.Helper()
	_, err := a.IAM().DeleteRolePolicy(t.Context(), &iam.DeleteRolePolicyInput{RoleName: &name, PolicyName: &inline})
	must(t, err)
	_, err = a.IAM().DeleteRole(t.Context(), &iam.DeleteRoleInput{RoleName: &name})
	must(t, err)
}

// TestForeignPolicies keeps a role that others gave policies, unless force_detach_policies is applied.
func TestForeignPolicies(t *testing.T) {
	t.Parallel()
	a := awstest.New(t)
	tf := acctest.Core(a, resourceType, nil)
	_, err := tf.Apply(t.Context(), arguments(nil))
	must(t, err)
	foreign := "debug"
	_, err = a.IAM().PutRolePolicy(t.Context(), &iam.PutRolePolicyInput{RoleName: aws.String(taskName), PolicyName: &foreign, PolicyDocument: aws.String(taskJSON)})
	must(t, err)
	apply(t, a, tf, arguments(nil), lifecycle.NoOp)
	heard := acctest.Listen(tf)
	if _, err := tf.Plan(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	if warnings := strings.Join(heard.Warnings(), "\n"); !strings.Contains(warnings, "Policies that stop the destroy: The ECS task role orders-staging-task also has the inline policy debug,") ||
		strings.Contains(warnings, executionName) {
		t.Errorf("the plan of a destroy warns %s", warnings)
	}
	_, err = tf.Apply(t.Context(), arguments(object{"task": nil}))
	acctest.ExpectError(t, err, "deleting ECS task role (orders-staging-task)")
	acctest.ExpectError(t, err, "the inline policy debug")
	apply(t, a, tf, arguments(object{"force_detach_policies": true}), lifecycle.Update)
	apply(t, a, tf, arguments(object{"task": nil}), lifecycle.Update, "DeleteRolePolicy", "DeleteRolePolicy", "DeleteRole")
	expectRoles(t, a, executionName)
}

// TestNameThatIsTaken leaves none of its roles, and the other's alone.
func TestNameThatIsTaken(t *testing.T) {
	t.Parallel()
	a := awstest.New(t)
	_, err := a.IAM().CreateRole(t.Context(), &iam.CreateRoleInput{RoleName: aws.String(taskName), AssumeRolePolicyDocument: aws.String(executionTrust)})
	must(t, err)
	tf := acctest.Core(a, resourceType, nil)
	_, err = tf.Apply(t.Context(), arguments(nil))
	acctest.ExpectError(t, err, `creating ECS task role (orders-staging-task): a role orders-staging-task exists already`)
	if tf.State != nil {
		t.Errorf("the state holds %s", tf.State.Attributes)
	}
	expectRoles(t, a, taskName)
}
