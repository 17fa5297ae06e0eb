// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package awstest

import (
	"encoding/xml"
	"net/http"
	"slices"
)

// modifyEndpoint changes what moto leaves as it is: the policy that is reset, private DNS, the IP address type and the routes of a
// gateway. https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyVpcEndpoint.html: "ResetPolicy … Specify true to reset the
// policy document to the default policy." "PrivateDnsEnabled … Indicates whether a private hosted zone is associated with the VPC.";
// https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-endpoints.html: "To add an endpoint route to a route table, associate it
// with the gateway endpoint. We delete the endpoint route when you disassociate the route table from the gateway endpoint".
func (a *AWS) modifyEndpoint(next handler, r *request) *reply {
	id := r.form.Get("VpcEndpointId")
	e := a.standing(r, id)
	if e == nil || e.State == "deleting" {
		return r.fail(http.StatusBadRequest, "InvalidVpcEndpointId.NotFound", "The Vpc Endpoint Id '"+id+"' does not exist")
	}
	wanted := *e
	if policy := r.form.Get("PolicyDocument"); policy != "" {
		wanted.Policy = policy
	}
	if r.form.Get("ResetPolicy") == "true" {
		wanted.Policy = e.defaultPolicy()
	}
	if kind := r.form.Get("IpAddressType"); kind != "" {
		wanted.IPAddressType = kind
	}
	if on := r.form.Get("PrivateDnsEnabled"); on != "" {
		wanted.PrivateDNS = on == "true"
	}
	wanted.Subnets = changed(e.Subnets, r.list("AddSubnetId"), r.list("RemoveSubnetId"))
	wanted.RouteTables = changed(e.RouteTables, r.list("AddRouteTableId"), r.list("RemoveRouteTableId"))
	wanted.Groups = nil
	for _, group := range changed(e.groups(), r.list("AddSecurityGroupId"), r.list("RemoveSecurityGroupId")) {
		wanted.Groups = append(wanted.Groups, endpointGroup{group})
	}
	for _, check := range a.checks(e.Type) {
		if failed := check(next, r, &wanted); failed != nil {
			return failed
		}
	}
	if failed := route(next, r, e, wanted.RouteTables); failed != nil {
		return failed
	}
	if e.Type == "Interface" {
		wanted.State, wanted.left = "pending", a.readsFor(r)
	}
	*e = wanted
	return r.succeedXML(struct {
		XMLName xml.Name `xml:"ModifyVpcEndpointResponse"`
		ID      string   `xml:"requestId"`
		Return  bool     `xml:"return"`
	}{ID: requestID(), Return: true})
}

// changed gives a list of its own.
func changed(list, add, remove []string) []string {
	var result []string
	for _, value := range slices.Concat(list, add) {
		if !slices.Contains(remove, value) && !slices.Contains(result, value) {
			result = append(result, value)
		}
	}
	return result
}

// checkRouteTables follows https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-endpoints.html: "You can't have multiple endpoint
// routes to the same service (Amazon S3 or DynamoDB) in a single route table." AWS's pages don't have the code and the text: they are
// those that users of Terraform and CloudFormation quote.
func (a *AWS) checkRouteTables(next handler, r *request, e *endpoint) *reply {
	if len(e.RouteTables) == 0 {
		return nil
	}
	var tables struct{}
	if failed := r.ask(next, &tables, "DescribeRouteTables", numbered("RouteTableId", e.RouteTables...)...); failed != nil {
		return failed
	}
	list, failed := prefixList(next, r, e)
	if failed != nil {
		return failed
	}
	for id := range a.account.endpoints.byID {
		other := a.standing(r, id)
		if other == nil || other.ID == e.ID || other.Type != "Gateway" || other.Service != e.Service || other.State == "deleting" {
			continue
		}
		for _, table := range e.RouteTables {
			if slices.Contains(other.RouteTables, table) {
				return r.fail(http.StatusBadRequest, "RouteAlreadyExists", "route table "+table+" already has a route with destination-prefix-list-id "+list)
			}
		}
	}
	return nil
}

