// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package pattern

import (
	"fmt"
	"maps"
	"net/netip"
	"slices"
	"strings"

	"github.com/ecrx/terraform-provider-ecrx/internal/authz"
	"github.com/ecrx/terraform-provider-ecrx/internal/policy"
)

// public reports whether the whole policy lets somebody in whom nobody chose: who signs nothing, or makes an account of their
// own, in no organization or in another one, and calls from the internet. What such a one can choose, such as the name and
// the tags of a role or the time of the call, is unknown to the engine; what depends on it is public where the Allow isn't
// narrowed by anything that they can't choose (policy.Findings says PUBLIC_ACCESS of it). A Deny counts where it holds
// whatever they choose.
func public(statements []policy.Statement, site Site, repository string) bool {
	p := newProver(nil, Ground{Site: site, Repository: repository, Foreign: statements})
	p.repository.OrganizationPath = p.ownOrganization(statements)
	var opening []policy.Statement
	for _, s := range statements {
		if s.Effect == policy.Deny || isOpen(s) {
			opening = append(opening, s)
		}
	}
	open := p.foreign
	open.Repository = []*authz.Policy{authz.Compile("repository policy", policy.New(opening...))}
	actions := repositoryActions()
	for _, c := range p.outsiders(statements) {
		// The first question rests on no reading of conditions but the engine's.
		if len(c.AllowedActions(actions, p.repository, &p.foreign)) > 0 || !c.Access(actions, p.repository, open).Denied() {
			return true
		}
	}
	return false
}

// isOpen says that the statement's own text leaves it to the caller to meet its conditions.
func isOpen(s policy.Statement) bool {
	return slices.ContainsFunc(policy.Findings(policy.New(s), policy.KindRepository), func(f policy.Finding) bool {
		return f.Code == "PUBLIC_ACCESS" || f.Code == "ALLOW_WITH_NOT_PRINCIPAL" && f.Severity == policy.SeverityError
	})
}

// ownOrganization is the repository's: not a stranger's, but unknown where a statement is for one by its name.
func (p *prover) ownOrganization(statements []policy.Statement) string {
	for _, s := range statements {
		for _, c := range s.Conditions {
			if strings.HasPrefix(strings.ToLower(c.Key), "aws:resourceorg") {
				return authz.UnknownValue
			}
		}
	}
	return "o-theowners0" + strings.TrimPrefix(p.organization, "o-") + "/r-zzzz/"
}

// outsiders are strangers, each calling from several places.
func (p *prover) outsiders(statements []policy.Statement) []authz.Caller {
	path := p.organization + "/r-zzzz/" + p.unit + "/"
	account := func(organization, paths authz.Values) map[string]authz.Values {
		context := maps.Clone(undetermined)
		context["aws:PrincipalAccount"] = authz.Single(p.elsewhere)
		context["aws:PrincipalArn"] = authz.Single("arn:" + p.ground.Site.Partition + ":iam::" + p.elsewhere + ":" + authz.UnknownValue)
		context["aws:PrincipalOrgID"], context["aws:PrincipalOrgPaths"] = organization, paths
		return context
	}
	var out []authz.Caller
	for _, c := range []authz.Caller{
		{Principal: authz.Anonymous, Context: map[string]authz.Values{}},
		{Principal: p.role(p.elsewhere), Context: account(authz.Values{}, authz.Values{})},
		{Principal: p.role(p.elsewhere), Context: account(authz.Single(p.organization), authz.Multi(path))},
	} {
		c = p.ownerKnown(c)
		for _, address := range addresses(statements) {
			from := c
			from.Context = maps.Clone(c.Context)
			from.Context["aws:SourceIp"] = authz.Single(address)
			out = append(out, from)
		}
	}
	return out
}

// addresses gives one of IPv4 and one of IPv6 that no statement names, if there is one, and one of each range that is too
// wide to be somebody's: Amazon S3 takes nothing wider than /8 and /32 for a known place (User Guide,
// access-control-block-public-access, on the meaning of "public").
func addresses(statements []policy.Statement) []string {
	var named []netip.Prefix
	for _, s := range statements {
		for _, value := range valuesOfKey(s.Conditions, "aws:SourceIp") {
			if address, err := netip.ParseAddr(value); err == nil {
				named = append(named, netip.PrefixFrom(address, address.BitLen()))
			}
			if prefix, err := netip.ParsePrefix(value); err == nil {
				named = append(named, prefix)
			}
		}
	}
	out := []string{outside(named, "%d.113.7.99"), outside(named, "2a%02x:7:7::99")}
	for _, prefix := range named {
		if wide := map[bool]int{true: 8, false: 32}; prefix.Bits() < wide[prefix.Addr().Is4()] {
			out = append(out, prefix.Addr().String())
		}
	}
	return sortedOnce(out)
}

// outside gives an address of that form that is in none of the ranges, any if they hold them all.
func outside(ranges []netip.Prefix, form string) string {
	candidate := ""
	for block := range 223 {
		candidate = fmt.Sprintf(form, block+1)
		address := netip.MustParseAddr(candidate)
		if !slices.ContainsFunc(ranges, func(r netip.Prefix) bool { return r.Contains(address) }) {
			break
		}
	}
	return candidate
}

// valuesOfKey gives the values of a key under all operators.
func valuesOfKey(conditions []policy.Condition, key string) []string {
	var values []string
	for _, c := range conditions {
		if strings.EqualFold(c.Key, key) {
			values = append(values, c.Values...)
		}
	}
	return values
}
