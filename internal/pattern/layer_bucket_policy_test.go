// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package pattern_test

import (
	"strings"
	"testing"

	"github.com/ecrx/terraform-provider-ecrx/internal/pattern"
	"github.com/ecrx/terraform-provider-ecrx/internal/policy"
)

var moreBuckets = []string{"arn:aws:s3:::build-cache", "arn:aws:s3:::al2023-repos-eu-west-1-*/*", "arn:aws:s3:::shared/images/*"}

func layerBucket(t *testing.T, region string, additional ...string) policy.Document {
	t.Helper()
	document, err := pattern.LayerBucketPolicy(region, additional)
	if err != nil {
		t.Fatal(err)
	}
	return document
}

// TestLayerBucketPolicyGolden writes the documents, which AWS would take, and which do what they say.
func TestLayerBucketPolicyGolden(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		site       pattern.Site
		additional []string
	}{
		"minimal":     {ireland(), nil},
		"more":        {ireland(), moreBuckets},
		"china":       {pattern.Site{Partition: "aws-cn", Region: "cn-north-1"}, []string{"arn:aws-cn:s3:::build-cache"}},
		"us-gov-west": {pattern.Site{Partition: "aws-us-gov", Region: "us-gov-west-1"}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			document := layerBucket(t, tc.site.Region, tc.additional...)
			golden(t, "endpoints/layer-bucket-"+name, document.Pretty())
			finds(t, pattern.ValidateLayerBucketPolicy(tc.additional))
			if found := policy.Findings(document, policy.KindEndpoint); len(found) > 0 {
				t.Error(found)
			}
			finds(t, pattern.ProveLayerBucketPolicy(tc.additional, document, tc.site))
		})
	}
	if _, err := pattern.LayerBucketPolicy("Ireland", nil); err == nil || !strings.Contains(err.Error(), "is not an AWS Region") {
		t.Errorf("got %v", err)
	}
}

