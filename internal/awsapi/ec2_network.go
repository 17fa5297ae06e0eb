// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package awsapi

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

// maxFilterValues is how many values a filter takes:
// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_Filtering.html.
const maxFilterValues = 200

// VPC is a virtual private cloud. OwnerID differs from the caller's account when subnets of it are shared with the caller.
type VPC struct {
	ID, OwnerID              string
	CIDRBlocks               []string // IPv4 and IPv6, those that are associated
	DNSSupport, DNSHostnames bool     // private DNS of endpoints needs both
}

// VPC reads a VPC with its DNS attributes, in one round trip of three calls. One that isn't there is an error ([IsNotFound]).
// See https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeVpcs.html and
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeVpcAttribute.html.
func (c *Clients) VPC(ctx context.Context, region, id string) (VPC, error) {
	vpc := VPC{ID: id}
	err := allOf(
		func() error {
			return c.ec2Call(ctx, region, func(client *ec2.Client) error {
				out, err := client.DescribeVpcs(ctx, &ec2.DescribeVpcsInput{VpcIds: []string{id}})
				if err != nil || len(out.Vpcs) == 0 {
					return err
				}
				vpc.OwnerID = aws.ToString(out.Vpcs[0].OwnerId)
				vpc.CIDRBlocks = cidrBlocks(out.Vpcs[0])
				return nil
			})
		},
		func() error {
			return c.ec2Call(ctx, region, func(client *ec2.Client) error {
				out, err := client.DescribeVpcAttribute(ctx, &ec2.DescribeVpcAttributeInput{VpcId: &id, Attribute: types.VpcAttributeNameEnableDnsSupport})
				vpc.DNSSupport = err == nil && isTrue(out.EnableDnsSupport)
				return err
			})
		},
		func() error {
			return c.ec2Call(ctx, region, func(client *ec2.Client) error {
				out, err := client.DescribeVpcAttribute(ctx, &ec2.DescribeVpcAttributeInput{VpcId: &id, Attribute: types.VpcAttributeNameEnableDnsHostnames})
				vpc.DNSHostnames = err == nil && isTrue(out.EnableDnsHostnames)
				return err
			})
		},
	)
	if err != nil {
		return VPC{}, err
	}
	return vpc, nil
}

func isTrue(attribute *types.AttributeBooleanValue) bool {
	return attribute != nil && aws.ToBool(attribute.Value)
}

func cidrBlocks(vpc types.Vpc) []string {
	var blocks []string
	for _, association := range vpc.CidrBlockAssociationSet {
		if association.CidrBlockState == nil || association.CidrBlockState.State == types.VpcCidrBlockStateCodeAssociated {
			blocks = append(blocks, aws.ToString(association.CidrBlock))
		}
	}
	for _, association := range vpc.Ipv6CidrBlockAssociationSet {
		if association.Ipv6CidrBlockState == nil || association.Ipv6CidrBlockState.State == types.VpcCidrBlockStateCodeAssociated {
			blocks = append(blocks, aws.ToString(association.Ipv6CidrBlock))
		}
	}
	return blocks
}

// Subnet is a subnet. OwnerID differs from the caller's account when it is shared with the caller.
type Subnet struct {
	ID, VPCID, OwnerID string
	Zone               string // "eu-west-1a"
	CIDRBlock          string // IPv4; "": an IPv6 subnet
	IPv6CIDRBlocks     []string
}

// Subnets reads subnets, and gives them by id. Those that aren't there are left out. Without ids it makes no call.
// See https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeSubnets.html.
func (c *Clients) Subnets(ctx context.Context, region string, ids []string) (map[string]Subnet, error) {
	found, err := described(ids, func(filters []types.Filter, token *string) (page []types.Subnet, next *string, err error) {
		err = c.ec2Call(ctx, region, func(client *ec2.Client) error {
			out, err := client.DescribeSubnets(ctx, &ec2.DescribeSubnetsInput{Filters: filters, NextToken: token})
			if err == nil {
				page, next = out.Subnets, out.NextToken
			}
			return err
		})
		return page, next, err
	}, "subnet-id")
	subnets := make(map[string]Subnet, len(found))
	for _, subnet := range found {
		id := aws.ToString(subnet.SubnetId)
		s := Subnet{
			ID: id, VPCID: aws.ToString(subnet.VpcId), OwnerID: aws.ToString(subnet.OwnerId),
			Zone: aws.ToString(subnet.AvailabilityZone), CIDRBlock: aws.ToString(subnet.CidrBlock),
		}
		for _, association := range subnet.Ipv6CidrBlockAssociationSet {
			if association.Ipv6CidrBlockState == nil || association.Ipv6CidrBlockState.State == types.SubnetCidrBlockStateCodeAssociated {
				s.IPv6CIDRBlocks = append(s.IPv6CIDRBlocks, aws.ToString(association.Ipv6CidrBlock))
			}
		}
		subnets[id] = s
	}
	return subnets, err
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
	Destination string // a CIDR block, or the id of a prefix list ("pl-…")
	Target      string // "local", or an id: "igw-…", "nat-…", "vpce-…" and the like
	Active      bool   // false: its target is gone
}

