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

// RoleLookup is what asking IAM for a role's name gave: its ARN and unique id, or why there are none.
type RoleLookup struct {
	ARN, UniqueID string
	// Missing says that there is no such role, Refused that the caller may not ask.
	Missing, Refused bool
}

// LookedUp is what was found of whom a lockdown names without an ARN or id.
type LookedUp struct {
	// Roles are by the names in ExemptRoleNames.
	Roles map[string]RoleLookup
	// CallerARN is whom ExemptCaller exempts, as Caller.PrincipalARN gives it; "" while that isn't known.
	CallerARN string
}

// StandingLockdown is a lockdown as it was last applied, with the statement that it became.
type StandingLockdown struct {
	Lockdown  Lockdown
	Statement policy.Statement
}

// WithLookedUp puts those who were looked up into the lists. What stands is kept as long as it fits what was found, or as
// nothing was, so that a plan doesn't change with who makes it; standing is nil where nothing stands. It reports false while
// somebody isn't known, and then the problems say why where that isn't only a matter of time.
func (l Lockdown) WithLookedUp(found LookedUp, standing *StandingLockdown, site Site) (complete Lockdown, known bool, problems []Problem) {
	look := lockdownLookup{lockdown: l, found: found.Roles, standing: standing, site: site}
	known = true
	for _, name := range l.ExemptRoleNames {
		known = look.role(name) && known
	}
	l = look.lockdown
	l.ExemptRoleNames = nil
	if l.ExemptCaller {
		if found.CallerARN == "" {
			return l, false, look.problems
		}
		l.ExemptPrincipalARNs, l.ExemptCaller = with(l.ExemptPrincipalARNs, asPrincipalARN(found.CallerARN)...), false
	}
	return l, known, look.problems
}

// lockdownLookup puts roles into the lists of its lockdown, one after the other.
type lockdownLookup struct {
	lockdown Lockdown
	found    map[string]RoleLookup
	standing *StandingLockdown
	site     Site
	problems []Problem
}

func (k *lockdownLookup) role(name string) (known bool) {
	if k.lockdown.Mode == LockdownByUserID {
		return k.byID(name)
	}
	found, kept := k.found[name], k.keptARNs(name)
	switch {
	case found.ARN != "" && !slices.ContainsFunc(kept, func(pattern string) bool { return fits(pattern, found.ARN) }):
		kept = []string{found.ARN}
	case found.Missing && len(kept) > 0:
		k.warn("Role that is gone", "There is no role %s. Whom the lockdown exempts for it stays: %s. Make the role again, or remove it from exempt_role_names.", name, strings.Join(kept, ", "))
	case found.Missing:
		return false
	case found.Refused && len(kept) == 0:
		bare := "arn:" + k.site.Partition + ":iam::" + k.site.AccountID + ":role/"
		kept = []string{bare + name, bare + "*/" + name}
		k.warn("Role whose path isn't known", "The caller may not look the role %s up (iam:GetRole), so %q and %q are both exempt: IAM has one role of a name in an account, whatever its path. "+
			"Allow iam:GetRole, or name the role with its path in exempt_principal_arns.", name, kept[0], kept[1])
	}
	k.lockdown.ExemptPrincipalARNs = with(k.lockdown.ExemptPrincipalARNs, kept...)
	return true
}

// keptARNs are those of what stands that are the role's: an account has one role of a name.
func (k *lockdownLookup) keptARNs(name string) []string {
	if k.standing == nil {
		return nil
	}
	of := "arn:" + k.site.Partition + ":iam::" + k.site.AccountID + ":role/"
	return slices.DeleteFunc(slices.Clone(valuesOf(k.standing.Statement.Conditions, "ArnNotLike", "aws:PrincipalArn")), func(arn string) bool {
		return !strings.HasPrefix(arn, of) || !strings.HasSuffix(arn, "/"+name)
	})
}

func (k *lockdownLookup) byID(name string) (known bool) {
	found := k.found[name]
	if found.UniqueID != "" {
		k.lockdown.ExemptUserIDs = with(k.lockdown.ExemptUserIDs, found.UniqueID+":*")
		return true
	}
	if ids := k.keptIDs(); ids != nil {
		if found.Missing {
			k.warn("Id that belongs to no role", "There is no role %s, and its unique id is exempt still: nobody has it, and a role that is made again gets another one. Make the role again, or remove it from exempt_role_names.", name)
		}
		k.lockdown.ExemptUserIDs = with(k.lockdown.ExemptUserIDs, ids...)
		return true
	}
	if found.Refused {
		k.problem(policy.SeverityError, "Role that can't be looked up", "mode = \"user_id\" needs the unique id of the role %s, and the caller may not ask for it. Allow iam:GetRole, or write the id in exempt_user_ids, as in \"AROA…:*\".", name)
	}
	return false
}

// keptIDs are the unique ids of what stands that must be those of the roles that weren't found; nil where that can't be told.
func (k *lockdownLookup) keptIDs() []string {
	if k.standing == nil {
		return nil
	}
	left := valuesOf(k.standing.Statement.Conditions, "StringNotLike", "aws:userid")
	lost := 0
	for _, name := range k.lockdown.ExemptRoleNames {
		if k.found[name].UniqueID == "" && !slices.Contains(k.standing.Lockdown.ExemptRoleNames, name) {
			return nil
		}
		if k.found[name].UniqueID == "" {
			lost++
		}
		left = minus(left, []string{k.found[name].UniqueID + ":*"})
	}
	if left = minus(left, k.standing.Lockdown.ExemptUserIDs); len(left) != lost {
		return nil
	}
	return left
}

func (k *lockdownLookup) warn(summary, format string, args ...any) {
	k.problem(policy.SeverityWarning, summary, format, args...)
}

func (k *lockdownLookup) problem(severity policy.Severity, summary, format string, args ...any) {
	k.problems = append(k.problems, Problem{[]string{exemptRoles}, severity, summary, fmt.Sprintf(format, args...)})
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
