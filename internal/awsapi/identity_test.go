// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package awsapi_test

import (
	"errors"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ecrx/terraform-provider-ecrx/internal/awsapi"
)

func TestIdentity(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		config  func(*awsapi.Config)
		wantErr string
		calls   []string // to ECR
		sts     int
	}{
		"any account":        {config: func(*awsapi.Config) {}, calls: []string{"ListImages"}, sts: 1},
		"an allowed account": {config: func(c *awsapi.Config) { c.AllowedAccountIDs = []string{"444455556666", account} }, calls: []string{"ListImages"}, sts: 1},
		"one that isn't": {
			config: func(c *awsapi.Config) { c.AllowedAccountIDs = []string{"444455556666"} }, sts: 1,
			wantErr: "the credentials are of AWS account 111122223333; the provider's allowed_account_ids has only 444455556666",
		},
		"a forbidden account": {
			config: func(c *awsapi.Config) { c.ForbiddenAccountIDs = []string{account} }, sts: 1,
			wantErr: "the credentials are of AWS account 111122223333, which the provider's forbidden_account_ids lists",
		},
		"not requested":               {config: func(c *awsapi.Config) { c.SkipRequestingAccountID = true }, calls: []string{"ListImages"}},
		"not requested but forbidden": {config: func(c *awsapi.Config) { c.SkipRequestingAccountID = true; c.ForbiddenAccountIDs = []string{account} }, sts: 1, wantErr: "the credentials are of AWS account 111122223333, which the provider's forbidden_account_ids lists"},
		"a Region of another partition": {
			config: func(c *awsapi.Config) { c.Region = "cn-north-1"; c.STSRegion = "eu-west-1" }, sts: 1,
			wantErr: "the Region cn-north-1 is in partition aws-cn, but the credentials are for aws (arn:aws:iam::111122223333:user/alice)",
		},
		"the same, not validated": {config: func(c *awsapi.Config) { c.Region = "cn-north-1"; c.SkipRegionValidation = true }, calls: []string{"ListImages"}, sts: 1},
		"not a Region":            {config: func(c *awsapi.Config) { c.Region = "europe" }, wantErr: `"europe" is not an AWS Region: write one such as eu-west-1, or set skip_region_validation in the provider`},
		"no Region":               {config: func(c *awsapi.Config) { c.Region = "" }, wantErr: "no AWS Region: set region in the resource or in the provider, or AWS_REGION"},
		"no credentials": {
			config: func(c *awsapi.Config) {
				c.AccessKey, c.SecretKey = "", ""
				skip := true
				c.SkipMetadataAPICheck = &skip
			},
			wantErr: "asking STS for the caller's account: No valid credential sources found",
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			aws := &stub{answer: func(call) answer { return answer{body: map[string]any{}} }}
			c := aws.clients(t, test.config)
			for range 2 { // the account is asked for once
				_, err := c.HasImages(t.Context(), awsapi.RepositoryKey{Name: "app"})
				if test.wantErr == "" && err != nil || test.wantErr != "" && (err == nil || !strings.HasPrefix(err.Error(), test.wantErr)) {
					t.Fatalf("error %v, want %q", err, test.wantErr)
				}
			}
			if diff := cmp.Diff(append(test.calls, test.calls...), aws.actions()); diff != "" {
				t.Errorf("calls (-want +got):\n%s", diff)
			}
			if got := len(aws.calls) - len(aws.actions()); got != test.sts {
				t.Errorf("%d calls to STS, want %d", got, test.sts)
			}
		})
	}
}

func TestIdentityUnknown(t *testing.T) {
	t.Parallel()
	aws := &stub{}
	_, err := aws.clients(t, func(c *awsapi.Config) { c.SkipRequestingAccountID = true }).Identity(t.Context())
	if !errors.Is(err, awsapi.ErrAccountUnknown) || len(aws.calls) != 0 {
		t.Errorf("error %v after %d calls", err, len(aws.calls))
	}
}

func TestIdentityIsCoalescedAndAFailureForgotten(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		denied := true
		aws := &stub{identify: func() answer {
			time.Sleep(time.Second)
			if denied {
				return answer{status: 403, body: `<ErrorResponse><Error><Code>AccessDenied</Code><Message>no</Message></Error></ErrorResponse>`}
			}
			return answer{body: identity}
		}}
		c := aws.clients(t)
		together := func(wantErr bool) {
			var all sync.WaitGroup
			for range 5 {
				all.Go(func() {
					if _, err := c.Identity(t.Context()); (err != nil) != wantErr {
						t.Errorf("error %v", err)
					}
				})
			}
			all.Wait()
		}
		together(true)
		denied = false
		together(false)
		together(false)
		if got := len(aws.calls); got != 2 {
			t.Errorf("%d calls, want 2", got)
		}
		got, err := c.Identity(t.Context())
		want := awsapi.Identity{AccountID: account, Partition: "aws", ARN: "arn:aws:iam::" + account + ":user/alice", UserID: "AIDAEXAMPLE"}
		if diff := cmp.Diff(want, got); diff != "" || err != nil {
			t.Errorf("%v, identity (-want +got):\n%s", err, diff)
		}
	})
}
