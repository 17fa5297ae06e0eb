// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package pattern

import (
	"slices"
	"strings"

	"github.com/ecrx/terraform-provider-ecrx/internal/policy"
)

// named is somebody in words. Those who differ in name alone share a line.
type named struct {
	one, many, name, after string
}

func (n named) String() string { return n.one + n.name + n.after }

func inAccounts(account, after string) named {
	return named{"principals of account ", "principals of accounts ", account, after}
}

func inOrganizations(id, after string) named {
	return named{"principals of the organization ", "principals of the organizations ", id, after}
}

// saying is a line about somebody.
type saying struct {
	before string
	who    named
	after  string
}

// sayings are lines about several people, a line for all of whom the same is said.
type sayings []saying

func (s *sayings) add(one saying) { *s = append(*s, one) }

func (s sayings) lines() []string {
	var lines []string
	said := map[saying]bool{}
	for _, first := range s {
		alike := first
		alike.who.name = ""
		if said[alike] {
			continue
		}
		said[alike] = true
		var names []string
		for _, other := range s {
			name := other.who.name
			if other.who.name = ""; other == alike {
				names = append(names, name)
			}
		}
		who := first.who
		if names = sortedOnce(names); len(names) > 1 {
			who.one = who.many
		}
		who.name = enumerated(names)
		lines = append(lines, first.before+who.String()+first.after)
	}
	return lines
}

// enumerated writes names as a sentence does.
func enumerated(names []string) string {
	if len(names) < 2 {
		return strings.Join(names, "")
	}
	last := len(names) - 1
	return strings.Join(names[:last], ", ") + " and " + names[last]
}

// reliance is what the lines about grants rest on, beside the grants themselves.
type reliance struct {
	identity, session bool
	// owners are grants for organizations or OUs, with which the repository's own account needs no identity policy; limited are
	// those of them with conditions.
	owners, limited []string
}

// relied notes what the line about a grant's member rests on. denied says that it lacks some of what the grant says.
func (p *prover) relied(g *Grant, m *member, denied bool) {
	p.relies.identity = p.relies.identity || !m.alone
	p.relies.session = p.relies.session || strings.Contains(m.caller.Principal, ":federated-user/")
	switch {
	case !m.ownersToo || denied:
	case g.conditionsOn(m):
		p.relies.limited = append(p.relies.limited, g.Name)
	default:
		p.relies.owners = append(p.relies.owners, g.Name)
	}
}

// shared are the lines about all grants. about says who stays outside, where nobody is let in whom no grant names.
func (p *prover) shared(about string) []string {
	var lines []string
	for _, grants := range []struct {
		names []string
		meets string
	}{{p.relies.owners, ""}, {p.relies.limited, " that meets the conditions"}} {
		if len(grants.names) > 0 {
			names := sortedOnce(grants.names)
			lines = append(lines, "every principal of account "+p.owner()+grants.meets+" has the access that "+enumerated(names)+gives(names)+", even without an identity policy, if that account is in an organization or OU named there")
		}
	}
	if len(p.proof.Open) == 0 && about != "" {
		lines = append(lines, about)
	}
	assumed := "RCPs and the registry policy"
	if p.relies.session {
		assumed = "session policies, " + assumed
	}
	if p.relies.identity {
		assumed = strings.Replace("identity policies, SCPs, "+assumed, "SCPs, session policies", "session policies, SCPs", 1)
	}
	return append(lines, "assumed to allow, as they can't be read from here: "+assumed)
}

const (
	// strangersOfGrants is true of the grants, whatever else stands in the policy.
	strangersOfGrants = "these grants let in no anonymous caller, no other organization or OU, and no AWS service that acts for others; other statements of the repository policy and the registry policy aren't part of this proof"
	// strangersOfPolicy is true of a repository policy that consists of grants and denials.
	strangersOfPolicy = "the repository policy lets in nobody else: no anonymous caller, no other organization or OU, and no AWS service that acts for others; the registry policy isn't part of this proof"
)

// conditionsText says when all conditions are met, as the rest of a sentence.
func conditionsText(conditions []policy.Condition) string {
	texts := make([]string, len(conditions))
	for i, c := range conditions {
		texts[i] = conditionText(c)
	}
	return strings.Join(texts, ", and ")
}

// conditionText says when a condition is met. An operator that nobody knows stands as it is.
func conditionText(c policy.Condition) string {
	set, operator, found := strings.Cut(c.Operator, ":")
	if !found {
		set, operator = "", c.Operator
	}
	operator = strings.ToLower(operator)
	base, ifExists := strings.CutSuffix(operator, "ifexists")
	key := c.Key
	switch strings.ToLower(set) {
	case "foranyvalue":
		key = "a value of " + key
	case "forallvalues":
		key = "every value of " + key
	}
	values := strings.Join(c.Values, " or ")
	if base == "null" {
		if slices.ContainsFunc(c.Values, func(v string) bool { return strings.EqualFold(v, "true") }) {
			return key + " is absent"
		}
		return key + " is present"
	}
	verb, ok := operatorWords[base]
	if !ok {
		verb = "meets " + c.Operator
	}
	text := key + " " + verb + " " + values
	if ifExists || strings.EqualFold(set, "ForAllValues") {
		text += " or is absent"
	}
	return text
}

// operatorWords are the condition operators in words, after
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html.
var operatorWords = map[string]string{
	"stringequals": "is", "stringnotequals": "isn't", "stringequalsignorecase": "is, in whatever case,", "stringnotequalsignorecase": "isn't, in whatever case,",
	"stringlike": "matches", "stringnotlike": "doesn't match", "arnequals": "matches", "arnlike": "matches", "arnnotequals": "doesn't match", "arnnotlike": "doesn't match",
	"numericequals": "is", "numericnotequals": "isn't", "numericlessthan": "is less than", "numericlessthanequals": "is at most", "numericgreaterthan": "is greater than",
	"numericgreaterthanequals": "is at least", "dateequals": "is", "datenotequals": "isn't", "datelessthan": "is before", "datelessthanequals": "is at or before",
	"dategreaterthan": "is after", "dategreaterthanequals": "is at or after", "bool": "is", "binaryequals": "is", "ipaddress": "is in", "notipaddress": "isn't in",
}

// gives is the verb to a list of grants.
func gives(grants []string) string {
	if len(grants) > 1 {
		return " give"
	}
	return " gives"
}
