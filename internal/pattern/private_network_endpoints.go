// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package pattern

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/ecrx/terraform-provider-ecrx/internal/policy"
)

// endpoints finds the endpoint of each service, what keeps it from being used, and the services without one.
func (d *diagnoser) endpoints() {
	if d.network.Endpoints == nil {
		return
	}
	d.out.Endpoints, d.out.Missing = map[string]VPCEndpoint{}, []string{}
	for _, service := range d.services() {
		found := d.serving(service)
		if len(found) == 0 {
			d.out.Missing = append(d.out.Missing, service)
			d.lacks(service)
			continue
		}
		best := found[0]
		d.out.Endpoints[service] = best
		if !d.works(service, best) {
			continue
		}
		if EndpointType(service) == EndpointGateway {
			d.usable[service] = slices.DeleteFunc(found, func(e VPCEndpoint) bool { return !slices.Contains(workingStates, e.State) })
			continue
		}
		d.usable[service] = found[:1]
		d.privateDNS(service, best)
	}
}

// EndpointsIn gives the endpoints of the services that are needed.
func (p PrivateNetwork) EndpointsIn(n Network) []VPCEndpoint {
	d := &diagnoser{PrivateNetwork: p, network: n}
	var all []VPCEndpoint
	for _, service := range d.services() {
		all = append(all, d.serving(service)...)
	}
	return all
}

// serving gives the endpoints of a service, the one that hosts resolve to first. What the service is named, where that isn't
// known, may begin otherwise than the endpoint's.
func (d *diagnoser) serving(service string) []VPCEndpoint {
	name := d.Services[service]
	wanted, fips := ServiceOf(name, d.Site.Region)
	var found []VPCEndpoint
	for _, e := range d.network.Endpoints {
		other, otherFIPS := ServiceOf(e.ServiceName, d.Site.Region)
		if e.Type == EndpointType(service) && (e.ServiceName == name || wanted != "" && other == wanted && otherFIPS == fips) {
			found = append(found, e)
		}
	}
	slices.SortFunc(found, func(a, b VPCEndpoint) int {
		return cmp.Or(cmp.Compare(endpointRank(a), endpointRank(b)), cmp.Compare(a.ID, b.ID))
	})
	return found
}

// endpointRank is the lower the better an endpoint serves. Of those of one service, one alone can have private DNS, and hosts resolve to
// it as soon as it works, whatever the state of the others.
func endpointRank(e VPCEndpoint) int {
	rank := slices.Index(workingStates, e.State)
	if rank < 0 {
		return 2 * len(workingStates)
	}
	if !e.PrivateDNS {
		rank += len(workingStates)
	}
	return rank
}

// workingStates are those of endpoints that work, or are about to, or do in part.
var workingStates = []string{"available", "partial", "pending"}

// lacks reports a service that has no endpoint.
func (d *diagnoser) lacks(service string) {
	severity, way := d.elsewhere(d.from)
	instead := ""
	for _, e := range d.network.Endpoints {
		other, fips := ServiceOf(e.ServiceName, d.Site.Region)
		_, wantedFIPS := ServiceOf(d.Services[service], d.Site.Region)
		switch {
		case other != service:
		case service == s3 && e.Type == EndpointInterface && e.PrivateDNS && e.alive():
			// https://docs.aws.amazon.com/AmazonS3/latest/userguide/privatelink-interface-endpoints.html#private-dns
			severity, way = policy.SeverityWarning, ""
			instead = " The interface endpoint " + e.ID + " takes its place only where private_dns_only_for_inbound_resolver_endpoint is false, which isn't looked at; a gateway costs nothing."
		case e.Type == EndpointType(service) && fips != wantedFIPS:
			instead = " " + e.ID + " is for " + e.ServiceName + ", whose hosts are others: see fips."
		}
	}
	write := "Add it to ecrx_private_endpoints, or as an aws_vpc_endpoint"
	if service != ecrAPI && service != ecrDKR && service != s3 {
		write += ", or write exclude = [\"" + service + "\"] if nothing in the subnets needs it"
	}
	d.add(severity, "MISSING_ENDPOINT", service, "%s has no %s endpoint for %s: without it, %s. %s%s.%s",
		d.VPCID, strings.ToLower(EndpointType(service)), d.Services[service], breaks(service), way, write, instead)
}

