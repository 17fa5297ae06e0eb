// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

// Package repositorygrants is the resource ecrx_repository_grants: who may use an ECR repository that something else
// makes.
//
// It calls GetRepositoryPolicy, SetRepositoryPolicy and, when no statement is left, DeleteRepositoryPolicy. The schema's
// description lists the IAM permissions.
package repositorygrants

import (
	"context"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/identityschema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/ecrx/terraform-provider-ecrx/internal/awsapi"
	"github.com/ecrx/terraform-provider-ecrx/internal/fragment/grants"
	"github.com/ecrx/terraform-provider-ecrx/internal/fragment/lockdown"
	"github.com/ecrx/terraform-provider-ecrx/internal/fragment/statements"
	"github.com/ecrx/terraform-provider-ecrx/internal/fw"
)

var (
	_ resource.ResourceWithConfigure      = (*Resource)(nil)
	_ resource.ResourceWithIdentity       = (*Resource)(nil)
	_ resource.ResourceWithImportState    = (*Resource)(nil)
	_ resource.ResourceWithModifyPlan     = (*Resource)(nil)
	_ resource.ResourceWithValidateConfig = (*Resource)(nil)
)

const (
	object         = "ECR repository grants"
	defaultTimeout = 10 * time.Minute
	description    = "Who may use an Amazon ECR repository that something else makes, such as `aws_ecr_repository`. The resource owns the statements that its grants make, " +
		"and leaves every other statement of the repository policy alone. The plan proves the grants: one that gives nobody what it says, or gives it to others too, is an error. " +
		"`proof` says in words who has access. Assumed to allow are the layers that can't be read: identity policies of the callers, service control policies, resource control policies, " +
		"and the registry policy where `ecr:GetRegistryPolicy` isn't allowed.\n\n" +
		"`lockdown` closes the repository to everybody else, whatever their own policies say. A plan in which it makes a grant void, or would keep its caller from changing the policy again, fails.\n\n" +
		"Across accounts both sides must allow: attach the grant's document of `consumer_policies` in the other account. ECR has no conditional write, so two writers of one policy " +
		"are repaired by reading back, not ruled out.\n\n" +
		"## IAM permissions\n\n" +
		"`ecr:GetRepositoryPolicy`, `ecr:SetRepositoryPolicy` and `ecr:DeleteRepositoryPolicy`; with `organization_unit_ids` and no `organization_id` in the provider " +
		"also `organizations:DescribeOrganizationalUnit`, `organizations:ListParents` and `organizations:DescribeOrganization`. `ecr:GetRegistryPolicy` and `ecr:GetAccountSetting` " +
		"are optional: with them the plan warns of a registry policy that makes a grant void. With `lockdown`, `iam:GetRole` and `iam:ListRoles` are optional: with them the paths of roles are looked up, and the plan warns of ids that belong to no role."
)

// NewResource gives the resource.
func NewResource() resource.Resource { return &Resource{} }

// Resource is ecrx_repository_grants.
type Resource struct{ fw.WithProvider }

// Metadata names the resource.
func (r *Resource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_repository_grants"
}

// Schema describes the arguments.
func (r *Resource) Schema(ctx context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: description,
		Attributes: map[string]schema.Attribute{
			"repository":  fw.RepositoryAttribute(),
			"registry_id": fw.RegistryIDAttribute(),
			"grants": schema.MapNestedAttribute{
				Required:            true,
				MarkdownDescription: grants.Description + " " + statements.ImportDescription,
				NestedObject:        grants.NestedObject(),
			},
			"lockdown":                lockdown.ResourceInline(),
			"on_unmanaged_statements": statements.OnUnmanagedAttribute(),
			"allow_public":            statements.AllowPublicAttribute(),
			"allow_self_lockout":      statements.AllowSelfLockoutAttribute(),
			"region":                  fw.RegionAttribute(),
			"policy_json": schema.StringAttribute{
				Computed:            true,
				MarkdownDescription: "The statements of the repository policy that this resource owns, as a policy document: `{\"Version\":\"2012-10-17\",…}`.",
			},
			"consumer_policy_json": schema.StringAttribute{
				Computed:            true,
				MarkdownDescription: "The identity policy to attach, in the other accounts, to those who use the repository: `{\"Version\":\"2012-10-17\",…}`.",
			},
			"consumer_policies":    grants.ConsumerPoliciesAttribute(),
			"proof":                grants.ProofAttribute(),
			"unmanaged_statements": statements.UnmanagedAttribute(),
		},
		Blocks: map[string]schema.Block{"timeouts": timeouts.BlockAll(ctx)},
	}
}

