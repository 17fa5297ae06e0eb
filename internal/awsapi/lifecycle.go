// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package awsapi

import "context"

// LifecyclePolicy gives the repository's lifecycle policy, "" when it has none.
func (c *Clients) LifecyclePolicy(ctx context.Context, key RepositoryKey) (string, error) {
	return "", errNotBuilt
}

// PutLifecyclePolicy sets the repository's lifecycle policy.
func (c *Clients) PutLifecyclePolicy(ctx context.Context, key RepositoryKey, text string) error {
	return errNotBuilt
}

// DeleteLifecyclePolicy deletes the repository's lifecycle policy; one that isn't there is no error.
func (c *Clients) DeleteLifecyclePolicy(ctx context.Context, key RepositoryKey) error {
	return errNotBuilt
}
