// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package apprunneraccessrole_test

import (
	"testing"

	"github.com/ecrx/terraform-provider-ecrx/internal/acctest"
	"github.com/ecrx/terraform-provider-ecrx/internal/awstest"
	"github.com/ecrx/terraform-provider-ecrx/internal/awstest/lifecycle"
)

// TestFaults begins with AWS's managed policy, which no other role attaches, and goes to an inline one and back. So each call
// that changes a role comes once, but for UpdateAssumeRolePolicy, since the trust policy never changes.
func TestFaults(t *testing.T) {
	t.Parallel()
	lifecycle.Faults(t, lifecycle.Case{
		Type:     resourceType,
		Object:   name,
		Provider: acctest.Server,
		ProviderConfig: func(a *awstest.AWS) map[string]any {
			return lifecycle.ProviderConfig(a, map[string]any{"max_retries": 3})
		},
		Configs: func(a *awstest.AWS) []map[string]any {
			return []map[string]any{
				{"name": name, "settle_seconds": 0, "tags": map[string]any{"team": "web"}},
				{
					"name": name, "settle_seconds": 0, "repository_arns": []any{web}, "description": "pulls", "tags": map[string]any{"owner": "web"},
					"permissions_boundary": "arn:aws:iam::" + a.AccountID + ":policy/limit",
				},
				{"name": name, "settle_seconds": 0, "description": "pulls", "tags": map[string]any{"owner": "web"}},
			}
		},
		Arrange: func(t testing.TB, a *awstest.AWS) {
			t.Helper()
			customerPolicy(t, a, "limit")
		},
		Gone:  gone,
		Sweep: gone, // the policy of the boundary stays, for the next run in the account
	})
}

func TestInterrupts(t *testing.T) {
	t.Parallel()
	lifecycle.Interrupts(t, lifecycle.BuildPlugin(t), lifecycle.Case{Gone: gone, Sweep: gone}, func(a *awstest.AWS) []string {
		return []string{
			a.ProviderBlock("") + block("name = \"web-pull\"\nsettle_seconds = 0"),
			a.ProviderBlock("") + block("name = \"web-pull\"\nsettle_seconds = 0\nrepository_arns = [\""+web+"\"]"),
		}
	})
}
