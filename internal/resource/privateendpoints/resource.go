// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

// Package privateendpoints is the resource ecrx_private_endpoints: the VPC endpoints that containers in private subnets pull images
// through, with their security group.
//
// It calls CreateVpcEndpoint, ModifyVpcEndpoint and DeleteVpcEndpoints, makes and deletes a security group and its rules, and reads the
// network that all of it is in: DescribeVpcs, DescribeVpcAttribute, DescribeSubnets, DescribeRouteTables, DescribeSecurityGroups,
// DescribeVpcEndpoints, DescribeVpcEndpointServices and DescribePrefixLists. The schema's description lists the IAM permissions.
package privateendpoints

import (
	"context"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/ecrx/terraform-provider-ecrx/internal/fw"
	"github.com/ecrx/terraform-provider-ecrx/internal/pattern"
)

var (
	_ resource.ResourceWithConfigure      = (*Resource)(nil)
	_ resource.ResourceWithIdentity       = (*Resource)(nil)
	_ resource.ResourceWithImportState    = (*Resource)(nil)
	_ resource.ResourceWithModifyPlan     = (*Resource)(nil)
	_ resource.ResourceWithValidateConfig = (*Resource)(nil)
)

const (
	object         = "private endpoints"
	defaultTimeout = 15 * time.Minute
)

// NewResource gives the resource.
func NewResource() resource.Resource { return &Resource{} }

// Resource is ecrx_private_endpoints.
type Resource struct{ fw.WithProvider }

// Metadata names the resource.
func (r *Resource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_private_endpoints"
}

// ValidateConfig checks the arguments.
func (r *Resource) ValidateConfig(ctx context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse) {
	var config model
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if !resp.Diagnostics.HasError() {
		config.validate(ctx, &resp.Diagnostics)
	}
}

// ModifyPlan resolves what the plan can know, proves it, and looks at the network when something is to be changed in it.
func (r *Resource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	imported := importedIDs(ctx, req.Private, &resp.Diagnostics)
	if req.Plan.Raw.IsNull() {
		var state model
		resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
		imported.warnLeft(state.endpoints(ctx, &resp.Diagnostics), &resp.Diagnostics)
		return
	}
	if r.Provider == nil {
		return
	}
	var config, plan, prior model
	var state *model
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	if !req.State.Raw.IsNull() {
		resp.Diagnostics.Append(req.State.Get(ctx, &prior)...)
		state = &prior
	}
	if resp.Diagnostics.HasError() {
		return
	}
	plan.Region = fw.PlanRegion(r.Provider, config.Region, prior.Region, resp)
	plan.TagsAll = fw.PlanTagsAll(ctx, r.Provider, plan.Tags, &resp.Diagnostics)
	plan.leaveMark(&resp.Diagnostics)
	plan.resolve(ctx, state, imported, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	if !plan.Endpoints.IsUnknown() && plan.moves(&prior) {
		before := prior.endpoints(ctx, &resp.Diagnostics)
		imported.warnLeft(plan.unnamed(ctx, before, &resp.Diagnostics), &resp.Diagnostics)
		plan.warn(ctx, before, &resp.Diagnostics)
		if !plan.VPCID.IsUnknown() && !plan.Region.IsUnknown() {
			r.check(ctx, &plan, state, ownIDs(before, imported), &resp.Diagnostics)
		}
	}
	resp.Diagnostics.Append(resp.Plan.Set(ctx, &plan)...)
}

// Create makes the endpoints with their security group, or nothing, and waits until they can be used.
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
	w := r.newWork(ctx, &plan, nil, true, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	services, err := w.reuse(ctx, w.set.Services())
	if err != nil {
		fw.AddError(&resp.Diagnostics, "reading", object, plan.VPCID.ValueString(), err)
		return
	}
	if w.proveFound(ctx, &resp.Diagnostics); resp.Diagnostics.HasError() {
		return
	}
	if err := w.createAll(ctx, services); err != nil {
		fw.AddError(&resp.Diagnostics, "creating", object, plan.VPCID.ValueString(), err)
		undone := w.undo(ctx)
		if undone == nil {
			return
		}
		fw.AddError(&resp.Diagnostics, "removing what was made of", object, plan.VPCID.ValueString(), undone)
		plan.setNothing(ctx, &resp.Diagnostics)
		r.keepLeft(ctx, w, &plan, &change{}, &resp.Diagnostics)
	} else {
		w.settle(ctx, &plan, &resp.Diagnostics)
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, &plan)...)
	resp.Diagnostics.Append(resp.Identity.Set(ctx, plan.identity())...)
}

