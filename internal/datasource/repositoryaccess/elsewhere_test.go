// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package repositoryaccess_test

import (
	"fmt"
	"regexp"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/ecrx/terraform-provider-ecrx/internal/acctest"
	"github.com/ecrx/terraform-provider-ecrx/internal/awstest"
)

// TestElsewhere reads the repository of another Region, whose partition account ids get, and names the account.
func TestElsewhere(t *testing.T) {
	t.Parallel()
	a := awstest.New(t)
	there := awstest.New(t, awstest.InAccountOf(a), awstest.InRegion("us-east-1"))
	acctest.CreateRepository(t, there)
	acctest.SetPolicy(t, there, `{"Version":"2012-10-17","Statement":[{"Sid":"There","Effect":"Allow","Principal":{"AWS":"222222222222"},`+pull+`}]}`)
	a.ResetCalls()
	acctest.Test(t,
		resource.TestStep{
			Config: a.ProviderBlock("") + config(fmt.Sprintf("repository = \"team/app\"\nregion = \"us-east-1\"\nregistry_id = %q", a.AccountID)),
			ConfigStateChecks: []statecheck.StateCheck{
				value("region", text("us-east-1")), value("registry_id", text(a.AccountID)),
				value("statements", knownvalue.ListPartial(map[int]knownvalue.Check{0: knownvalue.ObjectPartial(map[string]knownvalue.Check{"sid": text("There")})})),
			},
		},
		resource.TestStep{Config: a.ProviderBlock("") + read, ExpectError: acctest.Message("RepositoryNotFoundException")},
	)
	called(t, a)
}

// TestChina takes the partition of the Region.
func TestChina(t *testing.T) {
	t.Parallel()
	a := newAWS(t, `{"Sid":"Dev","Effect":"Allow","Principal":{"AWS":"222222222222"},`+pull+`}`, awstest.InRegion("cn-north-1"))
	acctest.Test(t, resource.TestStep{
		Config: a.ProviderBlock("skip_region_validation = true\n  skip_requesting_account_id = true") + read,
		ConfigStateChecks: []statecheck.StateCheck{
			value("policy_json", knownvalue.StringRegexp(regexp.MustCompile(`"arn:aws-cn:iam::222222222222:root"`))),
			value("statements", knownvalue.ListPartial(map[int]knownvalue.Check{0: knownvalue.ObjectPartial(map[string]knownvalue.Check{
				"principals": texts("222222222222"), "statement_json": knownvalue.StringRegexp(regexp.MustCompile(`"arn:aws-cn:iam::222222222222:root"`)),
			})})),
			value("access", knownvalue.ListPartial(map[int]knownvalue.Check{0: text("Dev gives pull access to principals of account 222222222222")})),
		},
	})
}

// TestAccountNotAskedFor asks ECR for the account where the provider doesn't ask STS.
func TestAccountNotAskedFor(t *testing.T) {
	t.Parallel()
	a := newAWS(t, acctest.Foreign)
	acctest.Test(t, resource.TestStep{
		Config:            a.ProviderBlock("skip_requesting_account_id = true") + read,
		ConfigStateChecks: []statecheck.StateCheck{value("registry_id", text(a.AccountID)), value("statements", knownvalue.ListSizeExact(1))},
	})
	seen := map[string]bool{}
	for _, call := range a.Calls() {
		seen[call.Action] = true
	}
	if diff := cmp.Diff(map[string]bool{"DescribeRepositories": true, "GetRepositoryPolicy": true}, seen); diff != "" {
		t.Error(diff)
	}
}

// TestDeferred reads at apply what the plan can't know the name of.
func TestDeferred(t *testing.T) {
	t.Parallel()
	a := newAWS(t, acctest.Foreign)
	acctest.Test(t, resource.TestStep{
		Config: a.ProviderBlock("") + `
			resource "terraform_data" "name" {
			  input = "team/app"
			}
			` + config("repository = terraform_data.name.output"),
		ConfigPlanChecks:  acctest.Planned(plancheck.ExpectUnknownValue(address, tfjsonpath.New("public"))),
		ConfigStateChecks: []statecheck.StateCheck{value("public", knownvalue.Bool(false)), value("statements", knownvalue.ListSizeExact(1))},
	})
}
