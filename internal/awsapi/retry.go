// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package awsapi

import (
	"context"
	"errors"
	"io"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/smithy-go"
)

// verdict says what is known about an error beyond what the SDK knows.
type verdict int

const (
	unknown     verdict = iota // the SDK decides: it retries throttling, 5xx and connection errors
	passes                     // worth a retry
	stays                      // not worth one, whatever the SDK thinks
	propagation                // passes when news has arrived, of IAM or of EC2, or never
)

// judge is the one table of errors. Each row has an example of AWS beside it.
func judge(err error) verdict {
	rows := []struct {
		code, text string
		cut        error
		verdict    verdict
	}{
		// "InvalidParameterException: Invalid parameter at 'PolicyText' failed to satisfy constraint: 'Principal not found'" for a
		// role made a second ago: https://github.com/hashicorp/terraform-provider-aws/issues/39064.
		{code: codeInvalidParameter, text: "Principal not found", verdict: propagation},
		// "InvalidParameterException: Invalid parameter at 'PolicyText' failed to satisfy constraint: 'Invalid repository policy
		// provided'", the older form of the same: https://github.com/terraform-aws-modules/terraform-aws-ecr/issues/19.
		{code: codeInvalidParameter, text: "Invalid repository policy provided", verdict: propagation},
		// "LimitExceededException: The operation did not succeed because it would have exceeded a service limit for your
		// account", which is ECR's quota of repositories; the SDK takes it for throttling.
		// https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_CreateRepository.html
		{code: "LimitExceededException", verdict: stays},
		// "MalformedPolicyDocument: Invalid principal in policy: "AWS":"arn:aws:iam::111122223333:role/ci"" for a trust policy that
		// names a role made a second ago: https://github.com/hashicorp/terraform-provider-aws/issues/1388.
		{code: "MalformedPolicyDocument", text: "Invalid principal in policy", verdict: propagation},
		// "NoSuchEntity: The role with name ci cannot be found." for a role made a second ago:
		// https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot.html (Changes that I make are not always immediately
		// visible).
		{code: codeNoSuchEntity, text: "The role with name", verdict: propagation},
		// "DeleteConflict: Cannot delete entity, must detach all policies first." a moment after the last one was detached.
		// https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteRole.html
		{code: codeDeleteConflict, verdict: propagation},
		// "ConcurrentModification: Another request updating the entity is in progress. Please try again later.":
		// https://github.com/hashicorp/terraform-provider-aws/issues/34371.
		{code: "ConcurrentModification", verdict: passes},
		// "InvalidGroup.NotFound: The security group 'sg-1a2b3c4d' does not exist" for a group made a second ago:
		// https://docs.aws.amazon.com/ec2/latest/devguide/eventual-consistency.html.
		{code: codeGroupNotFound, verdict: propagation},
		// "DependencyViolation: resource sg-1a2b3c4d has a dependent object" while a deleted endpoint's network interfaces go:
		// https://github.com/hashicorp/terraform-provider-aws/issues/24820.
		{code: "DependencyViolation", verdict: propagation},
		// "OperationInProgress: VpcEndpoint modify operation in progress": EC2 makes one change of an endpoint after the other.
		// https://github.com/hashicorp/terraform-provider-aws/issues/42875
		{code: "OperationInProgress", verdict: passes},
		// "InvalidParameter: Cannot modify VPC Endpoint vpce-1a2b3c4d at this time because there is an idempotent operation going
		// on", which is its creation: https://github.com/mongodb/terraform-provider-mongodbatlas/issues/590.
		{code: "InvalidParameter", text: "there is an idempotent operation going on", verdict: passes},
		// "ConcurrentTagAccess: You can't run simultaneous commands to modify a tag for a specific resource. Allow sufficient wait
		// time for the previous request to complete, then retry your request.":
		// https://docs.aws.amazon.com/ec2/latest/devguide/errors-overview.html. RequestLimitExceeded and the codes with HTTP 500 and
		// 503 of that page are the SDK's.
		{code: "ConcurrentTagAccess", verdict: passes},
		// "deserialization failed, … unexpected EOF": the connection broke within the answer; the SDK doesn't retry it.
		{cut: io.ErrUnexpectedEOF, verdict: passes},
		// A try of sts:GetCallerIdentity that is ended so that another may be made in time.
		{cut: errNoAnswer, verdict: passes},
	}
	api, _ := errors.AsType[smithy.APIError](err)
	for _, row := range rows {
		switch {
		case row.cut != nil && errors.Is(err, row.cut):
			return row.verdict
		case row.cut == nil && api != nil && api.ErrorCode() == row.code && strings.Contains(api.ErrorMessage(), row.text):
			return row.verdict
		}
	}
	return unknown
}

// retryer is the SDK's retryer of the configured mode with the table above.
type retryer struct{ aws.RetryerV2 }

// withTable puts the table before the retryer of aws-sdk-go-base, which is always a RetryerV2; adaptive mode needs that.
func withTable(inner aws.Retryer) aws.Retryer {
	v2, ok := inner.(aws.RetryerV2)
	if !ok {
		return inner
	}
	return retryer{v2}
}

// IsErrorRetryable follows the table, and the SDK where that is silent.
func (r retryer) IsErrorRetryable(err error) bool {
	switch judge(err) {
	case passes:
		return true
	case stays, propagation:
		return false
	default:
		return r.RetryerV2.IsErrorRetryable(err)
	}
}

// GetRetryToken asks whether another attempt may follow. The SDK asks just before it waits for that one.
func (r retryer) GetRetryToken(ctx context.Context, err error) (release func(error) error, refused error) {
	release, refused = r.RetryerV2.GetRetryToken(ctx, err)
	if call, ok := ctx.Value(attemptsKey{}).(*attempts); ok && refused == nil {
		call.retry(ctx, err)
	}
	return release, refused
}

// patience retries a call that can't be left to the SDK, since something must be looked at between its attempts.
type patience struct {
	retryer aws.Retryer
	timing  Timing

	attempts     int
	propagations int
	log          attempts
	propagated   time.Duration // waited for news so far
}

// patience begins with the first attempt.
func (c *Clients) patience(retryer aws.Retryer) patience {
	return patience{retryer: retryer, timing: c.config.Timing, log: attempts{began: time.Now()}}
}

// wait gives nil after the wait that err calls for, or else the error to give up with. A propagation error calls for a wait
// only when mayPropagate says that the call names something that could be new.
func (p *patience) wait(ctx context.Context, err error, mayPropagate bool) error {
	var delay time.Duration
	switch {
	case judge(err) == propagation:
		if !mayPropagate || p.propagated >= p.timing.PropagationTimeout {
			return err
		}
		delay = min(time.Second<<min(p.propagations, 4), p.timing.PropagationTimeout-p.propagated)
		p.propagations++
		p.propagated += delay
	case p.retryer.IsErrorRetryable(err) && p.attempts+1 < p.retryer.MaxAttempts():
		p.attempts++
		var stop error
		if delay, stop = p.retryer.RetryDelay(p.attempts, err); stop != nil {
			return err
		}
	default:
		return err
	}
	if failed, ok := errors.AsType[*Error](err); ok {
		p.log.action = failed.Service + ":" + failed.Operation
	}
	p.log.retry(ctx, err)
	if cut := p.timing.Wait(ctx, delay); cut != nil {
		return errors.Join(cut, err)
	}
	return nil
}
