// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package pattern

import (
	"slices"
	"strings"

	"github.com/ecrx/terraform-provider-ecrx/internal/authz"
	"github.com/ecrx/terraform-provider-ecrx/internal/policy"
)

// LockdownEffect says for which grants beside it the lockdown makes void what they give, wholly or in part, and which line
// of the lockdown would let them through. The grants must be valid, and their organizational units resolved; a grant that
// stands in another resource than the lockdown is one where ExemptGrants is false. Paths are the grant's name and its
// argument.
func LockdownEffect(l Lockdown, grants []Grant, site Site) []Problem {
	p := newLockdownProver(l, grants, l.Statement(assumed(site), grants), site)
	var problems []Problem
	for i := range grants {
		g := &grants[i]
		for _, attribute := range []string{"organization_paths", "organization_ids", "accounts", "principal_arns", "lambda", "codebuild"} {
			if problem, dead := p.effect(g, attribute); dead {
				problems = append(problems, problem)
			}
		}
	}
	return problems
}

// effect looks at the members of a grant that one of its arguments names.
func (p *lockdownProver) effect(g *Grant, attribute string) (problem Problem, dead bool) {
	var who, actions, reasons []string
	whole := true
	services, people := false, false
	for _, m := range g.members(p.prover) {
		if m.attribute != attribute || m.caller.DecideAccess(m.actions, p.repository, &p.layers) != authz.ExplicitlyDenied {
			continue
		}
		denied, why := m.denied(p.prover, p.layers)
		if len(denied) == 0 {
			continue
		}
		who, actions, reasons = append(who, m.who), append(actions, denied...), append(reasons, why...)
		whole = whole && len(denied) == len(m.actions)
		services, people = services || m.service, people || !m.service
	}
	if len(who) == 0 {
		return Problem{}, false
	}
	summary := "Grant that the lockdown makes void"
	if !whole {
		summary = "Grant that the lockdown cuts short"
	}
	reasons = slices.DeleteFunc(slices.Compact(reasons), func(r string) bool { return strings.HasPrefix(r, "assumed") })
	return Problem{
		Path: []string{g.Name, attribute}, Severity: policy.SeverityError, Summary: summary,
		Detail: "The grant " + g.Name + " is for " + strings.Join(who, ", ") + ", to whom the lockdown denies " + strings.Join(sortedOnce(actions), ", ") + ":" + bullets(reasons) +
			"\n\n" + p.remedy(g, attribute, people, services),
	}, true
}

// remedy is the line that lets the grant's people through.
func (p *lockdownProver) remedy(g *Grant, attribute string, people, services bool) string {
	var lines []string
	if people {
		one := Grant{}
		switch attribute {
		case "organization_paths":
			one.OrganizationPaths = g.OrganizationPaths
		case "organization_ids":
			one.OrganizationIDs = g.OrganizationIDs
		case "accounts":
			one.Accounts = g.Accounts
		case "principal_arns":
			one.PrincipalARNs = g.PrincipalARNs
		default:
			one.Lambda = g.Lambda
		}
		lines = Lockdown{}.exempting(&one).written()
	}
	if services {
		lines = append(lines, "exempt_aws_services = true")
	}
	text := "Write " + strings.Join(lines, " and ") + " in the lockdown"
	if p.lockdown.Mode == LockdownByNotPrincipal {
		return text + ", with mode = \"principal_arn\": NotPrincipal can't name them all."
	}
	if people && !p.lockdown.adds(p.lockdown.ExemptGrants) {
		text += ", or let exempt_grants exempt whoever its own grants name"
	}
	return text + "."
}

// written gives the lists as they stand in a configuration, a line each.
func (l Lockdown) written() []string {
	var lines []string
	for _, list := range []struct {
		name   string
		values []string
	}{
		{exemptARNs, l.ExemptPrincipalARNs},
		{"exempt_accounts", l.ExemptAccounts},
		{"exempt_organization_ids", l.ExemptOrganizationIDs},
		{"exempt_organization_paths", l.ExemptOrganizationPaths},
	} {
		if len(list.values) > 0 {
			lines = append(lines, list.name+" = ["+quoted(sortedOnce(list.values))+"]")
		}
	}
	return lines
}
