// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package pattern

import (
	"slices"
	"strings"

	"github.com/ecrx/terraform-provider-ecrx/internal/authz"
	"github.com/ecrx/terraform-provider-ecrx/internal/policy"
)

// ProveEndpointPolicy evaluates a document as the policy of both ECR endpoints, for callers whom everything else allows: each
// principal and organization can log in and has its access to each repository; others have nothing, and so has everybody on other
// repositories and by other actions; nobody deletes a protected repository. Where nothing narrows, all else passes. The input
// must be valid; what of the site isn't known may be empty.
//
// Paths are the arguments' names, or none where the document as a whole is at fault. The lines say in words what passes, and what is
// assumed.
func ProveEndpointPolicy(e EndpointPolicyInput, document policy.Document, site Site) Proof {
	p := newEndpointProver(e, document, site)
	for _, m := range p.members() {
		p.passes(m)
	}
	if e.narrows() {
		for _, s := range p.strangers() {
			p.stopped("", s, registryActions(), "*", "the registry")
			for _, repository := range p.repositories() {
				p.stopped("", s, repositoryActions(), repository, repository)
			}
		}
	}
	p.protected()
	if len(p.proof.Problems) == 0 {
		p.lines()
	}
	return p.proof
}

// endpointProver asks what one endpoint policy does, where all other layers allow.
type endpointProver struct {
	input  EndpointPolicyInput
	site   Site
	layers authz.Layers
	proof  Proof
}

func newEndpointProver(e EndpointPolicyInput, document policy.Document, site Site) *endpointProver {
	if site.Partition == "" {
		site.Partition = e.partition()
	}
	return &endpointProver{input: e, site: assumed(site), layers: authz.Layers{
		Identity:   []*authz.Policy{authz.AssumedToAllow("identity policies")},
		Repository: []*authz.Policy{authz.Compile(allElse, policy.New(everything("")))},
		Endpoint:   []*authz.Policy{authz.Compile(endpointPolicyName, document)},
	}}
}

const endpointPolicyName = "endpoint policy"

// endpointMember is somebody whom the input lets through, and the argument that names him.
type endpointMember struct {
	argument string
	stranger
}

func (p *endpointProver) members() []endpointMember {
	var out []endpointMember
	add := func(argument, who, arn, path string) {
		out = append(out, endpointMember{argument, stranger{who, authz.Caller{Principal: arn, OrganizationPath: path, SourceVPCE: authz.UnknownValue}}})
	}
	for _, arn := range p.input.PrincipalARNs {
		add("principal_arns", arn, concrete(arn), "") // the ARN is enough, whatever the organization
	}
	for _, id := range p.input.OrganizationIDs {
		for _, account := range []string{p.site.AccountID, "999999999999"} {
			add("organization_ids", "principals of the organization "+id, p.iam(account, "role/"+somebody), id+"/r-zzzz/ou-zzzz-zzzzzzzz/")
		}
	}
	if len(out) == 0 {
		add("", "everybody", p.iam("999999999999", "role/"+somebody), "")
	}
	return out
}

func (p *endpointProver) iam(account, resource string) string {
	return "arn:" + p.site.Partition + ":iam::" + account + ":" + resource
}

// strangers are callers near the members who are none, and such that are like nobody.
func (p *endpointProver) strangers() []stranger {
	if len(p.input.PrincipalARNs)+len(p.input.OrganizationIDs) == 0 {
		return nil
	}
	const path = "o-zzzzzzzzzz/r-zzzz/"
	out := []stranger{{anybody, authz.Caller{Principal: authz.Anonymous}}}
	add := func(who, arn, path string) {
		if !slices.ContainsFunc(p.input.PrincipalARNs, func(pattern string) bool { return fits(pattern, arn) }) {
			out = append(out, stranger{who, authz.Caller{Principal: arn, OrganizationPath: path, SourceVPCE: authz.UnknownValue}})
		}
	}
	for _, account := range []string{p.site.AccountID, "999999999999"} {
		add("a role of account "+account+" in another organization", p.iam(account, "role/stranger"), path)
		add("a role of account "+account+" without an organization", p.iam(account, "role/stranger"), "")
		add("the root user of account "+account, p.iam(account, "root"), path)
	}
	for _, pattern := range p.input.PrincipalARNs {
		for _, arn := range nearARNs(concrete(pattern), "999999999999") {
			add(arn, arn, path)
		}
	}
	for _, id := range p.input.OrganizationIDs {
		add("an organization whose id goes on after "+id, p.iam("999999999999", "role/stranger"), id+"z/r-zzzz/")
	}
	return out
}

// repositories are some that the input lets through.
func (p *endpointProver) repositories() []string {
	if len(p.input.RepositoryARNs) == 0 {
		return []string{p.one("*"), p.one("arn:" + p.site.Partition + ":ecr:*:999999999999:repository/team/" + somebody)}
	}
	var out []string
	for _, pattern := range p.input.RepositoryARNs {
		out = append(out, p.one(pattern))
	}
	return out
}

// one gives the ARN of a repository that matches the pattern.
func (p *endpointProver) one(pattern string) string {
	return (&roleProver{site: p.site}).concreteARN(pattern)
}

