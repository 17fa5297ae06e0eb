// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package repositorypolicydocument_test

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

const address = "data.ecrx_repository_policy_document.test"

// offline is a provider that could reach nothing: no credentials and no Region, and a proxy that isn't there.
const offline = `
provider "ecrx" {
  http_proxy  = "http://127.0.0.1:9"
  https_proxy = "http://127.0.0.1:9"
}
`

func config(arguments string) string {
	return fmt.Sprintf("data \"ecrx_repository_policy_document\" \"test\" {\n%s\n}\n", arguments)
}

func minified(text string) statecheck.StateCheck {
	return statecheck.ExpectKnownValue(address, tfjsonpath.New("minified_json"), knownvalue.StringExact(text))
}

func document(statements ...string) string {
	return `{"Version":"2012-10-17","Statement":[` + strings.Join(statements, ",") + `]}`
}

// pull is the statement of a grant Dev.
func pull(principal, condition string) string {
	return `{"Sid":"Dev","Effect":"Allow","Principal":` + principal +
		`,"Action":["ecr:BatchCheckLayerAvailability","ecr:BatchGetImage","ecr:GetDownloadUrlForLayer"]` + condition + `}`
}

func root(partition, account string) string {
	return `{"AWS":"arn:` + partition + `:iam::` + account + `:root"}`
}

// The document of the article that the project starts from, by the function that compares meanings.
func TestSeed(t *testing.T) {
	t.Parallel()
	seed, err := os.ReadFile("testdata/seed-3-org-shared-pull.json")
	if err != nil {
		t.Fatal(err)
	}
	acctest.Test(t, resource.TestStep{
		Config: offline + config(`
			grants = {
			  AllowPull = {
			    access             = "pull_describe"
			    organization_paths = ["o-a1b2c3d4e5/*/ou-ab12-11111111/*"]
			  }
			}`) + fmt.Sprintf(`
			output "same" {
			  value = provider::ecrx::policy_equivalent(data.ecrx_repository_policy_document.test.json, %q)
			}`, seed),
		ConfigPlanChecks: acctest.Planned(
			plancheck.ExpectKnownOutputValue("same", knownvalue.Bool(true)),
		),
		ConfigStateChecks: []statecheck.StateCheck{
			statecheck.ExpectKnownOutputValue("same", knownvalue.Bool(true)),
			statecheck.ExpectKnownValue(address, tfjsonpath.New("size"), knownvalue.Int64Exact(334)),
			statecheck.ExpectKnownValue(address, tfjsonpath.New("findings"), knownvalue.ListSizeExact(0)),
			statecheck.ExpectKnownValue(address, tfjsonpath.New("json"), knownvalue.StringRegexp(regexp.MustCompile(`^\{\n {2}"Version": "2012-10-17",\n`))),
		},
	})
}

func TestExample(t *testing.T) {
	t.Parallel()
	example, err := os.ReadFile("../../../examples/data-sources/ecrx_repository_policy_document/data-source.tf")
	if err != nil {
		t.Fatal(err)
	}
	acctest.Test(t, resource.TestStep{
		Config: string(example),
		ConfigStateChecks: []statecheck.StateCheck{
			statecheck.ExpectKnownOutputValue("policy", knownvalue.StringRegexp(
				regexp.MustCompile(`"aws:SourceArn": "arn:aws:lambda:eu-west-1:222222222222:function:\*"`))),
			statecheck.ExpectKnownOutputValue("policy", knownvalue.StringRegexp(
				regexp.MustCompile(`"aws:PrincipalOrgPaths": "o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/\*"`))),
		},
	})
}

func TestOrganizationalUnit(t *testing.T) {
	t.Parallel()
	arguments := config(`grants = { Dev = { access = "pull", organization_unit_ids = ["ou-ab12-11111111"] } }`)
	acctest.Test(t,
		resource.TestStep{
			Config:      offline + arguments,
			ExpectError: acctest.Message("The path of ou-ab12-11111111 isn't known without a call to AWS Organizations. Set organization_id in the provider block"),
		},
		resource.TestStep{
			Config: strings.Replace(offline, "{", "{\n  organization_id = \"o-a1b2c3d4e5\"", 1) + arguments,
			ConfigStateChecks: []statecheck.StateCheck{minified(document(
				pull(`"*"`, `,"Condition":{"ForAnyValue:StringLike":{"aws:PrincipalOrgPaths":"o-a1b2c3d4e5/*/ou-ab12-11111111/*"}}`)))},
		},
	)
}

func TestPartitionOfTheRegion(t *testing.T) {
	t.Parallel()
	const grants = `grants = { Dev = { access = "pull", accounts = ["222222222222"] } }`
	want := func(partition string) []statecheck.StateCheck {
		return []statecheck.StateCheck{minified(document(pull(root(partition, "222222222222"), "")))}
	}
	acctest.Test(t,
		resource.TestStep{Config: offline + config(grants+"\nregion = \"cn-north-1\""), ConfigStateChecks: want("aws-cn")},
		resource.TestStep{Config: offline + config(grants+"\nregion = \"us-gov-west-1\""), ConfigStateChecks: want("aws-us-gov")},
		resource.TestStep{
			Config: strings.Replace(offline, "{", "{\n  region = \"cn-north-1\"", 1) + config(grants), ConfigStateChecks: want("aws-cn"),
		},
	)
}

