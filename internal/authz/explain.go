// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package authz

import (
	"slices"
	"strconv"
	"strings"

	"github.com/ecrx/terraform-provider-ecrx/internal/policy"
)

// explain says what decided about a statement, as the rest of a sentence that begins with it.
func (c *call) explain(e *traced) string {
	s, m := e.statement, e.match
	unknown := m.applies == maybe
	switch m.because {
	case actionPart:
		if unknown {
			return "may be about the action, which isn't known yet"
		}
		return "isn't about " + c.request.Action
	case resourcePart:
		if unknown {
			if len(s.resources) == 0 {
				return "has no Resource, which AWS asks for in this kind of policy"
			}
			otherwise := "its resources aren't known yet"
			if c.work > mostWork {
				otherwise = "comparing them takes more than " + strconv.Itoa(mostWork) + " steps"
			}
			return "may be about " + c.request.Resource + ": " + firstInvalid(s.resources, otherwise)
		}
		return "isn't about " + c.resourceText() + never(s.resources)
	case principalPart:
		return c.explainPrincipal(s, unknown)
	case conditionPart:
		return c.explainCondition(&s.conditions[m.index], m.applies)
	case effectPart:
		return "may allow or deny, which isn't known yet"
	case placePart:
		if s.hasPrincipal {
			return "names a Principal, which AWS refuses in this kind of policy"
		}
		return "names no Principal, which AWS refuses in this kind of policy"
	case wholePart:
	}
	if s.effect == policy.Allow {
		if m.naming.account == yes && max(m.naming.direct, m.naming.role) == no && c.verdicts.sameAccount == yes && c.principal.kind != rootPrincipal {
			return "leaves it to the identity policies of account " + c.principal.account
		}
		return "allows it"
	}
	var held []string
	for i := range s.conditions {
		held = append(held, c.explainCondition(&s.conditions[i], yes))
	}
	if len(held) == 0 {
		return "denies it"
	}
	return "denies it: it is for " + strings.Join(held, ", and for ")
}

// never says why a resource matches nothing, where that isn't plain to see.
func never(patterns []pattern) string {
	if i := slices.IndexFunc(patterns, func(p pattern) bool { return p.never != "" }); i >= 0 {
		return ": " + patterns[i].never
	}
	return ""
}

func firstInvalid(patterns []pattern, otherwise string) string {
	for i := range patterns {
		if doubt := patterns[i].invalid + patterns[i].doubtful; doubt != "" {
			return doubt
		}
	}
	return otherwise
}

func (c *call) explainPrincipal(s *statement, unknown bool) string {
	caller := c.callerText()
	switch {
	case unknown && s.not.principal && s.effect == policy.Allow:
		return "has NotPrincipal with Allow, which AWS doesn't support"
	case unknown && s.not.principal:
		return "lists " + caller + " in NotPrincipal only in part: AWS asks for the role or user together with its account"
	case unknown && c.principal.roleUnknown:
		return "may name " + caller + ": the path of the session's role isn't known, which the role's ARN has"
	case unknown:
		return "may name " + caller + ": its principals, or the caller, aren't known yet or can't be compared"
	case s.not.principal:
		return "leaves out " + caller
	}
	var names []string
	for _, e := range s.principals.entries {
		names = append(names, e.text)
	}
	return "is for " + strings.Join(names, ", ") + "; the caller is " + caller
}

func (c *call) resourceText() string {
	if c.onRegistry == yes {
		return "*"
	}
	return c.request.Resource
}

func (c *call) callerText() string {
	switch c.principal.kind {
	case unknownPrincipal:
		return "the caller"
	case anonymousPrincipal:
		return "anonymous"
	case servicePrincipal:
		return "the service " + c.principal.text
	default:
		return c.principal.text
	}
}

