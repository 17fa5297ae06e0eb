// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package authz

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// pattern is a text of a policy in which some characters stand for others, ready to be compared.
type pattern struct {
	tokens []token
	// open says that the text ends in UnknownValue: only what stands before it is known.
	open bool
	// variables counts the tokens whose text comes from the request.
	variables int
	// parts are the tokens of an ARN between its colons.
	parts [][]token
	// invalid says why the engine can't tell what the text means, doubtful why AWS wouldn't take it, never why it matches
	// nothing.
	invalid, doubtful, never string
}

type token struct {
	kind tokenKind
	// text is that of a literal, or the default value of a variable.
	text       string
	key        *contextKey
	hasDefault bool
}

type tokenKind uint8

const (
	literal tokenKind = iota
	star
	question
	variable
)

// dialect says which characters of a pattern have a meaning.
type dialect struct {
	wildcards, variables bool
}

// pattern reads a text of a policy. Variables are written ${key} or ${key, 'default'}; ${*}, ${?} and ${$} are the
// characters themselves (IAM User Guide, reference_policies_variables).
func (c *compiler) pattern(text string, d dialect) pattern {
	var p pattern
	first := len(c.tokens)
	if known, _, found := strings.Cut(text, UnknownValue); found {
		p.open, text = true, known
		if d.variables {
			// What follows may make a variable of a last "$".
			text = strings.TrimSuffix(text, "$")
		}
	}
	for text != "" {
		i := strings.IndexAny(text, d.special())
		if i < 0 {
			i = len(text)
		}
		if i > 0 {
			c.tokens = append(c.tokens, token{text: text[:i]})
			text = text[i:]
			continue
		}
		t, size := token{text: text[:1]}, 1
		switch {
		case text[0] == '*':
			t = token{kind: star}
		case text[0] == '?':
			t = token{kind: question}
		case strings.HasPrefix(text, "${"):
			if t, size = readVariable(text); size == 0 {
				p.invalid = "a policy variable in " + quote(text) + " isn't written ${key} or ${key, 'default'}"
				return p
			}
			if t.kind == variable {
				p.variables++
			}
		}
		c.tokens = append(c.tokens, t)
		text = text[size:]
	}
	p.tokens = slices.Clip(c.tokens[first:])
	return p
}

// special are the characters that may begin something else than themselves.
func (d dialect) special() string {
	switch {
	case d.wildcards && d.variables:
		return "*?$"
	case d.wildcards:
		return "*?"
	case d.variables:
		return "$"
	default:
		return ""
	}
}

// readVariable reads the variable that the text begins with, and gives its length: 0 when it isn't written as one.
func readVariable(text string) (token, int) {
	inside, _, closed := strings.Cut(text[2:], "}")
	if !closed {
		return token{}, 0
	}
	size := len(inside) + 3
	switch inside {
	case "*", "?", "$":
		return token{text: inside}, size
	}
	name, value, hasDefault := strings.Cut(inside, ",")
	key := newContextKey(strings.TrimSpace(name))
	t := token{kind: variable, key: &key, hasDefault: hasDefault}
	if hasDefault {
		value = strings.TrimSpace(value)
		if len(value) < 2 || value[0] != '\'' || value[len(value)-1] != '\'' {
			return token{}, 0
		}
		t.text = value[1 : len(value)-1]
	}
	if t.key.name == "" {
		return token{}, 0
	}
	return t, size
}

// constant gives the pattern's text where it has neither wildcards nor variables nor an open end.
func (p *pattern) constant() (string, bool) {
	switch {
	case p.open || p.invalid != "" || len(p.tokens) > 1:
		return "", false
	case len(p.tokens) == 0:
		return "", true
	default:
		return p.tokens[0].text, p.tokens[0].kind == literal
	}
}

// matches compares a text with the pattern.
func (p *pattern) matches(c *call, text string, fold bool) truth {
	switch {
	case p.never != "":
		return no
	case p.invalid != "":
		return maybe
	case p.doubtful != "":
		return min(p.compare(c, text, fold), maybe)
	default:
		return p.compare(c, text, fold)
	}
}

func (p *pattern) compare(c *call, text string, fold bool) truth {
	var few [4]string
	values := few[:0]
	if p.variables > 0 {
		var resolved truth
		if values, resolved = p.resolve(c, values); resolved != yes {
			return resolved
		}
	}
	known, open := cutUnknown(text)
	if !open && !p.open {
		if !c.spend(p, text) {
			return maybe
		}
		return truthOf(glob(p.tokens, values, text, fold))
	}
	// Only beginnings are known: the two differ for certain where the known beginnings do.
	return p.beginnings(values, known, open, fold)
}

