// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package pattern_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ecrx/terraform-provider-ecrx/internal/pattern"
)

func TestPartitionOfRegion(t *testing.T) {
	t.Parallel()
	for region, want := range map[string]pattern.Partition{
		"eu-west-1":       {Name: "aws", DNSSuffix: "amazonaws.com", DualStackDNSSuffix: "on.aws"},
		"mx-central-1":    {Name: "aws", DNSSuffix: "amazonaws.com", DualStackDNSSuffix: "on.aws"},
		"ap-southeast-10": {Name: "aws", DNSSuffix: "amazonaws.com", DualStackDNSSuffix: "on.aws"},
		"cn-northwest-1":  {Name: "aws-cn", DNSSuffix: "amazonaws.com.cn", DualStackDNSSuffix: "on.amazonwebservices.com.cn"},
		"us-gov-west-1":   {Name: "aws-us-gov", DNSSuffix: "amazonaws.com", DualStackDNSSuffix: "on.aws"},
		"us-iso-east-1":   {Name: "aws-iso", DNSSuffix: "c2s.ic.gov", DualStackDNSSuffix: "on.aws.ic.gov"},
		"us-isob-east-1":  {Name: "aws-iso-b", DNSSuffix: "sc2s.sgov.gov", DualStackDNSSuffix: "on.aws.scloud"},
		"eu-isoe-west-1":  {Name: "aws-iso-e", DNSSuffix: "cloud.adc-e.uk", DualStackDNSSuffix: "on.cloud-aws.adc-e.uk"},
		"us-isof-south-1": {Name: "aws-iso-f", DNSSuffix: "csp.hci.ic.gov", DualStackDNSSuffix: "on.aws.hci.ic.gov"},
		"eusc-de-east-1":  {Name: "aws-eusc", DNSSuffix: "amazonaws.eu", DualStackDNSSuffix: "on.amazonwebservices.eu"},
	} {
		t.Run(region, func(t *testing.T) {
			t.Parallel()
			got, ok := pattern.PartitionOfRegion(region)
			if !ok {
				t.Fatal("unknown")
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestPartitionOfRegionUnknown(t *testing.T) {
	t.Parallel()
	for _, region := range []string{"", "eu-west", "eu-west-1a", "us-west-100", "eu_west_1", "EU-WEST-1", "us-moon-east-1", "aws-global", "cn-"} {
		if got, ok := pattern.PartitionOfRegion(region); ok {
			t.Errorf("%q: got %v, want unknown", region, got)
		}
	}
}
