// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package accessmatrix_test

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

// ask validates and reads the data source in process. Problems come one a line, as "attribute: summary: detail".
func ask(t *testing.T, config object) (cells map[string]map[string]map[string]string, markdown, problems string) {
	t.Helper()
	ctx := context.Background()
	server := acctest.Server()
	raw, err := json.Marshal(config)
	if err != nil {
		t.Fatal(err)
	}
	value := &tfprotov6.DynamicValue{JSON: raw}
	validated, err := server.ValidateDataResourceConfig(ctx, &tfprotov6.ValidateDataResourceConfigRequest{TypeName: "ecrx_access_matrix", Config: value})
	if err != nil {
		t.Fatal(err)
	}
	if len(validated.Diagnostics) > 0 {
		return nil, "", said(validated.Diagnostics)
	}
	read, err := server.ReadDataSource(ctx, &tfprotov6.ReadDataSourceRequest{TypeName: "ecrx_access_matrix", Config: value})
	if err != nil {
		t.Fatal(err)
	}
	schemas, err := server.GetProviderSchema(ctx, &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		t.Fatal(err)
	}
	state, err := read.State.Unmarshal(schemas.DataSourceSchemas["ecrx_access_matrix"].ValueType())
	if err != nil {
		t.Fatal(err)
	}
	attributes := elements(t, state)
	cells = map[string]map[string]map[string]string{}
	for principal, row := range elements(t, attributes["cells"]) {
		cells[principal] = map[string]map[string]string{}
		for repository, column := range elements(t, row) {
			cells[principal][repository] = map[string]string{}
			for access, decision := range elements(t, column) {
				cells[principal][repository][access] = text(t, decision)
			}
		}
	}
	return cells, text(t, attributes["markdown"]), said(read.Diagnostics)
}

func elements(t *testing.T, value tftypes.Value) map[string]tftypes.Value {
	t.Helper()
	var out map[string]tftypes.Value
	if err := value.As(&out); err != nil {
		t.Fatal(err)
	}
	return out
}

func text(t *testing.T, value tftypes.Value) string {
	t.Helper()
	var out string
	if err := value.As(&out); err != nil {
		t.Fatal(err)
	}
	return out
}

func said(diagnostics []*tfprotov6.Diagnostic) string {
	var all []string
	for _, d := range diagnostics {
		all = append(all, fmt.Sprintf("%s: %s: %s", d.Attribute, d.Summary, d.Detail))
	}
	return strings.Join(all, "\n")
}
