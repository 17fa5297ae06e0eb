// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package awstest_test

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/ecrx/terraform-provider-ecrx/internal/awstest"
)

func TestEndpointFate(t *testing.T) {
	t.Parallel()
	a := awstest.New(t, awstest.EndpointFate("ecr.dkr", "rejected", "Rejected", "by the service"), awstest.SharedVPC("222222222222"))
	n := a.NewNetwork()
	client := ec2.NewFromConfig(a.Config())
	for service, want := range map[string]types.State{"ecr.dkr": "rejected", "ecr.api": "available"} {
		made, err := client.CreateVpcEndpoint(t.Context(), &ec2.CreateVpcEndpointInput{
			VpcId: &n.VPC, ServiceName: aws.String("com.amazonaws.eu-west-1." + service), VpcEndpointType: types.VpcEndpointTypeInterface, SubnetIds: n.Subnets,
		})
		if err != nil {
			t.Fatal(err)
		}
		for _, state := range []types.State{"pending", want} {
			out, err := client.DescribeVpcEndpoints(t.Context(), &ec2.DescribeVpcEndpointsInput{VpcEndpointIds: []string{*made.VpcEndpoint.VpcEndpointId}})
			if err != nil {
				t.Fatal(err)
			}
			e := out.VpcEndpoints[0]
			if e.State != state || (e.LastError != nil) != (state == "rejected") {
				t.Errorf("%s is %s, %v", service, e.State, e.LastError)
			}
		}
	}
	vpcs, err := client.DescribeVpcs(t.Context(), &ec2.DescribeVpcsInput{VpcIds: []string{n.VPC}})
	if err != nil || *vpcs.Vpcs[0].OwnerId != "222222222222" {
		t.Errorf("the VPC is of %v, %v", vpcs.Vpcs, err)
	}
}

func TestSubnetsOfIPv6(t *testing.T) {
	t.Parallel()
	a := awstest.New(t)
	vpc, err := a.EC2().CreateVpc(t.Context(), &ec2.CreateVpcInput{CidrBlock: aws.String("10.0.0.0/16"), AmazonProvidedIpv6CidrBlock: aws.Bool(true)})
	if err != nil {
		t.Fatal(err)
	}
	block := strings.Replace(*vpc.Vpc.Ipv6CidrBlockAssociationSet[0].Ipv6CidrBlock, "/56", "/64", 1)
	subnet, err := a.EC2().CreateSubnet(t.Context(), &ec2.CreateSubnetInput{VpcId: vpc.Vpc.VpcId, CidrBlock: aws.String("10.0.0.0/24"), Ipv6CidrBlock: &block})
	if err != nil || subnet.Subnet.Ipv6CidrBlockAssociationSet[0].Ipv6CidrBlockState.State != types.SubnetCidrBlockStateCodeAssociated {
		t.Errorf("the block is %v, %v", subnet, err)
	}
}

func TestFewEndpointServices(t *testing.T) {
	t.Parallel()
	a := awstest.New(t, awstest.FewEndpointServices("ecr.api", "s3"))
	out, err := a.EC2().DescribeVpcEndpointServices(t.Context(), &ec2.DescribeVpcEndpointServicesInput{})
	if err != nil {
		t.Fatal(err)
	}
	names := map[string]bool{}
	for _, service := range out.ServiceDetails {
		names[*service.ServiceName] = true
	}
	if len(names) != 2 || !names["com.amazonaws.eu-west-1.ecr.api"] || !names["com.amazonaws.eu-west-1.s3"] {
		t.Errorf("there are %v", names)
	}
}
