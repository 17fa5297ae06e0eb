// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package awsapi

import (
	"context"
	"net/http"
	"time"
)

// Config is the provider block in plain Go: a field for every argument, with the meaning that hashicorp/aws gives it. The
// zero value of a field means that the argument is not set.
type Config struct {
	Region                 string
	Profile                string
	AccessKey              string
	SecretKey              string
	Token                  string
	SharedConfigFiles      []string
	SharedCredentialsFiles []string

	AssumeRole                []AssumeRole // assumed one after the other
	AssumeRoleWithWebIdentity *AssumeRoleWithWebIdentity

	AllowedAccountIDs   []string
	ForbiddenAccountIDs []string

	Endpoints Endpoints
	STSRegion string

	MaxRetries                     *int   // nil and 0: 25
	RetryMode                      string // "standard" or "adaptive"
	TokenBucketRateLimiterCapacity int

	HTTPProxy      *string // nil: from the environment; "": none
	HTTPSProxy     *string // nil: from the environment; "": none
	NoProxy        string
	CustomCABundle string
	Insecure       bool

	UseFIPSEndpoint      bool
	UseDualStackEndpoint bool

	EC2MetadataServiceEndpoint     string
	EC2MetadataServiceEndpointMode string // "IPv4" or "IPv6"
	SkipMetadataAPICheck           *bool  // nil: the SDK decides

	SkipCredentialsValidation bool // accepted as in hashicorp/aws; nothing is validated here apart from the account
	SkipRequestingAccountID   bool
	SkipRegionValidation      bool

	ProviderVersion  string // for the user agent
	TerraformVersion string // for the user agent

	Timing     Timing
	HTTPClient *http.Client // for tests; nil: built from the fields above
}

// AssumeRole is one assume_role block.
type AssumeRole struct {
	RoleARN           string
	Duration          time.Duration
	ExternalID        string
	Policy            string
	PolicyARNs        []string
	SessionName       string
	SourceIdentity    string
	Tags              map[string]string
	TransitiveTagKeys []string
}

// AssumeRoleWithWebIdentity is the assume_role_with_web_identity block.
type AssumeRoleWithWebIdentity struct {
	RoleARN              string
	Duration             time.Duration
	Policy               string
	PolicyARNs           []string
	SessionName          string
	WebIdentityToken     string
	WebIdentityTokenFile string
}

// Endpoints holds the endpoint URLs of the endpoints block; "" is the SDK's own choice, which follows AWS_ENDPOINT_URL.
type Endpoints struct {
	ECR, IAM, EC2, STS, Organizations string
}

// Timing holds the waits of this package, so that tests need not wait. A zero field means its default.
type Timing struct {
	Wait               func(ctx context.Context, d time.Duration) error // nil: by the machine's clock
	BatchWindow        time.Duration                                    // how long a description waits for company: 10 ms
	FetchTimeout       time.Duration                                    // how long a call shared by several readers may take: 5 min
	SecondLook         time.Duration                                    // from a write to its second look, to which up to a quarter may be added: 1 s
	PropagationTimeout time.Duration                                    // how long IAM's and EC2's news may take to arrive, at ECR and in themselves: 2 min
	MaxBackoff         time.Duration                                    // the longest wait between two attempts of one call: 20 s
	SteadyReads        int                                              // how many reads of a role in a row must agree before it counts as known: 3
}

// orDefaults fills the zero fields.
func (t Timing) orDefaults() Timing {
	if t.Wait == nil {
		t.Wait = wait
	}
	t.BatchWindow = orDefault(t.BatchWindow, 10*time.Millisecond)
	t.FetchTimeout = orDefault(t.FetchTimeout, 5*time.Minute)
	t.SecondLook = orDefault(t.SecondLook, time.Second)
	t.PropagationTimeout = orDefault(t.PropagationTimeout, 2*time.Minute)
	t.MaxBackoff = orDefault(t.MaxBackoff, 20*time.Second)
	t.SteadyReads = orDefault(t.SteadyReads, 3)
	return t
}

func orDefault[T comparable](value, byDefault T) T {
	if value == *new(T) {
		return byDefault
	}
	return value
}

func wait(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}
