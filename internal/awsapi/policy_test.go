// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package awsapi_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ecrx/terraform-provider-ecrx/internal/awsapi"
)

// policies is an ECR with one repository. A policy of it is a list of words, each standing for a statement.
type policies struct {
	mu      sync.Mutex
	live    string
	forced  bool
	disturb func(c call, live *string) *answer // before the effect of a call; nil: no disturbance
	spoil   func(c call) *answer               // instead of the answer, after the effect
}

func (p *policies) answer(c call) answer {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.disturb != nil {
		if a := p.disturb(c, &p.live); a != nil {
			return *a
		}
	}
	switch c.action {
	case "SetRepositoryPolicy":
		p.live = fmt.Sprint(c.body["policyText"])
		p.forced = c.body["force"] == true
	case "DeleteRepositoryPolicy":
		p.live = ""
	case "GetRepositoryPolicy":
		if p.live == "" {
			return refusal("RepositoryPolicyNotFoundException", "none")
		}
	}
	if p.spoil != nil {
		if a := p.spoil(c); a != nil {
			return *a
		}
	}
	return answer{body: map[string]string{"policyText": p.live}}
}

// add is the edit that wants a statement, and keeps those of others.
func add(word string) awsapi.PolicyEdit {
	return func(live string, _ bool) (string, error) {
		words := strings.Fields(live)
		if slices.Contains(words, word) {
			return live, nil
		}
		return strings.Join(append(words, word), " "), nil
	}
}

// remove is the edit that wants a statement gone.
func remove(word string) awsapi.PolicyEdit {
	return func(live string, _ bool) (string, error) {
		words := strings.Fields(live)
		return strings.Join(slices.DeleteFunc(words, func(w string) bool { return w == word }), " "), nil
	}
}

const (
	get = "GetRepositoryPolicy"
	set = "SetRepositoryPolicy"
	del = "DeleteRepositoryPolicy"
)

