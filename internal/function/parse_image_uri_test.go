// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package function_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/ecrx/terraform-provider-ecrx/internal/function"
)

func TestParseImageURI(t *testing.T) {
	t.Parallel()
	const digest = "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
	for name, tc := range map[string]struct {
		uri  string
		want map[string]attr.Value
	}{
		"tag": {
			"111111111111.dkr.ecr-fips.us-gov-west-1.amazonaws.com/team/app:1.2.3",
			map[string]attr.Value{
				"host":           str("111111111111.dkr.ecr-fips.us-gov-west-1.amazonaws.com"),
				"registry_id":    str("111111111111"),
				"region":         str("us-gov-west-1"),
				"partition":      str("aws-us-gov"),
				"dns_suffix":     str("amazonaws.com"),
				"fips":           types.BoolValue(true),
				"dual_stack":     types.BoolValue(false),
				"repository":     str("team/app"),
				"repository_arn": str("arn:aws-us-gov:ecr:us-gov-west-1:111111111111:repository/team/app"),
				"tag":            str("1.2.3"),
				"digest":         types.StringNull(),
			},
		},
		"digest": {
			"222222222222.dkr-ecr.cn-north-1.on.amazonwebservices.com.cn/app@" + digest,
			map[string]attr.Value{
				"host":           str("222222222222.dkr-ecr.cn-north-1.on.amazonwebservices.com.cn"),
				"registry_id":    str("222222222222"),
				"region":         str("cn-north-1"),
				"partition":      str("aws-cn"),
				"dns_suffix":     str("on.amazonwebservices.com.cn"),
				"fips":           types.BoolValue(false),
				"dual_stack":     types.BoolValue(true),
				"repository":     str("app"),
				"repository_arn": str("arn:aws-cn:ecr:cn-north-1:222222222222:repository/app"),
				"tag":            types.StringNull(),
				"digest":         str(digest),
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := run(t, function.NewParseImageURI(), str(tc.uri))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tc.want, got.(types.Object).Attributes()); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestParseImageURIError(t *testing.T) {
	t.Parallel()
	_, err := run(t, function.NewParseImageURI(), str("https://111111111111.dkr.ecr.eu-west-1.amazonaws.com/app"))
	wantError(t, err, 0, `write "111111111111.dkr.ecr.eu-west-1.amazonaws.com/app"`)
}
