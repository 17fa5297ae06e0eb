// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package repositorylockdown

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/ecrx/terraform-provider-ecrx/internal/fragment/lockdown"
	"github.com/ecrx/terraform-provider-ecrx/internal/fragment/statements"
)

// review looks, in the plan of a write, at what the statement does to its caller and to what stands beside it.
func (r *Resource) review(ctx context.Context, plan *model, planned lockdown.Planned, diags *diag.Diagnostics) {
	lockdown.Guard(ctx, r.Provider, plan.statements(), plan.question(nil), diags)
	others := plan.others(ctx, r.Provider)
	statements.ReviewSize(plan.statements(), others, path.Empty(), diags)
	lockdown.WarnOthers(planned.Lockdown, others, plan.site(), "ecrx_repository_lockdown", plan.Repository.ValueString(), diags)
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
