// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package awsapi

import (
	"context"
	"sync"
)

// keyedMutex is a mutex for each key. Waiting for it ends with the context.
type keyedMutex[K comparable] struct {
	mu   sync.Mutex
	held map[K]chan struct{}
}

// lock gives the function that unlocks.
func (m *keyedMutex[K]) lock(ctx context.Context, key K) (unlock func(), err error) {
	for {
		m.mu.Lock()
		released, busy := m.held[key]
		if !busy {
			released = make(chan struct{})
			if m.held == nil {
				m.held = map[K]chan struct{}{}
			}
			m.held[key] = released
			m.mu.Unlock()
			return func() {
				m.mu.Lock()
				defer m.mu.Unlock()
				delete(m.held, key)
				close(released)
			}, nil
		}
		m.mu.Unlock()
		select {
		case <-released:
		case <-ctx.Done():
			return nil, context.Cause(ctx)
		}
	}
}
