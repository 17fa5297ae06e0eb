// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package pattern

import (
	"net/netip"
	"slices"
)

// Placement is where in a VPC endpoints are wanted, and in whose eyes.
type Placement struct {
	Region string
	// SubnetIDs are those of interface endpoints, RouteTableIDs those of the gateway.
	SubnetIDs, RouteTableIDs []string
	// SecurityGroupIDs are the groups of interface endpoints. Without them a group is made that lets the sources in.
	SecurityGroupIDs          []string
	SourceCIDRs, SourceGroups []string
	// IPAddressType is "ipv4", "dualstack" or "ipv6"; "" leaves the choice to EC2.
	IPAddressType string

	// CallerAccount is the account of who makes the endpoints; "" while it isn't known.
	CallerAccount string
	// Own are the ids of endpoints that belong to the set already.
	Own []string
	// Reuse says that endpoints that others made are used.
	Reuse bool
	// Replacing says that endpoints with the mark may be about to be deleted, as those of an object that is replaced.
	Replacing bool

	// Incomplete says that some of the values aren't known yet, so that what is missing isn't reported.
	Incomplete bool
}

// ValidatePlacement finds what is wrong in where the endpoints are wanted. Each problem's path begins with the argument's name.
func ValidatePlacement(p PrivateEndpoints, at Placement) []Problem {
	var v roleValidator
	services := p.Services()
	interfaces := slices.DeleteFunc(slices.Clone(services), func(service string) bool { return EndpointType(service) != EndpointInterface })
	if !p.Incomplete && !at.Incomplete {
		if len(services) == 0 && len(p.computeServices()) > 0 {
			v.error("exclude", "No endpoint left", "Everything that the compute types %s bring is excluded. Take a service out of exclude, or remove the resource.", quoted(p.Compute))
		}
		if len(interfaces) > 0 && len(at.SubnetIDs) == 0 {
			v.error("subnet_ids", "No subnets", "The endpoints of %s have network interfaces, which need subnets. Set subnet_ids to one subnet for each zone that the containers run in.", quoted(interfaces))
		}
		if len(interfaces) > 0 && len(at.SecurityGroupIDs)+len(at.SourceCIDRs)+len(at.SourceGroups) == 0 {
			v.error("security_group", "Nobody let in", "The endpoints of %s need a security group that lets port 443 in. Set security_group = { ingress_cidr_blocks = […] } to the blocks of the containers' subnets, or name groups in security_group_ids.", quoted(interfaces))
		}
		if slices.Contains(services, s3) && len(at.RouteTableIDs) == 0 {
			v.error("route_table_ids", "No route tables", "Image layers come through the gateway endpoint of S3, which is a route. Set route_table_ids to the route tables of the containers' subnets.")
		}
	}
	for _, block := range at.SourceCIDRs {
		const argument = "security_group.ingress_cidr_blocks"
		switch prefix, err := netip.ParsePrefix(block); {
		case err != nil:
			v.error(argument, "Invalid CIDR block", "%q is not a CIDR block. Write it as in \"10.0.0.0/16\".", block)
		case prefix.Masked().String() != block:
			v.error(argument, "CIDR block that EC2 writes otherwise", "EC2 keeps %q as %q. Write that.", block, prefix.Masked())
		}
	}
	return v.problems
}

// ExistingEndpoint gives the endpoint of a service that is used in the place of one of the set's own: that with private DNS, which
// holds for the whole VPC, and for a gateway the one that is on all the route tables. name is the service's whole name.
func ExistingEndpoint(service, name string, at Placement, n Network) (VPCEndpoint, bool) {
	offered, listed := offeredNamed(n.Services, name, EndpointType(service))
	withoutDNS := listed && offered.PrivateDNSName == ""
	i := slices.IndexFunc(n.Endpoints, func(e VPCEndpoint) bool {
		if e.ServiceName != name || e.Type != EndpointType(service) || !e.alive() || slices.Contains(at.Own, e.ID) {
			return false
		}
		if e.Type == EndpointGateway {
			return len(at.RouteTableIDs) > 0 && len(missing(at.RouteTableIDs, e.RouteTableIDs)) == 0
		}
		return e.PrivateDNS || withoutDNS
	})
	if i < 0 {
		return VPCEndpoint{}, false
	}
	return n.Endpoints[i], true
}

// offeredNamed gives the service of that whole name and type.
func offeredNamed(services []OfferedService, name, kind string) (OfferedService, bool) {
	i := slices.IndexFunc(services, func(s OfferedService) bool { return s.Name == name && s.Type == kind })
	if i < 0 {
		return OfferedService{}, false
	}
	return services[i], true
}

// missing are the values that aren't among others.
func missing(values, others []string) []string {
	return slices.DeleteFunc(slices.Clone(values), func(value string) bool { return slices.Contains(others, value) })
}
