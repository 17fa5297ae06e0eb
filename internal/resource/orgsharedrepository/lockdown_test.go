// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package orgsharedrepository_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecr"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/ecrx/terraform-provider-ecrx/internal/acctest"
	"github.com/ecrx/terraform-provider-ecrx/internal/authz"
	"github.com/ecrx/terraform-provider-ecrx/internal/awstest"
	"github.com/ecrx/terraform-provider-ecrx/internal/awstest/lifecycle"
	"github.com/ecrx/terraform-provider-ecrx/internal/policy"
)

const ouPath = "o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/"

func caller(a *awstest.AWS) string { return "arn:aws:iam::" + a.AccountID + ":user/awstest" }

// shared gives an organization share with a lockdown that exempts the caller and whom else the arguments say.
func shared(a *awstest.AWS, arguments map[string]any) map[string]any {
	lockdown := map[string]any{"exempt_principal_arns": []string{caller(a)}}
	for name, value := range arguments {
		lockdown[name] = value
	}
	return map[string]any{
		"name": name, "lockdown": lockdown,
		"grants": map[string]any{
			"Development": map[string]any{"access": "pull", "organization_paths": []string{ouPath + "*"}},
			"Functions":   map[string]any{"lambda": map[string]any{"accounts": []string{"222222222222"}}},
		},
	}
}

// TestSharedUnderLockdown fails the plan of a share that its lockdown kills, and says which line to add; with it, or with
// exempt_grants, the live policy gives what the grants say and denies the others.
func TestSharedUnderLockdown(t *testing.T) {
	t.Parallel()
	a := awstest.New(t)
	_, err := acctest.Core(a, resourceType, nil).Plan(t.Context(), shared(a, map[string]any{"exempt_grants": false}))
	for attribute, line := range map[string]string{
		`grants.ElementKeyString("Development")`: `Write exempt_organization_paths = ["` + ouPath + `*"] in the lockdown, or let exempt_grants exempt`,
		`grants.ElementKeyString("Functions")`:   `exempt_accounts = ["222222222222"]`,
	} {
		at, _, _ := strings.Cut(attribute, ".")
		if !acctest.Diagnosed(err, "ERROR", at, line) {
			t.Errorf("no error on %s says %s: %v", attribute, line, err)
		}
	}
	for test, arguments := range map[string]map[string]any{
		"exempt_grants": nil,
		"the lines":     {"exempt_grants": false, "exempt_organization_paths": []string{ouPath + "*"}, "exempt_accounts": []string{"222222222222"}},
	} {
		t.Run(test, func(t *testing.T) {
			t.Parallel()
			a := awstest.New(t)
			tf := acctest.Core(a, resourceType, nil)
			if _, err := tf.Apply(t.Context(), shared(a, arguments)); err != nil {
				t.Fatal(err)
			}
			expectPulls(t, a)
			if action, err := tf.Plan(t.Context(), shared(a, arguments)); err != nil || action != lifecycle.NoOp {
				t.Errorf("the plan after the apply is %s, %v", action, err)
			}
			if _, err := tf.Apply(t.Context(), nil); err != nil {
				t.Fatal(err)
			}
			gone(t, a)
		})
	}
}

// expectPulls asks the engine who may pull by the live policy, if his own account's policies let him.
func expectPulls(t *testing.T, a *awstest.AWS) {
	t.Helper()
	layers := authz.Layers{
		Identity:   []*authz.Policy{authz.AssumedToAllow("identity policies")},
		Repository: []*authz.Policy{authz.Compile("repository policy", policy.New(acctest.Statements(t, a)...))},
	}
	repository := authz.Repository{ARN: "arn:aws:ecr:eu-west-1:" + a.AccountID + ":repository/" + name}
	role := func(account, path string) authz.Caller {
		return authz.Caller{Principal: "arn:aws:iam::" + account + ":role/web", UserID: "AROAEXAMPLE1234567890:web", OrganizationPath: path}
	}
	lambda := authz.Caller{Principal: "lambda.amazonaws.com", Context: map[string]authz.Values{
		"aws:SourceArn":     authz.Single("arn:aws:lambda:eu-west-1:222222222222:function:web"),
		"aws:SourceAccount": authz.Single("222222222222"),
	}}
	for who, tc := range map[string]struct {
		caller authz.Caller
		want   authz.Decision
	}{
		"a member":                          {role("333333333333", ouPath), authz.Allowed},
		"a sibling OU":                      {role("333333333333", "o-a1b2c3d4e5/r-ab12/ou-ab12-99999999/"), authz.ExplicitlyDenied},
		"another organization":              {role("333333333333", "o-z9y8x7w6v5/r-ab12/ou-ab12-11111111/"), authz.ExplicitlyDenied},
		"the owner's own role":              {role(a.AccountID, ""), authz.ExplicitlyDenied},
		"the caller":                        {authz.Caller{Principal: caller(a), UserID: "AIDAEXAMPLE1234567890"}, authz.Allowed},
		"Lambda":                            {lambda, authz.Allowed},
		"a service-linked role":             {authz.Caller{Principal: "arn:aws:iam::" + a.AccountID + ":role/aws-service-role/inspector2.amazonaws.com/AWSServiceRoleForAmazonInspector2", UserID: "AROAEXAMPLE1234567890:x"}, authz.Allowed},
		"the root user":                     {authz.Caller{Principal: "arn:aws:iam::" + a.AccountID + ":root"}, authz.Allowed},
		"the root user of another account":  {authz.Caller{Principal: "arn:aws:iam::333333333333:root"}, authz.ExplicitlyDenied},
		"another service that acts for you": {authz.Caller{Principal: "codebuild.amazonaws.com"}, authz.ImplicitlyDenied},
	} {
		for _, action := range []string{"ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"} {
			if got := tc.caller.DecideAccess([]string{action}, repository, &layers); got != tc.want {
				t.Errorf("%s may %s: %s, want %s", who, action, got, tc.want)
			}
		}
	}
}

