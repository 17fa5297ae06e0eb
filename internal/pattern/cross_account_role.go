// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package pattern

import (
	"cmp"
	"slices"

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
	return slices.Concat(ownAndOther(input, site), ProveTrust(input.Trust(), role.Trust, site), ProveRole(role, input.access(actions, site), site))
}

// ownAndOther warns where the account of the role and another one were taken for each other: the role is in the account of the
// repositories, and other accounts take it.
func ownAndOther(input CrossAccountRoleInput, site Site) []Problem {
	if site.AccountID == "" {
		return nil
	}
	v := roleValidator{}
	if slices.Contains(input.TrustedAccounts, site.AccountID) {
		v.warn("trusted_accounts", "Own account trusted", "%s is the account of the role itself, so this entry lets no other account in. "+
			"Write the account of those who pull, or remove the entry.", site.AccountID)
	}
	for _, principal := range input.TrustedPrincipalARNs {
		if accountOf(principal) == site.AccountID {
			v.warn("trusted_principal_arns", "Principal of the own account trusted", "%s is in %s, the account of the role itself, so this entry lets no other account in. "+
				"Write a principal of the account that pulls, or remove the entry.", principal, site.AccountID)
		}
	}
	for _, repository := range input.RepositoryARNs {
		if account := accountOf(repository); account != site.AccountID && ValidateAccountID(account) == nil {
			v.warn("repository_arns", "Repository of another account", "%s is in account %s, and the role is in %s: the role reaches it only if the policy of that repository allows the role too. "+
				"Make the role in account %s, or write the ARN of a repository in %s.", repository, account, site.AccountID, account, site.AccountID)
		}
	}
	return v.problems
}
