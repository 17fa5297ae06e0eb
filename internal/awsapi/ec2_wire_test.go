// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package awsapi_test

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/ecrx/terraform-provider-ecrx/internal/awsapi"
	"github.com/ecrx/terraform-provider-ecrx/internal/awstest"
)

// TestNetworkOnTheWire reads what endpoints are made in.
func TestNetworkOnTheWire(t *testing.T) {
	t.Parallel()
	a := awstest.New(t)
	n, c, ctx := a.NewNetwork(), clientsOf(a), t.Context()
	vpc, err := c.VPC(ctx, "", n.VPC)
	want := awsapi.VPC{ID: n.VPC, OwnerID: a.AccountID, CIDRBlocks: []string{"10.0.0.0/16"}, DNSSupport: true, DNSHostnames: true}
	if diff := cmp.Diff(want, vpc); diff != "" || err != nil {
		t.Errorf("VPC: %v (-want +got):\n%s", err, diff)
	}
	if _, err := a.EC2().ModifyVpcAttribute(ctx, &ec2.ModifyVpcAttributeInput{VpcId: &n.VPC, EnableDnsHostnames: &types.AttributeBooleanValue{Value: aws.Bool(false)}}); err != nil {
		t.Fatal(err)
	}
	if vpc, err := c.VPC(ctx, "", n.VPC); err != nil || !vpc.DNSSupport || vpc.DNSHostnames {
		t.Errorf("without hostnames: %+v, %v", vpc, err)
	}
	if _, err := c.VPC(ctx, "", "vpc-00000000"); !awsapi.IsNotFound(err) {
		t.Errorf("no VPC: %v", err)
	}

	subnets, err := c.Subnets(ctx, "", append(slices.Clone(n.Subnets), "subnet-00000000"))
	wantSubnets := map[string]awsapi.Subnet{
		n.Subnets[0]: {ID: n.Subnets[0], VPCID: n.VPC, OwnerID: a.AccountID, Zone: "eu-west-1a", CIDRBlock: "10.0.0.0/24"},
		n.Subnets[1]: {ID: n.Subnets[1], VPCID: n.VPC, OwnerID: a.AccountID, Zone: "eu-west-1b", CIDRBlock: "10.0.1.0/24"},
	}
	if diff := cmp.Diff(wantSubnets, subnets); diff != "" || err != nil {
		t.Errorf("subnets: %v (-want +got):\n%s", err, diff)
	}

	made, err := c.CreateEndpoint(ctx, "", "token", awsapi.NewEndpoint{
		VPCID: n.VPC, ServiceName: "com.amazonaws.eu-west-1.s3", Type: awsapi.GatewayEndpoint, RouteTableIDs: []string{n.RouteTable},
	})
	if err != nil {
		t.Fatal(err)
	}
	list, err := c.PrefixListID(ctx, "", "com.amazonaws.eu-west-1.s3")
	if err != nil || !strings.HasPrefix(list, "pl-") {
		t.Errorf("prefix list %q, %v", list, err)
	}
	tables, err := c.RouteTables(ctx, "", []string{n.RouteTable, "rtb-00000000"})
	wantTable := awsapi.RouteTable{
		ID: n.RouteTable, VPCID: n.VPC, OwnerID: a.AccountID, SubnetIDs: n.Subnets,
		Routes: []awsapi.Route{{Destination: "10.0.0.0/16", Target: "local", Active: true}, {Destination: list, Target: made.ID, Active: true}},
	}
	sorted := cmpopts.SortSlices(strings.Compare)
	if diff := cmp.Diff(map[string]awsapi.RouteTable{n.RouteTable: wantTable}, tables, sorted); diff != "" || err != nil {
		t.Errorf("route tables: %v (-want +got):\n%s", err, diff)
	}
	all, err := c.RouteTablesOfVPC(ctx, "", n.VPC)
	mains := 0
	for _, table := range all {
		if table.Main {
			mains++
		}
	}
	if err != nil || len(all) != 2 || mains != 1 || all[n.RouteTable].Main {
		t.Errorf("route tables of the VPC: %+v, %v", all, err)
	}
}

