// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package lifecycle

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// schema has every shape: plain, computed, and objects in each nesting with a configured and a computed attribute.
func schema() *tfprotov6.SchemaBlock {
	nested := func(name string, nesting tfprotov6.SchemaObjectNestingMode, computed bool) *tfprotov6.SchemaAttribute {
		return &tfprotov6.SchemaAttribute{Name: name, Optional: true, Computed: computed, NestedType: &tfprotov6.SchemaObject{
			Nesting: nesting, Attributes: []*tfprotov6.SchemaAttribute{
				{Name: "key", Type: tftypes.String, Optional: true},
				{Name: "id", Type: tftypes.String, Optional: true, Computed: true},
			},
		}}
	}
	return &tfprotov6.SchemaBlock{
		Attributes: []*tfprotov6.SchemaAttribute{
			{Name: "name", Type: tftypes.String, Required: true},
			{Name: "mode", Type: tftypes.String, Optional: true, Computed: true},
			{Name: "tags", Type: tftypes.Map{ElementType: tftypes.String}, Optional: true},
			{Name: "size", Type: tftypes.Number, Optional: true},
			nested("one", tfprotov6.SchemaObjectNestingModeSingle, false),
			nested("kept", tfprotov6.SchemaObjectNestingModeSingle, true),
			nested("row", tfprotov6.SchemaObjectNestingModeList, false),
			nested("any", tfprotov6.SchemaObjectNestingModeSet, false),
			nested("by", tfprotov6.SchemaObjectNestingModeMap, false),
		},
		BlockTypes: []*tfprotov6.SchemaNestedBlock{{
			TypeName: "part", Nesting: tfprotov6.SchemaNestedBlockNestingModeList,
			Block: &tfprotov6.SchemaBlock{Attributes: []*tfprotov6.SchemaAttribute{{Name: "id", Type: tftypes.String, Computed: true}}},
		}},
	}
}

type object = map[string]any

func value(t *testing.T, config object) tftypes.Value {
	t.Helper()
	if config == nil {
		return tftypes.NewValue(schema().ValueType(), nil)
	}
	v, err := configured(schema().ValueType(), fieldsOf(schema()), config)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestPropose(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ prior, config, want object }{
		"create": {nil, object{"name": "a", "one": object{"key": "k"}}, object{"name": "a", "one": object{"key": "k"}}},
		"computed values stay": {
			object{"name": "a", "mode": "m", "part": []any{object{"id": "p"}}},
			object{"name": "b", "part": []any{object{}}},
			object{"name": "b", "mode": "m", "part": []any{object{"id": "p"}}},
		},
		"configuration wins":            {object{"mode": "m"}, object{"mode": "n"}, object{"mode": "n"}},
		"unknown configuration wins":    {object{"mode": "m"}, object{"mode": Unknown{}}, object{"mode": Unknown{}}},
		"what isn't computed goes":      {object{"tags": object{"a": "b"}}, object{}, object{}},
		"nested in one":                 {object{"one": object{"key": "k", "id": "i"}}, object{"one": object{"key": "l"}}, object{"one": object{"key": "l", "id": "i"}}},
		"one is removed":                {object{"one": object{"key": "k", "id": "i"}}, object{}, object{}},
		"computed object stays":         {object{"kept": object{"id": "i"}}, object{}, object{"kept": object{"id": "i"}}},
		"configured object goes":        {object{"kept": object{"key": "k", "id": "i"}}, object{}, object{}},
		"list by index":                 {object{"row": []any{object{"id": "i"}}}, object{"row": []any{object{"key": "k"}, object{}}}, object{"row": []any{object{"key": "k", "id": "i"}, object{}}}},
		"map by key":                    {object{"by": object{"x": object{"id": "i"}}}, object{"by": object{"x": object{"key": "k"}, "y": object{}}}, object{"by": object{"x": object{"key": "k", "id": "i"}, "y": object{}}}},
		"set by what is configured":     {object{"any": []any{object{"key": "k", "id": "i"}, object{"key": "l", "id": "j"}}}, object{"any": []any{object{"key": "l"}, object{"key": "m"}}}, object{"any": []any{object{"key": "l", "id": "j"}, object{"key": "m"}}}},
		"an unknown object stays so":    {object{"one": object{"id": "i"}}, object{"one": Unknown{}}, object{"one": Unknown{}}},
		"an unknown map entry stays so": {object{}, object{"by": object{"x": Unknown{}}}, object{"by": object{"x": Unknown{}}}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := propose(fieldsOf(schema()), value(t, test.prior), value(t, test.config))
			if want := value(t, test.want); !got.Equal(want) {
				t.Errorf("got  %s\nwant %s", got, want)
			}
		})
	}
}

