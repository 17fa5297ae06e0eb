// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

// Package access holds the data source ecrx_access: requests to ECR, decided in the plan under the policies of every layer,
// and expectations that fail the plan when they aren't met.
//
// It makes no call unless it is to read a repository's live policy: then GetRepositoryPolicy, and DescribeRepositories for
// the ARN that a request leaves out. The schema's description lists the IAM permissions.
package access

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/ecrx/terraform-provider-ecrx/internal/awsapi"
	"github.com/ecrx/terraform-provider-ecrx/internal/fragment/layers"
	"github.com/ecrx/terraform-provider-ecrx/internal/fw"
)

var (
	_ datasource.DataSourceWithConfigure      = (*DataSource)(nil)
	_ datasource.DataSourceWithValidateConfig = (*DataSource)(nil)
)

// NewDataSource gives the data source.
func NewDataSource() datasource.DataSource { return &DataSource{} }

// DataSource is ecrx_access.
type DataSource struct{ fw.DataSourceWithProvider }

type model struct {
	Policies   types.Object `tfsdk:"policies"`
	Repository types.String `tfsdk:"repository"`
	RegistryID types.String `tfsdk:"registry_id"`
	Region     types.String `tfsdk:"region"`
	Requests   types.Map    `tfsdk:"requests"`
	Results    types.Map    `tfsdk:"results"`
}

// Metadata names the data source.
func (d *DataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_access"
}

// Schema describes the arguments.
func (d *DataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{MarkdownDescription: description, Attributes: attributes()}
}

// ValidateConfig checks the documents and the requests. Terraform calls it again when all values are known, before Read.
func (d *DataSource) ValidateConfig(ctx context.Context, req datasource.ValidateConfigRequest, resp *datasource.ValidateConfigResponse) {
	var config model
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if resp.Diagnostics.HasError() {
		return
	}
	policies := layers.Expand(ctx, config.Policies, &resp.Diagnostics)
	if given, ok := config.Policies.Attributes()["repository"]; ok && !given.IsNull() && !config.Repository.IsNull() {
		resp.Diagnostics.AddAttributeError(path.Root("repository"), "Two repository policies",
			"policies.repository has documents, and repository asks for the live policy. Leave one of them out.")
	}
	requests := expand(ctx, config.Requests, &resp.Diagnostics)
	through := config.Requests.IsUnknown() || len(requests) < len(config.Requests.Elements())
	for name, r := range requests {
		r.validate(path.Root("requests").AtMapKey(name), config.Repository, &resp.Diagnostics)
		through = through || !r.SourceVPCEID.IsNull()
	}
	policies.ExpectEndpoint(through, "no request goes through one: set source_vpce_id in those that do.", &resp.Diagnostics)
}

// Read decides the requests.
func (d *DataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var m model
	resp.Diagnostics.Append(req.Config.Get(ctx, &m)...)
	if !d.CheckRegion(ctx, req.Config, &resp.Diagnostics) {
		return
	}
	if resp.Diagnostics.HasError() {
		return
	}
	policies := layers.Expand(ctx, m.Policies, &resp.Diagnostics)
	requests := expand(ctx, m.Requests, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	arn := ""
	if !m.Repository.IsNull() {
		arn = d.readLive(ctx, &m, requests, policies, &resp.Diagnostics)
		if resp.Diagnostics.HasError() {
			return
		}
	}
	var outcomes []outcome
	for name, r := range requests {
		outcomes = append(outcomes, r.decide(name, arn, policies))
	}
	expect(outcomes, &resp.Diagnostics)
	m.Results = results(outcomes)
	resp.Diagnostics.Append(resp.State.Set(ctx, &m)...)
}

// readLive reads the repository's policy, and gives its ARN if a request needs it.
func (d *DataSource) readLive(ctx context.Context, m *model, requests map[string]request, policies *layers.Policies, diags *diag.Diagnostics) (arn string) {
	if !fw.Configured(d.Provider, diags) {
		return ""
	}
	name := m.Repository.ValueString()
	key := awsapi.RepositoryKey{Region: m.Region.ValueString(), RegistryID: m.RegistryID.ValueString(), Name: name}
	for _, r := range requests {
		if arn != "" || !r.RepositoryARN.IsNull() || r.onRegistry() {
			continue
		}
		repository, err := d.Provider.Clients.Repository(ctx, key)
		if err != nil {
			fw.AddError(diags, "reading", "ECR repository", name, err)
			return ""
		}
		arn = repository.ARN
	}
	live, err := d.Provider.Clients.RepositoryPolicy(ctx, key)
	if err != nil {
		fw.AddError(diags, "reading", "ECR repository policy", name, err)
		return ""
	}
	policies.SetRepository(policies.Repository(live, path.Root("repository"), diags))
	return arn
}
