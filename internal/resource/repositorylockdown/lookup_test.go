// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package repositorylockdown_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/iam"

	"github.com/ecrx/terraform-provider-ecrx/internal/acctest"
	"github.com/ecrx/terraform-provider-ecrx/internal/awstest"
	"github.com/ecrx/terraform-provider-ecrx/internal/awstest/lifecycle"
)

// TestRoleNames looks a path up, and exempts every path where it may not.
func TestRoleNames(t *testing.T) {
	t.Parallel()
	for test, may := range map[string]bool{"looked up": true, "refused": false} {
		t.Run(test, func(t *testing.T) {
			t.Parallel()
			a := awstest.New(t)
			arrange(t, a)
			createRole(t, a, "/ops/", "deployer")
			tf, heard := core(a, nil)
			config := lockdown(map[string]any{"exempt_role_names": []string{"deployer"}, "exempt_principal_arns": []string{caller(a)}})
			exempt := []string{caller(a), roleARN(a, "/ops/", "deployer")}
			if !may {
				withoutGetRole(a)
				exempt = []string{caller(a), roleARN(a, "/", "deployer"), roleARN(a, "/*/", "deployer")}
			}
			apply(t, tf, config)
			acctest.ExpectStatement(t, a, denyOthers(a, exempt...))
			warnings := slices.DeleteFunc(heard.Warnings(), func(w string) bool {
				return strings.HasPrefix(w, "exempt_role_names: Policy with roles that are looked up: ")
			})
			if may && len(warnings) > 0 {
				t.Errorf("there are the warnings %q", warnings)
			}
			if !may {
				expectWarning(t, warnings, "exempt_role_names: Role whose path isn't known: ", "iam:GetRole", `"`+roleARN(a, "/*/", "deployer")+`"`)
			}
			plans(t, tf, config, lifecycle.NoOp)
			if warnings := heard.Warnings(); len(warnings) > 0 {
				t.Errorf("what stands is warned of: %q", warnings)
			}
		})
	}
}

// TestRoleThatMoves is made again with another path: whoever may look it up sees the change, and others keep what stands.
func TestRoleThatMoves(t *testing.T) {
	t.Parallel()
	a := awstest.New(t)
	arrange(t, a)
	createRole(t, a, "/ops/", "deployer")
	config := lockdown(map[string]any{"exempt_role_names": []string{"deployer"}, "exempt_principal_arns": []string{caller(a)}})
	tf, heard := core(a, nil)
	apply(t, tf, config)

	deleteRole(t, a, "deployer")
	heard.Warnings()
	plans(t, tf, config, lifecycle.NoOp)
	expectWarning(t, heard.Warnings(), "exempt_role_names: Role that is gone: ", roleARN(a, "/ops/", "deployer"))

	createRole(t, a, "/ops/", "deployer")
	plans(t, tf, config, lifecycle.NoOp)
	deleteRole(t, a, "deployer")
	createRole(t, a, "/new/", "deployer")
	withoutGetRole(a)
	plans(t, tf, config, lifecycle.NoOp)
	a.ClearFaults()
	if action := apply(t, tf, config); action != lifecycle.Update {
		t.Errorf("the apply is %s", action)
	}
	acctest.ExpectStatement(t, a, denyOthers(a, caller(a), roleARN(a, "/new/", "deployer")))
}

// TestRoleThatComesLater plans a statement that isn't known while there is no role, and finds it at the apply.
func TestRoleThatComesLater(t *testing.T) {
	t.Parallel()
	for test, config := range map[string]map[string]any{
		"by ARN": {"exempt_role_names": []string{"deployer"}},
		"by id":  {"exempt_role_names": []string{"deployer"}, "mode": "user_id"},
	} {
		t.Run(test, func(t *testing.T) {
			t.Parallel()
			a := awstest.New(t)
			arrange(t, a)
			config := lockdown(config)
			config["exempt_principal_arns"] = []string{caller(a)}
			tf, _ := core(a, nil)
			plans(t, tf, config, lifecycle.Create)
			a.ResetCalls()
			_, err := tf.Apply(t.Context(), config)
			expectOneError(t, err, "exempt_role_names: Role that doesn't exist: ", "There is no role deployer", "depends_on")
			unwritten(t, a)
			gone(t, a)

			var id string
			acctest.Between(tf, func() { id = createRole(t, a, "/ops/", "deployer") })
			apply(t, tf, config)
			if state := attributes(t, tf); !slices.Contains(state.Exempt, roleARN(a, "/ops/", "deployer")) && !slices.Contains(state.Exempt, id+":*") {
				t.Errorf("exempt are %q", state.Exempt)
			}
			plans(t, tf, config, lifecycle.NoOp)
		})
	}
}

