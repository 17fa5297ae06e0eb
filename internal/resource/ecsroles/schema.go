// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package ecsroles

import (
	"context"
	"maps"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework-validators/setvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/identityschema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/ecrx/terraform-provider-ecrx/internal/fragment/permissions"
	"github.com/ecrx/terraform-provider-ecrx/internal/fragment/role"
	"github.com/ecrx/terraform-provider-ecrx/internal/pattern"
)

const (
	defaultPath = "/"
	description = "The IAM roles of a service in Amazon ECS: the execution role, with which ECS pulls the image, writes the log and reads the secrets to start a task; the task role, which " +
		"the code in the task has; and the infrastructure role of ECS Express Mode. The first two hold what their arguments say and no wildcard of a service, and only tasks of this account can have the task role; " +
		"the third has the managed policy that AWS keeps for it.\n\n" +
		"The plan shows the documents and proves them: the execution role pulls from its repositories and from no others, the task role can do nothing in Amazon ECR unless `statements` say so, and of the infrastructure role " +
		"who can assume it. Policies that others attach to the roles aren't part of it: managed ones are a warning.\n\n" +
		"Parts can be added and removed in place. A change of `service`, `environment`, `path` or of the name of one role deletes all the roles and makes them anew, those too whose names stay. " +
		"An apply that fails at the creation leaves none of them. To give permissions to a role that is there already, use `ecrx_ecs_task_permissions`.\n\n" +
		"## IAM permissions\n\n" + role.Permissions
)

// Schema describes the arguments.
func (r *Resource) Schema(ctx context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	attributes := map[string]schema.Attribute{
		"service": schema.StringAttribute{
			Required:            true,
			Validators:          []validator.String{role.NameValidator()},
			MarkdownDescription: "Name of the service, such as `orders`. The roles are named `<service>-<environment>-execution`, `-task` and `-infrastructure`, unless they have names of their own.",
		},
		"environment": schema.StringAttribute{
			Required:            true,
			Validators:          []validator.String{role.NameValidator()},
			MarkdownDescription: "Environment that the roles are for, such as `dev`, `staging` or `production`: a resource for each keeps them apart.",
		},
		"execution": schema.SingleNestedAttribute{
			Optional:            true,
			MarkdownDescription: "What ECS does to start a task, for the execution role. Without it there is none.",
			Attributes:          execution(),
		},
		"task": schema.SingleNestedAttribute{
			Optional:            true,
			MarkdownDescription: "What the code in the task may do, for the task role; `{}` for a role without permissions. Without it there is none.",
			Attributes: map[string]schema.Attribute{
				"name":        roleName("orders-task"),
				"permissions": permissions.Attribute(false),
				"source_regions": schema.SetAttribute{
					Optional: true, ElementType: types.StringType,
					MarkdownDescription: "Regions whose tasks may have the role, such as `[\"eu-west-1\", \"us-east-1\"]`. The provider's Region without it. It stands in the condition on `aws:SourceArn`, which keeps other " +
						"accounts from making ECS their deputy; a single cluster can't be named there.",
					Validators: []validator.Set{setvalidator.SizeAtLeast(1), setvalidator.NoNullValues()},
				},
			},
		},
		"infrastructure": schema.BoolAttribute{
			Optional: true,
			MarkdownDescription: "Whether there is a role with which ECS Express Mode sets up load balancers, security groups, certificates and scaling, such as `true`: it has AWS's managed policy for it. " +
				"Left out, there is none.",
		},
		"infrastructure_name": infrastructureName(),

		"execution_role":      roleAttribute(pattern.ECSExecutionPart, "The execution role, for `execution_role_arn` of a task definition."),
		"task_role":           roleAttribute(pattern.ECSTaskPart, "The task role, for `task_role_arn` of a task definition."),
		"infrastructure_role": roleAttribute(pattern.ECSInfrastructurePart, "The infrastructure role of ECS Express Mode."),
	}
	maps.Copy(attributes, role.SettingsAttributes(defaultPath, "each role"))
	resp.Schema = schema.Schema{
		MarkdownDescription: description,
		Attributes:          attributes,
		Blocks:              map[string]schema.Block{"timeouts": timeouts.BlockAll(ctx)},
	}
}

