// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

// Package repositorypolicystatement is the resource ecrx_repository_policy_statement: one statement, by its Sid, in the
// policy of an ECR repository that others write too.
//
// It calls GetRepositoryPolicy, SetRepositoryPolicy and, when no statement is left, DeleteRepositoryPolicy. The schema's
// description lists the IAM permissions.
package repositorypolicystatement

import (
	"context"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/ecrx/terraform-provider-ecrx/internal/awsapi"
	"github.com/ecrx/terraform-provider-ecrx/internal/fragment/lockdown"
	"github.com/ecrx/terraform-provider-ecrx/internal/fragment/statements"
	"github.com/ecrx/terraform-provider-ecrx/internal/fw"
	"github.com/ecrx/terraform-provider-ecrx/internal/policy"
)

var (
	_ resource.ResourceWithConfigure   = (*Resource)(nil)
	_ resource.ResourceWithIdentity    = (*Resource)(nil)
	_ resource.ResourceWithImportState = (*Resource)(nil)
	_ resource.ResourceWithModifyPlan  = (*Resource)(nil)
)

const (
	object         = "ECR repository policy statement"
	defaultTimeout = 10 * time.Minute
	description    = "One statement in the policy of an Amazon ECR repository, found by its Sid. Every other statement of the policy is left alone, so that several modules, " +
		"states and tools can share one repository.\n\n" +
		"ECR has no conditional write, so two writers of one policy are repaired by reading back, not ruled out.\n\n" +
		"## IAM permissions\n\n" +
		"`ecr:GetRepositoryPolicy`, `ecr:SetRepositoryPolicy` and `ecr:DeleteRepositoryPolicy`."
)

// NewResource gives the resource.
func NewResource() resource.Resource { return &Resource{} }

// Resource is ecrx_repository_policy_statement.
type Resource struct{ fw.WithProvider }

// Metadata names the resource.
func (r *Resource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_repository_policy_statement"
}

// Schema describes the arguments.
func (r *Resource) Schema(ctx context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: description,
		Attributes: map[string]schema.Attribute{
			"repository":  fw.RepositoryAttribute(),
			"registry_id": fw.RegistryIDAttribute(),
			"statement_json": schema.StringAttribute{
				Required:            true,
				MarkdownDescription: "The statement, with a Sid, as JSON: `jsonencode({ Sid = \"ScannerPull\", Effect = \"Allow\", … })`. A document with one statement will do too.",
				Validators:          []validator.String{statementValidator{}},
			},
			"allow_public":       statements.AllowPublicAttribute(),
			"allow_self_lockout": statements.AllowSelfLockoutAttribute(),
			"region":             fw.RegionAttribute(),
			"sid": schema.StringAttribute{
				Computed:            true,
				MarkdownDescription: "Sid of the statement, such as `ScannerPull`. A change makes a new object.",
			},
		},
		Blocks: map[string]schema.Block{"timeouts": timeouts.BlockAll(ctx)},
	}
}

// IdentitySchema describes the identity to import by.
func (r *Resource) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = statements.IdentitySchema()
}

