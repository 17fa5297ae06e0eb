// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package awstest_test

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/ecrx/terraform-provider-ecrx/internal/awstest"
)

func TestEndpointServices(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		region, service string
		kinds           string // with private DNS name and IP address types
	}{
		"ECR":         {"eu-west-1", "com.amazonaws.eu-west-1.ecr.dkr", "Interface *.dkr.ecr.eu-west-1.amazonaws.com ipv4+ipv6"},
		"S3":          {"eu-west-1", "com.amazonaws.eu-west-1.s3", "Interface s3.eu-west-1.amazonaws.com ipv4, Gateway  ipv4"},
		"ECR by FIPS": {"us-east-1", "com.amazonaws.us-east-1.ecr-fips.api", "Interface api.ecr-fips.us-east-1.amazonaws.com ipv4+ipv6"},
		"China":       {"cn-north-1", "cn.com.amazonaws.cn-north-1.ecr.api", "Interface api.ecr.cn-north-1.amazonaws.com ipv4+ipv6"},
		"S3 in China": {"cn-north-1", "com.amazonaws.cn-north-1.s3", "Interface s3.cn-north-1.amazonaws.com ipv4, Gateway  ipv4"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := awstest.New(t, awstest.InRegion(test.region))
			out, err := a.EC2().DescribeVpcEndpointServices(t.Context(), &ec2.DescribeVpcEndpointServicesInput{ServiceNames: []string{test.service}})
			if err != nil {
				t.Fatal(err)
			}
			var kinds []string
			for _, service := range out.ServiceDetails {
				kinds = append(kinds, describe(service))
			}
			if got := strings.Join(kinds, ", "); got != test.kinds || len(out.ServiceNames) != 1 {
				t.Errorf("%s, named %q, want %s", got, out.ServiceNames, test.kinds)
			}
		})
	}
}

func describe(service types.ServiceDetail) string {
	var ip []string
	for _, kind := range service.SupportedIpAddressTypes {
		ip = append(ip, string(kind))
	}
	return string(service.ServiceType[0].ServiceType) + " " + aws.ToString(service.PrivateDnsName) + " " + strings.Join(ip, "+")
}

func TestEndpointServicesOfSomeZones(t *testing.T) {
	t.Parallel()
	a := awstest.New(t, awstest.EndpointZones("ecr.api", "eu-west-1b"))
	out, err := a.EC2().DescribeVpcEndpointServices(t.Context(), &ec2.DescribeVpcEndpointServicesInput{})
	if err != nil {
		t.Fatal(err)
	}
	for _, service := range out.ServiceDetails {
		want := 3
		if *service.ServiceName == api {
			want = 1
		}
		if len(service.AvailabilityZones) != want || !*service.VpcEndpointPolicySupported && *service.ServiceName == api {
			t.Errorf("%s: %v", *service.ServiceName, service.AvailabilityZones)
		}
	}
	_, err = a.EC2().DescribeVpcEndpointServices(t.Context(), &ec2.DescribeVpcEndpointServicesInput{ServiceNames: []string{api, "x"}})
	wants(t, err, "InvalidServiceName", "'x'")
}
