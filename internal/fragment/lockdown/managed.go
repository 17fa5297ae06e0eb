// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package lockdown

import (
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

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

// Lockdown reads the arguments, as those of Arguments are read.
func (m *Managed) Lockdown() pattern.Lockdown {
	l := m.Arguments.Lockdown()
	r := reader{l.Incomplete}
	l.ExemptRoleNames = r.strings(m.ExemptRoleNames)
	l.ExemptCaller = m.ExemptCaller.ValueBool()
	l.Incomplete = r.incomplete || m.ExemptCaller.IsUnknown()
	return l
}

// ValidateManaged is Validate for a resource, which knows its account sooner or later.
func ValidateManaged(l pattern.Lockdown, grants []pattern.Grant, at path.Path, diags *diag.Diagnostics) {
	report(diags, at, pattern.ValidateLockdown(l, grants, pattern.Site{}))
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
