// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package pattern

import (
	"regexp"
	"slices"
	"strings"
)

// serviceSuffix is what the name of an endpoint's service ends in, behind the Region.
var serviceSuffix = regexp.MustCompile(`^[a-z0-9]+([.-][a-z0-9]+)*$`)

// ValidatePrivateEndpoints finds what is wrong in the endpoints that are asked for. Each problem's path begins with the
// argument's name.
func ValidatePrivateEndpoints(p PrivateEndpoints) []Problem {
	var v roleValidator
	v.compute(p)
	v.endpointServices("include", p.Include)
	v.endpointServices("exclude", p.Exclude)
	if HasErrors(v.problems) {
		return v.problems // what the set holds isn't known then
	}
	own := p.computeServices()
	for _, service := range p.Include {
		switch {
		case slices.Contains(p.Exclude, service):
			v.error("include", "Endpoint both included and excluded", "%q is in include and in exclude. Remove it from one of them.", service)
		case slices.Contains(own, service):
			v.error("include", "Endpoint that is there anyway", "The compute types %s bring an endpoint for %q. Remove it from include.", quoted(p.Compute), service)
		case p.FIPS && slices.ContainsFunc(p.Services(), func(other string) bool { return fipsService(other) == service }):
			v.error("include", "Endpoint that is there anyway", "With fips the endpoint is for %q already. Remove it from include.", service)
		}
	}
	for _, service := range p.Exclude {
		if !slices.Contains(own, service) && !slices.Contains(p.Include, service) && !p.Incomplete {
			v.error("exclude", "Exclusion of nothing", "The compute types %s bring no endpoint for %q, so there is nothing to leave out. Remove it, or write one of %s.", quoted(p.Compute), service, quoted(sortedOnce(own)))
		}
	}
	v.ofLayerBucket(p)
	v.ofECR(p)
	v.problems = append(v.problems, ValidateEndpointPolicy(p.Policy)...)
	return v.problems
}

// ValidatePrivateEndpointsAt finds what can't be reached from where the endpoints are. Site fields that are empty aren't
// checked.
func ValidatePrivateEndpointsAt(p PrivateEndpoints, site Site) []Problem {
	var v roleValidator
	for _, bucket := range p.AdditionalBucketARNs {
		v.ofPartition("additional_bucket_arns", bucket, site)
	}
	return append(ValidateEndpointPolicyAt(p.Policy, site), v.problems...)
}

// compute looks at the compute types.
func (v *roleValidator) compute(p PrivateEndpoints) {
	known := ComputeTypes()
	for _, name := range p.Compute {
		if !slices.Contains(known, name) {
			v.error("compute", "Unknown compute type", "%q is not a compute type. Write one of %s.", name, quoted(known))
		}
	}
	if len(p.Compute) == 0 && !p.Incomplete {
		v.error("compute", "No compute type", "Say what runs in the subnets: one or several of %s.", quoted(known))
	}
}

// endpointServices looks at the names of services.
func (v *roleValidator) endpointServices(argument string, services []string) {
	for _, service := range services {
		parts := strings.Split(service, ".")
		region := slices.IndexFunc(parts, func(part string) bool { _, known := PartitionOfRegion(part); return known })
		switch {
		case region >= 0 && region < len(parts)-1:
			v.error(argument, "Whole name of a service", "%q is the whole name of a service, which differs from Region to Region. Write what it ends in: %q.", service, strings.Join(parts[region+1:], "."))
		case !serviceSuffix.MatchString(service):
			v.error(argument, "Invalid service", "%q is not what the name of an endpoint's service ends in. Write it as in \"secretsmanager\", \"ssmmessages\" or \"ecr.api\".", service)
		}
	}
}

// ofLayerBucket looks at the policy of the S3 gateway.
func (v *roleValidator) ofLayerBucket(p PrivateEndpoints) {
	const argument = "layer_bucket_policy"
	withoutS3 := !slices.Contains(p.Services(), s3) && !p.Incomplete
	switch p.LayerBucketPolicy {
	case "", LayerBucketFull:
		if len(p.AdditionalBucketARNs) > 0 && !p.Incomplete {
			v.error("additional_bucket_arns", "Buckets beside full access", "The S3 endpoint lets every bucket through. Remove additional_bucket_arns, or set layer_bucket_policy = %q.", LayerBucketMinimal)
		}
	case LayerBucketMinimal:
		if withoutS3 {
			v.error(argument, "Policy of no endpoint", "The set has no S3 endpoint, whose policy this is. Remove layer_bucket_policy, or take %q out of exclude.", s3)
			break
		}
		v.warn(argument, "Other S3 traffic is cut off", "Through the S3 endpoint the route tables reach the layers of ECR and the buckets of additional_bucket_arns, to read objects, and nothing else in S3: package mirrors, backups and applications stop. Use %q unless that is what you want.", LayerBucketFull)
	default:
		v.error(argument, "Unknown policy", "%q is not a policy of the S3 endpoint. Write %q or %q.", p.LayerBucketPolicy, LayerBucketFull, LayerBucketMinimal)
	}
	v.problems = append(v.problems, ValidateLayerBucketPolicy(p.AdditionalBucketARNs)...)
}

// ofECR reports a policy of ECR endpoints that aren't there.
func (v *roleValidator) ofECR(p PrivateEndpoints) {
	services := p.Services()
	if slices.Contains(services, ecrAPI) || slices.Contains(services, ecrDKR) || p.Incomplete {
		return
	}
	if argument := p.Policy.argument(); argument != "" {
		v.error(argument, "Policy of no endpoint", "The set has no ECR endpoint, whose policy this would be. Remove %s, or take %q and %q out of exclude.", argument, ecrAPI, ecrDKR)
	}
}
