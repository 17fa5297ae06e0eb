// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package policy

import (
	"regexp"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws/arn"
)

var (
	digits = regexp.MustCompile(`^\d+$`)
	// uniqueID is what AWS writes for a user, role or policy that was deleted (IAM User Guide, reference_identifiers).
	uniqueID = regexp.MustCompile("^A(ROA|IDA|NPA|GPA|NVA|IPA)[A-Za-z0-9]{12,}$")
	// uniqueIDKinds are what the prefixes of unique ids stand for (the same page, "Understanding unique ID prefixes").
	uniqueIDKinds = map[string]string{
		"AROA": "role", "AIDA": "user", "AGPA": "user group", "AIPA": "instance profile", "ANPA": "managed policy", "ANVA": "managed policy",
	}
	// principalARN is an ARN that IAM takes in a Principal element (IAM User Guide, reference_policies_elements_principal).
	principalARN = regexp.MustCompile(`^arn:aws[a-z-]*:(iam::\d{12}:(root|(user|role)/.+)|sts::\d{12}:(assumed-role/.+/.+|federated-user/.+))$`)
)

// UniqueIDKind says what an id that AWS gave to something in IAM stands for, such as "role" for "AROA…". It is false for all
// other texts. In a Principal element an id is what is left of a user or role that was deleted.
func UniqueIDKind(id string) (kind string, ok bool) {
	if !uniqueID.MatchString(id) {
		return "", false
	}
	return uniqueIDKinds[id[:len("AROA")]], true
}

func (s scope) reviewPrincipals() {
	if s.kind == KindIdentity {
		if !s.Principal.IsZero() || !s.NotPrincipal.IsZero() {
			s.add(SeverityError, "UNSUPPORTED_PRINCIPAL", s.at("Principal"), "an identity policy is for whom it is attached to, and IAM "+
				"refuses the element; leave it out")
		}
		return
	}
	if s.Principal.IsZero() && s.NotPrincipal.IsZero() {
		s.add(SeverityError, "MISSING_PRINCIPAL", s.path, "the statement has no Principal; write whom it is for")
		return
	}
	for _, p := range s.Principal.AWS {
		s.reviewPrincipalID(s.at("Principal"), p)
		if s.allows() && strings.Contains(p, ":assumed-role/") {
			s.add(SeverityWarning, "SESSION_PRINCIPAL", s.at("Principal"), "%q is a role's session, and matches only sessions of that name; "+
				"write the role's ARN", p)
		}
	}
	for _, p := range s.NotPrincipal.AWS {
		s.reviewPrincipalID(s.at("NotPrincipal"), p)
	}
	if len(s.Principal.CanonicalUser)+len(s.NotPrincipal.CanonicalUser) > 0 {
		s.add(SeverityWarning, "UNSUPPORTED_PRINCIPAL", s.at("Principal"), "CanonicalUser is for S3; write the account's ARN under AWS")
	}
	s.reviewNotPrincipal()
	s.reviewPublic()
}

func (s scope) reviewPrincipalID(path, id string) {
	switch {
	case id == "*":
	case hasWildcard(id):
		s.add(SeverityError, "UNSUPPORTED_WILDCARD_IN_PRINCIPAL", path, "a wildcard in %q isn't one in a Principal element; write the "+
			"account, with ArnLike on aws:PrincipalArn", id)
	case isAccountID(id) || principalARN.MatchString(id):
	case digits.MatchString(id):
		s.add(SeverityError, "INVALID_ACCOUNT_ID", path, "%q has %d digits, and an account id has 12; check it", id, len(id))
	case uniqueID.MatchString(id):
		s.add(SeverityWarning, "ORPHANED_PRINCIPAL", path, "%q is what AWS writes when the user or role was deleted; one of the same name "+
			"has another id, so nobody is named here: write the new ARN, or the account with a condition on aws:PrincipalArn", id)
	default:
		if a, err := arn.Parse(id); err == nil && (a.Service == "iam" || a.Service == "sts") && !isAccountID(a.AccountID) {
			s.add(SeverityError, "INVALID_ARN_ACCOUNT", path, "%q is not an account id in %q; write its 12 digits", a.AccountID, id)
			return
		}
		s.add(SeverityError, "INVALID_PRINCIPAL_FORMAT", path, "%q names no account, user, role or session; write an account id, or an "+
			"ARN such as \"arn:aws:iam::111111111111:role/ci\"", id)
	}
}

