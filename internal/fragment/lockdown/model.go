// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package lockdown

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"

	"github.com/ecrx/terraform-provider-ecrx/internal/fw"
	"github.com/ecrx/terraform-provider-ecrx/internal/pattern"
)

// Arguments are embedded by the model of what is a lockdown itself.
type Arguments struct {
	Mode                     types.String `tfsdk:"mode"`
	ExemptPrincipalARNs      types.Set    `tfsdk:"exempt_principal_arns"`
	ExemptUserIDs            types.Set    `tfsdk:"exempt_user_ids"`
	ExemptAccounts           types.Set    `tfsdk:"exempt_accounts"`
	ExemptOrganizationIDs    types.Set    `tfsdk:"exempt_organization_ids"`
	ExemptOrganizationPaths  types.Set    `tfsdk:"exempt_organization_paths"`
	ExemptReplicationFrom    types.Set    `tfsdk:"exempt_replication_from"`
	ExemptRootUser           types.Bool   `tfsdk:"exempt_root_user"`
	ExemptAWSServices        types.Bool   `tfsdk:"exempt_aws_services"`
	ExemptServiceLinkedRoles types.Bool   `tfsdk:"exempt_service_linked_roles"`
	Actions                  types.Set    `tfsdk:"actions"`
	Sid                      types.String `tfsdk:"sid"`
}

// inlineModel is a lockdown beside grants.
type inlineModel struct {
	Arguments

	ExemptGrants types.Bool `tfsdk:"exempt_grants"`
}

// Lockdown reads the arguments. What isn't known yet is left out, and the lockdown marked incomplete.
func (m *Arguments) Lockdown() pattern.Lockdown {
	var r reader
	l := pattern.Lockdown{
		Mode:                     r.string(m.Mode),
		ExemptPrincipalARNs:      r.strings(m.ExemptPrincipalARNs),
		ExemptUserIDs:            r.strings(m.ExemptUserIDs),
		ExemptAccounts:           r.strings(m.ExemptAccounts),
		ExemptOrganizationIDs:    r.strings(m.ExemptOrganizationIDs),
		ExemptOrganizationPaths:  r.strings(m.ExemptOrganizationPaths),
		ExemptReplicationFrom:    r.strings(m.ExemptReplicationFrom),
		ExemptRootUser:           r.flag(m.ExemptRootUser),
		ExemptAWSServices:        r.flag(m.ExemptAWSServices),
		ExemptServiceLinkedRoles: r.flag(m.ExemptServiceLinkedRoles),
		Actions:                  r.strings(m.Actions),
		Sid:                      r.string(m.Sid),
	}
	if l.Actions == nil && !m.Actions.IsNull() && !m.Actions.IsUnknown() {
		// An empty set is no default: it is reported.
		l.Actions = []string{}
	}
	l.Incomplete = r.incomplete
	return l
}

// Expand reads the argument lockdown. It gives nil where there is none.
func Expand(ctx context.Context, value types.Object, diags *diag.Diagnostics) *pattern.Lockdown {
	switch {
	case value.IsNull():
		return nil
	case value.IsUnknown():
		return &pattern.Lockdown{Incomplete: true}
	}
	var m inlineModel
	diags.Append(value.As(ctx, &m, basetypes.ObjectAsOptions{})...)
	l := m.Lockdown()
	r := reader{l.Incomplete}
	l.ExemptGrants = r.flag(m.ExemptGrants)
	l.Incomplete = r.incomplete
	return &l
}

// reader takes known values out of framework values and remembers whether it met one that isn't known.
type reader struct{ incomplete bool }

func (r *reader) strings(set types.Set) []string {
	known, all := fw.KnownStrings(set)
	r.incomplete = r.incomplete || !all
	return known
}

func (r *reader) string(value types.String) string {
	r.incomplete = r.incomplete || value.IsUnknown()
	return value.ValueString()
}

func (r *reader) flag(value types.Bool) *bool {
	if value.IsUnknown() {
		r.incomplete = true
		return nil // ValueBoolPointer would give false
	}
	return value.ValueBoolPointer()
}
