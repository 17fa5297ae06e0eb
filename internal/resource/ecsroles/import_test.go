// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package ecsroles_test

import (
	"testing"

	"github.com/ecrx/terraform-provider-ecrx/internal/acctest"
	"github.com/ecrx/terraform-provider-ecrx/internal/awstest"
	"github.com/ecrx/terraform-provider-ecrx/internal/awstest/lifecycle"
)

// TestImport finds the arguments of the roles, whose names may be of their own.
func TestImport(t *testing.T) {
	t.Parallel()
	for test, c := range map[string]struct {
		over  object
		names string
		want  lifecycle.Action
	}{
		"both":           {nil, executionName + "," + taskName, lifecycle.NoOp},
		"execution":      {object{"task": nil}, executionName, lifecycle.NoOp},
		"task":           {object{"execution": nil}, "," + taskName, lifecycle.NoOp},
		"infrastructure": {object{"execution": nil, "task": nil, "infrastructure": true}, ",," + infrastructureName, lifecycle.NoOp},
		"settings": {
			object{"path": "/team/", "description": "Roles of orders", "max_session_duration": 7200, "tags": object{"team": "orders"}},
			executionName + "," + taskName, lifecycle.NoOp,
		},
		"everything": {
			object{
				"execution": object{
					"repository_arns": []any{repository}, "log_group_arns": []any{"arn:aws:logs:eu-west-1:111111111111:log-group:/ecs/orders"},
					"secret_arns":    []any{"arn:aws:secretsmanager:eu-west-1:111111111111:secret:orders/db"},
					"parameter_arns": []any{"arn:aws:ssm:eu-west-1:111111111111:parameter/orders/db"}, "source_vpc_ids": []any{"vpc-0a1b2c3d4e5f60718"},
				},
				"task": object{
					"source_regions": []any{"eu-west-1", "us-east-1"},
					"permissions": object{
						"sqs_send": []any{queue}, "dynamodb_read": []any{table}, "s3_read": []any{"arn:aws:s3:::orders-data/in/*"}, "ecs_exec": true,
						"statements": []any{
							object{
								"effect": "Deny", "actions": []any{"sqs:SendMessage"}, "resources": []any{"arn:aws:sqs:eu-west-1:111111111111:audit"},
								"conditions": []any{object{"test": "StringNotEquals", "variable": "aws:RequestedRegion", "values": []any{"eu-west-1"}}},
							},
							object{"sid": "Publish", "actions": []any{"sns:Publish"}, "resources": []any{"arn:aws:sns:eu-west-1:111111111111:orders"}},
						},
					},
				},
			}, executionName + "," + taskName, lifecycle.NoOp,
		},
		"a name of its own": {
			object{"infrastructure": true, "infrastructure_name": "express"}, executionName + "," + taskName + ",express", lifecycle.NoOp,
		},
		"names of their own": {
			object{"execution": object{"name": "pull", "repository_arns": []any{repository}}, "task": object{"name": "work"}}, "pull, work", lifecycle.Update,
		},
	} {
		t.Run(test, func(t *testing.T) {
			t.Parallel()
			a := awstest.New(t)
			config := arguments(c.over)
			_, err := acctest.Core(a, resourceType, nil).Apply(t.Context(), config)
			must(t, err)
			tf := acctest.Core(a, resourceType, nil)
			must(t, tf.Import(t.Context(), c.names))
			delete(config, "settle_seconds") // its default is what an import takes
			if action, err := tf.Plan(t.Context(), config); err != nil || action != c.want {
				t.Errorf("the plan after the import is %s, %v, want %s", action, err, c.want)
			}
			// Whatever the plan shows, nothing is written.
			apply(t, a, tf, config, c.want)
		})
	}
}

func TestImportOfNothing(t *testing.T) {
	t.Parallel()
	a := awstest.New(t)
	for id, want := range map[string]string{
		executionName: "Cannot import non-existent remote object",
		",":           "Invalid import id",
		"a,b,c,d":     "Invalid import id",
		"a,a":         "Invalid import id",
	} {
		acctest.ExpectError(t, acctest.Core(a, resourceType, nil).Import(t.Context(), id), want)
	}
}

// TestImportOfAPart refuses a name that no role has, beside one that is there.
func TestImportOfAPart(t *testing.T) {
	t.Parallel()
	a := awstest.New(t)
	_, err := acctest.Core(a, resourceType, nil).Apply(t.Context(), arguments(nil))
	must(t, err)
	acctest.ExpectError(t, acctest.Core(a, resourceType, nil).Import(t.Context(), executionName+",orders-stagin-task"), "There is no role of that name to import")
}

// TestImportByIdentity takes whichever roles are named.
func TestImportByIdentity(t *testing.T) {
	t.Parallel()
	a := awstest.New(t)
	planned := arguments(object{"infrastructure": true})
	delete(planned, "settle_seconds")
	names := object{"execution_role": executionName, "task_role": taskName, "infrastructure_role": infrastructureName}
	acctest.ImportByIdentity(t, a, resourceType, arguments(object{"infrastructure": true}), planned, names, object{"account_id": a.AccountID})
	another := object{"task_role": taskName, "account_id": "999999999999"}
	acctest.ExpectError(t, acctest.Core(a, resourceType, nil).ImportIdentity(t.Context(), another), "Role of another account")
}