// TestEndpointLife goes through every call about an endpoint and its security group.
func TestEndpointLife(t *testing.T) {
	t.Parallel()
	a := awstest.New(t)
	n, c, ctx := a.NewNetwork(), clientsOf(a), t.Context()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	in := awsapi.NewSecurityGroup{
		Name: "endpoints", Description: "ECR", VPCID: n.VPC, Tags: map[string]string{"team": "x"},
		Ingress: []awsapi.IngressRule{awsapi.HTTPS("10.0.0.0/16"), awsapi.HTTPS(n.Group)},
	}
	group, err := c.CreateSecurityGroup(ctx, "", in)
	must(err)
	if _, err := c.CreateSecurityGroup(ctx, "", in); !awsapi.IsAlreadyExists(err) || !strings.Contains(err.Error(), "a security group endpoints exists already in "+n.VPC) {
		t.Errorf("a second group of that name: %v", err)
	}
	rules := func(want ...awsapi.IngressRule) {
		t.Helper()
		groups, err := c.SecurityGroups(ctx, "", []string{group, "sg-00000000"})
		must(err)
		full := awsapi.SecurityGroup{
			ID: group, Name: "endpoints", Description: "ECR", VPCID: n.VPC, OwnerID: a.AccountID, Tags: map[string]string{"team": "x"}, Ingress: want,
		}
		if diff := cmp.Diff(map[string]awsapi.SecurityGroup{group: full}, groups); diff != "" {
			t.Errorf("security groups (-want +got):\n%s", diff)
		}
	}
	own := []awsapi.IngressRule{awsapi.HTTPS("10.0.0.0/16"), awsapi.HTTPS(n.Group)}
	rules(own...)
	must(c.ChangeIngress(ctx, "", group, append(own, awsapi.HTTPS("10.1.0.0/16")), []awsapi.IngressRule{awsapi.HTTPS("10.2.0.0/16"), own[0]}))
	rules(awsapi.HTTPS("10.1.0.0/16"), own[1])

	created := awsapi.NewEndpoint{
		VPCID: n.VPC, ServiceName: "com.amazonaws.eu-west-1.ecr.api", Type: awsapi.InterfaceEndpoint, SubnetIDs: n.Subnets[:1],
		SecurityGroupIDs: []string{group}, PrivateDNS: true, Policy: pull, IPAddressType: "dualstack", Tags: map[string]string{"team": "x", "stage": "test"},
	}
	made, err := c.CreateEndpoint(ctx, "", "token", created)
	must(err)
	if again, err := c.CreateEndpoint(ctx, "", "token", created); err != nil || again.ID != made.ID {
		t.Errorf("the same token gives %s, %v", again.ID, err)
	}
	want := awsapi.Endpoint{
		ID: made.ID, ARN: "arn:aws:ec2:eu-west-1:" + a.AccountID + ":vpc-endpoint/" + made.ID, VPCID: n.VPC, ServiceName: created.ServiceName,
		Type: "Interface", State: "pending", SubnetIDs: n.Subnets[:1], SecurityGroupIDs: []string{group}, PrivateDNS: true, Policy: pull,
		IPAddressType: "dualstack", Tags: map[string]string{"team": "x", "stage": "test"}, OwnerID: a.AccountID,
	}
	same := func(when string, got awsapi.Endpoint, names int) {
		t.Helper()
		if diff := cmp.Diff(want, got, cmpopts.IgnoreFields(awsapi.Endpoint{}, "CreateDate", "DNSNames"), cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", when, diff)
		}
		if age := time.Since(got.CreateDate); len(got.DNSNames) != names || age < -time.Minute || age > time.Minute {
			t.Errorf("%s: DNS names %q, created at %s", when, got.DNSNames, got.CreateDate)
		}
	}
	same("created", made, 3)
	seen, err := c.WaitEndpoints(ctx, "", []string{made.ID})
	must(err)
	want.State = "available"
	same("awaited", seen[made.ID], 3)

	no, none := false, ""
	must(c.ModifyEndpoint(ctx, "", made.ID, awsapi.EndpointChange{
		AddSubnetIDs: n.Subnets[1:], AddSecurityGroupIDs: []string{n.Group}, RemoveSecurityGroupIDs: []string{group},
		Policy: &none, PrivateDNS: &no, IPAddressType: "ipv4",
	}))
	must(c.CreateTags(ctx, "", []string{made.ID}, map[string]string{"stage": "live"}))
	must(c.DeleteTags(ctx, "", []string{made.ID}, []string{"team"}))
	seen, err = c.WaitEndpoints(ctx, "", []string{made.ID})
	must(err)
	want.SubnetIDs, want.SecurityGroupIDs = slices.Sorted(slices.Values(n.Subnets)), []string{n.Group}
	want.PrivateDNS, want.IPAddressType, want.Tags = false, "ipv4", map[string]string{"stage": "live"}
	want.Policy = seen[made.ID].Policy
	same("modified", seen[made.ID], 3)
	if want.Policy == pull {
		t.Error("the policy wasn't reset")
	}
	endpoints, err := c.Endpoints(ctx, "", n.VPC)
	if err != nil || len(endpoints) != 1 {
		t.Fatalf("endpoints %+v, %v", endpoints, err)
	}
	same("of the VPC", endpoints[0], 3)

	must(c.ModifyEndpoint(ctx, "", made.ID, awsapi.EndpointChange{AddSecurityGroupIDs: []string{group}, Policy: aws.String(push)}))
	must(c.DeleteEndpoints(ctx, "", []string{made.ID, "vpce-00000000"}))
	if endpoints, err := c.Endpoints(ctx, "", n.VPC); err != nil || len(endpoints) != 1 || endpoints[0].State != awsapi.EndpointDeleting || endpoints[0].Policy != push {
		t.Errorf("deleted: %+v, %v", endpoints, err)
	}
	must(c.WaitEndpointsGone(ctx, "", []string{made.ID}))
	must(c.DeleteEndpoints(ctx, "", []string{made.ID}))
	must(c.DeleteSecurityGroup(ctx, "", group))
	must(c.DeleteSecurityGroup(ctx, "", group))
	if groups, err := c.SecurityGroups(ctx, "", []string{group}); err != nil || len(groups) > 0 {
		t.Errorf("after: %+v, %v", slices.Collect(maps.Keys(groups)), err)
	}

	a.ResetCalls()
	must(c.ModifyEndpoint(ctx, "", made.ID, awsapi.EndpointChange{}))
	must(c.CreateTags(ctx, "", []string{made.ID}, nil))
	must(c.CreateTags(ctx, "", nil, map[string]string{"a": "b"}))
	must(c.DeleteTags(ctx, "", []string{made.ID}, nil))
	must(c.DeleteTags(ctx, "", nil, []string{"a"}))
	must(c.DeleteEndpoints(ctx, "", nil))
	must(c.ChangeIngress(ctx, "", group, nil, nil))
	if subnets, err := c.Subnets(ctx, "", nil); err != nil || len(subnets) > 0 {
		t.Errorf("no subnets: %v, %v", subnets, err)
	}
	if calls := a.Calls(); len(calls) > 0 {
		t.Errorf("calls that carry nothing: %v", calls)
	}
}

