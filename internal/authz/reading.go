// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package authz

import (
	"math"
	"net/netip"
	"strconv"
	"strings"
	"time"

	"github.com/ecrx/terraform-provider-ecrx/internal/policy"
)

// Reading is a condition of a policy as the engine reads it, for questions about all values of its key instead of the
// values of one request.
type Reading struct {
	// Key is the condition's key in lower case.
	Key string
	// Kind says what the condition compares.
	Kind ReadingKind
	// Negated says that no pattern may match, Fold that letter case doesn't matter.
	Negated, Fold bool
	// Each and Some are the set operators ForAllValues and ForAnyValue.
	Each, Some bool
	// WithoutKey says whether the condition holds for a request that doesn't carry the key.
	WithoutKey bool
	// Patterns are the texts to compare with. A condition on presence or on typed values has none.
	Patterns [][]Symbol
	// Doubt says why the engine can't tell what the condition means for every request; "" where it can.
	Doubt string

	condition condition
}

// ReadingKind is what a condition compares.
type ReadingKind uint8

// The kinds: texts, ARNs by their six parts, whether the key is there, and numbers, dates, addresses or bytes.
const (
	ReadsText ReadingKind = iota
	ReadsARN
	ReadsPresence
	ReadsTyped
)

// Symbol is a step of a pattern: a text that stands for itself, or a wildcard ('*' or '?').
type Symbol struct {
	Text     string
	Wildcard rune
}

// ReadCondition reads a condition of a document. variables says that the document's version knows policy variables.
func ReadCondition(source policy.Condition, variables bool) Reading {
	c := (&compiler{variables: variables}).condition(source)
	r := Reading{
		Key: c.key.name, Negated: c.negated, Fold: c.fold, Each: c.set == allValues, Some: c.set == anyValue,
		WithoutKey: c.withoutKey() == yes, Doubt: c.invalid, condition: c,
	}
	switch c.test {
	case textTest:
		r.Kind = ReadsText
	case arnTest:
		r.Kind = ReadsARN
	case nullTest:
		r.Kind = ReadsPresence
		r.WithoutKey = c.isNull(no) == yes
	case typedTest:
		r.Kind = ReadsTyped
	case unknownTest:
		return r
	}
	for i := range c.patterns {
		symbols, doubt := c.patterns[i].symbols(source.Values[i])
		r.Patterns = append(r.Patterns, symbols)
		if r.Doubt == "" {
			r.Doubt = doubt
		}
	}
	for i := range c.typed {
		if c.typed[i].open && r.Doubt == "" {
			r.Doubt = quote(source.Values[i]) + " isn't known yet"
		}
	}
	if c.test == nullTest && (c.isNull(no) == maybe || c.isNull(yes) == maybe) && r.Doubt == "" {
		r.Doubt = "Null is compared with something else than \"true\" or \"false\""
	}
	return r
}

// Holds says whether the condition is met by the values of its key.
func (r Reading) Holds(v Values) Answer {
	request := Request{}
	request.Context.Set(r.Key, v)
	c := newCall(&request, &Layers{})
	return Answer(r.condition.holds(&c))
}

// Boundaries gives values of the key between which the answer of a condition on numbers, dates or addresses doesn't change.
func (r Reading) Boundaries() []string {
	var all []string
	for i := range r.condition.typed {
		all = append(all, r.condition.typed[i].boundaries(r.condition.source.Values[i])...)
	}
	return all
}

// ReadAction reads a text of Action or NotAction.
func ReadAction(text string) (symbols []Symbol, doubt string) {
	p := (&compiler{}).pattern(text, dialect{wildcards: true})
	return p.symbols(text)
}

// ReadResource reads a text of Resource or NotResource. never says that it matches nothing.
func ReadResource(text string, variables bool) (symbols []Symbol, never bool, doubt string) {
	p := (&compiler{variables: variables}).resource(text)
	symbols, doubt = p.symbols(text)
	if p.doubtful != "" {
		doubt = p.doubtful
	}
	return symbols, p.never != "", doubt
}

func (p *pattern) symbols(text string) (symbols []Symbol, doubt string) {
	switch {
	case p.invalid != "":
		return nil, p.invalid
	case p.open:
		return nil, quote(text) + " isn't known yet"
	case p.variables > 0:
		return nil, quote(text) + " holds a policy variable"
	}
	symbols = make([]Symbol, len(p.tokens))
	for i := range p.tokens {
		switch p.tokens[i].kind {
		case star:
			symbols[i].Wildcard = '*'
		case question:
			symbols[i].Wildcard = '?'
		case literal, variable:
			symbols[i].Text = p.tokens[i].text
		}
	}
	return symbols, ""
}

// boundaries gives values on both sides of the operand, and the operand itself.
func (o *operand) boundaries(text string) []string {
	switch o.kind {
	case numberOperand:
		number := func(n float64) string { return strconv.FormatFloat(n, 'g', -1, 64) }
		return []string{
			number(o.number), number(o.number - 1), number(o.number + 1),
			number(math.Nextafter(o.number, math.Inf(-1))), number(math.Nextafter(o.number, math.Inf(1))),
		}
	case dateOperand:
		date := func(t time.Time) string { return t.UTC().Format(time.RFC3339) }
		return []string{date(o.date), date(o.date.Add(-time.Second)), date(o.date.Add(time.Second))}
	case addressOperand:
		first, last := o.prefix.Masked().Addr(), lastOf(o.prefix)
		all := []string{first.String()}
		for _, a := range []netip.Addr{first.Prev(), last.Next()} {
			if a.IsValid() {
				all = append(all, a.String())
			}
		}
		return all
	case binaryOperand:
		return []string{text, strings.Repeat("A", len(text)) + "AAAA"}
	default:
		return nil
	}
}

func lastOf(p netip.Prefix) netip.Addr {
	bytes := p.Masked().Addr().AsSlice()
	for bit := p.Bits(); bit < len(bytes)*8; bit++ {
		bytes[bit/8] |= 1 << (7 - bit%8)
	}
	last, _ := netip.AddrFromSlice(bytes)
	return last
}
