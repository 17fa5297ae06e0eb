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

// RoleAccess is what a role is to have in Amazon ECR beside the login, which every one has.
type RoleAccess struct {
	// Actions are the actions on repositories.
	Actions []string
	// RepositoryARNs are patterns of the repositories' ARNs; "*" is any repository.
	RepositoryARNs []string
	// ResourceTags are tags that a repository must have, all of them.
	ResourceTags map[string]string
	// SourceVPCs and SourceVPCEs are the VPCs and VPC endpoints through which the actions on repositories may be called; none
	// when that doesn't matter.
	SourceVPCs, SourceVPCEs []string
}

// ProveRole evaluates a role's policies, inline and managed: the role can log in and can do each of the actions on each of
// the repositories, from each of the places; and it can do no other action of ECR, and none on other repositories, on
// repositories without the tags, or from elsewhere. Policies of repositories in other accounts are assumed to allow. Of a
// managed policy that isn't known here nothing is concluded.
//
// Paths are "repository_arns", "resource_tags" or none, where the role as a whole is at fault.
func ProveRole(role Role, want RoleAccess, site Site) []Problem {
	p := newRoleProver(role, want, site)
	p.logsIn()
	for _, pattern := range want.RepositoryARNs {
		p.on(pattern)
	}
	return p.problems
}

// roleProver holds the role's compiled policies.
type roleProver struct {
	want     RoleAccess
	site     Site
	identity []*authz.Policy
	problems []Problem
}

func newRoleProver(role Role, want RoleAccess, site Site) *roleProver {
	site.AccountID, site.Region = ownerOf(site), regionOf(site)
	p := &roleProver{want: want, site: site}
	for _, name := range slices.Sorted(maps.Keys(role.Inline)) {
		p.identity = append(p.identity, authz.Compile("inline policy "+name, role.Inline[name]))
	}
	for _, arn := range role.Managed {
		p.identity = append(p.identity, authz.Compile(arn, managedPolicy(arn)))
	}
	return p
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

// logsIn proves that of all actions on the registry the role has the login alone.
func (p *roleProver) logsIn() {
	registry := authz.Repository{ARN: "*"}
	who := p.callers()[0]
	layers := authz.Layers{Identity: p.identity}
	if access := who.Access([]string{loginAction}, registry, layers); access.Denied() {
		p.lacks("", []string{loginAction}, "the registry", access)
	}
	var others []string
	for _, action := range policy.ECRActions("ecr:*") {
		if name := "ecr:" + action.Name; !action.RepositoryLevel && name != loginAction {
			others = append(others, name)
		}
	}
	p.exceeds("", who.AllowedActions(others, registry, &layers), "the registry")
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
		layers := p.layers(wanted)
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
		p.exceeds("", callers[i].AllowedActions(others, wanted, &layers), wanted.ARN)
	}
	who := callers[0]
	for _, other := range p.otherARNs(wanted.ARN) {
		elsewhere := wanted
		elsewhere.ARN = other
		p.refused("repository_arns", who, elsewhere, other+", which isn't among its repositories")
	}
	for _, other := range otherTags(p.want.ResourceTags) {
		untagged := wanted
		untagged.Tags = other.tags
		p.refused("resource_tags", who, untagged, wanted.ARN+" "+other.how)
	}
	for how, stranger := range p.fromElsewhere() {
		p.refused("", stranger, wanted, wanted.ARN+" "+how)
	}
}

// callers are sessions of the role at each place from which it may call.
func (p *roleProver) callers() []authz.Caller {
	role := authz.Caller{Principal: "arn:" + p.site.Partition + ":iam::" + p.site.AccountID + ":role/" + somebody, OrganizationPath: authz.UnknownValue}
	vpcs, endpoints := p.want.SourceVPCs, p.want.SourceVPCEs
	if len(vpcs)+len(endpoints) == 0 {
		return []authz.Caller{role}
	}
	if len(vpcs) == 0 {
		vpcs = []string{authz.UnknownValue}
	}
	if len(endpoints) == 0 {
		endpoints = []string{authz.UnknownValue}
	}
	var out []authz.Caller
	for _, vpc := range vpcs {
		for _, endpoint := range endpoints {
			role.SourceVPC, role.SourceVPCE = vpc, endpoint
			out = append(out, role)
		}
	}
	return out
}

