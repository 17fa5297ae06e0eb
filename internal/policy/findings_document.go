// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package policy

import (
	"regexp"
	"slices"
	"strings"
)

// maxTrustPolicy is what AWS raises the limit of a trust policy to, on request (IAM User Guide, reference_iam-quotas).
const maxTrustPolicy = 8192

var (
	// sidIAM is what IAM takes as a Sid; other services take more.
	sidIAM = regexp.MustCompile("^[A-Za-z0-9]*$")
	// notIAM is a character that an IAM policy can't hold (IAM User Guide, reference_iam-quotas).
	notIAM = regexp.MustCompile(`[^\x09\x0A\x0D\x20-\x{FF}]`)
	// variable is a policy variable or one of the escapes "${*}", "${?}" and "${$}".
	variable = regexp.MustCompile(`\$\{(?:[A-Za-z0-9.-]+:[^}]*|[*?$])\}`)
	// brokenVariable is one without a name or without its end.
	brokenVariable = regexp.MustCompile(`\$\{(?:\}|[^}]*$)`)
)

func (r *review) reviewDocument() {
	d := r.document
	if d.Version == "" {
		r.add(SeverityWarning, "MISSING_VERSION", "", "the document has no Version, so AWS reads it as \"2008-10-17\", "+
			"which knows no policy variables; write \"Version\": \"2012-10-17\"")
	}
	if len(d.Statements) == 0 {
		r.add(SeverityError, "MISSING_STATEMENT", "", "the document has no statement, which AWS refuses; write one, or remove the policy")
	}
	if d.ID != "" && r.kind == KindIdentity {
		r.add(SeverityWarning, "UNSUPPORTED_ID", "Id", "an identity policy takes no Id; leave it out")
	}
	r.reviewSize()
	seen := map[string]bool{}
	for i, s := range d.Statements {
		path := r.scope(i).at("Sid")
		if seen[s.Sid] && s.Sid != "" {
			r.add(r.ofIAM(SeverityWarning), "UNIQUE_SIDS_RECOMMENDED", path, "the Sid %q stands twice; give each statement its own", s.Sid)
		}
		seen[s.Sid] = true
		if r.inIAM() && !sidIAM.MatchString(s.Sid) {
			r.add(SeverityError, "UNSUPPORTED_SID", path, "IAM takes only letters and digits in a Sid; change %q", s.Sid)
		}
	}
}

// inIAM reports whether IAM itself holds the policy, with its stricter rules.
func (r *review) inIAM() bool {
	return r.kind == KindIdentity || r.kind == KindTrust
}

// ofIAM gives an error where IAM refuses what others take.
func (r *review) ofIAM(elsewhere Severity) Severity {
	if r.inIAM() {
		return SeverityError
	}
	return elsewhere
}

func (r *review) reviewSize() {
	size, limit := Size(r.document, r.kind), Limit(r.kind)
	switch {
	case limit > 0 && size > limit && r.kind == KindTrust && size <= maxTrustPolicy:
		r.add(SeverityWarning, "POLICY_SIZE_EXCEEDS_QUOTA", "", "the trust policy has %d characters; AWS takes %d, and up to %d "+
			"on request: name fewer principals, or an organization", size, limit, maxTrustPolicy)
	case limit > 0 && size > limit:
		r.add(SeverityError, "POLICY_SIZE_EXCEEDS_QUOTA", "", "the policy has %d characters, and AWS takes %d: join statements "+
			"that allow the same, or name an organization instead of accounts", size, limit)
	case r.kind == KindIdentity && size > ManagedPolicyLimit:
		r.add(SeverityInfo, "POLICY_SIZE_EXCEEDS_MANAGED_POLICY", "", "the policy has %d characters: it fits as an inline policy "+
			"of a role, and not as a managed policy, which takes %d", size, ManagedPolicyLimit)
	}
}

// reviewTexts looks at the characters of every value.
func (s scope) reviewTexts() {
	s.eachText(func(path, value string) {
		if quote := strings.IndexAny(value, "“”„‘’"); quote >= 0 {
			s.add(SeverityError, "TYPOGRAPHIC_QUOTE", path, "%q holds a typographic quotation mark, which is part of no name at AWS; remove it", value)
		} else if c := notIAM.FindString(value); c != "" && s.inIAM() {
			s.add(SeverityError, "INVALID_CHARACTER", path, "%q holds %q, and IAM takes only characters up to U+00FF; replace it", value, c)
		}
	})
	for _, values := range [][]string{s.Resources, s.NotResources} {
		s.reviewVariables(s.at("Resource"), values)
	}
	for _, c := range s.conditions {
		s.reviewVariables(c.path, c.values)
	}
}

func (s scope) reviewVariables(path string, values []string) {
	for _, v := range values {
		switch {
		case s.document.Version != Version2012:
			if variable.MatchString(v) {
				s.add(SeverityError, "VARIABLE_UNSUPPORTED_IN_VERSION", path,
					"%q is plain text in a document of this Version; write \"Version\": \"2012-10-17\"", v)
			}
		case brokenVariable.MatchString(v):
			s.add(SeverityError, "MISSING_BRACE_IN_VARIABLE", path,
				"%q holds a policy variable without its name or its \"}\"; write ${aws:username}, or ${$} for a dollar sign", v)
		}
	}
}

// reviewRedundancy reports a statement that another one without conditions covers, as an "AllowAll" does.
func (s scope) reviewRedundancy() {
	own := s.meanings[s.index]
	for i, t := range s.meanings {
		if i == s.index || t.Effect != s.Effect || !covers(t, own) {
			continue
		}
		if i > s.index && covers(own, t) {
			continue // of two that say the same, the first stands
		}
		s.add(SeverityWarning, "REDUNDANT_STATEMENT", s.path, "the statement is without effect, because Statement[%d] says the same "+
			"of everything in it; remove one of them", i)
		return
	}
}

// covers reports whether all that s says is said by t, when that is plain to see. Both are folded.
func covers(t, s Statement) bool {
	if len(t.NotActions)+len(s.NotActions)+len(t.NotResources)+len(s.NotResources) > 0 ||
		slices.ContainsFunc(s.Actions, func(a string) bool { return !coversAction(t.Actions, a) }) ||
		!slices.Contains(t.Resources, "*") && !slices.Equal(t.Resources, s.Resources) {
		return false
	}
	everybody := t.Principal.Any && s.NotPrincipal.IsZero()
	samePrincipal := t.Principal.text() == s.Principal.text() && t.NotPrincipal.text() == s.NotPrincipal.text()
	sameConditions := len(t.Conditions) == 0 || conditionsText(t.Conditions) == conditionsText(s.Conditions)
	return (everybody || samePrincipal) && sameConditions
}

// coversAction takes "?" for itself: as a pattern it could not stand for the "*" of the other.
func coversAction(patterns []string, action string) bool {
	return slices.ContainsFunc(patterns, func(p string) bool {
		return p == action || !strings.Contains(p, "?") && matchFold(p, action)
	})
}
