// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package policy

import "strings"

// Parse reads a policy document in any form that the IAM policy grammar allows (IAM User Guide,
// reference_policies_grammar): Statement an object or a list; Action, Resource, principals and condition values a scalar
// or a list; condition values also booleans and numbers, which become their JSON text.
//
// What AWS would refuse or silently ignore is an error, always a *SyntaxError: duplicate keys (in a Condition also keys
// that differ only in letter case), unknown elements, wrong types, null, an element beside its negation, a missing
// Effect or Action, an empty list of actions, resources or principals, text behind the document, invalid UTF-8.
func Parse(text string) (Document, error) {
	r, root, err := readJSON(text)
	if err != nil {
		return Document{}, err
	}
	return r.document(root)
}

func (r *reader) document(root node) (Document, error) {
	var d Document
	err := r.eachMember(root, "the document", func(m member) (err error) {
		switch m.name {
		case "Version":
			if d.Version, err = r.text1(m); err == nil && d.Version != Version2008 && d.Version != Version2012 {
				err = r.errorAt(m.value.offset, "Version %q is not one; write \"2012-10-17\"", d.Version)
			}
		case "Id":
			d.ID, err = r.text1(m)
		case "Statement":
			d.Statements, err = r.statements(m.value)
		default:
			err = r.unknown(m, "Version", "Id", "Statement")
		}
		return err
	})
	if err == nil && d.Statements == nil {
		err = r.errorAt(root.offset, "the document has no Statement")
	}
	if err != nil {
		return Document{}, err
	}
	return d, nil
}

func (r *reader) statements(n node) ([]Statement, error) {
	if n.kind != kindList {
		n.items = []node{n}
	}
	statements := make([]Statement, 0, len(n.items))
	for _, item := range n.items {
		s, err := r.statement(item)
		if err != nil {
			return nil, err
		}
		statements = append(statements, s)
	}
	return statements, nil
}

func (r *reader) statement(n node) (Statement, error) {
	var s Statement
	seen := map[string]bool{}
	err := r.eachMember(n, "a statement", func(m member) (err error) {
		seen[m.name] = true
		if other, found := strings.CutPrefix(m.name, "Not"); seen["Not"+m.name] || found && seen[other] {
			return r.errorAt(m.offset, "%s stands beside its negation; a statement takes one of them", m.name)
		}
		switch m.name {
		case "Sid":
			s.Sid, err = r.text1(m)
		case "Effect":
			var effect string
			if effect, err = r.text1(m); err == nil && effect != string(Allow) && effect != string(Deny) {
				err = r.errorAt(m.value.offset, "Effect %q is not one; write \"Allow\" or \"Deny\"", effect)
			}
			s.Effect = Effect(effect)
		case "Principal":
			s.Principal, err = r.principal(m)
		case "NotPrincipal":
			s.NotPrincipal, err = r.principal(m)
		case "Action":
			s.Actions, err = r.texts(m)
		case "NotAction":
			s.NotActions, err = r.texts(m)
		case "Resource":
			s.Resources, err = r.texts(m)
		case "NotResource":
			s.NotResources, err = r.texts(m)
		case "Condition":
			s.Conditions, err = r.conditions(m.value)
		default:
			err = r.unknown(m, "Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction", "Resource",
				"NotResource", "Condition")
		}
		return err
	})
	switch {
	case err != nil:
	case !seen["Effect"]:
		err = r.errorAt(n.offset, "the statement has no Effect; write \"Allow\" or \"Deny\"")
	case !seen["Action"] && !seen["NotAction"]:
		err = r.errorAt(n.offset, "the statement has no Action")
	}
	return s, err
}

