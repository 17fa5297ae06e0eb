// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package lifecycle

import (
	"fmt"
	"slices"
	"sync"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"github.com/zclconf/go-cty/cty"
)

// refreshed reads what the state holds at an address. prior is null, and the object nil, when there is none any more.
func (k *walk) refreshed(at where, s *session) (*stored, tftypes.Value, error) {
	held := k.held(at.address)
	if held == nil {
		return nil, s.null(), nil
	}
	if k.plan.mode.NoRefresh {
		prior, err := k.workspace.schemas.resources[at.typ].toProvider(held.value)
		return held, prior, err
	}
	state, prior, err := s.refresh(k.ctx, held.state)
	if err != nil {
		return nil, prior, err
	}
	if state == nil {
		k.set(at.address, nil)
		return nil, prior, nil
	}
	again := *held
	again.where, again.state = at, state
	if again.value, err = k.workspace.schemas.resources[at.typ].fromProvider(prior); err != nil {
		return nil, prior, err
	}
	k.set(at.address, &again)
	return &again, prior, nil
}

// imported reads an object that isn't in the state yet.
func (k *walk) imported(at where, id string, identity *tfprotov6.ResourceIdentityData) (*stored, error) {
	s := k.session(at.typ)
	if s.known == nil {
		return nil, fmt.Errorf("a Workspace can't import a %s", at.typ)
	}
	state, err := s.importState(k.ctx, id, identity)
	if err != nil {
		return nil, err
	}
	state, prior, err := s.refresh(k.ctx, state)
	if err != nil {
		return nil, err
	}
	if state == nil {
		return nil, &DiagnosticsError{Diagnostics: []*tfprotov6.Diagnostic{{
			Severity: tfprotov6.DiagnosticSeverityError, Summary: "Cannot import non-existent remote object",
			Detail: fmt.Sprintf("While attempting to import an existing object to %q, the provider detected that no object exists with the given id.", at.address),
		}}}
	}
	v, err := k.workspace.schemas.resources[at.typ].fromProvider(prior)
	return &stored{where: at, state: state, value: v}, err
}

// importWanted imports what an import block asks for at an address.
func (k *walk) importWanted(at where, s *session) (bool, error) {
	k.mu.Lock()
	var err error
	if k.imports == nil {
		k.imports, err = k.importBlocks()
	}
	wanted, ok := k.imports[at.address]
	k.mu.Unlock()
	if err != nil || !ok || k.held(at.address) != nil {
		return false, err
	}
	id, identity := "", (*tfprotov6.ResourceIdentityData)(nil)
	if wanted.Type() == cty.String {
		id = wanted.AsString()
	} else {
		attributes, _ := plainly(wanted).(map[string]any)
		if identity, err = s.identity(k.ctx, attributes); err != nil {
			return false, err
		}
	}
	held, err := k.imported(at, id, identity)
	if err != nil {
		return false, err
	}
	k.set(at.address, held)
	return true, nil
}

func (k *walk) planInstance(n *node, i instance, s *session, config tftypes.Value) (cty.Value, error) {
	if err := k.configure(); err != nil {
		return cty.DynamicVal, err
	}
	if err := s.validate(k.ctx, config); err != nil {
		return cty.DynamicVal, err
	}
	importing, err := k.importWanted(i.where, s)
	if err != nil {
		return cty.DynamicVal, err
	}
	before := k.held(i.address)
	var prior tftypes.Value
	if importing {
		prior, err = k.schemaOf(n).toProvider(before.value)
	} else {
		before, prior, err = k.refreshed(i.where, s)
	}
	if err != nil {
		return cty.DynamicVal, err
	}
	p := &planned{where: i.where, before: cty.NullVal(k.schemaOf(n).cty), importing: importing, needs: k.needed(n)}
	var state *State
	if before != nil {
		state, p.before = before.state, before.value
	}
	if p.change, err = s.planApply(k.ctx, config, state, prior); err != nil {
		return cty.DynamicVal, err
	}
	p.action = p.change.action
	if p.after, err = k.schemaOf(n).fromProvider(p.change.planned); err != nil {
		return cty.DynamicVal, err
	}
	k.record(p)
	return p.after, nil
}

