// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package ecstaskpermissions_test

import (
	"errors"
	"slices"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"
	"github.com/google/go-cmp/cmp"

	"github.com/ecrx/terraform-provider-ecrx/internal/acctest"
	"github.com/ecrx/terraform-provider-ecrx/internal/awstest"
	"github.com/ecrx/terraform-provider-ecrx/internal/awstest/lifecycle"
)

const (
	resourceType = "ecrx_ecs_task_permissions"
	address      = resourceType + ".this"

	roleName, policyName = "orders-staging-task", "orders-queues"
	foreign              = "theirs"

	queue    = "arn:aws:sqs:eu-west-1:111111111111:orders"
	trust    = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"ecs-tasks.amazonaws.com"},"Action":"sts:AssumeRole"}]}`
	sendJSON = `{"Version":"2012-10-17","Statement":[{"Sid":"SQSSend","Effect":"Allow","Action":["sqs:GetQueueAttributes","sqs:GetQueueUrl","sqs:SendMessage"],"Resource":"` + queue + `"}]}`
	wideJSON = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sqs:*","Resource":"*"}]}`
)

type object = map[string]any

// arguments are those of a valid policy, with others laid over them.
func arguments(over object) object {
	config := object{"role": roleName, "name": policyName, "settle_seconds": 0, "permissions": object{"sqs_send": []any{queue}}}
	for key, value := range over {
		config[key] = value
	}
	return config
}

// createRole makes the role of others, with a policy of theirs.
func createRole(t testing.TB, a *awstest.AWS) {
	t.Helper()
	_, err := a.IAM().CreateRole(t.Context(), &iam.CreateRoleInput{RoleName: aws.String(roleName), AssumeRolePolicyDocument: aws.String(trust)})
	must(t, err)
	putInline(t, a, foreign, wideJSON)
}

func putInline(t testing.TB, a *awstest.AWS, name, text string) {
	t.Helper()
	_, err := a.IAM().PutRolePolicy(t.Context(), &iam.PutRolePolicyInput{RoleName: aws.String(roleName), PolicyName: &name, PolicyDocument: &text})
	must(t, err)
}

func deleteInline(t testing.TB, a *awstest.AWS, name string) {
	t.Helper()
	_, err := a.IAM().DeleteRolePolicy(t.Context(), &iam.DeleteRolePolicyInput{RoleName: aws.String(roleName), PolicyName: &name})
	must(t, err)
}

// expectPolicies expects just these inline policies in the role.
func expectPolicies(t testing.TB, a *awstest.AWS, want ...string) {
	t.Helper()
	out, err := a.IAM().ListRolePolicies(t.Context(), &iam.ListRolePoliciesInput{RoleName: aws.String(roleName)})
	must(t, err)
	slices.Sort(out.PolicyNames)
	slices.Sort(want)
	if diff := cmp.Diff(want, out.PolicyNames); diff != "" {
		t.Errorf("inline policies (-want +got):\n%s", diff)
	}
}

// gone checks that nothing is left but what others put.
func gone(t testing.TB, a *awstest.AWS) {
	t.Helper()
	expectPolicies(t, a, foreign)
}

// sweep removes the role of others.
func sweep(t testing.TB, a *awstest.AWS) {
	t.Helper()
	deleteInline(t, a, foreign)
	_, err := a.IAM().DeleteRole(t.Context(), &iam.DeleteRoleInput{RoleName: aws.String(roleName)})
	if _, none := errors.AsType[*types.NoSuchEntityException](err); !none {
		must(t, err)
	}
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// apply applies a configuration, and expects the calls that write.
func apply(t *testing.T, a *awstest.AWS, tf *lifecycle.Terraform, config object, want lifecycle.Action, writes ...string) {
	t.Helper()
	a.ResetCalls()
	action, err := tf.Apply(t.Context(), config)
	must(t, err)
	if action != want {
		t.Errorf("the action is %s, want %s", action, want)
	}
	if diff := cmp.Diff(writes, acctest.Writes(a)); diff != "" {
		t.Errorf("calls that write (-want +got):\n%s", diff)
	}
	if config == nil {
		return
	}
	if action, err := tf.Plan(t.Context(), config); err != nil || action != lifecycle.NoOp {
		t.Errorf("the plan after the apply is %s, %v", action, err)
	}
}