// A failed or interrupted create leaves nothing, and one whose answer was lost gives what it made.
func TestLostAnswersOfEndpoints(t *testing.T) {
	t.Parallel()
	for _, attempts := range []int{1, 3} {
		a := awstest.New(t)
		n, c := a.NewNetwork(), clientsOf(a, retries(attempts))
		a.Inject(awstest.Fault{Action: "CreateVpcEndpoint", Kind: awstest.DropAfter})
		a.Inject(awstest.Fault{Action: "CreateSecurityGroup", Kind: awstest.DropAfter})
		a.Inject(awstest.Fault{Action: "AuthorizeSecurityGroupIngress", Kind: awstest.DropAfter})
		group, err := c.CreateSecurityGroup(t.Context(), "", awsapi.NewSecurityGroup{
			Name: "endpoints", Description: "ECR", VPCID: n.VPC, Tags: map[string]string{"a": "b"}, Ingress: []awsapi.IngressRule{awsapi.HTTPS("10.0.0.0/16")},
		})
		if attempts == 1 { // of the rules nobody asks again
			if err == nil || group != "" {
				t.Errorf("%d attempts: %q, %v", attempts, group, err)
			}
		} else if err != nil {
			t.Errorf("%d attempts: %v", attempts, err)
		}
		made, err := c.CreateEndpoint(t.Context(), "", "token", awsapi.NewEndpoint{
			VPCID: n.VPC, ServiceName: "com.amazonaws.eu-west-1.ecr.api", Type: awsapi.InterfaceEndpoint, SubnetIDs: n.Subnets,
		})
		if err != nil {
			t.Fatalf("%d attempts: %v", attempts, err)
		}
		endpoints, err := c.Endpoints(t.Context(), "", n.VPC)
		if err != nil || len(endpoints) != 1 || endpoints[0].ID != made.ID {
			t.Errorf("%d attempts: made %s, there is %+v, %v", attempts, made.ID, endpoints, err)
		}
		groups, err := a.EC2().DescribeSecurityGroups(t.Context(), &ec2.DescribeSecurityGroupsInput{})
		if err != nil {
			t.Fatal(err)
		}
		mine := 0
		for _, g := range groups.SecurityGroups {
			if aws.ToString(g.GroupName) == "endpoints" {
				mine++
			}
		}
		if want := map[bool]int{true: 1, false: 0}[group != ""]; mine != want {
			t.Errorf("%d attempts: %d groups, want %d", attempts, mine, want)
		}
	}
}
