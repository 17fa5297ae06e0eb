// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package awstest_test

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/google/go-cmp/cmp"

	"github.com/ecrx/terraform-provider-ecrx/internal/awstest"
)

const dkr, api, s3 = "com.amazonaws.eu-west-1.ecr.dkr", "com.amazonaws.eu-west-1.ecr.api", "com.amazonaws.eu-west-1.s3"

// site is a network with the clients of a test.
type site struct {
	awstest.Network
	t      *testing.T
	a      *awstest.AWS
	tested *ec2.Client
}

func newSite(t *testing.T, opts ...awstest.Option) site {
	t.Helper()
	a := awstest.New(t, opts...)
	return site{Network: a.NewNetwork(), t: t, a: a, tested: ec2.NewFromConfig(a.Config())}
}

func (s site) interfaceTo(service string) *ec2.CreateVpcEndpointInput {
	return &ec2.CreateVpcEndpointInput{
		VpcId: &s.VPC, ServiceName: &service, VpcEndpointType: types.VpcEndpointTypeInterface, SubnetIds: s.Subnets, PrivateDnsEnabled: aws.Bool(true),
	}
}

func (s site) gateway() *ec2.CreateVpcEndpointInput {
	return &ec2.CreateVpcEndpointInput{VpcId: &s.VPC, ServiceName: aws.String(s3), RouteTableIds: []string{s.RouteTable}}
}

func (s site) create(in *ec2.CreateVpcEndpointInput) types.VpcEndpoint {
	s.t.Helper()
	out, err := s.tested.CreateVpcEndpoint(s.t.Context(), in)
	if err != nil {
		s.t.Fatal(err)
	}
	return *out.VpcEndpoint
}

func (s site) refused(in *ec2.CreateVpcEndpointInput, code, text string) {
	s.t.Helper()
	_, err := s.tested.CreateVpcEndpoint(s.t.Context(), in)
	wants(s.t, err, code, text)
	if left := s.list(); len(left) > 0 && code != "RouteAlreadyExists" && !strings.Contains(text, "conflicting") {
		s.t.Errorf("a refused create leaves %v", left)
	}
}

func wants(t *testing.T, err error, want, text string) {
	t.Helper()
	if code(err) != want || err != nil && !strings.Contains(err.Error(), text) {
		t.Errorf("error: %v, want %s: %s", err, want, text)
	}
}

// list gives the states of all endpoints by id.
func (s site) list(filters ...types.Filter) map[string]types.State {
	s.t.Helper()
	out, err := s.tested.DescribeVpcEndpoints(s.t.Context(), &ec2.DescribeVpcEndpointsInput{Filters: filters})
	if err != nil {
		s.t.Fatal(err)
	}
	states := map[string]types.State{}
	for _, e := range out.VpcEndpoints {
		states[*e.VpcEndpointId] = e.State
	}
	return states
}

func (s site) read(id string) types.VpcEndpoint {
	s.t.Helper()
	out, err := s.a.EC2().DescribeVpcEndpoints(s.t.Context(), &ec2.DescribeVpcEndpointsInput{VpcEndpointIds: []string{id}})
	if err != nil {
		s.t.Fatal(err)
	}
	return out.VpcEndpoints[0]
}

func TestEndpointStates(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		opts         []awstest.Option
		create, gone []types.State // what reads see
	}{
		"by default":         {nil, []types.State{"pending", "available"}, []types.State{"deleting", ""}},
		"at once":            {[]awstest.Option{awstest.EndpointReads(0)}, []types.State{"available"}, []types.State{""}},
		"two":                {[]awstest.Option{awstest.EndpointReads(2)}, []types.State{"pending", "pending", "available"}, []types.State{"deleting", "deleting", ""}},
		"with RememberReads": {[]awstest.Option{awstest.RememberReads()}, []types.State{"pending", "available", "available"}, []types.State{"deleting", ""}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newSite(t, test.opts...)
			made := s.create(s.interfaceTo(dkr))
			if made.State != "pending" {
				t.Errorf("created %s", made.State)
			}
			for i, want := range test.create {
				if i > 0 {
					s.read(*made.VpcEndpointId) // doesn't count
				}
				if got := s.list(); got[*made.VpcEndpointId] != want {
					t.Errorf("read %d gives %v, want %s", i+1, got, want)
				}
			}
			if _, err := s.tested.DeleteVpcEndpoints(t.Context(), &ec2.DeleteVpcEndpointsInput{VpcEndpointIds: []string{*made.VpcEndpointId}}); err != nil {
				t.Fatal(err)
			}
			for i, want := range test.gone {
				if got := s.list(); got[*made.VpcEndpointId] != want || want == "" && len(got) > 0 {
					t.Errorf("after deletion, read %d gives %v, want %s", i+1, got, want)
				}
			}
			_, err := s.tested.DescribeVpcEndpoints(t.Context(), &ec2.DescribeVpcEndpointsInput{VpcEndpointIds: []string{*made.VpcEndpointId}})
			wants(t, err, "InvalidVpcEndpointId.NotFound", *made.VpcEndpointId)
		})
	}
}

