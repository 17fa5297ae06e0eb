// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package policy

import (
	"fmt"
	"slices"
	"strings"
)

// Severity says how sure a finding is of harm.
type Severity string

// An error is certainly wrong, or opens access to everybody. A warning is probably not what was meant. An info is worth
// knowing.
const (
	SeverityError   Severity = "error"
	SeverityWarning Severity = "warning"
	SeverityInfo    Severity = "info"
)

// Finding is one remark on a document. Code is stable; Message says what is wrong and what to write instead; Path is the
// place, such as "Statement[0].Principal", and "" for the document as a whole.
type Finding struct {
	Severity            Severity
	Code, Message, Path string
}

// Findings reviews a document for the place it is meant for, and gives what it found in the document's order. A document
// that is right gives none. Where IAM Access Analyzer has the same check, the code is its issue code (IAM User Guide,
// access-analyzer-reference-policy-checks).
func Findings(d Document, k Kind) []Finding {
	r := &review{document: d, meanings: mapList(d.Statements, Statement.folded), kind: k}
	r.reviewDocument()
	for i := range d.Statements {
		s := r.scope(i)
		s.reviewTexts()
		s.reviewActions()
		s.reviewResources()
		s.reviewPrincipals()
		s.reviewConditions()
		s.reviewServicePrincipals()
		s.reviewLockdown()
		s.reviewTrust()
		s.reviewEndpoint()
		s.reviewRedundancy()
	}
	return r.findings
}

type review struct {
	document Document
	meanings []Statement // the document's, as Equal compares them
	kind     Kind
	findings []Finding
}

func (r *review) add(severity Severity, code, path, format string, args ...any) {
	f := Finding{Severity: severity, Code: code, Message: fmt.Sprintf(format, args...), Path: path}
	if !slices.Contains(r.findings, f) {
		r.findings = append(r.findings, f)
	}
}

// scope is one statement under review.
type scope struct {
	*review
	Statement
	index      int
	path       string
	conditions []condition
}

// condition is a Condition taken apart.
type condition struct {
	operator
	key    string // in AWS's spelling when known
	values []string
	path   string
	raw    Condition
}

func (r *review) scope(i int) scope {
	s := scope{review: r, Statement: r.document.Statements[i], index: i, path: fmt.Sprintf("Statement[%d]", i)}
	s.Principal, s.NotPrincipal = s.Principal.any(), s.NotPrincipal.any()
	for _, c := range s.Conditions {
		s.conditions = append(s.conditions, condition{
			operator: parseOperator(c.Operator),
			key:      spellKey(c.Key),
			values:   c.Values,
			path:     s.path + ".Condition." + c.Operator + "." + c.Key,
			raw:      c,
		})
	}
	return s
}

// any sets Any where "*" stands among the AWS principals.
func (p Principal) any() Principal {
	p.Any = p.Any || slices.Contains(p.AWS, "*")
	return p
}

// at gives the path of an element of the statement.
func (s scope) at(element string) string {
	return s.path + "." + element
}

func (s scope) allows() bool {
	return s.Effect == Allow
}

// requires reports whether the statement needs the key to be in the request, by a Null condition.
func (s scope) requires(key string) bool {
	return slices.ContainsFunc(s.conditions, func(c condition) bool {
		return c.base == "Null" && c.key == key && slices.Equal(c.values, []string{"false"})
	})
}

// holdsWithout reports whether the condition holds for a request that lacks the key.
func (s scope) holdsWithout(c condition) bool {
	return (c.negated() || c.ifExists || c.set == "ForAllValues") && !s.requires(c.key)
}

// eachText visits every value that the user wrote, with the path of its element.
func (s scope) eachText(visit func(path, value string)) {
	each := func(path string, values ...[]string) {
		for _, v := range slices.Concat(values...) {
			visit(path, v)
		}
	}
	each(s.at("Principal"), s.Principal.AWS, s.Principal.Service, s.Principal.Federated)
	each(s.at("NotPrincipal"), s.NotPrincipal.AWS, s.NotPrincipal.Service, s.NotPrincipal.Federated)
	each(s.at("Action"), s.Actions)
	each(s.at("NotAction"), s.NotActions)
	each(s.at("Resource"), s.Resources)
	each(s.at("NotResource"), s.NotResources)
	for _, c := range s.conditions {
		each(c.path, c.values)
	}
}

func hasWildcard(s string) bool {
	return strings.ContainsAny(s, "*?")
}
