// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package ecstaskpolicydocument_test

import (
	"fmt"
	"regexp"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/ecrx/terraform-provider-ecrx/internal/acctest"
)

const (
	address = "data.ecrx_ecs_task_policy_document.test"
	queue   = "arn:aws:sqs:eu-west-1:111111111111:orders"
)

// offline is a provider that could reach nothing: no credentials and no Region, and a proxy that isn't there.
const offline = `
provider "ecrx" {
  http_proxy  = "http://127.0.0.1:9"
  https_proxy = "http://127.0.0.1:9"
}
`

func config(arguments string) string {
	return fmt.Sprintf("data \"ecrx_ecs_task_policy_document\" \"test\" {\n%s\n}\n", arguments)
}

func minified(text string) statecheck.StateCheck {
	return statecheck.ExpectKnownValue(address, tfjsonpath.New("minified_json"), knownvalue.StringExact(text))
}

const send = `{"Sid":"SQSSend","Effect":"Allow","Action":["sqs:GetQueueAttributes","sqs:GetQueueUrl","sqs:SendMessage"],"Resource":"` + queue + `"}`

func document(statements string) string {
	return `{"Version":"2012-10-17","Statement":[` + statements + `]}`
}

func TestDocument(t *testing.T) {
	t.Parallel()
	acctest.Test(t,
		resource.TestStep{
			Config: offline + config(fmt.Sprintf(`permissions = { sqs_send = [%q] }`, queue)),
			ConfigStateChecks: []statecheck.StateCheck{
				minified(document(send)),
				statecheck.ExpectKnownValue(address, tfjsonpath.New("size"), knownvalue.Int64Exact(int64(len(document(send))))),
				statecheck.ExpectKnownValue(address, tfjsonpath.New("findings"), knownvalue.ListSizeExact(0)),
				statecheck.ExpectKnownValue(address, tfjsonpath.New("json"), knownvalue.StringRegexp(regexp.MustCompile(`^\{\n {2}"Version": "2012-10-17",\n`))),
			},
		},
		resource.TestStep{
			Config: offline + config(fmt.Sprintf(`
				permissions = { sqs_send = [%q] }
				source_policy_documents   = [jsonencode({ Version = "2012-10-17", Statement = { Sid = "A", Effect = "Deny", Action = "sqs:PurgeQueue", Resource = "*" } })]
				override_policy_documents = [jsonencode({ Version = "2012-10-17", Statement = { Sid = "Z", Effect = "Allow", Action = "sqs:*", Resource = "%s-2" } })]`, queue, queue)),
			ConfigStateChecks: []statecheck.StateCheck{
				minified(document(`{"Sid":"A","Effect":"Deny","Action":"sqs:PurgeQueue","Resource":"*"},` + send + `,{"Sid":"Z","Effect":"Allow","Action":"sqs:*","Resource":"` + queue + `-2"}`)),
				// What is merged in is reviewed too.
				statecheck.ExpectKnownValue(address, tfjsonpath.New("findings"), knownvalue.ListPartial(map[int]knownvalue.Check{
					0: knownvalue.ObjectPartial(map[string]knownvalue.Check{"code": knownvalue.StringExact("WILDCARD_ACTION")}),
				})),
			},
		},
	)
}

func TestBadInput(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct{ permissions, want string }{
		"queue in s3_read":     {`{ s3_read = ["` + queue + `"] }`, `is of the service "sqs", and what is wanted is a bucket, or objects in one, of "s3".`},
		"malformed prefix":     {`{ sqs_send = ["*` + queue + `"] }`, `has "*" before "arn:", which IAM refuses. Write "` + queue + `".`},
		"other partition":      {`{ sqs_send = ["` + queue + `", "arn:aws-cn:sqs:cn-north-1:111111111111:orders"] }`, `A role reaches resources of its own partition only`},
		"cache without user":   {`{ elasticache_connect = ["arn:aws:elasticache:eu-west-1:111111111111:replicationgroup:sessions"] }`, `elasticache_connect names no user`},
		"every queue":          {`{ sqs_send = ["arn:aws:sqs:eu-west-1:111111111111:*"] }`, `takes in every resource of its kind`},
		"non-Latin characters": {`{ s3_read = ["arn:aws:s3:::orders-data/受注/*"] }`, `IAM takes only characters up to U+00FF in a policy`},
		"service wildcard":     {`{ statements = [{ actions = ["sqs:*"], resources = ["` + queue + `"] }] }`, `"sqs:*" allows all that there is and will be.`},
		"nothing":              {`{}`, `IAM refuses a policy without a statement.`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			acctest.Test(t, resource.TestStep{
				Config: offline + config("permissions = "+tc.permissions), PlanOnly: true, ExpectError: acctest.Message(tc.want),
			})
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
			`, arn) + config(`permissions = { sqs_send = [terraform_data.later.output] }`)
	}
	acctest.Test(t,
		resource.TestStep{
			Config:            later(queue),
			ConfigPlanChecks:  acctest.Planned(plancheck.ExpectUnknownValue(address, tfjsonpath.New("json"))),
			ConfigStateChecks: []statecheck.StateCheck{minified(document(send))},
		},
		resource.TestStep{
			Config: later("arn:aws:s3:::orders-data"), ExpectError: acctest.Message(`is of the service "s3", and what is wanted is a queue, of "sqs".`),
		},
	)
}
