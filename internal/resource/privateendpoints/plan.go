// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package privateendpoints

import (
	"context"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/ecrx/terraform-provider-ecrx/internal/fragment/endpointpolicy"
	"github.com/ecrx/terraform-provider-ecrx/internal/fw"
	"github.com/ecrx/terraform-provider-ecrx/internal/pattern"
)

// validate finds what is wrong in the arguments.
func (m *model) validate(ctx context.Context, diags *diag.Diagnostics) {
	set := m.endpointSet()
	endpointpolicy.Report(diags, pattern.ValidatePrivateEndpoints(set))
	endpointpolicy.Report(diags, pattern.ValidatePlacement(set, m.placement(ctx, diags)))
	endpointpolicy.Pulls(ctx, m.Pulls, diags)
}

// resolve sets what follows from the arguments and the state, which is nil for new endpoints. imported says that the endpoints were
// found at an import and never applied since: those that others made are taken over then.
func (m *model) resolve(ctx context.Context, state *model, imported bool, diags *diag.Diagnostics) {
	set := m.endpointSet()
	m.EndpointPolicyJSON, m.LayerBucketPolicyJSON = types.StringUnknown(), types.StringUnknown()
	m.S3PrefixListID, m.Proof = types.StringUnknown(), types.ListUnknown(types.StringType)
	before := map[string]endpoint{}
	if state != nil {
		before = state.endpoints(ctx, diags)
	}
	if !m.servicesKnown() {
		m.SecurityGroupID, m.Endpoints = types.StringUnknown(), types.MapUnknown(types.ObjectType{AttrTypes: endpointTypes()})
		return
	}
	m.SecurityGroupID = m.plannedGroup(&set, state, before)
	m.EndpointPolicyJSON, m.LayerBucketPolicyJSON, m.S3PrefixListID = types.StringNull(), types.StringNull(), types.StringNull()
	planned := map[string]endpoint{}
	for _, service := range set.Services() {
		planned[service] = m.plannedEndpoint(service, &set, state, before, imported)
		switch {
		case pattern.IsECR(service):
			m.EndpointPolicyJSON = m.policy(service, &set)
		case pattern.EndpointType(service) == pattern.EndpointGateway:
			m.LayerBucketPolicyJSON = m.policy(service, &set)
			m.S3PrefixListID = types.StringUnknown()
			if _, there := before[service]; there {
				m.S3PrefixListID = state.S3PrefixListID
			}
		}
	}
	m.setEndpoints(ctx, planned, diags)
	m.prove(ctx, &set, planned, diags)
}

// plannedEndpoint is what becomes of a service's endpoint.
func (m *model) plannedEndpoint(service string, set *pattern.PrivateEndpoints, state *model, before map[string]endpoint, imported bool) endpoint {
	e, there := before[service]
	gateway := pattern.EndpointType(service) == pattern.EndpointGateway
	switch {
	case there && m.reuses(&e):
		return e
	case there && e.keeps(imported):
		another := !gateway && (m.FIPS.IsUnknown() || state.FIPS.ValueBool() != m.FIPS.ValueBool())
		return e.plan(m.wanted(service, set), another)
	case m.Existing.IsUnknown() || m.Existing.ValueString() == existingReuse:
		return unknownEndpoint()
	default:
		return newPlannedEndpoint(m.wanted(service, set), gateway)
	}
}

// plannedGroup is what becomes of the security group that this resource makes. Where all endpoints are of others it makes none.
func (m *model) plannedGroup(set *pattern.PrivateEndpoints, state *model, before map[string]endpoint) types.String {
	needed := slices.ContainsFunc(set.Services(), func(service string) bool {
		e, there := before[service]
		return pattern.EndpointType(service) == pattern.EndpointInterface && (!there || !m.reuses(&e))
	})
	switch {
	case m.SecurityGroup.IsUnknown():
		return types.StringUnknown()
	case m.SecurityGroup.IsNull() || !needed:
		return types.StringNull()
	case state != nil && !state.SecurityGroupID.IsNull():
		return state.SecurityGroupID
	default:
		return types.StringUnknown()
	}
}

// reuses reports whether an endpoint is of others and stays so.
func (m *model) reuses(e *endpoint) bool {
	return !e.Managed.ValueBool() && m.Existing.ValueString() == existingReuse && usable(e.State.ValueString())
}

// warn says what adding the gateway to route tables does.
// https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-s3.html#gateway-endpoint-considerations-s3
func (m *model) warn(ctx context.Context, before map[string]endpoint, diags *diag.Diagnostics) {
	planned, there := m.endpoints(ctx, diags)[pattern.LayerService]
	old := before[pattern.LayerService]
	if !there || planned.RouteTableIDs.Equal(old.RouteTableIDs) {
		return
	}
	now, _ := fw.KnownStrings(m.RouteTableIDs)
	had, _ := fw.KnownStrings(old.RouteTableIDs)
	if added := missing(now, had); len(added) > 0 || m.RouteTableIDs.IsUnknown() {
		diags.AddAttributeWarning(path.Root("route_table_ids"), "Connections to Amazon S3 break for a moment",
			"The S3 gateway is added to route tables"+list(added)+". Open connections of their subnets to Amazon S3 in the Region are cut off then, and later ones go through the gateway: apply while nothing is uploaded or downloaded.")
	}
}

func list(ids []string) string {
	if len(ids) == 0 {
		return ""
	}
	return " (" + strings.Join(ids, ", ") + ")"
}
