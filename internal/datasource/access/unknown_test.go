// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package access_test

import (
	"fmt"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/ecrx/terraform-provider-ecrx/internal/acctest"
)

// What isn't known in the plan is proven by the apply, and checked again then.
func TestClientUnknownInputs(t *testing.T) {
	t.Parallel()
	later := func(value string) string {
		return fmt.Sprintf("resource \"terraform_data\" \"later\" {\n  input = %q\n}\n", value) + config(`
			policies = { repository = [terraform_data.later.output] }
			requests = {
			  known = { principal_arn = "arn:aws:iam::222222222222:role/web", access = "pull", repository_arn = "`+repositoryARN+`" }
			}`)
	}
	acctest.Test(t,
		resource.TestStep{
			Config:            later(document(toAll("All", "Allow", "ecr:*", ""))),
			ConfigPlanChecks:  acctest.Planned(plancheck.ExpectUnknownValue(address, tfjsonpath.New("results"))),
			ConfigStateChecks: []statecheck.StateCheck{statecheck.ExpectKnownValue(address, decision("known"), knownvalue.StringExact("Allowed"))},
		},
		resource.TestStep{Config: later("no"), ExpectError: acctest.Message("isn't a policy document: line 1, column 1")},
	)
	acctest.Test(t, resource.TestStep{
		Config: `resource "terraform_data" "later" {
			  input = { requests = { a = "ecr:BatchGetImage" }, arn = "` + repositoryARN + `", vpce = "` + endpoint + `", who = "` + stranger + `", yes = true }
			}
			` + config(`
			policies = { endpoint = [jsonencode({ Version = "2012-10-17", Statement = { Effect = "Allow", Principal = "*", Action = "*", Resource = "*" } })], identity = [] }
			requests = {
			  for name, action in terraform_data.later.output.requests : name => {
			    principal_arn = terraform_data.later.output.who, action = action, repository_arn = terraform_data.later.output.arn
			    source_vpce_id = terraform_data.later.output.vpce
			  }
			}`),
		ConfigStateChecks: []statecheck.StateCheck{statecheck.ExpectKnownValue(address, decision("a"), knownvalue.StringExact("ImplicitlyDenied"))},
	})
	acctest.Test(t, resource.TestStep{
		Config: `resource "terraform_data" "later" {
			  input = { action = "ecr:BatchGetImage", arn = "` + repositoryARN + `", vpce = "` + endpoint + `", yes = true }
			}
			` + config(`
			policies = { endpoint = [jsonencode({ Version = "2012-10-17", Statement = { Effect = "Allow", Principal = "*", Action = "*", Resource = "*" } })] }
			requests = {
			  a = { anonymous = terraform_data.later.output.yes, action = terraform_data.later.output.action, repository_arn = terraform_data.later.output.arn, source_vpce_id = terraform_data.later.output.vpce }
			}`),
		ConfigStateChecks: []statecheck.StateCheck{statecheck.ExpectKnownValue(address, decision("a"), knownvalue.StringExact("ImplicitlyDenied"))},
	})
}

// A request of which nothing is known yet may go through an endpoint.
func TestUnknownRequest(t *testing.T) {
	t.Parallel()
	acctest.Test(t, resource.TestStep{
		Config: `resource "terraform_data" "later" {
			  input = { principal_arn = "` + stranger + `", action = "ecr:BatchGetImage", repository_arn = "` + repositoryARN + `", source_vpce_id = "` + endpoint + `" }
			}
			` + config(`
			policies = { endpoint = [jsonencode({ Version = "2012-10-17", Statement = { Effect = "Allow", Principal = "*", Action = "*", Resource = "*" } })] }
			requests = { a = terraform_data.later.output }`),
		ConfigStateChecks: []statecheck.StateCheck{statecheck.ExpectKnownValue(address, decision("a"), knownvalue.StringExact("ImplicitlyDenied"))},
	})
}

// A provider that isn't known yet can prove what needs no call.
func TestUnknownProvider(t *testing.T) {
	t.Parallel()
	const unknown = "resource \"terraform_data\" \"later\" {\n  input = \"eu-west-1\"\n}\nprovider \"ecrx\" {\n  region = terraform_data.later.output\n}\n"
	acctest.Test(t, resource.TestStep{
		Config:      unknown + config(`requests = { a = { anonymous = true, action = "ecr:BatchGetImage", repository_arn = "`+repositoryARN+`", expect = "allowed" } }`),
		ExpectError: acctest.Message("a: expected allowed, but it is implicitly denied"),
	})
	acctest.Test(t, resource.TestStep{
		Config:      unknown + config("repository = \"team/app\"\nrequests = { a = { anonymous = true, access = \"pull\" } }"),
		ExpectError: acctest.Message("The provider block has values that aren't known yet"),
	})
}
