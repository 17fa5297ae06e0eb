// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package repositorylockdown_test

import (
	"strings"
	"testing"

	"github.com/ecrx/terraform-provider-ecrx/internal/acctest"
	"github.com/ecrx/terraform-provider-ecrx/internal/awstest"
	"github.com/ecrx/terraform-provider-ecrx/internal/awstest/lifecycle"
)

// TestAllowSelfLockout makes warnings of what would be errors. Only then is force sent.
func TestAllowSelfLockout(t *testing.T) {
	t.Parallel()
	a := awstest.New(t)
	arrange(t, a)
	config := lockdown(map[string]any{"exempt_principal_arns": []string{caller(a)}})
	tf, heard := core(a, nil)
	a.ResetCalls()
	apply(t, tf, config)
	expectForce(t, a, false)

	config = lockdown(map[string]any{"exempt_principal_arns": []string{roleARN(a, "/", "web")}, "allow_self_lockout": true})
	heard.Warnings()
	plans(t, tf, config, lifecycle.Update)
	expectWarning(t, heard.Warnings(), lockedOut+caller(a)+" would lose")
	a.ResetCalls()
	apply(t, tf, config)
	expectForce(t, a, true)
	acctest.ExpectStatement(t, a, denyOthers(a, roleARN(a, "/", "web")))
	plans(t, tf, config, lifecycle.NoOp)
}

// expectForce looks at each SetRepositoryPolicy since the record of calls was last reset.
func expectForce(t *testing.T, a *awstest.AWS, want bool) {
	t.Helper()
	writes := 0
	for _, c := range a.Calls() {
		if c.Action != "SetRepositoryPolicy" {
			continue
		}
		writes++
		if got := strings.Contains(c.Parameters, `"force":true`); got != want {
			t.Errorf("force is %t: %s", got, c.Parameters)
		}
	}
	if writes == 0 {
		t.Error("nothing was written")
	}
}

// TestNobodyLeft refuses a lockdown that nobody of the repository's account could lift.
func TestNobodyLeft(t *testing.T) {
	t.Parallel()
	a := awstest.New(t)
	arrange(t, a)
	tf, heard := core(a, nil)
	config := lockdown(map[string]any{"exempt_accounts": []string{"222222222222"}, "exempt_root_user": false})
	_, err := tf.Plan(t.Context(), config)
	expectOneError(t, err, "exempt_principal_arns: Lockdown that nobody could lift: ", "Nobody in the repository's account "+a.AccountID, "leave exempt_root_user on")
	config["allow_self_lockout"] = true
	heard.Warnings()
	plans(t, tf, config, lifecycle.Create)
	warnings := heard.Warnings()
	expectWarning(t, warnings, "exempt_principal_arns: Lockdown that nobody could lift: ")
	expectWarning(t, warnings, lockedOut)
	unwritten(t, a)
}
