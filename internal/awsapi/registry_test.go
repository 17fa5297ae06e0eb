// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package awsapi_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ecrx/terraform-provider-ecrx/internal/awsapi"
)

// TestRegistryPolicy asks twice: what is known, or refused, is asked once.
func TestRegistryPolicy(t *testing.T) {
	t.Parallel()
	const text = `{"Statement":[]}`
	there := answer{body: map[string]string{"registryId": account, "policyText": text}}
	scope := func(value string) answer {
		return answer{body: map[string]string{"name": "REGISTRY_POLICY_SCOPE", "value": value}}
	}
	refused := refusal("AccessDeniedException", "no")
	for name, tc := range map[string]struct {
		policy, scope answer
		want          string
		known         bool
		calls         string
	}{
		"none":            {refusal("RegistryPolicyNotFoundException", "no policy"), answer{}, "", true, "GetRegistryPolicy"},
		"scope V2":        {there, scope("V2"), text, true, "GetRegistryPolicy GetAccountSetting"},
		"scope V1":        {there, scope("V1"), "", true, "GetRegistryPolicy GetAccountSetting"},
		"no scope given":  {there, refused, text, true, "GetRegistryPolicy GetAccountSetting"},
		"refused":         {refused, answer{}, "", false, "GetRegistryPolicy"},
		"no answer":       {refusal("ValidationException", "no"), answer{}, "", false, "GetRegistryPolicy GetRegistryPolicy"},
		"no scope either": {there, refusal("ValidationException", "no"), text, false, strings.Repeat(" GetRegistryPolicy GetAccountSetting", 2)[1:]},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			aws := &stub{answer: func(c call) answer {
				if c.action == "GetAccountSetting" {
					return tc.scope
				}
				return tc.policy
			}}
			clients := aws.clients(t, func(*awsapi.Config) {})
			for range 2 {
				if got, known := clients.RegistryPolicy(t.Context(), "eu-west-1"); known != tc.known || known && got != tc.want {
					t.Errorf("got %q %t, want %q %t", got, known, tc.want, tc.known)
				}
			}
			if diff := cmp.Diff(tc.calls, strings.Join(aws.actions(), " ")); diff != "" {
				t.Error(diff)
			}
		})
	}
}
