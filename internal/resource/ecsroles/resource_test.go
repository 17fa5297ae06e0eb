// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package ecsroles_test

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/ecrx/terraform-provider-ecrx/internal/acctest"
	"github.com/ecrx/terraform-provider-ecrx/internal/awstest"
	"github.com/ecrx/terraform-provider-ecrx/internal/awstest/lifecycle"
)

const (
	executionTrust = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"ecs-tasks.amazonaws.com"},"Action":"sts:AssumeRole"}]}`
	executionJSON  = `{"Version":"2012-10-17","Statement":[{"Sid":"Login","Effect":"Allow","Action":"ecr:GetAuthorizationToken","Resource":"*"},` +
		`{"Sid":"Pull","Effect":"Allow","Action":["ecr:BatchCheckLayerAvailability","ecr:BatchGetImage","ecr:GetDownloadUrlForLayer"],"Resource":"` + repository + `"}]}`
	taskTrust = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"ecs-tasks.amazonaws.com"},"Action":"sts:AssumeRole",` +
		`"Condition":{"ArnLike":{"aws:SourceArn":"arn:aws:ecs:eu-west-1:ACCOUNT:*"},"StringEquals":{"aws:SourceAccount":"ACCOUNT"}}}]}`
	taskJSON = `{"Version":"2012-10-17","Statement":[{"Sid":"SQSSend","Effect":"Allow","Action":["sqs:GetQueueAttributes","sqs:GetQueueUrl","sqs:SendMessage"],"Resource":"` + queue + `"}]}`
	express  = "arn:aws:iam::aws:policy/service-role/AmazonECSInfrastructureRoleforExpressGatewayServices"

	both = `
service     = "orders"
environment = "staging"
execution   = { repository_arns = ["` + repository + `"] }
task        = { permissions = { sqs_send = ["` + queue + `"] } }
`
)

// block gives a resource with the arguments, which waits for nothing.
func block(arguments string) string {
	return "resource \"" + resourceType + "\" \"this\" {\nsettle_seconds = 0\n" + arguments + "\n}\n"
}

// TestClientLife plans the documents, creates the roles, imports them, adds a part, and destroys all.
func TestClientLife(t *testing.T) {
	t.Parallel()
	a := awstest.New(t)
	known := func(role, attribute, want string) plancheck.PlanCheck {
		return plancheck.ExpectKnownValue(address, tfjsonpath.New(role).AtMapKey(attribute), knownvalue.StringExact(strings.ReplaceAll(want, "ACCOUNT", a.AccountID)))
	}
	imported := func(names string) resource.TestStep {
		return resource.TestStep{
			ResourceName: address, ImportState: true, ImportStateId: names, ImportStateVerify: true,
			ImportStateVerifyIdentifierAttribute: "service", ImportStateVerifyIgnore: []string{"settle_seconds", "timeouts"},
		}
	}
	acctest.Test(t,
		resource.TestStep{
			Config: a.ProviderBlock("") + block(both),
			ConfigPlanChecks: acctest.Planned(
				known("execution_role", "arn", "arn:aws:iam::ACCOUNT:role/"+executionName), known("execution_role", "trust_policy_json", executionTrust),
				known("execution_role", "policy_json", executionJSON),
				known("task_role", "arn", "arn:aws:iam::ACCOUNT:role/"+taskName), known("task_role", "trust_policy_json", taskTrust), known("task_role", "policy_json", taskJSON),
				plancheck.ExpectKnownValue(address, tfjsonpath.New("infrastructure_role"), knownvalue.Null()),
				plancheck.ExpectUnknownValue(address, tfjsonpath.New("task_role").AtMapKey("unique_id")),
			),
			ConfigStateChecks: []statecheck.StateCheck{acctest.Live(func() { expectRoles(t, a, executionName, taskName) })},
		},
		imported(executionName+","+taskName),
		resource.TestStep{
			PreConfig: a.ResetCalls,
			Config:    a.ProviderBlock("") + block(both+"infrastructure = true"),
			ConfigPlanChecks: acctest.Planned(
				acctest.Updates(address, "infrastructure", "infrastructure_role"),
				plancheck.ExpectKnownValue(address, tfjsonpath.New("infrastructure_role").AtMapKey("managed_policy_arns"), knownvalue.SetExact([]knownvalue.Check{knownvalue.StringExact(express)})),
			),
			ConfigStateChecks: []statecheck.StateCheck{acctest.Wrote(t, a, "CreateRole", "AttachRolePolicy")},
		},
		imported(executionName+","+taskName+","+infrastructureName),
		resource.TestStep{
			Config:           a.ProviderBlock("") + block(strings.Replace(both, "staging", "production", 1)),
			ConfigPlanChecks: acctest.Planned(plancheck.ExpectResourceAction(address, plancheck.ResourceActionDestroyBeforeCreate), known("task_role", "name", "orders-production-task")),
			ConfigStateChecks: []statecheck.StateCheck{
				acctest.Live(func() { expectRoles(t, a, "orders-production-execution", "orders-production-task") }),
			},
		},
	)
	gone(t, a)
}

