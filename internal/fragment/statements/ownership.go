// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package statements

import (
	"context"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/ecrx/terraform-provider-ecrx/internal/policy"
)

// importedKey marks, in a resource's private state, an object that was imported and never applied since.
const importedKey = "imported"

// MarkImported belongs in ImportState.
func MarkImported(ctx context.Context, private privateState, diags *diag.Diagnostics) {
	diags.Append(private.SetKey(ctx, importedKey, []byte("true"))...)
}

// Imported reports whether the object was imported and never applied since.
func Imported(ctx context.Context, private privateState, diags *diag.Diagnostics) bool {
	mark, d := private.GetKey(ctx, importedKey)
	diags.Append(d...)
	return string(mark) == "true"
}

// Settle belongs after a successful update: from then on the object owns what its arguments make, and nothing is pending.
func Settle(ctx context.Context, private privateState, diags *diag.Diagnostics) {
	SetPending(ctx, private, nil, diags)
	diags.Append(private.SetKey(ctx, importedKey, []byte("false"))...)
}

// Ownership tells which statements of a policy are a resource's own. An import owns none: the arguments that it fills show what
// they could express, whoever wrote it. The first apply takes over the statements whose Sids the configuration names.
type Ownership struct {
	imported bool
	pending  []string
}

// NewOwnership reads what the private state remembers. The Ownership of a new object is the zero value.
func NewOwnership(ctx context.Context, private privateState, diags *diag.Diagnostics) Ownership {
	return Ownership{Imported(ctx, private, diags), pending(ctx, private, diags)}
}

// Sids gives the Sids of the own statements. made are those that the state's arguments make.
func (o Ownership) Sids(made []string) []string {
	if o.imported {
		return o.pending
	}
	return slices.Concat(made, o.pending)
}

// Handover is what becomes of the statements that a resource didn't own at the last read.
type Handover struct {
	// Taken are the statements that the apply takes over.
	Taken []policy.Statement
	// Unmanaged is unmanaged_statements after the apply. It is a promise that the apply keeps, so that what others write between the
	// last read and the apply shows at the next refresh. It is unknown as long as the arguments don't tell.
	Unmanaged types.List

	onUnmanaged types.String
	left        []policy.Statement
	expressible []string
}

// Plan gives the handover of an existing object. prior is the state's unmanaged_statements, made are the Sids that the state's
// arguments make, named those that the planned ones make, and known is false while there may be more of them.
func (o Ownership) Plan(prior types.List, onUnmanaged types.String, made, named []string, known bool) Handover {
	h := Handover{Unmanaged: prior, onUnmanaged: onUnmanaged}
	foreign := Foreign(prior)
	times := map[string]int{}
	for _, s := range foreign {
		times[s.Sid]++
	}
	for _, s := range foreign {
		if o.imported && s.Sid != "" && times[s.Sid] == 1 && slices.Contains(named, s.Sid) {
			h.Taken = append(h.Taken, s)
		} else {
			h.left = append(h.left, s)
		}
	}
	if o.imported {
		h.expressible = made
	}
	undecided := o.imported && !known || onUnmanaged.IsUnknown()
	switch {
	case len(foreign) == 0:
	case onUnmanaged.ValueString() == Remove:
		h.Unmanaged = UnmanagedValue(nil)
	case undecided:
		h.Unmanaged = UnknownUnmanaged()
	case len(h.Taken) > 0:
		h.Unmanaged = UnmanagedValue(h.left)
	}
	if undecided {
		h.left = nil
	}
	return h
}

// Owned gives the Sids that a write may replace: those of the object, and those that are taken over.
func (h Handover) Owned(own []string) []string {
	return slices.Concat(own, sidsOf(h.Taken))
}

// Changes reports whether desired differs from what stands in the policy under the same ownership. own are the statements of the
// state.
func (h Handover) Changes(desired, own []policy.Statement) bool {
	return !policy.Equal(policy.New(desired...), policy.New(slices.Concat(own, h.Taken)...))
}

// Review does at plan what on_unmanaged_statements asks for about the statements that stay foreign, and names those that the apply
// takes over and changes. desired are the planned statements, where they are known.
func (h Handover) Review(desired []policy.Statement, diags *diag.Diagnostics) {
	for _, s := range desired {
		i := slices.IndexFunc(h.Taken, func(t policy.Statement) bool { return t.Sid == s.Sid })
		if i >= 0 && !h.Taken[i].Equal(s) {
			diags.AddWarning("Imported statement changes",
				"The first apply after the import takes over the statement "+s.Sid+" and replaces it.\n\nIt is "+h.Taken[i].Canonical()+"\nand becomes "+s.Canonical())
		}
	}
	var found []string
	for _, s := range h.left {
		if slices.Contains(h.expressible, s.Sid) {
			found = append(found, s.Sid)
		}
	}
	hint := ""
	if len(found) > 0 {
		hint = " Of those that the import found, a grant or a lockdown can express " + strings.Join(found, ", ") + ": write them into the configuration to manage them."
	}
	ReviewUnmanaged(h.onUnmanaged.ValueString(), h.left, hint, diags)
}

// WarnDestroyImported says what the destroy of an object leaves that was imported and never applied. made are the Sids that the
// state's arguments make.
func (o Ownership) WarnDestroyImported(made []string, diags *diag.Diagnostics) {
	if left := slices.DeleteFunc(slices.Clone(made), func(sid string) bool { return slices.Contains(o.pending, sid) }); o.imported && len(left) > 0 {
		diags.AddAttributeWarning(path.Root("grants"), "Imported statements stay",
			"The resource was imported and never applied, so it owns no statement yet, and the destroy leaves "+strings.Join(left, ", ")+" in the repository policy. Apply the configuration first to take over the statements that it names.")
	}
}
