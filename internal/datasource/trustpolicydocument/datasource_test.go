// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package trustpolicydocument_test

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

const address = "data.ecrx_trust_policy_document.test"

// offline is a provider that could reach nothing: no credentials and no Region, and a proxy that isn't there.
const offline = `
provider "ecrx" {
  http_proxy  = "http://127.0.0.1:9"
  https_proxy = "http://127.0.0.1:9"
}
`

func config(arguments string) string {
	return fmt.Sprintf("data \"ecrx_trust_policy_document\" \"test\" {\n%s\n}\n", arguments)
}

func minified(text string) statecheck.StateCheck {
	return statecheck.ExpectKnownValue(address, tfjsonpath.New("minified_json"), knownvalue.StringExact(text))
}

func document(statements ...string) string {
	return `{"Version":"2012-10-17","Statement":[` + strings.Join(statements, ",") + `]}`
}

// statement lets a principal assume the role; sid is "" or as in `"Sid":"Accounts",`.
func statement(sid, principal, condition string) string {
	return `{` + sid + `"Effect":"Allow","Principal":` + principal + `,"Action":"sts:AssumeRole"` + condition + `}`
}

const (
	account   = `{"AWS":"arn:aws:iam::222222222222:root"}`
	gitHub    = "arn:aws:iam::111111111111:oidc-provider/token.actions.githubusercontent.com"
	theBranch = "repo:octo-org/app:ref:refs/heads/main"
)

// The trust policies that the project starts from, by the function that compares meanings.
func TestSeeds(t *testing.T) {
	t.Parallel()
	for seed, arguments := range map[string]string{
		"0-apprunner-access-trust": `services = ["build.apprunner.amazonaws.com"]`,
		"1-trust-policy.derived":   "accounts = [\"222222222222\"]\nexternal_id = \"test\"",
	} {
		text, err := os.ReadFile("../../policy/testdata/seeds/" + seed + ".json")
		if err != nil {
			t.Fatal(err)
		}
		acctest.Test(t, resource.TestStep{
			Config: offline + config(arguments) + fmt.Sprintf(`
				output "same" {
				  value = provider::ecrx::policy_equivalent(data.ecrx_trust_policy_document.test.json, %q)
				}`, strings.ReplaceAll(string(text), "{アカウント2_aws_account_id}", "222222222222")),
			ConfigPlanChecks:  acctest.Planned(plancheck.ExpectKnownOutputValue("same", knownvalue.Bool(true))),
			ConfigStateChecks: []statecheck.StateCheck{statecheck.ExpectKnownOutputValue("same", knownvalue.Bool(true))},
		})
	}
}

func TestExample(t *testing.T) {
	t.Parallel()
	example, err := os.ReadFile("../../../examples/data-sources/ecrx_trust_policy_document/data-source.tf")
	if err != nil {
		t.Fatal(err)
	}
	contains := func(text string) knownvalue.Check {
		return knownvalue.StringRegexp(regexp.MustCompile(regexp.QuoteMeta(text)))
	}
	acctest.Test(t, resource.TestStep{
		Config: string(example),
		ConfigStateChecks: []statecheck.StateCheck{
			statecheck.ExpectKnownOutputValue("trust_policies", knownvalue.ObjectExact(map[string]knownvalue.Check{
				"release":  contains(`"Sid": "WebIdentity"`),
				"task":     contains(`"aws:SourceArn": "arn:aws:ecs:eu-west-1:111111111111:*"`),
				"instance": contains(`"Service": "tasks.apprunner.amazonaws.com"`),
			})),
		},
	})
}

