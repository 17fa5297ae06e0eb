// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package pattern

import (
	"regexp"
	"slices"
	"strings"
)

var (
	// externalID is what STS takes (AWS STS API Reference, AssumeRole).
	externalID = regexp.MustCompile(`^[\w+=,.@:/-]+$`)
	// servicePrincipal is a host name of a service, such as "ecs-tasks.amazonaws.com" (IAM User Guide,
	// reference_policies_elements_principal).
	servicePrincipal = regexp.MustCompile(`^[a-z0-9-]+(\.[a-z0-9-]+)*\.amazon(aws)?\.com(\.cn)?$`)
	// providerARN is the ARN of an OIDC provider, which ends as the issuer's URL does, be it with a slash.
	providerARN = regexp.MustCompile(`^arn:aws[a-z-]*:iam::[0-9]{12}:oidc-provider/[a-z0-9.-]+(/[\w./~-]*)?$`)
)

// The bounds of STS, and the length below which an external id warns.
const (
	minExternalID, maxExternalID = 2, 1224
	shortExternalID              = 6
)

// ValidateTrust finds what is wrong in the trust. Each problem's path is the argument, or "oidc" and the argument.
func ValidateTrust(t Trust) []Problem {
	var v roleValidator
	v.trust(t)
	return v.problems
}

func (v *roleValidator) trust(t Trust) {
	before := v.names
	v.names = t.names
	v.someone(t)
	v.services(t)
	for _, account := range t.Accounts {
		switch err := ValidateAccountID(account); {
		case account == "*":
			v.error("accounts", "Everybody as a trusted account", "\"*\" would let every AWS account take the role. Write the account's 12 digits.")
		case err != nil:
			v.error("accounts", "Invalid account id", "%s.", sentence(err.Error()))
		}
	}
	for _, principal := range t.PrincipalARNs {
		v.principal("principal_arns", principal)
		if account := accountOf(principal); slices.Contains(t.Accounts, account) {
			v.warn("principal_arns", "Principal of an account that is trusted anyway", "%s is in %s, and all of that account is trusted: naming %s narrows nothing. Remove one of them.", account, v.name("accounts"), principal)
		}
	}
	for _, id := range t.OrganizationIDs {
		if err := ValidateOrganizationID(id); err != nil {
			v.error("organization_ids", "Invalid organization id", "%s.", sentence(err.Error()))
		}
	}
	if t.wholeOrganizations() && !t.Incomplete {
		v.warn("organization_ids", "Whole organization trusted", "No account and no principal is named, so whoever in %s may call sts:AssumeRole may take the role. Name accounts in %s if that isn't meant.", strings.Join(t.OrganizationIDs, ", "), v.name("accounts"))
	}
	v.external(t)
	if t.OIDC != nil {
		v.oidc(*t.OIDC, t.Incomplete)
	}
	v.names = before
}

// someone reports a trust that names nobody, and conditions without anybody whom they are about.
func (v *roleValidator) someone(t Trust) {
	callers := len(t.Accounts)+len(t.PrincipalARNs)+len(t.OrganizationIDs) > 0
	switch {
	case t.Incomplete:
	case !callers && len(t.Services) == 0 && t.OIDC == nil:
		also := ""
		if t.names == nil {
			also = ", services or oidc"
		}
		v.error("accounts", "Role that nobody can assume", "Say who may take the role: set %s, %s or organization_ids%s.", v.name("accounts"), v.name("principal_arns"), also)
	case t.ExternalID != "" && !callers:
		v.error("external_id", "External id of nobody", "Only accounts and their principals send an external id, and none is named. Remove external_id, or name them in %s.", v.name("accounts"))
	}
	if (callers || t.OIDC != nil) && (t.SourceAccount != "" || len(t.SourceARNs) > 0) && len(t.Services) == 0 && !t.Incomplete {
		v.error("services", "Source of no service", "source_account and source_arns say for whom a service acts, and none is named. Remove them, or name the service in services.")
	}
}

