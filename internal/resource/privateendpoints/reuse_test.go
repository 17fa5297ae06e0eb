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
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/ecrx/terraform-provider-ecrx/internal/awstest"
	"github.com/ecrx/terraform-provider-ecrx/internal/awstest/lifecycle"
)

// reuse is alone, with endpoints of others taken into use.
func reuse(over map[string]any) map[string]any {
	all := alone(over)
	if _, given := all["existing"]; !given {
		all["existing"] = "reuse"
	}
	return all
}

// expectManaged expects these services to have endpoints of this resource's, and all others to be of others.
func (s *site) expectManaged(want string) {
	s.t.Helper()
	var got []string
	for service, e := range s.state().Endpoints {
		if e.Managed {
			got = append(got, service)
		}
	}
	slices.Sort(got)
	if strings.Join(got, " ") != want {
		s.t.Errorf("managed are %q, want %q", got, want)
	}
}

// untouched gives a function that expects endpoints to be as they are now.
func (s *site) untouched(services ...string) func() {
	s.t.Helper()
	before := s.live()
	return func() {
		s.t.Helper()
		after := s.live()
		for _, service := range services {
			if diff := cmp.Diff(before[service], after[service], cmpopts.IgnoreUnexported(types.VpcEndpoint{}, types.SecurityGroupIdentifier{}, types.DnsEntry{}, types.Tag{})); diff != "" {
				s.t.Errorf("the endpoint of %s was changed: %s", service, diff)
			}
		}
	}
}

// TestReuse uses an endpoint of others beside own ones, and never touches it.
func TestReuse(t *testing.T) {
	t.Parallel()
	s := newSite(t, awstest.RememberReads())
	third := s.a.AddSubnet(s.VPC, "10.0.2.0/24", "c")
	dkr := other(t, s.a, s.Network, "ecr.dkr", func(in *ec2.CreateVpcEndpointInput) { in.SubnetIds = s.Subnets[:1] })
	still := s.untouched("ecr.dkr")
	s.apply(reuse(map[string]any{"tags": map[string]any{"team": "web"}}))
	s.expectManaged("ecr.api s3")
	if got := s.state().Endpoints["ecr.dkr"]; got.ID != dkr || !slices.Equal(got.SubnetIDs, s.Subnets[:1]) || got.State != "available" {
		t.Errorf("it is shown as %+v", got)
	}
	for name, over := range map[string]map[string]any{
		"subnets":      {"subnet_ids": []string{third}},
		"groups":       {"security_group": nil, "security_group_ids": []string{s.Group}},
		"policies":     {"repository_arns": []string{repositoryARN(s.a, "team/*")}},
		"layers":       {"layer_bucket_policy": "minimal"},
		"tags":         {"tags": map[string]any{"owner": "ops"}},
		"addresses":    {"ip_address_type": "ipv4"},
		"compute type": {"compute": []string{"fargate"}},
		"no longer":    {"exclude": []string{"ecr.dkr"}},
		"again":        nil,
	} {
		s.apply(reuse(over))
		still()
		if got := s.state().Endpoints["ecr.dkr"]; name != "no longer" && (got.ID != dkr || got.Managed) {
			t.Errorf("%s: it is shown as %+v", name, got)
		}
	}
	s.apply(reuse(nil))
	s.refuses(reuse(map[string]any{"existing": nil}), "compute: Endpoint that exists: ", dkr)
	s.refuses(reuse(map[string]any{"existing": "error"}), "compute: Endpoint that exists: ", dkr)

	// Deleted by hand, it is missing, and an own one comes in its place.
	remove(t, s.a, dkr)
	s.plans(reuse(nil), lifecycle.Update)
	s.a.ResetCalls()
	s.apply(reuse(nil))
	expectWrites(t, s.a, map[string]int{"CreateVpcEndpoint": 1})
	s.expectManaged("ecr.api ecr.dkr s3")
	s.apply(reuse(map[string]any{"existing": "error"})) // which all of them now are
	s.destroy()
}

