// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package lifecycle

import (
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// nesting is how an attribute or block holds objects; none for an attribute without nested ones.
type nesting int

const (
	none nesting = iota
	single
	list
	set
	mapping
)

// field is an attribute or a block: Terraform core treats both alike, but for a block that isn't written.
type field struct {
	valueType          tftypes.Type
	optional, computed bool
	block              bool
	nesting            nesting
	nested             map[string]field
}

// fieldsOf gives the fields of a schema.
func fieldsOf(block *tfprotov6.SchemaBlock) map[string]field {
	fields := attributesOf(block.Attributes)
	for _, b := range block.BlockTypes {
		f := field{valueType: b.ValueType(), block: true, nested: fieldsOf(b.Block)}
		switch b.Nesting {
		case tfprotov6.SchemaNestedBlockNestingModeSingle, tfprotov6.SchemaNestedBlockNestingModeGroup:
			f.nesting = single
		case tfprotov6.SchemaNestedBlockNestingModeList:
			f.nesting = list
		case tfprotov6.SchemaNestedBlockNestingModeSet:
			f.nesting = set
		case tfprotov6.SchemaNestedBlockNestingModeMap:
			f.nesting = mapping
		default:
			panic("a block has a nesting mode")
		}
		fields[b.TypeName] = f
	}
	return fields
}

func attributesOf(attributes []*tfprotov6.SchemaAttribute) map[string]field {
	fields := map[string]field{}
	for _, a := range attributes {
		f := field{valueType: a.ValueType(), optional: a.Optional, computed: a.Computed}
		if a.NestedType != nil {
			f.nested = attributesOf(a.NestedType.Attributes)
			switch a.NestedType.Nesting {
			case tfprotov6.SchemaObjectNestingModeSingle:
				f.nesting = single
			case tfprotov6.SchemaObjectNestingModeList:
				f.nesting = list
			case tfprotov6.SchemaObjectNestingModeSet:
				f.nesting = set
			case tfprotov6.SchemaObjectNestingModeMap:
				f.nesting = mapping
			default:
				panic("a nested attribute has a nesting mode")
			}
		}
		fields[a.Name] = f
	}
	return fields
}
