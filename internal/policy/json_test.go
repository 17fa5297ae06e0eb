// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package policy_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/ecrx/terraform-provider-ecrx/internal/policy"
)

func ExampleReadJSON() {
	root, err := policy.ReadJSON(`{"name": "pull", "policy": {"Statement": {"Effect": "Allow", "Action": "ecr:*"}}}`)
	if err != nil {
		fmt.Println(err)
		return
	}
	err = root.EachMember("the file", func(name, value policy.JSON) error {
		if key, _ := name.Text(); key != "policy" {
			return nil
		}
		d, err := value.Document()
		fmt.Println(d.Canonical())
		return err
	})
	fmt.Println(err)
	// Output:
	// {"Version":"2008-10-17","Statement":[{"Effect":"Allow","Action":"ecr:*"}]}
	// <nil>
}

// TestStrings puts each byte of ASCII at each place of strings of every short length, beside bytes above ASCII. Strings are
// read eight bytes at a time, so that a byte may hide in another's place.
func TestStrings(t *testing.T) {
	t.Parallel()
	for _, filler := range []string{"a", "é", "!"} {
		for before := range 20 {
			for after := range 12 {
				for c := range 0x80 {
					text := `"` + strings.Repeat(filler, before) + string(rune(c)) + strings.Repeat(filler, after) + `"`
					var want string
					wrong := json.Unmarshal([]byte(text), &want)
					v, err := policy.ReadJSON(text)
					if (err == nil) != (wrong == nil) {
						t.Fatalf("%q: the error is %v, encoding/json's %v", text, err, wrong)
					}
					if err != nil {
						continue
					}
					if got, _ := v.Text(); got != want {
						t.Fatalf("%q is read as %q", text, got)
					}
				}
			}
		}
	}
}

func TestJSON(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]struct {
		text     string
		isString bool
		isNull   bool
		items    []string // nil for what isn't a list
	}{
		`"a"`:                   {text: "a", isString: true},
		`"\u0061"`:              {text: "a", isString: true},
		"null":                  {text: "null", isNull: true},
		" true ":                {text: "true"},
		"false":                 {text: "false"},
		"-1.50":                 {text: "-1.50"},
		"[]":                    {text: "[]", items: []string{}},
		` [1, "b", ["c"], {}] `: {text: `[1, "b", ["c"], {}]`, items: []string{"1", "b", `["c"]`, "{}"}},
		`{"a": [1]}`:            {text: `{"a": [1]}`},
	} {
		t.Run(text, func(t *testing.T) {
			t.Parallel()
			v, err := policy.ReadJSON(text)
			if err != nil {
				t.Fatal(err)
			}
			if got, isString := v.Text(); got != want.text || isString != want.isString {
				t.Errorf("Text gives %q, %t", got, isString)
			}
			if v.IsNull() != want.isNull || v.IsList() != (want.items != nil) {
				t.Errorf("IsNull %t, IsList %t", v.IsNull(), v.IsList())
			}
			items := []string{}
			for item := range v.Items() {
				text, _ := item.Text()
				items = append(items, text)
			}
			if want.items == nil {
				want.items = []string{want.text}
			}
			if !slices.Equal(items, want.items) || v.Len() != len(items) {
				t.Errorf("Items gives %q, Len %d", items, v.Len())
			}
			for range v.Items() {
				break
			}
		})
	}
}

func TestJSONErrors(t *testing.T) {
	t.Parallel()
	if _, err := policy.ReadJSON("{"); !errors.As(err, new(*policy.SyntaxError)) {
		t.Errorf("got %v, want a SyntaxError", err)
	}
	v, err := policy.ReadJSON("{\"a\":\n {\"Statement\": 1}}")
	if err != nil {
		t.Fatal(err)
	}
	err = v.EachMember("it", func(_, value policy.JSON) error {
		_, err := value.Document()
		return err
	})
	if want := "line 1, column 15: a statement must be an object, not a number"; err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}
