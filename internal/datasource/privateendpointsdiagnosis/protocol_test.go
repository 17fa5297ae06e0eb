// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package privateendpointsdiagnosis_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/ecrx/terraform-provider-ecrx/internal/acctest"
	"github.com/ecrx/terraform-provider-ecrx/internal/awstest"
	"github.com/ecrx/terraform-provider-ecrx/internal/awstest/lifecycle"
)

type (
	object = map[string]any
	list   = []any
)

const typeName = "ecrx_private_endpoints_diagnosis"

// diagnosis is what the data source gives.
type diagnosis struct {
	findings  []string // "severity CODE path: message"
	endpoints map[string]string
	missing   []string
	markdown  string
	region    string
	unread    bool // endpoints and missing are null
}

// ask validates and reads the data source in process, as a client would. Diagnostics come one a line, as
// "SEVERITY attribute: summary: detail".
func ask(t *testing.T, a *awstest.AWS, config object) (d diagnosis, told string) {
	t.Helper()
	server := acctest.Server()
	if told := validate(t, config); told != "" {
		return d, told
	}
	schemas, err := server.GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		t.Fatal(err)
	}
	configured, err := server.ConfigureProvider(t.Context(), &tfprotov6.ConfigureProviderRequest{TerraformVersion: "1.11.4", Config: dynamic(t, lifecycle.ProviderConfig(a, nil))})
	if err != nil || len(configured.Diagnostics) > 0 {
		t.Fatal(err, said(configured.Diagnostics))
	}
	read, err := server.ReadDataSource(t.Context(), &tfprotov6.ReadDataSourceRequest{TypeName: typeName, Config: dynamic(t, config)})
	if err != nil {
		t.Fatal(err)
	}
	told = said(read.Diagnostics)
	if strings.Contains(told, "ERROR ") {
		return d, told
	}
	state, err := read.State.Unmarshal(schemas.DataSourceSchemas[typeName].ValueType())
	if err != nil {
		t.Fatal(err)
	}
	return newDiagnosis(t, state), told
}

// validate validates the configuration, and gives the diagnostics.
func validate(t *testing.T, config object) string {
	t.Helper()
	validated, err := acctest.Server().ValidateDataResourceConfig(t.Context(), &tfprotov6.ValidateDataResourceConfigRequest{TypeName: typeName, Config: dynamic(t, config)})
	if err != nil {
		t.Fatal(err)
	}
	return said(validated.Diagnostics)
}

func dynamic(t *testing.T, value any) *tfprotov6.DynamicValue {
	t.Helper()
	raw, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	return &tfprotov6.DynamicValue{JSON: raw}
}

func newDiagnosis(t *testing.T, state tftypes.Value) diagnosis {
	t.Helper()
	var attributes, endpoints map[string]tftypes.Value
	var findings, missing []tftypes.Value
	as(t, state, &attributes)
	d := diagnosis{endpoints: map[string]string{}, markdown: text(t, attributes["markdown"]), region: text(t, attributes["region"])}
	as(t, attributes["findings"], &findings)
	for _, f := range findings {
		var fields map[string]tftypes.Value
		as(t, f, &fields)
		d.findings = append(d.findings, fmt.Sprintf("%s %s %s: %s", text(t, fields["severity"]), text(t, fields["code"]), text(t, fields["path"]), text(t, fields["message"])))
	}
	d.unread = attributes["endpoints"].IsNull() && attributes["missing"].IsNull()
	as(t, attributes["endpoints"], &endpoints)
	for service, e := range endpoints {
		var fields map[string]tftypes.Value
		as(t, e, &fields)
		d.endpoints[service] = text(t, fields["id"]) + " " + text(t, fields["service_name"]) + " " + text(t, fields["state"])
	}
	as(t, attributes["missing"], &missing)
	for _, service := range missing {
		d.missing = append(d.missing, text(t, service))
	}
	return d
}

func as(t *testing.T, value tftypes.Value, to any) {
	t.Helper()
	if err := value.As(to); err != nil {
		t.Fatal(err)
	}
}

func text(t *testing.T, value tftypes.Value) string {
	t.Helper()
	var out string
	as(t, value, &out)
	return out
}

func said(diagnostics []*tfprotov6.Diagnostic) string {
	var all []string
	for _, d := range diagnostics {
		at := strings.TrimSuffix(strings.NewReplacer(`AttributeName("`, "", `").`, ".", `")`, "").Replace(d.Attribute.String()), ".")
		all = append(all, fmt.Sprintf("%s %s: %s: %s", d.Severity, at, d.Summary, d.Detail))
	}
	return strings.Join(all, "\n")
}
