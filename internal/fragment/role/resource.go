// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package role

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

const defaultTimeout = 5 * time.Minute

// Resource is what every resource of one role does, whatever the role is for. A resource embeds it, and has its own name and
// schema. M is the resource's model, which embeds Model.
type Resource[M any, P Arguments[M]] struct {
	fw.WithProvider
	Kind Kind
}

// Arguments is a pointer to a resource's model.
type Arguments[M any] interface {
	*M
	// Role gives the arguments that all roles have; Model brings it.
	Role() *Model
	// Validate finds what is wrong in the arguments, before it is known where the role will be.
	Validate() []pattern.Problem
	// Wanted fills the resource's own arguments that follow from others, and gives the role that all of them stand for,
	// reviewed and proven.
	Wanted(ctx context.Context, s Situation[M], diags *diag.Diagnostics) Wanted
	// Recognize fills the resource's own arguments after an import with what the role's documents show.
	Recognize(provider *fw.ProviderData, diags *diag.Diagnostics)
}

// Situation is what a role is wanted in.
type Situation[M any] struct {
	Provider *fw.ProviderData
	// Config is the configuration, State the state, without values for a new role.
	Config, State *M
	// Apply says that the role is about to be written, so that what isn't known now never will be.
	Apply bool
}

// Wanted is what a resource wants of its role.
type Wanted struct {
	Role pattern.Role
	// Known is false while the role isn't known, or is wrong.
	Known bool
	// Proof says in words who may assume the role and what it may do, as it was proven.
	Proof []string
	// Trust and Policy are those of the role's documents that are known while not all of it is; null for others.
	Trust, Policy types.String
}

// Role gives the arguments that all roles have.
func (m *Model) Role() *Model { return m }

// IdentitySchema describes the identity to import by.
func (r *Resource[M, P]) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = IdentitySchema()
}

// ValidateConfig checks the arguments.
func (r *Resource[M, P]) ValidateConfig(ctx context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse) {
	var config M
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if !resp.Diagnostics.HasError() {
		Report(&resp.Diagnostics, P(&config).Validate())
	}
}

// ModifyPlan resolves what the plan can know, and proves it.
func (r *Resource[M, P]) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if req.Plan.Raw.IsNull() {
		var state M
		resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
		r.Kind.PlanDestroy(ctx, r.Provider, P(&state).Role(), &resp.Diagnostics)
		return
	}
	if r.Provider == nil {
		return
	}
	var config, plan, state M
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	prior := (*Model)(nil)
	if !req.State.Raw.IsNull() {
		resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
		prior = P(&state).Role()
	}
	if resp.Diagnostics.HasError() {
		return
	}
	wanted := P(&plan).Wanted(ctx, Situation[M]{Provider: r.Provider, Config: &config, State: &state}, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	r.Kind.Plan(ctx, r.Provider, P(&plan).Role(), P(&config).Role(), prior, wanted, &resp.Diagnostics)
	resp.Diagnostics.Append(resp.Plan.Set(ctx, &plan)...)
}

// Create makes the role with its policies, or nothing, and waits until it can be used.
func (r *Resource[M, P]) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var config, plan, state M
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	role := P(&plan).Role()
	timeout, diags := role.Timeouts.Create(ctx, defaultTimeout)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	wanted := P(&plan).Wanted(ctx, Situation[M]{Provider: r.Provider, Config: &config, State: &state, Apply: true}, &resp.Diagnostics)
	r.Kind.Resolve(role, wanted, &resp.Diagnostics)
	if resp.Diagnostics.HasError() || !r.Kind.Create(ctx, r.Provider, role, &resp.Diagnostics) {
		return
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, &plan)...)
	resp.Diagnostics.Append(resp.Identity.Set(ctx, role.Identity())...)
}

// Read takes over what is live. A role that is gone leaves the state.
func (r *Resource[M, P]) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	var state M
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	role := P(&state).Role()
	timeout, diags := role.Timeouts.Read(ctx, defaultTimeout)
	resp.Diagnostics.Append(diags...)
	fw.SameAccount(ctx, r.Provider, r.Kind.Object, role.Name.ValueString(), fw.AccountOf(role.ARN), &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	if r.Provider == nil {
		resp.Diagnostics.Append(resp.Identity.Set(ctx, role.Identity())...)
		return
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	imported := role.ARN.IsNull()
	if r.Kind.Read(ctx, r.Provider, role, &resp.Diagnostics) {
		fw.SetGone(ctx, r.Provider, resp, r.Kind.Object, role.Name.ValueString(), fw.AccountOf(role.ARN), role.Identity())
		return
	}
	if imported && !resp.Diagnostics.HasError() {
		P(&state).Recognize(r.Provider, &resp.Diagnostics)
		r.prove(ctx, &state)
	}
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, &state)...)
	resp.Diagnostics.Append(resp.Identity.Set(ctx, role.Identity())...)
}

// prove fills in the proof of an imported role, if its documents are those that the recognized arguments stand for.
func (r *Resource[M, P]) prove(ctx context.Context, state *M) {
	recognized, config := *state, *state
	var notOurs diag.Diagnostics // the first plan reports what is wrong
	wanted := P(&recognized).Wanted(ctx, Situation[M]{Provider: r.Provider, Config: &config, State: state}, &notOurs)
	if !notOurs.HasError() {
		P(state).Role().SetImportedProof(wanted, r.Kind)
	}
}

// Update sends what changed. When a part fails, the state holds what is live.
func (r *Resource[M, P]) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	var config, plan, state M
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	role := P(&plan).Role()
	timeout, diags := role.Timeouts.Update(ctx, defaultTimeout)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	wanted := P(&plan).Wanted(ctx, Situation[M]{Provider: r.Provider, Config: &config, State: &state, Apply: true}, &resp.Diagnostics)
	r.Kind.Resolve(role, wanted, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	r.Kind.Update(ctx, r.Provider, role, P(&state).Role(), &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		resp.Diagnostics.Append(resp.State.Set(ctx, &state)...)
		return
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, &plan)...)
	resp.Diagnostics.Append(resp.Identity.Set(ctx, role.Identity())...)
}

// Delete removes the role with its policies.
func (r *Resource[M, P]) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	var state M
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	role := P(&state).Role()
	timeout, diags := role.Timeouts.Delete(ctx, defaultTimeout)
	resp.Diagnostics.Append(diags...)
	fw.SameAccount(ctx, r.Provider, r.Kind.Object, role.Name.ValueString(), fw.AccountOf(role.ARN), &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	r.Kind.Delete(ctx, r.Provider, role, &resp.Diagnostics)
}

// ImportState takes the role's name or the identity. What AWS knows nothing of gets its default.
func (r *Resource[M, P]) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	name := types.StringValue(req.ID)
	if req.ID == "" {
		var identity Identity
		resp.Diagnostics.Append(req.Identity.Get(ctx, &identity)...)
		name = identity.Name
		fw.CheckImportAccount(ctx, r.Provider, "Role", identity.AccountID, &resp.Diagnostics)
	}
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("name"), name)...)
	for argument, value := range ImportDefaults() {
		resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root(argument), value)...)
	}
}
