// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package statements

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/ecrx/terraform-provider-ecrx/internal/awsapi"
	"github.com/ecrx/terraform-provider-ecrx/internal/policy"
)

// undoTimeout bounds the removal of what a failed create wrote. It runs on when the operation was interrupted.
const undoTimeout = time.Minute

// Create writes statements that weren't there before, or leaves none of them. left is true when it failed and what it
// wrote couldn't be removed: then the state must keep it.
func Create(ctx context.Context, clients *awsapi.Clients, key awsapi.RepositoryKey, change Change) (foreign []policy.Statement, left bool, err error) {
	foreign, wrote, err := Write(ctx, clients, key, change)
	if err == nil || !wrote {
		return foreign, false, err
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), undoTimeout)
	defer cancel()
	if undo := Delete(ctx, clients, key, sidsOf(change.Desired)); undo != nil {
		return nil, true, errors.Join(err, fmt.Errorf("removing what was written failed too, so the statements are kept in the state as tainted: %w", undo))
	}
	return nil, false, err
}

// Delete removes the statements with the given Sids. A repository that is gone is success.
func Delete(ctx context.Context, clients *awsapi.Clients, key awsapi.RepositoryKey, sids []string) error {
	_, _, err := Write(ctx, clients, key, Change{Owned: sids})
	if awsapi.IsNotFound(err) {
		return nil
	}
	return err
}

// Reread gives the live policy after a failed update, even one that was interrupted.
func Reread(ctx context.Context, clients *awsapi.Clients, key awsapi.RepositoryKey) (string, error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), undoTimeout)
	defer cancel()
	return clients.RepositoryPolicy(ctx, key)
}
