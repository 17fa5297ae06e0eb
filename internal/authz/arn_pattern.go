// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package authz

import "strings"

// splitParts cuts an ARN's pattern at its first five colons. The parts are compared one by one, so a star in one of them
// doesn't reach over a colon (IAM User Guide, reference_policies_elements_condition_operators, on ARN operators).
func (p *pattern) splitParts(text string) {
	tokens := p.tokens
	parts := make([][]token, 1, arnPartCount)
	for _, t := range tokens {
		for t.kind == literal && len(parts) < arnPartCount {
			before, after, found := strings.Cut(t.text, ":")
			if !found {
				break
			}
			if before != "" {
				parts[len(parts)-1] = append(parts[len(parts)-1], token{text: before})
			}
			parts = append(parts, nil)
			t.text = after
		}
		if t.kind != literal || t.text != "" {
			parts[len(parts)-1] = append(parts[len(parts)-1], t)
		}
	}
	if len(parts) < arnPartCount && !p.open {
		p.invalid = quote(text) + " isn't an ARN of six parts"
	}
	p.parts = parts
}

const arnPartCount = 6

// matchesARN compares an ARN with the pattern.
func (p *pattern) matchesARN(c *call, text string) truth {
	if _, open := cutUnknown(text); open || p.open || p.invalid != "" {
		return p.matches(c, text, false)
	}
	var few [4]string
	values := few[:0]
	if p.variables > 0 {
		var resolved truth
		if values, resolved = p.resolve(c, values); resolved != yes {
			return resolved
		}
	}
	if !c.spend(p, text) {
		return maybe
	}
	for i, part := range p.parts {
		value, rest, found := strings.Cut(text, ":")
		switch last := i == len(p.parts)-1; {
		case last:
			value = text
		case !found:
			return no
		}
		if !glob(part, values, value, false) {
			return no
		}
		values, text = values[variablesIn(part):], rest
	}
	return yes
}

func variablesIn(tokens []token) int {
	n := 0
	for i := range tokens {
		if tokens[i].kind == variable {
			n++
		}
	}
	return n
}
