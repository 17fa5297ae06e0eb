// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package access_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/ecrx/terraform-provider-ecrx/internal/acctest"
)

type (
	object = map[string]any
	list   = []any
)

// result is an element of results.
type result struct {
	decision string
	reasons  []string
}

// ask validates and reads the data source in process, with a provider that nothing configured. Problems come one a line, as
// "attribute: summary: detail".
func ask(t *testing.T, config object) (results map[string]result, problems string) {
	t.Helper()
	ctx := context.Background()
	server := acctest.Server()
	raw, err := json.Marshal(config)
	if err != nil {
		t.Fatal(err)
	}
	value := &tfprotov6.DynamicValue{JSON: raw}
	validated, err := server.ValidateDataResourceConfig(ctx, &tfprotov6.ValidateDataResourceConfigRequest{TypeName: "ecrx_access", Config: value})
	if err != nil {
		t.Fatal(err)
	}
	if len(validated.Diagnostics) > 0 {
		return nil, said(validated.Diagnostics)
	}
	read, err := server.ReadDataSource(ctx, &tfprotov6.ReadDataSourceRequest{TypeName: "ecrx_access", Config: value})
	if err != nil {
		t.Fatal(err)
	}
	schemas, err := server.GetProviderSchema(ctx, &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		t.Fatal(err)
	}
	if read.State == nil {
		return nil, said(read.Diagnostics)
	}
	state, err := read.State.Unmarshal(schemas.DataSourceSchemas["ecrx_access"].ValueType())
	if err != nil {
		t.Fatal(err)
	}
	return resultsOf(t, state), said(read.Diagnostics)
}

func resultsOf(t *testing.T, state tftypes.Value) map[string]result {
	t.Helper()
	out := map[string]result{}
	var attributes, elements map[string]tftypes.Value
	as(t, state, &attributes)
	as(t, attributes["results"], &elements)
	for name, element := range elements {
		r := result{reasons: []string{}}
		var fields map[string]tftypes.Value
		var reasons []tftypes.Value
		as(t, element, &fields)
		as(t, fields["decision"], &r.decision)
		as(t, fields["reasons"], &reasons)
		for _, reason := range reasons {
			var text string
			as(t, reason, &text)
			r.reasons = append(r.reasons, text)
		}
		out[name] = r
	}
	return out
}

func as(t *testing.T, value tftypes.Value, to any) {
	t.Helper()
	if err := value.As(to); err != nil {
		t.Fatal(err)
	}
}

func said(diagnostics []*tfprotov6.Diagnostic) string {
	var all []string
	for _, d := range diagnostics {
		all = append(all, fmt.Sprintf("%s: %s: %s", place(d.Attribute), d.Summary, d.Detail))
	}
	return strings.Join(all, "\n")
}

// place writes a path as HCL does.
func place(path *tftypes.AttributePath) string {
	out := ""
	for _, step := range path.Steps() {
		switch s := step.(type) {
		case tftypes.AttributeName:
			out += "." + string(s)
		case tftypes.ElementKeyString:
			out += fmt.Sprintf("[%q]", string(s))
		case tftypes.ElementKeyInt:
			out += fmt.Sprintf("[%d]", int64(s))
		}
	}
	return strings.TrimPrefix(out, ".")
}
