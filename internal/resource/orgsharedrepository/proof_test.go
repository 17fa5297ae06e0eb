// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package orgsharedrepository_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/ecrx/terraform-provider-ecrx/internal/acctest"
	"github.com/ecrx/terraform-provider-ecrx/internal/awstest"
	"github.com/ecrx/terraform-provider-ecrx/internal/awstest/lifecycle"
)

const (
	denyAll  = `{"Sid":"DenyOthers","Effect":"Deny","Principal":"*","Action":"ecr:BatchGetImage"}`
	allowAll = `{"Sid":"Everybody","Effect":"Allow","Principal":"*","Action":"ecr:ListImages"}`
	nobody   = "these grants let in no anonymous caller, no other organization or OU, and no AWS service that acts for others; other statements of the repository policy and the registry policy aren't part of this proof"
	assumed  = "assumed to allow, as they can't be read from here: identity policies, SCPs, RCPs and the registry policy"
)

// where is the conditions argument with one condition.
func where(variable string, values ...string) []any {
	return []any{map[string]any{"test": "StringEquals", "variable": variable, "values": values}}
}

// dead gives a grant that is for one account and for another at once.
func dead(accounts ...any) map[string]any {
	return map[string]any{"access": "pull", "accounts": accounts, "conditions": where("aws:PrincipalAccount", "333333333333")}
}

// TestGrantsThatNeverMatch fails the plan, on the grant's own attribute, with the reason, and calls nothing that writes.
func TestGrantsThatNeverMatch(t *testing.T) {
	t.Parallel()
	a := awstest.New(t)
	// allow_public makes a warning of too much access; of none it makes nothing.
	public := grant(dead("222222222222"))
	public["allow_public"] = true
	for test, c := range map[string]struct {
		config   map[string]any
		at, want string
	}{
		"account": {grant(dead("222222222222")), grantAt("accounts"), "needs an account that is 333333333333; this caller's is 222222222222"},
		"unit": {
			grant(map[string]any{"access": "pull", "organization_unit_ids": []string{"ou-ab12-11111111"}, "conditions": where("aws:PrincipalOrgID", "o-z9y8x7w6v5")}),
			grantAt("organization_unit_ids"), "needs an organization that is o-z9y8x7w6v5; this caller's is o-a1b2c3d4e5",
		},
		"role": {
			grant(map[string]any{"access": "pull", "principal_arns": []string{"arn:aws:iam::222222222222:role/ci"}, "conditions": where("aws:PrincipalAccount", "333333333333")}),
			grantAt("principal_arns"), "to arn:aws:iam::222222222222:role/ci",
		},
		"of two": {
			map[string]any{"name": name, "grants": map[string]any{"Web": dead("222222222222"), "Api": map[string]any{"access": "pull", "accounts": []string{"222222222222"}}}},
			grantAt("accounts"), "The grant Web doesn't give pull access",
		},
		"beside one that isn't known": {
			map[string]any{"name": name, "grants": map[string]any{"Web": dead("222222222222"), "Api": map[string]any{"access": "pull", "accounts": []any{lifecycle.Unknown{}}}}},
			grantAt("accounts"), "The grant Web doesn't give pull access",
		},
		"in a repository whose name isn't known": {
			map[string]any{"name": lifecycle.Unknown{}, "grants": map[string]any{"Web": dead("222222222222")}}, grantAt("accounts"), "The grant Web doesn't give pull access",
		},
		"with allow_public": {public, grantAt("accounts"), "The grant Web doesn't give pull access"},
	} {
		t.Run(test, func(t *testing.T) {
			t.Parallel()
			_, err := acctest.Core(a, resourceType, map[string]any{"organization_id": "o-a1b2c3d4e5"}).Plan(t.Context(), c.config)
			expectOneError(t, err, c.at, c.want)
		})
	}
	t.Cleanup(func() {
		if calls := acctest.Writes(a); len(calls) > 0 {
			t.Errorf("plans made the calls %q", calls)
		}
	})
}

// TestGrantsThatNeverMatchInTerraform is what a user sees.
func TestGrantsThatNeverMatchInTerraform(t *testing.T) {
	t.Parallel()
	a := awstest.New(t)
	terraform(t, a, resource.TestStep{
		Config: a.ProviderBlock("") + block(`
name   = "team/app"
grants = {
  Web = {
    access     = "pull"
    accounts   = ["222222222222"]
    conditions = [{ test = "StringEquals", variable = "aws:PrincipalAccount", values = ["333333333333"] }]
  }
}`),
		PlanOnly: true,
		ExpectError: acctest.Message("The grant Web doesn't give pull access to principals of account 222222222222: - statement Web of the repository policy needs an account that is 333333333333; " +
			"this caller's is 222222222222 - assumed: the caller's identity policies allow it, since they aren't known Change accounts, or what stands beside it in the grant."),
	})
}

