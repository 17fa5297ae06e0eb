// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package lifecycle

import (
	"bytes"
	"cmp"
	"encoding/json"
	"maps"
	"slices"

	tfjson "github.com/hashicorp/terraform-json"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/zclconf/go-cty/cty"
	ctyjson "github.com/zclconf/go-cty/cty/json"
	"github.com/zclconf/go-cty/cty/msgpack"
)

// stateValue decodes what a state file holds.
func stateValue(state *State, s described) (cty.Value, error) {
	return ctyjson.Unmarshal(state.Attributes, s.cty)
}

// JSON is the state in the form of show -json.
func (w *Workspace) JSON() *tfjson.State {
	values := &tfjson.StateValues{Outputs: map[string]*tfjson.StateOutput{}, RootModule: &tfjson.StateModule{}}
	for name, v := range w.outputs {
		if !v.IsNull() {
			values.Outputs[name] = &tfjson.StateOutput{Value: plainly(v), Type: v.Type()}
		}
	}
	for _, held := range sorted(w.objects) {
		values.RootModule.Resources = append(values.RootModule.Resources, w.resource(held.where, held.value, held.state))
	}
	return &tfjson.State{FormatVersion: "1.0", TerraformVersion: "1.11.4", Values: values}
}

func sorted(objects map[string]*stored) []*stored {
	return slices.SortedFunc(maps.Values(objects), func(a, b *stored) int { return cmp.Compare(a.address, b.address) })
}

func (w *Workspace) resource(at where, v cty.Value, state *State) *tfjson.StateResource {
	r := &tfjson.StateResource{Address: at.address, Mode: at.mode(), Type: at.typ, Name: at.name, ProviderName: w.schemas.name}
	if at.key != cty.NilVal {
		r.Index = plainly(at.key)
	}
	r.AttributeValues, _ = plainly(v).(map[string]any)
	if state != nil && state.Identity != nil {
		r.IdentityValues = identityValues(state.Identity)
		r.SchemaVersion = uint64(state.Version)
	}
	return r
}

func (at where) mode() tfjson.ResourceMode {
	if at.data {
		return tfjson.DataResourceMode
	}
	return tfjson.ManagedResourceMode
}

// identityValues reads an identity without its schema: MessagePack says enough.
func identityValues(identity *tfprotov6.ResourceIdentityData) map[string]any {
	t, err := impliedType(identity.IdentityData)
	if err != nil {
		return nil
	}
	v, err := offWire(identity.IdentityData, t)
	if err != nil {
		return nil
	}
	values, _ := plainly(v).(map[string]any)
	return values
}

// JSON is the plan in the form of show -json.
func (p *Plan) JSON() *tfjson.Plan {
	plan := &tfjson.Plan{
		FormatVersion: "1.2", TerraformVersion: "1.11.4", OutputChanges: map[string]*tfjson.Change{},
		PlannedValues: &tfjson.StateValues{Outputs: map[string]*tfjson.StateOutput{}, RootModule: &tfjson.StateModule{}},
		PriorState:    (&Workspace{schemas: p.workspace.schemas, objects: p.objects, outputs: p.workspace.outputs}).JSON(),
	}
	for _, address := range slices.Sorted(maps.Keys(p.changes)) {
		c := p.changes[address]
		change := changeJSON(c.action, c.before, c.after)
		if c.importing {
			change.Importing = &tfjson.Importing{}
		}
		r := &tfjson.ResourceChange{Address: address, Mode: c.mode(), Type: c.typ, Name: c.name, ProviderName: p.workspace.schemas.name, Change: change}
		if c.key != cty.NilVal {
			r.Index = plainly(c.key)
		}
		plan.ResourceChanges = append(plan.ResourceChanges, r)
		if c.action != Delete {
			var state *State
			if held := p.objects[address]; held != nil {
				state = held.state
			}
			plan.PlannedValues.RootModule.Resources = append(plan.PlannedValues.RootModule.Resources, p.workspace.resource(c.where, c.after, state))
		}
	}
	names := maps.Clone(p.outputs)
	if names == nil {
		names = map[string]cty.Value{}
	}
	for name := range p.workspace.outputs {
		if _, stays := names[name]; !stays {
			names[name] = cty.NullVal(cty.DynamicPseudoType)
		}
	}
	for name, after := range names {
		before, ok := p.workspace.outputs[name]
		if !ok {
			before = cty.NullVal(cty.DynamicPseudoType)
		}
		action := Update
		switch {
		case after.IsKnown() && after.IsNull() && before.IsNull(), before.RawEquals(after):
			action = NoOp
		case before.IsNull():
			action = Create
		case after.IsKnown() && after.IsNull():
			action = Delete
		}
		plan.OutputChanges[name] = changeJSON(action, before, after)
		if after.IsWhollyKnown() && !after.IsNull() {
			plan.PlannedValues.Outputs[name] = &tfjson.StateOutput{Value: plainly(after), Type: after.Type()}
		}
	}
	return plan
}

