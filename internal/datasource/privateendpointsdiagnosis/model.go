// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package privateendpointsdiagnosis

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/ecrx/terraform-provider-ecrx/internal/fragment/endpointpolicy"
	"github.com/ecrx/terraform-provider-ecrx/internal/fragment/policydocument"
	"github.com/ecrx/terraform-provider-ecrx/internal/fw"
	"github.com/ecrx/terraform-provider-ecrx/internal/pattern"
)

type model struct {
	VPCID            types.String `tfsdk:"vpc_id"`
	SubnetIDs        types.Set    `tfsdk:"subnet_ids"`
	Compute          types.Set    `tfsdk:"compute"`
	Include          types.Set    `tfsdk:"include"`
	Exclude          types.Set    `tfsdk:"exclude"`
	FIPS             types.Bool   `tfsdk:"fips"`
	SecurityGroupIDs types.Set    `tfsdk:"security_group_ids"`
	Pulls            types.Map    `tfsdk:"pulls"`
	FailOn           types.String `tfsdk:"fail_on"`
	Region           types.String `tfsdk:"region"`
	Findings         types.List   `tfsdk:"findings"`
	Endpoints        types.Map    `tfsdk:"endpoints"`
	Missing          types.Set    `tfsdk:"missing"`
	Markdown         types.String `tfsdk:"markdown"`
}

// endpoints are those that are needed, as far as is known.
func (m *model) endpoints() pattern.PrivateEndpoints {
	p := pattern.PrivateEndpoints{FIPS: m.FIPS.ValueBool()}
	for _, s := range []struct {
		from types.Set
		to   *[]string
	}{{m.Compute, &p.Compute}, {m.Include, &p.Include}, {m.Exclude, &p.Exclude}} {
		known, all := fw.KnownStrings(s.from)
		*s.to, p.Incomplete = known, p.Incomplete || !all
	}
	return p
}

// input is what the diagnosis is of, but for the names of the services.
func (m *model) input(ctx context.Context, diags *diag.Diagnostics) pattern.PrivateNetwork {
	region := m.Region.ValueString()
	input := pattern.PrivateNetwork{
		VPCID: m.VPCID.ValueString(), Fargate: m.endpoints().Fargate(), Mixed: m.endpoints().Mixed(), Pulls: map[string]pattern.PrivatePull{},
		Site: pattern.Site{Partition: partitionOf(region), Region: region},
	}
	input.SubnetIDs, _ = fw.KnownStrings(m.SubnetIDs)
	input.SecurityGroupIDs, _ = fw.KnownStrings(m.SecurityGroupIDs)
	pulls, _ := endpointpolicy.Pulls(ctx, m.Pulls, diags)
	for i := range pulls {
		input.Pulls[pulls[i].Name] = pulls[i].Input
	}
	return input
}

var endpointType = types.ObjectType{AttrTypes: map[string]attr.Type{"id": types.StringType, "service_name": types.StringType, "state": types.StringType}}

// set takes over the diagnosis.
func (m *model) set(input *pattern.PrivateNetwork, d pattern.Diagnosis) {
	m.Findings = policydocument.Findings(d.Findings)
	m.Endpoints, m.Missing = types.MapNull(endpointType), types.SetNull(types.StringType)
	if d.Endpoints != nil {
		found := make(map[string]attr.Value, len(d.Endpoints))
		for service, e := range d.Endpoints {
			found[service] = types.ObjectValueMust(endpointType.AttrTypes, map[string]attr.Value{
				"id": types.StringValue(e.ID), "service_name": types.StringValue(e.ServiceName), "state": types.StringValue(e.State),
			})
		}
		missing := make([]attr.Value, len(d.Missing))
		for i, service := range d.Missing {
			missing[i] = types.StringValue(service)
		}
		m.Endpoints, m.Missing = types.MapValueMust(endpointType, found), types.SetValueMust(types.StringType, missing)
	}
	m.Markdown = types.StringValue(report(input, d))
}
