// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package policy

// matchFold reports whether the pattern, in which "*" stands for any characters and "?" for one, matches the name in any
// letter case, and gives the pattern with its letters in the name's case.
func matchFold(pattern, name string) (spelling string, matches bool) {
	lowPattern, lowName := fold(pattern), fold(name)
	out := []byte(pattern)
	star, retry := -1, 0
	p, n := 0, 0
	for n < len(lowName) {
		switch {
		case p < len(lowPattern) && lowPattern[p] == '*':
			star, retry = p, n
			p++
		case p < len(lowPattern) && (lowPattern[p] == '?' || lowPattern[p] == lowName[n]):
			if pattern[p] != '?' {
				out[p] = name[n]
			}
			p, n = p+1, n+1
		case star >= 0:
			retry++
			p, n = star+1, retry
		default:
			return pattern, false
		}
	}
	for p < len(lowPattern) && lowPattern[p] == '*' {
		p++
	}
	return string(out), p == len(lowPattern)
}