func TestCheckPlan(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		prior, config, planned object
		want                   string // the place of the only fault
	}{
		"as configured":              {nil, object{"name": "a", "mode": "m"}, object{"name": "a", "mode": "m"}, ""},
		"computed":                   {nil, object{"name": "a"}, object{"name": "a", "mode": Unknown{}}, ""},
		"kept as equal in meaning":   {object{"name": "A"}, object{"name": "a"}, object{"name": "A"}, ""},
		"other than configured":      {object{"name": "b"}, object{"name": "a"}, object{"name": "c"}, "x.name"},
		"default of what isn't ours": {nil, object{"name": "a"}, object{"name": "a", "tags": object{"a": "b"}}, "x.tags"},
		"known for unknown":          {nil, object{"name": Unknown{}}, object{"name": "a"}, "x.name"},
		"in an object":               {nil, object{"one": object{"key": "k"}}, object{"one": object{"key": "l"}}, "x.one.key"},
		"computed in an object":      {nil, object{"one": object{"key": "k"}}, object{"one": object{"key": "k", "id": Unknown{}}}, ""},
		"in a list":                  {nil, object{"row": []any{object{}, object{"key": "k"}}}, object{"row": []any{object{}, object{"key": "l"}}}, "x.row[1].key"},
		"one element more":           {nil, object{"row": []any{object{}}}, object{"row": []any{object{}, object{}}}, "x.row"},
		"in a map":                   {nil, object{"by": object{"y": object{"key": "k"}}}, object{"by": object{"y": object{"key": "l"}}}, `x.by["y"].key`},
		"another map key":            {nil, object{"by": object{"y": object{}}}, object{"by": object{"z": object{}}}, `x.by["y"]`},
		"one map key more":           {nil, object{"by": object{"y": object{}}}, object{"by": object{"y": object{}, "z": object{}}}, "x.by"},
		"in a set":                   {nil, object{"any": []any{object{"key": "k"}}}, object{"any": []any{object{"key": "l"}}}, "x.any"},
		"computed in a set":          {nil, object{"any": []any{object{"key": "k"}}}, object{"any": []any{object{"key": "k", "id": "i"}}}, ""},
		"a set's element more":       {nil, object{"any": []any{object{}}}, object{"any": []any{object{}, object{"key": "k"}}}, "x.any"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			wrong := checkPlan("x", fieldsOf(schema()), value(t, test.prior), value(t, test.config), value(t, test.planned))
			expectFault(t, wrong, test.want)
		})
	}
}

func TestCheckResult(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		planned, got object
		want         string
	}{
		"as planned":                          {object{"name": "a", "tags": object{"a": "b"}}, object{"name": "a", "tags": object{"a": "b"}}, ""},
		"unknown gets known":                  {object{"mode": Unknown{}}, object{"mode": "m"}, ""},
		"other than planned":                  {object{"mode": "m"}, object{"mode": "n"}, "x.mode"},
		"set for null":                        {object{}, object{"mode": "n"}, "x.mode"},
		"null for set":                        {object{"mode": "m"}, object{}, "x.mode"},
		"a map's entry more":                  {object{"tags": object{"a": "b"}}, object{"tags": object{"a": "b", "c": "d"}}, "x.tags"},
		"another map key":                     {object{"tags": object{"a": "b"}}, object{"tags": object{"c": "b"}}, "x.tags"},
		"in a list":                           {object{"row": []any{object{"key": "k"}}}, object{"row": []any{object{"key": "l"}}}, "x.row[0].key"},
		"a list's element more":               {object{"row": []any{}}, object{"row": []any{object{}}}, "x.row"},
		"a set's unknown element":             {object{"any": []any{object{"key": "k", "id": Unknown{}}}}, object{"any": []any{object{"key": "k", "id": "i"}}}, ""},
		"a set's other element":               {object{"any": []any{object{"key": "k"}}}, object{"any": []any{object{"key": "l"}}}, "x.any"},
		"a set's element more":                {object{"any": []any{object{"key": "k"}}}, object{"any": []any{object{"key": "k"}, object{"key": "l"}}}, "x.any"},
		"nothing where something was planned": {object{"name": "a"}, nil, "x"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			expectFault(t, checkResult("x", value(t, test.planned), value(t, test.got)), test.want)
		})
	}
}

func expectFault(t *testing.T, wrong []string, place string) {
	t.Helper()
	if place == "" && len(wrong) != 0 || place != "" && (len(wrong) != 1 || !strings.HasPrefix(wrong[0], place+":")) {
		t.Errorf("faults are %q, want one at %q", wrong, place)
	}
}

func TestConfigured(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		config object
		want   string
	}{
		"no such attribute":     {object{"nme": "a"}, "no nme"},
		"a wrong type":          {object{"name": true}, "name"},
		"no such nested":        {object{"row": []any{object{"x": "y"}}}, "row: 0: the schema has no x"},
		"a value for an object": {object{"one": "a"}, "one: want map[string]any"},
		"a value for a list":    {object{"row": "a"}, "row: want a slice or a map"},
	} {
		_, err := configured(schema().ValueType(), fieldsOf(schema()), test.config)
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s gives %v, want %q", name, err, test.want)
		}
	}
}

func TestToJSON(t *testing.T) {
	t.Parallel()
	v := value(t, object{"name": "a", "size": 3, "tags": map[string]string{"b": "c"}, "row": []any{object{"key": "k"}}})
	got, err := toJSON(v)
	if err != nil {
		t.Fatal(err)
	}
	want := `{"any":null,"by":null,"kept":null,"mode":null,"name":"a","one":null,"part":[],"row":[{"id":null,"key":"k"}],"size":3,"tags":{"b":"c"}}`
	if diff := cmp.Diff(want, string(got)); diff != "" {
		t.Errorf("JSON (-want +got):\n%s", diff)
	}
	back, err := (&tfprotov6.RawState{JSON: got}).Unmarshal(schema().ValueType())
	if err != nil || !back.Equal(v) {
		t.Errorf("back it is %s, %v", back, err)
	}
	if _, err := toJSON(value(t, object{"name": Unknown{}})); err == nil {
		t.Error("an unknown value became JSON")
	}
}
