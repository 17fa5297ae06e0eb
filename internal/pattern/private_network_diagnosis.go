// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package pattern

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/ecrx/terraform-provider-ecrx/internal/policy"
)

// PrivateNetwork says what containers in the subnets of a VPC are to reach without the internet.
type PrivateNetwork struct {
	VPCID     string
	SubnetIDs []string
	// SecurityGroupIDs are those that each of the containers has, or each of their nodes; none while that isn't known.
	SecurityGroupIDs []string
	// Services are the whole names of the services that are needed, by what they end in, as EndpointServiceNames gives them.
	Services map[string]string
	// Fargate says that tasks run on AWS Fargate, which logs in through a network of its own; Mixed that something else does, too.
	Fargate, Mixed bool
	// Pulls are to pass, by their names. Where the endpoints are is for the diagnosis to find.
	Pulls map[string]PrivatePull
	// Site is the VPC's; the account may be empty.
	Site Site
	// CallerID is the account that asked for the network; "" while it isn't known.
	CallerID string
}

// Diagnosis is what there is in a network, and what is wrong with it.
type Diagnosis struct {
	// Findings come errors first. Their paths are ids of what is at fault, services that have no endpoint, or pulls: `pulls["web"]`.
	Findings []policy.Finding
	// Endpoints are those that serve, by service, and Missing the services without one; both nil when the endpoints weren't read.
	Endpoints map[string]VPCEndpoint
	Missing   []string
	// Lines say in words what the policies let through, and what is assumed.
	Lines []string
	// Unseen is what wasn't looked at. Incomplete says that more is in it than what no diagnosis looks at.
	Unseen     []string
	Incomplete bool
	// Unread are the parts of the network that the caller could have read, each with what it takes: "the subnets: allow
	// ec2:DescribeSubnets".
	Unread []string
}

// DiagnosePrivateNetwork finds what keeps containers from pulling their images through the endpoints of a VPC. What wasn't read
// gives no finding, and a line of what wasn't looked at.
//
// One mistake gives one finding: endpoints that share the security groups or the policy at fault are named in it together, and of an
// endpoint that can't be used nothing else is said.
func DiagnosePrivateNetwork(input PrivateNetwork, n Network) Diagnosis {
	d := &diagnoser{PrivateNetwork: input, network: n, usable: map[string][]VPCEndpoint{}}
	if d.shared() {
		d.network.Endpoints = nil
	}
	d.unread()
	if d.vpc() {
		d.subnets()
		d.containerGroups()
		d.dns()
		d.endpoints()
		d.addresses()
		d.ports()
		d.zones()
		gateways := d.layerRoutes()
		d.layerPolicies(gateways)
		d.pulls(d.endpointPolicies())
	}
	slices.SortStableFunc(d.out.Findings, func(a, b policy.Finding) int { return cmp.Compare(weight(a.Severity), weight(b.Severity)) })
	return d.out
}

// AtLeast gives the findings that are as severe, or more.
func (d Diagnosis) AtLeast(severity policy.Severity) []policy.Finding {
	return slices.DeleteFunc(slices.Clone(d.Findings), func(f policy.Finding) bool { return weight(f.Severity) > weight(severity) })
}

// weight orders severities, the gravest first.
func weight(s policy.Severity) int {
	return slices.Index([]policy.Severity{policy.SeverityError, policy.SeverityWarning, policy.SeverityInfo}, s)
}

// diagnoser looks at one network.
type diagnoser struct {
	PrivateNetwork
	network Network
	// from are the subnets that are there.
	from []string
	// usable are the endpoints that work, by service: one interface, or all gateways.
	usable map[string][]VPCEndpoint
	out    Diagnosis
}

func (d *diagnoser) add(severity policy.Severity, code, path, format string, args ...any) {
	d.out.Findings = append(d.out.Findings, policy.Finding{Severity: severity, Code: code, Path: path, Message: fmt.Sprintf(format, args...)})
}

func (d *diagnoser) unseen(format string, args ...any) {
	d.out.Incomplete = true
	d.out.Unseen = append(d.out.Unseen, fmt.Sprintf(format, args...))
}

// shared reports whether the VPC is of another account than who asks. To such an account EC2 lists none of the VPC's endpoints, and
// no error tells that from a VPC without endpoints, though containers in shared subnets use them.
// https://docs.aws.amazon.com/vpc/latest/userguide/vpc-share-limitations.html
func (d *diagnoser) shared() bool {
	vpc := d.network.VPC
	return vpc != nil && vpc.OwnerID != "" && d.CallerID != "" && vpc.OwnerID != d.CallerID
}

