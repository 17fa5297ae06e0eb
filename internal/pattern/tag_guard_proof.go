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

// ProveTagGuard evaluates a document as an SCP beside one that allows everything, for callers who have every other right:
// nobody but the admins can set or remove one of the tags, in whatever letter case, or create a repository that has all of
// them; the admins can; and all else in ECR stays free. Service-linked roles and the organization's management account are
// out of an SCP's reach (AWS Organizations User Guide, orgs_manage_policies_scps).
//
// Paths are "resource_tags" or "tag_admin_principal_arns".
func ProveTagGuard(input TagGuardInput, document policy.Document, site Site) []Problem {
	p := &guardProver{input: input, site: assumed(site), layers: authz.Layers{
		Identity: []*authz.Policy{authz.AssumedToAllow("identity policies")},
		SCPs: [][]*authz.Policy{{
			authz.Compile("FullAWSAccess", policy.New(policy.Statement{Effect: policy.Allow, Actions: []string{"*"}, Resources: []string{"*"}})),
			authz.Compile("tag guard", document),
		}},
	}}
	p.report("resource_tags", "Tag guard that others get around", "Others than tag_admin_principal_arns can widen the access:", p.allowed(p.others(), p.guarded()))
	p.report("tag_admin_principal_arns", "Tag guard that stops its admins", "Principals of tag_admin_principal_arns can't set the tags:", p.denied(p.admins(), p.guarded()))
	p.report("resource_tags", "Tag guard that forbids too much", "The guard forbids what widens no access:", p.denied(p.others(), p.free()))
	return p.problems
}

// guardProver asks as principals in their own accounts.
type guardProver struct {
	input    TagGuardInput
	site     Site
	layers   authz.Layers
	problems []Problem
}

func (p *guardProver) report(argument, summary, detail string, lines []string) {
	if len(lines) > 0 {
		p.problems = append(p.problems, Problem{[]string{argument}, policy.SeverityError, summary, detail + bullets(lines)})
	}
}

// tagging is a call about a repository and its tags.
type tagging struct {
	what, action string
	keys         map[string]authz.Values
}

// withTags is a call that carries tags.
func withTags(what, action string, tags map[string]string) tagging {
	call := tagging{what, action, map[string]authz.Values{"aws:RequestTag/*": {}, "aws:TagKeys": authz.Multi(slices.Sorted(maps.Keys(tags))...)}}
	for name, value := range tags {
		call.keys["aws:RequestTag/"+name] = authz.Single(value)
	}
	return call
}

// untag is a call that removes tags.
func untag(what string, names ...string) tagging {
	return tagging{what, "ecr:UntagResource", map[string]authz.Values{"aws:TagKeys": authz.Multi(names...)}}
}

// another is a tag that none of the guarded ones is.
func (p *guardProver) another() string {
	name := "stranger"
	for key := range p.input.ResourceTags {
		name += "-" + strings.ToLower(key)
	}
	return name
}

// guarded are the calls that are the admins' alone.
func (p *guardProver) guarded() []tagging {
	const set, create = "ecr:TagResource", "ecr:CreateRepository"
	tags, upper := p.input.ResourceTags, map[string]string{}
	var calls []tagging
	for _, name := range slices.Sorted(maps.Keys(tags)) {
		value := tags[name]
		upper[strings.ToUpper(name)] = value
		for _, spelled := range sortedOnce([]string{name, strings.ToUpper(name), strings.ToLower(name)}) {
			calls = append(calls, withTags("set the tag "+spelled, set, map[string]string{spelled: value}), untag("remove the tag "+spelled, spelled))
		}
		calls = append(calls,
			withTags("set the tag "+name+" to another value", set, map[string]string{name: value + "-stranger"}),
			withTags("set the tag "+name+" among others", set, map[string]string{name: value, p.another(): value}),
			untag("remove the tag "+name+" among others", name, p.another()))
	}
	more := maps.Clone(tags)
	more[p.another()] = "x"
	return append(calls,
		withTags("create a repository with the tags", create, tags),
		withTags("create a repository with the tags in capitals", create, upper),
		withTags("create a repository with the tags among others", create, more))
}

