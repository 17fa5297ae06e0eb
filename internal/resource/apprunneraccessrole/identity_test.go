// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package apprunneraccessrole_test

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/tfversion"

	"github.com/ecrx/terraform-provider-ecrx/internal/awstest"
)

// TestImportByIdentity imports by an import block with the identity; the first plan is empty.
func TestImportByIdentity(t *testing.T) {
	t.Parallel()
	a := awstest.New(t)
	config := a.ProviderBlock("") + block("name = \"web-pull\"\nrepository_arns = [\""+web+"\"]")
	test := testCase(
		resource.TestStep{Config: config},
		resource.TestStep{
			ResourceName: address, ImportState: true, ImportStateKind: resource.ImportBlockWithResourceIdentity,
			ImportPlanChecks: resource.ImportPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()}},
		},
	)
	test.TerraformVersionChecks = []tfversion.TerraformVersionCheck{tfversion.SkipBelow(tfversion.Version1_12_0)}
	resource.UnitTest(t, test)
}
