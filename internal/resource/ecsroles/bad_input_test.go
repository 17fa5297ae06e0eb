// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package ecsroles_test

import (
	"strings"
	"testing"

	"github.com/ecrx/terraform-provider-ecrx/internal/acctest"
	"github.com/ecrx/terraform-provider-ecrx/internal/awstest"
	"github.com/ecrx/terraform-provider-ecrx/internal/awstest/lifecycle"
)

// TestBadInput expects each on its attribute, at plan.
func TestBadInput(t *testing.T) {
	t.Parallel()
	permissions := func(name string, value any) object {
		return object{"task": object{"permissions": object{name: value}}}
	}
	for test, c := range map[string]struct {
		over            object
		attribute, want string
	}{
		"no part":              {object{"execution": nil, "task": nil}, "execution", "Roles of nothing"},
		"no part that is true": {object{"execution": nil, "task": nil, "infrastructure": false}, "execution", "Roles of nothing"},
		"two of one name":      {object{"task": object{"name": executionName}}, "task", "Two roles of one name"},
		"name of no role":      {object{"infrastructure_name": "web"}, "infrastructure_name", "Name of no role"},
		"statement beyond Latin": {
			permissions("statements", []any{object{
				"actions": []any{"sns:Publish"}, "resources": []any{"arn:aws:sns:eu-west-1:111111111111:a"},
				"conditions": []any{object{"test": "StringEquals", "variable": "aws:PrincipalTag/team", "values": []any{"Ж"}}},
			}}), "task.permissions.statements", "characters up to U+00FF",
		},
		"service":               {object{"service": "or ders"}, "service", "Invalid part of a role's name"},
		"environment":           {object{"environment": ""}, "environment", "Invalid part of a role's name"},
		"long name":             {object{"service": strings.Repeat("x", 60)}, "service", "Role name too long"},
		"name":                  {object{"task": object{"name": "a b"}}, "task.name", "letters, digits"},
		"path":                  {object{"path": "team"}, "path", "slash"},
		"session":               {object{"max_session_duration": 60}, "max_session_duration", "3600"},
		"execution of nothing":  {object{"execution": object{}}, "execution.repository_arns", "Execution role that may do nothing"},
		"repository":            {object{"execution": object{"repository_arns": []any{"team/orders"}}}, "execution.repository_arns", "ARN"},
		"another partition":     {object{"execution": object{"repository_arns": []any{"arn:aws-cn:ecr:cn-north-1:111111111111:repository/app"}}}, "execution.repository_arns", "another partition"},
		"network of no pull":    {object{"execution": object{"log_group_arns": []any{"arn:aws:logs:eu-west-1:111111111111:log-group:/ecs/a"}, "source_vpc_ids": []any{"vpc-0a1b2c3d"}}}, "execution.source_vpc_ids", "Network of no pull"},
		"permissions":           {object{"task": object{"permissions": object{}}}, "task.permissions", "Permissions that give nothing"},
		"queue as a bucket":     {permissions("s3_read", []any{queue}), "task.permissions.s3_read", queue},
		"malformed prefix":      {permissions("sqs_send", []any{"aarn:aws:sqs:eu-west-1:111111111111:orders"}), "task.permissions.sqs_send", "ARN"},
		"cache without a user":  {permissions("elasticache_connect", []any{"arn:aws:elasticache:eu-west-1:111111111111:replicationgroup:sessions"}), "task.permissions.elasticache_connect", "without a user"},
		"service wildcard":      {permissions("statements", []any{object{"actions": []any{"sns:*"}, "resources": []any{"arn:aws:sns:eu-west-1:111111111111:a"}}}), "task.permissions.statements", "Every action of a service"},
		"source region":         {object{"task": object{"source_regions": []any{"europe"}}}, "task.source_regions", "Invalid Region"},
		"region of a partition": {object{"task": object{"source_regions": []any{"cn-north-1"}}}, "task.source_regions", "another partition"},
		"too long":              {permissions("sqs_send", queues(200)), "task", "10240"},
		"beyond Latin":          {permissions("cloudwatch_metrics", []any{"Ж"}), "task.permissions.cloudwatch_metrics", "namespace"},
	} {
		t.Run(test, func(t *testing.T) {
			t.Parallel()
			a := awstest.New(t)
			_, err := acctest.Core(a, resourceType, nil).Plan(t.Context(), arguments(c.over))
			if !acctest.Diagnosed(err, "ERROR", c.attribute, c.want) {
				t.Errorf("the error is %v, want one on %q with %q", err, c.attribute, c.want)
			}
		})
	}
}

