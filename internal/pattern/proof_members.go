// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package pattern

import (
	"maps"
	"slices"
	"strings"

	"github.com/ecrx/terraform-provider-ecrx/internal/authz"
	"github.com/ecrx/terraform-provider-ecrx/internal/policy"
)

// member is somebody whom a grant names.
type member struct {
	// attribute of the grant that names it.
	attribute string
	// who says in words whom the value stands for.
	who named
	// caller is one of them. fixed are the keys that all of them have in common; others of the caller's keys are one
	// possibility among many.
	caller  authz.Caller
	fixed   map[string]authz.Values
	actions []string
	// federated is what the ARNs of federated users begin with, where they are among the members.
	federated string
	// service says that it is a service principal.
	service bool
	// alone says that the grant needs no identity policy beside it. ownersToo says that the principals of the repository's
	// own account may be among them, and then need none either.
	alone, ownersToo bool
}

// members proves that each of the grant's members has what the grant says. The grant is proven by itself: another may be
// for the same people.
func (p *prover) members(g *Grant) {
	statements := g.compiled(p.ground.Site)
	for _, m := range g.spelled().members(p) {
		m.caller = p.ownerKnown(m.caller)
		if problem, never := p.lacks(g, &m, statements); never {
			p.proof.Problems = append(p.proof.Problems, problem)
			continue
		}
		p.sayings.add(saying{before: g.Name + " gives " + g.accessText() + " to ", who: m.who, after: m.proviso(g, p.owner())})
		p.relied(g, &m, false)
		p.void(g, m)
	}
}

// spelled is the grant with the actions that its wildcards stand for: a Deny may be about some of them.
func (g *Grant) spelled() *Grant {
	wildcard := func(action string) bool { return strings.ContainsAny(action, "*?") }
	if !slices.ContainsFunc(g.actions(), wildcard) {
		return g
	}
	spelled := *g
	spelled.Access, spelled.Actions = "", spelledOut(g.actions())
	return &spelled
}

// spelledOut gives the actions on a repository that patterns stand for.
func spelledOut(patterns []string) []string {
	var actions []string
	for _, pattern := range patterns {
		for _, a := range policy.ECRActions(pattern) {
			if a.RepositoryLevel {
				actions = append(actions, "ecr:"+a.Name)
			}
		}
	}
	return sortedOnce(actions)
}

// compiled is the policy of the grant alone.
func (g *Grant) compiled(site Site) []*authz.Policy {
	return []*authz.Policy{authz.Compile("repository policy", policy.New(g.Statements(site)...))}
}

// lacks reports a member who lacks what the grant's own statements say.
func (p *prover) lacks(g *Grant, m *member, statements []*authz.Policy) (problem Problem, never bool) {
	layers := authz.Layers{Identity: p.own.Identity, Repository: statements}
	if m.alone {
		layers.Identity = nil
	}
	denied, reasons := m.denied(p, layers)
	if len(denied) == 0 {
		return Problem{}, false
	}
	summary, what := "Grant that never gives access", g.accessText()
	if len(denied) < len(m.actions) {
		summary, what = "Grant that gives less than it says", strings.Join(denied, ", ")
	}
	return Problem{
		Path: []string{g.Name, m.attribute}, Severity: policy.SeverityError, Summary: summary,
		Detail: "The grant " + g.Name + " doesn't give " + what + " to " + m.who.String() + ":" + bullets(reasons) + "\n\nChange " + m.attribute + ", or what stands beside it in the grant.",
	}, true
}

