// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package policy

// matchFold reports whether the pattern, in which "*" stands for any characters and "?" for one, matches the name in any
// letter case.
func matchFold(pattern, name string) bool {
	_, ok := matchSpelled(pattern, name, nil)
	return ok
}

// matchSpelled is matchFold, and puts the pattern's letters into the name's case where out, a copy of the pattern, is given.
func matchSpelled(pattern, name string, out []byte) ([]byte, bool) {
	star, retry := -1, 0
	p, n := 0, 0
	for n < len(name) {
		switch {
		case p < len(pattern) && pattern[p] == '*':
			star, retry = p, n
			p++
		case p < len(pattern) && (pattern[p] == '?' || lower(pattern[p]) == lower(name[n])):
			if out != nil && pattern[p] != '?' {
				out[p] = name[n]
			}
			p, n = p+1, n+1
		case star >= 0:
			retry++
			p, n = star+1, retry
		default:
			return nil, false
		}
	}
	for p < len(pattern) && pattern[p] == '*' {
		p++
	}
	return out, p == len(pattern)
}
