// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package awsapi

import (
	"context"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ecr"
)

const (
	// listAfter is how many repositories of a registry are asked for by name before it is listed: two rounds of Terraform's
	// ten concurrent reads.
	listAfter = 20

	// listedAtOnce is DescribeRepositories' largest page. A larger registry is listed in part.
	listedAtOnce = 1000

	// listingAge is how old a listing may be to answer a read; a refresh of hundreds of repositories takes seconds.
	listingAge = 30 * time.Second
)

// listings answers readers who ask for many repositories of a registry from one page of it. Batches by name make readers
// wait for each other, and that costs a plan of a hundred repositories a third of its time.
//
// A repository that was written since is never answered from a listing, and neither is one that it doesn't hold.
type listings struct {
	timeout time.Duration
	fetch   func(ctx context.Context, of registry) (map[string]Repository, error)

	mu      sync.Mutex
	asked   map[registry]int
	newest  map[registry]*listing
	written map[string]struct{} // by name alone: a registry has two names, its id and none
}

type listing struct {
	began        time.Time
	done         chan struct{} // closed when the answer is there
	repositories map[string]Repository
}

func newListings(timeout time.Duration, fetch func(context.Context, registry) (map[string]Repository, error)) *listings {
	return &listings{
		timeout: timeout, fetch: fetch,
		asked: map[registry]int{}, newest: map[registry]*listing{}, written: map[string]struct{}{},
	}
}

// load gives the repository if a listing can tell. A listing that fails tells nothing.
func (l *listings) load(ctx context.Context, of registry, name string) (Repository, bool) {
	found := l.join(ctx, of, name)
	if found == nil {
		return Repository{}, false
	}
	select {
	case <-found.done:
	case <-ctx.Done():
		return Repository{}, false
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	repository, ok := found.repositories[name]
	_, written := l.written[name]
	return repository, ok && !written
}

func (l *listings) join(ctx context.Context, of registry, name string) *listing {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.asked[of]++
	if _, written := l.written[name]; written || l.asked[of] <= listAfter {
		return nil
	}
	newest, ok := l.newest[of]
	if !ok || time.Since(newest.began) > listingAge {
		newest = &listing{began: time.Now(), done: make(chan struct{})}
		l.newest[of] = newest
		go l.run(context.WithoutCancel(ctx), of, newest)
	}
	return newest
}

func (l *listings) run(ctx context.Context, of registry, into *listing) {
	ctx, cancel := context.WithTimeout(ctx, l.timeout)
	defer cancel()
	into.repositories, _ = l.fetch(ctx, of)
	close(into.done)
}

// forget makes a write to a repository known.
func (l *listings) forget(name string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.written[name] = struct{}{}
}

// listRepositories is the call of listings.
func (c *Clients) listRepositories(ctx context.Context, of registry) (map[string]Repository, error) {
	size := int32(listedAtOnce)
	return c.describe(ctx, of, &ecr.DescribeRepositoriesInput{RegistryId: optional(of.id), MaxResults: &size})
}
