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

// RoleAccess is what a role is to have in Amazon ECR. The zero value is nothing at all.
type RoleAccess struct {
	// Actions are the actions on repositories.
	Actions []string
	// RepositoryARNs are patterns of the repositories' ARNs; "*" is any repository. With one comes the login.
	RepositoryARNs []string
	// ResourceTags are tags that a repository must have, all of them.
	ResourceTags map[string]string
	// SourceVPCs and SourceVPCEs are the VPCs and VPC endpoints through which the actions on repositories may be called; none
	// when that doesn't matter.
	SourceVPCs, SourceVPCEs []string
	// ByHand are statements of the role that somebody wrote as they are. What they allow is meant.
	ByHand []policy.Statement
}

// ProveRole evaluates a role's policies, inline and managed: the role can log in and can do each of the actions on each of
// the repositories, from each of the places; and it can do no other action of ECR, and none on other repositories, on
// repositories without the tags, or from elsewhere. A role for no repository can't even log in. Policies of repositories in
// other accounts are assumed to allow. Of a managed policy that isn't known here nothing is concluded.
//
// Paths are "repository_arns", "resource_tags" or none, where the role as a whole is at fault.
func ProveRole(role Role, want RoleAccess, site Site) []Problem {
	p := newRoleProver(role, want, site)
	p.onRegistry()
	for _, pattern := range want.RepositoryARNs {
		p.on(pattern)
	}
	p.onUnwanted(role)
	return p.problems
}

// roleProver holds the role's compiled policies.
type roleProver struct {
	want             RoleAccess
	site             Site
	identity, byHand []*authz.Policy
	problems         []Problem
}

func newRoleProver(role Role, want RoleAccess, site Site) *roleProver {
	p := &roleProver{want: want, site: assumed(site), byHand: []*authz.Policy{authz.Compile("by hand", policy.New(want.ByHand...))}}
	for _, name := range slices.Sorted(maps.Keys(role.Inline)) {
		p.identity = append(p.identity, authz.Compile("inline policy "+name, role.Inline[name]))
	}
	for _, arn := range role.Managed {
		p.identity = append(p.identity, authz.Compile(arn, managedPolicy(arn)))
	}
	return p
}

// assumed fills in what of a site isn't known yet.
func assumed(site Site) Site {
	site.AccountID, site.Region = ownerOf(site), regionOf(site)
	return site
}

// ownerOf is the role's account. While it isn't known, a number that AWS gives to nobody stands for it.
func ownerOf(site Site) string {
	if site.AccountID == "" {
		return "000000000000"
	}
	return site.AccountID
}

// regionOf is a Region to ask about, where it isn't known or doesn't matter.
func regionOf(site Site) string {
	if site.Region == "" {
		return "eu-west-1"
	}
	return site.Region
}

// managedPolicy is what AWS's policy says, as far as it is known here (AWS Managed Policy Reference Guide,
// AWSAppRunnerServicePolicyForECRAccess, version 1).
func managedPolicy(arn string) policy.Document {
	if !strings.HasSuffix(arn, ":iam::aws:policy/"+appRunnerManagedPolicy) {
		return authz.UnknownDocument()
	}
	return policy.New(policy.Statement{
		Effect: policy.Allow, Actions: slices.Concat(appRunnerActions, []string{loginAction}), Resources: []string{"*"},
	})
}

// onRegistry proves that of all actions on the registry the role has the login alone, and that only for repositories.
func (p *roleProver) onRegistry() {
	registry := authz.Repository{ARN: "*"}
	who := p.callers()[0]
	var wanted []string
	if len(p.want.RepositoryARNs) > 0 {
		wanted = []string{loginAction}
	}
	if access := who.Access(wanted, registry, p.layers(registry, p.identity)); access.Denied() {
		p.lacks("", wanted, "the registry", access)
	}
	var others []string
	for _, action := range policy.ECRActions("ecr:*") {
		if name := "ecr:" + action.Name; !action.RepositoryLevel && !slices.Contains(wanted, name) {
			others = append(others, name)
		}
	}
	p.refused("", who, others, registry, "the registry")
}

