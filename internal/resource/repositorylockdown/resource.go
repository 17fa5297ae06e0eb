// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

// Package repositorylockdown is the resource ecrx_repository_lockdown: one Deny in the policy of an ECR repository that closes
// it to all but a few.
//
// It calls GetRepositoryPolicy, SetRepositoryPolicy and, when no statement is left, DeleteRepositoryPolicy; to look roles up
// IAM's GetRole, and ListRoles where unique ids are exempt. The schema's description lists the IAM permissions.
package repositorylockdown

import (
	"context"
	"maps"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/ecrx/terraform-provider-ecrx/internal/awsapi"
	"github.com/ecrx/terraform-provider-ecrx/internal/fragment/lockdown"
	"github.com/ecrx/terraform-provider-ecrx/internal/fragment/statements"
	"github.com/ecrx/terraform-provider-ecrx/internal/fw"
	"github.com/ecrx/terraform-provider-ecrx/internal/policy"
)

var (
	_ resource.ResourceWithConfigure      = (*Resource)(nil)
	_ resource.ResourceWithIdentity       = (*Resource)(nil)
	_ resource.ResourceWithImportState    = (*Resource)(nil)
	_ resource.ResourceWithModifyPlan     = (*Resource)(nil)
	_ resource.ResourceWithValidateConfig = (*Resource)(nil)
)

const (
	object         = "ECR repository lockdown"
	defaultTimeout = 10 * time.Minute
	description    = "Closes an Amazon ECR repository to all but a few, whoever makes it: one Deny statement in its policy, beside which every other statement is left alone. " + lockdown.Description + "\n\n" +
		"The plan proves that those who are exempt are left alone, that strangers near each of them are denied, and that whoever plans keeps the power over the policy; the apply checks its own caller again. " +
		"A grant that the lockdown makes void is a warning, whether it is live or in the same plan. Grants of the same resource are exempt by themselves: see `lockdown` of `ecrx_org_shared_repository` and `ecrx_repository_grants`.\n\n" +
		"The login (`ecr:GetAuthorizationToken`) is no action on a repository, so it goes on for everybody. ECR has no conditional write, so two writers of one policy are repaired by reading back, not ruled out. " +
		"A new `sid` makes a new object: with `create_before_destroy` the repository is never open in between.\n\n" +
		"## IAM permissions\n\n" +
		"`ecr:GetRepositoryPolicy`, `ecr:SetRepositoryPolicy` and `ecr:DeleteRepositoryPolicy`. `iam:GetRole` is optional: with it the path of the caller's role and of `exempt_role_names` is known. " +
		"`iam:ListRoles` is optional: with it the plan warns of `exempt_user_ids` that belong to no role."
)

// NewResource gives the resource.
func NewResource() resource.Resource { return &Resource{} }

// Resource is ecrx_repository_lockdown.
type Resource struct{ fw.WithProvider }

// Metadata names the resource.
func (r *Resource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_repository_lockdown"
}

// Schema describes the arguments.
func (r *Resource) Schema(ctx context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	attributes := lockdown.ResourceAttributes()
	maps.Copy(attributes, map[string]schema.Attribute{
		"repository":         fw.RepositoryAttribute(),
		"registry_id":        fw.RegistryIDAttribute(),
		"allow_self_lockout": statements.AllowSelfLockoutAttribute(),
		"region":             fw.RegionAttribute(),
		"statement_json": schema.StringAttribute{
			Computed:            true,
			MarkdownDescription: "The statement as JSON, such as `{\"Sid\":\"DenyOthers\",\"Effect\":\"Deny\",…}`.",
		},
		"exempt": schema.SetAttribute{
			Computed: true, ElementType: types.StringType,
			MarkdownDescription: "Whom the statement leaves alone, as it names them: `[\"arn:aws:iam::111111111111:role/ops/deployer\", \"arn:aws:iam::111111111111:root\", …]`. AWS's services aren't listed.",
		},
		"proof": schema.ListAttribute{
			Computed: true, ElementType: types.StringType,
			MarkdownDescription: "What the access engine proves of the lockdown, a sentence each, such as `[\"DenyOthers denies ecr:* to everybody else, whatever their own policies say\"]`.",
		},
	})
	resp.Schema = schema.Schema{
		MarkdownDescription: description,
		Attributes:          attributes,
		Blocks:              map[string]schema.Block{"timeouts": timeouts.BlockAll(ctx)},
	}
}

// IdentitySchema describes the identity to import by.
func (r *Resource) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = statements.IdentitySchema()
}

// ValidateConfig checks who is exempt.
func (r *Resource) ValidateConfig(ctx context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse) {
	var config model
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if !resp.Diagnostics.HasError() {
		lockdown.ValidateManaged(config.Lockdown(), nil, path.Empty(), &resp.Diagnostics)
	}
}

