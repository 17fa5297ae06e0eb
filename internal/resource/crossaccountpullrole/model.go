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

// Validate finds what is wrong in the arguments.
func (m *model) Validate() []pattern.Problem { return m.validate("") }

// Wanted is the role that the arguments stand for. At apply, an account that can't be known is done without.
func (m *model) Wanted(ctx context.Context, s role.Situation[model], diags *diag.Diagnostics) role.Wanted {
	site := pattern.Site{Partition: role.Partition(s.Provider, diags)}
	problems := m.validate(site.Partition)
	if diags.HasError() || pattern.HasErrors(problems) {
		// Warnings are ValidateConfig's, and what it couldn't know is an error here.
		role.Report(diags, pattern.Errors(problems))
		return role.Wanted{}
	}
	role.Report(diags, m.SetGuard(site.Partition))
	var part role.Wanted
	input, trustKnown := m.input()
	if trustKnown {
		part.Trust = types.StringValue(input.Trust().Document(site.Partition).Canonical())
	}
	if input.Incomplete || !trustKnown {
		part.Policy = m.PlanPolicy(ctx, s.Provider, s.State.ARN, site.Partition, diags)
		return part
	}
	known := false
	site.AccountID, known = repositoryscope.Account(ctx, s.Provider, s.State.ARN, diags)
	if diags.HasError() || (!known && !s.Apply && len(input.RepositoryARNs) == 0) {
		return part
	}
	role.Report(diags, pattern.ProveCrossAccountRole(input, site))
	return role.Wanted{Role: pattern.CrossAccountRole(input, site), Proof: pattern.CrossAccountRoleLines(input, site), Known: true}
}

// Recognize fills the arguments after an import with what the role's documents show.
func (m *model) Recognize(provider *fw.ProviderData, diags *diag.Diagnostics) {
	site := pattern.Site{Partition: role.Partition(provider, diags), AccountID: m.Identity().AccountID.ValueString()}
	if trust, err := policy.Parse(m.TrustPolicyJSON.ValueString()); err == nil {
		if t, ok := pattern.RecognizeTrust(trust, site.Partition); ok {
			m.TrustedAccounts, m.TrustedPrincipalARNs = fw.StringSet(t.Accounts), fw.StringSet(t.PrincipalARNs)
			m.OrganizationIDs, m.ExternalID = fw.StringSet(t.OrganizationIDs), fw.OptionalString(t.ExternalID)
		}
	}
	if document, err := policy.Parse(m.PolicyJSON.ValueString()); err == nil {
		m.Arguments.Recognize(document, site)
	}
}
