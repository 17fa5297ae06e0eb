// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

// Package orgsharedrepository is the resource ecrx_org_shared_repository: an ECR repository, its settings, and who may
// use it.
//
// It calls CreateRepository, PutLifecyclePolicy and SetRepositoryPolicy to create, DescribeRepositories,
// GetRepositoryPolicy, GetLifecyclePolicy and ListTagsForResource to read, and of the Put, Tag, Set and Delete actions
// those that a change needs. The schema's description lists the IAM permissions.
package orgsharedrepository

import (
	"context"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/identityschema"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"

	"github.com/ecrx/terraform-provider-ecrx/internal/awsapi"
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
	object         = "ECR repository"
	defaultTimeout = 10 * time.Minute
	// undoTimeout bounds the removal of what a failed create made. It runs on when the operation was interrupted.
	undoTimeout = time.Minute
)

// NewResource gives the resource.
func NewResource() resource.Resource { return &Resource{} }

// Resource is ecrx_org_shared_repository.
type Resource struct{ fw.WithProvider }

// Metadata names the resource.
func (r *Resource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_org_shared_repository"
}

// Schema describes the arguments.
func (r *Resource) Schema(ctx context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = resourceSchema(ctx)
}

// IdentitySchema describes the identity to import by.
func (r *Resource) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = identityschema.Schema{Attributes: map[string]identityschema.Attribute{
		"account_id": identityschema.StringAttribute{OptionalForImport: true, Description: "Account of the repository."},
		"region":     identityschema.StringAttribute{OptionalForImport: true, Description: "Region of the repository."},
		"name":       identityschema.StringAttribute{RequiredForImport: true, Description: "Name of the repository."},
	}}
}

// ValidateConfig checks the arguments against each other.
func (r *Resource) ValidateConfig(ctx context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse) {
	var config model
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if !resp.Diagnostics.HasError() {
		config.validate(ctx, &resp.Diagnostics)
	}
}

