// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package repositorypolicystatement_test

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
		Looks:    2, // the second read of the policy in an update is that before the write, which all resources of statements share
		Provider: acctest.Server,
		ProviderConfig: func(a *awstest.AWS) map[string]any {
			return lifecycle.ProviderConfig(a, map[string]any{"max_retries": 3})
		},
		Configs: func(*awstest.AWS) []map[string]any {
			return []map[string]any{
				{"repository": name, "statement_json": statement("ScannerPull", "222222222222", "ecr:BatchGetImage")},
				{"repository": name, "statement_json": statement("ScannerPull", "333333333333", "ecr:BatchGetImage")},
				{"repository": name, "statement_json": statement("Scanner", "333333333333", "ecr:BatchGetImage")},
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
