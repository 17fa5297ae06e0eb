// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package authz_test

import (
	"slices"
	"testing"

	"github.com/ecrx/terraform-provider-ecrx/internal/authz"
	"github.com/ecrx/terraform-provider-ecrx/internal/policy"
)

// TestAllowedBy names the statements by which a caller gets in: none where a Deny or a missing identity policy keeps it out.
func TestAllowedBy(t *testing.T) {
	t.Parallel()
	account := policy.Principal{AWS: []string{"arn:aws:iam::222222222222:root"}}
	allow := func(sid string, who policy.Principal, action string) policy.Statement {
		return policy.Statement{Sid: sid, Effect: policy.Allow, Principal: who, Actions: []string{action}}
	}
	repository := []*authz.Policy{authz.Compile("repository policy", policy.New(
		allow("Pull", account, "ecr:BatchGetImage"),
		allow("All", account, "ecr:*"),
		allow("Others", policy.Principal{AWS: []string{"arn:aws:iam::333333333333:root"}}, "ecr:*"),
		allow("", account, "ecr:ListImages"),
		policy.Statement{Sid: "Keep", Effect: policy.Deny, Principal: policy.Principal{Any: true}, Actions: []string{"ecr:PutImage"}},
	))}
	identity := []*authz.Policy{authz.AssumedToAllow("identity policies")}
	for name, tc := range map[string]struct {
		actions []string
		layers  authz.Layers
		want    []string
	}{
		"one action":         {[]string{"ecr:BatchGetImage"}, authz.Layers{Identity: identity, Repository: repository}, []string{"All", "Pull"}},
		"several, each once": {[]string{"ecr:BatchGetImage", "ecr:ListImages"}, authz.Layers{Identity: identity, Repository: repository}, []string{"All", "Pull", "Statement[3]"}},
		"a denied action":    {[]string{"ecr:PutImage"}, authz.Layers{Identity: identity, Repository: repository}, nil},
		"no identity policy": {[]string{"ecr:BatchGetImage"}, authz.Layers{Repository: repository}, nil},
		"no actions":         {nil, authz.Layers{Identity: identity, Repository: repository}, nil},
		"by another layer":   {[]string{"ecr:BatchGetImage"}, authz.Layers{Identity: identity, Registry: repository}, nil},
	} {
		caller := authz.Caller{Principal: "arn:aws:iam::222222222222:role/web", OrganizationPath: authz.UnknownValue}
		got := caller.AllowedBy(tc.actions, authz.Repository{ARN: "arn:aws:ecr:eu-west-1:111111111111:repository/app"}, &tc.layers)
		if !slices.Equal(got, tc.want) {
			t.Errorf("%s: %q, want %q", name, got, tc.want)
		}
	}
}

// TestRoleStandsForItsSessions names one session of a role: whether it is the caller isn't known.
func TestRoleStandsForItsSessions(t *testing.T) {
	t.Parallel()
	for session, want := range map[string]authz.Decision{
		"arn:aws:sts::111111111111:assumed-role/ci/bad":    authz.Unknown,
		"arn:aws:sts::111111111111:assumed-role/other/bad": authz.Allowed,
		"arn:aws:sts::222222222222:assumed-role/ci/bad":    authz.Allowed,
	} {
		layers := authz.Layers{
			Identity: []*authz.Policy{authz.AssumedToAllow("identity policies")},
			Repository: []*authz.Policy{authz.Compile("repository policy", policy.New(policy.Statement{
				Effect: policy.Deny, Principal: policy.Principal{AWS: []string{session}}, Actions: []string{"ecr:*"},
			}))},
		}
		got := authz.Caller{Principal: "arn:aws:iam::111111111111:role/team/ci"}.DecideAccess([]string{"ecr:BatchGetImage"}, authz.Repository{ARN: "arn:aws:ecr:eu-west-1:111111111111:repository/app"}, &layers)
		if got != want {
			t.Errorf("denied to %s: %s, want %s", session, got, want)
		}
	}
}
