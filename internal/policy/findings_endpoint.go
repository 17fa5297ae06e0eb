// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package policy

import (
	"slices"
	"strings"
)

// besideWildcard is how many characters AWS asks for before or after a wildcard in the policy of an endpoint.
const besideWildcard = 6

// reviewEndpoint reports what the policies of endpoints alone can't have (AWS PrivateLink guide, vpc-endpoints-access, on
// considerations). Wildcards in ids are looked at with the other values.
func (s scope) reviewEndpoint() {
	if s.kind != KindEndpoint {
		return
	}
	for _, v := range slices.Concat(s.Resources, s.NotResources) {
		s.reviewAccountPart(s.at("Resource"), v)
	}
	for _, c := range s.conditions {
		if strings.HasPrefix(c.base, "Numeric") && slices.Contains(plainKeys[:], c.key) {
			s.add(SeverityError, "NUMERIC_OPERATOR_ON_ID", c.path, "an endpoint policy can't compare %s as a number; write StringEquals", c.key)
		}
		for _, v := range c.values {
			s.reviewAccountPart(c.path, v)
			if c.base == "StringLike" || c.base == "StringNotLike" {
				s.reviewShortText(c, v)
			}
		}
	}
}

// reviewAccountPart reports an ARN whose account is written in part.
func (s scope) reviewAccountPart(path, value string) {
	a, complete := splitARN(value)
	if complete && hasWildcard(a.account) && strings.Trim(a.account, "*?") != "" {
		s.add(SeverityError, "PARTIAL_ACCOUNT_IN_ARN", path, "an endpoint policy takes an account's id in an ARN, or a wildcard, and %q has both in "+
			"%q; write the 12 digits, or \"*\"", a.account, value)
	}
}

// reviewShortText reports a wildcard with less text before and after it than AWS asks for.
func (s scope) reviewShortText(c condition, value string) {
	texts := strings.Split(strings.ReplaceAll(variable.ReplaceAllString(value, strings.Repeat("x", besideWildcard)), "?", "*"), "*")
	for i := 1; i < len(texts); i++ {
		if max(len(texts[i-1]), len(texts[i])) < besideWildcard {
			s.add(SeverityError, "SHORT_TEXT_BESIDE_WILDCARD", c.path, "an endpoint policy takes a wildcard only with %d characters before or after it, and %q "+
				"has fewer; write more of the value", besideWildcard, value)
			return
		}
	}
}
