// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package statements

import (
	"context"
	"fmt"
	"slices"

	"github.com/ecrx/terraform-provider-ecrx/internal/awsapi"
	"github.com/ecrx/terraform-provider-ecrx/internal/policy"
)

// ConflictError says that a Sid is taken by a statement that this resource doesn't own.
type ConflictError struct{ Sid string }

func (e *ConflictError) Error() string {
	return fmt.Sprintf("the repository policy has a statement %q already, and ecrx never takes over a statement silently. "+
		"Rename yours, remove the other one, or, if it is this resource's own and the resource isn't in the state, import this resource.", e.Sid)
}

// UnmanagedError says that there is a statement that on_unmanaged_statements = "error" refuses to write beside.
type UnmanagedError struct{ Sid string }

func (e *UnmanagedError) Error() string {
	return fmt.Sprintf("the repository policy has a statement %q that this resource doesn't own, and on_unmanaged_statements is \"error\". "+
		"Remove it, or set on_unmanaged_statements to \"keep\" or \"remove\".", e.Sid)
}

// Change is what a resource wants to become of its statements in a shared repository policy.
type Change struct {
	// Owned are the Sids that the resource owned so far; they are replaced by Desired.
	Owned   []string
	Desired []policy.Statement
	// OnUnmanaged says what to do about everybody else's statements, as on_unmanaged_statements does: Error refuses to write
	// beside them, Remove deletes them, everything else leaves them alone.
	OnUnmanaged string
	// Force sends force to ECR; Fresh says that this very create made the repository.
	Force, Fresh bool

	// partition is the repository's, for account ids that a foreign statement names without an ARN.
	partition string
}

// Write brings the change into the repository's policy and gives the foreign statements that stand there then. wrote
// tells whether the policy may have been written, even if there is an error.
func Write(ctx context.Context, clients *awsapi.Clients, key awsapi.RepositoryKey, change Change) (foreign []policy.Statement, wrote bool, err error) {
	change.partition, _ = awsapi.PartitionOf(key.Region)
	// What stood there before the first write can be somebody else's. What stands there later under these Sids is ours.
	edit := func(live string, written bool) (string, error) { return change.edit(live, !written) }
	live, wrote, err := clients.EditRepositoryPolicy(ctx, key, edit, awsapi.EditOptions{Force: change.Force, FreshRepository: change.Fresh})
	if err != nil {
		return nil, wrote, err
	}
	_, foreign, err = Split(live, sidsOf(change.Desired))
	return foreign, wrote, err
}

// edit gives the policy's text with the change in it, or the same text if it has it already.
func (c Change) edit(live string, first bool) (string, error) {
	document, err := parse(live)
	if err != nil {
		return "", err
	}
	if c.partition != "" {
		document = document.WithPartition(c.partition)
	}
	desired := sidsOf(c.Desired)
	next := document.Upgrade()
	next.Statements = nil
	for _, s := range document.Upgrade().Statements {
		owned := s.Sid != "" && slices.Contains(c.Owned, s.Sid)
		taken := s.Sid != "" && slices.Contains(desired, s.Sid)
		switch {
		case taken && !owned && first:
			return "", &ConflictError{s.Sid}
		case owned || taken || c.OnUnmanaged == Remove:
		case c.OnUnmanaged == Error && first:
			return "", &UnmanagedError{s.Sid}
		default:
			next.Statements = append(next.Statements, s)
		}
	}
	next.Statements = append(next.Statements, c.Desired...)
	switch {
	case len(next.Statements) == 0:
		return "", nil
	case live != "" && policy.Equal(document, next):
		return live, nil
	default:
		return next.Canonical(), nil
	}
}

// Split divides a live policy's statements into those with the given Sids and the foreign ones.
func Split(live string, sids []string) (own, foreign []policy.Statement, err error) {
	document, err := parse(live)
	if err != nil {
		return nil, nil, err
	}
	for _, s := range document.Upgrade().Statements {
		if s.Sid != "" && slices.Contains(sids, s.Sid) {
			own = append(own, s)
		} else {
			foreign = append(foreign, s)
		}
	}
	return own, foreign, nil
}

// parse reads a live policy, of which "" is none.
func parse(live string) (policy.Document, error) {
	if live == "" {
		return policy.New(), nil
	}
	document, err := policy.Parse(live)
	if err != nil {
		return policy.Document{}, fmt.Errorf("the repository's policy can't be read, so it isn't changed: %w", err)
	}
	return document, nil
}

func sidsOf(statements []policy.Statement) []string {
	sids := make([]string, len(statements))
	for i, s := range statements {
		sids[i] = s.Sid
	}
	return sids
}
