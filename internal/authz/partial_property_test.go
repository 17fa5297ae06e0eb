// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package authz_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/ecrx/terraform-provider-ecrx/internal/authz"
	"github.com/ecrx/terraform-provider-ecrx/internal/policy"
)

// slot is a text of a case that may not be known, and what else could stand there.
type slot struct {
	what   string
	value  string
	set    func(value string)
	others []string
	// arn says that only ARNs of six parts can stand there.
	arn bool
}

// takes says that a text can stand in the slot.
func (s slot) takes(value string) bool {
	switch s.what {
	case "principal":
		return slices.Contains(someCallers, value)
	case "action":
		return slices.Contains(someActions, value)
	case "resource":
		return slices.Contains(someResources, value)
	default:
		return !s.arn || strings.Count(value, ":") >= 5
	}
}

var (
	someCallers = []string{
		"arn:aws:iam::111111111111:root", "arn:aws:iam::111111111111:user/ana", "arn:aws:iam::111111111111:role/ci",
		"arn:aws:sts::111111111111:assumed-role/ci/build-7", "arn:aws:sts::111111111111:federated-user/ana", "arn:aws:iam::222222222222:role/ci",
		"arn:aws:sts::222222222222:federated-user/ana", "arn:aws:sts::111111111111:assumed-role/AWSServiceRoleForECRReplication/x",
		"arn:aws:iam::222222222222:root", "lambda.amazonaws.com", authz.Anonymous,
	}
	someActions   = []string{"ecr:BatchGetImage", "ecr:PutImage", "ecr:GetAuthorizationToken", "s3:GetObject", "kms:Decrypt", "sts:AssumeRole"}
	someResources = []string{
		"*", "arn:aws:ecr:eu-west-1:111111111111:repository/team/app", "arn:aws:ecr:us-east-1:222222222222:repository/x", "arn:aws:s3:::bucket/key",
	}
	somePatterns  = []string{"*", "ecr:*", "arn:aws:ecr:*:*:repository/*", "arn:aws:iam::*:role/*", "true", "false", "${aws:username}", "10", "2026-01-01", "10.0.0.0/8", ""}
	someOperators = []string{
		"StringEquals", "StringNotLike", "StringLikeIfExists", "ForAnyValue:StringLike", "ForAllValues:StringNotEquals", "ArnLike", "Null", "Bool",
	}
	someKeys = []string{"aws:PrincipalArn", "aws:username", "aws:TagKeys", "aws:ResourceTag/team", "aws:SourceIp"}
)

// slots are the texts of a case.
func (e *editable) slots() []slot {
	text := func(what string, at *string, others []string) slot {
		return slot{what: what, value: *at, set: func(value string) { *at = value }, others: others}
	}
	out := []slot{
		text("principal", &e.request.Principal, someCallers),
		text("action", &e.request.Action, someActions),
		text("resource", &e.request.Resource, someResources),
		text("resource account", &e.request.ResourceAccount, []string{"111111111111", "222222222222"}),
	}
	for _, key := range slices.Sorted(maps.Keys(e.context)) {
		list := e.context[key].List()
		for i := range list {
			out = append(out, text("context "+key, &list[i], slices.Concat(somePatterns, e.valuesOf(key))))
		}
	}
	e.statements(func(l *editableLayer, d *policy.Document, i int) {
		s, at := &d.Statements[i], l.name+" "
		out = append(out, slot{
			what: at + "effect", value: string(s.Effect), set: func(value string) { s.Effect = policy.Effect(value) }, others: []string{"Allow", "Deny"},
		})
		for _, list := range [][]string{s.Principal.AWS, s.NotPrincipal.AWS} {
			for j := range list {
				out = append(out, text(at+"principal", &list[j], append(someCallers, e.request.Principal, "111111111111")))
			}
		}
		for _, list := range [][]string{s.Actions, s.NotActions} {
			for j := range list {
				out = append(out, text(at+"action", &list[j], slices.Concat(somePatterns, someActions)))
			}
		}
		for _, list := range [][]string{s.Resources, s.NotResources} {
			for j := range list {
				out = append(out, text(at+"resource", &list[j], slices.Concat(somePatterns, someResources)))
			}
		}
		for j := range s.Conditions {
			c := &s.Conditions[j]
			out = append(out, text(at+"operator", &c.Operator, someOperators), text(at+"key", &c.Key, slices.Concat(someKeys, slices.Collect(maps.Keys(e.context)))))
			for k := range c.Values {
				value := text(at+"value", &c.Values[k], slices.Concat(somePatterns, e.context[c.Key].List()))
				value.arn = strings.Contains(c.Operator, "Arn")
				out = append(out, value)
			}
		}
	})
	return out
}

