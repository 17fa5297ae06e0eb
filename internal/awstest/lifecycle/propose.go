// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package lifecycle

import "github.com/hashicorp/terraform-plugin-go/tftypes"

// propose gives the proposed new state, as Terraform core does before it asks the provider for a plan: the configuration,
// with what the provider computes taken from the prior state.
// https://developer.hashicorp.com/terraform/plugin/framework/internals/rpcs#planresourcechange-rpc
func propose(fields map[string]field, prior, config tftypes.Value) tftypes.Value {
	before, written := parts(prior), parts(config)
	proposed := map[string]tftypes.Value{}
	for name, f := range fields {
		p, ok := before[name]
		if !ok {
			p = tftypes.NewValue(f.valueType, nil)
		}
		c := written[name]
		switch {
		case f.computed && c.IsNull() && !f.setBefore(p):
			proposed[name] = p
		case f.nesting == none || c.IsNull() || !c.IsKnown():
			proposed[name] = c
		default:
			proposed[name] = f.proposeNested(p, c)
		}
	}
	return tftypes.NewValue(config.Type(), proposed)
}

// setBefore says whether the prior value holds what only a configuration can have given: then leaving it out of the
// configuration removes it.
func (f field) setBefore(prior tftypes.Value) bool {
	if f.nesting == none || !f.optional {
		return false
	}
	for _, object := range f.objects(prior) {
		for name, part := range parts(object) {
			if n := f.nested[name]; n.optional && !n.computed && !part.IsNull() {
				return true
			}
		}
	}
	return false
}

// objects gives the nested objects of a value.
func (f field) objects(v tftypes.Value) []tftypes.Value {
	switch f.nesting {
	case single:
		return []tftypes.Value{v}
	case mapping:
		var objects []tftypes.Value
		for _, object := range parts(v) {
			objects = append(objects, object)
		}
		return objects
	default:
		return items(v)
	}
}

func (f field) proposeNested(prior, config tftypes.Value) tftypes.Value {
	switch f.nesting {
	case single:
		return propose(f.nested, prior, config)
	case mapping:
		before, proposed := parts(prior), map[string]tftypes.Value{}
		for key, object := range parts(config) {
			proposed[key] = f.proposeObject(before[key], object)
		}
		return tftypes.NewValue(f.valueType, proposed)
	default:
		return tftypes.NewValue(f.valueType, f.proposeItems(items(prior), items(config)))
	}
}

func (f field) proposeItems(before, config []tftypes.Value) []tftypes.Value {
	proposed := []tftypes.Value{}
	for i, object := range config {
		var p tftypes.Value
		switch {
		case f.nesting == set:
			for j, candidate := range before {
				if cameFrom(f.nested, candidate, object) {
					p = candidate
					before = append(append([]tftypes.Value{}, before[:j]...), before[j+1:]...)
					break
				}
			}
		case i < len(before):
			p = before[i]
		}
		proposed = append(proposed, f.proposeObject(p, object))
	}
	return proposed
}

func (f field) proposeObject(prior, config tftypes.Value) tftypes.Value {
	if config.IsNull() || !config.IsKnown() {
		return config
	}
	return propose(f.nested, prior, config)
}

// cameFrom says whether a prior element of a set is what the configured element became: all that is configured is equal,
// and the rest is computed.
func cameFrom(fields map[string]field, prior, config tftypes.Value) bool {
	if prior.IsNull() || !prior.IsKnown() || !config.IsKnown() {
		return false
	}
	before := parts(prior)
	for name, c := range parts(config) {
		f, p := fields[name], before[name]
		switch {
		case c.Equal(p), f.computed && c.IsNull():
		case f.nesting == single && cameFrom(f.nested, p, c):
		default:
			return false
		}
	}
	return true
}
