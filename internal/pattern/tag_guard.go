// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package pattern

import (
	"maps"
	"slices"
	"strings"

	"github.com/ecrx/terraform-provider-ecrx/internal/policy"
)

// TagGuardInput are the tags that give access, and who may put them on repositories.
type TagGuardInput struct {
	ResourceTags map[string]string
	// AdminPrincipalARNs are roles and users, whose names may hold wildcards and whose account may be "*". Without them nobody
	// may.
	AdminPrincipalARNs []string
}

// TagGuard builds the document that keeps access by tag from being widened by whoever may tag repositories or create them.
// It has no principals, so it serves as an SCP, and its statements do in a permissions boundary beside one that allows.
// Nobody but the admins may set or remove one of the tags, or create a repository that already has all of them.
//
// The tag's name in ecr:ResourceTag/name has no letter case, while the names in aws:TagKeys are values, which do (IAM User
// Guide, reference_policies_elements_condition): a tag "Environment" meets a condition on "environment", so names are
// compared in any letter case.
func TagGuard(input TagGuardInput, partition string) policy.Document {
	names := slices.Sorted(maps.Keys(input.ResourceTags))
	var created []policy.Condition
	for _, name := range names {
		created = append(created, equals("aws:RequestTag/"+name, input.ResourceTags[name])...)
	}
	guard := func(sid string, conditions []policy.Condition, actions ...string) policy.Statement {
		return policy.Statement{
			Sid: sid, Effect: policy.Deny, Actions: actions,
			Resources:  []string{"arn:" + partition + ":ecr:*:*:repository/*"},
			Conditions: slices.Concat(conditions, where("ArnNotLike", "aws:PrincipalArn", input.AdminPrincipalARNs)),
		}
	}
	return policy.New(
		guard("GuardTags", where("ForAnyValue:StringEqualsIgnoreCase", "aws:TagKeys", names), "ecr:TagResource", "ecr:UntagResource"),
		guard("GuardTagsAtCreation", created, "ecr:CreateRepository"),
	)
}

// ValidateTagGuard finds what is wrong in the input. Paths begin with "resource_tags" or "tag_admin_principal_arns".
func ValidateTagGuard(input TagGuardInput) []Problem {
	var v roleValidator
	v.tags(input.ResourceTags)
	for _, arn := range input.AdminPrincipalARNs {
		// An SCP spares a role that every account of the organization has, so any account is right here.
		v.principal("tag_admin_principal_arns", strings.Replace(arn, ":iam::*:", ":iam::111111111111:", 1))
	}
	return v.problems
}
