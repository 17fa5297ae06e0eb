// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package awstest_test

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/ecrx/terraform-provider-ecrx/internal/awstest"
)

func TestOneTokenMakesOneEndpoint(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	in := s.gateway()
	in.ClientToken = aws.String("one")
	first, again := s.create(in), s.create(in)
	if *first.VpcEndpointId != *again.VpcEndpointId || len(s.list()) != 1 {
		t.Errorf("%s, then %s", *first.VpcEndpointId, *again.VpcEndpointId)
	}
	in.PolicyDocument = aws.String("{}")
	_, err := s.tested.CreateVpcEndpoint(t.Context(), in)
	wants(t, err, "IdempotentParameterMismatch", "")
	if _, err := s.a.EC2().DeleteVpcEndpoints(t.Context(), &ec2.DeleteVpcEndpointsInput{VpcEndpointIds: []string{*first.VpcEndpointId}}); err != nil {
		t.Fatal(err)
	}
	if *s.create(in).VpcEndpointId == *first.VpcEndpointId {
		t.Error("the endpoint that was deleted comes back")
	}
	other := s.interfaceTo(dkr)
	s.create(other)
	other.PrivateDnsEnabled = aws.Bool(false)
	s.create(other) // without a token
	if n := len(s.list()); n != 3 {
		t.Errorf("%d endpoints, want 3", n)
	}
}

func TestSubnetsOfAnEndpoint(t *testing.T) {
	t.Parallel()
	s := newSite(t, awstest.EndpointZones("ecr.api", "eu-west-1b", "eu-west-1c"))
	same := s.interfaceTo(dkr)
	same.SubnetIds = append(same.SubnetIds, s.a.AddSubnet(s.VPC, "10.0.9.0/24", "b"))
	s.refused(same, "DuplicateSubnetsInSameZone", "Found another VPC endpoint subnet in the availability zone of subnet-")
	missing := s.interfaceTo(dkr)
	missing.SubnetIds = []string{"subnet-00000000"}
	s.refused(missing, "InvalidSubnetID.NotFound", "subnet-00000000")
	s.refused(s.interfaceTo(api), "InvalidParameter", "does not support the availability zone of the subnet: "+s.Subnets[0])
	served := s.interfaceTo(api)
	served.SubnetIds = s.Subnets[1:]
	s.create(served)
}

func TestGroupsOfAnEndpoint(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	missing := s.interfaceTo(dkr)
	missing.SecurityGroupIds = []string{"sg-00000000"}
	s.refused(missing, "InvalidGroup.NotFound", "sg-00000000")
	made := s.create(s.interfaceTo(dkr))
	if len(made.Groups) != 1 || *made.Groups[0].GroupId != s.Group {
		t.Errorf("groups %+v, want the default one", made.Groups)
	}
}

func TestRefusedEndpoints(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.refused(s.interfaceTo("com.amazonaws.eu-west-1.nothing"), "InvalidServiceName", "com.amazonaws.eu-west-1.nothing")
	words := s.interfaceTo(dkr)
	words.PolicyDocument = aws.String("not json")
	s.refused(words, "InvalidPolicyDocument", "")
	table := s.gateway()
	table.RouteTableIds = []string{"rtb-00000000"}
	s.refused(table, "InvalidRouteTableID.NotFound", "rtb-00000000")
}

func TestPrivateDNSNeedsTheAttributes(t *testing.T) {
	t.Parallel()
	no := &types.AttributeBooleanValue{Value: aws.Bool(false)}
	for name, in := range map[string]*ec2.ModifyVpcAttributeInput{
		"no support":   {EnableDnsSupport: no},
		"no hostnames": {EnableDnsHostnames: no},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newSite(t)
			in.VpcId = &s.VPC
			if _, err := s.a.EC2().ModifyVpcAttribute(t.Context(), in); err != nil {
				t.Fatal(err)
			}
			const text = "Enabling private DNS requires both enableDnsSupport and enableDnsHostnames VPC attributes set to true for vpc-"
			s.refused(s.interfaceTo(dkr), "InvalidParameter", text)
			without := s.interfaceTo(dkr)
			without.PrivateDnsEnabled = aws.Bool(false)
			made := s.create(without)
			_, err := s.tested.ModifyVpcEndpoint(t.Context(), &ec2.ModifyVpcEndpointInput{VpcEndpointId: made.VpcEndpointId, PrivateDnsEnabled: aws.Bool(true)})
			wants(t, err, "InvalidParameter", text)
		})
	}
}

func TestPrivateDNSConflict(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	first := s.create(s.interfaceTo(dkr))
	text := "private-dns-enabled cannot be set because there is already a conflicting DNS domain for dkr.ecr.eu-west-1.amazonaws.com in the VPC " + s.VPC
	s.refused(s.interfaceTo(dkr), "InvalidParameter", text)
	s.create(s.interfaceTo(api))
	elsewhere := s
	elsewhere.Network = s.a.NewNetwork()
	elsewhere.create(elsewhere.interfaceTo(dkr))

	without := s.interfaceTo(dkr)
	without.PrivateDnsEnabled = aws.Bool(false)
	second := s.create(without)
	enable := &ec2.ModifyVpcEndpointInput{VpcEndpointId: second.VpcEndpointId, PrivateDnsEnabled: aws.Bool(true)}
	_, err := s.tested.ModifyVpcEndpoint(t.Context(), enable)
	wants(t, err, "InvalidParameter", text)
	if _, err := s.tested.DeleteVpcEndpoints(t.Context(), &ec2.DeleteVpcEndpointsInput{VpcEndpointIds: []string{*first.VpcEndpointId}}); err != nil {
		t.Fatal(err)
	}
	_, err = s.tested.ModifyVpcEndpoint(t.Context(), enable)
	wants(t, err, "InvalidParameter", text) // deleting
	for range 2 {
		s.list()
	}
	_, err = s.tested.ModifyVpcEndpoint(t.Context(), enable)
	wants(t, err, "", "")
	if !*s.read(*second.VpcEndpointId).PrivateDnsEnabled {
		t.Error("private DNS isn't on")
	}
}
