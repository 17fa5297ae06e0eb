// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package pattern_test

import (
	"testing"

	"github.com/ecrx/terraform-provider-ecrx/internal/pattern"
)

// placed is a network in which endpoints can be made, and where they are wanted in it.
type placed struct {
	set     endpoints
	at      pattern.Placement
	network pattern.Network
}

func newPlaced(changes ...func(*placed)) *placed {
	const region = "eu-west-1"
	dual := []string{"ipv4", "ipv6"}
	p := &placed{
		set: endpoints{Compute: []string{"ec2"}, Include: []string{"kms"}},
		at: pattern.Placement{
			Region: region, CallerAccount: "111111111111", SubnetIDs: []string{"subnet-a", "subnet-b"}, RouteTableIDs: []string{"rtb-1", "rtb-2"},
			SecurityGroupIDs: []string{"sg-1"}, SourceGroups: []string{"sg-2"},
		},
		network: pattern.Network{
			VPC: &pattern.VPC{ID: "vpc-1", OwnerID: "111111111111", DNSSupport: true, DNSHostnames: true},
			Subnets: map[string]pattern.Subnet{
				"subnet-a": {ID: "subnet-a", VPCID: "vpc-1", Zone: region + "a", CIDRBlock: "10.0.0.0/24"},
				"subnet-b": {ID: "subnet-b", VPCID: "vpc-1", Zone: region + "b", CIDRBlock: "10.0.1.0/24", IPv6CIDRBlocks: []string{"2001:db8::/64"}},
			},
			RouteTables:    map[string]pattern.RouteTable{"rtb-1": {ID: "rtb-1", VPCID: "vpc-1"}, "rtb-2": {ID: "rtb-2", VPCID: "vpc-1"}},
			SecurityGroups: map[string]pattern.SecurityGroup{"sg-1": {ID: "sg-1", VPCID: "vpc-1"}, "sg-2": {ID: "sg-2", VPCID: "vpc-2"}}, // a peered VPC's
		},
	}
	for _, service := range []string{"ecr.api", "ecr.dkr", "kms"} {
		p.network.Services = append(p.network.Services, pattern.OfferedService{
			Name: "com.amazonaws.eu-west-1." + service, Type: "Interface", Zones: []string{region + "a", region + "b"}, IPAddressTypes: dual, PrivateDNSName: service,
		})
	}
	p.network.Services = append(p.network.Services, pattern.OfferedService{Name: "com.amazonaws.eu-west-1.s3", Type: "Gateway"})
	for _, change := range changes {
		change(p)
	}
	return p
}

func (p *placed) change(subnet string, change func(*pattern.Subnet)) {
	s := p.network.Subnets[subnet]
	change(&s)
	p.network.Subnets[subnet] = s
}

func (p *placed) offers(service string, change func(*pattern.OfferedService)) {
	for i := range p.network.Services {
		if p.network.Services[i].Name == "com.amazonaws.eu-west-1."+service {
			change(&p.network.Services[i])
		}
	}
}

// there adds an endpoint of a service, with private DNS or on a route table.
func there(service string, changes ...func(*pattern.VPCEndpoint)) func(*placed) {
	e := pattern.VPCEndpoint{ID: "vpce-1", ServiceName: "com.amazonaws.eu-west-1." + service, Type: pattern.EndpointType(service), State: "available", PrivateDNS: service != "s3"}
	if service == "s3" {
		e.RouteTableIDs = []string{"rtb-1"}
	}
	for _, change := range changes {
		change(&e)
	}
	return func(p *placed) { p.network.Endpoints = append(p.network.Endpoints, e) }
}

