// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package lifecycle

import (
	"context"
	"fmt"
	"strings"

	"github.com/hashicorp/hcl/v2/hcldec"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/msgpack"
)

// schemas is what a provider says about itself, and the built-in provider's terraform_data.
type schemas struct {
	name            string // the provider's, as in the names of its resources
	provider        described
	resources, data map[string]described
	known           map[string]*known // for sessions, by resource
	functions       map[string]*tfprotov6.Function
}

// described is what decodes a body, and the types of its value.
type described struct {
	spec   hcldec.Spec
	tf     tftypes.Type
	cty    cty.Type
	fields map[string]field
}

// builtin is the provider that Terraform has inside, as in terraform_data.
const builtin = "terraform"

func learnSchemas(ctx context.Context, server tfprotov6.ProviderServer) (*schemas, error) {
	answer, err := call("GetProviderSchema", func() (*tfprotov6.GetProviderSchemaResponse, []*tfprotov6.Diagnostic, error) {
		r, err := server.GetProviderSchema(ctx, &tfprotov6.GetProviderSchemaRequest{})
		return r, r.Diagnostics, err
	})
	if err != nil {
		return nil, err
	}
	s := &schemas{
		provider: schemaOf(answer.Provider), resources: map[string]described{}, data: map[string]described{}, known: map[string]*known{},
		functions: answer.Functions,
	}
	for name, r := range answer.ResourceSchemas {
		s.name, _, _ = strings.Cut(name, "_")
		s.resources[name] = schemaOf(r)
		s.known[name] = &known{version: r.Version, object: r.ValueType(), fields: s.resources[name].fields}
	}
	for name, d := range answer.DataSourceSchemas {
		s.name, _, _ = strings.Cut(name, "_")
		s.data[name] = schemaOf(d)
	}
	s.resources["terraform_data"] = terraformData()
	return s, nil
}

func schemaOf(s *tfprotov6.Schema) described {
	return described{spec: specOf(s.Block), tf: s.ValueType(), cty: ctyOf(s.ValueType()), fields: fieldsOf(s.Block)}
}

func specOf(block *tfprotov6.SchemaBlock) hcldec.Spec {
	spec := hcldec.ObjectSpec{}
	for _, a := range block.Attributes {
		t := ctyOf(a.ValueType())
		if a.NestedType != nil {
			t = nestedType(a.NestedType)
		}
		spec[a.Name] = &hcldec.AttrSpec{Name: a.Name, Type: t, Required: a.Required}
	}
	for _, b := range block.BlockTypes {
		nested := specOf(b.Block)
		switch b.Nesting {
		case tfprotov6.SchemaNestedBlockNestingModeSingle:
			spec[b.TypeName] = &hcldec.BlockSpec{TypeName: b.TypeName, Nested: nested}
		case tfprotov6.SchemaNestedBlockNestingModeList:
			spec[b.TypeName] = &hcldec.BlockListSpec{TypeName: b.TypeName, Nested: nested, MinItems: int(b.MinItems), MaxItems: int(b.MaxItems)}
		case tfprotov6.SchemaNestedBlockNestingModeSet:
			spec[b.TypeName] = &hcldec.BlockSetSpec{TypeName: b.TypeName, Nested: nested, MinItems: int(b.MinItems), MaxItems: int(b.MaxItems)}
		default:
			panic(fmt.Sprintf("the nesting mode of block %s isn't known", b.TypeName))
		}
	}
	return spec
}

// nestedType is the type to which a nested attribute's value is converted: what isn't required may be left out.
func nestedType(o *tfprotov6.SchemaObject) cty.Type {
	types, optional := map[string]cty.Type{}, []string(nil)
	for _, a := range o.Attributes {
		types[a.Name] = ctyOf(a.ValueType())
		if a.NestedType != nil {
			types[a.Name] = nestedType(a.NestedType)
		}
		if !a.Required {
			optional = append(optional, a.Name)
		}
	}
	t := cty.ObjectWithOptionalAttrs(types, optional)
	switch o.Nesting {
	case tfprotov6.SchemaObjectNestingModeList:
		return cty.List(t)
	case tfprotov6.SchemaObjectNestingModeSet:
		return cty.Set(t)
	case tfprotov6.SchemaObjectNestingModeMap:
		return cty.Map(t)
	default:
		return t
	}
}

func ctyOf(t tftypes.Type) cty.Type {
	switch {
	case t.Is(tftypes.String):
		return cty.String
	case t.Is(tftypes.Number):
		return cty.Number
	case t.Is(tftypes.Bool):
		return cty.Bool
	case t.Is(tftypes.DynamicPseudoType):
		return cty.DynamicPseudoType
	}
	switch t := t.(type) {
	case tftypes.List:
		return cty.List(ctyOf(t.ElementType))
	case tftypes.Set:
		return cty.Set(ctyOf(t.ElementType))
	case tftypes.Map:
		return cty.Map(ctyOf(t.ElementType))
	case tftypes.Object:
		types := map[string]cty.Type{}
		for name, a := range t.AttributeTypes {
			types[name] = ctyOf(a)
		}
		return cty.Object(types)
	case tftypes.Tuple:
		types := make([]cty.Type, len(t.ElementTypes))
		for i, e := range t.ElementTypes {
			types[i] = ctyOf(e)
		}
		return cty.Tuple(types)
	}
	panic(fmt.Sprintf("type %s isn't supported", t))
}

// onWire is how both Terraform and a provider read a value.
func onWire(v cty.Value, t cty.Type) (*tfprotov6.DynamicValue, error) {
	b, err := msgpack.Marshal(v, t)
	return &tfprotov6.DynamicValue{MsgPack: b}, err
}

func offWire(d *tfprotov6.DynamicValue, t cty.Type) (cty.Value, error) {
	if d == nil {
		return cty.NullVal(t), nil
	}
	return msgpack.Unmarshal(d.MsgPack, t)
}

// toProvider gives a value as sessions have it.
func (s described) toProvider(v cty.Value) (tftypes.Value, error) {
	d, err := onWire(v, s.cty)
	if err != nil {
		return tftypes.Value{}, err
	}
	return d.Unmarshal(s.tf)
}

func (s described) fromProvider(v tftypes.Value) (cty.Value, error) {
	d, err := tfprotov6.NewDynamicValue(s.tf, v)
	if err != nil {
		return cty.NilVal, err
	}
	return offWire(&d, s.cty)
}
