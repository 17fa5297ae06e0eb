// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package pattern

import (
	"regexp"
	"slices"
	"strings"
)

// The forms of aws:userid that a lockdown takes: a role's unique id with a session's name, and a user's unique id (IAM User
// Guide, reference_policies_variables); ids have 16 characters at least.
var (
	roleUserID   = regexp.MustCompile(`^AROA[A-Z0-9]{12,}:[\w+=,.@*?-]+$`)
	personUserID = regexp.MustCompile(`^AIDA[A-Z0-9]{12,}$`)
	bareRoleID   = regexp.MustCompile(`^AROA[A-Z0-9]{12,}[:*]?$`)
	longPersonID = regexp.MustCompile(`^AIDA[A-Z0-9]{12,}:.*$`)
)

const (
	exemptARNs  = "exempt_principal_arns"
	exemptRoles = "exempt_role_names"
)

// principal looks at an ARN that is compared with aws:PrincipalArn, or stands in NotPrincipal.
func (v *lockdownValidator) principal(text string) {
	parsed, err := parseARN(text)
	kind, name, _ := strings.Cut(parsed.Resource, "/")
	listed := v.lockdown.Mode == LockdownByNotPrincipal
	switch {
	case text == "*":
		v.error(exemptARNs, "Everybody exempt", "\"*\" would exempt every principal there is, so that the lockdown denied none. Write the ARN of a role or user, as in \"arn:aws:iam::111111111111:role/deployer\".")
	case ValidateAccountID(text) == nil && listed:
		v.error(exemptARNs, "Account in the place of an ARN", "%q is an account id. Write \"arn:%s:iam::%s:root\", which stands for the account.", text, partitionOr(v.site.Partition), text)
	case ValidateAccountID(text) == nil:
		v.error(exemptARNs, "Account in the place of a principal", "%q is an account. Name it in exempt_accounts if everybody there is to be exempt.", text)
	case err != nil || parsed.Service != "iam" && parsed.Service != "sts":
		v.error(exemptARNs, "Invalid principal ARN", "%q is not the ARN of a role or user. Write it as in \"arn:aws:iam::111111111111:role/deployer\".", text)
	case strings.ContainsAny(parsed.AccountID, "*?"):
		v.error(exemptARNs, "Wildcard in the account of a principal", "%q would exempt principals of accounts that nobody chose, whoever makes one of that name. Write the 12 digits of the account.", text)
	case ValidateAccountID(parsed.AccountID) != nil:
		v.error(exemptARNs, "Invalid principal ARN", "%q has no account id of 12 digits. Write it as in \"arn:aws:iam::111111111111:role/deployer\".", text)
	case v.site.Partition != "" && parsed.Partition != v.site.Partition:
		v.error(exemptARNs, "Principal of another partition", "%q is in the partition %q, and the repository is in %q: nobody crosses partitions. Write a principal of %q.", text, parsed.Partition, v.site.Partition, v.site.Partition)
	case strings.ContainsAny(text, "*?") && listed:
		v.error(exemptARNs, "Wildcard in NotPrincipal", "NotPrincipal takes no wildcards, so %q would be refused. Write the whole ARN, or use mode = \"principal_arn\".", text)
	case parsed.Resource == "root" && !listed:
		v.warn(exemptARNs, "Root user in the place of an account", "Compared with aws:PrincipalArn, %q is the root user of the account and nobody else. Write %q in exempt_accounts if everybody there is to be exempt.", text, parsed.AccountID)
	case parsed.Resource == "root":
	case kind == "assumed-role" && !listed:
		role, _, _ := strings.Cut(name, "/")
		v.error(exemptARNs, "Session in the place of a role", "%q is a session, and aws:PrincipalArn holds the role's ARN. Write \"arn:%s:iam::%s:role/%s\", with the role's path if it has one.", text, parsed.Partition, parsed.AccountID, role)
	case name == "" || !slices.Contains(principalKinds(parsed.Service), kind):
		v.error(exemptARNs, "Invalid principal ARN", "%q is neither a role nor a user. Write it as in \"arn:%s:iam::%s:role/deployer\", or name a whole account in exempt_accounts.", text, parsed.Partition, parsed.AccountID)
	case strings.Contains(text, "$") || notLatin.MatchString(text):
		v.error(exemptARNs, "Invalid principal ARN", "%q can't be the ARN of a role or user, whose names are made of Latin letters, digits and characters of +=,.@_-.", text)
	}
}

func partitionOr(partition string) string {
	if partition == "" {
		return "aws"
	}
	return partition
}

