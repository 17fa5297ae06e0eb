// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package repositorygrants_test

import (
	"slices"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"

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
		"a role that isn't there": {
			map[string]any{"exempt_role_names": []string{"deployer"}, "exempt_principal_arns": []string{caller(a)}}, "lockdown.exempt_role_names", "There is no role deployer to exempt",
		},
		"no role at all, of a user": {map[string]any{"exempt_role_names": []string{"deployer"}}, "lockdown", `Add "` + caller(a) + `" to exempt_principal_arns of the lockdown`},
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

// TestLockdownGuard stops a plan, and an apply by somebody whom STS tells only after the plan was made again, before it writes.
func TestLockdownGuard(t *testing.T) {
	t.Parallel()
	a := awstest.New(t)
	arrange(t, a)
	if _, err := a.IAM().CreateUser(t.Context(), &iam.CreateUserInput{UserName: aws.String("other")}); err != nil {
		t.Fatal(err)
	}
	other, err := a.IAM().CreateAccessKey(t.Context(), &iam.CreateAccessKeyInput{UserName: aws.String("other")})
	if err != nil {
		t.Fatal(err)
	}
	tf := acctest.Core(a, resourceType, nil)
	if _, err := tf.Apply(t.Context(), closed(map[string]any{"exempt_principal_arns": []string{caller(a)}})); err != nil {
		t.Fatal(err)
	}
	a.ResetCalls()
	_, err = tf.Plan(t.Context(), closed(map[string]any{"exempt_principal_arns": []string{"arn:aws:iam::" + a.AccountID + ":role/deployer"}}))
	if !acctest.Diagnosed(err, "ERROR", "lockdown", `Add "`+caller(a)+`" to exempt_principal_arns`) {
		t.Errorf("the plan gives %v", err)
	}
	acctest.Between(tf, func() {
		tf.ProviderConfig = lifecycle.ProviderConfig(a, map[string]any{"access_key": *other.AccessKey.AccessKeyId, "secret_key": *other.AccessKey.SecretAccessKey})
		for range 2 { // for the proof of the grants, and for the plan's own guard
			a.Inject(awstest.Fault{Kind: awstest.AccessDenied, Action: "GetCallerIdentity"})
		}
	})
	_, err = tf.Apply(t.Context(), closed(map[string]any{"exempt_principal_arns": []string{caller(a)}, "actions": []string{"ecr:Get*"}}))
	if !acctest.Diagnosed(err, "ERROR", "lockdown", `Add "arn:aws:iam::`+a.AccountID+`:user/other" to exempt_principal_arns`) {
		t.Errorf("the apply gives %v", err)
	}
	if calls := acctest.Writes(a); len(calls) > 0 {
		t.Errorf("made the calls %q", calls)
	}
}

// TestLockdownFoundAtImport is the resource's own once it was applied with a configuration that has it, which changes nothing at
// AWS. Until then it may be of another resource, and stays whatever happens.
func TestLockdownFoundAtImport(t *testing.T) {
	t.Parallel()
	for test, c := range map[string]struct {
		// confirmed says that the configuration with the lockdown is applied after the import.
		confirmed bool
		then      func(a *awstest.AWS, config map[string]any)
		destroy   bool
		left      []string
	}{
		"destroyed at once":        {destroy: true, left: []string{"DenyOthers", "Web"}},
		"not in the configuration": {then: func(_ *awstest.AWS, config map[string]any) { delete(config, "lockdown") }, left: []string{"DenyOthers", "Web"}},
		"under another Sid": {then: func(a *awstest.AWS, config map[string]any) {
			config["lockdown"] = map[string]any{"exempt_principal_arns": []string{caller(a)}, "sid": "Closed"}
		}, left: []string{"Closed", "DenyOthers", "Web"}},
		"confirmed":               {confirmed: true, left: []string{"DenyOthers", "Web"}},
		"confirmed and removed":   {confirmed: true, then: func(_ *awstest.AWS, config map[string]any) { delete(config, "lockdown") }, left: []string{"Web"}},
		"confirmed and destroyed": {confirmed: true, destroy: true},
		"confirmed, and another Sid": {confirmed: true, then: func(a *awstest.AWS, config map[string]any) {
			config["lockdown"] = map[string]any{"exempt_principal_arns": []string{caller(a)}, "sid": "Closed"}
		}, left: []string{"Closed", "Web"}},
		"left, and destroyed after that": {then: func(_ *awstest.AWS, config map[string]any) { delete(config, "lockdown") }, destroy: true, left: []string{"DenyOthers"}},
	} {
		t.Run(test, func(t *testing.T) {
			t.Parallel()
			a := awstest.New(t)
			arrange(t, a)
			config := closed(map[string]any{"exempt_principal_arns": []string{caller(a)}})
			if _, err := acctest.Core(a, resourceType, nil).Apply(t.Context(), config); err != nil {
				t.Fatal(err)
			}
			tf := acctest.Core(a, resourceType, nil)
			if err := tf.Import(t.Context(), name); err != nil {
				t.Fatal(err)
			}
			if c.confirmed {
				a.ResetCalls()
				if _, err := tf.Apply(t.Context(), config); err != nil {
					t.Fatal(err)
				}
				if calls := acctest.Writes(a); len(calls) > 0 {
					t.Errorf("the first apply after the import makes the calls %q", calls)
				}
				if action, err := tf.Plan(t.Context(), config); err != nil || action != lifecycle.NoOp {
					t.Errorf("the plan after it is %s, %v", action, err)
				}
			}
			if c.then != nil {
				c.then(a, config)
				if _, err := tf.Apply(t.Context(), config); err != nil {
					t.Fatal(err)
				}
				if action, err := tf.Plan(t.Context(), config); err != nil || action != lifecycle.NoOp {
					t.Errorf("the plan after the change is %s, %v", action, err)
				}
			}
			if c.destroy {
				if _, err := tf.Apply(t.Context(), nil); err != nil {
					t.Fatal(err)
				}
			}
			left := slices.Concat(c.left, []string{"LambdaECRImageRetrievalPolicy"})
			slices.Sort(left)
			acctest.ExpectSids(t, a, left...)
			acctest.ForeignStands(t, a)
		})
	}
}

// TestLockdownLeftAtImport counts as a statement of others in the plan that gives it up.
func TestLockdownLeftAtImport(t *testing.T) {
	t.Parallel()
	for onUnmanaged, want := range map[string]struct {
		err  string
		left []string
	}{
		"error":  {"doesn't own: DenyOthers, LambdaECRImageRetrievalPolicy", []string{"DenyOthers", "LambdaECRImageRetrievalPolicy", "Web"}},
		"remove": {"", []string{"Web"}},
	} {
		a := awstest.New(t)
		arrange(t, a)
		config := closed(map[string]any{"exempt_principal_arns": []string{caller(a)}})
		if _, err := acctest.Core(a, resourceType, nil).Apply(t.Context(), config); err != nil {
			t.Fatal(err)
		}
		tf := acctest.Core(a, resourceType, nil)
		if err := tf.Import(t.Context(), name); err != nil {
			t.Fatal(err)
		}
		delete(config, "lockdown")
		config["on_unmanaged_statements"] = onUnmanaged
		_, err := tf.Apply(t.Context(), config)
		if want.err != "" {
			acctest.ExpectError(t, err, want.err)
		} else if err != nil {
			t.Error(err)
		}
		acctest.ExpectSids(t, a, want.left...)
	}
}

// TestCallerFoundAtImport keeps whom exempt_caller stands for, whoever imports.
func TestCallerFoundAtImport(t *testing.T) {
	t.Parallel()
	a := awstest.New(t)
	arrange(t, a)
	first := "arn:aws:iam::" + a.AccountID + ":role/ops/first"
	if _, err := acctest.Core(a, resourceType, nil).Apply(t.Context(), closed(map[string]any{"exempt_principal_arns": []string{first, caller(a)}})); err != nil {
		t.Fatal(err)
	}
	tf := acctest.Core(a, resourceType, nil)
	if err := tf.Import(t.Context(), name); err != nil {
		t.Fatal(err)
	}
	a.ResetCalls()
	config := closed(map[string]any{"exempt_principal_arns": []string{caller(a)}, "exempt_caller": true})
	if _, err := tf.Apply(t.Context(), config); err != nil {
		t.Fatal(err)
	}
	if calls := acctest.Writes(a); len(calls) > 0 {
		t.Errorf("the first apply after the import makes the calls %q", calls)
	}
}

// TestForcedLockout writes what its caller can't read back.
func TestForcedLockout(t *testing.T) {
	t.Parallel()
	a := awstest.New(t)
	arrange(t, a)
	config := closed(map[string]any{"exempt_principal_arns": []string{"arn:aws:iam::" + a.AccountID + ":role/deployer"}})
	config["allow_self_lockout"] = true
	a.ResetCalls()
	a.Inject(awstest.Fault{Action: "GetRepositoryPolicy", Call: 2, Sticky: true, Kind: awstest.AccessDenied})
	if _, err := acctest.Core(a, resourceType, nil).Apply(t.Context(), config); err != nil {
		t.Fatal(err)
	}
	a.ClearFaults()
	acctest.ExpectSids(t, a, "DenyOthers", "LambdaECRImageRetrievalPolicy", "Web")
}
