// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package awsapi_test

import (
	"strings"
	"testing"
	"testing/synctest"

	"github.com/google/go-cmp/cmp"

	"github.com/ecrx/terraform-provider-ecrx/internal/awsapi"
)

func TestErrors(t *testing.T) {
	t.Parallel()
	const html = "<!doctype html><html><title>502 Bad Gateway</title></html>"
	type kinds struct{ notFound, accessDenied, alreadyExists, notEmpty bool }
	tests := map[string]struct {
		answer   answer
		want     string
		kinds    kinds
		attempts int
	}{
		"refused": {
			answer: refusal("RepositoryNotFoundException", "The repository does not exist"), attempts: 1,
			want:  "RepositoryNotFoundException: The repository does not exist (GetLifecyclePolicy, HTTP 400, request id request-1)",
			kinds: kinds{notFound: true},
		},
		"denied": {
			answer: refusal("AccessDeniedException", "User: x is not authorized"), attempts: 1,
			want: "AccessDeniedException: User: x is not authorized (GetLifecyclePolicy, HTTP 400, request id request-1); " +
				"the caller needs ecr:GetLifecyclePolicy, and no policy of the repository or the organization may deny it",
			kinds: kinds{accessDenied: true},
		},
		"already there": {
			answer: refusal("RepositoryAlreadyExistsException", "x"), attempts: 1, kinds: kinds{alreadyExists: true},
			want: "RepositoryAlreadyExistsException: x (GetLifecyclePolicy, HTTP 400, request id request-1)",
		},
		"not empty": {
			answer: refusal("RepositoryNotEmptyException", "x"), attempts: 1, kinds: kinds{notEmpty: true},
			want: "RepositoryNotEmptyException: x (GetLifecyclePolicy, HTTP 400, request id request-1)",
		},
		"quota, which the SDK takes for throttling": {
			answer: refusal("LimitExceededException", "too many repositories"), attempts: 1,
			want: "LimitExceededException: too many repositories (GetLifecyclePolicy, HTTP 400, request id request-1)",
		},
		"throttled": {
			answer: refusal("ThrottlingException", "Rate exceeded"), attempts: 3,
			want: "ThrottlingException: Rate exceeded (GetLifecyclePolicy, HTTP 400, request id request-1)",
		},
		"HTML from a proxy": {
			answer: answer{status: 502, body: html, header: "Content-Type: text/html"}, attempts: 3,
			want: "an answer that is not AWS's; is there a proxy or an endpoint between? (GetLifecyclePolicy, HTTP 502, request id request-1)",
		},
		"cut off within the answer": {
			answer: answer{body: `{"lifecyclePolicyText":"{}"}`, cut: true}, attempts: 3,
			want: "an answer that is not AWS's; is there a proxy or an endpoint between? (GetLifecyclePolicy, HTTP 200, request id request-1)",
		},
		"no answer": {
			answer: answer{lost: true}, attempts: 3,
			want: "connection reset by peer",
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				aws := &stub{answer: func(call) answer { return test.answer }}
				retries := 3
				c := aws.clients(t, func(cfg *awsapi.Config) { cfg.MaxRetries = &retries })
				_, err := c.LifecyclePolicy(t.Context(), awsapi.RepositoryKey{Name: "app"})
				if err == nil {
					t.Fatal("no error")
				}
				if got := err.Error(); got != test.want && (test.answer.status != 0 || test.answer.cut || !strings.Contains(got, test.want)) {
					t.Errorf("error:\n%s\nwant:\n%s", got, test.want)
				}
				got := kinds{awsapi.IsNotFound(err), awsapi.IsAccessDenied(err), awsapi.IsAlreadyExists(err), awsapi.IsNotEmpty(err)}
				if got != test.kinds {
					t.Errorf("kinds %+v, want %+v", got, test.kinds)
				}
				if got := len(aws.actions()); got != test.attempts {
					t.Errorf("%d attempts, want %d", got, test.attempts)
				}
			})
		})
	}
}

func TestCallsAreCountedOnceWithTheirRetries(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		aws := &stub{answer: func(c call) answer {
			if c.n == 1 {
				return refusal("ThrottlingException", "Rate exceeded")
			}
			return answer{body: map[string]string{"lifecyclePolicyText": "{}"}}
		}}
		c := aws.clients(t)
		if _, err := c.LifecyclePolicy(t.Context(), awsapi.RepositoryKey{Name: "app"}); err != nil {
			t.Fatal(err)
		}
		want := map[string]int{"sts:GetCallerIdentity": 1, "ecr:GetLifecyclePolicy": 1}
		if diff := cmp.Diff(want, c.Calls()); diff != "" {
			t.Errorf("calls (-want +got):\n%s", diff)
		}
	})
}
