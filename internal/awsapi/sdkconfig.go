// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package awsapi

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/feature/ec2/imds"
	"github.com/aws/smithy-go/logging"
	"github.com/aws/smithy-go/middleware"
	awsbase "github.com/hashicorp/aws-sdk-go-base/v2"
	"github.com/hashicorp/aws-sdk-go-base/v2/diag"
)

const (
	// defaultMaxRetries is what hashicorp/aws documents for max_retries.
	defaultMaxRetries = 25
	// keptConnections are the connections to one host that wait for the next call. Terraform works at ten objects at once, and
	// one is read by up to four calls: of the SDK's ten most would be gone when they are wanted, and each new one shakes hands.
	keptConnections = 64
)

// sdkConfig resolves credentials and settings as hashicorp/aws does, once: a failure is not remembered.
func (c *Clients) sdkConfig(ctx context.Context) (aws.Config, error) {
	return c.resolved.get(ctx, struct{}{}, func(ctx context.Context) (aws.Config, error) {
		base := c.config.base(c.Region())
		_, cfg, diags := awsbase.GetAwsConfig(ctx, &base)
		if diags.HasError() {
			return aws.Config{}, diagnosticsError(diags)
		}
		cfg.Logger = logging.Nop{} // the SDK's own goes to standard error; what matters is in the call log
		if client, ok := cfg.HTTPClient.(*awshttp.BuildableClient); ok {
			cfg.HTTPClient = client.WithTransportOptions(func(t *http.Transport) { t.MaxIdleConnsPerHost = keptConnections })
		}
		newRetryer := cfg.Retryer
		cfg.Retryer = func() aws.Retryer { return withTable(newRetryer()) }
		cfg.APIOptions = append(slices.Clip(cfg.APIOptions), func(stack *middleware.Stack) error {
			if err := stack.Initialize.Add(c.calls.middleware(), middleware.After); err != nil {
				return err
			}
			return checkAnswers(stack)
		})
		return cfg, nil
	})
}

// base is the configuration in the terms of aws-sdk-go-base, whose validation by STS is left to [Clients.Identity].
func (cfg Config) base(region string) awsbase.Config {
	base := awsbase.Config{
		AccessKey:                      cfg.AccessKey,
		CallerDocumentationURL:         "https://registry.terraform.io/providers/ecrx/ecrx/latest/docs",
		CallerName:                     "ecrx provider",
		CustomCABundle:                 cfg.CustomCABundle,
		EC2MetadataServiceEnableState:  cfg.metadataState(),
		EC2MetadataServiceEndpoint:     cfg.EC2MetadataServiceEndpoint,
		EC2MetadataServiceEndpointMode: cfg.EC2MetadataServiceEndpointMode,
		HTTPClient:                     cfg.HTTPClient,
		HTTPProxy:                      cfg.HTTPProxy,
		HTTPProxyMode:                  awsbase.HTTPProxyModeSeparate,
		HTTPSProxy:                     cfg.HTTPSProxy,
		IamEndpoint:                    cfg.Endpoints.IAM,
		Insecure:                       cfg.Insecure,
		MaxBackoff:                     cfg.Timing.MaxBackoff,
		MaxRetries:                     defaultMaxRetries,
		NoProxy:                        cfg.NoProxy,
		Profile:                        cfg.Profile,
		Region:                         region,
		RetryMode:                      aws.RetryMode(cfg.RetryMode),
		SecretKey:                      cfg.SecretKey,
		SharedConfigFiles:              cfg.SharedConfigFiles,
		SharedCredentialsFiles:         cfg.SharedCredentialsFiles,
		SkipCredsValidation:            true,
		SkipRequestingAccountId:        true,
		StsEndpoint:                    cfg.Endpoints.STS,
		StsRegion:                      cfg.STSRegion,
		SuppressDebugLog:               true, // it would log whole documents
		Token:                          cfg.Token,
		TokenBucketRateLimiterCapacity: cfg.TokenBucketRateLimiterCapacity,
		UseDualStackEndpoint:           cfg.UseDualStackEndpoint,
		UseFIPSEndpoint:                cfg.UseFIPSEndpoint,
		UserAgent: awsbase.UserAgentProducts{
			{Name: "Terraform", Version: cfg.TerraformVersion, Comment: "+https://www.terraform.io"},
			{Name: "terraform-provider-ecrx", Version: cfg.ProviderVersion, Comment: "+https://registry.terraform.io/providers/ecrx/ecrx"},
		},
	}
	if cfg.MaxRetries != nil && *cfg.MaxRetries != 0 {
		base.MaxRetries = *cfg.MaxRetries
	}
	for _, role := range cfg.AssumeRole { // an empty slice must stay nil: GetAwsConfig tells them apart
		base.AssumeRole = append(base.AssumeRole, awsbase.AssumeRole(role))
	}
	if identity := cfg.AssumeRoleWithWebIdentity; identity != nil {
		converted := awsbase.AssumeRoleWithWebIdentity(*identity)
		base.AssumeRoleWithWebIdentity = &converted
	}
	return base
}

// metadataState is skip_metadata_api_check in the SDK's terms.
func (cfg Config) metadataState() imds.ClientEnableState {
	switch {
	case cfg.SkipMetadataAPICheck == nil:
		return imds.ClientDefaultEnableState
	case *cfg.SkipMetadataAPICheck:
		return imds.ClientDisabled
	default:
		return imds.ClientEnabled
	}
}

func diagnosticsError(diags diag.Diagnostics) error {
	var all []error
	for _, d := range diags.Errors() {
		if withErr, ok := d.(diag.DiagnosticWithErr); ok && withErr.Err() != nil {
			all = append(all, fmt.Errorf("%s: %w", d.Summary(), withErr.Err()))
			continue
		}
		all = append(all, fmt.Errorf("%s: %s", d.Summary(), d.Detail()))
	}
	return errors.Join(all...)
}
