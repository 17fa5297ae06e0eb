// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package tagscopedpolicydocument_test

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

const address = "data.ecrx_tag_scoped_policy_document.test"

// offline is a provider that could reach nothing: no credentials and no Region, and a proxy that isn't there.
const offline = `
provider "ecrx" {
  http_proxy  = "http://127.0.0.1:9"
  https_proxy = "http://127.0.0.1:9"
}
`

func config(arguments string) string {
	return fmt.Sprintf("data \"ecrx_tag_scoped_policy_document\" \"test\" {\n%s\n}\n", arguments)
}

func minified(text string) statecheck.StateCheck {
	return statecheck.ExpectKnownValue(address, tfjsonpath.New("minified_json"), knownvalue.StringExact(text))
}

const (
	login     = `{"Sid":"Login","Effect":"Allow","Action":"ecr:GetAuthorizationToken","Resource":"*"}`
	pull      = `"ecr:BatchCheckLayerAvailability","ecr:BatchGetImage","ecr:GetDownloadUrlForLayer"`
	ownOfTags = `"StringEquals":{"aws:ResourceAccount":"${aws:PrincipalAccount}","ecr:ResourceTag/environment":"release"}`
)

// policy gives the actions on the repositories, and the login.
func policy(actions, resource, condition string) string {
	return `{"Version":"2012-10-17","Statement":[` + login + `,{"Sid":"Repositories","Effect":"Allow","Action":[` + actions + `],"Resource":` + resource + `,"Condition":{` + condition + `}}]}`
}

func TestExample(t *testing.T) {
	t.Parallel()
	example, err := os.ReadFile("../../../examples/data-sources/ecrx_tag_scoped_policy_document/data-source.tf")
	if err != nil {
		t.Fatal(err)
	}
	acctest.Test(t, resource.TestStep{
		Config: string(example),
		ConfigStateChecks: []statecheck.StateCheck{
			statecheck.ExpectKnownOutputValue("policy", knownvalue.StringRegexp(regexp.MustCompile(`"ecr:ResourceTag/environment": "release"`))),
		},
	})
}

func TestDocument(t *testing.T) {
	t.Parallel()
	const tags = "resource_tags = { environment = \"release\" }\n"
	anyIn := func(partition string) string { return `"arn:` + partition + `:ecr:*:*:repository/*"` }
	for name, tc := range map[string]struct{ arguments, want string }{
		"tags":   {tags, policy(pull, anyIn("aws"), ownOfTags)},
		"access": {tags + `access = "pull_describe"`, policy(strings.Replace(pull, `,"ecr:Get`, `,"ecr:DescribeImages","ecr:DescribeRepositories","ecr:Get`, 1), anyIn("aws"), ownOfTags)},
		"repositories": {
			tags + `repository_arns = ["arn:aws:ecr:eu-west-1:111111111111:repository/team/*", "arn:aws:ecr:eu-west-1:111111111111:repository/app"]`,
			policy(pull, `["arn:aws:ecr:eu-west-1:111111111111:repository/app","arn:aws:ecr:eu-west-1:111111111111:repository/team/*"]`, `"StringEquals":{"ecr:ResourceTag/environment":"release"}`),
		},
		"two tags": {
			"resource_tags = { team = \"pay\", environment = \"release\" }\nrepository_arns = [\"arn:aws:ecr:eu-west-1:111111111111:repository/app\"]",
			policy(pull, `"arn:aws:ecr:eu-west-1:111111111111:repository/app"`, `"StringEquals":{"ecr:ResourceTag/environment":"release","ecr:ResourceTag/team":"pay"}`),
		},
		"China": {tags + `region = "cn-north-1"`, policy(pull, anyIn("aws-cn"), ownOfTags)},
		"a source": {
			tags + `source_policy_documents = [jsonencode({ Version = "2012-10-17", Statement = { Sid = "Logs", Effect = "Allow", Action = "logs:PutLogEvents", Resource = "arn:aws:logs:eu-west-1:111111111111:log-group:app:*" } })]`,
			strings.Replace(policy(pull, anyIn("aws"), ownOfTags), `,{"Sid":"Repositories"`, `,{"Sid":"Logs","Effect":"Allow","Action":"logs:PutLogEvents","Resource":"arn:aws:logs:eu-west-1:111111111111:log-group:app:*"},{"Sid":"Repositories"`, 1),
		},
		"an override": {
			tags + `override_policy_documents = [jsonencode({ Version = "2012-10-17", Statement = { Sid = "Login", Effect = "Deny", Action = "ecr:GetAuthorizationToken", Resource = "*" } })]`,
			strings.Replace(policy(pull, anyIn("aws"), ownOfTags), "Allow", "Deny", 1),
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			acctest.Test(t, resource.TestStep{
				Config: offline + config(tc.arguments),
				ConfigStateChecks: []statecheck.StateCheck{
					minified(tc.want),
					statecheck.ExpectKnownValue(address, tfjsonpath.New("size"), knownvalue.Int64Exact(int64(len(tc.want)))),
					statecheck.ExpectKnownValue(address, tfjsonpath.New("findings"), knownvalue.ListSizeExact(0)),
				},
			})
		})
	}
}

