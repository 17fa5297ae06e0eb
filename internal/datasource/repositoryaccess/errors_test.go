// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package repositoryaccess_test

import (
	"regexp"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/ecrx/terraform-provider-ecrx/internal/acctest"
	"github.com/ecrx/terraform-provider-ecrx/internal/awstest"
)

func TestErrors(t *testing.T) {
	t.Parallel()
	a := newAWS(t, acctest.Foreign)
	for name, tc := range map[string]struct{ block, config, want string }{
		"no such repository": {"", config(`repository = "team/web"`), "reading ECR repository policy (team/web)"},
		"what to do":         {"", config(`repository = "team/web"`), "Check repository, registry_id and region."},
		"not a name":         {"", config(`repository = "Team App"`), `"Team App" is not a name that ECR takes`},
		"not a Region":       {"", config("repository = \"team/app\"\nregion = \"Ireland\""), `"Ireland" is not an AWS Region`},
		"not an account":     {"", config("repository = \"team/app\"\nregistry_id = \"1\""), `"1" is not an account id`},
		"another account":    {`forbidden_account_ids = ["` + a.AccountID + `"]`, read, "forbidden_account_ids"},
		"no such repository, by the account that it tells": {"skip_requesting_account_id = true", config(`repository = "team/web"`), "reading ECR repository (team/web)"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			acctest.Test(t, resource.TestStep{Config: a.ProviderBlock(tc.block) + tc.config, ExpectError: acctest.Message(tc.want)})
		})
	}
}

func TestDenied(t *testing.T) {
	t.Parallel()
	a := newAWS(t, acctest.Foreign)
	a.Inject(awstest.Fault{Kind: awstest.AccessDenied, Action: "GetRepositoryPolicy", Sticky: true})
	acctest.Test(t, resource.TestStep{
		Config:      a.ProviderBlock("") + read,
		ExpectError: regexp.MustCompile(`(?s)reading ECR repository policy \(team/app\).*AccessDeniedException.*ecr:GetRepositoryPolicy`),
	})
}

// TestUnreadable has a policy of two meanings, which the emulator takes.
func TestUnreadable(t *testing.T) {
	t.Parallel()
	a := newAWS(t, `{"Sid":"New","Effect":"Allow","Principal":"*","Action":"ecr:ListImages","Action":"ecr:PutImage"}`)
	acctest.Test(t, resource.TestStep{
		Config:      a.ProviderBlock("") + read,
		ExpectError: acctest.Message(`the policy isn't one that this version of the provider can read: `),
	})
}

func TestLostAnswersAreAskedForAgain(t *testing.T) {
	t.Parallel()
	a := newAWS(t, acctest.Foreign)
	a.Inject(awstest.Fault{Kind: awstest.DropAfter, Action: "GetRepositoryPolicy"})
	acctest.Test(t, resource.TestStep{
		Config: a.ProviderBlock("") + read, ConfigStateChecks: []statecheck.StateCheck{value("statements", knownvalue.ListSizeExact(1))},
	})
}

func TestUnknownProvider(t *testing.T) {
	t.Parallel()
	acctest.Test(t, resource.TestStep{
		Config: `
			resource "terraform_data" "region" {
				input = "eu-west-1"
			}
			provider "ecrx" {
				region = terraform_data.region.output
			}
			` + read,
		ExpectError: acctest.Message("values that aren't known yet"),
	})
}

func TestNoRegion(t *testing.T) {
	t.Parallel()
	a := newAWS(t, acctest.Foreign)
	acctest.Test(t, resource.TestStep{
		Config:      regexp.MustCompile(`(?m)^  region .*$`).ReplaceAllString(a.ProviderBlock(""), "") + read,
		ExpectError: acctest.Message("The provider has no Region. Set region in the provider block, or set the environment variable AWS_REGION."),
	})
}
