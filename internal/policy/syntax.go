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

// maxDepth is more than the nesting of any policy, and keeps a hostile text from exhausting the stack.
const maxDepth = 16

// The kinds of a node, as messages name them.
const (
	kindObject  = "an object"
	kindList    = "a list"
	kindString  = "a string"
	kindNumber  = "a number"
	kindBoolean = "a boolean"
	kindNull    = "null"
)

// node is a JSON value that remembers where it began. text holds a string's value, or the JSON text of a number or
// boolean, as a condition compares it.
type node struct {
	kind    string
	offset  int
	text    string
	members []member
	items   []node
}

type member struct {
	name   string
	offset int
	value  node
}

// reader reads JSON token by token, because encoding/json itself accepts duplicate keys and loses positions.
type reader struct {
	text    string
	decoder *json.Decoder
}

// readJSON gives the one JSON value that the text holds, or a *SyntaxError.
func readJSON(text string) (*reader, node, error) {
	r := &reader{text: text, decoder: json.NewDecoder(strings.NewReader(text))}
	r.decoder.UseNumber()
	if !utf8.ValidString(text) {
		valid := strings.IndexRune(strings.ToValidUTF8(text, string(utf8.RuneError)), utf8.RuneError)
		return r, node{}, r.errorAt(valid, "the text is not valid UTF-8")
	}
	root, err := r.value(0)
	if err != nil {
		return r, node{}, err
	}
	if rest := strings.TrimLeft(text[r.decoder.InputOffset():], " \t\r\n"); rest != "" {
		return r, node{}, r.errorAt(len(text)-len(rest), "there is more text after the document")
	}
	return r, root, nil
}

func (r *reader) errorAt(offset int, format string, args ...any) error {
	before := r.text[:offset]
	lineStart := strings.LastIndexByte(before, '\n') + 1
	return &SyntaxError{
		Line:    1 + strings.Count(before, "\n"),
		Column:  1 + utf8.RuneCountInString(before[lineStart:]),
		Message: fmt.Sprintf(format, args...),
	}
}

// next gives the offset at which the next token begins.
func (r *reader) next() int {
	offset := int(r.decoder.InputOffset())
	return offset + len(r.text[offset:]) - len(strings.TrimLeft(r.text[offset:], " \t\r\n,:"))
}

func (r *reader) value(depth int) (node, error) {
	n := node{offset: r.next()}
	token, err := r.decoder.Token()
	if err != nil {
		return n, r.tokenError(err)
	}
	switch t := token.(type) {
	case json.Delim:
		if depth == maxDepth {
			return n, r.errorAt(n.offset, "the text is nested deeper than any policy")
		}
		if t == '{' {
			n.kind = kindObject
			err = r.readMembers(&n, depth)
		} else {
			n.kind = kindList
			err = r.readItems(&n, depth)
		}
	case string:
		n.kind, n.text = kindString, t
	case json.Number:
		n.kind, n.text = kindNumber, t.String()
	case bool:
		n.kind, n.text = kindBoolean, fmt.Sprint(t)
	default:
		n.kind = kindNull
	}
	return n, err
}

func (r *reader) readMembers(n *node, depth int) error {
	for r.decoder.More() {
		name, err := r.value(depth + 1)
		if err != nil {
			return err
		}
		for _, m := range n.members {
			if m.name == name.text {
				return r.errorAt(name.offset, "%q stands twice in this object; keep one", name.text)
			}
		}
		value, err := r.value(depth + 1)
		if err != nil {
			return err
		}
		n.members = append(n.members, member{name.text, name.offset, value})
	}
	return r.readEnd()
}

func (r *reader) readItems(n *node, depth int) error {
	for r.decoder.More() {
		item, err := r.value(depth + 1)
		if err != nil {
			return err
		}
		n.items = append(n.items, item)
	}
	return r.readEnd()
}

func (r *reader) readEnd() error {
	if _, err := r.decoder.Token(); err != nil {
		return r.tokenError(err)
	}
	return nil
}

// tokenError puts the JSON error at the token that could not be read.
func (r *reader) tokenError(err error) error {
	offset := r.next()
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return r.errorAt(len(r.text), "the text ends before the document does")
	}
	switch c, _ := utf8.DecodeRuneInString(r.text[offset:]); c {
	case '“', '”', '„', '‘', '’', '«', '»':
		return r.errorAt(offset, "%c is a typographic quotation mark; JSON takes only the straight one (\")", c)
	}
	return r.errorAt(offset, "this is not JSON: %s", err)
}
