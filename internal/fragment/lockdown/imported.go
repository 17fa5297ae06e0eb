// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package lockdown

import (
	"context"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// importedKey marks, in a resource's private state, a lockdown that was found at an import and never applied since. Another
// resource may have made it, so it is never removed just because a configuration doesn't speak of it.
const importedKey = "imported_lockdown"

// privateState is the part of the framework's private state that is needed here; its own type has no name outside.
type privateState interface {
	GetKey(ctx context.Context, key string) ([]byte, diag.Diagnostics)
	SetKey(ctx context.Context, key string, value []byte) diag.Diagnostics
}

// MarkImported belongs in ImportState.
func MarkImported(ctx context.Context, private privateState, diags *diag.Diagnostics) {
	diags.Append(private.SetKey(ctx, importedKey, []byte("true"))...)
}

// Applied takes the mark away once a configuration with a lockdown was applied.
func Applied(ctx context.Context, private privateState, configured types.Object, diags *diag.Diagnostics) {
	if !configured.IsNull() {
		diags.Append(private.SetKey(ctx, importedKey, []byte("false"))...)
	}
}

// Found says whether a state's lockdown was found at an import and never applied since.
func Found(ctx context.Context, private privateState, diags *diag.Diagnostics) bool {
	mark, d := private.GetKey(ctx, importedKey)
	diags.Append(d...)
	return string(mark) == "true"
}

// Leave takes the Sid of such a lockdown out of those that a resource owns, so that its statement stays.
func Leave(ctx context.Context, value types.Object, owned []string, diags *diag.Diagnostics) []string {
	sids := SidsInline(ctx, value, diags)
	return slices.DeleteFunc(owned, func(sid string) bool { return slices.Contains(sids, sid) })
}

// WarnLeft says that a lockdown which was found at an import leaves the state and stays in the policy.
func WarnLeft(diags *diag.Diagnostics) {
	diags.AddAttributeWarning(path.Root("lockdown"), "Lockdown found at import",
		"The policy has a lockdown that was found when this was imported, and the configuration has none: it stays in the policy, as a statement that this resource doesn't own. "+
			"Write it into lockdown to manage it here, or import it as an ecrx_repository_lockdown.")
}
