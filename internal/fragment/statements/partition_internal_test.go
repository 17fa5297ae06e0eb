// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package statements

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/ecrx/terraform-provider-ecrx/internal/policy"
)

// A foreign statement that names an account by its id alone means an account of the repository's partition.
func TestEditKeepsAccountsInTheirPartition(t *testing.T) {
	t.Parallel()
	const live = `{"Version":"2012-10-17","Statement":{"Sid":"Other","Effect":"Allow","Principal":{"AWS":"333333333333"},"Action":"ecr:BatchGetImage"}}`
	own := policy.Statement{
		Sid: "Own", Effect: policy.Allow, Actions: []string{"ecr:BatchGetImage"},
		Principal: policy.Principal{AWS: []string{"arn:aws-cn:iam::222222222222:root"}},
	}
	got, err := Change{Desired: []policy.Statement{own}, partition: "aws-cn"}.edit(live, true)
	if want := `"arn:aws-cn:iam::333333333333:root"`; err != nil || !strings.Contains(got, want) {
		t.Errorf("got %s, %v, want one with %s", got, err, want)
	}
}

func TestExpectKnown(t *testing.T) {
	t.Parallel()
	region := types.StringValue("xx-new-1")
	var diags diag.Diagnostics
	ExpectKnown(types.StringValue("{}"), region, &diags)
	ExpectKnown(types.StringNull(), region, &diags)
	if diags.HasError() {
		t.Errorf("a known policy gives %v", diags)
	}
	ExpectKnown(types.StringUnknown(), region, &diags)
	ExpectKnown(types.StringUnknown(), region, &diags)
	if len(diags) != 1 || !strings.Contains(diags[0].Detail(), "xx-new-1") {
		t.Errorf("an unknown policy gives %v, want one error that names the Region", diags)
	}
}
