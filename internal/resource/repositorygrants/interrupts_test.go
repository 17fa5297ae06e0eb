// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package repositorygrants_test

import (
	"testing"

	"github.com/ecrx/terraform-provider-ecrx/internal/acctest"
	"github.com/ecrx/terraform-provider-ecrx/internal/awstest"
	"github.com/ecrx/terraform-provider-ecrx/internal/awstest/lifecycle"
)

func TestInterrupts(t *testing.T) {
	t.Parallel()
	lifecycle.Interrupts(t, lifecycle.BuildPlugin(t), lifecycle.Case{Arrange: arrange, Check: acctest.ForeignStands, Gone: gone}, func(a *awstest.AWS) []string {
		return []string{
			a.ProviderBlock("") + block(`
repository = "team/app"
grants     = { Web = { access = "pull", accounts = ["222222222222"] } }`),
			a.ProviderBlock("") + block(`
repository = "team/app"
grants     = { Release = { access = "push_pull", accounts = ["222222222222"] } }`),
		}
	})
}
