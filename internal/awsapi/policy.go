// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package awsapi

import (
	"context"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecr"
)

// policyRounds is how often an edit is made again after somebody else's write took it away.
const policyRounds = 10

// PolicyEdit turns the policy that is live ("" for none) into the one that is wanted ("" to delete it). When the live one is
// right, it gives that very text. So it is idempotent, and says of a policy that is read back whether the edit stands.
// written tells whether an earlier write of this edit may have reached ECR, so that what is live may be its own.
type PolicyEdit func(live string, written bool) (want string, err error)

// EditOptions are the choices of one edit of a repository policy.
type EditOptions struct {
	Force           bool // also set a policy that keeps the caller from setting another
	FreshRepository bool // this very create made the repository: no first read, and one look at what was written
}

// RepositoryPolicy gives the repository's policy, "" when it has none.
// See https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_GetRepositoryPolicy.html.
func (c *Clients) RepositoryPolicy(ctx context.Context, key RepositoryKey) (string, error) {
	var out *ecr.GetRepositoryPolicyOutput
	err := c.ecrCall(ctx, key.Region, func(client *ecr.Client) (err error) {
		out, err = client.GetRepositoryPolicy(ctx, &ecr.GetRepositoryPolicyInput{
			RegistryId:     optional(key.RegistryID),
			RepositoryName: &key.Name,
		})
		return err
	})
	if hasCode(err, codePolicyNotFound) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	return aws.ToString(out.PolicyText), nil
}

// EditRepositoryPolicy reads the repository's policy, edits it, writes it when that changes it, and reads it back: at once, and
// again after a while that is longer than others take from reading to writing. If somebody else's write took the edit away,
// it is made again. The policy is given as last seen, and whether it may have been written, also with an error.
//
// ECR has no conditional write, so this repairs what concurrent writers do to each other, and can't rule it out. Within a
// provider instance, edits of one repository wait for each other. A principal that ECR doesn't know yet is waited for.
// See https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_SetRepositoryPolicy.html.
func (c *Clients) EditRepositoryPolicy(ctx context.Context, key RepositoryKey, edit PolicyEdit, opts EditOptions) (live string, written bool, err error) {
	unlock, err := c.lockPolicy(ctx, key)
	if err != nil {
		return "", false, err
	}
	defer unlock()

	if !opts.FreshRepository {
		if live, err = c.RepositoryPolicy(ctx, key); err != nil {
			return "", false, err
		}
	}
	for range policyRounds {
		var wrote bool
		live, wrote, err = c.writePolicy(ctx, key, live, edit, written, opts.Force)
		written = written || wrote
		if err != nil || !wrote {
			return live, written, err
		}
		var stands bool
		live, stands, err = c.lookAtPolicy(ctx, key, live, edit, opts)
		if err != nil || stands {
			return live, written, err
		}
	}
	return live, written, fmt.Errorf("the policy of repository %s was written %d times, and each time somebody else's write took statements away again; "+
		"find what else writes this policy, and apply again", key.Name, policyRounds)
}

// writePolicy edits and writes until AWS takes it. What is written always follows from a reading just before: after a
// failed attempt the policy is read again.
func (c *Clients) writePolicy(ctx context.Context, key RepositoryKey, live string, edit PolicyEdit, written, force bool) (_ string, wrote bool, err error) {
	options, err := c.ecrOptions(ctx, key.Region)
	if err != nil {
		return live, false, err
	}
	patience := c.patience(options.Retryer)
	for {
		want, err := edit(live, written || wrote)
		if err != nil || want == live {
			return live, wrote, err
		}
		failed := c.setPolicyOnce(ctx, key, want, force)
		if failed == nil {
			return want, true, nil
		}
		wrote = wrote || mayHaveReachedAWS(failed)
		if isUndocumented(failed) {
			now, stands, err := c.readBack(ctx, key, edit)
			switch {
			case err != nil:
				return live, wrote, fmt.Errorf("%w; whether the policy was written isn't known, since it can't be read back: %w", failed, err)
			case !stands:
				return now, wrote, failed
			}
			return now, wrote, nil
		}
		principals := namedPrincipals(want)
		if err := patience.wait(ctx, failed, len(principals) > 0); err != nil {
			return live, wrote, principalsError(err, principals, patience.propagated)
		}
		if live, err = c.RepositoryPolicy(ctx, key); err != nil {
			return "", wrote, err
		}
	}
}

// setPolicyOnce sets the policy, or deletes it when want is "".
func (c *Clients) setPolicyOnce(ctx context.Context, key RepositoryKey, want string, force bool) error {
	if want == "" {
		err := c.ecrCall(ctx, key.Region, func(client *ecr.Client) error {
			_, err := client.DeleteRepositoryPolicy(ctx, &ecr.DeleteRepositoryPolicyInput{
				RegistryId:     optional(key.RegistryID),
				RepositoryName: &key.Name,
			}, onlyOnce)
			return err
		})
		if hasCode(err, codePolicyNotFound) {
			return nil
		}
		return err
	}
	return c.ecrCall(ctx, key.Region, func(client *ecr.Client) error {
		_, err := client.SetRepositoryPolicy(ctx, &ecr.SetRepositoryPolicyInput{
			RegistryId:     optional(key.RegistryID),
			RepositoryName: &key.Name,
			PolicyText:     &want,
			Force:          force,
		}, onlyOnce)
		return err
	})
}

// lookAtPolicy says whether the edit stands. A policy that was forced may keep its own caller from reading it, and stands then.
func (c *Clients) lookAtPolicy(ctx context.Context, key RepositoryKey, written string, edit PolicyEdit, opts EditOptions) (live string, stands bool, err error) {
	live, stands, err = c.readBack(ctx, key, edit)
	if opts.Force && IsAccessDenied(err) {
		return written, true, nil
	}
	if err != nil {
		return written, false, fmt.Errorf("the policy of repository %s was written, but can't be read back: %w", key.Name, err)
	}
	if !stands || opts.FreshRepository {
		return live, stands, nil
	}
	second := c.config.Timing.SecondLook
	if err := c.config.Timing.Wait(ctx, second+rand.N(second/4+time.Nanosecond)); err != nil {
		return live, false, fmt.Errorf("the policy of repository %s was written and stood, but the second look for concurrent writers was cut off: %w", key.Name, err)
	}
	again, stands, err := c.readBack(ctx, key, edit)
	if err != nil {
		return live, false, fmt.Errorf("the policy of repository %s was written and stood, but the second look for concurrent writers failed: %w", key.Name, err)
	}
	return again, stands, nil
}

func (c *Clients) readBack(ctx context.Context, key RepositoryKey, edit PolicyEdit) (live string, stands bool, err error) {
	live, err = c.RepositoryPolicy(ctx, key)
	if err != nil {
		return "", false, err
	}
	want, err := edit(live, true)
	return live, want == live, err
}

// lockPolicy makes the edits of one repository wait for each other, however its Region and registry are written.
func (c *Clients) lockPolicy(ctx context.Context, key RepositoryKey) (unlock func(), err error) {
	if key.Region, err = c.regionOf(key.Region); err != nil {
		return nil, err
	}
	if caller, err := c.Identity(ctx); err == nil && key.RegistryID == caller.AccountID {
		key.RegistryID = ""
	}
	return c.policyLocks.lock(ctx, key)
}
