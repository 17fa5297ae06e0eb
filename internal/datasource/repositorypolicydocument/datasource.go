// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

// Package repositorypolicydocument is the data source ecrx_repository_policy_document: the repository policy that grants
// stand for. It makes no call and needs no credentials.
package repositorypolicydocument

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	datasourceschema "github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/ecrx/terraform-provider-ecrx/internal/awsapi"
	"github.com/ecrx/terraform-provider-ecrx/internal/fragment/grants"
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

// DataSource is ecrx_repository_policy_document.
type DataSource struct{ fw.DataSourceWithProvider }

type model struct {
	policydocument.Model

	Grants    types.Map    `tfsdk:"grants"`
	Lockdown  types.Object `tfsdk:"lockdown"`
	AccountID types.String `tfsdk:"account_id"`
	Region    types.String `tfsdk:"region"`
}

// Metadata names the data source.
func (d *DataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_repository_policy_document"
}

// Schema describes the arguments.
func (d *DataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	own := fw.DataSourceAttributes(map[string]schema.Attribute{
		"grants": schema.MapNestedAttribute{
			Required:            true,
			MarkdownDescription: grants.Description,
			NestedObject:        grants.NestedObject(),
		},
		"lockdown": lockdown.Inline(),
	})
	own["account_id"] = lockdown.AccountAttribute()
	own["region"] = datasourceschema.StringAttribute{
		Optional:            true,
		MarkdownDescription: "Region of the repository, such as `eu-west-1`. It matters for Lambda functions and outside of the partition `aws`. Defaults to the provider's; without any, functions of every Region match.",
		Validators:          fw.RegionAttribute().Validators,
	}
	resp.Schema = datasourceschema.Schema{
		MarkdownDescription: "Computes the policy of an Amazon ECR repository from grants, and a lockdown beside them, for `aws_ecr_repository_policy` or any other tool. It makes no call and needs no credentials.\n\n" +
			"The resources `ecrx_org_shared_repository` and `ecrx_repository_grants` take the same grants and write the policy too.\n\n" +
			"## IAM permissions\n\nNone.",
		Attributes: policydocument.Attributes(own),
	}
}

// ValidateConfig checks the grants.
func (d *DataSource) ValidateConfig(ctx context.Context, req datasource.ValidateConfigRequest, resp *datasource.ValidateConfigResponse) {
	var config model
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	grants.Validate(ctx, config.Grants, &resp.Diagnostics)
	l := lockdown.Expand(ctx, config.Lockdown, &resp.Diagnostics)
	if l == nil || resp.Diagnostics.HasError() {
		return
	}
	named, known := grants.Expand(ctx, config.Grants, &resp.Diagnostics)
	l.Incomplete = l.Incomplete || !known
	lockdown.Validate(*l, named, lockdownPath, config.AccountID, &resp.Diagnostics)
}

// Read computes the document.
func (d *DataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var m model
	resp.Diagnostics.Append(req.Config.Get(ctx, &m)...)
	if !d.CheckRegion(ctx, req.Config, &resp.Diagnostics) {
		return
	}
	l := lockdown.Expand(ctx, m.Lockdown, &resp.Diagnostics)
	site := pattern.Site{Partition: "aws", Region: m.Region.ValueString(), AccountID: m.AccountID.ValueString()}
	if site.Region == "" && d.Provider != nil {
		site.Region = d.Provider.Clients.Region()
	}
	if partition, known := awsapi.PartitionOf(site.Region); known {
		site.Partition = partition
	}
	resolved, ok := grants.Compute(ctx, d.Provider, m.Grants, site, &resp.Diagnostics)
	if !ok {
		return
	}
	if d.Provider == nil && m.Region.IsNull() && !sameEverywhere(resolved, l, site) {
		resp.Diagnostics.AddAttributeError(path.Root("region"), "Region not known yet",
			"These grants depend on the Region, and the provider block has values that aren't known yet. Set region here.")
		return
	}
	if l != nil {
		if _, ok := lockdown.Prove(*l, resolved, lockdownPath, site, &resp.Diagnostics); !ok {
			return
		}
		grants.Report(&resp.Diagnostics, pattern.LockdownEffect(*l, resolved, site))
	}
	m.Set(document(resolved, l, site), policy.KindRepository, &resp.Diagnostics)
	if !resp.Diagnostics.HasError() {
		resp.Diagnostics.Append(resp.State.Set(ctx, &m)...)
	}
}

// lockdownPath is where the lockdown stands.
var lockdownPath = path.Root("lockdown")

// document is the policy of the grants, and of the lockdown if there is one.
func document(resolved []pattern.Grant, l *pattern.Lockdown, site pattern.Site) policy.Document {
	d := pattern.RepositoryPolicy(resolved, site)
	if l != nil {
		d.Statements = append(d.Statements, l.Statement(site, resolved))
	}
	return d
}

// sameEverywhere reports whether the document doesn't depend on Region and partition.
func sameEverywhere(resolved []pattern.Grant, l *pattern.Lockdown, site pattern.Site) bool {
	elsewhere := pattern.Site{Partition: "aws-cn", Region: "cn-north-1", AccountID: site.AccountID}
	return document(resolved, l, site).Canonical() == document(resolved, l, elsewhere).Canonical()
}
