// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package reach

import (
	"cmp"
	"encoding/binary"
	"maps"
	"slices"
	"strings"
)

// demand asks that a text be in a language, or that it not be.
type demand struct {
	language *language
	in       bool
}

// outcome of a search.
type outcome uint8

const (
	none outcome = iota
	found
	tooMuch
)

// findText gives a shortest text that meets all demands, by walking all languages at the same time (the product of their
// automata), where the shortest text can still be first. Characters that no language tells apart are tried once. It gives up when the budget is used up.
func findText(demands []demand, work *budget) (string, outcome) {
	if candidates, finite := fewest(demands); finite {
		for _, text := range candidates {
			if !work.spend(len(demands)) {
				return "", tooMuch
			}
			if meets(demands, text) {
				return text, found
			}
		}
		return "", none
	}
	s := search{demands: demands, work: work, seen: map[string]bool{}}
	return s.run()
}

// fewest gives the texts of the smallest language among those that a text has to be in, where one is finite.
func fewest(demands []demand) (texts []string, finite bool) {
	for _, d := range demands {
		if !d.in {
			continue
		}
		if all, ok := d.language.texts(); ok && (!finite || len(all) < len(texts)) {
			texts, finite = all, true
		}
	}
	return texts, finite
}

func meets(demands []demand, text string) bool {
	for _, d := range demands {
		if d.language.holds(text) != d.in {
			return false
		}
	}
	return true
}

type search struct {
	demands  []demand
	alphabet []rune
	work     *budget
	seen     map[string]bool
	nodes    []node
	// open are the nodes to go on from, by the length of the shortest text that could still come of them.
	open [][]int32
}

// node is a place in the walk: where each language stands, and how the walk came there.
type node struct {
	at     []places
	from   int32
	length int32
	char   rune
	places int
}

func (s *search) run() (string, outcome) {
	s.alphabet = alphabetOf(s.demands)
	first := node{from: -1}
	for _, d := range s.demands {
		first.at = append(first.at, d.language.begin())
	}
	s.push(first)
	for length := 0; length < len(s.open); length++ {
		for len(s.open[length]) > 0 {
			last := len(s.open[length]) - 1
			i := s.open[length][last]
			s.open[length] = s.open[length][:last]
			at := s.nodes[i].at
			if s.accepted(at) {
				return s.text(i), found
			}
			for _, r := range s.next(at) {
				if !s.work.spend(1 + s.nodes[i].places/8) {
					return "", tooMuch
				}
				if next, alive := s.step(at, r); alive {
					next.from, next.char, next.length = i, r, s.nodes[i].length+1
					s.push(next)
				}
			}
			s.nodes[i].at = nil
		}
	}
	return "", none
}

// next gives the characters that may follow, the plainest last. Where a text has to be in a language that names the next
// character, that is all.
func (s *search) next(at []places) []rune {
	best := s.alphabet
	for i := range at {
		if !s.demands[i].in || s.demands[i].language.fold || len(at[i]) >= len(best) {
			continue
		}
		var named []rune
		for _, p := range at[i] {
			switch symbol := &s.demands[i].language.symbols[p]; {
			case symbol.kind == end:
			case symbol.kind != character:
				named = s.alphabet
			case len(named) < len(s.alphabet) && !slices.Contains(named, symbol.char):
				named = append(named, symbol.char)
			}
		}
		if len(named) < len(best) {
			best = named
		}
	}
	return best
}

// step moves every language on. It isn't alive where a text has to be in a language that nothing leads to any more.
func (s *search) step(from []places, r rune) (node, bool) {
	next := node{at: make([]places, len(from))}
	for i := range from {
		next.at[i] = s.demands[i].language.step(from[i], r)
		if s.demands[i].in && len(next.at[i]) == 0 {
			return node{}, false
		}
		next.places += len(next.at[i])
	}
	return next, true
}

func (s *search) push(n node) {
	key := make([]byte, 0, 4*n.places+len(n.at))
	for _, at := range n.at {
		for _, i := range at {
			key = binary.AppendUvarint(key, uint64(i)+1)
		}
		key = append(key, 0)
	}
	if s.seen[string(key)] {
		return
	}
	s.seen[string(key)] = true
	s.nodes = append(s.nodes, n)
	length := int(n.length)
	for i, at := range n.at {
		if s.demands[i].in {
			length = max(length, int(n.length)+s.demands[i].language.shortest(at))
		}
	}
	for len(s.open) <= length {
		s.open = append(s.open, nil)
	}
	s.open[length] = append(s.open[length], int32(len(s.nodes)-1))
}

func (s *search) accepted(at []places) bool {
	for i := range at {
		if s.demands[i].language.accepts(at[i]) != s.demands[i].in {
			return false
		}
	}
	return true
}

func (s *search) text(i int32) string {
	var reversed []rune
	for ; s.nodes[i].from >= 0; i = s.nodes[i].from {
		reversed = append(reversed, s.nodes[i].char)
	}
	slices.Reverse(reversed)
	return string(reversed)
}

// alphabetOf gives the characters to try: those that a language names, and of each class one that none does, which stands
// for all its others.
func alphabetOf(demands []demand) []rune {
	named := map[rune]bool{}
	classes := map[class]bool{}
	for _, d := range demands {
		d.language.alphabet(named)
		for i := range d.language.symbols {
			if c := d.language.symbols[i].class; c != "" {
				classes[c] = true
			}
		}
	}
	all := maps.Clone(named)
	// Two characters that no language names are told apart by the classes that they are in, and by nothing else.
	alike := map[string]bool{}
	represent := func(r rune) {
		var in []byte
		for _, c := range slices.Sorted(maps.Keys(classes)) {
			if (&symbol{kind: one, class: c}).takes(r, false) {
				in = append(in, 1)
			} else {
				in = append(in, 0)
			}
		}
		if !named[r] && !alike[string(in)] {
			alike[string(in)] = true
			all[r] = true
		}
	}
	for _, r := range "xyzwvabcdefghijklmnopqrstuXYZWVABCDEFGHIJKLMNOPQRSTU9876543210-_/.+=,@:" {
		represent(r)
	}
	// Where texts name all of these, one is left that they don't.
	for r := rune('\u0100'); ; r++ {
		if !named[r] {
			represent(r)
			break
		}
	}
	return slices.SortedFunc(maps.Keys(all), func(a, b rune) int { return cmp.Compare(rank(b), rank(a)) })
}

// rank puts the characters that make a plain witness first.
func rank(r rune) int {
	if i := strings.IndexRune("abcdefghijklmnopqrstuvwxyz1234567890ABCDEFGHIJKLMNOPQRSTUVWXYZ-_./", r); i >= 0 {
		return i
	}
	return 100 + int(r)
}

// budget bounds the work of an answer. It counts steps, not time, so that the same question has the same answer everywhere.
type budget struct{ left int }

func (b *budget) spend(n int) bool {
	b.left -= n
	return b.left >= 0
}
