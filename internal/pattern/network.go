// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package pattern

import (
	"slices"
	"strings"
)

// Network is a VPC with what endpoints have to do with, as EC2 shows it. What is nil wasn't read, and is taken to be in order; what
// was read and isn't in its map isn't there.
type Network struct {
	VPC            *VPC
	Subnets        map[string]Subnet
	RouteTables    map[string]RouteTable
	SecurityGroups map[string]SecurityGroup
	Endpoints      []VPCEndpoint
	Services       []OfferedService
}

// VPC is a virtual private cloud; its zero value is one that isn't there.
type VPC struct {
	ID, OwnerID              string
	CIDRBlocks               []string
	DNSSupport, DNSHostnames bool
}

// Subnet is a subnet of a VPC.
type Subnet struct {
	ID, VPCID, OwnerID string
	Zone               string // "eu-west-1a"
	CIDRBlock          string // IPv4; "": an IPv6 subnet
	IPv6CIDRBlocks     []string
}

// RouteTable is a route table of a VPC.
type RouteTable struct {
	ID, VPCID, OwnerID string
	Main               bool     // of the subnets that aren't associated with another
	SubnetIDs          []string // that are associated
	Routes             []Route
}

// Route is a route of a route table.
type Route struct {
	Destination string // a CIDR block, or the id of a prefix list
	Target      string // "local", or an id: "igw-…", "nat-…", "vpce-…" and the like
	Active      bool   // false: its target is gone
}

// SecurityGroup is a security group with what it lets in.
type SecurityGroup struct {
	ID, Name, VPCID, OwnerID string
	Ingress                  []IngressRule
}

// IngressRule lets one source in.
type IngressRule struct {
	Protocol         string // "tcp"; "-1": all, with all ports
	FromPort, ToPort int32
	Source           string // a CIDR block, "sg-…", "pl-…", or "ACCOUNT/sg-…" for a group of another account
}

// VPCEndpoint is an endpoint of a VPC.
type VPCEndpoint struct {
	ID               string
	ServiceName      string // "com.amazonaws.eu-west-1.ecr.api"
	Type             string // EndpointInterface, EndpointGateway or another
	State            string // "available"
	LastError        string // "": none
	SubnetIDs        []string
	SecurityGroupIDs []string
	RouteTableIDs    []string
	PrivateDNS       bool
	IPAddressType    string // "ipv4", "dualstack" or "ipv6"; "": not known
	Policy           string // JSON
	RequesterManaged bool   // made by an AWS service, which alone may change it
	Marked           bool   // made by a resource of this provider
}

// OfferedService is a service that endpoints can be made for, as ec2:DescribeVpcEndpointServices lists it. A service with two types of
// endpoint, such as S3, is two of them.
type OfferedService struct {
	Name           string   // the whole name, such as "com.amazonaws.eu-west-1.ecr.api"
	Type           string   // EndpointInterface, EndpointGateway
	Zones          []string // where interface endpoints can be
	PrivateDNSName string   // "": none
	IPAddressTypes []string // "ipv4", "ipv6"; both together make "dualstack" possible
	TakesPolicy    bool     // an endpoint policy
}

// ServiceOf gives the service that an endpoint is for, by what its whole name ends in, and whether it is the service's FIPS endpoint:
// "ecr.api" and true for "com.amazonaws.us-east-1.ecr-fips.api". A name of somebody's own service gives "".
func ServiceOf(name, region string) (service string, fips bool) {
	_, service, found := strings.Cut(name, "."+region+".")
	if !found || strings.HasPrefix(service, "vpce-svc-") {
		return "", false
	}
	if i := slices.IndexFunc(withFIPS, func(plain string) bool { return fipsService(plain) == service }); i >= 0 {
		return withFIPS[i], true
	}
	return service, false
}

// alive reports whether an endpoint works, or is about to.
func (e VPCEndpoint) alive() bool {
	return slices.Contains([]string{"available", "pending", "pendingacceptance"}, e.State)
}
