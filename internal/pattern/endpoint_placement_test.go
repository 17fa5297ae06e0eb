// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package pattern_test

import (
	"slices"
	"testing"

	"github.com/ecrx/terraform-provider-ecrx/internal/pattern"
)

func TestValidatePlacement(t *testing.T) {
	t.Parallel()
	ec2, gateway := endpoints{Compute: []string{"ec2"}}, endpoints{Compute: []string{"ec2"}, Exclude: []string{"ecr.api", "ecr.dkr"}}
	whole := pattern.Placement{SubnetIDs: []string{"subnet-1"}, RouteTableIDs: []string{"rtb-1"}, SecurityGroupIDs: []string{"sg-1"}}
	with := func(change func(*pattern.Placement)) pattern.Placement { at := whole; change(&at); return at }
	cidr := func(blocks ...string) pattern.Placement {
		return with(func(at *pattern.Placement) { at.SecurityGroupIDs, at.SourceCIDRs = nil, blocks })
	}
	for name, tc := range map[string]struct {
		set   endpoints
		at    pattern.Placement
		found []string
	}{
		"whole":                   {ec2, whole, nil},
		"a block":                 {ec2, cidr("10.0.0.0/16", "2001:db8::/32", "0.0.0.0/0"), nil},
		"a group":                 {ec2, with(func(at *pattern.Placement) { at.SecurityGroupIDs, at.SourceGroups = nil, []string{"sg-2"} }), nil},
		"the gateway alone":       {gateway, pattern.Placement{RouteTableIDs: []string{"rtb-1"}}, nil},
		"interfaces alone":        {endpoints{Compute: []string{"ec2"}, Exclude: []string{"s3"}}, with(func(at *pattern.Placement) { at.RouteTableIDs = nil }), nil},
		"nothing known":           {endpoints{Incomplete: true}, pattern.Placement{Incomplete: true}, nil},
		"the set isn't known":     {endpoints{Compute: []string{"ec2"}, Incomplete: true}, pattern.Placement{}, nil},
		"the place isn't known":   {ec2, pattern.Placement{Incomplete: true}, nil},
		"unknown compute type":    {endpoints{Compute: []string{"lambda"}}, whole, nil}, // reported as that
		"no compute type":         {endpoints{}, whole, nil},                            // and this, too
		"nothing left":            {endpoints{Compute: []string{"ec2"}, Exclude: []string{"ecr.api", "ecr.dkr", "s3"}}, whole, []string{`error exclude: No endpoint left: Everything that the compute types "ec2" bring is excluded. Take a service out of exclude, or remove the resource.`}},
		"no subnets":              {ec2, with(func(at *pattern.Placement) { at.SubnetIDs = nil }), []string{`error subnet_ids: No subnets: The endpoints of "ecr.api", "ecr.dkr" have network interfaces, which need subnets.`}},
		"nobody let in":           {ec2, with(func(at *pattern.Placement) { at.SecurityGroupIDs = nil }), []string{`error security_group: Nobody let in: The endpoints of "ecr.api", "ecr.dkr" need a security group that lets port 443 in.`}},
		"no route tables":         {ec2, with(func(at *pattern.Placement) { at.RouteTableIDs = nil }), []string{`error route_table_ids: No route tables: Image layers come through the gateway endpoint of S3`}},
		"no block":                {ec2, cidr("10.0.0.0"), []string{`error security_group.ingress_cidr_blocks: Invalid CIDR block: "10.0.0.0" is not a CIDR block.`}},
		"an empty block":          {ec2, cidr(""), []string{`error security_group.ingress_cidr_blocks: Invalid CIDR block: "" is not a CIDR block.`}},
		"too long a prefix":       {ec2, cidr("10.0.0.0/33"), []string{"Invalid CIDR block"}},
		"host bits":               {ec2, cidr("10.0.0.1/16"), []string{`error security_group.ingress_cidr_blocks: CIDR block that EC2 writes otherwise: EC2 keeps "10.0.0.1/16" as "10.0.0.0/16". Write that.`}},
		"capitals":                {ec2, cidr("2001:DB8::/32"), []string{`EC2 keeps "2001:DB8::/32" as "2001:db8::/32".`}},
		"zeros":                   {ec2, cidr("2001:db8:0:0::/32"), []string{`as "2001:db8::/32".`}},
		"bad, though not all yet": {endpoints{Incomplete: true}, pattern.Placement{Incomplete: true, SourceCIDRs: []string{"10/8"}}, []string{"Invalid CIDR block"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			problems := pattern.ValidatePlacement(tc.set, tc.at)
			finds(t, problems, tc.found...)
			if len(problems) != len(tc.found) {
				t.Errorf("%d problems for %d mistakes:\n%s", len(problems), len(tc.found), problemsText(problems))
			}
		})
	}
}

