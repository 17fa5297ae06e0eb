// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package endpointpolicydocument_test

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

const address = "data.ecrx_endpoint_policy_document.test"

// offline is a provider that could reach nothing: no credentials and no Region, and a proxy that isn't there.
const offline = `
provider "ecrx" {
  http_proxy  = "http://127.0.0.1:9"
  https_proxy = "http://127.0.0.1:9"
}
`

func config(arguments string) string {
	return fmt.Sprintf("data \"ecrx_endpoint_policy_document\" \"test\" {\n%s\n}\n", arguments)
}

func minified(text string) statecheck.StateCheck {
	return statecheck.ExpectKnownValue(address, tfjsonpath.New("minified_json"), knownvalue.StringExact(text))
}

const (
	app     = "arn:aws:ecr:eu-west-1:111111111111:repository/app"
	role    = "arn:aws:iam::111111111111:role/web-execution"
	pull    = `["ecr:BatchCheckLayerAvailability","ecr:BatchGetImage","ecr:GetDownloadUrlForLayer"]`
	all     = `"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}`
	prevent = `{"Sid":"PreventDelete","Effect":"Deny","Principal":"*","Action":"ecr:DeleteRepository","Resource":"` + app + `"}`
	byRole  = `,"Condition":{"ArnEquals":{"aws:PrincipalArn":"` + role + `"}}`
	byOrg   = `,"Condition":{"StringEquals":{"aws:PrincipalOrgID":"o-a1b2c3d4e5"}}`

	repositories = "repository_arns = [\"" + app + "\"]\n"
	principals   = "principal_arns = [\"" + role + "\"]\n"
	organization = "organization_ids = [\"o-a1b2c3d4e5\"]\n"
	protected    = "protect_from_delete = [\"" + app + "\"]\n"
)

func document(statements ...string) string {
	return `{"Version":"2012-10-17","Statement":[` + strings.Join(statements, ",") + `]}`
}

func login(kind, condition string) string {
	return `{"Sid":"AllowLogin` + kind + `","Effect":"Allow","Principal":"*","Action":"ecr:GetAuthorizationToken","Resource":"*"` + condition + `}`
}

func allow(sid, actions, resource, condition string) string {
	return `{"Sid":"` + sid + `","Effect":"Allow","Principal":"*","Action":` + actions + `,"Resource":"` + resource + `"` + condition + `}`
}

func TestExample(t *testing.T) {
	t.Parallel()
	example, err := os.ReadFile("../../../examples/data-sources/ecrx_endpoint_policy_document/data-source.tf")
	if err != nil {
		t.Fatal(err)
	}
	contains := func(text string) knownvalue.Check {
		return knownvalue.StringRegexp(regexp.MustCompile(regexp.QuoteMeta(text)))
	}
	acctest.Test(t, resource.TestStep{
		Config: string(example),
		ConfigStateChecks: []statecheck.StateCheck{
			statecheck.ExpectKnownOutputValue("policies", knownvalue.ObjectExact(map[string]knownvalue.Check{
				"pull": contains(`"Sid": "PreventDelete"`), "build": contains(`"Sid": "AllowPushPull"`),
			})),
		},
	})
}