func TestPartitionOfTheProvider(t *testing.T) {
	t.Parallel()
	acctest.Test(t, resource.TestStep{
		Config:            strings.Replace(offline, "{", "{\n  region = \"us-gov-west-1\"", 1) + config(`resource_tags = { environment = "release" }`),
		ConfigStateChecks: []statecheck.StateCheck{minified(policy(pull, `"arn:aws-us-gov:ecr:*:*:repository/*"`, ownOfTags))},
	})
}

func TestBadInput(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct{ arguments, want string }{
		"empty tags":     {`resource_tags = {}`, "Without a tag every repository would be meant"},
		"no tags":        {``, `The argument "resource_tags" is required`},
		"empty value":    {`resource_tags = { environment = "" }`, `The tag "environment" has no value`},
		"kana":           {`resource_tags = { environment = "リリース" }`, "IAM's policies take only characters up to U+00FF"},
		"access":         {"resource_tags = { a = \"b\" }\naccess = \"admin\"", `"admin" is not an access`},
		"a name":         {"resource_tags = { a = \"b\" }\nrepository_arns = [\"team/app\"]", `"team/app" is not the ARN of an ECR repository`},
		"any account":    {"resource_tags = { a = \"b\" }\nrepository_arns = [\"arn:aws:ecr:eu-west-1:*:repository/app\"]", "would name repositories of accounts that nobody chose"},
		"region":         {"resource_tags = { a = \"b\" }\nregion = \"Ireland\"", `"Ireland" is not an AWS Region`},
		"invalid source": {"resource_tags = { a = \"b\" }\nsource_policy_documents = [\"{\"]", "isn't a policy document"},
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
		Config:            offline + later(`"release"`) + config(`resource_tags = { environment = terraform_data.later.output }`),
		ConfigPlanChecks:  acctest.Planned(plancheck.ExpectUnknownValue(address, tfjsonpath.New("json"))),
		ConfigStateChecks: []statecheck.StateCheck{minified(policy(pull, `"arn:aws:ecr:*:*:repository/*"`, ownOfTags))},
	})
	acctest.Test(t, resource.TestStep{
		Config:            offline + later(`{ environment = "release" }`) + config(`resource_tags = terraform_data.later.output`),
		ConfigStateChecks: []statecheck.StateCheck{minified(policy(pull, `"arn:aws:ecr:*:*:repository/*"`, ownOfTags))},
	})
	acctest.Test(t, resource.TestStep{
		Config:      offline + later(`""`) + config(`resource_tags = { environment = terraform_data.later.output }`),
		ExpectError: acctest.Message(`The tag "environment" has no value`),
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
		Config:      unknown + config(`resource_tags = { environment = "release" }`),
		ExpectError: acctest.Message("Set region or repository_arns here."),
	})
	acctest.Test(t, resource.TestStep{
		Config:            unknown + config("resource_tags = { environment = \"release\" }\nregion = \"cn-north-1\""),
		ConfigStateChecks: []statecheck.StateCheck{minified(policy(pull, `"arn:aws-cn:ecr:*:*:repository/*"`, ownOfTags))},
	})
}