// valuesOf gives the values that the policies of a case compare a key with.
func (e *editable) valuesOf(key string) []string {
	var out []string
	e.statements(func(_ *editableLayer, d *policy.Document, i int) {
		for _, c := range d.Statements[i].Conditions {
			if strings.EqualFold(c.Key, key) {
				out = append(out, c.Values...)
			}
		}
	})
	return out
}

// TestUnknownText replaces each text of each case by one of which nothing or only a beginning is known. The decision is
// then Unknown, or the one of every text that could stand there; so an unknown never grants what isn't granted.
func TestUnknownText(t *testing.T) {
	t.Parallel()
	decided, open := 0, 0
	for turn, e := range editables(t) {
		for i, s := range e.slots() {
			lengths := []int{0, len(s.value) / 2, len(s.value)}
			if strings.HasPrefix(e.name, "fz-") {
				// The sample's cases are large, so each gives some of its texts.
				if (turn+i)%8 != 0 {
					continue
				}
				lengths = lengths[turn%3:][:1]
			}
			for _, known := range lengths {
				beginning := s.value[:known]
				s.set(beginning + authz.UnknownValue)
				got := e.decide()
				if got == authz.Unknown {
					open++
					continue
				}
				for _, completion := range slices.Concat([]string{s.value, beginning, beginning + "x", beginning + ":y/*"}, s.others) {
					if !strings.HasPrefix(completion, beginning) || !s.takes(completion) {
						continue
					}
					s.set(completion)
					decided++
					if want := e.decide(); want != got {
						t.Errorf("%s: %s %q, known to begin with %q: %s, but with %q %s", e.name, s.what, s.value, beginning, got, completion, want)
					}
				}
			}
			s.set(s.value)
		}
	}
	if decided < 10_000 || open < 1_000 {
		t.Errorf("%d completions compared, %d left open: too few to say anything", decided, open)
	}
}

// TestUnknownDocument replaces each document of each case by one of which nothing is known.
func TestUnknownDocument(t *testing.T) {
	t.Parallel()
	for _, e := range editables(t) {
		e.documents(func(l *editableLayer, d *policy.Document) {
			original := *d
			*d = authz.UnknownDocument()
			got := e.decide()
			everybody := policy.Statement{Effect: policy.Allow, Actions: []string{"*"}, Resources: []string{"*"}, Principal: policy.Principal{Any: l.principal}}
			nobody := everybody
			nobody.Effect = policy.Deny
			for _, completion := range []policy.Document{original, policy.New(everybody), policy.New(nobody), policy.New()} {
				*d = completion
				if want := e.decide(); got != authz.Unknown && want != got {
					t.Errorf("%s: with an unknown document in %s: %s, but with %s %s", e.name, l.name, got, completion.Canonical(), want)
				}
			}
			*d = original
		})
	}
}

// TestOpenContext leaves open which keys a request carries beside those of the case.
func TestOpenContext(t *testing.T) {
	t.Parallel()
	for _, e := range editables(t) {
		e.open = true
		got := e.decide()
		e.open = false
		if want := e.decide(); got != authz.Unknown && want != got {
			t.Errorf("%s: with an open context %s, but without more keys %s", e.name, got, want)
		}
		var keys []policy.Condition
		e.statements(func(_ *editableLayer, d *policy.Document, i int) { keys = append(keys, d.Statements[i].Conditions...) })
		for _, c := range keys {
			if _, set := e.get(c.Key); set {
				continue
			}
			for _, values := range []authz.Values{authz.Single("x"), authz.Multi("x", "y"), authz.Multi(c.Values...)} {
				e.context[c.Key] = values
				if want := e.decide(); got != authz.Unknown && want != got {
					t.Errorf("%s: with an open context %s, but with %s %q %s", e.name, got, c.Key, values.List(), want)
				}
				delete(e.context, c.Key)
			}
		}
	}
}
