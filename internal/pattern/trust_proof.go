// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package pattern

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/ecrx/terraform-provider-ecrx/internal/authz"
	"github.com/ecrx/terraform-provider-ecrx/internal/policy"
)

// ProveTrust evaluates a trust policy: whom the trust names may assume the role, and nobody else, be it without the external
// id, with another one, from another organization, or with another subject. Identity policies of the callers are assumed to
// allow it, and SCPs and RCPs too. Paths are the arguments' names.
func ProveTrust(t Trust, document policy.Document, site Site) []Problem {
	p := &trustProver{trust: t, site: assumed(site), document: document}
	for _, m := range p.members() {
		p.in(m)
		if m.service {
			p.serviceOfOthers(m)
		} else {
			p.near(m)
		}
	}
	p.strangers()
	if t.OIDC != nil {
		p.workloads(*t.OIDC)
	}
	return p.problems
}

// trustProver asks a trust policy, of which the role is the resource.
type trustProver struct {
	trust    Trust
	site     Site
	document policy.Document
	problems []Problem
}

// trusted is somebody whom the trust names by an argument.
type trusted struct {
	argument, who string
	service       bool
	caller        authz.Caller
}

// may decides whether the caller may do the action to the role.
func (p *trustProver) may(caller authz.Caller, action string, document policy.Document) authz.Result {
	role := authz.Repository{ARN: "arn:" + p.site.Partition + ":iam::" + p.site.AccountID + ":role/" + somebody, OrganizationPath: authz.UnknownValue}
	return authz.Evaluate(caller.Request(action, role), authz.Layers{
		Identity:   []*authz.Policy{authz.AssumedToAllow("identity policies")},
		Repository: []*authz.Policy{authz.Compile("trust policy", document)},
	})
}

func (p *trustProver) in(m trusted) {
	if result := p.may(m.caller, "sts:AssumeRole", p.document); result.Denied() {
		p.report(m.argument, "Trust that never holds", "The role is for "+m.who+", who can't assume it:"+bullets(result.Reasons()))
	}
}

func (p *trustProver) out(argument, who string, caller authz.Caller) {
	if p.may(caller, "sts:AssumeRole", p.document).Decision == authz.Allowed {
		p.report(argument, "Role that others can assume", "The role can be assumed by "+who+". Name accounts, principals or an organization, and nobody by a wildcard.")
	}
}

func (p *trustProver) report(argument, summary, detail string) {
	v := roleValidator{names: p.trust.names}
	v.error(argument, summary, "%s", detail)
	p.problems = append(p.problems, v.problems...)
}

// elsewhere is an account that the trust doesn't name.
func (p *trustProver) elsewhere() string {
	text := p.document.Canonical() + p.site.AccountID
	for _, account := range []string{"999999999999", "888888888888", "777777777777", "666666666666"} {
		if !strings.Contains(text, account) {
			return account
		}
	}
	return "123412341234"
}

// member gives a principal with the external id and of the organization that the trust asks for.
func (p *trustProver) member(arn string) authz.Caller {
	c := authz.Caller{Principal: arn, OrganizationPath: authz.UnknownValue, Context: map[string]authz.Values{"sts:ExternalId": {}}}
	if p.trust.ExternalID != "" {
		c.Context["sts:ExternalId"] = authz.Single(p.trust.ExternalID)
	}
	if len(p.trust.OrganizationIDs) > 0 {
		c.OrganizationPath = p.trust.OrganizationIDs[0] + "/r-zzzz/"
	}
	return c
}

func (p *trustProver) members() []trusted {
	t := p.trust
	var out []trusted
	for _, account := range t.Accounts {
		out = append(out, trusted{argument: "accounts", who: "account " + account, caller: p.member(p.role(account, somebody))})
	}
	for _, arn := range t.PrincipalARNs {
		out = append(out, trusted{argument: "principal_arns", who: arn, caller: p.member(concrete(arn))})
	}
	if t.wholeOrganizations() {
		for _, id := range t.OrganizationIDs {
			caller := p.member(p.role(p.elsewhere(), somebody))
			caller.OrganizationPath = id + "/r-zzzz/"
			out = append(out, trusted{argument: "organization_ids", who: "the organization " + id, caller: caller})
		}
	}
	for _, name := range t.Services {
		for _, source := range p.sources() {
			out = append(out, trusted{argument: "services", who: name, service: true, caller: service(name, "", source...)})
		}
	}
	return out
}

// sources are resources for which a service may act, each with its account.
func (p *trustProver) sources() [][]string {
	arns := p.trust.SourceARNs
	if len(arns) == 0 {
		arns = []string{"arn:" + p.site.Partition + ":ecs:" + p.site.Region + ":*:*"}
	}
	sources := make([][]string, len(arns))
	for i, arn := range arns {
		account := accountOf(arn)
		if account == "" || strings.ContainsAny(account, "*?") {
			account = cmp.Or(p.trust.SourceAccount, p.site.AccountID)
		}
		sources[i] = []string{inAccountARN(arn, account), account}
	}
	return sources
}

