// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package repositorypolicystatement_test

import (
	"testing"

	"github.com/ecrx/terraform-provider-ecrx/internal/acctest"
	"github.com/ecrx/terraform-provider-ecrx/internal/awstest"
	"github.com/ecrx/terraform-provider-ecrx/internal/awstest/lifecycle"
)

func TestInterrupts(t *testing.T) {
	t.Parallel()
	lifecycle.Interrupts(t, lifecycle.BuildPlugin(t), lifecycle.Case{Arrange: arrange, Check: acctest.ForeignStands, Gone: gone}, func(a *awstest.AWS) []string {
		config := func(account string) string {
			return a.ProviderBlock("") + block("repository = \"team/app\"\nstatement_json = <<EOT\n"+statement("ScannerPull", account, "ecr:BatchGetImage")+"\nEOT")
		}
		return []string{config("222222222222"), config("333333333333")}
	})
}
