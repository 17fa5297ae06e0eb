// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package lockdown_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/ecrx/terraform-provider-ecrx/internal/fragment/lockdown"
	"github.com/ecrx/terraform-provider-ecrx/internal/pattern"
)

const deployer = "arn:aws:iam::111111111111:role/deployer"

var root = path.Root("lockdown")

// object gives a value of the argument, the absent attributes null.
func object(t *testing.T, set map[string]attr.Value) types.Object {
	t.Helper()
	kind, ok := lockdown.Inline().GetType().(types.ObjectType)
	if !ok {
		t.Fatal("the argument isn't an object")
	}
	values := map[string]attr.Value{}
	for name, kind := range kind.AttrTypes {
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
	return types.ObjectValueMust(kind.AttrTypes, values)
}

func set(values ...string) types.Set {
	elements := make([]attr.Value, len(values))
	for i, v := range values {
		elements[i] = types.StringValue(v)
	}
	return types.SetValueMust(types.StringType, elements)
}

// said gives each diagnostic as "severity path: summary".
func said(diags diag.Diagnostics) string {
	var all []string
	for _, d := range diags {
		at := ""
		if with, ok := d.(diag.DiagnosticWithPath); ok {
			at = with.Path().String()
		}
		all = append(all, fmt.Sprintf("%s %s: %s", d.Severity(), at, d.Summary()))
	}
	return strings.Join(all, "\n")
}

func TestExpand(t *testing.T) {
	t.Parallel()
	on, off := true, false
	for name, tc := range map[string]struct {
		value types.Object
		want  *pattern.Lockdown
	}{
		"none":    {types.ObjectNull(nil), nil},
		"unknown": {types.ObjectUnknown(nil), &pattern.Lockdown{Incomplete: true}},
		"nothing": {object(t, nil), &pattern.Lockdown{}},
		"everything": {
			object(t, map[string]attr.Value{
				"mode": types.StringValue("user_id"), "exempt_principal_arns": set("b", "a"), "exempt_user_ids": set("c"), "exempt_accounts": set("d"), "exempt_organization_ids": set("e"),
				"exempt_organization_paths": set("f"), "exempt_replication_from": set("g"), "exempt_grants": types.BoolValue(false), "exempt_root_user": types.BoolValue(true),
				"exempt_aws_services": types.BoolValue(false), "exempt_service_linked_roles": types.BoolValue(true), "actions": set("h"), "sid": types.StringValue("i"),
			}),
			&pattern.Lockdown{
				Mode: "user_id", ExemptPrincipalARNs: []string{"a", "b"}, ExemptUserIDs: []string{"c"}, ExemptAccounts: []string{"d"}, ExemptOrganizationIDs: []string{"e"},
				ExemptOrganizationPaths: []string{"f"}, ExemptReplicationFrom: []string{"g"}, ExemptGrants: &off, ExemptRootUser: &on, ExemptAWSServices: &off, ExemptServiceLinkedRoles: &on,
				Actions: []string{"h"}, Sid: "i",
			},
		},
		"empty sets": {
			object(t, map[string]attr.Value{"actions": set(), "exempt_accounts": set()}), &pattern.Lockdown{Actions: []string{}},
		},
		"a list, later":     {object(t, map[string]attr.Value{"exempt_accounts": types.SetUnknown(types.StringType)}), &pattern.Lockdown{Incomplete: true}},
		"actions, later":    {object(t, map[string]attr.Value{"actions": types.SetUnknown(types.StringType)}), &pattern.Lockdown{Incomplete: true}},
		"the mode, later":   {object(t, map[string]attr.Value{"mode": types.StringUnknown()}), &pattern.Lockdown{Incomplete: true}},
		"a flag, later":     {object(t, map[string]attr.Value{"exempt_root_user": types.BoolUnknown()}), &pattern.Lockdown{Incomplete: true}},
		"the grants, later": {object(t, map[string]attr.Value{"exempt_grants": types.BoolUnknown()}), &pattern.Lockdown{Incomplete: true}},
	} {
		var diags diag.Diagnostics
		got := lockdown.Expand(t.Context(), tc.value, &diags)
		if got != nil && strings.Contains(name, "later") {
			got = &pattern.Lockdown{Incomplete: got.Incomplete}
		}
		if diff := cmp.Diff(tc.want, got); diff != "" || diags.HasError() {
			t.Errorf("%s: %s%s", name, diff, said(diags))
		}
	}
}

// TestOnWhichArgument has problems on the arguments at fault, and none of them twice.
func TestOnWhichArgument(t *testing.T) {
	t.Parallel()
	off := false
	account, later := types.StringValue("111111111111"), types.StringUnknown()
	role := func(change func(*pattern.Lockdown)) pattern.Lockdown {
		l := pattern.Lockdown{ExemptPrincipalARNs: []string{deployer}}
		change(&l)
		return l
	}
	type l = pattern.Lockdown
	for name, tc := range map[string]struct {
		lockdown          pattern.Lockdown
		account           types.String
		at                path.Path
		validated, proven string
	}{
		"right":             {role(func(*l) {}), account, root, "", ""},
		"an account":        {role(func(l *l) { l.ExemptAccounts = []string{"1"} }), account, root, "Error lockdown.exempt_accounts: Invalid account id", "Error lockdown.exempt_accounts: Invalid account id"},
		"one that is alone": {role(func(l *l) { l.ExemptAccounts = []string{"1"} }), account, path.Empty(), "Error exempt_accounts: Invalid account id", "Error exempt_accounts: Invalid account id"},
		"nobody":            {pattern.Lockdown{}, account, root, "Error lockdown: Lockdown that exempts nobody", "Error lockdown: Lockdown that exempts nobody"},
		"nobody, alone":     {pattern.Lockdown{}, account, path.Empty(), "Error exempt_principal_arns: Lockdown that exempts nobody", "Error exempt_principal_arns: Lockdown that exempts nobody"},
		"no account":        {role(func(*l) {}), types.StringNull(), root, "Error account_id: Account not given", "Error account_id: Account not given"},
		"an account, later": {role(func(*l) {}), later, root, "", "Error account_id: Account not given"},
		"no need of it":     {role(func(l *l) { l.ExemptRootUser, l.ExemptServiceLinkedRoles = &off, &off }), types.StringNull(), root, "", ""},
		"a need, later":     {role(func(l *l) { l.Incomplete = true }), types.StringNull(), root, "", "Error account_id: Account not given"},
		"another partition": {role(func(l *l) { l.ExemptPrincipalARNs = []string{strings.Replace(deployer, "aws", "aws-cn", 1)} }), account, root, "", "Error lockdown.exempt_principal_arns: Principal of another partition"},
		"its own account":   {role(func(l *l) { l.ExemptAccounts = []string{"111111111111"} }), account, root, "", "Warning lockdown.exempt_accounts: Lockdown that leaves its own account open"},
		"a warning, once":   {role(func(l *l) { l.ExemptUserIDs = []string{"AROAEXAMPLE1234567890:*"} }), account, root, "Warning lockdown.exempt_user_ids: Role exempt by its unique id", ""},
		"nobody could lift it": {
			pattern.Lockdown{ExemptAccounts: []string{"222222222222"}, ExemptRootUser: &off}, account, root, "", "Error lockdown: Lockdown that nobody could lift",
		},
	} {
		var validated, proven diag.Diagnostics
		lockdown.Validate(tc.lockdown, nil, tc.at, tc.account, &validated)
		site := pattern.Site{Partition: "aws", AccountID: tc.account.ValueString()}
		statement, ok := lockdown.Prove(tc.lockdown, nil, tc.at, site, &proven)
		if got := said(validated); got != tc.validated {
			t.Errorf("%s, validated: %s", name, got)
		}
		if got := said(proven); got != tc.proven {
			t.Errorf("%s, proven: %s", name, got)
		}
		if ok == proven.HasError() || ok != (statement.Sid == "DenyOthers") && !strings.Contains(name, "lift") {
			t.Errorf("%s: %v, %q", name, ok, statement.Sid)
		}
	}
}
