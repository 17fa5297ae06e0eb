// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

// Package tagscopedpolicydocument is the data source ecrx_tag_scoped_policy_document: the identity policy for repositories
// that have given tags. It makes no call and needs no credentials.
package tagscopedpolicydocument

import (
	"context"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-validators/mapvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/setvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/ecrx/terraform-provider-ecrx/internal/awsapi"
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

// DataSource is ecrx_tag_scoped_policy_document.
type DataSource struct{ fw.DataSourceWithProvider }

type model struct {
	policydocument.Model

	Access         types.String `tfsdk:"access"`
	ResourceTags   types.Map    `tfsdk:"resource_tags"`
	RepositoryARNs types.Set    `tfsdk:"repository_arns"`
	Region         types.String `tfsdk:"region"`
}

// defaultAccess is what a runtime needs.
const defaultAccess = "pull"

// Metadata names the data source.
func (d *DataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_tag_scoped_policy_document"
}

// Schema describes the arguments.
func (d *DataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Computes the identity policy that gives access to the repositories with given tags, for `aws_iam_role_policy` or any other tool. It makes no call and needs no credentials.\n\n" +
			"The tags are asked for on the repositories' actions alone; the login, `ecr:GetAuthorizationToken`, has no repository and so no tag, and stands in a statement of its own. " +
			"Whoever may tag repositories, or create them with tags, can widen such access: the resource `ecrx_cross_account_pull_role` gives the document that stops it.\n\n" +
			"## IAM permissions\n\nNone.",
		Attributes: policydocument.Attributes(map[string]schema.Attribute{
			"access": schema.StringAttribute{
				Optional:            true,
				Validators:          []validator.String{stringvalidator.LengthAtLeast(1)},
				MarkdownDescription: "What the policy gives: one of `" + strings.Join(pattern.AccessNames(), "`, `") + "`. Defaults to `" + defaultAccess + "`.",
			},
			"resource_tags": schema.MapAttribute{
				Required: true, ElementType: types.StringType,
				Validators:          []validator.Map{mapvalidator.NoNullValues()},
				MarkdownDescription: "Tags that a repository must have, all of them, such as `{ environment = \"release\" }`. IAM compares their keys in any letter case.",
			},
			"repository_arns": schema.SetAttribute{
				Optional: true, ElementType: types.StringType,
				Validators:          []validator.Set{setvalidator.NoNullValues()},
				MarkdownDescription: "ARNs of repositories, such as `[\"arn:aws:ecr:eu-west-1:111111111111:repository/team/*\"]`; the name may hold wildcards. Without it, every repository of the account that the policy's holder is of.",
			},
			"region": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "Region that tells the partition, such as `cn-north-1`; repositories of every Region match. It matters outside of the partition `aws`. Defaults to the provider's.",
				Validators:          fw.RegionAttribute().Validators,
			},
		}),
	}
}

// ValidateConfig checks the access, the tags and the repositories.
func (d *DataSource) ValidateConfig(ctx context.Context, req datasource.ValidateConfigRequest, resp *datasource.ValidateConfigResponse) {
	var config model
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	scope := config.scope()
	if none := len(config.ResourceTags.Elements()) == 0 && !config.ResourceTags.IsUnknown(); len(scope.ResourceTags) == 0 && !none {
		scope.ResourceTags = nil // there are tags, and none of them is known yet
	}
	report(&resp.Diagnostics, pattern.ValidateScope(config.Access.ValueString(), scope, "", true))
}

// Read computes the document.
func (d *DataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var m model
	resp.Diagnostics.Append(req.Config.Get(ctx, &m)...)
	if !d.CheckRegion(ctx, req.Config, &resp.Diagnostics) {
		return
	}
	site := pattern.Site{Partition: "aws", Region: m.Region.ValueString()}
	if site.Region == "" && d.Provider != nil {
		site.Region = d.Provider.Clients.Region()
	}
	if partition, known := awsapi.PartitionOf(site.Region); known {
		site.Partition = partition
	}
	access, scope := m.Access.ValueString(), m.scope()
	if access == "" {
		access = defaultAccess
	}
	report(&resp.Diagnostics, pattern.ValidateScope(access, scope, "", false))
	if resp.Diagnostics.HasError() {
		return
	}
	if d.Provider == nil && m.Region.IsNull() && len(scope.RepositoryARNs) == 0 {
		resp.Diagnostics.AddAttributeError(path.Root("region"), "Region not known yet",
			"The repositories' ARN depends on the partition, and the provider block has values that aren't known yet. Set region or repository_arns here.")
		return
	}
	report(&resp.Diagnostics, pattern.ProveScope(access, scope, site))
	m.Set(pattern.ScopedPolicy(access, scope, site), policy.KindIdentity, &resp.Diagnostics)
	if !resp.Diagnostics.HasError() {
		resp.Diagnostics.Append(resp.State.Set(ctx, &m)...)
	}
}

// scope reads what is known of the tags and the repositories.
func (m *model) scope() pattern.RepositoryScope {
	scope := pattern.RepositoryScope{ResourceTags: map[string]string{}}
	for key, element := range m.ResourceTags.Elements() {
		if text, ok := element.(types.String); ok && !text.IsUnknown() {
			scope.ResourceTags[key] = text.ValueString()
		}
	}
	scope.RepositoryARNs, _ = fw.KnownStrings(m.RepositoryARNs)
	return scope
}

// report turns problems into diagnostics on the arguments at fault.
func report(diags *diag.Diagnostics, problems []pattern.Problem) {
	for _, p := range problems {
		at := path.Empty()
		for _, name := range p.Path {
			at = at.AtName(name)
		}
		diags.AddAttributeError(at, p.Summary, p.Detail)
	}
}
