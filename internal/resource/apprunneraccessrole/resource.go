// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

// Package apprunneraccessrole is the resource ecrx_apprunner_access_role: the IAM role with which AWS App Runner pulls the
// images of a service.
//
// It calls CreateRole, PutRolePolicy or AttachRolePolicy, and for what follows GetRole, the lists of policies, the updates of
// each part and DeleteRole. The schema's description lists the IAM permissions.
package apprunneraccessrole

import (
	"context"
	"maps"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
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
	defaultTimeout = 5 * time.Minute
	description    = "The IAM role with which AWS App Runner pulls the private images of a service (its access role). With `repository_arns` it can pull from these " +
		"repositories alone; without, AWS's managed policy lets it pull from all of the account.\n\n" +
		"`user_id_pattern` lets the role through a repository policy that denies everybody else. AWS App Runner is closed to new customers since 2026-04-30; AWS points " +
		"them to Amazon ECS Express Mode. The trust policy of a service's instance role (`tasks.apprunner.amazonaws.com`) comes from the data source `ecrx_trust_policy_document`.\n\n" +
		"## IAM permissions\n\n" + role.Permissions
)

// kind is what the role is.
func kind() role.Kind {
	return role.Kind{
		Object: "App Runner access role", InlineName: pattern.AccessPolicyName, DefaultPath: "/service-role/",
		Managed: pattern.AppRunnerRole(pattern.AppRunnerRoleInput{}, pattern.Site{Partition: "aws"}).Managed,
	}
}

// NewResource gives the resource.
func NewResource() resource.Resource { return &Resource{} }

// Resource is ecrx_apprunner_access_role.
type Resource struct{ fw.WithProvider }

// Metadata names the resource.
func (r *Resource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_apprunner_access_role"
}

// Schema describes the arguments.
func (r *Resource) Schema(ctx context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	attributes := map[string]schema.Attribute{
		"repository_arns": schema.SetAttribute{
			Optional: true, ElementType: types.StringType,
			MarkdownDescription: "ARNs of the repositories to pull from, such as `[\"arn:aws:ecr:eu-west-1:111111111111:repository/web\"]`. Without it AWS's managed policy is attached.",
		},
	}
	maps.Copy(attributes, role.Attributes(kind().DefaultPath))
	resp.Schema = schema.Schema{
		MarkdownDescription: description,
		Attributes:          attributes,
		Blocks:              map[string]schema.Block{"timeouts": timeouts.BlockAll(ctx)},
	}
}

// IdentitySchema describes the identity to import by.
func (r *Resource) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = role.IdentitySchema()
}

// ValidateConfig checks the arguments.
func (r *Resource) ValidateConfig(ctx context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse) {
	var config model
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if !resp.Diagnostics.HasError() {
		role.Report(&resp.Diagnostics, pattern.ValidateAppRunnerRole(config.input()))
	}
}

// ModifyPlan resolves what the plan can know, and proves it.
func (r *Resource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if req.Plan.Raw.IsNull() || r.Provider == nil {
		return
	}
	var config, plan, state model
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	prior := (*role.Model)(nil)
	if !req.State.Raw.IsNull() {
		resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
		prior = &state.Model
	}
	if resp.Diagnostics.HasError() {
		return
	}
	wanted, known := plan.wanted(r.Provider, &resp.Diagnostics)
	kind().Plan(ctx, r.Provider, &plan.Model, config.Model, prior, wanted, known, &resp.Diagnostics)
	resp.Diagnostics.Append(resp.Plan.Set(ctx, &plan)...)
}

// Create makes the role with its policies, or nothing, and waits until it can be used.
func (r *Resource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var plan model
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	timeout, diags := plan.Timeouts.Create(ctx, defaultTimeout)
	resp.Diagnostics.Append(diags...)
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	wanted, known := plan.wanted(r.Provider, &resp.Diagnostics)
	kind().Resolve(&plan.Model, wanted, known, &resp.Diagnostics)
	if resp.Diagnostics.HasError() || !kind().Create(ctx, r.Provider, &plan.Model, &resp.Diagnostics) {
		return
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, &plan)...)
	resp.Diagnostics.Append(resp.Identity.Set(ctx, plan.Identity())...)
}

// Read takes over what is live. A role that is gone leaves the state.
func (r *Resource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	var state model
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	timeout, diags := state.Timeouts.Read(ctx, defaultTimeout)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	if r.Provider == nil {
		resp.Diagnostics.Append(resp.Identity.Set(ctx, state.Identity())...)
		return
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	imported := state.ARN.IsNull()
	if kind().Read(ctx, r.Provider, &state.Model, &resp.Diagnostics) {
		fw.SetGone(ctx, resp, kind().Object, state.Name.ValueString(), state.Identity())
		return
	}
	if imported {
		state.recognize(&resp.Diagnostics)
	}
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, &state)...)
	resp.Diagnostics.Append(resp.Identity.Set(ctx, state.Identity())...)
}

// Update sends what changed. When a part fails, the state holds what is live.
func (r *Resource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	var plan, state model
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	timeout, diags := plan.Timeouts.Update(ctx, defaultTimeout)
	resp.Diagnostics.Append(diags...)
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	wanted, known := plan.wanted(r.Provider, &resp.Diagnostics)
	kind().Resolve(&plan.Model, wanted, known, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	kind().Update(ctx, r.Provider, &plan.Model, &state.Model, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		resp.Diagnostics.Append(resp.State.Set(ctx, &state)...)
		return
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, &plan)...)
	resp.Diagnostics.Append(resp.Identity.Set(ctx, plan.Identity())...)
}

// Delete removes the role with its policies.
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
	kind().Delete(ctx, r.Provider, &state.Model, &resp.Diagnostics)
}

// ImportState takes the role's name or the identity.
func (r *Resource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	name := role.ImportName(ctx, req, resp)
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("name"), name)...)
	role.SetImported(ctx, resp)
}
