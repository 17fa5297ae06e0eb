// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package awsapi

import (
	"context"
	"errors"
)

var errNotYet = errors.New("not yet")

// UpdateRole sets the description and the longest session, in seconds. IAM resets what a call leaves out, so both are
// always sent: give the present value of the one that doesn't change.
// See https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateRole.html.
func (c *Clients) UpdateRole(ctx context.Context, name, description string, maxSession int32) error {
	return errNotYet
}

// UpdateTrust replaces the trust policy, which is JSON. A principal that IAM doesn't know yet is waited for.
// See https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateAssumeRolePolicy.html.
func (c *Clients) UpdateTrust(ctx context.Context, name, trustPolicy string) error {
	return errNotYet
}

// PutInline adds an inline policy, which is JSON, or replaces the one of that name.
// See https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutRolePolicy.html.
func (c *Clients) PutInline(ctx context.Context, role, name, policy string) error {
	return errNotYet
}

// DeleteInline deletes an inline policy. One that isn't there is no error, nor is a role that isn't.
// See https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteRolePolicy.html.
func (c *Clients) DeleteInline(ctx context.Context, role, name string) error {
	return errNotYet
}

// AttachManaged attaches a managed policy. One that is attached already is no error.
// See https://docs.aws.amazon.com/IAM/latest/APIReference/API_AttachRolePolicy.html.
func (c *Clients) AttachManaged(ctx context.Context, role, policyARN string) error {
	return errNotYet
}

// DetachManaged detaches a managed policy. One that isn't attached is no error, nor is a role that isn't there.
// See https://docs.aws.amazon.com/IAM/latest/APIReference/API_DetachRolePolicy.html.
func (c *Clients) DetachManaged(ctx context.Context, role, policyARN string) error {
	return errNotYet
}

// SetBoundary makes a managed policy the role's permissions boundary; "" removes it.
// See https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutRolePermissionsBoundary.html and
// https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteRolePermissionsBoundary.html.
func (c *Clients) SetBoundary(ctx context.Context, role, policyARN string) error {
	return errNotYet
}

// TagRole adds tags, or changes their values. Without tags it makes no call.
// See https://docs.aws.amazon.com/IAM/latest/APIReference/API_TagRole.html.
func (c *Clients) TagRole(ctx context.Context, role string, tags map[string]string) error {
	return errNotYet
}

// UntagRole removes tags by their keys. Without keys it makes no call.
// See https://docs.aws.amazon.com/IAM/latest/APIReference/API_UntagRole.html.
func (c *Clients) UntagRole(ctx context.Context, role string, keys []string) error {
	return errNotYet
}