func TestProveLayerBucketPolicyTampered(t *testing.T) {
	t.Parallel()
	const stops, more = "Layer bucket policy that stops what it is for: The S3 endpoint doesn't let ", "error : Layer bucket policy that lets more through: The S3 endpoint lets "
	const layers = "arn:aws:s3:::prod-eu-west-1-starport-layer-bucket/*"
	resources := func(arns ...string) func(*policy.Statement) {
		return func(s *policy.Statement) { s.Resources = arns }
	}
	for name, tc := range map[string]struct {
		additional []string
		tamper     func(*policy.Statement)
		found      []string
	}{
		"another Region's": {nil, resources("arn:aws:s3:::prod-us-east-1-starport-layer-bucket/*"), []string{"error : " + stops + "arn:aws:s3:::prod-eu-west-1-starport-layer-bucket/somebody be read:"}},
		"the manifests'":   {nil, resources("arn:aws:s3:::eu-west-1-starport-manifest-bucket/*"), []string{"error : " + stops}},
		"by one's own principals": {nil, func(s *policy.Statement) {
			s.Conditions = []policy.Condition{condition("StringEquals", "aws:PrincipalAccount", "111111111111")}
		}, []string{"error : " + stops}},
		"by the account":       {nil, func(s *policy.Statement) { s.Principal = policy.Principal{AWS: []string{"111111111111"}} }, []string{"error : " + stops}},
		"one of the buckets":   {moreBuckets, resources(layers, "arn:aws:s3:::build-cache/*"), []string{"error additional_bucket_arns: " + stops + "arn:aws:s3:::shared/images/somebody be read:"}},
		"the bucket's own ARN": {[]string{"arn:aws:s3:::build-cache"}, resources(layers, "arn:aws:s3:::build-cache"), []string{"error additional_bucket_arns: " + stops + "arn:aws:s3:::build-cache/somebody be read:"}},
		"the buckets, by strangers": {[]string{"arn:aws:s3:::build-cache"}, func(s *policy.Statement) {
			s.Conditions = []policy.Condition{condition("StringEquals", "aws:PrincipalAccount", "000000000000")}
		}, []string{"error additional_bucket_arns: " + stops + "arn:aws:s3:::build-cache/somebody be read:"}},
		"buckets that begin so": {nil, resources("arn:aws:s3:::prod-eu-west-1-starport-layer-bucket*"), []string{more + "s3:GetObject on arn:aws:s3:::prod-eu-west-1-starport-layer-bucket-stranger/somebody through."}},
		"buckets that end so":   {nil, resources("arn:aws:s3:::*prod-eu-west-1-starport-layer-bucket/*"), []string{more + "s3:GetObject on arn:aws:s3:::stranger-prod-eu-west-1-starport-layer-bucket/somebody through."}},
		"all of a bucket":       {[]string{"arn:aws:s3:::shared/images/*"}, resources(layers, "arn:aws:s3:::shared/*"), []string{more + "s3:GetObject on arn:aws:s3:::shared/stranger through."}},
		"writing":               {nil, func(s *policy.Statement) { s.Actions = append(s.Actions, "s3:PutObject") }, []string{more + "s3:PutObject on "}},
		"deleting":              {nil, func(s *policy.Statement) { s.Actions = append(s.Actions, "s3:DeleteObject") }, []string{more + "s3:DeleteObject on "}},
		"listing": {nil, func(s *policy.Statement) {
			s.Actions, s.Resources = append(s.Actions, "s3:ListBucket"), []string{layers, "arn:aws:s3:::prod-eu-west-1-starport-layer-bucket"}
		}, []string{more + "s3:ListBucket on arn:aws:s3:::prod-eu-west-1-starport-layer-bucket through."}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			document := layerBucket(t, "eu-west-1", tc.additional...)
			tc.tamper(&document.Statements[0])
			finds(t, pattern.ProveLayerBucketPolicy(tc.additional, document, ireland()), tc.found...)
		})
	}
	finds(t, pattern.ProveLayerBucketPolicy(nil, pattern.FullAccessEndpointPolicy(), ireland()), more)
	for _, account := range []string{"111111111111", "000000000000"} { // the workload's own, and the one that signs
		document := layerBucket(t, "eu-west-1")
		document.Statements = append(document.Statements, policy.Statement{
			Effect: policy.Allow, Principal: policy.Principal{Any: true}, Actions: []string{"s3:PutObject"}, Resources: []string{layers},
			Conditions: []policy.Condition{condition("StringEquals", "aws:PrincipalAccount", account)},
		})
		finds(t, pattern.ProveLayerBucketPolicy(nil, document, ireland()), more+"s3:PutObject on ")
	}
}

func TestValidateLayerBucketPolicy(t *testing.T) {
	t.Parallel()
	const invalid = "error additional_bucket_arns: Invalid bucket ARN: "
	for text, found := range map[string]string{
		"arn:aws:s3:::build-cache":             "",
		"arn:aws-us-gov:s3:::build.cache-1/a*": "",
		"build-cache":                          invalid + `"build-cache" is not the ARN of a bucket or of objects in one. Write it as in "arn:aws:s3:::build-cache" or "arn:aws:s3:::build-cache/images/*".`,
		"arn:aws:s3:eu-west-1::build-cache":    invalid,
		"arn:aws:s3:::Build_Cache":             invalid,
		"arn:aws:s3:::cache/${aws:username}":   invalid,
		"arn:aws:s3:::cache/画像":                invalid,
		"arn:aws:sqs:::cache":                  invalid,
		"arn:aws:s3:::*":                       invalid,
		"arn:aws:s3:::a*":                      "",
		"*":                                    invalid,
	} {
		if found == "" {
			finds(t, pattern.ValidateLayerBucketPolicy([]string{text}))
		} else {
			finds(t, pattern.ValidateLayerBucketPolicy([]string{text}), found)
		}
	}
}
