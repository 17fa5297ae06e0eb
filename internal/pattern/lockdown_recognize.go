// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package pattern

import (
	"slices"
	"strings"

	"github.com/ecrx/terraform-provider-ecrx/internal/policy"
)

// RecognizeLockdown finds the lockdown beside the grants that reproduces one of the statements exactly, nil if there is none;
// rest holds the others, in their order. It is the way back from Statement, for an import. Of several, the one with the Sid
// that a lockdown has by default is it, else the first. A Sid that stands twice belongs to nobody.
func RecognizeLockdown(statements []policy.Statement, grants []Grant, site Site) (l *Lockdown, rest []policy.Statement) {
	at := -1
	for i, s := range statements {
		if at >= 0 && s.Sid != (Lockdown{}).sid() || slices.ContainsFunc(slices.Delete(slices.Clone(statements), i, i+1), func(o policy.Statement) bool { return o.Sid == s.Sid }) {
			continue
		}
		if found, ok := recognizeLockdown(s, grants, site); ok {
			at, l = i, &found
		}
	}
	if at < 0 {
		return nil, statements
	}
	return l, slices.Delete(slices.Clone(statements), at, at+1)
}

func recognizeLockdown(s policy.Statement, grants []Grant, site Site) (Lockdown, bool) {
	l := readLockdown(s, site)
	candidates := []Lockdown{l}
	if len(grants) > 0 && l.Mode != LockdownByNotPrincipal {
		apart := l
		apart.ExemptGrants = new(bool)
		candidates = []Lockdown{l.but(grants), apart}
	}
	for _, c := range candidates {
		if s.Sid != "" && c.Statement(site, grants).Equal(s) && !HasErrors(ValidateLockdown(c, grants, site)) {
			return c, true
		}
	}
	return Lockdown{}, false
}

// readLockdown takes over what a statement says. Whether the lockdown then makes the statement again is for the caller to
// find out.
func readLockdown(s policy.Statement, site Site) Lockdown {
	l := Lockdown{Actions: s.Actions, ExemptUserIDs: valuesOf(s.Conditions, "StringNotLike", "aws:userid")}
	if s.Sid != l.sid() {
		l.Sid = s.Sid
	}
	if slices.Equal(s.Actions, Lockdown{}.actions()) {
		l.Actions = nil
	}
	if !s.NotPrincipal.IsZero() {
		l.Mode, l.ExemptPrincipalARNs = LockdownByNotPrincipal, s.NotPrincipal.AWS
		return l
	}
	l.ExemptAccounts = valuesOf(s.Conditions, "StringNotEquals", "aws:PrincipalAccount")
	l.ExemptOrganizationIDs = valuesOf(s.Conditions, "StringNotEquals", "aws:PrincipalOrgID")
	l.ExemptOrganizationPaths = valuesOf(s.Conditions, "ForAllValues:StringNotLike", "aws:PrincipalOrgPaths")
	l.ExemptRootUser, l.ExemptServiceLinkedRoles = new(bool), new(bool)
	iam := "arn:" + site.Partition + ":iam::"
	for _, arn := range valuesOf(s.Conditions, "ArnNotLike", "aws:PrincipalArn") {
		account, replicates := strings.CutSuffix(strings.TrimPrefix(arn, iam), ":role"+replicationRole)
		switch {
		case arn == iam+site.AccountID+":root":
			l.ExemptRootUser = nil
		case arn == iam+site.AccountID+":role/aws-service-role/*":
			l.ExemptServiceLinkedRoles = nil
		case replicates && ValidateAccountID(account) == nil:
			l.ExemptReplicationFrom = append(l.ExemptReplicationFrom, account)
		default:
			l.ExemptPrincipalARNs = append(l.ExemptPrincipalARNs, arn)
		}
	}
	if valuesOf(s.Conditions, "BoolIfExists", "aws:PrincipalIsAWSService") == nil {
		l.ExemptAWSServices = new(bool)
	}
	if len(l.ExemptUserIDs) > 0 && len(l.ExemptPrincipalARNs) == 0 {
		l.Mode = LockdownByUserID
	}
	return l
}

// but leaves out whoever the grants name.
func (l Lockdown) but(grants []Grant) Lockdown {
	var named Lockdown
	for i := range grants {
		named = named.exempting(&grants[i])
	}
	l.ExemptPrincipalARNs = minus(l.ExemptPrincipalARNs, named.ExemptPrincipalARNs)
	l.ExemptAccounts = minus(l.ExemptAccounts, named.ExemptAccounts)
	l.ExemptOrganizationIDs = minus(l.ExemptOrganizationIDs, named.ExemptOrganizationIDs)
	l.ExemptOrganizationPaths = minus(l.ExemptOrganizationPaths, named.ExemptOrganizationPaths)
	return l
}
