// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package reach

import (
	"strings"
	"unicode"
)

// language is a set of texts: those that one of its patterns matches. Patterns are read once and simulated character by
// character, all at the same time, so that a search can ask for texts that some languages hold and others don't.
type language struct {
	// symbols are those of all patterns, one after the other; each pattern ends in an end symbol.
	symbols []symbol
	// starts are the places where the patterns begin.
	starts []int32
	fold   bool
	// rest is how many characters the shortest text has from each symbol on.
	rest []int32
}

// symbol is one step of a pattern.
type symbol struct {
	kind symbolKind
	char rune
	// except is a character that a wildcard doesn't stand for; 0 is none.
	except rune
	// class holds those that it stands for; "" is all.
	class class
}

type symbolKind uint8

const (
	character symbolKind = iota
	// one and many are wildcards: for one character, and for any number of them.
	one
	many
	end
)

// class is a set of characters by name.
type class string

// The classes of characters that the parts of an ARN or an id are made of.
const (
	digits class = "0123456789"
	// letters are the lower-case ones, hexadecimal the digits of EC2's ids.
	letters     class = "abcdefghijklmnopqrstuvwxyz"
	capitals    class = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	hexadecimal class = "0123456789abcdef"
	// named are the characters of IAM's names, pathed those of a name with its path (IAM API Reference, CreateRole).
	named  class = letters + "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_+=,.@-"
	pathed class = named + "/"
)

func (l *language) add(symbols []symbol) {
	l.starts = append(l.starts, int32(len(l.symbols)))
	l.symbols = append(append(l.symbols, symbols...), symbol{kind: end})
}

func textSymbols(text string) []symbol {
	symbols := make([]symbol, 0, len(text))
	for _, r := range text {
		symbols = append(symbols, symbol{char: r})
	}
	return symbols
}

// some gives n characters of a class, and as many more as there are where more is set.
func some(of class, n int, more bool) []symbol {
	symbols := make([]symbol, n, n+1)
	for i := range symbols {
		symbols[i] = symbol{kind: one, class: of}
	}
	if more {
		symbols = append(symbols, symbol{kind: many, class: of})
	}
	return symbols
}

func (s *symbol) takes(r rune, fold bool) bool {
	switch s.kind {
	case character:
		return s.char == r || fold && strings.EqualFold(string(s.char), string(r))
	case one, many:
		return (s.except == 0 || s.except != r) && (s.class == "" || strings.ContainsRune(string(s.class), r))
	default:
		return false
	}
}

// places are where the simulation of a language may stand, in ascending order.
type places []int32

// begin gives the places before the first character.
func (l *language) begin() places {
	var at places
	for _, start := range l.starts {
		at = l.enter(at, start)
	}
	return at
}

// enter adds a place, and those that follow it without a character. Places come in ascending order.
func (l *language) enter(at places, i int32) places {
	for {
		if n := len(at); n > 0 && at[n-1] >= i {
			// The patterns are simulated in order, so that a place that was passed is there already.
			if !at.has(i) {
				at = at.insert(i)
			}
		} else {
			at = append(at, i)
		}
		if l.symbols[i].kind != many {
			return at
		}
		i++
	}
}

func (p places) has(i int32) bool {
	for _, at := range p {
		if at == i {
			return true
		}
	}
	return false
}

func (p places) insert(i int32) places {
	n := len(p)
	p = append(p, i)
	for n > 0 && p[n-1] > i {
		p[n] = p[n-1]
		n--
	}
	p[n] = i
	return p
}

// step gives the places behind one more character.
func (l *language) step(from places, r rune) places {
	var to places
	for _, i := range from {
		s := &l.symbols[i]
		if !s.takes(r, l.fold) {
			continue
		}
		if s.kind == many {
			to = l.enter(to, i)
		} else {
			to = l.enter(to, i+1)
		}
	}
	return to
}

// accepts reports whether a pattern ends at one of the places.
func (l *language) accepts(at places) bool {
	for _, i := range at {
		if l.symbols[i].kind == end {
			return true
		}
	}
	return false
}

// holds reports whether the language holds a text.
func (l *language) holds(text string) bool {
	at := l.begin()
	for _, r := range text {
		if len(at) == 0 {
			return false
		}
		at = l.step(at, r)
	}
	return l.accepts(at)
}

// texts gives all texts of a language that has finitely many, and whether it has. Texts that differ in letter case alone,
// where that doesn't matter, count as one.
func (l *language) texts() ([]string, bool) {
	var all []string
	var b strings.Builder
	for i := range l.symbols {
		switch s := &l.symbols[i]; s.kind {
		case character:
			b.WriteRune(s.char)
		case end:
			all = append(all, b.String())
			b.Reset()
		default:
			return nil, false
		}
	}
	return all, !l.fold
}

// alphabet adds the characters that the language tells apart from others.
func (l *language) alphabet(to map[rune]bool) {
	for i := range l.symbols {
		s := &l.symbols[i]
		switch s.kind {
		case character:
			to[s.char] = true
			if l.fold {
				to[unicode.ToLower(s.char)], to[unicode.ToUpper(s.char)] = true, true
			}
		case one, many:
			if s.except != 0 {
				to[s.except] = true
			}
		case end:
		}
	}
}

// shortest gives how many characters the shortest text has from one of the places on.
func (l *language) shortest(at places) int {
	if len(l.rest) != len(l.symbols) {
		l.rest = make([]int32, len(l.symbols))
		for i := len(l.symbols) - 1; i >= 0; i-- {
			switch l.symbols[i].kind {
			case end:
			case many:
				l.rest[i] = l.rest[i+1]
			default:
				l.rest[i] = l.rest[i+1] + 1
			}
		}
	}
	best := int32(-1)
	for _, i := range at {
		if best < 0 || l.rest[i] < best {
			best = l.rest[i]
		}
	}
	return int(max(best, 0))
}
