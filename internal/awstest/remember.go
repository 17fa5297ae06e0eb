// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package awstest

import (
	"maps"
	"net/http"
	"strings"
	"sync"
)

// RememberReads answers a read that came before, with the same parameters and no write in between, without asking moto.
// moto takes 2.5 ms of one core for each call: a benchmark would measure that, and a fault run, which asks the same all over
// again, would wait for it. It doesn't go with IAMLag, whose stale answers would be remembered for ever.
func RememberReads() Option { return func(s *settings) { s.rememberReads = true } }

func (a *AWS) rememberReads(next handler) handler {
	type read struct {
		answer  *reply
		lasting bool
	}
	var mu sync.Mutex
	remembered := map[string]read{}
	writes := 0
	return func(r *request) *reply {
		if !r.reads() {
			forget := func() {
				mu.Lock()
				defer mu.Unlock()
				maps.DeleteFunc(remembered, func(_ string, known read) bool { return !known.lasting || !r.changesEndpoints() })
				writes++
			}
			forget()
			defer forget()
			return next(r)
		}
		key := strings.Join([]string{r.service, r.action, r.region, r.accessKey, string(r.body)}, "\n")
		mu.Lock()
		known, ok := remembered[key]
		before := writes
		mu.Unlock()
		if ok {
			return known.answer
		}
		answer := next(r)
		if answer != nil {
			mu.Lock()
			// A read beside a write may tell of either side, and a server's error tells of nothing.
			if before == writes && !answer.fleeting && answer.status < http.StatusInternalServerError {
				remembered[key] = read{answer, r.lasts()}
			}
			mu.Unlock()
		}
		return answer
	}
}

func (r *request) reads() bool { return reads(r.action) }

// lasts reports whether a read is of what endpoints are made in, which no write to them changes.
func (r *request) lasts() bool {
	switch r.action {
	case "GetCallerIdentity", "DescribeVpcs", "DescribeVpcAttribute", "DescribeSubnets", "DescribePrefixLists", "DescribeVpcEndpointServices":
		return true
	default:
		return false
	}
}

// changesEndpoints reports whether a write is to endpoints or to security groups.
func (r *request) changesEndpoints() bool {
	return r.service == "ec2" && (strings.Contains(r.action, "VpcEndpoint") || strings.Contains(r.action, "SecurityGroup"))
}
