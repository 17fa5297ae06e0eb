// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package pattern_test

import (
	"testing"

	"github.com/ecrx/terraform-provider-ecrx/internal/pattern"
	"github.com/ecrx/terraform-provider-ecrx/internal/policy"
)

// What is written by hand about ECR is meant. Nothing else of a task's policy may be about it.
func TestProveECSPermissionsInECR(t *testing.T) {
	t.Parallel()
	push := allow([]string{"ecr:PutImage"}, taskRepository)
	permissions := everyPermission()
	permissions.Statements = append(permissions.Statements, push, login(), allow([]string{"ecr:Describe*"}, "*"))
	finds(t, pattern.ProveECSPermissions(permissions, ireland()))
	document := pattern.ECSTaskPolicy(permissions)
	byHand := permissions.Statements
	permissions.Statements = byHand[:1]
	finds(t, pattern.ProveECSPermissionsAs(permissions, document, ireland()),
		"error : Role that can do more than it says: The role can do ecr:Describe", "ecr:PutImage on "+taskRepository, "ecr:GetAuthorizationToken on the registry", "on arn:aws:ecr:eu-west-1:111111111111:repository/somebody")
	permissions.Statements = byHand[:3]
	finds(t, pattern.ProveECSPermissionsAs(permissions, document, ireland()), "error : Role that can do more than it says: The role can do ecr:DescribePull", "ecr:DescribeRepositories on "+taskRepository)
	task := pattern.ECSTask{Permissions: pattern.ECSPermissions{SQSSend: []string{taskQueue}}}
	role := pattern.ECSTaskRole(task, ireland())
	role.Inline["task"] = policy.New(append(role.Inline["task"].Statements, push)...)
	finds(t, pattern.ProveECSTaskAs(task, role, ireland()), "error permissions: Role that can do more than it says: The role can do ecr:PutImage on "+taskRepository)
}

// A role that can do more than its input says, or that others can assume.
func TestProveECSRolesTampered(t *testing.T) {
	t.Parallel()
	const others, exceeds, never = "Role that others can assume", "Role that can do more than it says", "Trust that never holds"
	ecs, tasks := pattern.Trust{Services: []string{"ecs.amazonaws.com"}}.Document("aws"), pattern.Trust{Services: []string{ecsTasks}}.Document("aws")
	both := pattern.Trust{Services: []string{"ecs.amazonaws.com", ecsTasks}}.Document("aws")
	infrastructure := pattern.ECSInfrastructureRole(ireland())
	for trust, want := range map[*policy.Document]string{&tasks: "error : " + never, &both: "error : " + others + ": The role can be assumed by ecs-tasks.amazonaws.com."} {
		infrastructure.Trust = *trust
		finds(t, pattern.ProveECSInfrastructureAs(infrastructure, ireland()), want)
	}

	execution := func(change func(*pattern.ECSExecution)) []pattern.Problem {
		e := everyExecution()
		change(&e)
		return pattern.ProveECSExecutionAs(everyExecution(), pattern.ECSExecutionRole(e), ireland())
	}
	finds(t, execution(func(*pattern.ECSExecution) {}))
	finds(t, execution(func(e *pattern.ECSExecution) { e.RepositoryARNs = append(e.RepositoryARNs, taskRepository+"-2") }), "error repository_arns: "+exceeds)
	finds(t, execution(func(e *pattern.ECSExecution) { e.SourceVPCIDs = nil }), "error : "+exceeds, "from another VPC")
	finds(t, execution(func(e *pattern.ECSExecution) { e.SourceVPCEIDs = nil }), "error : "+exceeds, "through another VPC endpoint")
	finds(t, execution(func(e *pattern.ECSExecution) { e.SourceVPCEIDs = e.SourceVPCEIDs[:1] }), "error repository_arns: Role that can't do what it says")
	role := pattern.ECSExecutionRole(everyExecution())
	for trust, want := range map[*policy.Document]string{&ecs: "error : " + never, &both: "error : " + others + ": The role can be assumed by ecs.amazonaws.com."} {
		role.Trust = *trust
		finds(t, pattern.ProveECSExecutionAs(everyExecution(), role, ireland()), want)
	}
	logs := everyExecution()
	logs.RepositoryARNs, logs.SourceVPCIDs, logs.SourceVPCEIDs = nil, nil, nil
	role = pattern.ECSExecutionRole(logs)
	finds(t, pattern.ProveECSExecutionAs(logs, role, ireland()))
	role.Inline["execution"] = policy.New(append(role.Inline["execution"].Statements, login())...)
	finds(t, pattern.ProveECSExecutionAs(logs, role, ireland()), "error : "+exceeds+": The role can do ecr:GetAuthorizationToken on the registry")

	task := pattern.ECSTask{SourceRegions: []string{"eu-west-1", "us-west-2"}}
	for what, tc := range map[string]struct {
		trust pattern.Trust
		want  string
	}{
		"any account":     {pattern.Trust{}, "error source_regions: " + others + ": The role can be assumed by " + ecsTasks + " for account 999999999999"},
		"any Region":      {pattern.Trust{SourceAccount: "111111111111"}, "error source_regions: " + others + ": The role can be assumed by " + ecsTasks + " for arn:aws:ecs:eu-north-1:111111111111:somebody"},
		"one Region":      {pattern.Trust{SourceAccount: "111111111111", SourceARNs: []string{"arn:aws:ecs:us-west-2:111111111111:*"}}, "error source_regions: " + never},
		"another account": {pattern.Trust{SourceAccount: "222222222222"}, "error source_regions: " + never},
		"also of ECS":     {pattern.Trust{Services: []string{"ecs.amazonaws.com"}, SourceAccount: "111111111111"}, "error : " + others + ": The role can be assumed by ecs.amazonaws.com"},
	} {
		tc.trust.Services = append(tc.trust.Services, ecsTasks)
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			finds(t, pattern.ProveECSTaskAs(task, pattern.Role{Trust: tc.trust.Document("aws")}, ireland()), tc.want)
		})
	}
}
