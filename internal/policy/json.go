// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package policy

import "iter"

// JSON is a value of a JSON text that may hold policy documents beside other things. It is read as strictly as Parse
// reads a document, and knows its place, so that errors can name it.
type JSON struct {
	reader *reader
	index  int
}

// ReadJSON reads a text that holds one JSON value. The error is a *SyntaxError: of text that isn't JSON, duplicate names
// in an object, text behind the value, invalid UTF-8, more than 16 MiB.
func ReadJSON(text string) (JSON, error) {
	r := &reader{text: text}
	if err := r.read(); err != nil {
		return JSON{}, err
	}
	return JSON{reader: r}, nil
}

// Errorf gives a *SyntaxError at the value's place, with a message as of fmt.Sprintf.
func (v JSON) Errorf(format string, args ...any) error {
	return v.reader.errorAt(int(v.node().offset), format, args...)
}

// Text gives the value of a string or the JSON text of any other value, and whether it is a string's.
func (v JSON) Text() (text string, isString bool) {
	return v.text(), v.node().kind == kindString
}

// IsNull reports whether the value is null.
func (v JSON) IsNull() bool { return v.node().kind == kindNull }

// IsList reports whether the value is a list.
func (v JSON) IsList() bool { return v.node().kind == kindList }

// EachMember visits the names of an object, which are strings, with their values in the order of the text, until a visit
// fails. Another value than an object is an error that calls it what.
func (v JSON) EachMember(what string, visit func(name, value JSON) error) error {
	n := v.node()
	if n.kind != kindObject {
		return v.Errorf("%s must be an object, not %s", what, n.kind)
	}
	for i := v.index + 1; i < int(n.end); {
		name := JSON{v.reader, i}
		value := name.next()
		if err := visit(name, value); err != nil {
			return err
		}
		i = int(value.node().end)
	}
	return nil
}

// Items gives the items of a list in their order. Any other value stands for a list of itself, as in a policy.
func (v JSON) Items() iter.Seq[JSON] {
	first, end := v.index, int(v.node().end)
	if v.IsList() {
		first++
	}
	return func(yield func(JSON) bool) {
		for item := (JSON{v.reader, first}); item.index < end; item = item.next() {
			if !yield(item) {
				return
			}
		}
	}
}

// Len gives how many items Items gives.
func (v JSON) Len() int {
	n := 0
	for range v.Items() {
		n++
	}
	return n
}

func (v JSON) node() *node { return &v.reader.nodes[v.index] }

func (v JSON) text() string { return v.reader.textOf(v.index) }

// next gives the value that begins where this one ends.
func (v JSON) next() JSON { return JSON{v.reader, int(v.node().end)} }

// earlier reports whether a member of the object before the one named has a name that is alike.
func (v JSON) earlier(name JSON, alike func(a, b string) bool) bool {
	for other := (JSON{v.reader, v.index + 1}); other.index < name.index; other = other.next().next() {
		if alike(other.text(), name.text()) {
			return true
		}
	}
	return false
}