// TestCheckPlacement has each message with its near miss.
func TestCheckPlacement(t *testing.T) {
	t.Parallel()
	address := func(kind string) func(*placed) { return func(p *placed) { p.at.IPAddressType = kind } }
	with := func(changes ...func(*placed)) []func(*placed) { return changes }
	reuse := func(p *placed) { p.at.Reuse = true }
	dns := func(support, hostnames bool) func(*placed) {
		return func(p *placed) { p.network.VPC.DNSSupport, p.network.VPC.DNSHostnames = support, hostnames }
	}
	marked := func(e *pattern.VPCEndpoint) { e.Marked = true }
	tables := func(ids ...string) func(*pattern.VPCEndpoint) {
		return func(e *pattern.VPCEndpoint) { e.RouteTableIDs = ids }
	}
	const needs = `error vpc_id: DNS of the VPC switched off: Endpoints answer to the names of "ecr.api", "ecr.dkr", "kms" by private DNS, which needs enableDnsSupport and enableDnsHostnames, and `
	for name, tc := range map[string]struct {
		changes []func(*placed)
		found   []string
	}{
		"in order":     {nil, nil},
		"nothing read": {with(func(p *placed) { p.network = pattern.Network{} }), nil},
		"nothing read but another VPC": {with(func(p *placed) {
			p.network.VPC = nil
			p.change("subnet-a", func(s *pattern.Subnet) { s.VPCID = "vpc-9" })
		}), nil},
		"no VPC":                          {with(func(p *placed) { p.network.VPC = &pattern.VPC{} }, there("kms")), []string{"error vpc_id: VPC not found: There is no such VPC in eu-west-1."}},
		"a VPC without an owner":          {with(func(p *placed) { p.network.VPC.OwnerID = "" }), []string{"error vpc_id: VPC not found"}},
		"a shared VPC":                    {with(func(p *placed) { p.network.VPC.OwnerID = "222222222222" }, dns(false, false)), []string{"error vpc_id: VPC of another account: vpc-1 belongs to the account 222222222222, which shares subnets of it with 111111111111. Only the owner can make endpoints in it"}},
		"a shared VPC, the caller unread": {with(func(p *placed) { p.network.VPC.OwnerID, p.at.CallerAccount = "222222222222", "" }), nil},
		"DNS support off":                 {with(dns(false, true)), []string{needs + "enableDnsSupport of vpc-1 is off."}},
		"DNS hostnames off":               {with(dns(true, false)), []string{needs + "enableDnsHostnames of vpc-1 is off."}},
		"both off":                        {with(dns(false, false)), []string{needs + "enableDnsSupport and enableDnsHostnames of vpc-1 is off."}},
		"both off, for the gateway":       {with(dns(false, false), func(p *placed) { p.set = endpoints{Compute: []string{"ec2"}, Exclude: []string{"ecr.api", "ecr.dkr"}} }), nil},
		"no subnet":                       {with(func(p *placed) { delete(p.network.Subnets, "subnet-b") }), []string{"error subnet_ids: Subnet not found: There is no subnet subnet-b in eu-west-1."}},
		"another VPC's subnet":            {with(func(p *placed) { p.change("subnet-b", func(s *pattern.Subnet) { s.VPCID = "vpc-2" }) }), []string{"error subnet_ids: Subnet of another VPC: The subnet subnet-b is in vpc-2. Write subnets of vpc-1."}},
		"one zone":                        {with(func(p *placed) { p.change("subnet-b", func(s *pattern.Subnet) { s.Zone = "eu-west-1a" }) }), []string{"error subnet_ids: Two subnets in one zone: The subnets subnet-a and subnet-b are both in eu-west-1a"}},
		"one zone, of another VPC": {with(func(p *placed) {
			p.change("subnet-a", func(s *pattern.Subnet) { s.Zone, s.VPCID = "eu-west-1b", "vpc-2" })
		}), []string{"Subnet of another VPC"}},
		"a zone without": {with(func(p *placed) {
			for _, service := range []string{"ecr.dkr", "kms"} {
				p.offers(service, func(o *pattern.OfferedService) { o.Zones = []string{"eu-west-1a"} })
			}
		}), []string{"error subnet_ids: Zone without endpoints: The subnet subnet-b is in eu-west-1b, where com.amazonaws.eu-west-1.ecr.dkr, com.amazonaws.eu-west-1.kms offers no endpoints; it does in eu-west-1a."}},
		"zones of services that aren't wanted": {with(func(p *placed) {
			p.set.Include = nil
			p.offers("kms", func(o *pattern.OfferedService) { o.Zones = []string{"eu-west-1c"} })
		}), nil},
		"zones that aren't told":       {with(func(p *placed) { p.offers("ecr.dkr", func(o *pattern.OfferedService) { o.Zones = nil }) }), nil},
		"IPv4":                         {with(address("ipv4")), nil},
		"IPv4, a subnet of IPv6":       {with(address("ipv4"), func(p *placed) { p.change("subnet-b", func(s *pattern.Subnet) { s.CIDRBlock = "" }) }), []string{`error ip_address_type: Subnet without such addresses: The subnet subnet-b can't take "ipv4"`}},
		"dual stack":                   {with(address("dualstack"), func(p *placed) { p.at.SubnetIDs = []string{"subnet-b"} }), nil},
		"dual stack, a subnet of IPv4": {with(address("dualstack")), []string{`error ip_address_type: Subnet without such addresses: The subnet subnet-a can't take "dualstack"`}},
		"IPv6": {with(address("ipv6"), func(p *placed) {
			p.at.SubnetIDs = []string{"subnet-b"}
			p.change("subnet-b", func(s *pattern.Subnet) { s.CIDRBlock = "" })
		}), nil},
		"IPv6, a subnet of both":  {with(address("ipv6"), func(p *placed) { p.at.SubnetIDs = []string{"subnet-b"} }), []string{`The subnet subnet-b can't take "ipv6"`}},
		"several subnets without": {with(address("ipv6")), []string{`error ip_address_type: Subnet without such addresses: The subnets subnet-a, subnet-b can't take "ipv6"`}},
		"a service of IPv4": {with(address("dualstack"), func(p *placed) {
			p.at.SubnetIDs = []string{"subnet-b"}
			p.offers("kms", func(o *pattern.OfferedService) { o.IPAddressTypes = []string{"ipv4"} })
		}), []string{`error ip_address_type: Service without such addresses: In eu-west-1 "kms" offer no endpoints of type "dualstack".`}},
		"a service that doesn't tell": {with(address("dualstack"), func(p *placed) {
			p.at.SubnetIDs = []string{"subnet-b"}
			p.offers("kms", func(o *pattern.OfferedService) { o.IPAddressTypes = nil })
		}), nil},
		"no route table":                        {with(func(p *placed) { delete(p.network.RouteTables, "rtb-2") }), []string{"error route_table_ids: Route table not found: There is no route table rtb-2 in eu-west-1."}},
		"another VPC's route table":             {with(func(p *placed) { p.network.RouteTables["rtb-2"] = pattern.RouteTable{ID: "rtb-2", VPCID: "vpc-2"} }), []string{"error route_table_ids: Route table of another VPC: The route table rtb-2 is of vpc-2. Write route tables of vpc-1."}},
		"no group":                              {with(func(p *placed) { delete(p.network.SecurityGroups, "sg-1") }), []string{"error security_group_ids: Security group not found: There is no security group sg-1 in eu-west-1 that this account sees."}},
		"another VPC's group":                   {with(func(p *placed) { p.network.SecurityGroups["sg-1"] = pattern.SecurityGroup{ID: "sg-1", VPCID: "vpc-2"} }), []string{"error security_group_ids: Security group of another VPC: The security group sg-1 is of vpc-2. Write groups of vpc-1."}},
		"no group let in":                       {with(func(p *placed) { delete(p.network.SecurityGroups, "sg-2") }), []string{"error security_group.ingress_security_group_ids: Security group not found: There is no security group sg-2"}},
		"no FIPS":                               {with(func(p *placed) { p.set.FIPS = true }), []string{`error fips: Region without a FIPS endpoint of ECR: eu-west-1 offers no endpoint for a name that ends in "ecr-fips.api" or "ecr-fips.dkr".`}},
		"an endpoint of the compute type":       {with(there("ecr.dkr")), []string{`error compute: Endpoint that exists: The endpoint vpce-1 has private DNS for com.amazonaws.eu-west-1.ecr.dkr already, and a VPC takes one such endpoint. Write existing = "reuse" to use it as it is, leave it out with exclude = ["ecr.dkr"], or import it; if this configuration removes it, apply that first with -target.`}},
		"an endpoint that is included":          {with(there("kms")), []string{`error include: Endpoint that exists: The endpoint vpce-1 has private DNS for com.amazonaws.eu-west-1.kms already, and a VPC takes one such endpoint. Write existing = "reuse" to use it as it is, remove it here, or import it; if this configuration removes it, apply that first with -target.`}},
		"an endpoint of another service":        {with(there("sqs")), nil},
		"an endpoint without private DNS":       {with(there("ecr.dkr", func(e *pattern.VPCEndpoint) { e.PrivateDNS = false })), nil},
		"an endpoint that is reused":            {with(there("ecr.dkr"), reuse), nil},
		"an endpoint that is being deleted":     {with(there("ecr.dkr", func(e *pattern.VPCEndpoint) { e.State = "deleting" })), nil},
		"an own endpoint":                       {with(there("ecr.dkr"), there("s3"), func(p *placed) { p.at.Own = []string{"vpce-1"} }), nil},
		"a marked one":                          {with(there("ecr.dkr", marked)), []string{"Endpoint that exists"}},
		"a marked one, replaced":                {with(there("ecr.dkr", marked), there("s3", marked), func(p *placed) { p.at.Replacing = true }), nil},
		"another's while replacing":             {with(there("ecr.dkr"), func(p *placed) { p.at.Replacing = true }), []string{"Endpoint that exists"}},
		"a gateway on one table":                {with(there("s3")), []string{`error route_table_ids: Gateway route that exists: The endpoint vpce-1 of com.amazonaws.eu-west-1.s3 has a route in rtb-1, and a route table takes one. Write existing = "reuse" to use it as it is, exclude = ["s3"], or import it; if this configuration removes it, apply that first with -target.`}},
		"a gateway on another table":            {with(there("s3", tables("rtb-9"))), nil},
		"a gateway on all, reused":              {with(there("s3", tables("rtb-1", "rtb-2", "rtb-9")), reuse), nil},
		"a gateway on one, reused":              {with(there("s3"), reuse), []string{"error route_table_ids: Route tables of two gateways: The endpoint vpce-1 of com.amazonaws.eu-west-1.s3 has a route in rtb-1, but none in rtb-2, and a route table takes one."}},
		"a gateway on another table, reused":    {with(there("s3", tables("rtb-9")), reuse), nil},
		"a gateway of DynamoDB":                 {with(there("s3", func(e *pattern.VPCEndpoint) { e.ServiceName = "com.amazonaws.eu-west-1.dynamodb" })), nil},
		"an interface of S3":                    {with(there("s3", func(e *pattern.VPCEndpoint) { e.Type, e.PrivateDNS, e.RouteTableIDs = "Interface", true, nil })), nil},
		"a gateway on a table, no tables known": {with(there("s3"), func(p *placed) { p.at.RouteTableIDs = nil }), nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newPlaced(tc.changes...)
			problems := pattern.CheckPlacement(p.set, p.at, p.network)
			finds(t, problems, tc.found...)
			if len(problems) != len(tc.found) {
				t.Errorf("%d problems for %d mistakes:\n%s", len(problems), len(tc.found), problemsText(problems))
			}
		})
	}
}
