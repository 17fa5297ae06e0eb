// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

// Package lockdownpolicydocument is the data source ecrx_lockdown_policy_document: a Deny for everybody but a few, as a
// repository policy. It makes no call and needs no credentials.
package lockdownpolicydocument

import (
	"context"
	"maps"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/ecrx/terraform-provider-ecrx/internal/awsapi"
	"github.com/ecrx/terraform-provider-ecrx/internal/fragment/lockdown"
	"github.com/ecrx/terraform-provider-ecrx/internal/fragment/policydocument"
	"github.com/ecrx/terraform-provider-ecrx/internal/fw"
	"github.com/ecrx/terraform-provider-ecrx/internal/pattern"
	"github.com/ecrx/terraform-provider-ecrx/internal/policy"
)

var (
	_ datasource.DataSourceWithConfigure      = (*DataSource)(nil)
	_ datasource.DataSourceWithValidateConfig = (*DataSource)(nil)
)

// NewDataSource gives the data source.
func NewDataSource() datasource.DataSource { return &DataSource{} }

// DataSource is ecrx_lockdown_policy_document.
type DataSource struct{ fw.DataSourceWithProvider }

type model struct {
	policydocument.Model
	lockdown.Arguments

	AccountID types.String `tfsdk:"account_id"`
	Region    types.String `tfsdk:"region"`
}

// Metadata names the data source.
func (d *DataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_lockdown_policy_document"
}

// Schema describes the arguments.
func (d *DataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	own := fw.DataSourceAttributes(lockdown.Attributes())
	maps.Copy(own, map[string]schema.Attribute{
		"account_id": lockdown.AccountAttribute(),
		"region": schema.StringAttribute{
			Optional:            true,
			MarkdownDescription: "Region that tells the partition of the account, such as `cn-north-1`. It matters outside of the partition `aws`. Defaults to the provider's.",
			Validators:          fw.RegionAttribute().Validators,
		},
	})
	resp.Schema = schema.Schema{
		MarkdownDescription: "Computes the statement that closes an Amazon ECR repository to all but a few, for `aws_ecr_repository_policy` or any other tool. It makes no call and needs no credentials.\n\n" +
			lockdown.Description + " The plan proves that those who are exempt are left alone, that strangers near each of them are denied, and that somebody of the account can still change the policy. " +
			"The login (`ecr:GetAuthorizationToken`) is no action on a repository, so it goes on for everybody.\n\n" +
			"ECR refuses a policy that would keep its own writer from setting another one, so whoever applies it must be exempt, or `actions` leave `ecr:SetRepositoryPolicy` out.\n\n" +
			"## IAM permissions\n\nNone.",
		Attributes: policydocument.Attributes(own),
	}
}

// ValidateConfig checks who is exempt.
func (d *DataSource) ValidateConfig(ctx context.Context, req datasource.ValidateConfigRequest, resp *datasource.ValidateConfigResponse) {
	var config model
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if !resp.Diagnostics.HasError() {
		lockdown.Validate(config.Lockdown(), nil, path.Empty(), config.AccountID, &resp.Diagnostics)
	}
}

// Read computes the document.
func (d *DataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var m model
	resp.Diagnostics.Append(req.Config.Get(ctx, &m)...)
	if !d.CheckRegion(ctx, req.Config, &resp.Diagnostics) {
		return
	}
	site := pattern.Site{Partition: "aws", Region: m.Region.ValueString(), AccountID: m.AccountID.ValueString()}
	if site.Region == "" && d.Provider != nil {
		site.Region = d.Provider.Clients.Region()
	}
	if partition, known := awsapi.PartitionOf(site.Region); known {
		site.Partition = partition
	}
	l := m.Lockdown()
	if d.Provider == nil && m.Region.IsNull() && !l.Statement(site, nil).Equal(l.Statement(pattern.Site{Partition: "aws-cn", AccountID: site.AccountID}, nil)) {
		resp.Diagnostics.AddAttributeError(path.Root("region"), "Region not known yet",
			"The account's ARNs depend on the partition, and the provider block has values that aren't known yet. Set region here.")
		return
	}
	statement, ok := lockdown.Prove(l, nil, path.Empty(), site, &resp.Diagnostics)
	if !ok || resp.Diagnostics.HasError() {
		return
	}
	m.Set(policy.New(statement), policy.KindRepository, &resp.Diagnostics)
	if !resp.Diagnostics.HasError() {
		resp.Diagnostics.Append(resp.State.Set(ctx, &m)...)
	}
}
