// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package policy

import (
	"bytes"
	"cmp"
	"encoding/json"
	"slices"
	"strings"
)

// Canonical gives the document as minified JSON, of which there is one for one meaning: Version is always there, lists
// are sorted and free of duplicates, a list of one is a scalar, "*" is never {"AWS": "*"} unless other kinds of principal
// stand beside it, a bare account id is the account's root ARN (see WithPartition), and ECR's actions, the global
// condition keys and the operators are in AWS's spelling. Statements are sorted by Sid, then by text; of two that are
// the same one is kept. Names of other services keep their letter case, which Equal ignores.
func (d Document) Canonical() string {
	return d.text(Statement.normal)
}

// Pretty gives the canonical document indented by two spaces.
func (d Document) Pretty() string {
	var b bytes.Buffer
	// Indent fails only on invalid JSON.
	_ = json.Indent(&b, []byte(d.Canonical()), "", "  ")
	return b.String()
}

// Canonical gives the statement as Document.Canonical writes it, an object of its own.
func (s Statement) Canonical() string {
	return s.normal().text()
}

func (d Document) text(form func(Statement) Statement) string {
	type row struct{ sid, text string }
	rows := make([]row, len(d.Statements))
	for i, s := range d.Statements {
		rows[i] = row{s.Sid, form(s).text()}
	}
	slices.SortFunc(rows, func(a, b row) int {
		return cmp.Or(strings.Compare(a.sid, b.sid), strings.Compare(a.text, b.text))
	})
	var list []string
	for _, r := range slices.Compact(rows) {
		list = append(list, r.text)
	}
	var o object
	o.add("Version", quote(cmp.Or(d.Version, Version2008)))
	o.addText("Id", d.ID)
	o.add("Statement", "["+strings.Join(list, ",")+"]")
	return o.String()
}

// text writes the statement's elements as they are.
func (s Statement) text() string {
	var o object
	o.addText("Sid", s.Sid)
	o.addText("Effect", string(s.Effect))
	o.add("Principal", s.Principal.text())
	o.add("NotPrincipal", s.NotPrincipal.text())
	o.addList("Action", s.Actions)
	o.addList("NotAction", s.NotActions)
	o.addList("Resource", s.Resources)
	o.addList("NotResource", s.NotResources)
	if len(s.Conditions) > 0 {
		o.add("Condition", conditionsText(s.Conditions))
	}
	return o.String()
}

func (p Principal) text() string {
	others := len(p.Service)+len(p.Federated)+len(p.CanonicalUser) > 0
	switch {
	case p.IsZero():
		return ""
	case p.Any && !others:
		return quote("*")
	case p.Any:
		p.AWS = []string{"*"}
	}
	var o object
	o.addList("AWS", p.AWS)
	o.addList("CanonicalUser", p.CanonicalUser)
	o.addList("Federated", p.Federated)
	o.addList("Service", p.Service)
	return o.String()
}

// conditionsText writes conditions that are sorted by operator.
func conditionsText(conditions []Condition) string {
	var all object
	for len(conditions) > 0 {
		operator := conditions[0].Operator
		var keys object
		for len(conditions) > 0 && conditions[0].Operator == operator {
			if len(conditions[0].Values) == 0 {
				keys.add(conditions[0].Key, "[]")
			}
			keys.addList(conditions[0].Key, conditions[0].Values)
			conditions = conditions[1:]
		}
		all.add(operator, keys.String())
	}
	return all.String()
}

// normal gives the statement in AWS's spelling, its lists sorted and free of duplicates.
func (s Statement) normal() Statement {
	s.Principal = s.Principal.normal()
	s.NotPrincipal = s.NotPrincipal.normal()
	s.Actions = sorted(s.Actions, spellAction)
	s.NotActions = sorted(s.NotActions, spellAction)
	s.Resources = sorted(s.Resources, nil)
	s.NotResources = sorted(s.NotResources, nil)
	s.Conditions = sortedConditions(s.Conditions, func(c Condition) Condition {
		c.Operator, c.Key = parseOperator(c.Operator).String(), spellKey(c.Key)
		return c
	})
	return s
}

func (p Principal) normal() Principal {
	p.Any = p.Any || slices.Contains(p.AWS, "*")
	if p.Any {
		// "*" covers every AWS principal.
		p.AWS = nil
	}
	p.AWS = sorted(rootARNs(p.AWS, "aws"), nil)
	p.Service = sorted(p.Service, nil)
	p.Federated = sorted(p.Federated, nil)
	p.CanonicalUser = sorted(p.CanonicalUser, nil)
	return p
}

// sorted gives a sorted copy without duplicates, each value in the given spelling.
func sorted(values []string, spell func(string) string) []string {
	values = slices.Clone(values)
	if spell != nil {
		values = mapList(values, spell)
	}
	slices.Sort(values)
	return slices.Compact(values)
}

// sortedConditions gives one entry for each operator and key; entries that become the same have their values joined.
func sortedConditions(conditions []Condition, spell func(Condition) Condition) []Condition {
	conditions = mapList(conditions, spell)
	slices.SortStableFunc(conditions, func(a, b Condition) int {
		return cmp.Or(strings.Compare(a.Operator, b.Operator), strings.Compare(a.Key, b.Key))
	})
	var out []Condition
	for _, c := range conditions {
		if last := len(out) - 1; last >= 0 && out[last].Operator == c.Operator && out[last].Key == c.Key {
			out[last].Values = slices.Concat(out[last].Values, c.Values)
		} else {
			out = append(out, c)
		}
	}
	for i := range out {
		out[i].Values = sorted(out[i].Values, nil)
	}
	return out
}

// object builds a JSON object with its members in the order given.
type object struct{ members []string }

func (o *object) add(name, value string) {
	if value != "" {
		o.members = append(o.members, quote(name)+":"+value)
	}
}

func (o *object) addText(name, value string) {
	if value != "" {
		o.add(name, quote(value))
	}
}

func (o *object) addList(name string, values []string) {
	switch len(values) {
	case 0:
	case 1:
		o.add(name, quote(values[0]))
	default:
		o.add(name, "["+strings.Join(mapList(values, quote), ",")+"]")
	}
}

func (o *object) String() string {
	return "{" + strings.Join(o.members, ",") + "}"
}

// quote writes a JSON string. Unlike json.Marshal it leaves <, > and & as they are, because AWS counts characters.
func quote(s string) string {
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	// A string can always be encoded.
	_ = e.Encode(s)
	return strings.TrimSuffix(b.String(), "\n")
}
