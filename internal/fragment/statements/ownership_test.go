// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package statements_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/ecrx/terraform-provider-ecrx/internal/fragment/statements"
	"github.com/ecrx/terraform-provider-ecrx/internal/policy"
)

// TestHandover plans what becomes of the statements that a resource doesn't own.
func TestHandover(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	all := func(sids ...string) types.List {
		foreign := make([]policy.Statement, len(sids))
		for i, sid := range sids {
			foreign[i] = public()
			foreign[i].Sid = sid
		}
		return statements.UnmanagedValue(foreign)
	}
	unknown, warn, remove := statements.UnknownUnmanaged(), types.StringValue(statements.Warn), types.StringValue(statements.Remove)
	for name, tc := range map[string]struct {
		applied     bool
		prior       types.List
		onUnmanaged types.String
		named       []string
		unnamed     bool // the arguments may name more
		taken       []string
		unmanaged   types.List
	}{
		"what the configuration names":      {prior: all("Mine", "Theirs", ""), onUnmanaged: warn, named: []string{"Mine"}, taken: []string{"Mine"}, unmanaged: all("Theirs", "")},
		"nothing":                           {prior: all("Mine", "Theirs"), onUnmanaged: warn, unmanaged: all("Mine", "Theirs")},
		"after an apply nothing":            {applied: true, prior: all("Mine"), onUnmanaged: warn, named: []string{"Mine"}, unmanaged: all("Mine")},
		"not one that is there twice":       {prior: all("Mine", "Mine"), onUnmanaged: warn, named: []string{"Mine"}, unmanaged: all("Mine", "Mine")},
		"not one without a Sid":             {prior: all(""), onUnmanaged: warn, named: []string{""}, unmanaged: all("")},
		"to be removed":                     {prior: all("Mine", "Theirs"), onUnmanaged: remove, named: []string{"Mine"}, taken: []string{"Mine"}, unmanaged: all()},
		"to be removed, after an apply":     {applied: true, prior: all("Theirs"), onUnmanaged: remove, unmanaged: all()},
		"perhaps more":                      {prior: all("Mine", "Theirs"), onUnmanaged: warn, named: []string{"Mine"}, unnamed: true, taken: []string{"Mine"}, unmanaged: unknown},
		"perhaps more, of none":             {prior: all(), onUnmanaged: warn, unnamed: true, unmanaged: all()},
		"perhaps more, after an apply":      {applied: true, prior: all("Theirs"), onUnmanaged: warn, unnamed: true, unmanaged: all("Theirs")},
		"perhaps more, all removed":         {prior: all("Mine", "Theirs"), onUnmanaged: remove, unnamed: true, unmanaged: all()},
		"perhaps to be removed":             {applied: true, prior: all("Theirs"), onUnmanaged: types.StringUnknown(), unmanaged: unknown},
		"perhaps to be removed, but no one": {applied: true, prior: all(), onUnmanaged: types.StringUnknown(), unmanaged: all()},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var diags diag.Diagnostics
			state := private{}
			if statements.MarkImported(ctx, state, &diags); tc.applied {
				statements.Settle(ctx, state, &diags)
			}
			h := statements.NewOwnership(ctx, state, &diags).Plan(tc.prior, tc.onUnmanaged, nil, tc.named, !tc.unnamed)
			if got := h.Owned(nil); !slices.Equal(got, tc.taken) {
				t.Errorf("takes over %q, want %q", got, tc.taken)
			}
			if !h.Unmanaged.Equal(tc.unmanaged) || diags.HasError() {
				t.Errorf("unmanaged_statements is %s, want %s", h.Unmanaged, tc.unmanaged)
			}
			if h.Review(nil, &diags); len(diags) > 0 && (tc.unnamed && !tc.applied || tc.onUnmanaged.IsUnknown()) {
				t.Errorf("speaks of what it can't know: %s", said(diags))
			}
		})
	}
}

// TestOwnershipOfAFailedApply owns, of an imported object, what may have been written and nothing else; of another one both.
func TestOwnershipOfAFailedApply(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	var diags diag.Diagnostics
	state := private{}
	statements.SetPending(ctx, state, []string{"New"}, &diags)
	if got := statements.NewOwnership(ctx, state, &diags).Sids([]string{"Theirs"}); !slices.Equal(got, []string{"Theirs", "New"}) {
		t.Errorf("owns %q", got)
	}
	statements.MarkImported(ctx, state, &diags)
	imported := statements.NewOwnership(ctx, state, &diags)
	if got := imported.Sids([]string{"Theirs"}); !slices.Equal(got, []string{"New"}) {
		t.Errorf("after an import it owns %q", got)
	}
	if imported.WarnDestroyImported([]string{"New", "Theirs"}, &diags); !strings.Contains(said(diags), "the destroy leaves Theirs in") {
		t.Errorf("the destroy warns %q", said(diags))
	}
	statements.Settle(ctx, state, &diags)
	if got := statements.NewOwnership(ctx, state, &diags).Sids([]string{"Mine"}); !slices.Equal(got, []string{"Mine"}) {
		t.Errorf("after an apply it owns %q", got)
	}
}
