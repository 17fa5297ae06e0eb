// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package authz

import (
	"strings"
)

// principalKind is the kind of a principal (IAM User Guide, reference_policies_elements_principal).
type principalKind uint8

const (
	unknownPrincipal principalKind = iota
	anonymousPrincipal
	servicePrincipal
	rootPrincipal
	userPrincipal
	rolePrincipal // a session of the role, whatever its name
	sessionPrincipal
	federatedPrincipal // a session of GetFederationToken
)

// principal is who calls, taken apart.
type principal struct {
	kind               principalKind
	text               string
	partition, account string
	// name is that of a user with its path, of a role without it, of a federated user, or of a service.
	name string
	// roleARN is the ARN of a role or of a session's role, where it is known: a session's ARN has no path. roleUnknown says
	// that the request has one that isn't known.
	roleARN     string
	roleUnknown bool
	// anySession says that the caller stands for all sessions of a role.
	anySession bool
	// invalid says what the text isn't.
	invalid string
}

// parsePrincipal reads a request's principal, with the role's ARN from aws:PrincipalArn.
func parsePrincipal(text string, context *Context) principal {
	c := principal{text: text}
	if _, open := cutUnknown(text); open {
		return c
	}
	switch {
	case text == Anonymous:
		c.kind = anonymousPrincipal
		return c
	case !strings.HasPrefix(text, "arn:"):
		if !isServicePrincipal(text) {
			c.invalid = "the principal " + quote(text) + " is neither an ARN nor a service principal"
			return c
		}
		c.kind, c.name = servicePrincipal, text
		return c
	}
	a, ok := splitARN(text)
	kind, name, _ := strings.Cut(a.resource, "/")
	c.partition, c.account, c.name = a.partition, a.account, name
	switch {
	case !ok || len(a.account) != 12:
	case a.service == "iam" && a.resource == "root":
		c.kind = rootPrincipal
	case a.service == "iam" && kind == "user" && name != "":
		c.kind = userPrincipal
	case a.service == "iam" && kind == "role" && name != "":
		c.kind, c.roleARN, c.name = rolePrincipal, text, afterPath(name)
		// Of a request whose other keys aren't known, the session's name isn't either.
		c.anySession = context.open
	case a.service == "sts" && kind == "assumed-role" && strings.Contains(name, "/"):
		c.kind = sessionPrincipal
		c.name, _, _ = strings.Cut(name, "/")
		c.roleARN, c.roleUnknown = roleOf(context, c)
	case a.service == "sts" && kind == "federated-user" && name != "":
		c.kind = federatedPrincipal
	}
	if c.kind == unknownPrincipal {
		c.invalid = "the principal " + quote(text) + " isn't the ARN of a user, a role, a role's session, a federated user or an account's root"
	}
	return c
}

// roleOf gives a session's role where aws:PrincipalArn names it: "the ARN of the role that was assumed" (IAM User Guide,
// reference_policies_condition-keys).
func roleOf(context *Context, c principal) (arn string, unknown bool) {
	v, set := context.get("aws:principalarn")
	if len(v.list) != 1 {
		return "", !set && context.open
	}
	if _, open := cutUnknown(v.list[0]); open {
		return "", true
	}
	a, ok := splitARN(v.list[0])
	if !ok || a.account != c.account || !strings.HasPrefix(a.resource, "role/") || afterPath(a.resource) != c.name {
		return "", false
	}
	return v.list[0], false
}

// inAccount says that the caller is a principal of an account, which identity policies, boundaries, session policies and
// SCPs are for. Service principals and anonymous callers are in none.
func (c *principal) inAccount() truth {
	switch c.kind {
	case unknownPrincipal:
		return maybe
	case anonymousPrincipal, servicePrincipal:
		return no
	default:
		return yes
	}
}

// serviceLinked says that the caller is a service-linked role, which SCPs and RCPs don't affect (AWS Organizations User
// Guide, orgs_manage_policies_scps and orgs_manage_policies_rcps). Their path is aws-service-role, and IAM gives it to no
// other role; a session whose role's ARN isn't known is told by the prefix of the name.
func (c *principal) serviceLinked() truth {
	switch {
	case c.kind == unknownPrincipal:
		return maybe
	case c.roleARN != "":
		return truthOf(strings.Contains(c.roleARN, ":role/aws-service-role/"))
	case c.kind != sessionPrincipal || !strings.HasPrefix(c.name, "AWSServiceRoleFor"):
		return no
	default:
		return choose(truthOf(c.roleUnknown), maybe, yes)
	}
}

// attached says that identity policies and boundaries are for the caller: a root user has none (IAM User Guide,
// access_policies_boundaries).
func (c *principal) attached() truth {
	return min(c.inAccount(), truthOf(c.kind != rootPrincipal))
}

// session says that session policies are for the caller.
func (c *principal) session() truth {
	switch c.kind {
	case unknownPrincipal:
		return maybe
	case rolePrincipal, sessionPrincipal, federatedPrincipal:
		return yes
	default:
		return no
	}
}

// sameRole compares the caller's role with one that a policy names. A role's name is unique in its account whatever its
// path, so the name alone decides where the request doesn't carry the role's ARN. Where it carries one that isn't known,
// nothing does: the policy may name a role that is no more.
func (c *principal) sameRole(e *principalEntry) truth {
	switch {
	case c.kind != rolePrincipal && c.kind != sessionPrincipal, c.account != e.account, c.partition != e.partition, c.name != afterPath(e.name):
		return no
	case c.roleARN != "":
		return truthOf(c.roleARN == e.text)
	default:
		return choose(truthOf(c.roleUnknown), maybe, yes)
	}
}

// sameSession compares the caller with a session that a policy names.
func (c *principal) sameSession(e *principalEntry) truth {
	role, _, _ := strings.Cut(e.name, "/")
	if c.anySession && c.account == e.account && c.partition == e.partition && c.name == role {
		return maybe
	}
	return truthOf(c.kind == sessionPrincipal && c.text == e.text)
}

// arnParts are the parts of an Amazon Resource Name (IAM User Guide, reference_identifiers).
type arnParts struct {
	partition, service, region, account, resource string
}

func splitARN(text string) (arnParts, bool) {
	rest, ok := strings.CutPrefix(text, "arn:")
	var a arnParts
	for _, part := range [...]*string{&a.partition, &a.service, &a.region, &a.account} {
		var found bool
		*part, rest, found = strings.Cut(rest, ":")
		ok = ok && found
	}
	a.resource = rest
	return a, ok && a.resource != ""
}

// afterPath gives a role's name without its path.
func afterPath(name string) string {
	return name[strings.LastIndexByte(name, '/')+1:]
}

// isServicePrincipal reports whether the text is a host name under amazonaws.com or its like, as service principals are.
func isServicePrincipal(text string) bool {
	service, _, found := strings.Cut(text, ".")
	return found && service != "" && strings.Contains(text, ".amazon") && !strings.ContainsAny(text, "/:* ")
}
