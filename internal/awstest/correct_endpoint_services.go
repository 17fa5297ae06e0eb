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

// EndpointZones makes a service whose name ends in suffix, such as "ecr.dkr", offer its interface endpoints in these zones alone.
func EndpointZones(suffix string, zones ...string) Option {
	return func(s *settings) {
		if s.endpointZones == nil {
			s.endpointZones = map[string][]string{}
		}
		s.endpointZones[suffix] = zones
	}
}

// FewEndpointServices leaves of the services those whose names end in one of the suffixes: SDKs take long to read all of them.
func FewEndpointServices(suffixes ...string) Option {
	return func(s *settings) { s.endpointServices = suffixes }
}

// endpointServices are moto's services, corrected, by Region. They don't change, and moto takes long to list them.
type endpointServices struct {
	mu       sync.Mutex
	byRegion map[string][]endpointService
}

type endpointService struct {
	Name  string `xml:"serviceName"`
	ID    string `xml:"serviceId"`
	Types []struct {
		Name string `xml:"serviceType"`
	} `xml:"serviceType>item"`
	Zones          []string `xml:"availabilityZoneSet>item"`
	Owner          string   `xml:"owner"`
	BaseNames      []string `xml:"baseEndpointDnsNameSet>item"`
	PrivateName    string   `xml:"privateDnsName,omitempty"`
	TakesPolicy    bool     `xml:"vpcEndpointPolicySupported"`
	IPAddressTypes []string `xml:"supportedIpAddressTypeSet>item"`
}

type endpointServicesAnswer struct {
	XMLName  xml.Name          `xml:"DescribeVpcEndpointServicesResponse"`
	ID       string            `xml:"requestId"`
	Names    []string          `xml:"serviceNameSet>item"`
	Services []endpointService `xml:"serviceDetailSet>item"`
}

// correctEndpointServices gives the services what moto leaves out: IP address types, ECR's FIPS endpoints in the US, the names
// in China; and takes the private DNS name from gateways, which have none. It knows no filters.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ServiceDetail.html: "supportedIpAddressTypeSet: The supported IP
// address types.";
// https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html: "com.amazonaws.region.ecr-fips.dkr",
// "com.amazonaws.region.ecr-fips.api" and "Amazon ECR VPC endpoints support dual-stack (IPv4 and IPv6) connectivity.";
// https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-endpoints.html: "Gateway endpoints do not use AWS PrivateLink".
func (a *AWS) correctEndpointServices(next handler) handler {
	return func(r *request) *reply {
		if !r.is("ec2", "DescribeVpcEndpointServices") {
			return next(r)
		}
		all, failed := a.services(next, r)
		if failed != nil {
			return failed
		}
		answer := endpointServicesAnswer{ID: requestID()}
		asked := r.list("ServiceName")
		for _, service := range all {
			if len(asked) == 0 || slices.Contains(asked, service.Name) {
				answer.Names = append(answer.Names, service.Name)
				answer.Services = append(answer.Services, service)
			}
		}
		for _, name := range asked {
			if !slices.Contains(answer.Names, name) {
				return r.fail(http.StatusBadRequest, "InvalidServiceName", "The Vpc Endpoint Service '"+name+"' does not exist")
			}
		}
		answer.Names = slices.Compact(answer.Names)
		return r.succeedXML(answer)
	}
}

func (a *AWS) services(next handler, r *request) (services []endpointService, failed *reply) {
	known := &a.account.services
	known.mu.Lock()
	defer known.mu.Unlock()
	services, ok := known.byRegion[r.region]
	if !ok {
		var answer endpointServicesAnswer
		if failed := r.ask(next, &answer, "DescribeVpcEndpointServices"); failed != nil {
			return nil, failed
		}
		for _, service := range answer.Services {
			services = append(services, correctedService(service, r.region)...)
		}
		known.byRegion[r.region] = services
	}
	services = slices.DeleteFunc(slices.Clone(services), func(service endpointService) bool {
		return len(a.config.endpointServices) > 0 && !slices.ContainsFunc(a.config.endpointServices, func(suffix string) bool { return strings.HasSuffix(service.Name, "."+suffix) })
	})
	for i, service := range services {
		for suffix, zones := range a.config.endpointZones {
			if service.Types[0].Name == "Interface" && strings.HasSuffix(service.Name, "."+suffix) {
				services[i].Zones = zones
			}
		}
	}
	return services, nil
}

// correctedService gives a service and those that go with it.
func correctedService(service endpointService, region string) []endpointService {
	service.IPAddressTypes = []string{"ipv4"}
	if service.Types[0].Name == "Gateway" {
		service.PrivateName = ""
		return []endpointService{service}
	}
	if !strings.Contains(service.Name, region+".ecr.") {
		return []endpointService{service}
	}
	service.IPAddressTypes = []string{"ipv4", "ipv6"}
	switch {
	case strings.HasPrefix(region, "cn-"):
		service.Name = "cn." + service.Name
	case strings.HasPrefix(region, "us-"):
		fips := service
		fips.ID += "f1b5"
		fips.Name = strings.Replace(fips.Name, ".ecr.", ".ecr-fips.", 1)
		fips.PrivateName = strings.Replace(fips.PrivateName, "ecr.", "ecr-fips.", 1)
		fips.BaseNames = []string{strings.Replace(service.BaseNames[0], "ecr.", "ecr-fips.", 1)}
		return []endpointService{service, fips}
	}
	return []endpointService{service}
}
