// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/ecr"
	ecrtypes "github.com/aws/aws-sdk-go-v2/service/ecr/types"
	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/ecrx/terraform-provider-ecrx/internal/acctest"
	"github.com/ecrx/terraform-provider-ecrx/internal/awstest"
)

const address = "ecrx_org_shared_repository.this"

// The resource and the document that the tests below configure a provider for.
const (
	aRepository = `
resource "ecrx_org_shared_repository" "this" {
  name = "provider/app"
}
`
	aDocument = `
data "ecrx_repository_policy_document" "this" {
  grants = {
    AllowPull = {
      access   = "pull"
      accounts = ["222222222222"]
    }
  }
}
`
)

func has(attribute string, value knownvalue.Check) []statecheck.StateCheck {
	return []statecheck.StateCheck{statecheck.ExpectKnownValue(address, tfjsonpath.New(attribute), value)}
}

func actions(aws *awstest.AWS) (names []string) {
	for _, call := range aws.Calls() {
		names = append(names, call.Service+":"+call.Action)
	}
	return names
}

// The Region comes from something that is made in the same apply.
func TestClientUnknownRegion(t *testing.T) {
	t.Parallel()
	aws := awstest.New(t)
	block := strings.Replace(aws.ProviderBlock(""), strconv.Quote(aws.Region), "terraform_data.region.output", 1)
	acctest.Test(t, resource.TestStep{
		Config: block + aRepository + `
resource "terraform_data" "region" {
  input = "eu-west-3"
}
`,
		ConfigPlanChecks: acctest.Planned(
			plancheck.ExpectUnknownValue(address, tfjsonpath.New("region")),
			plancheck.ExpectUnknownValue(address, tfjsonpath.New("arn")),
		),
		ConfigStateChecks: has("arn", knownvalue.StringExact("arn:aws:ecr:eu-west-3:"+aws.AccountID+":repository/provider/app")),
	})
}

// What only computes needs no call, and no credentials: those given can't even be read.
func TestCredentialsAreLookedForWithTheFirstCall(t *testing.T) {
	t.Parallel()
	aws := awstest.New(t)
	broken := filepath.Join(t.TempDir(), "credentials")
	if err := os.WriteFile(broken, []byte("[absent\nthis is no ini file"), 0o600); err != nil {
		t.Fatal(err)
	}
	block := fmt.Sprintf(`
provider "ecrx" {
  region                   = "eu-west-1"
  profile                  = "absent"
  shared_credentials_files = [%q]
  shared_config_files      = [%[1]q]
  endpoints {
    sts = %q
  }
}

output "layers" {
  value = provider::ecrx::layer_bucket_arn("eu-west-1")
}
`, broken, aws.Endpoint())
	acctest.Test(t,
		resource.TestStep{Config: block + aDocument},
		resource.TestStep{Config: block + aDocument + aRepository, ExpectError: acctest.Message("absent")},
	)
	if calls := actions(aws); len(calls) > 0 {
		t.Errorf("called %s", calls)
	}
}

// A block as people have it for provider "aws", its name changed. TestConfigure sees the warning.
func TestPastedBlock(t *testing.T) {
	t.Parallel()
	aws := awstest.New(t)
	acctest.Test(t, resource.TestStep{
		Config: strings.Replace(aws.ProviderBlock(`
  max_retries                    = 5
  retry_mode                     = "adaptive"
  sts_region                     = "us-east-1"
  s3_use_path_style              = true
  s3_us_east_1_regional_endpoint = "regional"
  user_agent                     = ["build/42"]
  allowed_account_ids            = [`+strconv.Quote(aws.AccountID)+`]
  default_tags {
    tags = {
      owner = "platform"
    }
  }
  ignore_tags {
    key_prefixes = ["kubernetes.io/"]
  }
`), "  endpoints {\n", "  endpoints {\n    s3 = \"http://s3.localhost:4566\"\n    cloudwatchlogs = \"http://localhost:4566\"\n", 1) + aRepository,
		ConfigStateChecks: has("registry_id", knownvalue.StringExact(aws.AccountID)),
	})
}

