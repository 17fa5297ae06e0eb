// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package privateendpoints_test

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/ecrx/terraform-provider-ecrx/internal/acctest"
	"github.com/ecrx/terraform-provider-ecrx/internal/awstest"
	"github.com/ecrx/terraform-provider-ecrx/internal/awstest/lifecycle"
)

// TestDrift changes each setting by hand: the plan sees it, and the apply puts back that and nothing else.
func TestDrift(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	over := map[string]any{"tags": map[string]any{"team": "web"}, "repository_arns": []string{repositoryARN(s.a, "team/*")}}
	s.apply(over)
	table, third := addRouteTable(t, s), s.a.AddSubnet(s.VPC, "10.0.2.0/24", "c")
	modify := func(service string, in ec2.ModifyVpcEndpointInput) {
		t.Helper()
		in.VpcEndpointId = s.live()[service].VpcEndpointId
		if _, err := s.a.EC2().ModifyVpcEndpoint(t.Context(), &in); err != nil {
			t.Fatal(err)
		}
	}
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	group := s.state().SecurityGroupID
	https := func(cidr string, port int32) []types.IpPermission {
		return []types.IpPermission{{IpProtocol: aws.String("tcp"), FromPort: &port, ToPort: &port, IpRanges: []types.IpRange{{CidrIp: &cidr}}}}
	}
	for _, drift := range []struct {
		name string
		by   func()
		want map[string]int
	}{
		{"an endpoint deleted", func() {
			_, err := s.a.EC2().DeleteVpcEndpoints(t.Context(), &ec2.DeleteVpcEndpointsInput{VpcEndpointIds: []string{*s.live()["ecr.dkr"].VpcEndpointId}})
			must(err)
		}, map[string]int{"CreateVpcEndpoint": 1}},
		{"the gateway deleted", func() {
			_, err := s.a.EC2().DeleteVpcEndpoints(t.Context(), &ec2.DeleteVpcEndpointsInput{VpcEndpointIds: []string{*s.live()["s3"].VpcEndpointId}})
			must(err)
		}, map[string]int{"CreateVpcEndpoint": 1}},
		{"a policy changed", func() {
			modify("ecr.api", ec2.ModifyVpcEndpointInput{PolicyDocument: aws.String(`{"Version":"2012-10-17","Statement":[]}`)})
		}, map[string]int{"ModifyVpcEndpoint": 1}},
		{"a policy reset", func() { modify("ecr.dkr", ec2.ModifyVpcEndpointInput{ResetPolicy: aws.Bool(true)}) }, map[string]int{"ModifyVpcEndpoint": 1}},
		{"a policy where there was none", func() {
			modify("logs", ec2.ModifyVpcEndpointInput{PolicyDocument: aws.String(`{"Version":"2012-10-17","Statement":[]}`)})
		}, map[string]int{"ModifyVpcEndpoint": 1}},
		{"a subnet removed", func() { modify("ecr.api", ec2.ModifyVpcEndpointInput{RemoveSubnetIds: s.Subnets[:1]}) }, map[string]int{"ModifyVpcEndpoint": 1}},
		{"a subnet added", func() { modify("logs", ec2.ModifyVpcEndpointInput{AddSubnetIds: []string{third}}) }, map[string]int{"ModifyVpcEndpoint": 1}},
		{"another security group", func() {
			modify("ecr.api", ec2.ModifyVpcEndpointInput{AddSecurityGroupIds: []string{s.Group}, RemoveSecurityGroupIds: []string{group}})
		}, map[string]int{"ModifyVpcEndpoint": 1}},
		{"private DNS switched off", func() { modify("ecr.dkr", ec2.ModifyVpcEndpointInput{PrivateDnsEnabled: aws.Bool(false)}) }, map[string]int{"ModifyVpcEndpoint": 1}},
		{"a route table removed", func() { modify("s3", ec2.ModifyVpcEndpointInput{RemoveRouteTableIds: []string{s.RouteTable}}) }, map[string]int{"ModifyVpcEndpoint": 1}},
		{"a route table added", func() { modify("s3", ec2.ModifyVpcEndpointInput{AddRouteTableIds: []string{table}}) }, map[string]int{"ModifyVpcEndpoint": 1}},
		{"443 closed", func() { close443(t, s.a, group) }, map[string]int{"AuthorizeSecurityGroupIngress": 1}},
		{"a tag removed", func() {
			_, err := s.a.EC2().DeleteTags(t.Context(), &ec2.DeleteTagsInput{Resources: []string{*s.live()["ecr.api"].VpcEndpointId}, Tags: []types.Tag{{Key: aws.String("team")}}})
			must(err)
		}, map[string]int{"CreateTags": 1}},
		{"a tag changed", func() {
			_, err := s.a.EC2().CreateTags(t.Context(), &ec2.CreateTagsInput{Resources: []string{group}, Tags: []types.Tag{{Key: aws.String("team"), Value: aws.String("x")}}})
			must(err)
		}, map[string]int{"CreateTags": 1}},
		{"a tag added", func() {
			_, err := s.a.EC2().CreateTags(t.Context(), &ec2.CreateTagsInput{Resources: []string{*s.live()["s3"].VpcEndpointId}, Tags: []types.Tag{{Key: aws.String("by"), Value: aws.String("hand")}}})
			must(err)
		}, map[string]int{"DeleteTags": 1}},
	} {
		drift.by()
		s.plans(over, lifecycle.Update)
		s.a.ResetCalls()
		s.apply(over)
		expectWrites(t, s.a, drift.want, drift.name)
	}

	// What isn't this resource's stays.
	_, err := s.a.EC2().AuthorizeSecurityGroupIngress(t.Context(), &ec2.AuthorizeSecurityGroupIngressInput{GroupId: &group, IpPermissions: append(https("10.9.0.0/16", 443), https("10.0.0.0/16", 22)...)})
	must(err)
	s.plans(over, lifecycle.NoOp)
	over["security_group"] = map[string]any{"ingress_cidr_blocks": []string{"10.0.0.0/24"}}
	s.apply(over)
	out, err := s.a.EC2().DescribeSecurityGroups(t.Context(), &ec2.DescribeSecurityGroupsInput{GroupIds: []string{group}})
	must(err)
	if rules := len(out.SecurityGroups[0].IpPermissions); rules != 2 {
		t.Errorf("the group has rules for %d ports, want 443 and 22", rules)
	}
	s.destroy()
}

