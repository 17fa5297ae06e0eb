// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

// Package ecstaskpermissions is the resource ecrx_ecs_task_permissions: what the code in an ECS task may do, as one inline
// policy of a role that exists.
//
// It calls GetRole, GetRolePolicy, ListRolePolicies, PutRolePolicy and DeleteRolePolicy. The schema's description lists the IAM permissions.
package ecstaskpermissions

import (
	"context"
	"regexp"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/identityschema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/ecrx/terraform-provider-ecrx/internal/awsapi"
	"github.com/ecrx/terraform-provider-ecrx/internal/fragment/permissions"
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
	object         = "ECS task permissions"
	defaultTimeout = 5 * time.Minute
	description    = "What the code in an Amazon ECS task may do, as one inline policy of a role that exists: the task role that another team made, or that of `ecrx_ecs_roles`. " +
		"Permissions can so be kept apart from roles, and each module brings its own. Other policies of the role are left alone.\n\n" +
		"The plan shows the document and proves it: each permission holds, and none of Amazon ECR is given unless `statements` say so. The other policies of the role aren't looked at: what they deny isn't known, " +
		"and IAM takes 10,240 characters for all inline policies of a role together, which shows at apply.\n\n" +
		"## IAM permissions\n\n" +
		"`iam:GetRole`, `iam:GetRolePolicy`, `iam:PutRolePolicy` and `iam:DeleteRolePolicy`; with `iam:ListRolePolicies`, destroy waits until IAM lists the policy no more."
)

// policyName is the form that IAM takes (IAM API Reference, PutRolePolicy).
var policyName = regexp.MustCompile(`^[\w+=,.@-]{1,128}$`)

// NewResource gives the resource.
func NewResource() resource.Resource { return &Resource{} }

// Resource is ecrx_ecs_task_permissions.
type Resource struct{ fw.WithProvider }

// Metadata names the resource.
func (r *Resource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_ecs_task_permissions"
}

// Schema describes the arguments.
func (r *Resource) Schema(ctx context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	replace := []planmodifier.String{stringplanmodifier.RequiresReplace()}
	resp.Schema = schema.Schema{
		MarkdownDescription: description,
		Attributes: map[string]schema.Attribute{
			"role": schema.StringAttribute{
				Required: true, PlanModifiers: replace,
				MarkdownDescription: "Name of the role, such as `orders-staging-task`, and not its ARN. A change makes a new object.",
				Validators:          []validator.String{role.NameValidator()},
			},
			"name": schema.StringAttribute{
				Required: true, PlanModifiers: replace,
				MarkdownDescription: "Name of the inline policy, such as `orders-queues`, which the role must not have yet. `ecrx_ecs_roles` calls its own `task`. A change makes a new object.",
				Validators: []validator.String{
					stringvalidator.RegexMatches(policyName, "must be 1 to 128 letters, digits and +=,.@_-, such as \"orders-queues\""),
				},
			},
			"permissions":    permissions.Attribute(true),
			"settle_seconds": role.SettleSecondsAttribute(),
			"policy_json": schema.StringAttribute{
				Computed:            true,
				MarkdownDescription: "The inline policy: `{\"Version\":\"2012-10-17\",…}`.",
			},
			"proof": role.ProofAttribute(),
		},
		Blocks: map[string]schema.Block{"timeouts": timeouts.BlockAll(ctx)},
	}
}

// IdentitySchema describes the identity to import by.
func (r *Resource) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = identityschema.Schema{Attributes: map[string]identityschema.Attribute{
		"name": identityschema.StringAttribute{RequiredForImport: true, Description: "Name of the inline policy."},
		"role": identityschema.StringAttribute{RequiredForImport: true, Description: "Name of the role."},
	}}
}

// ValidateConfig checks the permissions.
func (r *Resource) ValidateConfig(ctx context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse) {
	var config model
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	input, _ := permissions.Expand(ctx, config.Permissions, &resp.Diagnostics)
	if !resp.Diagnostics.HasError() {
		role.ReportAt(&resp.Diagnostics, path.Root("permissions"), pattern.ValidateECSPermissions(input))
	}
}

// ModifyPlan computes the policy, and proves it.
func (r *Resource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if req.Plan.Raw.IsNull() || r.Provider == nil {
		return
	}
	var plan, state model
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	if !req.State.Raw.IsNull() {
		resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	}
	if resp.Diagnostics.HasError() {
		return
	}
	plan.resolve(ctx, r.Provider, &state, &resp.Diagnostics)
	resp.Diagnostics.Append(resp.Plan.Set(ctx, &plan)...)
}

