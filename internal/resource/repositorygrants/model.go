// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package repositorygrants

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/ecrx/terraform-provider-ecrx/internal/awsapi"
	"github.com/ecrx/terraform-provider-ecrx/internal/fragment/grants"
	"github.com/ecrx/terraform-provider-ecrx/internal/fragment/statements"
	"github.com/ecrx/terraform-provider-ecrx/internal/fw"
	"github.com/ecrx/terraform-provider-ecrx/internal/pattern"
	"github.com/ecrx/terraform-provider-ecrx/internal/policy"
)

type model struct {
	AllowPublic           types.Bool     `tfsdk:"allow_public"`
	AllowSelfLockout      types.Bool     `tfsdk:"allow_self_lockout"`
	ConsumerPolicyJSON    types.String   `tfsdk:"consumer_policy_json"`
	Grants                types.Map      `tfsdk:"grants"`
	OnUnmanagedStatements types.String   `tfsdk:"on_unmanaged_statements"`
	PolicyJSON            types.String   `tfsdk:"policy_json"`
	Proof                 types.List     `tfsdk:"proof"`
	Region                types.String   `tfsdk:"region"`
	RegistryID            types.String   `tfsdk:"registry_id"`
	Repository            types.String   `tfsdk:"repository"`
	Timeouts              timeouts.Value `tfsdk:"timeouts"`
	UnmanagedStatements   types.List     `tfsdk:"unmanaged_statements"`
}

type identityModel struct {
	AccountID  types.String `tfsdk:"account_id"`
	Region     types.String `tfsdk:"region"`
	Repository types.String `tfsdk:"repository"`
}

func (m model) identity() identityModel { return identityModel{m.RegistryID, m.Region, m.Repository} }

func (m model) key() awsapi.RepositoryKey {
	return awsapi.RepositoryKey{Region: m.Region.ValueString(), RegistryID: m.RegistryID.ValueString(), Name: m.Repository.ValueString()}
}

func (m model) site() pattern.Site {
	site := pattern.Site{Region: m.Region.ValueString(), AccountID: m.RegistryID.ValueString()}
	site.Partition, _ = awsapi.PartitionOf(site.Region)
	return site
}

func (m model) repositoryARN() string {
	site := m.site()
	return "arn:" + site.Partition + ":ecr:" + site.Region + ":" + site.AccountID + ":repository/" + m.Repository.ValueString()
}

// resolve sets what follows from the grants, if what it needs is known.
func (m *model) resolve(ctx context.Context, provider *fw.ProviderData, state model, diags *diag.Diagnostics) {
	m.PolicyJSON, m.ConsumerPolicyJSON = types.StringUnknown(), types.StringUnknown()
	site := m.site()
	resolved, known := grants.Plan(ctx, provider, m.Grants, grants.Question{
		Site: site, Repository: m.Repository.ValueString(), AllowPublic: m.AllowPublic.ValueBool(), Foreign: m.foreign(state),
	}, diags)
	if !known {
		return
	}
	m.PolicyJSON = types.StringValue(pattern.RepositoryPolicy(resolved, site).Canonical())
	if m.Proof.IsUnknown() {
		m.Proof = grants.Proof(resolved, site, m.PolicyJSON.Equal(state.PolicyJSON) && m.Grants.Equal(state.Grants), state.Proof)
	}
	if site.AccountID != "" && !m.Repository.IsUnknown() {
		m.ConsumerPolicyJSON = types.StringValue(pattern.ConsumerPolicy(resolved, m.repositoryARN()).Canonical())
	}
}

// resolveRegistryID asks for the account that the plan couldn't know.
func (m *model) resolveRegistryID(ctx context.Context, provider *fw.ProviderData, diags *diag.Diagnostics) {
	id, err := fw.ResolveRegistryID(ctx, provider, m.RegistryID, m.key())
	if err != nil {
		fw.AddError(diags, "reading", object, m.Repository.ValueString(), err)
	}
	m.RegistryID = id
}

// reviewSize checks the whole policy against ECR's limit, with the foreign statements of the state.
func (m model) reviewSize(state model, diags *diag.Diagnostics) {
	if m.PolicyJSON.IsUnknown() {
		return
	}
	statements.ReviewSize(m.statements(diags), m.foreign(state), path.Root("grants"), diags)
}

// foreign are the statements of others that stay in the policy.
func (m model) foreign(state model) types.List {
	if m.OnUnmanagedStatements.ValueString() == statements.Remove {
		return statements.UnmanagedValue(nil)
	}
	return state.UnmanagedStatements
}

// statements gives the statements of a known policy_json.
func (m model) statements(diags *diag.Diagnostics) []policy.Statement {
	document, err := policy.Parse(m.PolicyJSON.ValueString())
	if err != nil {
		fw.AddError(diags, "reading", "policy_json", m.Repository.ValueString(), err)
	}
	return document.Statements
}

// change is what to write. owned are the Sids that the resource owned so far.
func (m *model) change(ctx context.Context, provider *fw.ProviderData, owned []string, diags *diag.Diagnostics) statements.Change {
	if m.PolicyJSON.IsUnknown() || m.ConsumerPolicyJSON.IsUnknown() || m.Proof.IsUnknown() {
		m.resolve(ctx, provider, model{}, diags)
	}
	statements.ExpectKnown(m.PolicyJSON, m.Region, diags)
	if diags.HasError() {
		return statements.Change{}
	}
	return statements.Change{
		Owned: owned, Desired: m.statements(diags),
		OnUnmanaged: m.OnUnmanagedStatements.ValueString(),
		Force:       m.AllowSelfLockout.ValueBool(),
	}
}

// setPolicy takes over what is live. owned are the Sids of this resource's statements.
func (m *model) setPolicy(live string, owned []string, diags *diag.Diagnostics) {
	own, foreign, err := statements.Split(live, owned)
	if err != nil {
		fw.AddError(diags, "reading", object, m.Repository.ValueString(), err)
		return
	}
	m.PolicyJSON = types.StringValue(policy.New(own...).Canonical())
	m.UnmanagedStatements = statements.UnmanagedValue(foreign)
}

func (m model) ownedSids(ctx context.Context, diags *diag.Diagnostics) []string {
	return grants.Sids(ctx, m.Grants, diags)
}

// recognize fills the grants after an import with those that the policy shows.
func (m *model) recognize(ctx context.Context, live string, diags *diag.Diagnostics) {
	m.Grants = grants.Recognize(ctx, live, m.site(), diags)
	known, _ := grants.Expand(ctx, m.Grants, diags)
	m.ConsumerPolicyJSON = types.StringValue(pattern.ConsumerPolicy(known, m.repositoryARN()).Canonical())
	m.Proof = grants.Proof(known, m.site(), false, m.Proof)
}
