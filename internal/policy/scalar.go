// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package policy

import (
	"encoding/json"
	"math/bits"
	"strings"
)

// leaf adds a value that holds no other one, and goes on where it stops.
func (r *reader) leaf(k kind, stop int) {
	r.nodes = append(r.nodes, node{offset: int32(r.at), stop: int32(stop), end: int32(len(r.nodes) + 1), kind: k})
	r.at = stop
}

func (r *reader) quoted() error {
	start := r.at + 1
	rest := r.text[start:]
	for i := plainBytes(rest); i < len(rest); i++ {
		switch c := rest[i]; {
		case c == '"':
			r.leaf(kindString, start+i+1)
			return nil
		case c == '\\':
			return r.escaped(start + i)
		case c < ' ':
			return r.notJSON()
		}
	}
	return r.notJSON()
}

// plainBytes gives how many bytes of the text's beginning mean themselves in a string, or up to seven fewer. It takes
// eight at a time, which is most of what reading a document costs.
func plainBytes(text string) int {
	const each = 0x0101010101010101 // times a byte: eight of it
	n := 0
	for ; len(text)-n >= 8; n += 8 {
		t := text[n : n+8]
		word := uint64(t[0]) | uint64(t[1])<<8 | uint64(t[2])<<16 | uint64(t[3])<<24 |
			uint64(t[4])<<32 | uint64(t[5])<<40 | uint64(t[6])<<48 | uint64(t[7])<<56
		quote, backslash := word^each*'"', word^each*'\\'
		// A subtraction borrows into a byte's highest bit, which the byte itself doesn't have, where it is less than what is
		// subtracted: where the byte is 0, for the two differences.
		if found := ((quote-each)&^quote | (backslash-each)&^backslash | (word-each*' ')&^word) & (each * 0x80); found != 0 {
			return n + bits.TrailingZeros64(found)/8
		}
	}
	return n
}

// escaped reads a string whose first escape is at the offset.
func (r *reader) escaped(offset int) error {
	stop := offset
	for stop < len(r.text) && r.text[stop] != '"' {
		if r.text[stop] == '\\' {
			stop++
		}
		stop++
	}
	stop = min(stop+1, len(r.text))
	var text string
	if json.Unmarshal([]byte(r.text[r.at:stop]), &text) != nil {
		return r.notJSON()
	}
	if r.unescaped == nil {
		r.unescaped = map[int]string{}
	}
	r.unescaped[r.at] = text
	r.leaf(kindString, stop)
	r.nodes[len(r.nodes)-1].escaped = true
	return nil
}

func (r *reader) word(word string, k kind) error {
	if !strings.HasPrefix(r.text[r.at:], word) {
		return r.notJSON()
	}
	r.leaf(k, r.at+len(word))
	return nil
}

func (r *reader) number() error {
	i := r.at
	if r.is(i, '-') {
		i++
	}
	ok := true
	if r.is(i, '0') {
		i++
	} else {
		i, ok = r.digits(i)
	}
	if ok && r.is(i, '.') {
		i, ok = r.digits(i + 1)
	}
	if ok && (r.is(i, 'e') || r.is(i, 'E')) {
		i++
		if r.is(i, '+') || r.is(i, '-') {
			i++
		}
		i, ok = r.digits(i)
	}
	if !ok {
		return r.notJSON()
	}
	r.leaf(kindNumber, i)
	return nil
}

// digits gives where the digits stop that begin at the offset, and whether there is one.
func (r *reader) digits(offset int) (stop int, ok bool) {
	for stop = offset; stop < len(r.text) && '0' <= r.text[stop] && r.text[stop] <= '9'; stop++ {
		ok = true
	}
	return stop, ok
}

// is reports whether the byte stands at the offset.
func (r *reader) is(offset int, c byte) bool {
	return offset < len(r.text) && r.text[offset] == c
}
