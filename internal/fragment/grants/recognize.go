// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package grants

import (
	"context"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/ecrx/terraform-provider-ecrx/internal/fw"
	"github.com/ecrx/terraform-provider-ecrx/internal/pattern"
	"github.com/ecrx/terraform-provider-ecrx/internal/policy"
)

// Recognize gives, after an import, the grants that reproduce statements of the live policy exactly, as the argument and read,
// and the other statements.
func Recognize(ctx context.Context, live string, site pattern.Site, diags *diag.Diagnostics) (value types.Map, grants []pattern.Grant, rest []policy.Statement) {
	if live == "" {
		return Flatten(ctx, nil, diags), nil, nil
	}
	document, err := policy.Parse(live)
	if err != nil {
		fw.AddError(diags, "reading", "ECR repository policy", "import", err)
		return Flatten(ctx, nil, diags), nil, nil
	}
	grants, rest = pattern.RecognizeGrants(document.Upgrade(), site)
	slices.SortFunc(grants, func(a, b pattern.Grant) int { return strings.Compare(a.Name, b.Name) }) // as Expand has them
	return Flatten(ctx, grants, diags), grants, rest
}

// Sids gives the Sids that the grants make.
func Sids(ctx context.Context, value types.Map, diags *diag.Diagnostics) []string {
	expanded, _ := Expand(ctx, value, diags)
	var sids []string
	for _, g := range expanded {
		sids = append(sids, g.Sids()...)
	}
	return sids
}
