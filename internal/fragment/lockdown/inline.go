// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package lockdown

import (
	"context"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"

	"github.com/ecrx/terraform-provider-ecrx/internal/awsapi"
	"github.com/ecrx/terraform-provider-ecrx/internal/fragment/statements"
	"github.com/ecrx/terraform-provider-ecrx/internal/fw"
	"github.com/ecrx/terraform-provider-ecrx/internal/pattern"
	"github.com/ecrx/terraform-provider-ecrx/internal/policy"
)

// Inlined is a lockdown beside grants, in the argument lockdown of their resource.
type Inlined struct {
	Managed

	ExemptGrants types.Bool `tfsdk:"exempt_grants"`
}

// inlinePath is where it stands in every schema.
var inlinePath = path.Root("lockdown")

// Lockdown reads the arguments, as those of Arguments are read.
func (m *Inlined) Lockdown() pattern.Lockdown {
	l := m.Managed.Lockdown()
	r := reader{l.Incomplete}
	l.ExemptGrants = r.flag(m.ExemptGrants)
	l.Incomplete = r.incomplete
	return l
}

// ReadInline reads the argument: nil where there is none, or it isn't known.
func ReadInline(ctx context.Context, value types.Object, diags *diag.Diagnostics) *Inlined {
	if value.IsNull() || value.IsUnknown() {
		return nil
	}
	var m Inlined
	diags.Append(value.As(ctx, &m, basetypes.ObjectAsOptions{})...)
	return &m
}

// Value is the way back from ReadInline.
func (m *Inlined) Value(ctx context.Context, diags *diag.Diagnostics) types.Object {
	if m == nil {
		return types.ObjectNull(inlineTypes())
	}
	value, d := types.ObjectValueFrom(ctx, inlineTypes(), m)
	diags.Append(d...)
	return value
}

func inlineTypes() map[string]attr.Type {
	object, ok := ResourceInline().GetType().(types.ObjectType)
	if !ok {
		panic("a nested attribute has an object type")
	}
	return object.AttrTypes
}

// ValidateInline is ValidateManaged for the argument, beside grants of which all are given where known says so.
func ValidateInline(ctx context.Context, value types.Object, grants []pattern.Grant, known bool, diags *diag.Diagnostics) {
	if m := ReadInline(ctx, value, diags); m != nil {
		l := m.Lockdown()
		l.Incomplete = l.Incomplete || !known
		ValidateManaged(l, grants, inlinePath, diags)
	}
}

// Beside is what stands beside the argument.
type Beside struct {
	Question

	// GrantsKnown says that the question has all grants.
	GrantsKnown bool
	// Others are the statements of others, as they will stand in the policy.
	Others []policy.Statement
	// By is what has the lockdown: "this ecrx_repository_grants".
	By string
}

// PlannedInline is what follows from grants and the lockdown beside them.
type PlannedInline struct {
	// Statements are those of both, if Known says that all of them are known and right.
	Statements []policy.Statement
	Known      bool
	// Proof is about the lockdown alone. Proven says that it is all that is to be said, which may be known before the statements are.
	Proof  []string
	Proven bool
}

// PlanInline plans the grants with the lockdown beside them, if there is one, reviewed and proven, and sets the argument's
// caller_arn. What isn't known yet of the lockdown, or of other grants, keeps nothing else from being looked at.
func PlanInline(ctx context.Context, provider *fw.ProviderData, value *types.Object, b Beside, diags *diag.Diagnostics) PlannedInline {
	b.At, b.MoreGrants = inlinePath, !b.GrantsKnown
	own := pattern.RepositoryPolicy(b.Grants, b.Site).Statements
	out := PlannedInline{Known: b.GrantsKnown, Proven: b.GrantsKnown}
	m := ReadInline(ctx, *value, diags)
	if m == nil {
		out.Known = out.Known && !value.IsUnknown()
		out.Proven = out.Known
	} else {
		planned, ok := m.Plan(ctx, provider, m.Lockdown(), b.Question, diags)
		*value = m.Value(ctx, diags)
		if !ok {
			m.reviewOpen(ctx, provider, b, diags)
			return PlannedInline{}
		}
		reportGrants(diags, pattern.LockdownEffect(planned.Lockdown, b.Grants, b.Site))
		WarnOthers(planned.Lockdown, b.Grants, b.Others, b.Site, b.By, diags)
		out.Proof = slices.Concat(planned.Proof, pattern.LockdownPassage(planned.Lockdown, b.Grants, b.Site))
		out.Known = out.Known && !planned.Provisional
		if planned.Provisional && !planned.CallerLater && b.GrantsKnown {
			Guard(ctx, provider, []policy.Statement{planned.Statement}, b.Question, diags)
		}
		if planned.Provisional && b.GrantsKnown && !diags.HasError() {
			planned.Show("policy_json", own, inlinePath, diags)
		}
		own = append(own, planned.Statement)
	}
	if !out.Proven {
		return out
	}
	if b.Site.AccountID != "" && b.Repository != "" && b.Site.Region != "" {
		provider.Planned.Announce(awsapi.RepositoryKey{Region: b.Site.Region, RegistryID: b.Site.AccountID, Name: b.Repository}, own)
	}
	statements.ReviewSize(own, b.Others, path.Root("grants"), diags)
	if out.Known {
		out.Statements = own
	}
	return out
}

// reportGrants puts problems on the grants that they are about.
func reportGrants(diags *diag.Diagnostics, problems []pattern.Problem) {
	for _, p := range problems {
		at := path.Root("grants").AtMapKey(p.Path[0])
		report(diags, at, []pattern.Problem{{Path: p.Path[1:], Severity: p.Severity, Summary: p.Summary, Detail: p.Detail}})
	}
}

// PriorInline gives the arguments of a state's lockdown; nil where it has none.
func PriorInline(ctx context.Context, state types.Object, diags *diag.Diagnostics) *Managed {
	if m := ReadInline(ctx, state, diags); m != nil {
		return &m.Managed
	}
	return nil
}

// SidsInline gives the Sid of the argument's statement; none where there is no lockdown.
func SidsInline(ctx context.Context, value types.Object, diags *diag.Diagnostics) []string {
	m := ReadInline(ctx, value, diags)
	if m == nil {
		return nil
	}
	return m.Lockdown().Sids()
}

// SidKnown reports whether SidsInline is known to be all.
func SidKnown(ctx context.Context, value types.Object, diags *diag.Diagnostics) bool {
	m := ReadInline(ctx, value, diags)
	return !value.IsUnknown() && (m == nil || !m.Sid.IsUnknown())
}

// RefreshInline is Refresh for the argument of a state.
func RefreshInline(ctx context.Context, provider *fw.ProviderData, state types.Object, site pattern.Site, now *Moment, diags *diag.Diagnostics) {
	if m := ReadInline(ctx, state, diags); m != nil {
		Refresh(ctx, provider, m.Lockdown(), site, inlinePath, now, diags)
	}
}
