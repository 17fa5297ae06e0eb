// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package pattern

import (
	"slices"
	"strings"

	"github.com/ecrx/terraform-provider-ecrx/internal/authz"
	"github.com/ecrx/terraform-provider-ecrx/internal/policy"
)

// describe says what the statements give, and which grants a Deny takes something from.
func (r *accessReading) describe(repository string) (lines []string, dead []DeadGrant) {
	p := newProver(r.grants, Ground{Site: r.site, Repository: repository, Foreign: r.rest})
	var provers []*lockdownProver
	for _, l := range r.lockdowns {
		provers = append(provers, newLockdownProver(l, nil, l.Statement(r.site, nil), r.site))
	}
	for i := range r.grants {
		d := grantDescription{grant: &r.grants[i], prover: p, lockdowns: provers}
		d.describe()
		dead = append(dead, d.dead...)
	}
	lines = p.sayings.lines()
	for _, o := range r.lost {
		lines = append(lines, o.Sid+" gives nothing to "+o.ID+", a deleted "+o.Kind)
	}
	for _, l := range r.lockdowns {
		s := l.Statement(r.site, nil)
		proof := ProveLockdown(l, nil, s, r.site)
		if len(proof.Lockout) == 0 {
			lines = append(lines, proof.Lines...)
		}
		for _, problem := range slices.Concat(proof.Problems, proof.Lockout) {
			lines = append(lines, s.Sid+" "+statementText(s)+". "+problem.Detail)
		}
	}
	for _, s := range r.rest {
		lines = append(lines, s.Sid+" is neither a grant nor a lockdown that ecrx knows, so nothing is proven of it: it "+statementText(s))
	}
	dead = append(dead, r.deadServices(repository)...)
	if len(r.grants) == 0 {
		return lines, dead
	}
	p.strangers(r.grants) // that nobody else has access is proven before it is said
	about := strangersOfPolicy
	if slices.ContainsFunc(r.rest, func(s policy.Statement) bool { return s.Effect == policy.Allow }) {
		about = ""
	}
	return append(lines, p.shared(about)...), dead
}

// grantDescription describes one grant in its policy.
type grantDescription struct {
	grant     *Grant
	prover    *prover
	lockdowns []*lockdownProver
	dead      []DeadGrant
}

func (d *grantDescription) describe() {
	p, g := d.prover, d.grant
	spelled := g.spelled()
	taken := d.byLockdowns(spelled)
	statements := g.compiled(p.ground.Site)
	for _, m := range spelled.members(p) {
		m.caller = p.ownerKnown(m.caller)
		if problem, never := p.lacks(g, &m, statements); never {
			d.dead = append(d.dead, DeadGrant{g.Name, problem.Summary, problem.Detail})
			continue
		}
		denied, reasons := p.voided(&m)
		if len(denied) > 0 {
			d.dead = append(d.dead, deadByDeny(g.Name, &m, denied, reasons))
		}
		denied = sortedOnce(append(denied, taken[m.attribute+" "+m.who.String()]...))
		d.prover.sayings.add(giving(g, &m, p.owner(), denied))
		p.relied(g, &m, len(denied) > 0)
	}
}

// giving says what a member gets, or would get.
func giving(g *Grant, m *member, owner string, denied []string) saying {
	text := saying{g.Name + " would give " + g.accessText() + " to ", m.who, m.proviso(g, owner)}
	switch {
	case len(denied) == 0:
		text.before = g.Name + " gives " + g.accessText() + " to "
	case len(denied) < len(m.actions):
		text.after += ", but a Deny takes " + strings.Join(denied, ", ") + " from them"
	default:
		text.after += ", but a Deny takes it from them"
	}
	return text
}

// byLockdowns gives the actions that the lockdowns deny to each member, by its attribute and name.
func (d *grantDescription) byLockdowns(g *Grant) map[string][]string {
	taken := map[string][]string{}
	var attributes []string
	for _, m := range g.members(d.prover) {
		attributes = append(attributes, m.attribute)
	}
	for _, p := range d.lockdowns {
		for _, attribute := range sortedOnce(attributes) {
			problem, dead := p.effect(g, attribute)
			if !dead {
				continue
			}
			d.dead = append(d.dead, DeadGrant{g.Name, problem.Summary, problem.Detail})
			// Of whom nothing tells whether it is so, this finds nobody.
			found := p.deniedMembers(g, attribute, p.lists)
			for _, who := range found.who {
				taken[attribute+" "+who] = append(taken[attribute+" "+who], found.actions...)
			}
		}
	}
	return taken
}

// deadByDeny says what a Deny that is no lockdown takes from a member.
func deadByDeny(name string, m *member, denied, reasons []string) DeadGrant {
	summary := "Grant that a Deny makes void"
	if len(denied) < len(m.actions) {
		summary = "Grant that a Deny cuts short"
	}
	return DeadGrant{name, summary, "The grant " + name + " is for " + m.who.String() + ", to whom the policy denies " + strings.Join(denied, ", ") + ":" + bullets(reasons) +
		"\n\nExempt them in that statement, or remove the grant."}
}

// deadServices looks at services, which have access by statements that are no grants more often than people: those that the
// console of AWS Lambda writes, for one.
func (r *accessReading) deadServices(repository string) []DeadGrant {
	others := slices.Clone(r.rest)
	for _, l := range r.lockdowns {
		others = append(others, l.Statement(r.site, nil))
	}
	p := newProver(nil, Ground{Site: r.site, Repository: repository, Foreign: others})
	var dead []DeadGrant
	for _, s := range r.rest {
		if s.Effect != policy.Allow {
			continue
		}
		for _, name := range s.Principal.Service {
			m := member{who: named{name: name}, service: true, actions: spelledOut(s.Actions), caller: p.ownerKnown(authz.Caller{Principal: name})}
			if denied, reasons := p.voided(&m); len(denied) > 0 {
				dead = append(dead, deadByDeny(s.Sid, &m, denied, reasons))
			}
		}
	}
	return dead
}
