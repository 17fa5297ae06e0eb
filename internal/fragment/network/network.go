// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

// Package network reads a VPC, as the patterns of private endpoints look at it.
package network

import (
	"context"
	"slices"
	"strings"
	"sync"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/ecrx/terraform-provider-ecrx/internal/awsapi"
	"github.com/ecrx/terraform-provider-ecrx/internal/fw"
	"github.com/ecrx/terraform-provider-ecrx/internal/pattern"
)

// MarkTag is the key of the tag on what ecrx_private_endpoints creates. Its value is the same for all that one apply creates.
const MarkTag = "ecrx:private-endpoints"

// Look says what of a network to read.
type Look struct {
	Region, VPCID               string
	SubnetIDs, SecurityGroupIDs []string
	RouteTableIDs               []string // ignored with AllRouteTables
	AllRouteTables              bool     // of the VPC
}

// Read reads a network by concurrent calls. What the caller may not read is left out with a warning, since EC2 checks the same at
// the first write; any other failure is an error.
//
// The calls are DescribeVpcs, DescribeVpcAttribute, DescribeSubnets, DescribeRouteTables, DescribeSecurityGroups,
// DescribeVpcEndpoints and DescribeVpcEndpointServices.
func Read(ctx context.Context, clients *awsapi.Clients, look Look, diags *diag.Diagnostics) pattern.Network {
	var n pattern.Network
	r := &reading{vpcID: look.VPCID, diags: diags}
	r.read("VPC", func() error { return readVPC(ctx, clients, look, &n) })
	r.read("subnets of VPC", func() error {
		subnets, err := clients.Subnets(ctx, look.Region, look.SubnetIDs)
		if err == nil {
			n.Subnets = converted(subnets, func(s awsapi.Subnet) pattern.Subnet { return pattern.Subnet(s) })
		}
		return err
	})
	r.read("route tables of VPC", func() error {
		tables, err := readRouteTables(ctx, clients, look)
		if err == nil {
			n.RouteTables = converted(tables, routeTable)
		}
		return err
	})
	r.read("security groups of VPC", func() error {
		groups, err := clients.SecurityGroups(ctx, look.Region, look.SecurityGroupIDs)
		if err == nil {
			n.SecurityGroups = converted(groups, SecurityGroup)
		}
		return err
	})
	r.read("endpoints of VPC", func() error {
		endpoints, err := clients.Endpoints(ctx, look.Region, look.VPCID)
		if err == nil {
			n.Endpoints = []pattern.VPCEndpoint{}
		}
		for i := range endpoints {
			n.Endpoints = append(n.Endpoints, Endpoint(&endpoints[i]))
		}
		return err
	})
	r.read("endpoint services for VPC", func() (err error) {
		n.Services, err = Services(ctx, clients, look.Region)
		return err
	})
	r.wait()
	return n
}

// reading is several reads at once.
type reading struct {
	vpcID  string
	diags  *diag.Diagnostics
	mu     sync.Mutex
	all    sync.WaitGroup
	unread []string
}

func (r *reading) read(what string, call func() error) {
	r.all.Go(func() {
		err := call()
		r.mu.Lock()
		defer r.mu.Unlock()
		switch {
		case err == nil:
		case awsapi.IsAccessDenied(err):
			r.unread = append(r.unread, what+": "+err.Error())
		default:
			fw.AddError(r.diags, "reading", what, r.vpcID, err)
		}
	})
}

func (r *reading) wait() {
	r.all.Wait()
	if len(r.unread) > 0 {
		slices.Sort(r.unread)
		r.diags.AddWarning("Part of the network not looked at", "What the caller may not read isn't checked:\n  - "+strings.Join(r.unread, "\n  - "))
	}
}

// Services gives the endpoint services of a Region.
func Services(ctx context.Context, clients *awsapi.Clients, region string) ([]pattern.OfferedService, error) {
	services, err := clients.EndpointServices(ctx, region)
	if err != nil {
		return nil, err
	}
	offered := make([]pattern.OfferedService, len(services))
	for i, service := range services {
		offered[i] = pattern.OfferedService(service)
	}
	return offered, nil
}

func readVPC(ctx context.Context, clients *awsapi.Clients, look Look, n *pattern.Network) error {
	vpc, err := clients.VPC(ctx, look.Region, look.VPCID)
	if err != nil && !awsapi.IsNotFound(err) {
		return err
	}
	n.VPC = (*pattern.VPC)(&vpc)
	return nil
}

func readRouteTables(ctx context.Context, clients *awsapi.Clients, look Look) (map[string]awsapi.RouteTable, error) {
	if look.AllRouteTables {
		return clients.RouteTablesOfVPC(ctx, look.Region, look.VPCID)
	}
	return clients.RouteTables(ctx, look.Region, look.RouteTableIDs)
}

func converted[A, B any](from map[string]A, convert func(A) B) map[string]B {
	to := make(map[string]B, len(from))
	for id, value := range from {
		to[id] = convert(value)
	}
	return to
}

func routeTable(t awsapi.RouteTable) pattern.RouteTable {
	table := pattern.RouteTable{ID: t.ID, VPCID: t.VPCID, OwnerID: t.OwnerID, Main: t.Main, SubnetIDs: t.SubnetIDs}
	for _, route := range t.Routes {
		table.Routes = append(table.Routes, pattern.Route(route))
	}
	return table
}

// SecurityGroup gives a security group as patterns look at it.
func SecurityGroup(g awsapi.SecurityGroup) pattern.SecurityGroup {
	group := pattern.SecurityGroup{ID: g.ID, Name: g.Name, VPCID: g.VPCID, OwnerID: g.OwnerID}
	for _, rule := range g.Ingress {
		group.Ingress = append(group.Ingress, pattern.IngressRule(rule))
	}
	return group
}

// Endpoint gives an endpoint as patterns look at it.
func Endpoint(e *awsapi.Endpoint) pattern.VPCEndpoint {
	_, marked := e.Tags[MarkTag]
	return pattern.VPCEndpoint{
		ID: e.ID, ServiceName: e.ServiceName, Type: e.Type, State: e.State, LastError: e.LastError,
		SubnetIDs: e.SubnetIDs, SecurityGroupIDs: e.SecurityGroupIDs, RouteTableIDs: e.RouteTableIDs,
		PrivateDNS: e.PrivateDNS, IPAddressType: e.IPAddressType, Policy: e.Policy, RequesterManaged: e.RequesterManaged, Marked: marked,
	}
}
