// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

// Package endpointpolicydocument is the data source ecrx_endpoint_policy_document: the policy of the VPC endpoints of ECR. It
// makes no call and needs no credentials and no Region.
package endpointpolicydocument

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"

	"github.com/ecrx/terraform-provider-ecrx/internal/fragment/endpointpolicy"
	"github.com/ecrx/terraform-provider-ecrx/internal/fragment/policydocument"
	"github.com/ecrx/terraform-provider-ecrx/internal/fw"
	"github.com/ecrx/terraform-provider-ecrx/internal/pattern"
	"github.com/ecrx/terraform-provider-ecrx/internal/policy"
)

var _ datasource.DataSourceWithValidateConfig = (*DataSource)(nil)

// NewDataSource gives the data source.
func NewDataSource() datasource.DataSource { return &DataSource{} }

// DataSource is ecrx_endpoint_policy_document.
type DataSource struct{}

type model struct {
	policydocument.Model
	endpointpolicy.Arguments
}

// Metadata names the data source.
func (d *DataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_endpoint_policy_document"
}

// Schema describes the arguments.
func (d *DataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Computes the policy of the VPC endpoints of Amazon ECR, `ecr.api` and `ecr.dkr`, for `aws_vpc_endpoint` or any other tool. AWS advises one document for both. It makes no call and needs no credentials and no Region.\n\n" +
			"An endpoint's policy only narrows: what it lets through still needs the caller's and the repository's own policies. Without arguments everything passes, as AWS has it by default. " +
			"The plan proves that those who are named can log in and have their access, and that others, other repositories and other actions don't pass.\n\n" +
			"AWS's combined example allows everything beside its pull, which makes the pull's limits void; here `protect_from_delete` allows the rest only where nothing else is set. " +
			"A document of yours in `source_policy_documents` that does the same shows in `findings`.\n\n" +
			"A pull also needs the S3 endpoint: see `ecrx_layer_bucket_policy_document`.\n\n" +
			"## IAM permissions\n\nNone.",
		Attributes: policydocument.Attributes(fw.DataSourceAttributes(endpointpolicy.Attributes())),
	}
}

// ValidateConfig checks the arguments.
func (d *DataSource) ValidateConfig(ctx context.Context, req datasource.ValidateConfigRequest, resp *datasource.ValidateConfigResponse) {
	var config model
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	endpointpolicy.Report(&resp.Diagnostics, pattern.ValidateEndpointPolicy(config.Input()))
}

// Read computes the document. The client has validated the values again by now, those too that came to be known since.
func (d *DataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var m model
	resp.Diagnostics.Append(req.Config.Get(ctx, &m)...)
	if resp.Diagnostics.HasError() {
		return
	}
	document := pattern.EndpointPolicy(m.Input())
	endpointpolicy.Report(&resp.Diagnostics, pattern.ProveEndpointPolicy(m.Input(), document, pattern.Site{}).Problems)
	m.Set(document, policy.KindEndpoint, &resp.Diagnostics)
	if !resp.Diagnostics.HasError() {
		resp.Diagnostics.Append(resp.State.Set(ctx, &m)...)
	}
}
