// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package repositorylockdown_test

import (
	"slices"
	"testing"

	"github.com/ecrx/terraform-provider-ecrx/internal/acctest"
	"github.com/ecrx/terraform-provider-ecrx/internal/awstest"
	"github.com/ecrx/terraform-provider-ecrx/internal/awstest/lifecycle"
)

const (
	lockedOut = "exempt_principal_arns: Policy that locks its caller out: "
	unsure    = "exempt_principal_arns: Policy that may lock its caller out: "
)

// withoutGetRole keeps who is to come from looking roles up, until ClearFaults.
func withoutGetRole(a *awstest.AWS) {
	a.Inject(awstest.Fault{Kind: awstest.AccessDenied, Action: "iam:GetRole", Sticky: true})
}

// TestCallerWhomNothingExempts fails the plan with the ARN to add: that of the user, that of the session's role with its path, or
// without it where it can't be looked up.
func TestCallerWhomNothingExempts(t *testing.T) {
	t.Parallel()
	a := awstest.New(t)
	arrange(t, a)
	operator := session(t, a, "/ops/", "operator")
	web := roleARN(a, "/service-role/", "web")
	config := lockdown(map[string]any{"exempt_principal_arns": []string{web}})
	a.ResetCalls()

	user, _ := core(a, nil)
	_, err := user.Plan(t.Context(), config)
	expectOneError(t, err, lockedOut+caller(a)+" would lose ecr:DeleteRepositoryPolicy, ecr:GetRepositoryPolicy, ecr:SetRepositoryPolicy",
		`Add "`+caller(a)+`" to exempt_principal_arns of the lockdown, or`, "allow_self_lockout = true")

	known, _ := core(a, operator)
	_, err = known.Plan(t.Context(), config)
	expectOneError(t, err, lockedOut, `Add "`+roleARN(a, "/ops/", "operator")+`" to exempt_principal_arns of the lockdown, or`)

	withoutGetRole(a)
	pathless, heard := core(a, operator)
	_, err = pathless.Plan(t.Context(), config)
	expectOneError(t, err, lockedOut, `Add "`+roleARN(a, "/", "operator")+`" to exempt_principal_arns of the lockdown, with the path`)
	heard.Warnings()
	for _, path := range []string{"/", "/ops/"} {
		plans(t, pathless, lockdown(map[string]any{"exempt_principal_arns": []string{roleARN(a, path, "operator")}}), lifecycle.Create)
		expectWarning(t, heard.Warnings(), unsure, "can't be told", "ECR refuses a policy")
	}
	plans(t, pathless, lockdown(map[string]any{"exempt_principal_arns": []string{roleARN(a, "/", "operator"), roleARN(a, "/*/", "operator")}}), lifecycle.Create)
	if warnings := heard.Warnings(); len(warnings) > 0 {
		t.Errorf("a role that is exempt whatever its path is warned: %q", warnings)
	}
	unwritten(t, a)
}

// TestDataPlane needs nobody's exemption: the policy itself stays to whoever may change it.
func TestDataPlane(t *testing.T) {
	t.Parallel()
	a := awstest.New(t)
	arrange(t, a)
	tf, heard := core(a, nil)
	config := lockdown(map[string]any{"exempt_principal_arns": []string{roleARN(a, "/", "web")}, "actions": []string{"ecr:BatchGetImage", "ecr:PutImage"}})
	apply(t, tf, config)
	if warnings := heard.Warnings(); len(warnings) > 0 {
		t.Errorf("there are the warnings %q", warnings)
	}
	plans(t, tf, config, lifecycle.NoOp)
	config["actions"] = []string{"ecr:BatchGetImage", "ecr:GetRepositoryPolicy"}
	_, err := tf.Plan(t.Context(), config)
	expectOneError(t, err, lockedOut+caller(a)+" would lose ecr:GetRepositoryPolicy on")
}

// TestPlannedByOneAppliedByAnother has a plan of a role that may look others up, carried out by one that may not.
func TestPlannedByOneAppliedByAnother(t *testing.T) {
	t.Parallel()
	a := awstest.New(t)
	arrange(t, a)
	planner, applier, stranger := session(t, a, "/ops/", "planner"), session(t, a, "/ops/", "applier"), session(t, a, "/", "stranger")
	exempt := []string{roleARN(a, "/ops/", "planner"), roleARN(a, "/ops/", "applier")}
	config := lockdown(map[string]any{"exempt_principal_arns": exempt})

	tf := acctest.Core(a, resourceType, nil)
	become(tf, a, planner)
	a.ResetCalls()
	acctest.Between(tf, func() { become(tf, a, stranger) })
	_, err := tf.Apply(t.Context(), config)
	expectOneError(t, err, lockedOut, "assumed-role/stranger/ci would lose", `"`+roleARN(a, "/", "stranger")+`"`)
	unwritten(t, a)

	become(tf, a, planner)
	acctest.Between(tf, func() { become(tf, a, applier); withoutGetRole(a) })
	apply(t, tf, config)
	a.ClearFaults()
	acctest.ExpectStatement(t, a, denyOthers(a, exempt...))
	for _, operator := range []map[string]any{planner, applier} {
		become(tf, a, operator)
		plans(t, tf, config, lifecycle.NoOp)
	}
}

// become makes somebody else the caller from the next walk on.
func become(tf *lifecycle.Terraform, a *awstest.AWS, caller map[string]any) {
	tf.ProviderConfig = lifecycle.ProviderConfig(a, caller)
}

