// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package privateendpoints_test

import (
	"context"
	"maps"
	"slices"
	"sync"
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
				config(n, alone(map[string]any{"exclude": []string{"ecr.api"}})),
				config(n, alone(map[string]any{
					"exclude": []string{"s3"}, "subnet_ids": n.Subnets[:1], "tags": map[string]any{"team": "web"},
					"security_group": map[string]any{"ingress_cidr_blocks": []string{"10.0.0.0/24"}},
				})),
			}
		},
		Options: []awstest.Option{fewServices()},
		Gone:    gone,
		Sweep:   func(testing.TB, *awstest.AWS) {},
	}
}

func TestFaults(t *testing.T) {
	t.Parallel()
	lifecycle.Faults(t, faultCase())
}

// TestFaultsOfGroup gives up the security group that was made for a given one, and some tags.
func TestFaultsOfGroup(t *testing.T) {
	t.Parallel()
	c := faultCase()
	c.WritesOnly = true
	c.Configs = func(a *awstest.AWS) []map[string]any {
		n := network(a)
		only := func(over map[string]any) map[string]any {
			maps.Copy(over, map[string]any{"exclude": []string{"ecr.api", "s3"}, "route_table_ids": nil})
			return config(n, alone(over))
		}
		return []map[string]any{
			only(map[string]any{"tags": map[string]any{"team": "web"}}),
			only(map[string]any{"security_group": nil, "security_group_ids": []string{n.Group}}),
		}
	}
	lifecycle.Faults(t, c)
}

// TestFaultsOfReuse has one endpoint of others, which is used, given up, and used again.
func TestFaultsOfReuse(t *testing.T) {
	t.Parallel()
	c := faultCase()
	c.WritesOnly = true
	c.Configs = func(a *awstest.AWS) []map[string]any {
		n := network(a)
		with := func(over map[string]any) map[string]any {
			maps.Copy(over, map[string]any{"security_group": nil, "security_group_ids": []string{n.Group}})
			return config(n, reuse(over))
		}
		return []map[string]any{
			with(map[string]any{"exclude": []string{"s3"}}),
			with(map[string]any{"exclude": []string{"ecr.api"}, "tags": map[string]any{"team": "web"}}),
		}
	}
	var theirs sync.Map // ids by account
	c.Arrange = func(t testing.TB, a *awstest.AWS) {
		t.Helper()
		theirs.Store(a.AccountID, other(t, a, network(a), "ecr.dkr"))
	}
	stays := func(t testing.TB, a *awstest.AWS) {
		t.Helper()
		id, _ := theirs.Load(a.AccountID)
		e, there := live(t, a)["ecr.dkr"]
		if !there || *e.VpcEndpointId != id || len(e.Tags) > 0 || len(e.SubnetIds) != 2 {
			t.Errorf("the endpoint of others, %s, is %+v", id, e)
		}
	}
	c.Check = stays
	c.Gone = func(t testing.TB, a *awstest.AWS) {
		t.Helper()
		stays(t, a)
		if left := live(t, a); len(left) != 1 {
			t.Errorf("there are still endpoints: %v", slices.Sorted(maps.Keys(left)))
		}
	}
	c.Sweep = func(t testing.TB, a *awstest.AWS) {
		t.Helper()
		id, _ := theirs.Load(a.AccountID)
		remove(t, a, id.(string))
	}
	lifecycle.Faults(t, c)
}

// TestFaultsOfFIPS goes to the endpoints with FIPS cryptography.
func TestFaultsOfFIPS(t *testing.T) {
	t.Parallel()
	c := faultCase()
	c.WritesOnly, c.Options = true, append(c.Options, awstest.InRegion("us-east-1"))
	c.Configs = func(a *awstest.AWS) []map[string]any {
		n := network(a)
		only := map[string]any{"compute": []string{"ec2"}, "exclude": []string{"ecr.api", "s3"}, "route_table_ids": nil, "security_group": nil, "security_group_ids": []string{n.Group}}
		with := maps.Clone(only)
		with["fips"] = true
		return []map[string]any{config(n, only), config(n, with)}
	}
	lifecycle.Faults(t, c)
}
