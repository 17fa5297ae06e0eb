// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package reach

import (
	"slices"
	"strings"

	"github.com/ecrx/terraform-provider-ecrx/internal/authz"
	"github.com/ecrx/terraform-provider-ecrx/internal/policy"
)

// literal is one requirement of a statement, as a question about one coordinate.
type literal struct {
	id int
	at string
	// language holds the texts that meet it, or that don't where it is negated.
	language *language
	negated  bool
	// typed is a condition on numbers, dates or addresses.
	typed *authz.Reading
	// onAbsent is the answer where the coordinate is absent.
	onAbsent bool
	// each and some are the set operators, for coordinates that hold lists.
	each, some bool
}

// clause is a statement within a branch: a conjunction of literals. never says that it applies to no request of the branch.
type clause struct {
	literals []*literal
	never    bool
	// doubt says which construct keeps the clause from being exact: it then holds where the literals do and perhaps not.
	doubt string
	// set and index name the statement; compiled says that the rest was made of it.
	set      *Set
	index    int
	compiled bool
}

// require adds a literal.
func (q *query) require(c *clause, l *literal) {
	q.literals++
	l.id = q.literals
	c.literals = append(c.literals, l)
}

// settle takes a requirement into account that is met by all requests of the branch, or by none.
func (c *clause) settle(holds bool) { c.never = c.never || !holds }

func (c *clause) unsure(doubt string) {
	if c.doubt == "" {
		c.doubt = doubt
	}
}

// compile reads the statement of a clause for a branch. Its actions were looked at before.
func (p *problem) compile(c *clause) {
	if c.compiled {
		return
	}
	c.compiled = true
	s := &c.set.document.Statements[c.index]
	variables := c.set.document.Version == policy.Version2012
	if c.set.place.principal {
		p.principal(c, &p.branch, s)
	}
	p.resource(c, &p.branch, s, variables)
	for i := range s.Conditions {
		if c.never {
			return
		}
		p.condition(c, &p.branch, authz.ReadCondition(s.Conditions[i], variables))
	}
}

// resource is the requirement on what is acted on.
func (q *query) resource(c *clause, b *branch, s *policy.Statement, variables bool) {
	texts, negated := s.Resources, false
	if len(s.NotResources) > 0 {
		texts, negated = s.NotResources, true
	}
	if len(texts) == 0 {
		if !c.set.place.resource {
			c.unsure("a statement without Resource")
		}
		return
	}
	l := &language{}
	all := false
	for _, text := range texts {
		all = all || text == "*"
		symbols, never, doubt := authz.ReadResource(text, variables)
		switch {
		case never:
		case doubt != "":
			c.unsure(doubt)
			return
		default:
			l.add(symbolsOf(symbols, 0))
		}
	}
	switch {
	case b.registry:
		c.settle(all != negated)
	case all:
		c.settle(!negated)
	default:
		q.require(c, &literal{at: resourceAt, language: l, negated: negated})
	}
}

// condition is the requirement of one condition.
func (q *query) condition(c *clause, b *branch, r authz.Reading) {
	if r.Doubt != "" {
		c.unsure(r.Doubt)
		return
	}
	v := q.view(b, r.Key)
	if v.fixed != nil {
		values := authz.Values{}
		switch {
		case len(*v.fixed) > 0 && v.list:
			values = authz.Multi(*v.fixed...)
		case len(*v.fixed) > 0:
			values = authz.Single((*v.fixed)[0])
		}
		c.settle(r.Holds(values) == authz.Yes)
		return
	}
	l := &literal{at: v.at, negated: r.Negated, onAbsent: r.WithoutKey, each: r.Each, some: r.Some}
	switch {
	case r.Kind == authz.ReadsPresence:
		// No text is in the empty language, and every text isn't.
		l.language, l.negated = &language{}, r.Holds(authz.Single("x")) == authz.Yes
		l.each, l.some = false, false
	case v.list && !r.Each && !r.Some:
		// "Multivalued context keys require a condition set operator" (IAM User Guide,
		// reference_policies_condition-single-vs-multi-valued-context-keys): without one the condition isn't met.
		l.language, l.negated = &language{}, false
	case r.Kind == authz.ReadsTyped && len(v.prefix)+len(v.suffix) > 0:
		c.unsure("a number, date or address compared with " + r.Key)
		return
	case r.Kind == authz.ReadsTyped:
		l.typed, l.negated = &r, false
	default:
		if v.at == timeAt {
			c.unsure("a text compared with the time")
			return
		}
		l.language = v.language(r)
	}
	q.require(c, l)
}

