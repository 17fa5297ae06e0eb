// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

// Package cipushrole is the resource ecrx_ci_push_role: an IAM role that pipelines of GitHub Actions, GitLab or another issuer
// of OpenID Connect tokens take, to push to repositories that are named or tagged.
//
// It calls ListOpenIDConnectProviders, CreateRole and PutRolePolicy, and for what follows GetRole, the lists of policies, the
// updates of each part and DeleteRole. The schema's description lists the IAM permissions.
package cipushrole

import (
	"context"
	"maps"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework-validators/setvalidator"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/booldefault"
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
	description    = "An IAM role that pipelines take by OpenID Connect, without a stored key, to push images: those of GitHub Actions, of GitLab, or of any issuer whose OIDC provider the " +
		"account has. Only the given subjects and audiences may take it, and it can push to the repositories with `resource_tags`, those of `repository_arns`, or those of the latter with the former.\n\n" +
		"The OIDC provider is looked up by its issuer, or given. It is never made or deleted here: an account has one for each issuer, which all roles use. Without one the plan fails and shows what to write.\n\n" +
		"The plan proves that pipelines with these subjects can take the role and push, and that no others can. Whoever may tag repositories or create them can widen access by tags: `tag_guard_policy_json` stops it.\n\n" +
		"## IAM permissions\n\n" + role.Permissions + " With `issuer` also `iam:ListOpenIDConnectProviders`."
)

// kind is what the role is.
func kind() role.Kind {
	return role.Kind{Object: "CI push role", InlineName: pattern.AccessPolicyName, DefaultPath: "/"}
}

// NewResource gives the resource.
func NewResource() resource.Resource { return &Resource{} }

// Resource is ecrx_ci_push_role.
type Resource struct{ fw.WithProvider }

// Metadata names the resource.
func (r *Resource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_ci_push_role"
}

// Schema describes the arguments.
func (r *Resource) Schema(ctx context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	attributes := map[string]schema.Attribute{
		"issuer": schema.StringAttribute{
			Optional: true, Computed: true,
			MarkdownDescription: "Whose tokens the role is for: `github` for GitHub Actions, `gitlab` for gitlab.com, or the issuer's URL, such as `https://gitlab.example.com`. " +
				"The account's OIDC provider for it is looked up. This or `oidc_provider_arn` is needed.",
		},
		"oidc_provider_arn": schema.StringAttribute{
			Optional: true, Computed: true,
			MarkdownDescription: "ARN of the OIDC provider, such as `arn:aws:iam::111111111111:oidc-provider/token.actions.githubusercontent.com`, in the place of `issuer`. It isn't looked up, so it may be made by the same apply.",
		},
		"subjects": schema.SetAttribute{
			Required: true, ElementType: types.StringType,
			MarkdownDescription: "Subjects of the tokens, such as `[\"repo:octo-org/app:ref:refs/heads/main\"]`, GitHub's with ids such as `repo:octo-org@123456/app@456789:environment:production`, or GitLab's such as " +
				"`project_path:group/app:ref_type:branch:ref:main`. `*` and `?` are wildcards. One before the repository's end needs `allow_broad_subject`.",
			Validators: []validator.Set{setvalidator.SizeAtLeast(1), setvalidator.NoNullValues()},
		},
		"audiences": schema.SetAttribute{
			Optional: true, Computed: true, ElementType: types.StringType,
			MarkdownDescription: "Audiences of the tokens, such as `[\"https://gitlab.com\"]`. GitHub's default, `sts.amazonaws.com`, needn't be written; other issuers have none.",
			Validators:          []validator.Set{setvalidator.SizeAtLeast(1), setvalidator.NoNullValues()},
		},
		"allow_broad_subject": schema.BoolAttribute{
			Optional: true, Computed: true, Default: booldefault.StaticBool(false),
			MarkdownDescription: "Whether a subject may match several repositories, such as `repo:octo-org/*`, and those that don't exist yet: `false` (the default) or `true`.",
		},
	}
	maps.Copy(attributes, repositoryscope.Attributes("push_pull"))
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
	plan.planOIDC(ctx, r.Provider, &config, &state, &resp.Diagnostics)
	plan.checkAccount(ctx, r.Provider, &resp.Diagnostics)
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
	var config, plan model
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	timeout, diags := plan.Timeouts.Create(ctx, defaultTimeout)
	resp.Diagnostics.Append(diags...)
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	plan.lookUp(ctx, r.Provider, &config, true, &resp.Diagnostics)
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
	var config, plan, state model
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	timeout, diags := plan.Timeouts.Update(ctx, defaultTimeout)
	resp.Diagnostics.Append(diags...)
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	if !plan.OIDCProviderARN.Equal(state.OIDCProviderARN) {
		plan.lookUp(ctx, r.Provider, &config, true, &resp.Diagnostics)
	}
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
