// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package pattern

import "github.com/ecrx/terraform-provider-ecrx/internal/policy"

// AppRunnerRoleInput says what the role with which AWS App Runner pulls its images may pull.
type AppRunnerRoleInput struct {
	// RepositoryARNs are ARNs of repositories, whose names may hold wildcards. nil attaches AWS's managed policy, which is
	// for every repository.
	RepositoryARNs []string
	// Incomplete says that RepositoryARNs isn't known yet.
	Incomplete bool
}

// appRunnerActions are those of the managed policy on repositories.
var appRunnerActions = []string{
	"ecr:BatchCheckLayerAvailability",
	"ecr:BatchGetImage",
	"ecr:DescribeImages",
	"ecr:GetDownloadUrlForLayer",
}

// appRunnerManagedPolicy is the managed policy's path and name.
const appRunnerManagedPolicy = "service-role/AWSAppRunnerServicePolicyForECRAccess"

// AppRunnerTrust trusts the service that pulls images for App Runner. It is build.apprunner.amazonaws.com; that of a
// service's own tasks, tasks.apprunner.amazonaws.com, is for the instance role (AWS App Runner Developer Guide,
// security_iam_service-with-iam).
func AppRunnerTrust() Trust { return serviceTrust("build.apprunner.amazonaws.com") }

// AppRunnerRole builds App Runner's access role. The input must be valid.
func AppRunnerRole(input AppRunnerRoleInput, site Site) Role {
	role := Role{Trust: AppRunnerTrust().Document(site.Partition)}
	if len(input.RepositoryARNs) == 0 {
		role.Managed = []string{"arn:" + site.Partition + ":iam::aws:policy/" + appRunnerManagedPolicy}
		return role
	}
	role.Inline = map[string]policy.Document{
		AccessPolicyName: RepositoryScope{RepositoryARNs: input.RepositoryARNs}.document(appRunnerActions, site),
	}
	return role
}

// ValidateAppRunnerRole finds what is wrong in the input. Paths begin with "repository_arns".
func ValidateAppRunnerRole(input AppRunnerRoleInput) []Problem {
	var v roleValidator
	if input.RepositoryARNs != nil && len(input.RepositoryARNs) == 0 && !input.Incomplete {
		v.error("repository_arns", "No repositories", "An empty repository_arns would give the role every repository by the managed policy. Name a repository, or remove the argument if every repository is meant.")
	}
	v.repositories(input.RepositoryARNs)
	return v.problems
}

// ProveAppRunnerRole evaluates the role that the input stands for: App Runner's builder and nobody else may assume it, and it
// can pull what it says and do nothing else in ECR.
func ProveAppRunnerRole(input AppRunnerRoleInput, site Site) []Problem {
	role := AppRunnerRole(input, site)
	access := RoleAccess{Actions: appRunnerActions, RepositoryARNs: input.RepositoryARNs}
	if len(input.RepositoryARNs) == 0 {
		access.RepositoryARNs = []string{"*"}
	}
	return append(ProveTrust(AppRunnerTrust(), role.Trust, site), ProveRole(role, access, site)...)
}
