// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

// Package accessmatrix holds the data source ecrx_access_matrix: what each of several principals may do with each of several
// repositories, as a map and as a table for a pull request. It makes no call and needs no credentials.
package accessmatrix

import (
	"context"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-validators/listvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/mapvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/ecrx/terraform-provider-ecrx/internal/fragment/accessrequest"
	"github.com/ecrx/terraform-provider-ecrx/internal/fragment/layers"
	"github.com/ecrx/terraform-provider-ecrx/internal/fw"
	"github.com/ecrx/terraform-provider-ecrx/internal/pattern"
)

var _ datasource.DataSourceWithValidateConfig = (*DataSource)(nil)

// NewDataSource gives the data source.
func NewDataSource() datasource.DataSource { return &DataSource{} }

// DataSource is ecrx_access_matrix.
type DataSource struct{}

type model struct {
	Policies     types.Object `tfsdk:"policies"`
	Principals   types.Map    `tfsdk:"principals"`
	Repositories types.Map    `tfsdk:"repositories"`
	Access       types.List   `tfsdk:"access"`
	Cells        types.Map    `tfsdk:"cells"`
	Markdown     types.String `tfsdk:"markdown"`
}

// Metadata names the data source.
func (d *DataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_access_matrix"
}

// Schema describes the arguments.
func (d *DataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Decides what each of several principals may do with each of several ECR repositories, under the policies of every layer, and gives the decisions as a map and as " +
			"a Markdown table that fits a comment on a pull request. It makes no call and needs no credentials, no Region and no network. The data source `ecrx_access` gives the reasons of a decision, and fails " +
			"the plan when one isn't as expected.\n\n" +
			"**Assumptions.** Identity policies that aren't given are assumed to allow everything; SCPs and RCPs that aren't given aren't evaluated, which is to assume that they allow. The table names what it assumes. " +
			"What isn't known of a principal makes the decision `Unknown` where it matters.\n\n" +
			"**When it is read.** " + layers.WhenRead + "\n\n" +
			"## IAM permissions\n\nNone.",
		Attributes: map[string]schema.Attribute{
			"policies": layers.Attribute(
				"The policy of repositories that have no `policy_json`, such as `[file(\"default-policy.json\")]`. Null or `[]`: they have none.",
				"The identity policies of principals that have no `identity_policies`, such as `[data.aws_iam_policy_document.ci.json]`."),
			"principals": schema.MapNestedAttribute{
				Required:            true,
				Validators:          []validator.Map{mapvalidator.SizeAtLeast(1), fw.RowNames()},
				MarkdownDescription: "Who, a row each, by the name that the row gets, such as `{ ci = { arn = \"arn:aws:iam::222222222222:role/ci\" } }`. Each has an `arn` or a `service_principal`.",
				NestedObject:        schema.NestedAttributeObject{Attributes: principalAttributes()},
			},
			"repositories": schema.MapNestedAttribute{
				Required:            true,
				Validators:          []validator.Map{fw.RowNames()},
				MarkdownDescription: "The repositories, by the name that their columns get, such as `{ \"team/app\" = { arn = local.app.arn, policy_json = local.app.policy_json } }`.",
				NestedObject:        schema.NestedAttributeObject{Attributes: repositoryAttributes()},
			},
			"access": schema.ListAttribute{
				Required: true, ElementType: types.StringType,
				MarkdownDescription: "What for, a column of each repository, such as `[\"pull\", \"push\", \"ecr:DeleteRepository\"]`: access presets (`" + strings.Join(pattern.AccessNames(), "`, `") +
					"`) and single actions on a repository. A preset is allowed when all its actions are.",
				Validators: []validator.List{
					listvalidator.SizeAtLeast(1), listvalidator.NoNullValues(), listvalidator.UniqueValues(), listvalidator.ValueStringsAre(accessrequest.AccessOrAction()),
				},
			},
			"cells": schema.MapAttribute{
				Computed: true, ElementType: types.MapType{ElemType: types.MapType{ElemType: types.StringType}},
				MarkdownDescription: "The decisions by principal, repository and access, such as `cells[\"ci\"][\"team/app\"][\"pull\"]`: `Allowed`, `AllowedInPart` (some actions of the access are), `ImplicitlyDenied`, `ExplicitlyDenied` or `Unknown`.",
			},
			"markdown": schema.StringAttribute{
				Computed: true,
				MarkdownDescription: "The table: a row for each principal, a column such as `team/app: pull` for each repository and access, a legend, and what is assumed. The order is that of the names, and of `access`. " +
					"A GitHub comment holds 65,536 characters, and a cell takes 4 of them: the table is never cut, so split a larger matrix over several data sources.",
			},
		},
	}
}

func principalAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"arn": text("ARN of a role (which stands for its sessions), a user, a session, a federated user or an account's root user, such as `arn:aws:iam::222222222222:role/ci`.",
			accessrequest.PrincipalARN()),
		"service_principal": text("An AWS service that calls by its own principal, such as `lambda.amazonaws.com`. On behalf of what it calls isn't known here.",
			accessrequest.ServicePrincipal()),
		"organization_path": text("Where the principal's account is in its organization, such as `o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/`; `\"\"` for an account in no organization. Null: not known.",
			accessrequest.OrganizationPath()),
		"tags": schema.MapAttribute{
			Optional: true, ElementType: types.StringType,
			Validators:          []validator.Map{mapvalidator.NoNullValues(), mapvalidator.KeysAre(stringvalidator.LengthBetween(1, 128))},
			MarkdownDescription: "Tags of the principal and its session, such as `{ team = \"web\" }`; `{}` for none. Null: not known.",
		},
		"user_id": text("The principal's `aws:userid`, such as `AROAEXAMPLE:session` for a role's session. Null: not known.", fw.Word(256)...),
		"source_vpce_id": text("VPC endpoint that its calls go through, such as `vpce-0a1b2c3d4e5f60718`. Null: none, and endpoint policies don't apply.",
			accessrequest.VPCEndpointID()),
		"identity_policies": schema.ListAttribute{
			Optional: true, ElementType: types.StringType,
			Validators:          []validator.List{listvalidator.NoNullValues()},
			MarkdownDescription: "Its identity policies as JSON texts, such as `[data.aws_iam_policy_document.ci.json]`; `[]` for none. Null: those of `policies.identity`.",
		},
	}
}

func repositoryAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"arn": schema.StringAttribute{
			Required:            true,
			MarkdownDescription: "ARN of the repository, such as `arn:aws:ecr:eu-west-1:111111111111:repository/team/app`.",
			Validators:          []validator.String{accessrequest.RepositoryARN()},
		},
		"policy_json": text("Its policy, such as `data.ecrx_repository_policy_document.app.json`; `\"\"` for none. Null: that of `policies.repository`."),
		"tags": schema.MapAttribute{
			Optional: true, ElementType: types.StringType,
			Validators:          []validator.Map{mapvalidator.NoNullValues(), mapvalidator.KeysAre(stringvalidator.LengthBetween(1, 128))},
			MarkdownDescription: "Tags of the repository, such as `{ team = \"web\" }`; `{}` for none. Null: not known.",
		},
		"organization_path": text("Where the repository's account is in its organization, such as `o-a1b2c3d4e5/r-ab12/ou-ab12-22222222/`; `\"\"` for an account in no organization. Null: not known.",
			accessrequest.OrganizationPath()),
	}
}

func text(description string, validators ...validator.String) schema.StringAttribute {
	return schema.StringAttribute{Optional: true, MarkdownDescription: description, Validators: validators}
}

// ValidateConfig checks the documents, the principals and the repositories.
func (d *DataSource) ValidateConfig(ctx context.Context, req datasource.ValidateConfigRequest, resp *datasource.ValidateConfigResponse) {
	var config model
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if !resp.Diagnostics.HasError() {
		expand(ctx, &config, &resp.Diagnostics)
	}
}

// Read decides every cell.
func (d *DataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var m model
	resp.Diagnostics.Append(req.Config.Get(ctx, &m)...)
	if resp.Diagnostics.HasError() {
		return
	}
	in := expand(ctx, &m, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	table := in.decide()
	m.Cells = table.cells()
	m.Markdown = types.StringValue(table.markdown())
	resp.Diagnostics.Append(resp.State.Set(ctx, &m)...)
}
