// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/ecrx/terraform-provider-ecrx/internal/awsapi"
	"github.com/ecrx/terraform-provider-ecrx/internal/fw"
)

// argument is one line of a provider block.
type argument struct {
	at    path.Path
	value any
}

func at(name string) path.Path { return path.Root(name) }

func in(block string, i int, name string) path.Path {
	return path.Root(block).AtListIndex(i).AtName(name)
}

// block gives a provider block as the framework hands it to Configure.
func block(t *testing.T, arguments ...argument) tfsdk.Config {
	t.Helper()
	schema := providerSchema()
	state := tfsdk.State{Schema: schema, Raw: tftypes.NewValue(schema.Type().TerraformType(t.Context()), nil)}
	for _, a := range slices.Concat([]argument{{at("region"), types.StringNull()}}, arguments) {
		if diags := state.SetAttribute(t.Context(), a.at, a.value); diags.HasError() {
			t.Fatal(diags)
		}
	}
	return tfsdk.Config{Schema: schema, Raw: state.Raw}
}

func modelOf(t *testing.T, arguments ...argument) model {
	t.Helper()
	var m model
	if diags := block(t, arguments...).Get(t.Context(), &m); diags.HasError() {
		t.Fatal(diags)
	}
	return m
}

func TestConfig(t *testing.T) {
	t.Parallel()
	yes, no, three, empty, proxy := true, false, 3, "", "http://proxy.example.com:3128"
	const policy, token = `{"Version":"2012-10-17","Statement":[]}`, "eyJ0eXAi"
	roles := []string{"arn:aws:iam::111111111111:role/a", "arn:aws:iam::222222222222:role/b"}
	for name, test := range map[string]struct {
		arguments []argument
		want      awsapi.Config
	}{
		"nothing": {arguments: []argument{{at("region"), "eu-west-1"}}, want: awsapi.Config{Region: "eu-west-1"}},
		"keys": {
			arguments: []argument{{at("access_key"), "AKIA"}, {at("secret_key"), "s"}, {at("token"), "t"}, {at("profile"), "shared"}},
			want:      awsapi.Config{AccessKey: "AKIA", SecretKey: "s", Token: "t", Profile: "shared"},
		},
		"files keep their order": {
			arguments: []argument{{at("shared_config_files"), []string{"b", "a"}}, {at("shared_credentials_files"), []string{"d", "c"}}},
			want:      awsapi.Config{SharedConfigFiles: []string{"b", "a"}, SharedCredentialsFiles: []string{"d", "c"}},
		},
		"accounts": {
			arguments: []argument{{at("allowed_account_ids"), []string{"1"}}, {at("forbidden_account_ids"), []string{"2"}}},
			want:      awsapi.Config{AllowedAccountIDs: []string{"1"}, ForbiddenAccountIDs: []string{"2"}},
		},
		"retries": {
			arguments: []argument{{at("max_retries"), 3}, {at("retry_mode"), "adaptive"}, {at("token_bucket_rate_limiter_capacity"), 500}},
			want:      awsapi.Config{MaxRetries: &three, RetryMode: "adaptive", TokenBucketRateLimiterCapacity: 500},
		},
		"proxies": {
			arguments: []argument{
				{at("http_proxy"), proxy},
				{at("https_proxy"), ""},
				{at("no_proxy"), "localhost"},
				{at("custom_ca_bundle"), "ca.pem"},
				{at("insecure"), true},
			},
			want: awsapi.Config{HTTPProxy: &proxy, HTTPSProxy: &empty, NoProxy: "localhost", CustomCABundle: "ca.pem", Insecure: true},
		},
		"endpoints": {
			arguments: []argument{
				{in("endpoints", 0, "ecr"), "http://ecr"},
				{in("endpoints", 0, "iam"), "http://iam"},
				{in("endpoints", 0, "ec2"), "http://ec2"},
				{in("endpoints", 1, "sts"), "http://sts"},
				{in("endpoints", 1, "organizations"), "http://organizations"},
				{at("sts_region"), "us-east-1"},
				{at("use_fips_endpoint"), true},
				{at("use_dualstack_endpoint"), true},
			},
			want: awsapi.Config{
				Endpoints: awsapi.Endpoints{ECR: "http://ecr", IAM: "http://iam", EC2: "http://ec2", STS: "http://sts", Organizations: "http://organizations"},
				STSRegion: "us-east-1", UseFIPSEndpoint: true, UseDualStackEndpoint: true,
			},
		},
		"metadata": {
			arguments: []argument{
				{at("ec2_metadata_service_endpoint"), "http://169.254.169.254"},
				{at("ec2_metadata_service_endpoint_mode"), "IPv6"},
				{at("skip_metadata_api_check"), "true"},
			},
			want: awsapi.Config{
				EC2MetadataServiceEndpoint: "http://169.254.169.254", EC2MetadataServiceEndpointMode: "IPv6", SkipMetadataAPICheck: &yes,
			},
		},
		"metadata wanted":     {arguments: []argument{{at("skip_metadata_api_check"), "false"}}, want: awsapi.Config{SkipMetadataAPICheck: &no}},
		"metadata undecided":  {arguments: []argument{{at("skip_metadata_api_check"), ""}}},
		"no validation":       {arguments: []argument{{at("skip_credentials_validation"), true}}, want: awsapi.Config{SkipCredentialsValidation: true}},
		"no account":          {arguments: []argument{{at("skip_requesting_account_id"), true}}, want: awsapi.Config{SkipRequestingAccountID: true}},
		"no Region's check":   {arguments: []argument{{at("skip_region_validation"), true}}, want: awsapi.Config{SkipRegionValidation: true}},
		"ignored, as s3's is": {arguments: []argument{{at("s3_use_path_style"), true}, {at("s3_us_east_1_regional_endpoint"), "legacy"}}},
		"assume a chain of roles": {
			arguments: []argument{
				{in("assume_role", 0, "role_arn"), roles[0]},
				{in("assume_role", 0, "duration"), "1h30m"},
				{in("assume_role", 0, "external_id"), "x"},
				{in("assume_role", 0, "policy"), policy},
				{in("assume_role", 0, "policy_arns"), []string{"arn:aws:iam::aws:policy/ReadOnlyAccess"}},
				{in("assume_role", 0, "session_name"), "tf"},
				{in("assume_role", 0, "source_identity"), "alice"},
				{in("assume_role", 0, "tags"), map[string]string{"team": "web"}},
				{in("assume_role", 0, "transitive_tag_keys"), []string{"team"}},
				{in("assume_role", 1, "role_arn"), roles[1]},
			},
			want: awsapi.Config{AssumeRole: []awsapi.AssumeRole{{
				RoleARN: roles[0], Duration: 90 * time.Minute, ExternalID: "x", Policy: policy,
				PolicyARNs: []string{"arn:aws:iam::aws:policy/ReadOnlyAccess"}, SessionName: "tf", SourceIdentity: "alice",
				Tags: map[string]string{"team": "web"}, TransitiveTagKeys: []string{"team"},
			}, {RoleARN: roles[1]}}},
		},
		"assume a role with a token": {
			arguments: []argument{
				{in("assume_role_with_web_identity", 0, "role_arn"), roles[0]},
				{in("assume_role_with_web_identity", 0, "duration"), "15m"},
				{in("assume_role_with_web_identity", 0, "policy"), policy},
				{in("assume_role_with_web_identity", 0, "policy_arns"), []string{"arn:aws:iam::aws:policy/ReadOnlyAccess"}},
				{in("assume_role_with_web_identity", 0, "session_name"), "ci"},
				{in("assume_role_with_web_identity", 0, "web_identity_token"), token},
				{in("assume_role_with_web_identity", 0, "web_identity_token_file"), "token.jwt"},
			},
			want: awsapi.Config{AssumeRoleWithWebIdentity: &awsapi.AssumeRoleWithWebIdentity{
				RoleARN: roles[0], Duration: 15 * time.Minute, Policy: policy, PolicyARNs: []string{"arn:aws:iam::aws:policy/ReadOnlyAccess"},
				SessionName: "ci", WebIdentityToken: token, WebIdentityTokenFile: "token.jwt",
			}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var diags diag.Diagnostics
			got := modelOf(t, test.arguments...).config(t.Context(), &diags)
			if diff := cmp.Diff(test.want, got, cmpopts.EquateEmpty()); diff != "" || len(diags) > 0 {
				t.Error(diff, diags)
			}
		})
	}
}

