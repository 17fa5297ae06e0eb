// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package awsapi

import (
	"context"
	"maps"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"
)

// UpdateRole sets the description and the longest session, in seconds. IAM resets what a call leaves out, so both are
// always sent: give the present value of the one that doesn't change.
// See https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateRole.html.
func (c *Clients) UpdateRole(ctx context.Context, name, description string, maxSession int32) error {
	return c.iamCall(ctx, func(client *iam.Client) error {
		_, err := client.UpdateRole(ctx, &iam.UpdateRoleInput{RoleName: &name, Description: &description, MaxSessionDuration: &maxSession})
		return err
	})
}

// UpdateTrust replaces the trust policy, which is JSON. A principal that IAM doesn't know yet is waited for.
// See https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateAssumeRolePolicy.html.
func (c *Clients) UpdateTrust(ctx context.Context, name, trustPolicy string) error {
	options, err := c.iamOptions(ctx)
	if err != nil {
		return err
	}
	patience := c.patience(options.Retryer)
	for {
		err := c.iamCall(ctx, func(client *iam.Client) error {
			_, err := client.UpdateAssumeRolePolicy(ctx, &iam.UpdateAssumeRolePolicyInput{RoleName: &name, PolicyDocument: &trustPolicy}, iamOnlyOnce)
			return err
		})
		if err == nil {
			return nil
		}
		if err := patience.wait(ctx, err, namesNews(trustPolicy) && !IsNotFound(err)); err != nil {
			return trustError(err, patience.propagated)
		}
	}
}

// PutInline adds an inline policy, which is JSON, or replaces the one of that name.
// See https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutRolePolicy.html.
func (c *Clients) PutInline(ctx context.Context, role, name, policy string) error {
	return c.iamCall(ctx, func(client *iam.Client) error {
		_, err := client.PutRolePolicy(ctx, putRolePolicy(role, name, policy))
		return err
	})
}

func putRolePolicy(role, name, policy string) *iam.PutRolePolicyInput {
	return &iam.PutRolePolicyInput{RoleName: &role, PolicyName: &name, PolicyDocument: &policy}
}

// DeleteInline deletes an inline policy. One that isn't there is no error, nor is a role that isn't.
// See https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteRolePolicy.html.
func (c *Clients) DeleteInline(ctx context.Context, role, name string) error {
	err := c.iamCall(ctx, func(client *iam.Client) error {
		_, err := client.DeleteRolePolicy(ctx, &iam.DeleteRolePolicyInput{RoleName: &role, PolicyName: &name})
		return err
	})
	return deleted(err, func() (bool, error) {
		_, err := c.InlinePolicy(ctx, role, name)
		return true, err
	})
}

// AttachManaged attaches a managed policy. One that is attached already is no error.
// See https://docs.aws.amazon.com/IAM/latest/APIReference/API_AttachRolePolicy.html.
func (c *Clients) AttachManaged(ctx context.Context, role, policyARN string) error {
	return c.iamCall(ctx, func(client *iam.Client) error {
		_, err := client.AttachRolePolicy(ctx, &iam.AttachRolePolicyInput{RoleName: &role, PolicyArn: &policyARN})
		return err
	})
}

// DetachManaged detaches a managed policy. One that isn't attached is no error, nor is a role that isn't there.
// See https://docs.aws.amazon.com/IAM/latest/APIReference/API_DetachRolePolicy.html.
func (c *Clients) DetachManaged(ctx context.Context, role, policyARN string) error {
	err := c.iamCall(ctx, func(client *iam.Client) error {
		_, err := client.DetachRolePolicy(ctx, &iam.DetachRolePolicyInput{RoleName: &role, PolicyArn: &policyARN})
		return err
	})
	return deleted(err, func() (bool, error) {
		attached, err := c.listManaged(ctx, role)
		return slices.Contains(attached, policyARN), err
	})
}

// SetBoundary makes a managed policy the role's permissions boundary; "" removes it, and it is no error when there is none.
// See https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutRolePermissionsBoundary.html and
// https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteRolePermissionsBoundary.html.
func (c *Clients) SetBoundary(ctx context.Context, role, policyARN string) error {
	if policyARN == "" {
		err := c.iamCall(ctx, func(client *iam.Client) error {
			_, err := client.DeleteRolePermissionsBoundary(ctx, &iam.DeleteRolePermissionsBoundaryInput{RoleName: &role})
			return err
		})
		return unlessGone(err)
	}
	return c.iamCall(ctx, func(client *iam.Client) error {
		_, err := client.PutRolePermissionsBoundary(ctx, &iam.PutRolePermissionsBoundaryInput{RoleName: &role, PermissionsBoundary: &policyARN})
		return err
	})
}

// TagRole adds tags, or changes their values. Without tags it makes no call.
// See https://docs.aws.amazon.com/IAM/latest/APIReference/API_TagRole.html.
func (c *Clients) TagRole(ctx context.Context, role string, tags map[string]string) error {
	if len(tags) == 0 {
		return nil
	}
	return c.iamCall(ctx, func(client *iam.Client) error {
		_, err := client.TagRole(ctx, &iam.TagRoleInput{RoleName: &role, Tags: roleTags(tags)})
		return err
	})
}

// UntagRole removes tags by their keys. Without keys it makes no call.
// See https://docs.aws.amazon.com/IAM/latest/APIReference/API_UntagRole.html.
func (c *Clients) UntagRole(ctx context.Context, role string, keys []string) error {
	if len(keys) == 0 {
		return nil
	}
	return c.iamCall(ctx, func(client *iam.Client) error {
		_, err := client.UntagRole(ctx, &iam.UntagRoleInput{RoleName: &role, TagKeys: keys})
		return err
	})
}

// iamWrite makes a call about a role again while that role's own news may be on the way: known says that it does exist.
func (c *Clients) iamWrite(ctx context.Context, known bool, call func(*iam.Client) error) error {
	patience := c.patience(aws.NopRetryer{}) // the client's own retryer sees to the rest
	for {
		err := c.iamCall(ctx, call)
		if err == nil {
			return nil
		}
		if err := patience.wait(ctx, err, known); err != nil {
			return err
		}
	}
}

func unlessGone(err error) error {
	if IsNotFound(err) {
		return nil
	}
	return err
}

func roleTags(tags map[string]string) []types.Tag {
	var list []types.Tag
	for _, key := range slices.Sorted(maps.Keys(tags)) {
		list = append(list, types.Tag{Key: aws.String(key), Value: aws.String(tags[key])})
	}
	return list
}

// iamOnlyOnce leaves the retries of a call to the caller.
func iamOnlyOnce(o *iam.Options) { o.Retryer = aws.NopRetryer{} }
