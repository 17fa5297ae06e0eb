// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package grants_test

import (
	"context"
	"fmt"
	"maps"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/ecrx/terraform-provider-ecrx/internal/fragment/grants"
	"github.com/ecrx/terraform-provider-ecrx/internal/fw"
	"github.com/ecrx/terraform-provider-ecrx/internal/pattern"
	"github.com/ecrx/terraform-provider-ecrx/internal/policy"
)

const path = "o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/*"

func site() pattern.Site {
	return pattern.Site{Partition: "aws", Region: "eu-west-1", AccountID: "111111111111"}
}

// rows gives a value of the argument, the absent attributes of each row null.
func rows(t *testing.T, all map[string]map[string]attr.Value) types.Map {
	t.Helper()
	elements := map[string]attr.Value{}
	for name, set := range all {
		row := flat(t, pattern.Grant{Name: "x", Accounts: []string{"-"}}).Attributes()
		row["accounts"] = types.SetNull(types.StringType)
		maps.Copy(row, set)
		elements[name] = types.ObjectValueMust(grants.ObjectType().AttrTypes, row)
	}
	return types.MapValueMust(grants.ObjectType(), elements)
}

// flat gives one row.
func flat(t *testing.T, g pattern.Grant) types.Object {
	t.Helper()
	var diags diag.Diagnostics
	object, ok := grants.Flatten(context.Background(), []pattern.Grant{g}, &diags).Elements()[g.Name].(types.Object)
	if !ok || diags.HasError() {
		t.Fatal(said(diags))
	}
	return object
}

func set(values ...attr.Value) types.Set { return types.SetValueMust(types.StringType, values) }

func text(value string) types.String { return types.StringValue(value) }

// said gives each diagnostic as "severity path: summary: detail".
func said(diags diag.Diagnostics) string {
	var all []string
	for _, d := range diags {
		at := ""
		if with, ok := d.(diag.DiagnosticWithPath); ok {
			at = with.Path().String()
		}
		all = append(all, fmt.Sprintf("%s %s: %s: %s", d.Severity(), at, d.Summary(), d.Detail()))
	}
	return strings.Join(all, "\n")
}

func full(name string) pattern.Grant {
	return pattern.Grant{
		Name: name, Access: "pull", Actions: []string{"ecr:ListImages", "ecr:PutImage"},
		OrganizationPaths: []string{path}, OrganizationalUnitIDs: []string{"ou-ab12-11111111"}, OrganizationIDs: []string{"o-a1b2c3d4e5"},
		Accounts: []string{"222222222222", "333333333333"}, PrincipalARNs: []string{"arn:aws:iam::222222222222:role/ci"}, PrincipalStyle: "wildcard",
		Lambda: &pattern.LambdaGrant{
			Accounts: []string{"222222222222"}, FunctionARNs: []string{"arn:aws:lambda:eu-west-1:222222222222:function:web"}, OrganizationIDs: []string{"o-a1b2c3d4e5"},
		},
		CodeBuild: &pattern.CodeBuildGrant{ProjectARNs: []string{"arn:aws:codebuild:eu-west-1:111111111111:project/web"}},
		Conditions: []policy.Condition{
			{Operator: "StringEquals", Key: "aws:SourceVpce", Values: []string{"vpce-0a1b2c3d"}},
			{Operator: "StringLike", Key: "aws:PrincipalTag/team", Values: []string{"api-*", "web"}},
		},
	}
}

func TestExpandIsTheWayBackFromFlatten(t *testing.T) {
	t.Parallel()
	for name, want := range map[string][]pattern.Grant{
		"none":                  nil,
		"every argument":        {full("A"), full("B")},
		"one argument":          {{Name: "Dev", Accounts: []string{"222222222222"}}},
		"lambda with one":       {{Name: "Dev", Lambda: &pattern.LambdaGrant{OrganizationIDs: []string{"o-a1b2c3d4e5"}}}},
		"nothing but a name":    {{Name: "Dev"}},
		"condition, no lambda":  {{Name: "Dev", Conditions: full("A").Conditions}},
		"an empty nested block": {{Name: "Dev", Lambda: &pattern.LambdaGrant{}, CodeBuild: &pattern.CodeBuildGrant{}}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var diags diag.Diagnostics
			value := grants.Flatten(context.Background(), want, &diags)
			if value.IsNull() != (want == nil) {
				t.Errorf("no grants must be null: %s", value)
			}
			got, known := grants.Expand(context.Background(), value, &diags)
			if diff := cmp.Diff(want, got); diff != "" || !known || len(diags) > 0 {
				t.Errorf("known: %t %s\n%s", known, said(diags), diff)
			}
		})
	}
}