// fromElsewhere are sessions of the role at places from which it may not call.
func (p *roleProver) fromElsewhere() map[string]authz.Caller {
	if len(p.want.SourceVPCs)+len(p.want.SourceVPCEs) == 0 {
		return nil
	}
	public := p.callers()[0]
	public.SourceVPC, public.SourceVPCE = "", ""
	other := public
	other.SourceVPC, other.SourceVPCE = "vpc-00000000", "vpce-00000000"
	return map[string]authz.Caller{"without a VPC endpoint": public, "through another VPC's endpoint": other}
}

// concreteARN gives an ARN that matches the pattern.
func (p *roleProver) concreteARN(pattern string) string {
	parts := strings.SplitN(pattern, ":", 6)
	if len(parts) < 6 {
		return p.arn(p.site.Region, p.site.AccountID, somebody)
	}
	for i, value := range map[int]string{3: p.site.Region, 4: p.site.AccountID} {
		if strings.ContainsAny(parts[i], "*?") {
			parts[i] = value
		}
	}
	return concrete(strings.Join(parts, ":"))
}

func (p *roleProver) arn(region, account, name string) string {
	return "arn:" + p.site.Partition + ":ecr:" + region + ":" + account + ":repository/" + name
}

// otherARNs are ARNs near the given one that none of the patterns matches.
func (p *roleProver) otherARNs(arn string) []string {
	parts := strings.SplitN(arn, ":", 6)
	region, account, name := parts[3], parts[4], strings.TrimPrefix(parts[5], "repository/")
	near := []string{
		p.arn(region, account, "stranger"), p.arn(region, account, name+"-stranger"), p.arn(region, account, name+"/stranger"),
		p.arn(region, account, "stranger/"+name), p.arn("us-west-2", account, name), p.arn(region, "999999999999", name),
	}
	return slices.DeleteFunc(near, func(other string) bool {
		return slices.ContainsFunc(p.want.RepositoryARNs, func(pattern string) bool { return fits(pattern, other) })
	})
}

// retagged are the tags of a repository that lacks a wanted one, and how it does.
type retagged struct {
	how  string
	tags map[string]string
}

func otherTags(wanted map[string]string) []retagged {
	if len(wanted) == 0 {
		return nil
	}
	out := []retagged{{"without tags", map[string]string{}}}
	for _, key := range slices.Sorted(maps.Keys(wanted)) {
		other, without := maps.Clone(wanted), maps.Clone(wanted)
		other[key] += "-stranger"
		delete(without, key)
		out = append(out, retagged{"with another " + key, other}, retagged{"without " + key, without})
	}
	return out
}

// layers are the role's policies and, for a repository of another account, a policy of it that allows everything.
func (p *roleProver) layers(r authz.Repository) authz.Layers {
	layers := authz.Layers{Identity: p.identity}
	if accountOf(r.ARN) != p.site.AccountID {
		layers.Repository = []*authz.Policy{authz.Compile("repository policy", policy.New(policy.Statement{
			Effect: policy.Allow, Principal: policy.Principal{Any: true}, Actions: []string{"ecr:*"},
		}))}
	}
	return layers
}

// refused proves that the role can do nothing on a repository.
func (p *roleProver) refused(argument string, who authz.Caller, r authz.Repository, what string) {
	layers := p.layers(r)
	p.exceeds(argument, who.AllowedActions(repositoryActions(), r, &layers), what)
}

func (p *roleProver) lacks(argument string, actions []string, on string, access authz.Access) {
	p.report(argument, "Role that can't do what it says", "The role can't do "+strings.Join(actions, ", ")+" on "+on+":"+bullets(access.Reasons()))
}

func (p *roleProver) exceeds(argument string, actions []string, on string) {
	if len(actions) > 0 {
		p.report(argument, "Role that can do more than it says", "The role can do "+strings.Join(actions, ", ")+" on "+on+". Take what allows it out of the role's policies.")
	}
}

func (p *roleProver) report(argument, summary, detail string) {
	problem := Problem{Severity: policy.SeverityError, Summary: summary, Detail: detail}
	if argument != "" {
		problem.Path = []string{argument}
	}
	p.problems = append(p.problems, problem)
}