func TestEditRepositoryPolicy(t *testing.T) {
	t.Parallel()
	// once gives the answer to the nth call of an action, and changes what is live before it.
	once := func(action string, n int, a *answer, change func(live *string)) func(call, *string) *answer {
		return func(c call, live *string) *answer {
			if c.action != action || c.n != n {
				return nil
			}
			if change != nil {
				change(live)
			}
			return a
		}
	}
	throttled := refusal("ThrottlingException", "Rate exceeded")
	tests := map[string]struct {
		live    string
		edit    awsapi.PolicyEdit
		opts    awsapi.EditOptions
		disturb func(call, *string) *answer
		spoil   func(call) *answer
		want    string
		wantErr string
		calls   []string
		within  [2]time.Duration
	}{
		"nothing to write": {live: "own", edit: add("own"), want: "own", calls: []string{get}},
		"written": {
			live: "foreign", edit: add("own"), want: "foreign own",
			calls: []string{get, set, get, get}, within: [2]time.Duration{time.Second, 1250 * time.Millisecond},
		},
		"first policy":              {edit: add("own"), want: "own", calls: []string{get, set, get, get}},
		"last statement":            {live: "own", edit: remove("own"), want: "", calls: []string{get, del, get, get}},
		"nothing in a fresh one":    {edit: remove("own"), opts: awsapi.EditOptions{FreshRepository: true}, want: ""},
		"fresh repository":          {edit: add("own"), opts: awsapi.EditOptions{FreshRepository: true}, want: "own", calls: []string{set, get}},
		"fresh repository, by two":  {edit: add("own"), opts: awsapi.EditOptions{FreshRepository: true}, disturb: once(get, 1, nil, func(live *string) { *live = "foreign" }), want: "foreign own", calls: []string{set, get, set, get}},
		"deleted by somebody else":  {live: "own", edit: remove("own"), disturb: once(del, 1, answerOf(refusal("RepositoryPolicyNotFoundException", "none")), func(live *string) { *live = "" }), want: "", calls: []string{get, del, get, get}},
		"lost before the read back": {edit: add("own"), disturb: once(get, 2, nil, func(live *string) { *live = "foreign" }), want: "foreign own", calls: []string{get, set, get, set, get, get}},
		"lost before the second look": {
			edit: add("own"), disturb: once(get, 3, nil, func(live *string) { *live = "foreign" }),
			want: "foreign own", calls: []string{get, set, get, get, set, get, get},
		},
		"a throttled write is edited anew": {
			live: "old", edit: add("own"), disturb: once(set, 1, &throttled, func(live *string) { *live = "newer" }),
			want: "newer own", calls: []string{get, set, get, set, get, get},
		},
		"the write's answer lost": {
			live: "foreign", edit: add("own"), want: "foreign own", calls: []string{get, set, get, get, get},
			spoil: func(c call) *answer {
				if c.action == set {
					return &answer{lost: true}
				}
				return nil
			},
		},
		"refused": {
			live: "foreign", edit: add("own"), disturb: once(set, 1, answerOf(refusal("AccessDeniedException", "no")), nil),
			want: "foreign", wantErr: "AccessDeniedException: no", calls: []string{get, set},
		},
		"no first read": {
			edit: add("own"), disturb: once(get, 1, answerOf(notFound("app")), nil),
			wantErr: "RepositoryNotFoundException", calls: []string{get},
		},
		"no read back": {
			edit: add("own"), disturb: once(get, 2, answerOf(refusal("AccessDeniedException", "no")), nil),
			want: "own", wantErr: "the policy of repository app was written, but can't be read back: AccessDeniedException", calls: []string{get, set, get},
		},
		"no second look": {
			edit: add("own"), disturb: once(get, 3, answerOf(refusal("AccessDeniedException", "no")), nil), want: "own",
			wantErr: "the policy of repository app was written and stood, but the second look for concurrent writers failed: AccessDeniedException",
			calls:   []string{get, set, get, get},
		},
		"an edit that fails": {
			live: "x", edit: func(string, bool) (string, error) { return "", errors.New("not a policy") },
			want: "x", wantErr: "not a policy", calls: []string{get},
		},
		"a fight": {
			edit: add("own"), want: "foreign", wantErr: "the policy of repository app was written 10 times",
			disturb: func(c call, live *string) *answer {
				if c.action == get && c.n > 1 {
					*live = "foreign"
				}
				return nil
			},
			calls: slices.Concat([]string{get}, slices.Repeat([]string{set, get}, 10)),
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				ecr := &policies{live: test.live, disturb: test.disturb, spoil: test.spoil}
				aws := &stub{answer: ecr.answer}
				began := time.Now()
				got, _, err := aws.clients(t).EditRepositoryPolicy(t.Context(), awsapi.RepositoryKey{Name: "app"}, test.edit, test.opts)
				if test.wantErr == "" && err != nil || test.wantErr != "" && (err == nil || !strings.HasPrefix(err.Error(), test.wantErr)) {
					t.Errorf("error %v, want %q", err, test.wantErr)
				}
				if got != test.want {
					t.Errorf("live %q, want %q", got, test.want)
				}
				if test.wantErr == "" && ecr.live != test.want {
					t.Errorf("ECR has %q, want %q", ecr.live, test.want)
				}
				if diff := cmp.Diff(test.calls, aws.actions()); diff != "" {
					t.Errorf("calls (-want +got):\n%s", diff)
				}
				if took := time.Since(began); test.within[1] != 0 && (took < test.within[0] || took > test.within[1]) {
					t.Errorf("took %s, want %v", took, test.within)
				}
			})
		})
	}
}

func answerOf(a answer) *answer { return &a }

func TestEditRepositoryPolicyForcesOnlyWhenAsked(t *testing.T) {
	t.Parallel()
	for _, force := range []bool{false, true} {
		t.Run(fmt.Sprint(force), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				ecr := &policies{}
				aws := &stub{answer: ecr.answer}
				opts := awsapi.EditOptions{Force: force}
				if _, _, err := aws.clients(t).EditRepositoryPolicy(t.Context(), awsapi.RepositoryKey{Name: "app"}, add("own"), opts); err != nil {
					t.Fatal(err)
				}
				if ecr.forced != force {
					t.Errorf("force = %t", ecr.forced)
				}
			})
		})
	}
}

