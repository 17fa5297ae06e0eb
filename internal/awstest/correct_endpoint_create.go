// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package awstest

import (
	"encoding/json"
	"encoding/xml"
	"net/http"
	"net/url"
	"slices"
)

// creation is a CreateVpcEndpoint that succeeded.
type creation struct {
	parameters string
	endpoint   *endpoint
}

type createdEndpoint struct {
	XMLName  xml.Name  `xml:"CreateVpcEndpointResponse"`
	ID       string    `xml:"requestId"`
	Token    string    `xml:"clientToken,omitempty"`
	Endpoint *endpoint `xml:"vpcEndpoint"`
}

// createEndpoint follows https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-idempotency.html: "If you retry a request that
// completed successfully using the same client token and the same parameters, the retry succeeds without performing any further
// actions. If … one or more of the parameters are different, … the retry fails with an IdempotentParameterMismatch error."
// Its checks follow the API's page, https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateVpcEndpoint.html.
func (a *AWS) createEndpoint(next handler, r *request) *reply {
	token := r.form.Get("ClientToken")
	before, again := a.account.endpoints.created[r.region+"/"+token]
	if again && a.standing(r, before.endpoint.ID) != nil {
		if before.parameters != r.form.Encode() {
			return r.fail(http.StatusBadRequest, "IdempotentParameterMismatch",
				"Arguments on this idempotent request are inconsistent with arguments used in previous request(s).")
		}
		return created(r, before.endpoint)
	}
	e, failed := a.newEndpoint(next, r)
	if failed != nil {
		return failed
	}
	form := url.Values{}
	for name, values := range r.form {
		form[name] = values
	}
	form.Set("VpcEndpointType", e.Type) // without one moto has none
	answer := next(r.withForm(form))
	if answer == nil || answer.status != http.StatusOK {
		return answer
	}
	var made createdEndpoint
	if err := xml.Unmarshal(answer.body, &made); err != nil {
		return r.fail(http.StatusInternalServerError, "AwstestProxy", err.Error())
	}
	e.ID, e.Created, e.Owner, e.Tags = made.Endpoint.ID, made.Endpoint.Created, made.Endpoint.Owner, made.Endpoint.Tags
	a.account.endpoints.byID[e.ID] = e
	if token != "" {
		a.account.endpoints.created[r.region+"/"+token] = creation{parameters: r.form.Encode(), endpoint: e}
	}
	return created(r, e)
}

func created(r *request, e *endpoint) *reply {
	e.DNSNames = e.names()
	return r.succeedXML(createdEndpoint{ID: requestID(), Token: r.form.Get("ClientToken"), Endpoint: e})
}

// newEndpoint gives the endpoint that is asked for, or the refusal.
func (a *AWS) newEndpoint(next handler, r *request) (_ *endpoint, failed *reply) {
	e := &endpoint{
		Type: r.form.Get("VpcEndpointType"), VPC: r.form.Get("VpcId"), Service: r.form.Get("ServiceName"),
		State: "available", Policy: r.form.Get("PolicyDocument"), IPAddressType: r.form.Get("IpAddressType"), region: r.region,
	}
	if e.Type == "" {
		e.Type = "Gateway"
	}
	if e.IPAddressType == "" {
		e.IPAddressType = "ipv4"
	}
	if e.Policy == "" {
		e.Policy = e.defaultPolicy()
	}
	var services endpointServicesAnswer
	if failed := r.ask(next, &services, "DescribeVpcEndpointServices", "ServiceName.1", e.Service); failed != nil {
		return nil, failed
	}
	for _, service := range services.Services {
		if service.Types[0].Name == e.Type {
			e.service = service
		}
	}
	e.RouteTables = r.list("RouteTableId")
	if e.Type == "Interface" {
		e.State, e.left = "pending", a.readsFor(r)
		e.Subnets = r.list("SubnetId")
		e.PrivateDNS = r.form.Get("PrivateDnsEnabled") != "false"
		for _, group := range r.list("SecurityGroupId") {
			e.Groups = append(e.Groups, endpointGroup{group})
		}
	}
	for _, check := range a.checks(e.Type) {
		if failed := check(next, r, e); failed != nil {
			return nil, failed
		}
	}
	return e, nil
}