func queues(n int) (arns []any) {
	for i := range n {
		arns = append(arns, queue+"-"+strings.Repeat("x", i%70)+string(rune('a'+i/70)))
	}
	return arns
}

// TestProof fails the plan when a statement by hand kills a permission.
func TestProof(t *testing.T) {
	t.Parallel()
	a := awstest.New(t)
	_, err := acctest.Core(a, resourceType, nil).Plan(t.Context(), arguments(object{"task": object{"permissions": object{
		"sqs_send":   []any{queue},
		"statements": []any{object{"effect": "Deny", "actions": []any{"sqs:SendMessage"}, "resources": []any{queue}}},
	}}}))
	if !acctest.Diagnosed(err, "ERROR", "task.permissions.sqs_send", "sqs:SendMessage") {
		t.Errorf("the plan gives %v", err)
	}
}

// TestUnknown plans what is known, and finds at apply what is wrong in what wasn't.
func TestUnknown(t *testing.T) {
	t.Parallel()
	a := awstest.New(t)
	tf := acctest.Core(a, resourceType, nil)
	unknown := lifecycle.Unknown{}
	for attribute, over := range map[string]object{
		"service": {"service": unknown}, "environment": {"environment": unknown}, "execution": {"execution": unknown}, "task": {"task": unknown},
		"a repository": {"execution": object{"repository_arns": []any{unknown}}}, "permissions": {"task": object{"permissions": unknown}},
		"a queue": {"task": object{"permissions": object{"sqs_send": []any{unknown}}}}, "regions": {"task": object{"source_regions": unknown}},
		"infrastructure": {"infrastructure": unknown}, "a name": {"task": object{"name": unknown}}, "path": {"path": unknown}, "tags": {"tags": object{"team": unknown}},
	} {
		if _, err := tf.Plan(t.Context(), arguments(over)); err != nil {
			t.Errorf("%s, which isn't known yet, fails the plan: %s", attribute, err)
		}
	}
	later := arguments(object{"execution": object{"repository_arns": []any{unknown}}, "task": unknown, "infrastructure": unknown})
	a.ResetCalls()
	_, err := tf.ApplyLater(t.Context(), later, arguments(object{"execution": object{"repository_arns": []any{queue}}}))
	if !acctest.Diagnosed(err, "ERROR", "execution.repository_arns", queue) {
		t.Errorf("the apply gives %v", err)
	}
	if calls := acctest.Writes(a); len(calls) > 0 {
		t.Errorf("before the error there were the calls %q", calls)
	}
	_, err = tf.ApplyLater(t.Context(), later, arguments(object{"infrastructure": true}))
	must(t, err)
	apply(t, a, tf, arguments(object{"infrastructure": true}), lifecycle.NoOp)
	_, err = tf.ApplyLater(t.Context(), arguments(object{"task": unknown, "infrastructure": unknown}), arguments(object{"task": nil, "infrastructure": false}))
	must(t, err)
	expectRoles(t, a, executionName)
	_, err = tf.ApplyLater(t.Context(), arguments(object{"execution": unknown, "task": nil}), arguments(object{"execution": nil, "task": nil}))
	if !acctest.Diagnosed(err, "ERROR", "execution", "Roles of nothing") {
		t.Errorf("without a part that was unknown, the apply gives %v", err)
	}
	expectRoles(t, a, executionName)
	if action, err := tf.Plan(t.Context(), arguments(object{"service": "web", "execution": unknown, "task": nil})); err != nil || action != lifecycle.Replace {
		t.Errorf("another service with an unknown part is %s, %v", action, err)
	}
}

// TestWithoutAccount can't trust tasks of an account that isn't known.
func TestWithoutAccount(t *testing.T) {
	t.Parallel()
	a := awstest.New(t)
	tf := acctest.Core(a, resourceType, object{"skip_requesting_account_id": true})
	_, err := tf.Plan(t.Context(), arguments(nil))
	if !acctest.Diagnosed(err, "ERROR", "task", "skip_requesting_account_id") {
		t.Errorf("the plan gives %v", err)
	}
	apply(t, a, tf, arguments(object{"task": nil}), lifecycle.Create, "CreateRole", "PutRolePolicy")
	apply(t, a, tf, nil, lifecycle.Delete, "DeleteRolePolicy", "DeleteRole")
	known := acctest.Core(a, resourceType, nil)
	_, err = known.Apply(t.Context(), arguments(nil))
	must(t, err)
	// A role that is there tells its account.
	tf.State = known.State
	apply(t, a, tf, arguments(nil), lifecycle.NoOp)
}
