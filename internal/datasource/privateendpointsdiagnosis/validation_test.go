// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package privateendpointsdiagnosis_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/ecrx/terraform-provider-ecrx/internal/acctest"
)

// What isn't known in the plan is looked at by the apply.
func TestUnknownInputs(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	later := func(vpc string) string {
		return fmt.Sprintf("resource \"terraform_data\" \"later\" {\n  input = { vpc = %q, subnets = [%q], principal = %q, fips = false, compute = \"fargate\", level = \"error\" }\n}\n", vpc, s.Subnets[0], s.role()) + `
			data "ecrx_private_endpoints_diagnosis" "test" {
			  vpc_id     = terraform_data.later.output.vpc
			  subnet_ids = terraform_data.later.output.subnets
			  compute    = ["ec2", terraform_data.later.output.compute]
			  exclude    = ["logs"]
			  fips       = terraform_data.later.output.fips
			  fail_on    = terraform_data.later.output.level
			  pulls      = {
			    web = { principal_arn = terraform_data.later.output.principal, repository_arns = ["` + s.repository() + `"] }
			  }
			}`
	}
	acctest.Test(t,
		resource.TestStep{
			Config:            s.aws.ProviderBlock("") + later(s.VPC),
			ConfigPlanChecks:  acctest.Planned(plancheck.ExpectUnknownValue(address, tfjsonpath.New("findings")), plancheck.ExpectUnknownValue(address, tfjsonpath.New("markdown"))),
			ConfigStateChecks: []statecheck.StateCheck{value("findings", knownvalue.ListSizeExact(0)), value("endpoints", knownvalue.MapSizeExact(3))},
		},
		resource.TestStep{Config: s.aws.ProviderBlock("") + later("vpc-0f1e2d3c"), ExpectError: acctest.Message("error VPC_NOT_FOUND (vpc-0f1e2d3c)")},
		resource.TestStep{Config: s.aws.ProviderBlock("") + later("vpc"), ExpectError: acctest.Message(`"vpc" is not the id of a VPC`)},
	)
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
			` + hcl(t, object{"vpc_id": "vpc-0a1b2c3d", "subnet_ids": list{"subnet-0a1b2c3d"}, "compute": list{"ec2"}}),
		ExpectError: acctest.Message("values that aren't known yet"),
	})
}

func TestBadInput(t *testing.T) {
	t.Parallel()
	pull := func(change func(object)) func(object) {
		p := object{"principal_arn": "arn:aws:iam::111111111111:role/web", "repository_arns": list{"arn:aws:ecr:eu-west-1:111111111111:repository/app"}}
		change(p)
		return func(c object) { c["pulls"] = object{"web": p} }
	}
	with := func(name string, value any) func(object) { return func(c object) { c[name] = value } }
	for name, tc := range map[string]struct {
		change func(object)
		want   string
	}{
		"good":            {func(object) {}, ""},
		"VPC":             {with("vpc_id", "vpce-0a1b2c3d"), `ERROR vpc_id: Invalid VPC id: "vpce-0a1b2c3d" is not the id of a VPC.`},
		"subnet":          {with("subnet_ids", list{"vpc-0a1b2c3d"}), `must be an id such as "subnet-0a1b2c3d4e5f60718"`},
		"subnet's length": {with("subnet_ids", list{"subnet-0a1b2c3d4"}), `must be an id such as "subnet-0a1b2c3d4e5f60718"`},
		"no subnet":       {with("subnet_ids", list{}), "ERROR subnet_ids: "},
		"null subnet":     {with("subnet_ids", list{nil}), "ERROR subnet_ids: "},
		"group":           {with("security_group_ids", list{"web"}), `must be an id such as "sg-0a1b2c3d4e5f60718"`},
		"no group":        {with("security_group_ids", list{}), "ERROR security_group_ids: "},
		"compute":         {with("compute", list{"lambda"}), `ERROR compute: Unknown compute type: "lambda" is not a compute type.`},
		"no compute":      {with("compute", list{}), "ERROR compute: No compute type: "},
		"null compute":    {with("compute", list{nil}), "ERROR compute: "},
		"include":         {with("include", list{"com.amazonaws.eu-west-1.kms"}), "ERROR include: Whole name of a service: "},
		"exclude":         {with("exclude", list{"kms"}), "ERROR exclude: Exclusion of nothing: "},
		"fail_on":         {with("fail_on", "info"), "ERROR fail_on: "},
		"region":          {with("region", "Ireland"), "ERROR region: Not a Region: "},
		"no pulls":        {with("pulls", object{}), "ERROR pulls: "},
		"principal":       {pull(with("principal_arn", "web")), `principal_arn`},
		"repository":      {pull(with("repository_arns", list{"app"})), `repository_arns`},
		"identity policy": {pull(with("identity_policies", list{"{"})), "Not a policy: "},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			config := object{"vpc_id": "vpc-0a1b2c3d", "subnet_ids": list{"subnet-0a1b2c3d", "subnet-0a1b2c3d4e5f60718"}, "security_group_ids": list{"sg-0a1b2c3d"}, "compute": list{"ec2"}}
			tc.change(config)
			if told := validate(t, config); !strings.Contains(told, tc.want) || (tc.want == "") != (told == "") {
				t.Errorf("told %q, want %q", told, tc.want)
			}
		})
	}
}
