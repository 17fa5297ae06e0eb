// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package awsapi

import (
	"context"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

// EndpointService is a service that endpoints can be made for. A service with two types, such as S3, is two of them.
type EndpointService struct {
	Name           string   // "com.amazonaws.eu-west-1.ecr.api"
	Type           string   // "Interface", "Gateway" and the like
	Zones          []string // where interface endpoints can be: "eu-west-1a"
	PrivateDNSName string   // "*.dkr.ecr.eu-west-1.amazonaws.com"; "": none
	IPAddressTypes []string // "ipv4", "ipv6"; both together make "dualstack" possible
	TakesPolicy    bool     // an endpoint policy
}

// EndpointServices gives the services of a Region. EC2 is asked once per Region and instance; a failure isn't remembered.
// See https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeVpcEndpointServices.html.
func (c *Clients) EndpointServices(ctx context.Context, region string) ([]EndpointService, error) {
	region, err := c.regionOf(region)
	if err != nil {
		return nil, err
	}
	return c.services.get(ctx, region, func(ctx context.Context) ([]EndpointService, error) {
		return c.describeEndpointServices(ctx, region)
	})
}

func (c *Clients) describeEndpointServices(ctx context.Context, region string) ([]EndpointService, error) {
	details, err := allPages(func(token *string) (page []types.ServiceDetail, next *string, err error) {
		err = c.ec2Call(ctx, region, func(client *ec2.Client) error {
			out, err := client.DescribeVpcEndpointServices(ctx, &ec2.DescribeVpcEndpointServicesInput{NextToken: token})
			if err == nil {
				page, next = out.ServiceDetails, out.NextToken
			}
			return err
		})
		return page, next, err
	})
	var services []EndpointService
	for _, detail := range details {
		service := EndpointService{
			Name:           aws.ToString(detail.ServiceName),
			Zones:          slices.Sorted(slices.Values(detail.AvailabilityZones)),
			PrivateDNSName: aws.ToString(detail.PrivateDnsName),
			TakesPolicy:    aws.ToBool(detail.VpcEndpointPolicySupported),
		}
		for _, kind := range detail.SupportedIpAddressTypes {
			service.IPAddressTypes = append(service.IPAddressTypes, string(kind))
		}
		slices.Sort(service.IPAddressTypes)
		for _, kind := range detail.ServiceType {
			service.Type = string(kind.ServiceType)
			services = append(services, service)
		}
	}
	return services, err
}
