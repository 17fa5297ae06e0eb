// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package policy

import (
	"slices"
	"strings"
)

// Parse reads a policy document in any form that the IAM policy grammar allows (IAM User Guide,
// reference_policies_grammar): Statement an object or a list; Action, Resource, principals and condition values a scalar
// or a list; condition values also booleans and numbers, which become their JSON text.
//
// What AWS would refuse or silently ignore is an error, always a *SyntaxError: duplicate keys (in a Condition also keys
// that differ only in letter case), unknown elements, wrong types, null, an element beside its negation, a missing
// Effect or Action, an empty list of actions, resources or principals, text behind the document, invalid UTF-8.
func Parse(text string) (Document, error) {
	root, err := ReadJSON(text)
	if err != nil {
		return Document{}, err
	}
	return root.document()
}

// Document reads the value as a policy document, as Parse does. Errors count lines and columns from where it begins, as
// if it stood alone.
func (v JSON) Document() (Document, error) {
	r := *v.reader
	r.origin = int(v.node().offset)
	return JSON{&r, v.index}.document()
}

func (v JSON) document() (Document, error) {
	var d Document
	err := v.EachMember("the document", func(name, value JSON) (err error) {
		switch name.text() {
		case "Version":
			if d.Version, err = value.string1(name); err == nil && d.Version != Version2008 && d.Version != Version2012 {
				err = value.Errorf("Version %q is not one; write \"2012-10-17\"", d.Version)
			}
		case "Id":
			d.ID, err = value.string1(name)
		case "Statement":
			d.Statements, err = value.statements()
		default:
			err = name.unknown("Version", "Id", "Statement")
		}
		return err
	})
	if err == nil && d.Statements == nil {
		err = v.Errorf("the document has no Statement")
	}
	if err != nil {
		return Document{}, err
	}
	return d, nil
}

func (v JSON) statements() ([]Statement, error) {
	statements := make([]Statement, 0, v.Len())
	for item := range v.Items() {
		s, err := item.statement()
		if err != nil {
			return nil, err
		}
		statements = append(statements, s)
	}
	return statements, nil
}

func (v JSON) statement() (Statement, error) {
	var s Statement
	err := v.EachMember("a statement", func(name, value JSON) (err error) {
		if v.earlier(name, negates) {
			return name.Errorf("%s stands beside its negation; a statement takes one of them", name.text())
		}
		switch name.text() {
		case "Sid":
			s.Sid, err = value.string1(name)
		case "Effect":
			var effect string
			if effect, err = value.string1(name); err == nil && effect != string(Allow) && effect != string(Deny) {
				err = value.Errorf("Effect %q is not one; write \"Allow\" or \"Deny\"", effect)
			}
			s.Effect = Effect(effect)
		case "Principal":
			s.Principal, err = value.principal(name)
		case "NotPrincipal":
			s.NotPrincipal, err = value.principal(name)
		case "Action":
			s.Actions, err = value.strings(name)
		case "NotAction":
			s.NotActions, err = value.strings(name)
		case "Resource":
			s.Resources, err = value.strings(name)
		case "NotResource":
			s.NotResources, err = value.strings(name)
		case "Condition":
			s.Conditions, err = value.conditions()
		default:
			err = name.unknown("Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction", "Resource",
				"NotResource", "Condition")
		}
		return err
	})
	switch {
	case err != nil:
	case s.Effect == "":
		err = v.Errorf("the statement has no Effect; write \"Allow\" or \"Deny\"")
	case len(s.Actions)+len(s.NotActions) == 0:
		err = v.Errorf("the statement has no Action")
	}
	return s, err
}

// negates reports whether one of the names of two elements is the other's with "Not" before it.
func negates(a, b string) bool {
	shorter, negated := strings.CutPrefix(a, "Not")
	if negated && shorter == b {
		return true
	}
	shorter, negated = strings.CutPrefix(b, "Not")
	return negated && shorter == a
}

func (v JSON) principal(element JSON) (Principal, error) {
	var p Principal
	if text, isString := v.Text(); isString {
		p.Any = text == "*"
		if !p.Any {
			return p, v.Errorf("%s takes \"*\" or an object; write {\"AWS\": %q}", element.text(), text)
		}
		return p, nil
	}
	err := v.EachMember(element.text(), func(name, value JSON) (err error) {
		switch name.text() {
		case "AWS":
			var arns []string
			arns, err = value.strings(name)
			p.Any = slices.Contains(arns, "*")
			if arns = slices.DeleteFunc(arns, isStar); len(arns) > 0 {
				p.AWS = arns
			}
		case "Service":
			p.Service, err = value.strings(name)
		case "Federated":
			p.Federated, err = value.strings(name)
		case "CanonicalUser":
			p.CanonicalUser, err = value.strings(name)
		default:
			err = name.unknown("AWS", "Service", "Federated", "CanonicalUser")
		}
		return err
	})
	if err == nil && p.IsZero() {
		err = v.Errorf("%s names nobody", element.text())
	}
	return p, err
}

func isStar(s string) bool { return s == "*" }

func (v JSON) conditions() ([]Condition, error) {
	var conditions []Condition
	err := v.EachMember("Condition", func(operator, keys JSON) error {
		if v.earlier(operator, equalFold) {
			return operator.Errorf("%q stands twice in this Condition, in other letter case; keep one", operator.text())
		}
		return keys.EachMember("a condition operator", func(key, value JSON) error {
			if keys.earlier(key, equalFold) {
				return key.Errorf("%q stands twice under %s, in other letter case; keep one", key.text(), operator.text())
			}
			values, err := value.conditionValues(key)
			conditions = append(conditions, Condition{Operator: operator.text(), Key: key.text(), Values: values})
			return err
		})
	})
	return conditions, err
}

func (v JSON) conditionValues(key JSON) ([]string, error) {
	values := make([]string, 0, v.Len())
	for item := range v.Items() {
		switch kind := item.node().kind; kind {
		case kindString, kindNumber, kindBoolean:
			values = append(values, item.text())
		default:
			return nil, item.Errorf("%q takes strings, numbers and booleans, not %s", key.text(), kind)
		}
	}
	return values, nil
}

// string1 gives the element's one string.
func (v JSON) string1(element JSON) (string, error) {
	text, isString := v.Text()
	if !isString {
		return "", v.Errorf("%s must be a string, not %s", element.text(), v.node().kind)
	}
	return text, nil
}

// strings gives the element's string or list of strings, none of which may be empty.
func (v JSON) strings(element JSON) ([]string, error) {
	values := make([]string, 0, v.Len())
	for item := range v.Items() {
		text, isString := item.Text()
		if !isString {
			return nil, item.Errorf("%s takes strings, not %s", element.text(), item.node().kind)
		}
		if text == "" {
			return nil, item.Errorf("%s holds an empty string", element.text())
		}
		values = append(values, text)
	}
	if len(values) == 0 {
		return nil, v.Errorf("%s is an empty list", element.text())
	}
	return values, nil
}

// unknown is the error of an element whose name isn't one of those known.
func (v JSON) unknown(known ...string) error {
	name := v.text()
	for _, k := range known {
		if equalFold(k, name) || equalFold(k, name+"s") || equalFold(k+"s", name) {
			return v.Errorf("there is no element %q; write %q", name, k)
		}
	}
	return v.Errorf("there is no element %q; here stand %s", name, strings.Join(known, ", "))
}
