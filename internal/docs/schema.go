// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"strings"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// The types below are the JSON of `terraform providers schema -json`, format version 1.0:
// https://developer.hashicorp.com/terraform/cli/commands/providers/schema.
type (
	document struct {
		FormatVersion   string                    `json:"format_version"`
		ProviderSchemas map[string]providerSchema `json:"provider_schemas"`
	}
	providerSchema struct {
		Provider   schema               `json:"provider"`
		Resources  map[string]schema    `json:"resource_schemas,omitempty"`
		Data       map[string]schema    `json:"data_source_schemas,omitempty"`
		Ephemeral  map[string]schema    `json:"ephemeral_resource_schemas,omitempty"`
		Lists      map[string]schema    `json:"list_resource_schemas,omitempty"`
		Actions    map[string]schema    `json:"action_schemas,omitempty"`
		Functions  map[string]signature `json:"functions,omitempty"`
		Identities map[string]identity  `json:"resource_identity_schemas,omitempty"`
	}
	schema struct {
		Version int64  `json:"version"`
		Block   *block `json:"block"`
	}
	block struct {
		Attributes      map[string]attribute   `json:"attributes,omitempty"`
		BlockTypes      map[string]nestedBlock `json:"block_types,omitempty"`
		Description     string                 `json:"description,omitempty"`
		DescriptionKind string                 `json:"description_kind,omitempty"`
		Deprecated      bool                   `json:"deprecated,omitempty"`
	}
	nestedBlock struct {
		NestingMode string `json:"nesting_mode"`
		Block       *block `json:"block"`
		MinItems    int64  `json:"min_items,omitempty"`
		MaxItems    int64  `json:"max_items,omitempty"`
	}
	attribute struct {
		Type            tftypes.Type `json:"type,omitempty"`
		NestedType      *nestedType  `json:"nested_type,omitempty"`
		Description     string       `json:"description,omitempty"`
		DescriptionKind string       `json:"description_kind,omitempty"`
		Deprecated      bool         `json:"deprecated,omitempty"`
		Required        bool         `json:"required,omitempty"`
		Optional        bool         `json:"optional,omitempty"`
		Computed        bool         `json:"computed,omitempty"`
		Sensitive       bool         `json:"sensitive,omitempty"`
		WriteOnly       bool         `json:"write_only,omitempty"`
	}
	nestedType struct {
		Attributes  map[string]attribute `json:"attributes"`
		NestingMode string               `json:"nesting_mode"`
	}
	signature struct {
		Description        string       `json:"description,omitempty"`
		Summary            string       `json:"summary,omitempty"`
		DeprecationMessage string       `json:"deprecation_message,omitempty"`
		ReturnType         tftypes.Type `json:"return_type"`
		Parameters         []parameter  `json:"parameters,omitempty"`
		VariadicParameter  *parameter   `json:"variadic_parameter,omitempty"`
	}
	parameter struct {
		Name        string       `json:"name"`
		Description string       `json:"description,omitempty"`
		IsNullable  bool         `json:"is_nullable,omitempty"`
		Type        tftypes.Type `json:"type"`
	}
	identity struct {
		Version    int64                        `json:"version"`
		Attributes map[string]identityAttribute `json:"attributes"`
	}
	identityAttribute struct {
		Type              tftypes.Type `json:"type"`
		Description       string       `json:"description,omitempty"`
		RequiredForImport bool         `json:"required_for_import,omitempty"`
		OptionalForImport bool         `json:"optional_for_import,omitempty"`
	}
)

