// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package ecsexecutionpolicydocument_test

import (
	"fmt"
	"os"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/ecrx/terraform-provider-ecrx/internal/acctest"
)

const (
	address    = "data.ecrx_ecs_execution_policy_document.test"
	repository = "arn:aws:ecr:eu-west-1:111111111111:repository/team/orders"
	secret     = "arn:aws:secretsmanager:eu-west-1:111111111111:secret:orders/db"
	login      = `{"Sid":"Login","Effect":"Allow","Action":"ecr:GetAuthorizationToken","Resource":"*"}`
)

// offline is a provider that could reach nothing: no credentials and no Region, and a proxy that isn't there.
const offline = `
provider "ecrx" {
  http_proxy  = "http://127.0.0.1:9"
  https_proxy = "http://127.0.0.1:9"
}
`

func config(arguments string) string {
	return fmt.Sprintf("data \"ecrx_ecs_execution_policy_document\" \"test\" {\n%s\n}\n", arguments)
}

func minified(statements string) statecheck.StateCheck {
	return statecheck.ExpectKnownValue(address, tfjsonpath.New("minified_json"), knownvalue.StringExact(`{"Version":"2012-10-17","Statement":[`+statements+`]}`))
}

func pull(condition string) string {
	return `{"Sid":"Pull","Effect":"Allow","Action":["ecr:BatchCheckLayerAvailability","ecr:BatchGetImage","ecr:GetDownloadUrlForLayer"],"Resource":"` + repository + `"` + condition + `}`
}

func TestDocument(t *testing.T) {
	t.Parallel()
	acctest.Test(t,
		resource.TestStep{
			Config: offline + config(fmt.Sprintf("repository_arns = [%q]", repository)),
			ConfigStateChecks: []statecheck.StateCheck{
				minified(login + "," + pull("")),
				statecheck.ExpectKnownValue(address, tfjsonpath.New("findings"), knownvalue.ListSizeExact(0)),
			},
		},
		resource.TestStep{
			Config: offline + config(fmt.Sprintf(`
				repository_arns = [%q]
				source_vpc_ids  = ["vpc-0a1b2c3d"]
				secret_arns     = [%q]
				log_group_arns  = ["arn:aws:logs:eu-west-1:111111111111:log-group:/ecs/orders:*"]
				parameter_arns  = ["arn:aws:ssm:eu-west-1:111111111111:parameter/orders/db"]
				kms_key_arns    = ["arn:aws:kms:eu-west-1:111111111111:key/a"]
				source_policy_documents   = [jsonencode({ Version = "2012-10-17", Statement = { Sid = "A", Effect = "Deny", Action = "ecr:PutImage", Resource = "*" } })]
				override_policy_documents = [jsonencode({ Version = "2012-10-17", Statement = { Sid = "Login", Effect = "Deny", Action = "ecr:GetAuthorizationToken", Resource = "*" } })]`, repository, secret)),
			ConfigStateChecks: []statecheck.StateCheck{minified(
				`{"Sid":"A","Effect":"Deny","Action":"ecr:PutImage","Resource":"*"},` +
					`{"Sid":"KMSDecrypt","Effect":"Allow","Action":"kms:Decrypt","Resource":"arn:aws:kms:eu-west-1:111111111111:key/a","Condition":{"StringEquals":{"kms:ViaService":["secretsmanager.eu-west-1.amazonaws.com","ssm.eu-west-1.amazonaws.com"]}}},` +
					`{"Sid":"Login","Effect":"Deny","Action":"ecr:GetAuthorizationToken","Resource":"*"},` +
					`{"Sid":"Logs","Effect":"Allow","Action":["logs:CreateLogStream","logs:PutLogEvents"],"Resource":"arn:aws:logs:eu-west-1:111111111111:log-group:/ecs/orders:log-stream:*"},` +
					`{"Sid":"Parameters","Effect":"Allow","Action":"ssm:GetParameters","Resource":"arn:aws:ssm:eu-west-1:111111111111:parameter/orders/db"},` +
					pull(`,"Condition":{"StringEquals":{"aws:SourceVpc":"vpc-0a1b2c3d"}}`) + `,` +
					`{"Sid":"Secrets","Effect":"Allow","Action":"secretsmanager:GetSecretValue","Resource":"` + secret + `-??????"}`,
			)},
		},
	)
}

func TestExample(t *testing.T) {
	t.Parallel()
	example, err := os.ReadFile("../../../examples/data-sources/ecrx_ecs_execution_policy_document/data-source.tf")
	if err != nil {
		t.Fatal(err)
	}
	acctest.Test(t, resource.TestStep{
		Config: offline + string(example),
		ConfigStateChecks: []statecheck.StateCheck{
			statecheck.ExpectKnownOutputValue("policy", knownvalue.StringRegexp(acctest.Message(`"aws:SourceVpce": "vpce-0a1b2c3d4e5f60718"`))),
		},
	})
}

func TestBadInput(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct{ arguments, want string }{
		"secret as repository": {`repository_arns = ["` + secret + `"]`, `is of the service "secretsmanager", and what is wanted is a repository, of "ecr".`},
		"key in a secret":      {`secret_arns = ["` + secret + `-AbCdEf:password::"]`, `A policy is about the whole secret. Write "` + secret + `-AbCdEf".`},
		"endpoint as VPC":      {"repository_arns = [\"" + repository + "\"]\nsource_vpc_ids = [\"vpce-0a1b\"]", `"vpce-0a1b" is not the id of a VPC.`},
		"keys without use":     {"repository_arns = [\"" + repository + "\"]\nkms_key_arns = [\"arn:aws:kms:eu-west-1:111111111111:key/a\"]", `set secret_arns or parameter_arns`},
		"nothing":              {``, `Say what starts a task`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			acctest.Test(t, resource.TestStep{Config: offline + config(tc.arguments), PlanOnly: true, ExpectError: acctest.Message(tc.want)})
		})
	}
}

// What is known only after apply is checked then.
func TestUnknownInputs(t *testing.T) {
	t.Parallel()
	later := func(arn string) string {
		return offline + fmt.Sprintf(`
			resource "terraform_data" "later" {
			  input = %q
			}
			`, arn) + config(`repository_arns = [terraform_data.later.output]`)
	}
	acctest.Test(t,
		resource.TestStep{
			Config:            later(repository),
			ConfigPlanChecks:  acctest.Planned(plancheck.ExpectUnknownValue(address, tfjsonpath.New("json"))),
			ConfigStateChecks: []statecheck.StateCheck{minified(login + "," + pull(""))},
		},
		resource.TestStep{Config: later(secret), ExpectError: acctest.Message(`what is wanted is a repository, of "ecr".`)},
	)
}
