// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package authz_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ecrx/terraform-provider-ecrx/internal/authz"
	"github.com/ecrx/terraform-provider-ecrx/internal/policy"
)

// TestReadCondition reads conditions as the engine compares them.
func TestReadCondition(t *testing.T) {
	t.Parallel()
	type reading struct {
		Kind                              authz.ReadingKind
		Negated, Fold, Each, Some, Absent bool
		Doubt                             string
	}
	for name, tc := range map[string]struct {
		operator, value string
		want            reading
	}{
		"text":             {"StringNotLike", "a*", reading{Negated: true, Absent: true}},
		"without case":     {"StringEqualsIgnoreCase", "a", reading{Fold: true}},
		"if exists":        {"StringEqualsIfExists", "a", reading{Absent: true}},
		"any value":        {"ForAnyValue:StringEquals", "a", reading{Some: true}},
		"all values":       {"ForAllValues:StringEquals", "a", reading{Each: true, Absent: true}},
		"an ARN":           {"ArnLike", "arn:aws:iam::1:role/*", reading{Kind: authz.ReadsARN}},
		"no ARN":           {"ArnLike", "role", reading{Kind: authz.ReadsARN, Doubt: `"role" isn't an ARN of six parts`}},
		"absence":          {"Null", "true", reading{Kind: authz.ReadsPresence, Absent: true}},
		"presence":         {"Null", "false", reading{Kind: authz.ReadsPresence}},
		"no boolean":       {"Null", "x", reading{Kind: authz.ReadsPresence, Doubt: `Null is compared with something else than "true" or "false"`}},
		"a number":         {"NumericLessThan", "5", reading{Kind: authz.ReadsTyped}},
		"no number":        {"NumericLessThan", "five", reading{Kind: authz.ReadsTyped, Doubt: `"five" isn't a number`}},
		"an open number":   {"NumericLessThan", unknown, reading{Kind: authz.ReadsTyped, Doubt: `"(known after apply)" isn't known yet`}},
		"an open text":     {"StringEquals", "a" + unknown, reading{Doubt: `"a(known after apply)" isn't known yet`}},
		"a variable":       {"StringEquals", "${aws:username}", reading{Doubt: `"${aws:username}" holds a policy variable`}},
		"half a variable":  {"StringEquals", "${aws", reading{Doubt: `a policy variable in "${aws" isn't written ${key} or ${key, 'default'}`}},
		"unknown operator": {"StringIs", "a", reading{Doubt: `the operator "StringIs" isn't known`}},
	} {
		r := authz.ReadCondition(policy.Condition{Operator: tc.operator, Key: "AWS:x", Values: []string{tc.value}}, true)
		got := reading{r.Kind, r.Negated, r.Fold, r.Each, r.Some, r.WithoutKey, r.Doubt}
		if diff := cmp.Diff(tc.want, got); diff != "" || r.Key != "aws:x" {
			t.Errorf("%s: key %s (-want +got):\n%s", name, r.Key, diff)
		}
	}
}

// TestReadPatterns gives the symbols of patterns, in which escaped wildcards stand for themselves.
func TestReadPatterns(t *testing.T) {
	t.Parallel()
	r := authz.ReadCondition(policy.Condition{Operator: "StringLike", Key: "x", Values: []string{"a*?${*}"}}, true)
	want := [][]authz.Symbol{{{Text: "a"}, {Wildcard: '*'}, {Wildcard: '?'}, {Text: "*"}}}
	if diff := cmp.Diff(want, r.Patterns); diff != "" {
		t.Error(diff)
	}
	if symbols, doubt := authz.ReadAction("ecr:Get*"); doubt != "" || len(symbols) != 2 {
		t.Errorf("got %v, %q", symbols, doubt)
	}
	for text, want := range map[string]struct {
		never   bool
		doubted bool
	}{"arn:aws:ecr:*:*:repository/*": {}, "arn:aws:s3": {never: true}, "repository/app": {doubted: true}} {
		if _, never, doubt := authz.ReadResource(text, true); never != want.never || (doubt != "") != want.doubted {
			t.Errorf("%s: never %t, %q", text, never, doubt)
		}
	}
}

// TestBoundaries gives values on both sides of each operand, between which the answer doesn't change.
func TestBoundaries(t *testing.T) {
	t.Parallel()
	for operator, tc := range map[string]struct {
		value string
		want  []string
	}{
		"NumericLessThan": {"5", []string{"4", "5", "6"}},
		"DateLessThan":    {"2027-01-01T00:00:00Z", []string{"2026-12-31T23:59:59Z", "2027-01-01T00:00:00Z", "2027-01-01T00:00:01Z"}},
		"IpAddress":       {"10.0.0.0/8", []string{"9.255.255.255", "10.0.0.0", "11.0.0.0"}},
		"NotIpAddress":    {"0.0.0.0/0", []string{"0.0.0.0"}},
		"BinaryEquals":    {"QUJD", []string{"QUJD"}},
		"StringEquals":    {"a", nil},
	} {
		r := authz.ReadCondition(policy.Condition{Operator: operator, Key: "x", Values: []string{tc.value}}, true)
		got := r.Boundaries()
		for _, want := range tc.want {
			if !slices.Contains(got, want) {
				t.Errorf("%s %s: %q is not among %q", operator, tc.value, want, got)
			}
		}
		if tc.want == nil && len(got) > 0 {
			t.Errorf("%s: %q", operator, got)
		}
	}
	below := authz.ReadCondition(policy.Condition{Operator: "NumericLessThan", Key: "x", Values: []string{"5"}}, true)
	for value, want := range map[string]authz.Answer{"4": authz.Yes, "5": authz.No, "five": authz.Maybe} {
		if got := below.Holds(authz.Single(value)); got != want {
			t.Errorf("%s < 5: %v, want %v", value, got, want)
		}
	}
	if got := authz.ReadCondition(policy.Condition{Operator: "NumericLessThan", Key: "x", Values: []string{"five"}}, true).Boundaries(); len(got) > 0 {
		t.Errorf("what isn't a number has the boundaries %q", got)
	}
}
