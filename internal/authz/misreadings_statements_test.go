// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package authz_test

func misreadingsOfPrincipals() []misreading {
	const element = "principal_element.go"
	return []misreading{
		{"an account's principal covers anonymous callers", element, "case accountEntry:\n", "case accountEntry:\n\t\t\tn.direct = max(n.direct, truthOf(c.kind == anonymousPrincipal))\n"},
		{"an account's principal is its root user alone", element, "case accountEntry:\n\t\t\tn.account = max(n.account, truthOf(", "case accountEntry:\n\t\t\tn.account = max(n.account, truthOf(c.kind == rootPrincipal && "},
		{"a role's ARN doesn't cover its sessions", element, "n.role = max(n.role, c.sameRole(e))", "n.role = max(n.role, min(c.sameRole(e), truthOf(c.kind == rolePrincipal)))"},
		{"a wildcard in a principal's ARN matches", element, "case nobodyEntry, unknownEntry:", "case nobodyEntry:\n\t\t\tn.direct = max(n.direct, truthOf(e.account != \"\" && strings.HasPrefix(c.text, strings.TrimRight(e.text, \"*\"))))\n\t\tcase unknownEntry:"},
		{"a user's ARN names the federated session", element, "n.role = max(n.role, choose(truthOf(c.name == e.name), yes, maybe))", "n.direct = max(n.direct, truthOf(c.name == e.name))"},
		{"a role's path doesn't count", "principal.go", "truthOf(c.roleARN == e.text)", "truthOf(c.name == afterPath(e.name))"},
		{"NotPrincipal with the account alone spares its principals", element, "if named == no {", "if named = max(named, n.account); named == no {"},
		{"NotPrincipal needs no account", element, "return min(named, max(n.account, maybe))", "return named"},
		{"NotPrincipal spares a listed principal with a boundary", "statement.go", "case c.bounded:", "case c.bounded && false:"},
		{"NotPrincipal works with Allow", "statement.go", "applies = min(applies, maybe)", "applies = min(applies, yes)"},
	}
}

func misreadingsOfConditions() []misreading {
	const file = "condition.go"
	return []misreading{
		{"a negated operator doesn't match a missing key", file, "return truthOf(c.negated)", "return no"},
		{"IfExists needs the key", file, "case c.ifExists:", "case c.ifExists && false:"},
		{"ForAllValues needs the key", file, "case c.set == allValues:\n\t\treturn yes", "case c.set == allValues:\n\t\treturn no"},
		{"ForAnyValue holds without the key", file, "case c.set == anyValue:\n\t\treturn no", "case c.set == anyValue:\n\t\treturn yes"},
		{"ForAnyValue asks all values", file, "found := no\n\t\tfor _, value := range values.list {\n\t\t\tfound = max(", "found := yes\n\t\tfor _, value := range values.list {\n\t\t\tfound = min("},
		{"ForAllValues is content with one value", file, "default:\n\t\t\t\tall = min(all, c.compare(call, value))", "default:\n\t\t\t\tif all = c.compare(call, value); all == yes {\n\t\t\t\t\treturn yes\n\t\t\t\t}"},
		{"a multivalued key needs no set operator", file, "case c.set == noSet && values.multi:", "case c.set == noSet && len(values.list) == 0:"},
		{"Null \"true\" asks for the key", file, `case strings.EqualFold(text, "true"):`, `case strings.EqualFold(text, "false"):`},
		{"negated values are ORed", file, "if c.negated {\n\t\treturn found.not()", "if c.negated {\n\t\treturn max(found.not(), truthOf(len(c.patterns)+len(c.typed) > 1))"},
		{"values are ANDed", file, "if c.negated {\n\t\treturn found.not()", "if !c.negated && len(c.patterns) > 1 {\n\t\treturn no\n\t}\n\tif c.negated {\n\t\treturn found.not()"},
		{"conditions are ORed", "statement.go", "m.and(s.conditions[i].holds(c), conditionPart, i)", "m.and(max(s.conditions[i].holds(c), truthOf(i > 0)), conditionPart, i)"},
		{"the names of keys have letter case", "request.go", "k := contextKey{name: foldKey(name)}", "k := contextKey{name: name}"},
		{"an action on the registry has resource tags", "request.go", `k.resourceTag = k.family == "aws:resourcetag/*" || k.family == "ecr:resourcetag/*"`, "k.resourceTag = false"},
	}
}

