// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package pattern_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ecrx/terraform-provider-ecrx/internal/pattern"
	"github.com/ecrx/terraform-provider-ecrx/internal/policy"
)

const (
	aVPC, anotherVPC     = "vpc-0a1b2c3d", "vpc-0f1e2d3c"
	subnetA, subnetB     = "subnet-0a", "subnet-0b"
	ownTable, mainTable  = "rtb-0a", "rtb-0c"
	endpointGroup        = "sg-0e"
	taskGroup            = "sg-0f"
	gatewayID, logsID    = "vpce-0b000000000000004", "vpce-0c000000000000005"
	natGateway, transits = "nat-01", "tgw-01"
)

// site is a VPC with subnets in two zones and all endpoints that tasks on Fargate need, in order.
type site struct {
	pattern.PrivateNetwork
	pattern.Network
}

func newSite(t *testing.T) *site {
	t.Helper()
	endpoints := pattern.PrivateEndpoints{Compute: []string{"fargate"}}
	names, problems := endpoints.EndpointServiceNames("eu-west-1", nil)
	finds(t, problems)
	s := &site{
		pattern.PrivateNetwork{VPCID: aVPC, SubnetIDs: []string{subnetA, subnetB}, Services: names, Fargate: true, Site: ireland()},
		pattern.Network{
			VPC: &pattern.VPC{ID: aVPC, OwnerID: "111111111111", CIDRBlocks: []string{"10.0.0.0/16"}, DNSSupport: true, DNSHostnames: true},
			Subnets: map[string]pattern.Subnet{
				subnetA: {ID: subnetA, VPCID: aVPC, Zone: "eu-west-1a", CIDRBlock: "10.0.0.0/24"},
				subnetB: {ID: subnetB, VPCID: aVPC, Zone: "eu-west-1b", CIDRBlock: "10.0.1.0/24", IPv6CIDRBlocks: []string{"2001:db8:0:1::/64"}},
			},
			RouteTables: map[string]pattern.RouteTable{
				ownTable:  {ID: ownTable, VPCID: aVPC, SubnetIDs: []string{subnetA}},
				mainTable: {ID: mainTable, VPCID: aVPC, Main: true},
			},
			SecurityGroups: map[string]pattern.SecurityGroup{
				endpointGroup: {ID: endpointGroup, VPCID: aVPC}, taskGroup: {ID: taskGroup, VPCID: aVPC},
			},
			Services: []pattern.OfferedService{},
		},
	}
	s.ingress("tcp", 443, 443, "10.0.0.0/16")
	for service, name := range names {
		kind := pattern.EndpointType(service)
		s.Network.Services = append(s.Network.Services, pattern.OfferedService{Name: name, Type: kind, Zones: []string{"eu-west-1a", "eu-west-1b"}, PrivateDNSName: service + ".amazonaws.com"})
		e := pattern.VPCEndpoint{ID: map[string]string{"ecr.api": apiID, "ecr.dkr": dkrID, "s3": gatewayID, "logs": logsID}[service], ServiceName: name, Type: kind, State: "available"}
		if kind == pattern.EndpointInterface {
			e.SubnetIDs, e.SecurityGroupIDs, e.PrivateDNS = s.SubnetIDs, []string{endpointGroup}, true
		} else {
			e.RouteTableIDs = []string{ownTable, mainTable}
		}
		s.Endpoints = append(s.Endpoints, e)
	}
	s.routes("pl-01 " + gatewayID)
	return s
}

// ingress replaces the rules of the endpoints' group.
func (s *site) ingress(protocol string, from, to int32, sources ...string) {
	group := s.SecurityGroups[endpointGroup]
	group.Ingress = nil
	for _, source := range sources {
		group.Ingress = append(group.Ingress, pattern.IngressRule{Protocol: protocol, FromPort: from, ToPort: to, Source: source})
	}
	s.SecurityGroups[endpointGroup] = group
}

// routes replaces the routes of both tables; "!" before one says that it is dead.
func (s *site) routes(routes ...string) {
	for id := range s.RouteTables {
		s.routesOf(id, routes...)
	}
}

