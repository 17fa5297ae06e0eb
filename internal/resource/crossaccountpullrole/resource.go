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

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/ecrx/terraform-provider-ecrx/internal/fragment/repositoryscope"
	"github.com/ecrx/terraform-provider-ecrx/internal/fragment/role"
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
	description = "An IAM role that principals of other accounts take to pull from the repositories of this account: those with `resource_tags`, those of " +
		"`repository_arns`, or those of the latter with the former. The login is allowed on `*`, since it knows no repositories, and everything else on these repositories alone.\n\n" +
		"The plan proves that whom the role is for can take it and pull, and that nobody else can. It assumes that the identity policies, SCPs and RCPs of the other account allow " +
		"`sts:AssumeRole`. The other account attaches that permission to its own principals.\n\n" +
		"Whoever may tag repositories or create them can widen access by tags. `tag_guard_policy_json` is the policy that stops it, for an SCP or a permissions boundary.\n\n" +
		"## IAM permissions\n\n" + role.Permissions
)

// kind is what the role is.
func kind() role.Kind {
	return role.Kind{Type: "ecrx_cross_account_pull_role", Object: "cross-account pull role", InlineName: pattern.AccessPolicyName, DefaultPath: "/"}
}

// NewResource gives the resource.
func NewResource() resource.Resource { return &Resource{role.Resource[model, *model]{Kind: kind()}} }

// Resource is ecrx_cross_account_pull_role.
type Resource struct{ role.Resource[model, *model] }

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
