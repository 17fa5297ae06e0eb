// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package pattern

import (
	"cmp"
	"slices"
	"strings"

	"github.com/ecrx/terraform-provider-ecrx/internal/policy"
)

// Modes of a lockdown: how whom it leaves alone is written.
const (
	// LockdownByARN goes by aws:PrincipalArn, as IAM advises: a role that is made again under its name stays exempt.
	LockdownByARN = "principal_arn"
	// LockdownByUserID goes by aws:userid, AWS's unique ids: a role that is made again has another one, and is denied.
	LockdownByUserID = "user_id"
	// LockdownByNotPrincipal writes a NotPrincipal element, which IAM advises against, and adds nothing to what it is given.
	LockdownByNotPrincipal = "not_principal"
)

// LockdownModes lists the modes, the default first.
func LockdownModes() []string {
	return []string{LockdownByARN, LockdownByUserID, LockdownByNotPrincipal}
}

// Lockdown denies a repository to everybody whom it doesn't exempt. A principal in any of its lists is exempt: each list
// is a condition of one Deny statement, and all of these must hold for it to deny.
type Lockdown struct {
	Mode string

	// ExemptPrincipalARNs are roles, users, root users and federated users, by ARN; wildcards are allowed in their names but
	// in the mode not_principal. ExemptUserIDs are values of aws:userid: "AROA…:*" is a role, "AIDA…" a user.
	ExemptPrincipalARNs     []string
	ExemptUserIDs           []string
	ExemptAccounts          []string
	ExemptOrganizationIDs   []string
	ExemptOrganizationPaths []string
	// ExemptRoleNames are roles of the repository's account, and Roles what they were found to be. ExemptCaller exempts who makes
	// the lockdown, and CallerARN is who did, as Caller.PrincipalARN gives it. A statement leaves out those who aren't known yet.
	ExemptRoleNames []string
	Roles           map[string]RoleLookup
	ExemptCaller    bool
	CallerARN       string
	// ExemptReplicationFrom are accounts whose registries replicate into this one.
	ExemptReplicationFrom []string
	// ExemptGrants exempts whoever the grants beside the lockdown name. It and the flags below are true when nil, but in the
	// mode not_principal, which adds nothing.
	ExemptGrants             *bool
	ExemptRootUser           *bool
	ExemptAWSServices        *bool
	ExemptServiceLinkedRoles *bool

	// Actions are "ecr:*" when there are none, and Sid is "DenyOthers" when it is "".
	Actions []string
	Sid     string

	// Incomplete says that some arguments aren't known yet, so that what is missing isn't reported.
	Incomplete bool
}

// Statement builds the one Deny. The lockdown must be valid (ValidateLockdown), the grants' organizational units resolved,
// and the site's account known where NeedsAccount says so.
//
// A negated operator holds where the request lacks its key, and so does ForAllValues (IAM User Guide,
// reference_policies_elements_condition_operators and reference_policies_condition-single-vs-multi-valued-context-keys): a
// principal outside of every organization and an anonymous caller, which has no ARN, stay denied. So would AWS's services,
// which have none of the keys: they are let through by one that they alone have (reference_policies_condition-keys,
// aws:PrincipalIsAWSService). It is false for service-linked roles, which go by their path.
func (l Lockdown) Statement(site Site, grants []Grant) policy.Statement {
	out := policy.Statement{Sid: l.sid(), Effect: policy.Deny, Actions: l.actions()}
	if l.Mode == LockdownByNotPrincipal {
		out.NotPrincipal = policy.Principal{AWS: l.ExemptPrincipalARNs}
		out.Conditions = where("StringNotLike", "aws:userid", l.ExemptUserIDs)
		return out
	}
	l = l.resolved(site, grants)
	out.Principal = policy.Principal{Any: true}
	out.Conditions = slices.Concat(
		where("ArnNotLike", "aws:PrincipalArn", l.ExemptPrincipalARNs),
		where("StringNotLike", "aws:userid", l.ExemptUserIDs),
		where("StringNotEquals", "aws:PrincipalAccount", l.ExemptAccounts),
		where("StringNotEquals", "aws:PrincipalOrgID", l.ExemptOrganizationIDs),
		where("ForAllValues:StringNotLike", "aws:PrincipalOrgPaths", l.ExemptOrganizationPaths),
	)
	if l.adds(l.ExemptAWSServices) {
		out.Conditions = append(out.Conditions, policy.Condition{Operator: "BoolIfExists", Key: "aws:PrincipalIsAWSService", Values: []string{"false"}})
	}
	return out
}

