// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package awsapi

// DNSSuffix gives a partition's DNS suffix, such as "amazonaws.com.cn" for "aws-cn"; "" for a partition that isn't known.
func DNSSuffix(partition string) string { return "" }

// PartitionOf gives the partition of a Region. known is false when no partition has a Region of that form.
func PartitionOf(region string) (partition string, known bool) { return "", false }

// ValidRegion says whether region has the form of a Region and belongs to a known partition.
func ValidRegion(region string) bool { return false }