// TestLockdownLife adds, changes, repairs and removes a lockdown beside grants, and leaves others' statements alone.
func TestLockdownLife(t *testing.T) {
	t.Parallel()
	a := awstest.New(t)
	config := func(lockdown string) string {
		return a.ProviderBlock("") + block("name = \"team/app\"\ngrants = { Web = { access = \"pull\", accounts = [\"222222222222\"] } }\n"+lockdown)
	}
	closed := config(`lockdown = { exempt_caller = true }`)
	stands := acctest.Live(func() { acctest.ForeignStands(t, a) })
	sids := func(want ...string) statecheck.StateCheck {
		return acctest.Live(func() { acctest.ExpectSids(t, a, want...) })
	}
	callerARN := tfjsonpath.New("lockdown").AtMapKey("caller_arn")
	terraform(t, a,
		resource.TestStep{Config: config("")},
		resource.TestStep{
			PreConfig: func() { acctest.AddStatement(t, a, acctest.Foreign); a.ResetCalls() },
			Config:    closed,
			ConfigPlanChecks: acctest.Planned(plancheck.ExpectUnknownValue(address, callerARN), plancheck.ExpectUnknownValue(address, tfjsonpath.New("policy_json")),
				plancheck.ExpectKnownValue(address, tfjsonpath.New("consumer_policy_json"), knownvalue.StringRegexp(regexp.MustCompile("repository/team/app"))),
				plancheck.ExpectKnownValue(address, tfjsonpath.New("proof"), knownvalue.ListPartial(map[int]knownvalue.Check{
					3: knownvalue.StringRegexp(regexp.MustCompile("^DenyOthers leaves alone the principal that applies it first, whose ARN becomes caller_arn; ")),
				}))),
			ConfigStateChecks: []statecheck.StateCheck{
				acctest.Wrote(t, a, "SetRepositoryPolicy"), stands, sids("DenyOthers", "LambdaECRImageRetrievalPolicy", "Web"),
				statecheck.ExpectKnownValue(address, callerARN, knownvalue.StringExact(caller(a))),
			},
		},
		resource.TestStep{
			PreConfig: func() {
				acctest.AddStatement(t, a, `{"Sid":"DenyOthers","Effect":"Deny","Principal":"*","Action":"ecr:PutImage"}`)
				a.ResetCalls()
			},
			Config:            closed,
			ConfigPlanChecks:  acctest.Planned(acctest.Updates(address, "policy_json")),
			ConfigStateChecks: []statecheck.StateCheck{acctest.Wrote(t, a, "SetRepositoryPolicy"), stands},
		},
		resource.TestStep{
			PreConfig:         a.ResetCalls,
			Config:            config(`lockdown = { exempt_principal_arns = ["` + caller(a) + `"], sid = "Closed" }`),
			ConfigStateChecks: []statecheck.StateCheck{acctest.Wrote(t, a, "SetRepositoryPolicy"), stands, sids("Closed", "LambdaECRImageRetrievalPolicy", "Web")},
		},
		resource.TestStep{
			PreConfig:         a.ResetCalls,
			Config:            config(""),
			ConfigStateChecks: []statecheck.StateCheck{acctest.Wrote(t, a, "SetRepositoryPolicy"), stands, sids("LambdaECRImageRetrievalPolicy", "Web")},
		},
	)
}

// TestDeadWhoeverApplies fails the plan of a grant that the lockdown makes void, whoever applies it.
func TestDeadWhoeverApplies(t *testing.T) {
	t.Parallel()
	a := awstest.New(t)
	config := map[string]any{
		"name": name, "grants": map[string]any{"Partner": map[string]any{"access": "pull", "accounts": []string{"222222222222"}}},
		"lockdown": map[string]any{"exempt_caller": true, "exempt_grants": false},
	}
	_, err := acctest.Core(a, resourceType, nil).Plan(t.Context(), config)
	expectOneError(t, err, `grants["Partner"].accounts`, `exempt_accounts = ["222222222222"]`)
}

