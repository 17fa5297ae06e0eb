// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package pattern

import (
	"slices"
	"strings"

	"github.com/ecrx/terraform-provider-ecrx/internal/authz"
	"github.com/ecrx/terraform-provider-ecrx/internal/policy"
)

// ProveLayerBucketPolicy evaluates a document as the policy of an S3 gateway endpoint, as LayerBucketPolicy is to be: ECR's signed
// requests for layers of the site's Region pass, and so does reading the objects of the further buckets; nothing else in S3 does,
// by whomever. The site's partition and Region must be known.
//
// Paths are "additional_bucket_arns", or none where the document as a whole is at fault.
func ProveLayerBucketPolicy(additionalBucketARNs []string, document policy.Document, site Site) []Problem {
	p := newGatewayProver(document, site)
	layers, _ := LayerBucketARN(site.Region)
	p.through("", p.signer(), concrete(layers))
	wanted := []string{layers}
	for _, bucket := range additionalBucketARNs {
		objects := objectsOf(bucket)
		wanted = append(wanted, objects)
		p.through("additional_bucket_arns", p.own(), concrete(objects))
	}
	for _, pattern := range wanted {
		object := concrete(pattern)
		bucket, key, _ := strings.Cut(object, "/")
		for _, other := range []string{bucket + "-stranger/" + key, bucket + "/stranger", strings.Replace(object, ":::", ":::stranger-", 1)} {
			if !slices.ContainsFunc(wanted, func(pattern string) bool { return fits(pattern, other) }) {
				p.stopped(getObject, other)
			}
		}
		for _, action := range []string{"s3:PutObject", "s3:DeleteObject"} {
			p.stopped(action, object)
		}
		p.stopped("s3:ListBucket", bucket)
	}
	return p.problems
}

// gatewayProver asks what the policy of a gateway endpoint does, where all else allows.
type gatewayProver struct {
	site     Site
	layers   authz.Layers
	problems []Problem
}

func newGatewayProver(document policy.Document, site Site) *gatewayProver {
	return &gatewayProver{site: assumed(site), layers: authz.Layers{
		Identity:   []*authz.Policy{authz.AssumedToAllow("identity policies")},
		Repository: []*authz.Policy{authz.Compile(allElse, policy.New(everything("")))},
		Gateway:    []*authz.Policy{authz.Compile("layer bucket policy", document)},
	}}
}

// signer is ECR, which signs the requests for layers: a principal of AWS's, whose account and name nobody knows.
func (p *gatewayProver) signer() authz.Caller {
	return authz.Caller{Principal: "arn:" + p.site.Partition + ":iam::000000000000:role/" + somebody, SourceVPCE: authz.UnknownValue}
}

// own is a workload in the subnets.
func (p *gatewayProver) own() authz.Caller {
	return authz.Caller{Principal: "arn:" + p.site.Partition + ":iam::" + p.site.AccountID + ":role/" + somebody, OrganizationPath: authz.UnknownValue, SourceVPCE: authz.UnknownValue}
}

// through proves that an object can be read.
func (p *gatewayProver) through(argument string, who authz.Caller, object string) {
	access := who.Access([]string{getObject}, authz.Repository{ARN: object, OrganizationPath: authz.UnknownValue}, p.layers)
	if denied, reasons := certain(access); len(denied) > 0 {
		p.report(argument, "Layer bucket policy that stops what it is for", "The S3 endpoint doesn't let "+object+" be read:"+bullets(lookedAt(reasons)))
	}
}

// stopped proves that nobody can do the action.
func (p *gatewayProver) stopped(action, on string) {
	for _, who := range []authz.Caller{p.signer(), p.own()} {
		if who.DecideAccess([]string{action}, authz.Repository{ARN: on, OrganizationPath: authz.UnknownValue}, &p.layers) == authz.Allowed {
			p.report("", "Layer bucket policy that lets more through", "The S3 endpoint lets "+action+" on "+on+" through. Take out what allows it.")
			return
		}
	}
}

func (p *gatewayProver) report(argument, summary, detail string) {
	problem := Problem{Severity: policy.SeverityError, Summary: summary, Detail: detail}
	if argument != "" {
		problem.Path = []string{argument}
	}
	p.problems = append(p.problems, problem)
}
