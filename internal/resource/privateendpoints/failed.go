// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package privateendpoints

import (
	"context"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/ecrx/terraform-provider-ecrx/internal/awsapi"
	"github.com/ecrx/terraform-provider-ecrx/internal/fragment/network"
	"github.com/ecrx/terraform-provider-ecrx/internal/fw"
	"github.com/ecrx/terraform-provider-ecrx/internal/pattern"
)

// keepLeft brings the state up to what a failed operation left, also when it was interrupted.
func (r *Resource) keepLeft(ctx context.Context, w *work, state *model, c *change, diags *diag.Diagnostics) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), undoTimeout)
	defer cancel()
	w.leave(ctx, state, c, diags)
	r.reread(ctx, state, diags)
}

// reread takes over what is live, if EC2 answers.
func (r *Resource) reread(ctx context.Context, state *model, diags *diag.Diagnostics) {
	seen := *state
	if _, err := r.refresh(ctx, &seen, diags); err == nil {
		*state = seen
	}
}

// setNothing fills what the plan left unknown for a create that failed.
func (m *model) setNothing(ctx context.Context, diags *diag.Diagnostics) {
	m.setEndpoints(ctx, map[string]endpoint{}, diags)
	m.SecurityGroupID = types.StringNull()
	if m.S3PrefixListID.IsUnknown() {
		m.S3PrefixListID = types.StringNull()
	}
	if m.Proof.IsUnknown() {
		m.Proof = fw.StringList(nil)
	}
}

// leave notes in the state what a failed update may have left: endpoints that it made, and those that they were to take the place of,
// each under its id.
func (w *work) leave(ctx context.Context, state *model, c *change, diags *diag.Diagnostics) {
	all := state.endpoints(ctx, diags)
	add := func(service string, live *awsapi.Endpoint) {
		old, there := all[service]
		if there && old.ID.ValueString() != live.ID && old.Managed.ValueBool() {
			all[old.ID.ValueString()] = old
		}
		if !there || old.ID.ValueString() != live.ID {
			all[service] = newEndpoint(live, true, w.hasPrivateDNS(service))
		}
	}
	for service, id := range w.ids {
		if live, seen := w.seen[id]; seen && w.own[service] && !slices.Contains(c.kept, service) {
			add(service, &live)
		}
	}
	unanswered, err := w.clients.Endpoints(ctx, w.at.Region, state.VPCID.ValueString())
	if err != nil {
		diags.AddWarning("VPC endpoints not looked at", "If one was created whose answer was lost, it isn't in the state. It bears the tag "+network.MarkTag+" = "+w.token+". "+err.Error())
	}
	for i := range unanswered {
		if service, _ := pattern.ServiceOf(unanswered[i].ServiceName, w.at.Region); unanswered[i].Tags[network.MarkTag] == w.token {
			add(service, &unanswered[i])
		}
	}
	state.setEndpoints(ctx, all, diags)
	if w.group != "" {
		state.SecurityGroupID = types.StringValue(w.group)
		state.addSources(ctx, w.plan, diags)
	}
}

// addSources adds the planned sources to those of the security group, since their rules may stand already. A refresh leaves those that do.
func (m *model) addSources(ctx context.Context, plan *model, diags *diag.Diagnostics) {
	if plan.SecurityGroup.IsNull() {
		return
	}
	both := func(a, b types.Set) types.Set {
		before, _ := fw.KnownStrings(a)
		after, _ := fw.KnownStrings(b)
		return fw.StringSet(onlyOnce(slices.Concat(before, after)))
	}
	before, after := m.ingress(ctx, diags), plan.ingress(ctx, diags)
	value, d := types.ObjectValueFrom(ctx, ingressTypes(), ingress{
		CIDRBlocks: both(before.CIDRBlocks, after.CIDRBlocks), SecurityGroupIDs: both(before.SecurityGroupIDs, after.SecurityGroupIDs),
	})
	diags.Append(d...)
	m.SecurityGroup = value
}
