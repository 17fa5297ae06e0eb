// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/ecrx/terraform-provider-ecrx/internal/awsapi"
	"github.com/ecrx/terraform-provider-ecrx/internal/fw"
)

type model struct {
	AccessKey                      types.String `tfsdk:"access_key"`
	AllowedAccountIDs              types.Set    `tfsdk:"allowed_account_ids"`
	CustomCABundle                 types.String `tfsdk:"custom_ca_bundle"`
	EC2MetadataServiceEndpoint     types.String `tfsdk:"ec2_metadata_service_endpoint"`
	EC2MetadataServiceEndpointMode types.String `tfsdk:"ec2_metadata_service_endpoint_mode"`
	ForbiddenAccountIDs            types.Set    `tfsdk:"forbidden_account_ids"`
	HTTPProxy                      types.String `tfsdk:"http_proxy"`
	HTTPSProxy                     types.String `tfsdk:"https_proxy"`
	Insecure                       types.Bool   `tfsdk:"insecure"`
	MaxRetries                     types.Int64  `tfsdk:"max_retries"`
	NoProxy                        types.String `tfsdk:"no_proxy"`
	OrganizationID                 types.String `tfsdk:"organization_id"`
	Profile                        types.String `tfsdk:"profile"`
	Region                         types.String `tfsdk:"region"`
	RetryMode                      types.String `tfsdk:"retry_mode"`
	S3USEast1RegionalEndpoint      types.String `tfsdk:"s3_us_east_1_regional_endpoint"`
	S3UsePathStyle                 types.Bool   `tfsdk:"s3_use_path_style"`
	SecretKey                      types.String `tfsdk:"secret_key"`
	SharedConfigFiles              types.List   `tfsdk:"shared_config_files"`
	SharedCredentialsFiles         types.List   `tfsdk:"shared_credentials_files"`
	SkipCredentialsValidation      types.Bool   `tfsdk:"skip_credentials_validation"`
	SkipMetadataAPICheck           types.String `tfsdk:"skip_metadata_api_check"`
	SkipRegionValidation           types.Bool   `tfsdk:"skip_region_validation"`
	SkipRequestingAccountID        types.Bool   `tfsdk:"skip_requesting_account_id"`
	STSRegion                      types.String `tfsdk:"sts_region"`
	TagPolicyCompliance            types.String `tfsdk:"tag_policy_compliance"`
	Token                          types.String `tfsdk:"token"`
	TokenBucketRateLimiterCapacity types.Int64  `tfsdk:"token_bucket_rate_limiter_capacity"`
	UseDualStackEndpoint           types.Bool   `tfsdk:"use_dualstack_endpoint"`
	UseFIPSEndpoint                types.Bool   `tfsdk:"use_fips_endpoint"`
	UserAgent                      types.List   `tfsdk:"user_agent"`

	AssumeRole                []assumeRoleModel                `tfsdk:"assume_role"`
	AssumeRoleWithWebIdentity []assumeRoleWithWebIdentityModel `tfsdk:"assume_role_with_web_identity"`
	DefaultTags               []defaultTagsModel               `tfsdk:"default_tags"`
	Endpoints                 types.List                       `tfsdk:"endpoints"`
	IgnoreTags                []ignoreTagsModel                `tfsdk:"ignore_tags"`
}

type assumeRoleModel struct {
	Duration          types.String `tfsdk:"duration"`
	ExternalID        types.String `tfsdk:"external_id"`
	Policy            types.String `tfsdk:"policy"`
	PolicyARNs        types.Set    `tfsdk:"policy_arns"`
	RoleARN           types.String `tfsdk:"role_arn"`
	SessionName       types.String `tfsdk:"session_name"`
	SourceIdentity    types.String `tfsdk:"source_identity"`
	Tags              types.Map    `tfsdk:"tags"`
	TransitiveTagKeys types.Set    `tfsdk:"transitive_tag_keys"`
}

