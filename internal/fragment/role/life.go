// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package role

import (
	"context"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/ecrx/terraform-provider-ecrx/internal/awsapi"
	"github.com/ecrx/terraform-provider-ecrx/internal/fw"
)

// rereadTimeout bounds the read after a failed update, which runs on when the operation was interrupted.
const rereadTimeout = time.Minute

// Create makes the planned role and waits until it can be used. saved is true when the state must hold the role: it was
// made, or a failed create couldn't be undone.
func (k Kind) Create(ctx context.Context, provider *fw.ProviderData, plan *Model, diags *diag.Diagnostics) (saved bool) {
	if plan.Name.IsUnknown() {
		plan.Name = types.StringValue(plan.NamePrefix.ValueString() + suffix())
	}
	wanted := plan.role(ctx, k, diags)
	if diags.HasError() {
		return false
	}
	created, err := provider.Clients.CreateRole(ctx, awsapi.NewRole{
		Name: wanted.Name, Path: wanted.Path, Description: wanted.Description, TrustPolicy: wanted.TrustPolicy,
		PermissionsBoundary: wanted.PermissionsBoundary, MaxSessionDuration: wanted.MaxSessionDuration,
		Tags: wanted.Tags, Inline: wanted.Inline, Managed: wanted.Managed,
	})
	if err != nil {
		fw.AddCreateError(diags, k.Type, k.Object, plan.Name.ValueString(), k.BeforeName+plan.Name.ValueString(), err)
	}
	if created.ARN == "" {
		return false
	}
	plan.ARN, plan.UniqueID, plan.UserIDPattern = types.StringValue(created.ARN), types.StringValue(created.UniqueID), types.StringValue(created.UniqueID+":*")
	if err == nil {
		k.wait(ctx, provider, created, awsapi.RoleContents{}, plan, true, diags)
	}
	return true
}

// wait returns when IAM gives the role back as it is wanted, without what it lost, and, with settle, everybody else had the time to learn of it.
func (k Kind) wait(ctx context.Context, provider *fw.ProviderData, wanted awsapi.Role, lost awsapi.RoleContents, plan *Model, settle bool, diags *diag.Diagnostics) {
	pause := time.Duration(0)
	if settle {
		pause = time.Duration(plan.SettleSeconds.ValueInt64()) * time.Second
	}
	if err := provider.Clients.WaitRole(ctx, wanted, lost, pause); err != nil {
		fw.AddError(diags, "waiting for", k.Object, plan.Name.ValueString(), err)
	}
}

// Read takes over what is live. gone is true when there is no such role.
func (k Kind) Read(ctx context.Context, provider *fw.ProviderData, state *Model, diags *diag.Diagnostics) (gone bool) {
	live, err := provider.Clients.Role(ctx, state.Name.ValueString(), []string{k.InlineName})
	switch {
	case awsapi.IsNotFound(err):
		return true
	case err != nil:
		fw.AddError(diags, "reading", k.Object, state.Name.ValueString(), err)
	default:
		state.set(ctx, provider, live, k, diags)
		own, _ := fw.KnownStrings(state.ManagedPolicyARNs)
		if others := difference(live.Managed, own); len(others) > 0 {
			diags.AddWarning(k.Object+" ("+live.Name+") has policies of others", "This resource didn't attach "+strings.Join(others, ", ")+
				", so that the role can do more than the plan shows and proves. Detach what isn't meant.")
		}
	}
	return false
}

// Update sends what changed, and nothing else. When a part fails, state holds what is live; otherwise plan is the new state.
func (k Kind) Update(ctx context.Context, provider *fw.ProviderData, plan, state *Model, diags *diag.Diagnostics) {
	name := state.Name.ValueString()
	changed, settle := false, false
	lost := k.lost(ctx, plan, state, diags)
	for _, step := range k.steps(ctx, provider, plan, state, lost, diags) {
		if !step.needed || diags.HasError() {
			continue
		}
		changed, settle = true, settle || step.access
		if err := step.run(); err != nil {
			fw.AddError(diags, "updating", step.what+" of "+k.Object, name, err)
		}
	}
	if !diags.HasError() && changed {
		k.wait(ctx, provider, plan.role(ctx, k, diags), lost, plan, settle, diags)
	}
	if diags.HasError() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), rereadTimeout)
		defer cancel()
		if live, err := provider.Clients.Role(ctx, name, []string{k.InlineName}); err == nil {
			state.ManagedPolicyARNs = union(state.ManagedPolicyARNs, plan.ManagedPolicyARNs)
			state.set(ctx, provider, live, k, diags)
		}
	}
}

