// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package orgsharedrepository_test

import (
	"testing"

	"github.com/ecrx/terraform-provider-ecrx/internal/acctest"
	"github.com/ecrx/terraform-provider-ecrx/internal/awstest"
	"github.com/ecrx/terraform-provider-ecrx/internal/awstest/lifecycle"
)

func TestInterrupts(t *testing.T) {
	t.Parallel()
	lifecycle.Interrupts(t, lifecycle.BuildPlugin(t), lifecycle.Case{
		AfterCreate: func(t testing.TB, a *awstest.AWS) { acctest.AddStatement(t, a, acctest.Foreign) },
		Check:       acctest.ForeignStands,
		Gone:        gone,
	}, func(a *awstest.AWS) []string {
		return []string{
			a.ProviderBlock(organization) + block(seed+"\nretention = { keep_last = 50 }"),
			a.ProviderBlock(organization) + block(`
name                 = "team/app"
image_tag_mutability = "MUTABLE"
scan_on_push         = false
lifecycle_policy     = jsonencode({ rules = [] })
tags                 = { team = "web" }
grants               = { Release = { access = "push_pull", accounts = ["222222222222"] } }`),
		}
	})
}