// reviewNotPrincipal follows the IAM User Guide, reference_policies_elements_notprincipal.
func (s scope) reviewNotPrincipal() {
	p, path := s.NotPrincipal, s.at("NotPrincipal")
	switch {
	case p.IsZero():
	case s.allows() && !slices.ContainsFunc(s.conditions, s.narrows):
		s.add(SeverityError, "ALLOW_WITH_NOT_PRINCIPAL", path, "the statement allows everybody else in the world, anonymous callers too; "+
			"write whom it is for in Principal")
	case s.allows():
		s.add(SeverityWarning, "ALLOW_WITH_NOT_PRINCIPAL", path, "the statement allows everybody else whom its conditions let through; "+
			"write whom it is for in Principal")
	default:
		s.add(SeverityWarning, "NOT_PRINCIPAL_DISCOURAGED", path, "AWS advises against NotPrincipal: it always denies principals with a "+
			"permissions boundary, and a role's session must be listed beside the role; write \"Principal\": \"*\" with "+
			"ArnNotLike on aws:PrincipalArn")
		for _, id := range p.AWS {
			root := rootOf(id)
			if root != "" && !slices.Contains(sorted(p.AWS, foldRoot), foldRoot(root)) {
				s.add(SeverityWarning, "NOT_PRINCIPAL_WITHOUT_ACCOUNT", path, "%q is denied all the same unless its account is listed too; "+
					"add %q", id, root)
			}
		}
	}
}

// rootOf gives the root ARN of a user's or role's account.
func rootOf(id string) string {
	a, err := arn.Parse(id)
	if err != nil || a.Resource == "root" || !isAccountID(a.AccountID) {
		return ""
	}
	return "arn:" + a.Partition + ":iam::" + a.AccountID + ":root"
}

// reviewServicePrincipals looks at statements for AWS services.
func (s scope) reviewServicePrincipals() {
	p, path := s.Principal, s.at("Principal")
	for _, service := range p.Service {
		if hasWildcard(service) || !strings.Contains(service, ".") {
			s.add(SeverityError, "INVALID_SERVICE_PRINCIPAL", path, "%q names no service; write its principal, such as \"lambda.amazonaws.com\"", service)
		}
	}
	if !s.allows() || len(p.Service) == 0 || p.Any || len(p.AWS)+len(p.Federated) > 0 {
		return
	}
	bySource := false
	for _, c := range s.conditions {
		held := !s.holdsWithout(c)
		bySource = bySource || held && strings.HasPrefix(c.key, "aws:Source")
		if held && (c.key == "aws:PrincipalOrgID" || c.key == "aws:PrincipalOrgPaths") {
			s.add(SeverityError, "SERVICE_HAS_NO_ORGANIZATION", c.path, "a service principal never carries %s, so the statement never "+
				"matches; write aws:SourceOrgID or aws:SourceAccount", c.key)
		}
	}
	if bySource {
		return
	}
	const advice = "any customer of the service could make it call on their behalf; add ArnLike on aws:SourceArn and StringEquals on aws:SourceAccount"
	switch {
	case s.kind == KindRepository || s.kind == KindRegistry:
		s.add(SeverityWarning, "CONFUSED_DEPUTY", path, advice)
	case s.kind == KindTrust && slices.Contains(p.Service, "ecs-tasks.amazonaws.com"):
		s.add(SeverityInfo, "CONFUSED_DEPUTY", path, advice)
	}
}
