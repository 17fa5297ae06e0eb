// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package ecsroles_test

import (
	"slices"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/google/go-cmp/cmp"

	"github.com/ecrx/terraform-provider-ecrx/internal/acctest"
	"github.com/ecrx/terraform-provider-ecrx/internal/awstest"
	"github.com/ecrx/terraform-provider-ecrx/internal/awstest/lifecycle"
)

const (
	resourceType = "ecrx_ecs_roles"
	address      = resourceType + ".this"

	executionName, taskName, infrastructureName = "orders-staging-execution", "orders-staging-task", "orders-staging-infrastructure"

	repository = "arn:aws:ecr:eu-west-1:111111111111:repository/team/orders"
	queue      = "arn:aws:sqs:eu-west-1:111111111111:orders"
	table      = "arn:aws:dynamodb:eu-west-1:111111111111:table/orders"
)

type object = map[string]any

// arguments are those of the roles for execution and task, with others laid over them; nil takes one away.
func arguments(over object) object {
	config := object{
		"service": "orders", "environment": "staging", "settle_seconds": 0,
		"execution": object{"repository_arns": []any{repository}},
		"task":      object{"permissions": object{"sqs_send": []any{queue}}},
	}
	for key, value := range over {
		config[key] = value
	}
	return config
}

// apply applies a configuration, and expects the calls that write, of all roles together and sorted.
func apply(t *testing.T, a *awstest.AWS, tf *lifecycle.Terraform, config object, want lifecycle.Action, writes ...string) {
	t.Helper()
	a.ResetCalls()
	action, err := tf.Apply(t.Context(), config)
	if err != nil {
		t.Fatal(err)
	}
	if action != want {
		t.Errorf("the action is %s, want %s", action, want)
	}
	slices.Sort(writes)
	if diff := cmp.Diff(writes, slices.Sorted(slices.Values(acctest.Writes(a)))); diff != "" {
		t.Errorf("calls that write (-want +got):\n%s", diff)
	}
	if config == nil {
		return
	}
	if action, err := tf.Plan(t.Context(), config); err != nil || action != lifecycle.NoOp {
		t.Errorf("the plan after the apply is %s, %v", action, err)
	}
}

// expectRoles expects just these roles at AWS.
func expectRoles(t testing.TB, a *awstest.AWS, want ...string) {
	t.Helper()
	out, err := a.IAM().ListRoles(t.Context(), &iam.ListRolesInput{})
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, r := range out.Roles {
		names = append(names, aws.ToString(r.RoleName))
	}
	slices.Sort(names)
	slices.Sort(want)
	if diff := cmp.Diff(want, names); diff != "" {
		t.Errorf("roles (-want +got):\n%s", diff)
	}
}

func gone(t testing.TB, a *awstest.AWS) {
	t.Helper()
	expectRoles(t, a)
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// boundary makes a managed policy to limit roles with.
func boundary(t testing.TB, a *awstest.AWS) string {
	t.Helper()
	_, err := a.IAM().CreatePolicy(t.Context(), &iam.CreatePolicyInput{
		PolicyName: aws.String("limit"), PolicyDocument: aws.String(`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"*"}]}`),
	})
	must(t, err)
	return "arn:aws:iam::" + a.AccountID + ":policy/limit"
}
