// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package pattern

import (
	"slices"
	"strings"

	"github.com/ecrx/terraform-provider-ecrx/internal/authz"
	"github.com/ecrx/terraform-provider-ecrx/internal/policy"
)

// ProveLockdown evaluates the statement that a lockdown stands for, where everything else allows: it must leave alone those
// whom the lockdown exempts, and deny everybody else. Somebody of the repository's account must be left who can change the
// policy again. The lockdown must be valid, and the grants' organizational units resolved. Paths are the arguments' names,
// and none for the lockdown as a whole.
func ProveLockdown(l Lockdown, grants []Grant, statement policy.Statement, site Site) Proof {
	p := newLockdownProver(l, grants, statement, site)
	members := p.members(grants)
	for _, m := range members {
		if !m.later {
			p.spared(m)
		}
	}
	for _, s := range p.near() {
		p.shut(s)
	}
	if site.AccountID != "" {
		p.repairable(members)
	}
	if len(p.proof.Problems) == 0 {
		p.lines(members)
	}
	return p.proof
}

// lockdownProver asks what one Deny does, where all other layers allow.
type lockdownProver struct {
	*prover
	lockdown Lockdown
	// lists are the lockdown's, with everybody in them.
	lists  Lockdown
	layers authz.Layers
	denied []string
	// apart says that the grants are of others.
	apart bool
}

func newLockdownProver(l Lockdown, grants []Grant, statement policy.Statement, site Site) *lockdownProver {
	known := assumed(site)
	p := &lockdownProver{prover: newProver(nil, Ground{Site: known, Foreign: []policy.Statement{statement}}), lockdown: l, lists: l.resolved(known, grants)}
	p.denied = l.deniedActions()
	allow := []policy.Statement{{Effect: policy.Allow, Principal: policy.Principal{Any: true}, Actions: []string{"ecr:*"}}}
	for _, arn := range p.lists.ExemptPrincipalARNs {
		if strings.Contains(arn, ":federated-user/") {
			// "*" isn't for certain a federated user, who has what names it.
			allow = append(allow, policy.Statement{Effect: policy.Allow, Principal: policy.Principal{AWS: []string{concrete(arn)}}, Actions: []string{"ecr:*"}})
		}
	}
	p.layers = authz.Layers{
		Identity:   []*authz.Policy{authz.AssumedToAllow("identity policies")},
		Repository: []*authz.Policy{authz.Compile(allElse, policy.New(allow...)), authz.Compile("repository policy", policy.New(statement))},
	}
	return p
}

// spared proves that the lockdown leaves somebody alone.
func (p *lockdownProver) spared(m exempted) {
	layers := p.layers
	if strings.Contains(m.caller.Principal, ":federated-user/") {
		layers.Session = []*authz.Policy{authz.AssumedToAllow("session policies")}
	}
	decision := m.caller.DecideAccess(p.denied, p.repository, &layers)
	if decision == authz.Allowed || decision == authz.Unknown && p.lockdown.Mode == LockdownByNotPrincipal {
		// In NotPrincipal a principal without its account is a warning of ValidateLockdown.
		return
	}
	access := m.caller.Access(p.denied, p.repository, layers)
	p.report(m.argument, "Exemption that has no effect", "The lockdown is to leave "+m.who+" alone, and doesn't:"+bullets(access.Reasons()))
}

// shut proves that the lockdown denies everything to a stranger.
func (p *lockdownProver) shut(s stranger) {
	if p.exempts(s.caller) {
		return
	}
	// One action tells an explicit denial from what isn't known, and the others are denied by the same statement or allowed.
	if s.caller.DecideAccess(p.denied[:min(1, len(p.denied))], p.repository, &p.layers) != authz.ExplicitlyDenied || len(s.caller.AllowedActions(p.denied, p.repository, &p.layers)) > 0 {
		p.report("", "Lockdown that lets others in", "The lockdown is to deny the repository to "+s.who+", whom nothing exempts, and doesn't.")
	}
}

// exempts reads the lists as a person does.
func (p *lockdownProver) exempts(c authz.Caller) bool {
	some := func(patterns []string, text string) bool {
		return slices.ContainsFunc(patterns, func(pattern string) bool { return fits(pattern, text) })
	}
	account, isARN := accountOf(c.Principal), strings.HasPrefix(c.Principal, "arn:")
	switch {
	case c.Principal == authz.Anonymous:
		return false
	case !isARN:
		return p.lockdown.adds(p.lockdown.ExemptAWSServices)
	}
	organization, _, _ := strings.Cut(c.OrganizationPath, "/")
	return some(p.lists.ExemptPrincipalARNs, c.Principal) || some(p.lists.ExemptUserIDs, c.UserID) || slices.Contains(p.lists.ExemptAccounts, account) ||
		slices.Contains(p.lists.ExemptOrganizationIDs, organization) || some(p.lists.ExemptOrganizationPaths, c.OrganizationPath)
}

// repairable reports a lockdown that leaves nobody in the repository's account who could change or remove it. AWS documents
// no way around it, not even for the root user.
func (p *lockdownProver) repairable(members []exempted) {
	if len(p.lockdown.policyKeys()) == 0 || p.lockdown.Incomplete {
		return
	}
	if !slices.ContainsFunc(members, func(m exempted) bool { return m.administers }) {
		p.proof.Lockout = append(p.proof.Lockout, Problem{
			Severity: policy.SeverityError, Summary: "Lockdown that nobody could lift",
			Detail: "Nobody in the repository's account " + p.owner() + " could change its policy again. " +
				"Exempt the role or user who applies this in exempt_principal_arns, leave exempt_root_user on, or leave " + strings.Join(p.lockdown.policyKeys(), ", ") + " out of actions.",
		})
	}
}

func (p *lockdownProver) report(argument, summary, detail string) {
	problem := Problem{Severity: policy.SeverityError, Summary: summary, Detail: detail}
	if argument != "" {
		problem.Path = []string{argument}
	}
	p.proof.Problems = append(p.proof.Problems, problem)
}

// lines say who is exempt, and what is assumed.
func (p *lockdownProver) lines(members []exempted) {
	who := make([]string, len(members))
	for i, m := range members {
		who[i] = m.who
	}
	p.proof.Lines = append(p.proof.Lines,
		p.lockdown.sid()+" leaves alone "+strings.Join(slices.Compact(who), "; "),
		p.lockdown.sid()+" denies "+strings.Join(p.lockdown.actions(), ", ")+" to everybody else, whatever their own policies say")
	if len(p.lists.ExemptOrganizationIDs)+len(p.lists.ExemptOrganizationPaths) > 0 {
		p.proof.Lines = append(p.proof.Lines, "if account "+p.owner()+" is among the exempt organizations or OUs, everybody in it is exempt too")
	}
	if p.lockdown.Mode == LockdownByNotPrincipal {
		p.proof.Lines = append(p.proof.Lines, "assumed: none of those who are exempt has a permissions boundary, with which NotPrincipal denies them all the same")
	}
}
