// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package pattern

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ecrx/terraform-provider-ecrx/internal/policy"
)

// ValidateLockdown finds what is wrong in the lockdown beside the grants. Site fields that are empty aren't checked. Each
// problem's path is the argument, and none for the lockdown as a whole.
func ValidateLockdown(l Lockdown, grants []Grant, site Site) []Problem {
	v := lockdownValidator{lockdown: l, site: site}
	if l.Mode != "" && !slices.Contains(LockdownModes(), l.Mode) {
		v.error("mode", "Unknown mode of a lockdown", "%q is not a mode. Write one of %s.", l.Mode, quoted(LockdownModes()))
		return v.problems
	}
	v.sid(grants)
	v.actions()
	for _, arn := range l.ExemptPrincipalARNs {
		v.principal(arn)
	}
	for _, id := range l.ExemptUserIDs {
		v.userID(id)
	}
	for _, name := range l.ExemptRoleNames {
		v.roleName(name)
	}
	v.ids()
	if l.Mode == LockdownByNotPrincipal {
		v.notPrincipal()
	} else {
		v.nobody(grants)
		v.ownAccount(grants)
	}
	if l.Mode == LockdownByUserID && len(l.ExemptUserIDs)+len(l.ExemptRoleNames) == 0 && !l.Incomplete {
		v.error("mode", "Mode that has no effect", "mode = \"user_id\" is for principals that are exempt by their unique ids, and neither exempt_user_ids nor exempt_role_names names one. Remove mode, or name them there.")
	}
	return v.problems
}

type lockdownValidator struct {
	lockdown Lockdown
	site     Site
	problems []Problem
}

func (v *lockdownValidator) error(argument, summary, format string, args ...any) {
	v.add(policy.SeverityError, argument, summary, format, args...)
}

func (v *lockdownValidator) warn(argument, summary, format string, args ...any) {
	v.add(policy.SeverityWarning, argument, summary, format, args...)
}

func (v *lockdownValidator) add(severity policy.Severity, argument, summary, format string, args ...any) {
	var path []string
	if argument != "" {
		path = []string{argument}
	}
	v.problems = append(v.problems, Problem{path, severity, summary, fmt.Sprintf(format, args...)})
}

func (v *lockdownValidator) sid(grants []Grant) {
	sid := v.lockdown.sid()
	if !grantName.MatchString(sid) {
		v.error("sid", "Invalid Sid", "%q can't be a Sid, which is made of letters and digits only. Write %q.", sid, onlyLettersAndDigits(sid))
	}
	for i := range grants {
		if !grants[i].Incomplete && slices.Contains(grants[i].Sids(), sid) {
			v.error("sid", "Two statements of one Sid", "The grant %s and the lockdown both make a statement with the Sid %q. Rename the grant, or write another sid.", grants[i].Name, sid)
		}
	}
}

// actions finds what the repository's policy can't deny.
func (v *lockdownValidator) actions() {
	if v.lockdown.Actions != nil && len(v.lockdown.Actions) == 0 && !v.lockdown.Incomplete {
		v.error("actions", "Lockdown of no action", "actions is empty, so that nothing would be denied. Remove it to deny \"ecr:*\", or list what is to be denied.")
	}
	for _, action := range v.lockdown.Actions {
		matching := policy.ECRActions(action)
		onRepository := slices.ContainsFunc(matching, func(a policy.Action) bool { return a.RepositoryLevel })
		switch {
		case !strings.HasPrefix(strings.ToLower(action), "ecr:"):
			v.error("actions", "Not an ECR action", "%q does not begin with \"ecr:\". A repository policy can hold ECR's own actions only.", action)
		case len(matching) == 0:
			v.error("actions", "Not an ECR action", "ECR has no action %q. Write it as in \"ecr:BatchGetImage\".", action)
		case !onRepository:
			v.error("actions", "Not an action on a repository", "%q is no action on a repository, so a repository policy can't deny it: the login and what is about the registry stay as they are. Remove it.", action)
		}
	}
}

// ids checks accounts and what is about organizations.
func (v *lockdownValidator) ids() {
	l := v.lockdown
	each := func(argument, summary string, ids []string, check func(string) error) {
		for _, id := range ids {
			if err := check(id); err != nil {
				v.error(argument, summary, "%s.", sentence(err.Error()))
			}
		}
	}
	each("exempt_accounts", "Invalid account id", l.ExemptAccounts, ValidateAccountID)
	each("exempt_replication_from", "Invalid account id", l.ExemptReplicationFrom, ValidateAccountID)
	each("exempt_organization_ids", "Invalid organization id", l.ExemptOrganizationIDs, ValidateOrganizationID)
	each("exempt_organization_paths", "Invalid organization path", l.ExemptOrganizationPaths, ValidateOrganizationPathPattern)
}

// nobody reports a lockdown that leaves only the root user, or not even that. One who means it says so by naming the root
// user's ARN, or by denying less than the policy itself.
func (v *lockdownValidator) nobody(grants []Grant) {
	l := v.lockdown
	listed := len(l.ExemptPrincipalARNs)+len(l.ExemptUserIDs)+len(l.ExemptAccounts)+len(l.ExemptOrganizationIDs)+len(l.ExemptOrganizationPaths) > 0 ||
		l.adds(l.ExemptGrants) && len(grants) > 0
	root := l.adds(l.ExemptRootUser)
	if listed || l.pending() || root && len(l.policyKeys()) == 0 {
		return
	}
	who := "nobody"
	if root {
		who = "nobody but the root user"
	}
	v.error("", "Lockdown that exempts nobody", "This lockdown leaves the repository to %s: its own administrators couldn't change the policy again. "+
		"Name who works with it in exempt_principal_arns, or in another of the lists.", who)
}

// policyKeys are the actions on the repository's policy that the lockdown denies.
func (l Lockdown) policyKeys() []string {
	keys := []string{"ecr:DeleteRepositoryPolicy", "ecr:GetRepositoryPolicy", "ecr:SetRepositoryPolicy"}
	return slices.DeleteFunc(keys, func(key string) bool { return !slices.Contains(l.deniedActions(), key) })
}

// deniedActions are all actions on a repository that the lockdown's patterns stand for.
func (l Lockdown) deniedActions() []string {
	var actions []string
	for _, pattern := range l.actions() {
		for _, a := range policy.ECRActions(pattern) {
			if a.RepositoryLevel {
				actions = append(actions, "ecr:"+a.Name)
			}
		}
	}
	return sortedOnce(actions)
}

// ownAccount warns of a lockdown that denies nobody of the account where most of those are whom it is about.
func (v *lockdownValidator) ownAccount(grants []Grant) {
	own := v.site.AccountID
	if own == "" {
		return
	}
	const summary = "Lockdown that leaves its own account open"
	if slices.Contains(v.lockdown.ExemptAccounts, own) {
		v.warn("exempt_accounts", summary, "%s is the repository's own account, and all of it is exempt: everybody there whose identity policies allow it can use the repository. Name single roles and users in exempt_principal_arns.", own)
		return
	}
	for i := range grants {
		if v.lockdown.adds(v.lockdown.ExemptGrants) && slices.Contains(Lockdown{}.exempting(&grants[i]).ExemptAccounts, own) {
			v.warn("exempt_grants", summary, "The grant %s names %s, the repository's own account, and with it all of that account is exempt: everybody there whose identity policies allow it can use the repository. "+
				"Name single roles in principal_arns of the grant, or set exempt_grants = false.", grants[i].Name, own)
		}
	}
}
