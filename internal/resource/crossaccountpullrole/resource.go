// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

// Package crossaccountpullrole is the resource ecrx_cross_account_pull_role: an IAM role that principals of other accounts
// take, to pull from the repositories of its own account that are named or tagged.
//
// It calls CreateRole and PutRolePolicy, and for what follows GetRole, the lists of policies, the updates of each part and
// DeleteRole. The schema's description lists the IAM permissions.
package crossaccountpullrole

import (
	"context"
	"maps"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/ecrx/terraform-provider-ecrx/internal/fragment/repositoryscope"
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
	description    = "An IAM role that principals of other accounts take to pull from the repositories of this account: those with `resource_tags`, those of " +
		"`repository_arns`, or those of the latter with the former. The login is allowed on `*`, since it knows no repositories, and everything else on these repositories alone.\n\n" +
		"The plan proves that whom the role is for can take it and pull, and that nobody else can. It assumes that the identity policies, SCPs and RCPs of the other account allow " +
		"`sts:AssumeRole`. The other account attaches that permission to its own principals.\n\n" +
		"Whoever may tag repositories or create them can widen access by tags. `tag_guard_policy_json` is the policy that stops it, for an SCP or a permissions boundary.\n\n" +
		"## IAM permissions\n\n" + role.Permissions
)

// kind is what the role is.
func kind() role.Kind {
	return role.Kind{Object: "cross-account pull role", InlineName: pattern.AccessPolicyName, DefaultPath: "/"}
}

// NewResource gives the resource.
func NewResource() resource.Resource { return &Resource{} }

// Resource is ecrx_cross_account_pull_role.
type Resource struct{ fw.WithProvider }

// Metadata names the resource.
func (r *Resource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_cross_account_pull_role"
}

// Schema describes the arguments.
func (r *Resource) Schema(ctx context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	attributes := map[string]schema.Attribute{
		"trusted_accounts": repositoryscope.Set("Accounts whose principals may take the role, such as `[\"222222222222\"]`. Their own identity policies decide who of them does."),
		"trusted_principal_arns": repositoryscope.Set("Roles and users that may take the role, such as `[\"arn:aws:iam::222222222222:role/deployer\"]`. The name may hold wildcards. " +
			"They needn't exist yet, and one that is deleted and made again stays trusted."),
		"organization_ids": repositoryscope.Set("Organizations of which the caller must be, such as `[\"o-a1b2c3d4e5\"]`. Without trusted accounts and principals, everybody in them may take the role."),
		"external_id": schema.StringAttribute{
			Optional:            true,
			MarkdownDescription: "External id that the caller must send, such as `0f2d9a4c-5b2e-4f35-9d51-7a2c1f6f3b8e`. It is for a third party that works for many customers, who gives each its own.",
			Validators:          []validator.String{stringvalidator.LengthAtLeast(1)},
		},
	}
	maps.Copy(attributes, repositoryscope.Attributes("pull"))
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
		role.Report(&resp.Diagnostics, config.validate(""))
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
	wanted, known := plan.wanted(ctx, r.Provider, state.ARN, false, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	kind().Plan(ctx, r.Provider, &plan.Model, config.Model, prior, wanted, known, &resp.Diagnostics)
	if !known {
		plan.planPart(ctx, r.Provider, state.ARN, &resp.Diagnostics)
	}
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
	wanted, known := plan.wanted(ctx, r.Provider, types.StringNull(), true, &resp.Diagnostics)
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
		state.recognize(r.Provider, &resp.Diagnostics)
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
	wanted, known := plan.wanted(ctx, r.Provider, state.ARN, true, &resp.Diagnostics)
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
