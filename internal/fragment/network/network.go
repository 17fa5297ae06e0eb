// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

// Package network reads a VPC, as the patterns of private endpoints look at it.
package network

import (
	"context"
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
	var unread []string
	var mu sync.Mutex
	var all sync.WaitGroup
	read := func(what string, call func() error) {
		all.Go(func() {
			err := call()
			mu.Lock()
			defer mu.Unlock()
			switch {
			case err == nil:
			case awsapi.IsAccessDenied(err):
				unread = append(unread, what+": "+err.Error())
			default:
				fw.AddError(diags, "reading", what, look.VPCID, err)
			}
		})
	}
	read("VPC", func() error { return readVPC(ctx, clients, look, &n) })
	read("subnets of VPC", func() error {
		subnets, err := clients.Subnets(ctx, look.Region, look.SubnetIDs)
		if err == nil {
			n.Subnets = converted(subnets, func(s awsapi.Subnet) pattern.Subnet { return pattern.Subnet(s) })
		}
		return err
	})
	read("route tables of VPC", func() error {
		tables, err := readRouteTables(ctx, clients, look)
		if err == nil {
			n.RouteTables = converted(tables, routeTable)
		}
		return err
	})
	read("security groups of VPC", func() error {
		groups, err := clients.SecurityGroups(ctx, look.Region, look.SecurityGroupIDs)
		if err == nil {
			n.SecurityGroups = converted(groups, SecurityGroup)
		}
		return err
	})
	read("endpoints of VPC", func() error {
		endpoints, err := clients.Endpoints(ctx, look.Region, look.VPCID)
		for i := range endpoints {
			n.Endpoints = append(n.Endpoints, Endpoint(&endpoints[i]))
		}
		return err
	})
	read("endpoint services for VPC", func() (err error) {
		n.Services, err = Services(ctx, clients, look.Region)
		return err
	})
	all.Wait()
	if len(unread) > 0 {
		diags.AddWarning("Part of the network not looked at", "What the caller may not read isn't checked before EC2 itself refuses it:\n  - "+strings.Join(unread, "\n  - "))
	}
	return n
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
		PrivateDNS: e.PrivateDNS, Policy: e.Policy, RequesterManaged: e.RequesterManaged, Marked: marked,
	}
}
