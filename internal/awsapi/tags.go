// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package awsapi

import "context"

// RepositoryTags gives the repository's tags.
func (c *Clients) RepositoryTags(ctx context.Context, key RepositoryKey, arn string) (map[string]string, error) {
	return nil, errNotBuilt
}

// TagRepository adds tags, or changes their values.
func (c *Clients) TagRepository(ctx context.Context, key RepositoryKey, arn string, tags map[string]string) error {
	return errNotBuilt
}

// UntagRepository removes tags by their keys.
func (c *Clients) UntagRepository(ctx context.Context, key RepositoryKey, arn string, keys []string) error {
	return errNotBuilt
}
