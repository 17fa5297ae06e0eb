// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

// Package repositoryaccess holds the data source ecrx_repository_access: what the policy of an existing repository grants, and
// what is wrong with it. It reports; nothing in a policy is an error.
//
// It calls GetRepositoryPolicy, and DescribeRepositories where STS can't tell the account that registry_id leaves out. The
// schema's description lists the IAM permissions.
package repositoryaccess

import (
	"cmp"
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/ecrx/terraform-provider-ecrx/internal/awsapi"
	"github.com/ecrx/terraform-provider-ecrx/internal/fw"
	"github.com/ecrx/terraform-provider-ecrx/internal/pattern"
	"github.com/ecrx/terraform-provider-ecrx/internal/policy"
)

var _ datasource.DataSourceWithConfigure = (*DataSource)(nil)

// NewDataSource gives the data source.
func NewDataSource() datasource.DataSource { return &DataSource{} }

// DataSource is ecrx_repository_access.
type DataSource struct{ fw.DataSourceWithProvider }

const object = "ECR repository policy"

// Metadata names the data source.
func (d *DataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_repository_access"
}

// Schema describes the arguments and results.
func (d *DataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{MarkdownDescription: description, Attributes: attributes()}
}

// Read reads the live policy and describes it.
func (d *DataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var m model
	resp.Diagnostics.Append(req.Config.Get(ctx, &m)...)
	if !d.CheckRegion(ctx, req.Config, &resp.Diagnostics) {
		return
	}
	if resp.Diagnostics.HasError() || !fw.Configured(d.Provider, &resp.Diagnostics) {
		return
	}
	site := d.locate(ctx, &m, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	live, err := d.Provider.Clients.RepositoryPolicy(ctx, m.key())
	if awsapi.IsNotFound(err) {
		err = fmt.Errorf("%w\n\nCheck repository, registry_id and region. A repository that this configuration makes is read only once it is there: "+
			"give its name by reference, such as aws_ecr_repository.app.name", err)
	}
	if err != nil {
		fw.AddError(&resp.Diagnostics, "reading", object, m.Repository.ValueString(), err)
		return
	}
	var document policy.Document
	if live != "" {
		if document, err = policy.Parse(live); err != nil {
			fw.AddError(&resp.Diagnostics, "reading", object, m.Repository.ValueString(),
				fmt.Errorf("the policy isn't one that this version of the provider can read: %w", err))
			return
		}
	}
	m.set(document, site, pattern.DescribeAccess(document, site, m.Repository.ValueString()))
	resp.Diagnostics.Append(resp.State.Set(ctx, &m)...)
}

// locate fills in where the repository is.
func (d *DataSource) locate(ctx context.Context, m *model, diags *diag.Diagnostics) pattern.Site {
	m.Region = types.StringValue(cmp.Or(m.Region.ValueString(), d.Provider.Clients.Region()))
	if m.Region.ValueString() == "" {
		fw.NoRegion(diags)
		return pattern.Site{}
	}
	if m.RegistryID.IsNull() {
		if caller, known := fw.Account(ctx, d.Provider, diags); known {
			m.RegistryID = types.StringValue(caller.AccountID)
		}
		if diags.HasError() {
			return pattern.Site{}
		}
	}
	id, err := fw.ResolveRegistryID(ctx, d.Provider, m.RegistryID, m.key())
	if err != nil {
		fw.AddError(diags, "reading", "ECR repository", m.Repository.ValueString(), err)
	}
	m.RegistryID = id
	partition, _ := awsapi.PartitionOf(m.Region.ValueString())
	return pattern.Site{Partition: cmp.Or(partition, "aws"), Region: m.Region.ValueString(), AccountID: id.ValueString()}
}
