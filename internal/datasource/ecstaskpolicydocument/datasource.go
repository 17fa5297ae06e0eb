// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

// Package ecstaskpolicydocument is the data source ecrx_ecs_task_policy_document: the identity policy of an ECS task role.
// It makes no call and needs no credentials.
package ecstaskpolicydocument

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	datasourceschema "github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/ecrx/terraform-provider-ecrx/internal/fragment/permissions"
	"github.com/ecrx/terraform-provider-ecrx/internal/fragment/policydocument"
	"github.com/ecrx/terraform-provider-ecrx/internal/fw"
	"github.com/ecrx/terraform-provider-ecrx/internal/pattern"
	"github.com/ecrx/terraform-provider-ecrx/internal/policy"
)

var _ datasource.DataSourceWithValidateConfig = (*DataSource)(nil)

// NewDataSource gives the data source.
func NewDataSource() datasource.DataSource { return &DataSource{} }

// DataSource is ecrx_ecs_task_policy_document.
type DataSource struct{}

type model struct {
	policydocument.Model

	Permissions types.Object `tfsdk:"permissions"`
}

// Metadata names the data source.
func (d *DataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_ecs_task_policy_document"
}

// Schema describes the arguments.
func (d *DataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = datasourceschema.Schema{
		MarkdownDescription: "Computes the identity policy of an Amazon ECS task role: what the code in the task may do, with the exact actions and on the very resources that it uses, for `aws_iam_role_policy` or any other " +
			"tool. It makes no call and needs no credentials.\n\n" +
			"No action is a wildcard, and `*` is the resource only of actions that know none: ECS Exec's and `cloudwatch:PutMetricData`, which is narrowed to namespaces.\n\n" +
			"What ECS does to start the task is for the execution role: see `ecrx_ecs_execution_policy_document`.\n\n" +
			"## IAM permissions\n\nNone.",
		Attributes: policydocument.Attributes(fw.DataSourceAttributes(map[string]schema.Attribute{"permissions": permissions.Attribute(true)})),
	}
}

// ValidateConfig checks the permissions.
func (d *DataSource) ValidateConfig(ctx context.Context, req datasource.ValidateConfigRequest, resp *datasource.ValidateConfigResponse) {
	var config model
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	input, _ := permissions.Expand(ctx, config.Permissions, &resp.Diagnostics)
	permissions.Report(pattern.ValidateECSPermissions(input), path.Root("permissions"), &resp.Diagnostics)
}

// Read computes the document. The client has validated the values again by now, those too that came to be known since.
func (d *DataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var m model
	resp.Diagnostics.Append(req.Config.Get(ctx, &m)...)
	input, _ := permissions.Expand(ctx, m.Permissions, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	m.Set(pattern.ECSTaskPolicy(input), policy.KindIdentity, &resp.Diagnostics)
	if !resp.Diagnostics.HasError() {
		resp.Diagnostics.Append(resp.State.Set(ctx, &m)...)
	}
}