func (r *reader) principal(m member) (Principal, error) {
	var p Principal
	if m.value.kind == kindString {
		p.Any = m.value.text == "*"
		if !p.Any {
			return p, r.errorAt(m.value.offset, "%s takes \"*\" or an object; write {\"AWS\": %q}", m.name, m.value.text)
		}
		return p, nil
	}
	err := r.eachMember(m.value, m.name, func(m member) (err error) {
		switch m.name {
		case "AWS":
			var arns []string
			arns, err = r.texts(m)
			for _, a := range arns {
				if a == "*" {
					p.Any = true
				} else {
					p.AWS = append(p.AWS, a)
				}
			}
		case "Service":
			p.Service, err = r.texts(m)
		case "Federated":
			p.Federated, err = r.texts(m)
		case "CanonicalUser":
			p.CanonicalUser, err = r.texts(m)
		default:
			err = r.unknown(m, "AWS", "Service", "Federated", "CanonicalUser")
		}
		return err
	})
	if err == nil && p.IsZero() {
		err = r.errorAt(m.value.offset, "%s names nobody", m.name)
	}
	return p, err
}

func (r *reader) conditions(n node) ([]Condition, error) {
	var conditions []Condition
	operators := map[string]bool{}
	err := r.eachMember(n, "Condition", func(operator member) error {
		if operators[fold(operator.name)] {
			return r.errorAt(operator.offset, "%q stands twice in this Condition, in other letter case; keep one", operator.name)
		}
		operators[fold(operator.name)] = true
		keys := map[string]bool{}
		return r.eachMember(operator.value, "a condition operator", func(key member) error {
			if keys[fold(key.name)] {
				return r.errorAt(key.offset, "%q stands twice under %s, in other letter case; keep one", key.name, operator.name)
			}
			keys[fold(key.name)] = true
			values, err := r.conditionValues(key)
			conditions = append(conditions, Condition{Operator: operator.name, Key: key.name, Values: values})
			return err
		})
	})
	return conditions, err
}

func (r *reader) conditionValues(m member) ([]string, error) {
	items := m.value.items
	if m.value.kind != kindList {
		items = []node{m.value}
	}
	values := make([]string, 0, len(items))
	for _, item := range items {
		switch item.kind {
		case kindString, kindNumber, kindBoolean:
			values = append(values, item.text)
		default:
			return nil, r.errorAt(item.offset, "%q takes strings, numbers and booleans, not %s", m.name, item.kind)
		}
	}
	return values, nil
}

func (r *reader) eachMember(n node, what string, visit func(member) error) error {
	if n.kind != kindObject {
		return r.errorAt(n.offset, "%s must be an object, not %s", what, n.kind)
	}
	for _, m := range n.members {
		if err := visit(m); err != nil {
			return err
		}
	}
	return nil
}

// text1 gives the member's one string.
func (r *reader) text1(m member) (string, error) {
	if m.value.kind != kindString {
		return "", r.errorAt(m.value.offset, "%s must be a string, not %s", m.name, m.value.kind)
	}
	return m.value.text, nil
}

// texts gives the member's string or list of strings, none of which may be empty.
func (r *reader) texts(m member) ([]string, error) {
	items := m.value.items
	if m.value.kind != kindList {
		items = []node{m.value}
	}
	if len(items) == 0 {
		return nil, r.errorAt(m.value.offset, "%s is an empty list", m.name)
	}
	values := make([]string, len(items))
	for i, item := range items {
		if item.kind != kindString {
			return nil, r.errorAt(item.offset, "%s takes strings, not %s", m.name, item.kind)
		}
		if item.text == "" {
			return nil, r.errorAt(item.offset, "%s holds an empty string", m.name)
		}
		values[i] = item.text
	}
	return values, nil
}

func (r *reader) unknown(m member, known ...string) error {
	for _, k := range known {
		if equalFold(k, m.name) || equalFold(k, m.name+"s") || equalFold(k+"s", m.name) {
			return r.errorAt(m.offset, "there is no element %q; write %q", m.name, k)
		}
	}
	return r.errorAt(m.offset, "there is no element %q; here stand %s", m.name, strings.Join(known, ", "))
}
