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
		target := d.defaultRoute(id, table)
		switch {
		case target == "":
			return policy.SeverityError, ""
		case strings.HasPrefix(target, "nat-"), strings.HasPrefix(target, "igw-"), strings.HasPrefix(target, "eigw-"):
			gateways = append(gateways, target)
		default:
			others = append(others, target)
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

// defaultRoute gives the target of a subnet's way to everywhere, "" for none.
func (d *diagnoser) defaultRoute(subnet string, table RouteTable) string {
	everywhere := "0.0.0.0/0"
	if s, seen := d.network.Subnets[subnet]; seen && s.CIDRBlock == "" {
		everywhere = "::/0"
	}
	for _, route := range table.Routes {
		if route.Destination == everywhere && route.Active {
			return route.Target
		}
	}
	return ""
}

// layerRoutes looks for the way from each subnet to a gateway of S3, and gives the gateways that are taken. Subnets with one route table
// have one finding.
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
	for _, id := range slices.Sorted(maps.Keys(from)) {
		gateway, dead := routed(d.network.RouteTables[id], gateways)
		switch {
		case dead:
			d.add(policy.SeverityError, "S3_ROUTE_BLACKHOLE", id, "The route of %s to the S3 endpoint %s is a blackhole: image layers that %s pull are dropped, and the pull hangs. "+
				"Take the table out of the route_table_ids of the endpoint, and put it in again.", id, gateway.ID, inWords(from[id]))
		case gateway.ID == "":
			severity, way := d.internet(from[id])
			d.add(severity, "S3_NOT_ROUTED", id, "%s has no route to the S3 endpoint %s, so %s reach no image layers by it. %sAdd %s to the route_table_ids of the endpoint.", id, gateways[0].ID, inWords(from[id]), way, id)
		case !slices.ContainsFunc(taken, func(e VPCEndpoint) bool { return e.ID == gateway.ID }):
			taken = append(taken, gateway)
		}
	}
	return taken
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