// userID looks at a value of aws:userid.
func (v *lockdownValidator) userID(id string) {
	const argument = "exempt_user_ids"
	switch {
	case roleUserID.MatchString(id) && v.lockdown.Mode == LockdownByUserID:
	case roleUserID.MatchString(id):
		v.warn(argument, "Role exempt by its unique id", "A role that is deleted and made again under its name has another id than %q, and is denied from then on. ArnNotLike on aws:PrincipalArn goes by the name: prefer exempt_principal_arns.", id)
	case personUserID.MatchString(id):
	case bareRoleID.MatchString(id):
		v.error(argument, "Role without a session", "A role's aws:userid is its id, a colon and the session's name, so %q matches nobody. Write \"%s:*\".", id, strings.TrimRight(id, ":*"))
	case longPersonID.MatchString(id):
		user, _, _ := strings.Cut(id, ":")
		v.error(argument, "User with a session", "A user's aws:userid is its id alone, so %q matches nobody. Write %q.", id, user)
	case ValidateAccountID(id) == nil && v.lockdown.Mode == LockdownByNotPrincipal:
		v.error(argument, "Account in the place of a user id", "%q is the aws:userid of the account's root user. Write its ARN in exempt_principal_arns.", id)
	case ValidateAccountID(id) == nil:
		v.error(argument, "Account in the place of a user id", "%q is the aws:userid of the account's root user. Use exempt_root_user, or name the account in exempt_accounts.", id)
	default:
		v.error(argument, "Invalid user id", "%q is not the unique id of a role or user. Write \"AROA…:*\" for a role, as in user_id_pattern of ecrx_apprunner_access_role, or \"AIDA…\" for a user; `aws iam get-role` shows it as RoleId.", id)
	}
}

// roleName looks at the name of a role of the repository's account.
func (v *lockdownValidator) roleName(name string) {
	_, after, isARN := strings.Cut(name, ":role/")
	switch {
	case isARN:
		v.error(exemptRoles, "ARN in the place of a name", "%q is an ARN. Write it in exempt_principal_arns, or its name here: %q.", name, after[strings.LastIndex(after, "/")+1:])
	case strings.ContainsAny(name, "*?"):
		v.error(exemptRoles, "Wildcard in a name", "%q is looked up, so it has to be the name of one role. Wildcards go into exempt_principal_arns.", name)
	case strings.Contains(name, "/"):
		v.error(exemptRoles, "Path in a name", "%q has a path, which is looked up. Write %q.", name, name[strings.LastIndex(name, "/")+1:])
	case !roleName.MatchString(name):
		v.error(exemptRoles, "Invalid role name", "%q is not the name of a role, which has 1 to 64 letters, digits and characters of +=,.@_-. Write it as in \"deployer\".", name)
	}
}

// notPrincipal reports what the mode doesn't write, and what IAM says of it (IAM User Guide,
// reference_policies_elements_notprincipal).
func (v *lockdownValidator) notPrincipal() {
	l := v.lockdown
	const instead = "mode = \"not_principal\" writes exempt_principal_arns and exempt_user_ids and nothing else, so %s has no effect. Remove it, or use mode = \"principal_arn\"."
	for argument, set := range map[string]bool{
		"exempt_accounts":             len(l.ExemptAccounts) > 0,
		"exempt_organization_ids":     len(l.ExemptOrganizationIDs) > 0,
		"exempt_organization_paths":   len(l.ExemptOrganizationPaths) > 0,
		"exempt_replication_from":     len(l.ExemptReplicationFrom) > 0,
		exemptRoles:                   len(l.ExemptRoleNames) > 0,
		"exempt_caller":               l.ExemptCaller,
		"exempt_grants":               on(l.ExemptGrants),
		"exempt_root_user":            on(l.ExemptRootUser),
		"exempt_aws_services":         on(l.ExemptAWSServices),
		"exempt_service_linked_roles": on(l.ExemptServiceLinkedRoles),
	} {
		if set {
			v.error(argument, "Argument that has no effect", instead, argument)
		}
	}
	slices.SortStableFunc(v.problems, func(a, b Problem) int { return slices.Compare(a.Path, b.Path) })
	if len(l.ExemptPrincipalARNs) == 0 {
		if !l.Incomplete {
			v.error(exemptARNs, "NotPrincipal of nobody", "A NotPrincipal element needs at least one ARN. Name the repository's account and who works with it, as in [\"arn:aws:iam::111111111111:root\", \"arn:aws:iam::111111111111:user/admin\"].")
		}
		return
	}
	v.warn("mode", "NotPrincipal is advised against", "IAM advises against NotPrincipal: it always denies principals that have a permissions boundary, whether they are listed or not, and AWS's services and service-linked roles are denied too. Use mode = \"principal_arn\", which has neither fault.")
	for _, text := range l.ExemptPrincipalARNs {
		parsed, err := parseARN(text)
		root := "arn:" + parsed.Partition + ":iam::" + parsed.AccountID + ":root"
		if err == nil && !l.Incomplete && !slices.Contains(l.ExemptPrincipalARNs, root) {
			v.warn(exemptARNs, "Principal without its account", "AWS may look at the account before the principal, and deny %q all the same. Add %q, which exempts nobody else.", text, root)
		}
	}
}

func on(flag *bool) bool { return flag != nil && *flag }
