// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package lockdownpolicydocument_test

import (
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/ecrx/terraform-provider-ecrx/internal/acctest"
)

const address = "data.ecrx_lockdown_policy_document.test"

// offline is a provider that could reach nothing: no credentials and no Region, and a proxy that isn't there.
const offline = `
provider "ecrx" {
  http_proxy  = "http://127.0.0.1:9"
  https_proxy = "http://127.0.0.1:9"
}
`

func config(arguments string) string {
	return fmt.Sprintf("data \"ecrx_lockdown_policy_document\" \"test\" {\n%s\n}\n", arguments)
}

func minified(text string) statecheck.StateCheck {
	return statecheck.ExpectKnownValue(address, tfjsonpath.New("minified_json"), knownvalue.StringExact(text))
}

const (
	own      = "account_id = \"111111111111\"\n"
	deployer = "arn:aws:iam::111111111111:role/deployer"
)

// exempting is one Deny for everybody but one role, who it exempts by default, and who other conditions do.
func exempting(partition, role, more string) string {
	arn := "arn:" + partition + ":iam::111111111111:"
	return `{"Version":"2012-10-17","Statement":[{"Sid":"DenyOthers","Effect":"Deny","Principal":"*","Action":"ecr:*","Condition":{"ArnNotLike":{"aws:PrincipalArn":["` +
		arn + `role/aws-service-role/*",` + role + `"` + arn + `root"]},"BoolIfExists":{"aws:PrincipalIsAWSService":"false"}` + more + `}}]}`
}

// The two documents of the article that the project starts from, by the function that compares meanings.
func TestSeeds(t *testing.T) {
	t.Parallel()
	const before = `
		mode                  = "not_principal"
		exempt_principal_arns = ["arn:aws:iam::111111111111:root", "arn:aws:iam::111111111111:user/admin"]`
	for seed, arguments := range map[string]string{
		"0-deny-others-before": before,
		"0-deny-others-after":  before + "\nexempt_user_ids = [\"AROAEXAMPLE1234567890:*\"]",
	} {
		text, err := os.ReadFile("../../policy/testdata/seeds/" + seed + ".json")
		if err != nil {
			t.Fatal(err)
		}
		acctest.Test(t, resource.TestStep{
			Config: offline + config(arguments) + fmt.Sprintf(`
				output "same" {
				  value = provider::ecrx::policy_equivalent(data.ecrx_lockdown_policy_document.test.json, %q)
				}`, text),
			ConfigPlanChecks:  acctest.Planned(plancheck.ExpectKnownOutputValue("same", knownvalue.Bool(true))),
			ConfigStateChecks: []statecheck.StateCheck{statecheck.ExpectKnownOutputValue("same", knownvalue.Bool(true))},
		})
	}
}

func TestExample(t *testing.T) {
	t.Parallel()
	example, err := os.ReadFile("../../../examples/data-sources/ecrx_lockdown_policy_document/data-source.tf")
	if err != nil {
		t.Fatal(err)
	}
	contains := func(text string) knownvalue.Check {
		return knownvalue.StringRegexp(regexp.MustCompile(regexp.QuoteMeta(text)))
	}
	acctest.Test(t, resource.TestStep{
		Config: string(example),
		ConfigStateChecks: []statecheck.StateCheck{
			statecheck.ExpectKnownOutputValue("lockdowns", knownvalue.ObjectExact(map[string]knownvalue.Check{
				"app":     contains(`"arn:aws:iam::222222222222:role/aws-service-role/replication.ecr.amazonaws.com/AWSServiceRoleForECRReplication"`),
				"archive": contains(`"Sid": "NobodyDeletes"`),
				"shared":  contains(`"ForAllValues:StringNotLike": {`),
			})),
		},
	})
}

