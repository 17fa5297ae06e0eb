// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package orgsharedrepository_test

import (
	"testing"

	"github.com/ecrx/terraform-provider-ecrx/internal/acctest"
	"github.com/ecrx/terraform-provider-ecrx/internal/awstest"
	"github.com/ecrx/terraform-provider-ecrx/internal/awstest/lifecycle"
)

func TestFaults(t *testing.T) {
	t.Parallel()
	lifecycle.Faults(t, lifecycle.Case{
		Type:     resourceType,
		Object:   name,
		Provider: acctest.Server,
		ProviderConfig: func(a *awstest.AWS) map[string]any {
			return lifecycle.ProviderConfig(a, map[string]any{"max_retries": 3, "organization_id": "o-a1b2c3d4e5"})
		},
		Configs: func(*awstest.AWS) []map[string]any {
			return []map[string]any{
				{
					"name":      name,
					"grants":    map[string]any{"Development": map[string]any{"access": "pull", "organization_unit_ids": []string{"ou-ab12-11111111"}}},
					"retention": map[string]any{"keep_last": 50},
					"tags":      map[string]string{"team": "web", "stage": "test"},
				},
				{
					"name": name,
					"grants": map[string]any{
						"Development": map[string]any{"access": "pull_describe", "organization_unit_ids": []string{"ou-ab12-11111111"}},
						"Release":     map[string]any{"access": "push_pull", "accounts": []string{"222222222222"}},
					},
					"lockdown":                        map[string]any{"exempt_caller": true},
					"image_tag_mutability":            "MUTABLE_WITH_EXCLUSION",
					"image_tag_mutability_exclusions": []string{"v*"},
					"scan_on_push":                    false,
					"retention":                       map[string]any{"untagged_days": 7},
					"tags":                            map[string]string{"team": "mobile"},
				},
				{
					"name":             name,
					"lifecycle_policy": `{"rules":[]}`,
				},
			}
		},
		AfterCreate: func(t testing.TB, a *awstest.AWS) { acctest.AddStatement(t, a, acctest.Foreign) },
		Check:       acctest.ForeignStands,
		Gone:        gone,
	})
}
