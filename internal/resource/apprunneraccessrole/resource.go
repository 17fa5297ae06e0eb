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

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework-validators/setvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

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
	description = "The IAM role with which AWS App Runner pulls the private images of a service (its access role). With `repository_arns` it can pull from these " +
		"repositories alone; without, AWS's managed policy lets it pull from all of the account.\n\n" +
		"`user_id_pattern` lets the role through a repository policy that denies everybody else. AWS App Runner is closed to new customers since 2026-04-30; AWS points " +
		"them to Amazon ECS Express Mode. The trust policy of a service's instance role (`tasks.apprunner.amazonaws.com`) comes from the data source `ecrx_trust_policy_document`.\n\n" +
		"## IAM permissions\n\n" + role.Permissions
)

// kind is what the role is.
func kind() role.Kind {
	return role.Kind{
		Type: "ecrx_apprunner_access_role", Object: "App Runner access role", InlineName: pattern.AccessPolicyName, DefaultPath: "/service-role/",
		Managed: pattern.AppRunnerRole(pattern.AppRunnerRoleInput{}, pattern.Site{Partition: "aws"}).Managed,
	}
}

// NewResource gives the resource.
func NewResource() resource.Resource { return &Resource{role.Resource[model, *model]{Kind: kind()}} }

// Resource is ecrx_apprunner_access_role.
type Resource struct{ role.Resource[model, *model] }

// Metadata names the resource.
func (r *Resource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_apprunner_access_role"
}

// Schema describes the arguments.
func (r *Resource) Schema(ctx context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	attributes := map[string]schema.Attribute{
		"repository_arns": schema.SetAttribute{
			Optional: true, ElementType: types.StringType,
			Validators:          []validator.Set{setvalidator.NoNullValues()},
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
