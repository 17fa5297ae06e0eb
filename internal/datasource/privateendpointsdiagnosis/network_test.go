// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package privateendpointsdiagnosis_test

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/ecrx/terraform-provider-ecrx/internal/awstest"
	"github.com/ecrx/terraform-provider-ecrx/internal/pattern"
	"github.com/ecrx/terraform-provider-ecrx/internal/policy"
)

// site is a VPC in which tasks on Fargate pull without the internet, and all is in order.
type site struct {
	awstest.Network
	t         *testing.T
	aws       *awstest.AWS
	group     string            // of the interface endpoints
	endpoints map[string]string // ids by service
}

func newSite(t *testing.T, options ...awstest.Option) *site {
	t.Helper()
	return newSiteIn(t, awstest.New(t, options...))
}

// newSiteIn makes the VPC in an account that may have others: the emulator takes long over a new account's first endpoint.
func newSiteIn(t *testing.T, a *awstest.AWS) *site {
	t.Helper()
	s := &site{Network: a.NewNetwork(), t: t, aws: a, endpoints: map[string]string{}}
	group, err := a.EC2().CreateSecurityGroup(t.Context(), &ec2.CreateSecurityGroupInput{GroupName: aws.String("endpoints"), Description: aws.String("endpoints"), VpcId: &s.VPC})
	s.must(err)
	s.group = *group.GroupId
	_, err = a.EC2().AuthorizeSecurityGroupIngress(t.Context(), &ec2.AuthorizeSecurityGroupIngressInput{GroupId: &s.group, IpPermissions: https("10.0.0.0/16")})
	s.must(err)
	for _, service := range []string{"ecr.api", "ecr.dkr", "logs"} {
		s.create(service, &ec2.CreateVpcEndpointInput{VpcEndpointType: types.VpcEndpointTypeInterface, SubnetIds: s.Subnets, SecurityGroupIds: []string{s.group}})
	}
	s.create("s3", &ec2.CreateVpcEndpointInput{VpcEndpointType: types.VpcEndpointTypeGateway, RouteTableIds: []string{s.RouteTable}})
	return s
}

func https(block string) []types.IpPermission {
	return []types.IpPermission{{IpProtocol: aws.String("tcp"), FromPort: aws.Int32(443), ToPort: aws.Int32(443), IpRanges: []types.IpRange{{CidrIp: &block}}}}
}

func (s *site) must(err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
}

func (s *site) create(service string, in *ec2.CreateVpcEndpointInput) {
	s.t.Helper()
	in.VpcId, in.ServiceName = &s.VPC, aws.String("com.amazonaws."+s.aws.Region+"."+service)
	made, err := s.aws.EC2().CreateVpcEndpoint(s.t.Context(), in)
	s.must(err)
	s.endpoints[service] = *made.VpcEndpoint.VpcEndpointId
}

func (s *site) remove(service string) {
	s.t.Helper()
	_, err := s.aws.EC2().DeleteVpcEndpoints(s.t.Context(), &ec2.DeleteVpcEndpointsInput{VpcEndpointIds: []string{s.endpoints[service]}})
	s.must(err)
}

func (s *site) modify(service string, in ec2.ModifyVpcEndpointInput) {
	s.t.Helper()
	in.VpcEndpointId = aws.String(s.endpoints[service])
	_, err := s.aws.EC2().ModifyVpcEndpoint(s.t.Context(), &in)
	s.must(err)
}

func (s *site) policy(d policy.Document, services ...string) {
	s.t.Helper()
	for _, service := range services {
		s.modify(service, ec2.ModifyVpcEndpointInput{PolicyDocument: aws.String(d.Canonical())})
	}
}

func (s *site) attribute(in ec2.ModifyVpcAttributeInput) {
	s.t.Helper()
	in.VpcId = &s.VPC
	_, err := s.aws.EC2().ModifyVpcAttribute(s.t.Context(), &in)
	s.must(err)
}

func off() *types.AttributeBooleanValue { return &types.AttributeBooleanValue{Value: aws.Bool(false)} }

// closePort takes the rule away by which the subnets reach the endpoints.
func (s *site) closePort() {
	s.t.Helper()
	_, err := s.aws.EC2().RevokeSecurityGroupIngress(s.t.Context(), &ec2.RevokeSecurityGroupIngressInput{GroupId: &s.group, IpPermissions: https("10.0.0.0/16")})
	s.must(err)
}