func TestKinds(t *testing.T) {
	t.Parallel()
	const role = `"` + deployer + `",`
	for name, tc := range map[string]struct {
		arguments, want string
		findings        int
	}{
		"a role":        {own + `exempt_principal_arns = ["` + deployer + `"]`, exempting("aws", role, ""), 0},
		"user ids":      {own + "mode = \"user_id\"\nexempt_user_ids = [\"AIDAEXAMPLE1234567890\"]", exempting("aws", "", `,"StringNotLike":{"aws:userid":"AIDAEXAMPLE1234567890"}`), 0},
		"a role's id":   {own + "mode = \"user_id\"\nexempt_user_ids = [\"AROAEXAMPLE1234567890:*\"]", exempting("aws", "", `,"StringNotLike":{"aws:userid":"AROAEXAMPLE1234567890:*"}`), 1},
		"an account":    {own + `exempt_accounts = ["222222222222"]`, exempting("aws", "", `,"StringNotEquals":{"aws:PrincipalAccount":"222222222222"}`), 0},
		"organizations": {own + `exempt_organization_ids = ["o-a1b2c3d4e5"]`, exempting("aws", "", `,"StringNotEquals":{"aws:PrincipalOrgID":"o-a1b2c3d4e5"}`), 0},
		"paths":         {own + `exempt_organization_paths = ["o-a1b2c3d4e5/*"]`, exempting("aws", "", `,"ForAllValues:StringNotLike":{"aws:PrincipalOrgPaths":"o-a1b2c3d4e5/*"}`), 0},
		"China":         {own + "region = \"cn-north-1\"\nexempt_accounts = [\"222222222222\"]", exempting("aws-cn", "", `,"StringNotEquals":{"aws:PrincipalAccount":"222222222222"}`), 0},
		"no defaults": {
			"exempt_principal_arns = [\"" + deployer + "\"]\nexempt_root_user = false\nexempt_aws_services = false\nexempt_service_linked_roles = false\nactions = [\"ecr:BatchGetImage\"]\nsid = \"Closed\"",
			`{"Version":"2012-10-17","Statement":[{"Sid":"Closed","Effect":"Deny","Principal":"*","Action":"ecr:BatchGetImage","Condition":{"ArnNotLike":{"aws:PrincipalArn":"` + deployer + `"}}}]}`, 2,
		},
		"beside another": {
			own + "exempt_principal_arns = [\"" + deployer + "\"]\nsource_policy_documents = [jsonencode({ Version = \"2012-10-17\", Statement = { Sid = \"Dev\", Effect = \"Allow\", Principal = { AWS = \"arn:aws:iam::222222222222:root\" }, Action = \"ecr:BatchGetImage\" } })]",
			strings.TrimSuffix(exempting("aws", role, ""), "]}") + `,{"Sid":"Dev","Effect":"Allow","Principal":{"AWS":"arn:aws:iam::222222222222:root"},"Action":"ecr:BatchGetImage"}]}`, 0,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			acctest.Test(t, resource.TestStep{
				Config: offline + config(tc.arguments),
				ConfigStateChecks: []statecheck.StateCheck{
					minified(tc.want),
					statecheck.ExpectKnownValue(address, tfjsonpath.New("size"), knownvalue.Int64Exact(int64(len(tc.want)))),
					statecheck.ExpectKnownValue(address, tfjsonpath.New("findings"), knownvalue.ListSizeExact(tc.findings)),
				},
			})
		})
	}
}

