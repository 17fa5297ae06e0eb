// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package awstest

import (
	"net/http"
	"testing"
)

// TestRememberReads asks again after a write, and after a server's error.
func TestRememberReads(t *testing.T) {
	t.Parallel()
	asked, status := 0, http.StatusInternalServerError
	handle := (&AWS{}).rememberReads(func(*request) *reply {
		asked++
		return &reply{status: status}
	})
	for i, step := range []struct {
		action       string
		status, want int
	}{
		{"GetRole", 500, 1},
		{"GetRole", 503, 2},
		{"GetRole", 404, 3},
		{"GetRole", 200, 3},
		{"TagRole", 200, 4},
		{"GetRole", 200, 5},
		{"GetRole", 200, 5},
	} {
		status = step.status
		handle(&request{service: "iam", action: step.action})
		if asked != step.want {
			t.Errorf("after step %d, %s, moto was asked %d times, want %d", i+1, step.action, asked, step.want)
		}
	}
}
