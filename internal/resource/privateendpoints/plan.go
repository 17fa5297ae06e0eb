// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package privateendpoints

import (
	"context"
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/ecrx/terraform-provider-ecrx/internal/fragment/endpointpolicy"
	"github.com/ecrx/terraform-provider-ecrx/internal/fw"
	"github.com/ecrx/terraform-provider-ecrx/internal/pattern"
	"github.com/ecrx/terraform-provider-ecrx/internal/policy"
)

// validate finds what is wrong in the arguments.
func (m *model) validate(ctx context.Context, diags *diag.Diagnostics) {
	set := m.endpointSet()
	endpointpolicy.Report(diags, pattern.ValidatePrivateEndpoints(set))
	at := m.placement(ctx, diags)
	at.Incomplete = at.Incomplete || m.hasEmpty(ctx, diags)
	endpointpolicy.Report(diags, pattern.ValidatePlacement(set, at))
	endpointpolicy.Pulls(ctx, m.Pulls, diags)
}

// hasEmpty reports whether a set of the placement is empty, which its validator reports: what is missing by that isn't reported again.
func (m *model) hasEmpty(ctx context.Context, diags *diag.Diagnostics) bool {
	sources := m.ingress(ctx, diags)
	return slices.ContainsFunc([]types.Set{m.SubnetIDs, m.RouteTableIDs, m.SecurityGroupIDs, sources.CIDRBlocks, sources.SecurityGroupIDs}, func(set types.Set) bool {
		return !set.IsNull() && !set.IsUnknown() && len(set.Elements()) == 0
	})
}

// resolve sets what follows from the arguments and the state, which is nil for new endpoints. imported is what
// an import found: of that, what the arguments name is taken over, whoever made it.
func (m *model) resolve(ctx context.Context, state *model, imported found, diags *diag.Diagnostics) {
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
	m.SecurityGroupID = m.plannedGroup(&set, state, before, imported)
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
	if state != nil && !m.Proof.IsUnknown() && len(state.Proof.Elements()) > 0 && m.provesAs(state) {
		m.Proof = state.Proof // a newer version's wording is no change
	}
}

// provesAs reports whether a proof is about the same endpoints, policy and pulls as the state's.
func (m *model) provesAs(state *model) bool {
	return m.Endpoints.Equal(state.Endpoints) && m.EndpointPolicyJSON.Equal(state.EndpointPolicyJSON) && m.Pulls.Equal(state.Pulls) && m.Compute.Equal(state.Compute)
}

// check finds what would stop the apply. state is nil for new endpoints. Terraform plans before it destroys, so what became true
// while the arguments stayed as they are, such as a subnet that is gone, doesn't stop the plan: the apply asks again.
func (r *Resource) check(ctx context.Context, m, state *model, own []string, diags *diag.Diagnostics) {
	n, at := r.look(ctx, m, own, state == nil, diags)
	problems := pattern.CheckPlacement(m.endpointSet(), at, n)
	if state != nil && m.asks(state) {
		for i := range problems {
			if problems[i].Severity == policy.SeverityError && (!slices.Contains(problems[i].Path, "security_group") || m.SecurityGroup.Equal(state.SecurityGroup)) {
				problems[i].Severity = policy.SeverityWarning
				problems[i].Detail += " The arguments are as they were applied, so a destroy goes on; an apply will fail."
			}
		}
	}
	endpointpolicy.Report(diags, problems)
}

// asks reports whether the arguments that say where the endpoints are, and which, are those of the state. The sources of the security
// group are left out: a refresh writes them, so that they differ by a drift too.
func (m *model) asks(state *model) bool {
	return m.VPCID.Equal(state.VPCID) && m.SubnetIDs.Equal(state.SubnetIDs) && m.RouteTableIDs.Equal(state.RouteTableIDs) &&
		m.Compute.Equal(state.Compute) && m.Include.Equal(state.Include) && m.Exclude.Equal(state.Exclude) && m.FIPS.Equal(state.FIPS) &&
		m.Existing.Equal(state.Existing) && m.IPAddressType.Equal(state.IPAddressType) && m.SecurityGroupIDs.Equal(state.SecurityGroupIDs)
}

// moves reports whether something is to be changed of where the endpoints are, or of whom their security group lets in.
func (m *model) moves(before *model) bool {
	return !m.Endpoints.Equal(before.Endpoints) || !m.SecurityGroup.Equal(before.SecurityGroup)
}