// checks are those of an endpoint that is wanted. They fill in what follows from it.
func (a *AWS) checks(kind string) []func(handler, *request, *endpoint) *reply {
	if kind == "Interface" {
		return []func(handler, *request, *endpoint) *reply{checkPolicy, checkSubnets, checkGroups, a.checkPrivateDNS}
	}
	return []func(handler, *request, *endpoint) *reply{checkPolicy, a.checkRouteTables}
}

// defaultPolicy is the one of the API page's examples.
func (e *endpoint) defaultPolicy() string {
	if e.Type == "Gateway" {
		return `{"Version":"2008-10-17","Statement":[{"Sid":"","Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}]}`
	}
	return "{\n  \"Statement\": [\n    {\n      \"Action\": \"*\",\n      \"Effect\": \"Allow\",\n      \"Principal\": \"*\",\n      \"Resource\": \"*\"\n    }\n  ]\n}"
}

// checkPolicy: "The policy must be in valid JSON format.".
func checkPolicy(_ handler, r *request, e *endpoint) *reply {
	if !json.Valid([]byte(e.Policy)) {
		return r.fail(http.StatusBadRequest, "InvalidPolicyDocument", "The policy document is not a valid JSON policy document.")
	}
	return nil
}

// checkSubnets follows https://docs.aws.amazon.com/vpc/latest/privatelink/create-interface-endpoint.html: "You can select one subnet
// per Availability Zone. You can't select multiple subnets from the same Availability Zone." The texts are those of
// https://github.com/terraform-aws-modules/terraform-aws-vpc/issues/451 and
// https://github.com/terraform-aws-modules/terraform-aws-vpc/issues/785.
func checkSubnets(next handler, r *request, e *endpoint) *reply {
	e.zones = map[string]string{}
	if len(e.Subnets) == 0 {
		return nil
	}
	var found struct {
		Subnets []struct {
			ID   string `xml:"subnetId"`
			Zone string `xml:"availabilityZone"`
		} `xml:"subnetSet>item"`
	}
	if failed := r.ask(next, &found, "DescribeSubnets", numbered("SubnetId", e.Subnets...)...); failed != nil {
		return failed
	}
	taken := map[string]bool{}
	for _, subnet := range found.Subnets {
		if !slices.Contains(e.service.Zones, subnet.Zone) {
			return r.fail(http.StatusBadRequest, "InvalidParameter",
				"The VPC endpoint service "+e.Service+" does not support the availability zone of the subnet: "+subnet.ID+".")
		}
		if taken[subnet.Zone] {
			return r.fail(http.StatusBadRequest, "DuplicateSubnetsInSameZone", "Found another VPC endpoint subnet in the availability zone of "+subnet.ID+
				". VPC endpoint subnets should be in different availability zones supported by the VPC endpoint service.")
		}
		taken[subnet.Zone] = true
		e.zones[subnet.ID] = subnet.Zone
	}
	return nil
}

// checkGroups: "The IDs of the security groups to associate with the endpoint network interfaces. If this parameter is not specified,
// we use the default security group for the VPC.".
func checkGroups(next handler, r *request, e *endpoint) *reply {
	var found struct {
		Groups []endpointGroup `xml:"securityGroupInfo>item"`
	}
	asked := filtered(map[string][]string{"vpc-id": {e.VPC}, "group-name": {"default"}})
	if len(e.Groups) > 0 {
		asked = numbered("GroupId", e.groups()...)
	}
	if failed := r.ask(next, &found, "DescribeSecurityGroups", asked...); failed != nil {
		return failed
	}
	e.Groups = found.Groups
	return nil
}
