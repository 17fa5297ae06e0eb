// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package orgsharedrepository_test

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/ecrx/terraform-provider-ecrx/internal/acctest"
	"github.com/ecrx/terraform-provider-ecrx/internal/awstest"
)

// TestClientUnknownInputs plans what follows from unknown arguments as unknown, and applies it.
func TestClientUnknownInputs(t *testing.T) {
	t.Parallel()
	a := awstest.New(t)
	terraform(t, a, resource.TestStep{
		Config: a.ProviderBlock("") + `
resource "terraform_data" "name" { input = "team/app" }
resource "terraform_data" "region" { input = "eu-west-1" }
resource "terraform_data" "role" { input = "arn:aws:iam::222222222222:role/ci" }
resource "terraform_data" "tag" { input = "web" }
` + block(`
name   = terraform_data.name.output
region = terraform_data.region.output
tags   = { team = terraform_data.tag.output }
grants = { CI = { access = "pull", principal_arns = [terraform_data.role.output] } }`),
		ConfigPlanChecks: acctest.Planned(
			plancheck.ExpectUnknownValue(address, tfjsonpath.New("arn")),
			plancheck.ExpectUnknownValue(address, tfjsonpath.New("repository_url")),
			plancheck.ExpectUnknownValue(address, tfjsonpath.New("policy_json")),
			plancheck.ExpectUnknownValue(address, tfjsonpath.New("consumer_policy_json")),
			plancheck.ExpectUnknownValue(address, tfjsonpath.New("tags_all")),
		),
		ConfigStateChecks: []statecheck.StateCheck{
			statecheck.ExpectKnownValue(address, tfjsonpath.New("tags_all").AtMapKey("team"), knownvalue.StringExact("web")),
			acctest.Live(func() { acctest.ExpectSids(t, a, "CI") }),
		},
	})
}

func TestUnknownProvider(t *testing.T) {
	t.Parallel()
	a := awstest.New(t)
	provider := strings.Replace(a.ProviderBlock(organization), `"eu-west-1"`, "terraform_data.region.output", 1)
	terraform(t, a, resource.TestStep{
		Config: provider + `
resource "terraform_data" "region" { input = "eu-west-1" }
` + block(seed),
		ConfigPlanChecks: acctest.Planned(plancheck.ExpectUnknownValue(address, tfjsonpath.New("policy_json"))),
	})
}

func TestTagsOfTheProvider(t *testing.T) {
	t.Parallel()
	a := awstest.New(t)
	terraform(t, a, resource.TestStep{
		Config: a.ProviderBlock(`
  default_tags {
    tags = { owner = "platform", team = "none" }
  }
  ignore_tags {
    key_prefixes = ["billing:"]
  }`) + block("name = \"team/app\"\ntags = { team = \"web\" }"),
		ConfigStateChecks: []statecheck.StateCheck{
			statecheck.ExpectKnownValue(address, tfjsonpath.New("tags"), knownvalue.MapExact(map[string]knownvalue.Check{"team": knownvalue.StringExact("web")})),
			statecheck.ExpectKnownValue(address, tfjsonpath.New("tags_all"), knownvalue.MapExact(map[string]knownvalue.Check{
				"owner": knownvalue.StringExact("platform"), "team": knownvalue.StringExact("web"),
			})),
		},
	})
}

func TestUnknownAccount(t *testing.T) {
	t.Parallel()
	a := awstest.New(t)
	terraform(t, a, resource.TestStep{
		Config: a.ProviderBlock("skip_requesting_account_id = true\n"+organization) + block(seed),
		ConfigPlanChecks: acctest.Planned(
			plancheck.ExpectUnknownValue(address, tfjsonpath.New("arn")),
			plancheck.ExpectKnownValue(address, tfjsonpath.New("policy_json"), knownvalue.StringExact(seedPolicy)),
		),
		ConfigStateChecks: []statecheck.StateCheck{
			statecheck.ExpectKnownValue(address, tfjsonpath.New("consumer_policy_json"),
				knownvalue.StringExact(strings.ReplaceAll(seedConsumerPolicy, "ACCOUNT", a.AccountID))),
		},
	})
}

func TestAccountThatIsNotAllowed(t *testing.T) {
	t.Parallel()
	a := awstest.New(t)
	tf := acctest.Core(a, resourceType, map[string]any{"allowed_account_ids": []string{"111111111111"}})
	_, err := tf.Apply(t.Context(), map[string]any{"name": name})
	acctest.ExpectError(t, err, "allowed_account_ids")
	if calls := acctest.Writes(a); len(calls) > 0 {
		t.Errorf("the calls %q were made", calls)
	}
	gone(t, a)
}

// TestSTSOutOfReach plans without an account: ARNs are unknown then.
func TestSTSOutOfReach(t *testing.T) {
	t.Parallel()
	a := awstest.New(t)
	tf := acctest.Core(a, resourceType, map[string]any{"max_retries": 1})
	endpoints := tf.ProviderConfig["endpoints"].([]any)[0].(map[string]any)
	endpoints["sts"] = "http://127.0.0.1:1"
	if action, err := tf.Plan(t.Context(), map[string]any{"name": name}); err != nil {
		t.Errorf("the plan is %s, %v", action, err)
	}
}