func TestDocument(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		arguments, want string
		findings        int
	}{
		"nothing":       {"", document("{" + all), 0},
		"repositories":  {repositories, document(login("", ""), allow("AllowPull", pull, app, "")), 0},
		"principals":    {principals, document(login("", byRole), allow("AllowPull", pull, "*", byRole)), 0},
		"organizations": {organization, document(login("", byOrg), allow("AllowPull", pull, "*", byOrg)), 0},
		"protected":     {protected, document(`{"Sid":"AllowAll",`+all, prevent), 0},
		"access":        {`access = "pull_through_cache"`, document(login("", ""), allow("AllowPullThroughCache", strings.Replace(pull, `,"ecr:GetDown`, `,"ecr:BatchImportUpstreamImage","ecr:GetDown`, 1), "*", "")), 0},
		"together": {
			repositories + principals + organization + protected,
			document(login("Organizations", byOrg), login("Principals", byRole), allow("AllowPullOrganizations", pull, app, byOrg), allow("AllowPullPrincipals", pull, app, byRole), prevent), 0,
		},
		"China": {
			strings.ReplaceAll(repositories+principals, "arn:aws:", "arn:aws-cn:"),
			strings.ReplaceAll(document(login("", byRole), allow("AllowPull", pull, app, byRole)), "arn:aws:", "arn:aws-cn:"), 0,
		},
		// The mistake of AWS's combined example.
		"AllowAll beside it": {
			principals + `source_policy_documents = [jsonencode({ Version = "2012-10-17", Statement = { Sid = "AllowAll", Effect = "Allow", Principal = "*", Action = "*", Resource = "*" } })]`,
			document(`{"Sid":"AllowAll",`+all, login("", byRole), allow("AllowPull", pull, "*", byRole)), 2,
		},
		"any VPC": {
			repositories + `source_policy_documents = [jsonencode({ Version = "2012-10-17", Statement = { Sid = "Other", Effect = "Deny", Principal = "*", Action = "ecr:PutImage", Resource = "*", Condition = { StringNotLike = { "aws:SourceVpc" = "vpc-0a1b2c*" } } } })]`,
			document(login("", ""), allow("AllowPull", pull, app, ""), `{"Sid":"Other","Effect":"Deny","Principal":"*","Action":"ecr:PutImage","Resource":"*","Condition":{"StringNotLike":{"aws:SourceVpc":"vpc-0a1b2c*"}}}`), 1,
		},
		"an override": {
			repositories + `override_policy_documents = [jsonencode({ Version = "2012-10-17", Statement = { Sid = "AllowPull", Effect = "Allow", Principal = "*", Action = "ecr:BatchCheckLayerAvailability", Resource = "*" } })]`,
			document(login("", ""), allow("AllowPull", `"ecr:BatchCheckLayerAvailability"`, "*", "")), 0,
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

// One document of AWS's page, by the function that compares meanings.
func TestSeed(t *testing.T) {
	t.Parallel()
	seed, err := os.ReadFile("../../policy/testdata/seeds/4-endpoint-prevent-delete.json")
	if err != nil {
		t.Fatal(err)
	}
	acctest.Test(t, resource.TestStep{
		Config: offline + config(protected) + fmt.Sprintf(`
			output "same" {
			  value = provider::ecrx::policy_equivalent(%s.json, %q)
			}`, address, strings.ReplaceAll(string(seed), "1234567890", "111111111111")),
		ConfigStateChecks: []statecheck.StateCheck{statecheck.ExpectKnownOutputValue("same", knownvalue.Bool(true))},
	})
}

func TestBadInput(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct{ arguments, want string }{
		"access":         {`access = "admin"`, `"admin" is not an access`},
		"a name":         {`repository_arns = ["team/app"]`, `"team/app" is not the ARN of an ECR repository`},
		"no repository":  {`repository_arns = []`, "set must contain at least 1 elements"},
		"null":           {`principal_arns = [null]`, "Null Set Value"},
		"protected name": {`protect_from_delete = ["team/app"]`, `"team/app" is not the ARN of an ECR repository`},
		"the root user":  {`principal_arns = ["arn:aws:iam::111111111111:root"]`, `Write "arn:aws:iam::111111111111:role/*"`},
		"organization":   {`organization_ids = ["ou-ab12-11111111"]`, `"ou-ab12-11111111" is not an organization id`},
		"partitions":     {repositories + `principal_arns = ["arn:aws-cn:iam::111111111111:role/web"]`, "keep the ARNs of one"},
		"too long":       {`principal_arns = [for i in range(400) : "arn:aws:iam::111111111111:role/${i}-of-those-with-a-long-name"]`, "and an endpoint takes 20480"},
		"invalid source": {`source_policy_documents = ["{"]`, "isn't a policy document"},
		"a shared Sid": {
			principals + `source_policy_documents = [jsonencode({ Version = "2012-10-17", Statement = { Sid = "AllowPull", Effect = "Allow", Principal = "*", Action = "*", Resource = "*" } })]`,
			`share the Sid "AllowPull"`,
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
	acctest.Test(t, resource.TestStep{
		Config:            offline + later(`"`+app+`"`) + config(principals+`repository_arns = [terraform_data.later.output]`),
		ConfigPlanChecks:  acctest.Planned(plancheck.ExpectUnknownValue(address, tfjsonpath.New("json"))),
		ConfigStateChecks: []statecheck.StateCheck{minified(document(login("", byRole), allow("AllowPull", pull, app, byRole)))},
	})
	acctest.Test(t, resource.TestStep{
		Config:            offline + later(`{ access = "pull", arns = ["`+app+`"] }`) + config("access = terraform_data.later.output.access\nrepository_arns = terraform_data.later.output.arns"),
		ConfigStateChecks: []statecheck.StateCheck{minified(document(login("", ""), allow("AllowPull", pull, app, "")))},
	})
	for value, want := range map[string]string{
		`["team/app"]`: `"team/app" is not the ARN of an ECR repository`,
		`[]`:           "set must contain at least 1 elements",
	} {
		acctest.Test(t, resource.TestStep{
			Config: offline + later(value) + config(`repository_arns = terraform_data.later.output`), ExpectError: acctest.Message(want),
		})
	}
}

// Nothing here depends on the Region, so that the plan shows the document while the provider's isn't known.
func TestUnknownProvider(t *testing.T) {
	t.Parallel()
	const unknown = `
		resource "terraform_data" "later" {
		  input = "cn-north-1"
		}
		provider "ecrx" {
		  region = terraform_data.later.output
		}
		output "policy" {
		  value = data.ecrx_endpoint_policy_document.test.minified_json
		}
		`
	want := knownvalue.StringExact(document(login("", ""), allow("AllowPull", pull, app, "")))
	acctest.Test(t, resource.TestStep{
		Config:            unknown + config(repositories),
		ConfigPlanChecks:  acctest.Planned(plancheck.ExpectKnownOutputValue("policy", want)),
		ConfigStateChecks: []statecheck.StateCheck{statecheck.ExpectKnownOutputValue("policy", want)},
	})
}
