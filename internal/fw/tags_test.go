// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package fw_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/ecrx/terraform-provider-ecrx/internal/fw"
)

// tags gives a map of strings; nil is null.
func tags(m map[string]string) types.Map {
	if m == nil {
		return types.MapNull(types.StringType)
	}
	values := map[string]attr.Value{}
	for k, v := range m {
		values[k] = types.StringValue(v)
	}
	return types.MapValueMust(types.StringType, values)
}

func fifty() map[string]string {
	m := map[string]string{}
	for i := range 50 {
		m[fmt.Sprint("tag", i)] = "x"
	}
	return m
}

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

func TestPlanTagsAll(t *testing.T) {
	t.Parallel()
	type m = map[string]string
	unknown := types.MapValueMust(types.StringType, map[string]attr.Value{"a": types.StringUnknown(), "aws:b": types.StringValue("x")})
	null := types.MapValueMust(types.StringType, map[string]attr.Value{"a": types.StringNull()})
	tooMany := fifty()
	tooMany["d"] = "1"
	for name, tc := range map[string]struct {
		provider fw.ProviderData
		tags     types.Map
		want     types.Map
		error    string
	}{
		"no tags":            {fw.ProviderData{}, tags(nil), tags(m{}), ""},
		"own":                {fw.ProviderData{}, tags(m{"a": "1"}), tags(m{"a": "1"}), ""},
		"default":            {fw.ProviderData{DefaultTags: m{"d": "1"}}, tags(nil), tags(m{"d": "1"}), ""},
		"own beats default":  {fw.ProviderData{DefaultTags: m{"d": "1", "e": "1"}}, tags(m{"d": "2"}), tags(m{"d": "2", "e": "1"}), ""},
		"own equals default": {fw.ProviderData{DefaultTags: m{"d": "1"}}, tags(m{"d": "1"}), tags(m{"d": "1"}), ""},
		"empty value":        {fw.ProviderData{}, tags(m{"a": ""}), tags(m{"a": ""}), ""},
		"ignored key":        {fw.ProviderData{DefaultTags: m{"d": "1"}, IgnoreTags: fw.IgnoreTags{Keys: []string{"d", "a"}}}, tags(m{"a": "1", "ab": "1"}), tags(m{"ab": "1"}), ""},
		"ignored prefix":     {fw.ProviderData{IgnoreTags: fw.IgnoreTags{KeyPrefixes: []string{"kubernetes.io/"}}}, tags(m{"kubernetes.io/x": "1", "x": "1"}), tags(m{"x": "1"}), ""},
		"unknown map":        {fw.ProviderData{DefaultTags: m{"d": "1"}}, types.MapUnknown(types.StringType), types.MapUnknown(types.StringType), ""},
		"unknown value":      {fw.ProviderData{}, unknown, types.MapUnknown(types.StringType), ""},
		"null value":         {fw.ProviderData{}, null, types.MapUnknown(types.StringType), `Error tags["a"]: Tag without a value: The tag "a" is null. Write ""`},
		"tag of AWS":         {fw.ProviderData{}, tags(m{"AWS:x": "1"}), tags(m{"AWS:x": "1"}), `Error tags["AWS:x"]: Tag of AWS's own: The key "AWS:x" begins with "aws:", which AWS keeps for itself. Choose`},
		"50 tags":            {fw.ProviderData{DefaultTags: m{"tag0": "y"}}, tags(fifty()), tags(fifty()), ""},
		"51 by default":      {fw.ProviderData{DefaultTags: m{"d": "1"}}, tags(fifty()), tags(tooMany), "Error tags: Too many tags: An object can have 50 tags, and this one would have 51"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var diags diag.Diagnostics
			defaults := len(tc.provider.DefaultTags)
			got := fw.PlanTagsAll(context.Background(), &tc.provider, tc.tags, &diags)
			if !got.Equal(tc.want) {
				t.Errorf("got %s, want %s", got, tc.want)
			}
			if text := said(diags); !strings.HasPrefix(text, tc.error) || (tc.error == "" && text != "") {
				t.Errorf("got %q, want %q", text, tc.error)
			}
			if len(tc.provider.DefaultTags) != defaults {
				t.Error("the provider's default tags were changed")
			}
		})
	}
}