var key = regexp.MustCompile(`(access|secret)_key .*`)

func TestAssumedRole(t *testing.T) {
	t.Parallel()
	token := filepath.Join(t.TempDir(), "token")
	if err := os.WriteFile(token, []byte("eyJ0eXAiOiJKV1QifQ.e30.c2ln"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		block, account string
		calls          []string // to STS
	}{
		"a chain": {
			account: "222222222222", calls: []string{"sts:AssumeRole", "sts:GetCallerIdentity"},
			block: `
  assume_role {
    role_arn     = "arn:aws:iam::111111111111:role/hub"
    session_name = "hub"
  }
  assume_role {
    role_arn    = "arn:aws:iam::222222222222:role/spoke"
    external_id = "42"
    duration    = "15m"
  }
`,
		},
		"with a token": {
			account: "333333333333", calls: []string{"sts:AssumeRoleWithWebIdentity", "sts:GetCallerIdentity"},
			block: fmt.Sprintf(`
  assume_role_with_web_identity {
    role_arn                = "arn:aws:iam::333333333333:role/ci"
    web_identity_token_file = %q
  }
`, token),
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			aws := awstest.New(t)
			block := aws.ProviderBlock(test.block)
			if strings.Contains(block, "web_identity") {
				block = key.ReplaceAllString(block, "") // a key of the block goes before a token
			}
			acctest.Test(t, resource.TestStep{
				Config:            block + aRepository,
				ConfigStateChecks: has("registry_id", knownvalue.StringExact(test.account)),
			})
			calls := actions(aws)
			calls = slices.DeleteFunc(calls, func(call string) bool { return strings.HasPrefix(call, "ecr:") })
			slices.Sort(calls)
			if diff := cmp.Diff(test.calls, slices.Compact(calls)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestAForeignAccountIsLeftAlone(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ block, says string }{
		"not allowed": {`allowed_account_ids = ["999999999999"]`, "allowed_account_ids has only 999999999999"},
		"forbidden":   {`forbidden_account_ids = ["ACCOUNT"]`, "which the provider's forbidden_account_ids lists"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			aws := awstest.New(t)
			acctest.Test(t, resource.TestStep{
				Config:      aws.ProviderBlock(strings.Replace(test.block, "ACCOUNT", aws.AccountID, 1)) + aRepository,
				ExpectError: acctest.Message(test.says),
			})
			if calls := actions(aws); slices.ContainsFunc(calls, func(call string) bool { return call != "sts:GetCallerIdentity" }) {
				t.Errorf("called %s", calls)
			}
		})
	}
}

func TestBadBlock(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ block, says string }{
		"both lists of accounts": {
			"allowed_account_ids = [\"111111111111\"]\nforbidden_account_ids = [\"222222222222\"]",
			`Attribute "forbidden_account_ids" cannot be specified when "allowed_account_ids" is specified`,
		},
		"no role": {"assume_role {\n}", `"role_arn" is required`},
		"no token": {
			"assume_role_with_web_identity {\n  role_arn = \"arn:aws:iam::111111111111:role/ci\"\n}",
			"one (and only one) of",
		},
		"retry mode":          {`retry_mode = "eager"`, `value must be one of: ["standard" "adaptive"]`},
		"no such argument":    {`organisation_id = "o-a1b2c3d4e5"`, "An argument named \"organisation_id\" is not expected here"},
		"two default_tags":    {"default_tags {\n}\ndefault_tags {\n}", "at most 1"},
		"metadata's protocol": {`ec2_metadata_service_endpoint_mode = "v4"`, `value must be one of: ["IPv4" "IPv6"]`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			acctest.Test(t, resource.TestStep{
				Config:      "provider \"ecrx\" {\n" + test.block + "\n}\n" + aDocument,
				ExpectError: acctest.Message(test.says),
			})
		})
	}
}

// Tags of the provider go on every object; what other tools tag is neither shown nor removed.
func TestTags(t *testing.T) {
	t.Setenv("TF_AWS_DEFAULT_TAGS_cost", "42")
	aws := awstest.New(t)
	config := aws.ProviderBlock(`
  default_tags {
    tags = {
      owner = "platform"
    }
  }
  ignore_tags {
    keys         = ["LastScanned"]
    key_prefixes = ["scan:"]
  }
`) + aRepository
	ours := knownvalue.MapExact(map[string]knownvalue.Check{"owner": knownvalue.StringExact("platform"), "cost": knownvalue.StringExact("42")})
	tagByOthers := func() {
		arn := "arn:aws:ecr:eu-west-1:" + aws.AccountID + ":repository/provider/app"
		key, prefixed, value := "LastScanned", "scan:by", "today"
		if _, err := aws.ECR().TagResource(t.Context(), &ecr.TagResourceInput{
			ResourceArn: &arn, Tags: []ecrtypes.Tag{{Key: &key, Value: &value}, {Key: &prefixed, Value: &value}},
		}); err != nil {
			t.Error(err)
		}
	}
	acctest.Test(t,
		resource.TestStep{Config: config, ConfigStateChecks: has("tags_all", ours)},
		resource.TestStep{
			PreConfig: tagByOthers, Config: config, ConfigStateChecks: has("tags_all", ours),
			ConfigPlanChecks: acctest.Planned(plancheck.ExpectEmptyPlan()),
		},
	)
}

// Nothing in the block: all of it comes from where the SDK looks.
func TestEnvironment(t *testing.T) {
	aws := awstest.New(t)
	t.Setenv("AWS_ENDPOINT_URL", aws.Endpoint())
	t.Setenv("AWS_ACCESS_KEY_ID", aws.AccessKey)
	t.Setenv("AWS_SECRET_ACCESS_KEY", aws.SecretKey)
	t.Setenv("AWS_REGION", "eu-west-2")
	acctest.Test(t, resource.TestStep{
		Config:            aRepository,
		ConfigStateChecks: has("arn", knownvalue.StringExact("arn:aws:ecr:eu-west-2:"+aws.AccountID+":repository/provider/app")),
	})
}

func TestProfileOfTheBlock(t *testing.T) {
	t.Parallel()
	config, credentials := profileIn(t, "eu-west-3")
	acctest.Test(t, resource.TestStep{
		Config: fmt.Sprintf(`
provider "ecrx" {
  profile                  = "shared"
  shared_config_files      = [%q]
  shared_credentials_files = [%q]
}
`, config, credentials) + aRepository,
		ConfigStateChecks: has("region", knownvalue.StringExact("eu-west-3")),
	})
}

func TestProfileOfTheEnvironment(t *testing.T) {
	config, credentials := profileIn(t, "eu-west-3")
	t.Setenv("AWS_PROFILE", "shared")
	t.Setenv("AWS_CONFIG_FILE", config)
	t.Setenv("AWS_SHARED_CREDENTIALS_FILE", credentials)
	acctest.Test(t, resource.TestStep{Config: aRepository, ConfigStateChecks: has("region", knownvalue.StringExact("eu-west-3"))})
}

// profileIn gives the shared files of a profile named shared, beside a default one of another Region.
func profileIn(t *testing.T, region string) (config, credentials string) {
	t.Helper()
	aws := awstest.New(t)
	dir := t.TempDir()
	config, credentials = filepath.Join(dir, "config"), filepath.Join(dir, "credentials")
	for file, content := range map[string]string{
		config:      "[default]\nregion = us-east-1\n[profile shared]\nregion = " + region + "\nendpoint_url = " + aws.Endpoint() + "\n",
		credentials: fmt.Sprintf("[shared]\naws_access_key_id = %s\naws_secret_access_key = %s\n", aws.AccessKey, aws.SecretKey),
	} {
		if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return config, credentials
}
