// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package awsapi

import (
	"context"
)

// DeleteRole deletes a role after its policies: with force all that it has, and out of its instance profiles; without, only
// those named by own. If it has others then, nothing is removed and the error ([IsNotEmpty]) names them. A role that isn't
// there is no error.
// See https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteRole.html.
func (c *Clients) DeleteRole(ctx context.Context, name string, force bool, own RoleContents) error {
	return errNotYet
}
