// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package pattern

import (
	"fmt"
	"maps"
	"slices"

	"github.com/ecrx/terraform-provider-ecrx/internal/policy"
)

// Role is the IAM role that a pattern wants: who may assume it, and what it may do.
type Role struct {
	// Trust says who may assume the role.
	Trust policy.Document
	// Inline are the policies in the role, by name.
	Inline map[string]policy.Document
	// Managed are the ARNs of managed policies to attach, sorted.
	Managed []string
}

// CheckRoleSize reports a role whose documents are longer than IAM takes: 2,048 characters for the trust policy, 10,240 for
// all inline policies together, white space not counted (IAM User Guide, reference_iam-quotas). ok is true when they fit.
func CheckRoleSize(r Role) (problem Problem, ok bool) {
	if size := policy.Size(r.Trust, policy.KindTrust); size > policy.Limit(policy.KindTrust) {
		return tooLongRole([]string{"trust_policy_json"}, "trust policy", size, policy.Limit(policy.KindTrust), "Trust an account in the place of its roles, or an organization in the place of its accounts."), false
	}
	total := 0
	for _, name := range slices.Sorted(maps.Keys(r.Inline)) {
		total += policy.Size(r.Inline[name], policy.KindIdentity)
	}
	if total > policy.Limit(policy.KindIdentity) {
		return tooLongRole(nil, "inline policies", total, policy.Limit(policy.KindIdentity), "Name fewer resources, put wildcards behind a common prefix, or use two roles."), false
	}
	return Problem{}, true
}

func tooLongRole(path []string, what string, size, limit int, hint string) Problem {
	return Problem{
		Path:     path,
		Severity: policy.SeverityError,
		Summary:  "Role policy too long",
		Detail:   fmt.Sprintf("The %s would have %d characters, and IAM takes %d. %s", what, size, limit, hint),
	}
}
