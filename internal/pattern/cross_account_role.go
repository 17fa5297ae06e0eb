// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package pattern

import (
	"cmp"

	"github.com/ecrx/terraform-provider-ecrx/internal/policy"
)

// CrossAccountRoleInput says who of other accounts may take a role, and what the role may do with which repositories of its
// own account.
type CrossAccountRoleInput struct {
	// TrustedAccounts, TrustedPrincipalARNs, ExternalID and OrganizationIDs are as in Trust.
	TrustedAccounts, TrustedPrincipalARNs []string
	ExternalID                            string
	OrganizationIDs                       []string
	// Access is a preset; "" is "pull".
	Access string
	RepositoryScope

	// Incomplete says that some arguments aren't known yet, so that what is missing isn't reported.
	Incomplete bool
}

// Trust says who may take the role.
func (c CrossAccountRoleInput) Trust() Trust {
	return Trust{
		Accounts: c.TrustedAccounts, PrincipalARNs: c.TrustedPrincipalARNs, ExternalID: c.ExternalID, OrganizationIDs: c.OrganizationIDs,
		Incomplete: c.Incomplete, names: map[string]string{"accounts": "trusted_accounts", "principal_arns": "trusted_principal_arns"},
	}
}

// CrossAccountRole builds the role. The input must be valid.
func CrossAccountRole(input CrossAccountRoleInput, site Site) Role {
	return Role{
		Trust:  input.Trust().Document(site.Partition),
		Inline: map[string]policy.Document{AccessPolicyName: ScopedPolicy(cmp.Or(input.Access, "pull"), input.RepositoryScope, site)},
	}
}

// ValidateCrossAccountRole finds what is wrong in the input. partition is the one of the provider, "" while it isn't known.
func ValidateCrossAccountRole(input CrossAccountRoleInput, partition string) []Problem {
	v := roleValidator{partition: partition}
	v.trust(input.Trust())
	v.scope(input.Access, input.RepositoryScope, input.Incomplete)
	return v.problems
}

// ProveCrossAccountRole evaluates the role that the input stands for: whom it trusts may assume it, with the external id and
// from the organization if there are any, and nobody else; and it can do what it says on the repositories, and nothing else
// in ECR. Identity policies of the other accounts are assumed to allow sts:AssumeRole.
func ProveCrossAccountRole(input CrossAccountRoleInput, site Site) []Problem {
	role := CrossAccountRole(input, site)
	actions, _ := AccessActions(cmp.Or(input.Access, "pull"))
	return append(ProveTrust(input.Trust(), role.Trust, site), ProveRole(role, input.access(actions, site), site)...)
}