// TestRoleMadeAMomentAgo waits for a role that IAM doesn't give to everybody yet.
func TestRoleMadeAMomentAgo(t *testing.T) {
	t.Parallel()
	a := awstest.New(t, awstest.IAMLag(3))
	arrange(t, a)
	// Not the test's own client, to which the lag doesn't apply.
	client := iam.New(iam.Options{
		Region: a.Region, BaseEndpoint: aws.String(a.Endpoint()), Credentials: credentials.NewStaticCredentialsProvider(a.AccessKey, a.SecretKey, ""),
	})
	tf, _ := core(a, nil)
	acctest.Between(tf, func() {
		_, err := client.CreateRole(t.Context(), &iam.CreateRoleInput{
			RoleName: aws.String("deployer"), Path: aws.String("/ops/"), AssumeRolePolicyDocument: aws.String(`{"Version":"2012-10-17","Statement":[]}`),
		})
		if err != nil {
			t.Error(err)
		}
	})
	apply(t, tf, lockdown(map[string]any{"exempt_role_names": []string{"deployer"}, "exempt_principal_arns": []string{caller(a)}}))
	acctest.ExpectStatement(t, a, denyOthers(a, caller(a), roleARN(a, "/ops/", "deployer")))
}

// byID is the statement that leaves alone a caller by ARN and others by their unique ids.
func byID(a *awstest.AWS, ids ...string) string {
	return strings.Replace(denyOthers(a, caller(a)), `"BoolIfExists"`, `"StringNotLike":{"aws:userid":["`+strings.Join(ids, `:*","`)+`:*"]},"BoolIfExists"`, 1)
}

// TestRoleIDs goes by the unique id: a role that is made again is another one, and one that is gone keeps its id exempt.
func TestRoleIDs(t *testing.T) {
	t.Parallel()
	a := awstest.New(t)
	arrange(t, a)
	first, web := createRole(t, a, "/ops/", "deployer"), createRole(t, a, "/", "web")
	config := lockdown(map[string]any{"mode": "user_id", "exempt_role_names": []string{"deployer", "web"}, "exempt_principal_arns": []string{caller(a)}})
	tf, heard := core(a, nil)

	withoutGetRole(a)
	one := lockdown(map[string]any{"mode": "user_id", "exempt_role_names": []string{"deployer"}, "exempt_principal_arns": []string{caller(a)}})
	plans(t, tf, one, lifecycle.Create)
	expectWarning(t, heard.Warnings(), "exempt_role_names: Role that can't be looked up: ", "the role deployer")
	_, err := tf.Apply(t.Context(), one)
	expectOneError(t, err, "exempt_role_names: Role that can't be looked up: ", "the role deployer", "Allow iam:GetRole", `"AROA…:*"`)
	a.ClearFaults()
	apply(t, tf, config)
	acctest.ExpectStatement(t, a, byID(a, first, web))
	withoutGetRole(a)
	plans(t, tf, config, lifecycle.NoOp)
	a.ClearFaults()

	deleteRole(t, a, "deployer")
	heard.Warnings()
	plans(t, tf, config, lifecycle.NoOp)
	expectWarning(t, heard.Warnings(), "exempt_role_names: Role that is gone: ", "There is no role deployer", first, "belongs to no role any more")

	second := createRole(t, a, "/ops/", "deployer")
	if first == second {
		t.Fatal("a role that was made again has the same id")
	}
	withoutGetRole(a)
	plans(t, tf, config, lifecycle.NoOp)
	a.ClearFaults()
	heard.Warnings()
	plans(t, tf, config, lifecycle.Update)
	expectWarning(t, heard.Warnings(), "exempt_role_names: Role that was made again: The role deployer ", first, second)
	if action := apply(t, tf, config); action != lifecycle.Update {
		t.Errorf("the apply is %s", action)
	}
	acctest.ExpectStatement(t, a, byID(a, second, web))
	plans(t, tf, config, lifecycle.NoOp)
	if state := attributes(t, tf); !slices.Contains(state.Exempt, second+":*") || slices.Contains(state.Exempt, first+":*") {
		t.Errorf("exempt are %q", state.Exempt)
	}
}

