// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package policy

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// SyntaxError says what keeps a text from being a policy document, and where. Line and Column count from 1, Column in
// characters.
type SyntaxError struct {
	Line, Column int
	Message      string
}

// Error gives the message behind its position.
func (e *SyntaxError) Error() string {
	return fmt.Sprintf("line %d, column %d: %s", e.Line, e.Column, e.Message)
}

const (
	// maxDepth is more than the nesting of any policy, and keeps a hostile text from exhausting the stack.
	maxDepth = 16
	// maxBytes is more than the documents of any organization take, and what places in a text are small by.
	maxBytes = 1 << 24
)

// kind is the kind of a JSON value.
type kind uint8

const (
	kindNull kind = iota
	kindBoolean
	kindNumber
	kindString
	kindList
	kindObject
)

// String names the kind as messages do.
func (k kind) String() string {
	switch k {
	case kindObject:
		return "an object"
	case kindList:
		return "a list"
	case kindString:
		return "a string"
	case kindNumber:
		return "a number"
	case kindBoolean:
		return "a boolean"
	default:
		return "null"
	}
}

// node is a JSON value: where in the text it begins and stops. The nodes of a text stand in its order: behind an object
// come the name and the value of each member, behind a list its items. They are small and hold no pointers, so that many are
// cheap.
type node struct {
	offset, stop int32
	// end is the index behind the value's last node.
	end     int32
	kind    kind
	escaped bool
}

// reader reads JSON itself, because encoding/json accepts duplicate keys, loses positions, and takes several times as
// long. What isn't JSON it leaves to encoding/json to explain.
type reader struct {
	text   string
	origin int // the offset from which errors count lines and columns
	at     int // the offset of what is read next
	nodes  []node
	// unescaped are the strings with escapes, by their offset.
	unescaped map[int]string
}

// bytesPerNode is how much text a node takes in a policy without white space. It sizes the first allocation only.
const bytesPerNode = 12

// read reads the one JSON value that the text holds, or gives a *SyntaxError.
func (r *reader) read() error {
	if len(r.text) > maxBytes {
		return r.errorAt(0, "the text has %d bytes, which is more than any policy has", len(r.text))
	}
	if !utf8.ValidString(r.text) {
		return r.errorAt(strings.IndexRune(r.text, utf8.RuneError), "the text is not valid UTF-8")
	}
	r.nodes = make([]node, 0, len(r.text)/bytesPerNode+1)
	if err := r.value(0); err != nil {
		return err
	}
	if r.next(); r.at < len(r.text) {
		return r.errorAt(r.at, "there is more text after the document")
	}
	return nil
}

func (r *reader) errorAt(offset int, format string, args ...any) error {
	before := r.text[r.origin:offset]
	lineStart := strings.LastIndexByte(before, '\n') + 1
	return &SyntaxError{
		Line:    1 + strings.Count(before, "\n"),
		Column:  1 + utf8.RuneCountInString(before[lineStart:]),
		Message: fmt.Sprintf(format, args...),
	}
}

// next skips white space, and gives the byte that follows: 0, which JSON doesn't know, at the end of the text.
func (r *reader) next() byte {
	for ; r.at < len(r.text); r.at++ {
		switch c := r.text[r.at]; c {
		case ' ', '\t', '\r', '\n':
		default:
			return c
		}
	}
	return 0
}

func (r *reader) value(depth int) error {
	switch r.next() {
	case '{':
		return r.nested(kindObject, depth)
	case '[':
		return r.nested(kindList, depth)
	case '"':
		return r.quoted()
	case 't':
		return r.word("true", kindBoolean)
	case 'f':
		return r.word("false", kindBoolean)
	case 'n':
		return r.word("null", kindNull)
	default:
		return r.number()
	}
}

func (r *reader) nested(k kind, depth int) error {
	if depth == maxDepth {
		return r.errorAt(r.at, "the text is nested deeper than any policy")
	}
	index := len(r.nodes)
	r.nodes = append(r.nodes, node{offset: int32(r.at), kind: k})
	r.at++
	var err error
	if k == kindObject {
		err = r.members(index, depth+1)
	} else {
		err = r.items(depth + 1)
	}
	r.nodes[index].stop, r.nodes[index].end = int32(r.at), int32(len(r.nodes))
	return err
}

func (r *reader) members(object, depth int) error {
	if r.next() == '}' {
		r.at++
		return nil
	}
	var seen nameSet
	for {
		if r.next() != '"' {
			return r.notJSON()
		}
		if err := r.name(object, &seen); err != nil {
			return err
		}
		if r.next() != ':' {
			return r.notJSON()
		}
		r.at++
		if err := r.value(depth); err != nil {
			return err
		}
		if more, err := r.comma('}'); !more {
			return err
		}
	}
}

// nameSet remembers what the names of an object look like. Most differ in it, and needn't be compared.
type nameSet uint64

// add reports whether no name so far looks like this one.
func (s *nameSet) add(name string) bool {
	look := len(name)
	if look > 0 {
		look += 5*int(name[0]) + 11*int(name[len(name)-1]) + 17*int(name[len(name)/2])
	}
	bit := nameSet(1) << (look % 64)
	fresh := *s&bit == 0
	*s |= bit
	return fresh
}

// name reads a member's name, which no earlier member of the object may have.
func (r *reader) name(object int, seen *nameSet) error {
	index := len(r.nodes)
	if err := r.quoted(); err != nil {
		return err
	}
	name := r.textOf(index)
	if seen.add(name) {
		return nil
	}
	for i := object + 1; i < index; i = int(r.nodes[i+1].end) {
		if r.textOf(i) == name {
			return r.errorAt(int(r.nodes[index].offset), "%q stands twice in this object; keep one", name)
		}
	}
	return nil
}

func (r *reader) items(depth int) error {
	if r.next() == ']' {
		r.at++
		return nil
	}
	for {
		if err := r.value(depth); err != nil {
			return err
		}
		if more, err := r.comma(']'); !more {
			return err
		}
	}
}

// comma reads what follows a member or an item, and reports whether that is another one.
func (r *reader) comma(end byte) (more bool, err error) {
	switch r.next() {
	case ',':
		r.at++
		return true, nil
	case end:
		r.at++
		return false, nil
	default:
		return false, r.notJSON()
	}
}

// notJSON lets encoding/json say why it can't go on either, and puts that at the token that could not be read.
func (r *reader) notJSON() error {
	var value json.RawMessage
	err := json.NewDecoder(strings.NewReader(r.text)).Decode(&value)
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return r.errorAt(len(r.text), "the text ends before the document does")
	}
	offset := len(r.text) - len(strings.TrimLeft(r.text[r.at:], " \t\r\n,:"))
	switch c, _ := utf8.DecodeRuneInString(r.text[offset:]); c {
	case '“', '”', '„', '‘', '’', '«', '»':
		return r.errorAt(offset, "%c is a typographic quotation mark; JSON takes only the straight one (\")", c)
	}
	return r.errorAt(offset, "this is not JSON: %s", err)
}

// textOf gives the value of a string, or the JSON text of another value.
func (r *reader) textOf(index int) string {
	switch n := &r.nodes[index]; {
	case n.escaped:
		return r.unescaped[int(n.offset)]
	case n.kind == kindString:
		return r.text[n.offset+1 : n.stop-1]
	default:
		return r.text[n.offset:n.stop]
	}
}
