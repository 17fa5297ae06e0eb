// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package authz_test

import (
	"testing"

	"github.com/ecrx/terraform-provider-ecrx/internal/authz"
	"github.com/ecrx/terraform-provider-ecrx/internal/policy"
)

// TestGatewayEndpoint asserts what principals mean in the policy of a gateway endpoint, as that of S3, through which ECR
// serves layers (AWS PrivateLink Guide, vpc-endpoints-access, on principals for gateway endpoints).
func TestGatewayEndpoint(t *testing.T) {
	t.Parallel()
	const (
		layer = "arn:aws:s3:::prod-eu-west-1-starport-layer-bucket/layer"
		root  = "arn:aws:iam::111111111111:root"
		user  = "arn:aws:iam::111111111111:user/ana"
	)
	everything := policy.Statement{Effect: policy.Allow, Actions: []string{"*"}, Resources: []string{"*"}}
	through := func(e policy.Effect, p policy.Principal, conditions ...policy.Condition) policy.Document {
		return policy.New(policy.Statement{Effect: e, Principal: p, Actions: []string{"s3:GetObject"}, Resources: []string{"arn:aws:s3:::prod-*/*"}, Conditions: conditions})
	}
	everybody := policy.Principal{Any: true}
	byRole := when("ArnEquals", "aws:PrincipalArn", aRole)
	for name, c := range map[string]struct {
		principal string
		gateway   []policy.Document
		endpoint  []policy.Document
		want      authz.Decision
	}{
		"everybody":                               {aRole, []policy.Document{through(policy.Allow, everybody)}, nil, authz.Allowed},
		"everybody, another bucket":               {aRole, []policy.Document{policy.New(policy.Statement{Effect: policy.Allow, Principal: everybody, Actions: []string{"*"}, Resources: []string{"arn:aws:s3:::x/*"}})}, nil, authz.ImplicitlyDenied},
		"everybody with aws:PrincipalArn":         {aRole, []policy.Document{through(policy.Allow, everybody, byRole)}, nil, authz.Allowed},
		"everybody with another aws:PrincipalArn": {user, []policy.Document{through(policy.Allow, everybody, byRole)}, nil, authz.ImplicitlyDenied},
		"the account, for its role":               {aRole, []policy.Document{through(policy.Allow, named(anOwner))}, nil, authz.ImplicitlyDenied},
		"the account, for its user":               {user, []policy.Document{through(policy.Allow, named(root))}, nil, authz.ImplicitlyDenied},
		"the account, for its root user":          {root, []policy.Document{through(policy.Allow, named(anOwner))}, nil, authz.Allowed},
		"another account, for a root user":        {root, []policy.Document{through(policy.Allow, named("222222222222"))}, nil, authz.ImplicitlyDenied},
		"a role, which has to be a condition":     {aRole, []policy.Document{through(policy.Allow, named(aRole))}, nil, authz.Unknown},
		"a user, which has to be a condition":     {user, []policy.Document{through(policy.Allow, named(user))}, nil, authz.Unknown},
		"a deny":                                  {aRole, []policy.Document{through(policy.Allow, everybody), through(policy.Deny, everybody)}, nil, authz.ExplicitlyDenied},
		"a deny of the account, for its role":     {aRole, []policy.Document{through(policy.Allow, everybody), through(policy.Deny, named(anOwner))}, nil, authz.Allowed},
		"an interface endpoint too, that allows":  {aRole, []policy.Document{through(policy.Allow, everybody)}, []policy.Document{through(policy.Allow, named(anOwner))}, authz.Allowed},
		"an interface endpoint too, that doesn't": {aRole, []policy.Document{through(policy.Allow, everybody)}, []policy.Document{through(policy.Allow, named("222222222222"))}, authz.ImplicitlyDenied},
		"an interface endpoint alone":             {aRole, nil, []policy.Document{through(policy.Allow, named(aRole))}, authz.Allowed},
		"no endpoint":                             {aRole, nil, nil, authz.Allowed},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			request := authz.Request{Principal: c.principal, Action: "s3:GetObject", Resource: layer, ResourceAccount: anOwner}
			request.Context.Set("aws:PrincipalArn", authz.Single(c.principal))
			result := decideBoth(t, authz.Case{Request: request, Layers: authz.Layers{
				Identity: compiled("identity policy", policy.New(everything)),
				Gateway:  compiled("gateway endpoint policy", c.gateway...), Endpoint: compiled("endpoint policy", c.endpoint...),
			}})
			if result.Decision != c.want {
				t.Errorf("got %s, want %s: %q", result.Decision, c.want, result.Reasons())
			}
		})
	}
}
