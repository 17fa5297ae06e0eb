// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package role

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
)

// Permissions are those that a resource of a role needs.
const Permissions = "`iam:CreateRole`, `iam:GetRole`, `iam:UpdateRole`, `iam:UpdateAssumeRolePolicy`, `iam:DeleteRole`, `iam:ListRolePolicies`, `iam:GetRolePolicy`, " +
	"`iam:PutRolePolicy`, `iam:DeleteRolePolicy`, `iam:ListAttachedRolePolicies`, `iam:AttachRolePolicy`, `iam:DetachRolePolicy`, `iam:PutRolePermissionsBoundary`, " +
	"`iam:DeleteRolePermissionsBoundary`, `iam:TagRole`, `iam:UntagRole` and `iam:ListInstanceProfilesForRole`; with `force_detach_policies` also `iam:RemoveRoleFromInstanceProfile`."

// ImportName gives the name that an import is for: the string, or the identity's.
func ImportName(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) string {
	if req.ID != "" {
		return req.ID
	}
	var identity Identity
	resp.Diagnostics.Append(req.Identity.Get(ctx, &identity)...)
	return identity.Name.ValueString()
}

// SetImported sets the arguments that AWS knows nothing of to their defaults.
func SetImported(ctx context.Context, resp *resource.ImportStateResponse) {
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("force_detach_policies"), false)...)
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("settle_seconds"), int64(defaultSettleSeconds))...)
}
