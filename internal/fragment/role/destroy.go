// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package role

import (
	"context"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/ecrx/terraform-provider-ecrx/internal/fw"
)

// PlanDestroy warns, in the plan of a destroy, of policies of others that would stop it when the objects beside the role are gone
// already. It is no error: the same destroy may remove them first, which a plan of this resource can't see. What can't be read is left to
// the apply.
func (k Kind) PlanDestroy(ctx context.Context, provider *fw.ProviderData, state *Model, diags *diag.Diagnostics) {
	if provider == nil || state.ForceDetachPolicies.ValueBool() {
		return
	}
	others, err := provider.Clients.InTheWay(ctx, state.Name.ValueString(), state.contents(k))
	if err != nil || len(others) == 0 {
		return
	}
	diags.AddAttributeWarning(path.Root("force_detach_policies"), "Policies that stop the destroy",
		"The "+k.Object+" "+state.Name.ValueString()+" also has "+strings.Join(others, ", ")+", and IAM deletes no role with policies. "+
			"Unless this destroy removes them too, it fails at this role. Remove them first, or apply force_detach_policies = true before you destroy the role.")
}
