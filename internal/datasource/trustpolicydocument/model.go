// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package trustpolicydocument

import (
	"context"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"

	"github.com/ecrx/terraform-provider-ecrx/internal/fragment/policydocument"
	"github.com/ecrx/terraform-provider-ecrx/internal/fw"
	"github.com/ecrx/terraform-provider-ecrx/internal/pattern"
	"github.com/ecrx/terraform-provider-ecrx/internal/policy"
)

type model struct {
	policydocument.Model

	Services        types.Set    `tfsdk:"services"`
	SourceAccount   types.String `tfsdk:"source_account"`
	SourceARNs      types.Set    `tfsdk:"source_arns"`
	Accounts        types.Set    `tfsdk:"accounts"`
	PrincipalARNs   types.Set    `tfsdk:"principal_arns"`
	ExternalID      types.String `tfsdk:"external_id"`
	OrganizationIDs types.Set    `tfsdk:"organization_ids"`
	OIDC            types.Object `tfsdk:"oidc"`
	Region          types.String `tfsdk:"region"`
}

type oidcModel struct {
	ProviderARN       types.String `tfsdk:"provider_arn"`
	Audiences         types.Set    `tfsdk:"audiences"`
	Subjects          types.Set    `tfsdk:"subjects"`
	AllowBroadSubject types.Bool   `tfsdk:"allow_broad_subject"`
}

// trust reads the arguments. What isn't known yet is left out, and the trust marked incomplete; so it is when statements of
// other documents may name whom this one doesn't.
func (m *model) trust(ctx context.Context, diags *diag.Diagnostics) pattern.Trust {
	incomplete := !m.SourcePolicyDocuments.IsNull() || !m.OverridePolicyDocuments.IsNull()
	texts := func(set types.Set) []string {
		known, all := fw.KnownStrings(set)
		incomplete = incomplete || !all
		return known
	}
	text := func(value types.String) string {
		incomplete = incomplete || value.IsUnknown()
		return value.ValueString()
	}
	t := pattern.Trust{
		Services: texts(m.Services), SourceAccount: text(m.SourceAccount), SourceARNs: texts(m.SourceARNs),
		Accounts: texts(m.Accounts), PrincipalARNs: texts(m.PrincipalARNs),
		ExternalID: text(m.ExternalID), OrganizationIDs: texts(m.OrganizationIDs),
	}
	incomplete = incomplete || m.OIDC.IsUnknown()
	if !m.OIDC.IsNull() && !m.OIDC.IsUnknown() {
		var o oidcModel
		diags.Append(m.OIDC.As(ctx, &o, basetypes.ObjectAsOptions{})...)
		t.OIDC = &pattern.OIDCTrust{
			ProviderARN: text(o.ProviderARN), Audiences: texts(o.Audiences), Subjects: texts(o.Subjects),
			AllowBroadSubject: o.AllowBroadSubject.ValueBool() || o.AllowBroadSubject.IsUnknown(),
		}
	}
	t.Incomplete = incomplete
	return t
}

func errorsOf(problems []pattern.Problem) []pattern.Problem {
	return slices.DeleteFunc(problems, func(p pattern.Problem) bool { return p.Severity != policy.SeverityError })
}

// report turns problems into diagnostics on the arguments at fault.
func report(diags *diag.Diagnostics, problems []pattern.Problem) {
	for _, p := range problems {
		at := fw.At(path.Empty(), p.Path)
		if p.Severity == policy.SeverityError {
			diags.AddAttributeError(at, p.Summary, p.Detail)
		} else {
			diags.AddAttributeWarning(at, p.Summary, p.Detail)
		}
	}
}
