// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package pattern

import (
	"slices"
	"strings"

	"github.com/ecrx/terraform-provider-ecrx/internal/authz"
)

// members gives a member for each value that the grant names.
func (g *Grant) members(p *prover) []member {
	var out []member
	for _, path := range g.OrganizationPaths {
		m := p.inOrganization("organization_paths", path)
		m.who, m.actions = named{"principals of the accounts in ", "principals of the accounts in ", path, ""}, g.actions()
		out = append(out, m)
	}
	for _, id := range g.OrganizationIDs {
		m := p.inOrganization("organization_ids", id+"/*")
		m.who, m.actions = inOrganizations(id, ""), g.actions()
		out = append(out, m)
	}
	for _, account := range g.Accounts {
		m := p.inAccount("accounts", account)
		m.who, m.actions = inAccounts(account, ""), g.actions()
		out = append(out, m)
	}
	for _, arn := range g.PrincipalARNs {
		account := accountOf(arn)
		out = append(out, member{
			attribute: "principal_arns", who: named{name: arn}, actions: g.actions(),
			caller: authz.Caller{Principal: concrete(arn), OrganizationPath: authz.UnknownValue, SourceVPCE: authz.UnknownValue},
			fixed:  map[string]authz.Values{"aws:PrincipalAccount": authz.Single(account), "aws:PrincipalArn": authz.Single(p.principalARN(arn))},
			// In the repository's own account a statement that names the principal, or everybody, is enough.
			alone: account == p.owner() && (g.PrincipalStyle == StyleWildcard || g.PrincipalStyle == StylePrincipal),
		})
	}
	return append(out, g.serviceMembers(p)...)
}

// inOrganization is a principal of some account whose path matches the pattern.
func (p *prover) inOrganization(attribute, pattern string) member {
	// A pattern that no path matches is refused before.
	path, _ := matchingPath(pattern)
	organization, _, _ := strings.Cut(pattern, "/")
	return member{
		attribute: attribute, ownersToo: true,
		caller: authz.Caller{Principal: p.role(p.elsewhere), OrganizationPath: path, SourceVPCE: authz.UnknownValue},
		fixed:  map[string]authz.Values{"aws:PrincipalOrgID": authz.Single(organization), "aws:PrincipalOrgPaths": authz.Multi(knownBeginning(pattern))},
	}
}

// inAccount is a principal of an account.
func (p *prover) inAccount(attribute, account string) member {
	return member{
		attribute: attribute, federated: "arn:" + p.ground.Site.Partition + ":sts::" + account + ":federated-user/" + authz.UnknownValue,
		caller: authz.Caller{Principal: p.role(account), OrganizationPath: authz.UnknownValue, SourceVPCE: authz.UnknownValue},
		fixed: map[string]authz.Values{
			"aws:PrincipalAccount": authz.Single(account),
			"aws:PrincipalArn":     authz.Single("arn:" + p.ground.Site.Partition + ":iam::" + account + ":" + authz.UnknownValue),
		},
	}
}

// principalARN gives what is known of aws:PrincipalArn: of a session it is the role's ARN, with its path.
func (p *prover) principalARN(arn string) string {
	if strings.Contains(arn, ":assumed-role/") {
		return "arn:" + p.ground.Site.Partition + ":iam::" + accountOf(arn) + ":role/" + authz.UnknownValue
	}
	return knownBeginning(arn)
}

func (p *prover) role(account string) string {
	return "arn:" + p.ground.Site.Partition + ":iam::" + account + ":role/somebody"
}

// serviceMembers gives the services that the grant names, each acting for what the grant names, and for Lambda those who
// make the functions.
func (g *Grant) serviceMembers(p *prover) []member {
	var out []member
	site := p.ground.Site
	add := func(attribute string, w named, actions []string, c authz.Caller) {
		out = append(out, member{attribute: attribute, who: w, caller: c, actions: actions, alone: true, service: true})
	}
	if l := g.Lambda; l != nil {
		functions := func(account string) string {
			return "arn:" + site.Partition + ":lambda:" + site.Region + ":" + account + ":function:" + somebody
		}
		const maker = " that make AWS Lambda functions"
		accounts := slices.Concat(l.Accounts, accountsOf(l.FunctionARNs))
		slices.Sort(accounts)
		for _, account := range slices.Compact(accounts) {
			m := p.inAccount("lambda", account)
			m.who, m.actions = inAccounts(account, maker), lambdaActions
			out = append(out, m)
		}
		for _, id := range l.OrganizationIDs {
			m := p.inOrganization("lambda", id+"/*")
			m.who, m.actions = inOrganizations(id, maker), lambdaActions
			out = append(out, m)
		}
		for _, account := range l.Accounts {
			add("lambda", named{"AWS Lambda for functions of account ", "AWS Lambda for functions of accounts ", account, ""}, lambdaActions, service("lambda.amazonaws.com", "", functions(account), account))
		}
		for _, arn := range l.FunctionARNs {
			add("lambda", named{"AWS Lambda for the function ", "AWS Lambda for the functions ", arn, ""}, lambdaActions, service("lambda.amazonaws.com", "", concrete(arn), accountOf(arn)))
		}
		for _, id := range l.OrganizationIDs {
			path, _ := matchingPath(id + "/*")
			add("lambda", named{"AWS Lambda for functions of the organization ", "AWS Lambda for functions of the organizations ", id, ""}, lambdaActions, service("lambda.amazonaws.com", path, functions(p.elsewhere), p.elsewhere))
		}
	}
	if c := g.CodeBuild; c != nil {
		for _, arn := range c.ProjectARNs {
			add("codebuild", named{"AWS CodeBuild for the project ", "AWS CodeBuild for the projects ", arn, ""}, pull, service("codebuild.amazonaws.com", "", concrete(arn), accountOf(arn)))
		}
	}
	return out
}

// service is a service principal that acts for the resource with the given ARN and account, which is in the organization
// of the path. Without a source it acts for nobody in particular.
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

// somebody is a name for what may have any.
const somebody = "somebody"

// concrete gives a text that matches the pattern.
func concrete(pattern string) string {
	return strings.NewReplacer("*", somebody, "?", "x").Replace(pattern)
}

// likely gives a text that matches the pattern: the preferred one, if that does.
func likely(pattern, preferred string) string {
	if fits(pattern, preferred) {
		return preferred
	}
	return concrete(pattern)
}

// knownBeginning gives what all texts that match the pattern begin with.
func knownBeginning(pattern string) string {
	if i := strings.IndexAny(pattern, "*?"); i >= 0 {
		return pattern[:i] + authz.UnknownValue
	}
	return pattern
}