func (s *site) routesOf(id string, routes ...string) {
	table := s.RouteTables[id]
	table.Routes = []pattern.Route{{Destination: "10.0.0.0/16", Target: "local", Active: true}}
	for _, route := range routes {
		text, dead := strings.CutPrefix(route, "!")
		destination, target, _ := strings.Cut(text, " ")
		table.Routes = append(table.Routes, pattern.Route{Destination: destination, Target: target, Active: !dead})
	}
	s.RouteTables[id] = table
}

// endpoint changes the endpoint with the id.
func (s *site) endpoint(id string, change func(*pattern.VPCEndpoint)) {
	s.Endpoints = slices.Clone(s.Endpoints)
	for i := range s.Endpoints {
		if s.Endpoints[i].ID == id {
			change(&s.Endpoints[i])
		}
	}
}

func (s *site) remove(ids ...string) {
	s.Endpoints = slices.DeleteFunc(slices.Clone(s.Endpoints), func(e pattern.VPCEndpoint) bool { return slices.Contains(ids, e.ID) })
	if slices.Contains(ids, gatewayID) {
		s.routes()
	}
}

func (s *site) policy(d policy.Document, ids ...string) {
	for _, id := range ids {
		s.endpoint(id, func(e *pattern.VPCEndpoint) { e.Policy = d.Canonical() })
	}
}

// pulls gives the execution role that pulls through both endpoints.
func (s *site) pulls(change ...func(*pattern.PrivatePull)) {
	p := pattern.PrivatePull{PrincipalARN: executionRole, RepositoryARNs: []string{appARN}, Identity: []policy.Document{execution(dkrID, apiID)}}
	for _, c := range change {
		c(&p)
	}
	s.Pulls = map[string]pattern.PrivatePull{"web": p}
}

func (s *site) diagnose() pattern.Diagnosis {
	return pattern.DiagnosePrivateNetwork(s.PrivateNetwork, s.Network)
}

