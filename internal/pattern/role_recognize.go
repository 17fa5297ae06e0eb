// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package pattern

import (
	"slices"

	"github.com/ecrx/terraform-provider-ecrx/internal/policy"
)

// AppRunnerRepositories gives the repositories of a policy that AppRunnerRole built, which is the way back for an import; nil
// for any other policy.
func AppRunnerRepositories(d policy.Document) []string {
	for _, s := range d.Statements {
		if slices.Contains(s.Resources, "*") {
			continue
		}
		role := AppRunnerRole(AppRunnerRoleInput{RepositoryARNs: s.Resources}, Site{})
		if policy.Equal(role.Inline[AccessPolicyName], d) {
			return s.Resources
		}
	}
	return nil
}
