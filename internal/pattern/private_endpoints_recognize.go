// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package pattern

import (
	"slices"
	"strings"

	"github.com/ecrx/terraform-provider-ecrx/internal/policy"
)

// RecognizePrivateEndpoints gives the arguments that a set of services could come from: the compute type with the most of them, first of all
// one that has no others. "codebuild" has the services of "ec2", which is given for both.
func RecognizePrivateEndpoints(services []string) PrivateEndpoints {
	var set PrivateEndpoints
	most := -1
	for _, name := range []string{"ec2", "fargate_1_3", "fargate", "eks_fargate", "eks", "ecs_ec2"} {
		own := PrivateEndpoints{Compute: []string{name}}.Services()
		others := missing(own, services)
		if fit := 2*(len(own)-len(others)) - 3*len(others); fit > most {
			most, set = fit, PrivateEndpoints{Compute: []string{name}, Include: missing(services, own), Exclude: others}
		}
	}
	if most < 0 {
		return PrivateEndpoints{Include: slices.Clone(services)}
	}
	return set
}

// RecognizeEndpointPolicy gives the input that a policy is the document of, and false when it is none's.
func RecognizeEndpointPolicy(text string) (EndpointPolicyInput, bool) {
	document, err := policy.Parse(text)
	if err != nil {
		return EndpointPolicyInput{}, false
	}
	var e EndpointPolicyInput
	for i := range document.Statements {
		s := &document.Statements[i]
		switch {
		case s.Effect == policy.Deny:
			e.ProtectFromDelete = s.Resources
		case strings.HasPrefix(s.Sid, "AllowLogin"):
			for _, c := range s.Conditions {
				if c.Key == "aws:PrincipalOrgID" {
					e.OrganizationIDs = c.Values
				} else {
					e.PrincipalARNs = c.Values
				}
			}
		case !slices.Equal(s.Resources, []string{"*"}):
			e.RepositoryARNs = s.Resources
		}
	}
	wanted := NormalizeEndpointPolicy(text)
	for _, access := range append([]string{""}, AccessNames()...) {
		if e.Access = access; NormalizeEndpointPolicy(EndpointPolicy(e).Canonical()) == wanted {
			return e, true
		}
	}
	return EndpointPolicyInput{}, false
}

// RecognizeLayerBucketPolicy gives the further buckets of a policy that lets the layers through and no other traffic, and false for any
// other one.
func RecognizeLayerBucketPolicy(text, region string) (additionalBucketARNs []string, minimal bool) {
	document, err := policy.Parse(text)
	if err != nil || len(document.Statements) != 1 {
		return nil, false
	}
	layers, err := LayerBucketARN(region)
	if err != nil {
		return nil, false
	}
	buckets := slices.DeleteFunc(slices.Clone(document.Statements[0].Resources), func(resource string) bool { return resource == layers })
	wanted, err := LayerBucketPolicy(region, buckets)
	return buckets, err == nil && policy.Equal(wanted, document)
}
