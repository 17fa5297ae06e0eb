// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package privateendpoints_test

import (
	"os"
	"strings"
	"testing"

	tfconfig "github.com/hashicorp/terraform-plugin-testing/config"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/ecrx/terraform-provider-ecrx/internal/acctest"
	"github.com/ecrx/terraform-provider-ecrx/internal/awstest"
	"github.com/ecrx/terraform-provider-ecrx/internal/pattern"
)

// TestClientExample plans and applies the example of the documentation with the real client: the documents are known in the plan, and a
// refresh finds nothing to change.
func TestClientExample(t *testing.T) {
	t.Parallel()
	a := awstest.New(t)
	n := a.NewNetwork()
	text, err := os.ReadFile("../../../examples/resources/ecrx_private_endpoints/resource.tf")
	if err != nil {
		t.Fatal(err)
	}
	example := a.ProviderBlock("") + strings.NewReplacer(
		"vpc-0123456789abcdef0", n.VPC, "subnet-0123456789abcdef0", n.Subnets[0], "subnet-0123456789abcdef1", n.Subnets[1], "rtb-0123456789abcdef0", n.RouteTable,
	).Replace(string(text))
	const address = resourceType + ".web"
	ecr := pattern.EndpointPolicy(pattern.EndpointPolicyInput{
		RepositoryARNs: []string{"arn:aws:ecr:eu-west-1:111111111111:repository/team/*"}, PrincipalARNs: []string{"arn:aws:iam::111111111111:role/web-execution"},
	}).Canonical()
	acctest.Test(t, resource.TestStep{
		Config: example,
		ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
			plancheck.ExpectResourceAction(address, plancheck.ResourceActionCreate),
			plancheck.ExpectKnownValue(address, tfjsonpath.New("endpoint_policy_json"), knownvalue.StringExact(ecr)),
			plancheck.ExpectKnownValue(address, tfjsonpath.New("endpoints").AtMapKey("ecr.dkr").AtMapKey("policy_json"), knownvalue.StringExact(ecr)),
			plancheck.ExpectKnownValue(address, tfjsonpath.New("endpoints").AtMapKey("secretsmanager").AtMapKey("managed"), knownvalue.Bool(true)),
			plancheck.ExpectKnownValue(address, tfjsonpath.New("layer_bucket_policy_json"), knownvalue.StringExact(pattern.FullAccessEndpointPolicy().Canonical())),
		}},
	})
	gone(t, a)
}

// TestPrivateFargate applies the example in which the role pulls through its own endpoints alone, and the diagnosis proves it. The gate
// doesn't keep a later apply from repairing what somebody broke.
func TestPrivateFargate(t *testing.T) {
	t.Parallel()
	a := awstest.New(t)
	n := a.NewNetwork()
	text, err := os.ReadFile("../../../examples/private-fargate/main.tf")
	if err != nil {
		t.Fatal(err)
	}
	subnets := tfconfig.SetVariable(tfconfig.StringVariable(n.Subnets[0]), tfconfig.StringVariable(n.Subnets[1]))
	healthy := resource.TestStep{
		Config: a.ProviderBlock("") + string(text),
		ConfigVariables: tfconfig.Variables{
			"vpc_id": tfconfig.StringVariable(n.VPC), "subnet_ids": subnets, "route_table_ids": tfconfig.SetVariable(tfconfig.StringVariable(n.RouteTable)),
			"cidr_block": tfconfig.StringVariable("10.0.0.0/16"),
		},
		ConfigStateChecks: []statecheck.StateCheck{
			statecheck.ExpectKnownValue("data.ecrx_private_endpoints_diagnosis.web", tfjsonpath.New("findings"), knownvalue.ListExact(nil)),
			statecheck.ExpectKnownValue("data.ecrx_private_endpoints_diagnosis.web", tfjsonpath.New("missing"), knownvalue.SetExact(nil)),
		},
	}
	repaired := healthy
	repaired.PreConfig = func() {
		for _, e := range live(t, a) {
			for _, group := range e.Groups {
				close443(t, a, *group.GroupId)
			}
		}
	}
	acctest.Test(t, healthy, repaired)
	gone(t, a)
}