// Which argument is at fault is for the tests of fragment/lockdown to show: Terraform names the data source alone.
func TestBadInput(t *testing.T) {
	t.Parallel()
	arns := func(arn string) string { return fmt.Sprintf("%sexempt_principal_arns = [%q]", own, arn) }
	for name, tc := range map[string]struct{ arguments, want string }{
		"nobody":            {own, "leaves the repository to nobody but the root user"},
		"no account":        {`exempt_accounts = ["222222222222"]`, "Set account_id, or exempt_root_user = false and exempt_service_linked_roles = false."},
		"account id":        {"account_id = \"1234567890\"\nexempt_accounts = [\"222222222222\"]", `"1234567890" is not an account id`},
		"mode":              {own + "mode = \"arn\"\nexempt_accounts = [\"222222222222\"]", `"arn" is not a mode`},
		"any account":       {arns("arn:aws:iam::*:role/deployer"), "Write the 12 digits of the account"},
		"a session":         {arns("arn:aws:sts::111111111111:assumed-role/deployer/run"), `Write "arn:aws:iam::111111111111:role/deployer"`},
		"another partition": {arns("arn:aws-cn:iam::111111111111:role/deployer"), `the repository is in "aws"`},
		"user id":           {own + `exempt_user_ids = ["AROAEXAMPLE1234567890"]`, `Write "AROAEXAMPLE1234567890:*"`},
		"no action":         {own + "actions = []\nexempt_accounts = [\"222222222222\"]", "actions is empty, so that nothing would be denied"},
		"sid":               {own + "sid = \"deny-others\"\nexempt_accounts = [\"222222222222\"]", `Write "DenyOthers"`},
		"nobody to lift it": {own + "exempt_root_user = false\nexempt_accounts = [\"222222222222\"]", "Nobody in the repository's account 111111111111 could change its policy again"},
		"no effect": {
			"mode = \"not_principal\"\nexempt_principal_arns = [\"arn:aws:iam::111111111111:root\"]\nexempt_aws_services = true", "so exempt_aws_services has no effect",
		},
		"region": {own + "region = \"Ireland\"\nexempt_accounts = [\"222222222222\"]", `"Ireland" is not an AWS Region`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			acctest.Test(t, resource.TestStep{Config: offline + config(tc.arguments), PlanOnly: true, ExpectError: acctest.Message(tc.want)})
		})
	}
}

// What isn't known yet may turn out right, and is checked when it is known.
func TestUnknownInputs(t *testing.T) {
	t.Parallel()
	later := func(value string) string {
		return fmt.Sprintf("resource \"terraform_data\" \"later\" {\n  input = %s\n}\n", value)
	}
	const arguments = `
		account_id            = terraform_data.later.output.account
		mode                  = terraform_data.later.output.mode
		exempt_principal_arns = terraform_data.later.output.arns
		exempt_aws_services   = terraform_data.later.output.services`
	acctest.Test(t, resource.TestStep{
		Config:            offline + later(`{ account = "111111111111", mode = "principal_arn", arns = ["`+deployer+`"], services = true }`) + config(arguments),
		ConfigPlanChecks:  acctest.Planned(plancheck.ExpectUnknownValue(address, tfjsonpath.New("json"))),
		ConfigStateChecks: []statecheck.StateCheck{minified(exempting("aws", `"`+deployer+`",`, ""))},
	})
	for value, want := range map[string]string{
		`{ account = "111111111111", mode = "principal_arn", arns = [], services = true }`:                   "leaves the repository to nobody but the root user",
		`{ account = null, mode = "principal_arn", arns = ["` + deployer + `"], services = true }`:           "Set account_id, or exempt_root_user = false",
		`{ account = "111111111111", mode = "not_principal", arns = ["` + deployer + `"], services = true }`: "so exempt_aws_services has no effect",
	} {
		acctest.Test(t, resource.TestStep{Config: offline + later(value) + config(arguments), ExpectError: acctest.Message(want)})
	}
}

// A provider whose Region isn't known yet must not make a plan show the document of another partition.
func TestUnknownProvider(t *testing.T) {
	t.Parallel()
	const unknown = `
		resource "terraform_data" "later" {
		  input = "cn-north-1"
		}
		provider "ecrx" {
		  region = terraform_data.later.output
		}
		`
	acctest.Test(t, resource.TestStep{
		Config:      unknown + config(own+`exempt_accounts = ["222222222222"]`),
		ExpectError: acctest.Message("The account's ARNs depend on the partition, and the provider block has values that aren't known yet. Set region here."),
	})
	acctest.Test(t, resource.TestStep{
		Config: unknown + config("exempt_accounts = [\"222222222222\"]\nexempt_root_user = false\nexempt_service_linked_roles = false\nactions = [\"ecr:BatchGetImage\"]"),
		ConfigStateChecks: []statecheck.StateCheck{minified(`{"Version":"2012-10-17","Statement":[{"Sid":"DenyOthers","Effect":"Deny","Principal":"*","Action":"ecr:BatchGetImage","Condition":` +
			`{"BoolIfExists":{"aws:PrincipalIsAWSService":"false"},"StringNotEquals":{"aws:PrincipalAccount":"222222222222"}}}]}`)},
	})
}