// TestReuseAll makes nothing at all: no endpoint, no security group, no tag.
func TestReuseAll(t *testing.T) {
	t.Parallel()
	s := newSite(t, awstest.RememberReads())
	services := []string{"ecr.api", "ecr.dkr", "s3"}
	for _, service := range services {
		other(t, s.a, s.Network, service)
	}
	still := s.untouched(services...)
	s.a.ResetCalls()
	s.apply(reuse(nil))
	s.expectManaged("")
	if state := s.state(); state.SecurityGroupID != "" || state.S3PrefixListID == "" {
		t.Errorf("the group is %q, the prefix list %q", state.SecurityGroupID, state.S3PrefixListID)
	}
	s.apply(reuse(map[string]any{"tags": map[string]any{"team": "web"}, "repository_arns": []string{repositoryARN(s.a, "team/*")}}))
	s.apply(reuse(map[string]any{"security_group": map[string]any{"ingress_cidr_blocks": []string{"10.0.0.0/24"}}}))
	if _, err := s.tf.Apply(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	expectWrites(t, s.a, map[string]int{})
	still()
}

// TestReuseOfGateway uses a gateway that is on all the route tables, and no other one.
func TestReuseOfGateway(t *testing.T) {
	t.Parallel()
	s := newSite(t, awstest.RememberReads())
	table := addRouteTable(t, s)
	gateway := other(t, s.a, s.Network, "s3")
	both := map[string]any{"route_table_ids": []string{s.RouteTable, table}}
	s.refuses(reuse(both), "route_table_ids: Route tables of two gateways: ", gateway, s.RouteTable, "none in "+table)
	still := s.untouched("s3")
	s.apply(reuse(nil))
	s.expectManaged("ecr.api ecr.dkr")
	// Route tables that the gateway isn't on aren't served by it.
	s.refuses(reuse(both), "route_table_ids: Route tables of two gateways: ", gateway, s.RouteTable, "none in "+table)
	still()
	s.apply(reuse(map[string]any{"route_table_ids": []string{table}}))
	s.expectManaged("ecr.api ecr.dkr s3")
	if got := s.state().Endpoints["s3"]; got.ID == gateway || !slices.Equal(got.RouteTableIDs, []string{table}) {
		t.Errorf("the gateway is %+v", got)
	}
	if _, err := s.tf.Apply(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	out, err := s.a.EC2().DescribeVpcEndpoints(t.Context(), &ec2.DescribeVpcEndpointsInput{})
	if err != nil || len(out.VpcEndpoints) != 1 || aws.ToString(out.VpcEndpoints[0].VpcEndpointId) != gateway {
		t.Errorf("there are %v, %v", out.VpcEndpoints, err)
	}
}

// TestReusedGatewayLosesATable sees that the gateway of others isn't on all the route tables any more.
func TestReusedGatewayLosesATable(t *testing.T) {
	t.Parallel()
	s := newSite(t, awstest.RememberReads())
	gateway := other(t, s.a, s.Network, "s3")
	s.apply(reuse(nil))
	if _, err := s.a.EC2().ModifyVpcEndpoint(t.Context(), &ec2.ModifyVpcEndpointInput{
		VpcEndpointId: &gateway, AddRouteTableIds: []string{addRouteTable(t, s)}, RemoveRouteTableIds: []string{s.RouteTable},
	}); err != nil {
		t.Fatal(err)
	}
	s.plans(reuse(nil), lifecycle.Update)
	s.apply(reuse(nil))
	s.expectManaged("ecr.api ecr.dkr s3")
}

// TestReusedLosesPrivateDNS sees that an endpoint of others doesn't answer to the service's names any more.
func TestReusedLosesPrivateDNS(t *testing.T) {
	t.Parallel()
	s := newSite(t, awstest.RememberReads())
	dkr := other(t, s.a, s.Network, "ecr.dkr")
	s.apply(reuse(nil))
	if _, err := s.a.EC2().ModifyVpcEndpoint(t.Context(), &ec2.ModifyVpcEndpointInput{VpcEndpointId: &dkr, PrivateDnsEnabled: aws.Bool(false)}); err != nil {
		t.Fatal(err)
	}
	s.plans(reuse(nil), lifecycle.Update)
	s.apply(reuse(nil))
	s.expectManaged("ecr.api ecr.dkr s3")
}