// TestEverythingDeleted makes all of it again.
func TestEverythingDeleted(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.apply(nil)
	var ids []string
	for _, e := range s.live() {
		ids = append(ids, *e.VpcEndpointId)
	}
	if _, err := s.a.EC2().DeleteVpcEndpoints(t.Context(), &ec2.DeleteVpcEndpointsInput{VpcEndpointIds: ids}); err != nil {
		t.Fatal(err)
	}
	s.plans(nil, lifecycle.Update) // the group is still there
	group := s.state().SecurityGroupID
	if _, err := s.a.EC2().DeleteSecurityGroup(t.Context(), &ec2.DeleteSecurityGroupInput{GroupId: &group}); err != nil {
		t.Fatal(err)
	}
	s.plans(nil, lifecycle.Create)
	s.apply(nil)
	s.destroy()
}

// TestDriftStopsNoDestroy has what a plan refuses become true while the arguments stay: Terraform plans before it destroys, so that is a
// warning there, and the error of an apply.
func TestDriftStopsNoDestroy(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		drift func(*testing.T, *site)
		want  string
	}{
		"another gateway": {func(t *testing.T, s *site) {
			t.Helper()
			s3 := s.live()["s3"]
			deleteEndpoints(t, s.a, *s3.VpcEndpointId)
			if _, err := s.a.EC2().CreateVpcEndpoint(t.Context(), &ec2.CreateVpcEndpointInput{VpcId: &s.VPC, ServiceName: s3.ServiceName, RouteTableIds: []string{s.RouteTable}}); err != nil {
				t.Fatal(err)
			}
		}, "route_table_ids: Gateway route that exists: "},
		"no DNS": {func(t *testing.T, s *site) {
			t.Helper()
			deleteEndpoints(t, s.a, *s.live()["ecr.api"].VpcEndpointId)
			off := false
			if _, err := s.a.EC2().ModifyVpcAttribute(t.Context(), &ec2.ModifyVpcAttributeInput{VpcId: &s.VPC, EnableDnsSupport: &types.AttributeBooleanValue{Value: &off}}); err != nil {
				t.Fatal(err)
			}
		}, "vpc_id: DNS of the VPC switched off: "},
		"a subnet gone": {func(t *testing.T, s *site) {
			t.Helper()
			for _, e := range s.live() {
				if e.VpcEndpointType == types.VpcEndpointTypeInterface {
					if _, err := s.a.EC2().ModifyVpcEndpoint(t.Context(), &ec2.ModifyVpcEndpointInput{VpcEndpointId: e.VpcEndpointId, RemoveSubnetIds: []string{s.Subnets[1]}}); err != nil {
						t.Fatal(err)
					}
				}
			}
			if _, err := s.a.EC2().DeleteSubnet(t.Context(), &ec2.DeleteSubnetInput{SubnetId: &s.Subnets[1]}); err != nil {
				t.Fatal(err)
			}
		}, "subnet_ids: Subnet not found: "},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newSite(t)
			s.apply(nil)
			test.drift(t, s)
			s.plans(nil, lifecycle.Update)
			_, err := s.tf.Apply(t.Context(), config(s.Network, nil))
			expectOneError(t, err, test.want)
			s.refuses(map[string]any{"include": []string{"kms"}}, test.want) // a change of the arguments is refused while it is planned
			if _, err := s.tf.Apply(t.Context(), nil); err != nil || s.tf.State != nil {
				t.Errorf("the destroy gives %v", err)
			}
		})
	}
}

