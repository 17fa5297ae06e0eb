// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package lifecycle

import (
	"context"
	"errors"
	"os"

	"github.com/hashicorp/hcl/v2/ext/tryfunc"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"
	"github.com/zclconf/go-cty/cty/function/stdlib"
)

// functionsOf gives the functions of the language that tests use, and the provider's. One that is missing here fails the test: HCL says
// that there is no such function.
func functionsOf(ctx context.Context, s *schemas, provider func() tfprotov6.ProviderServer) map[string]function.Function {
	functions := map[string]function.Function{
		"can": tryfunc.CanFunc, "compact": stdlib.CompactFunc, "concat": stdlib.ConcatFunc, "contains": stdlib.ContainsFunc,
		"distinct": stdlib.DistinctFunc, "element": stdlib.ElementFunc, "flatten": stdlib.FlattenFunc, "format": stdlib.FormatFunc,
		"join": stdlib.JoinFunc, "jsondecode": stdlib.JSONDecodeFunc, "jsonencode": stdlib.JSONEncodeFunc, "keys": stdlib.KeysFunc,
		"file": fileFunction(), "length": lengthFunction(), "lower": stdlib.LowerFunc, "max": stdlib.MaxFunc, "merge": stdlib.MergeFunc, "min": stdlib.MinFunc,
		"one": oneFunction(), "range": stdlib.RangeFunc, "regex": stdlib.RegexFunc, "replace": stdlib.ReplaceFunc, "setunion": stdlib.SetUnionFunc,
		"slice": stdlib.SliceFunc, "sort": stdlib.SortFunc, "split": stdlib.SplitFunc, "substr": stdlib.SubstrFunc,
		"tobool": stdlib.MakeToFunc(cty.Bool), "tolist": stdlib.MakeToFunc(cty.List(cty.DynamicPseudoType)), "tomap": stdlib.MakeToFunc(cty.Map(cty.DynamicPseudoType)),
		"tonumber": stdlib.MakeToFunc(cty.Number), "toset": stdlib.MakeToFunc(cty.Set(cty.DynamicPseudoType)), "tostring": stdlib.MakeToFunc(cty.String),
		"trimprefix": stdlib.TrimPrefixFunc, "try": tryfunc.TryFunc, "upper": stdlib.UpperFunc, "values": stdlib.ValuesFunc, "zipmap": stdlib.ZipmapFunc,
	}
	for name, f := range s.functions {
		functions["provider::"+s.name+"::"+name] = providerFunction(ctx, name, f, provider)
	}
	return functions
}

// providerFunction calls a function of a provider that isn't configured, as Terraform does.
func providerFunction(ctx context.Context, name string, f *tfprotov6.Function, provider func() tfprotov6.ProviderServer) function.Function {
	parameter := func(p *tfprotov6.FunctionParameter) function.Parameter {
		return function.Parameter{Name: p.Name, Type: ctyOf(p.Type), AllowNull: p.AllowNullValue, AllowUnknown: p.AllowUnknownValues}
	}
	result := ctyOf(f.Return.Type)
	spec := &function.Spec{Type: function.StaticReturnType(result)}
	for _, p := range f.Parameters {
		spec.Params = append(spec.Params, parameter(p))
	}
	if f.VariadicParameter != nil {
		variadic := parameter(f.VariadicParameter)
		spec.VarParam = &variadic
	}
	spec.Impl = func(args []cty.Value, _ cty.Type) (cty.Value, error) {
		values := make([]*tfprotov6.DynamicValue, len(args))
		for i, arg := range args {
			p := spec.VarParam
			if i < len(spec.Params) {
				p = &spec.Params[i]
			}
			var err error
			if values[i], err = onWire(arg, p.Type); err != nil {
				return cty.NilVal, err
			}
		}
		answer, err := call("CallFunction", func() (*tfprotov6.CallFunctionResponse, []*tfprotov6.Diagnostic, error) {
			r, err := provider().CallFunction(ctx, &tfprotov6.CallFunctionRequest{Name: name, Arguments: values})
			return r, nil, err
		})
		if err != nil {
			return cty.NilVal, err
		}
		if answer.Error != nil {
			if answer.Error.FunctionArgument != nil {
				return cty.NilVal, function.NewArgErrorf(int(*answer.Error.FunctionArgument), "%s", answer.Error.Text)
			}
			return cty.NilVal, errors.New(answer.Error.Text)
		}
		return offWire(answer.Result, result)
	}
	return function.New(spec)
}

// fileFunction is Terraform's file().
func fileFunction() function.Function {
	return function.New(&function.Spec{
		Params: []function.Parameter{{Name: "path", Type: cty.String}},
		Type:   function.StaticReturnType(cty.String),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			text, err := os.ReadFile(args[0].AsString())
			return cty.StringVal(string(text)), err
		},
	})
}

// lengthFunction is Terraform's length(), which takes strings too.
func lengthFunction() function.Function {
	return function.New(&function.Spec{
		Params: []function.Parameter{{Name: "value", Type: cty.DynamicPseudoType, AllowUnknown: true, AllowDynamicType: true}},
		Type:   function.StaticReturnType(cty.Number),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			if t := args[0].Type(); t == cty.String || t == cty.DynamicPseudoType {
				return stdlib.Strlen(args[0])
			}
			return stdlib.Length(args[0])
		},
	})
}

// oneFunction is Terraform's one().
func oneFunction() function.Function {
	return function.New(&function.Spec{
		Params: []function.Parameter{{Name: "list", Type: cty.DynamicPseudoType}},
		Type: func(args []cty.Value) (cty.Type, error) {
			t := args[0].Type()
			switch {
			case t.IsListType(), t.IsSetType():
				return t.ElementType(), nil
			case t.IsTupleType() && t.Length() == 1:
				return t.TupleElementType(0), nil
			case t.IsTupleType() && t.Length() == 0:
				return cty.DynamicPseudoType, nil
			}
			return cty.NilType, function.NewArgErrorf(0, "must be a list, set, or tuple value with either zero or one elements")
		},
		Impl: func(args []cty.Value, t cty.Type) (cty.Value, error) {
			switch args[0].LengthInt() {
			case 0:
				return cty.NullVal(t), nil
			case 1:
				for it := args[0].ElementIterator(); it.Next(); {
					_, v := it.Element()
					return v, nil
				}
			}
			return cty.NilVal, function.NewArgErrorf(0, "must be a list, set, or tuple value with either zero or one elements")
		},
	})
}
