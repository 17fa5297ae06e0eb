// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package awsapi

import "context"

// PolicyEdit turns the policy that is live ("" for none) into the one that is wanted ("" to delete it). It must be
// idempotent: edit(edit(live)) is edit(live), byte for byte.
type PolicyEdit func(live string) (want string, err error)

// EditOptions are the choices of one edit of a repository policy.
type EditOptions struct {
	Force           bool // set a policy that locks the caller out of setting another
	FreshRepository bool // this very create made the repository: no first read and no second look
}

// RepositoryPolicy gives the repository's policy, "" when it has none.
func (c *Clients) RepositoryPolicy(ctx context.Context, key RepositoryKey) (string, error) {
	return "", errNotBuilt
}

// EditRepositoryPolicy reads, edits, writes and reads back the repository's policy until the edit stands.
func (c *Clients) EditRepositoryPolicy(ctx context.Context, key RepositoryKey, edit PolicyEdit, opts EditOptions) (live string, err error) {
	return "", errNotBuilt
}