// TestProof knows the proof in the plan, keeps it, and finds the same at an import.
func TestProof(t *testing.T) {
	t.Parallel()
	a := awstest.New(t)
	lines := func(texts ...string) knownvalue.Check {
		var all []knownvalue.Check
		for _, text := range append(texts, nobody, assumed) {
			all = append(all, knownvalue.StringExact(strings.ReplaceAll(text, "ACCOUNT", a.AccountID)))
		}
		return knownvalue.ListExact(all)
	}
	proof := tfjsonpath.New("proof")
	step := func(arguments string, want knownvalue.Check) resource.TestStep {
		return resource.TestStep{
			Config:            a.ProviderBlock(organization) + block("name = \"team/app\"\n"+arguments),
			ConfigPlanChecks:  acctest.Planned(plancheck.ExpectKnownValue(address, proof, want)),
			ConfigStateChecks: []statecheck.StateCheck{statecheck.ExpectKnownValue(address, proof, want)},
		}
	}
	const (
		two = `grants = {
			Web = { access = "pull", accounts = ["333333333333", "222222222222"] }
			Api = { access = "push", principal_arns = ["arn:aws:iam::222222222222:role/ci", "arn:aws:iam::222222222222:role/a"] }
		}`
		unit = `grants = { Unit = { access = "pull", organization_unit_ids = ["ou-ab12-11111111"] } }`
	)
	proven := lines(
		"Api gives push access to arn:aws:iam::222222222222:role/a and arn:aws:iam::222222222222:role/ci",
		"Web gives pull access to principals of accounts 222222222222 and 333333333333",
	)
	owners := lines("Unit gives pull access to principals of the accounts in o-a1b2c3d4e5/*/ou-ab12-11111111/*",
		"every principal of account ACCOUNT has the access that Unit gives, even without an identity policy, if that account is in an organization or OU named there")
	imported := resource.TestStep{
		ResourceName: address, ImportState: true, ImportStateId: "team/app@eu-west-1", ImportStateVerify: true, ImportStateVerifyIdentifierAttribute: "name",
		ImportStateVerifyIgnore: acctest.UnownedAtImport(),
	}
	byPath := imported
	byPath.ImportStateVerifyIgnore = append(acctest.UnownedAtImport(), "grants") // an import finds the unit's path
	other := step(two+"\nscan_on_push = false", proven)
	other.ConfigPlanChecks = acctest.Planned(acctest.Updates(address, "scan_on_push"))
	none := knownvalue.ListExact(nil)
	terraform(t, a, step("", none), step(two, proven), imported, other, step(unit, owners), byPath, step("grants = {}", none))
}

// TestProofAtApply proves what the plan couldn't know before anything is written.
func TestProofAtApply(t *testing.T) {
	t.Parallel()
	later, found := grant(dead(lifecycle.Unknown{})), grant(dead("222222222222"))
	t.Run("create", func(t *testing.T) {
		t.Parallel()
		a := awstest.New(t)
		tf := acctest.Core(a, resourceType, nil)
		if _, err := tf.Plan(t.Context(), later); err != nil {
			t.Fatalf("what isn't known yet fails the plan: %s", err)
		}
		_, err := tf.ApplyLater(t.Context(), later, found)
		expectOneError(t, err, grantAt("accounts"), "The grant Web doesn't give pull access to principals of account 222222222222")
		if calls := acctest.Writes(a); len(calls) > 0 {
			t.Errorf("before the proof there were the calls %q", calls)
		}
		gone(t, a)
	})
	t.Run("update", func(t *testing.T) {
		t.Parallel()
		a := awstest.New(t)
		tf := acctest.Core(a, resourceType, nil)
		if _, err := tf.Apply(t.Context(), granted("accounts", "222222222222")); err != nil {
			t.Fatal(err)
		}
		a.ResetCalls()
		// The scan stands for everything that is updated before the policy.
		later["scan_on_push"], found["scan_on_push"] = false, false
		_, err := tf.ApplyLater(t.Context(), later, found)
		expectOneError(t, err, grantAt("accounts"), "The grant Web doesn't give pull access to principals of account 222222222222")
		if calls := acctest.Writes(a); len(calls) > 0 {
			t.Errorf("before the proof there were the calls %q", calls)
		}
		acctest.ExpectSids(t, a, "Web")
		if action, err := tf.Plan(t.Context(), granted("accounts", "222222222222")); err != nil || action != lifecycle.NoOp {
			t.Errorf("the plan of what is there is %s, %v", action, err)
		}
	})
	t.Run("right after all", func(t *testing.T) {
		t.Parallel()
		a := awstest.New(t)
		tf := acctest.Core(a, resourceType, nil)
		right := grant(dead("333333333333"))
		if _, err := tf.ApplyLater(t.Context(), grant(dead(lifecycle.Unknown{})), right); err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(string(tf.State.Attributes), "Web gives pull access to principals of account 333333333333") {
			t.Errorf("the state has no proof: %s", tf.State.Attributes)
		}
		if action, err := tf.Plan(t.Context(), right); err != nil || action != lifecycle.NoOp {
			t.Errorf("the second plan is %s, %v", action, err)
		}
	})
}

