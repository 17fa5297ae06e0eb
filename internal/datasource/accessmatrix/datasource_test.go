// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package accessmatrix_test

import (
	"fmt"
	"os"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/ecrx/terraform-provider-ecrx/internal/acctest"
	"github.com/ecrx/terraform-provider-ecrx/internal/awstest"
)

func TestExample(t *testing.T) {
	t.Parallel()
	example, err := os.ReadFile("../../../examples/data-sources/ecrx_access_matrix/data-source.tf")
	if err != nil {
		t.Fatal(err)
	}
	acctest.Test(t, resource.TestStep{
		Config: string(example),
		ConfigStateChecks: []statecheck.StateCheck{
			statecheck.ExpectKnownOutputValue("who_may_push", knownvalue.ListExact([]knownvalue.Check{knownvalue.StringExact("release")})),
			statecheck.ExpectKnownOutputValue("table", knownvalue.StringExact(
				"| Principal | team/app: pull | team/app: push |\n| --- | :-: | :-: |\n| development | ✅ | 🟡 |\n| production | ❌ | ❌ |\n| release | ✅ | ✅ |\n"+
					legend+"\nAssumed, since they aren't given: the identity policies of every principal allow everything; "+noLayers)),
		},
	})
}

// The table of what a plan would grant is in that plan.
func TestInThePlan(t *testing.T) {
	t.Parallel()
	a := awstest.New(t)
	acctest.Test(t, resource.TestStep{
		Config: a.ProviderBlock("") + `
			resource "ecrx_org_shared_repository" "app" {
			  name   = "team/new"
			  grants = { Web = { access = "pull", accounts = ["222222222222"] } }
			}
			locals {
			  app = ecrx_org_shared_repository.app
			}
			data "ecrx_access_matrix" "app" {
			  principals   = { web = { arn = "arn:aws:iam::222222222222:role/web" } }
			  repositories = { app = { arn = local.app.arn, policy_json = local.app.policy_json } }
			  access       = ["pull", "push"]
			}
			output "cells" {
			  value = data.ecrx_access_matrix.app.cells
			}`,
		ConfigPlanChecks: acctest.Planned(plancheck.ExpectKnownOutputValue("cells", knownvalue.MapExact(map[string]knownvalue.Check{
			"web": knownvalue.MapExact(map[string]knownvalue.Check{
				"app": knownvalue.MapExact(map[string]knownvalue.Check{
					"pull": knownvalue.StringExact("Allowed"), "push": knownvalue.StringExact("AllowedInPart"),
				}),
			}),
		}))),
	})
}

// What isn't known in the plan is decided by the apply. Then a principal may go through an endpoint, so that its policy isn't
// without use.
func TestUnknownInputs(t *testing.T) {
	t.Parallel()
	for name, principals := range map[string]string{
		"attributes": "{ for name, arn in { web = local.later.arn } : name => { arn = arn, source_vpce_id = local.later.vpce, identity_policies = [local.later.policy] } }",
		"principal":  "{ web = local.later.principal }",
		"all":        "local.later.principals",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			acctest.Test(t, resource.TestStep{
				Config: fmt.Sprintf(`
					resource "terraform_data" "later" {
					  input = {
					    arn        = %[1]q, access = "pull", repository = %[2]q, policy = %[3]q, vpce = %[4]q
					    principal  = { arn = %[1]q, source_vpce_id = %[4]q, identity_policies = [%[3]q] }
					    principals = { web = { arn = %[1]q, source_vpce_id = %[4]q, identity_policies = [%[3]q] } }
					  }
					}
					locals {
					  later = terraform_data.later.output
					}
					data "ecrx_access_matrix" "app" {
					  policies     = { endpoint = [%[3]q] }
					  principals   = %[5]s
					  repositories = { for name in [local.later.access] : name => { arn = local.later.repository } }
					  access       = [local.later.access]
					}
					output "markdown" {
					  value = data.ecrx_access_matrix.app.markdown
					}`, ci, appARN, identity("*"), endpoint, principals),
				ConfigPlanChecks: acctest.Planned(plancheck.ExpectUnknownOutputValue("markdown")),
				ConfigStateChecks: []statecheck.StateCheck{statecheck.ExpectKnownOutputValue("markdown", knownvalue.StringExact(
					"| Principal | pull: pull |\n| --- | :-: |\n| web | ❌ |\n"+legend+"\nAssumed, since they aren't given: "+noLayers))},
			})
		})
	}
}

// An arn that turns out to be null is no second answer to who it is.
func TestUnknownPrincipal(t *testing.T) {
	t.Parallel()
	acctest.Test(t, resource.TestStep{
		Config: fmt.Sprintf(`
			resource "terraform_data" "later" {
			  input = ""
			}
			data "ecrx_access_matrix" "app" {
			  principals   = { lambda = { arn = terraform_data.later.output == "" ? null : %q, service_principal = "lambda.amazonaws.com" } }
			  repositories = { app = { arn = %q, policy_json = %q } }
			  access       = ["pull"]
			}
			output "cell" {
			  value = data.ecrx_access_matrix.app.cells["lambda"]["app"]["pull"]
			}`, ci, appARN, toAll("ecr:*", "")),
		ConfigStateChecks: []statecheck.StateCheck{statecheck.ExpectKnownOutputValue("cell", knownvalue.StringExact("Allowed"))},
	})
}
