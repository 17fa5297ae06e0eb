// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package fw_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	datasource "github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/ecrx/terraform-provider-ecrx/internal/fw"
)

func TestKnownStrings(t *testing.T) {
	t.Parallel()
	set := func(elements ...attr.Value) types.Set { return types.SetValueMust(types.StringType, elements) }
	a, b := types.StringValue("a"), types.StringValue("b")
	for name, tc := range map[string]struct {
		set  types.Set
		want []string
		all  bool
	}{
		"null":            {types.SetNull(types.StringType), nil, true},
		"empty":           {set(), nil, true},
		"sorted":          {set(b, a), []string{"a", "b"}, true},
		"null inside":     {set(types.StringNull(), a), []string{"a"}, false},
		"unknown inside":  {set(types.StringUnknown(), b), []string{"b"}, false},
		"unknown":         {types.SetUnknown(types.StringType), nil, false},
		"several unknown": {set(types.StringUnknown()), nil, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, all := fw.KnownStrings(tc.set)
			if diff := cmp.Diff(tc.want, got); diff != "" || all != tc.all {
				t.Errorf("got %v and %t", got, all)
			}
		})
	}
}

func TestNullForNothing(t *testing.T) {
	t.Parallel()
	if !fw.StringSet(nil).IsNull() || !fw.OptionalString("").IsNull() {
		t.Error("nothing is not null")
	}
	if got, all := fw.KnownStrings(fw.StringSet([]string{"b", "a"})); !all || !slices.Equal(got, []string{"a", "b"}) {
		t.Errorf("got %v", got)
	}
	if got := fw.OptionalString("x"); got != types.StringValue("x") {
		t.Errorf("got %s", got)
	}
}

// A data source must take what its resource takes: same names, types, validators and texts.
func TestDataSourceAttributes(t *testing.T) {
	t.Parallel()
	inner := map[string]schema.Attribute{"region": fw.RegionAttribute()}
	object := schema.NestedAttributeObject{Attributes: inner}
	from := map[string]schema.Attribute{
		"string": fw.RegionAttribute(),
		"bool":   schema.BoolAttribute{Required: true, MarkdownDescription: "b"},
		"set":    schema.SetAttribute{Optional: true, ElementType: types.StringType, MarkdownDescription: "s"},
		"single": schema.SingleNestedAttribute{Optional: true, Attributes: inner, MarkdownDescription: "n"},
		"list":   schema.ListNestedAttribute{Computed: true, NestedObject: object, MarkdownDescription: "l"},
		"map":    schema.MapNestedAttribute{Required: true, NestedObject: object, MarkdownDescription: "m"},
	}
	got := fw.DataSourceAttributes(from)
	if len(got) != len(from) {
		t.Errorf("got %d attributes, want %d", len(got), len(from))
	}
	for name, want := range from {
		a := got[name]
		if !a.GetType().Equal(want.GetType()) || a.GetMarkdownDescription() != want.GetMarkdownDescription() ||
			a.IsRequired() != want.IsRequired() || a.IsOptional() != want.IsOptional() || a.IsComputed() != want.IsComputed() {
			t.Errorf("%s: got %#v, want it as %#v", name, a, want)
		}
	}
	text, ok := got["string"].(datasource.StringAttribute)
	if !ok || len(text.Validators) != 1 {
		t.Errorf("the validators are lost: %#v", got["string"])
	}
	nested, ok := got["list"].(datasource.ListNestedAttribute)
	if !ok {
		t.Fatalf("got %T", got["list"])
	}
	if region, ok := nested.NestedObject.Attributes["region"].(datasource.StringAttribute); !ok || len(region.Validators) != 1 {
		t.Errorf("the validators inside a list are lost: %#v", nested.NestedObject)
	}
}

func TestAddError(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		err  error
		want string
	}{
		"AWS's answer": {errors.New("AccessDenied"), "Error : creating ECR repository policy (team/app): AccessDenied"},
		"interrupted":  {fmt.Errorf("waiting: %w", context.Canceled), "was interrupted. Run it again to continue."},
		"timed out":    {fmt.Errorf("waiting: %w", context.DeadlineExceeded), "raise the timeout"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var diags diag.Diagnostics
			fw.AddError(&diags, "creating", "ECR repository policy", "team/app", tc.err)
			if got := said(diags); !strings.Contains(got, tc.want) || !strings.Contains(got, tc.err.Error()) {
				t.Errorf("got %q, want %q in it", got, tc.want)
			}
		})
	}
}

func TestConfigured(t *testing.T) {
	t.Parallel()
	var diags diag.Diagnostics
	if !fw.Configured(&fw.ProviderData{}, &diags) || len(diags) > 0 {
		t.Errorf("a configured provider: %s", said(diags))
	}
	if fw.Configured(nil, &diags) || !strings.Contains(said(diags), "with -target") {
		t.Errorf("a provider with unknown values: %s", said(diags))
	}
}