// ModifyPlan resolves what the plan can know, and proves it.
func (r *Resource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if req.Plan.Raw.IsNull() || r.Provider == nil {
		return
	}
	var config, plan model
	var state *model
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	var prior model
	if !req.State.Raw.IsNull() {
		resp.Diagnostics.Append(req.State.Get(ctx, &prior)...)
		state = &prior
	}
	if resp.Diagnostics.HasError() {
		return
	}
	plan.Region = fw.PlanRegion(r.Provider, config.Region, prior.Region, resp)
	plan.RegistryID = fw.PlanRegistryID(ctx, r.Provider, config.RegistryID, prior.RegistryID, resp)
	switch {
	case state == nil:
	case plan.Sid.IsUnknown():
		resp.Diagnostics.AddAttributeWarning(path.Root("sid"), "Sid not known yet",
			"The sid comes from a value that is known only after apply. If it turns out to be another one, the apply fails, since Terraform can decide on a replacement only while it plans.")
	case plan.sid() != prior.sid():
		resp.RequiresReplace = append(resp.RequiresReplace, path.Root("sid"))
		r.Provider.Planned.Withdraw(prior.key(), prior.sid())
	}
	now := lockdown.NewMoment(ctx, req.Private, &resp.Diagnostics)
	plan.Proof = types.ListUnknown(types.StringType)
	planned, known := plan.resolve(ctx, r.Provider, plan.question(state, now), state, &resp.Diagnostics)
	if known {
		r.review(ctx, &plan, planned, !plan.StatementJSON.Equal(prior.StatementJSON), &resp.Diagnostics)
	}
	resp.Diagnostics.Append(resp.Plan.Set(ctx, &plan)...)
}

// Create writes the statement, or leaves the policy as it was.
func (r *Resource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var plan model
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	timeout, diags := plan.Timeouts.Create(ctx, defaultTimeout)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	registryID, err := fw.ResolveRegistryID(ctx, r.Provider, plan.RegistryID, plan.key())
	plan.RegistryID = registryID
	if err != nil {
		fw.AddError(&resp.Diagnostics, "creating", object, plan.id(), err)
		return
	}
	now := &lockdown.Moment{}
	r.prepare(ctx, &plan, nil, now, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	_, left, err := statements.Create(ctx, r.Provider.Clients, plan.key(), plan.change(nil))
	if err != nil {
		fw.AddError(&resp.Diagnostics, "creating", object, plan.id(), err)
	}
	if err != nil && !left {
		return
	}
	now.Remember(ctx, resp.Private, &resp.Diagnostics)
	resp.Diagnostics.Append(resp.State.Set(ctx, &plan)...)
	resp.Diagnostics.Append(resp.Identity.Set(ctx, plan.identity())...)
}

// Read takes over the live statement. One that is gone leaves the state.
func (r *Resource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	var state model
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
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
	var own []policy.Statement
	if err == nil {
		own, _, err = statements.Split(live, []string{state.sid()})
	}
	switch {
	case awsapi.IsNotFound(err):
		fw.SetGone(ctx, r.Provider, resp, object, state.id(), state.RegistryID.ValueString(), state.identity())
		return
	case err == nil && len(own) == 0: // the policy could be read, whosever it is
		fw.SetGone(ctx, r.Provider, resp, object, state.id(), "", state.identity())
		return
	case err == nil:
		state.RegistryID, err = fw.ResolveRegistryID(ctx, r.Provider, state.RegistryID, state.key())
	}
	switch {
	case err != nil:
	case state.StatementJSON.IsNull():
		err = state.recognize(own[0])
	default:
		state.StatementJSON = types.StringValue(own[0].Canonical())
	}
	if err != nil {
		fw.AddError(&resp.Diagnostics, "reading", object, state.id(), err)
		return
	}
	now := lockdown.NewMoment(ctx, req.Private, &resp.Diagnostics)
	lockdown.Refresh(ctx, r.Provider, state.Lockdown(), state.site(), path.Empty(), now, &resp.Diagnostics)
	now.Remember(ctx, resp.Private, &resp.Diagnostics)
	resp.Diagnostics.Append(resp.State.Set(ctx, &state)...)
	resp.Diagnostics.Append(resp.Identity.Set(ctx, state.identity())...)
}

// Update replaces the statement in one write.
func (r *Resource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	var plan, state model
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	timeout, diags := plan.Timeouts.Update(ctx, defaultTimeout)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	now := lockdown.NewMoment(ctx, req.Private, &resp.Diagnostics)
	r.prepare(ctx, &plan, &state, now, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	if _, _, err := statements.Write(ctx, r.Provider.Clients, plan.key(), plan.change([]string{state.sid()})); err != nil {
		fw.AddError(&resp.Diagnostics, "updating", object, plan.id(), err)
		r.reread(ctx, req.State, resp)
		return
	}
	statements.Settle(ctx, resp.Private, &resp.Diagnostics)
	now.Remember(ctx, resp.Private, &resp.Diagnostics)
	resp.Diagnostics.Append(resp.State.Set(ctx, &plan)...)
	resp.Diagnostics.Append(resp.Identity.Set(ctx, plan.identity())...)
}

// Delete removes the statement.
func (r *Resource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	var state model
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	timeout, diags := state.Timeouts.Delete(ctx, defaultTimeout)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	if err := statements.Delete(ctx, r.Provider.Clients, state.key(), []string{state.sid()}); err != nil {
		fw.AddError(&resp.Diagnostics, "deleting", object, state.id(), err)
	}
}

// ImportState takes "repository/sid[@region]" or the identity.
func (r *Resource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	statements.MarkImported(ctx, resp.Private, &resp.Diagnostics)
	statements.ImportSingle(ctx, r.Provider, map[string]any{"allow_self_lockout": false}, "DenyOthers", req, resp)
}

// reread brings the state up to date after a failed update, if ECR answers. The Sid is the same before and after.
func (r *Resource) reread(ctx context.Context, prior tfsdk.State, resp *resource.UpdateResponse) {
	var state model
	resp.Diagnostics.Append(prior.Get(ctx, &state)...)
	live, err := statements.Reread(ctx, r.Provider.Clients, state.key())
	if err != nil {
		return
	}
	if own, _, err := statements.Split(live, []string{state.sid()}); err == nil && len(own) == 1 {
		state.StatementJSON = types.StringValue(own[0].Canonical())
		resp.Diagnostics.Append(resp.State.Set(ctx, &state)...)
	}
}
