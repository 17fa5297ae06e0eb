// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package authz_test

import (
	"encoding/json"
	"maps"
	"slices"
	"testing"

	"github.com/ecrx/terraform-provider-ecrx/internal/authz"
	"github.com/ecrx/terraform-provider-ecrx/internal/policy"
)

// editable is a case whose parts a test can change before it is compiled.
type editable struct {
	name    string
	request authz.Request // without its context
	context map[string]authz.Values
	open    bool
	layers  []editableLayer
}

// editableLayer is a layer with the documents of its levels; one that isn't in levels has one.
type editableLayer struct {
	name      string
	principal bool // statements name principals
	levels    [][]policy.Document
}

// layerNames are the fields of a case that hold documents, in the order of layers.
var layerNames = [...]string{
	"identityPolicies", "resourcePolicy", "registryPolicy", "permissionsBoundaries", "sessionPolicy", "scps", "rcps", "vpcEndpointPolicies",
}

// editables gives the cases of the corpus and of the sample.
func editables(t testing.TB) []*editable {
	t.Helper()
	var out []*editable
	files := corpus(t)
	for _, file := range slices.Sorted(maps.Keys(files)) {
		for _, text := range files[file].Cases {
			e := newEditable(t, text)
			e.name = file + "/" + e.name
			out = append(out, e)
		}
	}
	for _, line := range conformanceCases(t) {
		out = append(out, newEditable(t, []byte(line)))
	}
	return out
}

func newEditable(t testing.TB, text []byte) *editable {
	t.Helper()
	var fields map[string]json.RawMessage
	var head caseHead
	var contextKeys struct {
		Request struct{ Context map[string]json.RawMessage }
	}
	for _, into := range []any{&fields, &head, &contextKeys} {
		if err := json.Unmarshal(text, into); err != nil {
			t.Fatal(err)
		}
	}
	c := mustParseCase(t, string(text))
	e := &editable{name: head.ID + head.Name, request: c.Request, context: map[string]authz.Values{}}
	for key := range contextKeys.Request.Context {
		e.context[key], _ = c.Request.Context.Get(key)
	}
	for _, name := range layerNames {
		l := editableLayer{name: name, principal: name == "resourcePolicy" || name == "registryPolicy" || name == "rcps" || name == "vpcEndpointPolicies"}
		if raw := fields[name]; len(raw) > 0 && string(raw) != "null" {
			l.levels = documents(t, raw)
		}
		e.layers = append(e.layers, l)
	}
	return e
}

// documents reads a document, a list of them, or a list of levels.
func documents(t testing.TB, raw json.RawMessage) [][]policy.Document {
	t.Helper()
	var levels [][]json.RawMessage
	var list []json.RawMessage
	switch {
	case json.Unmarshal(raw, &list) != nil:
		levels = [][]json.RawMessage{{raw}}
	case len(list) == 0:
		return nil
	case json.Unmarshal(raw, &levels) != nil:
		levels = [][]json.RawMessage{list}
	}
	out := make([][]policy.Document, len(levels))
	for i, level := range levels {
		for _, text := range level {
			d, err := policy.Parse(string(text))
			if err != nil {
				t.Fatal(err)
			}
			out[i] = append(out[i], d)
		}
	}
	return out
}

// compile gives the case as the engine takes it.
func (e *editable) compile() (authz.Request, authz.Layers) {
	r := e.request
	r.Context = authz.Context{}
	if e.open {
		r.Context = authz.OpenContext()
	}
	for key, values := range e.context {
		r.Context.Set(key, values)
	}
	compiled := make([][][]*authz.Policy, len(e.layers))
	first := make([][]*authz.Policy, len(e.layers))
	for i, l := range e.layers {
		for _, level := range l.levels {
			policies := []*authz.Policy{}
			for _, d := range level {
				policies = append(policies, authz.Compile(l.name, d))
			}
			compiled[i] = append(compiled[i], policies)
		}
		if len(compiled[i]) > 0 {
			first[i] = compiled[i][0]
		}
	}
	return r, authz.Layers{
		Identity: first[0], Repository: first[1], Registry: first[2], Boundary: first[3], Session: first[4],
		SCPs: compiled[5], RCPs: compiled[6], Endpoint: first[7],
	}
}

func (e *editable) decide() authz.Decision {
	request, layers := e.compile()
	return authz.Decide(&request, &layers)
}

// get gives the values that the case has under a key.
func (e *editable) get(key string) (authz.Values, bool) {
	request, _ := e.compile()
	return request.Context.Get(key)
}

// documents visits every document of the case.
func (e *editable) documents(visit func(l *editableLayer, d *policy.Document)) {
	for i := range e.layers {
		l := &e.layers[i]
		for _, level := range l.levels {
			for j := range level {
				visit(l, &level[j])
			}
		}
	}
}

// statements visits every statement of the case.
func (e *editable) statements(visit func(l *editableLayer, d *policy.Document, i int)) {
	e.documents(func(l *editableLayer, d *policy.Document) {
		for i := range d.Statements {
			visit(l, d, i)
		}
	})
}