// documentOf gives the JSON document under the only two names that tfplugindocs looks for: the provider's own, or
// hashicorp's of that name. The real source address stands in the examples.
func documentOf(schemas *tfprotov6.GetProviderSchemaResponse, identities *tfprotov6.GetResourceIdentitySchemasResponse) document {
	actions := make(map[string]*tfprotov6.Schema, len(schemas.ActionSchemas))
	for name, action := range schemas.ActionSchemas {
		actions[name] = action.Schema
	}
	return document{FormatVersion: "1.0", ProviderSchemas: map[string]providerSchema{"ecrx": {
		Provider:   schemaOf(schemas.Provider),
		Resources:  mapOf(schemas.ResourceSchemas, schemaOf),
		Data:       mapOf(schemas.DataSourceSchemas, schemaOf),
		Ephemeral:  mapOf(schemas.EphemeralResourceSchemas, schemaOf),
		Lists:      mapOf(schemas.ListResourceSchemas, schemaOf),
		Actions:    mapOf(actions, schemaOf),
		Functions:  mapOf(schemas.Functions, signatureOf),
		Identities: mapOf(identities.IdentitySchemas, identityOf),
	}}}
}

func mapOf[From, To any](from map[string]From, convert func(From) To) map[string]To {
	to := make(map[string]To, len(from))
	for name, value := range from {
		to[name] = convert(value)
	}
	return to
}

func schemaOf(s *tfprotov6.Schema) schema {
	return schema{Version: s.Version, Block: blockOf(s.Block)}
}

func blockOf(b *tfprotov6.SchemaBlock) *block {
	nested := make(map[string]nestedBlock, len(b.BlockTypes))
	for _, n := range b.BlockTypes {
		nested[n.TypeName] = nestedBlock{
			NestingMode: strings.ToLower(n.Nesting.String()),
			Block:       blockOf(n.Block),
			MinItems:    n.MinItems,
			MaxItems:    n.MaxItems,
		}
	}
	return &block{
		Attributes:      attributesOf(b.Attributes),
		BlockTypes:      nested,
		Description:     b.Description,
		DescriptionKind: kindOf(b.DescriptionKind),
		Deprecated:      b.Deprecated,
	}
}

func attributesOf(attributes []*tfprotov6.SchemaAttribute) map[string]attribute {
	to := make(map[string]attribute, len(attributes))
	for _, a := range attributes {
		converted := attribute{
			Type:            a.Type,
			Description:     a.Description,
			DescriptionKind: kindOf(a.DescriptionKind),
			Deprecated:      a.Deprecated,
			Required:        a.Required,
			Optional:        a.Optional,
			Computed:        a.Computed,
			Sensitive:       a.Sensitive,
			WriteOnly:       a.WriteOnly,
		}
		if a.NestedType != nil {
			converted.NestedType = &nestedType{
				Attributes:  attributesOf(a.NestedType.Attributes),
				NestingMode: strings.ToLower(a.NestedType.Nesting.String()),
			}
		}
		to[a.Name] = converted
	}
	return to
}

func kindOf(kind tfprotov6.StringKind) string {
	if kind == tfprotov6.StringKindMarkdown {
		return "markdown"
	}
	return "plain"
}

func signatureOf(f *tfprotov6.Function) signature {
	s := signature{
		Description:        f.Description,
		Summary:            f.Summary,
		DeprecationMessage: f.DeprecationMessage,
		ReturnType:         f.Return.Type,
	}
	for _, p := range f.Parameters {
		s.Parameters = append(s.Parameters, parameterOf(p))
	}
	if f.VariadicParameter != nil {
		variadic := parameterOf(f.VariadicParameter)
		s.VariadicParameter = &variadic
	}
	return s
}

func parameterOf(p *tfprotov6.FunctionParameter) parameter {
	return parameter{Name: p.Name, Description: p.Description, IsNullable: p.AllowNullValue, Type: p.Type}
}

func identityOf(s *tfprotov6.ResourceIdentitySchema) identity {
	attributes := make(map[string]identityAttribute, len(s.IdentityAttributes))
	for _, a := range s.IdentityAttributes {
		attributes[a.Name] = identityAttribute{
			Type:              a.Type,
			Description:       a.Description,
			RequiredForImport: a.RequiredForImport,
			OptionalForImport: a.OptionalForImport,
		}
	}
	return identity{Version: s.Version, Attributes: attributes}
}
