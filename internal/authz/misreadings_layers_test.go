// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package authz_test

import "slices"

// misreadings are the rules read wrong, each as a person might read them.
func misreadings() []misreading {
	return slices.Concat(misreadingsOfAccounts(), misreadingsOfLimits(), misreadingsOfPrincipals(), misreadingsOfConditions(), misreadingsOfTexts())
}

func misreadingsOfAccounts() []misreading {
	const file = "evaluate.go"
	return []misreading{
		{"naming the account is a grant in the same account", file, "max(named, identity))", "max(named, identity, account))"},
		{"across accounts the identity policy is enough", file, "cross := min(identity, max(direct, role, account))", "cross := min(identity, max(yes, account))"},
		{"across accounts the resource policy is enough", file, "cross := min(identity, max(direct, role, account))", "cross := max(direct, role, account)"},
		{"across accounts, naming the account isn't enough", file, "max(direct, role, account))", "max(direct, role, min(account, no)))"},
		{"in the same account both sides are needed", file, "max(named, identity))", "min(max(named, account), identity))"},
		{"the account in the ARN decides what is cross-account", file, "c.principal.account == c.request.ResourceAccount", `strings.Contains(c.request.Resource, ":"+c.principal.account+":")`},
		{"an allow overrides a deny", file, "case v.deny == yes:", "case v.deny == yes && v.allow != yes:"},
		{"the root user needs an allow too", file, "case rootPrincipal:\n\t\t//", "case unknownPrincipal + 100:\n\t\t//"},
		{"a service principal needs an identity policy", file, "choose(v.sameAccount, same, cross), direct)", "choose(v.sameAccount, same, cross), min(direct, v.identity.allow.direct))"},
		{"a trust or key policy need not allow", file, "choose(needsResourcePolicy(c.request.Action),", "choose(min(needsResourcePolicy(c.request.Action), no),"},
		{"the registry policy can't grant", file, "direct := max(v.repository.allow.direct, v.registry.allow.direct)", "direct := v.repository.allow.direct"},
		{"the registry policy can't deny", file, "v.repository.deny, v.registry.deny,", "v.repository.deny,"},
		{"the repository policy is about actions on the registry", file, "if c.onRegistry != yes {", "if c.onRegistry = no; true {"},
		{"an action on the registry can be on a repository's ARN", "statement.go", `anyMatches(s.resources, c, "*", false,`, `anyMatches(s.resources, c, c.request.Resource, false,`},
	}
}

func misreadingsOfLimits() []misreading {
	const file = "evaluate.go"
	return []misreading{
		{"a grant to a role isn't limited by its boundary", file, "named := max(direct, min(role, limit))", "named := max(direct, role)"},
		{"a grant to a session is limited by its boundary", file, "named := max(direct, min(role, limit))", "named := min(max(direct, role), limit)"},
		{"a boundary isn't for users", file, "limit := v.boundary.allow.direct", "limit := choose(truthOf(c.principal.kind == userPrincipal), yes, v.boundary.allow.direct)"},
		{"a boundary grants", file, "identity := min(v.identity.allow.direct, limit)", "identity := max(v.identity.allow.direct, truthOf(len(layers.Boundary) > 0 && limit == yes))"},
		{"a session policy doesn't limit", file, "choose(c.principal.session(), v.session.allow.direct, yes)", "yes"},
		{"a federated user has the user's permissions", file, "limit = no\n", "limit = min(limit, yes)\n"},
		{"an SCP that doesn't allow is no limit", file, "choose(v.scp, v.scps.allow.direct, yes),", "yes,"},
		{"one level of SCPs is enough", "layers.go", "v.allow.direct = min(v.allow.direct, level.allow.any())", "v.allow.direct = max(min(v.allow.direct, truthOf(len(levels) == 1)), level.allow.any())"},
		{"RCPs must allow explicitly", file, "choose(v.scp, v.scps.allow.direct, yes),", "choose(v.scp, v.scps.allow.direct, yes), choose(v.rcp, v.rcps.allow.direct, yes),"},
		{"SCPs are for service-linked roles", file, "v.scp, v.rcp = min(v.inAccount, linked.not()), linked.not()", "v.scp, v.rcp = v.inAccount, linked.not()"},
		{"RCPs are for service-linked roles", file, "v.scp, v.rcp = min(v.inAccount, linked.not()), linked.not()", "v.scp, v.rcp = min(v.inAccount, linked.not()), yes"},
		{"SCPs are for service principals", file, "v.scp, v.rcp = min(v.inAccount, linked.not()), linked.not()", "v.scp, v.rcp = linked.not(), linked.not()"},
		{"RCPs aren't for service principals", file, "v.scp, v.rcp = min(v.inAccount, linked.not()), linked.not()", "v.scp, v.rcp = min(v.inAccount, linked.not()), min(v.inAccount, linked.not())"},
		{"a session policy is for users", file, "choose(c.principal.session(), v.session.allow.direct, yes)", "v.session.allow.direct"},
		{"an endpoint policy that doesn't allow is no limit", file, "\n\t\tv.endpoint.allow.direct,", ""},
		{"an endpoint policy can't deny", file, "v.endpoint.deny,", "no,"},
		{"a boundary can't deny", file, "max(v.identity.deny, v.boundary.deny)", "v.identity.deny"},
		{"a deny of the identity policies is for service principals", file, "min(c.principal.attached(), max(v.identity.deny, v.boundary.deny))", "max(v.identity.deny, v.boundary.deny)"},
	}
}