// language gives the texts of a coordinate whose key meets one of the patterns.
func (v view) language(r authz.Reading) *language {
	l := &language{fold: r.Fold}
	for _, pattern := range r.Patterns {
		symbols := symbolsOf(pattern, v.except)
		if r.Kind == authz.ReadsARN {
			symbols = inParts(symbols)
		}
		if v.except != 0 && slices.ContainsFunc(symbols, func(s symbol) bool { return s.kind == character && s.char == v.except }) {
			// The key's value never holds the separator.
			continue
		}
		if v.joined == nil {
			l.add(join(v.prefix, symbols, v.suffix))
			continue
		}
		for i := range symbols {
			for _, halves := range splitAt(symbols, i) {
				l.add(join(v.prefix, halves[0], v.joined, halves[1], v.suffix))
			}
		}
	}
	return l
}

// splitAt cuts a pattern in two where the symbol i stands for the one colon of a text, or holds it.
func splitAt(symbols []symbol, i int) [][2][]symbol {
	before, after := withoutColons(symbols[:i]), withoutColons(symbols[i+1:])
	switch s := symbols[i]; {
	case s.kind == many:
		reach := []symbol{{kind: many, except: ':'}}
		return [][2][]symbol{{join(before, reach), join(reach, after)}}
	case s.kind == one, s.char == ':':
		return [][2][]symbol{{before, after}}
	default:
		return nil
	}
}

func withoutColons(symbols []symbol) []symbol {
	out := slices.Clone(symbols)
	for i := range out {
		if out[i].kind != character {
			out[i].except = ':'
		}
	}
	return out
}

func symbolsOf(pattern []authz.Symbol, except rune) []symbol {
	var symbols []symbol
	for _, s := range pattern {
		switch s.Wildcard {
		case '*':
			symbols = append(symbols, symbol{kind: many, except: except})
		case '?':
			symbols = append(symbols, symbol{kind: one, except: except})
		default:
			symbols = append(symbols, textSymbols(s.Text)...)
		}
	}
	return symbols
}

// inParts keeps wildcards of an ARN's pattern within their part: behind the fifth colon they reach over everything (IAM User
// Guide, reference_policies_elements_condition_operators, on ARN operators).
func inParts(symbols []symbol) []symbol {
	colons := 0
	for i := range symbols {
		switch {
		case symbols[i].kind == character && symbols[i].char == ':':
			colons++
		case symbols[i].kind != character && colons < 5:
			symbols[i].except = ':'
		}
	}
	return symbols
}

// principal is the requirement of the element Principal or NotPrincipal.
func (q *query) principal(c *clause, b *branch, s *policy.Statement) {
	if !s.NotPrincipal.IsZero() {
		q.notPrincipal(c, b, s)
		return
	}
	if s.Principal.IsZero() {
		c.unsure("a statement without Principal")
		return
	}
	if s.Principal.Any || slices.Contains(s.Principal.AWS, "*") {
		return
	}
	l, doubt := q.named(b, s.Principal)
	if doubt != "" {
		c.unsure(doubt)
		return
	}
	if len(l.starts) == 0 {
		c.settle(false)
		return
	}
	q.require(c, &literal{at: principalAt, language: l})
}

