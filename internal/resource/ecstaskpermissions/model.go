// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package ecstaskpermissions

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/ecrx/terraform-provider-ecrx/internal/fragment/permissions"
	"github.com/ecrx/terraform-provider-ecrx/internal/fragment/role"
	"github.com/ecrx/terraform-provider-ecrx/internal/fw"
	"github.com/ecrx/terraform-provider-ecrx/internal/pattern"
	"github.com/ecrx/terraform-provider-ecrx/internal/policy"
)

type model struct {
	Name          types.String   `tfsdk:"name"`
	Permissions   types.Object   `tfsdk:"permissions"`
	PolicyJSON    types.String   `tfsdk:"policy_json"`
	Proof         types.List     `tfsdk:"proof"`
	Role          types.String   `tfsdk:"role"`
	SettleSeconds types.Int64    `tfsdk:"settle_seconds"`
	Timeouts      timeouts.Value `tfsdk:"timeouts"`
}

type identityModel struct {
	Name types.String `tfsdk:"name"`
	Role types.String `tfsdk:"role"`
}

func (m *model) identity() identityModel { return identityModel{m.Name, m.Role} }

func (m *model) id() string { return m.Role.ValueString() + "/" + m.Name.ValueString() }

// resolve gives the policy of the permissions, reviewed and proven, and what is proven of it. Both stay unknown while not all of the
// permissions are known, and as the state has them for as long as the policy means the same. state is the zero model for a new policy.
func (m *model) resolve(ctx context.Context, provider *fw.ProviderData, state *model, diags *diag.Diagnostics) {
	m.PolicyJSON, m.Proof = types.StringUnknown(), types.ListUnknown(types.StringType)
	document, lines, known := m.document(ctx, provider, diags)
	if !known {
		return
	}
	m.PolicyJSON = role.Kept(state.PolicyJSON, types.StringValue(document.Canonical()))
	m.Proof = role.KeptProof(state.Proof, fw.StringList(lines), m.PolicyJSON.Equal(state.PolicyJSON))
}

func (m *model) document(ctx context.Context, provider *fw.ProviderData, diags *diag.Diagnostics) (document policy.Document, lines []string, known bool) {
	at := path.Root("permissions")
	input, known := permissions.Expand(ctx, m.Permissions, diags)
	site := pattern.Site{Partition: role.Partition(provider, diags), Region: provider.Clients.Region()}
	if caller, err := provider.Clients.Identity(ctx); err == nil {
		site.AccountID = caller.AccountID // without it, the proof leaves open what depends on it
	}
	problems := append(pattern.ValidateECSPermissions(input), pattern.ValidateECSPermissionsAt(input, site)...)
	role.ReportAt(diags, at, pattern.Errors(problems)) // warnings are ValidateConfig's
	if diags.HasError() || !known {
		return policy.Document{}, nil, false
	}
	role.ReportAt(diags, at, pattern.ProveECSPermissions(input, site))
	document = pattern.ECSTaskPolicy(input)
	role.ReportAt(diags, at, pattern.ValidateRoleDocuments(pattern.Role{Inline: map[string]policy.Document{m.Name.ValueString(): document}}))
	return document, pattern.ECSPermissionsLines(input), true
}

// set takes over what is live, and keeps the text of the state for as long as it means the same.
func (m *model) set(ctx context.Context, live string, diags *diag.Diagnostics) {
	imported := m.PolicyJSON.IsNull()
	m.PolicyJSON = role.LiveDocument(m.PolicyJSON, live, "the role "+m.Role.ValueString(), diags)
	document, err := policy.Parse(live)
	if !imported || err != nil {
		return
	}
	if given, ok := pattern.RecognizeECSPermissions(document); ok {
		m.Proof = fw.StringList(pattern.ECSPermissionsLines(given))
		m.Permissions = permissions.Flatten(ctx, given, diags)
	}
}
