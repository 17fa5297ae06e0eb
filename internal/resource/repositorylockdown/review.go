// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package repositorylockdown

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/ecrx/terraform-provider-ecrx/internal/fragment/lockdown"
	"github.com/ecrx/terraform-provider-ecrx/internal/fragment/statements"
	"github.com/ecrx/terraform-provider-ecrx/internal/policy"
)

// review looks, in the plan, at what the statement does to the grants beside it, and where it is to be written, to its caller, too.
func (r *Resource) review(ctx context.Context, plan *model, planned lockdown.Planned, writes bool, diags *diag.Diagnostics) {
	own := []policy.Statement{planned.Statement}
	others := plan.announced(r.Provider, own)
	if writes {
		if !planned.CallerLater { // who applies is exempt
			lockdown.Guard(ctx, r.Provider, own, plan.question(nil, nil), diags)
		}
		others = plan.beside(ctx, r.Provider, others)
		statements.ReviewSize(own, others, path.Empty(), diags)
	}
	if planned.Provisional && !diags.HasError() {
		planned.Show("statement_json", nil, path.Empty(), diags)
	}
	lockdown.WarnOthers(planned.Lockdown, nil, others, plan.site(), "the ecrx_repository_lockdown of "+plan.Repository.ValueString(), diags)
}

// prepare computes what the plan couldn't know, and checks who applies, before anything is written. state is nil for a new
// object.
func (r *Resource) prepare(ctx context.Context, plan, state *model, now *lockdown.Moment, diags *diag.Diagnostics) {
	now.Applying = true
	if plan.StatementJSON.IsUnknown() || plan.Exempt.IsUnknown() || plan.Proof.IsUnknown() {
		plan.resolve(ctx, r.Provider, plan.question(state, now), state, diags)
	}
	statements.ExpectKnown(plan.StatementJSON, plan.Region, diags)
	if !diags.HasError() && (state == nil || !plan.StatementJSON.Equal(state.StatementJSON)) {
		lockdown.Guard(ctx, r.Provider, plan.statements(), plan.question(nil, nil), diags)
	}
}