// Create adds the policy, or leaves the role as it was, and waits until IAM knows it.
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
	plan.resolve(ctx, r.Provider, &model{}, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	left, err := r.Provider.Clients.CreateInline(ctx, plan.Role.ValueString(), plan.Name.ValueString(), plan.PolicyJSON.ValueString())
	switch {
	case awsapi.IsNotFound(err):
		resp.Diagnostics.AddAttributeError(path.Root("role"), "Role that isn't there", "The permissions are added to a role that exists, and there is none of the name \""+
			plan.Role.ValueString()+"\". Make it first, such as with ecrx_ecs_roles.\n\n"+err.Error())
	case err != nil:
		fw.AddError(&resp.Diagnostics, "creating", object, plan.id(), err)
	default:
		r.wait(ctx, &plan, &resp.Diagnostics)
	}
	if err != nil && !left {
		return
	}
	fw.RememberAccount(ctx, r.Provider, resp.Private, &resp.Diagnostics)
	resp.Diagnostics.Append(resp.State.Set(ctx, &plan)...)
	resp.Diagnostics.Append(resp.Identity.Set(ctx, plan.identity())...)
}

// Read takes over what is live. A policy that is gone, or whose role is, leaves the state.
func (r *Resource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	var state model
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	timeout, diags := state.Timeouts.Read(ctx, defaultTimeout)
	resp.Diagnostics.Append(diags...)
	account := fw.RememberedAccount(ctx, req.Private, &resp.Diagnostics)
	fw.SameAccount(ctx, r.Provider, object, state.id(), account, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	if r.Provider == nil {
		resp.Diagnostics.Append(resp.Identity.Set(ctx, state.identity())...)
		return
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	live, err := r.Provider.Clients.InlinePolicy(ctx, state.Role.ValueString(), state.Name.ValueString())
	switch {
	case awsapi.IsNotFound(err):
		fw.SetGone(ctx, r.Provider, resp, object, state.id(), account, state.identity())
		return
	case err != nil:
		fw.AddError(&resp.Diagnostics, "reading", object, state.id(), err)
		return
	}
	state.set(ctx, live, &resp.Diagnostics)
	fw.RememberAccount(ctx, r.Provider, resp.Private, &resp.Diagnostics)
	resp.Diagnostics.Append(resp.State.Set(ctx, &state)...)
	resp.Diagnostics.Append(resp.Identity.Set(ctx, state.identity())...)
}

// Update replaces the policy, if it changes. When that fails, the state holds what is live.
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
	plan.resolve(ctx, r.Provider, &state, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	if !plan.PolicyJSON.Equal(state.PolicyJSON) {
		err := r.Provider.Clients.PutInline(ctx, plan.Role.ValueString(), plan.Name.ValueString(), plan.PolicyJSON.ValueString())
		if err != nil {
			fw.AddError(&resp.Diagnostics, "updating", object, plan.id(), err)
		} else {
			r.wait(ctx, &plan, &resp.Diagnostics)
		}
	}
	result := &plan
	if resp.Diagnostics.HasError() {
		r.reread(ctx, &state, &resp.Diagnostics)
		result = &state
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, result)...)
	resp.Diagnostics.Append(resp.Identity.Set(ctx, result.identity())...)
}

// Delete removes the policy, and waits until IAM shows it no more: the role may be deleted next. That it or its role is gone
// is success.
func (r *Resource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	var state model
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	timeout, diags := state.Timeouts.Delete(ctx, defaultTimeout)
	resp.Diagnostics.Append(diags...)
	fw.SameAccount(ctx, r.Provider, object, state.id(), fw.RememberedAccount(ctx, req.Private, &resp.Diagnostics), &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	if err := r.Provider.Clients.RemoveInline(ctx, state.Role.ValueString(), state.Name.ValueString()); err != nil {
		fw.AddError(&resp.Diagnostics, "deleting", object, state.id(), err)
	}
}

// ImportState takes "role/name" or the identity.
func (r *Resource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	var identity identityModel
	if req.ID == "" {
		resp.Diagnostics.Append(req.Identity.Get(ctx, &identity)...)
	} else {
		of, name, found := strings.Cut(req.ID, "/")
		if !found || of == "" || name == "" {
			resp.Diagnostics.AddError("Invalid import id", "Write \"role/name\", such as \"orders-staging-task/orders-queues\".")
			return
		}
		identity = identityModel{Name: types.StringValue(name), Role: types.StringValue(of)}
	}
	for argument, value := range map[string]any{"role": identity.Role, "name": identity.Name, "settle_seconds": role.ImportDefaults()["settle_seconds"]} {
		resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root(argument), value)...)
	}
}

// wait returns when IAM gives the policy back as it was written and others had the time to learn of it.
func (r *Resource) wait(ctx context.Context, plan *model, diags *diag.Diagnostics) {
	settle := time.Duration(plan.SettleSeconds.ValueInt64()) * time.Second
	if err := r.Provider.Clients.WaitInline(ctx, plan.Role.ValueString(), plan.Name.ValueString(), plan.PolicyJSON.ValueString(), settle); err != nil {
		fw.AddError(diags, "waiting for", object, plan.id(), err)
	}
}

// reread brings the state up to date after a failed update, if IAM answers.
func (r *Resource) reread(ctx context.Context, state *model, diags *diag.Diagnostics) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Minute)
	defer cancel()
	if live, err := r.Provider.Clients.InlinePolicy(ctx, state.Role.ValueString(), state.Name.ValueString()); err == nil {
		state.set(ctx, live, diags)
	}
}
