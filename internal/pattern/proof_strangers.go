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

// Ids that AWS gives to nobody whom a grant could name: strangers are of them.
const (
	strangeOrganization = "o-zzzzzzzzzzzzzzzz"
	strangeRoot         = "r-zzzz"
	strangeUnit         = "ou-zzzz-zzzzzzzz"
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
		for _, sid := range p.letIn(s, p.actions, p.own) {
			open[p.grantOf[sid]] = append(open[p.grantOf[sid]], s.who)
		}
		if len(p.ground.Foreign) == 0 {
			continue
		}
		for _, sid := range p.letIn(s, telling[:], p.foreign) {
			wide[sid] = append(wide[sid], s.who)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(open)) {
		p.proof.Open = append(p.proof.Open, Problem{
			Path: []string{name}, Severity: policy.SeverityError,
			Summary: "Grant that lets others in",
			Detail:  "The grant " + name + " gives access to " + strings.Join(open[name], ", ") + ". Name accounts, organizations or principals, or add a condition with fixed values, such as StringEquals on aws:PrincipalOrgID.",
		})
	}
	for _, sid := range slices.Sorted(maps.Keys(wide)) {
		p.proof.Foreign = append(p.proof.Foreign, Problem{
			Severity: policy.SeverityWarning,
			Summary:  "Unmanaged statement that lets others in",
			Detail:   "The statement " + sid + ", which this resource doesn't own, gives access to " + strings.Join(wide[sid], ", ") + ". Narrow it where it is managed, or remove it with on_unmanaged_statements = \"remove\".",
		})
	}
}

// letIn gives the Sids of the statements that let the stranger do one of the actions. Somebody with sufficient identity
// policies of his own is meant.
func (p *prover) letIn(s stranger, actions []string, layers authz.Layers) []string {
	var sids []string
	for _, action := range s.caller.AllowedActions(actions, p.repository, &layers) {
		for _, statement := range authz.Evaluate(s.caller.Request(action, p.repository), layers).Statements {
			if statement.Layer == authz.LayerRepository && statement.Effect == policy.Allow && statement.Applies == authz.Yes {
				sids = append(sids, statement.Statement)
			}
		}
	}
	slices.Sort(sids)
	return slices.Compact(sids)
}

// telling are actions by which strangers could take, learn or change something.
var telling = [...]string{"ecr:BatchGetImage", "ecr:DescribeImages", "ecr:PutImage", "ecr:SetRepositoryPolicy"}

// callers are those who must stay outside.
func (p *prover) callers(grants []Grant) []stranger {
	partition, account := p.ground.Site.Partition, p.otherAccount()
	role := "arn:" + partition + ":iam::" + account + ":role/stranger"
	foreignPath := strangeOrganization + "/" + strangeRoot + "/" + strangeUnit + "/"
	out := []stranger{
		{"an anonymous caller", authz.Caller{Principal: authz.Anonymous}},
		{"an account without an organization", authz.Caller{Principal: role}},
		{"another organization", authz.Caller{Principal: role, OrganizationPath: foreignPath}},
	}
	for _, organization := range siblings(grants) {
		out = append(out, stranger{"another OU of " + organization, authz.Caller{Principal: role, OrganizationPath: organization + "/" + strangeRoot + "/" + strangeUnit + "/"}})
	}
	for _, name := range [...]string{"codebuild.amazonaws.com", "lambda.amazonaws.com", "s3.amazonaws.com"} {
		kind, _, _ := strings.Cut(name, ".")
		source := "arn:" + partition + ":" + kind + ":" + p.ground.Site.Region + ":" + account + ":stranger"
		out = append(out,
			stranger{name + " for another account", service(name, foreignPath, source, account)},
			stranger{name + " for nobody in particular", service(name, "")})
	}
	return out
}

// siblings are the organizations of which the grants name only some OUs: their other OUs must stay outside.
func siblings(grants []Grant) []string {
	units, whole := map[string]bool{}, map[string]bool{}
	for i := range grants {
		for _, id := range grants[i].OrganizationIDs {
			whole[id] = true
		}
		for _, path := range grants[i].OrganizationPaths {
			organization, rest, _ := strings.Cut(path, "/")
			_, unit, named := strings.Cut(rest, "ou-")
			if !named || strings.ContainsAny(unit[:min(len(unit), len("ab12-1"))], "*?") {
				whole[organization] = true
				continue
			}
			units[organization] = true
		}
		if grants[i].Lambda != nil {
			for _, id := range grants[i].Lambda.OrganizationIDs {
				whole[id] = true
			}
		}
	}
	maps.DeleteFunc(units, func(id string, _ bool) bool { return whole[id] })
	return slices.Sorted(maps.Keys(units))
}

// otherAccount is an account that isn't the repository's.
func (p *prover) otherAccount() string {
	if p.owner() == "999999999999" {
		return "999999999998"
	}
	return "999999999999"
}
