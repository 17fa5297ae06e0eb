// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package privateendpoints

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/ecrx/terraform-provider-ecrx/internal/awsapi"
	"github.com/ecrx/terraform-provider-ecrx/internal/fragment/network"
	"github.com/ecrx/terraform-provider-ecrx/internal/fw"
	"github.com/ecrx/terraform-provider-ecrx/internal/pattern"
)

// change is what an update does.
type change struct {
	// live are the endpoints of the state, as they are now, by id.
	live map[string]awsapi.Endpoint
	// kept are the services whose endpoints stay, created those that get a new one.
	kept, created []string
	// broken are the ids of endpoints that are in the way of new ones, unwanted of those that go last, so that pulls go on.
	broken, unwanted []string
	// lostRules and lostTags are those that the state has, and the plan hasn't.
	lostRules []awsapi.IngressRule
	lostTags  []string
	// keepGroup says that the security group was found at an import, so that it may be somebody else's.
	keepGroup bool
}

// sort says what becomes of each endpoint: what the plan says. It fails when an endpoint that was to stay is gone since.
func (w *work) sort(before map[string]endpoint, live []awsapi.Endpoint, imported found) (*change, error) {
	c := &change{live: map[string]awsapi.Endpoint{}}
	for i := range live {
		c.live[live[i].ID] = live[i]
	}
	var gone []error
	for _, service := range w.set.Services() {
		e, there := w.plan.current(service, before)
		id, stays := e.ID.ValueString(), there && e.ID.Equal(w.planned[service].ID)
		now, found := c.live[id]
		switch {
		case stays && (!found || !usable(now.State)):
			gone = append(gone, fmt.Errorf("the endpoint %s of %s is gone since the plan was made. Plan and apply again", id, service))
		case stays && w.plan.reuses(&e):
			w.ids[service], w.seen[id] = id, now
		case stays, there && e.keeps(imported) && found && usable(now.State) && now.ServiceName == w.names[service]:
			w.take(service, &now)
			c.kept = append(c.kept, service)
		default:
			c.created = append(c.created, service)
		}
	}
	for _, service := range slices.Sorted(maps.Keys(before)) {
		e := before[service]
		id := e.ID.ValueString()
		now, found := c.live[id]
		switch {
		case !e.Managed.ValueBool() || imported.has(e.ID) || !found || slices.Contains(slices.Collect(maps.Values(w.ids)), id):
		case usable(now.State):
			c.unwanted = append(c.unwanted, id)
		default:
			c.broken = append(c.broken, id)
		}
	}
	return c, errors.Join(gone...)
}

// update makes what is new, changes what stays, and removes what isn't wanted any more, in this order: a pull under way goes on.
func (w *work) update(ctx context.Context, c *change) error {
	if err := w.delete(ctx, c.broken); err != nil {
		return err
	}
	all := slices.Concat(c.kept, c.created)
	if err := w.updateGroup(ctx, all); err != nil {
		return err
	}
	if err := w.create(ctx, c.created); err != nil {
		return err
	}
	err := atOnce(c.kept, func(service string) error {
		now := c.live[w.ids[service]]
		return named("endpoint of "+service, w.clients.ModifyEndpoint(ctx, w.at.Region, now.ID, w.difference(service, &now)))
	})
	if err != nil {
		return err
	}
	if err := w.wait(ctx, all); err != nil {
		return err
	}
	if err := w.tag(ctx, c); err != nil {
		return err
	}
	if err := w.delete(ctx, c.unwanted); err != nil {
		return err
	}
	if !w.needsGroup(all) {
		if c.keepGroup {
			return nil
		}
		return w.deleteGroup(ctx)
	}
	return w.clients.ChangeIngress(ctx, w.at.Region, w.group, nil, c.lostRules)
}

