// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package awsapi

import (
	"context"
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ecr"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/organizations"
)

// Clients makes the calls to AWS for one provider instance. It is safe for concurrent use.
//
// It holds the options of the SDK's clients, not the clients: the framework passes Clients around as `any`, which would keep
// every method of every client within its reach in the binary. Making a client from its options takes microseconds, and
// the retryer, the connections and the credentials are in the options.
type Clients struct {
	config       Config
	region       func() string
	resolved     memo[struct{}, aws.Config]
	caller       memo[struct{}, Identity]
	organization memo[struct{}, string]
	paths        memo[string, string]
	registries   memo[string, registryPolicy]
	issuers      memo[string, string]
	roles        memo[string, FoundRole]
	roleIDs      memo[struct{}, map[string]string]
	services     memo[string, []EndpointService]
	prefixLists  memo[prefixListKey, string]
	descriptions loader
	listings     *listings
	policyLocks  keyedMutex[RepositoryKey]
	calls        callLog

	mu  sync.Mutex
	ecr map[string]ecr.Options
	ec2 map[string]ec2.Options
	iam *iam.Options // nil: not asked for yet
}

// New gives the clients of one provider instance. It makes no call and reads no file.
func New(cfg Config) *Clients {
	cfg.Timing = cfg.Timing.orDefaults()
	c := &Clients{
		config: cfg,
		region: sync.OnceValue(cfg.resolveRegion),
		ecr:    map[string]ecr.Options{},
		ec2:    map[string]ec2.Options{},
	}
	c.resolved.timeout = cfg.Timing.FetchTimeout
	c.caller.timeout, c.caller.keep = cfg.Timing.FetchTimeout, identityKept
	c.organization.timeout = cfg.Timing.FetchTimeout
	c.paths.timeout = cfg.Timing.FetchTimeout
	c.registries.timeout = cfg.Timing.FetchTimeout
	c.issuers.timeout = cfg.Timing.FetchTimeout
	c.roles.timeout = cfg.Timing.FetchTimeout
	c.roleIDs.timeout = cfg.Timing.FetchTimeout
	c.services.timeout = cfg.Timing.FetchTimeout
	c.prefixLists.timeout = cfg.Timing.FetchTimeout
	c.descriptions = loader{window: cfg.Timing.BatchWindow, timeout: cfg.Timing.FetchTimeout, fetch: c.describeRepositories}
	c.listings = newListings(cfg.Timing.FetchTimeout, c.listRepositories)
	return c
}

// ecrCall makes a call to ECR in a Region, "" being the provider's. Its errors are of type [*Error] when AWS was called. It is
// not generic over the call: a generic function's dictionary would hold the client's type, for the same cost.
func (c *Clients) ecrCall(ctx context.Context, region string, call func(*ecr.Client) error) error {
	options, err := c.ecrOptions(ctx, region)
	if err != nil {
		return err
	}
	if err := call(ecr.New(options)); err != nil {
		return newError(err)
	}
	return nil
}

// ecrOptions are the options of the ECR client in a Region, once the account is admitted.
func (c *Clients) ecrOptions(ctx context.Context, region string) (ecr.Options, error) {
	region, err := c.regionOf(region)
	if err != nil {
		return ecr.Options{}, err
	}
	if err := c.admit(ctx, region); err != nil {
		return ecr.Options{}, err
	}
	cfg, err := c.sdkConfig(ctx)
	if err != nil {
		return ecr.Options{}, err
	}

	c.mu.Lock()
	defer c.mu.Unlock()
	options, ok := c.ecr[region]
	if !ok {
		options = ecr.NewFromConfig(cfg, func(o *ecr.Options) {
			o.Region = region
			if endpoint := c.config.Endpoints.ECR; endpoint != "" {
				o.BaseEndpoint = &endpoint
				o.EndpointOptions.UseFIPSEndpoint = aws.FIPSEndpointStateDisabled
				o.EndpointOptions.UseDualStackEndpoint = aws.DualStackEndpointStateDisabled
			}
		}).Options()
		c.ecr[region] = options
	}
	return options, nil
}

