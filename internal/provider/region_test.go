// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/ecrx/terraform-provider-ecrx/internal/provider"
)

// TestUnlistedRegion gives every argument region a Region that AWS doesn't have, though it has the form of one: an error on the argument,
// unless the provider skips the validation.
func TestUnlistedRegion(t *testing.T) {
	t.Parallel()
	strict, lenient := regionServer(t, nil), regionServer(t, map[string]any{"skip_region_validation": true})
	schemas, err := strict.GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		t.Fatal(err)
	}
	asked := 0
	check := func(name string, schema *tfprotov6.Schema, ask func(tfprotov6.ProviderServer, *tfprotov6.DynamicValue) []*tfprotov6.Diagnostic) {
		if !slices.ContainsFunc(schema.Block.Attributes, func(a *tfprotov6.SchemaAttribute) bool { return a.Name == "region" && a.Optional }) {
			return
		}
		asked++
		config := objectWith(t, schema.ValueType(), "region", "eu-wst-1")
		if got := aboutRegion(ask(strict, config)); len(got) != 1 || !strings.Contains(got[0], "eu-wst-1") || !strings.Contains(got[0], "skip_region_validation") {
			t.Errorf("%s: %q", name, got)
		}
		if got := aboutRegion(ask(lenient, config)); len(got) > 0 {
			t.Errorf("%s, with skip_region_validation: %q", name, got)
		}
		if got := aboutRegion(ask(strict, objectWith(t, schema.ValueType(), "region", "eu-west-1"))); len(got) > 0 {
			t.Errorf("%s, in eu-west-1: %q", name, got)
		}
	}
	for name, schema := range schemas.ResourceSchemas {
		check(name, schema, func(server tfprotov6.ProviderServer, config *tfprotov6.DynamicValue) []*tfprotov6.Diagnostic {
			return diagnosedByPlan(t, server, name, schema, config)
		})
	}
	for name, schema := range schemas.DataSourceSchemas {
		check(name, schema, func(server tfprotov6.ProviderServer, config *tfprotov6.DynamicValue) []*tfprotov6.Diagnostic {
			return diagnosedByRead(t, server, name, config)
		})
	}
	if asked < 10 {
		t.Errorf("only %d schemas with a region", asked)
	}
}

// regionServer is a provider whose calls go nowhere.
func regionServer(t *testing.T, over map[string]any) tfprotov6.ProviderServer {
	t.Helper()
	server := providerserver.NewProtocol6(provider.New("test")())()
	schemas, err := server.GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		t.Fatal(err)
	}
	object := schemas.Provider.ValueType().(tftypes.Object)
	values := nulls(object)
	arguments := map[string]any{
		"region": "eu-west-1", "access_key": "AKIAEXAMPLE", "secret_key": "secret", "https_proxy": "http://127.0.0.1:1",
		"skip_requesting_account_id": true, "max_retries": 1,
	}
	maps.Copy(arguments, over)
	for name, value := range arguments {
		values[name] = tftypes.NewValue(object.AttributeTypes[name], value)
	}
	config, err := tfprotov6.NewDynamicValue(object, tftypes.NewValue(object, values))
	if err != nil {
		t.Fatal(err)
	}
	r, err := server.ConfigureProvider(t.Context(), &tfprotov6.ConfigureProviderRequest{TerraformVersion: "1.11.4", Config: &config})
	if err != nil || len(r.Diagnostics) > 0 {
		t.Fatal(err, r.Diagnostics)
	}
	return server
}

func nulls(object tftypes.Object) map[string]tftypes.Value {
	values := map[string]tftypes.Value{}
	for name, attribute := range object.AttributeTypes {
		values[name] = tftypes.NewValue(attribute, nil)
	}
	return values
}

// objectWith is a configuration with one argument.
func objectWith(t *testing.T, of tftypes.Type, name, value string) *tfprotov6.DynamicValue {
	t.Helper()
	object := of.(tftypes.Object)
	values := nulls(object)
	if name != "" {
		values[name] = tftypes.NewValue(tftypes.String, value)
	}
	config, err := tfprotov6.NewDynamicValue(object, tftypes.NewValue(object, values))
	if err != nil {
		t.Fatal(err)
	}
	return &config
}

// aboutRegion gives the errors about a Region that isn't one, which all are on the argument.
func aboutRegion(diagnostics []*tfprotov6.Diagnostic) (texts []string) {
	for _, d := range diagnostics {
		if d.Severity == tfprotov6.DiagnosticSeverityError && strings.Contains(d.Detail, "is not an AWS Region") {
			at := "nowhere"
			if d.Attribute != nil {
				at = d.Attribute.String()
			}
			if at != `AttributeName("region")` {
				texts = append(texts, "on "+at)
			}
			texts = append(texts, d.Summary+": "+d.Detail)
		}
	}
	return texts
}

// TestNoRegion plans each resource, and reads each data source, in a provider without a Region: where one is missing, one error says so.
func TestNoRegion(t *testing.T) {
	t.Parallel()
	server := regionServer(t, map[string]any{"region": "", "skip_requesting_account_id": false})
	schemas, err := server.GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		t.Fatal(err)
	}
	missed := 0
	check := func(name string, diagnostics []*tfprotov6.Diagnostic) {
		var about []string
		for _, d := range diagnostics {
			if d.Severity == tfprotov6.DiagnosticSeverityError && strings.Contains(d.Summary+d.Detail, "Region") && !strings.Contains(d.Detail, "Each Region has") {
				about = append(about, d.Summary+": "+d.Detail)
			}
		}
		missed += len(about)
		if len(about) > 1 || len(about) == 1 && !strings.HasPrefix(about[0], "No Region: The provider has no Region. Set region in the provider block") {
			t.Errorf("%s: %q", name, about)
		}
	}
	for name, schema := range schemas.ResourceSchemas {
		check(name, diagnosedByPlan(t, server, name, schema, objectWith(t, schema.ValueType(), "", "")))
	}
	for name, schema := range schemas.DataSourceSchemas {
		check(name, diagnosedByRead(t, server, name, objectWith(t, schema.ValueType(), "", "")))
	}
	if missed < 10 {
		t.Errorf("only %d miss a Region", missed)
	}
}

func diagnosedByPlan(t *testing.T, server tfprotov6.ProviderServer, name string, schema *tfprotov6.Schema, config *tfprotov6.DynamicValue) []*tfprotov6.Diagnostic {
	t.Helper()
	none, err := tfprotov6.NewDynamicValue(schema.ValueType(), tftypes.NewValue(schema.ValueType(), nil))
	if err != nil {
		t.Fatal(err)
	}
	r, err := server.PlanResourceChange(t.Context(), &tfprotov6.PlanResourceChangeRequest{TypeName: name, PriorState: &none, ProposedNewState: config, Config: config})
	if err != nil {
		t.Fatal(err)
	}
	return r.Diagnostics
}

func diagnosedByRead(t *testing.T, server tfprotov6.ProviderServer, name string, config *tfprotov6.DynamicValue) []*tfprotov6.Diagnostic {
	t.Helper()
	r, err := server.ReadDataSource(t.Context(), &tfprotov6.ReadDataSourceRequest{TypeName: name, Config: config})
	if err != nil {
		t.Fatal(err)
	}
	return r.Diagnostics
}
