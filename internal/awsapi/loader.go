// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package awsapi

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ecr"
	"golang.org/x/sync/errgroup"
)

const (
	// namesPerCall is DescribeRepositories' limit of repositoryNames:
	// https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_DescribeRepositories.html.
	namesPerCall = 100

	// singlesAtOnce bounds the calls made when a batch fails for the sake of one of its names.
	singlesAtOnce = 10
)

// registry is what one call of DescribeRepositories can be about.
type registry struct {
	region, id string
}

// loader describes repositories in batches. Whoever asks within the window of a batch, or while the batch before it is
// fetched, joins it: readers that aren't in step become few calls all the same. A batch is sealed before it is fetched, on
// a context that no single caller can end, and nothing is remembered: a load that begins after a write can only join a
// batch that isn't fetched yet, so writes need not invalidate anything.
type loader struct {
	window, timeout time.Duration
	fetch           func(ctx context.Context, of registry, names []string) (map[string]Repository, error)

	mu     sync.Mutex
	open   map[registry]*batch
	newest map[registry]*batch
}

type batch struct {
	names map[string]struct{}
	full  chan struct{} // closed when there is no room for another name

	done         chan struct{} // closed when the answers are there
	repositories map[string]Repository
	errs         map[string]error
}

func (l *loader) load(ctx context.Context, of registry, name string) (Repository, error) {
	b := l.join(ctx, of, name)
	select {
	case <-b.done:
		return b.repositories[name], b.errs[name]
	case <-ctx.Done():
		return Repository{}, context.Cause(ctx)
	}
}

func (l *loader) join(ctx context.Context, of registry, name string) *batch {
	l.mu.Lock()
	defer l.mu.Unlock()
	b, ok := l.open[of]
	if !ok {
		b = &batch{names: map[string]struct{}{}, full: make(chan struct{}), done: make(chan struct{})}
		if l.open == nil {
			l.open, l.newest = map[registry]*batch{}, map[registry]*batch{}
		}
		before := l.newest[of]
		l.open[of], l.newest[of] = b, b
		go l.run(context.WithoutCancel(ctx), of, b, before)
	}
	b.names[name] = struct{}{}
	if len(b.names) == namesPerCall {
		delete(l.open, of)
		close(b.full)
	}
	return b
}

func (l *loader) run(ctx context.Context, of registry, b, before *batch) {
	window := time.NewTimer(l.window)
	defer window.Stop()
	select {
	case <-window.C:
	case <-b.full:
	}
	if before != nil {
		select {
		case <-before.done:
		case <-b.full:
		}
	}
	l.mu.Lock()
	if l.open[of] == b {
		delete(l.open, of)
	}
	l.mu.Unlock()

	ctx, cancel := context.WithTimeout(ctx, l.timeout)
	defer cancel()
	b.repositories, b.errs = l.describe(ctx, of, slices.Sorted(maps.Keys(b.names)))
	close(b.done)
}

// describe gives each name its own answer. One bad name fails the whole call: then each is asked for by itself.
func (l *loader) describe(ctx context.Context, of registry, names []string) (map[string]Repository, map[string]error) {
	errs := map[string]error{}
	repositories, err := l.fetch(ctx, of, names)
	if len(names) > 1 && (IsNotFound(err) || IsAccessDenied(err) || hasCode(err, codeInvalidParameter)) {
		return l.describeSingly(ctx, of, names)
	}
	for _, name := range names {
		if _, ok := repositories[name]; err != nil {
			errs[name] = err
		} else if !ok {
			// ECR answers RepositoryNotFoundException, never less than was asked for.
			errs[name] = &Error{
				Service: "ecr", Operation: "DescribeRepositories", HTTPStatus: http.StatusOK,
				Message: fmt.Sprintf("an answer that is not AWS's: it has no repository %q; is there a proxy or an endpoint between?", name),
			}
		}
	}
	return repositories, errs
}

func (l *loader) describeSingly(ctx context.Context, of registry, names []string) (map[string]Repository, map[string]error) {
	var mu sync.Mutex
	repositories, errs := map[string]Repository{}, map[string]error{}
	var group errgroup.Group
	group.SetLimit(singlesAtOnce)
	for _, name := range names {
		group.Go(func() error {
			got, failed := l.describe(ctx, of, []string{name})
			mu.Lock()
			defer mu.Unlock()
			maps.Copy(repositories, got)
			maps.Copy(errs, failed)
			return nil
		})
	}
	_ = group.Wait() // the functions give no errors
	return repositories, errs
}

// describeRepositories is the loader's call.
func (c *Clients) describeRepositories(ctx context.Context, of registry, names []string) (map[string]Repository, error) {
	return c.describe(ctx, of, &ecr.DescribeRepositoriesInput{RegistryId: optional(of.id), RepositoryNames: names})
}

func (c *Clients) describe(ctx context.Context, of registry, in *ecr.DescribeRepositoriesInput) (map[string]Repository, error) {
	var out *ecr.DescribeRepositoriesOutput
	err := c.ecrCall(ctx, of.region, func(client *ecr.Client) (err error) {
		out, err = client.DescribeRepositories(ctx, in)
		return err
	})
	if err != nil {
		return nil, err
	}
	repositories := map[string]Repository{}
	for _, described := range out.Repositories {
		repository := newRepository(described)
		repositories[repository.Name] = repository
	}
	return repositories, nil
}
