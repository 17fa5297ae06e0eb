// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package role

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// suffixLength is as long as what hashicorp/aws adds.
const suffixLength = 26

// suffix makes a name unique.
func suffix() string {
	var random [suffixLength / 2]byte
	_, _ = rand.Read(random[:]) // never fails (crypto/rand)
	return hex.EncodeToString(random[:])
}

// madeFrom says whether a name can have been made up from a prefix, here or by hashicorp/aws.
func madeFrom(name, prefix types.String) bool {
	rest, begins := strings.CutPrefix(name.ValueString(), prefix.ValueString())
	return begins && len(rest) == suffixLength && !prefix.IsUnknown()
}

// replaceUnlessMadeFrom makes a new role for a prefix that the role's name wasn't made from. So an imported role, whose
// prefix nobody knows, stays, and so does one whose made-up name becomes its name.
func replaceUnlessMadeFrom() planmodifier.String {
	const text = "A prefix that the name wasn't made from makes a new role."
	return stringplanmodifier.RequiresReplaceIf(func(ctx context.Context, req planmodifier.StringRequest, resp *stringplanmodifier.RequiresReplaceIfFuncResponse) {
		var name types.String
		resp.Diagnostics.Append(req.State.GetAttribute(ctx, path.Root("name"), &name)...)
		resp.RequiresReplace = !req.PlanValue.IsNull() && !madeFrom(name, req.PlanValue)
	}, text, text)
}
