// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package repositorylockdown_test

import (
	"testing"

	"github.com/ecrx/terraform-provider-ecrx/internal/acctest"
	"github.com/ecrx/terraform-provider-ecrx/internal/awstest"
	"github.com/ecrx/terraform-provider-ecrx/internal/awstest/lifecycle"
)

func TestInterrupts(t *testing.T) {
	t.Parallel()
	lifecycle.Interrupts(t, lifecycle.BuildPlugin(t), lifecycle.Case{Arrange: arrange, Check: acctest.ForeignStands, Gone: gone}, func(a *awstest.AWS) []string {
		config := func(arguments string) string {
			return a.ProviderBlock("") + block("repository = \"team/app\"\n"+arguments)
		}
		return []string{
			config(`exempt_principal_arns = ["` + caller(a) + `"]`),
			config("exempt_caller = true\nexempt_principal_arns = [\"" + roleARN(a, "/", "deployer") + "\"]"),
		}
	})
}
