// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package reach_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/ecrx/terraform-provider-ecrx/internal/policy"
	"github.com/ecrx/terraform-provider-ecrx/internal/reach"
)

// large gives a repository policy of about 10 KB in 60 statements.
func large(changed int) policy.Document {
	var all []policy.Statement
	for i := range 60 {
		s := policy.Statement{Sid: fmt.Sprint("Team", i), Effect: policy.Allow, Principal: policy.Principal{Any: true}, Actions: []string{"ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"}}
		account := fmt.Sprintf("%012d", 100000000000+i*7)
		switch i % 4 {
		case 0:
			s.Conditions = []policy.Condition{{Operator: "ForAnyValue:StringLike", Key: "aws:PrincipalOrgPaths", Values: []string{fmt.Sprintf("o-a1b2c3d4e5/r-ab12/ou-ab12-%08d/*", i)}}}
		case 1:
			s.Principal = policy.Principal{AWS: []string{"arn:aws:iam::" + account + ":root"}}
		case 2:
			s.Principal = policy.Principal{AWS: []string{"arn:aws:iam::" + account + ":root"}}
			s.Conditions = []policy.Condition{{Operator: "ArnEquals", Key: "aws:PrincipalArn", Values: []string{"arn:aws:iam::" + account + ":role/team/*"}}}
		default:
			s.Effect, s.Actions = policy.Deny, []string{"ecr:*"}
			s.Conditions = []policy.Condition{
				{Operator: "StringNotEquals", Key: "aws:PrincipalAccount", Values: []string{account, "111111111111"}},
				{Operator: "StringEquals", Key: "aws:PrincipalTag/team", Values: []string{fmt.Sprint("team-", i)}},
			}
		}
		if i == changed {
			s.Actions = append(s.Actions, "ecr:PutImage")
		}
		all = append(all, s)
	}
	return policy.New(all...)
}

func BenchmarkCompare(b *testing.B) {
	usual := policy.New(policy.Statement{
		Sid: "Dev", Effect: policy.Allow, Principal: policy.Principal{Any: true}, Actions: []string{"ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"},
		Conditions: []policy.Condition{{Operator: "ForAnyValue:StringLike", Key: "aws:PrincipalOrgPaths", Values: []string{"o-a1b2c3d4e5/*/ou-ab12-11111111/*"}}},
	}, policy.Statement{Sid: "Partner", Effect: policy.Allow, Principal: policy.Principal{AWS: []string{"222222222222"}}, Actions: []string{"ecr:BatchGetImage"}})
	other := policy.New(slices.Clone(usual.Statements)[:1]...)
	for name, pair := range map[string][2]policy.Document{
		"usual": {usual, other}, "usual, equal": {usual, usual}, "large, equal": {large(-1), large(-1)}, "large, one gains": {large(-1), large(20)},
		"large, denies gone": {large(-1), policy.New(slices.DeleteFunc(large(-1).Statements, func(s policy.Statement) bool { return s.Sid == "Team31" })...)},
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				c := reach.Compare(world, reach.Repository(pair[0]), reach.Repository(pair[1]))
				if c.Gained.Verdict == reach.Undecided || c.Lost.Verdict == reach.Undecided {
					b.Fatal(c.Gained, c.Lost)
				}
			}
		})
	}
}