// role is the planned role, as a wait should see it.
func (m *Model) role(ctx context.Context, k Kind, diags *diag.Diagnostics) awsapi.Role {
	tags := map[string]string{}
	diags.Append(m.TagsAll.ElementsAs(ctx, &tags, false)...)
	managed, _ := fw.KnownStrings(m.ManagedPolicyARNs)
	return awsapi.Role{
		Name: m.Name.ValueString(), ARN: m.ARN.ValueString(), Path: m.Path.ValueString(), UniqueID: m.UniqueID.ValueString(),
		Description: m.Description.ValueString(), TrustPolicy: m.TrustPolicyJSON.ValueString(),
		PermissionsBoundary: m.PermissionsBoundary.ValueString(),
		MaxSessionDuration:  int32(m.MaxSessionDuration.ValueInt64()), //nolint:gosec // the schema allows 43,200 at most
		Tags:                tags, Inline: m.inline(k), Managed: managed,
	}
}

type step struct {
	needed bool
	access bool // whether other services must learn of it
	what   string
	run    func() error
}

// lost is what an update takes from the role.
func (k Kind) lost(ctx context.Context, plan, state *Model, diags *diag.Diagnostics) awsapi.RoleContents {
	now, _ := fw.KnownStrings(plan.ManagedPolicyARNs)
	before, _ := fw.KnownStrings(state.ManagedPolicyARNs)
	_, tags := fw.ChangedTags(ctx, state.TagsAll, plan.TagsAll, diags)
	lost := awsapi.RoleContents{Managed: difference(before, now), Tags: tags}
	if plan.PolicyJSON.IsNull() && !state.PolicyJSON.IsNull() {
		lost.Inline = []string{k.InlineName}
	}
	return lost
}

// steps are the calls that an update may need, in their order: first what the role gains, then what it loses.
func (k Kind) steps(ctx context.Context, provider *fw.ProviderData, plan, state *Model, lost awsapi.RoleContents, diags *diag.Diagnostics) []step {
	clients, name := provider.Clients, state.Name.ValueString()
	setTags, _ := fw.ChangedTags(ctx, state.TagsAll, plan.TagsAll, diags)
	now, _ := fw.KnownStrings(plan.ManagedPolicyARNs)
	before, _ := fw.KnownStrings(state.ManagedPolicyARNs)
	attach := difference(now, before)
	return []step{
		{!plan.TrustPolicyJSON.Equal(state.TrustPolicyJSON), true, "trust policy", func() error {
			return clients.UpdateTrust(ctx, name, plan.TrustPolicyJSON.ValueString())
		}},
		{!plan.Description.Equal(state.Description) || !plan.MaxSessionDuration.Equal(state.MaxSessionDuration), false, "settings", func() error {
			// UpdateRole replaces both, so both are sent.
			return clients.UpdateRole(ctx, name, plan.Description.ValueString(), int32(plan.MaxSessionDuration.ValueInt64())) //nolint:gosec // at most 43,200
		}},
		{!plan.PermissionsBoundary.Equal(state.PermissionsBoundary), true, "permissions boundary", func() error {
			return clients.SetBoundary(ctx, name, plan.PermissionsBoundary.ValueString())
		}},
		{!plan.PolicyJSON.IsNull() && !plan.PolicyJSON.Equal(state.PolicyJSON), true, "inline policy", func() error {
			return clients.PutInline(ctx, name, k.InlineName, plan.PolicyJSON.ValueString())
		}},
		{len(attach) > 0, true, "managed policies", func() error {
			return each(attach, func(arn string) error { return clients.AttachManaged(ctx, name, arn) })
		}},
		{len(lost.Managed) > 0, true, "managed policies", func() error {
			return each(lost.Managed, func(arn string) error { return clients.DetachManaged(ctx, name, arn) })
		}},
		{len(lost.Inline) > 0, true, "inline policy", func() error {
			return each(lost.Inline, func(policy string) error { return clients.DeleteInline(ctx, name, policy) })
		}},
		{len(lost.Tags) > 0, false, "tags", func() error { return clients.UntagRole(ctx, name, lost.Tags) }},
		{len(setTags) > 0, false, "tags", func() error { return clients.TagRole(ctx, name, setTags) }},
	}
}

// Delete removes the role with the policies that are this resource's, and with force_detach_policies those of others too.
func (k Kind) Delete(ctx context.Context, provider *fw.ProviderData, state *Model, diags *diag.Diagnostics) {
	err := provider.Clients.DeleteRole(ctx, state.Name.ValueString(), state.ForceDetachPolicies.ValueBool(), state.contents(k))
	if err != nil {
		fw.AddError(diags, "deleting", k.Object, state.Name.ValueString(), err)
	}
}

func each(values []string, do func(string) error) error {
	for _, v := range values {
		if err := do(v); err != nil {
			return err
		}
	}
	return nil
}
