// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package pattern_test

import (
	"strings"
	"testing"

	"github.com/ecrx/terraform-provider-ecrx/internal/pattern"
	"github.com/ecrx/terraform-provider-ecrx/internal/policy"
)

func narrowedBy(operator, key, value string) []policy.Condition {
	return []policy.Condition{{Operator: operator, Key: key, Values: []string{value}}}
}

// TestProofOfSome goes through grants that hold for some of those whom they name, or for some of the actions.
func TestProofOfSome(t *testing.T) {
	t.Parallel()
	account := pattern.Grant{Name: "Dev", Access: "pull", Accounts: []string{"222222222222"}}
	given := func(conditions []policy.Condition) pattern.Grant {
		g := account
		g.Conditions = conditions
		return g
	}
	actions := given(narrowedBy("StringEquals", "aws:RequestTag/team", "blue"))
	actions.Access, actions.Actions = "", []string{"ecr:PutImage", "ecr:TagResource"}
	for name, tc := range map[string]struct {
		grant pattern.Grant
		site  pattern.Site
		want  string
	}{
		"federated users of the account": {given(narrowedBy("ArnLike", "aws:PrincipalArn", "arn:aws:sts::222222222222:federated-user/*")), ireland(), ""},
		"those of another account":       {given(narrowedBy("ArnLike", "aws:PrincipalArn", "arn:aws:sts::333333333333:federated-user/*")), ireland(), "Grant that never gives access"},
		"an owner that isn't known":      {given(narrowedBy("StringEquals", "aws:ResourceAccount", "111111111111")), pattern.Site{Partition: "aws", Region: "eu-west-1"}, ""},
		"another owner":                  {given(narrowedBy("StringEquals", "aws:ResourceAccount", "444444444444")), ireland(), "Grant that never gives access"},
		"one action of two":              {actions, ireland(), "Grant that gives less than it says"},
	} {
		var found []string
		for _, p := range pattern.ProveGrants([]pattern.Grant{tc.grant}, pattern.Ground{Site: tc.site}).Problems {
			found = append(found, p.Summary)
			if name == "one action of two" && !strings.Contains(p.Detail, "doesn't give ecr:PutImage to") {
				t.Errorf("%s: %s", name, p.Detail)
			}
		}
		if got := strings.Join(found, ", "); got != tc.want {
			t.Errorf("%s: %q, want %q", name, got, tc.want)
		}
	}
}

// TestCallerInASession is locked out by the role that STS names without its path.
func TestCallerInASession(t *testing.T) {
	t.Parallel()
	lockdown := func(exempt string) []policy.Statement {
		return []policy.Statement{{
			Sid: "DenyOthers", Effect: policy.Deny, Principal: policy.Principal{Any: true}, Actions: []string{"ecr:*"},
			Conditions: narrowedBy("ArnNotLike", "aws:PrincipalArn", exempt),
		}}
	}
	for exempt, want := range map[string]bool{
		"arn:aws:iam::111111111111:role/admin":        true,
		"arn:aws:iam::111111111111:role/deployer":     false,
		"arn:aws:iam::111111111111:role/ops/deployer": false,
		"arn:aws:iam::111111111111:role/ops/*":        false,
		"arn:aws:iam::111111111111:role/*":            false,
	} {
		proof := pattern.ProveGrants(nil, pattern.Ground{Site: ireland(), Foreign: lockdown(exempt), Caller: pattern.Caller{ARN: "arn:aws:sts::111111111111:assumed-role/deployer/ci"}})
		if got := len(proof.Foreign) == 1 && strings.Contains(proof.Foreign[0].Summary, "locks its caller out"); got != want {
			t.Errorf("but for %s: %v", exempt, proof.Foreign)
		}
	}
}
