// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package awstest

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

// Network is a VPC, 10.0.0.0/16, whose DNS attributes are set, with a private subnet in each of the first two zones of the Region.
type Network struct {
	VPC        string
	Subnets    []string // 10.0.0.0/24 in zone a, 10.0.1.0/24 in zone b
	RouteTable string   // of both subnets
	Group      string   // the VPC's default security group
}

// NewNetwork makes a network in the account and its default Region.
func (a *AWS) NewNetwork() Network {
	a.t.Helper()
	ctx, client := context.Background(), a.EC2()
	must := func(err error) {
		a.t.Helper()
		if err != nil {
			a.t.Fatalf("awstest: making a network: %s", err)
		}
	}
	vpc, err := client.CreateVpc(ctx, &ec2.CreateVpcInput{CidrBlock: aws.String("10.0.0.0/16")})
	must(err)
	n := Network{VPC: aws.ToString(vpc.Vpc.VpcId)}
	_, err = client.ModifyVpcAttribute(ctx, &ec2.ModifyVpcAttributeInput{VpcId: &n.VPC, EnableDnsHostnames: &types.AttributeBooleanValue{Value: aws.Bool(true)}})
	must(err)
	table, err := client.CreateRouteTable(ctx, &ec2.CreateRouteTableInput{VpcId: &n.VPC})
	must(err)
	n.RouteTable = aws.ToString(table.RouteTable.RouteTableId)
	for i, zone := range []string{"a", "b"} {
		n.Subnets = append(n.Subnets, a.AddSubnet(n.VPC, fmt.Sprintf("10.0.%d.0/24", i), zone))
		_, err = client.AssociateRouteTable(ctx, &ec2.AssociateRouteTableInput{RouteTableId: &n.RouteTable, SubnetId: &n.Subnets[i]})
		must(err)
	}
	groups, err := client.DescribeSecurityGroups(ctx, &ec2.DescribeSecurityGroupsInput{Filters: []types.Filter{
		{Name: aws.String("vpc-id"), Values: []string{n.VPC}},
	}})
	must(err)
	n.Group = aws.ToString(groups.SecurityGroups[0].GroupId)
	return n
}

// AddSubnet makes a subnet in the zone of the default Region that ends in the letter, and gives its id.
func (a *AWS) AddSubnet(vpc, cidr, zone string) string {
	a.t.Helper()
	subnet, err := a.EC2().CreateSubnet(context.Background(), &ec2.CreateSubnetInput{
		VpcId: &vpc, CidrBlock: &cidr, AvailabilityZone: aws.String(a.Region + zone),
	})
	if err != nil {
		a.t.Fatalf("awstest: making a subnet: %s", err)
	}
	return aws.ToString(subnet.Subnet.SubnetId)
}
