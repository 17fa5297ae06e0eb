// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package lockdown

import (
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/ecrx/terraform-provider-ecrx/internal/fw"
	"github.com/ecrx/terraform-provider-ecrx/internal/pattern"
	"github.com/ecrx/terraform-provider-ecrx/internal/policy"
)

// AccountAttribute is for a data source, which asks nobody for the account.
func AccountAttribute() schema.StringAttribute {
	return schema.StringAttribute{
		Optional:            true,
		MarkdownDescription: "Account of the repository, such as `111111111111`. Its root user and its service-linked roles are named by it, so a lockdown needs it unless neither is exempt.",
		Validators:          fw.RegistryIDAttribute().Validators,
	}
}

// Validate reports what is wrong in a lockdown without knowing where the repository is. It belongs in ValidateConfig. at is
// where the lockdown stands, account the argument that tells the repository's account.
func Validate(l pattern.Lockdown, grants []pattern.Grant, at path.Path, account types.String, diags *diag.Diagnostics) {
	report(diags, at, pattern.ValidateLockdown(l, grants, pattern.Site{}))
	if account.IsNull() && !l.Incomplete {
		needAccount(l, diags)
	}
}

func needAccount(l pattern.Lockdown, diags *diag.Diagnostics) (missing bool) {
	if l.NeedsAccount() {
		diags.AddAttributeError(path.Root("account_id"), "Account not given",
			"The root user and the service-linked roles of the repository's account are exempt, and their ARNs hold its number. Set account_id, or exempt_root_user = false and exempt_service_linked_roles = false.")
	}
	return l.NeedsAccount()
}

// Prove gives the statement, reviewed and proven. It reports false where the lockdown is wrong. What Validate said isn't said
// again, unless it stops the plan.
func Prove(l pattern.Lockdown, grants []pattern.Grant, at path.Path, site pattern.Site, diags *diag.Diagnostics) (statement policy.Statement, ok bool) {
	if site.AccountID == "" && needAccount(l, diags) {
		return policy.Statement{}, false
	}
	statement, _, ok = prove(l, Question{Site: site, Grants: grants, At: at, AllowSelfLockout: types.BoolValue(false)}, diags)
	return statement, ok
}

func prove(l pattern.Lockdown, q Question, diags *diag.Diagnostics) (statement policy.Statement, proof pattern.Proof, ok bool) {
	said := map[string]bool{}
	for _, p := range pattern.ValidateLockdown(l, q.Grants, pattern.Site{}) {
		said[p.Detail] = p.Severity != policy.SeverityError
	}
	var problems []pattern.Problem
	for _, p := range pattern.ValidateLockdown(l, q.Grants, q.Site) {
		if !said[p.Detail] {
			problems = append(problems, p)
		}
	}
	if !pattern.HasErrors(problems) {
		statement = l.Statement(q.Site, q.Grants)
		proof = pattern.ProveLockdown(l, q.Grants, statement, q.Site)
		for i := range proof.Lockout {
			if q.lockoutAllowed() {
				proof.Lockout[i].Severity = policy.SeverityWarning
			}
		}
		problems = slices.Concat(problems, proof.Problems, proof.Lockout)
	}
	report(diags, q.At, problems)
	return statement, proof, !pattern.HasErrors(problems)
}

// report turns problems into diagnostics on the arguments at fault.
func report(diags *diag.Diagnostics, at path.Path, problems []pattern.Problem) {
	for _, p := range problems {
		attribute := fw.At(at, p.Path)
		if len(attribute.Steps()) == 0 {
			attribute = path.Root("exempt_principal_arns") // the lockdown as a whole, of which this is the argument that says most
		}
		if p.Severity == policy.SeverityError {
			diags.AddAttributeError(attribute, p.Summary, p.Detail)
		} else {
			diags.AddAttributeWarning(attribute, p.Summary, p.Detail)
		}
	}
}