// named gives the principals of a branch that an element names: by their account, or themselves.
func (q *query) named(b *branch, p policy.Principal) (*language, string) {
	l := &language{}
	if len(p.CanonicalUser) > 0 {
		return l, "a canonical user id"
	}
	for _, text := range slices.Concat(p.AWS, p.Service) {
		if strings.Contains(text, authz.UnknownValue) {
			return l, "a principal that isn't known yet"
		}
	}
	if b.kind == Service {
		for _, name := range p.Service {
			l.add(textSymbols(name))
		}
		return l, ""
	}
	if b.kind == Anonymous {
		return l, ""
	}
	for _, text := range p.AWS {
		for _, symbols := range entry(text) {
			l.add(symbols)
		}
	}
	return l, ""
}

// entry gives the principals of accounts that one entry of an AWS principal names. Wildcards inside an ARN and unique ids
// name nobody (IAM User Guide, reference_policies_elements_principal).
func entry(text string) [][]symbol {
	if len(text) == 12 && strings.Trim(text, string(digits)) == "" {
		return [][]symbol{join(upTo(':'), upTo(':'), upTo(':'), upTo(':'), textSymbols(text), behind(':'))}
	}
	parts := strings.SplitN(text, ":", 6)
	if len(parts) != 6 || strings.ContainsAny(text, "*?") {
		return nil
	}
	kind, name, _ := strings.Cut(parts[5], "/")
	switch {
	case parts[2] == "iam" && parts[5] == "root":
		return [][]symbol{join(textSymbols("arn:"+parts[1]+":"), upTo(':'), upTo(':'), textSymbols(parts[4]), behind(':'))}
	case parts[2] == "iam" && (kind == "user" || kind == "role"), parts[2] == "sts" && kind == "federated-user":
		return [][]symbol{join(textSymbols(text), behind(nul))}
	case parts[2] == "sts" && kind == "assumed-role":
		// The session's ARN doesn't show the path of its role.
		role, session, _ := strings.Cut(name, "/")
		roles := textSymbols("arn:" + parts[1] + ":iam::" + parts[4] + ":role/")
		path := append(anything(), symbol{char: '/'})
		named := join(textSymbols(role), []symbol{{char: nul}}, upTo(':'), textSymbols(session))
		return [][]symbol{join(roles, named), join(roles, path, named)}
	default:
		return nil
	}
}

// notPrincipal is the requirement of a Deny that leaves out those whom it lists. AWS asks to list a role or user together
// with its account; of one that is listed without, it says that it depends on the service (IAM User Guide,
// reference_policies_elements_notprincipal).
func (q *query) notPrincipal(c *clause, b *branch, s *policy.Statement) {
	p := s.NotPrincipal
	if s.Effect == policy.Allow {
		c.unsure("Allow with NotPrincipal")
		return
	}
	if p.Any || slices.Contains(p.AWS, "*") {
		c.never = true
		return
	}
	if b.kind != Anonymous && b.kind != Service && b.kind != Root {
		var named []string
		for _, text := range p.AWS {
			account, isAccount := accountOf(text)
			switch {
			case isAccount:
			case strings.Contains(text, ":assumed-role/"), strings.Contains(text, ":federated-user/"), !slices.ContainsFunc(p.AWS, func(other string) bool {
				a, ok := accountOf(other)
				return ok && a == account
			}):
				c.unsure("NotPrincipal with " + text)
				return
			default:
				named = append(named, text)
			}
		}
		p.AWS = named
	}
	l, doubt := q.named(b, p)
	if doubt != "" {
		c.unsure(doubt)
		return
	}
	if len(l.starts) > 0 {
		q.require(c, &literal{at: principalAt, language: l, negated: true})
	}
}

// accountOf gives the account of an entry, and whether the entry is the account as a whole.
func accountOf(text string) (account string, whole bool) {
	if len(text) == 12 && strings.Trim(text, string(digits)) == "" {
		return text, true
	}
	parts := strings.SplitN(text, ":", 6)
	if len(parts) != 6 {
		return "", false
	}
	return parts[4], parts[2] == "iam" && parts[5] == "root"
}