type assumeRoleWithWebIdentityModel struct {
	Duration             types.String `tfsdk:"duration"`
	Policy               types.String `tfsdk:"policy"`
	PolicyARNs           types.Set    `tfsdk:"policy_arns"`
	RoleARN              types.String `tfsdk:"role_arn"`
	SessionName          types.String `tfsdk:"session_name"`
	WebIdentityToken     types.String `tfsdk:"web_identity_token"`
	WebIdentityTokenFile types.String `tfsdk:"web_identity_token_file"`
}

type defaultTagsModel struct {
	Tags types.Map `tfsdk:"tags"`
}

type ignoreTagsModel struct {
	KeyPrefixes types.Set `tfsdk:"key_prefixes"`
	Keys        types.Set `tfsdk:"keys"`
}

// How long a session may last.
// https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
const (
	minSession = 15 * time.Minute
	maxSession = 12 * time.Hour
)

// config gives the provider block in plain Go.
func (m model) config(ctx context.Context, diags *diag.Diagnostics) awsapi.Config {
	c := awsapi.Config{
		Region: m.Region.ValueString(), Profile: m.Profile.ValueString(),
		AccessKey: m.AccessKey.ValueString(), SecretKey: m.SecretKey.ValueString(), Token: m.Token.ValueString(),
		SharedConfigFiles: listed(m.SharedConfigFiles), SharedCredentialsFiles: listed(m.SharedCredentialsFiles),
		AllowedAccountIDs: known(m.AllowedAccountIDs), ForbiddenAccountIDs: known(m.ForbiddenAccountIDs),
		Endpoints: m.endpoints(diags), STSRegion: m.STSRegion.ValueString(),
		RetryMode:                      m.RetryMode.ValueString(),
		TokenBucketRateLimiterCapacity: int(m.TokenBucketRateLimiterCapacity.ValueInt64()),
		HTTPProxy:                      m.HTTPProxy.ValueStringPointer(), HTTPSProxy: m.HTTPSProxy.ValueStringPointer(),
		NoProxy: m.NoProxy.ValueString(), CustomCABundle: m.CustomCABundle.ValueString(), Insecure: m.Insecure.ValueBool(),
		UseFIPSEndpoint: m.UseFIPSEndpoint.ValueBool(), UseDualStackEndpoint: m.UseDualStackEndpoint.ValueBool(),
		EC2MetadataServiceEndpoint:     m.EC2MetadataServiceEndpoint.ValueString(),
		EC2MetadataServiceEndpointMode: m.EC2MetadataServiceEndpointMode.ValueString(),
		SkipCredentialsValidation:      m.SkipCredentialsValidation.ValueBool(),
		SkipRequestingAccountID:        m.SkipRequestingAccountID.ValueBool(),
		SkipRegionValidation:           m.SkipRegionValidation.ValueBool(),
	}
	if !m.MaxRetries.IsNull() {
		retries := int(m.MaxRetries.ValueInt64())
		c.MaxRetries = &retries
	}
	if check := m.SkipMetadataAPICheck.ValueString(); check != "" {
		skip := check == "true"
		c.SkipMetadataAPICheck = &skip
	}
	for i, role := range m.AssumeRole {
		at := path.Root("assume_role").AtListIndex(i)
		c.AssumeRole = append(c.AssumeRole, awsapi.AssumeRole{
			RoleARN: role.RoleARN.ValueString(), Duration: duration(role.Duration, at, diags),
			ExternalID: role.ExternalID.ValueString(), Policy: role.Policy.ValueString(), PolicyARNs: known(role.PolicyARNs),
			SessionName: role.SessionName.ValueString(), SourceIdentity: role.SourceIdentity.ValueString(),
			Tags: mapped(ctx, role.Tags, diags), TransitiveTagKeys: known(role.TransitiveTagKeys),
		})
	}
	for i, role := range m.AssumeRoleWithWebIdentity {
		at := path.Root("assume_role_with_web_identity").AtListIndex(i)
		c.AssumeRoleWithWebIdentity = &awsapi.AssumeRoleWithWebIdentity{
			RoleARN: role.RoleARN.ValueString(), Duration: duration(role.Duration, at, diags),
			Policy: role.Policy.ValueString(), PolicyARNs: known(role.PolicyARNs), SessionName: role.SessionName.ValueString(),
			WebIdentityToken: role.WebIdentityToken.ValueString(), WebIdentityTokenFile: role.WebIdentityTokenFile.ValueString(),
		}
	}
	return c
}

