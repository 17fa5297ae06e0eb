// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package authz

import "strings"

// operator is what a condition compares, and how.
type operator struct {
	test    test
	negated bool
	// fold and wildcards are for texts.
	fold, wildcards bool
	// kind and relation are for values that are more than text.
	kind     valueKind
	relation relation
	// words say what the operator asks of a value.
	words string
}

// operators are all that IAM knows (IAM User Guide, reference_policies_elements_condition_operators), in lower case.
var operators = map[string]operator{
	"stringequals":              {test: textTest, words: "is"},
	"stringnotequals":           {test: textTest, negated: true, words: "isn't"},
	"stringequalsignorecase":    {test: textTest, fold: true, words: "is"},
	"stringnotequalsignorecase": {test: textTest, fold: true, negated: true, words: "isn't"},
	"stringlike":                {test: textTest, wildcards: true, words: "matches"},
	"stringnotlike":             {test: textTest, wildcards: true, negated: true, words: "doesn't match"},
	"bool":                      {test: textTest, fold: true, words: "is"},
	"arnequals":                 {test: arnTest, wildcards: true, words: "matches"},
	"arnlike":                   {test: arnTest, wildcards: true, words: "matches"},
	"arnnotequals":              {test: arnTest, wildcards: true, negated: true, words: "doesn't match"},
	"arnnotlike":                {test: arnTest, wildcards: true, negated: true, words: "doesn't match"},
	"null":                      {test: nullTest},
	"numericequals":             {test: typedTest, kind: numberOperand, words: "is"},
	"numericnotequals":          {test: typedTest, kind: numberOperand, negated: true, words: "isn't"},
	"numericlessthan":           {test: typedTest, kind: numberOperand, relation: lessThan, words: "is less than"},
	"numericlessthanequals":     {test: typedTest, kind: numberOperand, relation: lessThanOrEqualTo, words: "is at most"},
	"numericgreaterthan":        {test: typedTest, kind: numberOperand, relation: greaterThan, words: "is more than"},
	"numericgreaterthanequals":  {test: typedTest, kind: numberOperand, relation: greaterThanOrEqualTo, words: "is at least"},
	"dateequals":                {test: typedTest, kind: dateOperand, words: "is"},
	"datenotequals":             {test: typedTest, kind: dateOperand, negated: true, words: "isn't"},
	"datelessthan":              {test: typedTest, kind: dateOperand, relation: lessThan, words: "is before"},
	"datelessthanequals":        {test: typedTest, kind: dateOperand, relation: lessThanOrEqualTo, words: "is at latest"},
	"dategreaterthan":           {test: typedTest, kind: dateOperand, relation: greaterThan, words: "is after"},
	"dategreaterthanequals":     {test: typedTest, kind: dateOperand, relation: greaterThanOrEqualTo, words: "is at earliest"},
	"binaryequals":              {test: typedTest, kind: binaryOperand, words: "is"},
	"ipaddress":                 {test: typedTest, kind: addressOperand, words: "is in"},
	"notipaddress":              {test: typedTest, kind: addressOperand, negated: true, words: "isn't in"},
}

// readOperator takes an operator with its quantifier and suffix apart. known is false for one that IAM doesn't know.
func readOperator(name string) (o operator, set setOperator, ifExists, known bool) {
	name = foldKey(name)
	if rest, found := strings.CutPrefix(name, "foranyvalue:"); found {
		set, name = anyValue, rest
	} else if rest, found := strings.CutPrefix(name, "forallvalues:"); found {
		set, name = allValues, rest
	}
	name, ifExists = strings.CutSuffix(name, "ifexists")
	o, known = operators[name]
	// Null asks for existence itself.
	return o, set, ifExists, known && (o.test != nullTest || set == noSet && !ifExists)
}
