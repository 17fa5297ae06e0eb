// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package ecsroles

import (
	"context"
	"strings"
	"sync"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/ecrx/terraform-provider-ecrx/internal/fragment/role"
	"github.com/ecrx/terraform-provider-ecrx/internal/fw"
	"github.com/ecrx/terraform-provider-ecrx/internal/pattern"
)

// undoTimeout bounds the removal of what a failed create made, which runs on when the operation was interrupted.
const undoTimeout = time.Minute

// change is what becomes of one role: it is made, changed or deleted, as it is planned, in the state, or both.
type change struct {
	part        part
	wanted      role.Wanted
	plan, state *role.Model
	// live is the role as it is afterwards; nil for none.
	live  *role.Model
	gone  bool // it was in the state, and isn't at AWS
	diags diag.Diagnostics
}

// plan gives what can be known of a part's role; nil when there shall be none. before is the role that is there, if one is.
func (r *Resource) plan(ctx context.Context, p part, m *model, before *role.Model, apply bool, diags *diag.Diagnostics) (*role.Model, answer) {
	c, is := r.change(ctx, p, m, before, apply, diags)
	if is != yes || diags.HasError() {
		return nil, is
	}
	return c.plan, yes
}

func (r *Resource) change(ctx context.Context, p part, m *model, before *role.Model, apply bool, diags *diag.Diagnostics) (*change, answer) {
	is, own := p.asked(ctx, m, diags)
	if is != yes {
		return nil, is
	}
	problems, _ := m.problems(ctx, p, diags)
	at := where(ctx, r.Provider, p, before, apply, diags)
	if !diags.HasError() && !pattern.HasErrors(problems) {
		var wanted role.Wanted
		wanted, problems = p.wanted(ctx, m, at, diags)
		c := &change{part: p, wanted: wanted, state: before, plan: &role.Model{Settings: m.Settings, Name: p.name(m, own)}}
		config := *c.plan
		p.kind.Plan(ctx, r.Provider, c.plan, &config, before, wanted, diags)
		role.ReportAt(diags, p.kind.At, problems)
		return c, yes
	}
	// Warnings are ValidateConfig's.
	role.ReportAt(diags, p.kind.At, pattern.Errors(problems))
	return nil, yes
}

// changes are those that lead from the state to the plan, all of which is known now.
func (r *Resource) changes(ctx context.Context, plan, state *model, diags *diag.Diagnostics) []*change {
	var changes []*change
	for _, p := range parts() {
		before := roleOf(ctx, *p.role(state), state.Settings, diags)
		c, is := r.change(ctx, p, plan, before, true, diags)
		switch {
		case diags.HasError():
			return nil
		case is == yes:
			p.kind.Resolve(c.plan, c.wanted, diags)
			changes = append(changes, c)
		case before != nil:
			changes = append(changes, &change{part: p, state: before})
		}
	}
	plan.review(ctx, diags)
	return changes
}

// apply makes the changes: those of roles that stay or are new at the same time, since none waits for another. Only when all
// of them are made are roles deleted, so that a service keeps what it has when something fails.
func apply(ctx context.Context, provider *fw.ProviderData, changes []*change, diags *diag.Diagnostics) {
	var wanted, unwanted []*change
	for _, c := range changes {
		c.live = c.state
		if c.plan == nil {
			unwanted = append(unwanted, c)
		} else {
			wanted = append(wanted, c)
		}
	}
	atOnce(wanted, func(c *change) {
		if c.state == nil {
			if c.part.kind.Create(ctx, provider, c.plan, &c.diags) {
				c.live = c.plan
			}
			return
		}
		c.part.kind.Update(ctx, provider, c.plan, c.state, &c.diags)
		if !c.diags.HasError() {
			c.live = c.plan
		}
	}, diags)
	if diags.HasError() {
		return
	}
	remove(ctx, provider, unwanted, diags)
}

// remove deletes roles. One that can't be deleted stays in the state.
func remove(ctx context.Context, provider *fw.ProviderData, changes []*change, diags *diag.Diagnostics) {
	atOnce(changes, func(c *change) {
		if c.live == nil {
			return
		}
		c.part.kind.Delete(ctx, provider, c.live, &c.diags)
		if !c.diags.HasError() {
			c.live = nil
		}
	}, diags)
}

// undo removes the roles that a failed create made, also when the create was interrupted.
func undo(ctx context.Context, provider *fw.ProviderData, changes []*change, diags *diag.Diagnostics) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), undoTimeout)
	defer cancel()
	remove(ctx, provider, changes, diags)
}

// atOnce runs a function for all changes at the same time, and reports in their order.
func atOnce(changes []*change, do func(*change), diags *diag.Diagnostics) {
	var all sync.WaitGroup
	for _, c := range changes {
		c.diags = nil
		all.Go(func() { do(c) })
	}
	all.Wait()
	for _, c := range changes {
		diags.Append(c.diags...)
	}
}

// setRoles writes the roles as they are after the changes, and tells whether there is any.
func (m *model) setRoles(ctx context.Context, changes []*change, diags *diag.Diagnostics) (some bool) {
	for _, p := range parts() {
		*p.role(m) = types.ObjectNull(liveTypes())
	}
	for _, c := range changes {
		*c.part.role(m) = objectOf(ctx, c.live, diags)
		some = some || c.live != nil
	}
	return some
}

// read takes over what is live of each role, and tells whether there is any. id are the names of the roles.
func (r *Resource) read(ctx context.Context, state *model, diags *diag.Diagnostics) (there bool, id string) {
	imported := state.Service.IsNull()
	var changes []*change
	var names []string
	for _, p := range parts() {
		if live := roleOf(ctx, *p.role(state), state.Settings, diags); live != nil {
			changes = append(changes, &change{part: p, live: live})
			names = append(names, live.Name.ValueString())
		}
	}
	atOnce(changes, func(c *change) {
		name := c.live.Name.ValueString()
		if c.part.kind.Read(ctx, r.Provider, c.live, &c.diags) {
			c.live = nil
			c.gone = true
			if imported {
				return
			}
			c.diags.AddWarning(c.part.kind.Object+" ("+name+") not found", "It was deleted outside of Terraform. The next apply makes it again.")
		}
	}, diags)
	if imported && !diags.HasError() {
		r.recognize(ctx, state, changes, diags)
	}
	some := state.setRoles(ctx, changes, diags)
	for i, c := range changes {
		if imported && some && c.gone {
			diags.AddError(c.part.kind.Object+" ("+names[i]+") not found", "There is no role of that name to import. Leave it out of the import, or mend the name.")
		}
	}
	return some, strings.Join(names, ",")
}
