// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package pattern

import (
	"slices"
	"strings"

	"github.com/ecrx/terraform-provider-ecrx/internal/policy"
)

// The services that images are pulled through, by what their names end in. Layers come from S3.
const (
	ecrAPI = "ecr.api"
	ecrDKR = "ecr.dkr"
	s3     = "s3"
)

// LayerService is the service that image layers come from: Amazon S3.
const LayerService = s3

// Endpoint types, as EC2 writes them.
const (
	EndpointInterface = "Interface"
	EndpointGateway   = "Gateway"
)

// Policies of the S3 gateway endpoint.
const (
	// LayerBucketFull lets all of S3 through.
	LayerBucketFull = "full"
	// LayerBucketMinimal lets through what a pull needs, and no other S3 traffic of the route tables.
	LayerBucketMinimal = "minimal"
)

// computeType is what runs in the subnets, with the services that it reaches through endpoints.
type computeType struct {
	name     string
	services []string
}

// computeTypes follow the pages of ECR, ECS and EKS on private networks. Tasks on Fargate platform 1.3 log in and pull by
// the Docker API alone; agents on EC2 need all three endpoints of ECS, or they use the public ones. CloudWatch Logs is there
// because tasks and Pods write their logs to it.
//
// https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html
// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/vpc-endpoints.html
// https://docs.aws.amazon.com/eks/latest/userguide/private-clusters.html
var computeTypes = []computeType{
	{"fargate", []string{ecrAPI, ecrDKR, s3, "logs"}},
	{"fargate_1_3", []string{ecrDKR, s3, "logs"}},
	{"ecs_ec2", []string{ecrAPI, ecrDKR, s3, "logs", "ecs", "ecs-agent", "ecs-telemetry"}},
	{"eks", []string{ecrAPI, ecrDKR, s3, "logs", "sts", "ec2"}},
	{"eks_fargate", []string{ecrAPI, ecrDKR, s3, "logs", "sts"}},
	{"ec2", []string{ecrAPI, ecrDKR, s3}},
	{"codebuild", []string{ecrAPI, ecrDKR, s3}},
}

// ComputeTypes lists the compute types, as the documentation shows them.
func ComputeTypes() []string {
	names := make([]string, len(computeTypes))
	for i, c := range computeTypes {
		names[i] = c.name
	}
	return names
}

// PrivateEndpoints says what a VPC reaches without the internet.
type PrivateEndpoints struct {
	// Compute are the compute types that run in the subnets. Each brings its services.
	Compute []string
	// Include are further services, Exclude those that are left out, by what their names end in: "secretsmanager", "logs".
	Include, Exclude []string
	// FIPS asks for the endpoints with FIPS 140-3 cryptography, where AWS has them.
	FIPS bool
	// Policy is that of both ECR endpoints.
	Policy EndpointPolicyInput
	// LayerBucketPolicy is LayerBucketFull, for which "" stands, or LayerBucketMinimal. AdditionalBucketARNs go with the latter.
	LayerBucketPolicy    string
	AdditionalBucketARNs []string

	// Incomplete says that some of the values aren't known yet, so that what is missing isn't reported.
	Incomplete bool
}

// Services gives the services of the endpoints by what their names end in, sorted: those of every compute type, each once, and
// the included ones, without the excluded ones. An endpoint that two sets share is in both, so that going from one compute
// type to another touches the difference alone.
func (p PrivateEndpoints) Services() []string {
	return slices.DeleteFunc(sortedOnce(slices.Concat(p.computeServices(), p.Include)), func(service string) bool {
		return slices.Contains(p.Exclude, service)
	})
}

func (p PrivateEndpoints) computeServices() []string {
	var services []string
	for _, c := range computeTypes {
		if slices.Contains(p.Compute, c.name) {
			services = append(services, c.services...)
		}
	}
	return services
}

// Fargate reports whether tasks or Pods on AWS Fargate are among what runs in the subnets. They log in through a network of Fargate's.
func (p PrivateEndpoints) Fargate() bool {
	return slices.ContainsFunc(p.Compute, func(name string) bool { return strings.Contains(name, "fargate") })
}

// Mixed reports whether something else than Fargate runs in the subnets, too.
func (p PrivateEndpoints) Mixed() bool {
	return p.Fargate() && slices.ContainsFunc(p.Compute, func(name string) bool { return !strings.Contains(name, "fargate") })
}

// EndpointType gives the type of endpoint that a service gets: S3 is a gateway, which costs nothing and which ECR's layers are
// served through, all others are interfaces.
// https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-endpoints.html
func EndpointType(service string) string {
	if service == s3 {
		return EndpointGateway
	}
	return EndpointInterface
}

// IsECR reports whether a service is one of Amazon ECR's two.
func IsECR(service string) bool { return service == ecrAPI || service == ecrDKR }

// PolicyDocument gives the policy of one of the endpoints: one document for both of ECR, as AWS advises, that of the layer
// bucket for S3, and full access for all others. It fails when region isn't a Region. The input must be valid.
func (p PrivateEndpoints) PolicyDocument(service, region string) (policy.Document, error) {
	switch {
	case IsECR(service):
		return EndpointPolicy(p.Policy), nil
	case service == s3 && p.LayerBucketPolicy == LayerBucketMinimal:
		return LayerBucketPolicy(region, p.AdditionalBucketARNs)
	default:
		return FullAccessEndpointPolicy(), nil
	}
}
