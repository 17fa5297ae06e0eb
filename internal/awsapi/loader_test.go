// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package awsapi_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ecrx/terraform-provider-ecrx/internal/awsapi"
)

// load asks for all keys at once, and gives what came for each: "" or the error's kind.
func load(t *testing.T, c *awsapi.Clients, keys ...awsapi.RepositoryKey) map[string]string {
	t.Helper()
	var mu sync.Mutex
	results := map[string]string{}
	var all sync.WaitGroup
	for _, key := range keys {
		all.Go(func() {
			got, err := c.Repository(t.Context(), key)
			result := ""
			switch {
			case awsapi.IsNotFound(err):
				result = "not found"
			case awsapi.IsAccessDenied(err):
				result = "denied"
			case err != nil:
				result = err.Error()
			case got.Name != key.Name:
				result = "is " + got.Name
			}
			mu.Lock()
			defer mu.Unlock()
			results[key.Name] = result
		})
	}
	all.Wait()
	return results
}

func keys(names ...string) []awsapi.RepositoryKey {
	var keys []awsapi.RepositoryKey
	for _, name := range names {
		keys = append(keys, awsapi.RepositoryKey{Name: name})
	}
	return keys
}

func TestRepositoriesAreDescribedTogether(t *testing.T) {
	t.Parallel()
	refusing := func(bad string, refused answer) func(call) answer {
		return func(c call) answer {
			if slices.Contains(c.names(), bad) {
				return refused
			}
			return described(c.names()...)
		}
	}
	tests := map[string]struct {
		answer func(call) answer
		want   map[string]string
		calls  int
	}{
		"all there":         {answer: refusing("-", answer{}), want: map[string]string{"a": "", "b": "", "c": ""}, calls: 1},
		"one missing":       {answer: refusing("b", notFound("b")), want: map[string]string{"a": "", "b": "not found", "c": ""}, calls: 4},
		"one denied":        {answer: refusing("b", refusal("AccessDeniedException", "no")), want: map[string]string{"a": "", "b": "denied", "c": ""}, calls: 4},
		"one ill-named":     {answer: refusing("b", refusal("InvalidParameterException", "no")), want: map[string]string{"a": "", "b": "InvalidParameterException: no (DescribeRepositories, HTTP 400, request id request-1)", "c": ""}, calls: 4},
		"one not in answer": {answer: func(call) answer { return described("a", "c") }, want: map[string]string{"a": "", "b": `an answer that is not AWS's: it has no repository "b"; is there a proxy or an endpoint between? (DescribeRepositories, HTTP 200)`, "c": ""}, calls: 1},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				aws := &stub{answer: test.answer}
				got := load(t, aws.clients(t), keys("a", "b", "c")...)
				if diff := cmp.Diff(test.want, got); diff != "" {
					t.Errorf("results (-want +got):\n%s", diff)
				}
				if got := len(aws.actions()); got != test.calls {
					t.Errorf("%d calls, want %d", got, test.calls)
				}
			})
		})
	}
}

func TestBatchesHoldAHundredNamesOfOneRegistry(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		aws := &stub{answer: func(c call) answer { return described(c.names()...) }}
		wanted := []awsapi.RepositoryKey{
			{Name: "elsewhere", Region: "us-east-1"},
			{Name: "other", RegistryID: "444455556666"},
			{Name: "written-out", Region: "eu-west-1"},
		}
		for i := range 149 {
			wanted = append(wanted, awsapi.RepositoryKey{Name: fmt.Sprintf("r%d", i)})
		}
		load(t, aws.clients(t), wanted...)
		var sizes []int
		for _, c := range aws.calls {
			if c.action == "DescribeRepositories" {
				sizes = append(sizes, len(c.names()))
			}
		}
		slices.Sort(sizes) // 0 is the listing, which here knows none of them
		if diff := cmp.Diff([]int{0, 1, 1, 50, 100}, sizes); diff != "" {
			t.Errorf("names per call (-want +got):\n%s", diff)
		}
	})
}