func (k *walk) applyInstance(i instance, s *session, config tftypes.Value) (cty.Value, error) {
	p := k.plan.changes[i.address]
	if p == nil {
		return cty.DynamicVal, fmt.Errorf("%s isn't in the plan", i.address)
	}
	for address := range k.gone { // what it is made from anew, and what it stood on
		if address == i.address || slices.Contains(k.neededBefore(i.address), resourceOf(k.plan.changes[address].where)) {
			<-k.gone[address]
			if k.hasFailed(address) {
				return cty.DynamicVal, errReported
			}
		}
	}
	if err := k.configure(); err != nil {
		return cty.DynamicVal, err
	}
	p.change.config = config
	state := p.change.before
	if p.action == Replace {
		state = nil
	}
	failed := s.applyConfig(k.ctx, &state, p.change)
	v, err := k.keepState(p.where, state, p.needs)
	if failed != nil {
		return v, failed
	}
	return v, err
}

// keepState keeps what an apply left.
func (k *walk) keepState(at where, state *State, needs []string) (cty.Value, error) {
	s := k.workspace.schemas.resources[at.typ]
	if state == nil {
		k.set(at.address, nil)
		return cty.NullVal(s.cty), nil
	}
	decoded, err := stateValue(state, s)
	if err != nil {
		return cty.DynamicVal, err
	}
	k.set(at.address, &stored{where: at, state: state, value: decoded, needs: needs})
	return decoded, nil
}

// neededBefore gives the resources to which the object at address referred when it was made.
func (k *walk) neededBefore(address string) []string {
	if held := k.plan.objects[address]; held != nil {
		return held.needs
	}
	return nil
}

func resourceOf(at where) string { return at.typ + "." + at.name }

func (k *walk) hasFailed(address string) bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.failed[address]
}

// delete destroys the object at an address, once all that stood on it is destroyed.
func (k *walk) delete(address string) {
	defer close(k.gone[address])
	p := k.plan.changes[address]
	fail := func(err error) {
		if err != nil {
			k.fail(address, err)
		}
		k.mu.Lock()
		k.failed[address] = true
		k.mu.Unlock()
	}
	for other := range k.gone {
		if other != address && slices.Contains(k.neededBefore(other), resourceOf(p.where)) {
			<-k.gone[other]
			if k.hasFailed(other) {
				fail(nil)
				return
			}
		}
	}
	if p.typ == "terraform_data" {
		k.set(address, nil)
		return
	}
	<-k.results["provider."+k.workspace.schemas.name].done
	if k.results["provider."+k.workspace.schemas.name].failed {
		fail(nil)
		return
	}
	if err := k.configure(); err != nil {
		fail(err)
		return
	}
	state := p.change.before
	failed := k.session(p.typ).applyDestroy(k.ctx, &state, p.change)
	if _, err := k.keepState(p.where, state, k.neededBefore(address)); err != nil {
		fail(err)
	}
	if failed != nil {
		fail(failed)
	}
}

// planOrphans plans the deletion of what the configuration doesn't have any more.
func (k *walk) planOrphans() {
	var all sync.WaitGroup
	for address, held := range k.plan.objects {
		if held.data || k.plan.changes[address] != nil {
			continue
		}
		all.Go(func() {
			if err := k.planOrphan(held); err != nil {
				k.fail(address, err)
			}
		})
	}
	all.Wait()
}

func (k *walk) planOrphan(held *stored) error {
	p := &planned{where: held.where, action: Delete, before: held.value, after: cty.NullVal(held.value.Type())}
	if held.typ == "terraform_data" {
		k.record(p)
		return nil
	}
	if err := k.configure(); err != nil {
		return err
	}
	s := k.session(held.typ)
	before, prior, err := k.refreshed(held.where, s)
	if err != nil || before == nil {
		return err
	}
	p.before = before.value
	if p.change, err = s.planDestroy(k.ctx, before.state, prior); err != nil {
		return err
	}
	k.record(p)
	return nil
}

