// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package authz_test

import (
	"testing"

	"github.com/ecrx/terraform-provider-ecrx/internal/authz"
	"github.com/ecrx/terraform-provider-ecrx/internal/policy"
)

// TestCallerOfAnARNWithoutAccount asks for an object of S3, whose owner its ARN doesn't name.
func TestCallerOfAnARNWithoutAccount(t *testing.T) {
	t.Parallel()
	identity := authz.Layers{Identity: []*authz.Policy{authz.AssumedToAllow("identity policies")}}
	caller := authz.Caller{Principal: "arn:aws:iam::111111111111:role/web"}
	for name, tc := range map[string]struct {
		context map[string]authz.Values
		want    authz.Decision
	}{
		"an owner that isn't told": {nil, authz.Unknown},
		"the caller's account":     {map[string]authz.Values{"aws:ResourceAccount": authz.Single("111111111111")}, authz.Allowed},
		"another account":          {map[string]authz.Values{"aws:ResourceAccount": authz.Single("222222222222")}, authz.ImplicitlyDenied},
	} {
		caller.Context = tc.context
		if got := caller.DecideAccess([]string{"s3:GetObject"}, authz.Repository{ARN: "arn:aws:s3:::bucket/key"}, &identity); got != tc.want {
			t.Errorf("%s: %s, want %s", name, got, tc.want)
		}
	}
}

// TestCallerOfTagsInTwoCases asks often, as the order of a map is another each time.
func TestCallerOfTagsInTwoCases(t *testing.T) {
	t.Parallel()
	layers := authz.Layers{Identity: []*authz.Policy{authz.Compile("identity", policy.New(policy.Statement{
		Effect: policy.Allow, Actions: []string{"ecr:*"}, Resources: []string{"*"},
		Conditions: []policy.Condition{{Operator: "StringEquals", Key: "aws:ResourceTag/team", Values: []string{"a"}}},
	}))}}
	repository := authz.Repository{ARN: "arn:aws:ecr:eu-west-1:111111111111:repository/app", Tags: map[string]string{"Team": "a", "team": "b"}}
	for range 50 {
		got := authz.Caller{Principal: "arn:aws:iam::111111111111:role/web"}.DecideAccess([]string{"ecr:BatchGetImage"}, repository, &layers)
		if got != authz.Unknown {
			t.Fatalf("%s, though AWS takes one of the two tags and doesn't say which", got)
		}
	}
}
