// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package awstest

import (
	"encoding/xml"
	"net/http"
	"slices"
	"strings"
	"sync"
)

// EndpointReads sets how many reads see a new interface VPC endpoint as pending, and a deleted VPC endpoint as deleting. Without
// it, one does. What the test's own clients change is so at once, and their reads don't count.
func EndpointReads(n int) Option { return func(s *settings) { s.endpointReads = n } }

// endpoints are the VPC endpoints of an account. moto keeps their tags, network interfaces and routes, and no more of them counts.
type endpoints struct {
	mu      sync.Mutex // held for the whole of a call, moto's part included, so that checks stay true
	byID    map[string]*endpoint
	created map[string]creation // by Region and client token
}

type endpoint struct {
	ID               string          `xml:"vpcEndpointId"`
	Type             string          `xml:"vpcEndpointType"`
	VPC              string          `xml:"vpcId"`
	Service          string          `xml:"serviceName"`
	State            string          `xml:"state"`
	Policy           string          `xml:"policyDocument"`
	RouteTables      []string        `xml:"routeTableIdSet>item"`
	Subnets          []string        `xml:"subnetIdSet>item"`
	Groups           []endpointGroup `xml:"groupSet>item"`
	PrivateDNS       bool            `xml:"privateDnsEnabled"`
	RequesterManaged bool            `xml:"requesterManaged"`
	IPAddressType    string          `xml:"ipAddressType"`
	DNSNames         []endpointName  `xml:"dnsEntrySet>item"`
	Created          string          `xml:"creationTimestamp"`
	Tags             []endpointTag   `xml:"tagSet>item"`
	Owner            string          `xml:"ownerId"`
	LastError        *endpointError  `xml:"lastError,omitempty"`

	region  string
	left    int // reads until the state changes
	service endpointService
	zones   map[string]string // by subnet
}

type endpointGroup struct {
	ID string `xml:"groupId"`
}

type endpointName struct {
	Name string `xml:"dnsName"`
}

type endpointTag struct {
	Key   string `xml:"key"`
	Value string `xml:"value"`
}

type endpointsAnswer struct {
	XMLName   xml.Name    `xml:"DescribeVpcEndpointsResponse"`
	ID        string      `xml:"requestId"`
	Endpoints []*endpoint `xml:"vpcEndpointSet>item"`
	NextToken string      `xml:"nextToken,omitempty"`
}

// correctEndpoints gives VPC endpoints a life: an interface endpoint is pending first and after changes, and a deleted one is
// deleting, and then gone.
// https://docs.aws.amazon.com/vpc/latest/privatelink/concepts.html (Endpoint states): "Pending - … This is the initial state if
// requests are automatically accepted. The VPC endpoint returns to this state if the service consumer modifies the VPC endpoint.
// Available - The VPC endpoint is available for use. … Deleting - The service consumer deleted the VPC endpoint and deletion is in
// progress."
// https://docs.aws.amazon.com/ec2/latest/devguide/errors-overview.html: "InvalidVpcEndpointId.NotFound: The specified VPC endpoint
// does not exist.".
func (a *AWS) correctEndpoints(next handler) handler {
	answers := map[string]func(handler, *request) *reply{
		"CreateVpcEndpoint":    a.createEndpoint,
		"DescribeVpcEndpoints": a.describeEndpoints,
		"ModifyVpcEndpoint":    a.modifyEndpoint,
		"DeleteVpcEndpoints":   a.deleteEndpoints,
		"DeleteSecurityGroup":  a.deleteSecurityGroup,
	}
	return func(r *request) *reply {
		answer := answers[r.action]
		if r.service != "ec2" || answer == nil {
			return next(r)
		}
		a.account.endpoints.mu.Lock()
		defer a.account.endpoints.mu.Unlock()
		return answer(next, r)
	}
}

// describeEndpoints lets moto select by tags and the like, and the rest is here: ids, states and pages.
func (a *AWS) describeEndpoints(next handler, r *request) *reply {
	asked, filters, rest := r.list("VpcEndpointId"), r.filters(), r.filters()
	delete(rest, "vpc-endpoint-id")
	delete(rest, "vpc-endpoint-state")
	for _, id := range asked {
		if a.standing(r, id) == nil {
			return r.fail(http.StatusBadRequest, "InvalidVpcEndpointId.NotFound", "The Vpc Endpoint Id '"+id+"' does not exist")
		}
	}
	var found endpointsAnswer
	// moto lists deleted endpoints for ever, and takes long to.
	if ids := a.standingIDs(r); len(ids) > 0 {
		if failed := r.ask(next, &found, "DescribeVpcEndpoints", append(filtered(rest), numbered("VpcEndpointId", ids...)...)...); failed != nil {
			return failed
		}
	}
	var all []*endpoint
	for _, moto := range found.Endpoints {
		e := a.standing(r, moto.ID)
		if e != nil && among(asked, e.ID) && among(filters["vpc-endpoint-id"], e.ID) && among(filters["vpc-endpoint-state"], e.State) {
			e.Tags = moto.Tags
			all = append(all, e)
		}
	}
	answer := endpointsAnswer{ID: requestID()}
	answer.Endpoints, answer.NextToken = pageOf(r, all)
	for _, e := range answer.Endpoints {
		e.DNSNames = e.names()
	}
	given := r.succeedXML(answer)
	for _, e := range answer.Endpoints {
		given.fleeting = given.fleeting || e.State != "available"
		a.look(r, e)
	}
	return given
}

// standingIDs gives the ids of all endpoints of the Region, sorted.
func (a *AWS) standingIDs(r *request) []string {
	var ids []string
	for id := range a.account.endpoints.byID {
		if a.standing(r, id) != nil {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	return ids
}

// standing gives the endpoint with that id in its present state, nil when there is none.
func (a *AWS) standing(r *request, id string) *endpoint {
	e := a.account.endpoints.byID[id]
	if e == nil || e.region != r.region {
		return nil
	}
	if e.left <= 0 && e.State == "pending" {
		e.settle(a.config.endpointFate)
	}
	if e.left <= 0 && e.State == "deleting" {
		delete(a.account.endpoints.byID, id)
		return nil
	}
	return e
}

// look counts a read of the tested code.
func (a *AWS) look(r *request, e *endpoint) {
	if !r.arranges() {
		e.left--
	}
}

// readsFor gives how many reads a change by this call stays unfinished for.
func (a *AWS) readsFor(r *request) int {
	if r.arranges() {
		return 0
	}
	return a.config.endpointReads
}

// names gives the DNS names: the Region's, one for each zone, and the private one.
// https://docs.aws.amazon.com/vpc/latest/privatelink/privatelink-access-aws-services.html#interface-endpoint-dns-hostnames
func (e *endpoint) names() []endpointName {
	if e.Type != "Interface" {
		return nil
	}
	base, unique := "."+e.service.BaseNames[0], e.ID+"-"+e.ID[len(e.ID)-8:]
	names := []endpointName{{unique + base}}
	for _, subnet := range e.Subnets {
		names = append(names, endpointName{unique + "-" + e.zones[subnet] + base})
	}
	if e.PrivateDNS {
		names = append(names, endpointName{e.service.PrivateName})
	}
	return names
}

func (e *endpoint) groups() []string {
	var ids []string
	for _, group := range e.Groups {
		ids = append(ids, group.ID)
	}
	return ids
}

func among(selected []string, value string) bool {
	return len(selected) == 0 || slices.ContainsFunc(selected, func(s string) bool { return strings.EqualFold(s, value) })
}
