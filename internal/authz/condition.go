// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package authz

import (
	"strings"

	"github.com/ecrx/terraform-provider-ecrx/internal/policy"
)

// condition is one operator with one key, ready to be compared (IAM User Guide,
// reference_policies_elements_condition_operators).
type condition struct {
	operator
	source   policy.Condition
	key      contextKey
	set      setOperator
	ifExists bool
	patterns []pattern
	typed    []operand
	// invalid says why the engine can't tell what the condition means.
	invalid string
}

// setOperator is the quantifier before an operator (IAM User Guide,
// reference_policies_condition-single-vs-multi-valued-context-keys).
type setOperator uint8

const (
	noSet setOperator = iota
	anyValue
	allValues
)

// test is what a condition compares.
type test uint8

const (
	unknownTest test = iota
	textTest
	arnTest
	nullTest
	typedTest
)

func (to *compiler) condition(source policy.Condition) condition {
	c := condition{source: source, key: newContextKey(source.Key)}
	known := false
	if c.operator, c.set, c.ifExists, known = readOperator(source.Operator); !known || strings.Contains(source.Key, UnknownValue) {
		c.test, c.invalid = unknownTest, "the operator "+quote(source.Operator)+" isn't known"
		return c
	}
	if c.test == typedTest {
		c.compileOperands()
		return c
	}
	c.patterns = make([]pattern, len(source.Values))
	for i, value := range source.Values {
		c.patterns[i] = to.pattern(value, dialect{wildcards: c.wildcards, variables: to.variables})
		if c.patterns[i].invalid == "" && c.test == arnTest {
			c.patterns[i].splitParts(value)
		}
	}
	return c
}

// compileOperands reads the values that are more than text.
func (c *condition) compileOperands() {
	c.typed = make([]operand, len(c.source.Values))
	for i, value := range c.source.Values {
		if c.typed[i] = newOperand(c.kind, value); c.typed[i].kind == noOperand {
			c.invalid = quote(value) + " isn't " + c.kind.article()
		}
		c.typed[i].relation = c.relation
	}
}

// holds says whether the condition is met. Of several values one is enough; with a negated operator none may match
// (IAM User Guide, reference_policies_condition-logic-multiple-context-keys-or-values).
func (c *condition) holds(call *call) truth {
	if c.test == unknownTest {
		return maybe
	}
	values, present := call.lookup(&c.key)
	if c.test == nullTest {
		return c.isNull(present)
	}
	switch {
	case present == maybe:
		return maybe
	case present == no:
		return c.withoutKey()
	case c.set == noSet && values.multi:
		// "Multivalued context keys require a condition set operator": without one the condition isn't met.
		return no
	case c.set == anyValue:
		found := no
		for _, value := range values.list {
			found = max(found, c.compare(call, value))
		}
		return found
	case c.set == allValues:
		// An empty text is no value (IAM User Guide, reference_policies_elements_condition_operators, on ForAllValues).
		all := yes
		for _, value := range values.list {
			switch value {
			case "":
			case UnknownValue:
				all = min(all, max(c.compare(call, value), maybe))
			default:
				all = min(all, c.compare(call, value))
			}
		}
		return all
	default:
		return c.compare(call, values.list[0])
	}
}

// withoutKey is the condition's answer to a request that doesn't carry the key.
func (c *condition) withoutKey() truth {
	switch {
	case c.ifExists:
		return yes
	case c.set == allValues:
		return yes
	case c.set == anyValue:
		return no
	default:
		return truthOf(c.negated)
	}
}

func (c *condition) isNull(present truth) truth {
	found := no
	for i := range c.patterns {
		switch text, _ := c.patterns[i].constant(); {
		case strings.EqualFold(text, "true"):
			found = max(found, present.not())
		case strings.EqualFold(text, "false"):
			found = max(found, present)
		default:
			found = max(found, maybe)
		}
	}
	return found
}

// compare tests one value of the request.
func (c *condition) compare(call *call, value string) truth {
	found := no
	for i := range c.patterns {
		p := &c.patterns[i]
		if c.test == arnTest {
			found = max(found, p.matchesARN(call, value))
		} else {
			found = max(found, p.matches(call, value, c.fold))
		}
	}
	for i := range c.typed {
		found = max(found, c.typed[i].matches(value))
	}
	if c.negated {
		return found.not()
	}
	return found
}