// diagnosed expects these findings, each "severity CODE path: " and a part of the message, and no others.
func diagnosed(t *testing.T, d pattern.Diagnosis, want ...string) {
	t.Helper()
	ok := len(d.Findings) == len(want)
	var got []string
	for i, f := range d.Findings {
		text := string(f.Severity) + " " + f.Code + " " + f.Path + ": " + f.Message
		got = append(got, text)
		if ok {
			head, part, _ := strings.Cut(want[i], ": ")
			ok = strings.HasPrefix(text, strings.TrimSuffix(head, ": ")) && strings.Contains(f.Message, part)
		}
	}
	if !ok {
		t.Errorf("found\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// diagnoses goes through a table: what is changed in a network that is in order, and what is found.
func diagnoses(t *testing.T, table map[string]mistake) {
	t.Helper()
	for name, m := range table {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newSite(t)
			m.change(s)
			diagnosed(t, s.diagnose(), m.want...)
		})
	}
}

type mistake struct {
	change func(*site)
	want   []string
}

func TestDiagnosisOfWhatIsThere(t *testing.T) {
	t.Parallel()
	diagnoses(t, map[string]mistake{
		"in order":   {func(*site) {}, nil},
		"with pulls": {func(s *site) { s.pulls() }, nil},
		"no VPC": {func(s *site) {
			s.VPC = &pattern.VPC{}
			s.Subnets, s.Endpoints = map[string]pattern.Subnet{}, []pattern.VPCEndpoint{}
		}, []string{"error VPC_NOT_FOUND " + aVPC + ": There is no " + aVPC + " in eu-west-1."}},
		"no subnet": {func(s *site) { delete(s.Subnets, subnetB) }, []string{"error SUBNET_NOT_FOUND " + subnetB + ": Remove it from subnet_ids"}},
		"subnet of another": {func(s *site) {
			s.Subnets[subnetB] = pattern.Subnet{ID: subnetB, VPCID: anotherVPC, CIDRBlock: "192.168.0.0/24"}
		}, []string{
			"error SUBNET_OF_ANOTHER_VPC " + subnetB + ": is of " + anotherVPC,
		}},
		"no subnet at all":      {func(s *site) { s.Subnets = map[string]pattern.Subnet{}; s.remove(logsID) }, []string{"error SUBNET_NOT_FOUND " + subnetA, "error SUBNET_NOT_FOUND " + subnetB, "error MISSING_ENDPOINT logs"}},
		"the containers' group": {func(s *site) { s.SecurityGroupIDs = []string{taskGroup} }, nil},
		"no such group":         {func(s *site) { s.SecurityGroupIDs = []string{"sg-00"} }, []string{"error SECURITY_GROUP_NOT_FOUND sg-00: There is no sg-00 in eu-west-1."}},
		"group of another": {func(s *site) {
			s.SecurityGroupIDs = []string{taskGroup}
			s.SecurityGroups[taskGroup] = pattern.SecurityGroup{ID: taskGroup, VPCID: anotherVPC}
		}, []string{"warning SECURITY_GROUP_OF_ANOTHER_VPC " + taskGroup + ": only where the group is associated"}},
		"no hostnames":        {func(s *site) { s.VPC.DNSHostnames = false }, []string{"error VPC_DNS_OFF " + aVPC + ": has enableDnsHostnames off, so the private DNS names"}},
		"no hostnames, a NAT": {func(s *site) { s.VPC.DNSHostnames = false; s.routes("0.0.0.0/0 "+natGateway, "pl-01 "+gatewayID) }, []string{"warning VPC_DNS_OFF " + aVPC + ": over the internet through " + natGateway + ". Set enable_dns_hostnames"}},
		"no DNS":              {func(s *site) { s.VPC.DNSSupport = false }, []string{"error VPC_DNS_OFF " + aVPC + ": has enableDnsSupport off: no host"}},
		"neither":             {func(s *site) { s.VPC.DNSSupport, s.VPC.DNSHostnames = false, false }, []string{"error VPC_DNS_OFF " + aVPC + ": has enableDnsSupport off, and enableDnsHostnames, too: no host"}},
		"no DNS, a NAT":       {func(s *site) { s.VPC.DNSSupport = false; s.routes("0.0.0.0/0 "+natGateway, "pl-01 "+gatewayID) }, []string{"error VPC_DNS_OFF " + aVPC}},
		"no DNS for nothing": {func(s *site) {
			s.VPC.DNSHostnames = false
			maps.DeleteFunc(s.PrivateNetwork.Services, func(service, _ string) bool { return service != "s3" })
		}, nil},
	})
}

func TestWhatWasNotRead(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		change func(*site)
		want   string
	}{
		"VPC":                  {func(s *site) { s.VPC = nil }, "the VPC and its DNS attributes, which couldn't be read"},
		"subnets":              {func(s *site) { s.Subnets = nil; s.ingress("tcp", 443, 443, "192.168.0.0/16") }, "the subnets, which couldn't be read, and so whether"},
		"route tables":         {func(s *site) { s.RouteTables = nil }, "the route tables, which couldn't be read"},
		"security groups":      {func(s *site) { s.SecurityGroups = nil; s.SecurityGroupIDs = []string{taskGroup} }, "the security groups, which couldn't be read"},
		"endpoints":            {func(s *site) { s.Endpoints = nil; s.pulls() }, "the endpoints, which couldn't be read"},
		"services":             {func(s *site) { s.Network.Services = nil }, "what endpoints the Region offers, which couldn't be read"},
		"a group":              {func(s *site) { delete(s.SecurityGroups, endpointGroup) }, "the rules of " + endpointGroup + ", which EC2 doesn't show, and so whether the endpoints of ecr.api, ecr.dkr and logs can be reached"},
		"a route table":        {func(s *site) { delete(s.RouteTables, mainTable) }, "the route table of " + subnetB + ", which EC2 doesn't show"},
		"an endpoint's policy": {func(s *site) { s.endpoint(dkrID, func(e *pattern.VPCEndpoint) { e.Policy = "[" }) }, "the policy of " + dkrID + ", which this version of the provider can't read: "},
		"a gateway's policy":   {func(s *site) { s.endpoint(gatewayID, func(e *pattern.VPCEndpoint) { e.Policy = "[" }) }, "the policy of " + gatewayID + ", which this version of the provider can't read: "},
		"nothing":              {func(*site) {}, "network ACLs, outbound rules of security groups, firewalls, DNS servers of DHCP options, and private hosted zones"},
	} {
		s := newSite(t)
		tc.change(s)
		d := s.diagnose()
		diagnosed(t, d)
		if !slices.ContainsFunc(d.Unseen, func(line string) bool { return strings.HasPrefix(line, tc.want) }) || len(d.Unseen) > 2 || name == "nothing" && len(d.Unseen) > 1 {
			t.Errorf("%s: unseen %q", name, d.Unseen)
		}
		if d.Incomplete != (name != "nothing") {
			t.Errorf("%s: incomplete is %t", name, d.Incomplete)
		}
		if (d.Endpoints == nil) != (name == "endpoints") || (d.Missing == nil) != (name == "endpoints") {
			t.Errorf("%s: endpoints %v, missing %v", name, d.Endpoints, d.Missing)
		}
	}
	var nothing pattern.Network
	d := pattern.DiagnosePrivateNetwork(newSite(t).PrivateNetwork, nothing)
	diagnosed(t, d)
	if diff := cmp.Diff([]string{
		"the VPC and its DNS attributes: allow ec2:DescribeVpcs and ec2:DescribeVpcAttribute", "the subnets: allow ec2:DescribeSubnets",
		"the route tables: allow ec2:DescribeRouteTables", "the security groups: allow ec2:DescribeSecurityGroups",
		"the endpoints: allow ec2:DescribeVpcEndpoints", "what endpoints the Region offers: allow ec2:DescribeVpcEndpointServices",
	}, d.Unread); diff != "" {
		t.Error(diff)
	}
}

