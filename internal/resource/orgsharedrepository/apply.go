// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package orgsharedrepository

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/ecrx/terraform-provider-ecrx/internal/awsapi"
	"github.com/ecrx/terraform-provider-ecrx/internal/fragment/grants"
	"github.com/ecrx/terraform-provider-ecrx/internal/fragment/lockdown"
	"github.com/ecrx/terraform-provider-ecrx/internal/fragment/statements"
	"github.com/ecrx/terraform-provider-ecrx/internal/fw"
	"github.com/ecrx/terraform-provider-ecrx/internal/pattern"
)

// unresolved says that the plan couldn't know all that follows from the grants and the lockdown.
func (m *model) unresolved() bool {
	return m.PolicyJSON.IsUnknown() || m.ConsumerPolicyJSON.IsUnknown() || m.Proof.IsUnknown()
}

// resolveUnknown computes what the plan couldn't know, and checks it before anything is written. state is nil for a new
// repository.
func (m *model) resolveUnknown(ctx context.Context, provider *fw.ProviderData, state *model, handover statements.Handover, now *lockdown.Moment, diags *diag.Diagnostics) {
	now.Applying = true
	if m.unresolved() {
		m.resolvePolicy(ctx, provider, state, now, diags)
	}
	if !m.Lockdown.IsNull() && m.RegistryID.IsUnknown() {
		// A lockdown names its account, which nothing but the new repository tells where STS isn't asked.
		return
	}
	statements.ExpectKnown(m.PolicyJSON, m.Region, diags)
	if !diags.HasError() {
		m.guard(ctx, provider, state, handover, diags)
	}
}

// createParts brings into the new repository what CreateRepository doesn't take.
func (r *Resource) createParts(ctx context.Context, plan *model, diags *diag.Diagnostics) {
	name := plan.Name.ValueString()
	if text := plan.LifecyclePolicyJSON.ValueString(); text != "" {
		if err := r.Provider.Clients.PutLifecyclePolicy(ctx, plan.key(), text); err != nil {
			fw.AddError(diags, "creating", "ECR lifecycle policy", name, err)
			return
		}
	}
	r.writeStatements(ctx, plan, statements.Change{Fresh: true}, diags)
}

// writeStatements writes the planned statements. wrote tells whether they may stand there, even if there is an error.
func (r *Resource) writeStatements(ctx context.Context, plan *model, change statements.Change, diags *diag.Diagnostics) (wrote bool) {
	change.Desired = plan.statements(diags)
	change.Force = plan.AllowSelfLockout.ValueBool()
	change.OnUnmanaged = plan.OnUnmanagedStatements.ValueString()
	_, wrote, err := statements.Write(ctx, r.Provider.Clients, plan.key(), change)
	if err != nil {
		fw.AddError(diags, "writing", "ECR repository policy", plan.Name.ValueString(), err)
	}
	return wrote
}

// undoCreate deletes what a failed create made. It reports false when that fails too, so that the state must keep it.
func (r *Resource) undoCreate(ctx context.Context, created model, diags *diag.Diagnostics) bool {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), undoTimeout)
	defer cancel()
	err := r.Provider.Clients.DeleteRepository(ctx, created.key(), false)
	if err != nil {
		fw.AddError(diags, "removing the half-made", object, created.Name.ValueString(),
			fmt.Errorf("%w\n\nThe repository is kept in the state as tainted: the next apply replaces it", err))
	}
	return err == nil
}

// updateParts sends what differs between plan and state. wrote tells whether the planned statements may stand in the
// policy, even if there is an error.
func (r *Resource) updateParts(ctx context.Context, plan *model, state model, owned []string, diags *diag.Diagnostics) (wrote bool) {
	clients, key, name := r.Provider.Clients, plan.key(), plan.Name.ValueString()
	exclusions, _ := fw.KnownStrings(plan.ImageTagMutabilityExclusions)
	setTags, removeTags := fw.ChangedTags(ctx, state.TagsAll, plan.TagsAll, diags)
	steps := []struct {
		needed bool
		what   string
		run    func() error
	}{
		{
			!plan.ImageTagMutability.Equal(state.ImageTagMutability) || !plan.ImageTagMutabilityExclusions.Equal(state.ImageTagMutabilityExclusions),
			"image tag mutability of ECR repository",
			func() error {
				return clients.PutImageTagMutability(ctx, key, plan.ImageTagMutability.ValueString(), exclusions)
			},
		},
		{
			!plan.ScanOnPush.Equal(state.ScanOnPush), "image scanning of ECR repository",
			func() error { return clients.PutImageScanning(ctx, key, plan.ScanOnPush.ValueBool()) },
		},
		{
			!plan.LifecyclePolicyJSON.Equal(state.LifecyclePolicyJSON), "ECR lifecycle policy",
			func() error {
				if text := plan.LifecyclePolicyJSON.ValueString(); text != "" {
					return clients.PutLifecyclePolicy(ctx, key, text)
				}
				return clients.DeleteLifecyclePolicy(ctx, key)
			},
		},
		{
			len(removeTags) > 0, "tags of ECR repository",
			func() error { return clients.UntagRepository(ctx, key, plan.ARN.ValueString(), removeTags) },
		},
		{
			len(setTags) > 0, "tags of ECR repository",
			func() error { return clients.TagRepository(ctx, key, plan.ARN.ValueString(), setTags) },
		},
	}
	for _, step := range steps {
		if !step.needed {
			continue
		}
		if err := step.run(); err != nil {
			fw.AddError(diags, "updating", step.what, name, err)
			return false
		}
	}
	if !plan.PolicyJSON.Equal(state.PolicyJSON) || plan.OnUnmanagedStatements.ValueString() == statements.Remove {
		return r.writeStatements(ctx, plan, statements.Change{Owned: owned}, diags)
	}
	return false
}

// reread brings the state up to date after a failed update, if ECR answers; otherwise the next refresh does.
func (r *Resource) reread(ctx context.Context, state *model, owned []string, diags *diag.Diagnostics) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), undoTimeout)
	defer cancel()
	details, err := r.Provider.Clients.RepositoryDetails(ctx, state.key(), state.ARN.ValueString())
	if err == nil {
		state.setDetails(ctx, r.Provider, details, owned, diags)
	}
}

// recognize fills the grants and the lockdown of an imported repository with those that its policy shows. What follows from them is
// null until an apply takes the statements over; without any, it is what it is for no grants.
func (m *model) recognize(ctx context.Context, details awsapi.RepositoryDetails, diags *diag.Diagnostics) {
	m.setRepository(details.Repository)
	value, found, rest := grants.Recognize(ctx, details.Policy, m.site(), diags)
	closed := lockdown.Recognize(rest, found, m.site())
	m.Grants, m.Lockdown = value, closed.Value(ctx, diags)
	if len(found) == 0 && closed == nil {
		m.ConsumerPolicies = grants.ConsumerPolicies(ctx, m.Grants, m.ARN, diags)
		m.ConsumerPolicyJSON = types.StringValue(pattern.ConsumerPolicy(nil, details.ARN).Canonical())
		m.Proof = grants.Proof(nil, nil, m.site(), types.ListNull(types.StringType))
	}
}
