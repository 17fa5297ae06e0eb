// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package function_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/ecrx/terraform-provider-ecrx/internal/function"
)

const pull = `{"Version":"2012-10-17","Statement":[{"Sid":"Pull","Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111111111111:root"},
	"Action":["ecr:BatchGetImage","ecr:GetDownloadUrlForLayer"]}]}`

func TestPolicyEquivalent(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		b    string
		want bool
	}{
		"other writing": {`{"Statement":{"Action":["ecr:getdownloadurlforlayer","ecr:BatchGetImage"],"Principal":{"AWS":["111111111111"]},
			"Effect":"Allow","Sid":"Pull"},"Version":"2012-10-17"}`, true},
		"other account": {`{"Version":"2012-10-17","Statement":[{"Sid":"Pull","Effect":"Allow","Principal":{"AWS":"222222222222"},
			"Action":["ecr:BatchGetImage","ecr:GetDownloadUrlForLayer"]}]}`, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := run(t, function.NewPolicyEquivalent(), str(pull), str(tc.b))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(types.BoolValue(tc.want), got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestPolicyEquivalentErrors(t *testing.T) {
	t.Parallel()
	_, err := run(t, function.NewPolicyEquivalent(), str("no policy"), str(pull))
	wantError(t, err, 0, "line 1, column 1")
	_, err = run(t, function.NewPolicyEquivalent(), str(pull), str("{\n\"Statement\": ]}"))
	wantError(t, err, 1, "line 2")
}
