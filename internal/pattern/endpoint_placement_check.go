// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package pattern

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// CheckPlacement finds what in a network would stop the endpoints from being made, or from working: the same that EC2 reports one by
// one, in the middle of an apply. Each problem's path begins with the argument's name.
//
// https://docs.aws.amazon.com/vpc/latest/privatelink/create-interface-endpoint.html
// https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-endpoints.html
func CheckPlacement(p PrivateEndpoints, at Placement, n Network) []Problem {
	names, problems := p.EndpointServiceNames(at.Region, n.Services)
	c := &placementCheck{roleValidator{problems: problems}, p, at, n, names}
	if c.vpc() {
		c.services()
		c.subnets()
		c.routeTables()
		c.securityGroups()
		c.endpoints()
	}
	return c.problems
}

type placementCheck struct {
	roleValidator

	set     PrivateEndpoints
	at      Placement
	network Network
	names   map[string]string
}

// interfaces are the services with interface endpoints, sorted.
func (c *placementCheck) interfaces() []string {
	services := slices.DeleteFunc(slices.Collect(maps.Keys(c.names)), func(service string) bool { return EndpointType(service) != EndpointInterface })
	slices.Sort(services)
	return services
}

// vpc looks at the VPC, and reports whether it is there. Private DNS, without which images aren't found, needs both attributes:
// https://docs.aws.amazon.com/vpc/latest/privatelink/create-interface-endpoint.html#prerequisites-interface-endpoints.
func (c *placementCheck) vpc() bool {
	const argument = "vpc_id"
	vpc := c.network.VPC
	switch {
	case vpc == nil:
		return true
	case vpc.ID == "" || vpc.OwnerID == "":
		c.error(argument, "VPC not found", "There is no such VPC in %s. Write the id of one that is there, or set region to the Region that it is in.", c.at.Region)
		return false
	case c.at.CallerAccount != "" && vpc.OwnerID != c.at.CallerAccount:
		c.error(argument, "VPC of another account", "%s belongs to the account %s, which shares subnets of it with %s. Only the owner can make endpoints in it: make them with a provider of that account; they work for the shared subnets too.", vpc.ID, vpc.OwnerID, c.at.CallerAccount)
		return false
	}
	var off []string
	if !vpc.DNSSupport {
		off = append(off, "enableDnsSupport")
	}
	if !vpc.DNSHostnames {
		off = append(off, "enableDnsHostnames")
	}
	if len(off) > 0 && len(c.interfaces()) > 0 {
		c.error(argument, "DNS of the VPC switched off", "Endpoints answer to the names of %s by private DNS, which needs enableDnsSupport and enableDnsHostnames, and %s of %s is off. Set enable_dns_support = true and enable_dns_hostnames = true on the VPC, and if this configuration makes it, apply that first with -target.",
			quoted(c.interfaces()), strings.Join(off, " and "), vpc.ID)
	}
	return true
}

func (c *placementCheck) subnets() {
	const argument = "subnet_ids"
	taken := map[string]string{}
	var without []string
	for _, id := range c.at.SubnetIDs {
		subnet, found := c.network.Subnets[id]
		switch {
		case c.network.Subnets == nil:
			return
		case !found:
			c.error(argument, "Subnet not found", "There is no subnet %s in %s. Write the id of one that is there.", id, c.at.Region)
			continue
		case c.elsewhere(subnet.VPCID):
			c.error(argument, "Subnet of another VPC", "The subnet %s is in %s. Write subnets of %s.", id, subnet.VPCID, c.network.VPC.ID)
			continue
		case taken[subnet.Zone] != "":
			c.error(argument, "Two subnets in one zone", "The subnets %s and %s are both in %s, and an endpoint takes one for each zone. Remove one of them: an endpoint is reached from all subnets of the VPC.", taken[subnet.Zone], id, subnet.Zone)
			continue
		}
		taken[subnet.Zone] = id
		if !c.hasAddresses(subnet) {
			without = append(without, id)
		}
		c.zone(subnet)
	}
	if len(without) > 0 {
		noun := "subnet"
		if len(without) > 1 {
			noun = "subnets"
		}
		c.error("ip_address_type", "Subnet without such addresses", "The %s %s can't take %q: \"ipv4\" needs an IPv4 block, \"dualstack\" an IPv4 and an IPv6 block, \"ipv6\" a subnet of IPv6 alone. Write another type, or give each subnet a block.", noun, strings.Join(without, ", "), c.at.IPAddressType)
	}
}

// zone finds services that have no endpoints in the zone of a subnet.
func (c *placementCheck) zone(subnet Subnet) {
	var without, zones []string
	for _, service := range c.interfaces() {
		offered, found := offeredNamed(c.network.Services, c.names[service], EndpointInterface)
		if !found || len(offered.Zones) == 0 || slices.Contains(offered.Zones, subnet.Zone) {
			continue
		}
		without, zones = append(without, c.names[service]), offered.Zones
	}
	if len(without) > 0 {
		c.error("subnet_ids", "Zone without endpoints", "The subnet %s is in %s, where %s offers no endpoints; it does in %s. Remove the subnet: containers there reach endpoints of other zones.", subnet.ID, subnet.Zone, strings.Join(without, ", "), strings.Join(zones, ", "))
	}
}

// hasAddresses reports whether a subnet has the addresses that are asked for.
func (c *placementCheck) hasAddresses(subnet Subnet) bool {
	ipv4, ipv6 := subnet.CIDRBlock != "", len(subnet.IPv6CIDRBlocks) > 0
	return map[string]bool{"ipv4": ipv4, "ipv6": ipv6 && !ipv4, "dualstack": ipv4 && ipv6, "": true}[c.at.IPAddressType]
}

