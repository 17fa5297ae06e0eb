// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package authz

import (
	"strconv"
	"strings"

	"github.com/ecrx/terraform-provider-ecrx/internal/policy"
)

// Policy is a compiled policy document. It never changes, and many goroutines may use it.
type Policy struct {
	name       string
	statements []statement
	// assumed says that it stands for policies that can't be read.
	assumed bool
}

// statement is a statement of a policy, ready to be compared with a request.
type statement struct {
	sid          string
	index        int
	effect       policy.Effect
	hasPrincipal bool
	// not says which elements are written as their negation, such as NotPrincipal.
	not          struct{ principal, action, resource bool }
	principals   principals
	actions      []pattern
	resources    []pattern
	allActions   bool
	allResources bool
	conditions   []condition
}

// Compile prepares a document for evaluation under a name that reasons call it by, such as "repository policy".
func Compile(name string, d policy.Document) *Policy {
	p := &Policy{name: name, statements: make([]statement, len(d.Statements))}
	// Only this version of the language knows variables (IAM User Guide, reference_policies_elements_version).
	c := compiler{variables: d.Version == policy.Version2012, tokens: make([]token, 0, usualTokens)}
	for i := range d.Statements {
		p.statements[i] = c.statement(i, &d.Statements[i])
	}
	return p
}

// compiler prepares the statements of one document.
type compiler struct {
	// variables says that the document's version knows them.
	variables bool
	// tokens are those of all patterns, which share one array.
	tokens []token
}

// usualTokens is more than most documents have.
const usualTokens = 16

// UnknownDocument gives a document of which nothing is known: it may allow and deny anything.
func UnknownDocument() policy.Document {
	return policy.New(policy.Statement{
		Sid: UnknownValue, Effect: UnknownValue, Principal: policy.Principal{AWS: []string{UnknownValue}},
		Actions: []string{UnknownValue}, Resources: []string{UnknownValue},
	})
}

// AssumedToAllow gives a policy that allows everything, for a layer that can't be read. Reasons say so.
func AssumedToAllow(name string) *Policy {
	p := Compile(name, policy.New(policy.Statement{Effect: policy.Allow, Actions: []string{"*"}, Resources: []string{"*"}}))
	p.assumed = true
	return p
}

func (c *compiler) statement(index int, s *policy.Statement) statement {
	out := statement{
		sid:          s.Sid,
		index:        index,
		effect:       s.Effect,
		hasPrincipal: !s.Principal.IsZero() || !s.NotPrincipal.IsZero(),
		principals:   compilePrincipals(s.Principal),
		conditions:   make([]condition, len(s.Conditions)),
	}
	actions, resources := s.Actions, s.Resources
	if out.not.principal = !s.NotPrincipal.IsZero(); out.not.principal {
		out.principals = compilePrincipals(s.NotPrincipal)
	}
	if out.not.action = len(s.NotActions) > 0; out.not.action {
		actions = s.NotActions
	}
	if out.not.resource = len(s.NotResources) > 0; out.not.resource {
		resources = s.NotResources
	}
	out.actions = make([]pattern, 0, len(actions))
	for _, text := range actions {
		out.actions = append(out.actions, c.pattern(text, dialect{wildcards: true}))
		out.allActions = out.allActions || text == "*"
	}
	out.resources = make([]pattern, 0, len(resources))
	for _, text := range resources {
		out.resources = append(out.resources, c.resource(text))
		out.allResources = out.allResources || text == "*"
	}
	for i := range s.Conditions {
		out.conditions[i] = c.condition(s.Conditions[i])
	}
	return out
}

// label is what reasons call the statement by.
func (s *statement) label() string {
	if s.sid == "" {
		return "Statement[" + strconv.Itoa(s.index) + "]"
	}
	return s.sid
}

// resource reads a resource of a policy. A variable can stand only behind the fifth colon (IAM User Guide,
// reference_policies_variables), and a star reaches over a colon only at the end of a part
// (reference_policies_elements_resource): other texts match nothing.
func (c *compiler) resource(text string) pattern {
	p := c.pattern(text, dialect{wildcards: true, variables: c.variables})
	known, open := cutUnknown(text)
	beginning := open && len(known) < len("arn:") && known == "arn:"[:len(known)]
	if text != "*" && !strings.HasPrefix(text, "arn:") && !beginning {
		p.doubtful = quote(text) + " is neither an ARN nor \"*\""
		return p
	}
	colons, reaches := 0, text == "*"
	for i := range p.tokens {
		t := &p.tokens[i]
		switch before := t.kind == variable && colons < 5; {
		case before && reaches:
			p.doubtful = "a policy variable stands before the fifth colon of " + quote(text)
		case before:
			p.never = "a policy variable stands before the fifth colon of " + quote(text)
		}
		if t.kind == literal {
			colons += strings.Count(t.text, ":")
		}
		if t.kind == star {
			reaches = reaches || i+1 == len(p.tokens) || strings.HasPrefix(p.tokens[i+1].text, ":")
		}
	}
	if colons < 5 && !reaches && !p.open {
		p.never = quote(text) + " isn't an ARN"
	}
	return p
}

