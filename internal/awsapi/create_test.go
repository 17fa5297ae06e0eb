// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package awsapi_test

import (
	"context"
	"maps"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ecrx/terraform-provider-ecrx/internal/awsapi"
)

// registry is an ECR in which a repository may come to be.
type registry struct {
	mu    sync.Mutex
	there map[string]any // nil: no repository
	tags  map[string]any
	spoil func(c call) *answer // the answer to a create, after its effect; nil: the proper one
}

func (r *registry) answer(c call) answer {
	r.mu.Lock()
	defer r.mu.Unlock()
	switch c.action {
	case "CreateRepository":
		if r.there != nil {
			return refusal("RepositoryAlreadyExistsException", "The repository with name 'app' already exists")
		}
		r.there = repository("app")
		maps.Copy(r.there, c.body)
		r.tags = map[string]any{"tags": c.body["tags"]}
		if r.spoil != nil {
			if a := r.spoil(c); a != nil {
				return *a
			}
		}
		return answer{body: map[string]any{"repository": r.there}}
	case "ListTagsForResource":
		return answer{body: r.tags}
	default:
		if r.there == nil {
			return notFound("app")
		}
		return answer{body: map[string]any{"repositories": []any{r.there}}}
	}
}

func TestCreateRepository(t *testing.T) {
	t.Parallel()
	lost := func(call) *answer { return &answer{lost: true} }
	// replaced is a lost answer to a create that somebody else was quicker with.
	replaced := func(change func(r *registry)) func(r *registry) {
		return func(r *registry) {
			r.spoil = func(call) *answer { change(r); return &answer{lost: true} }
		}
	}
	const exists = `a repository app exists in eu-west-1 already; choose another name, or import it: `
	tests := map[string]struct {
		arrange  func(r *registry)
		attempts int
		wantErr  string
	}{
		"created":                         {arrange: func(*registry) {}, attempts: 3},
		"an answer lost, then found":      {arrange: func(r *registry) { r.spoil = lost }, attempts: 3},
		"the only answer lost":            {arrange: func(r *registry) { r.spoil = lost }, attempts: 1},
		"a server error after the effect": {arrange: func(r *registry) { r.spoil = func(call) *answer { return &answer{status: 500, body: "{}"} } }, attempts: 3},
		"there before":                    {arrange: func(r *registry) { r.there = repository("app") }, attempts: 3, wantErr: exists},
		"another one, older":              {arrange: replaced(func(r *registry) { r.there["createdAt"] = float64(time.Now().Add(-time.Hour).Unix()) }), attempts: 3, wantErr: exists},
		"another one, other scanning":     {arrange: replaced(func(r *registry) { r.there["imageScanningConfiguration"] = map[string]any{"scanOnPush": false} }), attempts: 3, wantErr: exists},
		"another one, mutable":            {arrange: replaced(func(r *registry) { r.there["imageTagMutability"] = "MUTABLE" }), attempts: 3, wantErr: exists},
		"another one, other filters":      {arrange: replaced(func(r *registry) { delete(r.there, "imageTagMutabilityExclusionFilters") }), attempts: 3, wantErr: exists},
		"another one, other key": {arrange: replaced(func(r *registry) {
			r.there["encryptionConfiguration"] = map[string]any{"encryptionType": "KMS", "kmsKey": "other"}
		}), attempts: 3, wantErr: exists},
		"another one, other encryption": {arrange: replaced(func(r *registry) { delete(r.there, "encryptionConfiguration") }), attempts: 3, wantErr: exists},
		"another one, other tags":       {arrange: replaced(func(r *registry) { r.tags = map[string]any{} }), attempts: 1, wantErr: exists},
		"lost, and gone again":          {arrange: replaced(func(r *registry) { r.there = nil }), attempts: 1, wantErr: "connection reset"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				r := &registry{}
				test.arrange(r)
				aws := &stub{answer: r.answer}
				c := aws.clients(t, func(cfg *awsapi.Config) { cfg.MaxRetries = &test.attempts })
				got, err := c.CreateRepository(t.Context(), "", awsapi.NewRepository{
					Name:                         "app",
					ImageTagMutability:           "IMMUTABLE_WITH_EXCLUSION",
					ImageTagMutabilityExclusions: []string{"latest", "dev-*"},
					EncryptionType:               "KMS",
					KMSKey:                       "arn:aws:kms:eu-west-1:111122223333:key/1",
					ScanOnPush:                   true,
					Tags:                         map[string]string{"team": "x"},
				})
				switch {
				case test.wantErr == "" && err != nil, test.wantErr != "" && (err == nil || !strings.Contains(err.Error(), test.wantErr)):
					t.Errorf("error %v, want %q", err, test.wantErr)
				case test.wantErr == "" && got.ARN == "":
					t.Error("no repository")
				case test.wantErr == exists && test.attempts > 1 && !awsapi.IsAlreadyExists(err):
					t.Errorf("not IsAlreadyExists: %v", err)
				}
			})
		})
	}
}

// An interrupt in the middle of a create neither cuts it off nor begins another attempt.
func TestAnInterruptLeavesNoOrphan(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		spoil *answer
		calls []string
	}{
		"the answer comes":  {calls: []string{"CreateRepository"}},
		"the answer's lost": {spoil: &answer{lost: true}, calls: []string{"CreateRepository", "DescribeRepositories", "ListTagsForResource"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				ctx, interrupt := context.WithCancel(t.Context())
				r := &registry{spoil: func(call) *answer {
					interrupt()
					time.Sleep(time.Second)
					return test.spoil
				}}
				aws := &stub{answer: r.answer}
				got, err := aws.clients(t).CreateRepository(ctx, "", awsapi.NewRepository{Name: "app", ScanOnPush: true, ImageTagMutability: "IMMUTABLE"})
				if err != nil || got.ARN == "" {
					t.Errorf("got %q, %v", got.ARN, err)
				}
				if diff := cmp.Diff(test.calls, aws.actions()); diff != "" {
					t.Errorf("calls (-want +got):\n%s", diff)
				}
			})
		})
	}
}

func TestAQuotaIsNoThrottling(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		aws := &stub{answer: func(call) answer { return refusal("LimitExceededException", "too many repositories") }}
		_, err := aws.clients(t).CreateRepository(t.Context(), "", awsapi.NewRepository{Name: "app"})
		if err == nil || len(aws.actions()) != 1 {
			t.Errorf("%d attempts, error %v", len(aws.actions()), err)
		}
	})
}
