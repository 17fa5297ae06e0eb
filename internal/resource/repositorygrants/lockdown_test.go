// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package repositorygrants_test

import (
	"testing"

	"github.com/ecrx/terraform-provider-ecrx/internal/acctest"
	"github.com/ecrx/terraform-provider-ecrx/internal/awstest"
	"github.com/ecrx/terraform-provider-ecrx/internal/awstest/lifecycle"
)

func caller(a *awstest.AWS) string { return "arn:aws:iam::" + a.AccountID + ":user/awstest" }

// closed gives a grant under a lockdown.
func closed(lockdown map[string]any) map[string]any {
	return map[string]any{
		"repository": name, "lockdown": lockdown,
		"grants": map[string]any{"Web": map[string]any{"access": "pull", "accounts": []string{"222222222222"}}},
	}
}

// TestLockdown closes the repository beside a grant, repairs it, and opens it again; foreign statements stand, whatever they
// become.
func TestLockdown(t *testing.T) {
	t.Parallel()
	a := awstest.New(t)
	arrange(t, a)
	tf := acctest.Core(a, resourceType, nil)
	config := closed(map[string]any{"exempt_caller": true})
	denyOthers := `{"Sid":"DenyOthers","Effect":"Deny","Principal":"*","Action":"ecr:*","Condition":{
		"ArnNotLike":{"aws:PrincipalArn":["` + caller(a) + `","arn:aws:iam::` + a.AccountID + `:role/aws-service-role/*","arn:aws:iam::` + a.AccountID + `:root"]},
		"StringNotEquals":{"aws:PrincipalAccount":"222222222222"},"BoolIfExists":{"aws:PrincipalIsAWSService":"false"}}}`
	for round, drift := range []string{"", `{"Sid":"DenyOthers","Effect":"Deny","Principal":"*","Action":"ecr:PutImage"}`, acctest.Foreign} {
		if drift != "" {
			acctest.AddStatement(t, a, drift)
		}
		want := lifecycle.Update
		switch {
		case round == 0:
			want = lifecycle.Create
		case drift == acctest.Foreign:
			want = lifecycle.NoOp
		}
		if action, err := tf.Apply(t.Context(), config); err != nil || action != want {
			t.Fatalf("round %d: the plan is %s, want %s: %v", round, action, want, err)
		}
		acctest.ExpectStatement(t, a, denyOthers)
		acctest.ForeignStands(t, a)
	}
	delete(config, "lockdown")
	if _, err := tf.Apply(t.Context(), config); err != nil {
		t.Fatal(err)
	}
	acctest.ExpectSids(t, a, "LambdaECRImageRetrievalPolicy", "Web")
	if _, err := tf.Apply(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	gone(t, a)
}

// TestLockdownErrors stops what would lock the caller out, kill a grant, or do nothing.
func TestLockdownErrors(t *testing.T) {
	t.Parallel()
	a := awstest.New(t)
	arrange(t, a)
	deployer := []string{"arn:aws:iam::" + a.AccountID + ":role/deployer"}
	for test, c := range map[string]struct {
		lockdown map[string]any
		at, want string
	}{
		"the caller":      {map[string]any{"exempt_principal_arns": deployer}, "lockdown", `Add "` + caller(a) + `" to exempt_principal_arns of the lockdown`},
		"the grant":       {map[string]any{"exempt_principal_arns": []string{caller(a)}, "exempt_grants": false}, `grants`, `exempt_accounts = ["222222222222"]`},
		"a role's ARN":    {map[string]any{"exempt_role_names": deployer}, "lockdown.exempt_role_names", `or its name here: "deployer"`},
		"the grant's Sid": {map[string]any{"exempt_principal_arns": []string{caller(a)}, "sid": "Web"}, "lockdown.sid", "Rename the grant, or write another sid"},
		"names by NotPrincipal": {
			map[string]any{"mode": "not_principal", "exempt_principal_arns": []string{caller(a)}, "exempt_role_names": []string{"deployer"}},
			"lockdown.exempt_role_names", "so exempt_role_names has no effect",
		},
		"a role that isn't there": {map[string]any{"exempt_role_names": []string{"deployer"}}, "lockdown.exempt_role_names", "There is no role deployer to exempt"},
	} {
		_, err := acctest.Core(a, resourceType, nil).Apply(t.Context(), closed(c.lockdown))
		if !acctest.Diagnosed(err, "ERROR", c.at, c.want) {
			t.Errorf("%s: no error on %s says %s: %v", test, c.at, c.want, err)
		}
	}
	if calls := acctest.Writes(a); len(calls) > 0 {
		t.Errorf("made the calls %q", calls)
	}
}

// TestLockdownFoundAtImport leaves the state when the configuration has none, and its statement stays: it may be of another
// resource.
func TestLockdownFoundAtImport(t *testing.T) {
	t.Parallel()
	a := awstest.New(t)
	arrange(t, a)
	config := closed(map[string]any{"exempt_principal_arns": []string{caller(a)}})
	if _, err := acctest.Core(a, resourceType, nil).Apply(t.Context(), config); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		lockdown any
		want     lifecycle.Action
	}{{config["lockdown"], lifecycle.NoOp}, {nil, lifecycle.Update}} {
		tf := acctest.Core(a, resourceType, nil)
		if err := tf.Import(t.Context(), name); err != nil {
			t.Fatal(err)
		}
		a.ResetCalls()
		config["lockdown"] = c.lockdown
		if action, err := tf.Apply(t.Context(), config); err != nil || action != c.want {
			t.Fatalf("with the lockdown %v the plan is %s, want %s: %v", c.lockdown, action, c.want, err)
		}
		if calls := acctest.Writes(a); len(calls) > 0 {
			t.Errorf("with the lockdown %v the calls %q were made", c.lockdown, calls)
		}
		if c.lockdown == nil {
			if _, err := tf.Apply(t.Context(), nil); err != nil {
				t.Fatal(err)
			}
		}
		acctest.ForeignStands(t, a)
	}
	acctest.ExpectSids(t, a, "DenyOthers", "LambdaECRImageRetrievalPolicy")
}