// TestParts adds, changes and removes parts and settings in place: only the calls that it needs are made.
func TestParts(t *testing.T) {
	t.Parallel()
	a := awstest.New(t)
	tf := acctest.Core(a, resourceType, nil)
	apply(t, a, tf, arguments(object{"task": nil}), lifecycle.Create, "CreateRole", "PutRolePolicy")
	apply(t, a, tf, arguments(object{"task": object{}}), lifecycle.Update, "CreateRole")
	apply(t, a, tf, arguments(object{"task": object{"permissions": object{"dynamodb_write": []any{table}}}}), lifecycle.Update, "PutRolePolicy")
	apply(t, a, tf, arguments(object{"task": object{"permissions": object{"dynamodb_write": []any{table}}, "source_regions": []any{"us-east-1"}}}), lifecycle.Update, "UpdateAssumeRolePolicy")
	settings := object{"task": object{}, "description": "Roles of orders", "tags": object{"team": "orders"}, "max_session_duration": 7200, "permissions_boundary": boundary(t, a)}
	apply(t, a, tf, arguments(settings), lifecycle.Update, "UpdateRole", "UpdateRole", "TagRole", "TagRole", "PutRolePermissionsBoundary", "PutRolePermissionsBoundary",
		"DeleteRolePolicy", "UpdateAssumeRolePolicy")
	apply(t, a, tf, arguments(object{"task": nil, "infrastructure": true}), lifecycle.Update, "DeleteRole", "CreateRole", "AttachRolePolicy",
		"UntagRole", "DeleteRolePermissionsBoundary")
	expectRoles(t, a, executionName, infrastructureName)
	apply(t, a, tf, nil, lifecycle.Delete, "DeleteRolePolicy", "DeleteRole", "DetachRolePolicy", "DeleteRole")
	gone(t, a)
}

// TestReplace makes the roles anew for another name, whichever part has it.
func TestReplace(t *testing.T) {
	t.Parallel()
	a := awstest.New(t)
	tf := acctest.Core(a, resourceType, nil)
	_, err := tf.Apply(t.Context(), arguments(nil))
	must(t, err)
	for test, over := range map[string]object{
		"service": {"service": "web"}, "environment": {"environment": "dev"}, "path": {"path": "/team/"},
		"name of a part": {"task": object{"name": "orders", "permissions": object{"sqs_send": []any{queue}}}},
	} {
		if action, err := tf.Plan(t.Context(), arguments(over)); err != nil || action != lifecycle.Replace {
			t.Errorf("another %s is %s, %v", test, action, err)
		}
	}
	// The same names, written otherwise.
	same := arguments(object{"service": "web", "execution": object{"name": executionName, "repository_arns": []any{repository}}, "task": object{"name": taskName, "permissions": object{"sqs_send": []any{queue}}}})
	apply(t, a, tf, same, lifecycle.Update)
	apply(t, a, tf, arguments(object{"service": "web"}), lifecycle.Replace, "DeleteRolePolicy", "DeleteRole", "DeleteRolePolicy", "DeleteRole", "CreateRole", "PutRolePolicy", "CreateRole", "PutRolePolicy")
	expectRoles(t, a, "web-staging-execution", "web-staging-task")
}