// breaks says what somebody sees who lacks the endpoint of a service.
func breaks(service string) string {
	switch service {
	case ecrAPI:
		return "the login to ECR times out (ResourceInitializationError or CannotPullContainerError, at api.ecr)"
	case ecrDKR:
		return "no image is found (CannotPullContainerError: i/o timeout, at dkr.ecr)"
	case s3:
		return "a pull finds the image and then hangs at its layers, which ECR serves from S3"
	case "logs":
		return "tasks with the awslogs driver don't start (failed to validate logger args), and logs are lost"
	case "ecs", "ecs-agent", "ecs-telemetry":
		return "the ECS agent doesn't connect, and gets no tasks"
	case "sts":
		return "Pods get no credentials for the roles of their service accounts"
	case "ec2":
		return "nodes don't learn of themselves, and don't join their cluster"
	case "secretsmanager", "ssm", "kms":
		return "tasks with secrets don't start (ResourceInitializationError: unable to pull secrets)"
	case "ssmmessages":
		return "ECS Exec opens no session"
	default:
		return "calls of that service time out"
	}
}

// works reports whether an endpoint can be used. One that is pending is about to.
// https://docs.aws.amazon.com/vpc/latest/privatelink/concepts.html#concepts-endpoint-states
func (d *diagnoser) works(service string, e VPCEndpoint) bool {
	const code = "ENDPOINT_NOT_AVAILABLE"
	told := ""
	if e.LastError != "" {
		told = " (" + e.LastError + ")"
	}
	switch e.State {
	case "available":
	case "pending":
		d.add(policy.SeverityInfo, code, e.ID, "The endpoint of %s is pending%s: it can be used in a few minutes.", service, told)
	case "partial":
		d.add(policy.SeverityWarning, code, e.ID, "The endpoint of %s is partial%s: it works for a part of what it is for. Look at it in the VPC console for what is missing.", service, told)
	case "pendingacceptance":
		d.add(policy.SeverityError, code, e.ID, "The endpoint of %s waits for its service's owner to accept it%s. Ask the owner to, or use AWS's own service %s.", service, told, d.Services[service])
		return false
	default:
		d.add(policy.SeverityError, code, e.ID, "The endpoint of %s is %s%s, so that %s. Delete it where it is still there, and make it again.", service, e.State, told, breaks(service))
		return false
	}
	if EndpointType(service) == EndpointInterface && len(e.SubnetIDs) == 0 {
		d.add(policy.SeverityError, "ENDPOINT_WITHOUT_SUBNETS", e.ID, "The endpoint of %s is in no subnet, so it has no network interface to reach it by. Add a subnet of each zone to its subnet_ids.", service)
		return false
	}
	return true
}

// privateDNS reports an endpoint that the service's hosts don't resolve to. ecr.dkr has no other way: images are named by those hosts.
// https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html#ecr-setting-up-vpc-create
func (d *diagnoser) privateDNS(service string, e VPCEndpoint) {
	nameless := slices.ContainsFunc(d.network.Services, func(o OfferedService) bool {
		return o.Name == e.ServiceName && o.Type == e.Type && o.PrivateDNSName == ""
	})
	if e.PrivateDNS || nameless && service != ecrDKR {
		return
	}
	severity, way := d.elsewhere(d.from)
	d.add(severity, "PRIVATE_DNS_OFF", e.ID, "The endpoint of %s has no private DNS, so the hosts of the service don't resolve to it. %sSet private_dns_enabled = true in its aws_vpc_endpoint, unless a private hosted zone of yours has those names.", service, way)
}

// zones reports interface endpoints that have no network interface in the zone of a subnet: they are reached from there all the same,
// by way of another zone.
func (d *diagnoser) zones() {
	without := map[string][]string{}
	for _, service := range d.interfaces() {
		for _, e := range d.usable[service] {
			for _, zone := range d.zonesWithout(e) {
				without[zone] = append(without[zone], service)
			}
		}
	}
	for _, zone := range slices.Sorted(maps.Keys(without)) {
		d.add(policy.SeverityInfo, "ENDPOINT_NOT_IN_ZONE", zone, "The endpoints of %s have no network interface in %s, where containers run: their traffic crosses zones, which costs, and stops with the other zone. "+
			"Add a subnet of %s to their subnet_ids, if that matters.", inWords(without[zone]), zone, zone)
	}
}

// zonesWithout gives the zones of the containers that the endpoint isn't in, and could be.
func (d *diagnoser) zonesWithout(e VPCEndpoint) []string {
	in := map[string]bool{}
	for _, id := range e.SubnetIDs {
		subnet, seen := d.network.Subnets[id]
		if !seen {
			return nil
		}
		in[subnet.Zone] = true
	}
	var zones []string
	for _, id := range d.from {
		zone := d.network.Subnets[id].Zone
		offered := !slices.ContainsFunc(d.network.Services, func(o OfferedService) bool {
			return o.Name == e.ServiceName && o.Type == e.Type && !slices.Contains(o.Zones, zone)
		})
		if !in[zone] && offered {
			zones = append(zones, zone)
		}
	}
	return sortedOnce(zones)
}
