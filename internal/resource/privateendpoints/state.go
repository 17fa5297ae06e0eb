// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package privateendpoints

import (
	"context"
	"maps"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/ecrx/terraform-provider-ecrx/internal/awsapi"
	"github.com/ecrx/terraform-provider-ecrx/internal/fragment/network"
	"github.com/ecrx/terraform-provider-ecrx/internal/fw"
	"github.com/ecrx/terraform-provider-ecrx/internal/pattern"
)

// settle fills what the plan left unknown with what there is after an apply that did all it should. It makes no call that may fail.
func (w *work) settle(ctx context.Context, plan *model, diags *diag.Diagnostics) {
	all := w.endpoints()
	for service, p := range w.planned {
		if e, there := all[service]; there {
			all[service] = e.known(&p)
		}
	}
	plan.setEndpoints(ctx, all, diags)
	plan.SecurityGroupID = fw.OptionalString(w.group)
	if plan.S3PrefixListID.IsUnknown() {
		plan.S3PrefixListID = w.prefixList(ctx, diags)
	}
	if plan.Proof.IsUnknown() {
		plan.provenLater(ctx, all, diags)
	}
}

// known gives an endpoint with all that the plan knew of it: a read that comes right after a write may show what was before.
func (e endpoint) known(planned *endpoint) endpoint {
	for _, text := range [][2]*types.String{
		{&e.ID, &planned.ID},
		{&e.ARN, &planned.ARN},
		{&e.ServiceName, &planned.ServiceName},
		{&e.State, &planned.State},
		{&e.PolicyJSON, &planned.PolicyJSON},
		{&e.IPAddressType, &planned.IPAddressType},
	} {
		if !text[1].IsUnknown() {
			*text[0] = *text[1]
		}
	}
	for _, set := range [][2]*types.Set{{&e.SubnetIDs, &planned.SubnetIDs}, {&e.SecurityGroupIDs, &planned.SecurityGroupIDs}, {&e.RouteTableIDs, &planned.RouteTableIDs}} {
		if !set[1].IsUnknown() {
			*set[0] = *set[1]
		}
	}
	for _, answer := range [][2]*types.Bool{{&e.PrivateDNS, &planned.PrivateDNS}, {&e.Managed, &planned.Managed}} {
		if !answer[1].IsUnknown() {
			*answer[0] = *answer[1]
		}
	}
	if !planned.DNSNames.IsUnknown() {
		e.DNSNames = planned.DNSNames
	}
	return e
}

// endpoints gives the endpoints as they were last seen.
func (w *work) endpoints() map[string]endpoint {
	all := map[string]endpoint{}
	for service, id := range w.ids {
		if live, there := w.seen[id]; there {
			all[service] = newEndpoint(&live, w.own[service], w.hasPrivateDNS(service))
		}
	}
	return all
}

// prefixList gives AWS's prefix list of S3, or null where the caller may not look.
func (w *work) prefixList(ctx context.Context, diags *diag.Diagnostics) types.String {
	id, err := w.clients.PrefixListID(ctx, w.at.Region, w.names[pattern.LayerService])
	if err != nil {
		diags.AddWarning("Prefix list of Amazon S3 not known", "s3_prefix_list_id stays empty until a refresh may read it: "+err.Error())
		return types.StringNull()
	}
	return types.StringValue(id)
}