// Edits of one repository wait for each other, however it is named; those of another don't.
func TestEditsOfOneRepositoryAreSerial(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ecr := &policies{}
		aws := &stub{answer: ecr.answer}
		c := aws.clients(t)
		var all sync.WaitGroup
		for i, key := range []awsapi.RepositoryKey{{Name: "app"}, {Name: "app", Region: "eu-west-1"}, {Name: "app", RegistryID: account}} {
			all.Go(func() {
				if _, _, err := c.EditRepositoryPolicy(t.Context(), key, add(fmt.Sprint(i)), awsapi.EditOptions{}); err != nil {
					t.Error(err)
				}
			})
		}
		began := time.Now()
		all.Wait()
		if took := time.Since(began); took < 3*time.Second {
			t.Errorf("took %s: two edits ran at once", took)
		}
		words := strings.Fields(ecr.live)
		slices.Sort(words)
		if diff := cmp.Diff([]string{"0", "1", "2"}, words); diff != "" {
			t.Errorf("statements (-want +got):\n%s", diff)
		}
	})
}

// A principal that ECR doesn't know yet is waited for, if the policy names one.
func TestEditRepositoryPolicyWaitsForPrincipals(t *testing.T) {
	t.Parallel()
	const (
		naming    = `{"Statement":[{"Sid":"A","Principal":{"AWS":["` + roleARN + `","arn:aws:iam::444455556666:root"]}},{"Principal":"*"}]}`
		namingOne = `{"Statement":{"NotPrincipal":{"AWS":"` + roleARN + `"}}}`
		accounts  = `{"Statement":[{"Principal":{"AWS":"arn:aws:iam::444455556666:root"}}]}`
	)
	tests := map[string]struct {
		policy, text string
		known        time.Duration // when ECR knows the principal
		wantErr      string
		took         time.Duration
	}{
		"known after a while":          {policy: naming, text: "Principal not found", known: 5 * time.Second, took: 7 * time.Second},
		"the older text":               {policy: namingOne, text: "Invalid repository policy provided", known: time.Second, took: time.Second},
		"never known":                  {policy: naming, text: "Principal not found", known: time.Hour, took: 2 * time.Minute, wantErr: "; ECR was asked for 2m0s: check that these principals exist: " + roleARN},
		"nothing to wait for":          {policy: accounts, text: "Principal not found", known: time.Hour, wantErr: "'Principal not found' (SetRepositoryPolicy, HTTP 400, request id request-1)"},
		"another invalid parameter":    {policy: naming, text: "PolicyText is too long", known: time.Hour, wantErr: "'PolicyText is too long' (SetRepositoryPolicy, HTTP 400, request id request-1)"},
		"a policy that can't be read":  {policy: `{`, text: "Invalid repository policy provided", known: time.Hour, wantErr: "'Invalid repository policy provided' (SetRepositoryPolicy, HTTP 400, request id request-1)"},
		"a policy without a statement": {policy: `{}`, text: "Invalid repository policy provided", known: time.Hour, wantErr: "'Invalid repository policy provided' (SetRepositoryPolicy, HTTP 400, request id request-1)"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				began := time.Now()
				ecr := &policies{disturb: func(c call, _ *string) *answer {
					if c.action == set && time.Since(began) < test.known {
						return answerOf(refusal("InvalidParameterException", "Invalid parameter at 'PolicyText' failed to satisfy constraint: '"+test.text+"'"))
					}
					return nil
				}}
				aws := &stub{answer: ecr.answer}
				edit := func(string, bool) (string, error) { return test.policy, nil }
				_, _, err := aws.clients(t).EditRepositoryPolicy(t.Context(), awsapi.RepositoryKey{Name: "app"}, edit, awsapi.EditOptions{FreshRepository: true})
				if test.wantErr == "" && err != nil || test.wantErr != "" && (err == nil || !strings.HasSuffix(err.Error(), test.wantErr)) {
					t.Errorf("error %v, want …%q", err, test.wantErr)
				}
				if took := time.Since(began); took != test.took {
					t.Errorf("took %s, want %s", took, test.took)
				}
			})
		})
	}
}