// Exempt lists whom the statement leaves alone, as it names them.
func (l Lockdown) Exempt(site Site, grants []Grant) []string {
	l = l.resolved(site, grants)
	return sortedOnce(slices.Concat(l.ExemptPrincipalARNs, l.ExemptUserIDs, l.ExemptAccounts, l.ExemptOrganizationIDs, l.ExemptOrganizationPaths))
}

// pending says that more people may be exempt than the lists hold yet.
func (l Lockdown) pending() bool {
	return l.Incomplete || l.ExemptCaller || len(l.ExemptRoleNames) > 0
}

// NeedsAccount says that the statement names roles or the root user of the repository's own account.
func (l Lockdown) NeedsAccount() bool {
	return l.adds(l.ExemptRootUser) || l.adds(l.ExemptServiceLinkedRoles)
}

// Sids gives the Sid of the statement.
func (l Lockdown) Sids() []string { return []string{l.sid()} }

func (l Lockdown) sid() string { return cmp.Or(l.Sid, "DenyOthers") }

func (l Lockdown) actions() []string {
	if len(l.Actions) == 0 {
		return []string{"ecr:*"}
	}
	return l.Actions
}

// adds says whether a flag that may not be written is on.
func (l Lockdown) adds(flag *bool) bool {
	if flag == nil {
		return l.Mode != LockdownByNotPrincipal
	}
	return *flag && l.Mode != LockdownByNotPrincipal
}

// resolved puts everybody whom the flags and the grants stand for into the lists.
func (l Lockdown) resolved(site Site, grants []Grant) Lockdown {
	iam := "arn:" + site.Partition + ":iam::"
	found, ids := l.foundOut(site)
	arns := with(l.ExemptPrincipalARNs, found...)
	l.ExemptUserIDs = with(l.ExemptUserIDs, ids...)
	l.ExemptRoleNames, l.ExemptCaller = nil, false
	if l.adds(l.ExemptRootUser) {
		arns = append(arns, iam+site.AccountID+":root")
	}
	if l.adds(l.ExemptServiceLinkedRoles) {
		arns = append(arns, iam+site.AccountID+":role/aws-service-role/*")
	}
	for _, account := range l.ExemptReplicationFrom {
		arns = append(arns, iam+account+":role"+replicationRole)
	}
	l.ExemptPrincipalARNs = arns
	if l.adds(l.ExemptGrants) {
		for i := range grants {
			l = l.exempting(&grants[i])
		}
	}
	return l
}

// replicationRole is the path and name of the service-linked role by which a registry writes into those that it replicates
// to (Amazon ECR User Guide, using-service-linked-roles).
const replicationRole = "/aws-service-role/replication.ecr.amazonaws.com/AWSServiceRoleForECRReplication"

// exempting adds whoever the grant names. Its conditions can't come with them, since those of a statement are ANDed: who
// doesn't meet them isn't denied, but isn't allowed by the grant either. Service principals go by ExemptAWSServices.
func (l Lockdown) exempting(g *Grant) Lockdown {
	l.ExemptOrganizationPaths = slices.Concat(l.ExemptOrganizationPaths, g.OrganizationPaths)
	l.ExemptOrganizationIDs = slices.Concat(l.ExemptOrganizationIDs, g.OrganizationIDs)
	l.ExemptAccounts = slices.Concat(l.ExemptAccounts, g.Accounts)
	for _, arn := range g.PrincipalARNs {
		l.ExemptPrincipalARNs = append(l.ExemptPrincipalARNs, asPrincipalARN(arn)...)
	}
	if g.Lambda != nil {
		l.ExemptAccounts = slices.Concat(l.ExemptAccounts, g.Lambda.Accounts, accountsOf(g.Lambda.FunctionARNs))
		l.ExemptOrganizationIDs = slices.Concat(l.ExemptOrganizationIDs, g.Lambda.OrganizationIDs)
	}
	return l
}

// asPrincipalARN gives patterns of the aws:PrincipalArn that a principal's requests carry: of a session it is the role's ARN,
// whose path the session's doesn't say (IAM User Guide, reference_policies_condition-keys). A role's name is the only one of
// its account, whatever the path.
func asPrincipalARN(arn string) []string {
	role, session := roleOfSession(arn)
	if !session {
		return []string{arn}
	}
	return []string{role, strings.Replace(role, ":role/", ":role/*/", 1)}
}