func changeJSON(action Action, before, after cty.Value) *tfjson.Change {
	change := &tfjson.Change{Before: plainly(before), After: plainly(after), AfterUnknown: plainly(unknownParts(after))}
	switch action {
	case NoOp:
		change.Actions = tfjson.Actions{tfjson.ActionNoop}
	case Create:
		change.Actions = tfjson.Actions{tfjson.ActionCreate}
	case Update:
		change.Actions = tfjson.Actions{tfjson.ActionUpdate}
	case Replace:
		change.Actions = tfjson.Actions{tfjson.ActionDelete, tfjson.ActionCreate}
	case Delete:
		change.Actions = tfjson.Actions{tfjson.ActionDelete}
	case readLater:
		change.Actions = tfjson.Actions{tfjson.ActionRead}
	}
	return change
}

// plainly gives a value as encoding/json decodes it. What is unknown isn't there; in a list it is null.
func plainly(v cty.Value) any {
	v = knownParts(v)
	if v == cty.NilVal {
		return nil
	}
	b, err := ctyjson.Marshal(v, v.Type())
	if err != nil {
		panic(err)
	}
	decoder := json.NewDecoder(bytes.NewReader(b))
	decoder.UseNumber()
	var plain any
	if err := decoder.Decode(&plain); err != nil {
		panic(err)
	}
	return plain
}

// knownParts leaves out what is unknown; NilVal when all is.
func knownParts(v cty.Value) cty.Value {
	t := v.Type()
	switch {
	case !v.IsKnown():
		return cty.NilVal
	case v.IsNull() || t.IsPrimitiveType():
		return v
	case t.IsObjectType() || t.IsMapType():
		values := map[string]cty.Value{}
		for it := v.ElementIterator(); it.Next(); {
			key, part := it.Element()
			if part = knownParts(part); part != cty.NilVal {
				values[key.AsString()] = part
			}
		}
		return cty.ObjectVal(values)
	}
	values := []cty.Value{}
	for it := v.ElementIterator(); it.Next(); {
		_, part := it.Element()
		if part = knownParts(part); part == cty.NilVal {
			part = cty.NullVal(cty.DynamicPseudoType)
		}
		values = append(values, part)
	}
	return cty.TupleVal(values)
}

// unknownParts has true for what is unknown. What is known is left out of objects and false in lists.
func unknownParts(v cty.Value) cty.Value {
	t := v.Type()
	switch {
	case !v.IsKnown():
		return cty.True
	case v.IsNull() || t.IsPrimitiveType():
		return cty.False
	case t.IsObjectType() || t.IsMapType():
		values := map[string]cty.Value{}
		for it := v.ElementIterator(); it.Next(); {
			key, part := it.Element()
			if u := unknownParts(part); !u.RawEquals(cty.False) {
				values[key.AsString()] = u
			}
		}
		return cty.ObjectVal(values)
	}
	values := []cty.Value{}
	for it := v.ElementIterator(); it.Next(); {
		_, part := it.Element()
		values = append(values, unknownParts(part))
	}
	return cty.TupleVal(values)
}

func impliedType(d *tfprotov6.DynamicValue) (cty.Type, error) { return msgpack.ImpliedType(d.MsgPack) }
