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
	"github.com/ecrx/terraform-provider-ecrx/internal/fragment/lockdown"
	"github.com/ecrx/terraform-provider-ecrx/internal/fragment/statements"
	"github.com/ecrx/terraform-provider-ecrx/internal/fw"
	"github.com/ecrx/terraform-provider-ecrx/internal/pattern"
	"github.com/ecrx/terraform-provider-ecrx/internal/policy"
)

type model struct {
	AllowPublic           types.Bool     `tfsdk:"allow_public"`
	AllowSelfLockout      types.Bool     `tfsdk:"allow_self_lockout"`
	ConsumerPolicies      types.Map      `tfsdk:"consumer_policies"`
	ConsumerPolicyJSON    types.String   `tfsdk:"consumer_policy_json"`
	Grants                types.Map      `tfsdk:"grants"`
	Lockdown              types.Object   `tfsdk:"lockdown"`
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

// repositoryARN is unknown while the account, the Region or the name is.
func (m model) repositoryARN() types.String {
	site := m.site()
	if site.AccountID == "" || site.Partition == "" || m.Repository.IsUnknown() {
		return types.StringUnknown()
	}
	return types.StringValue("arn:" + site.Partition + ":ecr:" + site.Region + ":" + site.AccountID + ":repository/" + m.Repository.ValueString())
}

// resolve sets what follows from the arguments, if what it needs is known. state is nil for a new object.
func (m *model) resolve(ctx context.Context, provider *fw.ProviderData, state *model, now *lockdown.Moment, diags *diag.Diagnostics) {
	m.PolicyJSON, m.ConsumerPolicyJSON = types.StringUnknown(), types.StringUnknown()
	m.ConsumerPolicies = grants.ConsumerPolicies(ctx, m.Grants, m.repositoryARN(), diags)
	resolved, others, known := grants.Plan(ctx, provider, m.Grants, grants.Question{
		Site: m.site(), Repository: m.Repository.ValueString(), AllowPublic: m.AllowPublic.ValueBool(), Foreign: m.UnmanagedStatements,
	}, diags)
	if arn := m.repositoryARN(); known && !arn.IsUnknown() {
		m.ConsumerPolicyJSON = types.StringValue(pattern.ConsumerPolicy(resolved, arn.ValueString()).Canonical())
	}
	planned := lockdown.PlanInline(ctx, provider, &m.Lockdown, lockdown.Beside{
		Question: m.question(ctx, resolved, state, now, diags), GrantsKnown: known, Others: others, By: "this ecrx_repository_grants",
	}, diags)
	if planned.Known {
		m.PolicyJSON = types.StringValue(policy.New(planned.Statements...).Canonical())
	}
	if planned.Proven && m.Proof.IsUnknown() {
		m.Proof = grants.Proof(resolved, planned.Proof, m.site(), state.proofOf(m))
	}
}

// question is what the lockdown is planned with beside the grants.
func (m *model) question(ctx context.Context, beside []pattern.Grant, state *model, now *lockdown.Moment, diags *diag.Diagnostics) lockdown.Question {
	q := lockdown.Question{Site: m.site(), Repository: m.Repository.ValueString(), Grants: beside, At: path.Root("lockdown"), AllowSelfLockout: m.AllowSelfLockout, Now: now}
	if state != nil {
		q.Prior = lockdown.PriorInline(ctx, state.Lockdown, diags)
	}
	return q
}

// proofOf gives the proof that stands, as long as grants and policy are the same; null otherwise.
func (m *model) proofOf(plan *model) types.List {
	if m == nil || !plan.PolicyJSON.Equal(m.PolicyJSON) || !plan.Grants.Equal(m.Grants) {
		return types.ListNull(types.StringType)
	}
	return m.Proof
}

// resolveRegistryID asks for the account that the plan couldn't know.
func (m *model) resolveRegistryID(ctx context.Context, provider *fw.ProviderData, diags *diag.Diagnostics) {
	id, err := fw.ResolveRegistryID(ctx, provider, m.RegistryID, m.key())
	if err != nil {
		fw.AddError(diags, "reading", object, m.Repository.ValueString(), err)
	}
	m.RegistryID = id
}

// guard reports a lockdown that would keep the caller from changing the policy again, where the policy is to be written.
func (m *model) guard(ctx context.Context, provider *fw.ProviderData, state *model, handover statements.Handover, diags *diag.Diagnostics) {
	if m.PolicyJSON.IsUnknown() || state != nil && !handover.Changes(m.statements(diags), state.statements(diags)) {
		return
	}
	lockdown.Guard(ctx, provider, m.statements(diags), m.question(ctx, nil, nil, nil, diags), diags)
}

// planUnmanaged plans what becomes of the statements that the state doesn't own, and sets unmanaged_statements. Of a new object the
// create alone tells.
func (m *model) planUnmanaged(ctx context.Context, state *model, own statements.Ownership, diags *diag.Diagnostics) statements.Handover {
	if state == nil {
		m.UnmanagedStatements = statements.UnknownUnmanaged()
		return statements.Handover{}
	}
	named, known := m.namedSids(ctx, diags)
	handover := own.Plan(state.UnmanagedStatements, m.OnUnmanagedStatements, state.ownedSids(ctx, diags), named, known)
	m.UnmanagedStatements = handover.Unmanaged
	return handover
}

// namedSids gives the Sids that the arguments make, and reports whether there can't be more.
func (m *model) namedSids(ctx context.Context, diags *diag.Diagnostics) (sids []string, known bool) {
	_, known = grants.Expand(ctx, m.Grants, diags)
	return m.ownedSids(ctx, diags), known && lockdown.SidKnown(ctx, m.Lockdown, diags)
}

// statements gives the statements of policy_json; none while it isn't known.
func (m model) statements(diags *diag.Diagnostics) []policy.Statement {
	if m.PolicyJSON.ValueString() == "" {
		return nil
	}
	document, err := policy.Parse(m.PolicyJSON.ValueString())
	if err != nil {
		fw.AddError(diags, "reading", "policy_json", m.Repository.ValueString(), err)
	}
	return document.Statements
}

// change is what to write, apart from the Sids that it may replace. state is nil for a new object.
func (m *model) change(ctx context.Context, provider *fw.ProviderData, state *model, now *lockdown.Moment, handover statements.Handover, diags *diag.Diagnostics) statements.Change {
	now.Applying = true
	if m.PolicyJSON.IsUnknown() || m.ConsumerPolicyJSON.IsUnknown() || m.Proof.IsUnknown() {
		m.resolve(ctx, provider, state, now, diags)
	}
	statements.ExpectKnown(m.PolicyJSON, m.Region, diags)
	m.guard(ctx, provider, state, handover, diags)
	if diags.HasError() {
		return statements.Change{}
	}
	return statements.Change{
		Desired:     m.statements(diags),
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
	return append(grants.Sids(ctx, m.Grants, diags), lockdown.SidsInline(ctx, m.Lockdown, diags)...)
}

// recognize fills the arguments after an import with what the policy shows. What follows from them is null until an apply takes the
// statements over.
func (m *model) recognize(ctx context.Context, live string, diags *diag.Diagnostics) {
	value, found, rest := grants.Recognize(ctx, live, m.site(), diags)
	closed := lockdown.Recognize(rest, found, m.site())
	m.Grants, m.Lockdown = value, closed.Value(ctx, diags)
}
