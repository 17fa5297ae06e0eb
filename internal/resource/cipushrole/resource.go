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

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework-validators/setvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
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
	description = "An IAM role that pipelines take by OpenID Connect, without a stored key, to push images: those of GitHub Actions, of GitLab, or of any issuer whose OIDC provider the " +
		"account has. Only the given subjects and audiences may take it, and it can push to the repositories with `resource_tags`, those of `repository_arns`, or those of the latter with the former.\n\n" +
		"The OIDC provider is looked up by its issuer, or given. It is never made or deleted here: an account has one for each issuer, which all roles use. Without one the plan fails and shows what to write.\n\n" +
		"The plan proves that pipelines with these subjects can take the role and push, and that no others can. Whoever may tag repositories or create them can widen access by tags: `tag_guard_policy_json` stops it.\n\n" +
		"## IAM permissions\n\n" + role.Permissions + " With `issuer` also `iam:ListOpenIDConnectProviders`."
)

// kind is what the role is.
func kind() role.Kind {
	return role.Kind{Type: "ecrx_ci_push_role", Object: "CI push role", InlineName: pattern.AccessPolicyName, DefaultPath: "/"}
}

// NewResource gives the resource.
func NewResource() resource.Resource { return &Resource{role.Resource[model, *model]{Kind: kind()}} }

// Resource is ecrx_ci_push_role.
type Resource struct{ role.Resource[model, *model] }

// Metadata names the resource.
func (r *Resource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_ci_push_role"
}

// Schema describes the arguments.
func (r *Resource) Schema(ctx context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	attributes := map[string]schema.Attribute{
		"issuer": schema.StringAttribute{
			Optional: true, Computed: true,
			MarkdownDescription: "Whose tokens the role is for: `github` for GitHub Actions, `gitlab` for gitlab.com, or the issuer's URL as the tokens have it in `iss`, such as `https://gitlab.example.com`, " +
				"or with a slash at its end `https://octo-org.eu.auth0.com/`. The account's OIDC provider for it is looked up. This or `oidc_provider_arn` is needed.",
		},
		"oidc_provider_arn": schema.StringAttribute{
			Optional: true, Computed: true,
			Validators:          []validator.String{stringvalidator.LengthAtLeast(1)},
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
			Validators:          []validator.Set{setvalidator.SizeAtLeast(1), setvalidator.NoNullValues(), fw.Words(255)},
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
