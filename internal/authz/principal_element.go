// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package authz

import (
	"slices"
	"strings"

	"github.com/ecrx/terraform-provider-ecrx/internal/policy"
)

// principals is a Principal or NotPrincipal element, ready to be compared.
type principals struct {
	any     bool
	entries []principalEntry
}

type principalEntry struct {
	kind                     entryKind
	text                     string
	partition, account, name string
}

type entryKind uint8

const (
	// nobodyEntry is a form that matches no request: the unique id of a deleted principal, a wildcard inside an ARN, a
	// federated principal outside a trust policy (IAM User Guide, reference_policies_elements_principal).
	nobodyEntry entryKind = iota
	unknownEntry
	accountEntry
	userEntry
	roleEntry
	sessionEntry
	federatedEntry
	serviceEntry
)

// naming says how an element names a caller, which decides what limits the grant.
type naming struct {
	// direct: the caller itself or everybody. The grant is to the session or the user, and an implicit deny in a boundary
	// or a session policy doesn't limit it.
	direct truth
	// role: its role, or the user that federated. Boundaries and session policies limit the grant.
	role truth
	// account: its account, which may then grant by identity policies; in itself it is no grant.
	account truth
}

func (n naming) any() truth { return max(n.direct, n.role, n.account) }

func compilePrincipals(p policy.Principal) principals {
	out := principals{any: p.Any || slices.Contains(p.AWS, "*")}
	for _, text := range p.AWS {
		out.entries = append(out.entries, newPrincipalEntry(text))
	}
	for _, service := range p.Service {
		kind := serviceEntry
		if strings.Contains(service, UnknownValue) {
			kind = unknownEntry
		}
		out.entries = append(out.entries, principalEntry{kind: kind, text: service})
	}
	for _, id := range p.CanonicalUser {
		// The canonical id of an account can't be told from its number.
		out.entries = append(out.entries, principalEntry{kind: unknownEntry, text: id})
	}
	for _, provider := range p.Federated {
		out.entries = append(out.entries, principalEntry{text: provider})
	}
	return out
}

func newPrincipalEntry(text string) principalEntry {
	e := principalEntry{text: text}
	if len(text) == 12 && strings.Trim(text, "0123456789") == "" {
		e.kind, e.account = accountEntry, text
		return e
	}
	a, ok := splitARN(text)
	kind, name, _ := strings.Cut(a.resource, "/")
	e.partition, e.account, e.name = a.partition, a.account, name
	switch {
	case strings.Contains(text, UnknownValue):
		e.kind = unknownEntry
	case !ok || strings.ContainsAny(text, "*?"):
	case a.service == "iam" && a.resource == "root":
		e.kind = accountEntry
	case a.service == "iam" && kind == "user":
		e.kind = userEntry
	case a.service == "iam" && kind == "role":
		e.kind = roleEntry
	case a.service == "sts" && kind == "assumed-role":
		e.kind = sessionEntry
	case a.service == "sts" && kind == "federated-user":
		e.kind = federatedEntry
	}
	return e
}

// name says how the element names the caller.
func (p *principals) name(c *principal) naming {
	if p.any && c.kind == federatedPrincipal {
		// Beyond its session policy a federated user has what resource policies give to those that "explicitly" name it
		// (IAM User Guide, id_credentials_temp_control-access_getfederationtoken).
		return naming{direct: maybe, role: yes}
	}
	if p.any {
		return naming{direct: yes}
	}
	var n naming
	for i := range p.entries {
		e := &p.entries[i]
		if c.kind == unknownPrincipal || e.kind == unknownEntry && !e.otherAccount(c) {
			n.direct, n.role, n.account = max(n.direct, maybe), max(n.role, maybe), max(n.account, maybe)
			continue
		}
		switch e.kind {
		case accountEntry:
			n.account = max(n.account, truthOf(c.account == e.account && (e.partition == "" || c.partition == e.partition)))
		case userEntry:
			n.direct = max(n.direct, truthOf(c.kind == userPrincipal && c.text == e.text))
			if c.kind == federatedPrincipal && c.account == e.account {
				// The session is that of the user who asked for it, whose name it has only by custom.
				n.role = max(n.role, choose(truthOf(c.name == e.name), yes, maybe))
			}
		case roleEntry:
			n.role = max(n.role, c.sameRole(e))
		case sessionEntry:
			n.direct = max(n.direct, c.sameSession(e))
		case federatedEntry:
			n.direct = max(n.direct, truthOf(c.kind == federatedPrincipal && c.text == e.text))
		case serviceEntry:
			n.direct = max(n.direct, truthOf(c.kind == servicePrincipal && c.text == e.text))
		case nobodyEntry, unknownEntry:
		}
	}
	return n
}

// otherAccount says that an ARN of which only a beginning is known is in another account than the caller for certain.
func (e *principalEntry) otherAccount(c *principal) bool {
	return e.account != "" && !strings.Contains(e.account, UnknownValue) && e.account != c.account
}

// excludes says whether a NotPrincipal element takes the caller out. AWS validates the account first, then the role, then
// the session, and asks to list a role or user together with its account (IAM User Guide,
// reference_policies_elements_notprincipal): with both, the caller is out; with the account alone, it isn't; with the
// principal but not its account, AWS says that it depends on the service.
func (p *principals) excludes(c *principal) truth {
	n := p.name(c)
	switch c.kind {
	case userPrincipal, rolePrincipal, sessionPrincipal, federatedPrincipal:
	case unknownPrincipal:
		return maybe
	case anonymousPrincipal, servicePrincipal:
		return n.direct
	case rootPrincipal:
		return max(n.direct, n.account)
	}
	if p.any {
		return yes
	}
	named := max(n.direct, n.role)
	if c.kind == sessionPrincipal && n.direct == yes && n.role != yes {
		// The session is listed, the role isn't for certain, which AWS may validate before.
		named = maybe
	}
	if named == no {
		return no
	}
	return min(named, max(n.account, maybe))
}
