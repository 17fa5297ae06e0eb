// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package privateendpoints

import (
	"context"
	"encoding/json"
	"maps"
	"net/netip"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/ecrx/terraform-provider-ecrx/internal/awsapi"
	"github.com/ecrx/terraform-provider-ecrx/internal/fragment/network"
	"github.com/ecrx/terraform-provider-ecrx/internal/fw"
	"github.com/ecrx/terraform-provider-ecrx/internal/pattern"
)

// recognize fills the state after an import with the endpoints of the VPC: those that bear the mark, or, where none does, all that are for
// services of AWS, which the first apply takes over. It reports whether there are none.
func (r *Resource) recognize(ctx context.Context, m *model, diags *diag.Diagnostics) (imported found, err error) {
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
		return nil, err
	}
	chosen, marked := best(live, region)
	if len(chosen) == 0 {
		return nil, nil
	}
	all, tags := map[string]endpoint{}, []map[string]string{}
	for _, service := range slices.Sorted(maps.Keys(chosen)) { // in order, for the tags
		e := chosen[service]
		all[service] = newEndpoint(e, marked, e.PrivateDNS || hasPrivateDNS(services, e.ServiceName))
		tags = append(tags, e.Tags)
	}
	m.setEndpoints(ctx, all, diags)
	m.recognizeSet(chosen, region, services)
	groupTags, err := r.recognizeGroup(ctx, m, diags)
	if err != nil {
		return nil, err
	}
	tags = append(tags, groupTags...)
	m.TagsAll = types.MapNull(types.StringType)
	m.refreshTags(ctx, r.Provider, tags, diags)
	r.refreshPrefixList(ctx, m, all)
	// The first plan proves, so that it is an update, after which what the configuration names is this resource's own.
	m.Proof = types.ListNull(types.StringType)
	return append(found(idsOf(all)), m.SecurityGroupID.ValueString()), nil
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

// importedKey holds, in the private state, what an import found, until an apply.
const importedKey = "imported"

type privateState interface {
	GetKey(ctx context.Context, key string) ([]byte, diag.Diagnostics)
	SetKey(ctx context.Context, key string, value []byte) diag.Diagnostics
}

// found are the ids of the endpoints, and of their security group, that an import found. They may be somebody else's: the first apply
// takes over those that the configuration names, and until then none is this resource's own.
type found []string

func (f found) has(id types.String) bool {
	return slices.Contains(f, id.ValueString()) && id.ValueString() != ""
}

// without gives the id unless the import found it.
func (f found) without(id types.String) string {
	if f.has(id) {
		return ""
	}
	return id.ValueString()
}

// leave gives the ids of this resource's own endpoints among all: none that the import found.
func (f found) leave(all map[string]endpoint) []string {
	return slices.DeleteFunc(ownIDs(all, nil), func(id string) bool { return slices.Contains(f, id) })
}

func importedIDs(ctx context.Context, private privateState, diags *diag.Diagnostics) found {
	text, d := private.GetKey(ctx, importedKey)
	diags.Append(d...)
	var ids found
	if len(text) > 0 {
		if err := json.Unmarshal(text, &ids); err != nil {
			diags.AddError("Unreadable private state", "What the import found can't be read: "+err.Error())
		}
	}
	return ids
}

func (f found) remember(ctx context.Context, private privateState, diags *diag.Diagnostics) {
	text, err := json.Marshal(f)
	if err != nil {
		panic(err) // strings always marshal
	}
	diags.Append(private.SetKey(ctx, importedKey, text)...)
}

// warnLeft names the endpoints that an import found and that stay, whatever happens to the rest.
func (f found) warnLeft(left map[string]endpoint, diags *diag.Diagnostics) {
	var ids []string
	for _, e := range left {
		if f.has(e.ID) {
			ids = append(ids, e.ID.ValueString())
		}
	}
	if slices.Sort(ids); len(ids) > 0 {
		diags.AddWarning("Imported endpoints are left", "The endpoints "+strings.Join(ids, ", ")+
			" were found at the import, and no apply has taken them over, so they stay and leave the state. Name their services in the configuration and apply it to take them over, or delete them by other means.")
	}
}

// ownIDs are those of the endpoints that are this resource's, after an import of all that were found.
func ownIDs(all map[string]endpoint, imported found) []string {
	var ids []string
	for _, e := range all {
		if e.Managed.ValueBool() || imported.has(e.ID) {
			ids = append(ids, e.ID.ValueString())
		}
	}
	slices.Sort(ids)
	return ids
}
