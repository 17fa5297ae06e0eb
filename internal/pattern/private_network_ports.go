// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package pattern

import (
	"net/netip"
	"slices"
	"strings"

	"github.com/ecrx/terraform-provider-ecrx/internal/policy"
)

// httpsPort is the one that AWS's services listen at.
const httpsPort = 443

// ports looks at what the security groups of the interface endpoints let in. Endpoints with the same groups have one finding.
func (d *diagnoser) ports() {
	if d.network.SecurityGroups == nil {
		return
	}
	services, groups := map[doors][]string{}, map[doors][]string{}
	var keys []doors
	for _, service := range d.interfaces() {
		for _, e := range d.usable[service] {
			key := doors{strings.Join(e.SecurityGroupIDs, ", "), d.outOfReach(e)}
			if key.groups != "" && services[key] == nil {
				keys = append(keys, key)
			}
			services[key], groups[key] = append(services[key], service), e.SecurityGroupIDs
		}
	}
	for _, key := range keys {
		d.port(key, groups[key], inWords(services[key]))
	}
}

// doors are what endpoints are reached through alike: the same groups, and IPv4 alone or not.
type doors struct {
	groups   string
	ipv4Only bool
}

// port judges one set of groups: what any of them lets in comes in.
func (d *diagnoser) port(at doors, ids []string, services string) {
	path := at.groups
	sources, hidden := d.httpsSources(ids)
	closed := d.closedTo(sources, at.ipv4Only)
	const code = "PORT_443_NOT_KNOWN"
	switch {
	case len(closed) == 0 || slices.ContainsFunc(sources, d.ofContainers):
	case len(hidden) > 0:
		d.unseen("the rules of %s, which EC2 doesn't show, and so whether the endpoints of %s can be reached", inWords(hidden), services)
	case len(d.SecurityGroupIDs) == 0 && slices.ContainsFunc(sources, isGroup):
		d.add(policy.SeverityWarning, code, path, "The endpoints of %s let other security groups in on tcp/443, and the addresses of %s not. Write the containers' groups as security_group_ids, so that this can be judged.", services, inWords(closed))
	case slices.ContainsFunc(sources, isPrefixList):
		d.add(policy.SeverityInfo, code, path, "The endpoints of %s let prefix lists in on tcp/443, which aren't looked at; no other rule lets %s in.", services, inWords(closed))
	default:
		in := "nothing"
		if len(sources) > 0 {
			in = inWords(sources)
		}
		d.add(policy.SeverityError, "PORT_443_CLOSED", path, "The security groups of the endpoints of %s let %s in on tcp/443, which shuts out %s: containers there find the endpoints by name, and then time out (i/o timeout). "+
			"Add an aws_vpc_security_group_ingress_rule to %s for tcp/443 from those addresses, or from the containers' security groups, and write these as security_group_ids.", services, in, inWords(closed), ids[0])
	}
}

// addresses reports the endpoints that have IPv4 addresses alone, where a subnet has none: what runs there can't speak to them.
// https://docs.aws.amazon.com/vpc/latest/privatelink/create-interface-endpoint.html
func (d *diagnoser) addresses() {
	var services, ids []string
	for _, service := range d.interfaces() {
		for _, e := range d.usable[service] {
			if d.outOfReach(e) {
				services, ids = append(services, service), append(ids, e.ID)
			}
		}
	}
	if len(ids) > 0 {
		d.add(policy.SeverityError, "ENDPOINT_WITHOUT_IPV6", strings.Join(ids, ", "), "The endpoints of %s have IPv4 addresses alone, and %s IPv6 alone, so containers there can't reach them. "+
			"Make them dualstack or ipv6, by ip_address_type and in subnets that have such addresses.", inWords(services), inWords(d.withoutIPv4()))
	}
}

// outOfReach reports an endpoint with other addresses than a subnet of IPv6 alone has.
func (d *diagnoser) outOfReach(e VPCEndpoint) bool {
	return e.IPAddressType == "ipv4" && len(d.withoutIPv4()) > 0
}

// withoutIPv4 gives the containers' subnets that have IPv6 alone.
func (d *diagnoser) withoutIPv4() []string {
	return slices.DeleteFunc(slices.Clone(d.from), func(id string) bool {
		subnet, seen := d.network.Subnets[id]
		return !seen || subnet.CIDRBlock != ""
	})
}

// httpsSources gives what the groups let in on tcp/443, and the groups that weren't found.
func (d *diagnoser) httpsSources(ids []string) (sources, hidden []string) {
	for _, id := range ids {
		group, seen := d.network.SecurityGroups[id]
		if !seen {
			hidden = append(hidden, id)
		}
		for _, rule := range group.Ingress {
			if rule.lets(httpsPort) {
				sources = append(sources, rule.Source)
			}
		}
	}
	return sortedOnce(sources), hidden
}

// lets reports whether a rule is for a TCP port.
func (r IngressRule) lets(port int32) bool {
	switch r.Protocol {
	case "-1":
		return true
	case "tcp", "6":
		return r.FromPort <= port && port <= r.ToPort
	default:
		return false
	}
}

// ofContainers reports whether a source is a group that the containers have, of whatever account.
func (d *diagnoser) ofContainers(source string) bool {
	return slices.ContainsFunc(d.SecurityGroupIDs, func(id string) bool { return source == id || strings.HasSuffix(source, "/"+id) })
}

func isGroup(source string) bool { return strings.Contains(source, "sg-") }

func isPrefixList(source string) bool { return strings.HasPrefix(source, "pl-") }

// closedTo gives the subnets of which an address isn't among the sources, each as "subnet-… (10.0.0.0/24)". Where a subnet has IPv4,
// containers take that: hosts of ECR resolve to it. To endpoints in IPv4 alone, subnets without it don't count: addresses says that of them.
func (d *diagnoser) closedTo(sources []string, ipv4Only bool) (closed []string) {
	var blocks []netip.Prefix
	for _, source := range sources {
		if block, err := netip.ParsePrefix(source); err == nil {
			blocks = append(blocks, block.Masked())
		}
	}
	for _, id := range d.from {
		subnet := d.network.Subnets[id]
		addresses := subnet.IPv6CIDRBlocks
		switch {
		case subnet.CIDRBlock != "":
			addresses = []string{subnet.CIDRBlock}
		case ipv4Only:
			addresses = nil
		}
		for _, text := range addresses {
			if block, err := netip.ParsePrefix(text); err == nil && !covered(block, blocks) {
				closed = append(closed, id+" ("+text+")")
			}
		}
	}
	return closed
}

// covered reports whether each address of a block is in one of others, which may hold it together. Halves are looked at only while
// one of the others lies within.
func covered(block netip.Prefix, others []netip.Prefix) bool {
	within := false
	for _, other := range others {
		if other.Bits() <= block.Bits() && other.Contains(block.Addr()) {
			return true
		}
		within = within || block.Overlaps(other)
	}
	if !within {
		return false
	}
	lower, upper := halves(block)
	return covered(lower, others) && covered(upper, others)
}

// halves parts a block of more than one address.
func halves(block netip.Prefix) (lower, upper netip.Prefix) {
	bits := block.Bits()
	address := block.Masked().Addr().AsSlice()
	lowest, _ := netip.AddrFromSlice(address)
	address[bits/8] |= 0x80 >> (bits % 8)
	middle, _ := netip.AddrFromSlice(address)
	return netip.PrefixFrom(lowest, bits+1), netip.PrefixFrom(middle, bits+1)
}
