// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package repositorypolicydocument_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/ecrx/terraform-provider-ecrx/internal/acctest"
)

const (
	accountPulls = `grants = { Dev = { access = "pull", accounts = ["222222222222"] } }`
	unitPulls    = `grants = { Dev = { access = "pull", organization_unit_ids = ["ou-ab12-11111111"] } }`
	deployers    = `exempt_principal_arns = ["arn:aws:iam::111111111111:role/deployer"]`
)

// closed is the statement of a lockdown that exempts the deployer, and others by further conditions.
func closed(partition, exempt, more string) string {
	arn := "arn:" + partition + ":iam::111111111111:"
	return `{"Sid":"DenyOthers","Effect":"Deny","Principal":"*","Action":"ecr:*","Condition":{"ArnNotLike":{"aws:PrincipalArn":["` + arn + `role/aws-service-role/*",` + exempt + `"` + arn + `root"]},` +
		`"BoolIfExists":{"aws:PrincipalIsAWSService":"false"}` + more + `}}`
}

func under(lockdown, grants string) string {
	return config(fmt.Sprintf("account_id = \"111111111111\"\n%s\nlockdown = {\n%s\n}", grants, lockdown))
}

// Whoever the grants name is exempt beside those whom the lockdown does, organizational units by their paths.
func TestLockdown(t *testing.T) {
	t.Parallel()
	const role = `"arn:aws:iam::111111111111:role/deployer",`
	own := pull(root("aws", "222222222222"), "")
	acctest.Test(t,
		resource.TestStep{
			Config:            offline + under(deployers, accountPulls),
			ConfigStateChecks: []statecheck.StateCheck{minified(document(closed("aws", role, `,"StringNotEquals":{"aws:PrincipalAccount":"222222222222"}`), own))},
		},
		resource.TestStep{
			Config:            offline + under("", accountPulls),
			ConfigStateChecks: []statecheck.StateCheck{minified(document(closed("aws", "", `,"StringNotEquals":{"aws:PrincipalAccount":"222222222222"}`), own))},
		},
		resource.TestStep{
			Config:            offline + under(deployers, "grants = {}"),
			ConfigStateChecks: []statecheck.StateCheck{minified(document(closed("aws", role, "")))},
		},
		resource.TestStep{
			Config: strings.Replace(offline, "{", "{\n  organization_id = \"o-a1b2c3d4e5\"", 1) + under(deployers, unitPulls),
			ConfigStateChecks: []statecheck.StateCheck{minified(document(
				closed("aws", role, `,"ForAllValues:StringNotLike":{"aws:PrincipalOrgPaths":"o-a1b2c3d4e5/*/ou-ab12-11111111/*"}`),
				pull(`"*"`, `,"Condition":{"ForAnyValue:StringLike":{"aws:PrincipalOrgPaths":"o-a1b2c3d4e5/*/ou-ab12-11111111/*"}}`),
			))},
		},
		resource.TestStep{
			Config:            offline + under("", "region = \"cn-north-1\"\n"+accountPulls),
			ConfigStateChecks: []statecheck.StateCheck{minified(document(closed("aws-cn", "", `,"StringNotEquals":{"aws:PrincipalAccount":"222222222222"}`), pull(root("aws-cn", "222222222222"), "")))},
		},
	)
}

func TestBadLockdown(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct{ config, want string }{
		"a dead grant":    {under(deployers+"\nexempt_grants = false", accountPulls), `Write exempt_accounts = ["222222222222"] in the lockdown`},
		"a dead service":  {under(deployers+"\nexempt_aws_services = false", `grants = { Web = { lambda = { accounts = ["222222222222"] } } }`), "Write exempt_aws_services = true in the lockdown."},
		"nobody":          {under("", "grants = {}"), "leaves the repository to nobody but the root user"},
		"no account":      {config(accountPulls + "\nlockdown = {}"), "Set account_id, or exempt_root_user = false"},
		"a grant's Sid":   {under("sid = \"Dev\"", accountPulls), `The grant Dev and the lockdown both make a statement with the Sid "Dev"`},
		"a source's Sid":  {under(deployers, accountPulls+"\nsource_policy_documents = [jsonencode({ Version = \"2012-10-17\", Statement = { Sid = \"DenyOthers\", Effect = \"Deny\", Principal = \"*\", Action = \"ecr:PutImage\" } })]"), `share the Sid "DenyOthers"`},
		"other's project": {under(deployers, `grants = { Build = { codebuild = { project_arns = ["arn:aws:codebuild:eu-west-1:222222222222:project/web"] } } }`), "CodeBuild's own credentials reach repositories of the same account only"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			acctest.Test(t, resource.TestStep{Config: offline + tc.config, PlanOnly: true, ExpectError: acctest.Message(tc.want)})
		})
	}
}

func TestUnknownLockdown(t *testing.T) {
	t.Parallel()
	const later = `
		resource "terraform_data" "later" {
		  input = { arns = ["arn:aws:iam::111111111111:role/deployer"], accounts = ["333333333333"] }
		}
		`
	acctest.Test(t, resource.TestStep{
		Config: offline + later + under("exempt_principal_arns = terraform_data.later.output.arns", `grants = { Dev = { access = "pull", accounts = terraform_data.later.output.accounts } }`),
		ConfigPlanChecks: acctest.Planned(
			plancheck.ExpectUnknownValue(address, tfjsonpath.New("json")),
		),
		ConfigStateChecks: []statecheck.StateCheck{minified(document(
			closed("aws", `"arn:aws:iam::111111111111:role/deployer",`, `,"StringNotEquals":{"aws:PrincipalAccount":"333333333333"}`), pull(root("aws", "333333333333"), ""),
		))},
	})
}
