// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package awsapi_test

import (
	"errors"
	"io"
	"net"
	"net/http"
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

// slowSTS answers STS by the test's function; nil: never.
type slowSTS struct {
	answer func() (*http.Response, error)
	asked  int
}

func (s *slowSTS) RoundTrip(r *http.Request) (*http.Response, error) {
	s.asked++
	if s.answer == nil {
		<-r.Context().Done()
		return nil, r.Context().Err()
	}
	time.Sleep(time.Second)
	return s.answer()
}

// Whatever becomes of STS, those who ask for the account in one plan wait 15 seconds at most, together.
func TestSTSHoldsUpAPlanForFifteenSeconds(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		answer      func() (*http.Response, error)
		wantErr     string
		unreachable bool
	}{
		"silent": {wantErr: "no answer within 3s"},
		"busy": {answer: func() (*http.Response, error) {
			return &http.Response{StatusCode: http.StatusServiceUnavailable, Header: http.Header{}, Body: http.NoBody}, nil
		}, wantErr: "HTTP 503"},
		"breaking off": {answer: func() (*http.Response, error) { return nil, io.ErrUnexpectedEOF }, wantErr: "unexpected EOF"},
		"out of reach": {answer: func() (*http.Response, error) {
			return nil, &net.OpError{Op: "dial", Net: "tcp", Err: errors.New("i/o timeout")}
		}, wantErr: "i/o timeout", unreachable: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				transport := &slowSTS{answer: test.answer}
				c := (&stub{}).clients(t, func(cfg *awsapi.Config) {
					cfg.HTTPClient, cfg.Timing = &http.Client{Transport: transport}, awsapi.Timing{}
				})
				began := time.Now()
				for range 20 {
					_, err := c.Identity(t.Context())
					if err == nil || !strings.Contains(err.Error(), test.wantErr) || awsapi.IsUnreachable(err) != test.unreachable {
						t.Fatalf("error %v, want %q", err, test.wantErr)
					}
				}
				if waited := time.Since(began); waited > 15*time.Second || transport.asked != 4 {
					t.Errorf("STS was asked %d times in %s", transport.asked, waited)
				}
			})
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
		together(true) // a failure that took a second answers for two
		denied = false
		time.Sleep(2 * time.Second)
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
