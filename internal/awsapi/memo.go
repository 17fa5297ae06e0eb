// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package awsapi

import (
	"context"
	"sync"
	"time"
)

// memo remembers what was loaded. Those who ask for a key while it is being loaded share the load, which no single caller's
// context can end, while each waits only as long as its own. A failure goes to those who waited and is forgotten. With keep, one that took a
// second or more is forgotten only after as many times as long as it took, so that many who ask in turn don't wait in turn.
type memo[K comparable, V any] struct {
	timeout time.Duration
	keep    int

	mu    sync.Mutex
	loads map[K]*load[V]
}

type load[V any] struct {
	done  chan struct{}
	value V
	err   error

	forgotten time.Time // when an error was had for long enough
}

func (m *memo[K, V]) get(ctx context.Context, key K, fetch func(context.Context) (V, error)) (V, error) {
	m.mu.Lock()
	l, ok := m.loads[key]
	if !ok || !l.forgotten.IsZero() && !time.Now().Before(l.forgotten) {
		l = &load[V]{done: make(chan struct{})}
		if m.loads == nil {
			m.loads = map[K]*load[V]{}
		}
		m.loads[key] = l
		go m.run(context.WithoutCancel(ctx), l, fetch)
	}
	m.mu.Unlock()

	select {
	case <-l.done:
		return l.value, l.err
	case <-ctx.Done():
		var none V
		return none, context.Cause(ctx)
	}
}

func (m *memo[K, V]) run(ctx context.Context, l *load[V], fetch func(context.Context) (V, error)) {
	ctx, cancel := context.WithTimeout(ctx, m.timeout)
	defer cancel()
	began := time.Now()
	l.value, l.err = fetch(ctx)
	if l.err != nil {
		m.mu.Lock()
		now := time.Now()
		l.forgotten = now
		if took := now.Sub(began); took >= time.Second {
			l.forgotten = now.Add(time.Duration(m.keep) * took)
		}
		m.mu.Unlock()
	}
	close(l.done)
}
