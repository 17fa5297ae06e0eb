// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package pattern_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ecrx/terraform-provider-ecrx/internal/pattern"
)

func TestDiagnosisOfMissingEndpoints(t *testing.T) {
	t.Parallel()
	const gone = "com.amazonaws.eu-west-1."
	without := func(id string, routes ...string) func(*site) {
		return func(s *site) {
			s.routes(append(routes, "pl-01 "+gatewayID)...)
			s.remove(id)
		}
	}
	also := func(id string, change func(*pattern.VPCEndpoint)) func(*site) {
		return func(s *site) {
			i := slices.IndexFunc(s.Endpoints, func(e pattern.VPCEndpoint) bool { return e.ID == id })
			other := s.Endpoints[i]
			other.ID = strangeID
			s.Endpoints = append(s.Endpoints, other)
			s.endpoint(strangeID, change)
		}
	}
	diagnoses(t, map[string]mistake{
		"ecr.api":             {without(apiID), []string{"error MISSING_ENDPOINT ecr.api: has no interface endpoint for " + gone + "ecr.api: without it, the login to ECR times out"}},
		"ecr.dkr":             {without(dkrID), []string{"error MISSING_ENDPOINT ecr.dkr: without it, no image is found"}},
		"s3":                  {without(gatewayID), []string{"error MISSING_ENDPOINT s3: has no gateway endpoint for " + gone + "s3: without it, a pull finds the image and then hangs"}},
		"logs":                {without(logsID), []string{`error MISSING_ENDPOINT logs: or write exclude = ["logs"] if nothing`}},
		"both of ECR":         {func(s *site) { s.remove(apiID, dkrID); s.pulls() }, []string{"error MISSING_ENDPOINT ecr.api", "error MISSING_ENDPOINT ecr.dkr"}},
		"nothing there":       {func(s *site) { s.Endpoints = []pattern.VPCEndpoint{}; s.routes() }, []string{"error MISSING_ENDPOINT ecr.api", "error MISSING_ENDPOINT ecr.dkr", "error MISSING_ENDPOINT logs", "error MISSING_ENDPOINT s3"}},
		"a NAT":               {without(logsID, "0.0.0.0/0 "+natGateway), []string{"warning MISSING_ENDPOINT logs: logs are lost. Now it goes over the internet through " + natGateway + ". Add it"}},
		"an internet gateway": {without(logsID, "0.0.0.0/0 igw-01"), []string{"warning MISSING_ENDPOINT logs: through igw-01, if the containers have public addresses. Add it"}},
		"a transit gateway":   {without(logsID, "0.0.0.0/0 "+transits), []string{"warning MISSING_ENDPOINT logs: The default route leads to " + transits + ", and whether"}},
		"halves":              {without(logsID, "0.0.0.0/1 "+natGateway, "128.0.0.0/1 nat-02"), []string{"warning MISSING_ENDPOINT logs: Now it goes over the internet through " + natGateway + " and nat-02. "}},
		"one half":            {without(logsID, "128.0.0.0/1 "+natGateway), []string{"error MISSING_ENDPOINT logs"}},
		"a dead half":         {without(logsID, "0.0.0.0/1 "+natGateway, "!128.0.0.0/1 "+natGateway), []string{"error MISSING_ENDPOINT logs"}},
		"a hub":               {without(logsID, "10.0.0.0/8 "+transits), []string{"warning MISSING_ENDPOINT logs: Endpoints of another VPC may be reached through " + transits + ", which isn't looked at. Add it"}},
		"hubs of each kind":   {without(logsID, "10.0.0.0/8 pcx-01", "10.1.0.0/16 vgw-01", "10.2.0.0/16 arn:aws:networkmanager::111111111111:core-network/core-network-01"), []string{"warning MISSING_ENDPOINT logs: through arn:aws:networkmanager::111111111111:core-network/core-network-01, pcx-01 and vgw-01, which"}},
		"a dead hub":          {without(logsID, "!10.0.0.0/8 "+transits), []string{"error MISSING_ENDPOINT logs"}},
		"a hub for one":       {func(s *site) { s.remove(logsID); s.routesOf(ownTable, "10.0.0.0/8 "+transits, "pl-01 "+gatewayID) }, []string{"error MISSING_ENDPOINT logs"}},
		"a hub, a NAT": {func(s *site) {
			s.remove(logsID)
			s.routesOf(ownTable, "10.0.0.0/8 "+transits, "pl-01 "+gatewayID)
			s.routesOf(mainTable, "0.0.0.0/0 "+natGateway, "pl-01 "+gatewayID)
		}, []string{"warning MISSING_ENDPOINT logs: through " + transits + ", which"}},
		"a hub with the names": {func(s *site) {
			s.endpoint(apiID, func(e *pattern.VPCEndpoint) { e.PrivateDNS = false })
			s.routes("10.0.0.0/8 "+transits, "pl-01 "+gatewayID)
		}, []string{"warning PRIVATE_DNS_OFF " + apiID + ": through " + transits}},
		"a hub, and S3 not routed": {func(s *site) { s.routes("10.0.0.0/8 " + transits) }, []string{"error S3_NOT_ROUTED"}},
		"a dead NAT":               {without(logsID, "!0.0.0.0/0 "+natGateway), []string{"error MISSING_ENDPOINT logs"}},
		"a NAT to elsewhere":       {without(logsID, "192.168.0.0/16 "+natGateway), []string{"error MISSING_ENDPOINT logs"}},
		"a NAT for one":            {func(s *site) { s.remove(logsID); s.routesOf(ownTable, "0.0.0.0/0 "+natGateway, "pl-01 "+gatewayID) }, []string{"error MISSING_ENDPOINT logs"}},
		"a NAT in IPv6":            {without(logsID, "::/0 eigw-01"), []string{"error MISSING_ENDPOINT logs"}},
		"IPv6 alone": {func(s *site) {
			s.Subnets[subnetB] = pattern.Subnet{ID: subnetB, VPCID: aVPC, Zone: "eu-west-1b", IPv6CIDRBlocks: []string{"2001:db8:0:1::/64"}}
			s.SubnetIDs = []string{subnetB}
			s.ingress("tcp", 443, 443, "2001:db8::/32")
			s.routes("::/0 eigw-01", "pl-01 "+gatewayID)
			s.remove(logsID)
		}, []string{"warning MISSING_ENDPOINT logs: over the internet through eigw-01. "}},
		"no route tables read": {func(s *site) { s.remove(logsID); s.RouteTables = nil }, []string{"warning MISSING_ENDPOINT logs: isn't known, since the route table of " + subnetA + " couldn't be read"}},
		"FIPS in its place": {func(s *site) {
			s.endpoint(apiID, func(e *pattern.VPCEndpoint) { e.ServiceName = gone + "ecr-fips.api" })
		}, []string{"error MISSING_ENDPOINT ecr.api: " + apiID + " is for " + gone + "ecr-fips.api, whose hosts are others: see fips."}},
		"of another Region": {func(s *site) {
			s.endpoint(apiID, func(e *pattern.VPCEndpoint) { e.ServiceName = "com.amazonaws.us-east-1.ecr.api" })
		}, []string{"error MISSING_ENDPOINT ecr.api"}},
		"named otherwise": {func(s *site) {
			s.endpoint(apiID, func(e *pattern.VPCEndpoint) { e.ServiceName = "cn.com.amazonaws.eu-west-1.ecr.api" })
		}, nil},
		"named without Region": {func(s *site) {
			s.PrivateNetwork.Services["logs"] = "com.amazonaws.logs"
			s.endpoint(logsID, func(e *pattern.VPCEndpoint) { e.ServiceName = "com.amazonaws.logs" })
		}, nil},
		"somebody's own": {func(s *site) {
			s.PrivateNetwork.Services["iam"] = "com.amazonaws.iam"
			s.endpoint(logsID, func(e *pattern.VPCEndpoint) { e.ServiceName = "com.amazonaws.vpce.eu-west-1.vpce-svc-01" })
		}, []string{"error MISSING_ENDPOINT iam: calls of that service time out", "error MISSING_ENDPOINT logs"}},
		"an S3 interface": {func(s *site) {
			also(gatewayID, func(e *pattern.VPCEndpoint) { e.Type, e.PrivateDNS = pattern.EndpointInterface, true })(s)
			s.remove(gatewayID)
		}, []string{"warning MISSING_ENDPOINT s3: The interface endpoint " + strangeID + " takes its place only where private_dns_only_for_inbound_resolver_endpoint is false"}},
		"an S3 interface without names": {func(s *site) {
			also(gatewayID, func(e *pattern.VPCEndpoint) { e.Type = pattern.EndpointInterface })(s)
			s.remove(gatewayID)
		}, []string{"error MISSING_ENDPOINT s3"}},
		"pending": {func(s *site) { s.endpoint(dkrID, func(e *pattern.VPCEndpoint) { e.State = "pending" }) }, []string{"info ENDPOINT_NOT_AVAILABLE " + dkrID + ": is pending: "}},
		"partial": {func(s *site) { s.endpoint(dkrID, func(e *pattern.VPCEndpoint) { e.State = "partial" }) }, []string{"warning ENDPOINT_NOT_AVAILABLE " + dkrID + ": is partial: it works for a part of what it is for. Look at"}},
		"another, without names, is there": {func(s *site) {
			also(dkrID, func(e *pattern.VPCEndpoint) { e.PrivateDNS = false })(s)
			s.endpoint(dkrID, func(e *pattern.VPCEndpoint) { e.State = "pending" })
		}, []string{"info ENDPOINT_NOT_AVAILABLE " + dkrID + ": is pending: "}},
		"another, with names, is failed": {func(s *site) {
			also(dkrID, func(e *pattern.VPCEndpoint) { e.State = "failed" })(s)
			s.endpoint(dkrID, func(e *pattern.VPCEndpoint) { e.PrivateDNS = false })
		}, []string{"error PRIVATE_DNS_OFF " + dkrID}},
		"failed": {func(s *site) {
			s.endpoint(dkrID, func(e *pattern.VPCEndpoint) { e.State, e.LastError, e.PrivateDNS = "failed", "Other: no room", false })
		}, []string{"error ENDPOINT_NOT_AVAILABLE " + dkrID + ": The endpoint of ecr.dkr is failed (Other: no room), so that no image is found"}},
		"deleting": {func(s *site) {
			s.endpoint(gatewayID, func(e *pattern.VPCEndpoint) { e.State = "deleting" })
			s.routes()
		}, []string{"error ENDPOINT_NOT_AVAILABLE " + gatewayID + ": is deleting, so that a pull"}},
		"waiting":             {func(s *site) { s.endpoint(logsID, func(e *pattern.VPCEndpoint) { e.State = "pendingacceptance" }) }, []string{"error ENDPOINT_NOT_AVAILABLE " + logsID + ": waits for its service's owner to accept it."}},
		"another is deleting": {also(dkrID, func(e *pattern.VPCEndpoint) { e.ID, e.State = "vpce-00", "deleting" }), nil},
		"in no subnet": {func(s *site) {
			s.endpoint(dkrID, func(e *pattern.VPCEndpoint) { e.SubnetIDs, e.PrivateDNS = nil, false })
		}, []string{"error ENDPOINT_WITHOUT_SUBNETS " + dkrID}},
		"no private DNS": {func(s *site) { s.endpoint(dkrID, func(e *pattern.VPCEndpoint) { e.PrivateDNS = false }) }, []string{"error PRIVATE_DNS_OFF " + dkrID + ": The endpoint of ecr.dkr has no private DNS"}},
		"no private DNS, a NAT": {func(s *site) {
			s.endpoint(apiID, func(e *pattern.VPCEndpoint) { e.PrivateDNS = false })
			s.routes("0.0.0.0/0 "+natGateway, "pl-01 "+gatewayID)
		}, []string{"warning PRIVATE_DNS_OFF " + apiID + ": through " + natGateway + ". Set private_dns_enabled"}},
		"another has private DNS": {also(dkrID, func(e *pattern.VPCEndpoint) { e.PrivateDNS, e.SecurityGroupIDs = false, []string{taskGroup} }), nil},
		"no private name": {func(s *site) {
			s.endpoint(logsID, func(e *pattern.VPCEndpoint) { e.PrivateDNS = false })
			s.Network.Services = []pattern.OfferedService{{Name: gone + "logs", Type: "Interface", Zones: []string{"eu-west-1a", "eu-west-1b"}}}
		}, nil},
		"no private name of another": {func(s *site) {
			s.endpoint(apiID, func(e *pattern.VPCEndpoint) { e.PrivateDNS = false })
			s.Network.Services = []pattern.OfferedService{{Name: gone + "logs", Type: "Interface", Zones: []string{"eu-west-1a", "eu-west-1b"}}}
		}, []string{"error PRIVATE_DNS_OFF " + apiID}},
		"no private name of the gateway": {func(s *site) {
			s.endpoint(logsID, func(e *pattern.VPCEndpoint) { e.PrivateDNS = false })
			s.Network.Services = []pattern.OfferedService{{Name: gone + "logs", Type: "Gateway"}}
		}, []string{"error PRIVATE_DNS_OFF " + logsID}},
		"a route table not seen": {func(s *site) {
			s.remove(logsID)
			delete(s.RouteTables, mainTable)
			s.routesOf(ownTable, "0.0.0.0/0 "+natGateway, "pl-01 "+gatewayID)
		}, []string{"warning MISSING_ENDPOINT logs: since the route table of " + subnetB + " couldn't be read"}},
		"no subnets read, a NAT": {func(s *site) {
			s.remove(logsID)
			s.Subnets = nil
			s.routes("0.0.0.0/0 "+natGateway, "pl-01 "+gatewayID)
		}, []string{"warning MISSING_ENDPOINT logs: through " + natGateway}},
		"no private name of the Docker API": {func(s *site) {
			s.endpoint(dkrID, func(e *pattern.VPCEndpoint) { e.PrivateDNS = false })
			s.Network.Services = []pattern.OfferedService{{Name: gone + "ecr.dkr", Type: "Interface", Zones: []string{"eu-west-1a", "eu-west-1b"}}}
		}, []string{"error PRIVATE_DNS_OFF " + dkrID}},
		"one zone": {func(s *site) {
			for _, id := range []string{apiID, dkrID} {
				s.endpoint(id, func(e *pattern.VPCEndpoint) { e.SubnetIDs = []string{subnetA} })
			}
		}, []string{"info ENDPOINT_NOT_IN_ZONE eu-west-1b: The endpoints of ecr.api and ecr.dkr have no network interface in eu-west-1b"}},
		"one zone is offered": {func(s *site) {
			s.endpoint(logsID, func(e *pattern.VPCEndpoint) { e.SubnetIDs = []string{subnetA} })
			s.Network.Services = []pattern.OfferedService{{Name: gone + "logs", Type: "Interface", Zones: []string{"eu-west-1a"}, PrivateDNSName: "logs"}}
		}, nil},
		"zones not known": {func(s *site) {
			s.endpoint(logsID, func(e *pattern.VPCEndpoint) { e.SubnetIDs = []string{"subnet-0f"} })
		}, nil},
		"its own subnet in the zone": {func(s *site) {
			s.Subnets["subnet-0f"] = pattern.Subnet{ID: "subnet-0f", VPCID: aVPC, Zone: "eu-west-1b", CIDRBlock: "192.168.0.0/24"}
			s.endpoint(logsID, func(e *pattern.VPCEndpoint) { e.SubnetIDs = []string{subnetA, "subnet-0f"} })
		}, nil},
	})
}

func TestEndpointsAndMissing(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.remove(logsID)
	s.endpoint(apiID, func(e *pattern.VPCEndpoint) { e.State = "failed" })
	s.Endpoints = append(s.Endpoints, pattern.VPCEndpoint{ID: strangeID, ServiceName: "com.amazonaws.eu-west-1.kms", Type: "Interface", State: "available"})
	d := s.diagnose()
	got := map[string]string{}
	for service, e := range d.Endpoints {
		got[service] = e.ID + " " + e.State
	}
	want := map[string]string{"ecr.api": apiID + " failed", "ecr.dkr": dkrID + " available", "s3": gatewayID + " available"}
	if diff := cmp.Diff(want, got) + cmp.Diff([]string{"logs"}, d.Missing); diff != "" {
		t.Error(diff)
	}
	if d := newSite(t).diagnose(); d.Missing == nil || len(d.Missing) > 0 {
		t.Errorf("missing in a network in order: %#v", d.Missing)
	}
}
