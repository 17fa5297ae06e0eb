// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package privateendpoints

import (
	"context"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/ecrx/terraform-provider-ecrx/internal/awsapi"
	"github.com/ecrx/terraform-provider-ecrx/internal/fw"
	"github.com/ecrx/terraform-provider-ecrx/internal/pattern"
)

// endpoint is an element of endpoints: an endpoint with all its settings, so that a plan shows which one changes, and in what.
type endpoint struct {
	ID               types.String `tfsdk:"id"`
	ARN              types.String `tfsdk:"arn"`
	ServiceName      types.String `tfsdk:"service_name"`
	State            types.String `tfsdk:"state"`
	Managed          types.Bool   `tfsdk:"managed"`
	PrivateDNS       types.Bool   `tfsdk:"private_dns"`
	IPAddressType    types.String `tfsdk:"ip_address_type"`
	PolicyJSON       types.String `tfsdk:"policy_json"`
	DNSNames         types.List   `tfsdk:"dns_names"`
	SubnetIDs        types.Set    `tfsdk:"subnet_ids"`
	SecurityGroupIDs types.Set    `tfsdk:"security_group_ids"`
	RouteTableIDs    types.Set    `tfsdk:"route_table_ids"`
}

func endpointTypes() map[string]attr.Type {
	set := types.SetType{ElemType: types.StringType}
	return map[string]attr.Type{
		"id": types.StringType, "arn": types.StringType, "service_name": types.StringType, "state": types.StringType,
		"managed": types.BoolType, "private_dns": types.BoolType, "ip_address_type": types.StringType, "policy_json": types.StringType,
		"dns_names": types.ListType{ElemType: types.StringType}, "subnet_ids": set, "security_group_ids": set, "route_table_ids": set,
	}
}

// endpoints gives the endpoints by service; none while they aren't known.
func (m *model) endpoints(ctx context.Context, diags *diag.Diagnostics) map[string]endpoint {
	all := map[string]endpoint{}
	if !m.Endpoints.IsNull() && !m.Endpoints.IsUnknown() {
		diags.Append(m.Endpoints.ElementsAs(ctx, &all, false)...)
	}
	return all
}

// account is that of the endpoints which the resource made, "" when there is none.
func (m *model) account(ctx context.Context, diags *diag.Diagnostics) string {
	for _, e := range m.endpoints(ctx, diags) {
		if e.Managed.ValueBool() && !e.ARN.IsNull() {
			return fw.AccountOf(e.ARN)
		}
	}
	return ""
}

func (m *model) setEndpoints(ctx context.Context, all map[string]endpoint, diags *diag.Diagnostics) {
	value, d := types.MapValueFrom(ctx, types.ObjectType{AttrTypes: endpointTypes()}, all)
	diags.Append(d...)
	m.Endpoints = value
}

// newEndpoint gives an endpoint as it is. withDNS says that its service has private DNS.
func newEndpoint(live *awsapi.Endpoint, managed, withDNS bool) endpoint {
	e := endpoint{
		ID: types.StringValue(live.ID), ARN: types.StringValue(live.ARN), ServiceName: types.StringValue(live.ServiceName),
		State: types.StringValue(live.State), Managed: types.BoolValue(managed),
		PolicyJSON: types.StringValue(pattern.NormalizeEndpointPolicy(live.Policy)), DNSNames: fw.StringList(live.DNSNames),
		SubnetIDs: types.SetNull(types.StringType), SecurityGroupIDs: types.SetNull(types.StringType), RouteTableIDs: types.SetNull(types.StringType),
	}
	e.IPAddressType = fw.OptionalString(live.IPAddressType)
	if live.Type == awsapi.GatewayEndpoint {
		e.RouteTableIDs = stringSet(live.RouteTableIDs)
		return e
	}
	e.SubnetIDs, e.SecurityGroupIDs = stringSet(live.SubnetIDs), stringSet(live.SecurityGroupIDs)
	if withDNS {
		e.PrivateDNS = types.BoolValue(live.PrivateDNS)
	}
	return e
}

// stringSet gives a set, empty for none.
func stringSet(values []string) types.Set {
	return types.SetValueMust(types.StringType, fw.StringList(values).Elements())
}

// unknownEndpoint is one that isn't there yet.
func unknownEndpoint() endpoint {
	text, set := types.StringUnknown(), types.SetUnknown(types.StringType)
	return endpoint{
		ID: text, ARN: text, ServiceName: text, State: text, Managed: types.BoolUnknown(), PrivateDNS: types.BoolUnknown(), IPAddressType: text,
		PolicyJSON: text, DNSNames: types.ListUnknown(types.StringType), SubnetIDs: set, SecurityGroupIDs: set, RouteTableIDs: set,
	}
}

// newPlannedEndpoint is one of this resource's own that isn't there yet.
func newPlannedEndpoint(s settings, gateway bool) endpoint {
	e := unknownEndpoint()
	e.Managed, e.PolicyJSON, e.ServiceName, e.PrivateDNS = types.BoolValue(true), s.policy, s.serviceName, s.privateDNS
	e.SubnetIDs, e.SecurityGroupIDs, e.RouteTableIDs = s.subnetIDs, s.securityGroupIDs, s.routeTableIDs
	if !s.ipAddressType.IsNull() {
		e.IPAddressType = s.ipAddressType
	}
	if gateway {
		e.PrivateDNS, e.DNSNames = types.BoolNull(), fw.StringList(nil)
	}
	return e
}

// keeps reports whether an endpoint is this resource's own, or becomes so after an import, and can be used.
func (e *endpoint) keeps(imported found) bool {
	return (e.Managed.ValueBool() || imported.has(e.ID)) && usable(e.State.ValueString())
}