func TestReadTags(t *testing.T) {
	t.Parallel()
	type m = map[string]string
	defaults := fw.ProviderData{DefaultTags: m{"d": "1"}}
	for name, tc := range map[string]struct {
		provider fw.ProviderData
		prior    map[string]string
		live     map[string]string
		own, all map[string]string
	}{
		"none, was null":              {fw.ProviderData{}, nil, nil, nil, m{}},
		"none, was empty":             {fw.ProviderData{}, m{}, nil, m{}, m{}},
		"all removed outside":         {fw.ProviderData{}, m{"a": "1"}, m{}, m{}, m{}},
		"own":                         {fw.ProviderData{}, m{"a": "1"}, m{"a": "2"}, m{"a": "2"}, m{"a": "2"}},
		"added outside":               {fw.ProviderData{}, nil, m{"b": "1"}, m{"b": "1"}, m{"b": "1"}},
		"default alone":               {defaults, nil, m{"d": "1"}, nil, m{"d": "1"}},
		"default alone, was empty":    {defaults, m{}, m{"d": "1"}, m{}, m{"d": "1"}},
		"default and own":             {defaults, m{"a": "1"}, m{"a": "1", "d": "1"}, m{"a": "1"}, m{"a": "1", "d": "1"}},
		"own equals default":          {defaults, m{"d": "1"}, m{"d": "1"}, m{"d": "1"}, m{"d": "1"}},
		"default changed outside":     {defaults, nil, m{"d": "2"}, m{"d": "2"}, m{"d": "2"}},
		"own instead of the default":  {defaults, m{"d": "2"}, m{"d": "2"}, m{"d": "2"}, m{"d": "2"}},
		"default removed outside":     {defaults, nil, m{}, nil, m{}},
		"tags of AWS":                 {fw.ProviderData{}, nil, m{"aws:cloudformation:stack-name": "s"}, nil, m{}},
		"ignored":                     {fw.ProviderData{IgnoreTags: fw.IgnoreTags{Keys: []string{"k"}, KeyPrefixes: []string{"p/"}}}, nil, m{"k": "1", "p/x": "1", "kx": "1"}, m{"kx": "1"}, m{"kx": "1"}},
		"a key as prefix is no match": {fw.ProviderData{IgnoreTags: fw.IgnoreTags{KeyPrefixes: []string{"p/"}}}, nil, m{"xp/": "1"}, m{"xp/": "1"}, m{"xp/": "1"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var diags diag.Diagnostics
			live := len(tc.live)
			own, all := fw.ReadTags(context.Background(), &tc.provider, tags(tc.prior), tc.live, &diags)
			if !own.Equal(tags(tc.own)) || !all.Equal(tags(tc.all)) || len(diags) > 0 {
				t.Errorf("got %s and %s, want %s and %s; %s", own, all, tags(tc.own), tags(tc.all), said(diags))
			}
			if len(tc.live) != live {
				t.Error("the live tags were changed")
			}
		})
	}
}

func TestChangedTags(t *testing.T) {
	t.Parallel()
	type m = map[string]string
	for name, tc := range map[string]struct {
		from, to types.Map
		set      map[string]string
		remove   []string
	}{
		"nothing":   {tags(m{"a": "1"}), tags(m{"a": "1"}), m{}, nil},
		"first":     {tags(nil), tags(m{"a": ""}), m{"a": ""}, nil},
		"last":      {tags(m{"b": "1", "a": "1"}), tags(nil), m{}, []string{"a", "b"}},
		"all sorts": {tags(m{"stays": "1", "goes": "1", "changes": "1"}), tags(m{"stays": "1", "changes": "2", "comes": "1"}), m{"changes": "2", "comes": "1"}, []string{"goes"}},
		"unknown":   {types.MapUnknown(types.StringType), tags(m{"a": "1"}), m{"a": "1"}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var diags diag.Diagnostics
			set, remove := fw.ChangedTags(context.Background(), tc.from, tc.to, &diags)
			if diff := cmp.Diff(tc.set, set) + cmp.Diff(tc.remove, remove); diff != "" || len(diags) > 0 {
				t.Errorf("%s %s", diff, said(diags))
			}
		})
	}
}