func TestExpandUnknown(t *testing.T) {
	t.Parallel()
	accounts := types.SetValueMust(types.StringType, []attr.Value{text("222222222222")})
	unknownLambda := types.ObjectUnknown(grants.ObjectType().AttrTypes["lambda"].(types.ObjectType).AttrTypes)
	unknownConditions := types.ListUnknown(grants.ObjectType().AttrTypes["conditions"].(types.ListType).ElemType)
	half := func() types.List {
		element := grants.ObjectType().AttrTypes["conditions"].(types.ListType).ElemType.(types.ObjectType)
		return types.ListValueMust(element, []attr.Value{types.ObjectValueMust(element.AttrTypes, map[string]attr.Value{
			"test": text("StringEquals"), "variable": text("aws:SourceVpce"), "values": set(types.StringUnknown()),
		})})
	}
	for name, tc := range map[string]struct {
		row  map[string]attr.Value
		want pattern.Grant
	}{
		"access":       {map[string]attr.Value{"access": types.StringUnknown(), "accounts": accounts}, pattern.Grant{Accounts: []string{"222222222222"}}},
		"set":          {map[string]attr.Value{"access": text("pull"), "accounts": types.SetUnknown(types.StringType)}, pattern.Grant{Access: "pull"}},
		"element":      {map[string]attr.Value{"access": text("pull"), "accounts": set(text("222222222222"), types.StringUnknown())}, pattern.Grant{Access: "pull", Accounts: []string{"222222222222"}}},
		"lambda":       {map[string]attr.Value{"access": text("pull"), "lambda": unknownLambda}, pattern.Grant{Access: "pull"}},
		"conditions":   {map[string]attr.Value{"access": text("pull"), "conditions": unknownConditions}, pattern.Grant{Access: "pull"}},
		"in condition": {map[string]attr.Value{"access": text("pull"), "conditions": half()}, pattern.Grant{Access: "pull", Conditions: []policy.Condition{{Operator: "StringEquals", Key: "aws:SourceVpce"}}}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var diags diag.Diagnostics
			value := rows(t, map[string]map[string]attr.Value{"Dev": tc.row})
			got, known := grants.Expand(context.Background(), value, &diags)
			tc.want.Name, tc.want.Incomplete = "Dev", true
			if diff := cmp.Diff([]pattern.Grant{tc.want}, got); diff != "" || known || len(diags) > 0 {
				t.Errorf("known: %t %s\n%s", known, said(diags), diff)
			}
			// What isn't known yet may turn out right, so nothing is wrong with it.
			if grants.Validate(context.Background(), value, &diags); len(diags) > 0 {
				t.Error(said(diags))
			}
			if _, _, known := grants.Plan(context.Background(), &fw.ProviderData{}, value, grants.Question{Site: site()}, &diags); known || len(diags) > 0 {
				t.Errorf("planned: %t %s", known, said(diags))
			}
		})
	}
	var diags diag.Diagnostics
	for name, value := range map[string]types.Map{
		"the map": types.MapUnknown(grants.ObjectType()),
		"a row": types.MapValueMust(grants.ObjectType(), map[string]attr.Value{
			"Dev": types.ObjectUnknown(grants.ObjectType().AttrTypes),
		}),
	} {
		if got, known := grants.Expand(context.Background(), value, &diags); known || len(got) > 0 || len(diags) > 0 {
			t.Errorf("%s: got %v, known: %t %s", name, got, known, said(diags))
		}
	}
}

func TestValidateNamesTheAttribute(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		row  map[string]attr.Value
		want string
	}{
		"row":      {map[string]attr.Value{"access": text("pull")}, `Error grants["Dev"]: A grant that names nobody`},
		"argument": {map[string]attr.Value{"access": text("pull"), "accounts": set(text("1234567890"))}, `Error grants["Dev"].accounts: Invalid account id`},
		"nested": {
			map[string]attr.Value{"codebuild": flat(t, pattern.Grant{Name: "x", CodeBuild: &pattern.CodeBuildGrant{ProjectARNs: []string{"web"}}}).Attributes()["codebuild"]},
			`Error grants["Dev"].codebuild.project_arns: Invalid project ARN`,
		},
		"warning": {
			map[string]attr.Value{"access": text("pull"), "principal_arns": set(text("arn:aws:iam::222222222222:role/ci")), "principal_style": text("wildcard")},
			`Warning grants["Dev"].principal_style: Past permissions boundaries`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var diags diag.Diagnostics
			grants.Validate(context.Background(), rows(t, map[string]map[string]attr.Value{"Dev": tc.row}), &diags)
			if got := said(diags); len(diags) != 1 || !strings.HasPrefix(got, tc.want) {
				t.Errorf("got %q, want %q", got, tc.want)
			}
		})
	}
	var diags diag.Diagnostics
	null := types.MapValueMust(grants.ObjectType(), map[string]attr.Value{"Dev": types.ObjectNull(grants.ObjectType().AttrTypes)})
	if grants.Validate(context.Background(), null, &diags); !strings.HasPrefix(said(diags), `Error grants["Dev"]: A grant that names nobody`) {
		t.Errorf("a row that is null: %s", said(diags))
	}
}

