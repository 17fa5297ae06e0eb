// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package ecsroles_test

import (
	"testing"

	"github.com/ecrx/terraform-provider-ecrx/internal/acctest"
	"github.com/ecrx/terraform-provider-ecrx/internal/awstest"
	"github.com/ecrx/terraform-provider-ecrx/internal/awstest/lifecycle"
)

// TestFaults makes two roles, and then adds one, changes one and removes one.
func TestFaults(t *testing.T) {
	t.Parallel()
	lifecycle.Faults(t, lifecycle.Case{
		Type:     resourceType,
		Object:   "orders-staging-",
		Looks:    2,
		Provider: acctest.Server,
		ProviderConfig: func(a *awstest.AWS) map[string]any {
			return lifecycle.ProviderConfig(a, map[string]any{"max_retries": 3})
		},
		Configs: func(*awstest.AWS) []map[string]any {
			return []map[string]any{
				arguments(nil),
				arguments(object{"execution": nil, "infrastructure": true, "task": object{"permissions": object{"sqs_receive": []any{queue}}}}),
			}
		},
		Gone:  gone,
		Sweep: gone,
	})
}

// TestInterrupts takes the create, an update that adds, changes and removes a part, and the destroy.
func TestInterrupts(t *testing.T) {
	t.Parallel()
	lifecycle.Interrupts(t, lifecycle.BuildPlugin(t), lifecycle.Case{Looks: 2, Gone: gone, Sweep: gone}, func(a *awstest.AWS) []string {
		return []string{
			a.ProviderBlock("") + block(both),
			a.ProviderBlock("") + block("service = \"orders\"\nenvironment = \"staging\"\ninfrastructure = true\ntask = { permissions = { sqs_receive = [\""+queue+"\"] } }"),
		}
	})
}