// part is what of a statement decided that it doesn't apply, or may not.
type part uint8

const (
	wholePart part = iota
	effectPart
	principalPart
	actionPart
	resourcePart
	conditionPart
	placePart
)

// match is how a statement stands to a request.
type match struct {
	applies truth
	naming  naming
	// because and index name the first part that doesn't match or, where all others do, that is unknown.
	because part
	index   int
}

// match compares the statement with a request. The elements of a statement are ANDed (IAM User Guide,
// reference_policies_evaluation-logic_policy-eval-reqcontext).
func (s *statement) match(c *call, place *place) match {
	m := match{applies: yes, naming: naming{direct: yes}}
	if !m.and(s.matchesAction(c), actionPart, 0) {
		return m
	}
	switch {
	case s.hasPrincipal != place.principal:
		m.naming = naming{maybe, maybe, maybe}
		m.and(maybe, placePart, 0)
	case place.principal:
		var named truth
		m.naming, named = s.matchesPrincipal(c, place)
		if !m.and(named, principalPart, 0) {
			return m
		}
	}
	if !m.and(s.matchesResource(c, place), resourcePart, 0) {
		return m
	}
	for i := range s.conditions {
		if !m.and(s.conditions[i].holds(c), conditionPart, i) {
			return m
		}
	}
	if s.effect != policy.Allow && s.effect != policy.Deny {
		m.and(maybe, effectPart, 0)
	}
	return m
}

// and takes one more part into account, and reports whether the statement may still apply.
func (m *match) and(t truth, because part, index int) bool {
	if t < m.applies {
		m.applies, m.because, m.index = t, because, index
	}
	return m.applies != no
}

func (s *statement) matchesAction(c *call) truth {
	if s.allActions {
		return truthOf(!s.not.action)
	}
	return anyMatches(s.actions, c, c.request.Action, true, s.not.action)
}

func (s *statement) matchesResource(c *call, place *place) truth {
	switch {
	case len(s.resources) == 0:
		// A repository policy is about its repository (Amazon ECR User Guide, repository-policies). Elsewhere AWS asks for
		// a resource.
		return choose(truthOf(place.resource), yes, maybe)
	case s.allResources:
		return truthOf(!s.not.resource)
	case c.onRegistry == no:
		return anyMatches(s.resources, c, c.request.Resource, false, s.not.resource)
	default:
		return choose(c.onRegistry, anyMatches(s.resources, c, "*", false, s.not.resource),
			anyMatches(s.resources, c, c.request.Resource, false, s.not.resource))
	}
}

func anyMatches(patterns []pattern, c *call, text string, fold, negated bool) truth {
	found := no
	for i := range patterns {
		if found = max(found, patterns[i].matches(c, text, fold)); found == yes {
			break
		}
	}
	if negated {
		return found.not()
	}
	return found
}

// matchesPrincipal says how the statement names the caller, and whether it does.
func (s *statement) matchesPrincipal(c *call, place *place) (naming, truth) {
	if !s.not.principal {
		n := s.principals.name(&c.principal)
		if place.gateway {
			// An account in a gateway endpoint's policy is its root user alone (AWS PrivateLink Guide,
			// vpc-endpoints-access).
			n.role, n.account = min(n.role, maybe), min(n.account, truthOf(c.principal.kind == rootPrincipal))
			n.direct = min(n.direct, choose(truthOf(s.principals.any), yes, maybe))
		}
		return n, n.any()
	}
	applies := s.principals.excludes(&c.principal).not()
	switch {
	case s.effect == policy.Allow:
		// AWS supports NotPrincipal with Deny only (IAM User Guide, reference_policies_elements_notprincipal).
		applies = min(applies, maybe)
	case c.bounded:
		// "will always deny any IAM principal that has a permissions boundary policy attached" (the same page).
		applies = yes
	}
	return naming{direct: applies}, applies
}
