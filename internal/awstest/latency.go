// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package awstest

import (
	"math/rand/v2"
	"time"
)

type latency struct{ fixed, jitter time.Duration }

// SetLatency makes each call take at least fixed and a random part of jitter more. With jitter, the calls of two processes
// that share a proxy mix in another order each time.
func (a *AWS) SetLatency(fixed, jitter time.Duration) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.latency = latency{fixed: fixed, jitter: jitter}
}

// delay waits for the latency before the call counts and acts, so that calls may overtake each other.
func (a *AWS) delay(req *request) {
	a.mu.Lock()
	wait := a.latency.fixed
	if a.latency.jitter > 0 {
		wait += rand.N(a.latency.jitter)
	}
	a.mu.Unlock()
	if wait <= 0 {
		return
	}
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-req.http.Context().Done():
	}
}
