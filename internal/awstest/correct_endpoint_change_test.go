// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package awstest_test

import (
	"slices"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/google/go-cmp/cmp"
)

func (s site) modify(in ec2.ModifyVpcEndpointInput, id *string) error {
	in.VpcEndpointId = id
	_, err := s.tested.ModifyVpcEndpoint(s.t.Context(), &in)
	return err
}

func TestChangesOfAnInterfaceEndpoint(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	in := s.interfaceTo(dkr)
	in.SubnetIds, in.PolicyDocument = s.Subnets[:1], aws.String(`{"Statement":[]}`)
	id := s.create(in).VpcEndpointId
	group, err := s.a.EC2().CreateSecurityGroup(t.Context(), &ec2.CreateSecurityGroupInput{GroupName: aws.String("x"), Description: aws.String("x"), VpcId: &s.VPC})
	if err != nil {
		t.Fatal(err)
	}
	same := s.a.AddSubnet(s.VPC, "10.0.9.0/24", "a")
	for name, step := range map[string]struct {
		in   ec2.ModifyVpcEndpointInput
		code string
	}{
		"a second subnet in the zone": {ec2.ModifyVpcEndpointInput{AddSubnetIds: []string{same}}, "DuplicateSubnetsInSameZone"},
		"no group":                    {ec2.ModifyVpcEndpointInput{AddSecurityGroupIds: []string{"sg-00000000"}}, "InvalidGroup.NotFound"},
		"beside its own private DNS":  {ec2.ModifyVpcEndpointInput{IpAddressType: types.IpAddressTypeIpv4}, ""},
		"no JSON":                     {ec2.ModifyVpcEndpointInput{PolicyDocument: aws.String("x")}, "InvalidPolicyDocument"},
	} {
		if err := s.modify(step.in, id); code(err) != step.code {
			t.Errorf("%s: %v, want %s", name, err, step.code)
		}
	}
	s.list()
	if got := s.list()[*id]; got != "available" {
		t.Errorf("before: %s", got)
	}
	wants(t, s.modify(ec2.ModifyVpcEndpointInput{
		AddSubnetIds: s.Subnets[1:], AddSecurityGroupIds: []string{*group.GroupId}, RemoveSecurityGroupIds: []string{s.Group},
		PrivateDnsEnabled: aws.Bool(false), ResetPolicy: aws.Bool(true), IpAddressType: types.IpAddressTypeDualstack,
	}, id), "", "")
	if got := s.list()[*id]; got != "pending" {
		t.Errorf("modified: %s", got)
	}
	got := s.read(*id)
	if diff := cmp.Diff(s.Subnets, got.SubnetIds); diff != "" || len(got.Groups) != 1 || *got.Groups[0].GroupId != *group.GroupId || *got.PrivateDnsEnabled ||
		got.IpAddressType != "dualstack" || len(got.DnsEntries) != 3 || *got.PolicyDocument == `{"Statement":[]}` {
		t.Errorf("modified: %+v", got)
	}
	wants(t, s.modify(ec2.ModifyVpcEndpointInput{RemoveSubnetIds: s.Subnets[:1], AddSubnetIds: []string{same}}, id), "", "")
	if got := s.read(*id).SubnetIds; !slices.Equal(got, []string{s.Subnets[1], same}) {
		t.Errorf("subnets %v", got)
	}
	wants(t, s.modify(ec2.ModifyVpcEndpointInput{}, aws.String("vpce-00000000")), "InvalidVpcEndpointId.NotFound", "vpce-00000000")
}

// routes gives the endpoints that the tables route to.
func (s site) routes(tables ...string) []string {
	s.t.Helper()
	out, err := s.a.EC2().DescribeRouteTables(s.t.Context(), &ec2.DescribeRouteTablesInput{RouteTableIds: tables})
	if err != nil {
		s.t.Fatal(err)
	}
	var targets []string
	for _, table := range out.RouteTables {
		for _, route := range table.Routes {
			if route.DestinationPrefixListId != nil {
				targets = append(targets, *table.RouteTableId+" "+*route.GatewayId)
			}
		}
	}
	return targets
}

