// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"slices"

	"github.com/hashicorp/terraform-plugin-framework-validators/listvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/setvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// providerSchema is the provider block. Its arguments are those of hashicorp/aws, with the same meaning, plus
// organization_id.
func providerSchema() schema.Schema {
	return schema.Schema{
		MarkdownDescription: "Higher-level access patterns for Amazon ECR. One resource stands for one intent, the plan shows every policy document, and it is checked before it is applied.\n\n" +
			"The arguments are those of `provider \"aws\"`, with the same meaning: paste that block and change its name. Credentials are looked for only when a call to AWS is needed.",
		Attributes: map[string]schema.Attribute{
			"access_key":                         text("AWS access key id, such as `AKIA…`. Better taken from the environment or a profile."),
			"allowed_account_ids":                textSet("Account ids that the provider may work in, such as `[\"111111111111\"]`. It is checked before the first call to any service but STS.", setvalidator.ConflictsWith(path.MatchRoot("forbidden_account_ids"))),
			"custom_ca_bundle":                   text("File with certificates of authorities to trust besides the system's, such as `ca.pem`. Also `AWS_CA_BUNDLE`."),
			"ec2_metadata_service_endpoint":      text("Address of the EC2 metadata service, such as `http://169.254.169.254`."),
			"ec2_metadata_service_endpoint_mode": textOneOf("Protocol to the EC2 metadata service: `IPv4` or `IPv6`.", "IPv4", "IPv6"),
			"forbidden_account_ids":              textSet("Account ids that the provider must not work in, such as `[\"222222222222\"]`."),
			"http_proxy":                         text("URL of the proxy for HTTP, such as `http://proxy.example.com:3128`. Also `HTTP_PROXY`."),
			"https_proxy":                        text("URL of the proxy for HTTPS, such as `http://proxy.example.com:3128`. Also `HTTPS_PROXY`."),
			"insecure":                           flag("Whether to accept certificates that can't be verified, such as `false` (the default)."),
			"max_retries":                        number("How often a call is tried at most, such as `25` (the default)."),
			"no_proxy":                           text("Hosts that are reached without a proxy, such as `localhost,.example.com`. Also `NO_PROXY`."),
			"organization_id":                    text("Id of your organization, such as `o-a1b2c3d4e5`. When set, ids of organizational units become path patterns without a call to AWS Organizations."),
			"profile":                            text("Profile of the shared configuration files, such as `shared-services`. Also `AWS_PROFILE`."),
			"region":                             text("AWS Region, such as `eu-west-1`. Also `AWS_REGION`, `AWS_DEFAULT_REGION` or the profile's."),
			"retry_mode":                         textOneOf("How calls are tried again: `standard` or `adaptive`. Also `AWS_RETRY_MODE`.", "standard", "adaptive"),
			"s3_us_east_1_regional_endpoint":     text("Accepted for a block pasted from `provider \"aws\"`, such as `regional`, and ignored."),
			"s3_use_path_style":                  flag("Accepted for a block pasted from `provider \"aws\"`, such as `true`, and ignored."),
			"secret_key":                         secret("AWS secret access key. Better taken from the environment or a profile."),
			"shared_config_files":                textList("Shared configuration files, such as `[\"~/.aws/config\"]` (the default)."),
			"shared_credentials_files":           textList("Shared credentials files, such as `[\"~/.aws/credentials\"]` (the default)."),
			"skip_credentials_validation":        flag("Accepted as in `provider \"aws\"`, such as `true`. Credentials are never checked by a call of their own."),
			"skip_metadata_api_check":            textOneOf("Whether to leave the EC2 metadata service out when looking for credentials, such as `true`.", "true", "false", ""),
			"skip_region_validation":             flag("Whether to accept a Region that the provider doesn't know, such as `false` (the default)."),
			"skip_requesting_account_id":         flag("Whether not to ask STS for the account, such as `false` (the default). ARNs are then known after apply only."),
			"sts_region":                         text("Region of STS, such as `us-east-1`."),
			"tag_policy_compliance":              text("Accepted for a block pasted from `provider \"aws\"`, such as `error`, and ignored."),
			"token":                              secret("Session token of temporary credentials."),
			"token_bucket_rate_limiter_capacity": number("Size of the bucket that limits the rate of retries, such as `500`. Unset: no limit."),
			"use_dualstack_endpoint":             flag("Whether to call endpoints that have IPv6 too, such as `false` (the default)."),
			"use_fips_endpoint":                  flag("Whether to call endpoints with FIPS 140 cryptography, such as `false` (the default)."),
			"user_agent":                         textList("Accepted for a block pasted from `provider \"aws\"`, such as `[\"build/42\"]`, and ignored."),
		},
		Blocks: map[string]schema.Block{
			"assume_role": schema.ListNestedBlock{
				MarkdownDescription: "Role to assume. Several blocks are assumed one after the other.",
				NestedObject: schema.NestedBlockObject{Attributes: map[string]schema.Attribute{
					"duration":            text("How long the session lasts, from `15m` to `12h`."),
					"external_id":         text("External id that the role's trust policy asks for, such as `build-42`."),
					"policy":              text("Session policy in JSON that narrows the role, such as `{\"Version\":\"2012-10-17\",…}`."),
					"policy_arns":         textSet("ARNs of policies that narrow the session, such as `[\"arn:aws:iam::aws:policy/ReadOnlyAccess\"]`."),
					"role_arn":            required("ARN of the role, such as `arn:aws:iam::111111111111:role/deployer`."),
					"session_name":        text("Name of the session, such as `terraform`."),
					"source_identity":     text("Source identity of the session, such as `alice`."),
					"tags":                textMap("Session tags, such as `{ team = \"web\" }`."),
					"transitive_tag_keys": textSet("Session tags that chained roles keep, such as `[\"team\"]`."),
				}},
			},
			"assume_role_with_web_identity": schema.ListNestedBlock{
				MarkdownDescription: "Role to assume with a token of an OpenID Connect provider.",
				Validators:          []validator.List{listvalidator.SizeAtMost(1)},
				NestedObject: schema.NestedBlockObject{Attributes: map[string]schema.Attribute{
					"duration":                text("How long the session lasts, from `15m` to `12h`."),
					"policy":                  text("Session policy in JSON that narrows the role, such as `{\"Version\":\"2012-10-17\",…}`."),
					"policy_arns":             textSet("ARNs of policies that narrow the session, such as `[\"arn:aws:iam::aws:policy/ReadOnlyAccess\"]`."),
					"role_arn":                required("ARN of the role, such as `arn:aws:iam::111111111111:role/ci`."),
					"session_name":            text("Name of the session, such as `terraform`."),
					"web_identity_token":      secret("The token itself, in the place of a file.", stringvalidator.ExactlyOneOf(path.MatchRelative().AtParent().AtName("web_identity_token_file"))),
					"web_identity_token_file": text("File with the token, such as `token.jwt`."),
				}},
			},
			"default_tags": schema.ListNestedBlock{
				MarkdownDescription: "Tags of every object that the provider makes. Also `TF_AWS_DEFAULT_TAGS_<key>`.",
				Validators:          []validator.List{listvalidator.SizeAtMost(1)},
				NestedObject: schema.NestedBlockObject{Attributes: map[string]schema.Attribute{
					"tags": textMap("The tags, such as `{ owner = \"platform\" }`."),
				}},
			},
			"endpoints": schema.ListNestedBlock{
				MarkdownDescription: "Addresses of AWS services. ecrx uses `ec2`, `ecr`, `iam`, `organizations` and `sts`; others are accepted for a block pasted from `provider \"aws\"`, and ignored.",
				NestedObject:        schema.NestedBlockObject{Attributes: endpointAttributes()},
			},
			"ignore_tags": schema.ListNestedBlock{
				MarkdownDescription: "Tags that other tools set and that the provider leaves alone.",
				Validators:          []validator.List{listvalidator.SizeAtMost(1)},
				NestedObject: schema.NestedBlockObject{Attributes: map[string]schema.Attribute{
					"key_prefixes": textSet("Beginnings of keys, such as `[\"kubernetes.io/\"]`. Also `TF_AWS_IGNORE_TAGS_KEY_PREFIXES`."),
					"keys":         textSet("Keys, such as `[\"LastScanned\"]`. Also `TF_AWS_IGNORE_TAGS_KEYS`."),
				}},
			},
		},
	}
}