func execution() map[string]schema.Attribute {
	attributes := permissions.ExecutionAttributes()
	attributes["name"] = roleName("orders-execution")
	return attributes
}

func roleName(example string) schema.StringAttribute {
	return schema.StringAttribute{
		Optional:            true,
		MarkdownDescription: "Name of the role, such as `" + example + "`, in the place of the one that is made of `service` and `environment`.",
		Validators:          []validator.String{role.NameValidator()},
	}
}

func infrastructureName() schema.StringAttribute {
	attribute := roleName("orders-infrastructure")
	attribute.MarkdownDescription = "Name of the infrastructure role, such as `orders-infrastructure`, in the place of the one that is made of `service` and `environment`."
	return attribute
}

// roleAttribute is a role as it is at AWS.
func roleAttribute(ecs pattern.ECSPart, text string) schema.SingleNestedAttribute {
	computed := func(text string) schema.StringAttribute {
		return schema.StringAttribute{Computed: true, MarkdownDescription: text}
	}
	part := string(ecs)
	inline := "What the role may do, as the inline policy `" + part + "`: `{\"Version\":\"2012-10-17\",…}`. Null for a role without permissions."
	managed := "ARNs of the managed policies that this resource attaches: `[]`."
	if ecs == pattern.ECSInfrastructurePart {
		inline = "`null`: the role has no inline policy."
		managed = "ARNs of the managed policies that this resource attaches: `[\"arn:aws:iam::aws:policy/service-role/AmazonECSInfrastructureRoleforExpressGatewayServices\"]`."
	}
	return schema.SingleNestedAttribute{
		Computed: true, MarkdownDescription: text + " Null when there is none.",
		Attributes: map[string]schema.Attribute{
			"arn":                  computed("ARN of the role, such as `arn:aws:iam::111111111111:role/orders-staging-" + part + "`."),
			"name":                 computed("Name of the role, such as `orders-staging-" + part + "`. A change makes the roles anew."),
			"path":                 computed("Path of the role, such as `/`."),
			"description":          computed("Description of the role, such as `Roles of the orders service`."),
			"permissions_boundary": computed("ARN of the managed policy that limits the role, such as `arn:aws:iam::111111111111:policy/boundary`."),
			"unique_id":            computed("Unique id of the role, such as `AROAEXAMPLEID`."),
			"user_id_pattern":      computed("What `aws:userid` of the role's sessions looks like, such as `AROAEXAMPLEID:*`."),
			"trust_policy_json":    computed("Who may assume the role, as a policy document: `{\"Version\":\"2012-10-17\",…}`."),
			"policy_json":          computed(inline),
			"proof":                role.ProofAttribute(),
			"max_session_duration": schema.Int64Attribute{Computed: true, MarkdownDescription: "Longest session in seconds, such as `3600`."},
			"managed_policy_arns": schema.SetAttribute{
				Computed: true, ElementType: types.StringType,
				MarkdownDescription: managed,
			},
			"tags_all": schema.MapAttribute{
				Computed: true, ElementType: types.StringType,
				MarkdownDescription: "All tags of the role, such as `{ owner = \"platform\", team = \"orders\" }`.",
			},
		},
	}
}

// IdentitySchema describes the identity to import by.
func (r *Resource) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = identityschema.Schema{Attributes: map[string]identityschema.Attribute{
		"account_id":          identityschema.StringAttribute{OptionalForImport: true, Description: "Account of the roles."},
		"execution_role":      identityschema.StringAttribute{OptionalForImport: true, Description: "Name of the execution role."},
		"task_role":           identityschema.StringAttribute{OptionalForImport: true, Description: "Name of the task role."},
		"infrastructure_role": identityschema.StringAttribute{OptionalForImport: true, Description: "Name of the infrastructure role."},
	}}
}
