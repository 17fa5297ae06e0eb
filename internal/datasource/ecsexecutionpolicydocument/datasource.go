// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

// Package ecsexecutionpolicydocument is the data source ecrx_ecs_execution_policy_document: the identity policy of an ECS
// task execution role. It makes no call and needs no credentials.
package ecsexecutionpolicydocument

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	datasourceschema "github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/ecrx/terraform-provider-ecrx/internal/fragment/permissions"
	"github.com/ecrx/terraform-provider-ecrx/internal/fragment/policydocument"
	"github.com/ecrx/terraform-provider-ecrx/internal/fw"
	"github.com/ecrx/terraform-provider-ecrx/internal/pattern"
	"github.com/ecrx/terraform-provider-ecrx/internal/policy"
)

var _ datasource.DataSourceWithValidateConfig = (*DataSource)(nil)

// NewDataSource gives the data source.
func NewDataSource() datasource.DataSource { return &DataSource{} }

// DataSource is ecrx_ecs_execution_policy_document.
type DataSource struct{}

type model struct {
	policydocument.Model
	permissions.Execution
}

// Metadata names the data source.
func (d *DataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_ecs_execution_policy_document"
}

// Schema describes the arguments.
func (d *DataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = datasourceschema.Schema{
		MarkdownDescription: "Computes the identity policy of an Amazon ECS task execution role: pull from named repositories, write to named log groups, read named secrets and parameters, for `aws_iam_role_policy` or any " +
			"other tool. AWS's managed policy `AmazonECSTaskExecutionRolePolicy` gives the first two on everything. It makes no call and needs no credentials.\n\n" +
			"`ecr:GetAuthorizationToken` stands alone on `*`, as it knows no repository.\n\n" +
			"What the code in the task may do is for the task role: see `ecrx_ecs_task_policy_document`.\n\n" +
			"## IAM permissions\n\nNone.",
		Attributes: policydocument.Attributes(fw.DataSourceAttributes(permissions.ExecutionAttributes())),
	}
}

// ValidateConfig checks the arguments.
func (d *DataSource) ValidateConfig(ctx context.Context, req datasource.ValidateConfigRequest, resp *datasource.ValidateConfigResponse) {
	var config model
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	input, _ := config.Input()
	permissions.Report(pattern.ValidateECSExecution(input), path.Empty(), &resp.Diagnostics)
}

// Read computes the document. The client has validated the values again by now, those too that came to be known since.
func (d *DataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var m model
	resp.Diagnostics.Append(req.Config.Get(ctx, &m)...)
	input, _ := m.Input()
	if resp.Diagnostics.HasError() {
		return
	}
	m.Set(pattern.ECSExecutionPolicy(input), policy.KindIdentity, &resp.Diagnostics)
	if !resp.Diagnostics.HasError() {
		resp.Diagnostics.Append(resp.State.Set(ctx, &m)...)
	}
}
