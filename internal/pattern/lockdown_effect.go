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
// of the lockdown would let them through. The grants must be valid, and their organizational units resolved. Paths are the
// grant's name and its argument.
func LockdownEffect(l Lockdown, grants []Grant, site Site) []Problem {
	return newLockdownProver(l, grants, l.Statement(assumed(site), grants), site).effects(grants)
}

// LockdownEffectApart is LockdownEffect for the grants of others in the same policy. They are exempt only where the lockdown's
// lists, or its own grants beside it, name them.
func LockdownEffectApart(l Lockdown, own, others []Grant, site Site) []Problem {
	if l.adds(l.ExemptGrants) {
		for i := range own {
			l = l.exempting(&own[i])
		}
	}
	l.ExemptGrants = new(bool)
	p := newLockdownProver(l, nil, l.Statement(assumed(site), nil), site)
	p.apart = true
	return p.effects(others)
}

func (p *lockdownProver) effects(grants []Grant) []Problem {
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

// LockdownPassage says which grants beside the lockdown are let through wholly, and which in part. The lockdown must make none of
// them void (LockdownEffect).
func LockdownPassage(l Lockdown, grants []Grant, site Site) []string {
	// What is said is the same before and after these are known.
	l.ExemptRoleNames, l.ExemptCaller = nil, false
	p := newLockdownProver(l, grants, l.Statement(assumed(site), grants), site)
	var wholly, partly []string
	for i := range grants {
		denied := slices.ContainsFunc(grants[i].spelled().members(p.prover), func(m member) bool {
			layers := p.without(p.lists, m.ownersToo)
			return m.caller.DecideAccess(m.actions, p.repository, &layers) == authz.ExplicitlyDenied
		})
		if denied {
			partly = append(partly, grants[i].Name)
		} else {
			wholly = append(wholly, grants[i].Name)
		}
	}
	var lines []string
	if len(wholly) > 0 {
		lines = append(lines, l.sid()+" lets through everybody to whom "+enumerated(wholly)+gives(wholly)+" access")
	}
	if len(partly) > 0 {
		lines = append(lines, l.sid()+" lets through only some of those to whom "+enumerated(partly)+gives(partly)+" access: those whom the lockdown's own lists name")
	}
	return lines
}

// effect looks at the members of a grant that one of its arguments names.
func (p *lockdownProver) effect(g *Grant, attribute string) (problem Problem, dead bool) {
	if d := p.deniedMembers(g, attribute, p.lists); len(d.who) > 0 {
		return p.effectProblem(g, attribute, d), true
	}
	anonymous, known := p.lists, p.lists
	anonymous.ExemptUserIDs = nil
	for _, list := range []*[]string{&known.ExemptPrincipalARNs, &known.ExemptUserIDs, &known.ExemptAccounts, &known.ExemptOrganizationIDs, &known.ExemptOrganizationPaths} {
		*list = slices.DeleteFunc(slices.Clone(*list), func(value string) bool { return strings.Contains(value, authz.UnknownValue) })
	}
	for _, doubt := range []struct {
		lists Lockdown
		text  string
	}{
		{known, " Not all whom the lockdown exempts are known yet: this doesn't matter if they are among them."},
		{anonymous, " Nothing tells whose ids exempt_user_ids has: this doesn't matter if they are theirs."},
	} {
		if d := p.deniedMembers(g, attribute, doubt.lists); len(d.who) > 0 {
			problem := p.effectProblem(g, attribute, d)
			problem.Severity = policy.SeverityWarning
			problem.Summary = strings.NewReplacer("makes", "may make", "cuts", "may cut").Replace(problem.Summary)
			problem.Detail += doubt.text
			return problem, true
		}
	}
	return Problem{}, false
}

// deniedMembers are those of a grant whom a lockdown denies.
type deniedMembers struct {
	who, actions, reasons []string
	// partly says that some of the actions are left to one of them.
	partly bool
	// services and people say which of both are among them.
	services, people bool
}

func (p *lockdownProver) deniedMembers(g *Grant, attribute string, lists Lockdown) deniedMembers {
	var d deniedMembers
	for _, m := range g.spelled().members(p.prover) {
		if m.attribute != attribute {
			continue
		}
		layers := p.without(lists, m.ownersToo)
		if m.caller.DecideAccess(m.actions, p.repository, &layers) != authz.ExplicitlyDenied {
			continue
		}
		denied, why := m.denied(p.prover, layers)
		if len(denied) == 0 {
			continue
		}
		d.who, d.actions, d.reasons = append(d.who, m.who.String()), append(d.actions, denied...), append(d.reasons, why...)
		d.partly = d.partly || len(denied) < len(m.actions)
		d.services, d.people = d.services || m.service, d.people || !m.service
	}
	return d
}

// without gives the layers with the lockdown of the lists, but for the repository's own account where the grant is for an
// organization: it is for others that an organization is named.
func (p *lockdownProver) without(l Lockdown, own bool) authz.Layers {
	off := false
	l.ExemptReplicationFrom = nil
	l.ExemptGrants, l.ExemptRootUser, l.ExemptServiceLinkedRoles = &off, &off, &off
	if own && l.Mode != LockdownByNotPrincipal {
		ofOwner := func(account string) bool { return account == p.owner() }
		l.ExemptPrincipalARNs = slices.DeleteFunc(slices.Clone(l.ExemptPrincipalARNs), func(arn string) bool { return ofOwner(accountOf(arn)) })
		l.ExemptAccounts = slices.DeleteFunc(slices.Clone(l.ExemptAccounts), ofOwner)
	}
	layers := p.layers
	layers.Repository = []*authz.Policy{p.layers.Repository[0], authz.Compile("repository policy", policy.New(l.Statement(p.ground.Site, nil)))}
	return layers
}

func (p *lockdownProver) effectProblem(g *Grant, attribute string, d deniedMembers) Problem {
	summary := "Grant that the lockdown makes void"
	if d.partly {
		summary = "Grant that the lockdown cuts short"
	}
	reasons := slices.DeleteFunc(slices.Compact(d.reasons), func(r string) bool { return strings.HasPrefix(r, "assumed") })
	return Problem{
		Path: []string{g.Name, attribute}, Severity: policy.SeverityError, Summary: summary,
		Detail: "The grant " + g.Name + " is for " + strings.Join(d.who, ", ") + ", to whom the lockdown denies " + strings.Join(sortedOnce(d.actions), ", ") + ":" + bullets(reasons) +
			"\n\n" + p.remedy(g, attribute, d.people, d.services),
	}
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
	if people && !p.apart && !p.lockdown.adds(p.lockdown.ExemptGrants) {
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