func TestPlan(t *testing.T) {
	t.Parallel()
	unit := pattern.Grant{Name: "Dev", Access: "pull", OrganizationalUnitIDs: []string{"ou-ab12-11111111"}}
	build := pattern.Grant{Name: "Dev", CodeBuild: &pattern.CodeBuildGrant{ProjectARNs: []string{"arn:aws:codebuild:eu-west-1:222222222222:project/web"}}}
	for name, tc := range map[string]struct {
		provider fw.ProviderData
		grant    pattern.Grant
		site     pattern.Site
		known    bool
		want     string
	}{
		"accounts":            {fw.ProviderData{}, pattern.Grant{Name: "Dev", Access: "pull", Accounts: []string{"222222222222"}}, site(), true, ""},
		"partition not known": {fw.ProviderData{}, pattern.Grant{Name: "Dev", Access: "pull", Accounts: []string{"222222222222"}}, pattern.Site{}, false, ""},
		"unit":                {fw.ProviderData{OrganizationID: "o-a1b2c3d4e5"}, unit, site(), true, ""},
		"unit of nowhere":     {fw.ProviderData{}, unit, site(), false, "Error grants: Organizational unit of an unknown organization"},
		"invalid":             {fw.ProviderData{}, pattern.Grant{Name: "Dev", Access: "pull"}, site(), false, ""}, // ValidateConfig has said so
		"project elsewhere":   {fw.ProviderData{}, build, site(), false, `Error grants["Dev"].codebuild.project_arns: CodeBuild project of another account`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var diags diag.Diagnostics
			ctx := context.Background()
			value := grants.Flatten(ctx, []pattern.Grant{tc.grant}, &diags)
			got, _, known := grants.Plan(ctx, &tc.provider, value, grants.Question{Site: tc.site}, &diags)
			if text := said(diags); known != tc.known || !strings.HasPrefix(text, tc.want) || (tc.want == "" && text != "") {
				t.Errorf("known: %t, %q, want %t and %q", known, text, tc.known, tc.want)
			}
			if name == "unit" && got[0].OrganizationPaths[0] != "o-a1b2c3d4e5/*/ou-ab12-11111111/*" {
				t.Errorf("got %v", got)
			}
		})
	}
}

func TestRecognize(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	want := pattern.Grant{Name: "Dev", Access: "pull", Accounts: []string{"222222222222"}}
	live := pattern.RepositoryPolicy([]pattern.Grant{want}, site())
	live.Statements = append(live.Statements, policy.Statement{Sid: "Foreign", Effect: policy.Deny, Principal: policy.Principal{Any: true}, Actions: []string{"ecr:*"}})
	var diags diag.Diagnostics
	value, _, _ := grants.Recognize(ctx, live.Canonical(), site(), &diags)
	if !value.Equal(grants.Flatten(ctx, []pattern.Grant{want}, &diags)) || len(diags) > 0 {
		t.Errorf("got %s %s", value, said(diags))
	}
	if diff := cmp.Diff([]string{"Dev"}, grants.Sids(ctx, value, &diags)); diff != "" {
		t.Error(diff)
	}
	literal := want
	literal.Conditions = []policy.Condition{{Operator: "StringEquals", Key: "aws:PrincipalTag/team", Values: []string{"${x}"}}}
	older := strings.Replace(pattern.RepositoryPolicy([]pattern.Grant{literal}, site()).Canonical(), policy.Version2012, policy.Version2008, 1)
	literal.Conditions[0].Values[0] = "${$}{x}"
	if got, _, _ := grants.Recognize(ctx, older, site(), &diags); !got.Equal(grants.Flatten(ctx, []pattern.Grant{literal}, &diags)) {
		t.Errorf("of an older document: %s", got)
	}
	if got, _, _ := grants.Recognize(ctx, "", site(), &diags); !got.IsNull() || len(diags) > 0 {
		t.Errorf("of no policy: %s %s", got, said(diags))
	}
	if got, _, _ := grants.Recognize(ctx, "{", site(), &diags); !got.IsNull() || !diags.HasError() {
		t.Errorf("of a broken policy: %s %s", got, said(diags))
	}
}