// An account that a VPC is shared with sees none of its endpoints, and gets no error for it.
func TestDiagnosisOfASharedVPC(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		caller, owner string
		unread        bool
	}{
		"shared":           {"222222222222", "111111111111", true},
		"one's own":        {"111111111111", "111111111111", false},
		"caller not known": {"", "111111111111", false},
		"owner not known":  {"222222222222", "", false},
		"neither of them":  {"", "", false},
	} {
		s := newSite(t)
		s.CallerID, s.VPC.OwnerID = tc.caller, tc.owner
		s.pulls()
		if tc.unread {
			s.Endpoints = []pattern.VPCEndpoint{}
		}
		d := s.diagnose()
		diagnosed(t, d)
		said := slices.Contains(d.Unseen, "the endpoints, which only the VPC's owner 111111111111 sees, and so what is missing or closed: 222222222222 has the VPC shared with it")
		if said != tc.unread || (d.Endpoints == nil) != tc.unread || (d.Missing == nil) != tc.unread {
			t.Errorf("%s: endpoints %v, missing %v, unseen %q", name, d.Endpoints, d.Missing, d.Unseen)
		}
	}
	s := newSite(t)
	s.CallerID, s.VPC = "222222222222", nil
	diagnosed(t, s.diagnose())
}

func TestAtLeast(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.endpoint(dkrID, func(e *pattern.VPCEndpoint) { e.State = "pending" })
	s.SecurityGroupIDs = []string{taskGroup}
	s.SecurityGroups[taskGroup] = pattern.SecurityGroup{ID: taskGroup, VPCID: anotherVPC}
	s.remove(logsID)
	d := s.diagnose()
	diagnosed(t, d, "error MISSING_ENDPOINT", "warning SECURITY_GROUP", "info ENDPOINT_NOT")
	for severity, want := range map[policy.Severity]int{policy.SeverityError: 1, policy.SeverityWarning: 2, policy.SeverityInfo: 3} {
		if got := d.AtLeast(severity); len(got) != want {
			t.Errorf("%d findings are at least of severity %s, want %d", len(got), severity, want)
		}
	}
}
