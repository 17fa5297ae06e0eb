// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package awsapi

import (
	"context"
	"time"
)

// WaitRole reads the role until IAM gives back what was written, several times in a row, and then waits settle, so that what
// comes next can assume the role or pass it. What the role holds beyond wanted is others', and isn't waited for; an empty
// ARN or UniqueID, a MaxSessionDuration of 0 and the CreateDate aren't compared. The wait ends with ctx, or with an error that
// names what IAM still gives otherwise when that takes longer than Timing.PropagationTimeout. Its progress is in the log.
// See https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot.html (Changes that I make are not always immediately
// visible).
func (c *Clients) WaitRole(ctx context.Context, wanted Role, settle time.Duration) error {
	return errNotYet
}