// Read takes over what is live. When all of it is gone, the object leaves the state.
func (r *Resource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	var state model
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	timeout, diags := state.Timeouts.Read(ctx, defaultTimeout)
	resp.Diagnostics.Append(diags...)
	fw.SameAccount(ctx, r.Provider, object, state.VPCID.ValueString(), state.account(ctx, &resp.Diagnostics), &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	if r.Provider == nil {
		resp.Diagnostics.Append(resp.Identity.Set(ctx, state.identity())...)
		return
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	var gone bool
	var err error
	if state.Endpoints.IsNull() {
		var imported found
		imported, err = r.recognize(ctx, &state, &resp.Diagnostics)
		gone = len(imported) == 0
		imported.remember(ctx, resp.Private, &resp.Diagnostics)
	} else {
		gone, err = r.refresh(ctx, &state, &resp.Diagnostics)
	}
	switch {
	case err != nil:
		fw.AddError(&resp.Diagnostics, "reading", object, state.VPCID.ValueString(), err)
	case gone:
		fw.SetGone(ctx, r.Provider, resp, object, state.VPCID.ValueString(), "", state.identity())
	default:
		resp.Diagnostics.Append(resp.State.Set(ctx, &state)...)
		resp.Diagnostics.Append(resp.Identity.Set(ctx, state.identity())...)
	}
}

// Update touches what differs, and nothing else. When a part fails, the state holds what is live.
func (r *Resource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	var plan, state model
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	timeout, diags := plan.Timeouts.Update(ctx, defaultTimeout)
	resp.Diagnostics.Append(diags...)
	imported := importedIDs(ctx, req.Private, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	if r.change(ctx, &plan, &state, imported, &resp.Diagnostics) {
		resp.Diagnostics.Append(resp.State.Set(ctx, &state)...)
		return
	}
	if resp.Diagnostics.HasError() {
		return
	}
	found{}.remember(ctx, resp.Private, &resp.Diagnostics)
	resp.Diagnostics.Append(resp.State.Set(ctx, &plan)...)
	resp.Diagnostics.Append(resp.Identity.Set(ctx, plan.identity())...)
}

// Delete removes the endpoints that are this resource's, and its security group.
func (r *Resource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	var state model
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	timeout, diags := state.Timeouts.Delete(ctx, defaultTimeout)
	resp.Diagnostics.Append(diags...)
	fw.SameAccount(ctx, r.Provider, object, state.VPCID.ValueString(), state.account(ctx, &resp.Diagnostics), &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	imported := importedIDs(ctx, req.Private, &resp.Diagnostics)
	w := &work{clients: r.Provider.Clients, plan: &state, at: pattern.Placement{Region: state.Region.ValueString()}, group: imported.without(state.SecurityGroupID)}
	err := w.delete(ctx, imported.leave(state.endpoints(ctx, &resp.Diagnostics)))
	if err == nil {
		err = w.deleteGroup(ctx)
	}
	if err == nil {
		return
	}
	fw.AddError(&resp.Diagnostics, "deleting", object, state.VPCID.ValueString(), err)
	ctx, cancel = context.WithTimeout(context.WithoutCancel(ctx), undoTimeout)
	defer cancel()
	r.reread(ctx, &state, &resp.Diagnostics)
	resp.Diagnostics.Append(resp.State.Set(ctx, &state)...)
}

// ImportState takes "vpc_id[@region]" or the identity.
func (r *Resource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	vpc, region := fw.ParseImportID(req.ID)
	if req.ID == "" {
		var given identity
		resp.Diagnostics.Append(req.Identity.Get(ctx, &given)...)
		vpc, region = given.VPCID.ValueString(), given.Region.ValueString()
	}
	if !fw.Configured(r.Provider, &resp.Diagnostics) {
		return
	}
	if region == "" {
		region = r.Provider.Clients.Region()
	}
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("vpc_id"), vpc)...)
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("region"), region)...)
}

// change makes the plan of what the state is. It reports failure when it came so far that the state is another now.
func (r *Resource) change(ctx context.Context, plan, state *model, imported found, diags *diag.Diagnostics) (failed bool) {
	before := state.endpoints(ctx, diags)
	differs := plan.moves(state)
	if !differs && plan.SecurityGroupID.Equal(state.SecurityGroupID) && plan.TagsAll.Equal(state.TagsAll) {
		plan.provenLater(ctx, before, diags)
		return false
	}
	w := r.newWork(ctx, plan, ownIDs(before, imported), differs, diags)
	if diags.HasError() {
		return false
	}
	w.group = state.SecurityGroupID.ValueString()
	live, err := r.Provider.Clients.EndpointsByID(ctx, w.at.Region, idsOf(before))
	if err != nil {
		fw.AddError(diags, "reading", object, plan.VPCID.ValueString(), err)
		return false
	}
	c, err := w.sort(before, live, imported)
	if err == nil {
		c.created, err = w.reuse(ctx, c.created)
	}
	if err != nil {
		fw.AddError(diags, "updating", object, plan.VPCID.ValueString(), err)
		return false
	}
	if w.proveFound(ctx, diags); diags.HasError() {
		return false
	}
	c.lose(ctx, state, plan, imported, diags)
	if err := w.update(ctx, c); err != nil {
		fw.AddError(diags, "updating", object, plan.VPCID.ValueString(), err)
		if !plan.FIPS.Equal(state.FIPS) {
			state.FIPS = types.BoolNull() // there may be endpoints of both kinds
		}
		r.keepLeft(ctx, w, state, c, diags)
		return true
	}
	w.settle(ctx, plan, diags)
	return false
}
