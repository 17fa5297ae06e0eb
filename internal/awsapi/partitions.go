// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package awsapi

import (
	"regexp"

	"github.com/aws/aws-sdk-go-v2/aws/arn"
	"github.com/hashicorp/aws-sdk-go-base/v2/endpoints"
)

var regionForm = regexp.MustCompile(`^[a-z]{2,4}(-[a-z]+)+-\d{1,2}$`)

// DNSSuffix gives a partition's DNS suffix, such as "amazonaws.com.cn" for "aws-cn"; "" for a partition that isn't known.
func DNSSuffix(partition string) string {
	for _, p := range endpoints.DefaultPartitions() {
		if p.ID() == partition {
			return p.DNSSuffix()
		}
	}
	return ""
}

// PartitionOfARN gives an ARN's partition, "" for what isn't an ARN.
func PartitionOfARN(text string) string {
	parsed, err := arn.Parse(text)
	if err != nil {
		return ""
	}
	return parsed.Partition
}

// AccountOfARN gives the account in an ARN, "" for what isn't an ARN.
func AccountOfARN(text string) string {
	parsed, err := arn.Parse(text)
	if err != nil {
		return ""
	}
	return parsed.AccountID
}

// PartitionOf gives the partition of a Region, also of one that is newer than this provider. known is false when no
// partition has Regions of that form.
// See https://docs.aws.amazon.com/whitepapers/latest/aws-fault-isolation-boundaries/partitions.html.
func PartitionOf(region string) (partition string, known bool) {
	p, known := endpoints.PartitionForRegion(endpoints.DefaultPartitions(), region)
	return p.ID(), known
}

// ListedRegion says whether region is one that AWS has, as far as this version of the provider knows: a newer Region isn't listed.
func ListedRegion(region string) bool {
	for _, partition := range endpoints.DefaultPartitions() {
		if _, listed := partition.Regions()[region]; listed {
			return true
		}
	}
	return false
}

// ValidRegion says whether region has the form of a Region, such as us-gov-west-1 or eusc-de-east-1, and belongs to a known
// partition.
func ValidRegion(region string) bool {
	_, known := PartitionOf(region)
	return known && regionForm.MatchString(region)
}