// TestApplyChecksItsOwnCaller stops an apply by a caller whom STS tells only after the plan was made again, before it writes.
func TestApplyChecksItsOwnCaller(t *testing.T) {
	t.Parallel()
	a := awstest.New(t)
	arrange(t, a)
	stranger := session(t, a, "/", "stranger")
	config := lockdown(map[string]any{"exempt_principal_arns": []string{caller(a)}})
	tf, _ := core(a, nil)
	apply(t, tf, config)

	acctest.Between(tf, func() {
		become(tf, a, stranger)
		a.ResetCalls()
		a.Inject(awstest.Fault{Kind: awstest.AccessDenied, Action: "GetCallerIdentity"})
	})
	config["actions"] = []string{"ecr:Get*"}
	_, err := tf.Apply(t.Context(), config)
	expectOneError(t, err, lockedOut, "assumed-role/stranger/ci would lose ecr:GetRepositoryPolicy on")
	unwritten(t, a)
	if !slices.ContainsFunc(a.Calls(), func(c awstest.Call) bool { return c.Action == "GetCallerIdentity" && c.Status == 403 }) {
		t.Error("STS answered while it was planned")
	}
	acctest.ExpectStatement(t, a, denyOthers(a, caller(a)))
}

// TestTwoOperators see no diff in turn, though one may look roles up and the other may not.
func TestTwoOperators(t *testing.T) {
	t.Parallel()
	for test, c := range map[string]struct {
		config     func(a *awstest.AWS) map[string]any
		firstMay   bool // call GetRole
		wantCaller func(a *awstest.AWS) string
	}{
		"role names, first with GetRole":    {byName, true, nobody},
		"role names, second with GetRole":   {byName, false, nobody},
		"exempt_caller, first with GetRole": {byCaller, true, func(a *awstest.AWS) string { return roleARN(a, "/ops/", "first") }},
		"exempt_caller, second with GetRole": {byCaller, false, func(a *awstest.AWS) string {
			return "arn:aws:sts::" + a.AccountID + ":assumed-role/first/ci"
		}},
	} {
		t.Run(test, func(t *testing.T) {
			t.Parallel()
			a := awstest.New(t)
			arrange(t, a)
			operators := []map[string]any{session(t, a, "/ops/", "first"), session(t, a, "/ops/", "second")}
			config := c.config(a)
			tf := acctest.Core(a, resourceType, nil)
			for turn := range 4 {
				become(tf, a, operators[turn%2])
				a.ClearFaults()
				if may := c.firstMay == (turn%2 == 0); !may {
					withoutGetRole(a)
				}
				if turn == 0 {
					apply(t, tf, config)
				}
				plans(t, tf, config, lifecycle.NoOp)
			}
			if got, want := attributes(t, tf).CallerARN, c.wantCaller(a); got != want {
				t.Errorf("caller_arn is %q, want %q", got, want)
			}
			// A change of the second operator leaves whom the first one exempted.
			become(tf, a, operators[1])
			a.ClearFaults()
			config["exempt_accounts"] = []string{"222222222222"}
			apply(t, tf, config)
			plans(t, tf, config, lifecycle.NoOp)
			state := attributes(t, tf)
			if state.CallerARN != c.wantCaller(a) || !slices.Contains(state.Exempt, roleARN(a, "/*/", "first")) && !slices.Contains(state.Exempt, roleARN(a, "/ops/", "first")) {
				t.Errorf("after a change of the second operator caller_arn is %q, and exempt are %q", state.CallerARN, state.Exempt)
			}
		})
	}
}

func nobody(*awstest.AWS) string { return "" }

func byName(*awstest.AWS) map[string]any {
	return lockdown(map[string]any{"exempt_role_names": []string{"first", "second"}})
}

func byCaller(a *awstest.AWS) map[string]any {
	return lockdown(map[string]any{"exempt_caller": true, "exempt_principal_arns": []string{roleARN(a, "/ops/", "second"), roleARN(a, "/", "second"), roleARN(a, "/*/", "second")}})
}

// TestExemptCaller fixes a session's role, with its path where it can be looked up, else with every path.
func TestExemptCaller(t *testing.T) {
	t.Parallel()
	for test, may := range map[string]bool{"path looked up": true, "path not known": false} {
		t.Run(test, func(t *testing.T) {
			t.Parallel()
			a := awstest.New(t)
			arrange(t, a)
			tf, _ := core(a, session(t, a, "/ops/", "operator"))
			exempt, callerARN := []string{roleARN(a, "/ops/", "operator")}, roleARN(a, "/ops/", "operator")
			if !may {
				withoutGetRole(a)
				exempt, callerARN = []string{roleARN(a, "/", "operator"), roleARN(a, "/*/", "operator")}, "arn:aws:sts::"+a.AccountID+":assumed-role/operator/ci"
			}
			config := lockdown(map[string]any{"exempt_caller": true})
			apply(t, tf, config)
			acctest.ExpectStatement(t, a, denyOthers(a, exempt...))
			if got := attributes(t, tf).CallerARN; got != callerARN {
				t.Errorf("caller_arn is %q, want %q", got, callerARN)
			}
			plans(t, tf, config, lifecycle.NoOp)

			config = lockdown(map[string]any{"exempt_caller": false, "exempt_principal_arns": exempt})
			apply(t, tf, config)
			if got := attributes(t, tf).CallerARN; got != "" {
				t.Errorf("without exempt_caller, caller_arn is %q", got)
			}
			plans(t, tf, config, lifecycle.NoOp)
		})
	}
}
