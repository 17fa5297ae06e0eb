// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package pattern

import (
	"maps"
	"slices"

	"github.com/ecrx/terraform-provider-ecrx/internal/policy"
)

// AccessPolicyName is the name of the inline policy with a role's access to ECR.
const AccessPolicyName = "ecr-access"

// loginAction has no resource type and no tags, so it stands alone on "*" (Service Authorization Reference,
// list_amazonelasticcontainerregistry).
const loginAction = "ecr:GetAuthorizationToken"

// RepositoryScope says which repositories an identity policy is for.
type RepositoryScope struct {
	// RepositoryARNs are ARNs of repositories, whose names may hold wildcards. Without them every repository of the account
	// that has the tags is meant.
	RepositoryARNs []string
	// ResourceTags are tags that a repository must have, all of them.
	ResourceTags map[string]string
}

// ScopedPolicy builds the identity policy that gives an access preset on the repositories of the scope, and the login. The
// tags are asked for in the statement on repositories alone: an action on the registry carries none, and would never be
// given (Amazon ECR User Guide, ecr-supported-iam-actions-tagging). The preset and the scope must be valid.
func ScopedPolicy(access string, scope RepositoryScope, site Site) policy.Document {
	actions, _ := AccessActions(access)
	return scope.document(actions, site)
}

func (r RepositoryScope) document(actions []string, site Site) policy.Document {
	repositories := policy.Statement{Sid: "Repositories", Effect: policy.Allow, Actions: actions, Resources: r.resources(site)}
	for _, key := range slices.Sorted(maps.Keys(r.ResourceTags)) {
		repositories.Conditions = append(repositories.Conditions, equals("ecr:ResourceTag/"+key, r.ResourceTags[key])...)
	}
	if len(r.RepositoryARNs) == 0 && site.AccountID == "" {
		// Whose account it is isn't known here, but whoever calls may be asked to be of the repository's account.
		repositories.Conditions = append(repositories.Conditions, equals("aws:ResourceAccount", "${aws:PrincipalAccount}")...)
	}
	return policy.New(policy.Statement{
		Sid: "Login", Effect: policy.Allow, Actions: []string{loginAction}, Resources: []string{"*"},
	}, repositories)
}

// resources are what the repositories' actions are on. Their resource type is the repository, so "*" is never needed.
func (r RepositoryScope) resources(site Site) []string {
	if len(r.RepositoryARNs) > 0 {
		return r.RepositoryARNs
	}
	return []string{"arn:" + site.Partition + ":ecr:*:" + orWildcard(site.AccountID) + ":repository/*"}
}

// ValidateScope finds what is wrong in an access and a scope. partition is the one that the repositories must be in, "" while it
// isn't known; incomplete says that some arguments aren't known yet. Paths are "access", "resource_tags" or "repository_arns".
func ValidateScope(access string, scope RepositoryScope, partition string, incomplete bool) []Problem {
	v := roleValidator{partition: partition}
	v.scope(access, scope, incomplete)
	return v.problems
}

// ProveScope evaluates ScopedPolicy, as ProveRole does a role's policies.
func ProveScope(access string, scope RepositoryScope, site Site) []Problem {
	actions, _ := AccessActions(access)
	role := Role{Inline: map[string]policy.Document{AccessPolicyName: ScopedPolicy(access, scope, site)}}
	site.AccountID = ownerOf(site)
	return ProveRole(role, scope.access(actions, site), site)
}

// access is what a role with the scope is to have.
func (r RepositoryScope) access(actions []string, site Site) RoleAccess {
	return RoleAccess{Actions: actions, RepositoryARNs: r.resources(site), ResourceTags: r.ResourceTags}
}
