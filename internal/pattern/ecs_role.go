// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package pattern

import (
	"fmt"
	"regexp"

	"github.com/ecrx/terraform-provider-ecrx/internal/policy"
)

// ECSPart is one of the roles of a service in Amazon ECS.
type ECSPart string

// ECS starts a task with the execution role, the task's code has the task role, and Express Mode sets up what surrounds
// the service with the infrastructure role.
const (
	ECSExecutionPart      ECSPart = "execution"
	ECSTaskPart           ECSPart = "task"
	ECSInfrastructurePart ECSPart = "infrastructure"
)

// ECSTask is the input of a task role.
type ECSTask struct {
	Permissions ECSPermissions
	// SourceRegions are the Regions whose tasks may have the role; none: that of the site.
	SourceRegions []string
}

// ECSRoleName gives the name of a part's role, such as "orders-staging-execution".
func ECSRoleName(service, environment string, part ECSPart) string {
	return service + "-" + environment + "-" + string(part)
}

// maxRoleName is how long a role's name may be (IAM API Reference, CreateRole).
const maxRoleName = 64

var roleNamePart = regexp.MustCompile(`^[\w+=,.@-]+$`)

// ValidateECSRoleName finds what is wrong in the arguments that make the name of a part's role (IAM API Reference,
// CreateRole).
func ValidateECSRoleName(service, environment string, part ECSPart) []Problem {
	v := ecsValidator{}
	for _, argument := range []struct{ name, value, example string }{{"service", service, "orders"}, {"environment", environment, "staging"}} {
		if !roleNamePart.MatchString(argument.value) {
			v.error(argument.name, "Invalid part of a role's name", "%q can't be part of a role's name: write letters, digits and any of + = , . @ _ and -, such as %q.", argument.value, argument.example)
		}
	}
	if name := ECSRoleName(service, environment, part); len(name) > maxRoleName {
		v.error("service", "Role name too long", "The name %q would have %d characters, and IAM takes %d. Shorten service or environment, or set name in %s.", name, len(name), maxRoleName, part)
	}
	return v.problems
}

// ecsTaskService is the service that has execution and task roles.
const ecsTaskService = "ecs-tasks.amazonaws.com"

// trust lets only tasks of the site's account have the role, so that ECS can't be made a confused deputy. AWS takes no
// single cluster in the condition.
// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-iam-roles.html
func (t ECSTask) trust(site Site) Trust {
	regions := t.SourceRegions
	if len(regions) == 0 {
		regions = []string{site.Region}
	}
	sources := make([]string, len(regions))
	for i, region := range regions {
		sources[i] = ecsSource(region, site)
	}
	return Trust{
		Services: []string{ecsTaskService}, SourceAccount: site.AccountID, SourceARNs: sources,
		names: map[string]string{"services": "source_regions", "source_arns": "source_regions"},
	}
}

// ecsSource stands for everything of Amazon ECS in a Region of the account.
func ecsSource(region string, site Site) string {
	return fmt.Sprintf("arn:%s:ecs:%s:%s:*", site.Partition, region, site.AccountID)
}

// ECSTaskRole gives the task role: what its tasks may do, and that only tasks of the site's account, in the Regions, may have
// it. The site's partition and account must be known, and its Region unless there are source Regions.
func ECSTaskRole(t ECSTask, site Site) Role {
	return Role{Trust: t.trust(site).Document(site.Partition), Inline: inline(ECSTaskPart, ECSTaskPolicy(t.Permissions))}
}

// ECSExecutionRole gives the task execution role, which ECS's own agents use.
// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_execution_IAM_role.html
func ECSExecutionRole(e ECSExecution) Role {
	// A service is named the same in every partition.
	return Role{Trust: serviceTrust(ecsTaskService).Document(""), Inline: inline(ECSExecutionPart, ECSExecutionPolicy(e))}
}

// ecsInfrastructureService is the service that has the infrastructure role.
const ecsInfrastructureService = "ecs.amazonaws.com"

// ECSInfrastructureRole gives the role with which Express Mode sets up load balancers, security groups, certificates and
// scaling. Its permissions are AWS's to know, so it has the managed policy.
// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/infrastructure_IAM_role.html
func ECSInfrastructureRole(site Site) Role {
	return Role{
		Trust:   serviceTrust(ecsInfrastructureService).Document(site.Partition),
		Managed: []string{"arn:" + site.Partition + ":iam::aws:policy/service-role/AmazonECSInfrastructureRoleforExpressGatewayServices"},
	}
}

// ValidateECSTask finds what is wrong in the input of a task role. Paths begin with "permissions" or "source_regions".
func ValidateECSTask(t ECSTask, site Site) []Problem {
	v := ecsValidator{}
	for _, region := range t.SourceRegions {
		partition, known := PartitionOfRegion(region)
		switch {
		case !known:
			v.error("source_regions", "Invalid Region", "%q is not an AWS Region. Write one, such as \"eu-west-1\".", region)
		case site.Partition != "" && partition.Name != site.Partition:
			v.error("source_regions", "Region of another partition", "%s is in the partition %q, and the role in %q, so that no task there can have it. Remove it.", region, partition.Name, site.Partition)
		}
	}
	for _, p := range append(ValidateECSPermissions(t.Permissions), ValidateECSPermissionsAt(t.Permissions, site)...) {
		p.Path = append([]string{"permissions"}, p.Path...)
		v.problems = append(v.problems, p)
	}
	return v.problems
}

// inline gives the role's policies; one without a statement is none.
func inline(part ECSPart, document policy.Document) map[string]policy.Document {
	if len(document.Statements) == 0 {
		return nil
	}
	return map[string]policy.Document{string(part): document}
}