// ec2Call makes a call to EC2 in a Region, "" being the provider's. Its errors are of type [*Error] when AWS was called. EC2's client
// is the largest of all: 30 MB, were it within reach of an interface or of a generic function.
func (c *Clients) ec2Call(ctx context.Context, region string, call func(*ec2.Client) error) error {
	options, err := c.ec2Options(ctx, region)
	if err != nil {
		return err
	}
	if err := call(ec2.New(options)); err != nil {
		return newError(err)
	}
	return nil
}

// ec2Options are the options of the EC2 client in a Region, once the account is admitted.
func (c *Clients) ec2Options(ctx context.Context, region string) (ec2.Options, error) {
	region, err := c.regionOf(region)
	if err != nil {
		return ec2.Options{}, err
	}
	if err := c.admit(ctx, region); err != nil {
		return ec2.Options{}, err
	}
	cfg, err := c.sdkConfig(ctx)
	if err != nil {
		return ec2.Options{}, err
	}

	c.mu.Lock()
	defer c.mu.Unlock()
	options, ok := c.ec2[region]
	if !ok {
		options = ec2.NewFromConfig(cfg, func(o *ec2.Options) {
			o.Region = region
			if endpoint := c.config.Endpoints.EC2; endpoint != "" {
				o.BaseEndpoint = &endpoint
				o.EndpointOptions.UseFIPSEndpoint = aws.FIPSEndpointStateDisabled
				o.EndpointOptions.UseDualStackEndpoint = aws.DualStackEndpointStateDisabled
			}
		}).Options()
		c.ec2[region] = options
	}
	return options, nil
}

// iamCall makes a call to IAM, which is one for all Regions of a partition. Its errors are of type [*Error] when AWS was called.
func (c *Clients) iamCall(ctx context.Context, call func(*iam.Client) error) error {
	options, err := c.iamOptions(ctx)
	if err != nil {
		return err
	}
	if err := call(iam.New(options)); err != nil {
		return newError(err)
	}
	return nil
}

// iamOptions are the options of the IAM client, whose endpoint follows from the partition of the provider's Region, once
// the account is admitted.
func (c *Clients) iamOptions(ctx context.Context) (iam.Options, error) {
	region, err := c.regionOf("")
	if err != nil {
		return iam.Options{}, err
	}
	if err := c.admit(ctx, region); err != nil {
		return iam.Options{}, err
	}
	cfg, err := c.sdkConfig(ctx)
	if err != nil {
		return iam.Options{}, err
	}

	c.mu.Lock()
	defer c.mu.Unlock()
	if c.iam == nil {
		options := iam.NewFromConfig(cfg, func(o *iam.Options) {
			o.Region = region
			if endpoint := c.config.Endpoints.IAM; endpoint != "" {
				o.BaseEndpoint = &endpoint
				o.EndpointOptions.UseFIPSEndpoint = aws.FIPSEndpointStateDisabled
				o.EndpointOptions.UseDualStackEndpoint = aws.DualStackEndpointStateDisabled
			}
		}).Options()
		c.iam = &options
	}
	return *c.iam, nil
}

// organizationsCall makes a call to Organizations, whose endpoint follows from the partition of the provider's Region.
func (c *Clients) organizationsCall(ctx context.Context, call func(*organizations.Client) error) error {
	region, err := c.regionOf("")
	if err != nil {
		return err
	}
	if err := c.admit(ctx, region); err != nil {
		return err
	}
	cfg, err := c.sdkConfig(ctx)
	if err != nil {
		return err
	}
	client := organizations.NewFromConfig(cfg, func(o *organizations.Options) {
		o.Region = region
		if endpoint := c.config.Endpoints.Organizations; endpoint != "" {
			o.BaseEndpoint = &endpoint
			o.EndpointOptions.UseFIPSEndpoint = aws.FIPSEndpointStateDisabled
			o.EndpointOptions.UseDualStackEndpoint = aws.DualStackEndpointStateDisabled
		}
	})
	if err := call(client); err != nil {
		return newError(err)
	}
	return nil
}