// TestLockdownThatLocksOut fails the plan of a caller whom nothing exempts, and the apply of another one, before anything is
// made.
func TestLockdownThatLocksOut(t *testing.T) {
	t.Parallel()
	a := awstest.New(t)
	deployer := "arn:aws:iam::" + a.AccountID + ":role/deployer"
	config := func(exempt any) map[string]any {
		return map[string]any{
			"name": name, "grants": map[string]any{"Web": map[string]any{"access": "pull", "accounts": []string{"222222222222"}}},
			"lockdown": map[string]any{"exempt_principal_arns": []any{exempt}},
		}
	}
	_, err := acctest.Core(a, resourceType, nil).Plan(t.Context(), config(deployer))
	expectOneError(t, err, "lockdown", `Add "`+caller(a)+`" to exempt_principal_arns of the lockdown`)
	_, err = acctest.Core(a, resourceType, nil).ApplyLater(t.Context(), config(lifecycle.Unknown{}), config(deployer))
	expectOneError(t, err, "lockdown", `Add "`+caller(a)+`" to exempt_principal_arns of the lockdown`)
	gone(t, a)

	narrowed, forced := config(deployer), config(deployer)
	narrowed["lockdown"] = map[string]any{"exempt_principal_arns": []string{deployer}, "actions": []string{"ecr:BatchGetImage", "ecr:PutImage"}}
	forced["allow_self_lockout"] = true
	for test, config := range map[string]map[string]any{"exempt": config(caller(a)), "to pull and push alone": narrowed, "forced": forced} {
		if _, err := acctest.Core(a, resourceType, nil).Plan(t.Context(), config); err != nil {
			t.Errorf("%s: %s", test, err)
		}
	}
}

// TestLockdownAtImport fills the lockdown of a configuration that has it. Where the configuration has none, the statement isn't
// this resource's: it stays.
func TestLockdownAtImport(t *testing.T) {
	t.Parallel()
	const denyOthers = `{"Sid":"DenyOthers","Effect":"Deny","Principal":"*","Action":"ecr:*","Condition":{"StringNotEquals":{"aws:PrincipalAccount":["ACCOUNT","222222222222"]}}}`
	lockdown := func(a *awstest.AWS) map[string]any {
		return map[string]any{
			"exempt_accounts": []string{a.AccountID}, "exempt_root_user": false, "exempt_aws_services": false, "exempt_service_linked_roles": false,
		}
	}
	for test, c := range map[string]struct {
		closed bool
		want   lifecycle.Action
	}{"with a lockdown": {true, lifecycle.Update}, "without": {false, lifecycle.Update}} {
		t.Run(test, func(t *testing.T) {
			t.Parallel()
			a := awstest.New(t)
			if _, err := a.ECR().CreateRepository(t.Context(), &ecr.CreateRepositoryInput{RepositoryName: aws.String(name)}); err != nil {
				t.Fatal(err)
			}
			statement := strings.Replace(denyOthers, "ACCOUNT", a.AccountID, 1)
			config := map[string]any{"name": name, "grants": map[string]any{"Web": map[string]any{"access": "pull", "accounts": []string{"222222222222"}}}}
			acctest.AddStatement(t, a, statement)
			acctest.AddStatement(t, a, `{"Sid":"Web","Effect":"Allow","Principal":{"AWS":"222222222222"},"Action":["ecr:BatchCheckLayerAvailability","ecr:BatchGetImage","ecr:GetDownloadUrlForLayer"]}`)
			if c.closed {
				config["lockdown"] = lockdown(a)
			}
			tf := acctest.Core(a, resourceType, nil)
			if err := tf.Import(t.Context(), name); err != nil {
				t.Fatal(err)
			}
			a.ResetCalls()
			if action, err := tf.Apply(t.Context(), config); err != nil || action != c.want {
				t.Fatalf("the first apply after the import is %s, want %s: %v", action, c.want, err)
			}
			if calls := acctest.Writes(a); len(calls) > 0 {
				t.Errorf("the first apply after the import makes the calls %q", calls)
			}
			acctest.ExpectStatement(t, a, statement)
			if action, err := tf.Plan(t.Context(), config); err != nil || action != lifecycle.NoOp {
				t.Errorf("the plan after it is %s, %v", action, err)
			}
			config["grants"] = map[string]any{}
			if !c.closed {
				if _, err := tf.Apply(t.Context(), config); err != nil {
					t.Fatal(err)
				}
				acctest.ExpectStatement(t, a, statement)
			}
		})
	}
}
