// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package privateendpoints_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/ecrx/terraform-provider-ecrx/internal/acctest"
	"github.com/ecrx/terraform-provider-ecrx/internal/awstest"
	"github.com/ecrx/terraform-provider-ecrx/internal/awstest/lifecycle"
)

// TestPlanChecks sets the network up as EC2 refuses it in the middle of an apply: the plan says so on the attribute, once.
func TestPlanChecks(t *testing.T) {
	t.Parallel()
	s := newSite(t, awstest.RememberReads(), awstest.EndpointZones("ecr.dkr", "eu-west-1a", "eu-west-1b"))
	another := s.a.NewNetwork()
	third, same := s.a.AddSubnet(s.VPC, "10.0.2.0/24", "c"), s.a.AddSubnet(s.VPC, "10.0.3.0/24", "a")
	with := func(name string, value any) map[string]any { return alone(map[string]any{name: value}) }
	givenGroup := func(id string) map[string]any {
		return alone(map[string]any{"security_group": nil, "security_group_ids": []string{id}})
	}
	source := func(id string) map[string]any {
		return with("security_group", map[string]any{"ingress_security_group_ids": []string{id}})
	}
	for _, c := range []struct {
		over    map[string]any
		begin   string
		contain []string
	}{
		{with("vpc_id", "vpc-0123456789abcdef0"), "vpc_id: VPC not found: ", nil},
		{with("subnet_ids", []string{"subnet-0123456789abcdef0"}), "subnet_ids: Subnet not found: ", []string{"subnet-0123456789abcdef0"}},
		{with("subnet_ids", []string{s.Subnets[0], another.Subnets[1]}), "subnet_ids: Subnet of another VPC: ", []string{another.Subnets[1], another.VPC, s.VPC}},
		{with("subnet_ids", []string{s.Subnets[0], same}), "subnet_ids: Two subnets in one zone: ", []string{s.Subnets[0], same, "eu-west-1a"}},
		{with("subnet_ids", []string{s.Subnets[0], third}), "subnet_ids: Zone without endpoints: ", []string{third, "eu-west-1c", "com.amazonaws.eu-west-1.ecr.dkr", "eu-west-1a, eu-west-1b"}},
		{with("route_table_ids", []string{s.RouteTable, "rtb-0123456789abcdef0"}), "route_table_ids: Route table not found: ", []string{"rtb-0123456789abcdef0"}},
		{with("route_table_ids", []string{another.RouteTable}), "route_table_ids: Route table of another VPC: ", []string{another.RouteTable, another.VPC}},
		{givenGroup("sg-0123456789abcdef0"), "security_group_ids: Security group not found: ", []string{"sg-0123456789abcdef0"}},
		{givenGroup(another.Group), "security_group_ids: Security group of another VPC: ", []string{another.Group, another.VPC}},
		{source("sg-0123456789abcdef0"), "security_group.ingress_security_group_ids: Security group not found: ", []string{"sg-0123456789abcdef0"}},
		{with("ip_address_type", "dualstack"), "ip_address_type: Subnet without such addresses: ", s.Subnets},
		{with("fips", true), "fips: Region without a FIPS endpoint of ECR: ", []string{`"ecr-fips.api" or "ecr-fips.dkr"`}},
		{with("include", []string{"secretmanager"}), "include: Service without an endpoint: ", []string{`"secretmanager"`}},
	} {
		s.refuses(c.over, c.begin, c.contain...)
	}
	s.plans(source(another.Group), lifecycle.Create) // of a peered VPC

	for _, attribute := range []types.VpcAttributeName{types.VpcAttributeNameEnableDnsHostnames, types.VpcAttributeNameEnableDnsSupport} {
		set := func(on bool) {
			in, value := &ec2.ModifyVpcAttributeInput{VpcId: &s.VPC}, &types.AttributeBooleanValue{Value: &on}
			if attribute == types.VpcAttributeNameEnableDnsSupport {
				in.EnableDnsSupport = value
			} else {
				in.EnableDnsHostnames = value
			}
			if _, err := s.a.EC2().ModifyVpcAttribute(t.Context(), in); err != nil {
				t.Fatal(err)
			}
		}
		set(false)
		s.refuses(alone(nil), "vpc_id: DNS of the VPC switched off: ", string(attribute)+" of "+s.VPC+" is off")
		s.plans(map[string]any{"compute": []string{"ec2"}, "exclude": []string{"ecr.api", "ecr.dkr"}}, lifecycle.Create)
		set(true)
	}

	conflict := other(t, s.a, s.Network, "ecr.dkr")
	s.refuses(alone(nil), "compute: Endpoint that exists: ", conflict, `exclude = ["ecr.dkr"]`)
	included := other(t, s.a, s.Network, "kms")
	s.refuses(alone(map[string]any{"exclude": []string{"ecr.dkr"}, "include": []string{"kms"}}), "include: Endpoint that exists: ", included)
	s.plans(with("exclude", []string{"ecr.dkr"}), lifecycle.Create)
	remove(t, s.a, conflict, included)
	gateway := other(t, s.a, s.Network, "s3")
	s.refuses(alone(nil), "route_table_ids: Gateway route that exists: ", gateway, s.RouteTable)
	s.plans(with("exclude", []string{"s3"}), lifecycle.Create)
	remove(t, s.a, gateway)
	s.plans(alone(nil), lifecycle.Create)
}