func (v *roleValidator) services(t Trust) {
	for _, service := range t.Services {
		switch {
		case servicePrincipal.MatchString(service):
		case !strings.Contains(service, ".") && servicePrincipal.MatchString(service+".amazonaws.com"):
			v.error("services", "Invalid service principal", "%q is not the name of a service. Write \"%s.amazonaws.com\".", service, service)
		default:
			v.error("services", "Invalid service principal", "%q is not the name of a service. Write it as in \"ecs-tasks.amazonaws.com\".", service)
		}
	}
	if t.SourceAccount != "" && ValidateAccountID(t.SourceAccount) != nil {
		v.error("source_account", "Invalid account id", "%q is not an AWS account id. Write its 12 digits as a string, with leading zeros.", t.SourceAccount)
	}
	for _, source := range t.SourceARNs {
		parsed, err := parseARN(source)
		switch {
		case err != nil || notLatin.MatchString(source):
			v.error("source_arns", "Invalid source ARN", "%q is not an ARN. Write that of the resources for which the service acts, as in \"arn:aws:ecs:eu-west-1:111111111111:*\".", source)
		case parsed.AccountID == "" || strings.ContainsAny(parsed.AccountID, "*?"):
			if t.SourceAccount == "" && !t.Incomplete {
				v.error("source_arns", "Source ARN of any account", "%q matches resources of other accounts too, so the service could act for strangers. Write the account into the ARN, or set source_account.", source)
			}
		case ValidateAccountID(t.SourceAccount) == nil && parsed.AccountID != t.SourceAccount:
			v.error("source_arns", "Source ARN of another account", "%q is of account %s, and source_account is %s: both could never hold. Write the same account.", source, parsed.AccountID, t.SourceAccount)
		}
	}
}

// principal looks at the ARN of a role or user who is named by a condition on aws:PrincipalArn.
func (v *roleValidator) principal(argument, text string) {
	parsed, err := parseARN(text)
	kind, name, _ := strings.Cut(parsed.Resource, "/")
	switch {
	case text == "*":
		v.error(argument, "Everybody as a principal", "\"*\" stands for every principal of every AWS account. Write the ARN of a role or user, as in \"arn:aws:iam::222222222222:role/ci\".")
	case err != nil || (parsed.Service != "iam" && parsed.Service != "sts"):
		v.error(argument, "Invalid principal ARN", "%q is not the ARN of a role or user. Write it as in \"arn:aws:iam::222222222222:role/ci\".", text)
	case strings.ContainsAny(parsed.AccountID, "*?"):
		v.error(argument, "Wildcard in the account of a principal", "%q would name principals of accounts that nobody chose. Write the 12 digits of the account.", text)
	case ValidateAccountID(parsed.AccountID) != nil:
		v.error(argument, "Invalid principal ARN", "%q has no account id of 12 digits. Write it as in \"arn:aws:iam::222222222222:role/ci\".", text)
	case parsed.Resource == "root" && argument == "principal_arns":
		v.error(argument, "Account in the place of a principal", "%q stands for a whole account. Write %q in %s instead.", text, parsed.AccountID, v.name("accounts"))
	case kind == "assumed-role":
		role, _, _ := strings.Cut(name, "/")
		v.error(argument, "Session in the place of a role", "%q is a session, and aws:PrincipalArn holds the role's ARN. Write \"arn:%s:iam::%s:role/%s\", with the role's path if it has one.", text, parsed.Partition, parsed.AccountID, role)
	case parsed.Resource == "root":
	case parsed.Service != "iam" || name == "" || (kind != "role" && kind != "user"):
		v.error(argument, "Invalid principal ARN", "%q is neither a role nor a user. Write it as in \"arn:aws:iam::%s:role/ci\".", text, parsed.AccountID)
	case v.partition != "" && parsed.Partition != v.partition:
		v.error(argument, "Principal of another partition", "%q is in the partition %q, and the role is in %q: nobody crosses partitions. Write a principal of %q.", text, parsed.Partition, v.partition, v.partition)
	case strings.Contains(text, "$") || notLatin.MatchString(text):
		v.error(argument, "Invalid principal ARN", "%q can't be the ARN of a role or user, whose names are made of Latin letters, digits and characters of +=,.@_-.", text)
	}
}

func (v *roleValidator) external(t Trust) {
	switch id := t.ExternalID; {
	case id == "":
	case !externalID.MatchString(id) || len(id) < minExternalID || len(id) > maxExternalID:
		v.error("external_id", "Invalid external id", "%q is not an external id. Write 2 to 1,224 letters, digits and characters of +=,.@:/_-.", id)
	case len(id) < shortExternalID:
		v.warn("external_id", "External id that can be guessed", "%q has %d characters, so that it can be guessed. Write a random one, such as a UUID.", id, len(id))
	}
}
