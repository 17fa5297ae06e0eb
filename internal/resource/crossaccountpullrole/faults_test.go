// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package crossaccountpullrole_test

import (
	"strings"
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
			return lifecycle.ProviderConfig(a, map[string]any{"max_retries": 3})
		},
		Configs: func(*awstest.AWS) []map[string]any {
			return []map[string]any{
				arguments(map[string]any{"external_id": "0f2d9a4c-5b2e"}),
				arguments(map[string]any{
					"trusted_accounts": []any{"333333333333"}, "access": "read_only", "tags": map[string]any{"team": "web"}, "max_session_duration": 7200,
				}),
			}
		},
		Gone: gone,
	})
}

func TestInterrupts(t *testing.T) {
	t.Parallel()
	lifecycle.Interrupts(t, lifecycle.BuildPlugin(t), lifecycle.Case{Gone: gone, Sweep: gone}, func(a *awstest.AWS) []string {
		return []string{
			a.ProviderBlock("") + block(release),
			a.ProviderBlock("") + block(strings.Replace(release, "0f2d9a4c-5b2e", "7c1e8b3d-9f40", 1)+"access = \"read_only\""),
		}
	})
}
