// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

// Package trustpolicydocument is the data source ecrx_trust_policy_document: the trust policy of a role. It makes no call and
// needs no credentials.
package trustpolicydocument

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-validators/setvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
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

// DataSource is ecrx_trust_policy_document.
type DataSource struct{ fw.DataSourceWithProvider }

// Metadata names the data source.
func (d *DataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_trust_policy_document"
}

// Schema describes the arguments.
func (d *DataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Computes the trust policy of an IAM role, for `aws_iam_role` or any other tool. It makes no call and needs no credentials.\n\n" +
			"It names who may take the role: `services`, `accounts`, `principal_arns`, `organization_ids`, `oidc`, or several of them. Each becomes a statement of its own; a statement " +
			"that stands alone has no Sid, several have the Sids `Services`, `Accounts`, `Principals`, `Organizations` and `WebIdentity`. The plan proves that those whom it names may take " +
			"the role, and nobody else. Identity policies of the callers, SCPs and RCPs are assumed to allow it.\n\n" +
			"AWS App Runner has been closed to new customers since 2026-04-30, and AWS points them to ECS Express Mode. For those who have it: the role with which it pulls images trusts " +
			"`build.apprunner.amazonaws.com`, and the one that a service's instances use trusts `tasks.apprunner.amazonaws.com`.\n\n" +
			"## IAM permissions\n\nNone.",
		Attributes: policydocument.Attributes(map[string]schema.Attribute{
			"services": stringSet("Service principals, such as `[\"ecs-tasks.amazonaws.com\"]` or `[\"tasks.apprunner.amazonaws.com\"]`."),
			"source_account": schema.StringAttribute{
				Optional:            true,
				Validators:          []validator.String{stringvalidator.LengthAtLeast(1)},
				MarkdownDescription: "Account for whose resources `services` may act (`aws:SourceAccount`), such as `111111111111`. It keeps a service from taking the role for strangers, where the service sends it: Amazon ECS does, App Runner isn't known to.",
			},
			"source_arns":    stringSet("Resources for which `services` may act (`ArnLike` on `aws:SourceArn`), such as `[\"arn:aws:ecs:eu-west-1:111111111111:*\"]`."),
			"accounts":       stringSet("Account ids, such as `[\"222222222222\"]`. Their own identity policies decide who of them takes the role."),
			"principal_arns": stringSet("ARNs of roles and users, such as `[\"arn:aws:iam::222222222222:role/ci\"]`, with the path if they have one; the name may hold wildcards. They are named by their accounts and a condition on `aws:PrincipalArn`, so that a role that doesn't exist yet is no error."),
			"external_id": schema.StringAttribute{
				Optional:            true,
				Validators:          []validator.String{stringvalidator.LengthAtLeast(1)},
				MarkdownDescription: "External id that accounts and principals must send, such as a UUID: `0f2d9a4c-5b2e-4f35-9d51-7a2c1f6f3b8e`. One of fewer than 6 characters warns.",
			},
			"organization_ids": stringSet("Organizations that callers must be of, such as `[\"o-a1b2c3d4e5\"]`. Beside `accounts` or `principal_arns` it narrows them; without both, everybody in the organizations is trusted, which warns."),
			"oidc": schema.SingleNestedAttribute{
				Optional:            true,
				MarkdownDescription: "Workloads of an OpenID Connect provider, such as GitHub Actions.",
				Attributes: map[string]schema.Attribute{
					"provider_arn": schema.StringAttribute{
						Required:            true,
						Validators:          []validator.String{stringvalidator.LengthAtLeast(1)},
						MarkdownDescription: "ARN of the provider in IAM, such as `arn:aws:iam::111111111111:oidc-provider/token.actions.githubusercontent.com`.",
					},
					"audiences": schema.SetAttribute{
						Required: true, ElementType: types.StringType,
						Validators:          []validator.Set{setvalidator.SizeAtLeast(1), setvalidator.NoNullValues(), fw.Words(255)},
						MarkdownDescription: "Audiences that a token must be for, one of them, such as `[\"sts.amazonaws.com\"]`.",
					},
					"subjects": schema.SetAttribute{
						Required: true, ElementType: types.StringType,
						Validators:          []validator.Set{setvalidator.SizeAtLeast(1), setvalidator.NoNullValues()},
						MarkdownDescription: "Subjects that a token may have, such as `[\"repo:octo-org/app:ref:refs/heads/main\"]`, or with GitHub's numeric ids `[\"repo:octo-org@123456/app@456789:environment:production\"]`. `*` and `?` are wildcards.",
					},
					"allow_broad_subject": schema.BoolAttribute{
						Optional:            true,
						MarkdownDescription: "`true` accepts a wildcard before the end of the repository's name, as in `repo:octo-org/*`.",
					},
				},
			},
			"region": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "Region that tells the partition of the accounts, such as `cn-north-1`. It matters outside of the partition `aws`. Defaults to the provider's.",
				Validators:          fw.RegionAttribute().Validators,
			},
		}),
	}
}

func stringSet(description string) schema.SetAttribute {
	return schema.SetAttribute{Optional: true, ElementType: types.StringType, MarkdownDescription: description, Validators: []validator.Set{setvalidator.NoNullValues()}}
}

// ValidateConfig checks whom the policy names.
func (d *DataSource) ValidateConfig(ctx context.Context, req datasource.ValidateConfigRequest, resp *datasource.ValidateConfigResponse) {
	var config model
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	trust := config.trust(ctx, &resp.Diagnostics)
	if !resp.Diagnostics.HasError() {
		report(&resp.Diagnostics, pattern.ValidateTrust(trust))
	}
}

// Read computes the document.
func (d *DataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var m model
	resp.Diagnostics.Append(req.Config.Get(ctx, &m)...)
	if !d.CheckRegion(ctx, req.Config, &resp.Diagnostics) {
		return
	}
	trust := m.trust(ctx, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	site := pattern.Site{Partition: "aws", Region: m.Region.ValueString()}
	if site.Region == "" && d.Provider != nil {
		site.Region = d.Provider.Clients.Region()
	}
	if partition, known := awsapi.PartitionOf(site.Region); known {
		site.Partition = partition
	}
	document := trust.Document(site.Partition)
	if d.Provider == nil && m.Region.IsNull() && document.Canonical() != trust.Document("aws-cn").Canonical() {
		resp.Diagnostics.AddAttributeError(path.Root("region"), "Region not known yet",
			"The accounts' ARNs depend on the partition, and the provider block has values that aren't known yet. Set region here.")
		return
	}
	// What is wrong in the arguments was said when they were validated, unless they weren't known then.
	report(&resp.Diagnostics, errorsOf(pattern.ValidateTrust(trust)))
	if !resp.Diagnostics.HasError() {
		report(&resp.Diagnostics, pattern.ProveTrust(trust, document, site))
	}
	m.Set(document, policy.KindTrust, &resp.Diagnostics)
	if !resp.Diagnostics.HasError() {
		resp.Diagnostics.Append(resp.State.Set(ctx, &m)...)
	}
}
