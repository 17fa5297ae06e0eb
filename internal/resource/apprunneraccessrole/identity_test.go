// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package apprunneraccessrole_test

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"

	"github.com/ecrx/terraform-provider-ecrx/internal/acctest"
	"github.com/ecrx/terraform-provider-ecrx/internal/awstest"
)

func TestImportByIdentity(t *testing.T) {
	t.Parallel()
	a := awstest.New(t)
	made := map[string]any{"name": name, "repository_arns": []any{web}, "settle_seconds": 0}
	planned := map[string]any{"name": name, "repository_arns": []any{web}}
	acctest.ImportByIdentity(t, a, resourceType, made, planned, map[string]any{"name": name}, map[string]any{"account_id": a.AccountID})
	another := map[string]any{"name": name, "account_id": "999999999999"}
	acctest.ExpectError(t, acctest.Core(a, resourceType, nil).ImportIdentity(t.Context(), another), "Role of another account")
}

// TestImportBlock imports by an import block, on a client that knows identities; the first plan is empty.
func TestImportBlock(t *testing.T) {
	t.Parallel()
	a := awstest.New(t)
	config := a.ProviderBlock("") + block("name = \"web-pull\"\nrepository_arns = [\""+web+"\"]")
	acctest.TestOn(t, server,
		resource.TestStep{Config: config},
		resource.TestStep{
			ResourceName: address, ImportState: true, ImportStateKind: resource.ImportBlockWithResourceIdentity,
			ImportPlanChecks: resource.ImportPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()}},
		},
	)
}