// Ten readers that have fallen out of step still share calls: whoever comes while a batch is fetched joins the next.
func TestReadersOutOfStepShareCalls(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		aws := &stub{answer: func(c call) answer {
			time.Sleep(time.Second)
			return described(c.names()...)
		}}
		c := aws.clients(t)
		var all sync.WaitGroup
		for i := range 10 {
			all.Go(func() {
				time.Sleep(time.Duration(i) * 90 * time.Millisecond)
				if _, err := c.Repository(t.Context(), awsapi.RepositoryKey{Name: fmt.Sprintf("r%d", i)}); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		if got := len(aws.actions()); got != 2 {
			t.Errorf("%d calls, want 2: the first reader's, and one for the nine that came during it", got)
		}
	})
}

func TestABatchOutlivesItsFirstCaller(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		aws := &stub{answer: func(c call) answer {
			time.Sleep(time.Second)
			return described(c.names()...)
		}}
		c := aws.clients(t)
		first, cancel := context.WithCancel(t.Context())
		left := make(chan error)
		go func() {
			_, err := c.Repository(first, awsapi.RepositoryKey{Name: "a"})
			left <- err
		}()
		synctest.Wait()
		go func() {
			time.Sleep(500 * time.Millisecond)
			cancel()
			if err := <-left; !errors.Is(err, context.Canceled) {
				t.Errorf("the first caller got %v", err)
			}
		}()
		if _, err := c.Repository(t.Context(), awsapi.RepositoryKey{Name: "b"}); err != nil {
			t.Errorf("the second caller got %v", err)
		}
		if got := len(aws.actions()); got != 1 {
			t.Errorf("%d calls, want 1", got)
		}
	})
}

// A reader that comes after a write, while an older description is under way, sees the write.
func TestALoadAfterAWriteSeesIt(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var mu sync.Mutex
		mutability := "IMMUTABLE"
		aws := &stub{answer: func(c call) answer {
			mu.Lock()
			if c.action == "PutImageTagMutability" {
				mutability = fmt.Sprint(c.body["imageTagMutability"])
			}
			seen := repository("a")
			seen["imageTagMutability"] = mutability
			mu.Unlock()
			if c.action == "DescribeRepositories" {
				time.Sleep(time.Second)
			}
			return answer{body: map[string]any{"repositories": []any{seen}}}
		}}
		c := aws.clients(t)
		key := awsapi.RepositoryKey{Name: "a"}
		go func() { _, _ = c.Repository(t.Context(), key) }()
		time.Sleep(500 * time.Millisecond)
		if err := c.PutImageTagMutability(t.Context(), key, "MUTABLE", nil); err != nil {
			t.Fatal(err)
		}
		got, err := c.Repository(t.Context(), key)
		if err != nil || got.ImageTagMutability != "MUTABLE" {
			t.Errorf("got %q, %v", got.ImageTagMutability, err)
		}
		synctest.Wait()
		time.Sleep(time.Second)
	})
}

func TestRepositoryDetailsOverlap(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		arn  string
		want time.Duration
	}{
		"with the ARN":    {arn: "arn:aws:ecr:eu-west-1:111122223333:repository/a", want: time.Second + 10*time.Millisecond},
		"without the ARN": {want: 2*time.Second + 10*time.Millisecond},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				aws := &stub{answer: func(c call) answer {
					time.Sleep(time.Second)
					switch c.action {
					case "GetRepositoryPolicy":
						return refusal("RepositoryPolicyNotFoundException", "none")
					case "GetLifecyclePolicy":
						return refusal("LifecyclePolicyNotFoundException", "none")
					case "ListTagsForResource":
						return answer{body: map[string]any{"tags": []any{map[string]string{"Key": "team", "Value": "x"}}}}
					default:
						return described("a")
					}
				}}
				began := time.Now()
				got, err := aws.clients(t).RepositoryDetails(t.Context(), awsapi.RepositoryKey{Name: "a"}, test.arn)
				if err != nil {
					t.Fatal(err)
				}
				if took := time.Since(began); took != test.want {
					t.Errorf("took %s, want %s", took, test.want)
				}
				want := awsapi.RepositoryDetails{Repository: got.Repository, Tags: map[string]string{"team": "x"}}
				if diff := cmp.Diff(want, got); diff != "" || got.Name != "a" {
					t.Errorf("details (-want +got):\n%s", diff)
				}
			})
		})
	}
}
