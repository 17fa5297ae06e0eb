// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package pattern

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/ecrx/terraform-provider-ecrx/internal/policy"
)

// LayerBucketARN gives the ARN of all objects in the layer bucket of a Region: the S3 bucket, owned by AWS, that ECR
// serves image layers from. A private network's S3 endpoint has to let s3:GetObject on it through. It fails when region
// isn't a Region. It follows "Minimum Amazon S3 bucket permissions for Amazon ECR" of the ECR User Guide.
func LayerBucketARN(region string) (string, error) {
	partition, ok := PartitionOfRegion(region)
	if !ok {
		return "", fmt.Errorf("%q is not an AWS Region: write its name, for example \"eu-west-1\"", region)
	}
	return fmt.Sprintf("arn:%s:s3:::prod-%s-starport-layer-bucket/*", partition.Name, region), nil
}

// bucketARN is the ARN of a bucket, or of objects in one. A name that begins with a wildcard would be everybody's bucket.
var bucketARN = regexp.MustCompile(`^arn:aws(-[a-z]+)*:s3:::[a-z0-9][a-z0-9.*?-]*(/[^$]*)?$`)

// LayerBucketPolicy builds the policy of an S3 gateway endpoint that lets a pull read its layers, and objects of further buckets.
// There are no conditions: a layer is asked for with a URL that ECR has signed, so the caller is ECR. It fails when region isn't
// a Region.
// https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html#ecr-minimum-s3-perms
func LayerBucketPolicy(region string, additionalBucketARNs []string) (policy.Document, error) {
	layers, err := LayerBucketARN(region)
	if err != nil {
		return policy.Document{}, err
	}
	resources := []string{layers}
	for _, bucket := range additionalBucketARNs {
		resources = append(resources, objectsOf(bucket))
	}
	return policy.New(policy.Statement{
		Sid: "Access-to-specific-bucket-only", Effect: policy.Allow, Principal: policy.Principal{Any: true},
		Actions: []string{getObject}, Resources: resources,
	}), nil
}

const getObject = "s3:GetObject"

// objectsOf gives the ARN of all objects for that of a bucket, and that of objects as it is: the action is on objects.
func objectsOf(bucketARN string) string {
	if strings.Contains(bucketARN, "/") {
		return bucketARN
	}
	return bucketARN + "/*"
}

// ValidateLayerBucketPolicy finds what is wrong in the ARNs of further buckets. Paths are "additional_bucket_arns".
func ValidateLayerBucketPolicy(additionalBucketARNs []string) []Problem {
	var v roleValidator
	for _, text := range additionalBucketARNs {
		if !bucketARN.MatchString(text) || notLatin.MatchString(text) {
			v.error("additional_bucket_arns", "Invalid bucket ARN", "%q is not the ARN of a bucket or of objects in one. Write it as in \"arn:aws:s3:::build-cache\" or \"arn:aws:s3:::build-cache/images/*\".", text)
		}
	}
	return v.problems
}
