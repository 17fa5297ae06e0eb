// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package awsapi

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"
)

// WaitEndpoints waits until the endpoints are available, and gives them by id. It looks at all of them in one call a round. One that
// is rejected, failed, expired or deleted ends the wait with an error that has EC2's reason; so does the end of ctx, and one that
// EC2 doesn't show ([IsNotFound]) for longer than Timing.PropagationTimeout. What is there is given along with the error. Its progress
// is in the log.
// See https://docs.aws.amazon.com/vpc/latest/privatelink/concepts.html#concepts-endpoint-states.
func (c *Clients) WaitEndpoints(ctx context.Context, region string, ids []string) (map[string]Endpoint, error) {
	return c.waitEndpoints(ctx, region, ids, "become available", func(id string, e Endpoint, found bool, waited time.Duration) (done bool, err error) {
		switch {
		case !found && waited >= c.config.Timing.PropagationTimeout:
			return false, &Error{Service: "ec2", Operation: "DescribeVpcEndpoints", Code: codeEndpointNotFound, Message: "The Vpc Endpoint Id '" + id + "' does not exist"}
		case !found:
			return false, nil // a new one may not be seen yet
		}
		switch e.State {
		case EndpointAvailable:
			return true, nil
		case EndpointDeleting, "rejected", "failed", "expired":
			return false, fmt.Errorf("the VPC endpoint %s of %s is %s: %s", id, e.ServiceName, e.State, firstOf(e.LastError, "EC2 gives no reason"))
		default:
			return false, nil
		}
	})
}

// WaitEndpointsGone waits until the endpoints are no more, as WaitEndpoints does. It doesn't delete them.
func (c *Clients) WaitEndpointsGone(ctx context.Context, region string, ids []string) error {
	before := map[string]bool{} // failed, for another reason
	_, err := c.waitEndpoints(ctx, region, ids, "be gone", func(id string, e Endpoint, found bool, waited time.Duration) (done bool, err error) {
		failed := found && e.State == "failed" && e.LastError != ""
		before[id] = failed && (waited == 0 || before[id]) && waited < c.config.Timing.PropagationTimeout
		if failed && !before[id] {
			return false, fmt.Errorf("the VPC endpoint %s of %s couldn't be deleted: %s", id, e.ServiceName, e.LastError)
		}
		return !found, nil
	})
	return err
}

// waitEndpoints looks at endpoints until each one is done, or one fails.
func (c *Clients) waitEndpoints(
	ctx context.Context, region string, ids []string, what string, judge func(id string, e Endpoint, found bool, waited time.Duration) (done bool, err error),
) (map[string]Endpoint, error) {
	seen := map[string]Endpoint{}
	waited := time.Duration(0)
	for looks := 0; ; looks++ {
		found, err := c.EndpointsByID(ctx, region, ids)
		if err != nil {
			return seen, fmt.Errorf("waiting for VPC endpoints to %s: %w", what, err)
		}
		clear(seen)
		for _, e := range found {
			seen[e.ID] = e
		}
		var left []string
		var errs []error
		for _, id := range ids {
			e, there := seen[id]
			done, err := judge(id, e, there, waited)
			switch {
			case err != nil:
				errs = append(errs, err)
			case !done:
				left = append(left, id+" ("+firstOf(e.State, "not seen yet")+")")
			}
		}
		if len(errs) > 0 || len(left) == 0 {
			return seen, errors.Join(errs...)
		}
		c.logWait(ctx, "waiting for VPC endpoints to "+what, map[string]any{"left": left, "looks": looks + 1, "waited": waited.String()})
		pause := c.config.Timing.SecondLook << min(looks, longestPause)
		if err := c.config.Timing.Wait(ctx, pause); err != nil {
			return seen, fmt.Errorf("waiting for VPC endpoints to %s was cut off, with %s left: %w", what, strings.Join(left, ", "), err)
		}
		waited += pause
	}
}