// refresh takes over what is live, and reports whether nothing is left. Endpoints that are being deleted are taken for gone.
func (r *Resource) refresh(ctx context.Context, m *model, diags *diag.Diagnostics) (gone bool, err error) {
	before := m.endpoints(ctx, diags)
	var live []awsapi.Endpoint
	var groups map[string]awsapi.SecurityGroup
	region, group := m.Region.ValueString(), m.SecurityGroupID.ValueString()
	err = atOnce([]string{"endpoints", "security group"}, func(what string) (err error) {
		if what == "endpoints" {
			live, err = r.Provider.Clients.EndpointsByID(ctx, region, idsOf(before))
		} else if group != "" {
			groups, err = r.Provider.Clients.SecurityGroups(ctx, region, []string{group})
		}
		return named(what, err)
	})
	if err != nil {
		return false, err
	}
	all, tags := map[string]endpoint{}, []map[string]string{}
	for _, service := range slices.Sorted(maps.Keys(before)) { // in order, for the tags
		e := before[service]
		i := slices.IndexFunc(live, func(l awsapi.Endpoint) bool { return l.ID == e.ID.ValueString() && l.State != awsapi.EndpointDeleting })
		if i < 0 {
			continue
		}
		all[service] = newEndpoint(&live[i], e.Managed.ValueBool(), !e.PrivateDNS.IsNull())
		if e.Managed.ValueBool() {
			tags = append(tags, live[i].Tags)
		}
	}
	m.setEndpoints(ctx, all, diags)
	r.refreshPrefixList(ctx, m, all)
	if own, found := groups[group]; found {
		m.setIngress(ctx, &own, diags)
		tags = append(tags, own.Tags)
	} else {
		m.SecurityGroupID = types.StringNull()
	}
	m.refreshTags(ctx, r.Provider, tags, diags)
	return len(all) == 0 && m.SecurityGroupID.IsNull(), nil
}

// refreshPrefixList asks for the prefix list where an apply couldn't.
func (r *Resource) refreshPrefixList(ctx context.Context, m *model, all map[string]endpoint) {
	gateway, there := all[pattern.LayerService]
	if !there || !m.S3PrefixListID.IsNull() {
		return
	}
	if id, err := r.Provider.Clients.PrefixListID(ctx, m.Region.ValueString(), gateway.ServiceName.ValueString()); err == nil {
		m.S3PrefixListID = types.StringValue(id)
	}
}

// setIngress leaves of the sources those that the group lets in. What others let in is theirs.
func (m *model) setIngress(ctx context.Context, group *awsapi.SecurityGroup, diags *diag.Diagnostics) {
	if m.SecurityGroup.IsNull() {
		return
	}
	in := m.ingress(ctx, diags)
	left := func(set types.Set) types.Set {
		sources, _ := fw.KnownStrings(set)
		sources = slices.DeleteFunc(sources, func(source string) bool { return !slices.Contains(group.Ingress, awsapi.HTTPS(source)) })
		if set.IsNull() {
			return set
		}
		return stringSet(sources)
	}
	value, d := types.ObjectValueFrom(ctx, ingressTypes(), ingress{CIDRBlocks: left(in.CIDRBlocks), SecurityGroupIDs: left(in.SecurityGroupIDs)})
	diags.Append(d...)
	m.SecurityGroup = value
}

// refreshTags gives tags and tags_all of several objects, which are to have the same: what one of them lacks is missing, what one has
// beyond is there, and of two values of a key the one that the state doesn't have counts.
func (m *model) refreshTags(ctx context.Context, provider *fw.ProviderData, objects []map[string]string, diags *diag.Diagnostics) {
	if len(objects) == 0 {
		return
	}
	before := map[string]string{}
	if !m.TagsAll.IsNull() {
		diags.Append(m.TagsAll.ElementsAs(ctx, &before, false)...)
	}
	all := map[string]string{}
	for _, object := range objects {
		for key, value := range object {
			if other, there := all[key]; key != network.MarkTag && (!there || other == before[key]) {
				all[key] = value
			}
		}
	}
	maps.DeleteFunc(all, func(key, _ string) bool {
		_, expected := before[key]
		return expected && slices.ContainsFunc(objects, func(object map[string]string) bool { _, there := object[key]; return !there })
	})
	m.Tags, m.TagsAll = fw.ReadTags(ctx, provider, m.Tags, all, diags)
}

// idsOf gives the ids of endpoints, by the order of their services.
func idsOf(all map[string]endpoint) []string {
	var ids []string
	for _, service := range slices.Sorted(maps.Keys(all)) {
		ids = append(ids, all[service].ID.ValueString())
	}
	return ids
}
