// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package awsapi

import (
	"context"
)

// NewRole is a role to create, with its policies. An empty Path is "/"; a MaxSessionDuration of 0 leaves the choice to IAM,
// which is an hour.
type NewRole struct {
	Name, Path          string
	Description         string
	TrustPolicy         string // JSON
	PermissionsBoundary string // a policy's ARN; "": none
	MaxSessionDuration  int32  // in seconds
	Tags                map[string]string
	Inline              map[string]string // by name, JSON
	Managed             []string          // ARNs
}

// CreateRole creates a role, then its inline policies in the order of their names, then attaches managed policies, and gives
// the role as far as IAM's answers tell it. It is all or nothing: what was made is removed again, in reverse order, when a
// later call fails or ctx ends, within a minute that ctx doesn't cut off. Only a role that can't be removed is given along with
// the error, with an ARN and with what it may hold.
//
// IAM has no token that makes a create idempotent. When an answer was lost, the role that exists is taken for this call's if it
// was made since the call began and is exactly what was asked for. Otherwise the error ([IsAlreadyExists]) says how to import
// it. A principal of the trust policy that IAM doesn't know yet is waited for.
// See https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html.
func (c *Clients) CreateRole(ctx context.Context, in NewRole) (Role, error) {
	return Role{}, errNotYet
}
