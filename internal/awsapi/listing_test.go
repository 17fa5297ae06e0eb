// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package awsapi_test

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ecrx/terraform-provider-ecrx/internal/awsapi"
)

// registryOf answers DescribeRepositories from a registry, whose mutability a write changes.
func registryOf(mutability *string, listed answer, names ...string) func(call) answer {
	return func(c call) answer {
		switch {
		case c.action == "PutImageTagMutability":
			*mutability = fmt.Sprint(c.body["imageTagMutability"])
			return answer{body: map[string]any{}}
		case len(c.names()) == 0:
			if listed.status != 0 {
				return listed
			}
			return described(names...)
		}
		found := repository(c.names()[0])
		found["imageTagMutability"] = *mutability
		repositories := []any{found}
		for _, name := range c.names()[1:] {
			repositories = append(repositories, repository(name))
		}
		return answer{body: map[string]any{"repositories": repositories}}
	}
}

// descriptions counts the two kinds of DescribeRepositories.
func (s *stub) descriptions() (byName, listed int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, c := range s.calls {
		switch {
		case c.action != "DescribeRepositories":
		case len(c.names()) == 0:
			listed++
		default:
			byName++
		}
	}
	return byName, listed
}

// Readers that come one after the other, so that they never share a batch.
func oneByOne(t *testing.T, c *awsapi.Clients, n int) {
	t.Helper()
	for i := range n {
		got, err := c.Repository(t.Context(), awsapi.RepositoryKey{Name: fmt.Sprintf("r%d", i)})
		if err != nil || got.Name != fmt.Sprintf("r%d", i) {
			t.Fatalf("r%d: got %q, %v", i, got.Name, err)
		}
	}
}

func TestManyRepositoriesAreListed(t *testing.T) {
	t.Parallel()
	var all []string
	for i := range 100 {
		all = append(all, fmt.Sprintf("r%d", i))
	}
	tests := map[string]struct {
		listed answer
		names  []string
		want   [2]int // by name, listed
	}{
		"a registry of one page":    {names: all, want: [2]int{20, 1}},
		"a registry of more":        {names: all[:50], want: [2]int{70, 1}},
		"no permission for listing": {listed: refusal("AccessDeniedException", "no"), names: all, want: [2]int{100, 1}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				mutability := "IMMUTABLE"
				aws := &stub{answer: registryOf(&mutability, test.listed, test.names...)}
				c := aws.clients(t)
				oneByOne(t, c, 100)
				byName, listed := aws.descriptions()
				if diff := cmp.Diff(test.want, [2]int{byName, listed}); diff != "" {
					t.Errorf("calls by name and listings (-want +got):\n%s", diff)
				}
			})
		})
	}
}

func TestAListingNeverHidesAWrite(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var all []string
		for i := range 30 {
			all = append(all, fmt.Sprintf("r%d", i))
		}
		mutability := "IMMUTABLE"
		aws := &stub{answer: registryOf(&mutability, answer{}, all...)}
		c := aws.clients(t)
		oneByOne(t, c, 30)
		key := awsapi.RepositoryKey{Name: "r5"}
		if err := c.PutImageTagMutability(t.Context(), key, "MUTABLE", nil); err != nil {
			t.Fatal(err)
		}
		if got, err := c.Repository(t.Context(), key); err != nil || got.ImageTagMutability != "MUTABLE" {
			t.Errorf("got %q, %v", got.ImageTagMutability, err)
		}
	})
}

func TestAListingGrowsOld(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var all []string
		for i := range 30 {
			all = append(all, fmt.Sprintf("r%d", i))
		}
		mutability := "IMMUTABLE"
		aws := &stub{answer: registryOf(&mutability, answer{}, all...)}
		c := aws.clients(t)
		oneByOne(t, c, 30)
		time.Sleep(31 * time.Second)
		oneByOne(t, c, 1)
		if _, listed := aws.descriptions(); listed != 2 {
			t.Errorf("listed %d times, want 2", listed)
		}
	})
}
