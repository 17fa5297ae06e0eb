// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package authz_test

import (
	"slices"
	"testing"

	"github.com/ecrx/terraform-provider-ecrx/internal/authz"
	"github.com/ecrx/terraform-provider-ecrx/internal/policy"
)

var pulling = []string{"ecr:BatchCheckLayerAvailability", "ecr:GetDownloadUrlForLayer", aPull}

func doing(e policy.Effect, actions ...string) policy.Document {
	return policy.New(policy.Statement{Effect: e, Actions: actions, Resources: []string{"*"}})
}

// TestAccess asserts that an access is allowed when all of its actions are, and else says why the clearest of them isn't.
func TestAccess(t *testing.T) {
	t.Parallel()
	open := doing(policy.Allow, aPull)
	open.Statements[0].Conditions = []policy.Condition{when("DateLessThan", "aws:CurrentTime", "2027-01-01")}
	some := doing(policy.Allow, pulling[:2]...)
	const missing = "nothing in the identity policies allows ecr:BatchGetImage"
	const owners = "nothing in the repository policy allows ecr:BatchGetImage"
	for name, c := range map[string]struct {
		actions  []string
		policies []policy.Document
		decision authz.Decision
		denied   bool
		allowed  []string
		reasons  []string
	}{
		"all":         {pulling, []policy.Document{doing(policy.Allow, "ecr:*")}, authz.Allowed, false, pulling, []string{"statement Statement[0] of the identity policy allows it"}},
		"none":        {[]string{aPull, aPull}, nil, authz.ImplicitlyDenied, true, nil, []string{missing, owners}},
		"all but one": {pulling, []policy.Document{some}, authz.ImplicitlyDenied, false, pulling[:2], []string{missing, owners}},
		"one is denied": {
			pulling, []policy.Document{some, doing(policy.Deny, aPull)}, authz.ExplicitlyDenied, false, pulling[:2], []string{"statement Statement[0] of the identity policy denies it"},
		},
		"one is denied and one not allowed": {
			pulling[1:], []policy.Document{doing(policy.Deny, aPull)}, authz.ExplicitlyDenied, true, nil, []string{"statement Statement[0] of the identity policy denies it"},
		},
		"one is open": {
			pulling,
			[]policy.Document{some, open},
			authz.Unknown, false, pulling[:2],
			[]string{"statement Statement[0] of the identity policy needs a value of aws:CurrentTime that is before 2027-01-01; this request's isn't known", owners},
		},
		"one is open and one not allowed": {pulling[1:], []policy.Document{open}, authz.ImplicitlyDenied, false, nil, []string{
			"nothing in the identity policies allows ecr:GetDownloadUrlForLayer", "nothing in the repository policy allows ecr:GetDownloadUrlForLayer",
		}},
		"no action": {nil, []policy.Document{doing(policy.Allow, "*")}, authz.Unknown, false, nil, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			caller, repository, layers := authz.Caller{Principal: aRole}, authz.Repository{ARN: anApp}, identity(c.policies...)
			access := caller.Access(c.actions, repository, layers)
			if access.Decision != c.decision || access.Denied() != c.denied {
				t.Errorf("got %s and Denied %t, want %s and %t", access.Decision, access.Denied(), c.decision, c.denied)
			}
			if got := access.Reasons(); !slices.Equal(got, c.reasons) {
				t.Errorf("got %q, want %q", got, c.reasons)
			}
			if got := caller.DecideAccess(c.actions, repository, &layers); got != c.decision {
				t.Errorf("DecideAccess says %s", got)
			}
			if got := caller.AllowedActions(c.actions, repository, &layers); !slices.Equal(got, c.allowed) {
				t.Errorf("got the allowed actions %q, want %q", got, c.allowed)
			}
			for i, action := range access.Actions {
				single := authz.Evaluate(caller.Request(c.actions[i], repository), layers)
				if action.Action != c.actions[i] || action.Result.Decision != single.Decision {
					t.Errorf("%s: %s, but %s by itself", action.Action, action.Result.Decision, single.Decision)
				}
			}
		})
	}
}