func TestWhatTheTestItselfChangesIsSoAtOnce(t *testing.T) {
	t.Parallel()
	s := newSite(t, awstest.EndpointReads(100))
	arranged := s
	arranged.tested = s.a.EC2()
	id := *arranged.create(s.interfaceTo(dkr)).VpcEndpointId
	if got := s.list()[id]; got != "available" {
		t.Errorf("created: %s", got)
	}
	if _, err := s.a.EC2().DeleteVpcEndpoints(t.Context(), &ec2.DeleteVpcEndpointsInput{VpcEndpointIds: []string{id}}); err != nil {
		t.Fatal(err)
	}
	if got := s.list(); len(got) > 0 {
		t.Errorf("deleted: %v", got)
	}
}

func TestEndpointsAreSelectedAndPaged(t *testing.T) {
	t.Parallel()
	s := newSite(t, awstest.EndpointReads(100))
	in := s.interfaceTo(dkr)
	in.TagSpecifications = []types.TagSpecification{{ResourceType: types.ResourceTypeVpcEndpoint, Tags: []types.Tag{{Key: aws.String("team"), Value: aws.String("x")}}}}
	first, second, third := *s.create(in).VpcEndpointId, *s.create(s.interfaceTo(api)).VpcEndpointId, *s.create(s.gateway()).VpcEndpointId
	filter := func(name string, values ...string) types.Filter { return types.Filter{Name: &name, Values: values} }
	for name, test := range map[string]struct {
		filters []types.Filter
		want    []string
	}{
		"all":           {nil, []string{first, second, third}},
		"ids":           {[]types.Filter{filter("vpc-endpoint-id", first, third, "vpce-0")}, []string{first, third}},
		"a tag":         {[]types.Filter{filter("tag:team", "x")}, []string{first}},
		"a type":        {[]types.Filter{filter("vpc-endpoint-type", "Gateway")}, []string{third}},
		"two filters":   {[]types.Filter{filter("vpc-endpoint-id", first, third), filter("vpc-id", s.VPC), filter("service-name", s3)}, []string{third}},
		"another VPC":   {[]types.Filter{filter("vpc-id", "vpc-0")}, nil},
		"a state":       {[]types.Filter{filter("vpc-endpoint-state", "pending", "deleting")}, []string{first, second}},
		"another state": {[]types.Filter{filter("vpc-endpoint-state", "deleting")}, nil},
	} {
		got := s.list(test.filters...)
		for _, id := range test.want {
			if got[id] == "" {
				t.Errorf("%s: %v lacks %s", name, got, id)
			}
		}
		if len(got) != len(test.want) {
			t.Errorf("%s: %v, want %v", name, got, test.want)
		}
	}

	elsewhere := ec2.NewFromConfig(s.a.Config(), func(o *ec2.Options) { o.Region = "us-east-1" })
	_, err := elsewhere.DescribeVpcEndpoints(t.Context(), &ec2.DescribeVpcEndpointsInput{VpcEndpointIds: []string{first}})
	wants(t, err, "InvalidVpcEndpointId.NotFound", first)

	var paged []string
	input := &ec2.DescribeVpcEndpointsInput{MaxResults: aws.Int32(2)}
	for pages := 1; ; pages++ {
		out, err := s.tested.DescribeVpcEndpoints(t.Context(), input)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range out.VpcEndpoints {
			paged = append(paged, *e.VpcEndpointId)
		}
		if input.NextToken = out.NextToken; input.NextToken == nil {
			if diff := cmp.Diff([]string{first, second, third}, paged); diff != "" || pages != 2 {
				t.Errorf("%d pages (-want +got):\n%s", pages, diff)
			}
			break
		}
	}
}

func TestEndpointNames(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	made := s.create(s.interfaceTo(dkr))
	var names []string
	for _, entry := range made.DnsEntries {
		names = append(names, strings.ReplaceAll(*entry.DnsName, *made.VpcEndpointId, "vpce-1")[len("vpce-1"):])
	}
	if len(names) != 4 || !strings.HasSuffix(names[0], ".dkr.ecr.eu-west-1.vpce.amazonaws.com") || !strings.Contains(names[1], "-eu-west-1a.dkr.") ||
		!strings.Contains(names[2], "-eu-west-1b.dkr.") || *made.DnsEntries[3].DnsName != "*.dkr.ecr.eu-west-1.amazonaws.com" {
		t.Errorf("DNS names %q", names)
	}
	if made.IpAddressType != "ipv4" || *made.OwnerId != s.a.AccountID || made.CreationTimestamp == nil || *made.RequesterManaged {
		t.Errorf("made %+v", made)
	}
	gateway := s.create(s.gateway())
	if gateway.State != "available" || gateway.VpcEndpointType != "Gateway" || *gateway.PrivateDnsEnabled || len(gateway.DnsEntries) > 0 {
		t.Errorf("the gateway %+v", gateway)
	}
}
