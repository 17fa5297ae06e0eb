// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package awsapi

import (
	"context"
	"errors"
	"fmt"
	"net"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/arn"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/smithy-go/middleware"
)

// ErrAccountUnknown is what [Clients.Identity] gives under skip_requesting_account_id.
var ErrAccountUnknown = errors.New("the AWS account is not known, since the provider has skip_requesting_account_id = true")

// errNoAnswer ends a try that takes too long.
var errNoAnswer = errors.New("no answer within " + identityTry.String())

// Identity is the answer of sts:GetCallerIdentity.
type Identity struct {
	AccountID, Partition, ARN, UserID string
}

// STS is asked in every plan, so one that doesn't answer may not hold up the plan: at most 15 seconds, the tries and the pauses
// between them together. A failure answers all who ask within twice the time that it took.
const (
	identityTries   = 4
	identityTry     = 3 * time.Second
	identityBackoff = 500 * time.Millisecond
	identityKept    = 2
)

// Identity tells who calls. STS is asked once per instance; a failure is remembered only as long as it takes many who ask in turn. It is an error when the account is
// forbidden or not among those allowed. Under skip_requesting_account_id STS is asked only if there are such lists;
// otherwise the error is [ErrAccountUnknown].
// See https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html.
func (c *Clients) Identity(ctx context.Context) (Identity, error) {
	if c.config.SkipRequestingAccountID && len(c.config.AllowedAccountIDs)+len(c.config.ForbiddenAccountIDs) == 0 {
		return Identity{}, ErrAccountUnknown
	}
	caller, err := c.caller.get(ctx, struct{}{}, c.callerIdentity)
	if err != nil {
		return Identity{}, fmt.Errorf("asking STS for the caller's account: %w", err)
	}
	return caller, c.config.verifyAccount(caller.AccountID)
}

func (c *Clients) callerIdentity(ctx context.Context) (Identity, error) {
	region, err := c.regionOf(c.config.STSRegion)
	if err != nil {
		return Identity{}, err
	}
	cfg, err := c.sdkConfig(ctx)
	if err != nil {
		return Identity{}, err
	}
	client := sts.NewFromConfig(cfg, func(o *sts.Options) {
		o.Region = region
		if endpoint := c.config.Endpoints.STS; endpoint != "" {
			o.BaseEndpoint = &endpoint
			o.EndpointOptions.UseFIPSEndpoint = aws.FIPSEndpointStateDisabled
			o.EndpointOptions.UseDualStackEndpoint = aws.DualStackEndpointStateDisabled
		}
	})
	out, err := client.GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{}, impatient)
	if err != nil {
		return Identity{}, newError(err)
	}
	parsed, err := arn.Parse(aws.ToString(out.Arn))
	if err != nil {
		return Identity{}, fmt.Errorf("the caller's ARN %q: %w", aws.ToString(out.Arn), err)
	}
	return Identity{
		AccountID: aws.ToString(out.Account),
		Partition: parsed.Partition,
		ARN:       aws.ToString(out.Arn),
		UserID:    aws.ToString(out.UserId),
	}, nil
}

// impatient bounds the tries of a call, and each of them. A connection has its own bound, the shorter one, so that an STS that is out of
// reach is told from one that doesn't answer.
func impatient(o *sts.Options) {
	tries := min(identityTries, o.Retryer.MaxAttempts())
	o.Retryer = withTable(retry.NewStandard(func(standard *retry.StandardOptions) {
		standard.MaxAttempts, standard.MaxBackoff = tries, identityBackoff
	}))
	if client, ok := o.HTTPClient.(*awshttp.BuildableClient); ok {
		o.HTTPClient = client.WithDialerOptions(func(d *net.Dialer) { d.Timeout = identityTry - time.Second })
	}
	o.APIOptions = append(slices.Clip(o.APIOptions), func(stack *middleware.Stack) error {
		return stack.Finalize.Insert(middleware.FinalizeMiddlewareFunc("ecrx:OneTry", func(
			ctx context.Context, in middleware.FinalizeInput, next middleware.FinalizeHandler,
		) (middleware.FinalizeOutput, middleware.Metadata, error) {
			ctx, cancel := context.WithTimeoutCause(ctx, identityTry, errNoAnswer)
			defer cancel()
			out, metadata, err := next.HandleFinalize(ctx, in)
			if err != nil && errors.Is(context.Cause(ctx), errNoAnswer) {
				err = errNoAnswer
			}
			return out, metadata, err
		}), "Retry", middleware.After)
	})
}

func (cfg Config) verifyAccount(account string) error {
	switch {
	case slices.Contains(cfg.ForbiddenAccountIDs, account):
		return fmt.Errorf("the credentials are of AWS account %s, which the provider's forbidden_account_ids lists", account)
	case len(cfg.AllowedAccountIDs) > 0 && !slices.Contains(cfg.AllowedAccountIDs, account):
		return fmt.Errorf("the credentials are of AWS account %s; the provider's allowed_account_ids has only %s", account, strings.Join(cfg.AllowedAccountIDs, ", "))
	default:
		return nil
	}
}

// admit keeps calls from an account that isn't allowed, and from a Region of a partition that the credentials aren't for.
func (c *Clients) admit(ctx context.Context, region string) error {
	caller, err := c.Identity(ctx)
	lists := len(c.config.AllowedAccountIDs) + len(c.config.ForbiddenAccountIDs)
	if errors.Is(err, ErrAccountUnknown) || (lists == 0 && IsUnreachable(err)) {
		return nil
	}
	if err != nil {
		return err
	}
	if partition, known := PartitionOf(region); known && partition != caller.Partition && !c.config.SkipRegionValidation {
		return fmt.Errorf("the Region %s is in partition %s, but the credentials are for %s (%s)", region, partition, caller.Partition, caller.ARN)
	}
	return nil
}