func TestExistingEndpoint(t *testing.T) {
	t.Parallel()
	const (
		dkr = "com.amazonaws.eu-west-1.ecr.dkr"
		s3  = "com.amazonaws.eu-west-1.s3"
	)
	withDNS := pattern.VPCEndpoint{ID: "vpce-1", ServiceName: dkr, Type: "Interface", State: "available", PrivateDNS: true}
	withoutDNS := withDNS
	withoutDNS.ID, withoutDNS.PrivateDNS = "vpce-2", false
	gateway := pattern.VPCEndpoint{ID: "vpce-3", ServiceName: s3, Type: "Gateway", State: "available", RouteTableIDs: []string{"rtb-1", "rtb-2"}}
	changed := func(e pattern.VPCEndpoint, change func(*pattern.VPCEndpoint)) pattern.VPCEndpoint {
		change(&e)
		return e
	}
	state := func(state string) []pattern.VPCEndpoint {
		return []pattern.VPCEndpoint{changed(withDNS, func(e *pattern.VPCEndpoint) { e.State = state })}
	}
	offered := func(private string) []pattern.OfferedService {
		return []pattern.OfferedService{{Name: dkr, Type: "Interface", PrivateDNSName: private}, {Name: s3, Type: "Gateway"}}
	}
	on := func(tables ...string) pattern.Placement { return pattern.Placement{RouteTableIDs: tables} }
	for name, tc := range map[string]struct {
		service   string
		at        pattern.Placement
		endpoints []pattern.VPCEndpoint
		offered   []pattern.OfferedService
		want      string
	}{
		"with private DNS":             {"ecr.dkr", pattern.Placement{}, []pattern.VPCEndpoint{withoutDNS, withDNS}, offered("*.dkr.ecr.eu-west-1.amazonaws.com"), "vpce-1"},
		"without":                      {"ecr.dkr", pattern.Placement{}, []pattern.VPCEndpoint{withoutDNS}, offered("*.dkr.ecr.eu-west-1.amazonaws.com"), ""},
		"without, not listed":          {"ecr.dkr", pattern.Placement{}, []pattern.VPCEndpoint{withoutDNS}, nil, ""},
		"without, as the service":      {"ecr.dkr", pattern.Placement{}, []pattern.VPCEndpoint{withoutDNS}, offered(""), "vpce-2"},
		"own":                          {"ecr.dkr", pattern.Placement{Own: []string{"vpce-1"}}, []pattern.VPCEndpoint{withDNS}, nil, ""},
		"another service's":            {"ecr.api", pattern.Placement{}, []pattern.VPCEndpoint{withDNS}, nil, ""},
		"a gateway of that name":       {"ecr.dkr", on("rtb-1"), []pattern.VPCEndpoint{changed(gateway, func(e *pattern.VPCEndpoint) { e.ServiceName = dkr })}, nil, ""},
		"pending":                      {"ecr.dkr", pattern.Placement{}, state("pending"), nil, "vpce-1"},
		"awaiting acceptance":          {"ecr.dkr", pattern.Placement{}, state("pendingacceptance"), nil, "vpce-1"},
		"being deleted":                {"ecr.dkr", pattern.Placement{}, state("deleting"), nil, ""},
		"rejected":                     {"ecr.dkr", pattern.Placement{}, state("rejected"), nil, ""},
		"failed":                       {"ecr.dkr", pattern.Placement{}, state("failed"), nil, ""},
		"none":                         {"ecr.dkr", pattern.Placement{}, nil, nil, ""},
		"a gateway on all tables":      {"s3", on("rtb-2", "rtb-1"), []pattern.VPCEndpoint{gateway}, nil, "vpce-3"},
		"a gateway on more":            {"s3", on("rtb-2"), []pattern.VPCEndpoint{gateway}, nil, "vpce-3"},
		"a gateway on some":            {"s3", on("rtb-1", "rtb-3"), []pattern.VPCEndpoint{gateway}, nil, ""},
		"a gateway, no table is known": {"s3", on(), []pattern.VPCEndpoint{gateway}, nil, ""},
		"an interface of S3":           {"s3", on("rtb-1"), []pattern.VPCEndpoint{changed(gateway, func(e *pattern.VPCEndpoint) { e.Type, e.PrivateDNS = "Interface", true })}, nil, ""},
	} {
		whole := map[string]string{"ecr.dkr": dkr, "ecr.api": "com.amazonaws.eu-west-1.ecr.api", "s3": s3}[tc.service]
		got, found := pattern.ExistingEndpoint(tc.service, whole, tc.at, pattern.Network{Endpoints: tc.endpoints, Services: tc.offered})
		if got.ID != tc.want || found != (tc.want != "") {
			t.Errorf("%s: it is %q, %t; want %q", name, got.ID, found, tc.want)
		}
	}
}

func TestFargate(t *testing.T) {
	t.Parallel()
	for _, compute := range pattern.ComputeTypes() {
		want := slices.Contains([]string{"fargate", "fargate_1_3", "eks_fargate"}, compute)
		if got := (endpoints{Compute: []string{compute}}).Fargate(); got != want {
			t.Errorf("%s is on Fargate: %t", compute, got)
		}
	}
	if (endpoints{}).Fargate() || !(endpoints{Compute: []string{"ec2", "eks_fargate"}}).Fargate() {
		t.Error("one of several is enough, and none isn't")
	}
}
