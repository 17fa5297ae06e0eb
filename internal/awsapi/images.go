// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package awsapi

import "context"

// HasImages says whether the repository holds at least one image.
func (c *Clients) HasImages(ctx context.Context, key RepositoryKey) (bool, error) {
	return false, errNotBuilt
}
