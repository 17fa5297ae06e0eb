// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package pattern

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ecrx/terraform-provider-ecrx/internal/policy"
)

// CheckRepositoryPolicySize compares a whole repository policy, foreign statements included, with ECR's limit, and says
// where the characters go and which statements could be one.
// https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_SetRepositoryPolicy.html
func CheckRepositoryPolicySize(d policy.Document) (Problem, bool) {
	size, limit := policy.Size(d, policy.KindRepository), policy.Limit(policy.KindRepository)
	if size <= limit {
		return Problem{}, true
	}
	detail := fmt.Sprintf("The repository policy would have %d characters, and ECR takes %d. The largest statements are %s.", size, limit, largest(d, 3))
	if same := mergeable(d); len(same) > 0 {
		detail += fmt.Sprintf(" %s differ only in whom they name: write them as one grant.", strings.Join(same, " and "))
	} else {
		detail += " Name an organization or an organizational unit instead of single accounts, or use wildcards in the names of principals."
	}
	return Problem{Severity: policy.SeverityError, Summary: "Repository policy too long", Detail: detail}, false
}

func largest(d policy.Document, n int) string {
	statements := slices.Clone(d.Statements)
	slices.SortStableFunc(statements, func(a, b policy.Statement) int { return len(b.Canonical()) - len(a.Canonical()) })
	var names []string
	for _, s := range statements[:min(n, len(statements))] {
		names = append(names, fmt.Sprintf("%s (%d)", orUnnamed(s.Sid), len([]rune(s.Canonical()))))
	}
	return strings.Join(names, ", ")
}

// mergeable finds the first statements that are alike but for the values that say who.
func mergeable(d policy.Document) []string {
	var shapes []string
	groups := map[string][]string{}
	for _, s := range d.Statements {
		shape := s
		shape.Sid = ""
		if len(shape.Principal.AWS) > 0 {
			shape.Principal.AWS = []string{"somebody"}
		}
		shape.Conditions = slices.Clone(s.Conditions)
		for i, c := range shape.Conditions {
			if strings.HasPrefix(strings.ToLower(c.Key), "aws:principalorg") || strings.EqualFold(c.Key, "aws:PrincipalArn") {
				shape.Conditions[i].Values = nil
			}
		}
		text := shape.Canonical()
		shapes = append(shapes, text)
		groups[text] = append(groups[text], orUnnamed(s.Sid))
	}
	for _, shape := range shapes {
		if len(groups[shape]) > 1 {
			return groups[shape]
		}
	}
	return nil
}

func orUnnamed(sid string) string {
	if sid == "" {
		return "a statement without a Sid"
	}
	return sid
}