// RouteTables reads route tables, and gives them by id. Those that aren't there are left out. Without ids it makes no call.
// See https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeRouteTables.html.
func (c *Clients) RouteTables(ctx context.Context, region string, ids []string) (map[string]RouteTable, error) {
	return c.routeTables(ctx, region, "route-table-id", ids)
}

// RouteTablesOfVPC is RouteTables for all of a VPC.
func (c *Clients) RouteTablesOfVPC(ctx context.Context, region, vpcID string) (map[string]RouteTable, error) {
	return c.routeTables(ctx, region, "vpc-id", []string{vpcID})
}

func (c *Clients) routeTables(ctx context.Context, region, filter string, values []string) (map[string]RouteTable, error) {
	found, err := described(values, func(filters []types.Filter, token *string) (page []types.RouteTable, next *string, err error) {
		err = c.ec2Call(ctx, region, func(client *ec2.Client) error {
			out, err := client.DescribeRouteTables(ctx, &ec2.DescribeRouteTablesInput{Filters: filters, NextToken: token})
			if err == nil {
				page, next = out.RouteTables, out.NextToken
			}
			return err
		})
		return page, next, err
	}, filter)
	tables := make(map[string]RouteTable, len(found))
	for _, table := range found {
		t := RouteTable{ID: aws.ToString(table.RouteTableId), VPCID: aws.ToString(table.VpcId), OwnerID: aws.ToString(table.OwnerId)}
		for _, association := range table.Associations {
			t.Main = t.Main || aws.ToBool(association.Main)
			if id := aws.ToString(association.SubnetId); id != "" {
				t.SubnetIDs = append(t.SubnetIDs, id)
			}
		}
		for _, route := range table.Routes {
			t.Routes = append(t.Routes, newRoute(route))
		}
		tables[t.ID] = t
	}
	return tables, err
}

func newRoute(route types.Route) Route {
	return Route{
		Destination: firstOf(aws.ToString(route.DestinationCidrBlock), aws.ToString(route.DestinationIpv6CidrBlock), aws.ToString(route.DestinationPrefixListId)),
		Target: firstOf(
			aws.ToString(route.GatewayId), aws.ToString(route.NatGatewayId), aws.ToString(route.TransitGatewayId), aws.ToString(route.VpcPeeringConnectionId),
			aws.ToString(route.NetworkInterfaceId), aws.ToString(route.EgressOnlyInternetGatewayId), aws.ToString(route.LocalGatewayId),
			aws.ToString(route.CarrierGatewayId), aws.ToString(route.CoreNetworkArn), aws.ToString(route.InstanceId),
		),
		Active: route.State == types.RouteStateActive,
	}
}

// described reads all pages of what a filter selects. It asks by filter and not by id, since one id that isn't there would fail the
// whole call.
func described[T any](values []string, page func(filters []types.Filter, token *string) ([]T, *string, error), filter string) ([]T, error) {
	var all []T
	for some := range slices.Chunk(slices.Compact(slices.Sorted(slices.Values(values))), maxFilterValues) {
		found, err := allPages(func(token *string) ([]T, *string, error) {
			return page([]types.Filter{{Name: &filter, Values: some}}, token)
		})
		if err != nil {
			return nil, err
		}
		all = append(all, found...)
	}
	return all, nil
}

type prefixListKey struct{ region, name string }

// PrefixListID gives the id of AWS's prefix list of a gateway service, which is named as the service is
// ("com.amazonaws.eu-west-1.s3"). EC2 is asked once per instance; a failure isn't remembered.
// See https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribePrefixLists.html.
func (c *Clients) PrefixListID(ctx context.Context, region, name string) (string, error) {
	region, err := c.regionOf(region)
	if err != nil {
		return "", err
	}
	return c.prefixLists.get(ctx, prefixListKey{region, name}, func(ctx context.Context) (string, error) {
		var ids []string
		err := c.ec2Call(ctx, region, func(client *ec2.Client) error {
			out, err := client.DescribePrefixLists(ctx, &ec2.DescribePrefixListsInput{
				Filters: []types.Filter{{Name: aws.String("prefix-list-name"), Values: []string{name}}},
			})
			if err == nil {
				for _, list := range out.PrefixLists {
					ids = append(ids, aws.ToString(list.PrefixListId))
				}
			}
			return err
		})
		if err == nil && len(ids) != 1 {
			err = fmt.Errorf("EC2 gives %d prefix lists named %s in %s instead of one: %s", len(ids), name, region, strings.Join(ids, ", "))
		}
		if err != nil {
			return "", err
		}
		return ids[0], nil
	})
}
