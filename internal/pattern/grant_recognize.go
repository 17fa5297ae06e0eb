// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package pattern

import (
	"slices"
	"strings"

	"github.com/ecrx/terraform-provider-ecrx/internal/policy"
)

// sidSuffixes are all that Grant.Statements can put behind a grant's name, "" first.
var sidSuffixes = []string{
	"", "Paths", "Organizations", "Accounts", "Principals",
	"Lambda", "LambdaService", "LambdaOrganizations", "LambdaServiceOrganizations", "CodeBuild",
}

// RecognizeGrants finds the grants that reproduce statements of a document exactly; rest holds every statement that no
// grant reproduces. It is the way back from RepositoryPolicy, for an import.
func RecognizeGrants(d policy.Document, site Site) (grants []Grant, rest []policy.Statement) {
	remaining := map[string]policy.Statement{}
	var names []string
	for _, s := range d.Statements {
		if _, twice := remaining[s.Sid]; twice || s.Sid == "" {
			rest = append(rest, s)
			continue
		}
		remaining[s.Sid] = s
		for _, suffix := range sidSuffixes {
			if name, ok := strings.CutSuffix(s.Sid, suffix); ok && grantName.MatchString(name) {
				names = append(names, name)
			}
		}
	}
	// The shorter name comes first, so that "DevPaths" and "DevAccounts" become one grant "Dev" where that is exact.
	slices.SortFunc(names, func(a, b string) int {
		if len(a) != len(b) {
			return len(a) - len(b)
		}
		return strings.Compare(a, b)
	})
	for _, name := range slices.Compact(names) {
		if grant, ok := recognize(name, remaining, site); ok {
			grants = append(grants, grant)
			for _, sid := range grant.Sids() {
				delete(remaining, sid)
			}
		}
	}
	for _, s := range d.Statements {
		if left, ok := remaining[s.Sid]; ok && left.Equal(s) {
			rest = append(rest, s)
			delete(remaining, s.Sid)
		}
	}
	return grants, rest
}

// recognize reads the statements that a grant of this name would make, and keeps the grant only if it makes exactly
// those again.
func recognize(name string, statements map[string]policy.Statement, site Site) (Grant, bool) {
	g := Grant{Name: name}
	read := 0
	for _, suffix := range sidSuffixes {
		if s, ok := statements[name+suffix]; ok && g.read(s, site) {
			read++
		}
	}
	made := g.Statements(site)
	if read == 0 || HasErrors(ValidateGrants([]Grant{g})) {
		return Grant{}, false
	}
	for _, s := range made {
		if live, ok := statements[s.Sid]; !ok || !live.Equal(s) {
			return Grant{}, false
		}
	}
	return g, true
}

// read takes over what a statement says, if it has the shape of one that a grant makes. Whether it is exact is for
// recognize to find out.
func (g *Grant) read(s policy.Statement, site Site) bool {
	switch {
	case s.Effect != policy.Allow || !s.NotPrincipal.IsZero() || len(s.Actions) == 0:
		return false
	case slices.Equal(s.Principal.Service, []string{"lambda.amazonaws.com"}):
		return g.readLambdaService(s, site)
	case slices.Equal(s.Principal.Service, []string{"codebuild.amazonaws.com"}):
		g.CodeBuild = &CodeBuildGrant{ProjectARNs: valuesOf(s.Conditions, "ArnLike", "aws:SourceArn")}
		return true
	case strings.HasSuffix(s.Sid, "Lambda"), strings.HasSuffix(s.Sid, "LambdaOrganizations"):
		return true // the service's statement beside it has all that this one has
	}
	own := g.readWho(s)
	if len(g.Actions) == 0 && g.Access == "" {
		g.Conditions = slices.DeleteFunc(slices.Clone(s.Conditions), func(c policy.Condition) bool {
			return strings.EqualFold(c.Operator, own.Operator) && strings.EqualFold(c.Key, own.Key)
		})
		if len(g.Conditions) == 0 {
			g.Conditions = nil
		}
		if access, ok := accessOf(s.Actions); ok {
			g.Access = access
		} else {
			g.Actions = s.Actions
		}
	}
	return true
}

// readWho reads the kind of who of a statement, and gives the condition that belongs to that kind.
func (g *Grant) readWho(s policy.Statement) policy.Condition {
	paths := valuesOf(s.Conditions, "ForAnyValue:StringLike", "aws:PrincipalOrgPaths")
	organizations := valuesOf(s.Conditions, "StringEquals", "aws:PrincipalOrgID")
	principals := valuesOf(s.Conditions, "ArnEquals", "aws:PrincipalArn")
	allRoots := len(s.Principal.AWS) > 0 && !slices.ContainsFunc(s.Principal.AWS, func(p string) bool {
		return !strings.HasSuffix(p, ":root") && ValidateAccountID(p) != nil
	})
	switch {
	case s.Principal.Any && len(paths) > 0:
		g.OrganizationPaths = paths
		return policy.Condition{Operator: "ForAnyValue:StringLike", Key: "aws:PrincipalOrgPaths"}
	case s.Principal.Any && len(organizations) > 0:
		g.OrganizationIDs = organizations
		return policy.Condition{Operator: "StringEquals", Key: "aws:PrincipalOrgID"}
	case len(principals) > 0:
		g.PrincipalARNs = principals
		if s.Principal.Any {
			g.PrincipalStyle = StyleWildcard
		}
		return policy.Condition{Operator: "ArnEquals", Key: "aws:PrincipalArn"}
	case allRoots:
		for _, p := range s.Principal.AWS {
			if ValidateAccountID(p) == nil {
				g.Accounts = append(g.Accounts, p)
			}
		}
		g.Accounts = append(g.Accounts, accountsOf(s.Principal.AWS)...)
	default:
		g.PrincipalARNs, g.PrincipalStyle = s.Principal.AWS, StylePrincipal
	}
	return policy.Condition{}
}

func (g *Grant) readLambdaService(s policy.Statement, site Site) bool {
	if g.Lambda == nil {
		g.Lambda = &LambdaGrant{}
	}
	g.Lambda.OrganizationIDs = append(g.Lambda.OrganizationIDs, valuesOf(s.Conditions, "StringEquals", "aws:SourceOrgID")...)
	prefix := "arn:" + site.Partition + ":lambda:" + orWildcard(site.Region) + ":"
	for _, function := range valuesOf(s.Conditions, "ArnLike", "aws:SourceArn") {
		account, ok := strings.CutSuffix(strings.TrimPrefix(function, prefix), ":function:*")
		if ok && ValidateAccountID(account) == nil {
			g.Lambda.Accounts = append(g.Lambda.Accounts, account)
		} else {
			g.Lambda.FunctionARNs = append(g.Lambda.FunctionARNs, function)
		}
	}
	return true
}

func valuesOf(conditions []policy.Condition, operator, key string) []string {
	for _, c := range conditions {
		if strings.EqualFold(c.Operator, operator) && strings.EqualFold(c.Key, key) {
			return c.Values
		}
	}
	return nil
}