func TestMerge(t *testing.T) {
	t.Parallel()
	statement := func(sid, action string) string {
		return fmt.Sprintf(`{"Sid":%q,"Effect":"Deny","Principal":"*","Action":%q}`, sid, action)
	}
	arguments := func(attribute string, documents ...string) string {
		return fmt.Sprintf(`
			grants = { Dev = { access = "pull", accounts = ["222222222222"] } }
			%s = %s`, attribute, strings.ReplaceAll(fmt.Sprintf("%q", documents), `" "`, `", "`))
	}
	own := pull(root("aws", "222222222222"), "")
	acctest.Test(t,
		resource.TestStep{
			Config:            offline + config(arguments("source_policy_documents", document(statement("A", "ecr:PutImage")), document(statement("Z", "ecr:ListImages")))),
			ConfigStateChecks: []statecheck.StateCheck{minified(document(statement("A", "ecr:PutImage"), own, statement("Z", "ecr:ListImages")))},
		},
		resource.TestStep{
			Config:            offline + config(arguments("override_policy_documents", document(statement("Dev", "ecr:PutImage"), statement("E", "ecr:ListImages")), document(statement("E", "ecr:PutImage")))),
			ConfigStateChecks: []statecheck.StateCheck{minified(document(statement("Dev", "ecr:PutImage"), statement("E", "ecr:PutImage")))},
		},
		resource.TestStep{
			Config:      offline + config(arguments("source_policy_documents", document(statement("Dev", "ecr:PutImage")))),
			ExpectError: acctest.Message(`share the Sid "Dev"`),
		},
		resource.TestStep{
			Config:      offline + config(arguments("override_policy_documents", "{}", `{"Statement":`)),
			ExpectError: regexp.MustCompile(`override_policy_documents[\s\S]*isn't a policy document`),
		},
	)
}

func TestFindings(t *testing.T) {
	t.Parallel()
	acctest.Test(t, resource.TestStep{
		Config: offline + config(`
			grants                  = {}
			source_policy_documents = [jsonencode({ Version = "2012-10-17", Statement = { Effect = "Allow", Principal = "*", Action = "ecr:BatchGetImage" } })]`),
		ConfigStateChecks: []statecheck.StateCheck{
			statecheck.ExpectKnownValue(address, tfjsonpath.New("findings"), knownvalue.ListPartial(map[int]knownvalue.Check{
				0: knownvalue.ObjectPartial(map[string]knownvalue.Check{
					"severity": knownvalue.StringExact("error"), "code": knownvalue.StringExact("PUBLIC_ACCESS"),
					"path": knownvalue.StringExact("Statement[0].Principal"),
				}),
			})),
		},
	})
}

// On which attribute each stands is for the tests of fragment/grants to show: Terraform names the data source alone.
func TestBadInput(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct{ arguments, want string }{
		"unit without slash": {
			`grants = { Dev = { access = "pull", organization_paths = ["o-a1b2c3d4e5/r-ab12/ou-ab12-11111111"] } }`,
			`has no slash after its last id: write "o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/"`,
		},
		"unknown access":   {`grants = { Dev = { access = "admin", accounts = ["222222222222"] } }`, `"admin" is not an access. Write one of "pull"`},
		"nobody":           {`grants = { Dev = { access = "pull" } }`, `says what may be done, but not by whom`},
		"null":             {`grants = { Dev = null }`, `says what may be done, but not by whom`},
		"role as function": {`grants = { Dev = { lambda = { function_arns = ["arn:aws:iam::222222222222:role/web"] } } }`, `"arn:aws:lambda:REGION:222222222222:function:NAME"`},
		"two make one Sid": {
			`grants = { A = { access = "pull", accounts = ["222222222222"], organization_ids = ["o-a1b2c3d4e5"] }, AAccounts = { access = "pull", accounts = ["222222222222"] } }`,
			`both make a statement with the Sid "AAccounts"`,
		},
		"login":  {`grants = { Dev = { actions = ["ecr:GetAuthorizationToken"], accounts = ["222222222222"] } }`, `A repository policy can't give ecr:GetAuthorizationToken`},
		"region": {"grants = {}\nregion = \"Ireland\"", `"Ireland" is not an AWS Region`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			acctest.Test(t, resource.TestStep{
				Config: offline + config(tc.arguments), PlanOnly: true,
				ExpectError: acctest.Message(tc.want),
			})
		})
	}
}

func TestUnknownInputs(t *testing.T) {
	t.Parallel()
	const later = `
		resource "terraform_data" "later" {
		  input = ["222222222222", "eu-west-1"]
		}
		`
	acctest.Test(t, resource.TestStep{
		Config: offline + later + config(`
			region = terraform_data.later.output[1]
			grants = {
			  Dev = {
			    access   = "pull"
			    accounts = [terraform_data.later.output[0]]
			  }
			}`),
		ConfigPlanChecks: acctest.Planned(
			plancheck.ExpectUnknownValue(address, tfjsonpath.New("json")),
		),
		ConfigStateChecks: []statecheck.StateCheck{minified(document(pull(root("aws", "222222222222"), "")))},
	})
}

// A provider whose Region isn't known yet must not make a plan show the document of another Region.
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
		Config:      unknown + config(`grants = { Dev = { access = "pull", accounts = ["222222222222"] } }`),
		ExpectError: acctest.Message("These grants depend on the Region, and the provider block has values that aren't known yet. Set region here."),
	})
	acctest.Test(t, resource.TestStep{
		Config: unknown + config(`grants = { Dev = { access = "pull", organization_ids = ["o-a1b2c3d4e5"] } }`),
		ConfigStateChecks: []statecheck.StateCheck{
			minified(document(pull(`"*"`, `,"Condition":{"StringEquals":{"aws:PrincipalOrgID":"o-a1b2c3d4e5"}}`))),
		},
	})
}