// mostWork bounds the comparisons of one request, in steps of a pattern over a text. A star may try each place of a text for all that
// follows it. Policies that AWS takes stay far below: they have 10,240 characters at most.
const mostWork = 1 << 24

// spend reports whether there is work left for comparing a text with a pattern.
func (c *call) spend(p *pattern, text string) bool {
	if len(p.tokens) > 2 {
		c.work += len(p.tokens) * len(text)
	}
	return c.work <= mostWork
}

// resolve gives the texts of the variables. One whose key the request doesn't carry is like no text at all, and so is a
// multivalued key, which can't be a variable (IAM User Guide, reference_policies_variables).
func (p *pattern) resolve(c *call, values []string) ([]string, truth) {
	resolved := yes
	for i := range p.tokens {
		t := &p.tokens[i]
		if t.kind != variable {
			continue
		}
		v, present := c.lookup(t.key)
		switch {
		case present == maybe:
			resolved = min(resolved, maybe)
		case present == no && t.hasDefault:
			values = append(values, t.text)
		case present == no || v.multi:
			return nil, no
		default:
			if _, open := cutUnknown(v.list[0]); open {
				resolved = min(resolved, maybe)
			}
			values = append(values, v.list[0])
		}
	}
	return values, resolved
}

// glob reports whether the tokens match the whole text. A star that fits is moved on only when what follows it doesn't,
// and only the last one: no earlier place of it could help.
func glob(tokens []token, values []string, text string, fold bool) bool {
	// Most patterns are a name, or its beginning and a star.
	if n := len(tokens); (n == 1 || n == 2 && tokens[1].kind == star) && tokens[0].kind == literal {
		start := tokens[0].text
		return (len(text) == len(start) || n == 2 && len(text) > len(start)) && equal(text[:len(start)], start, fold)
	}
	t, v, at := 0, 0, 0
	lastStar, starValue, starAt := -1, 0, 0
	for {
		if t == len(tokens) {
			if at == len(text) {
				return true
			}
		} else if tokens[t].kind == star {
			t++
			lastStar, starValue, starAt = t, v, at
			continue
		} else if size, used := tokens[t].size(values[v:], text[at:], fold); size >= 0 {
			t, v, at = t+1, v+used, at+size
			continue
		}
		if lastStar < 0 || starAt == len(text) {
			return false
		}
		_, width := utf8.DecodeRuneInString(text[starAt:])
		starAt += width
		t, v, at = lastStar, starValue, starAt
	}
}

// size gives how much of the text's beginning the token matches, -1 when it doesn't, and how many values it used.
func (t *token) size(values []string, text string, fold bool) (size, used int) {
	want := t.text
	switch t.kind {
	case literal, star:
	case question:
		if text == "" {
			return -1, 0
		}
		_, width := utf8.DecodeRuneInString(text)
		return width, 0
	case variable:
		want, used = values[0], 1
	}
	if len(text) < len(want) || !equal(text[:len(want)], want, fold) {
		return -1, used
	}
	return len(want), used
}

// beginnings compares what is known of a text with the tokens before the first wildcard, where one of the two is open.
func (p *pattern) beginnings(values []string, text string, open, fold bool) truth {
	for i := range p.tokens {
		want := p.tokens[i].text
		switch p.tokens[i].kind {
		case star:
			// Whatever follows, a last star takes it.
			return choose(truthOf(open && !p.open && i == len(p.tokens)-1), yes, maybe)
		case question:
			return maybe
		case variable:
			want, values = values[0], values[1:]
		case literal:
		}
		n := min(len(want), len(text))
		switch {
		case !equal(text[:n], want[:n], fold), n < len(want) && !open:
			return no
		case n < len(want):
			return maybe
		}
		text = text[n:]
	}
	return min(maybe, truthOf(p.open || text == ""))
}

// equal compares texts of the same length. Letters that lie outside ASCII keep their length in both cases or differ.
func equal(a, b string, fold bool) bool {
	return a == b || fold && strings.EqualFold(a, b)
}

// cutUnknown gives what is known of a text, and whether there is more. Most texts are known, which their bytes tell sooner
// than a search for the whole mark.
func cutUnknown(text string) (known string, open bool) {
	if strings.IndexByte(text, UnknownValue[0]) < 0 {
		return text, false
	}
	known, _, open = strings.Cut(text, UnknownValue)
	return known, open
}

func quote(text string) string {
	return "\"" + strings.ReplaceAll(text, UnknownValue, "(known after apply)") + "\""
}
