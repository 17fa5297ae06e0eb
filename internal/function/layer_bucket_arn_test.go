// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package function_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ecrx/terraform-provider-ecrx/internal/function"
)

func TestLayerBucketARN(t *testing.T) {
	t.Parallel()
	got, err := run(t, function.NewLayerBucketARN(), str("us-gov-west-1"))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(str("arn:aws-us-gov:s3:::prod-us-gov-west-1-starport-layer-bucket/*"), got); diff != "" {
		t.Error(diff)
	}
}

func TestLayerBucketARNError(t *testing.T) {
	t.Parallel()
	_, err := run(t, function.NewLayerBucketARN(), str("Ireland"))
	wantError(t, err, 0, `"Ireland" is not an AWS Region`)
}
