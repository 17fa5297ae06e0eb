// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package pattern

import (
	"slices"
	"strings"

	"github.com/ecrx/terraform-provider-ecrx/internal/policy"
)

// sidSuffixes are all that Grant.Statements can put behind a grant's name.
var sidSuffixes = []string{
	"Paths", "Organizations", "Accounts", "Principals",
	"Lambda", "LambdaService", "LambdaOrganizations", "LambdaServiceOrganizations", "CodeBuild",
}

// RecognizeGrants finds the grants that reproduce statements of a document exactly; rest holds every statement that no
// grant reproduces, in the document's order. It is the way back from RepositoryPolicy, for an import. A Sid that stands
// twice belongs to nobody.
func RecognizeGrants(d policy.Document, site Site) (grants []Grant, rest []policy.Statement) {
	times := map[string]int{}
	for _, s := range d.Statements {
		times[s.Sid]++
	}
	remaining := map[string]policy.Statement{}
	for _, s := range d.Statements {
		if s.Sid != "" && times[s.Sid] == 1 {
			remaining[s.Sid] = s
		}
	}
	for _, name := range namesIn(remaining) {
		if grant, ok := recognize(name, remaining, site); ok {
			grants = append(grants, grant)
			for _, sid := range grant.Sids() {
				delete(remaining, sid)
			}
		}
	}
	for _, s := range d.Statements {
		if _, left := remaining[s.Sid]; left || s.Sid == "" || times[s.Sid] > 1 {
			rest = append(rest, s)
		}
	}
	return grants, rest
}

// namesIn lists the names that a grant with one of the Sids can have. The shorter name comes first, so that "DevPaths"
// and "DevAccounts" become one grant "Dev" where that is exact.
func namesIn(statements map[string]policy.Statement) []string {
	var names []string
	for sid := range statements {
		for _, suffix := range append([]string{""}, sidSuffixes...) {
			if name, ok := strings.CutSuffix(sid, suffix); ok && grantName.MatchString(name) {
				names = append(names, name)
			}
		}
	}
	slices.SortFunc(names, func(a, b string) int {
		if len(a) != len(b) {
			return len(a) - len(b)
		}
		return strings.Compare(a, b)
	})
	return slices.Compact(names)
}

// recognize gives the grant of this name that makes the most of the statements. Not all statements that begin with the
// name need be its own: "DevAccounts" is made by a grant "Dev" with several kinds of who, and by one of that name.
func recognize(name string, statements map[string]policy.Statement, site Site) (Grant, bool) {
	if _, ok := statements[name]; ok {
		if g, ok := recognizeAs(name, []string{""}, statements, site); ok {
			return g, true
		}
	}
	var present []string
	for _, suffix := range sidSuffixes {
		if _, ok := statements[name+suffix]; ok {
			present = append(present, suffix)
		}
	}
	for _, suffixes := range subsets(present) {
		if g, ok := recognizeAs(name, suffixes, statements, site); ok {
			return g, true
		}
	}
	return Grant{}, false
}

// subsets lists all choices of some of the elements, the larger first.
func subsets(elements []string) [][]string {
	choices := [][]string{nil}
	for _, element := range elements {
		for _, choice := range slices.Clone(choices) {
			choices = append(choices, append(slices.Clone(choice), element))
		}
	}
	slices.SortStableFunc(choices, func(a, b []string) int { return len(b) - len(a) })
	return choices[:len(choices)-1]
}

// recognizeAs reads the statements whose Sids are the name and one of the suffixes, and keeps the grant only if it is
// valid and makes nothing but statements that stand there.
func recognizeAs(name string, suffixes []string, statements map[string]policy.Statement, site Site) (Grant, bool) {
	g := Grant{Name: name}
	for _, suffix := range suffixes {
		if s, ok := statements[name+suffix]; ok {
			g.read(s, suffix, site)
		}
	}
	for _, s := range g.Statements(site) {
		if live, ok := statements[s.Sid]; !ok || !live.Equal(s) {
			return Grant{}, false
		}
	}
	valid := !HasErrors(ValidateGrants([]Grant{g})) && !HasErrors(ValidateGrantsAt([]Grant{g}, site))
	return g, valid
}

// read takes over what a statement says. Whether the grant then makes the statement again is for recognizeAs to find out.
func (g *Grant) read(s policy.Statement, suffix string, site Site) {
	switch suffix {
	case "Lambda", "LambdaOrganizations":
		// The service's statement beside it has all that this one has.
	case "LambdaService", "LambdaServiceOrganizations":
		g.readLambdaService(s, site)
	case "CodeBuild":
		g.CodeBuild = &CodeBuildGrant{ProjectARNs: valuesOf(s.Conditions, "ArnLike", "aws:SourceArn")}
	default:
		own := g.readWho(s)
		g.Conditions = slices.DeleteFunc(slices.Clone(s.Conditions), own.matches)
		if len(g.Conditions) == 0 {
			g.Conditions = nil
		}
		g.Access, g.Actions = "", s.Actions
		if access, ok := accessOf(s.Actions); ok {
			g.Access, g.Actions = access, nil
		}
	}
}

// comparison is the operator and key by which a kind of who narrows.
type comparison struct{ operator, key string }

func (c comparison) matches(condition policy.Condition) bool {
	return strings.EqualFold(condition.Operator, c.operator) && strings.EqualFold(condition.Key, c.key)
}

// readWho reads the kind of who of a statement, and gives the comparison that belongs to that kind.
func (g *Grant) readWho(s policy.Statement) comparison {
	paths := valuesOf(s.Conditions, "ForAnyValue:StringLike", "aws:PrincipalOrgPaths")
	organizations := valuesOf(s.Conditions, "StringEquals", "aws:PrincipalOrgID")
	principals := valuesOf(s.Conditions, "ArnEquals", "aws:PrincipalArn")
	accounts, onlyAccounts := accountsNamed(s.Principal.AWS)
	switch {
	case s.Principal.Any && len(paths) > 0:
		g.OrganizationPaths = paths
		return comparison{"ForAnyValue:StringLike", "aws:PrincipalOrgPaths"}
	case s.Principal.Any && len(organizations) > 0:
		g.OrganizationIDs = organizations
		return comparison{"StringEquals", "aws:PrincipalOrgID"}
	case s.Principal.Any && len(principals) > 0:
		g.PrincipalARNs, g.PrincipalStyle = principals, StyleWildcard
		return comparison{"ArnEquals", "aws:PrincipalArn"}
	case onlyAccounts && slices.Equal(accounts, accountsOf(principals)):
		g.PrincipalARNs = principals
		return comparison{"ArnEquals", "aws:PrincipalArn"}
	case onlyAccounts:
		g.Accounts = accounts
	default:
		g.PrincipalARNs, g.PrincipalStyle = s.Principal.AWS, StylePrincipal
	}
	return comparison{}
}

// accountsNamed gives the accounts that a Principal element names, each once, sorted, and whether it names nothing else.
func accountsNamed(principals []string) (accounts []string, only bool) {
	for _, p := range principals {
		switch {
		case ValidateAccountID(p) == nil:
			accounts = append(accounts, p)
		case strings.HasSuffix(p, ":root"):
			accounts = append(accounts, accountsOf([]string{p})...)
		default:
			return nil, false
		}
	}
	slices.Sort(accounts)
	return slices.Compact(accounts), len(accounts) > 0
}

func (g *Grant) readLambdaService(s policy.Statement, site Site) {
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
}

func valuesOf(conditions []policy.Condition, operator, key string) []string {
	for _, c := range conditions {
		if (comparison{operator, key}).matches(c) {
			return c.Values
		}
	}
	return nil
}
