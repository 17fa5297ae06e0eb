// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package pattern

import (
	"slices"

	"github.com/ecrx/terraform-provider-ecrx/internal/policy"
)

// ConsumerPolicy builds the identity policy that another account attaches to those who use the repository: the login
// on "*", and on the repository every action that the grants give to principals. Across accounts both sides must
// allow. Grants to services alone give a document with the login only.
// https://docs.aws.amazon.com/AmazonECR/latest/userguide/repository-policies.html
func ConsumerPolicy(grants []Grant, repositoryARN string) policy.Document {
	statements := []policy.Statement{{
		Sid: "Login", Effect: policy.Allow,
		Actions: []string{"ecr:GetAuthorizationToken"}, Resources: []string{"*"},
	}}
	var actions []string
	for _, g := range grants {
		if len(g.kinds(Site{})) > 0 {
			actions = append(actions, g.actions()...)
		}
		if g.Lambda != nil {
			actions = append(actions, lambdaActions...)
		}
	}
	if len(actions) > 0 {
		slices.Sort(actions)
		statements = append(statements, policy.Statement{
			Sid: "Repository", Effect: policy.Allow,
			Actions: slices.Compact(actions), Resources: []string{repositoryARN},
		})
	}
	return policy.New(statements...)
}
