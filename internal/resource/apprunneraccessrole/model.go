// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package apprunneraccessrole

import (
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/ecrx/terraform-provider-ecrx/internal/fragment/role"
	"github.com/ecrx/terraform-provider-ecrx/internal/fw"
	"github.com/ecrx/terraform-provider-ecrx/internal/pattern"
	"github.com/ecrx/terraform-provider-ecrx/internal/policy"
)

type model struct {
	role.Model
	RepositoryARNs types.Set `tfsdk:"repository_arns"`
}

// input reads the arguments for the pattern.
func (m *model) input() pattern.AppRunnerRoleInput {
	arns, known := fw.KnownStrings(m.RepositoryARNs)
	if known && !m.RepositoryARNs.IsNull() && arns == nil {
		arns = []string{}
	}
	return pattern.AppRunnerRoleInput{RepositoryARNs: arns, Incomplete: !known}
}

// wanted is the role that the arguments stand for, reviewed and proven. known is false while they aren't, or are wrong.
func (m *model) wanted(provider *fw.ProviderData, diags *diag.Diagnostics) (wanted pattern.Role, known bool) {
	input, site := m.input(), pattern.Site{Partition: role.Partition(provider, diags)}
	problems := pattern.ValidateAppRunnerRole(input)
	if diags.HasError() || input.Incomplete || pattern.HasErrors(problems) {
		return pattern.Role{}, false
	}
	role.Report(diags, pattern.ProveAppRunnerRole(input, site))
	return pattern.AppRunnerRole(input, site), true
}

// recognize fills the arguments after an import with what the role's policy shows.
func (m *model) recognize(diags *diag.Diagnostics) {
	m.RepositoryARNs = types.SetNull(types.StringType)
	if m.PolicyJSON.IsNull() {
		return
	}
	document, err := policy.Parse(m.PolicyJSON.ValueString())
	if err != nil {
		fw.AddError(diags, "reading", "policy_json", m.Name.ValueString(), err)
		return
	}
	if arns := pattern.AppRunnerRepositories(document); arns != nil {
		m.RepositoryARNs = fw.StringSet(arns)
	}
}
