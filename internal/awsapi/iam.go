// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package awsapi

import (
	"context"
	"time"
)

// Role is an IAM role with its policies, as IAM reads it back.
// See https://docs.aws.amazon.com/IAM/latest/APIReference/API_Role.html.
type Role struct {
	Name, ARN, Path     string
	UniqueID            string // "AROA…": another one when the role is deleted and made again
	Description         string
	TrustPolicy         string // JSON, decoded
	PermissionsBoundary string // a policy's ARN; "": none
	MaxSessionDuration  int32  // in seconds
	Tags                map[string]string
	Inline              map[string]string // by name, JSON, decoded
	Managed             []string          // ARNs, sorted
	CreateDate          time.Time
}

// RoleContents names the policies of a role that belong to whoever speaks of them.
type RoleContents struct {
	Inline  []string // names
	Managed []string // ARNs
}

// Role reads a role with its policies. Naming the inline policies that the role is expected to have saves a round trip: they
// are read at the same time as the role and its two lists of policies, so that a role with one such policy takes four calls, all
// at once. Others take one more round. A policy that isn't there is no error; a role that isn't there is ([IsNotFound]).
// See https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetRole.html,
// https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListRolePolicies.html,
// https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListAttachedRolePolicies.html and
// https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetRolePolicy.html.
func (c *Clients) Role(ctx context.Context, name string, expectedInline []string) (Role, error) {
	return Role{}, errNotYet
}
