// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package ecsroles

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
)

// planDestroy warns of policies of others in any of the roles.
func (r *Resource) planDestroy(ctx context.Context, prior tfsdk.State, diags *diag.Diagnostics) {
	var state model
	diags.Append(prior.Get(ctx, &state)...)
	for _, p := range parts() {
		if live := roleOf(ctx, *p.role(&state), state.Settings, diags); live != nil {
			p.kind.PlanDestroy(ctx, r.Provider, live, diags)
		}
	}
}
