// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package cipushrole

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
	AllowBroadSubject types.Bool   `tfsdk:"allow_broad_subject"`
	Audiences         types.Set    `tfsdk:"audiences"`
	Issuer            types.String `tfsdk:"issuer"`
	OIDCProviderARN   types.String `tfsdk:"oidc_provider_arn"`
	Subjects          types.Set    `tfsdk:"subjects"`
}

// input reads the arguments for the pattern. trustKnown says whether all that the trust policy follows from is known.
func (m *model) input() (input pattern.CIRoleInput, trustKnown bool) {
	subjects, allSubjects := fw.KnownStrings(m.Subjects)
	audiences, allAudiences := fw.KnownStrings(m.Audiences)
	scope, scopeKnown := m.Scope()
	incomplete := !allSubjects || !allAudiences || !scopeKnown || m.AllowBroadSubject.IsUnknown()
	return pattern.CIRoleInput{
		ProviderARN: m.OIDCProviderARN.ValueString(), Subjects: subjects, Audiences: audiences,
		// What may become true isn't an error yet.
		AllowBroadSubject: m.AllowBroadSubject.ValueBool() || m.AllowBroadSubject.IsUnknown(),
		Access:            m.Access.ValueString(), RepositoryScope: scope,
		Incomplete: incomplete,
	}, allSubjects && allAudiences && !m.AllowBroadSubject.IsUnknown() && !m.OIDCProviderARN.IsUnknown()
}

// validate finds what is wrong in the arguments.
func (m *model) validate(partition string) []pattern.Problem {
	problems := m.validateIssuer()
	input, _ := m.input()
	if issuer, err := pattern.OIDCIssuer(m.Issuer.ValueString()); err == nil && input.ProviderARN == "" {
		// The account isn't known yet, and subjects and audiences depend on the issuer alone.
		input.ProviderARN = pattern.OIDCProviderARN("aws", "111111111111", issuer)
		if partition != "" {
			input.ProviderARN = pattern.OIDCProviderARN(partition, "111111111111", issuer)
		}
	}
	return slices.Concat(problems, pattern.ValidateCIRole(input, partition), m.ValidateAdmins())
}

// Validate finds what is wrong in the arguments.
func (m *model) Validate() []pattern.Problem { return m.validate("") }

// Wanted is the role that the arguments stand for. At apply, an account that can't be known is done without.
func (m *model) Wanted(ctx context.Context, s role.Situation[model], diags *diag.Diagnostics) role.Wanted {
	if s.Apply {
		if !m.OIDCProviderARN.Equal(s.State.OIDCProviderARN) {
			m.lookUp(ctx, s.Provider, s.Config, true, diags)
		}
	} else {
		m.planOIDC(ctx, s.Provider, s.Config, s.State, diags)
		m.checkAccount(ctx, s.Provider, diags)
	}
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
	role.Report(diags, pattern.ProveCIRole(input, site))
	return role.Wanted{Role: pattern.CIRole(input, site), Proof: pattern.CIRoleLines(input, site), Known: true}
}

// Recognize fills the arguments after an import with what the role's documents show.
func (m *model) Recognize(provider *fw.ProviderData, diags *diag.Diagnostics) {
	site := pattern.Site{Partition: role.Partition(provider, diags), AccountID: m.Identity().AccountID.ValueString()}
	m.AllowBroadSubject = types.BoolValue(false)
	if trust, err := policy.Parse(m.TrustPolicyJSON.ValueString()); err == nil {
		if t, ok := pattern.RecognizeTrust(trust, site.Partition); ok && t.OIDC != nil {
			m.OIDCProviderARN, m.Issuer = types.StringValue(t.OIDC.ProviderARN), issuerOf(t.OIDC.ProviderARN)
			m.Audiences, m.Subjects = fw.StringSet(t.OIDC.Audiences), fw.StringSet(t.OIDC.Subjects)
		}
	}
	if document, err := policy.Parse(m.PolicyJSON.ValueString()); err == nil {
		m.Arguments.Recognize(document, site)
	}
}