func (p *trustProver) role(account, name string) string {
	return "arn:" + p.site.Partition + ":iam::" + account + ":role/" + name
}

// inAccountARN gives an ARN that matches the pattern, in an account. Those of S3 hold none.
func inAccountARN(pattern, account string) string {
	parts := strings.SplitN(pattern, ":", 6)
	if len(parts) == 6 && parts[4] != "" {
		parts[4] = account
	}
	return concrete(strings.Join(parts, ":"))
}

// near proves that it is the conditions too that let a member in.
func (p *trustProver) near(m trusted) {
	if p.trust.ExternalID != "" {
		p.out("external_id", m.who+" without an external id", m.with("sts:ExternalId", authz.Values{}))
		p.out("external_id", m.who+" with another external id", m.with("sts:ExternalId", authz.Single(p.trust.ExternalID+"x")))
	}
	if len(p.trust.OrganizationIDs) > 0 {
		outside := m.caller
		outside.OrganizationPath = ""
		p.out("organization_ids", m.who+" outside of an organization", outside)
		outside.OrganizationPath = "o-strangerstranger/r-zzzz/"
		p.out("organization_ids", m.who+" in another organization", outside)
	}
	if account := accountOf(m.caller.Principal); m.argument == "principal_arns" && !slices.Contains(p.trust.Accounts, account) {
		for _, other := range []string{p.role(account, "stranger"), p.role(account, "stranger/"+somebody), "arn:" + p.site.Partition + ":iam::" + account + ":root"} {
			if slices.ContainsFunc(p.trust.PrincipalARNs, func(pattern string) bool { return fits(pattern, other) }) {
				continue
			}
			caller := m.caller
			caller.Principal = other
			p.out("principal_arns", other, caller)
		}
	}
}

func (m trusted) with(key string, values authz.Values) authz.Caller {
	caller := m.caller
	caller.Context = maps.Clone(caller.Context)
	caller.Context[key] = values
	return caller
}

// serviceOfOthers proves that a service can't act for strangers, where sources say for whom it acts.
func (p *trustProver) serviceOfOthers(m trusted) {
	if p.trust.SourceAccount == "" && len(p.trust.SourceARNs) == 0 {
		return
	}
	name, other := m.caller.Principal, p.elsewhere()
	source := m.caller.Context["aws:SourceArn"].List()[0]
	p.out("services", name+" for account "+other, service(name, "", inAccountARN(source, other), other))
	p.out("services", name+" for nobody in particular", service(name, ""))
	for _, other := range otherSources(source, p.trust.SourceARNs) {
		p.out("source_arns", name+" for "+other, m.with("aws:SourceArn", authz.Single(other)))
	}
}

// otherSources are resources near the given one, in its own account, that none of the patterns matches.
func otherSources(source string, patterns []string) []string {
	near := []string{source + "-stranger"}
	for _, region := range []string{"us-west-2", "eu-north-1"} {
		if parts := strings.SplitN(source, ":", 6); len(parts) == 6 && parts[3] != "" {
			parts[3] = region
			near = append(near, strings.Join(parts, ":"))
		}
	}
	return slices.DeleteFunc(near, func(other string) bool {
		return len(patterns) == 0 || slices.ContainsFunc(patterns, func(pattern string) bool { return fits(pattern, other) })
	})
}

// strangers proves that those stay outside whom no trust names. They know the external id.
func (p *trustProver) strangers() {
	stranger := p.member(p.role(p.elsewhere(), somebody))
	if p.trust.wholeOrganizations() {
		stranger.OrganizationPath = ""
	}
	p.out("", "a role of account "+p.elsewhere(), stranger)
	stranger.Principal = authz.Anonymous
	p.out("", "an anonymous caller", stranger)
	p.named(stranger)
}

// named proves that the document names nobody beside those whom the trust does. The stranger meets all other conditions.
func (p *trustProver) named(stranger authz.Caller) {
	services := []string{"lambda.amazonaws.com"}
	var principals []string
	for _, s := range p.document.Statements {
		services = append(services, s.Principal.Service...)
		for _, name := range s.Principal.AWS {
			if strings.HasSuffix(name, ":root") || ValidateAccountID(name) == nil {
				name = p.role(cmp.Or(accountOf(name), name), "stranger")
			}
			principals = append(principals, name)
		}
	}
	for _, name := range sortedOnce(services) {
		if !slices.Contains(p.trust.Services, name) {
			p.out("", name, service(name, "", p.sources()[0]...))
		}
	}
	for _, name := range sortedOnce(principals) {
		stranger.Principal = name
		if !slices.Contains(p.trust.Accounts, accountOf(name)) && !slices.ContainsFunc(p.trust.PrincipalARNs, func(pattern string) bool { return fits(pattern, name) }) {
			p.out("", name, stranger)
		}
	}
}
