// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package pattern

import (
	"slices"
	"strings"

	"github.com/ecrx/terraform-provider-ecrx/internal/authz"
	"github.com/ecrx/terraform-provider-ecrx/internal/policy"
)

// member is somebody whom a grant names.
type member struct {
	// attribute of the grant that names it, and the value there.
	attribute, value string
	// who says in words whom the value stands for.
	who     string
	caller  authz.Caller
	actions []string
	// alone says that the grant needs no identity policy beside it.
	alone bool
}

// members proves that each of the grant's members has what the grant says.
func (p *prover) members(g *Grant) {
	// The grant is proven by itself: another may be for the same people.
	statements := authz.Compile("repository policy", policy.New(g.Statements(p.ground.Site)...))
	for _, m := range g.members(p) {
		layers := authz.Layers{Identity: p.own.Identity, Repository: []*authz.Policy{statements}}
		if m.alone {
			layers.Identity = nil
		}
		switch m.caller.DecideAccess(m.actions, p.repository, &layers) {
		case authz.ImplicitlyDenied, authz.ExplicitlyDenied:
			access := m.caller.Access(m.actions, p.repository, layers)
			p.proof.Problems = append(p.proof.Problems, Problem{
				Path: []string{g.Name, m.attribute}, Severity: policy.SeverityError,
				Summary: "Grant that never gives access",
				Detail:  "The grant " + g.Name + " doesn't give " + g.accessText() + " to " + m.who + ":" + bullets(access.Reasons()) + "\n\nChange " + m.attribute + ", or what stands beside it in the grant.",
			})
			continue
		case authz.Allowed, authz.Unknown:
		}
		p.proof.Lines = append(p.proof.Lines, g.Name+" gives "+g.accessText()+" to "+m.who+m.proviso(g, p.owner()))
		p.void(g, m)
	}
}

// proviso says what else it takes for the grant to hold.
func (m *member) proviso(g *Grant, owner string) string {
	text := ""
	if !m.alone {
		text = ", if their identity policies allow it too"
	}
	if len(g.Conditions) > 0 && m.attribute != "lambda" && m.attribute != "codebuild" {
		text += ", where the grant's conditions hold"
	}
	if strings.HasPrefix(m.attribute, "organization") {
		text += "; every principal of account " + owner + " has it without an identity policy, if that account is among them"
	}
	if g.PrincipalStyle == StyleWildcard && m.attribute == "principal_arns" {
		text += "; in account " + owner + " neither permissions boundaries nor session policies limit it, as principal_style is \"wildcard\""
	}
	return text
}

// void reports a grant whose member a statement of somebody else, or the registry policy, denies.
func (p *prover) void(g *Grant, m member) {
	if len(p.ground.Foreign) == 0 && len(p.ground.Registry) == 0 || m.caller.DecideAccess(m.actions, p.repository, &p.all) != authz.ExplicitlyDenied {
		return
	}
	access := m.caller.Access(m.actions, p.repository, p.all)
	p.proof.Foreign = append(p.proof.Foreign, Problem{
		Path: []string{g.Name, m.attribute}, Severity: policy.SeverityWarning,
		Summary: "Grant that another statement makes void",
		Detail: "The grant " + g.Name + " is for " + m.who + ", but a statement that this resource doesn't own denies it:" + bullets(access.Reasons()) +
			"\n\nExempt them in that statement, or drop the grant.",
	})
}

// members gives a caller for each value that the grant names.
func (g *Grant) members(p *prover) []member {
	var out []member
	partition := p.ground.Site.Partition
	elsewhere := p.otherAccount()
	add := func(attribute, value, who string, alone bool, c authz.Caller) {
		c.SourceVPCE = authz.UnknownValue
		out = append(out, member{attribute, value, who, c, g.actions(), alone})
	}
	for _, path := range g.OrganizationPaths {
		// A pattern that no path matches is refused before.
		inside, _ := matchingPath(path)
		add("organization_paths", path, "principals of the accounts in "+path, false,
			authz.Caller{Principal: "arn:" + partition + ":iam::" + elsewhere + ":role/member", OrganizationPath: inside})
	}
	for _, id := range g.OrganizationIDs {
		add("organization_ids", id, "principals of the organization "+id, false,
			authz.Caller{Principal: "arn:" + partition + ":iam::" + elsewhere + ":role/member", OrganizationPath: id + "/" + strangeRoot + "/"})
	}
	for _, account := range g.Accounts {
		add("accounts", account, "principals of account "+account, false,
			authz.Caller{Principal: "arn:" + partition + ":iam::" + account + ":role/member", OrganizationPath: authz.UnknownValue})
	}
	for _, arn := range g.PrincipalARNs {
		// In the repository's own account a statement that names the principal, or everybody, is enough.
		alone := accountOf(arn) == p.owner() && (g.PrincipalStyle == StyleWildcard || g.PrincipalStyle == StylePrincipal)
		add("principal_arns", arn, arn, alone, authz.Caller{Principal: arn, OrganizationPath: authz.UnknownValue})
	}
	return append(out, g.serviceMembers(p)...)
}