// TestForeignStatementsInTheProof warns of what statements of others do, on the grant or by their Sid.
func TestForeignStatementsInTheProof(t *testing.T) {
	t.Parallel()
	for test, c := range map[string]struct {
		statement, at, want string
	}{
		"void":    {denyAll, grantAt("accounts"), "Grant that another statement makes void: The grant Web is for principals of account 222222222222, but a statement that this resource doesn't own denies it:\n  - statement DenyOthers"},
		"open":    {allowAll, "on_unmanaged_statements", "Unmanaged statement that lets others in: The statement Everybody (ecr:ListImages), which this resource doesn't own, gives access to everybody"},
		"service": {`{"Sid":"Any","Effect":"Allow","Principal":{"Service":"lambda.amazonaws.com"},"Action":"ecr:BatchGetImage"}`, "on_unmanaged_statements", "The statement Any (ecr:BatchGetImage), which this resource doesn't own, gives access to lambda.amazonaws.com for another account"},
		"locked":  {`{"Sid":"Locked","Effect":"Deny","Principal":"*","Action":"ecr:SetRepositoryPolicy"}`, "on_unmanaged_statements", "Repository policy that locks its caller out: Statements that this resource doesn't own deny arn:aws:iam::ACCOUNT:user/"},
	} {
		t.Run(test, func(t *testing.T) {
			t.Parallel()
			a := awstest.New(t)
			tf := acctest.Core(a, resourceType, nil)
			config := granted("accounts", "222222222222")
			if _, err := tf.Apply(t.Context(), config); err != nil {
				t.Fatal(err)
			}
			acctest.AddStatement(t, a, c.statement)
			if _, err := tf.Apply(t.Context(), config); err != nil {
				t.Errorf("what others do fails the plan: %s", err)
			}
			// An error beside them lets the warnings be seen.
			config["on_unmanaged_statements"] = "error"
			_, err := tf.Plan(t.Context(), config)
			expectWarning(t, err, c.at, strings.ReplaceAll(c.want, "ACCOUNT", a.AccountID))
		})
	}
}

// expectWarning expects a warning beside an error, on the attribute, which contains the text.
func expectWarning(t *testing.T, err error, at, want string) {
	t.Helper()
	var reported *lifecycle.DiagnosticsError
	if !errors.As(err, &reported) {
		t.Fatalf("the plan gives %v, want an error", err)
	}
	var all []string
	for _, d := range reported.Diagnostics {
		text := d.Severity.String() + " " + attribute(d) + ": " + d.Summary + ": " + d.Detail
		if strings.HasPrefix(text, "WARNING "+at+": ") && strings.Contains(text, want) {
			return
		}
		all = append(all, text)
	}
	t.Errorf("no warning on %s that contains %q:\n%s", at, want, strings.Join(all, "\n"))
}

// TestForeignStatementsInTerraform is what a user sees of them, and no longer sees when they are to be removed.
func TestForeignStatementsInTerraform(t *testing.T) {
	t.Parallel()
	a := awstest.New(t)
	config := a.ProviderBlock("") + block(`
name   = "team/app"
grants = { Web = { access = "pull", accounts = ["222222222222"] } }`)
	cli := lifecycle.NewCLI(t, lifecycle.BuildPlugin(t), config)
	if err := cli.Apply(t.Context()); err != nil {
		t.Fatal(err)
	}
	acctest.AddStatement(t, a, denyAll)
	acctest.AddStatement(t, a, allowAll)
	warnings := []string{"Grant that another statement makes void", "statement DenyOthers of the repository policy denies it", "The statement Everybody (ecr:ListImages), which this resource doesn't own"}
	for choice, warned := range map[string]bool{"keep": true, "remove": false} {
		cli.Configure(t, strings.Replace(config, `name   =`, `on_unmanaged_statements = "`+choice+`"`+"\nname   =", 1))
		_, text, err := cli.Plan(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, warning := range warnings {
			if acctest.Message(warning).MatchString(text) != warned {
				t.Errorf("with %q the plan says %q: %t, want %t\n%s", choice, warning, !warned, warned, text)
			}
		}
	}
	if err := cli.Destroy(t.Context()); err != nil {
		t.Error(err)
	}
}

// TestProofWithoutAnAccount proves as much as can be when STS isn't reached.
func TestProofWithoutAnAccount(t *testing.T) {
	t.Parallel()
	a := awstest.New(t)
	tf := acctest.Core(a, resourceType, map[string]any{"max_retries": 1, "organization_id": "o-a1b2c3d4e5"})
	tf.ProviderConfig["endpoints"].([]any)[0].(map[string]any)["sts"] = "http://127.0.0.1:1"
	right := granted("organization_unit_ids", "ou-ab12-11111111")
	if action, err := tf.Plan(t.Context(), right); err != nil || action != lifecycle.Create {
		t.Errorf("the plan is %s, %v", action, err)
	}
	_, err := tf.Plan(t.Context(), grant(dead("222222222222")))
	expectOneError(t, err, grantAt("accounts"), "The grant Web doesn't give pull access")
}