// free are calls that are everybody's.
func (p *guardProver) free() []tagging {
	other := map[string]string{p.another(): "x"}
	calls := []tagging{
		withTags("set another tag", "ecr:TagResource", other), untag("remove another tag", p.another()),
		withTags("create a repository with another tag", "ecr:CreateRepository", other),
	}
	for _, tags := range otherTags(p.input.ResourceTags) {
		calls = append(calls, withTags("create a repository "+tags.how, "ecr:CreateRepository", tags.tags))
	}
	for _, action := range repositoryActions() {
		if !slices.Contains([]string{"ecr:TagResource", "ecr:UntagResource", "ecr:CreateRepository"}, action) {
			calls = append(calls, tagging{"do " + action, action, nil})
		}
	}
	return calls
}

// allowed says who of the principals may make which of the calls.
func (p *guardProver) allowed(principals []string, calls []tagging) []string {
	var lines []string
	for _, call := range calls {
		var who []string
		for _, principal := range principals {
			if slices.ContainsFunc(p.access(principal, call), func(a authz.Access) bool { return a.Decision == authz.Allowed }) {
				who = append(who, principal)
			}
		}
		if len(who) > 0 {
			lines = append(lines, strings.Join(who, ", ")+" can "+call.what)
		}
	}
	return lines
}

// denied says who of the principals may not make which of the calls, and why.
func (p *guardProver) denied(principals []string, calls []tagging) []string {
	var lines []string
	for _, call := range calls {
		var who, reasons []string
		for _, principal := range principals {
			access := p.access(principal, call)
			if i := slices.IndexFunc(access, authz.Access.Denied); i >= 0 {
				who, reasons = append(who, principal), access[i].Reasons()
			}
		}
		if len(who) > 0 {
			lines = append(lines, strings.Join(who, ", ")+" can't "+call.what+": "+strings.Join(reasons, "; "))
		}
	}
	return lines
}

// access makes the call for repositories of the principal's account, in two Regions.
func (p *guardProver) access(principal string, call tagging) []authz.Access {
	who := authz.Caller{Principal: principal, OrganizationPath: authz.UnknownValue, Context: call.keys}
	var out []authz.Access
	for _, place := range []struct{ region, name string }{{p.site.Region, somebody}, {"us-west-2", "team/stranger"}} {
		arn := "arn:" + p.site.Partition + ":ecr:" + place.region + ":" + accountOf(principal) + ":repository/" + place.name
		out = append(out, who.Access([]string{call.action}, authz.Repository{ARN: arn, OrganizationPath: authz.UnknownValue}, p.layers))
	}
	return out
}

// admins are principals that the patterns match, if they are of the partition. One of any account is asked for in the site's.
func (p *guardProver) admins() []string {
	admins := make([]string, len(p.input.AdminPrincipalARNs))
	for i, pattern := range p.input.AdminPrincipalARNs {
		parts, _ := splitARN(pattern)
		admins[i] = p.principal(likely(parts.account, p.site.AccountID), concrete(parts.resource))
	}
	return admins
}

func (p *guardProver) principal(account, resource string) string {
	return "arn:" + p.site.Partition + ":iam::" + account + ":" + resource
}

// others are principals near the admins, and such that are like none of them.
func (p *guardProver) others() []string {
	others := []string{
		p.principal(p.site.AccountID, "role/stranger"), p.principal(p.site.AccountID, "user/stranger"), p.principal(p.site.AccountID, "root"),
		p.principal("999999999999", "role/stranger"),
	}
	for _, admin := range p.admins() {
		parts, _ := splitARN(admin)
		kind, name, _ := strings.Cut(parts.resource, "/")
		others = append(others,
			p.principal("999999999999", parts.resource), admin+"-stranger",
			p.principal(parts.account, kind+"/stranger/"+name), p.principal(parts.account, kind+"/"+name[strings.LastIndex(name, "/")+1:]))
	}
	return slices.DeleteFunc(sortedOnce(others), func(other string) bool {
		return slices.ContainsFunc(p.input.AdminPrincipalARNs, func(pattern string) bool { return fits(pattern, other) })
	})
}
