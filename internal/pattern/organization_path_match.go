// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package pattern

// A pathState is how far into an organization path a reader is: what it reads, and how many characters of it. The paths
// are o-ORGANIZATION/r-ROOT/ and any number of ou-ROOT-UNIT/.
type pathState struct {
	part  pathPart
	count int
}

type pathPart int

const (
	organizationPrefix pathPart = iota // "o-"
	organizationName                   // 10 to 32 letters and digits, "/"
	rootPrefix                         // "r-"
	rootName                           // 4 to 32, "/"
	unitPrefix                         // "ou-"; a path may end before it
	unitRoot                           // 4 to 32, "-"
	unitName                           // 8 to 32, "/"
)

// next gives the state behind the character c; ok is false when no path goes on with c.
func (s pathState) next(c byte) (after pathState, ok bool) {
	switch s.part {
	case organizationPrefix:
		return s.literal("o-", c, organizationName)
	case organizationName:
		return s.name(10, '/', c, rootPrefix)
	case rootPrefix:
		return s.literal("r-", c, rootName)
	case rootName:
		return s.name(4, '/', c, unitPrefix)
	case unitPrefix:
		return s.literal("ou-", c, unitRoot)
	case unitRoot:
		return s.name(4, '-', c, unitName)
	default:
		return s.name(8, '/', c, unitPrefix)
	}
}

func (s pathState) literal(text string, c byte, then pathPart) (pathState, bool) {
	switch {
	case c != text[s.count]:
		return pathState{}, false
	case s.count == len(text)-1:
		return pathState{part: then}, true
	default:
		return pathState{s.part, s.count + 1}, true
	}
}

func (s pathState) name(least int, end, c byte, then pathPart) (pathState, bool) {
	switch {
	case c == end:
		return pathState{part: then}, s.count >= least
	case (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'):
		return pathState{s.part, s.count + 1}, s.count < 32
	default:
		return pathState{}, false
	}
}

// matchingPath gives a short organization path that matches the StringLike pattern, if there is any: * is any characters,
// slashes too, and ? is one. It walks the pattern and all paths at once, the shortest first, which takes no guesses about
// how people write patterns.
func matchingPath(pattern string) (path string, ok bool) {
	type position struct {
		at    int
		state pathState
	}
	type walk struct {
		position
		path string
	}
	seen := map[position]bool{{}: true}
	todo := []walk{{}}
	visit := func(at int, state pathState, path string) {
		if p := (position{at, state}); !seen[p] {
			seen[p] = true
			todo = append(todo, walk{p, path})
		}
	}
	for ; len(todo) > 0; todo = todo[1:] {
		p := todo[0]
		if p.at == len(pattern) {
			if p.state == (pathState{part: unitPrefix}) {
				return p.path, true
			}
			continue
		}
		c := pattern[p.at]
		if c != '*' && c != '?' {
			if after, ok := p.state.next(c); ok {
				visit(p.at+1, after, p.path+string(c))
			}
			continue
		}
		at := p.at
		if c == '*' {
			visit(p.at+1, p.state, p.path)
		} else {
			at++
		}
		// The letter a stands for all letters and digits that no prefix is made of.
		for _, char := range []byte("oru-/a") {
			if after, ok := p.state.next(char); ok {
				visit(at, after, p.path+string(char))
			}
		}
	}
	return "", false
}
