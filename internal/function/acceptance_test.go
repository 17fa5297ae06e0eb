// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package function_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/ecrx/terraform-provider-ecrx/internal/acctest"
)

func TestClientExamples(t *testing.T) {
	t.Parallel()
	for name, outputs := range map[string]map[string]knownvalue.Check{
		"layer_bucket_arn": {
			"layer_bucket_policy": knownvalue.StringRegexp(
				regexp.MustCompile(`"Resource":"arn:aws:s3:::prod-eu-west-1-starport-layer-bucket/\*"`)),
		},
		"organization_path": {
			"development":                  knownvalue.StringExact("o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/"),
			"development_with_descendants": knownvalue.StringExact("o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/*"),
		},
		"parse_image_uri": {
			"repository_arn": knownvalue.StringExact("arn:aws:ecr:eu-west-1:111111111111:repository/team/app"),
			"tag":            knownvalue.StringExact("1.2.3"),
		},
		"policy_equivalent": {
			"as_reviewed": knownvalue.Bool(true),
		},
		"policy_findings": {
			"findings": knownvalue.ListPartial(map[int]knownvalue.Check{
				0: knownvalue.ObjectPartial(map[string]knownvalue.Check{
					"severity": knownvalue.StringExact("error"),
				}),
			}),
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			example, err := os.ReadFile(filepath.Join("../../examples/functions", name, "function.tf"))
			if err != nil {
				t.Fatal(err)
			}
			var checks []statecheck.StateCheck
			for output, check := range outputs {
				checks = append(checks, statecheck.ExpectKnownOutputValue(output, check))
			}
			acctest.Test(t, resource.TestStep{Config: string(example), ConfigStateChecks: checks})
		})
	}
}

// A null is what a caller sees where the URI has no tag.
func TestParseImageURINull(t *testing.T) {
	t.Parallel()
	acctest.Test(t, resource.TestStep{
		Config: `output "tag" {
			value = provider::ecrx::parse_image_uri("111111111111.dkr-ecr.us-east-1.on.aws/app").tag == null
		}`,
		ConfigStateChecks: []statecheck.StateCheck{
			statecheck.ExpectKnownOutputValue("tag", knownvalue.Bool(true)),
		},
	})
}

func TestArgumentErrors(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct{ call, want string }{
		"layer_bucket_arn":          {`layer_bucket_arn("Ireland")`, `"region" parameter: "Ireland" is not an AWS Region`},
		"organization_path, root":   {`organization_path("o-a1b2c3d4e5", "ab12")`, `"root" parameter: "ab12" is not the id`},
		"organization_path, unit 2": {`organization_path("o-a1b2c3d4e5", "r-ab12", "ou-ab12-11111111", "dev")`, `"ous" parameter: "dev" is not the id`},
		"parse_image_uri":           {`parse_image_uri("nginx")`, `"uri" parameter: "nginx" is not the host`},
		"policy_equivalent":         {"policy_equivalent(" + strconv.Quote(pull) + `, "no")`, `"b" parameter: line 1, column 1`},
		"policy_findings":           {"policy_findings(" + strconv.Quote(pull) + `, "bucket")`, `"kind" parameter: "bucket" is not a kind of policy`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			acctest.Test(t, resource.TestStep{
				Config:      "output \"result\" {\n  value = provider::ecrx::" + tc.call + "\n}",
				ExpectError: acctest.Message(tc.want),
			})
		})
	}
}
