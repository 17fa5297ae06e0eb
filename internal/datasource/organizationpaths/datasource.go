// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

// Package organizationpaths holds the data source ecrx_organization_paths: the paths of organizational units, as the
// condition key aws:PrincipalOrgPaths holds them, by their ids or names.
//
// It calls DescribeOrganizationalUnit for each id. Names cost one walk through the organization's tree:
// DescribeOrganization, ListRoots and ListOrganizationalUnitsForParent for each unit. Organizations answers only the
// management account and delegated administrators.
package organizationpaths

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-validators/datasourcevalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/setvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/ecrx/terraform-provider-ecrx/internal/fw"
	"github.com/ecrx/terraform-provider-ecrx/internal/pattern"
)

var (
	_ datasource.DataSourceWithConfigure        = (*organizationPaths)(nil)
	_ datasource.DataSourceWithConfigValidators = (*organizationPaths)(nil)
	_ datasource.DataSourceWithValidateConfig   = (*organizationPaths)(nil)
)

// NewDataSource gives the data source ecrx_organization_paths.
func NewDataSource() datasource.DataSource { return &organizationPaths{} }

type organizationPaths struct {
	fw.DataSourceWithProvider
}

type model struct {
	OrganizationalUnitIDs types.Set    `tfsdk:"organization_unit_ids"`
	Names                 types.Set    `tfsdk:"names"`
	IncludeDescendants    types.Bool   `tfsdk:"include_descendants"`
	Paths                 types.Map    `tfsdk:"paths"`
	OrganizationID        types.String `tfsdk:"organization_id"`
}

func (d *organizationPaths) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_organization_paths"
}

func (d *organizationPaths) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Looks up the paths of organizational units (OUs) by their ids or names, in the form that a grant's " +
			"`organization_paths` and the condition key `aws:PrincipalOrgPaths` take: `o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/`.\n\n" +
			"AWS Organizations answers only the organization's management account and its delegated administrators. From another " +
			"account, write the paths as text, or build them with the function `organization_path`.\n\n" +
			"## IAM permissions\n\n" +
			"- `organizations:DescribeOrganizationalUnit`, for `organization_unit_ids`\n" +
			"- `organizations:DescribeOrganization`, `organizations:ListRoots` and `organizations:ListOrganizationalUnitsForParent`, " +
			"for `names`\n" +
			"- `organizations:DescribeOrganization` and `organizations:ListParents`, for `organization_unit_ids` where AWS's answer " +
			"has no path",
		Attributes: map[string]schema.Attribute{
			"organization_unit_ids": schema.SetAttribute{
				Validators:          []validator.Set{setvalidator.NoNullValues()},
				ElementType:         types.StringType,
				Optional:            true,
				MarkdownDescription: "Ids of OUs, for example `ou-ab12-11111111`. This or `names` is needed; both may be given.",
			},
			"names": schema.SetAttribute{
				Validators:  []validator.Set{setvalidator.NoNullValues(), setvalidator.ValueStringsAre(stringvalidator.LengthBetween(1, 128))},
				ElementType: types.StringType,
				Optional:    true,
				MarkdownDescription: "Names of OUs, for example `Development`, in the same upper and lower case as in AWS Organizations. " +
					"A name that several OUs of the organization have is an error, which lists their ids.",
			},
			"include_descendants": schema.BoolAttribute{
				Optional: true,
				MarkdownDescription: "Whether to put `*` behind each path, so that it stands for the accounts directly in the OU and in all " +
					"OUs below it. Default `false`: only the accounts directly in the OU.",
			},
			"paths": schema.MapAttribute{
				ElementType:         types.StringType,
				Computed:            true,
				MarkdownDescription: "The path of each OU, by the id or name that was asked for, such as `{ \"ou-ab12-11111111\" = \"o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/\" }`.",
			},
			"organization_id": schema.StringAttribute{
				Computed:            true,
				MarkdownDescription: "The id of the organization that the OUs are in, for example `o-a1b2c3d4e5`. Null when no OU is asked for.",
			},
		},
	}
}

func (d *organizationPaths) ConfigValidators(context.Context) []datasource.ConfigValidator {
	return []datasource.ConfigValidator{
		datasourcevalidator.AtLeastOneOf(path.MatchRoot("organization_unit_ids"), path.MatchRoot("names")),
	}
}

func (d *organizationPaths) ValidateConfig(
	ctx context.Context, req datasource.ValidateConfigRequest, resp *datasource.ValidateConfigResponse,
) {
	var config model
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if resp.Diagnostics.HasError() {
		return
	}
	ids, _ := fw.KnownStrings(config.OrganizationalUnitIDs)
	for _, id := range ids {
		if err := pattern.ValidateOrganizationalUnitID(id); err != nil {
			resp.Diagnostics.AddAttributeError(path.Root("organization_unit_ids").AtSetValue(types.StringValue(id)),
				"Invalid organizational unit id", err.Error())
		}
	}
	names, _ := fw.KnownStrings(config.Names)
	for _, name := range names {
		if pattern.ValidateOrganizationalUnitID(name) == nil {
			resp.Diagnostics.AddAttributeError(path.Root("names").AtSetValue(types.StringValue(name)),
				"Invalid organizational unit name", "This is the id of an organizational unit: write it in organization_unit_ids.")
		}
	}
}

func (d *organizationPaths) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var config model
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if resp.Diagnostics.HasError() {
		return
	}
	if !fw.Configured(d.Provider, &resp.Diagnostics) {
		return
	}
	ids, _ := fw.KnownStrings(config.OrganizationalUnitIDs)
	names, _ := fw.KnownStrings(config.Names)
	paths := lookUp(ctx, d.Provider.Clients, ids, names, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	config.OrganizationID = fw.OptionalString(organizationOf(paths))
	if config.IncludeDescendants.ValueBool() {
		for asked := range paths {
			paths[asked] += "*"
		}
	}
	value, diags := types.MapValueFrom(ctx, types.StringType, paths)
	resp.Diagnostics.Append(diags...)
	config.Paths = value
	resp.Diagnostics.Append(resp.State.Set(ctx, &config)...)
}