func TestRoutesOfAGateway(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	out, err := s.a.EC2().CreateRouteTable(t.Context(), &ec2.CreateRouteTableInput{VpcId: &s.VPC})
	if err != nil {
		t.Fatal(err)
	}
	first, second := s.RouteTable, *out.RouteTable.RouteTableId
	check := func(want ...string) {
		t.Helper()
		if diff := cmp.Diff(want, s.routes(first, second)); diff != "" {
			t.Errorf("routes (-want +got):\n%s", diff)
		}
	}
	gateway := s.create(s.gateway())
	id := *gateway.VpcEndpointId
	check(first + " " + id)
	wants(t, s.modify(ec2.ModifyVpcEndpointInput{AddRouteTableIds: []string{second}}, &id), "", "")
	check(first+" "+id, second+" "+id)
	s.refused(s.gateway(), "RouteAlreadyExists", "route table "+first+" already has a route with destination-prefix-list-id pl-")
	wants(t, s.modify(ec2.ModifyVpcEndpointInput{RemoveRouteTableIds: []string{first}}, &id), "", "")
	check(second + " " + id)
	other := *s.create(s.gateway()).VpcEndpointId
	wants(t, s.modify(ec2.ModifyVpcEndpointInput{AddRouteTableIds: []string{second}}, &other), "RouteAlreadyExists", second)
	check(first+" "+other, second+" "+id)
	if got := s.list()[id]; got != "available" {
		t.Errorf("a gateway that was modified is %s", got)
	}
	if _, err := s.tested.DeleteVpcEndpoints(t.Context(), &ec2.DeleteVpcEndpointsInput{VpcEndpointIds: []string{id}}); err != nil {
		t.Fatal(err)
	}
	check(first + " " + other)
	wants(t, s.modify(ec2.ModifyVpcEndpointInput{AddRouteTableIds: []string{second}}, &id), "InvalidVpcEndpointId.NotFound", id)
	wants(t, s.modify(ec2.ModifyVpcEndpointInput{AddRouteTableIds: []string{second}}, &other), "", "") // the route went at once
	check(first+" "+other, second+" "+other)
}

func TestDeletionSaysWhatIsNotThere(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	id := *s.create(s.interfaceTo(dkr)).VpcEndpointId
	out, err := s.tested.DeleteVpcEndpoints(t.Context(), &ec2.DeleteVpcEndpointsInput{VpcEndpointIds: []string{"vpce-00000000", id}})
	if err != nil {
		t.Fatal(err)
	}
	if len(out.Unsuccessful) != 1 || *out.Unsuccessful[0].ResourceId != "vpce-00000000" || *out.Unsuccessful[0].Error.Code != "InvalidVpcEndpointId.NotFound" {
		t.Errorf("unsuccessful: %+v", out.Unsuccessful)
	}
	out, err = s.tested.DeleteVpcEndpoints(t.Context(), &ec2.DeleteVpcEndpointsInput{VpcEndpointIds: []string{id}})
	if err != nil || len(out.Unsuccessful) > 0 {
		t.Errorf("again: %+v, %v", out, err)
	}
	if got := s.list()[id]; got != "deleting" {
		t.Errorf("the other is %s", got)
	}
}

func TestAGroupStaysWhileAnEndpointHasIt(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	group, err := s.a.EC2().CreateSecurityGroup(t.Context(), &ec2.CreateSecurityGroupInput{GroupName: aws.String("x"), Description: aws.String("x"), VpcId: &s.VPC})
	if err != nil {
		t.Fatal(err)
	}
	in := s.interfaceTo(dkr)
	in.SecurityGroupIds = []string{*group.GroupId}
	id := *s.create(in).VpcEndpointId
	remove := func() error {
		_, err := s.tested.DeleteSecurityGroup(t.Context(), &ec2.DeleteSecurityGroupInput{GroupId: group.GroupId})
		return err
	}
	wants(t, remove(), "DependencyViolation", "resource "+*group.GroupId+" has a dependent object")
	if _, err := s.tested.DeleteVpcEndpoints(t.Context(), &ec2.DeleteVpcEndpointsInput{VpcEndpointIds: []string{id}}); err != nil {
		t.Fatal(err)
	}
	wants(t, remove(), "DependencyViolation", "") // counts as a look
	wants(t, remove(), "", "")
	wants(t, remove(), "InvalidGroup.NotFound", "")
}
