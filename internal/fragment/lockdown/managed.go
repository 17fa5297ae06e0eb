// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package lockdown

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"

	"github.com/ecrx/terraform-provider-ecrx/internal/fw"
	"github.com/ecrx/terraform-provider-ecrx/internal/pattern"
	"github.com/ecrx/terraform-provider-ecrx/internal/policy"
)

// Managed are the arguments of a lockdown that a resource keeps, which can look up whom a data source can't.
type Managed struct {
	Arguments

	ExemptRoleNames types.Set    `tfsdk:"exempt_role_names"`
	ExemptCaller    types.Bool   `tfsdk:"exempt_caller"`
	CallerARN       types.String `tfsdk:"caller_arn"`
}

// Inlined is such a lockdown beside grants.
type Inlined struct {
	Managed

	ExemptGrants types.Bool `tfsdk:"exempt_grants"`
}

// Lockdown reads the arguments, as those of Arguments are read.
func (m *Managed) Lockdown() pattern.Lockdown {
	l := m.Arguments.Lockdown()
	r := reader{l.Incomplete}
	l.ExemptRoleNames = r.strings(m.ExemptRoleNames)
	l.ExemptCaller = on(r.flag(m.ExemptCaller))
	l.Incomplete = r.incomplete
	return l
}

// Lockdown reads the arguments, as those of Arguments are read.
func (m *Inlined) Lockdown() pattern.Lockdown {
	l := m.Managed.Lockdown()
	r := reader{l.Incomplete}
	l.ExemptGrants = r.flag(m.ExemptGrants)
	l.Incomplete = r.incomplete
	return l
}

func on(flag *bool) bool { return flag != nil && *flag }

// ValidateManaged is Validate for a resource, which knows its account sooner or later.
func ValidateManaged(l pattern.Lockdown, grants []pattern.Grant, at path.Path, diags *diag.Diagnostics) {
	report(diags, at, pattern.ValidateLockdown(l, grants, pattern.Site{}))
}

// ValidateInline is ValidateManaged for the argument lockdown beside grants, of which all are given where known says so.
func ValidateInline(ctx context.Context, value types.Object, grants []pattern.Grant, known bool, diags *diag.Diagnostics) {
	if m := ReadInlined(ctx, value, diags); m != nil {
		l := m.Lockdown()
		l.Incomplete = l.Incomplete || !known
		ValidateManaged(l, grants, path.Root("lockdown"), diags)
	}
}

// ReadInlined reads the argument lockdown of a resource with grants: nil where there is none, or it isn't known.
func ReadInlined(ctx context.Context, value types.Object, diags *diag.Diagnostics) *Inlined {
	if value.IsNull() || value.IsUnknown() {
		return nil
	}
	var m Inlined
	diags.Append(value.As(ctx, &m, basetypes.ObjectAsOptions{})...)
	return &m
}

// Value is the way back from ReadInlined.
func (m *Inlined) Value(ctx context.Context, diags *diag.Diagnostics) types.Object {
	if m == nil {
		return types.ObjectNull(InlinedType())
	}
	value, d := types.ObjectValueFrom(ctx, InlinedType(), m)
	diags.Append(d...)
	return value
}

// InlinedType is the type of the argument lockdown of a resource with grants.
func InlinedType() map[string]attr.Type {
	object, ok := ResourceInline().GetType().(types.ObjectType)
	if !ok {
		panic("a nested attribute has an object type")
	}
	return object.AttrTypes
}

// Recognize gives, after an import, the arguments of the lockdown that reproduces one of the statements exactly; nil when none
// does. The grants are those beside it.
func Recognize(statements []policy.Statement, grants []pattern.Grant, site pattern.Site) *Inlined {
	l, _ := pattern.RecognizeLockdown(statements, grants, site)
	if l == nil {
		return nil
	}
	return &Inlined{
		Managed: Managed{
			Arguments: Arguments{
				Mode:                     fw.OptionalString(l.Mode),
				ExemptPrincipalARNs:      fw.StringSet(l.ExemptPrincipalARNs),
				ExemptUserIDs:            fw.StringSet(l.ExemptUserIDs),
				ExemptAccounts:           fw.StringSet(l.ExemptAccounts),
				ExemptOrganizationIDs:    fw.StringSet(l.ExemptOrganizationIDs),
				ExemptOrganizationPaths:  fw.StringSet(l.ExemptOrganizationPaths),
				ExemptReplicationFrom:    fw.StringSet(l.ExemptReplicationFrom),
				ExemptRootUser:           types.BoolPointerValue(l.ExemptRootUser),
				ExemptAWSServices:        types.BoolPointerValue(l.ExemptAWSServices),
				ExemptServiceLinkedRoles: types.BoolPointerValue(l.ExemptServiceLinkedRoles),
				Actions:                  fw.StringSet(l.Actions),
				Sid:                      fw.OptionalString(l.Sid),
			},
			ExemptRoleNames: types.SetNull(types.StringType),
		},
		ExemptGrants: types.BoolPointerValue(l.ExemptGrants),
	}
}

// Prove says in words what a recognized lockdown does; nothing where there is none.
func (m *Inlined) Prove(grants []pattern.Grant, site pattern.Site) []string {
	if m == nil {
		return nil
	}
	l := m.Lockdown()
	return pattern.ProveLockdown(l, grants, l.Statement(site, grants), site).Lines
}
