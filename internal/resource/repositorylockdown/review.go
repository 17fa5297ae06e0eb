// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package repositorylockdown

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/ecrx/terraform-provider-ecrx/internal/fragment/lockdown"
	"github.com/ecrx/terraform-provider-ecrx/internal/fragment/statements"
	"github.com/ecrx/terraform-provider-ecrx/internal/pattern"
	"github.com/ecrx/terraform-provider-ecrx/internal/policy"
)

// review looks, in the plan of a write, at what the statement does to its caller and to what stands beside it.
func (r *Resource) review(ctx context.Context, plan *model, planned lockdown.Planned, diags *diag.Diagnostics) {
	lockdown.Guard(ctx, r.Provider, plan.statements(), plan.question(nil), diags)
	others := plan.others(ctx, r.Provider)
	statements.ReviewSize(plan.statements(), statements.UnmanagedValue(others), path.Empty(), diags)
	grants, _ := pattern.RecognizeGrants(policy.New(others...), plan.site())
	// Grants of other resources are exempt only where the lockdown's own lists name them.
	planned.Lockdown.ExemptGrants = new(bool)
	for _, problem := range pattern.LockdownEffect(planned.Lockdown, grants, plan.site()) {
		diags.AddWarning(problem.Summary, problem.Detail+"\n\nThe lockdown is the ecrx_repository_lockdown ("+plan.id()+
			"), and the grant "+problem.Path[0]+" is in the policy of "+plan.Repository.ValueString()+" by another resource or tool.")
	}
}

// prepare computes what the plan couldn't know, and checks who applies, before anything is written. state is nil for a new
// object.
func (r *Resource) prepare(ctx context.Context, plan, state *model, diags *diag.Diagnostics) {
	q := plan.question(state)
	q.Applying = true
	if plan.StatementJSON.IsUnknown() || plan.Exempt.IsUnknown() || plan.Proof.IsUnknown() {
		plan.resolve(ctx, r.Provider, q, state, diags)
	}
	statements.ExpectKnown(plan.StatementJSON, plan.Region, diags)
	if !diags.HasError() && (state == nil || !plan.StatementJSON.Equal(state.StatementJSON)) {
		lockdown.Guard(ctx, r.Provider, plan.statements(), q, diags)
	}
}
