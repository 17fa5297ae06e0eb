// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package layers_test

import (
	"context"
	"maps"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/ecrx/terraform-provider-ecrx/internal/authz"
	"github.com/ecrx/terraform-provider-ecrx/internal/fragment/layers"
)

const everything = `{"Version":"2012-10-17","Statement":[{"Sid":"All","Effect":"Allow","Action":"*","Resource":"*"}]}`

// policies gives a value of the argument, the attributes that aren't set null.
func policies(t *testing.T, set map[string]attr.Value) types.Object {
	t.Helper()
	kind, ok := layers.Attribute("", "").GetType().(types.ObjectType)
	if !ok {
		t.Fatal("the argument is no object")
	}
	all := map[string]attr.Value{}
	for name, attribute := range kind.AttrTypes {
		all[name] = types.ListNull(attribute.(types.ListType).ElemType)
	}
	maps.Copy(all, set)
	return types.ObjectValueMust(kind.AttrTypes, all)
}

func documents(values ...attr.Value) types.List { return types.ListValueMust(types.StringType, values) }

func levels(values ...attr.Value) types.List {
	return types.ListValueMust(types.ListType{ElemType: types.StringType}, values)
}

// counts says how many documents each layer of a request has.
func counts(l authz.Layers) map[string]int {
	return map[string]int{
		"identity": len(l.Identity), "repository": len(l.Repository), "registry": len(l.Registry), "boundary": len(l.Boundary),
		"session": len(l.Session), "scps": len(l.SCPs), "rcps": len(l.RCPs), "endpoint": len(l.Endpoint), "gateway": len(l.Gateway),
	}
}

func TestExpand(t *testing.T) {
	t.Parallel()
	one := documents(types.StringValue(everything))
	for name, tc := range map[string]struct {
		value   types.Object
		want    map[string]int // of a call through an endpoint; what isn't named has none
		assumed bool
	}{
		"null":    {types.ObjectNull(policies(t, nil).AttributeTypes(context.Background())), map[string]int{"identity": 1}, true},
		"unknown": {types.ObjectUnknown(policies(t, nil).AttributeTypes(context.Background())), map[string]int{"identity": 1}, true},
		"each": {policies(t, map[string]attr.Value{
			"identity": documents(), "repository": one, "registry": one, "boundary": one, "session": one, "endpoint": one, "gateway_endpoint": one,
			"scps": levels(one), "rcps": levels(one, one),
		}), map[string]int{"repository": 1, "registry": 1, "boundary": 1, "session": 1, "endpoint": 1, "scps": 1, "rcps": 2}, false},
		"not known yet": {policies(t, map[string]attr.Value{
			"identity": types.ListUnknown(types.StringType), "repository": documents(types.StringUnknown(), types.StringValue(everything)),
			"scps": levels(types.ListUnknown(types.StringType), one), "rcps": types.ListUnknown(types.ListType{ElemType: types.StringType}),
		}), map[string]int{"repository": 1, "scps": 1}, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var diags diag.Diagnostics
			p := layers.Expand(context.Background(), tc.value, &diags)
			want := counts(authz.Layers{})
			maps.Copy(want, tc.want)
			if diff := cmp.Diff(want, counts(p.For("ecr:PutImage", true))); diff != "" || diags.HasError() {
				t.Error(diff, diags)
			}
			if p.IdentityAssumed != tc.assumed {
				t.Errorf("assumed: %t", p.IdentityAssumed)
			}
		})
	}
}

func TestFor(t *testing.T) {
	t.Parallel()
	one := documents(types.StringValue(everything))
	both := map[string]attr.Value{"endpoint": one, "gateway_endpoint": one}
	for name, tc := range map[string]struct {
		given             map[string]attr.Value
		action            string
		through           bool
		endpoint, gateway int
	}{
		"ECR":                  {both, "ecr:PutImage", true, 1, 0},
		"ECR, no endpoint":     {both, "ecr:PutImage", false, 0, 0},
		"S3":                   {both, "S3:GetObject", true, 0, 1},
		"DynamoDB":             {both, "dynamodb:GetItem", true, 0, 1},
		"S3, no endpoint":      {both, "s3:GetObject", false, 0, 0},
		"S3, interface":        {map[string]attr.Value{"endpoint": one}, "s3:GetObject", true, 1, 0},
		"a name that looks so": {both, "s3tables:GetTable", true, 1, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var diags diag.Diagnostics
			l := layers.Expand(context.Background(), policies(t, tc.given), &diags).For(tc.action, tc.through)
			if len(l.Endpoint) != tc.endpoint || len(l.Gateway) != tc.gateway || diags.HasError() {
				t.Errorf("%d endpoint, %d gateway policies; %v", len(l.Endpoint), len(l.Gateway), diags)
			}
		})
	}
}

func TestRepository(t *testing.T) {
	t.Parallel()
	var diags diag.Diagnostics
	p := layers.Expand(context.Background(), policies(t, nil), &diags)
	if got := p.Repository("", path.Root("x"), &diags); got != nil || diags.HasError() {
		t.Errorf("no policy: %v, %v", got, diags)
	}
	p.SetRepository(p.Repository(everything, path.Root("x"), &diags))
	if got := p.DefaultRepository(); len(got) != 1 || diags.HasError() {
		t.Errorf("a policy: %v, %v", got, diags)
	}
	p.Repository("x", path.Root("x"), &diags)
	if !diags.HasError() {
		t.Error("no error for what is no policy")
	}
}
