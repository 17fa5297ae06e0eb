// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package awsapi

import (
	"context"
	"maps"
	"strings"
	"sync"
	"time"

	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/smithy-go/middleware"
	"github.com/hashicorp/terraform-plugin-log/tflog"
)

// subsystem is the name of this package's log, whose level is set by TF_LOG_PROVIDER_ECRX_AWSAPI.
const subsystem = "awsapi"

// slow is how long a call may fail before the log warns of it.
const slow = time.Minute

// attempts are those of one call.
type attempts struct {
	began  time.Time
	action string // "ecr:DescribeRepositories"
	failed int
}

type attemptsKey struct{}

// retry writes a line for a failed attempt that another one follows, when it happens: a user who waits sees what for. A call that fails
// for longer than a minute is a warning.
func (a *attempts) retry(ctx context.Context, err error) {
	a.failed++
	failing := time.Since(a.began)
	fields := map[string]any{"action": a.action, "attempt": a.failed, "error": newError(err).Error(), "failing_for": failing.Round(time.Second).String()}
	if failing >= slow {
		tflog.SubsystemWarn(logger(ctx), subsystem, "an AWS call still fails, and is tried again", fields)
		return
	}
	tflog.SubsystemInfo(logger(ctx), subsystem, "an AWS call failed, and is tried again", fields)
}

func logger(ctx context.Context) context.Context {
	return tflog.NewSubsystem(ctx, subsystem, tflog.WithLevelFromEnv("TF_LOG_PROVIDER_ECRX_AWSAPI"))
}

// callLog counts the calls and writes a line for each: never what was sent or answered.
type callLog struct {
	mu     sync.Mutex
	counts map[string]int
}

// Calls gives how often each action was called so far, such as "ecr:DescribeRepositories", its retries not counted.
func (c *Clients) Calls() map[string]int {
	c.calls.mu.Lock()
	defer c.calls.mu.Unlock()
	return maps.Clone(c.calls.counts)
}

// middleware is part of every client, so that no call is forgotten.
func (l *callLog) middleware() middleware.InitializeMiddleware {
	return middleware.InitializeMiddlewareFunc("ecrx:CallLog", func(
		ctx context.Context, in middleware.InitializeInput, next middleware.InitializeHandler,
	) (middleware.InitializeOutput, middleware.Metadata, error) {
		action := strings.ToLower(awsmiddleware.GetServiceID(ctx)) + ":" + awsmiddleware.GetOperationName(ctx)
		l.count(action)
		ctx = context.WithValue(ctx, attemptsKey{}, &attempts{began: time.Now(), action: action})
		out, metadata, err := next.HandleInitialize(ctx, in)

		fields := map[string]any{"action": action, "region": awsmiddleware.GetRegion(ctx)}
		if attempts, ok := retry.GetAttemptResults(metadata); ok {
			fields["attempts"] = len(attempts.Results)
		}
		if id, ok := awsmiddleware.GetRequestIDMetadata(metadata); ok {
			fields["request_id"] = id
		}
		if err != nil {
			fields["error_code"] = newError(err).Code
		}
		tflog.SubsystemDebug(logger(ctx), subsystem, "AWS call", fields)
		return out, metadata, err
	})
}

func (l *callLog) count(action string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.counts == nil {
		l.counts = map[string]int{}
	}
	l.counts[action]++
}