// TestIDsThatBelongToNoRole are warned of, as far as the roles may be listed.
func TestIDsThatBelongToNoRole(t *testing.T) {
	t.Parallel()
	a := awstest.New(t)
	arrange(t, a)
	there, orphan := createRole(t, a, "/", "deployer"), "AROAEXAMPLE1234567890"
	tf, heard := core(a, nil)
	const summary = "exempt_user_ids: Id that belongs to no role: "
	said := func(ids ...string) []string {
		t.Helper()
		heard.Warnings()
		plans(t, tf, lockdown(map[string]any{"exempt_user_ids": ids, "exempt_principal_arns": []string{caller(a)}}), lifecycle.Create)
		return slices.DeleteFunc(heard.Warnings(), func(w string) bool { return !strings.HasPrefix(w, summary) })
	}
	if warnings := said(there+":*", orphan+":*", "AIDAEXAMPLE1234567890"); len(warnings) != 1 {
		t.Errorf("there are the warnings %q, want one", warnings)
	} else {
		expectWarning(t, warnings, summary, "No role of account "+a.AccountID+" has the unique id "+orphan)
	}
	if warnings := said(there + ":*"); len(warnings) > 0 {
		t.Errorf("of a role that is there is said %q", warnings)
	}
	a.ResetCalls()
	said("AIDAEXAMPLE1234567890")
	if slices.ContainsFunc(a.Calls(), func(c awstest.Call) bool { return c.Action == "ListRoles" }) {
		t.Error("the roles were listed for a user's id")
	}
	a.Inject(awstest.Fault{Kind: awstest.AccessDenied, Action: "ListRoles", Sticky: true})
	if warnings := said(orphan + ":*"); len(warnings) > 0 {
		t.Errorf("a caller who may not list the roles is told %q", warnings)
	}
}

// TestRolesOfAnotherAccount can't be looked up by their names.
func TestRolesOfAnotherAccount(t *testing.T) {
	t.Parallel()
	a := awstest.New(t)
	tf, _ := core(a, nil)
	_, err := tf.Plan(t.Context(), lockdown(map[string]any{"registry_id": "222222222222", "exempt_role_names": []string{"deployer"}}))
	expectOneError(t, err, "exempt_role_names: Roles of another account: ", a.AccountID, "222222222222", "exempt_principal_arns")
	if slices.ContainsFunc(a.Calls(), func(c awstest.Call) bool { return c.Action == "GetRole" }) {
		t.Error("a role of the wrong account was looked up")
	}
}

// TestRolesThatIAMDoesNotTell fail the plan, which could name them wrongly.
func TestRolesThatIAMDoesNotTell(t *testing.T) {
	t.Parallel()
	a := awstest.New(t)
	arrange(t, a)
	tf, _ := core(a, map[string]any{"max_retries": 1})
	a.Inject(awstest.Fault{Kind: awstest.ServerError, Action: "GetRole", Sticky: true})
	_, err := tf.Plan(t.Context(), lockdown(map[string]any{"exempt_role_names": []string{"deployer"}, "exempt_principal_arns": []string{caller(a)}}))
	expectOneError(t, err, ": looking up IAM role (deployer): ", "ServiceFailure")
}

