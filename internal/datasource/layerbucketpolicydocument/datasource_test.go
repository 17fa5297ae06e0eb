// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package layerbucketpolicydocument_test

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

const address = "data.ecrx_layer_bucket_policy_document.test"

// offline is a provider that could reach nothing: no credentials and no Region, and a proxy that isn't there.
const offline = `
provider "ecrx" {
  http_proxy  = "http://127.0.0.1:9"
  https_proxy = "http://127.0.0.1:9"
}
`

func config(arguments string) string {
	return fmt.Sprintf("data \"ecrx_layer_bucket_policy_document\" \"test\" {\n%s\n}\n", arguments)
}

func minified(text string) statecheck.StateCheck {
	return statecheck.ExpectKnownValue(address, tfjsonpath.New("minified_json"), knownvalue.StringExact(text))
}

const (
	ireland = "region = \"eu-west-1\"\n"
	layers  = "arn:aws:s3:::prod-eu-west-1-starport-layer-bucket/*"
)

func document(resources ...string) string {
	resource := `"` + strings.Join(resources, `","`) + `"`
	if len(resources) > 1 {
		resource = "[" + resource + "]"
	}
	return `{"Version":"2012-10-17","Statement":[{"Sid":"Access-to-specific-bucket-only","Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":` + resource + `}]}`
}

func TestExample(t *testing.T) {
	t.Parallel()
	example, err := os.ReadFile("../../../examples/data-sources/ecrx_layer_bucket_policy_document/data-source.tf")
	if err != nil {
		t.Fatal(err)
	}
	acctest.Test(t, resource.TestStep{
		Config: string(example),
		ConfigStateChecks: []statecheck.StateCheck{
			statecheck.ExpectKnownOutputValue("policy", knownvalue.StringRegexp(regexp.MustCompile(`(?s)"arn:aws:s3:::al2023-repos-eu-west-1-de612dc2/\*",\s+"`+regexp.QuoteMeta(layers)+`"`))),
		},
	})
}

// The document of AWS's page, by the function that compares meanings.
func TestSeed(t *testing.T) {
	t.Parallel()
	seed, err := os.ReadFile("../../policy/testdata/seeds/4-s3-gateway-endpoint-policy.json")
	if err != nil {
		t.Fatal(err)
	}
	acctest.Test(t, resource.TestStep{
		Config: offline + config(ireland) + fmt.Sprintf(`
			output "same" {
			  value = provider::ecrx::policy_equivalent(%s.json, %q)
			}`, address, seed),
		ConfigStateChecks: []statecheck.StateCheck{statecheck.ExpectKnownOutputValue("same", knownvalue.Bool(true))},
	})
}

func TestDocument(t *testing.T) {
	t.Parallel()
	const list = `{ Version = "2012-10-17", Statement = { Sid = "List", Effect = "Allow", Principal = "*", Action = "s3:ListBucket", Resource = "arn:aws:s3:::cache" } }`
	for name, tc := range map[string]struct{ arguments, want string }{
		"minimal":  {ireland, document(layers)},
		"buckets":  {ireland + `additional_bucket_arns = ["arn:aws:s3:::shared/images/*", "arn:aws:s3:::cache"]`, document("arn:aws:s3:::cache/*", layers, "arn:aws:s3:::shared/images/*")},
		"China":    {`region = "cn-north-1"`, document("arn:aws-cn:s3:::prod-cn-north-1-starport-layer-bucket/*")},
		"GovCloud": {`region = "us-gov-west-1"`, document("arn:aws-us-gov:s3:::prod-us-gov-west-1-starport-layer-bucket/*")},
		"a source": {
			ireland + "source_policy_documents = [jsonencode(" + list + ")]",
			strings.TrimSuffix(document(layers), "]}") + `,{"Sid":"List","Effect":"Allow","Principal":"*","Action":"s3:ListBucket","Resource":"arn:aws:s3:::cache"}]}`,
		},
		"an override": {
			ireland + "override_policy_documents = [jsonencode(" + strings.NewReplacer("List\"", "Access-to-specific-bucket-only\"", "arn:aws:s3:::cache", "arn:aws:s3:::other").Replace(list) + ")]",
			`{"Version":"2012-10-17","Statement":[{"Sid":"Access-to-specific-bucket-only","Effect":"Allow","Principal":"*","Action":"s3:ListBucket","Resource":"arn:aws:s3:::other"}]}`,
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

func TestRegionOfTheProvider(t *testing.T) {
	t.Parallel()
	acctest.Test(t, resource.TestStep{
		Config:            strings.Replace(offline, "{", "{\n  region = \"eu-west-1\"", 1) + config(""),
		ConfigStateChecks: []statecheck.StateCheck{minified(document(layers))},
	})
}

func TestBadInput(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct{ arguments, want string }{
		"no Region":         {"", "neither this data source nor the provider has a Region. Set region here."},
		"region":            {`region = "Ireland"`, `"Ireland" is not an AWS Region`},
		"a name":            {ireland + `additional_bucket_arns = ["cache"]`, `"cache" is not the ARN of a bucket or of objects in one`},
		"every bucket":      {ireland + `additional_bucket_arns = ["arn:aws:s3:::*"]`, `"arn:aws:s3:::*" is not the ARN of a bucket`},
		"no bucket":         {ireland + `additional_bucket_arns = []`, "set must contain at least 1 elements"},
		"another partition": {ireland + `additional_bucket_arns = ["arn:aws-cn:s3:::cache"]`, `is in the partition "aws-cn", and the endpoints are in "aws"`},
		"invalid source":    {ireland + `source_policy_documents = ["{"]`, "isn't a policy document"},
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
	const arguments = "region = terraform_data.later.output.region\nadditional_bucket_arns = [terraform_data.later.output.bucket]"
	acctest.Test(t, resource.TestStep{
		Config:            offline + later(`{ region = "eu-west-1", bucket = "arn:aws:s3:::cache" }`) + config(arguments),
		ConfigPlanChecks:  acctest.Planned(plancheck.ExpectUnknownValue(address, tfjsonpath.New("json"))),
		ConfigStateChecks: []statecheck.StateCheck{minified(document("arn:aws:s3:::cache/*", layers))},
	})
	acctest.Test(t, resource.TestStep{
		Config: offline + later(`{ region = "eu-west-1", bucket = "cache" }`) + config(arguments), ExpectError: acctest.Message(`"cache" is not the ARN of a bucket`),
	})
}

// A provider whose Region isn't known yet must not make a plan show the bucket of another one.
func TestUnknownProvider(t *testing.T) {
	t.Parallel()
	const unknown = "resource \"terraform_data\" \"later\" {\n  input = \"cn-north-1\"\n}\nprovider \"ecrx\" {\n  region = terraform_data.later.output\n}\n"
	acctest.Test(t, resource.TestStep{
		Config: unknown + config(""), ExpectError: acctest.Message("the provider block has values that aren't known yet. Set region here."),
	})
	acctest.Test(t, resource.TestStep{
		Config: unknown + config(ireland), ConfigStateChecks: []statecheck.StateCheck{minified(document(layers))},
	})
}
