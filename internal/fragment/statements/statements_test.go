// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package statements_test

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/ecrx/terraform-provider-ecrx/internal/fragment/statements"
	"github.com/ecrx/terraform-provider-ecrx/internal/policy"
)

// private is private state that takes JSON only, as the framework's does.
type private map[string][]byte

func (p private) GetKey(_ context.Context, key string) ([]byte, diag.Diagnostics) { return p[key], nil }

func (p private) SetKey(_ context.Context, key string, value []byte) diag.Diagnostics {
	var diags diag.Diagnostics
	if !json.Valid(value) {
		diags.AddError("not JSON", string(value))
	}
	p[key] = value
	return diags
}

func TestPending(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	var diags diag.Diagnostics
	state := private{}
	if got := statements.NewOwnership(ctx, state, &diags).Sids(nil); len(got) > 0 {
		t.Errorf("at first there are %v", got)
	}
	for _, want := range [][]string{{"A", "B"}, {}, {"C \"quoted\""}} {
		statements.SetPending(ctx, state, want, &diags)
		if got := statements.NewOwnership(ctx, state, &diags).Sids(nil); !slices.Equal(got, want) {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	statements.SetPending(ctx, state, nil, &diags)
	if got := statements.NewOwnership(ctx, state, &diags).Sids(nil); len(got) > 0 || diags.HasError() {
		t.Errorf("forgotten, there are %v: %v", got, diags)
	}
	for key := range state {
		state[key] = []byte(`{"x"`)
	}
	if statements.NewOwnership(ctx, state, &diags).Sids(nil); !diags.HasError() {
		t.Error("unreadable private state is no error")
	}
}

// said gives each diagnostic as "severity path: summary: detail".
func said(diags diag.Diagnostics) string {
	var all []string
	for _, d := range diags {
		at := ""
		if with, ok := d.(diag.DiagnosticWithPath); ok {
			at = with.Path().String()
		}
		all = append(all, fmt.Sprintf("%s %s: %s: %s", d.Severity(), at, d.Summary(), d.Detail()))
	}
	return strings.Join(all, "\n")
}

func public() policy.Statement {
	return policy.Statement{Sid: "All", Effect: policy.Allow, Principal: policy.Principal{Any: true}, Actions: []string{"ecr:BatchGetImage"}}
}

func TestReview(t *testing.T) {
	t.Parallel()
	allowing := func(change func(*policy.Statement)) policy.Statement {
		s := policy.Statement{
			Sid: "S", Effect: policy.Allow, Principal: policy.Principal{AWS: []string{"arn:aws:iam::222222222222:root"}},
			Actions: []string{"ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"},
		}
		change(&s)
		return s
	}
	for name, tc := range map[string]struct {
		statement   policy.Statement
		allowPublic bool
		want        []string
	}{
		"nothing wrong":     {allowing(func(*policy.Statement) {}), false, nil},
		"public":            {public(), false, []string{`Error grants["Dev"]: Finding PUBLIC_ACCESS`, "Set allow_public = true"}},
		"public, allowed":   {public(), true, []string{`Warning grants["Dev"]: Finding PUBLIC_ACCESS`}},
		"error, allowed":    {allowing(func(s *policy.Statement) { s.Principal.AWS = []string{"1234567890"} }), true, []string{"Error", "INVALID_ACCOUNT_ID"}},
		"login in a policy": {allowing(func(s *policy.Statement) { s.Actions = []string{"ecr:GetAuthorizationToken"} }), false, []string{"Error"}},
		"warning":           {allowing(func(s *policy.Statement) { s.Principal.AWS = []string{"AROAEXAMPLEEXAMPLEEXA"} }), false, []string{"Warning", "ORPHANED_PRINCIPAL"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var diags diag.Diagnostics
			statements.Review([]policy.Statement{tc.statement}, statements.Public{Allowed: tc.allowPublic}, path.Root("grants").AtMapKey("Dev"), &diags)
			if tc.want == nil && len(diags) > 0 {
				t.Errorf("got %s", said(diags))
			}
			for _, want := range tc.want {
				if !strings.Contains(said(diags), want) {
					t.Errorf("got %q, want %q in it", said(diags), want)
				}
			}
			if tc.allowPublic && tc.statement.Sid == "All" && diags.HasError() {
				t.Error("allow_public leaves an error")
			}
		})
	}
}

func TestReviewSize(t *testing.T) {
	t.Parallel()
	long := public()
	long.Sid = strings.Repeat("x", 6000)
	foreign := public()
	foreign.Sid = strings.Repeat("y", 6000)
	at := path.Root("grants")
	for name, tc := range map[string]struct {
		unmanaged types.List
		want      string
	}{
		"alone":          {statements.UnmanagedValue(nil), ""},
		"not known":      {statements.UnknownUnmanaged(), ""},
		"beside foreign": {statements.UnmanagedValue([]policy.Statement{foreign}), "Error grants: Repository policy too long"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var diags diag.Diagnostics
			statements.ReviewSize([]policy.Statement{long}, statements.Foreign(tc.unmanaged), at, &diags)
			if got := said(diags); !strings.HasPrefix(got, tc.want) || (tc.want == "" && got != "") {
				t.Errorf("got %q, want %q", got, tc.want)
			}
		})
	}
}

func TestReviewUnmanaged(t *testing.T) {
	t.Parallel()
	unnamed := public()
	unnamed.Sid = ""
	two := []policy.Statement{public(), unnamed}
	for name, tc := range map[string]struct {
		mode    string
		foreign []policy.Statement
		want    string
	}{
		"warn":            {statements.Warn, two, "Warning on_unmanaged_statements: Unmanaged statements: The repository policy has statements that this resource doesn't own: All, one without a Sid. They stay."},
		"keep":            {statements.Keep, two, ""},
		"error":           {statements.Error, two, "Error on_unmanaged_statements: Unmanaged statements: The repository policy has statements"},
		"remove":          {statements.Remove, two, "Warning on_unmanaged_statements: Unmanaged statements will be removed"},
		"remove, of none": {statements.Remove, nil, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var diags diag.Diagnostics
			statements.ReviewUnmanaged(tc.mode, tc.foreign, "", &diags)
			if got := said(diags); !strings.HasPrefix(got, tc.want) || (tc.want == "" && got != "") {
				t.Errorf("got %q, want %q", got, tc.want)
			}
		})
	}
}
