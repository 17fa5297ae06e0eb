// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package lifecycle

import (
	"encoding/json"
	"errors"
	"fmt"
	"math/big"

	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// Unknown stands in a configuration for a value that isn't known yet.
type Unknown struct{}

// configured gives the Terraform value of a configuration: what it leaves out is null, and a block that repeats is empty.
func configured(t tftypes.Type, fields map[string]field, config map[string]any) (tftypes.Value, error) {
	values := map[string]tftypes.Value{}
	for name, f := range fields {
		value, err := f.value(config[name])
		if err != nil {
			return tftypes.Value{}, fmt.Errorf("%s: %w", name, err)
		}
		values[name] = value
	}
	for name := range config {
		if _, known := fields[name]; !known {
			return tftypes.Value{}, fmt.Errorf("the schema has no %s", name)
		}
	}
	return newValue(t, values)
}

func (f field) value(v any) (tftypes.Value, error) {
	if v == nil && f.block && f.nesting != single {
		if f.nesting == mapping {
			return newValue(f.valueType, map[string]tftypes.Value{})
		}
		return newValue(f.valueType, []tftypes.Value{})
	}
	if _, unknown := v.(Unknown); v == nil || unknown || f.nesting == none {
		return plain(f.valueType, v)
	}
	switch t := f.valueType.(type) {
	case tftypes.Object:
		object, ok := v.(map[string]any)
		if !ok {
			return tftypes.Value{}, fmt.Errorf("want map[string]any, not %T", v)
		}
		return configured(t, f.nested, object)
	case tftypes.Map:
		return collect(t, t.ElementType, f.nested, v)
	case tftypes.List:
		return collect(t, t.ElementType, f.nested, v)
	case tftypes.Set:
		return collect(t, t.ElementType, f.nested, v)
	}
	return tftypes.Value{}, fmt.Errorf("type %s isn't supported", f.valueType)
}

func collect(t, element tftypes.Type, fields map[string]field, v any) (tftypes.Value, error) {
	one := field{valueType: element, nesting: single, nested: fields}
	return elements(t, v, one.value)
}

// plain gives the value of an attribute without nested ones.
func plain(t tftypes.Type, v any) (tftypes.Value, error) {
	switch v := v.(type) {
	case nil:
		return tftypes.NewValue(t, nil), nil
	case Unknown:
		return tftypes.NewValue(t, tftypes.UnknownValue), nil
	case int:
		return newValue(t, new(big.Float).SetInt64(int64(v)))
	case float64:
		return newValue(t, big.NewFloat(v))
	}
	of := func(element tftypes.Type) (tftypes.Value, error) {
		return elements(t, v, func(e any) (tftypes.Value, error) { return plain(element, e) })
	}
	switch t := t.(type) {
	case tftypes.Map:
		return of(t.ElementType)
	case tftypes.List:
		return of(t.ElementType)
	case tftypes.Set:
		return of(t.ElementType)
	case tftypes.Object:
		fields := map[string]field{}
		for name, attribute := range t.AttributeTypes {
			fields[name] = field{valueType: attribute}
		}
		object, ok := v.(map[string]any)
		if !ok {
			return tftypes.Value{}, fmt.Errorf("want map[string]any, not %T", v)
		}
		return configured(t, fields, object)
	}
	return newValue(t, v)
}

// elements gives a collection of []any, []string, map[string]any or map[string]string.
func elements(t tftypes.Type, v any, element func(any) (tftypes.Value, error)) (tftypes.Value, error) {
	items, entries := []any(nil), map[string]any{}
	keyed := false
	switch v := v.(type) {
	case []any:
		items = v
	case []string:
		for _, s := range v {
			items = append(items, s)
		}
	case map[string]any:
		entries, keyed = v, true
	case map[string]string:
		for key, s := range v {
			entries[key] = s
		}
		keyed = true
	default:
		return tftypes.Value{}, fmt.Errorf("want a slice or a map, not %T", v)
	}
	if keyed {
		values := map[string]tftypes.Value{}
		for key, entry := range entries {
			value, err := element(entry)
			if err != nil {
				return tftypes.Value{}, fmt.Errorf("%s: %w", key, err)
			}
			values[key] = value
		}
		return newValue(t, values)
	}
	values := make([]tftypes.Value, 0, len(items))
	for i, item := range items {
		value, err := element(item)
		if err != nil {
			return tftypes.Value{}, fmt.Errorf("%d: %w", i, err)
		}
		values = append(values, value)
	}
	return newValue(t, values)
}

// newValue is tftypes.NewValue with an error for a panic.
func newValue(t tftypes.Type, v any) (tftypes.Value, error) {
	if err := tftypes.ValidateValue(t, v); err != nil {
		return tftypes.Value{}, err
	}
	return tftypes.NewValue(t, v), nil
}

// parts takes an object or a map apart; nil for null and unknown.
func parts(v tftypes.Value) map[string]tftypes.Value {
	var m map[string]tftypes.Value
	if v.IsNull() || !v.IsKnown() || v.As(&m) != nil {
		return nil
	}
	return m
}

// items takes a list or a set apart; nil for null and unknown.
func items(v tftypes.Value) []tftypes.Value {
	var s []tftypes.Value
	if v.IsNull() || !v.IsKnown() || v.As(&s) != nil {
		return nil
	}
	return s
}

// toJSON gives a known value as Terraform writes it to the state file.
func toJSON(v tftypes.Value) ([]byte, error) {
	native, err := native(v)
	if err != nil {
		return nil, err
	}
	return json.Marshal(native)
}

func native(v tftypes.Value) (any, error) {
	if !v.IsKnown() {
		return nil, errors.New("an unknown value can't be in state")
	}
	if v.IsNull() {
		return nil, nil
	}
	t := v.Type()
	switch {
	case t.Is(tftypes.String):
		var s string
		err := v.As(&s)
		return s, err
	case t.Is(tftypes.Bool):
		var b bool
		err := v.As(&b)
		return b, err
	case t.Is(tftypes.Number):
		n := new(big.Float)
		err := v.As(&n)
		return json.Number(n.Text('f', -1)), err
	}
	switch t.(type) {
	case tftypes.Object, tftypes.Map:
		out := map[string]any{}
		for name, part := range parts(v) {
			value, err := native(part)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", name, err)
			}
			out[name] = value
		}
		return out, nil
	case tftypes.List, tftypes.Set:
		out := []any{}
		for _, item := range items(v) {
			value, err := native(item)
			if err != nil {
				return nil, err
			}
			out = append(out, value)
		}
		return out, nil
	}
	return nil, fmt.Errorf("type %s isn't supported", t)
}