// unread says what couldn't be read, and what no call of this diagnosis reads.
func (d *diagnoser) unread() {
	endpoints, toReadThem := "the endpoints, which couldn't be read, and so what is missing or closed", "allow ec2:DescribeVpcEndpoints"
	if d.shared() {
		toReadThem = "diagnose the VPC from the account of its owner, " + d.network.VPC.OwnerID
		endpoints = fmt.Sprintf("the endpoints, which only the VPC's owner %s sees, and so what is missing or closed: %s has the VPC shared with it", d.network.VPC.OwnerID, d.CallerID)
	}
	for _, part := range []struct {
		missing      bool
		what, remedy string
	}{
		{d.network.VPC == nil, "the VPC and its DNS attributes, which couldn't be read", "allow ec2:DescribeVpcs and ec2:DescribeVpcAttribute"},
		{d.network.Subnets == nil, "the subnets, which couldn't be read, and so whether security groups let their addresses in", "allow ec2:DescribeSubnets"},
		{d.network.RouteTables == nil, "the route tables, which couldn't be read, and so the way to S3 and to the internet", "allow ec2:DescribeRouteTables"},
		{d.network.SecurityGroups == nil, "the security groups, which couldn't be read", "allow ec2:DescribeSecurityGroups"},
		{d.network.Endpoints == nil, endpoints, toReadThem},
		{d.network.Services == nil, "what endpoints the Region offers, which couldn't be read: services are taken to be named as they are as a rule", "allow ec2:DescribeVpcEndpointServices"},
	} {
		if part.missing {
			d.unseen("%s", part.what)
			name, _, _ := strings.Cut(part.what, ", which ")
			d.out.Unread = append(d.out.Unread, name+": "+part.remedy)
		}
	}
	d.out.Unseen = append(d.out.Unseen, "network ACLs, outbound rules of security groups, firewalls, DNS servers of DHCP options, and private hosted zones")
}

// vpc reports whether the VPC is there, as far as is known.
func (d *diagnoser) vpc() bool {
	if d.network.VPC == nil || d.network.VPC.ID != "" {
		return true
	}
	d.add(policy.SeverityError, "VPC_NOT_FOUND", d.VPCID, "There is no %s in %s. Check vpc_id, region, and whose credentials the provider has.", d.VPCID, d.Site.Region)
	return false
}

func (d *diagnoser) subnets() {
	for _, id := range sortedOnce(d.SubnetIDs) {
		switch subnet, there := d.network.Subnets[id]; {
		case d.network.Subnets == nil:
			d.from = append(d.from, id)
		case !there:
			d.add(policy.SeverityError, "SUBNET_NOT_FOUND", id, "There is no %s in %s. Remove it from subnet_ids, or write the id of a subnet of %s.", id, d.Site.Region, d.VPCID)
		case subnet.VPCID != d.VPCID:
			d.add(policy.SeverityError, "SUBNET_OF_ANOTHER_VPC", id, "%s is of %s, which the endpoints of %s don't serve. Diagnose that VPC for itself, or write the id of a subnet of this one.", id, subnet.VPCID, d.VPCID)
		default:
			d.from = append(d.from, id)
		}
	}
}

// containerGroups looks at the containers' own security groups. One of another VPC is usable where it is associated with this one,
// which EC2 doesn't show beside the group.
func (d *diagnoser) containerGroups() {
	for _, id := range sortedOnce(d.SecurityGroupIDs) {
		switch group, there := d.network.SecurityGroups[id]; {
		case d.network.SecurityGroups == nil:
		case !there:
			d.add(policy.SeverityError, "SECURITY_GROUP_NOT_FOUND", id, "There is no %s in %s. Remove it from security_group_ids, or write the id of a group that the containers have.", id, d.Site.Region)
		case group.VPCID != d.VPCID:
			d.add(policy.SeverityWarning, "SECURITY_GROUP_OF_ANOTHER_VPC", id, "%s is of %s. Containers in %s have it only where the group is associated with that VPC, too; else write the id of a group of it.", id, group.VPCID, d.VPCID)
		}
	}
}

// dns looks at the attributes that the private DNS names of all interface endpoints need.
// https://docs.aws.amazon.com/vpc/latest/privatelink/interface-endpoints.html#enable-private-dns-names
func (d *diagnoser) dns() {
	vpc := d.network.VPC
	if vpc == nil || vpc.DNSSupport && vpc.DNSHostnames || len(d.interfaces()) == 0 {
		return
	}
	if !vpc.DNSSupport {
		also := ""
		if !vpc.DNSHostnames {
			also = ", and enableDnsHostnames, too"
		}
		d.add(policy.SeverityError, "VPC_DNS_OFF", d.VPCID, "%s has enableDnsSupport off%s: no host of AWS resolves by Amazon's DNS, and the private DNS names of endpoints don't. "+
			"Set enable_dns_support and enable_dns_hostnames of the aws_vpc to true.", d.VPCID, also)
		return
	}
	severity, way := d.internet(d.from)
	d.add(severity, "VPC_DNS_OFF", d.VPCID, "%s has enableDnsHostnames off, so the private DNS names of its endpoints don't resolve: the hosts of ECR resolve to their public addresses. %s"+
		"Set enable_dns_hostnames of the aws_vpc to true.", d.VPCID, way)
}

// interfaces are the needed services that have interface endpoints.
func (d *diagnoser) interfaces() []string {
	return slices.DeleteFunc(d.services(), func(service string) bool { return EndpointType(service) != EndpointInterface })
}

func (d *diagnoser) services() []string { return slices.Sorted(maps.Keys(d.Services)) }

// inWords writes "a, b and c".
func inWords(names []string) string {
	if len(names) < 2 {
		return strings.Join(names, "")
	}
	last := len(names) - 1
	return strings.Join(names[:last], ", ") + " and " + names[last]
}
