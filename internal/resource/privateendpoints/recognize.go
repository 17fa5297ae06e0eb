// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package privateendpoints

import (
	"context"
	"maps"
	"net/netip"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/ecrx/terraform-provider-ecrx/internal/awsapi"
	"github.com/ecrx/terraform-provider-ecrx/internal/fragment/network"
	"github.com/ecrx/terraform-provider-ecrx/internal/fw"
	"github.com/ecrx/terraform-provider-ecrx/internal/pattern"
)

// recognize fills the state after an import with the endpoints of the VPC: those that bear the mark, or, where none does, all that are for
// services of AWS, which the first apply takes over. It reports whether there are none.
func (r *Resource) recognize(ctx context.Context, m *model, diags *diag.Diagnostics) (gone bool, err error) {
	region := m.Region.ValueString()
	var live []awsapi.Endpoint
	var services []pattern.OfferedService
	err = atOnce([]string{"endpoints", "services"}, func(what string) (err error) {
		if what == "endpoints" {
			live, err = r.Provider.Clients.Endpoints(ctx, region, m.VPCID.ValueString())
		} else if services, err = network.Services(ctx, r.Provider.Clients, region); awsapi.IsAccessDenied(err) {
			err = nil
		}
		return err
	})
	if err != nil {
		return false, err
	}
	found, marked := best(live, region)
	if len(found) == 0 {
		return true, nil
	}
	all, tags := map[string]endpoint{}, []map[string]string{}
	for _, service := range slices.Sorted(maps.Keys(found)) { // in order, for the tags
		e := found[service]
		all[service] = newEndpoint(e, marked, e.PrivateDNS || hasPrivateDNS(services, e.ServiceName))
		tags = append(tags, e.Tags)
	}
	m.setEndpoints(ctx, all, diags)
	m.recognizeSet(found, region, services)
	groupTags, err := r.recognizeGroup(ctx, m, diags)
	if err != nil {
		return false, err
	}
	tags = append(tags, groupTags...)
	m.TagsAll = types.MapNull(types.StringType)
	m.refreshTags(ctx, r.Provider, tags, diags)
	r.refreshPrefixList(ctx, m, all)
	var unproven diag.Diagnostics // the plan tells them
	set := m.endpointSet()
	m.Proof = fw.StringList(nil)
	m.prove(ctx, &set, all, &unproven)
	return false, nil
}

// best gives one endpoint for each service: that with the mark, or that with private DNS or with the most route tables. marked reports
// whether they bear the mark.
func best(live []awsapi.Endpoint, region string) (found map[string]*awsapi.Endpoint, marked bool) {
	found = map[string]*awsapi.Endpoint{}
	marked = slices.ContainsFunc(live, func(e awsapi.Endpoint) bool { return isMarked(&e) && usable(e.State) })
	rank := func(e *awsapi.Endpoint) int {
		if e.PrivateDNS {
			return 1
		}
		return len(e.RouteTableIDs)
	}
	for i := range live {
		e := &live[i]
		service, _ := pattern.ServiceOf(e.ServiceName, region)
		if service == "" || e.Type != pattern.EndpointType(service) || e.RequesterManaged || !usable(e.State) || marked && !isMarked(e) {
			continue
		}
		if other := found[service]; other == nil || rank(e) > rank(other) || rank(e) == rank(other) && e.ID < other.ID {
			found[service] = e
		}
	}
	return found, marked
}

func isMarked(e *awsapi.Endpoint) bool {
	_, marked := e.Tags[network.MarkTag]
	return marked
}

