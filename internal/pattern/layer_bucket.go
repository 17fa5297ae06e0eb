// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package pattern

import "fmt"

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