// ModifyPlan resolves the Sid, and checks the statement.
func (r *Resource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if req.Plan.Raw.IsNull() || r.Provider == nil {
		return
	}
	var config, plan, state model
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	if !req.State.Raw.IsNull() {
		resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	}
	if resp.Diagnostics.HasError() {
		return
	}
	plan.Region = fw.PlanRegion(r.Provider, config.Region, state.Region, resp)
	plan.RegistryID = fw.PlanRegistryID(ctx, r.Provider, config.RegistryID, state.RegistryID, resp)
	plan.Sid = types.StringUnknown()
	if statement, err := plan.statement(); err == nil && !plan.StatementJSON.IsUnknown() {
		plan.Sid = types.StringValue(statement.Sid)
		r.review(ctx, &plan, []policy.Statement{statement}, plan.StatementJSON.Equal(state.StatementJSON), &resp.Diagnostics)
	}
	if plan.StatementJSON.IsUnknown() && !state.Sid.IsNull() {
		// Most changes keep the Sid. One that doesn't fails at apply, where it is too late to plan a replacement.
		plan.Sid = state.Sid
	}
	if !state.Sid.IsNull() && !state.Sid.Equal(plan.Sid) {
		resp.RequiresReplace = append(resp.RequiresReplace, path.Root("sid"))
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
	var left bool
	var change statements.Change
	registryID, err := fw.ResolveRegistryID(ctx, r.Provider, plan.RegistryID, plan.key())
	plan.RegistryID = registryID
	if err == nil {
		change, err = plan.change(nil)
	}
	if err == nil {
		lockdown.Guard(ctx, r.Provider, change.Desired, plan.question(), &resp.Diagnostics)
	}
	if resp.Diagnostics.HasError() {
		return
	}
	if err == nil {
		plan.Sid = types.StringValue(change.Desired[0].Sid)
		_, left, err = statements.Create(ctx, r.Provider.Clients, plan.key(), change)
	}
	if err != nil {
		fw.AddError(&resp.Diagnostics, "creating", object, plan.id(), err)
	}
	if err != nil && !left {
		return
	}
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
		own, _, err = statements.Split(live, []string{state.Sid.ValueString()})
	}
	switch {
	case awsapi.IsNotFound(err):
		fw.SetGone(ctx, r.Provider, resp, object, state.id(), state.RegistryID.ValueString(), state.identity())
		return
	case err == nil && len(own) == 0: // the policy could be read, whosever it is
		fw.SetGone(ctx, r.Provider, resp, object, state.id(), "", state.identity())
		return
	case err != nil:
		fw.AddError(&resp.Diagnostics, "reading", object, state.id(), err)
		return
	}
	if state.RegistryID, err = fw.ResolveRegistryID(ctx, r.Provider, state.RegistryID, state.key()); err != nil {
		fw.AddError(&resp.Diagnostics, "reading", object, state.id(), err)
		return
	}
	state.setStatement(own[0])
	resp.Diagnostics.Append(resp.State.Set(ctx, &state)...)
	resp.Diagnostics.Append(resp.Identity.Set(ctx, state.identity())...)
}

// Update replaces the statement in one write.
func (r *Resource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	var plan model
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	timeout, diags := plan.Timeouts.Update(ctx, defaultTimeout)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	var state model
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	change, err := plan.change([]string{plan.Sid.ValueString()})
	if err == nil && !plan.StatementJSON.Equal(state.StatementJSON) {
		lockdown.Guard(ctx, r.Provider, change.Desired, plan.question(), &resp.Diagnostics)
	}
	if resp.Diagnostics.HasError() {
		return
	}
	if err == nil {
		_, _, err = statements.Write(ctx, r.Provider.Clients, plan.key(), change)
	}
	if err != nil {
		fw.AddError(&resp.Diagnostics, "updating", object, plan.id(), err)
		r.reread(ctx, req.State, resp)
		return
	}
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
	if err := statements.Delete(ctx, r.Provider.Clients, state.key(), []string{state.Sid.ValueString()}); err != nil {
		fw.AddError(&resp.Diagnostics, "deleting", object, state.id(), err)
	}
}

// ImportState takes "repository/sid[@region]" or the identity.
func (r *Resource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	statements.ImportSingle(ctx, r.Provider, map[string]any{"allow_public": false, "allow_self_lockout": false}, "ScannerPull", req, resp)
}

// review looks at the statement in the plan: in itself, and, where it is to be written, at what it does to the caller.
func (r *Resource) review(ctx context.Context, plan *model, own []policy.Statement, same bool, diags *diag.Diagnostics) {
	at := path.Root("statement_json")
	statements.Review(own, statements.Public{Allowed: plan.AllowPublic.ValueBool()}, at, diags)
	if key := plan.key(); key.Region != "" && key.RegistryID != "" && key.Name != "" {
		r.Provider.Planned.Announce(key, own)
	}
	statements.ReviewSize(own, nil, at, diags)
	if !same {
		lockdown.Guard(ctx, r.Provider, own, plan.question(), diags)
	}
}

// reread brings the state up to date after a failed update, if ECR answers. The Sid is the same before and after.
func (r *Resource) reread(ctx context.Context, prior tfsdk.State, resp *resource.UpdateResponse) {
	var state model
	resp.Diagnostics.Append(prior.Get(ctx, &state)...)
	live, err := statements.Reread(ctx, r.Provider.Clients, state.key())
	if err != nil {
		return
	}
	if own, _, err := statements.Split(live, []string{state.Sid.ValueString()}); err == nil && len(own) == 1 {
		state.setStatement(own[0])
		resp.Diagnostics.Append(resp.State.Set(ctx, &state)...)
	}
}
