// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package permissions

import (
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/ecrx/terraform-provider-ecrx/internal/pattern"
)

// Execution is the model of ExecutionAttributes: a data source embeds it, a resource reads an object into it.
type Execution struct {
	RepositoryARNs types.Set `tfsdk:"repository_arns"`
	LogGroupARNs   types.Set `tfsdk:"log_group_arns"`
	SecretARNs     types.Set `tfsdk:"secret_arns"`
	ParameterARNs  types.Set `tfsdk:"parameter_arns"`
	KMSKeyARNs     types.Set `tfsdk:"kms_key_arns"`
	SourceVPCIDs   types.Set `tfsdk:"source_vpc_ids"`
	SourceVPCEIDs  types.Set `tfsdk:"source_vpce_ids"`
}

// ExecutionAttributes are the arguments of a task execution role: what ECS does to start a task.
func ExecutionAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"repository_arns": arns("Repositories to pull images from, such as `[\"arn:aws:ecr:eu-west-1:111111111111:repository/team/app\"]`. The login comes with them. " +
			"The key of an encrypted repository needs no permission: ECR decrypts by a grant of its own."),
		"log_group_arns": arns("Log groups that the driver `awslogs` writes to, such as `[\"arn:aws:logs:eu-west-1:111111111111:log-group:/ecs/orders\"]`. They must exist: `awslogs-create-group` needs more."),
		"secret_arns": arns("Secrets that the task definition names, such as `[\"arn:aws:secretsmanager:eu-west-1:111111111111:secret:orders/db-AbCdEf\"]`. Where the six characters at the end are missing, " +
			"`-??????` is added. Write them, or `-??????`, yourself behind a name that itself ends in a hyphen and six characters with a capital or a digit."),
		"parameter_arns": arns("Parameters that the task definition names, such as `[\"arn:aws:ssm:eu-west-1:111111111111:parameter/orders/db\"]`."),
		"kms_key_arns": arns("Customer managed keys of secrets and parameters, such as `[\"arn:aws:kms:eu-west-1:111111111111:key/1234abcd-12ab-34cd-56ef-1234567890ab\"]`. " +
			"They decrypt only by way of these services (`kms:ViaService`)."),
		"source_vpc_ids": arns("VPCs from which alone images are pulled, through VPC endpoints, such as `[\"vpc-0a1b2c3d4e5f60718\"]`. It narrows the three actions of the pull. " +
			"The login and the log stay free: on Fargate these calls don't go through the task's network."),
		"source_vpce_ids": arns("VPC endpoints through which alone images are pulled, such as `[\"vpce-0a1b2c3d4e5f60718\"]`. With `source_vpc_ids`, both must hold."),
	}
}

// Input reads the arguments, and tells whether all of them are known. What isn't known yet is left out, and the input is
// marked incomplete.
func (m Execution) Input() (input pattern.ECSExecution, known bool) {
	var r reader
	input = pattern.ECSExecution{
		RepositoryARNs: r.strings(m.RepositoryARNs), LogGroupARNs: r.strings(m.LogGroupARNs), SecretARNs: r.strings(m.SecretARNs), ParameterARNs: r.strings(m.ParameterARNs),
		KMSKeyARNs: r.strings(m.KMSKeyARNs), SourceVPCIDs: r.strings(m.SourceVPCIDs), SourceVPCEIDs: r.strings(m.SourceVPCEIDs),
	}
	input.Incomplete = r.incomplete
	return input, !r.incomplete
}
