// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package pattern

import (
	"maps"
	"slices"
	"strings"

	"github.com/ecrx/terraform-provider-ecrx/internal/policy"
)

// routeTable gives the table of a subnet: its own, or the main one of the VPC.
// https://docs.aws.amazon.com/vpc/latest/userguide/subnet-route-tables.html
func (d *diagnoser) routeTable(subnet string) (table RouteTable, seen bool) {
	for _, t := range d.network.RouteTables {
		if slices.Contains(t.SubnetIDs, subnet) {
			return t, true
		}
		if t.Main && t.VPCID == d.VPCID {
			table, seen = t, true
		}
	}
	return table, seen
}

// internet says how grave it is when traffic finds no endpoint, as a sentence with a space behind it: an error where nothing else leads
// out of one of the subnets.
func (d *diagnoser) internet(subnets []string) (policy.Severity, string) {
	var gateways, others []string
	for _, id := range subnets {
		table, seen := d.routeTable(id)
		if !seen {
			return policy.SeverityWarning, "Whether it goes over the internet instead isn't known, since the route table of " + id + " couldn't be read. "
		}
		targets := d.defaultRoute(id, table)
		if len(targets) == 0 {
			return policy.SeverityError, ""
		}
		for _, target := range targets {
			if strings.HasPrefix(target, "nat-") || strings.HasPrefix(target, "igw-") || strings.HasPrefix(target, "eigw-") {
				gateways = append(gateways, target)
			} else {
				others = append(others, target)
			}
		}
	}
	switch {
	case len(gateways)+len(others) == 0:
		return policy.SeverityError, ""
	case len(others) > 0:
		return policy.SeverityWarning, "The default route leads to " + inWords(sortedOnce(append(gateways, others...))) + ", and whether the service is reached that way isn't known. "
	default:
		way := "Now it goes over the internet through " + inWords(sortedOnce(gateways))
		if slices.ContainsFunc(gateways, func(id string) bool { return strings.HasPrefix(id, "igw-") }) {
			way += ", if the containers have public addresses"
		}
		return policy.SeverityWarning, way + ". "
	}
}

// defaultRoute gives the targets of a subnet's way to everywhere, none without one. Two halves are the whole: that is how a route wins
// over the default one of somebody else.
func (d *diagnoser) defaultRoute(subnet string, table RouteTable) []string {
	everywhere, halves := "0.0.0.0/0", []string{"0.0.0.0/1", "128.0.0.0/1"}
	if s, seen := d.network.Subnets[subnet]; seen && s.CIDRBlock == "" {
		everywhere, halves = "::/0", []string{"::/1", "8000::/1"}
	}
	active := map[string]string{}
	for _, route := range table.Routes {
		if route.Active {
			active[route.Destination] = route.Target
		}
	}
	lower, upper := active[halves[0]], active[halves[1]]
	switch {
	case active[everywhere] != "":
		return []string{active[everywhere]}
	case lower != "" && upper != "":
		return sortedOnce([]string{lower, upper})
	default:
		return nil
	}
}

// elsewhere is internet for what an endpoint of another VPC can stand in for: a hub, which shares its endpoints over a network between
// VPCs and by private hosted zones. Nothing of either is looked at, so that it may be in order.
// https://docs.aws.amazon.com/whitepapers/latest/building-scalable-secure-multi-vpc-network-infrastructure/centralized-access-to-vpc-private-endpoints.html
func (d *diagnoser) elsewhere(subnets []string) (policy.Severity, string) {
	severity, way := d.internet(subnets)
	if severity != policy.SeverityError {
		return severity, way
	}
	var hubs []string
	for _, id := range subnets {
		table, _ := d.routeTable(id)
		targets := toOtherNetworks(table)
		if len(targets) == 0 && len(d.defaultRoute(id, table)) == 0 {
			return severity, way
		}
		hubs = append(hubs, targets...)
	}
	if len(hubs) == 0 {
		return severity, way
	}
	return policy.SeverityWarning, "Endpoints of another VPC may be reached through " + inWords(sortedOnce(hubs)) + ", which isn't looked at. "
}

// toOtherNetworks gives what a table leads to that has other VPCs behind it: transit gateways, peered VPCs, virtual private gateways and
// core networks of Cloud WAN, which have an ARN.
func toOtherNetworks(table RouteTable) (targets []string) {
	for _, route := range table.Routes {
		for _, kind := range []string{"tgw-", "pcx-", "vgw-", "arn:"} {
			if route.Active && strings.HasPrefix(route.Target, kind) {
				targets = append(targets, route.Target)
			}
		}
	}
	return targets
}

// layerRoutes looks for the way from each subnet to a gateway of S3, and gives the gateways that are taken. Subnets with one route table
// have one finding, and so have tables without a route that are as grave: it is one argument that lacks them.
func (d *diagnoser) layerRoutes() (taken []VPCEndpoint) {
	gateways := d.usable[s3]
	if len(gateways) == 0 || d.network.RouteTables == nil {
		return gateways
	}
	from := map[string][]string{}
	for _, id := range d.from {
		if table, seen := d.routeTable(id); seen {
			from[table.ID] = append(from[table.ID], id)
		} else {
			d.unseen("the route table of %s, which EC2 doesn't show, and so its way to S3", id)
			taken = gateways
		}
	}
	unrouted := map[policy.Severity][]string{}
	for _, id := range slices.Sorted(maps.Keys(from)) {
		gateway, dead := routed(d.network.RouteTables[id], gateways)
		switch {
		case dead:
			d.add(policy.SeverityError, "S3_ROUTE_BLACKHOLE", id, "The route of %s to the S3 endpoint %s is a blackhole: image layers that %s pull are dropped, and the pull hangs. "+
				"Take the table out of the route_table_ids of the endpoint, and put it in again.", id, gateway.ID, inWords(from[id]))
		case gateway.ID == "":
			severity, _ := d.internet(from[id])
			unrouted[severity] = append(unrouted[severity], id)
		case !slices.ContainsFunc(taken, func(e VPCEndpoint) bool { return e.ID == gateway.ID }):
			taken = append(taken, gateway)
		}
	}
	for severity, tables := range unrouted {
		d.unrouted(severity, tables, from, gateways[0].ID)
	}
	return taken
}

// unrouted reports route tables that don't lead to the S3 endpoint, with the subnets that have them.
func (d *diagnoser) unrouted(severity policy.Severity, tables []string, from map[string][]string, gateway string) {
	var subnets []string
	for _, id := range tables {
		subnets = append(subnets, from[id]...)
	}
	_, way := d.internet(subnets)
	have := "has"
	if len(tables) > 1 {
		have = "have"
	}
	d.add(severity, "S3_NOT_ROUTED", strings.Join(tables, ", "), "%s %s no route to the S3 endpoint %s, so %s reach no image layers by it. %sAdd %s to the route_table_ids of the endpoint.",
		inWords(tables), have, gateway, inWords(sortedOnce(subnets)), way, inWords(tables))
}

// routed gives the gateway that a table leads to, and whether that route is dead; none without a route.
func routed(table RouteTable, gateways []VPCEndpoint) (gateway VPCEndpoint, dead bool) {
	for _, route := range table.Routes {
		for _, e := range gateways {
			if route.Target == e.ID {
				return e, !route.Active
			}
		}
	}
	return VPCEndpoint{}, false
}