func prefixList(next handler, r *request, e *endpoint) (id string, failed *reply) {
	var found struct {
		IDs []string `xml:"prefixListSet>item>prefixListId"`
	}
	failed = r.ask(next, &found, "DescribePrefixLists", filtered(map[string][]string{"prefix-list-name": {e.Service}})...)
	if failed == nil && len(found.IDs) == 0 {
		failed = r.fail(http.StatusInternalServerError, "AwstestProxy", "moto has no prefix list "+e.Service)
	}
	if failed != nil {
		return "", failed
	}
	return found.IDs[0], nil
}

// route makes the gateway's routes those of the tables.
func route(next handler, r *request, e *endpoint, tables []string) (failed *reply) {
	if e.Type != "Gateway" || len(e.RouteTables)+len(tables) == 0 {
		return nil
	}
	list, failed := prefixList(next, r, e)
	if failed != nil {
		return failed
	}
	var done struct{}
	for _, table := range e.RouteTables {
		if !slices.Contains(tables, table) {
			// A table that was deleted took its route with it.
			_ = r.ask(next, &done, "DeleteRoute", "RouteTableId", table, "DestinationPrefixListId", list)
		}
	}
	for _, table := range tables {
		if !slices.Contains(e.RouteTables, table) {
			failed = r.ask(next, &done, "CreateRoute", "RouteTableId", table, "DestinationPrefixListId", list, "GatewayId", e.ID)
			if failed != nil {
				return failed
			}
		}
	}
	return nil
}

type unsuccessfulItem struct {
	ID      string `xml:"resourceId"`
	Code    string `xml:"error>code"`
	Message string `xml:"error>message"`
}

// deleteEndpoints follows https://docs.aws.amazon.com/ec2/latest/devguide/errors-overview.html: "InvalidVpcEndpointId.NotFound: The
// specified VPC endpoint does not exist. If you are performing a bulk request that is partially successful or unsuccessful, the
// response includes a list of the unsuccessful items.", and
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteVpcEndpoints.html: "When you delete a gateway endpoint, we delete the
// endpoint routes in the route tables for the endpoint. … When you delete an interface endpoint, we delete its endpoint network
// interfaces.".
func (a *AWS) deleteEndpoints(next handler, r *request) *reply {
	answer := struct {
		XMLName      xml.Name           `xml:"DeleteVpcEndpointsResponse"`
		ID           string             `xml:"requestId"`
		Unsuccessful []unsuccessfulItem `xml:"unsuccessful>item"`
	}{ID: requestID()}
	for _, id := range r.list("VpcEndpointId") {
		e := a.standing(r, id)
		switch {
		case e == nil:
			answer.Unsuccessful = append(answer.Unsuccessful, unsuccessfulItem{
				ID: id, Code: "InvalidVpcEndpointId.NotFound", Message: "The Vpc Endpoint Id '" + id + "' does not exist",
			})
			continue
		case e.State == "deleting":
			continue
		case e.Type == "Interface":
			var done struct{}
			if failed := r.ask(next, &done, "DeleteVpcEndpoints", "VpcEndpointId.1", id); failed != nil {
				return failed
			}
		default:
			if failed := route(next, r, e, nil); failed != nil {
				return failed
			}
		}
		e.State, e.left = "deleting", a.readsFor(r)
	}
	return r.succeedXML(answer)
}

// deleteSecurityGroup follows https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteSecurityGroup.html: "If you attempt to
// delete a security group that is associated with an instance or network interface, … the operation fails with DependencyViolation."
// An endpoint has its network interfaces until it is gone.
func (a *AWS) deleteSecurityGroup(next handler, r *request) *reply {
	group := r.form.Get("GroupId")
	for id := range a.account.endpoints.byID {
		if e := a.standing(r, id); e != nil && slices.Contains(e.Groups, endpointGroup{group}) {
			a.look(r, e)
			return r.fail(http.StatusBadRequest, "DependencyViolation", "resource "+group+" has a dependent object")
		}
	}
	return next(r)
}
