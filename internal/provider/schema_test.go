// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/ecrx/terraform-provider-ecrx/internal/provider"
)

// awsArguments are the arguments of hashicorp/aws 6 with their types, apart from those in the endpoints block.
// https://registry.terraform.io/providers/hashicorp/aws/latest/docs#argument-reference
const awsArguments = `
access_key string
allowed_account_ids set
assume_role.duration string
assume_role.external_id string
assume_role.policy string
assume_role.policy_arns set
assume_role.role_arn string
assume_role.session_name string
assume_role.source_identity string
assume_role.tags map
assume_role.transitive_tag_keys set
assume_role_with_web_identity.duration string
assume_role_with_web_identity.policy string
assume_role_with_web_identity.policy_arns set
assume_role_with_web_identity.role_arn string
assume_role_with_web_identity.session_name string
assume_role_with_web_identity.web_identity_token string
assume_role_with_web_identity.web_identity_token_file string
custom_ca_bundle string
default_tags.tags map
ec2_metadata_service_endpoint string
ec2_metadata_service_endpoint_mode string
forbidden_account_ids set
http_proxy string
https_proxy string
ignore_tags.key_prefixes set
ignore_tags.keys set
insecure bool
max_retries number
no_proxy string
profile string
region string
retry_mode string
s3_us_east_1_regional_endpoint string
s3_use_path_style bool
secret_key string
shared_config_files list
shared_credentials_files list
skip_credentials_validation bool
skip_metadata_api_check string
skip_region_validation bool
skip_requesting_account_id bool
sts_region string
tag_policy_compliance string
token string
token_bucket_rate_limiter_capacity number
use_dualstack_endpoint bool
use_fips_endpoint bool
user_agent list`

func TestArguments(t *testing.T) {
	t.Parallel()
	want := map[string]string{"organization_id": "string"}
	for line := range strings.Lines(strings.TrimSpace(awsArguments)) {
		name, kind, _ := strings.Cut(strings.TrimSpace(line), " ")
		want[name] = kind
	}
	schemas, _ := servedSchemas(t, provider.New("test")())
	got, endpoints := map[string]string{}, map[string]string{}
	var sensitive []string
	each(schemas.Provider.Block, func(name string, attribute *tfprotov6.SchemaAttribute) {
		if service, ok := strings.CutPrefix(name, "endpoints."); ok {
			endpoints[service] = kindOf(attribute.Type)
			return
		}
		got[name] = kindOf(attribute.Type)
		if attribute.Sensitive {
			sensitive = append(sensitive, name)
		}
	})
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"secret_key", "token", "assume_role_with_web_identity.web_identity_token"}, sensitive); diff != "" {
		t.Error("sensitive:", diff)
	}
	// Those that ecrx calls, and some that it doesn't: a service under its name, under an alias, and one of the newest.
	for _, service := range []string{"ec2", "ecr", "iam", "organizations", "sts", "s3", "cloudwatchlogs", "s3vectors"} {
		if endpoints[service] != "string" {
			t.Errorf("endpoints.%s is missing", service)
		}
	}
}

// each visits the attributes of a block and of the blocks in it.
func each(block *tfprotov6.SchemaBlock, visit func(name string, attribute *tfprotov6.SchemaAttribute)) {
	for _, attribute := range block.Attributes {
		visit(attribute.Name, attribute)
	}
	for _, nested := range block.BlockTypes {
		each(nested.Block, func(name string, attribute *tfprotov6.SchemaAttribute) {
			visit(nested.TypeName+"."+name, attribute)
		})
	}
}

// kindOf names a type without its elements.
func kindOf(t tftypes.Type) string {
	switch t.(type) {
	case tftypes.List:
		return "list"
	case tftypes.Map:
		return "map"
	case tftypes.Set:
		return "set"
	}
	return strings.ToLower(strings.TrimPrefix(t.String(), "tftypes."))
}
