// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package lockdown_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/ecrx/terraform-provider-ecrx/internal/fragment/lockdown"
	"github.com/ecrx/terraform-provider-ecrx/internal/pattern"
	"github.com/ecrx/terraform-provider-ecrx/internal/policy"
)

// managed gives a value of a resource's argument lockdown, the absent attributes null.
func managed(t *testing.T, set map[string]attr.Value) types.Object {
	t.Helper()
	values := map[string]attr.Value{}
	for name, kind := range inlineTypes(t) {
		switch kind {
		case types.StringType:
			values[name] = types.StringNull()
		case types.BoolType:
			values[name] = types.BoolNull()
		default:
			values[name] = types.SetNull(types.StringType)
		}
	}
	for name, value := range set {
		if _, ok := values[name]; !ok {
			t.Fatalf("no argument %s", name)
		}
		values[name] = value
	}
	return types.ObjectValueMust(inlineTypes(t), values)
}

func inlineTypes(t *testing.T) map[string]attr.Type {
	t.Helper()
	object, ok := lockdown.ResourceInline().GetType().(types.ObjectType)
	if !ok {
		t.Fatal("the argument isn't an object")
	}
	return object.AttrTypes
}

// TestReadInline reads what only a resource has, and gives it back as it was.
func TestReadInline(t *testing.T) {
	t.Parallel()
	off := false
	for name, tc := range map[string]struct {
		set  map[string]attr.Value
		want pattern.Lockdown
	}{
		"nothing": {nil, pattern.Lockdown{}},
		"names":   {map[string]attr.Value{"exempt_role_names": set("b", "a")}, pattern.Lockdown{ExemptRoleNames: []string{"a", "b"}}},
		"caller":  {map[string]attr.Value{"exempt_caller": types.BoolValue(true), "caller_arn": types.StringUnknown()}, pattern.Lockdown{ExemptCaller: true}},
		"neither": {map[string]attr.Value{"exempt_caller": types.BoolValue(false), "exempt_grants": types.BoolValue(false)}, pattern.Lockdown{ExemptGrants: &off}},
		"names, later": {
			map[string]attr.Value{"exempt_role_names": types.SetUnknown(types.StringType)}, pattern.Lockdown{Incomplete: true},
		},
		"a name, later": {
			map[string]attr.Value{"exempt_role_names": types.SetValueMust(types.StringType, []attr.Value{types.StringValue("a"), types.StringUnknown()})},
			pattern.Lockdown{ExemptRoleNames: []string{"a"}, Incomplete: true},
		},
		"caller, later": {map[string]attr.Value{"exempt_caller": types.BoolUnknown()}, pattern.Lockdown{Incomplete: true}},
		"grants, later": {map[string]attr.Value{"exempt_grants": types.BoolUnknown()}, pattern.Lockdown{Incomplete: true}},
		"a list, later": {map[string]attr.Value{"exempt_accounts": types.SetUnknown(types.StringType)}, pattern.Lockdown{Incomplete: true}},
	} {
		var diags diag.Diagnostics
		value := managed(t, tc.set)
		m := lockdown.ReadInline(t.Context(), value, &diags)
		if m == nil || diags.HasError() {
			t.Errorf("%s isn't read: %v", name, diags)
			continue
		}
		if diff := cmp.Diff(tc.want, m.Lockdown()); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
		if back := m.Value(t.Context(), &diags); !back.Equal(value) || diags.HasError() {
			t.Errorf("%s comes back as %s: %v", name, back, diags)
		}
	}
	var diags diag.Diagnostics
	for _, value := range []types.Object{types.ObjectNull(inlineTypes(t)), types.ObjectUnknown(inlineTypes(t))} {
		if m := lockdown.ReadInline(t.Context(), value, &diags); m != nil {
			t.Errorf("%s is read as %+v", value, m)
		}
	}
	var none *lockdown.Inlined
	if back := none.Value(t.Context(), &diags); !back.IsNull() || diags.HasError() {
		t.Errorf("none comes back as %s: %v", back, diags)
	}
}

// TestRecognize fills the arguments of an import so that they make the same statement again.
func TestRecognize(t *testing.T) {
	t.Parallel()
	site := pattern.Site{Partition: "aws", Region: "eu-west-1", AccountID: "111111111111"}
	off := false
	for name, l := range map[string]pattern.Lockdown{
		"ARNs":         {ExemptPrincipalARNs: []string{deployer}},
		"ids":          {Mode: pattern.LockdownByUserID, ExemptUserIDs: []string{"AROAEXAMPLE1234567890:*"}},
		"NotPrincipal": {Mode: pattern.LockdownByNotPrincipal, ExemptPrincipalARNs: []string{deployer, "arn:aws:iam::111111111111:root"}},
		"all else": {
			ExemptPrincipalARNs: []string{deployer}, ExemptUserIDs: []string{"AIDAEXAMPLE1234567890"}, ExemptAccounts: []string{"222222222222"}, ExemptOrganizationIDs: []string{"o-a1b2c3d4e5"},
			ExemptOrganizationPaths: []string{"o-a1b2c3d4e5/r-ab12/*"}, ExemptReplicationFrom: []string{"333333333333"},
			ExemptRootUser: &off, ExemptAWSServices: &off, ExemptServiceLinkedRoles: &off, Actions: []string{"ecr:PutImage"}, Sid: "Closed",
		},
	} {
		statement := l.Statement(site, nil)
		m := lockdown.Recognize([]policy.Statement{statement}, nil, site)
		if m == nil {
			t.Errorf("%s aren't recognized", name)
			continue
		}
		if diff := cmp.Diff(l, m.Lockdown()); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
		if again := m.Lockdown().Statement(site, nil); !again.Equal(statement) {
			t.Errorf("%s become %s", name, again.Canonical())
		}
	}
	if m := lockdown.Recognize([]policy.Statement{{Sid: "Other", Effect: policy.Deny, Principal: policy.Principal{Any: true}, Actions: []string{"ecr:*"}}}, nil, site); m != nil {
		t.Errorf("a Deny for everybody is recognized as %+v", m)
	}
}