// TestAccessKeysOfActions asserts that an action's own keys are in its own request only: those of TagResource, asked for
// after a pull, aren't those of the pull.
func TestAccessKeysOfActions(t *testing.T) {
	t.Parallel()
	tagged := doing(policy.Allow, "ecr:*")
	tagged.Statements[0].Conditions = []policy.Condition{when("Null", "aws:TagKeys", "true")}
	actions := []string{aPull, "ecr:TagResource", aPull, "ecr:UnheardOf"}
	access := authz.Caller{Principal: aRole}.Access(actions, authz.Repository{ARN: anApp}, identity(tagged))
	var got []authz.Decision
	for _, action := range access.Actions {
		got = append(got, action.Result.Decision)
	}
	if want := []authz.Decision{authz.Allowed, authz.Unknown, authz.Allowed, authz.Unknown}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

// TestMatrix asserts that each cell is what its row and column give by themselves.
func TestMatrix(t *testing.T) {
	t.Parallel()
	callers := []authz.MatrixCaller{
		{Caller: authz.Caller{Principal: aRole}, Identity: compiled("identity policy", doing(policy.Allow, pulling...))},
		{Caller: authz.Caller{Principal: aRole, Tags: map[string]string{"team": "blue"}}},
		{Caller: authz.Caller{Principal: aStranger}, Identity: compiled("identity policy", doing(policy.Allow, "*"))},
		{Caller: authz.Caller{Principal: authz.Anonymous}},
		{Caller: authz.Caller{Principal: "lambda.amazonaws.com"}},
		{Caller: authz.Caller{Principal: unknown}},
	}
	granting := func(who policy.Principal, conditions ...policy.Condition) []*authz.Policy {
		return compiled("repository policy", policy.New(policy.Statement{Effect: policy.Allow, Principal: who, Actions: pulling, Conditions: conditions}))
	}
	repositories := []authz.MatrixRepository{
		{Repository: authz.Repository{ARN: anApp}},
		{Repository: authz.Repository{ARN: anApp + "-2"}, Policy: granting(named("222222222222"))},
		{Repository: authz.Repository{ARN: anApp + "-3"}, Policy: granting(policy.Principal{Any: true}, when("StringEquals", "aws:PrincipalTag/team", "blue"))},
		{Repository: authz.Repository{ARN: "*"}},
	}
	access := [][]string{pulling, append([]string{"ecr:PutImage"}, pulling...), {"ecr:PutImage"}, {"ecr:GetAuthorizationToken"}, nil}
	layers := authz.Layers{
		Identity: compiled("replaced", doing(policy.Deny, "*")), Repository: granting(policy.Principal{Any: true}),
		SCPs: [][]*authz.Policy{compiled("SCP", doing(policy.Allow, "ecr:*"))},
	}
	seen, inPart := map[authz.Decision]bool{}, false
	got := authz.Matrix(callers, repositories, access, layers)
	for i, caller := range callers {
		for j, repository := range repositories {
			for k, actions := range access {
				of := layers
				of.Identity, of.Repository = caller.Identity, repository.Policy
				want := caller.Access(actions, repository.Repository, of).Outcome()
				seen[want.Decision], inPart = true, inPart || want.InPart
				if got[i][j][k] != want {
					t.Errorf("%s for %s, %q: %s, want %s", caller.Principal, repository.ARN, actions, got[i][j][k], want)
				}
			}
		}
	}
	if !seen[authz.Allowed] || !seen[authz.ImplicitlyDenied] || !seen[authz.Unknown] || !inPart {
		t.Errorf("the matrix shows only %v", seen)
	}
	if empty := authz.Matrix(nil, repositories, access, layers); len(empty) != 0 {
		t.Errorf("no caller, but %v", empty)
	}
}

// TestOutcome names the outcome of several actions: allowed in part is neither allowed nor denied.
func TestOutcome(t *testing.T) {
	t.Parallel()
	layers := authz.Layers{Identity: compiled("identity policy", doing(policy.Allow, pulling...))}
	for want, actions := range map[string][]string{
		"Allowed": pulling, "AllowedInPart": {"ecr:PutImage", pulling[0]}, "ImplicitlyDenied": {"ecr:PutImage", "ecr:DeleteRepository"}, "Unknown": nil,
	} {
		if got := (authz.Caller{Principal: aRole}).Access(actions, authz.Repository{ARN: anApp}, layers).Outcome().String(); got != want {
			t.Errorf("%q: %s, want %s", actions, got, want)
		}
	}
}