func (m model) endpoints(diags *diag.Diagnostics) awsapi.Endpoints {
	urls := map[string]string{}
	var ignored []string
	for _, element := range m.Endpoints.Elements() {
		block, ok := element.(types.Object)
		if !ok {
			continue
		}
		for service, value := range block.Attributes() {
			url, ok := value.(types.String)
			if !ok || url.ValueString() == "" {
				continue
			}
			urls[service] = url.ValueString()
			if !slices.Contains(usedEndpoints(), service) {
				ignored = append(ignored, service)
			}
		}
	}
	if len(ignored) > 0 {
		slices.Sort(ignored)
		diags.AddAttributeWarning(path.Root("endpoints"), "Endpoints that aren't used",
			fmt.Sprintf("ecrx calls %s only. Without effect: %s.", strings.Join(usedEndpoints(), ", "), strings.Join(ignored, ", ")))
	}
	return awsapi.Endpoints{ECR: urls["ecr"], IAM: urls["iam"], EC2: urls["ec2"], STS: urls["sts"], Organizations: urls["organizations"]}
}

// defaultTags gives the tags of the block and, for keys it doesn't have, of the environment, as hashicorp/aws does.
func (m model) defaultTags(ctx context.Context, environment []string, diags *diag.Diagnostics) map[string]string {
	tags := map[string]string{}
	for _, variable := range environment {
		name, value, _ := strings.Cut(variable, "=")
		if key, ok := strings.CutPrefix(name, "TF_AWS_DEFAULT_TAGS_"); ok && key != "" {
			tags[key] = value
		}
	}
	for _, block := range m.DefaultTags {
		for key, value := range mapped(ctx, block.Tags, diags) {
			tags[key] = value
		}
	}
	return tags
}

func (m model) ignoreTags() fw.IgnoreTags {
	ignore := fw.IgnoreTags{
		Keys:        fromEnvironment("TF_AWS_IGNORE_TAGS_KEYS"),
		KeyPrefixes: fromEnvironment("TF_AWS_IGNORE_TAGS_KEY_PREFIXES"),
	}
	for _, block := range m.IgnoreTags {
		ignore.Keys = append(ignore.Keys, known(block.Keys)...)
		ignore.KeyPrefixes = append(ignore.KeyPrefixes, known(block.KeyPrefixes)...)
	}
	return ignore
}

func fromEnvironment(variable string) []string {
	return strings.FieldsFunc(os.Getenv(variable), func(r rune) bool { return r == ',' })
}

func known(set types.Set) []string {
	values, _ := fw.KnownStrings(set)
	return values
}

// listed keeps the order of a list, which matters for shared files.
func listed(list types.List) []string {
	var values []string
	for _, element := range list.Elements() {
		if text, ok := element.(types.String); ok {
			values = append(values, text.ValueString())
		}
	}
	return values
}

func mapped(ctx context.Context, m types.Map, diags *diag.Diagnostics) map[string]string {
	if m.IsNull() {
		return nil
	}
	values := map[string]string{}
	diags.Append(m.ElementsAs(ctx, &values, false)...)
	return values
}

func duration(value types.String, block path.Path, diags *diag.Diagnostics) time.Duration {
	if value.ValueString() == "" {
		return 0
	}
	d, err := time.ParseDuration(value.ValueString())
	if err != nil || d < minSession || d > maxSession {
		diags.AddAttributeError(block.AtName("duration"), "Invalid duration",
			fmt.Sprintf("%q is not a duration from 15 minutes to 12 hours. Write it as in \"1h\" or \"15m\".", value.ValueString()))
	}
	return d
}
