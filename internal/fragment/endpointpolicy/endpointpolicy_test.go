// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package endpointpolicy_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/ecrx/terraform-provider-ecrx/internal/fragment/endpointpolicy"
	"github.com/ecrx/terraform-provider-ecrx/internal/pattern"
	"github.com/ecrx/terraform-provider-ecrx/internal/policy"
)

func set(values ...attr.Value) types.Set { return types.SetValueMust(types.StringType, values) }

func TestInput(t *testing.T) {
	t.Parallel()
	text, unknown, none := types.StringValue, types.StringUnknown(), types.SetNull(types.StringType)
	for name, tc := range map[string]struct {
		arguments endpointpolicy.Arguments
		want      pattern.EndpointPolicyInput
	}{
		"nothing": {endpointpolicy.Arguments{RepositoryARNs: none, PrincipalARNs: none, OrganizationIDs: none, ProtectFromDelete: none}, pattern.EndpointPolicyInput{}},
		"all": {
			endpointpolicy.Arguments{Access: text("push"), RepositoryARNs: set(text("b"), text("a")), PrincipalARNs: set(text("c")), OrganizationIDs: set(text("d")), ProtectFromDelete: set(text("e"))},
			pattern.EndpointPolicyInput{Access: "push", RepositoryARNs: []string{"a", "b"}, PrincipalARNs: []string{"c"}, OrganizationIDs: []string{"d"}, ProtectFromDelete: []string{"e"}},
		},
		"an unknown access": {
			endpointpolicy.Arguments{Access: unknown, RepositoryARNs: set(text("a")), PrincipalARNs: none, OrganizationIDs: none, ProtectFromDelete: none},
			pattern.EndpointPolicyInput{RepositoryARNs: []string{"a"}, Incomplete: true},
		},
		"an unknown set": {
			endpointpolicy.Arguments{RepositoryARNs: types.SetUnknown(types.StringType), PrincipalARNs: set(text("c")), OrganizationIDs: none, ProtectFromDelete: none},
			pattern.EndpointPolicyInput{PrincipalARNs: []string{"c"}, Incomplete: true},
		},
		"an unknown element": {
			endpointpolicy.Arguments{RepositoryARNs: none, PrincipalARNs: none, OrganizationIDs: none, ProtectFromDelete: set(text("e"), unknown)},
			pattern.EndpointPolicyInput{ProtectFromDelete: []string{"e"}, Incomplete: true},
		},
	} {
		if diff := cmp.Diff(tc.want, tc.arguments.Input()); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

func TestReport(t *testing.T) {
	t.Parallel()
	var diags diag.Diagnostics
	endpointpolicy.Report(&diags, []pattern.Problem{
		{Path: []string{"access"}, Severity: policy.SeverityError, Summary: "A", Detail: "a"},
		{Path: []string{"layer_bucket_policy"}, Severity: policy.SeverityWarning, Summary: "B", Detail: "b"},
	})
	var want diag.Diagnostics
	want.AddAttributeError(path.Root("access"), "A", "a")
	want.AddAttributeWarning(path.Root("layer_bucket_policy"), "B", "b")
	if !diags.Equal(want) {
		t.Errorf("got %v", diags)
	}
}
