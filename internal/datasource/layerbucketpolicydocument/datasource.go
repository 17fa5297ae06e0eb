// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

// Package layerbucketpolicydocument is the data source ecrx_layer_bucket_policy_document: the policy of an S3 gateway endpoint
// that image layers come through. It makes no call and needs no credentials.
package layerbucketpolicydocument

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	resourceschema "github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/ecrx/terraform-provider-ecrx/internal/awsapi"
	"github.com/ecrx/terraform-provider-ecrx/internal/fragment/endpointpolicy"
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

// DataSource is ecrx_layer_bucket_policy_document.
type DataSource struct{ fw.DataSourceWithProvider }

type model struct {
	policydocument.Model

	AdditionalBucketARNs types.Set    `tfsdk:"additional_bucket_arns"`
	Region               types.String `tfsdk:"region"`
}

// Metadata names the data source.
func (d *DataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_layer_bucket_policy_document"
}

// Schema describes the arguments.
func (d *DataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	own := fw.DataSourceAttributes(map[string]resourceschema.Attribute{"additional_bucket_arns": endpointpolicy.AdditionalBucketARNs()})
	own["region"] = schema.StringAttribute{
		Optional:            true,
		MarkdownDescription: "Region of the endpoint, such as `eu-west-1`: each Region has a layer bucket of its own. Defaults to the provider's.",
		Validators:          fw.RegionAttribute().Validators,
	}
	resp.Schema = schema.Schema{
		MarkdownDescription: "Computes the policy of an Amazon S3 gateway endpoint that lets the layers of images through and nothing else, for `aws_vpc_endpoint` or any other tool. Image layers are in a bucket of AWS's, one in each Region. " +
			"It makes no call and needs no credentials.\n\n" +
			"It is for everybody and has no conditions: a layer is asked for with a URL that Amazon ECR has signed, so a condition on the caller would stop the pull.\n\n" +
			"~> This policy cuts all other S3 traffic of the endpoint's route tables: package mirrors, backups and applications stop. Name the buckets that are read in `additional_bucket_arns`, and " +
			"write statements for those that are listed or written to in `source_policy_documents`.\n\n" +
			"## IAM permissions\n\nNone.",
		Attributes: policydocument.Attributes(own),
	}
}

// ValidateConfig checks the buckets.
func (d *DataSource) ValidateConfig(ctx context.Context, req datasource.ValidateConfigRequest, resp *datasource.ValidateConfigResponse) {
	var config model
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	buckets, _ := fw.KnownStrings(config.AdditionalBucketARNs)
	endpointpolicy.Report(&resp.Diagnostics, pattern.ValidateLayerBucketPolicy(buckets))
}

// Read computes the document. The client has validated the values again by now, those too that came to be known since.
func (d *DataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var m model
	resp.Diagnostics.Append(req.Config.Get(ctx, &m)...)
	if !d.CheckRegion(ctx, req.Config, &resp.Diagnostics) {
		return
	}
	if resp.Diagnostics.HasError() {
		return
	}
	site := pattern.Site{Region: m.Region.ValueString()}
	switch {
	case site.Region != "":
	case d.Provider == nil:
		resp.Diagnostics.AddAttributeError(path.Root("region"), "Region not known yet",
			"Each Region has a layer bucket of its own, and the provider block has values that aren't known yet. Set region here.")
		return
	default:
		if site.Region = d.Provider.Clients.Region(); site.Region == "" {
			resp.Diagnostics.AddAttributeError(path.Root("region"), "Missing region",
				"Each Region has a layer bucket of its own, and neither this data source nor the provider has a Region. Set region here.")
			return
		}
	}
	buckets, _ := fw.KnownStrings(m.AdditionalBucketARNs)
	document, err := pattern.LayerBucketPolicy(site.Region, buckets)
	if err != nil {
		resp.Diagnostics.AddAttributeError(path.Root("region"), "Unknown Region", err.Error())
		return
	}
	site.Partition, _ = awsapi.PartitionOf(site.Region)
	endpointpolicy.Report(&resp.Diagnostics, pattern.ValidatePrivateEndpointsAt(pattern.PrivateEndpoints{AdditionalBucketARNs: buckets}, site))
	endpointpolicy.Report(&resp.Diagnostics, pattern.ProveLayerBucketPolicy(buckets, document, site))
	m.Set(document, policy.KindEndpoint, &resp.Diagnostics)
	if !resp.Diagnostics.HasError() {
		resp.Diagnostics.Append(resp.State.Set(ctx, &m)...)
	}
}
