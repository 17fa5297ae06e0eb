// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package orgsharedrepository_test

import (
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/ecrx/terraform-provider-ecrx/internal/awsapi"
	"github.com/ecrx/terraform-provider-ecrx/internal/awstest"
	"github.com/ecrx/terraform-provider-ecrx/internal/provider"
)

const address = "ecrx_org_shared_repository.this"

// quick makes the waits of awsapi short.
var quick = awsapi.Timing{BatchWindow: time.Millisecond, SecondLook: time.Millisecond, MaxBackoff: time.Millisecond}

func factories() map[string]func() (tfprotov6.ProviderServer, error) {
	return map[string]func() (tfprotov6.ProviderServer, error){
		"ecrx": providerserver.NewProtocol6WithError(provider.NewWithTiming("test", quick)()),
	}
}

const seed3 = `{"Version":"2012-10-17","Statement":[{"Sid":"AllowPull","Effect":"Allow","Principal":"*","Action":["ecr:BatchCheckLayerAvailability","ecr:BatchGetImage","ecr:DescribeImages","ecr:DescribeRepositories","ecr:GetDownloadUrlForLayer"],"Condition":{"ForAnyValue:StringLike":{"aws:PrincipalOrgPaths":"o-a1b2c3d4e5/*/ou-ab12-11111111/*"}}}]}`

func TestSharedWithAnOrganizationalUnit(t *testing.T) {
	t.Parallel()
	aws := awstest.New(t)
	config := aws.ProviderBlock(`organization_id = "o-a1b2c3d4e5"`) + `
resource "ecrx_org_shared_repository" "this" {
  name = "team/app"
  grants = {
    AllowPull = {
      access                = "pull_describe"
      organization_unit_ids = ["ou-ab12-11111111"]
    }
  }
}
`
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: factories(),
		Steps: []resource.TestStep{{
			Config: config,
			ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
				plancheck.ExpectKnownValue(address, tfjsonpath.New("policy_json"), knownvalue.StringFunc(func(string) error { return nil })),
			}},
			ConfigStateChecks: []statecheck.StateCheck{
				statecheck.ExpectKnownValue(address, tfjsonpath.New("image_tag_mutability"), knownvalue.StringExact("IMMUTABLE")),
				statecheck.ExpectKnownValue(address, tfjsonpath.New("policy_json"), knownvalue.StringExact(seed3)),
			},
		}},
	})
}
