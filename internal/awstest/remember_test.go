// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package awstest

import (
	"net/http"
	"testing"
)

// TestRememberReads asks again after a write, after a server's error, and when the answer was of a moment.
func TestRememberReads(t *testing.T) {
	t.Parallel()
	asked, status, fleeting := 0, http.StatusInternalServerError, false
	handle := (&AWS{}).rememberReads(func(*request) *reply {
		asked++
		return &reply{status: status, fleeting: fleeting}
	})
	for i, step := range []struct {
		action       string
		status, want int
		fleeting     bool
	}{
		{"GetRole", 500, 1, false},
		{"GetRole", 503, 2, false},
		{"GetRole", 404, 3, false},
		{"GetRole", 200, 3, false},
		{"TagRole", 200, 4, false},
		{"GetRole", 200, 5, false},
		{"GetRole", 200, 5, false},
		{"DescribeVpcEndpoints", 200, 6, true},
		{"DescribeVpcEndpoints", 200, 7, false},
		{"DescribeVpcEndpoints", 200, 7, false},
	} {
		status, fleeting = step.status, step.fleeting
		handle(&request{service: "iam", action: step.action})
		if asked != step.want {
			t.Errorf("after step %d, %s, moto was asked %d times, want %d", i+1, step.action, asked, step.want)
		}
	}
}