// IdentitySchema describes the identity to import by.
func (r *Resource) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = identityschema.Schema{Attributes: map[string]identityschema.Attribute{
		"account_id": identityschema.StringAttribute{OptionalForImport: true, Description: "Account of the repository."},
		"region":     identityschema.StringAttribute{OptionalForImport: true, Description: "Region of the repository."},
		"repository": identityschema.StringAttribute{RequiredForImport: true, Description: "Name of the repository."},
	}}
}

// ValidateConfig checks the grants.
func (r *Resource) ValidateConfig(ctx context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse) {
	var config model
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	grants.Validate(ctx, config.Grants, &resp.Diagnostics)
	named, known := grants.Expand(ctx, config.Grants, &resp.Diagnostics)
	lockdown.ValidateInline(ctx, config.Lockdown, named, known, &resp.Diagnostics)
}

// ModifyPlan resolves what the plan can know, and checks it.
func (r *Resource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	own := statements.NewOwnership(ctx, req.Private, &resp.Diagnostics)
	if req.Plan.Raw.IsNull() {
		r.warnDestroy(ctx, req.State, own, &resp.Diagnostics)
		return
	}
	if r.Provider == nil {
		return
	}
	var config, plan, state model
	var prior *model
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	if !req.State.Raw.IsNull() {
		resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
		prior = &state
	}
	if resp.Diagnostics.HasError() {
		return
	}
	now := lockdown.NewMoment(ctx, req.Private, &resp.Diagnostics)
	plan.Region = fw.PlanRegion(r.Provider, config.Region, state.Region, resp)
	plan.RegistryID = fw.PlanRegistryID(ctx, r.Provider, config.RegistryID, state.RegistryID, resp)
	plan.Proof = types.ListUnknown(types.StringType)
	handover := plan.planUnmanaged(ctx, prior, own, &resp.Diagnostics)
	plan.resolve(ctx, r.Provider, prior, now, &resp.Diagnostics)
	plan.guard(ctx, r.Provider, prior, handover, &resp.Diagnostics)
	handover.Review(plan.statements(&resp.Diagnostics), &resp.Diagnostics)
	resp.Diagnostics.Append(resp.Plan.Set(ctx, &plan)...)
}

