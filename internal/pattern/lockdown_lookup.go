// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package pattern

import (
	"cmp"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/ecrx/terraform-provider-ecrx/internal/authz"
	"github.com/ecrx/terraform-provider-ecrx/internal/policy"
)

// roleName is what IAM takes for the name of a role (IAM API Reference, API_CreateRole).
var roleName = regexp.MustCompile(`^[\w+=,.@-]{1,64}$`)

// RoleLookup is what a role's name was found to be: its ARN with the path, and its unique id. Both are "" where the caller might
// not ask.
type RoleLookup struct {
	ARN, UniqueID string
}

// WithRoles takes over what the roles that ExemptRoleNames names were found to be. It reports false while one of them isn't known:
// nobody looked, or its unique id is needed and may not be asked for, which is an error.
func (l Lockdown) WithRoles(roles map[string]RoleLookup, site Site) (complete Lockdown, known bool, problems []Problem) {
	problem := func(severity policy.Severity, summary, format string, args ...any) {
		problems = append(problems, Problem{[]string{exemptRoles}, severity, summary, fmt.Sprintf(format, args...)})
	}
	l.Roles, known = roles, true
	for _, name := range l.ExemptRoleNames {
		role, looked := roles[name]
		known = known && l.knows(name)
		switch {
		case !looked:
		case l.Mode == LockdownByUserID && role.UniqueID == "":
			problem(policy.SeverityError, "Role that can't be looked up", "mode = \"user_id\" needs the unique id of the role %s, and the caller may not ask for it. Allow iam:GetRole, or write the id in exempt_user_ids, as in \"AROA…:*\".", name)
		case l.Mode != LockdownByUserID && role.ARN == "":
			bare := roleARNs(site)
			problem(policy.SeverityWarning, "Role whose path isn't known", "Whoever made the lockdown could not look the role %s up (iam:GetRole), so %q and %q are both exempt: IAM has one role of a name in an account, whatever its path. "+
				"To be exact, name the role with its path in exempt_principal_arns.", name, bare+name, bare+"*/"+name)
		}
	}
	return l, known, problems
}

func roleARNs(site Site) string {
	return "arn:" + site.Partition + ":iam::" + site.AccountID + ":role/"
}

// knows reports whether what the statement names a role by is known.
func (l Lockdown) knows(role string) bool {
	found, looked := l.Roles[role]
	return looked && (l.Mode != LockdownByUserID || found.UniqueID != "")
}

// foundOut are the values by which the statement names the roles and the caller that are known.
func (l Lockdown) foundOut(site Site) (arns, userIDs []string) {
	for _, name := range l.ExemptRoleNames {
		role, bare := l.Roles[name], roleARNs(site)
		switch {
		case !l.knows(name):
		case l.Mode == LockdownByUserID:
			userIDs = append(userIDs, role.UniqueID+":*")
		case role.ARN == "":
			arns = append(arns, bare+name, bare+"*/"+name)
		default:
			arns = append(arns, role.ARN)
		}
	}
	if l.ExemptCaller && l.CallerARN != "" {
		arns = append(arns, asPrincipalARN(l.CallerARN)...)
	}
	return arns, userIDs
}

// WithPlaces puts what the access engine takes for unknown in the place of the caller and of the roles that aren't known yet. account
// is the caller's, "" while it isn't known either.
func (l Lockdown) WithPlaces(site Site, account string) Lockdown {
	caller := authz.UnknownValue
	if account != "" {
		caller = "arn:" + site.Partition + ":iam::" + account + ":" + authz.UnknownValue
	}
	return l.filled(caller, func(string) RoleLookup { return RoleLookup{roleARNs(site) + authz.UnknownValue, authz.UnknownValue} })
}

// WithWords puts words there, for a reader.
func (l Lockdown) WithWords() Lockdown {
	return l.filled("<ARN of the principal that applies>", func(name string) RoleLookup {
		return RoleLookup{"<ARN of the role " + name + ">", "<unique id of the role " + name + ">"}
	})
}

func (l Lockdown) filled(caller string, role func(name string) RoleLookup) Lockdown {
	roles := map[string]RoleLookup{}
	maps.Copy(roles, l.Roles)
	for _, name := range l.ExemptRoleNames {
		if !l.knows(name) {
			roles[name] = role(name)
		}
	}
	l.Roles, l.CallerARN = roles, cmp.Or(l.CallerARN, caller)
	return l
}

// CallerIn finds, in a lockdown that was read back from its statement, the one principal whom this one doesn't name: ExemptCaller
// stands for him. It is "" when there is none, or more than one.
func (l Lockdown) CallerIn(found Lockdown) string {
	named := func(arn string) bool {
		return slices.ContainsFunc(l.ExemptRoleNames, func(name string) bool { return strings.HasSuffix(arn, "/"+name) })
	}
	rest := slices.DeleteFunc(minus(found.ExemptPrincipalARNs, l.ExemptPrincipalARNs), named)
	for _, arn := range rest {
		// A session whose role's path wasn't known stands there as two.
		session := strings.Replace(strings.Replace(arn, ":iam:", ":sts:", 1), ":role/", ":assumed-role/", 1)
		if len(rest) == 2 && len(minus(rest, asPrincipalARN(session))) == 0 {
			return session
		}
	}
	if len(rest) != 1 {
		return ""
	}
	return rest[0]
}

// with adds the values that the list hasn't.
func with(list []string, values ...string) []string {
	return slices.Concat(list, minus(values, list))
}

// minus leaves the values out of the list.
func minus(list, values []string) []string {
	var out []string
	for _, value := range list {
		if !slices.Contains(values, value) {
			out = append(out, value)
		}
	}
	return out
}