// usable reports whether an endpoint in a state works, or is about to. Any other one is replaced.
func usable(state string) bool {
	return !slices.Contains([]string{"failed", "rejected", "expired", awsapi.EndpointDeleting}, state)
}

// settings are those of an endpoint that its resource decides on.
type settings struct {
	policy, serviceName                        types.String
	privateDNS                                 types.Bool
	ipAddressType                              types.String // null: EC2's choice
	subnetIDs, securityGroupIDs, routeTableIDs types.Set
}

// wanted gives the settings of a service's endpoint.
func (m *model) wanted(service string, set *pattern.PrivateEndpoints) settings {
	s := settings{
		policy: m.policy(service, set), serviceName: types.StringUnknown(), privateDNS: types.BoolUnknown(), ipAddressType: m.IPAddressType,
		subnetIDs: m.SubnetIDs, securityGroupIDs: m.SecurityGroupIDs, routeTableIDs: types.SetNull(types.StringType),
	}
	if name, ok := set.CertainServiceName(service, m.Region.ValueString()); ok && !m.Region.IsUnknown() && !m.FIPS.IsUnknown() {
		s.serviceName, s.privateDNS = types.StringValue(name), types.BoolValue(true)
	}
	switch {
	case pattern.EndpointType(service) == pattern.EndpointGateway:
		none := types.SetNull(types.StringType)
		return settings{policy: s.policy, serviceName: s.serviceName, privateDNS: types.BoolNull(), ipAddressType: m.IPAddressType, subnetIDs: none, securityGroupIDs: none, routeTableIDs: m.RouteTableIDs}
	case !m.SecurityGroup.IsNull() && (m.SecurityGroupID.IsUnknown() || m.SecurityGroup.IsUnknown()):
		s.securityGroupIDs = types.SetUnknown(types.StringType)
	case !m.SecurityGroup.IsNull():
		s.securityGroupIDs = stringSet([]string{m.SecurityGroupID.ValueString()})
	}
	return s
}

// policy gives the policy of a service's endpoint.
func (m *model) policy(service string, set *pattern.PrivateEndpoints) types.String {
	switch {
	case m.Region.IsUnknown(), pattern.IsECR(service) && set.Policy.Incomplete:
		return types.StringUnknown()
	case pattern.EndpointType(service) == pattern.EndpointGateway:
		if _, known := fw.KnownStrings(m.AdditionalBucketARNs); m.LayerBucketPolicy.IsUnknown() || !known {
			return types.StringUnknown()
		}
	}
	document, err := set.PolicyDocument(service, m.Region.ValueString())
	if err != nil { // the Region isn't one, which is reported elsewhere
		return types.StringUnknown()
	}
	return types.StringValue(document.Canonical())
}

// plan gives the endpoint with the settings. What they don't touch stays known. another says that it is to become another endpoint
// of the service.
func (e endpoint) plan(s settings, another bool) endpoint {
	planned := e
	planned.Managed = types.BoolValue(true)
	planned.PolicyJSON, planned.SubnetIDs, planned.SecurityGroupIDs, planned.RouteTableIDs = s.policy, s.subnetIDs, s.securityGroupIDs, s.routeTableIDs
	if !s.ipAddressType.IsNull() {
		planned.IPAddressType = s.ipAddressType
	}
	if !e.PrivateDNS.IsNull() {
		planned.PrivateDNS = types.BoolValue(true)
	}
	if another {
		unknown := unknownEndpoint()
		planned.ID, planned.ARN, planned.State, planned.DNSNames = unknown.ID, unknown.ARN, unknown.State, unknown.DNSNames
		planned.ServiceName, planned.PrivateDNS = s.serviceName, s.privateDNS
		return planned
	}
	// A change ends with the endpoint available; whatever else it is now may pass.
	if !planned.same(&e) && e.State.ValueString() != awsapi.EndpointAvailable {
		planned.State = types.StringUnknown()
	}
	gateway := e.SubnetIDs.IsNull()
	if !gateway && (!planned.SubnetIDs.Equal(e.SubnetIDs) || !planned.PrivateDNS.Equal(e.PrivateDNS) || !planned.IPAddressType.Equal(e.IPAddressType)) {
		planned.DNSNames = types.ListUnknown(types.StringType)
	}
	return planned
}

// same reports whether two endpoints have the same settings.
func (e *endpoint) same(other *endpoint) bool {
	return e.ID.Equal(other.ID) && e.Managed.Equal(other.Managed) && e.PolicyJSON.Equal(other.PolicyJSON) && e.IPAddressType.Equal(other.IPAddressType) &&
		e.PrivateDNS.Equal(other.PrivateDNS) && e.SubnetIDs.Equal(other.SubnetIDs) && e.SecurityGroupIDs.Equal(other.SecurityGroupIDs) && e.RouteTableIDs.Equal(other.RouteTableIDs)
}

// hasPrivateDNS reports whether the service of that whole name has private DNS. Where it isn't listed that is taken for granted: nearly
// all of AWS's services do.
func hasPrivateDNS(offered []pattern.OfferedService, name string) bool {
	i := slices.IndexFunc(offered, func(s pattern.OfferedService) bool { return s.Name == name && s.Type == pattern.EndpointInterface })
	return i < 0 || offered[i].PrivateDNSName != ""
}

// serviceNames gives the whole names of the services: those of the plan, and for others what the Region offers.
func (w *work) serviceNames() map[string]string {
	names, _ := w.set.EndpointServiceNames(w.at.Region, w.network.Services)
	for service, planned := range w.planned {
		if name := planned.ServiceName.ValueString(); name != "" {
			names[service] = name
		}
	}
	return names
}
