// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package pattern_test

import (
	"strings"
	"testing"

	"github.com/ecrx/terraform-provider-ecrx/internal/pattern"
)

func TestLayerBucketARN(t *testing.T) {
	t.Parallel()
	for region, want := range map[string]string{
		"eu-west-1":     "arn:aws:s3:::prod-eu-west-1-starport-layer-bucket/*",
		"cn-north-1":    "arn:aws-cn:s3:::prod-cn-north-1-starport-layer-bucket/*",
		"us-gov-east-1": "arn:aws-us-gov:s3:::prod-us-gov-east-1-starport-layer-bucket/*",
	} {
		got, err := pattern.LayerBucketARN(region)
		if err != nil || got != want {
			t.Errorf("%s: got %q, %v; want %q", region, got, err, want)
		}
	}
}

func TestLayerBucketARNOfNoRegion(t *testing.T) {
	t.Parallel()
	_, err := pattern.LayerBucketARN("Ireland")
	if err == nil || !strings.Contains(err.Error(), `"Ireland" is not an AWS Region`) {
		t.Errorf("got %v", err)
	}
}
