// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package statements

import (
	"context"
	"encoding/json"

	"github.com/hashicorp/terraform-plugin-framework/diag"
)

// pendingKey holds, in a resource's private state, the Sids that a failed update may have written. Until an apply
// succeeds they are owned beside those that the state's arguments make.
const pendingKey = "pending_sids"

// privateState is the part of the framework's private state that is needed here; its own type has no name outside.
type privateState interface {
	GetKey(ctx context.Context, key string) ([]byte, diag.Diagnostics)
	SetKey(ctx context.Context, key string, value []byte) diag.Diagnostics
}

// pending gives the Sids that a failed update may have written.
func pending(ctx context.Context, private privateState, diags *diag.Diagnostics) []string {
	text, d := private.GetKey(ctx, pendingKey)
	diags.Append(d...)
	var sids []string
	if len(text) > 0 {
		if err := json.Unmarshal(text, &sids); err != nil {
			diags.AddError("Unreadable private state", "The Sids of an update that failed can't be read: "+err.Error())
		}
	}
	return sids
}

// SetPending remembers Sids that may have been written; none forgets them.
func SetPending(ctx context.Context, private privateState, sids []string, diags *diag.Diagnostics) {
	if sids == nil {
		sids = []string{}
	}
	text, err := json.Marshal(sids)
	if err != nil {
		panic(err) // strings always marshal
	}
	diags.Append(private.SetKey(ctx, pendingKey, text)...)
}
