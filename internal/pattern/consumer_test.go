// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package pattern_test

import (
	"testing"

	"github.com/ecrx/terraform-provider-ecrx/internal/pattern"
	"github.com/ecrx/terraform-provider-ecrx/internal/policy"
)

func TestConsumerPolicyGolden(t *testing.T) {
	t.Parallel()
	accounts := []string{"222222222222"}
	for name, grants := range map[string][]pattern.Grant{
		"consumer-nobody": nil,
		"consumer-pull":   {{Name: "Dev", Access: "pull", OrganizationPaths: []string{path}}},
		"consumer-union": {
			{Name: "Dev", Access: "pull", Accounts: accounts},
			{Name: "Ci", Access: "push", PrincipalARNs: []string{role}},
			{Name: "Audit", Actions: []string{"ecr:listimages"}, OrganizationIDs: []string{"o-a1b2c3d4e5"}},
		},
		"consumer-lambda":    {{Name: "Dev", Lambda: &pattern.LambdaGrant{Accounts: accounts}}},
		"consumer-codebuild": {{Name: "Dev", CodeBuild: &pattern.CodeBuildGrant{ProjectARNs: []string{project}}}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			text := pattern.ConsumerPolicy(grants, "arn:aws:ecr:eu-west-1:111111111111:repository/team/app").Pretty()
			golden(t, name, text)
			reviewed(t, text, policy.KindIdentity)
		})
	}
}
