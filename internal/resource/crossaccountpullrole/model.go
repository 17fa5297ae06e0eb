// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package crossaccountpullrole

import (
	"context"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/ecrx/terraform-provider-ecrx/internal/fragment/repositoryscope"
	"github.com/ecrx/terraform-provider-ecrx/internal/fragment/role"
	"github.com/ecrx/terraform-provider-ecrx/internal/fw"
	"github.com/ecrx/terraform-provider-ecrx/internal/pattern"
	"github.com/ecrx/terraform-provider-ecrx/internal/policy"
)

type model struct {
	role.Model
	repositoryscope.Arguments
	ExternalID           types.String `tfsdk:"external_id"`
	OrganizationIDs      types.Set    `tfsdk:"organization_ids"`
	TrustedAccounts      types.Set    `tfsdk:"trusted_accounts"`
	TrustedPrincipalARNs types.Set    `tfsdk:"trusted_principal_arns"`
}

// input reads the arguments for the pattern. trustKnown says whether all that the trust policy follows from is known.
func (m *model) input() (input pattern.CrossAccountRoleInput, trustKnown bool) {
	accounts, allAccounts := fw.KnownStrings(m.TrustedAccounts)
	principals, allPrincipals := fw.KnownStrings(m.TrustedPrincipalARNs)
	organizations, allOrganizations := fw.KnownStrings(m.OrganizationIDs)
	scope, scopeKnown := m.Scope()
	trustKnown = allAccounts && allPrincipals && allOrganizations && !m.ExternalID.IsUnknown()
	return pattern.CrossAccountRoleInput{
		TrustedAccounts: accounts, TrustedPrincipalARNs: principals, OrganizationIDs: organizations, ExternalID: m.ExternalID.ValueString(),
		Access: m.Access.ValueString(), RepositoryScope: scope,
		Incomplete: !trustKnown || !scopeKnown,
	}, trustKnown
}

// validate finds what is wrong in the arguments.
func (m *model) validate(partition string) []pattern.Problem {
	input, _ := m.input()
	return slices.Concat(pattern.ValidateCrossAccountRole(input, partition), m.ValidateAdmins())
}

// wanted is the role that the arguments stand for, reviewed and proven. arn is that of the role, if it is there. known is
// false while they aren't, or are wrong. At apply, an account that can't be known is done without.
func (m *model) wanted(ctx context.Context, provider *fw.ProviderData, arn types.String, apply bool, diags *diag.Diagnostics) (wanted pattern.Role, known bool) {
	site := pattern.Site{Partition: role.Partition(provider, diags)}
	problems := m.validate(site.Partition)
	if diags.HasError() || pattern.HasErrors(problems) {
		// Warnings are ValidateConfig's, and what it couldn't know is an error here.
		role.Report(diags, slices.DeleteFunc(problems, func(p pattern.Problem) bool { return p.Severity != policy.SeverityError }))
		return pattern.Role{}, false
	}
	m.SetGuard(site.Partition)
	input, _ := m.input()
	if input.Incomplete {
		return pattern.Role{}, false
	}
	site.AccountID, known = repositoryscope.Account(ctx, provider, arn, diags)
	if diags.HasError() || (!known && !apply && len(input.RepositoryARNs) == 0) {
		return pattern.Role{}, false
	}
	role.Report(diags, pattern.ProveCrossAccountRole(input, site))
	return pattern.CrossAccountRole(input, site), true
}

// planPart plans what is known while not all of the role is.
func (m *model) planPart(ctx context.Context, provider *fw.ProviderData, arn types.String, diags *diag.Diagnostics) {
	partition := role.Partition(provider, diags)
	if input, trustKnown := m.input(); trustKnown {
		m.TrustPolicyJSON = types.StringValue(input.Trust().Document(partition).Canonical())
	}
	m.PolicyJSON = m.PlanPolicy(ctx, provider, arn, partition, diags)
}

// recognize fills the arguments after an import with what the role's documents show.
func (m *model) recognize(provider *fw.ProviderData, diags *diag.Diagnostics) {
	site := pattern.Site{Partition: role.Partition(provider, diags), AccountID: m.Identity().AccountID.ValueString()}
	if trust, err := policy.Parse(m.TrustPolicyJSON.ValueString()); err == nil {
		if t, ok := pattern.RecognizeTrust(trust, site.Partition); ok {
			m.TrustedAccounts, m.TrustedPrincipalARNs = fw.StringSet(t.Accounts), fw.StringSet(t.PrincipalARNs)
			m.OrganizationIDs, m.ExternalID = fw.StringSet(t.OrganizationIDs), fw.OptionalString(t.ExternalID)
		}
	}
	if document, err := policy.Parse(m.PolicyJSON.ValueString()); err == nil {
		m.Recognize(document, site)
	}
}