func misreadingsOfTexts() []misreading {
	const condition, operand, operators, pattern, statement = "condition.go", "operand.go", "operator.go", "pattern.go", "statement.go"
	return []misreading{
		{"StringEquals knows wildcards", operators, "\"stringequals\":              {test: textTest,", "\"stringequals\": {test: textTest, wildcards: true,"},
		{"StringLike has no letter case", operators, "\"stringlike\":                {test: textTest,", "\"stringlike\": {test: textTest, fold: true,"},
		{"StringEqualsIgnoreCase has letter case", operators, "\"stringequalsignorecase\":    {test: textTest, fold: true,", "\"stringequalsignorecase\": {test: textTest,"},
		{"ArnLike's star reaches over colons", condition, "p.matchesARN(call, value)", "p.matches(call, value, false)"},
		{"ArnEquals has no wildcards", operators, "\"arnequals\":                 {test: arnTest, wildcards: true,", "\"arnequals\": {test: arnTest,"},
		{"a negation may stand anywhere in an operator", operators, "o, known = operators[name]", "if o, known = operators[name]; !known {\n\t\to, known = operators[strings.Replace(name, \"not\", \"\", 1)]\n\t\to.negated = !o.negated\n\t}"},
		{"actions have letter case", statement, "c.request.Action, true,", "c.request.Action, false,"},
		{"ARNs of resources have no letter case", statement, "return anyMatches(s.resources, c, c.request.Resource, false,", "return anyMatches(s.resources, c, c.request.Resource, true,"},
		{"a star stands for one character at least", pattern, "lastStar, starValue, starAt = t, v, at\n\t\t\tcontinue", "if at == len(text) {\n\t\t\t\treturn false\n\t\t\t}\n\t\t\tat++\n\t\t\tlastStar, starValue, starAt = t, v, at\n\t\t\tcontinue"},
		{"a question mark can stand for nothing", pattern, "if text == \"\" {\n\t\t\treturn -1, 0", "if text == \"\" {\n\t\t\treturn 0, 0"},
		{"every version knows variables", statement, "variables: d.Version == policy.Version2012", "variables: d.Version != \"\" || true"},
		{"a variable can stand anywhere in an ARN", statement, "t.kind == variable && colons < 5;", "t.kind == variable && colons < 0;"},
		{"a default isn't taken", pattern, "case present == no && t.hasDefault:", "case present == no && t.hasDefault && t.text == \"-\":"},
		{"a default is always taken", pattern, "case present == no && t.hasDefault:", "case t.hasDefault:"},
		{"a variable without a value is empty text", pattern, "return nil, no\n", "values = append(values, \"\")\n"},
		{"${*} is a wildcard", pattern, "return token{text: inside}, size", "return token{kind: star}, size"},
		{"dates are milliseconds", operand, "time.Unix(seconds, 0)", "time.UnixMilli(seconds)"},
		{"four digits are seconds", operand, "len(text) != len(\"2006\") &&", ""},
		{"less than includes equal", operand, "order < 0", "order <= 0"},
		{"an address must be the range's own", operand, "o.prefix.Contains(value.prefix.Addr())", "o.prefix.Addr() == value.prefix.Addr()"},
		{"IPv6 is in IPv4's everything", operand, "o.prefix.Bits() <= value.prefix.Bits() &&", "o.prefix.Bits() == 0 ||"},
	}
}
