// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"regexp"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// undescribed says which attributes and blocks, at any depth, lack a description or an example of their value.
func undescribed(block *tfprotov6.SchemaBlock, arguments map[string]bool) []string {
	var problems []string
	if block.Description == "" {
		problems = append(problems, "it has no MarkdownDescription")
	}
	walk(block, func(at string, description string, leaf bool) {
		// What is made of attributes needs a description of its own, and its examples may stand in them.
		problem := descriptionProblem(description, arguments)
		if problem != "" && (leaf || description == "") {
			problems = append(problems, at+" "+problem)
		}
	})
	return problems
}

// inCode is where an example stands: in code, or in quotes as in the descriptions of framework-timeouts.
var inCode = regexp.MustCompile("`[^`]+`|\"[^\"]+\"")

// descriptionProblem is "" for a description with an example of the value, or the values themselves, in code. The name of an
// argument is no value.
func descriptionProblem(description string, arguments map[string]bool) string {
	if description == "" {
		return "has no MarkdownDescription: say what it is for, and show a value"
	}
	for _, code := range inCode.FindAllString(description, -1) {
		if !arguments[code[1:len(code)-1]] {
			return ""
		}
	}
	return "has a description without a value: show one in backticks, as in \"such as `eu-west-1`\""
}

// walk visits every attribute and nested block. A leaf is an attribute that has no attributes of its own.
func walk(block *tfprotov6.SchemaBlock, visit func(at, description string, leaf bool)) {
	walkBlock(block, "", visit)
}

func walkBlock(block *tfprotov6.SchemaBlock, at string, visit func(at, description string, leaf bool)) {
	walkAttributes(block.Attributes, at, visit)
	for _, nested := range block.BlockTypes {
		// framework-timeouts gives its block no description, and Terraform shows the block by its attributes anyway.
		if nested.TypeName != "timeouts" {
			visit(at+nested.TypeName, nested.Block.Description, false)
		}
		walkBlock(nested.Block, at+nested.TypeName+".", visit)
	}
}

func walkAttributes(attributes []*tfprotov6.SchemaAttribute, at string, visit func(at, description string, leaf bool)) {
	for _, attribute := range attributes {
		if attribute.NestedType == nil {
			// An example of a secret would only be pasted.
			visit(at+attribute.Name, attribute.Description, !attribute.Sensitive)
			continue
		}
		visit(at+attribute.Name, attribute.Description, false)
		walkAttributes(attribute.NestedType.Attributes, at+attribute.Name+".", visit)
	}
}

// argumentNames are the names of everything in the provider's schemas.
func argumentNames(schemas *tfprotov6.GetProviderSchemaResponse) map[string]bool {
	names := map[string]bool{}
	blocks := []*tfprotov6.SchemaBlock{schemas.Provider.Block}
	for _, s := range schemas.ResourceSchemas {
		blocks = append(blocks, s.Block)
	}
	for _, s := range schemas.DataSourceSchemas {
		blocks = append(blocks, s.Block)
	}
	for _, block := range blocks {
		walk(block, func(at, _ string, _ bool) { names[at] = true })
	}
	return names
}

func TestDescriptionProblem(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		description string
		accepted    bool
	}{
		"example":        {description: "Region, such as `eu-west-1`.", accepted: true},
		"values":         {description: "`A` or `B`.", accepted: true},
		"quoted":         {description: `A duration such as "30s".`, accepted: true},
		"no description": {},
		"no value":       {description: "Region of the object."},
		"argument":       {description: "Goes with `region`."},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if problem := descriptionProblem(test.description, map[string]bool{"region": true}); (problem == "") != test.accepted {
				t.Errorf("%q: %q", test.description, problem)
			}
		})
	}
}

func TestUndescribedGoesDeep(t *testing.T) {
	t.Parallel()
	leaf := &tfprotov6.SchemaAttribute{Name: "leaf", Description: "What it is."}
	block := &tfprotov6.SchemaBlock{
		Description: "What it is.",
		Attributes: []*tfprotov6.SchemaAttribute{
			{Name: "secret", Description: "What it is.", Sensitive: true},
			{Name: "object", Description: "What it is.", NestedType: &tfprotov6.SchemaObject{Attributes: []*tfprotov6.SchemaAttribute{leaf}}},
		},
		BlockTypes: []*tfprotov6.SchemaNestedBlock{
			{TypeName: "block", Block: &tfprotov6.SchemaBlock{Attributes: []*tfprotov6.SchemaAttribute{leaf}}},
		},
	}
	want := []string{
		"object.leaf " + descriptionProblem(leaf.Description, nil),
		"block " + descriptionProblem("", nil),
		"block.leaf " + descriptionProblem(leaf.Description, nil),
	}
	if diff := cmp.Diff(want, undescribed(block, nil)); diff != "" {
		t.Error(diff)
	}
}
