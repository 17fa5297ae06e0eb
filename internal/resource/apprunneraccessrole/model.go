// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package apprunneraccessrole

import (
	"context"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
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

// Validate finds what is wrong in the arguments.
func (m *model) Validate() []pattern.Problem { return pattern.ValidateAppRunnerRole(m.input()) }

// Wanted is the role that the arguments stand for.
func (m *model) Wanted(_ context.Context, s role.Situation[model], diags *diag.Diagnostics) role.Wanted {
	input, site := m.input(), pattern.Site{Partition: role.Partition(s.Provider, diags)}
	if problems := pattern.ValidateAppRunnerRole(input); pattern.HasErrors(problems) {
		role.Report(diags, problems) // of what wasn't known when the configuration was validated
	}
	for _, arn := range input.RepositoryARNs {
		if strings.HasPrefix(arn, "arn:") && !strings.HasPrefix(arn, "arn:"+site.Partition+":") {
			diags.AddAttributeError(path.Root("repository_arns"), "Repository of another partition",
				"\""+arn+"\" isn't in the partition \""+site.Partition+"\" of the role, which can never reach it. Write the ARN of a repository in \""+site.Partition+"\".")
		}
	}
	if diags.HasError() || input.Incomplete {
		return role.Wanted{Trust: types.StringValue(pattern.AppRunnerTrust().Document(site.Partition).Canonical())}
	}
	role.Report(diags, pattern.ProveAppRunnerRole(input, site))
	return role.Wanted{Role: pattern.AppRunnerRole(input, site), Proof: pattern.AppRunnerRoleLines(input), Known: true}
}

// Recognize fills the arguments after an import with what the role's policy shows.
func (m *model) Recognize(_ *fw.ProviderData, diags *diag.Diagnostics) {
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
