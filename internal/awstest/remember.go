// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package awstest

import (
	"net/http"
	"strings"
	"sync"
)

// RememberReads answers a read that came before, with the same parameters and no write in between, without asking moto.
// moto takes 2.5 ms of one core for each call: a benchmark would measure that, and a fault run, which asks the same all over
// again, would wait for it. It doesn't go with IAMLag, whose stale answers would be remembered for ever.
func RememberReads() Option { return func(s *settings) { s.rememberReads = true } }

func (a *AWS) rememberReads(next handler) handler {
	var mu sync.Mutex
	remembered := map[string]*reply{}
	writes := 0
	return func(r *request) *reply {
		if !r.reads() {
			forget := func() {
				mu.Lock()
				defer mu.Unlock()
				clear(remembered)
				writes++
			}
			forget()
			defer forget()
			return next(r)
		}
		key := strings.Join([]string{r.service, r.action, r.region, r.accessKey, string(r.body)}, "\n")
		mu.Lock()
		answer, ok := remembered[key]
		before := writes
		mu.Unlock()
		if ok {
			return answer
		}
		if answer = next(r); answer != nil {
			mu.Lock()
			// A read beside a write may tell of either side, and a server's error tells of nothing.
			if before == writes && !answer.fleeting && answer.status < http.StatusInternalServerError {
				remembered[key] = answer
			}
			mu.Unlock()
		}
		return answer
	}
}

func (r *request) reads() bool { return reads(r.action) }