func TestDefaultTags(t *testing.T) {
	t.Parallel()
	environment := []string{"TF_AWS_DEFAULT_TAGS_owner=environment", "TF_AWS_DEFAULT_TAGS_cost=a=b", "TF_AWS_DEFAULT_TAGS_=x", "OTHER=x"}
	var diags diag.Diagnostics
	got := modelOf(t, argument{in("default_tags", 0, "tags"), map[string]string{"owner": "block", "team": "web"}}).
		defaultTags(t.Context(), environment, &diags)
	want := map[string]string{"owner": "block", "team": "web", "cost": "a=b"}
	if diff := cmp.Diff(want, got); diff != "" || len(diags) > 0 {
		t.Error(diff, diags)
	}
}

func TestIgnoreTags(t *testing.T) {
	t.Setenv("TF_AWS_IGNORE_TAGS_KEYS", "a,b")
	t.Setenv("TF_AWS_IGNORE_TAGS_KEY_PREFIXES", "kubernetes.io/")
	got := modelOf(t,
		argument{in("ignore_tags", 0, "keys"), []string{"c"}},
		argument{in("ignore_tags", 0, "key_prefixes"), []string{"scan:"}},
	).ignoreTags()
	want := fw.IgnoreTags{Keys: []string{"a", "b", "c"}, KeyPrefixes: []string{"kubernetes.io/", "scan:"}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// TestConfigure looks at what the provider says of a block, which is one diagnostic for each thing at fault.
func TestConfigure(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		arguments []argument
		severity  diag.Severity
		at        path.Path
		says      string // "" for a block without a fault
	}{
		"good":                       {arguments: []argument{{at("region"), "eusc-de-east-1"}, {at("organization_id"), "o-a1b2c3d4e5"}}},
		"empty":                      {},
		"no such Region":             {[]argument{{at("region"), "Ireland"}}, diag.SeverityError, at("region"), `"Ireland" is not an AWS Region`},
		"a Region of one's own":      {arguments: []argument{{at("region"), "local"}, {at("skip_region_validation"), true}}},
		"no organization id":         {[]argument{{at("organization_id"), "r-ab12"}}, diag.SeverityError, at("organization_id"), `"r-ab12" is not an organization id`},
		"no duration":                {[]argument{{in("assume_role", 0, "duration"), "3600"}}, diag.SeverityError, in("assume_role", 0, "duration"), `"3600" is not a duration`},
		"a duration above AWS's":     {[]argument{{in("assume_role", 0, "duration"), "13h"}}, diag.SeverityError, in("assume_role", 0, "duration"), "to 12 hours"},
		"a web identity's, too":      {[]argument{{in("assume_role_with_web_identity", 0, "duration"), "1m"}}, diag.SeverityError, in("assume_role_with_web_identity", 0, "duration"), "from 15 minutes"},
		"endpoints of other clients": {[]argument{{in("endpoints", 0, "s3"), "http://s3"}, {in("endpoints", 0, "dynamodb"), "http://d"}, {in("endpoints", 0, "ecr"), "http://e"}}, diag.SeverityWarning, at("endpoints"), "Without effect: dynamodb, s3."},
		"not known yet":              {arguments: []argument{{at("region"), types.StringUnknown()}}, severity: diag.SeverityWarning, says: "known only after apply"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var resp provider.ConfigureResponse
			New("test")().Configure(t.Context(), provider.ConfigureRequest{Config: block(t, test.arguments...)}, &resp)
			diags := slices.Clone(resp.Diagnostics)
			if test.says == "" {
				if len(diags) > 0 {
					t.Error(diags)
				}
				return
			}
			if len(diags) != 1 || diags[0].Severity() != test.severity || !strings.Contains(diags[0].Detail(), test.says) {
				t.Fatalf("got %v, want one %s with %q", diags, test.severity, test.says)
			}
			if d, ok := diags[0].(diag.DiagnosticWithPath); len(test.at.Steps()) > 0 && (!ok || !d.Path().Equal(test.at)) {
				t.Errorf("at %v, want %s", diags[0], test.at)
			}
		})
	}
}