// denied gives the actions that none of the members may do, and why one of them may not.
func (m *member) denied(p *prover, layers authz.Layers) (denied, reasons []string) {
	if strings.Contains(m.caller.Principal, ":federated-user/") {
		layers.Session = []*authz.Policy{authz.AssumedToAllow("session policies")}
	}
	switch m.caller.DecideAccess(m.actions, p.repository, &layers) {
	case authz.Allowed, authz.Unknown:
		return nil, nil
	case authz.ImplicitlyDenied, authz.ExplicitlyDenied:
	}
	if m.service {
		return certain(m.caller.Access(m.actions, p.repository, layers))
	}
	// This one is denied: is it because of something that others of them have otherwise?
	other := m.caller
	other.Context = maps.Clone(undetermined)
	maps.Copy(other.Context, m.fixed)
	denied, reasons = certain(p.ownerKnown(other).Access(m.actions, p.repository, layers))
	if m.federated != "" && len(denied) > 0 {
		// The principals of an account are its federated users too, whose ARNs begin otherwise.
		other.Context["aws:PrincipalArn"] = authz.Single(m.federated)
		too, _ := certain(p.ownerKnown(other).Access(m.actions, p.repository, layers))
		denied = slices.DeleteFunc(denied, func(action string) bool { return !slices.Contains(too, action) })
	}
	return denied, reasons
}

// certain gives the actions that are denied whatever is unknown, and the reasons.
func certain(access authz.Access) (denied, reasons []string) {
	for _, a := range access.Actions {
		if a.Result.Denied() {
			denied = append(denied, a.Action)
		}
	}
	return denied, access.Reasons()
}

// undetermined are keys in which the principals of an account or organization differ from each other.
var undetermined = map[string]authz.Values{
	"aws:CalledVia":         authz.Multi(authz.UnknownValue),
	"aws:CalledViaFirst":    authz.Single(authz.UnknownValue),
	"aws:CalledViaLast":     authz.Single(authz.UnknownValue),
	"aws:PrincipalAccount":  authz.Single(authz.UnknownValue),
	"aws:PrincipalArn":      authz.Single(authz.UnknownValue),
	"aws:PrincipalOrgID":    authz.Single(authz.UnknownValue),
	"aws:PrincipalOrgPaths": authz.Multi(authz.UnknownValue),
	"aws:PrincipalType":     authz.Single(authz.UnknownValue),
	"aws:userid":            authz.Single(authz.UnknownValue),
	"aws:username":          authz.Single(authz.UnknownValue),
	"aws:ViaAWSService":     authz.Single(authz.UnknownValue),
}

// proviso says what is particular to the grant's hold on the member: its conditions, and that it needs nothing beside it.
func (m *member) proviso(g *Grant, owner string) string {
	text := ""
	if g.conditionsOn(m) {
		text = ", where " + conditionsText(g.Conditions)
	}
	switch {
	case m.service || !m.alone:
	case g.PrincipalStyle == StyleWildcard:
		text += ", even without an identity policy; in account " + owner + " neither permissions boundaries nor session policies limit it, as principal_style is \"wildcard\""
	default:
		text += ", even without an identity policy"
	}
	return text
}

// conditionsOn says that the grant has conditions, and that they are about this member. Those of a service are its own.
func (g *Grant) conditionsOn(m *member) bool {
	return len(g.Conditions) > 0 && m.attribute != "lambda" && m.attribute != "codebuild"
}

// void reports a grant whose members a statement of somebody else, or the registry policy, denies.
func (p *prover) void(g *Grant, m member) {
	if denied, reasons := p.voided(&m); len(denied) > 0 {
		p.proof.Foreign = append(p.proof.Foreign, Problem{
			Path: []string{g.Name, m.attribute}, Severity: policy.SeverityWarning,
			Summary: "Grant that another statement makes void",
			Detail: "The grant " + g.Name + " is for " + m.who.String() + ", but a statement that this resource doesn't own denies it:" + bullets(reasons) +
				"\n\nExempt them in that statement, or drop the grant.",
		})
	}
}

// voided gives the actions that those statements deny to all whom the member stands for, and why.
func (p *prover) voided(m *member) (denied, reasons []string) {
	if len(p.ground.Foreign)+len(p.ground.Registry) == 0 || m.caller.DecideAccess(m.actions, p.repository, &p.all) != authz.ExplicitlyDenied {
		return nil, nil
	}
	return m.denied(p, p.all)
}

func (g *Grant) accessText() string {
	switch {
	case g.Access != "":
		return g.Access + " access"
	case len(g.Actions) == 0:
		return "access"
	default:
		return strings.Join(g.Actions, ", ")
	}
}