// others are repositories near those of the patterns, which none of them matches.
func (p *endpointProver) others(patterns []string) []string {
	near := &roleProver{site: p.site, want: RoleAccess{RepositoryARNs: patterns}}
	var out []string
	for _, pattern := range patterns {
		out = append(out, near.otherARNs(p.one(pattern))...)
	}
	return sortedOnce(out)
}

// passes proves that a member has what the input says, and where that narrows no more.
func (p *endpointProver) passes(m endpointMember) {
	actions, _ := AccessActions(p.input.access())
	if !p.input.narrows() {
		p.through(m.argument, m.stranger, registryActions(), "*")
		actions = otherActions(repositoryActions(), []string{deleteRepository})
	} else {
		p.through(m.argument, m.stranger, []string{loginAction}, "*")
		p.stopped("access", m.stranger, otherActions(registryActions(), []string{loginAction}), "*", "the registry")
	}
	for _, repository := range p.repositories() {
		p.through(m.argument, m.stranger, actions, repository)
		if p.input.narrows() {
			p.stopped("access", m.stranger, otherActions(repositoryActions(), actions), repository, repository)
		}
	}
	if len(p.input.RepositoryARNs) > 0 {
		for _, repository := range p.others(p.input.RepositoryARNs) {
			p.stopped("repository_arns", m.stranger, repositoryActions(), repository, repository+", which isn't among the repositories")
		}
	}
}

// protected proves that nobody deletes a protected repository, and that nothing else is forbidden of it.
func (p *endpointProver) protected() {
	const argument = "protect_from_delete"
	everybody := p.strangers()
	for _, m := range p.members() {
		everybody = append(everybody, m.stranger)
	}
	for _, s := range everybody {
		for _, pattern := range p.input.ProtectFromDelete {
			repository := p.one(pattern)
			if s.caller.DecideAccess([]string{deleteRepository}, authz.Repository{ARN: repository, OrganizationPath: authz.UnknownValue}, &p.layers) != authz.ExplicitlyDenied {
				p.report(argument, "Repository that can be deleted", "Nothing keeps "+s.who+" from deleting "+repository+" through the endpoints.")
			}
			if !p.input.narrows() {
				p.through(argument, s, otherActions(repositoryActions(), []string{deleteRepository}), repository)
			}
		}
		if !p.input.narrows() {
			for _, repository := range p.others(p.input.ProtectFromDelete) {
				p.through(argument, s, repositoryActions(), repository)
			}
		}
	}
}

// registryActions are all actions on the registry.
func registryActions() []string {
	var actions []string
	for _, a := range policy.ECRActions("ecr:*") {
		if !a.RepositoryLevel {
			actions = append(actions, "ecr:"+a.Name)
		}
	}
	return actions
}

// otherActions gives those of the actions that aren't among some.
func otherActions(actions, some []string) []string {
	return slices.DeleteFunc(slices.Clone(actions), func(action string) bool { return slices.Contains(some, action) })
}

// through proves that somebody can do each of the actions.
func (p *endpointProver) through(argument string, s stranger, actions []string, on string) {
	access := s.caller.Access(actions, authz.Repository{ARN: on, OrganizationPath: authz.UnknownValue}, p.layers)
	if denied, reasons := certain(access); len(denied) > 0 {
		what := on
		if on == "*" {
			what = "the registry"
		}
		p.report(argument, "Endpoint policy that stops what it is for", "The endpoints don't let "+s.who+" do "+strings.Join(denied, ", ")+" on "+what+":"+bullets(reasons))
	}
}

// stopped proves that somebody can do none of the actions.
func (p *endpointProver) stopped(argument string, s stranger, actions []string, on, what string) {
	if allowed := s.caller.AllowedActions(actions, authz.Repository{ARN: on, OrganizationPath: authz.UnknownValue}, &p.layers); len(allowed) > 0 {
		p.report(argument, "Endpoint policy that lets more through", "The endpoints let "+s.who+" do "+strings.Join(allowed, ", ")+" on "+what+". Take out what allows it.")
	}
}

func (p *endpointProver) report(argument, summary, detail string) {
	problem := Problem{Severity: policy.SeverityError, Summary: summary, Detail: detail}
	if argument != "" {
		problem.Path = []string{argument}
	}
	p.proof.Problems = append(p.proof.Problems, problem)
}

// lines say what passes, and what is assumed.
func (p *endpointProver) lines() {
	e := p.input
	add := func(line string) { p.proof.Lines = append(p.proof.Lines, line) }
	switch {
	case e.narrows():
		var who []string
		for _, m := range p.members() {
			who = append(who, m.who)
		}
		on := "any repository"
		if len(e.RepositoryARNs) > 0 {
			on = strings.Join(e.RepositoryARNs, ", ")
		}
		actions, _ := AccessActions(e.access())
		add("the ECR endpoints let " + strings.Join(sortedOnce(who), ", ") + " log in, and do " + strings.Join(actions, ", ") + " on " + on)
		add("they let nothing else through")
	case len(e.ProtectFromDelete) > 0:
		add("the ECR endpoints let everything else through")
	default:
		add("the ECR endpoints let everything through")
	}
	if len(e.ProtectFromDelete) > 0 {
		add("nobody deletes " + strings.Join(e.ProtectFromDelete, ", ") + " through them")
	}
	add("assumed: the callers' identity policies and the repositories' policies allow it")
	add("who reaches ECR by another way than these endpoints isn't limited by them")
}