// unnamed gives the endpoints of a state that aren't planned.
func (m *model) unnamed(ctx context.Context, before map[string]endpoint, diags *diag.Diagnostics) map[string]endpoint {
	planned := idsOf(m.endpoints(ctx, diags))
	left := maps.Clone(before)
	maps.DeleteFunc(left, func(_ string, e endpoint) bool { return slices.Contains(planned, e.ID.ValueString()) })
	return left
}

// plannedEndpoint is what becomes of a service's endpoint.
func (m *model) plannedEndpoint(service string, set *pattern.PrivateEndpoints, state *model, before map[string]endpoint, imported found) endpoint {
	e, there := m.current(service, before)
	mayReuse := m.Existing.IsUnknown() || m.Existing.ValueString() == existingReuse
	another := there && m.switchesFIPS(service, &e, state)
	switch {
	case there && m.reuses(&e) && !another:
		return e
	case there && e.keeps(imported) && (!another || !mayReuse):
		return e.plan(m.wanted(service, set), another)
	case mayReuse:
		return unknownEndpoint()
	default:
		return newPlannedEndpoint(m.wanted(service, set), pattern.EndpointType(service) == pattern.EndpointGateway)
	}
}

// current gives the endpoint of a service. After an update that failed there may be two, of which one has the FIPS that is wanted.
func (m *model) current(service string, before map[string]endpoint) (e endpoint, there bool) {
	e, there = before[service]
	if _, fips := pattern.ServiceOf(e.ServiceName.ValueString(), m.Region.ValueString()); there && fips == m.FIPS.ValueBool() {
		return e, true
	}
	for _, id := range slices.Sorted(maps.Keys(before)) {
		other := before[id]
		of, fips := pattern.ServiceOf(other.ServiceName.ValueString(), m.Region.ValueString())
		if id != service && of == service && fips == m.FIPS.ValueBool() && other.Managed.ValueBool() {
			return other, true
		}
	}
	return e, there
}

// switchesFIPS reports whether an endpoint may become another one, with or without FIPS. Not all services have both.
func (m *model) switchesFIPS(service string, e *endpoint, state *model) bool {
	if pattern.EndpointType(service) == pattern.EndpointGateway {
		return false
	}
	_, fips := pattern.ServiceOf(e.ServiceName.ValueString(), m.Region.ValueString())
	switch {
	case m.FIPS.IsUnknown():
		return true
	case m.FIPS.ValueBool():
		return !fips && (pattern.IsECR(service) || !state.FIPS.ValueBool())
	default:
		return fips
	}
}

// plannedGroup is what becomes of the security group that this resource makes. Where all endpoints are of others it makes none.
func (m *model) plannedGroup(set *pattern.PrivateEndpoints, state *model, before map[string]endpoint, imported found) types.String {
	needed, perhaps := false, false
	for _, service := range set.Services() {
		e, there := m.current(service, before)
		switch {
		case pattern.EndpointType(service) == pattern.EndpointGateway, there && m.reuses(&e) && !m.switchesFIPS(service, &e, state):
		case there && e.keeps(imported), m.Existing.ValueString() != existingReuse && !m.Existing.IsUnknown():
			needed = true
		default:
			perhaps = true
		}
	}
	switch {
	case m.SecurityGroup.IsUnknown():
		return types.StringUnknown()
	case m.SecurityGroup.IsNull() || !needed && !perhaps:
		return types.StringNull()
	case needed && state != nil && !state.SecurityGroupID.IsNull():
		return state.SecurityGroupID
	default:
		return types.StringUnknown()
	}
}

// reuses reports whether an endpoint is of others and does what a create would use it for: it answers to the service's names, or has a
// route in each of the route tables.
func (m *model) reuses(e *endpoint) bool {
	if e.Managed.ValueBool() || m.Existing.ValueString() != existingReuse || !usable(e.State.ValueString()) {
		return false
	}
	if e.RouteTableIDs.IsNull() {
		return e.PrivateDNS.IsNull() || e.PrivateDNS.ValueBool()
	}
	wanted, known := fw.KnownStrings(m.RouteTableIDs)
	has, _ := fw.KnownStrings(e.RouteTableIDs)
	return known && len(missing(wanted, has)) == 0
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