func TestKinds(t *testing.T) {
	t.Parallel()
	oidc := fmt.Sprintf(`oidc = { provider_arn = %q, audiences = ["sts.amazonaws.com"], subjects = [%q] }`, gitHub, theBranch)
	workload := `"Effect":"Allow","Principal":{"Federated":"` + gitHub + `"},"Action":"sts:AssumeRoleWithWebIdentity","Condition":{"StringEquals":` +
		`{"token.actions.githubusercontent.com:aud":"sts.amazonaws.com","token.actions.githubusercontent.com:sub":"` + theBranch + `"}}}`
	const narrowed = `,"Condition":{"StringEquals":{"aws:PrincipalOrgID":"o-a1b2c3d4e5","sts:ExternalId":"secret"}}`
	for name, tc := range map[string]struct {
		arguments, want string
		findings        int
	}{
		"services": {`services = ["ecs.amazonaws.com", "ecs-tasks.amazonaws.com"]`, document(statement("", `{"Service":["ecs-tasks.amazonaws.com","ecs.amazonaws.com"]}`, "")), 1},
		"sources": {
			"services = [\"ecs-tasks.amazonaws.com\"]\nsource_account = \"111111111111\"\nsource_arns = [\"arn:aws:ecs:eu-west-1:111111111111:*\"]",
			document(statement("", `{"Service":"ecs-tasks.amazonaws.com"}`, `,"Condition":{"ArnLike":{"aws:SourceArn":"arn:aws:ecs:eu-west-1:111111111111:*"},"StringEquals":{"aws:SourceAccount":"111111111111"}}`)), 0,
		},
		"accounts": {"accounts = [\"222222222222\"]\nexternal_id = \"secret\"\norganization_ids = [\"o-a1b2c3d4e5\"]", document(statement("", account, narrowed)), 2},
		"principals": {
			`principal_arns = ["arn:aws:iam::222222222222:role/ci"]`,
			document(statement("", account, `,"Condition":{"ArnEquals":{"aws:PrincipalArn":"arn:aws:iam::222222222222:role/ci"}}`)), 0,
		},
		"organizations": {`organization_ids = ["o-a1b2c3d4e5"]`, document(statement("", `"*"`, `,"Condition":{"StringEquals":{"aws:PrincipalOrgID":"o-a1b2c3d4e5"}}`)), 0},
		"oidc":          {oidc, document("{" + workload), 0},
		"several": {
			"accounts = [\"222222222222\"]\nservices = [\"ecs.amazonaws.com\"]\n" + oidc,
			document(statement(`"Sid":"Accounts",`, account, ""), statement(`"Sid":"Services",`, `{"Service":"ecs.amazonaws.com"}`, ""), `{"Sid":"WebIdentity",`+workload), 1,
		},
		"China": {"accounts = [\"222222222222\"]\nregion = \"cn-north-1\"", document(statement("", `{"AWS":"arn:aws-cn:iam::222222222222:root"}`, "")), 1},
		"sources alone": {
			"source_policy_documents = [jsonencode({ Version = \"2012-10-17\", Statement = { Effect = \"Allow\", Principal = { Service = \"ecs.amazonaws.com\" }, Action = \"sts:AssumeRole\" } })]",
			document(statement("", `{"Service":"ecs.amazonaws.com"}`, "")), 0,
		},
		"override": {
			"accounts = [\"222222222222\"]\nservices = [\"ecs.amazonaws.com\"]\n" +
				"override_policy_documents = [jsonencode({ Version = \"2012-10-17\", Statement = { Sid = \"Accounts\", Effect = \"Allow\", Principal = { Service = \"lambda.amazonaws.com\" }, Action = \"sts:AssumeRole\" } })]",
			document(statement(`"Sid":"Accounts",`, `{"Service":"lambda.amazonaws.com"}`, ""), statement(`"Sid":"Services",`, `{"Service":"ecs.amazonaws.com"}`, "")), 0,
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

// The provider's Region tells the partition too.
func TestPartitionOfTheProvider(t *testing.T) {
	t.Parallel()
	acctest.Test(t, resource.TestStep{
		Config:            strings.Replace(offline, "{", "{\n  region = \"us-gov-west-1\"", 1) + config(`accounts = ["222222222222"]`),
		ConfigStateChecks: []statecheck.StateCheck{minified(document(statement("", `{"AWS":"arn:aws-us-gov:iam::222222222222:root"}`, "")))},
	})
}

func TestBadInput(t *testing.T) {
	t.Parallel()
	oidc := func(subject string) string {
		return fmt.Sprintf(`oidc = { provider_arn = %q, audiences = ["sts.amazonaws.com"], subjects = [%q] }`, gitHub, subject)
	}
	for name, tc := range map[string]struct{ arguments, want string }{
		"nobody":              {"", "Say who may take the role: set accounts, principal_arns or organization_ids, services or oidc."},
		"everybody":           {`accounts = ["*"]`, `"*" would let every AWS account take the role`},
		"everybody by ARN":    {`principal_arns = ["*"]`, `"*" stands for every principal of every AWS account`},
		"ten digits":          {`accounts = ["1234567890"]`, `"1234567890" is not an AWS account id`},
		"external id":         {"accounts = [\"222222222222\"]\nexternal_id = \"a b\"", `"a b" is not an external id`},
		"short name":          {`services = ["ecs-tasks"]`, `Write "ecs-tasks.amazonaws.com"`},
		"a broad subject":     {oidc("repo:octo-org/*"), "or set oidc.allow_broad_subject = true"},
		"everybody's subject": {oidc("*"), "lets everybody in who uses token.actions.githubusercontent.com"},
		"region":              {"accounts = [\"222222222222\"]\nregion = \"Ireland\"", `"Ireland" is not an AWS Region`},
		"shared Sid": {
			"accounts = [\"222222222222\"]\nservices = [\"ecs.amazonaws.com\"]\nsource_policy_documents = [jsonencode({ Statement = { Sid = \"Accounts\", Effect = \"Allow\", Principal = { Service = \"ecs.amazonaws.com\" }, Action = \"sts:AssumeRole\" } })]",
			`share the Sid "Accounts"`,
		},
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
		accounts    = [terraform_data.later.output[0]]
		external_id = terraform_data.later.output[1]
		oidc = {
		  provider_arn        = terraform_data.later.output[2]
		  audiences           = [terraform_data.later.output[3]]
		  subjects            = [terraform_data.later.output[4]]
		  allow_broad_subject = terraform_data.later.output[5] == "yes"
		}`
	acctest.Test(t, resource.TestStep{
		Config:           offline + later(fmt.Sprintf(`["222222222222", "secret", %q, "aud", "repo:octo-org/*", "yes"]`, gitHub)) + config(arguments),
		ConfigPlanChecks: acctest.Planned(plancheck.ExpectUnknownValue(address, tfjsonpath.New("json"))),
		ConfigStateChecks: []statecheck.StateCheck{
			statecheck.ExpectKnownValue(address, tfjsonpath.New("json"), knownvalue.StringRegexp(regexp.MustCompile(`"token.actions.githubusercontent.com:sub": "repo:octo-org/\*"`))),
		},
	})
	acctest.Test(t, resource.TestStep{
		Config:      offline + later(fmt.Sprintf(`["222222222222", "secret", %q, "aud", "repo:octo-org/*", "no"]`, gitHub)) + config(arguments),
		ExpectError: acctest.Message("a wildcard stands before the repository's end"),
	})
	acctest.Test(t, resource.TestStep{
		Config:            offline + later(`["ecs.amazonaws.com"]`) + config("services = terraform_data.later.output"),
		ConfigStateChecks: []statecheck.StateCheck{minified(document(statement("", `{"Service":"ecs.amazonaws.com"}`, "")))},
	})
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
		Config:      unknown + config(`accounts = ["222222222222"]`),
		ExpectError: acctest.Message("The accounts' ARNs depend on the partition, and the provider block has values that aren't known yet. Set region here."),
	})
	acctest.Test(t, resource.TestStep{
		Config:            unknown + config(`services = ["ecs.amazonaws.com"]`),
		ConfigStateChecks: []statecheck.StateCheck{minified(document(statement("", `{"Service":"ecs.amazonaws.com"}`, "")))},
	})
}
