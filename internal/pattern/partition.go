// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package pattern

import (
	"regexp"
	"strings"
)

// Partition is a group of AWS Regions that share ARNs and host names.
type Partition struct {
	// Name is the second part of an ARN, such as "aws-cn".
	Name string
	// DNSSuffix ends the IPv4 host names of the partition's services, such as "amazonaws.com.cn".
	DNSSuffix string
	// DualStackDNSSuffix ends the IPv4 and IPv6 host names of its registries, such as "on.aws".
	DualStackDNSSuffix string
}

// regionForm is the form of every Region's name: us-east-1, us-gov-west-1, eusc-de-east-1.
var regionForm = regexp.MustCompile(`^[a-z]{2,4}(-[a-z]+)+-[0-9]{1,2}$`)

// commercialRegionForm is the form of the Regions of partition "aws". Their first letters grow with each new country,
// so they aren't listed.
var commercialRegionForm = regexp.MustCompile(`^[a-z]{2}-[a-z]+-[0-9]{1,2}$`)

// PartitionOfRegion gives the partition that a Region is in. ok is false when region hasn't the form of a Region of a
// partition that is known here. It follows the partitions file of the AWS SDKs.
func PartitionOfRegion(region string) (partition Partition, ok bool) {
	if !regionForm.MatchString(region) {
		return Partition{}, false
	}
	switch {
	case strings.HasPrefix(region, "cn-"):
		return Partition{"aws-cn", "amazonaws.com.cn", "on.amazonwebservices.com.cn"}, true
	case strings.HasPrefix(region, "us-gov-"):
		return Partition{"aws-us-gov", "amazonaws.com", "on.aws"}, true
	case strings.HasPrefix(region, "us-iso-"):
		return Partition{"aws-iso", "c2s.ic.gov", "on.aws.ic.gov"}, true
	case strings.HasPrefix(region, "us-isob-"):
		return Partition{"aws-iso-b", "sc2s.sgov.gov", "on.aws.scloud"}, true
	case strings.HasPrefix(region, "eu-isoe-"):
		return Partition{"aws-iso-e", "cloud.adc-e.uk", "on.cloud-aws.adc-e.uk"}, true
	case strings.HasPrefix(region, "us-isof-"):
		return Partition{"aws-iso-f", "csp.hci.ic.gov", "on.aws.hci.ic.gov"}, true
	case strings.HasPrefix(region, "eusc-"):
		return Partition{"aws-eusc", "amazonaws.eu", "on.amazonwebservices.eu"}, true
	case commercialRegionForm.MatchString(region):
		return Partition{"aws", "amazonaws.com", "on.aws"}, true
	default:
		return Partition{}, false
	}
}