// ModifyPlan resolves what the plan can know, and checks it.
func (r *Resource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if req.Plan.Raw.IsNull() {
		r.refuseToLoseImages(ctx, req.State, &resp.Diagnostics)
		return
	}
	if r.Provider == nil {
		return
	}
	var config, plan model
	var state *model
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	if !req.State.Raw.IsNull() {
		state = &model{}
		resp.Diagnostics.Append(req.State.Get(ctx, state)...)
	}
	own := statements.NewOwnership(ctx, req.Private, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	caller, _ := fw.Account(ctx, r.Provider, &resp.Diagnostics)

	plan.Region = fw.PlanRegion(r.Provider, config.Region, state.region(), resp)
	plan.planSettings(config, state, &resp.Diagnostics)
	if plan.planEncryption(ctx, config, state, &resp.Diagnostics) {
		resp.RequiresReplace = append(resp.RequiresReplace, path.Root("encryption"))
	}
	plan.planNames(caller, state)
	plan.TagsAll = fw.PlanTagsAll(ctx, r.Provider, plan.Tags, &resp.Diagnostics)
	now := lockdown.NewMoment(ctx, req.Private, &resp.Diagnostics)
	plan.planPolicy(ctx, r.Provider, state, own, now, &resp.Diagnostics)
	plan.planLifecyclePolicy(ctx, config, state, &resp.Diagnostics)
	resp.Diagnostics.Append(resp.Plan.Set(ctx, &plan)...)

	// The schema's own replacements, here of the name, aren't in resp.
	if state != nil && (len(resp.RequiresReplace) > 0 || !plan.Name.Equal(state.Name)) {
		r.refuseToLoseImages(ctx, req.State, &resp.Diagnostics)
	}
}

// Create makes the repository with all that belongs to it, or nothing.
func (r *Resource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var plan model
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	timeout, diags := plan.Timeouts.Create(ctx, defaultTimeout)
	resp.Diagnostics.Append(diags...)
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	now := &lockdown.Moment{}
	plan.resolveUnknown(ctx, r.Provider, nil, statements.Handover{}, now, &resp.Diagnostics)
	wanted := plan.newRepository(ctx, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	created, err := r.Provider.Clients.CreateRepository(ctx, plan.Region.ValueString(), wanted)
	if err != nil {
		fw.AddCreateError(&resp.Diagnostics, "ecrx_org_shared_repository", object, wanted.Name, wanted.Name+"@"+plan.Region.ValueString(), err)
		return
	}
	plan.setRepository(created)
	if plan.unresolved() {
		plan.resolveUnknown(ctx, r.Provider, nil, statements.Handover{}, now, &resp.Diagnostics)
	}

	if !resp.Diagnostics.HasError() {
		r.createParts(ctx, &plan, &resp.Diagnostics)
	}
	if resp.Diagnostics.HasError() && r.undoCreate(ctx, plan, &resp.Diagnostics) {
		return
	}
	now.Remember(ctx, resp.Private, &resp.Diagnostics)
	resp.Diagnostics.Append(resp.State.Set(ctx, &plan)...)
	resp.Diagnostics.Append(resp.Identity.Set(ctx, plan.identity())...)
}

// Read takes over what is live. A repository that is gone leaves the state.
func (r *Resource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	var state model
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	owned := statements.NewOwnership(ctx, req.Private, &resp.Diagnostics).Sids(state.ownedSids(ctx, &resp.Diagnostics))
	timeout, diags := state.Timeouts.Read(ctx, defaultTimeout)
	resp.Diagnostics.Append(diags...)
	fw.SameAccount(ctx, r.Provider, object, state.Name.ValueString(), fw.AccountOf(state.ARN), &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	if r.Provider == nil {
		resp.Diagnostics.Append(resp.Identity.Set(ctx, state.identity())...)
		return
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	details, err := r.Provider.Clients.RepositoryDetails(ctx, state.key(), state.ARN.ValueString())
	if awsapi.IsNotFound(err) {
		fw.SetGone(ctx, r.Provider, resp, object, state.Name.ValueString(), state.RegistryID.ValueString(), state.identity())
		return
	}
	if err != nil {
		fw.AddError(&resp.Diagnostics, "reading", object, state.Name.ValueString(), err)
		return
	}
	if state.ARN.IsNull() {
		state.recognize(ctx, details, &resp.Diagnostics)
	}
	state.setDetails(ctx, r.Provider, details, owned, &resp.Diagnostics)
	now := lockdown.NewMoment(ctx, req.Private, &resp.Diagnostics)
	lockdown.RefreshInline(ctx, r.Provider, state.Lockdown, state.site(), now, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	now.Remember(ctx, resp.Private, &resp.Diagnostics)
	resp.Diagnostics.Append(resp.State.Set(ctx, &state)...)
	resp.Diagnostics.Append(resp.Identity.Set(ctx, state.identity())...)
}

// Update sends what changed. When a part fails, the state holds what is live.
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
	plan.resolveUnknown(ctx, r.Provider, &state, handover, now, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	wrote := r.updateParts(ctx, &plan, state, owned, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		if wrote {
			owned = append(owned, plan.ownedSids(ctx, &resp.Diagnostics)...)
			statements.SetPending(ctx, resp.Private, owned, &resp.Diagnostics)
		}
		r.reread(ctx, &state, owned, &resp.Diagnostics)
		resp.Diagnostics.Append(resp.State.Set(ctx, &state)...)
		return
	}
	statements.Settle(ctx, resp.Private, &resp.Diagnostics)
	now.Remember(ctx, resp.Private, &resp.Diagnostics)
	resp.Diagnostics.Append(resp.State.Set(ctx, &plan)...)
	resp.Diagnostics.Append(resp.Identity.Set(ctx, plan.identity())...)
}

// Delete deletes the repository; with force_delete, the images in it too.
func (r *Resource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	var state model
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	timeout, diags := state.Timeouts.Delete(ctx, defaultTimeout)
	resp.Diagnostics.Append(diags...)
	fw.SameAccount(ctx, r.Provider, object, state.Name.ValueString(), fw.AccountOf(state.ARN), &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	err := r.Provider.Clients.DeleteRepository(ctx, state.key(), state.ForceDelete.ValueBool())
	if awsapi.IsNotEmpty(err) {
		err = fmt.Errorf("%w\n\nDelete the images first, or apply force_delete = true before you destroy", err)
	}
	if err != nil {
		fw.AddError(&resp.Diagnostics, "deleting", object, state.Name.ValueString(), err)
	}
}

// ImportState takes "name[@region]" or the identity.
func (r *Resource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	name, region := fw.ParseImportID(req.ID)
	var identity identityModel
	if req.ID == "" {
		resp.Diagnostics.Append(req.Identity.Get(ctx, &identity)...)
		name, region = identity.Name.ValueString(), identity.Region.ValueString()
	}
	if resp.Diagnostics.HasError() || !fw.Configured(r.Provider, &resp.Diagnostics) {
		return
	}
	fw.CheckImportAccount(ctx, r.Provider, "Repository", identity.AccountID, &resp.Diagnostics)
	if region == "" {
		region = r.Provider.Clients.Region()
	}
	for attribute, value := range map[string]any{
		"name": name, "region": region, "force_delete": false, "allow_public": false, "allow_self_lockout": false,
		"on_unmanaged_statements": statements.Warn,
	} {
		resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root(attribute), value)...)
	}
	statements.MarkImported(ctx, resp.Private, &resp.Diagnostics)
}

// refuseToLoseImages keeps a repository with images from being destroyed or replaced by accident.
func (r *Resource) refuseToLoseImages(ctx context.Context, prior tfsdk.State, diags *diag.Diagnostics) {
	var state model
	diags.Append(prior.Get(ctx, &state)...)
	if diags.HasError() || r.Provider == nil || state.ForceDelete.ValueBool() {
		return
	}
	holds, err := r.Provider.Clients.HasImages(ctx, state.key())
	switch {
	case awsapi.IsNotFound(err):
	case err != nil:
		diags.AddWarning("Images not checked", "Whether the repository "+state.Name.ValueString()+" holds images isn't known: "+err.Error())
	case holds:
		diags.AddAttributeError(path.Root("force_delete"), "Repository holds images",
			"The plan would delete the repository "+state.Name.ValueString()+" in "+state.Region.ValueString()+", and it holds images. Delete them first, or apply force_delete = true before you destroy or replace it.")
	}
}
