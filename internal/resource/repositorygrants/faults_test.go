// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package repositorygrants_test

import (
	"testing"

	"github.com/ecrx/terraform-provider-ecrx/internal/acctest"
	"github.com/ecrx/terraform-provider-ecrx/internal/awstest"
	"github.com/ecrx/terraform-provider-ecrx/internal/awstest/lifecycle"
)

func faultCase() lifecycle.Case {
	return lifecycle.Case{
		Type:     resourceType,
		Object:   name,
		Provider: acctest.Server,
		ProviderConfig: func(a *awstest.AWS) map[string]any {
			return lifecycle.ProviderConfig(a, map[string]any{"max_retries": 3, "organization_id": "o-a1b2c3d4e5"})
		},
		Configs: func(*awstest.AWS) []map[string]any {
			return []map[string]any{
				{
					"repository": name,
					"grants":     map[string]any{"Development": map[string]any{"access": "pull", "organization_unit_ids": []string{"ou-ab12-11111111"}}},
				},
				{
					"repository": name,
					"grants": map[string]any{
						"Development": map[string]any{"access": "pull_describe", "organization_unit_ids": []string{"ou-ab12-11111111"}},
						"Release":     map[string]any{"access": "push_pull", "accounts": []string{"222222222222"}},
					},
					"lockdown": map[string]any{"exempt_caller": true},
				},
				{
					"repository": name,
					"grants":     map[string]any{"Release": map[string]any{"access": "push_pull", "accounts": []string{"222222222222"}}},
				},
			}
		},
		Arrange: arrange,
		Check:   acctest.ForeignStands,
		Gone:    gone,
	}
}

func TestFaults(t *testing.T) {
	t.Parallel()
	lifecycle.Faults(t, faultCase())
}

// TestFaultsOfTheOnlyStatements goes through a life in which the policy is made and deleted with the grants.
func TestFaultsOfTheOnlyStatements(t *testing.T) {
	t.Parallel()
	c := faultCase()
	configs := c.Configs
	c.Configs = func(a *awstest.AWS) []map[string]any { return configs(a)[:1] }
	c.Arrange = acctest.CreateRepository
	c.Check = nil
	c.Gone = func(t testing.TB, a *awstest.AWS) { acctest.ExpectSids(t, a) }
	lifecycle.Faults(t, c)
}