func deleteEndpoints(t testing.TB, a *awstest.AWS, ids ...string) {
	t.Helper()
	if _, err := a.EC2().DeleteVpcEndpoints(t.Context(), &ec2.DeleteVpcEndpointsInput{VpcEndpointIds: ids}); err != nil {
		t.Fatal(err)
	}
}

// TestGroupDeleted makes the security group again.
func TestGroupDeleted(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.apply(nil)
	group := s.state().SecurityGroupID
	for _, service := range []string{"ecr.api", "ecr.dkr", "logs"} {
		if _, err := s.a.EC2().ModifyVpcEndpoint(t.Context(), &ec2.ModifyVpcEndpointInput{
			VpcEndpointId: s.live()[service].VpcEndpointId, AddSecurityGroupIds: []string{s.Group}, RemoveSecurityGroupIds: []string{group},
		}); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := s.a.EC2().DeleteSecurityGroup(t.Context(), &ec2.DeleteSecurityGroupInput{GroupId: &group}); err != nil {
		t.Fatal(err)
	}
	s.a.ResetCalls()
	s.apply(nil)
	expectWrites(t, s.a, map[string]int{"CreateSecurityGroup": 1, "AuthorizeSecurityGroupIngress": 1, "ModifyVpcEndpoint": 3})
	s.destroy()
}

// close443 removes the rules of a group.
func close443(t testing.TB, a *awstest.AWS, group string) {
	t.Helper()
	out, err := a.EC2().DescribeSecurityGroups(t.Context(), &ec2.DescribeSecurityGroupsInput{GroupIds: []string{group}})
	if err != nil {
		t.Fatal(err)
	}
	if rules := out.SecurityGroups[0].IpPermissions; len(rules) > 0 {
		if _, err := a.EC2().RevokeSecurityGroupIngress(t.Context(), &ec2.RevokeSecurityGroupIngressInput{GroupId: &group, IpPermissions: rules}); err != nil {
			t.Fatal(err)
		}
	}
}

// TestServiceWithoutPrivateDNS leaves an endpoint alone whose service has no private DNS, also when the Region's list can't be read.
func TestServiceWithoutPrivateDNS(t *testing.T) {
	t.Parallel()
	a := awstest.New(t, awstest.RememberReads())
	s := &site{Network: a.NewNetwork(), t: t, a: a, tf: acctest.Core(a, resourceType, nil)}
	over := map[string]any{"compute": []string{"ec2"}, "include": []string{"iot.data"}, "exclude": []string{"ecr.api", "ecr.dkr", "s3"}, "route_table_ids": nil}
	s.apply(over)
	if s.state().Endpoints["iot.data"].PrivateDNS != nil || *s.live()["iot.data"].PrivateDnsEnabled {
		t.Error("there is private DNS")
	}
	a.Inject(awstest.Fault{Action: "ec2:DescribeVpcEndpointServices", Kind: awstest.AccessDenied, Sticky: true})
	a.ResetCalls()
	over["tags"] = map[string]any{"team": "web"}
	s.apply(over)
	expectWrites(t, a, map[string]int{"CreateTags": 2})
	a.ClearFaults()
	s.destroy()
}
