// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package pattern

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/ecrx/terraform-provider-ecrx/internal/authz"
	"github.com/ecrx/terraform-provider-ecrx/internal/policy"
)

// stranger is somebody whom no grant names.
type stranger struct {
	who    string
	caller authz.Caller
}

// strangers proves that nobody gets in whom no grant names, and looks whether statements of others let anybody in.
func (p *prover) strangers(grants []Grant) {
	open, wide := map[string][]string{}, map[string][]string{}
	for _, s := range p.callers(grants) {
		s.caller = p.ownerKnown(s.caller)
		for _, sid := range s.caller.AllowedBy(p.actions, p.repository, &p.own) {
			open[p.grantOf[sid]] = append(open[p.grantOf[sid]], s.who)
		}
		if len(p.ground.Foreign) > 0 {
			for _, label := range s.caller.AllowedBy(repositoryActions(), p.repository, &p.foreign) {
				wide[label] = append(wide[label], s.who)
			}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(open)) {
		p.proof.Open = append(p.proof.Open, Problem{
			Path: []string{name}, Severity: policy.SeverityError,
			Summary: "Grant that lets others in",
			Detail:  "The grant " + name + " gives access to " + people(open[name]) + ". Name accounts, organizations or principals, or add a condition with fixed values, such as StringEquals on aws:PrincipalOrgID.",
		})
	}
	for i, s := range p.ground.Foreign {
		label, name := s.Sid, "The statement "+s.Sid
		if s.Sid == "" {
			label, name = "Statement["+strconv.Itoa(i)+"]", "A statement without a Sid"
		}
		who := wide[label]
		if who == nil && (isPublic(s) || s.Effect == policy.Allow && !s.NotPrincipal.IsZero()) && !p.closed(s) {
			who = []string{"everybody who makes a principal that meets its conditions"}
		}
		if who == nil {
			continue
		}
		p.proof.Foreign = append(p.proof.Foreign, Problem{
			Severity: policy.SeverityWarning,
			Summary:  "Unmanaged statement that lets others in",
			Detail: name + " (" + about(s) + "), which this resource doesn't own, gives access to " + people(who) +
				". Narrow it where it is managed, or remove it with on_unmanaged_statements = \"remove\".",
		})
	}
}

// people says who strangers are: everybody, where nobody has to sign a request.
func people(who []string) string {
	if slices.Contains(who, anybody) {
		return "everybody"
	}
	return strings.Join(who, ", ")
}

const anybody = "an anonymous caller"

// about says in short which actions a statement is about.
func about(s policy.Statement) string {
	if len(s.NotActions) > 0 {
		return "all but " + strings.Join(s.NotActions, ", ")
	}
	return strings.Join(s.Actions, ", ")
}

// isPublic says that the statement's own text is open to everybody, also where a stranger has to make a principal for it.
func isPublic(s policy.Statement) bool {
	return slices.ContainsFunc(policy.Findings(policy.New(s), policy.KindRepository), func(f policy.Finding) bool { return f.Code == "PUBLIC_ACCESS" })
}

// closed reports whether statements of others deny strangers all that the statement is about.
func (p *prover) closed(s policy.Statement) bool {
	actions := repositoryActions()
	if len(s.Actions) > 0 {
		actions = nil
		for _, pattern := range s.Actions {
			for _, a := range policy.ECRActions(pattern) {
				if a.RepositoryLevel {
					actions = append(actions, "ecr:"+a.Name)
				}
			}
		}
	}
	stranger := authz.Caller{Principal: p.role(p.elsewhere), OrganizationPath: p.organization + "/r-zzzz/"}
	return !slices.ContainsFunc(actions, func(action string) bool {
		return stranger.DecideAccess([]string{action}, p.repository, &p.foreign) != authz.ExplicitlyDenied
	})
}

// repositoryActions are all actions on a repository.
func repositoryActions() []string {
	var actions []string
	for _, a := range policy.ECRActions("ecr:*") {
		if a.RepositoryLevel {
			actions = append(actions, "ecr:"+a.Name)
		}
	}
	return actions
}

// nameStrangers finds an account, an organization and an OU that no statement names, and the services that some do.
func (p *prover) nameStrangers(statements []policy.Statement) {
	for _, s := range statements {
		p.services = append(p.services, s.Principal.Service...)
	}
	p.services = append(p.services, "codebuild.amazonaws.com", "lambda.amazonaws.com", "s3.amazonaws.com")
	slices.Sort(p.services)
	p.services = slices.Compact(p.services)

	text := policy.New(statements...).Canonical() + p.owner()
	unnamed := func(candidate func(letter string) string) string {
		for _, letter := range strings.Split("zyxwvutsrqponmlkjihgfedcba", "") {
			if name := candidate(letter); !strings.Contains(text, name) {
				return name
			}
		}
		return candidate("0")
	}
	p.organization = unnamed(func(letter string) string { return "o-" + strings.Repeat(letter, 16) })
	p.unit = unnamed(func(letter string) string { return "ou-zzzz-" + strings.Repeat(letter, 8) })
	p.elsewhere = unnamed(func(letter string) string { return strconv.Itoa(999999999999 - int(letter[0])) })
}

// callers are those who must stay outside.
func (p *prover) callers(grants []Grant) []stranger {
	const root = "/r-zzzz/"
	role := p.role(p.elsewhere)
	path := p.organization + root + p.unit + "/"
	out := []stranger{
		{anybody, authz.Caller{Principal: authz.Anonymous}},
		{"an account without an organization", authz.Caller{Principal: role}},
		{"another organization", authz.Caller{Principal: role, OrganizationPath: path}},
	}
	for _, organization := range partlyNamed(grants) {
		out = append(out, stranger{"another OU of " + organization, authz.Caller{Principal: role, OrganizationPath: organization + root + p.unit + "/"}})
	}
	for _, name := range p.services {
		kind, _, _ := strings.Cut(name, ".")
		source := "arn:" + p.ground.Site.Partition + ":" + kind + ":" + p.ground.Site.Region + ":" + p.elsewhere + ":" + somebody
		out = append(out,
			stranger{name + " for another account", service(name, path, source, p.elsewhere)},
			stranger{name + " without a source", service(name, "")})
	}
	return out
}

// partlyNamed are the organizations of which the grants name only some OUs: their other OUs must stay outside.
func partlyNamed(grants []Grant) []string {
	units, whole := map[string]bool{}, map[string]bool{}
	for i := range grants {
		for _, id := range grants[i].OrganizationIDs {
			whole[id] = true
		}
		if grants[i].Lambda != nil {
			for _, id := range grants[i].Lambda.OrganizationIDs {
				whole[id] = true
			}
		}
		for _, path := range grants[i].OrganizationPaths {
			organization, rest, _ := strings.Cut(path, "/")
			_, unit, named := strings.Cut(rest, "ou-")
			if strings.ContainsAny(path, "*?") && (!named || strings.ContainsAny(unit[:min(len(unit), len("ab12-1"))], "*?")) {
				whole[organization] = true
				continue
			}
			units[organization] = true
		}
	}
	maps.DeleteFunc(units, func(id string, _ bool) bool { return whole[id] })
	return slices.Sorted(maps.Keys(units))
}