// on proves what the role can do on the repositories that match a pattern, and on others.
func (p *roleProver) on(pattern string) {
	tags := maps.Clone(p.want.ResourceTags)
	if tags == nil {
		tags = map[string]string{}
	}
	wanted := authz.Repository{ARN: p.concreteARN(pattern), OrganizationPath: authz.UnknownValue, Tags: tags}
	callers := p.callers()
	for i := range callers {
		layers := p.layers(wanted, p.identity)
		for _, action := range p.want.Actions {
			if access := callers[i].Access([]string{action}, wanted, layers); access.Denied() {
				p.lacks("repository_arns", []string{action}, pattern, access)
			}
		}
		var others []string
		for _, action := range repositoryActions() {
			if !slices.Contains(p.want.Actions, action) {
				others = append(others, action)
			}
		}
		p.refused("", callers[i], others, wanted, wanted.ARN)
	}
	who := callers[0]
	for _, other := range p.otherARNs(wanted.ARN) {
		elsewhere := wanted
		elsewhere.ARN = other
		p.refused("repository_arns", who, repositoryActions(), elsewhere, other+", which isn't among its repositories")
	}
	for _, other := range otherTags(p.want.ResourceTags) {
		untagged := wanted
		untagged.Tags = other.tags
		p.refused("resource_tags", who, repositoryActions(), untagged, wanted.ARN+" "+other.how)
	}
	for _, s := range p.fromElsewhere() {
		p.refused("", s.caller, repositoryActions(), wanted, wanted.ARN+" "+s.who)
	}
}

// onUnwanted proves that the role can do nothing on repositories that its policies name and it isn't for, and nothing on any
// where it is for none.
func (p *roleProver) onUnwanted(role Role) {
	argument, others := "repository_arns", []string{}
	if len(p.want.RepositoryARNs) == 0 {
		argument, others = "", append(others, p.concreteARN("*"))
	}
	for _, document := range role.Inline {
		for _, s := range document.Statements {
			for _, pattern := range s.Resources {
				if parts, ok := splitARN(pattern); ok && fits(parts.service, "ecr") {
					others = append(others, p.concreteARN(pattern))
				}
			}
		}
	}
	for _, other := range sortedOnce(others) {
		if !p.wants(other) {
			p.refused(argument, p.callers()[0], repositoryActions(), authz.Repository{ARN: other, OrganizationPath: authz.UnknownValue, Tags: p.want.ResourceTags}, other+", which isn't among its repositories")
		}
	}
}

// wants reports whether the role is for the repository.
func (p *roleProver) wants(arn string) bool {
	return slices.ContainsFunc(p.want.RepositoryARNs, func(pattern string) bool { return fits(pattern, arn) })
}

// layers are identity policies and, for a repository of another account, a policy of it that allows everything.
func (p *roleProver) layers(r authz.Repository, identity []*authz.Policy) authz.Layers {
	layers := authz.Layers{Identity: identity}
	if accountOf(r.ARN) != p.site.AccountID {
		layers.Repository = []*authz.Policy{authz.Compile("repository policy", policy.New(policy.Statement{
			Effect: policy.Allow, Principal: policy.Principal{Any: true}, Actions: []string{"ecr:*"},
		}))}
	}
	return layers
}

func (p *roleProver) lacks(argument string, actions []string, on string, access authz.Access) {
	p.report(argument, "Role that can't do what it says", "The role can't do "+strings.Join(actions, ", ")+" on "+on+":"+bullets(access.Reasons()))
}

// refused proves that the role can do none of the actions, unless by a statement that is written by hand.
func (p *roleProver) refused(argument string, who authz.Caller, actions []string, r authz.Repository, what string) {
	layers, byHand := p.layers(r, p.identity), p.layers(r, p.byHand)
	allowed := who.AllowedActions(actions, r, &layers)
	meant := who.AllowedActions(allowed, r, &byHand)
	allowed = slices.DeleteFunc(allowed, func(action string) bool { return slices.Contains(meant, action) })
	if len(allowed) > 0 {
		p.report(argument, "Role that can do more than it says", "The role can do "+strings.Join(allowed, ", ")+" on "+what+". Take what allows it out of the role's policies.")
	}
}

func (p *roleProver) report(argument, summary, detail string) {
	problem := Problem{Severity: policy.SeverityError, Summary: summary, Detail: detail}
	if argument != "" {
		problem.Path = []string{argument}
	}
	p.problems = append(p.problems, problem)
}