// explainCondition says what a condition needs and what the request has, or what it has where the condition holds.
func (c *call) explainCondition(d *condition, holds truth) string {
	if d.invalid != "" {
		return "can't be evaluated: " + d.invalid
	}
	values, present := c.lookup(&d.key)
	if holds == no && d.set == noSet && values.multi {
		return "has " + d.source.Operator + " on " + d.source.Key + ", which holds several values and needs ForAnyValue: or ForAllValues: before the operator"
	}
	what, whose := keyWords(&d.key, d.source.Key)
	has := whose + " is " + listText(values.list, " and ")
	switch {
	case present == no:
		has = "this request has none"
	case present == maybe:
		has = whose + " isn't known"
	case slices.ContainsFunc(values.list, func(v string) bool { return strings.Contains(v, UnknownValue) }):
		has = whose + " isn't known yet"
		if known, _ := cutUnknown(values.list[0]); known != "" {
			has = whose + " begins with " + known
		}
	}
	needs := "needs "
	if holds == yes {
		needs = ""
	}
	if d.test == nullTest {
		return needs + "a request " + d.nullText() + " " + d.source.Key + "; " + has
	}
	if i := slices.IndexFunc(d.patterns, func(p pattern) bool { return p.invalid != "" }); i >= 0 && holds == maybe {
		return "can't be evaluated: " + d.patterns[i].invalid
	}
	if holds == maybe && present == yes && c.work > mostWork {
		return "can't be evaluated: comparing its patterns takes more than " + strconv.Itoa(mostWork) + " steps"
	}
	return needs + what + " that " + d.words + " " + listText(d.source.Values, " or ") + "; " + has + c.variablesText(d)
}

func (c *condition) nullText() string {
	if slices.ContainsFunc(c.source.Values, func(v string) bool { return strings.EqualFold(v, "true") }) {
		return "without"
	}
	return "with"
}

// keyWords gives a condition key in plain words, and whose it is.
func keyWords(k *contextKey, name string) (what, whose string) {
	if i := slices.IndexFunc(plainKeys[:], func(p plainKey) bool { return p.key == k.name }); i >= 0 {
		what = plainKeys[i].words
	} else {
		what = "a value of " + name
	}
	switch {
	case strings.HasPrefix(k.name, "aws:principal"), k.name == "aws:userid", k.name == "aws:username":
		return what, "this caller's"
	case strings.HasPrefix(k.name, "aws:resource"), strings.HasPrefix(k.name, "ecr:resourcetag/"):
		return what, "this repository's"
	default:
		return what, "this request's"
	}
}

type plainKey struct{ key, words string }

var plainKeys = [...]plainKey{
	{"aws:principalaccount", "an account"},
	{"aws:principalarn", "a principal ARN"},
	{"aws:principalorgid", "an organization"},
	{"aws:principalorgpaths", "an OU path"},
	{"aws:sourceaccount", "a source account"},
	{"aws:sourcearn", "a source ARN"},
	{"aws:sourceip", "an IP address"},
	{"aws:sourcevpc", "a VPC"},
	{"aws:sourcevpce", "a VPC endpoint"},
	{"aws:userid", "a user id"},
}

// variablesText says what the variables of a condition stand for, each once.
func (c *call) variablesText(d *condition) string {
	var text strings.Builder
	said := map[string]bool{}
	for i := range d.patterns {
		for j := range d.patterns[i].tokens {
			t := &d.patterns[i].tokens[j]
			if t.kind != variable || said[t.key.name] {
				continue
			}
			said[t.key.name] = true
			switch values, present := c.lookup(t.key); {
			case present == yes:
				_, _ = text.WriteString(", and ${" + t.key.name + "} is " + listText(values.list, " and "))
			case present == no && !t.hasDefault:
				_, _ = text.WriteString(", and it has no " + t.key.name)
			}
		}
	}
	return text.String()
}

// listText writes values as a sentence shows them.
func listText(values []string, conjunction string) string {
	shown := make([]string, len(values))
	for i, v := range values {
		shown[i] = strings.ReplaceAll(v, UnknownValue, "(known after apply)")
		if v == "" {
			shown[i] = "empty"
		}
	}
	return strings.Join(shown, conjunction)
}
