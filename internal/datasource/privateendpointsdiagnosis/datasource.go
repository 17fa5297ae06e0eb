// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

// Package privateendpointsdiagnosis holds the data source ecrx_private_endpoints_diagnosis: what keeps containers in the subnets of a
// VPC from pulling their images without the internet. It reports; fail_on makes it a gate.
//
// It calls DescribeVpcs, DescribeVpcAttribute, DescribeSubnets, DescribeRouteTables, DescribeVpcEndpoints and
// DescribeVpcEndpointServices at once, then DescribeSecurityGroups, and DescribeSubnets again where an endpoint is in another subnet.
// The schema's description lists the IAM permissions.
package privateendpointsdiagnosis

import (
	"cmp"
	"context"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/ecrx/terraform-provider-ecrx/internal/awsapi"
	"github.com/ecrx/terraform-provider-ecrx/internal/fragment/endpointpolicy"
	"github.com/ecrx/terraform-provider-ecrx/internal/fragment/network"
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

// DataSource is ecrx_private_endpoints_diagnosis.
type DataSource struct{ fw.DataSourceWithProvider }

// Metadata names the data source.
func (d *DataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_private_endpoints_diagnosis"
}

// Schema describes the arguments and results.
func (d *DataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{MarkdownDescription: description, Attributes: attributes()}
}

// ValidateConfig checks the arguments, as far as they are known.
func (d *DataSource) ValidateConfig(ctx context.Context, req datasource.ValidateConfigRequest, resp *datasource.ValidateConfigResponse) {
	var m model
	resp.Diagnostics.Append(req.Config.Get(ctx, &m)...)
	if resp.Diagnostics.HasError() {
		return
	}
	endpointpolicy.Report(&resp.Diagnostics, pattern.ValidatePrivateEndpoints(m.endpoints()))
	endpointpolicy.Pulls(ctx, m.Pulls, &resp.Diagnostics)
}

// Read looks at the network.
func (d *DataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var m model
	resp.Diagnostics.Append(req.Config.Get(ctx, &m)...)
	if !d.CheckRegion(ctx, req.Config, &resp.Diagnostics) {
		return
	}
	if resp.Diagnostics.HasError() || !fw.Configured(d.Provider, &resp.Diagnostics) {
		return
	}
	m.Region = types.StringValue(cmp.Or(m.Region.ValueString(), d.Provider.Clients.Region()))
	if m.Region.ValueString() == "" {
		fw.NoRegion(&resp.Diagnostics)
		return
	}
	input := m.input(ctx, &resp.Diagnostics)
	seen := d.look(ctx, &m, &input, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	diagnosis := pattern.DiagnosePrivateNetwork(input, seen)
	m.set(&input, diagnosis)
	m.gate(diagnosis, &resp.Diagnostics)
	resp.Diagnostics.Append(resp.State.Set(ctx, &m)...)
}

// look reads the network, and fills in what follows from it.
func (d *DataSource) look(ctx context.Context, m *model, input *pattern.PrivateNetwork, diags *diag.Diagnostics) pattern.Network {
	look := network.Look{Region: input.Site.Region, VPCID: input.VPCID, SubnetIDs: input.SubnetIDs, AllRouteTables: true}
	seen := network.Read(ctx, d.Provider.Clients, look, diags)
	var problems []pattern.Problem
	input.Services, problems = m.endpoints().EndpointServiceNames(input.Site.Region, seen.Services)
	endpointpolicy.Report(diags, problems)
	if diags.HasError() {
		return seen
	}
	if seen.VPC != nil {
		input.Site.AccountID = seen.VPC.OwnerID
	}
	// Who may not ask STS, or won't, is taken for the owner.
	if caller, err := d.Provider.Clients.Identity(ctx); err == nil {
		input.CallerID = caller.AccountID
	}
	look.SecurityGroupIDs = input.SecurityGroupIDs
	network.ReadAround(ctx, d.Provider.Clients, look, input.EndpointsIn(seen), &seen, diags)
	return seen
}

// gate fails the plan on findings that the user doesn't want to pass, and on what the caller may not read, which may hide some.
func (m *model) gate(d pattern.Diagnosis, diags *diag.Diagnostics) {
	if m.FailOn.IsNull() {
		return
	}
	if len(d.Unread) > 0 {
		diags.AddAttributeError(path.Root("fail_on"), "Private network that isn't wholly looked at",
			fmt.Sprintf("What of %s isn't read may be out of order, which fail_on is not to let pass. Remove fail_on, or make these readable:\n  - %s", m.VPCID.ValueString(), strings.Join(d.Unread, "\n  - ")))
	}
	found := d.AtLeast(policy.Severity(m.FailOn.ValueString()))
	if len(found) == 0 {
		return
	}
	var text strings.Builder
	for _, f := range found {
		fmt.Fprintf(&text, "\n\n%s %s (%s): %s", f.Severity, f.Code, f.Path, f.Message)
	}
	diags.AddAttributeError(path.Root("fail_on"), "Private network that isn't in order",
		fmt.Sprintf("The diagnosis of %s finds %s. Without fail_on it only reports.%s", m.VPCID.ValueString(), counted(found), &text))
}

func partitionOf(region string) string {
	partition, _ := awsapi.PartitionOf(region)
	return cmp.Or(partition, "aws")
}
