// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package privateendpoints_test

import (
	"context"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/ecrx/terraform-provider-ecrx/internal/acctest"
	"github.com/ecrx/terraform-provider-ecrx/internal/awstest"
	"github.com/ecrx/terraform-provider-ecrx/internal/awstest/lifecycle"
)

// network gives the network of an account, which is made once: runs share accounts.
func network(a *awstest.AWS) awstest.Network {
	ctx, of := context.Background(), func(vpc string) []types.Filter {
		return []types.Filter{{Name: aws.String("vpc-id"), Values: []string{vpc}}}
	}
	vpcs, err := a.EC2().DescribeVpcs(ctx, &ec2.DescribeVpcsInput{Filters: []types.Filter{{Name: aws.String("cidr"), Values: []string{"10.0.0.0/16"}}}})
	if err != nil || len(vpcs.Vpcs) == 0 {
		return a.NewNetwork()
	}
	n := awstest.Network{VPC: aws.ToString(vpcs.Vpcs[0].VpcId)}
	subnets, err := a.EC2().DescribeSubnets(ctx, &ec2.DescribeSubnetsInput{Filters: of(n.VPC)})
	if err != nil {
		panic(err)
	}
	for _, subnet := range subnets.Subnets {
		n.Subnets = append(n.Subnets, aws.ToString(subnet.SubnetId))
	}
	tables, err := a.EC2().DescribeRouteTables(ctx, &ec2.DescribeRouteTablesInput{Filters: of(n.VPC)})
	if err != nil {
		panic(err)
	}
	for _, table := range tables.RouteTables {
		if len(table.Associations) == len(n.Subnets) {
			n.RouteTable = aws.ToString(table.RouteTableId)
		}
	}
	groups, err := a.EC2().DescribeSecurityGroups(ctx, &ec2.DescribeSecurityGroupsInput{Filters: append(of(n.VPC), types.Filter{Name: aws.String("group-name"), Values: []string{"default"}})})
	if err != nil {
		panic(err)
	}
	n.Group = aws.ToString(groups.SecurityGroups[0].GroupId)
	return n
}

func faultCase() lifecycle.Case {
	return lifecycle.Case{
		Type: resourceType, Object: "vpc-", Provider: acctest.Server,
		ProviderConfig: func(a *awstest.AWS) map[string]any {
			return lifecycle.ProviderConfig(a, map[string]any{"max_retries": 3})
		},
		Configs: func(a *awstest.AWS) []map[string]any {
			n := network(a)
			return []map[string]any{
				config(n, map[string]any{"compute": []string{"ec2"}, "exclude": []string{"ecr.api"}}),
				config(n, map[string]any{
					"compute": []string{"ec2"}, "subnet_ids": n.Subnets[:1], "tags": map[string]any{"team": "web"},
					"security_group": map[string]any{"ingress_cidr_blocks": []string{"10.0.0.0/24"}},
				}),
				config(n, map[string]any{"compute": []string{"ec2"}, "exclude": []string{"ecr.api", "s3"}, "security_group": nil, "security_group_ids": []string{n.Group}}),
			}
		},
		Gone:  gone,
		Sweep: func(testing.TB, *awstest.AWS) {},
	}
}

func TestFaults(t *testing.T) {
	t.Parallel()
	lifecycle.Faults(t, faultCase())
}