// updateGroup makes the security group, or lets those in whom it lacks.
func (w *work) updateGroup(ctx context.Context, services []string) error {
	if w.group == "" || !w.needsGroup(services) {
		return w.createGroup(ctx, services)
	}
	groups, err := w.clients.SecurityGroups(ctx, w.at.Region, []string{w.group})
	if err != nil {
		return err
	}
	group, found := groups[w.group]
	if !found {
		w.group = ""
		return w.createGroup(ctx, services)
	}
	add := slices.DeleteFunc(slices.Clone(w.rules), func(rule awsapi.IngressRule) bool { return slices.Contains(group.Ingress, rule) })
	return named("security group "+w.group, w.clients.ChangeIngress(ctx, w.at.Region, w.group, add, nil))
}

// difference is what to change of an endpoint.
func (w *work) difference(service string, now *awsapi.Endpoint) awsapi.EndpointChange {
	wanted := w.newEndpoint(service)
	c := awsapi.EndpointChange{
		AddSubnetIDs: missing(wanted.SubnetIDs, now.SubnetIDs), RemoveSubnetIDs: missing(now.SubnetIDs, wanted.SubnetIDs),
		AddSecurityGroupIDs: missing(wanted.SecurityGroupIDs, now.SecurityGroupIDs), RemoveSecurityGroupIDs: missing(now.SecurityGroupIDs, wanted.SecurityGroupIDs),
		AddRouteTableIDs: missing(wanted.RouteTableIDs, now.RouteTableIDs), RemoveRouteTableIDs: missing(now.RouteTableIDs, wanted.RouteTableIDs),
	}
	if pattern.NormalizeEndpointPolicy(wanted.Policy) != pattern.NormalizeEndpointPolicy(now.Policy) {
		c.Policy = &wanted.Policy
	}
	if wanted.PrivateDNS && !now.PrivateDNS {
		c.PrivateDNS = &wanted.PrivateDNS
	}
	if wanted.IPAddressType != now.IPAddressType {
		c.IPAddressType = wanted.IPAddressType
	}
	return c
}

// tag gives the endpoints that stay, and the group, the tags that they lack, and removes those that are lost.
func (w *work) tag(ctx context.Context, c *change) error {
	tagged := map[string]map[string]string{}
	for _, service := range c.kept {
		tagged[w.ids[service]] = c.live[w.ids[service]].Tags
	}
	if w.group != "" {
		groups, err := w.clients.SecurityGroups(ctx, w.at.Region, []string{w.group})
		if err != nil {
			return err
		}
		tagged[w.group] = groups[w.group].Tags
	}
	ids := slices.Sorted(maps.Keys(tagged))
	return atOnce(ids, func(id string) error {
		set := maps.Clone(w.tags)
		maps.DeleteFunc(set, func(key, value string) bool {
			now, there := tagged[id][key]
			return there && (now == value || key == network.MarkTag)
		})
		if err := w.clients.CreateTags(ctx, w.at.Region, []string{id}, set); err != nil {
			return named("tags of "+id, err)
		}
		lost := slices.DeleteFunc(slices.Clone(c.lostTags), func(key string) bool { _, there := tagged[id][key]; return !there })
		return named("tags of "+id, w.clients.DeleteTags(ctx, w.at.Region, []string{id}, lost))
	})
}

// lose notes the rules and tags that the state has, and the plan hasn't.
func (c *change) lose(ctx context.Context, state, plan *model, imported found, diags *diag.Diagnostics) {
	c.keepGroup = imported.has(state.SecurityGroupID)
	kept := plan.ingress(ctx, diags).rules()
	c.lostRules = slices.DeleteFunc(state.ingress(ctx, diags).rules(), func(rule awsapi.IngressRule) bool { return slices.Contains(kept, rule) })
	if c.keepGroup {
		c.lostRules = nil // others may have made them
	}
	_, c.lostTags = fw.ChangedTags(ctx, state.TagsAll, plan.TagsAll, diags)
}

// missing are the values that aren't among others.
func missing(values, others []string) []string {
	return slices.DeleteFunc(slices.Clone(values), func(value string) bool { return slices.Contains(others, value) })
}