func (s *site) openTo(block string) {
	s.t.Helper()
	_, err := s.aws.EC2().AuthorizeSecurityGroupIngress(s.t.Context(), &ec2.AuthorizeSecurityGroupIngressInput{GroupId: &s.group, IpPermissions: https(block)})
	s.must(err)
}

// logsAmongThemselves gives the endpoint of logs the default security group, which lets its own members in.
func (s *site) logsAmongThemselves() {
	s.t.Helper()
	_, err := s.aws.EC2().AuthorizeSecurityGroupIngress(s.t.Context(), &ec2.AuthorizeSecurityGroupIngressInput{GroupId: &s.Group, IpPermissions: []types.IpPermission{
		{IpProtocol: aws.String("-1"), UserIdGroupPairs: []types.UserIdGroupPair{{GroupId: &s.Group}}},
	}})
	s.must(err)
	s.modify("logs", ec2.ModifyVpcEndpointInput{RemoveSecurityGroupIds: []string{s.group}, AddSecurityGroupIds: []string{s.Group}})
}

// nat gives the route table a NAT gateway.
func (s *site) nat() string {
	s.t.Helper()
	made, err := s.aws.EC2().CreateNatGateway(s.t.Context(), &ec2.CreateNatGatewayInput{SubnetId: &s.Subnets[0], ConnectivityType: types.ConnectivityTypePrivate})
	s.must(err)
	id := *made.NatGateway.NatGatewayId
	_, err = s.aws.EC2().CreateRoute(s.t.Context(), &ec2.CreateRouteInput{RouteTableId: &s.RouteTable, DestinationCidrBlock: aws.String("0.0.0.0/0"), NatGatewayId: &id})
	s.must(err)
	return id
}

func (s *site) repository() string {
	return "arn:aws:ecr:" + s.aws.Region + ":" + s.aws.AccountID + ":repository/team/app"
}

func (s *site) role() string { return "arn:aws:iam::" + s.aws.AccountID + ":role/web-execution" }

// pull is that of the execution role, which may pull through the given endpoints alone.
func (s *site) pull(vpceIDs ...string) object {
	identity := pattern.ECSExecutionPolicy(pattern.ECSExecution{RepositoryARNs: []string{s.repository()}, SourceVPCEIDs: vpceIDs})
	return object{"principal_arn": s.role(), "repository_arns": list{s.repository()}, "identity_policies": list{identity.Canonical()}}
}

// loginByEndpoint is a pull by a role that may do nothing but through the endpoints, the login included.
func (s *site) loginByEndpoint() object {
	pull := s.pull()
	pull["identity_policies"] = list{`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"ecr:*","Resource":"*","Condition":{"StringEquals":{"aws:SourceVpce":["` +
		s.endpoints["ecr.api"] + `","` + s.endpoints["ecr.dkr"] + `"]}}}]}`}
	return pull
}

// config asks about the site.
func (s *site) config(change ...func(object)) object {
	subnets := list{}
	for _, id := range s.Subnets {
		subnets = append(subnets, id)
	}
	c := object{
		"vpc_id": s.VPC, "subnet_ids": subnets, "compute": list{"fargate"},
		"pulls": object{"web": s.pull(s.endpoints["ecr.api"], s.endpoints["ecr.dkr"])},
	}
	for _, f := range change {
		f(c)
	}
	return c
}

// named puts the names of the site in the place of its ids.
func (s *site) named(text string) string {
	pairs := []string{s.VPC, "VPC", s.RouteTable, "TABLE", s.group, "GROUP", s.aws.AccountID, "111111111111", s.Subnets[0], "SUBNET-A", s.Subnets[1], "SUBNET-B"}
	for service, id := range s.endpoints {
		pairs = append(pairs, id, "["+service+"]")
	}
	return strings.NewReplacer(pairs...).Replace(text)
}

// associated makes a subnet with the route table of the others.
func (s *site) associated(block, zone string) string {
	s.t.Helper()
	id := s.aws.AddSubnet(s.VPC, block, zone)
	_, err := s.aws.EC2().AssociateRouteTable(s.t.Context(), &ec2.AssociateRouteTableInput{RouteTableId: &s.RouteTable, SubnetId: &id})
	s.must(err)
	return id
}

func layersOf(t *testing.T, region string) policy.Document {
	t.Helper()
	d, err := pattern.LayerBucketPolicy(region, nil)
	if err != nil {
		t.Fatal(err)
	}
	return d
}
