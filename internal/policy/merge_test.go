// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package policy_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ecrx/terraform-provider-ecrx/internal/policy"
)

func TestMerge(t *testing.T) {
	t.Parallel()
	document := func(id, action string, sids ...string) policy.Document {
		d := policy.Document{ID: id, Version: policy.Version2012}
		for _, sid := range sids {
			d.Statements = append(d.Statements, policy.Statement{Sid: sid, Effect: policy.Allow, Actions: []string{action}})
		}
		return d
	}
	old := parse(t, `{"Statement":[{"Sid":"b","Effect":"Deny","Action":"x:y","Resource":"${a}"}]}`)
	for name, tc := range map[string]struct {
		sources, overrides []policy.Document
		want               string // Sid=action of each statement
	}{
		"nothing":                              {nil, nil, ""},
		"sources in order":                     {[]policy.Document{document("", "a:a", "b", ""), document("", "a:b", "a", "")}, nil, "b=a:a =a:a a=a:b =a:b"},
		"an override replaces in place":        {[]policy.Document{document("", "a:a", "a", "b")}, []policy.Document{document("", "o:o", "a")}, "a=o:o b=a:a"},
		"an override is added":                 {[]policy.Document{document("", "a:a", "a", "")}, []policy.Document{document("", "o:o", "c", "")}, "a=a:a =a:a c=o:o =o:o"},
		"a later override replaces an earlier": {nil, []policy.Document{document("", "o:a", "a"), document("", "o:b", "a")}, "a=o:b"},
		"an older document is upgraded":        {[]policy.Document{old}, nil, "b=x:y"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := policy.Merge(tc.sources, tc.overrides)
			if err != nil {
				t.Fatal(err)
			}
			var statements []string
			for _, s := range got.Statements {
				statements = append(statements, s.Sid+"="+s.Actions[0])
			}
			if diff := cmp.Diff(tc.want, strings.Join(statements, " ")); diff != "" {
				t.Error(diff)
			}
			if got.Version != policy.Version2012 {
				t.Errorf("Version = %q", got.Version)
			}
		})
	}
	t.Run("the older document's meaning stays", func(t *testing.T) {
		t.Parallel()
		got, _ := policy.Merge([]policy.Document{old, document("x", "a:a", "a")}, []policy.Document{document("", "o:o", "a")})
		if diff := cmp.Diff([]string{"${$}{a}"}, got.Statements[0].Resources); diff != "" || got.ID != "x" {
			t.Errorf("Id %q, resources %s", got.ID, diff)
		}
	})
	for name, sources := range map[string][]policy.Document{
		"two sources": {document("", "a:a", "a"), document("", "a:b", "a")},
		"one source":  {document("", "a:a", "a", "a")},
	} {
		t.Run("a shared Sid in "+name, func(t *testing.T) {
			t.Parallel()
			_, err := policy.Merge(sources, nil)
			if err == nil || !strings.Contains(err.Error(), "share the Sid \"a\"") {
				t.Errorf("got %v", err)
			}
		})
	}
}