// Create writes the statements, or leaves none of them.
func (r *Resource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var plan model
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	timeout, diags := plan.Timeouts.Create(ctx, defaultTimeout)
	resp.Diagnostics.Append(diags...)
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	plan.resolveRegistryID(ctx, r.Provider, &resp.Diagnostics)
	now := &lockdown.Moment{}
	change := plan.change(ctx, r.Provider, nil, now, statements.Handover{}, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	foreign, left, err := statements.Create(ctx, r.Provider.Clients, plan.key(), change)
	if err != nil {
		fw.AddError(&resp.Diagnostics, "creating", object, plan.Repository.ValueString(), err)
	}
	if err != nil && !left {
		return
	}
	now.Remember(ctx, resp.Private, &resp.Diagnostics)
	plan.UnmanagedStatements = statements.UnmanagedValue(foreign)
	resp.Diagnostics.Append(resp.State.Set(ctx, &plan)...)
	resp.Diagnostics.Append(resp.Identity.Set(ctx, plan.identity())...)
}

// Read takes over what is live. With the repository, the resource leaves the state.
func (r *Resource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	var state model
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	owned := statements.NewOwnership(ctx, req.Private, &resp.Diagnostics).Sids(state.ownedSids(ctx, &resp.Diagnostics))
	timeout, diags := state.Timeouts.Read(ctx, defaultTimeout)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	if r.Provider == nil {
		resp.Diagnostics.Append(resp.Identity.Set(ctx, state.identity())...)
		return
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	live, err := r.Provider.Clients.RepositoryPolicy(ctx, state.key())
	if awsapi.IsNotFound(err) {
		fw.SetGone(ctx, r.Provider, resp, object, state.Repository.ValueString(), state.RegistryID.ValueString(), state.identity())
		return
	}
	if err != nil {
		fw.AddError(&resp.Diagnostics, "reading", object, state.Repository.ValueString(), err)
		return
	}
	if state.PolicyJSON.IsNull() {
		state.resolveRegistryID(ctx, r.Provider, &resp.Diagnostics)
		state.recognize(ctx, live, &resp.Diagnostics)
	}
	state.setPolicy(live, owned, &resp.Diagnostics)
	now := lockdown.NewMoment(ctx, req.Private, &resp.Diagnostics)
	lockdown.RefreshInline(ctx, r.Provider, state.Lockdown, state.site(), now, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	now.Remember(ctx, resp.Private, &resp.Diagnostics)
	resp.Diagnostics.Append(resp.State.Set(ctx, &state)...)
	resp.Diagnostics.Append(resp.Identity.Set(ctx, state.identity())...)
}

// Update replaces the statements in one write. When it fails, the state holds what is live.
func (r *Resource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	var plan, state model
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	own := statements.NewOwnership(ctx, req.Private, &resp.Diagnostics)
	handover := plan.planUnmanaged(ctx, &state, own, &resp.Diagnostics)
	owned := handover.Owned(own.Sids(state.ownedSids(ctx, &resp.Diagnostics)))
	now := lockdown.NewMoment(ctx, req.Private, &resp.Diagnostics)
	timeout, diags := plan.Timeouts.Update(ctx, defaultTimeout)
	resp.Diagnostics.Append(diags...)
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	change := plan.change(ctx, r.Provider, &state, now, handover, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	change.Owned = owned
	_, wrote, err := statements.Write(ctx, r.Provider.Clients, plan.key(), change)
	if err != nil {
		fw.AddError(&resp.Diagnostics, "updating", object, plan.Repository.ValueString(), err)
		if wrote {
			owned = append(owned, plan.ownedSids(ctx, &resp.Diagnostics)...)
			statements.SetPending(ctx, resp.Private, owned, &resp.Diagnostics)
		}
		if live, err := statements.Reread(ctx, r.Provider.Clients, state.key()); err == nil {
			state.setPolicy(live, owned, &resp.Diagnostics)
			resp.Diagnostics.Append(resp.State.Set(ctx, &state)...)
		}
		return
	}
	statements.Settle(ctx, resp.Private, &resp.Diagnostics)
	now.Remember(ctx, resp.Private, &resp.Diagnostics)
	resp.Diagnostics.Append(resp.State.Set(ctx, &plan)...)
	resp.Diagnostics.Append(resp.Identity.Set(ctx, plan.identity())...)
}

// Delete removes the resource's own statements.
func (r *Resource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	var state model
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	owned := statements.NewOwnership(ctx, req.Private, &resp.Diagnostics).Sids(state.ownedSids(ctx, &resp.Diagnostics))
	timeout, diags := state.Timeouts.Delete(ctx, defaultTimeout)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	if err := statements.Delete(ctx, r.Provider.Clients, state.key(), owned); err != nil {
		fw.AddError(&resp.Diagnostics, "deleting", object, state.Repository.ValueString(), err)
	}
}

// ImportState takes "repository[@region]" or the identity.
func (r *Resource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	repository, region := fw.ParseImportID(req.ID)
	var identity identityModel
	if req.ID == "" {
		resp.Diagnostics.Append(req.Identity.Get(ctx, &identity)...)
		repository, region = identity.Repository.ValueString(), identity.Region.ValueString()
	}
	if resp.Diagnostics.HasError() || !fw.Configured(r.Provider, &resp.Diagnostics) {
		return
	}
	if region == "" {
		region = r.Provider.Clients.Region()
	}
	for attribute, value := range map[string]any{
		"repository": repository, "region": region, "registry_id": fw.ImportAccount(ctx, r.Provider, identity.AccountID, &resp.Diagnostics),
		"allow_public": false, "allow_self_lockout": false, "on_unmanaged_statements": statements.Warn,
	} {
		resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root(attribute), value)...)
	}
	statements.MarkImported(ctx, resp.Private, &resp.Diagnostics)
}

// warnDestroy says what the destroy leaves of an object that was imported and never applied.
func (r *Resource) warnDestroy(ctx context.Context, prior tfsdk.State, own statements.Ownership, diags *diag.Diagnostics) {
	var state model
	diags.Append(prior.Get(ctx, &state)...)
	own.WarnDestroyImported(state.ownedSids(ctx, diags), diags)
}