func endpointAttributes() map[string]schema.Attribute {
	attributes := map[string]schema.Attribute{}
	for _, service := range endpointServices() {
		description := "Accepted for a block pasted from `provider \"aws\"`, and ignored."
		if slices.Contains(usedEndpoints(), service) {
			description = "Address of the service, such as `http://localhost:5000`."
		}
		attributes[service] = text(description)
	}
	return attributes
}

func text(description string) schema.StringAttribute {
	return schema.StringAttribute{Optional: true, MarkdownDescription: description}
}

func textOneOf(description string, values ...string) schema.StringAttribute {
	attribute := text(description)
	attribute.Validators = []validator.String{stringvalidator.OneOf(values...)}
	return attribute
}

func required(description string) schema.StringAttribute {
	return schema.StringAttribute{Required: true, MarkdownDescription: description}
}

func secret(description string, validators ...validator.String) schema.StringAttribute {
	attribute := text(description)
	attribute.Sensitive, attribute.Validators = true, validators
	return attribute
}

func flag(description string) schema.BoolAttribute {
	return schema.BoolAttribute{Optional: true, MarkdownDescription: description}
}

func number(description string) schema.Int64Attribute {
	return schema.Int64Attribute{Optional: true, MarkdownDescription: description}
}

func textSet(description string, validators ...validator.Set) schema.SetAttribute {
	return schema.SetAttribute{Optional: true, ElementType: types.StringType, MarkdownDescription: description, Validators: validators}
}

func textList(description string) schema.ListAttribute {
	return schema.ListAttribute{Optional: true, ElementType: types.StringType, MarkdownDescription: description}
}

func textMap(description string) schema.MapAttribute {
	return schema.MapAttribute{Optional: true, ElementType: types.StringType, MarkdownDescription: description}
}