// TestRolesFoundByOneAppliedByAnother has a plan carried out by one who sees more of IAM than who made it, or less: what is looked
// up for the first time is known after the apply, and proven at the plan all the same.
func TestRolesFoundByOneAppliedByAnother(t *testing.T) {
	t.Parallel()
	for test, firstMay := range map[string]bool{"who plans may look up": true, "who applies may look up": false} {
		t.Run(test, func(t *testing.T) {
			t.Parallel()
			a := awstest.New(t)
			arrange(t, a)
			createRole(t, a, "/ops/", "deployer")
			tf, heard := core(a, nil)
			config := lockdown(map[string]any{"exempt_role_names": []string{"deployer"}})
			exempt := []string{caller(a), roleARN(a, "/ops/", "deployer")}
			change := func() { a.ClearFaults() }
			if firstMay {
				change = func() { withoutGetRole(a) }
				exempt = []string{caller(a), roleARN(a, "/", "deployer"), roleARN(a, "/*/", "deployer")}
			} else {
				withoutGetRole(a)
			}
			_, err := tf.Plan(t.Context(), config)
			expectOneError(t, err, lockedOut+caller(a)+" would lose")

			config["exempt_principal_arns"] = []string{caller(a)}
			heard.Warnings()
			acctest.Between(tf, change)
			apply(t, tf, config)
			expectWarning(t, heard.Warnings(), "exempt_role_names: Role whose path isn't known: ")
			acctest.ExpectStatement(t, a, denyOthers(a, exempt...))
			a.ClearFaults()
			plans(t, tf, config, lifecycle.NoOp)
			withoutGetRole(a)
			plans(t, tf, config, lifecycle.NoOp)
		})
	}
}

// TestDriftOfLookedUpRoles repairs what somebody else wrote in the place of a role, whoever plans it.
func TestDriftOfLookedUpRoles(t *testing.T) {
	t.Parallel()
	const evil = "AROAEVIL123456789012"
	for test, c := range map[string]struct {
		mode    string
		drifted func(a *awstest.AWS, id string) string
		may     bool
	}{
		"another id, looked up":  {"user_id", func(a *awstest.AWS, _ string) string { return byID(a, evil) }, true},
		"another id, refused":    {"user_id", func(a *awstest.AWS, _ string) string { return byID(a, evil) }, false},
		"one more id, looked up": {"user_id", func(a *awstest.AWS, id string) string { return byID(a, id, evil) }, true},
		"one more id, refused":   {"user_id", func(a *awstest.AWS, id string) string { return byID(a, id, evil) }, false},
		"another path, looked up": {"principal_arn", func(a *awstest.AWS, _ string) string {
			return denyOthers(a, caller(a), roleARN(a, "/evil/", "deployer"))
		}, true},
		"another path, refused": {"principal_arn", func(a *awstest.AWS, _ string) string {
			return denyOthers(a, caller(a), roleARN(a, "/evil/", "deployer"))
		}, false},
		"one more path, looked up": {"principal_arn", func(a *awstest.AWS, _ string) string {
			return denyOthers(a, caller(a), roleARN(a, "/ops/", "deployer"), roleARN(a, "/evil/", "deployer"))
		}, true},
		"one more path, refused": {"principal_arn", func(a *awstest.AWS, _ string) string {
			return denyOthers(a, caller(a), roleARN(a, "/ops/", "deployer"), roleARN(a, "/evil/", "deployer"))
		}, false},
	} {
		t.Run(test, func(t *testing.T) {
			t.Parallel()
			a := awstest.New(t)
			arrange(t, a)
			id := createRole(t, a, "/ops/", "deployer")
			config := lockdown(map[string]any{"mode": c.mode, "exempt_role_names": []string{"deployer"}, "exempt_principal_arns": []string{caller(a)}})
			tf, _ := core(a, nil)
			apply(t, tf, config)
			applied := attributes(t, tf).StatementJSON
			acctest.AddStatement(t, a, c.drifted(a, id))
			if !c.may {
				withoutGetRole(a)
			}
			if action := apply(t, tf, config); action != lifecycle.Update {
				t.Errorf("the apply is %s", action)
			}
			acctest.ExpectStatement(t, a, applied)
		})
	}
}