func (k *walk) visitTerraformData(n *node, i instance, config cty.Value) (cty.Value, error) {
	switch k.mode {
	case validating:
		return cty.UnknownVal(k.schemaOf(n).cty), nil
	case planning:
		p := &planned{where: i.where, before: cty.NullVal(k.schemaOf(n).cty), needs: k.needed(n)}
		prior := cty.NilVal
		if held := k.held(i.address); held != nil {
			prior, p.before = held.value, held.value
		}
		p.action, p.after = planTerraformData(config, prior)
		k.record(p)
		return p.after, nil
	case destroying, applying:
	}
	p := k.plan.changes[i.address]
	if gone := k.gone[i.address]; gone != nil {
		<-gone
	}
	v := applyTerraformData(config, p.after)
	k.set(i.address, &stored{where: i.where, value: v, needs: p.needs})
	return v, nil
}

// visitData reads a data source, or leaves that to the apply: when an argument is unknown, or what it depends on changes.
func (k *walk) visitData(n *node, i instance, s described, config cty.Value) (cty.Value, error) {
	wire, err := onWire(config, s.cty)
	if err != nil {
		return config, err
	}
	if k.mode != validating { // core configures a provider before it validates with it
		if err := k.configure(); err != nil {
			return config, err
		}
	}
	if _, err := call("ValidateDataResourceConfig", func() (any, []*tfprotov6.Diagnostic, error) {
		r, err := k.server.ValidateDataResourceConfig(k.ctx, &tfprotov6.ValidateDataResourceConfigRequest{TypeName: n.typ, Config: wire})
		return nil, r.Diagnostics, err
	}); err != nil {
		return config, err
	}
	if k.mode == validating {
		return cty.UnknownVal(s.cty), nil
	}
	if k.mode == planning && (!config.IsWhollyKnown() || k.pending(n)) {
		later, err := s.later(wire)
		if err != nil {
			return config, err
		}
		k.record(&planned{where: i.where, action: readLater, before: cty.NullVal(s.cty), after: later})
		return later, nil
	}
	answer, err := call("ReadDataSource", func() (*tfprotov6.ReadDataSourceResponse, []*tfprotov6.Diagnostic, error) {
		r, err := k.server.ReadDataSource(k.ctx, &tfprotov6.ReadDataSourceRequest{
			TypeName: n.typ, Config: wire, ClientCapabilities: &tfprotov6.ReadDataSourceClientCapabilities{},
		})
		return r, r.Diagnostics, err
	})
	if err != nil {
		return config, err
	}
	v, err := offWire(answer.State, s.cty)
	if err != nil {
		return v, err
	}
	if !v.IsWhollyKnown() {
		return v, bug("ReadDataSource", "%s has unknown values after it was read", i.address)
	}
	k.set(i.address, &stored{where: i.where, value: v})
	return v, nil
}

// pending says that something which the node depends on by depends_on is going to change.
func (k *walk) pending(n *node) bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	for _, p := range k.plan.changes {
		if p.action != NoOp && slices.Contains(n.depends, resourceOf(p.where)) {
			return true
		}
	}
	return false
}

// later is what a data source is while it isn't read: what is computed is unknown.
func (s described) later(config *tfprotov6.DynamicValue) (cty.Value, error) {
	written, err := config.Unmarshal(s.tf)
	if err != nil {
		return cty.DynamicVal, err
	}
	return s.fromProvider(unread(s.fields, written))
}

func unread(fields map[string]field, v tftypes.Value) tftypes.Value {
	values := parts(v)
	for name, f := range fields {
		switch {
		case f.computed && values[name].IsNull():
			values[name] = tftypes.NewValue(f.valueType, tftypes.UnknownValue)
		case f.nesting == single && values[name].IsKnown() && !values[name].IsNull():
			values[name] = unread(f.nested, values[name])
		case f.nesting == mapping && values[name].IsKnown() && !values[name].IsNull():
			entries := parts(values[name])
			for key, entry := range entries {
				if entry.IsKnown() && !entry.IsNull() {
					entries[key] = unread(f.nested, entry)
				}
			}
			values[name] = tftypes.NewValue(f.valueType, entries)
		}
	}
	return tftypes.NewValue(v.Type(), values)
}