// recognizeSet fills the arguments that say which endpoints there are, where, and with which policies.
func (m *model) recognizeSet(found map[string]*awsapi.Endpoint, region string, offered []pattern.OfferedService) {
	set := pattern.RecognizePrivateEndpoints(slices.Sorted(maps.Keys(found)))
	m.Compute, m.Include, m.Exclude = fw.StringSet(set.Compute), fw.StringSet(set.Include), fw.StringSet(set.Exclude)
	m.FIPS = recognizeFIPS(set, found, region, offered)
	var subnets, groups []string
	for service, e := range found {
		subnets, groups = append(subnets, e.SubnetIDs...), append(groups, e.SecurityGroupIDs...)
		text := types.StringValue(pattern.NormalizeEndpointPolicy(e.Policy))
		switch {
		case service == pattern.LayerService:
			m.RouteTableIDs, m.LayerBucketPolicyJSON = fw.StringSet(e.RouteTableIDs), text
			if buckets, minimal := pattern.RecognizeLayerBucketPolicy(e.Policy, region); minimal {
				m.LayerBucketPolicy, m.AdditionalBucketARNs = types.StringValue(pattern.LayerBucketMinimal), fw.StringSet(buckets)
			}
		case pattern.IsECR(service):
			m.EndpointPolicyJSON = text
			if input, known := pattern.RecognizeEndpointPolicy(e.Policy); known {
				m.Access, m.RepositoryARNs, m.PrincipalARNs = fw.OptionalString(input.Access), fw.StringSet(input.RepositoryARNs), fw.StringSet(input.PrincipalARNs)
				m.OrganizationIDs, m.ProtectFromDelete = fw.StringSet(input.OrganizationIDs), fw.StringSet(input.ProtectFromDelete)
			}
		}
	}
	m.SubnetIDs, m.SecurityGroupIDs = fw.StringSet(onlyOnce(subnets)), fw.StringSet(onlyOnce(groups))
}

// recognizeFIPS gives true where all services that have endpoints with FIPS cryptography have those, and null otherwise.
func recognizeFIPS(set pattern.PrivateEndpoints, found map[string]*awsapi.Endpoint, region string, offered []pattern.OfferedService) types.Bool {
	set.FIPS = true
	names, _ := set.EndpointServiceNames(region, offered)
	some, all := false, true
	for service, e := range found {
		_, fips := pattern.ServiceOf(e.ServiceName, region)
		some, all = some || fips, all && (names[service] == "" || names[service] == e.ServiceName)
	}
	if some && all {
		return types.BoolValue(true)
	}
	return types.BoolNull()
}

// recognizeGroup fills security_group in the place of security_group_ids when the group bears the mark, and gives its tags.
func (r *Resource) recognizeGroup(ctx context.Context, m *model, diags *diag.Diagnostics) (tags []map[string]string, err error) {
	ids, _ := fw.KnownStrings(m.SecurityGroupIDs)
	groups, err := r.Provider.Clients.SecurityGroups(ctx, m.Region.ValueString(), ids)
	if err != nil {
		return nil, err
	}
	for _, id := range ids {
		group := groups[id]
		if _, marked := group.Tags[network.MarkTag]; !marked {
			continue
		}
		var blocks, sources []string
		for _, rule := range group.Ingress {
			_, notBlock := netip.ParsePrefix(rule.Source)
			switch {
			case rule != awsapi.HTTPS(rule.Source):
			case notBlock == nil:
				blocks = append(blocks, rule.Source)
			case strings.HasPrefix(rule.Source, "sg-"):
				sources = append(sources, rule.Source)
			}
		}
		value, d := types.ObjectValueFrom(ctx, ingressTypes(), ingress{CIDRBlocks: fw.StringSet(blocks), SecurityGroupIDs: fw.StringSet(sources)})
		diags.Append(d...)
		m.SecurityGroup, m.SecurityGroupID, m.SecurityGroupIDs = value, types.StringValue(id), types.SetNull(types.StringType)
		tags = append(tags, group.Tags)
	}
	return tags, nil
}

type privateState interface {
	GetKey(ctx context.Context, key string) ([]byte, diag.Diagnostics)
}

// isImported reports whether the endpoints were found at an import and never applied since.
func isImported(ctx context.Context, private privateState) (bool, diag.Diagnostics) {
	mark, diags := private.GetKey(ctx, importedKey)
	return string(mark) == "true", diags
}

// warnUnmanaged names the endpoints that a deletion leaves, since they were imported and never applied.
func warnUnmanaged(ctx context.Context, req resource.ModifyPlanRequest, diags *diag.Diagnostics) {
	var state model
	diags.Append(req.State.Get(ctx, &state)...)
	imported, d := isImported(ctx, req.Private)
	diags.Append(d...)
	var left []string
	for _, e := range state.endpoints(ctx, diags) {
		if !e.Managed.ValueBool() {
			left = append(left, e.ID.ValueString())
		}
	}
	if slices.Sort(left); imported && len(left) > 0 {
		diags.AddWarning("Imported endpoints are left", "The endpoints "+strings.Join(left, ", ")+" were imported, but no apply has taken them over, so they are left. Delete them by other means, or import, apply and destroy them.")
	}
}
