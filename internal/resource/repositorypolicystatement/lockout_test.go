// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package repositorypolicystatement_test

import (
	"testing"

	"github.com/ecrx/terraform-provider-ecrx/internal/acctest"
	"github.com/ecrx/terraform-provider-ecrx/internal/awstest"
	"github.com/ecrx/terraform-provider-ecrx/internal/awstest/lifecycle"
)

// TestDenyOfItsCaller stops a Deny that keeps its caller from changing the policy again, at plan and, where that couldn't know it,
// before the write.
func TestDenyOfItsCaller(t *testing.T) {
	t.Parallel()
	a := awstest.New(t)
	arrange(t, a)
	deny := func(exempt, action string) map[string]any {
		return map[string]any{
			"repository":     name,
			"statement_json": `{"Sid":"Closed","Effect":"Deny","Principal":"*","Action":"` + action + `","Condition":{"ArnNotLike":{"aws:PrincipalArn":"` + exempt + `"}}}`,
		}
	}
	caller := "arn:aws:iam::" + a.AccountID + ":user/awstest"
	const other, want = "arn:aws:iam::111111111111:role/deployer", `by ArnNotLike on aws:PrincipalArn, or apply as somebody whom it leaves alone`
	tf := acctest.Core(a, resourceType, nil)
	_, err := tf.Plan(t.Context(), deny(other, "ecr:*"))
	if !acctest.Diagnosed(err, "ERROR", "statement_json", `Add "`+caller+`" to the statement's conditions, `+want) {
		t.Errorf("the plan gives %v", err)
	}
	_, err = tf.ApplyLater(t.Context(), map[string]any{"repository": name, "statement_json": lifecycle.Unknown{}}, deny(other, "ecr:*"))
	if !acctest.Diagnosed(err, "ERROR", "statement_json", want) {
		t.Errorf("the apply gives %v", err)
	}
	if _, err := tf.Apply(t.Context(), deny(caller, "ecr:*")); err != nil {
		t.Fatal(err)
	}
	a.ResetCalls()
	later := deny(caller, "ecr:*")
	later["statement_json"] = lifecycle.Unknown{}
	_, err = tf.ApplyLater(t.Context(), later, deny(other, "ecr:*"))
	if !acctest.Diagnosed(err, "ERROR", "statement_json", want) {
		t.Errorf("the update gives %v", err)
	}
	if calls := acctest.Writes(a); len(calls) > 0 {
		t.Errorf("made the calls %q", calls)
	}
	forced := deny(other, "ecr:*")
	forced["allow_self_lockout"] = true
	for test, config := range map[string]map[string]any{"to pull alone": deny(other, "ecr:BatchGetImage"), "forced": forced} {
		if _, err := tf.Plan(t.Context(), config); err != nil {
			t.Errorf("%s: %s", test, err)
		}
	}
	if _, err := tf.Apply(t.Context(), forced); err != nil {
		t.Fatal(err)
	}
	if _, err := tf.Apply(t.Context(), deny(other, "ecr:*")); err != nil {
		t.Errorf("nothing is written, and still: %s", err)
	}
	if _, err := tf.Apply(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	gone(t, a)
}
