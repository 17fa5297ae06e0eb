// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package ecstaskpermissions_test

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
		Object:   roleName + "/" + policyName,
		Provider: acctest.Server,
		ProviderConfig: func(a *awstest.AWS) map[string]any {
			return lifecycle.ProviderConfig(a, map[string]any{"max_retries": 3})
		},
		Configs: func(*awstest.AWS) []map[string]any {
			return []map[string]any{arguments(nil), arguments(object{"permissions": object{"sqs_receive": []any{queue}}})}
		},
		Arrange: createRole, Gone: gone, Sweep: sweep,
	})
}

func TestInterrupts(t *testing.T) {
	t.Parallel()
	lifecycle.Interrupts(t, lifecycle.BuildPlugin(t), lifecycle.Case{Arrange: createRole, Gone: gone, Sweep: sweep}, func(a *awstest.AWS) []string {
		return []string{a.ProviderBlock("") + block(`sqs_send = ["`+queue+`"]`), a.ProviderBlock("") + block(`sqs_receive = ["`+queue+`"]`)}
	})
}
