// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

// Package ecsroles is the resource ecrx_ecs_roles: the IAM roles of a service in Amazon ECS, for its execution, its task and
// the infrastructure of Express Mode.
//
// It calls CreateRole, PutRolePolicy or AttachRolePolicy for each role, and for what follows GetRole, the lists of policies,
// the updates of each part and DeleteRole. The schema's description lists the IAM permissions.
package ecsroles

import (
	"context"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/ecrx/terraform-provider-ecrx/internal/fragment/role"
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
	object         = "ECS roles"
	defaultTimeout = 5 * time.Minute
)

// NewResource gives the resource.
func NewResource() resource.Resource { return &Resource{} }

// Resource is ecrx_ecs_roles.
type Resource struct{ fw.WithProvider }

// Metadata names the resource. Its identity changes with the roles that it has.
func (r *Resource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_ecs_roles"
	resp.ResourceBehavior.MutableIdentity = true
}

// ValidateConfig checks the arguments.
func (r *Resource) ValidateConfig(ctx context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse) {
	var config model
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if resp.Diagnostics.HasError() {
		return
	}
	for _, p := range parts() {
		if problems, asked := config.problems(ctx, p, &resp.Diagnostics); asked {
			role.ReportAt(&resp.Diagnostics, p.kind.At, problems)
		}
	}
	config.review(ctx, &resp.Diagnostics)
}

// problems are those of a part that is asked for. Those of its name are reported at once, where they belong.
func (m *model) problems(ctx context.Context, p part, diags *diag.Diagnostics) (problems []pattern.Problem, asked bool) {
	is, own := p.asked(ctx, m, diags)
	if is != yes {
		return nil, false
	}
	if own.IsNull() && !p.name(m, own).IsUnknown() {
		role.Report(diags, pattern.ValidateECSRoleName(m.Service.ValueString(), m.Environment.ValueString(), p.ecs))
	}
	return p.validate(ctx, m, diags), true
}

// review looks at the parts together: there must be one, and each needs a name of its own.
func (m *model) review(ctx context.Context, diags *diag.Diagnostics) {
	some := false
	named := map[string]part{}
	for _, p := range parts() {
		is, own := p.asked(ctx, m, diags)
		some = some || is != no
		name := p.name(m, own)
		switch other, taken := named[name.ValueString()]; {
		case is == no && own.ValueString() != "":
			diags.AddAttributeError(path.Root("infrastructure_name"), "Name of no role", "There is no infrastructure role that could have this name. Set infrastructure = true, or leave infrastructure_name out.")
		case is == no || name.IsUnknown():
		case taken:
			diags.AddAttributeError(p.kind.At, "Two roles of one name", "The "+p.kind.Object+" and the "+other.kind.Object+" would both be called \""+name.ValueString()+"\". Give one of them another name.")
		default:
			named[name.ValueString()] = p
		}
	}
	if !some {
		diags.AddAttributeError(path.Root("execution"), "Roles of nothing", "Say which roles the service has: set execution, task or infrastructure = true.")
	}
}

// ModifyPlan resolves what the plan can know of each role, and proves it.
func (r *Resource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if req.Plan.Raw.IsNull() {
		r.planDestroy(ctx, req.State, &resp.Diagnostics)
		return
	}
	if r.Provider == nil {
		return
	}
	var config, plan, state model
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	prior := (*role.Settings)(nil)
	if !req.State.Raw.IsNull() {
		resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
		prior = &state.Settings
	}
	if resp.Diagnostics.HasError() {
		return
	}
	plan.PlanSettings(&config.Settings, prior, defaultPath)
	plan.TagsAll = fw.PlanTagsAll(ctx, r.Provider, plan.Tags, &resp.Diagnostics)
	for _, p := range parts() {
		before := roleOf(ctx, *p.role(&state), state.Settings, &resp.Diagnostics)
		planned, is := r.plan(ctx, p, &plan, before, false, &resp.Diagnostics)
		if resp.Diagnostics.HasError() {
			return
		}
		*p.role(&plan) = objectOf(ctx, planned, &resp.Diagnostics)
		if is == notKnown {
			*p.role(&plan) = types.ObjectUnknown(liveTypes())
			// The part may have a name of its own, but most have not.
			planned = &role.Model{Name: p.name(&plan, types.StringNull()), Settings: plan.Settings}
		}
		if before == nil || planned == nil {
			continue
		}
		if !planned.Name.Equal(before.Name) {
			resp.RequiresReplace = append(resp.RequiresReplace, path.Root(p.attribute).AtName("name"))
		}
		if !planned.Path.Equal(before.Path) {
			resp.RequiresReplace = append(resp.RequiresReplace, path.Root(p.attribute).AtName("path"))
		}
	}
	plan.review(ctx, &resp.Diagnostics)
	plan.checkRegions(ctx, r.Provider, &resp.Diagnostics)
	resp.Diagnostics.Append(resp.Plan.Set(ctx, &plan)...)
}

// Create makes all roles, or none, and waits until they can be used.
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
	changes := r.changes(ctx, &plan, &model{}, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	apply(ctx, r.Provider, changes, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		undo(ctx, r.Provider, changes, &resp.Diagnostics)
	}
	if plan.setRoles(ctx, changes, &resp.Diagnostics) {
		resp.Diagnostics.Append(resp.State.Set(ctx, &plan)...)
		resp.Diagnostics.Append(resp.Identity.Set(ctx, plan.identity(ctx, &resp.Diagnostics))...)
	}
}

// Read takes over what is live. Roles that are all gone leave the state.
func (r *Resource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	var state model
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	timeout, diags := state.Timeouts.Read(ctx, defaultTimeout)
	resp.Diagnostics.Append(diags...)
	identity := state.identity(ctx, &resp.Diagnostics)
	fw.SameAccount(ctx, r.Provider, object, state.id(ctx), identity.AccountID.ValueString(), &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	if r.Provider == nil {
		resp.Diagnostics.Append(resp.Identity.Set(ctx, identity)...)
		return
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	there, id := r.read(ctx, &state, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	if !there {
		fw.SetGone(ctx, r.Provider, resp, object, id, identity.AccountID.ValueString(), identity)
		return
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, &state)...)
	resp.Diagnostics.Append(resp.Identity.Set(ctx, state.identity(ctx, &resp.Diagnostics))...)
}

// Update makes the roles that are new, changes those that stay, and deletes those that aren't asked for any more. When a part
// fails, the state holds what is live.
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
	changes := r.changes(ctx, &plan, &state, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	apply(ctx, r.Provider, changes, &resp.Diagnostics)
	result := &plan
	if resp.Diagnostics.HasError() {
		result = &state
	}
	result.setRoles(ctx, changes, &resp.Diagnostics)
	resp.Diagnostics.Append(resp.State.Set(ctx, result)...)
	resp.Diagnostics.Append(resp.Identity.Set(ctx, result.identity(ctx, &resp.Diagnostics))...)
}

// Delete removes the roles with their policies.
func (r *Resource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	var state model
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	timeout, diags := state.Timeouts.Delete(ctx, defaultTimeout)
	resp.Diagnostics.Append(diags...)
	fw.SameAccount(ctx, r.Provider, object, state.id(ctx), state.identity(ctx, &resp.Diagnostics).AccountID.ValueString(), &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	var changes []*change
	for _, p := range parts() {
		if live := roleOf(ctx, *p.role(&state), state.Settings, &resp.Diagnostics); live != nil {
			changes = append(changes, &change{part: p, live: live})
		}
	}
	remove(ctx, r.Provider, changes, &resp.Diagnostics)
}
