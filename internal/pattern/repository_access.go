// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package pattern

import (
	"slices"
	"strconv"
	"strings"

	"github.com/ecrx/terraform-provider-ecrx/internal/policy"
)

// RepositoryAccess is what the policy of a repository gives, and what is wrong with it.
type RepositoryAccess struct {
	// Lines say in words who has access, statement by statement, and what is assumed.
	Lines    []string
	Findings []policy.Finding
	Orphans  []Orphan
	// Public says that somebody has access whom nobody chose.
	Public bool
	// Size counts the characters of the canonical policy, SizeLeft those that ECR takes beside them.
	Size, SizeLeft int
	Dead           []DeadGrant
}

// Orphan is a unique id in a Principal or NotPrincipal element: what AWS leaves there of a principal that was deleted.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
type Orphan struct{ Sid, ID, Kind string }

// DeadGrant is a grant that doesn't give, or not all of, what it says.
type DeadGrant struct {
	// Name is the grant's: a Sid, or what the Sids of its statements begin with.
	Name            string
	Summary, Reason string
}

// DescribeAccess reads the policy of a repository as a report does: whatever stands in it, it is described. A statement
// without a Sid goes by its place, such as "Statement[2]". site.Partition is needed.
func DescribeAccess(document policy.Document, site Site, repository string) RepositoryAccess {
	limit := policy.Limit(policy.KindRepository)
	if len(document.Statements) == 0 {
		return RepositoryAccess{SizeLeft: limit}
	}
	document = document.WithPartition(site.Partition)
	size := policy.Size(document, policy.KindRepository)
	out := RepositoryAccess{Findings: policy.Findings(document, policy.KindRepository), Size: size, SizeLeft: max(0, limit-size)}

	labelled := document.Upgrade().Statements
	for i := range labelled {
		if labelled[i].Sid == "" {
			labelled[i].Sid = "Statement[" + strconv.Itoa(i) + "]"
		}
		out.Orphans = append(out.Orphans, orphansOf(labelled[i])...)
	}
	out.Public = public(labelled, site, repository)
	r := readAccess(labelled, site)
	out.Lines, out.Dead = r.describe(repository)
	return out
}

func orphansOf(s policy.Statement) []Orphan {
	var out []Orphan
	for _, id := range slices.Concat(s.Principal.AWS, s.NotPrincipal.AWS) {
		if kind, ok := policy.UniqueIDKind(id); ok {
			out = append(out, Orphan{s.Sid, id, kind})
		}
	}
	return out
}

// accessReading is a policy taken apart. What a grant or a lockdown says of it is exact.
type accessReading struct {
	site      Site
	grants    []Grant
	lockdowns []Lockdown
	// rest is what neither reproduces.
	rest []policy.Statement
	// lost are the unique ids that an Allow names.
	lost []Orphan
}

// readAccess goes further than an import, which has to make the very statements again: the Sid doesn't matter, and a statement
// for several kinds of principals is one for each.
func readAccess(statements []policy.Statement, site Site) accessReading {
	r := accessReading{site: site}
	grants, rest := RecognizeGrants(policy.New(statements...), site)
	r.grants = grants
	for _, s := range rest {
		if s.Effect == policy.Deny {
			r.readDeny(s)
			continue
		}
		r.lost = append(r.lost, orphansOf(policy.Statement{Sid: s.Sid, Principal: s.Principal})...)
		for _, part := range partsOf(s) {
			r.readAllow(part)
		}
	}
	place := func(g Grant) int {
		sids := g.Sids()
		return slices.IndexFunc(statements, func(s policy.Statement) bool { return slices.Contains(sids, s.Sid) })
	}
	slices.SortStableFunc(r.grants, func(a, b Grant) int { return place(a) - place(b) })
	return r
}

// alone is the Sid under which a single statement is looked at, as one that has none can be no grant's.
const alone = "Alone"

func (r *accessReading) readAllow(s policy.Statement) {
	named := s
	named.Sid = alone
	if g, ok := recognizeAs(alone, []string{""}, map[string]policy.Statement{alone: named}, r.site); ok {
		g.Name = s.Sid
		r.grants = append(r.grants, g)
		return
	}
	r.rest = append(r.rest, s)
}

// readDeny also takes a lockdown that leaves nobody but a root user or AWS's services, which nobody may write anew.
func (r *accessReading) readDeny(s policy.Statement) {
	named := onItself(s)
	named.Sid = alone
	l := readLockdown(named, r.site)
	known := l
	known.Incomplete = true
	exempts := len(s.Conditions) > 0 || !s.NotPrincipal.IsZero()
	if !exempts || !l.Statement(r.site, nil).Equal(named) || HasErrors(ValidateLockdown(known, nil, r.site)) {
		r.rest = append(r.rest, s)
		return
	}
	l.Sid, l.ExemptGrants = s.Sid, new(bool)
	r.lockdowns = append(r.lockdowns, l)
}

// partsOf divides an Allow by the kinds of principals that it names: it gives each of them the same, whoever else it names.
// Who was deleted is nobody, and is left out.
func partsOf(s policy.Statement) []policy.Statement {
	s = onItself(s)
	if s.Principal.Any || len(s.Principal.AWS) == 0 {
		return []policy.Statement{s}
	}
	var accounts, principals []string
	for _, p := range s.Principal.AWS {
		_, orphaned := policy.UniqueIDKind(p)
		switch _, isAccount := accountsNamed([]string{p}); {
		case orphaned:
		case isAccount:
			accounts = append(accounts, p)
		default:
			principals = append(principals, p)
		}
	}
	others := s.Principal
	others.AWS = nil
	var parts []policy.Statement
	for _, p := range []policy.Principal{{AWS: accounts}, {AWS: principals}, others} {
		if !p.IsZero() {
			part := s
			part.Principal = p
			parts = append(parts, part)
		}
	}
	return parts
}

// onItself leaves out "Resource": "*", which means the repository, as no Resource does.
func onItself(s policy.Statement) policy.Statement {
	if slices.Equal(s.Resources, []string{"*"}) {
		s.Resources = nil
	}
	return s
}

// statementText says what a statement is about, as the rest of a sentence that begins with its Sid.
func statementText(s policy.Statement) string {
	text := "allows "
	if s.Effect == policy.Deny {
		text = "denies "
	}
	text += about(s)
	if len(s.Resources) > 0 {
		text += " on " + strings.Join(s.Resources, ", ")
	}
	if len(s.NotResources) > 0 {
		text += " on all but " + strings.Join(s.NotResources, ", ")
	}
	text += " to " + whoText(s)
	if len(s.Conditions) > 0 {
		text += ", where " + conditionsText(s.Conditions)
	}
	return text
}

func whoText(s policy.Statement) string {
	switch {
	case !s.NotPrincipal.IsZero():
		return "everybody but " + strings.Join(PrincipalNames(s.NotPrincipal), ", ")
	case s.Principal.Any:
		return "everybody"
	default:
		return strings.Join(PrincipalNames(s.Principal), ", ")
	}
}

// PrincipalNames lists whom a Principal or NotPrincipal element names, "*" for everybody.
func PrincipalNames(p policy.Principal) []string {
	var names []string
	if p.Any {
		names = []string{"*"}
	}
	return slices.Concat(names, p.AWS, p.Service, p.Federated, p.CanonicalUser)
}
