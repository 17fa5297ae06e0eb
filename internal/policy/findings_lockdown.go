// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package policy

import (
	"slices"
	"strings"
)

// reviewLockdown looks at a Deny for everybody but some, which also hits AWS's own callers: a service principal has none of
// the keys that exempt people, and a negated operator holds when the key is missing; a service-linked role is in no list
// that names people (IAM User Guide, reference_policies_condition-keys, aws:PrincipalIsAWSService).
func (s scope) reviewLockdown() {
	everybody := s.Principal.Any || !s.NotPrincipal.IsZero()
	if s.allows() || !everybody || s.kind != KindRepository && s.kind != KindRegistry {
		return
	}
	if s.Principal.Any && len(s.conditions) == 0 && coversAction(s.Actions, "ecr:SetRepositoryPolicy") {
		s.add(SeverityWarning, "DENIES_EVERYBODY", s.path, "nobody could change this policy again, its author included; exempt who administers "+
			"the repository by ArnNotLike on aws:PrincipalArn, or leave ecr:SetRepositoryPolicy and ecr:DeleteRepositoryPolicy out")
		return
	}
	people := !s.NotPrincipal.IsZero()
	services, linkedRoles := false, false
	for _, c := range s.conditions {
		byPerson := c.negated() && (c.key == "aws:PrincipalArn" || c.key == "aws:userid")
		byGroup := c.negated() && slices.Contains([]string{"aws:PrincipalAccount", "aws:PrincipalOrgID", "aws:PrincipalOrgPaths"}, c.key)
		people = people || byPerson || byGroup
		linkedRoles = linkedRoles || byGroup ||
			c.negated() && c.key == "aws:PrincipalArn" && slices.ContainsFunc(c.values, exemptsLinkedRoles)
		services = services || c.key == "aws:PrincipalIsAWSService" && slices.Equal(c.values, []string{"false"}) ||
			c.negated() && strings.HasPrefix(c.key, "aws:PrincipalServiceName") || s.requires("aws:PrincipalArn")
		if byPerson && slices.ContainsFunc(c.values, func(v string) bool { return strings.HasPrefix(v, "AROA") }) {
			s.add(SeverityInfo, "EXEMPT_BY_ROLE_ID", c.path, "a role that is deleted and created again gets another id, and is denied from then on; "+
				"ArnNotLike on aws:PrincipalArn goes by its name")
		}
	}
	if people && !services {
		s.add(SeverityWarning, "DENY_HITS_AWS_SERVICES", s.path, "the statement also denies service principals such as lambda.amazonaws.com; add "+
			"\"BoolIfExists\": {\"aws:PrincipalIsAWSService\": \"false\"}")
	}
	if people && !linkedRoles {
		s.add(SeverityWarning, "DENY_HITS_SERVICE_LINKED_ROLES", s.path, "the statement also denies the roles of replication, pull through and "+
			"Inspector; add \"arn:aws:iam::ACCOUNT:role/aws-service-role/*\" to an ArnNotLike on aws:PrincipalArn")
	}
}

func exemptsLinkedRoles(value string) bool {
	return strings.Contains(value, ":role/aws-service-role/") || strings.HasSuffix(value, ":role/*") || strings.HasSuffix(value, ":*")
}