// serviceMembers gives the services that the grant names, each acting for what the grant names.
func (g *Grant) serviceMembers(p *prover) []member {
	var out []member
	site := p.ground.Site
	region := site.Region
	if l := g.Lambda; l != nil {
		add := func(who, path string, source ...string) {
			out = append(out, member{"lambda", who, "AWS Lambda for functions of " + who, service("lambda.amazonaws.com", path, source...), lambdaActions, true})
		}
		for _, account := range union(l.Accounts, accountsOf(l.FunctionARNs)) {
			creator := authz.Caller{Principal: "arn:" + site.Partition + ":iam::" + account + ":role/member", OrganizationPath: authz.UnknownValue}
			out = append(out, member{"lambda", account, "principals of account " + account + " that make AWS Lambda functions", creator, lambdaActions, false})
		}
		for _, account := range l.Accounts {
			add(account, "", "arn:"+site.Partition+":lambda:"+region+":"+account+":function:member", account)
		}
		for _, arn := range l.FunctionARNs {
			add(arn, "", strings.NewReplacer("*", "member", "?", "m").Replace(arn), accountOf(arn))
		}
		for _, id := range l.OrganizationIDs {
			account := p.otherAccount()
			add(id, id+"/"+strangeRoot+"/", "arn:"+site.Partition+":lambda:"+region+":"+account+":function:member", account)
		}
	}
	if c := g.CodeBuild; c != nil {
		for _, arn := range c.ProjectARNs {
			out = append(out, member{"codebuild", arn, "AWS CodeBuild for the project " + arn, service("codebuild.amazonaws.com", "", strings.ReplaceAll(arn, "*", "member"), accountOf(arn)), pull, true})
		}
	}
	return out
}

func union(a, b []string) []string {
	all := slices.Concat(a, b)
	slices.Sort(all)
	return slices.Compact(all)
}

// service is a service principal that acts for the resource with the ARN of source, of the account behind it, which is in
// the organization of the path.
func service(name, path string, source ...string) authz.Caller {
	context := map[string]authz.Values{"aws:SourceArn": {}, "aws:SourceAccount": {}, "aws:SourceOrgID": {}, "aws:SourceOrgPaths": {}}
	if len(source) == 2 {
		context["aws:SourceArn"], context["aws:SourceAccount"] = authz.Single(source[0]), authz.Single(source[1])
	}
	if path != "" {
		organization, _, _ := strings.Cut(path, "/")
		context["aws:SourceOrgID"], context["aws:SourceOrgPaths"] = authz.Single(organization), authz.Multi(path)
	}
	return authz.Caller{Principal: name, Context: context}
}

func (g *Grant) accessText() string {
	if g.Access != "" {
		return g.Access + " access"
	}
	if len(g.Actions) == 0 {
		return "access"
	}
	return strings.Join(g.Actions, ", ")
}

// assumptions are the lines that say what the proof leaves out.
func (p *prover) assumptions(grants []Grant) []string {
	lines := []string{"nobody else has access by these grants: neither an anonymous caller, nor another organization or OU, nor an AWS service that acts for others"}
	if len(p.proof.Open) > 0 {
		lines = nil
	}
	if slices.ContainsFunc(grants, func(g Grant) bool { return len(g.kinds(p.ground.Site)) > 0 || g.Lambda != nil }) {
		lines = append(lines, "assumed to allow, as they can't be read from here: identity policies, SCPs, RCPs and the registry policy")
	}
	return lines
}
