// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package pattern

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/ecrx/terraform-provider-ecrx/internal/policy"
)

// roleName is what IAM takes for the name of a role (IAM API Reference, API_CreateRole).
var roleName = regexp.MustCompile(`^[\w+=,.@-]{1,64}$`)

// RoleLookup is what a role's name was found to be: its ARN with the path, and its unique id. Both are "" where the caller might
// not ask.
type RoleLookup struct {
	ARN, UniqueID string
}

// WithRoles puts the roles that ExemptRoleNames names into the lists, as they were looked up. It reports false while one of them
// wasn't, or its unique id is needed and isn't known, which is an error.
func (l Lockdown) WithRoles(roles map[string]RoleLookup, site Site) (complete Lockdown, known bool, problems []Problem) {
	problem := func(severity policy.Severity, summary, format string, args ...any) {
		problems = append(problems, Problem{[]string{exemptRoles}, severity, summary, fmt.Sprintf(format, args...)})
	}
	known = true
	for _, name := range l.ExemptRoleNames {
		role, looked := roles[name]
		bare := "arn:" + site.Partition + ":iam::" + site.AccountID + ":role/"
		switch {
		case !looked:
			known = false
		case l.Mode == LockdownByUserID && role.UniqueID == "":
			known = false
			problem(policy.SeverityError, "Role that can't be looked up", "mode = \"user_id\" needs the unique id of the role %s, and the caller may not ask for it. Allow iam:GetRole, or write the id in exempt_user_ids, as in \"AROA…:*\".", name)
		case l.Mode == LockdownByUserID:
			l.ExemptUserIDs = with(l.ExemptUserIDs, role.UniqueID+":*")
		case role.ARN == "":
			l.ExemptPrincipalARNs = with(l.ExemptPrincipalARNs, bare+name, bare+"*/"+name)
			problem(policy.SeverityWarning, "Role whose path isn't known", "Whoever made the lockdown could not look the role %s up (iam:GetRole), so %q and %q are both exempt: IAM has one role of a name in an account, whatever its path. "+
				"To be exact, name the role with its path in exempt_principal_arns.", name, bare+name, bare+"*/"+name)
		default:
			l.ExemptPrincipalARNs = with(l.ExemptPrincipalARNs, role.ARN)
		}
	}
	if known {
		l.ExemptRoleNames = nil
	}
	return l, known, problems
}

// WithCaller exempts who made the lockdown, as Caller.PrincipalARN gives him.
func (l Lockdown) WithCaller(arn string) Lockdown {
	l.ExemptPrincipalARNs, l.ExemptCaller = with(l.ExemptPrincipalARNs, asPrincipalARN(arn)...), false
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
