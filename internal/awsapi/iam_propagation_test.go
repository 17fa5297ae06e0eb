// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package awsapi_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ecrx/terraform-provider-ecrx/internal/awsapi"
	"github.com/ecrx/terraform-provider-ecrx/internal/awstest"
)

func trusting(principal string) string {
	return `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":` + principal + `,"Action":"sts:AssumeRole"}]}`
}

// Only what IAM may get to know is waited for, by create and by update alike.
func TestANewPrincipalOfATrustPolicyIsWaitedFor(t *testing.T) {
	t.Parallel()
	const invalid = `Invalid principal in policy: "AWS":"x"`
	tests := map[string]struct {
		principal string
		code      string
		refusals  int // before IAM takes the policy
		message   string
		waited    time.Duration
		wantErr   string
	}{
		"a role":                  {principal: `{"AWS":"arn:aws:iam::111122223333:role/ci"}`, refusals: 4, message: invalid, waited: 15 * time.Second},
		"a user":                  {principal: `{"AWS":["arn:aws:iam::111122223333:user/a"]}`, refusals: 1, message: invalid, waited: time.Second},
		"a provider":              {principal: `{"Federated":"arn:aws:iam::111122223333:oidc-provider/x"}`, refusals: 1, message: invalid, waited: time.Second},
		"a role for ever":         {principal: `{"AWS":"arn:aws:iam::111122223333:role/ci"}`, refusals: 1000, message: invalid, waited: 2 * time.Minute, wantErr: "IAM was asked for 2m0s: check that the principals of the trust policy exist"},
		"an account":              {principal: `{"AWS":"arn:aws:iam::111122223333:root"}`, refusals: 1000, message: invalid, wantErr: "MalformedPolicyDocument"},
		"a service":               {principal: `{"Service":"x.amazonaws.com"}`, refusals: 1000, message: invalid, wantErr: "MalformedPolicyDocument"},
		"another mistake":         {principal: `{"AWS":"arn:aws:iam::111122223333:role/ci"}`, refusals: 1000, message: "Syntax errors in policy.", wantErr: "Syntax errors in policy. ("},
		"another writer":          {principal: `{"Service":"x.amazonaws.com"}`, refusals: 2, code: "ConcurrentModification", message: "Another request updating the entity is in progress. Please try again later."},
		"another mistake of ours": {principal: `{"Service":"x.amazonaws.com"}`, refusals: 1000, code: "InvalidInput", message: "x", wantErr: "InvalidInput"},
	}
	for name, test := range tests {
		for _, action := range []string{"CreateRole", "UpdateAssumeRolePolicy"} {
			t.Run(name+", "+action, func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					aws := at("ci", func(*standing) {})
					aws.before = func(c iamCall) *answer {
						if c.action != action || c.n > test.refusals {
							return nil
						}
						code := test.code
						if code == "" {
							code = "MalformedPolicyDocument"
						}
						refused := failure(400, code, test.message)
						return &refused
					}
					c := aws.clients()
					began := time.Now()
					var err error
					if action == "CreateRole" {
						_, err = c.CreateRole(t.Context(), awsapi.NewRole{Name: "web", TrustPolicy: trusting(test.principal)})
					} else {
						err = c.UpdateTrust(t.Context(), "ci", trusting(test.principal))
					}
					if test.wantErr == "" && err != nil || test.wantErr != "" && (err == nil || !strings.Contains(err.Error(), test.wantErr)) {
						t.Errorf("error %v, want %q", err, test.wantErr)
					}
					if waited := time.Since(began).Truncate(time.Second); waited != test.waited {
						t.Errorf("waited %s, want %s", waited, test.waited)
					}
				})
			})
		}
	}
}

// A role that is updated and isn't there is no news.
func TestARoleThatIsGoneIsNotWaitedFor(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		aws := &roles{}
		c := aws.clients()
		began := time.Now()
		for name, err := range map[string]error{
			"UpdateTrust": c.UpdateTrust(t.Context(), "web", trusting(`{"AWS":"arn:aws:iam::111122223333:role/ci"}`)),
			"PutInline":   c.PutInline(t.Context(), "web", "pull", pull),
			"Attach":      c.AttachManaged(t.Context(), "web", "arn:1"),
			"UpdateRole":  c.UpdateRole(t.Context(), "web", "", 3600),
			"TagRole":     c.TagRole(t.Context(), "web", map[string]string{"a": "b"}),
			"SetBoundary": c.SetBoundary(t.Context(), "web", "arn:1"),
		} {
			if !awsapi.IsNotFound(err) {
				t.Errorf("%s: %v", name, err)
			}
		}
		if waited := time.Since(began); waited > 0 {
			t.Errorf("waited %s", waited)
		}
	})
}

// The policies of a role that this create has made wait until IAM knows the role.
func TestPoliciesWaitForTheirRole(t *testing.T) {
	t.Parallel()
	for _, action := range []string{"PutRolePolicy", "AttachRolePolicy"} {
		for refusals, wantErr := range map[int]bool{2: false, 1000: true} {
			t.Run(fmt.Sprint(action, refusals), func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					aws := &roles{before: func(c iamCall) *answer {
						if c.action != action || c.n > refusals {
							return nil
						}
						none := noRole("web")
						return &none
					}}
					_, err := aws.clients().CreateRole(t.Context(), newWeb())
					if (err != nil) != wantErr || wantErr && len(aws.there) > 0 {
						t.Errorf("%v, there %v", err, aws.there)
					}
				})
			})
		}
	}
}

// On the wire, with the emulator's own idea of propagation; the wait moves its clock.
func TestANewPrincipalOnTheWire(t *testing.T) {
	t.Parallel()
	clock := time.Unix(0, 0)
	a := awstest.New(t, awstest.RolePropagation(10*time.Second, func() time.Time { return clock }))
	c := clientsOf(a, func(cfg *awsapi.Config) {
		cfg.Timing.Wait = func(_ context.Context, d time.Duration) error {
			clock = clock.Add(d)
			return nil
		}
	})
	ci, err := c.CreateRole(t.Context(), awsapi.NewRole{Name: "ci", TrustPolicy: trust})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.CreateRole(t.Context(), awsapi.NewRole{Name: "web", TrustPolicy: trusting(`{"AWS":"` + ci.ARN + `"}`)}); err != nil {
		t.Error(err)
	}
	if waited := clock.Sub(time.Unix(0, 0)); waited < 10*time.Second || waited > 20*time.Second {
		t.Errorf("waited %s", waited)
	}
}
