// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package authz_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/ecrx/terraform-provider-ecrx/internal/authz"
	"github.com/ecrx/terraform-provider-ecrx/internal/policy"
)

// conditioned gives a case whose one statement allows everything under one condition on aws:x.
func conditioned(t *testing.T, operator, pattern, value string) authz.Case {
	t.Helper()
	condition, err := json.Marshal(map[string]map[string]string{operator: {"aws:x": pattern}})
	if err != nil {
		t.Fatal(err)
	}
	c, err := authz.ParseCase(`{"request": {"principal": "` + aRole + `", "action": "` + aPull + `", "resource": "` + anApp + `",
		"resourceAccount": "` + anOwner + `", "context": {"aws:x": "` + value + `", "aws:y": "a", "aws:username": "` + strings.Repeat("u", 10_000) + `"}},
		"identityPolicies": [{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": ` + string(condition) + `}}]}`)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// TestWorkIsBounded gives patterns whose comparison would take billions of steps: the decision is Unknown, and says why.
func TestWorkIsBounded(t *testing.T) {
	t.Parallel()
	text := strings.Repeat("a", 40_000)
	for name, c := range map[string]authz.Case{
		"question marks": conditioned(t, "StringLike", "*"+strings.Repeat("?", 20_000)+"b", text),
		"variables":      conditioned(t, "StringLike", "*"+strings.Repeat("${aws:y}", 5_000)+"b", text),
		"an ARN":         conditioned(t, "ArnLike", "arn:aws:iam::1:*"+strings.Repeat("?", 20_000)+"b", "arn:aws:iam::1:"+text),
	} {
		result := decideBoth(t, c)
		if reasons := strings.Join(result.Reasons(), "\n"); result.Decision != authz.Unknown || !strings.Contains(reasons, "takes more than 16777216 steps") {
			t.Errorf("%s: %s: %s", name, result.Decision, reasons)
		}
	}
	long := conditioned(t, "StringLike", "*"+strings.Repeat("?", 200)+"b", text+"b")
	if result := decideBoth(t, long); result.Decision != authz.Allowed {
		t.Errorf("a pattern of 202 steps over 40,001 characters: %s: %q", result.Decision, result.Reasons())
	}
}

// TestWorkOnResources does the same to the element Resource.
func TestWorkOnResources(t *testing.T) {
	t.Parallel()
	c := conditioned(t, "StringLike", "*", "x")
	c.Request.Resource = anApp + strings.Repeat("a", 40_000)
	c.Layers = identity(policy.New(policy.Statement{
		Effect: policy.Allow, Actions: []string{"*"}, Resources: []string{"arn:aws:ecr:eu-west-1:111111111111:repository/*" + strings.Repeat("?", 20_000) + "b"},
	}))
	result := decideBoth(t, c)
	if reasons := strings.Join(result.Reasons(), "\n"); result.Decision != authz.Unknown || !strings.Contains(reasons, "takes more than 16777216 steps") {
		t.Errorf("%s: %s", result.Decision, reasons)
	}
}

// TestVariablesAreExplainedOnce has one variable a thousand times: its value stands in the reason once.
func TestVariablesAreExplainedOnce(t *testing.T) {
	t.Parallel()
	c := conditioned(t, "StringEquals", strings.Repeat("${aws:username}", 1_000), "x")
	result := decideBoth(t, c)
	reasons := strings.Join(result.Reasons(), "\n")
	if result.Decision != authz.ImplicitlyDenied || strings.Count(reasons, strings.Repeat("u", 10_000)) != 1 {
		t.Errorf("%s, with the value %d times", result.Decision, strings.Count(reasons, strings.Repeat("u", 10_000)))
	}
}