// elsewhere reports whether something is in another VPC.
func (c *placementCheck) elsewhere(vpcID string) bool {
	return c.network.VPC != nil && vpcID != c.network.VPC.ID
}

// services finds those that don't have the addresses that are asked for.
func (c *placementCheck) services() {
	needed := map[string][]string{"ipv4": {"ipv4"}, "ipv6": {"ipv6"}, "dualstack": {"ipv4", "ipv6"}}[c.at.IPAddressType]
	var without []string
	for _, service := range c.interfaces() {
		offered, found := offeredNamed(c.network.Services, c.names[service], EndpointInterface)
		if found && len(offered.IPAddressTypes) > 0 && len(missing(needed, offered.IPAddressTypes)) > 0 {
			without = append(without, service)
		}
	}
	if len(without) > 0 {
		c.error("ip_address_type", "Service without such addresses", "In %s %s offer no endpoints of type %q. Write another type, or leave them out with exclude.", c.at.Region, quoted(without), c.at.IPAddressType)
	}
}

func (c *placementCheck) routeTables() {
	const argument = "route_table_ids"
	for _, id := range c.at.RouteTableIDs {
		table, found := c.network.RouteTables[id]
		switch {
		case c.network.RouteTables == nil:
			return
		case !found:
			c.error(argument, "Route table not found", "There is no route table %s in %s. Write the id of one that is there.", id, c.at.Region)
		case c.elsewhere(table.VPCID):
			c.error(argument, "Route table of another VPC", "The route table %s is of %s. Write route tables of %s.", id, table.VPCID, c.network.VPC.ID)
		}
	}
}

func (c *placementCheck) securityGroups() {
	for _, list := range []struct {
		argument string
		ids      []string
		own      bool
	}{{"security_group_ids", c.at.SecurityGroupIDs, true}, {"security_group.ingress_security_group_ids", c.at.SourceGroups, false}} {
		for _, id := range list.ids {
			group, found := c.network.SecurityGroups[id]
			switch {
			case c.network.SecurityGroups == nil:
			case !found:
				c.error(list.argument, "Security group not found", "There is no security group %s in %s that this account sees. Write the id of one that is there.", id, c.at.Region)
			case list.own && c.elsewhere(group.VPCID):
				c.error(list.argument, "Security group of another VPC", "The security group %s is of %s. Write groups of %s.", id, group.VPCID, c.network.VPC.ID)
			}
		}
	}
}

// endpoints finds those that are in the way.
func (c *placementCheck) endpoints() {
	for _, service := range slices.Sorted(maps.Keys(c.names)) {
		if e, found := ExistingEndpoint(service, c.names[service], c.at, c.network); found && c.at.Reuse {
			c.reused(service, e)
			continue
		}
		for i := range c.network.Endpoints {
			e := &c.network.Endpoints[i]
			switch {
			case e.ServiceName != c.names[service] || e.Type != EndpointType(service) || !c.counts(e):
			case e.Type == EndpointGateway:
				c.gateway(e)
			case e.PrivateDNS:
				c.privateDNS(service, e)
			}
		}
	}
}

// reused warns of arguments that don't hold for an endpoint of others.
func (c *placementCheck) reused(service string, e VPCEndpoint) {
	argument := ""
	switch {
	case IsECR(service):
		argument = c.set.Policy.argument()
	case service == s3 && c.set.LayerBucketPolicy == LayerBucketMinimal:
		argument = "layer_bucket_policy"
	}
	if argument != "" {
		c.warn(argument, "Policy of an endpoint of others", "The endpoint %s of %s is used as it is, with the policy that it has: %s doesn't hold for it. Leave the argument out, or write existing = %q and import the endpoint.", e.ID, e.ServiceName, argument, "error")
	}
}

// counts reports whether an endpoint could be in the way of the set's own.
func (c *placementCheck) counts(e *VPCEndpoint) bool {
	return e.alive() && !slices.Contains(c.at.Own, e.ID) && (!c.at.Replacing || !e.Marked)
}

// gateway reports an endpoint whose routes are where the set's own would be.
func (c *placementCheck) gateway(e *VPCEndpoint) {
	const argument = "route_table_ids"
	others := missing(c.at.RouteTableIDs, e.RouteTableIDs)
	shared := strings.Join(missing(c.at.RouteTableIDs, others), ", ")
	switch {
	case shared == "":
	case c.at.Reuse:
		c.error(argument, "Route tables of two gateways", "The endpoint %s of %s has a route in %s, but none in %s, and a route table takes one. Add the others to that endpoint, or leave out those that it has.",
			e.ID, e.ServiceName, shared, strings.Join(others, ", "))
	default:
		c.error(argument, "Gateway route that exists", "The endpoint %s of %s has a route in %s, and a route table takes one. Write existing = \"reuse\" to use it as it is, exclude = [%q], or import it; if this configuration removes it, apply that first with -target.", e.ID, e.ServiceName, shared, s3)
	}
}

// privateDNS reports an endpoint whose names the set's own would have.
func (c *placementCheck) privateDNS(service string, e *VPCEndpoint) {
	argument, instead := "compute", fmt.Sprintf("leave it out with exclude = [%q]", service)
	if slices.Contains(c.set.Include, service) {
		argument, instead = "include", "remove it here"
	}
	c.error(argument, "Endpoint that exists", "The endpoint %s has private DNS for %s already, and a VPC takes one such endpoint. Write existing = \"reuse\" to use it as it is, %s, or import it; if this configuration removes it, apply that first with -target.", e.ID, e.ServiceName, instead)
}
