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

// TestPlaceOfTheCaller plans what doesn't hang on who applies, shows the rest with a place for the caller, and applies it as somebody
// else. From then on everything is known.
func TestPlaceOfTheCaller(t *testing.T) {
	t.Parallel()
	a := awstest.New(t)
	arrange(t, a)
	planner, applier := session(t, a, "/ops/", "planner"), session(t, a, "/ops/", "applier")
	config := lockdown(map[string]any{"exempt_caller": true, "exempt_accounts": []string{"222222222222"}})
	tf, heard := core(a, planner)
	plans(t, tf, config, lifecycle.Create)
	proof := strings.Join([]string{
		"DenyOthers leaves alone principals of account 222222222222; the principal that applies it first, whose ARN becomes caller_arn; the root user of account " + a.AccountID +
			"; the service-linked roles of account " + a.AccountID + "; AWS services that act for themselves",
		"DenyOthers denies ecr:* to everybody else, whatever their own policies say",
	}, "\n")
	for attribute, want := range map[string]string{
		"proof": proof, "statement_json": acctest.KnownAfterApply, "exempt": acctest.KnownAfterApply, "caller_arn": acctest.KnownAfterApply,
	} {
		if got := heard.Planned(t, attribute); got != want {
			t.Errorf("the plan of %s is %s, want %s", attribute, got, want)
		}
	}
	expectWarning(t, heard.Warnings(), "exempt_caller: Policy with a place for the caller: statement_json is known after apply",
		`"<ARN of the principal that applies>"`, `"arn:aws:iam::`+a.AccountID+`:root"`, `"aws:PrincipalAccount": "222222222222"`)

	acctest.Between(tf, func() { become(tf, a, applier) })
	apply(t, tf, config)
	heard = acctest.Listen(tf)
	become(tf, a, planner)
	// The planner is denied by what stands, which matters to nobody until he writes.
	plans(t, tf, config, lifecycle.NoOp)
	if got := attributes(t, tf).CallerARN; got != roleARN(a, "/ops/", "applier") {
		t.Errorf("caller_arn is %q", got)
	}
	become(tf, a, applier)
	heard.Warnings()
	config["exempt_accounts"] = []string{"333333333333"}
	plans(t, tf, config, lifecycle.Update)
	if warnings := heard.Warnings(); len(warnings) > 0 {
		t.Errorf("what is known is warned of: %q", warnings)
	}
	for attribute, want := range map[string]string{"statement_json": roleARN(a, "/ops/", "applier"), "exempt": "333333333333", "proof": "account 333333333333; the principal that applies it first"} {
		if got := heard.Planned(t, attribute); !strings.Contains(got, want) || strings.Contains(got, "222222222222") {
			t.Errorf("the plan of %s is %s, want one with %s", attribute, got, want)
		}
	}
}

// TestPlaceOfRoles plans the proof of roles that nobody looked up yet, by their names, and shows what the plan found of them.
func TestPlaceOfRoles(t *testing.T) {
	t.Parallel()
	for test, c := range map[string]struct {
		mode        string
		found, none string
	}{
		"by ARN": {"principal_arn", "role/ops/deployer", "<ARN of the role later>"},
		"by id":  {"user_id", "AROA", "<unique id of the role later>:*"},
	} {
		t.Run(test, func(t *testing.T) {
			t.Parallel()
			a := awstest.New(t)
			arrange(t, a)
			createRole(t, a, "/ops/", "deployer")
			tf, heard := core(a, nil)
			config := lockdown(map[string]any{"mode": c.mode, "exempt_role_names": []string{"deployer", "later"}, "exempt_principal_arns": []string{caller(a)}})
			plans(t, tf, config, lifecycle.Create)
			proof := heard.Planned(t, "proof")
			if want := "; the role deployer of account " + a.AccountID + "; the role later of account " + a.AccountID + "; "; !strings.Contains(proof, want) {
				t.Errorf("the proof is %q, without %q", proof, want)
			}
			if got := heard.Planned(t, "statement_json"); got != acctest.KnownAfterApply {
				t.Errorf("the statement is planned as %s", got)
			}
			expectWarning(t, heard.Warnings(), "exempt_role_names: Policy with roles that are looked up: statement_json is known after apply", c.found, c.none)
			acctest.Between(tf, func() { createRole(t, a, "/", "later") })
			apply(t, tf, config)
			heard.Warnings()
			plans(t, tf, config, lifecycle.NoOp)
			if got := heard.Planned(t, "proof"); got != proof {
				t.Errorf("the proof became %q, and was planned as %q", got, proof)
			}
			if warnings := heard.Warnings(); len(warnings) > 0 {
				t.Errorf("what is known is warned of: %q", warnings)
			}
		})
	}
}
