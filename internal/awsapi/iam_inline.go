// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package awsapi

import (
	"context"
	"fmt"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/iam"
)

// InlinePolicy reads an inline policy of a role, as JSON. A policy that isn't there is an error ([IsNotFound]), and so is a
// role that isn't.
// See https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetRolePolicy.html.
func (c *Clients) InlinePolicy(ctx context.Context, role, name string) (string, error) {
	var out *iam.GetRolePolicyOutput
	err := c.iamCall(ctx, func(client *iam.Client) (err error) {
		out, err = client.GetRolePolicy(ctx, &iam.GetRolePolicyInput{RoleName: &role, PolicyName: &name})
		return err
	})
	if err != nil {
		return "", err
	}
	text, err := decodedPolicy(out.PolicyDocument)
	if err != nil {
		return "", fmt.Errorf("the policy %s of role %s: %w", name, role, err)
	}
	return text, nil
}

// CreateInline adds an inline policy, which is JSON, to a role that exists. Where [Clients.PutInline] would replace a policy of
// that name, this is an error that says how to import it. When it fails after an answer was lost, the policy is removed
// again, within a minute that ctx doesn't cut off; left says that it may still be there.
func (c *Clients) CreateInline(ctx context.Context, role, name, policy string) (left bool, err error) {
	err = allOf(
		func() error { _, err := c.getRole(ctx, role); return err },
		func() error {
			_, err := c.InlinePolicy(ctx, role, name)
			switch {
			case err == nil:
				return fmt.Errorf("the role %s has a policy %s already; choose another name, or import it with the id %q", role, name, role+"/"+name)
			case IsNotFound(err):
				return nil
			}
			return err
		},
	)
	if err != nil {
		return false, err
	}
	lost, err := c.putNewInline(ctx, role, name, policy)
	if err == nil || !lost {
		return false, err
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), createTimeout)
	defer cancel()
	if undone := c.DeleteInline(ctx, role, name); undone != nil {
		return true, fmt.Errorf("%w; whether the policy was written isn't known, and it can't be removed again: %w", err, undone)
	}
	return false, err
}

// putNewInline puts the policy. The attempts are made here and not by the SDK, which tells of the last one alone: lost says
// that any of them may have written it, such as one whose answer was lost before the next was denied.
func (c *Clients) putNewInline(ctx context.Context, role, name, policy string) (lost bool, err error) {
	options, err := c.iamOptions(ctx)
	if err != nil {
		return false, err
	}
	patience := c.patience(options.Retryer)
	for {
		err := c.iamCall(ctx, func(client *iam.Client) error {
			_, err := client.PutRolePolicy(ctx, putRolePolicy(role, name, policy), iamOnlyOnce)
			return err
		})
		if err == nil {
			return false, nil
		}
		lost = lost || mayHaveReachedAWS(err)
		// The role is there, so what says otherwise hasn't heard of it yet.
		if err := patience.wait(ctx, err, true); err != nil {
			return lost, err
		}
	}
}

// RemoveInline is [Clients.DeleteInline], and returns when IAM neither gives nor lists the policy any more, so that a role that
// is deleted next doesn't seem to hold it. That is a favour to what comes next: that it can't be seen, is cut off or takes
// longer than Timing.PropagationTimeout is no error, since the policy is deleted.
func (c *Clients) RemoveInline(ctx context.Context, role, name string) error {
	if err := c.DeleteInline(ctx, role, name); err != nil {
		return err
	}
	_ = c.waitSteady(ctx, "the inline policy "+name+", removed from the role "+role+",", 0, func() (differs string, err error) {
		return c.inlineLeft(ctx, role, name)
	})
	return nil
}

// inlineLeft says where IAM still shows an inline policy; "" when nowhere, or when there is no such role.
func (c *Clients) inlineLeft(ctx context.Context, role, name string) (where string, err error) {
	var listed []string
	given := false
	err = allOf(
		func() (err error) { listed, err = c.listInline(ctx, role); return unlessGone(err) },
		func() error {
			_, err := c.InlinePolicy(ctx, role, name)
			given = err == nil
			return unlessGone(err)
		},
	)
	switch {
	case given:
		return "the policy itself", err
	case slices.Contains(listed, name):
		return "the list of policies", err
	}
	return "", err
}