// TestPlanChecksOfChanges has the same checks where endpoints are there already: the own ones aren't in the way.
func TestPlanChecksOfChanges(t *testing.T) {
	t.Parallel()
	s := newSite(t, awstest.RememberReads())
	another := s.a.NewNetwork()
	s.apply(alone(nil))
	s.plans(alone(map[string]any{"subnet_ids": s.Subnets[:1]}), lifecycle.Update)
	s.refuses(alone(map[string]any{"subnet_ids": another.Subnets[:1]}), "subnet_ids: Subnet of another VPC: ")
	s.refuses(alone(map[string]any{"route_table_ids": []string{another.RouteTable}}), "route_table_ids: Route table of another VPC: ")
	s.refuses(alone(map[string]any{"security_group": map[string]any{"ingress_security_group_ids": []string{"sg-0123456789abcdef0"}}}),
		"security_group.ingress_security_group_ids: Security group not found: ", "sg-0123456789abcdef0")
	logs := other(t, s.a, s.Network, "logs")
	s.refuses(nil, "compute: Endpoint that exists: ", logs)
	s.plans(alone(nil), lifecycle.NoOp)
}

// TestPlanChecksOfAddresses has a subnet with both kinds of addresses, which a service lacks.
func TestPlanChecksOfAddresses(t *testing.T) {
	t.Parallel()
	s := newSite(t, awstest.RememberReads())
	vpc, err := s.a.EC2().CreateVpc(t.Context(), &ec2.CreateVpcInput{CidrBlock: aws.String("10.1.0.0/16"), AmazonProvidedIpv6CidrBlock: aws.Bool(true)})
	if err != nil {
		t.Fatal(err)
	}
	block := strings.Replace(aws.ToString(vpc.Vpc.Ipv6CidrBlockAssociationSet[0].Ipv6CidrBlock), "/56", "/64", 1)
	subnet, err := s.a.EC2().CreateSubnet(t.Context(), &ec2.CreateSubnetInput{
		VpcId: vpc.Vpc.VpcId, CidrBlock: aws.String("10.1.0.0/24"), Ipv6CidrBlock: &block, AvailabilityZone: aws.String("eu-west-1a"),
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.a.EC2().ModifyVpcAttribute(t.Context(), &ec2.ModifyVpcAttributeInput{VpcId: vpc.Vpc.VpcId, EnableDnsHostnames: &types.AttributeBooleanValue{Value: aws.Bool(true)}}); err != nil {
		t.Fatal(err)
	}
	s.VPC, s.Subnets = *vpc.Vpc.VpcId, []string{*subnet.Subnet.SubnetId}
	over := map[string]any{"exclude": []string{"s3"}, "route_table_ids": nil, "ip_address_type": "dualstack"}
	s.refuses(over, "ip_address_type: Service without such addresses: ", `"logs"`, `"dualstack"`) // moto's has none, ECR has both
	over["exclude"] = []string{"logs", "s3"}
	s.plans(over, lifecycle.Create)
	over["ip_address_type"] = "ipv6"
	s.refuses(over, "ip_address_type: Subnet without such addresses: ", s.Subnets[0])
}

// TestPlanChecksOfSharedVPC plans by an account that the subnets are shared with.
func TestPlanChecksOfSharedVPC(t *testing.T) {
	t.Parallel()
	s := newSite(t, awstest.SharedVPC("222222222222"))
	s.refuses(alone(nil), "vpc_id: VPC of another account: ", s.VPC, "222222222222", s.a.AccountID)
}

// TestPlanWithoutReads plans and applies with one read after the other denied. Only the endpoints themselves must be read at the apply.
func TestPlanWithoutReads(t *testing.T) {
	t.Parallel()
	s := newSite(t, awstest.RememberReads())
	over := alone(map[string]any{"security_group": nil, "security_group_ids": []string{s.Group}})
	for _, action := range []string{
		"DescribeVpcs", "DescribeVpcAttribute", "DescribeSubnets", "DescribeRouteTables", "DescribeSecurityGroups", "DescribeVpcEndpoints", "DescribeVpcEndpointServices", "GetCallerIdentity",
	} {
		tf := acctest.Core(s.a, resourceType, nil)
		heard := acctest.Listen(tf)
		s.a.Inject(awstest.Fault{Kind: awstest.AccessDenied, Action: action, Sticky: true})
		if got, err := tf.Plan(t.Context(), config(s.Network, over)); err != nil || got != lifecycle.Create {
			t.Errorf("without %s the plan is %s, %v", action, got, err)
		}
		told := slices.ContainsFunc(heard.Warnings(), func(w string) bool {
			return strings.HasPrefix(w, ": Part of the network not looked at: ") && strings.Contains(w, action) && strings.Contains(w, "UnauthorizedOperation")
		})
		if told != (action != "GetCallerIdentity") {
			t.Errorf("without %s a warning: %t", action, told)
		}
		if action != "DescribeVpcEndpointServices" { // without which names and private DNS are taken for the usual ones
			s.a.ClearFaults()
			continue
		}
		if _, err := tf.Apply(t.Context(), config(s.Network, over)); err != nil {
			t.Errorf("without %s the apply fails: %s", action, err)
		}
		if got := s.services(); got != "ecr.api ecr.dkr s3" {
			t.Errorf("without %s there are %q", action, got)
		}
		if _, err := tf.Apply(t.Context(), nil); err != nil {
			t.Errorf("without %s: %s", action, err)
		}
		s.a.ClearFaults()
		gone(t, s.a)
	}
}

// TestTaintedIsReplaced plans new endpoints beside those of the tainted object, which aren't in their way.
func TestTaintedIsReplaced(t *testing.T) {
	t.Parallel()
	s := newSite(t, awstest.RememberReads())
	s.apply(alone(nil))
	before := s.live()
	s.tf.State.Tainted = true
	s.plans(alone(nil), lifecycle.Replace)
	if action := s.apply(alone(nil)); action != lifecycle.Replace {
		t.Errorf("the apply is %s", action)
	}
	for service, e := range s.live() {
		if *e.VpcEndpointId == *before[service].VpcEndpointId {
			t.Errorf("the endpoint of %s is the same", service)
		}
	}
	s.destroy()
}
