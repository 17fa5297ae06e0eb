// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// What is wanted follows the format that the types name, in the way that terraform 1.11 and tofu 1.12 print it.
func TestDocumentOf(t *testing.T) {
	t.Parallel()

	resource := &tfprotov6.Schema{Version: 2, Block: &tfprotov6.SchemaBlock{
		Description: "A **thing**.", DescriptionKind: tfprotov6.StringKindMarkdown, Deprecated: true,
		Attributes: []*tfprotov6.SchemaAttribute{
			{Name: "name", Type: tftypes.String, Required: true, Description: "Its name.", Deprecated: true},
			{Name: "tags", Type: tftypes.Map{ElementType: tftypes.String}, Optional: true, Computed: true, Sensitive: true},
			{Name: "secret", Type: tftypes.String, Optional: true, WriteOnly: true},
			{Name: "grants", Optional: true, NestedType: &tfprotov6.SchemaObject{
				Nesting:    tfprotov6.SchemaObjectNestingModeMap,
				Attributes: []*tfprotov6.SchemaAttribute{{Name: "ids", Type: tftypes.Set{ElementType: tftypes.Number}, Optional: true}},
			}},
		},
		BlockTypes: []*tfprotov6.SchemaNestedBlock{{
			TypeName: "timeouts", Nesting: tfprotov6.SchemaNestedBlockNestingModeList, MinItems: 1, MaxItems: 3,
			Block: &tfprotov6.SchemaBlock{Attributes: []*tfprotov6.SchemaAttribute{{Name: "create", Type: tftypes.Bool, Optional: true}}},
		}},
	}}
	empty := &tfprotov6.Schema{Block: &tfprotov6.SchemaBlock{}}
	region := &tfprotov6.FunctionParameter{Name: "region", Description: "A Region.", Type: tftypes.String}

	got, err := json.Marshal(documentOf(
		&tfprotov6.GetProviderSchemaResponse{
			Provider:                 empty,
			ResourceSchemas:          map[string]*tfprotov6.Schema{"ecrx_thing": resource},
			DataSourceSchemas:        map[string]*tfprotov6.Schema{"ecrx_data": empty},
			EphemeralResourceSchemas: map[string]*tfprotov6.Schema{"ecrx_ephemeral": empty},
			ListResourceSchemas:      map[string]*tfprotov6.Schema{"ecrx_list": empty},
			ActionSchemas:            map[string]*tfprotov6.ActionSchema{"ecrx_action": {Schema: empty}},
			Functions: map[string]*tfprotov6.Function{"join": {
				Summary: "Joins.", Description: "It joins.", DeprecationMessage: "Gone soon.",
				Parameters:        []*tfprotov6.FunctionParameter{region},
				VariadicParameter: &tfprotov6.FunctionParameter{Name: "rest", AllowNullValue: true, Type: tftypes.String},
				Return:            &tfprotov6.FunctionReturn{Type: tftypes.List{ElementType: tftypes.Object{AttributeTypes: map[string]tftypes.Type{"a": tftypes.Bool}}}},
			}},
		},
		&tfprotov6.GetResourceIdentitySchemasResponse{IdentitySchemas: map[string]*tfprotov6.ResourceIdentitySchema{"ecrx_thing": {
			Version: 1,
			IdentityAttributes: []*tfprotov6.ResourceIdentitySchemaAttribute{
				{Name: "name", Type: tftypes.String, RequiredForImport: true, Description: "Its name."},
				{Name: "region", Type: tftypes.String, OptionalForImport: true},
			},
		}}},
	))
	if err != nil {
		t.Fatal(err)
	}
	const nothing = `{"version":0,"block":{"description_kind":"plain"}}`
	want := `{"format_version":"1.0","provider_schemas":{"ecrx":{
		"provider": ` + nothing + `,
		"resource_schemas": {"ecrx_thing": {"version": 2, "block": {
			"attributes": {
				"name": {"type": "string", "description": "Its name.", "description_kind": "plain", "deprecated": true, "required": true},
				"tags": {"type": ["map", "string"], "description_kind": "plain", "optional": true, "computed": true, "sensitive": true},
				"secret": {"type": "string", "description_kind": "plain", "optional": true, "write_only": true},
				"grants": {"description_kind": "plain", "optional": true, "nested_type": {
					"attributes": {"ids": {"type": ["set", "number"], "description_kind": "plain", "optional": true}},
					"nesting_mode": "map"
				}}
			},
			"block_types": {"timeouts": {
				"nesting_mode": "list", "min_items": 1, "max_items": 3,
				"block": {"attributes": {"create": {"type": "bool", "description_kind": "plain", "optional": true}}, "description_kind": "plain"}
			}},
			"description": "A **thing**.", "description_kind": "markdown", "deprecated": true
		}}},
		"data_source_schemas": {"ecrx_data": ` + nothing + `},
		"ephemeral_resource_schemas": {"ecrx_ephemeral": ` + nothing + `},
		"list_resource_schemas": {"ecrx_list": ` + nothing + `},
		"action_schemas": {"ecrx_action": ` + nothing + `},
		"functions": {"join": {
			"description": "It joins.", "summary": "Joins.", "deprecation_message": "Gone soon.",
			"return_type": ["list", ["object", {"a": "bool"}]],
			"parameters": [{"name": "region", "description": "A Region.", "type": "string"}],
			"variadic_parameter": {"name": "rest", "is_nullable": true, "type": "string"}
		}},
		"resource_identity_schemas": {"ecrx_thing": {"version": 1, "attributes": {
			"name": {"type": "string", "description": "Its name.", "required_for_import": true},
			"region": {"type": "string", "optional_for_import": true}
		}}}
	}}}`
	if diff := cmp.Diff(decode(t, want), decode(t, string(got))); diff != "" {
		t.Errorf("document (-want +got):\n%s", diff)
	}
}

func decode(t *testing.T, text string) any {
	t.Helper()
	var value any
	if err := json.Unmarshal([]byte(text), &value); err != nil {
		t.Fatal(err)
	}
	return value
}
