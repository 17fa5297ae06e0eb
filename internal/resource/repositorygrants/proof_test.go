// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package repositorygrants_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/ecrx/terraform-provider-ecrx/internal/acctest"
	"github.com/ecrx/terraform-provider-ecrx/internal/awstest"
	"github.com/ecrx/terraform-provider-ecrx/internal/awstest/lifecycle"
)

const neverMatches = "The grant Web doesn't give pull access to principals of account 222222222222:\n" +
	"  - statement Web of the repository policy needs an account that is 333333333333; this caller's is 222222222222\n" +
	"  - assumed: the caller's identity policies allow it, since they aren't known"

// grantTo gives a configuration with a grant to an account, which only account 333333333333 can make use of.
func grantTo(account any) map[string]any {
	return map[string]any{"repository": name, "grants": map[string]any{"Web": map[string]any{
		"access": "pull", "accounts": []any{account},
		"conditions": []any{map[string]any{"test": "StringEquals", "variable": "aws:PrincipalAccount", "values": []string{"333333333333"}}},
	}}}
}

// diagnosed gives each diagnostic of a failed plan or apply as "severity attribute: summary: detail".
func diagnosed(err error) []string {
	var reported *lifecycle.DiagnosticsError
	var all []string
	if !errors.As(err, &reported) {
		return nil
	}
	for _, d := range reported.Diagnostics {
		all = append(all, d.Severity.String()+" "+attribute(d)+": "+d.Summary+": "+d.Detail)
	}
	return all
}

func attribute(d *tfprotov6.Diagnostic) string {
	return strings.NewReplacer("AttributeName(", "", "ElementKeyString(", "", ")", "").Replace(d.Attribute.String())
}

// expectOne expects a diagnostic that begins with one text and contains another.
func expectOne(t *testing.T, err error, begin, contains string) {
	t.Helper()
	for _, text := range diagnosed(err) {
		if strings.HasPrefix(text, begin) && strings.Contains(text, contains) {
			return
		}
	}
	t.Errorf("the error is %v, and none of\n%s\nis %q … %q", err, strings.Join(diagnosed(err), "\n"), begin, contains)
}

// TestGrantThatNeverMatches fails the plan on the grant's attribute, and the apply of what the plan couldn't know, before
// the policy is written.
func TestGrantThatNeverMatches(t *testing.T) {
	t.Parallel()
	const at = `ERROR "grants"."Web"."accounts": Grant that never gives access: `
	a := awstest.New(t)
	arrange(t, a)
	tf := acctest.Core(a, resourceType, nil)
	a.ResetCalls()
	_, err := tf.Plan(t.Context(), grantTo("222222222222"))
	expectOne(t, err, at, neverMatches)
	if _, err := tf.Plan(t.Context(), grantTo(lifecycle.Unknown{})); err != nil {
		t.Errorf("what isn't known yet fails the plan: %s", err)
	}
	_, err = tf.ApplyLater(t.Context(), grantTo(lifecycle.Unknown{}), grantTo("222222222222"))
	expectOne(t, err, at, neverMatches)
	nothing := func(when string) {
		t.Helper()
		if calls := acctest.Writes(a); len(calls) > 0 {
			t.Errorf("%s there were the calls %q", when, calls)
		}
	}
	nothing("before the proof")
	gone(t, a)

	if _, err := tf.Apply(t.Context(), grantTo("333333333333")); err != nil {
		t.Fatal(err)
	}
	a.ResetCalls()
	_, err = tf.ApplyLater(t.Context(), grantTo(lifecycle.Unknown{}), grantTo("222222222222"))
	expectOne(t, err, at, neverMatches)
	nothing("before the proof of an update")
	acctest.ExpectSids(t, a, "LambdaECRImageRetrievalPolicy", "Web")
	if action, err := tf.Plan(t.Context(), grantTo("333333333333")); err != nil || action != lifecycle.NoOp {
		t.Errorf("the plan of what is there is %s, %v", action, err)
	}
	if _, err := tf.Apply(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	gone(t, a)
}

// TestProofOfForeignStatements warns of what statements of others do, on the grant or by their Sid.
func TestProofOfForeignStatements(t *testing.T) {
	t.Parallel()
	a := awstest.New(t)
	arrange(t, a)
	tf := acctest.Core(a, resourceType, nil)
	config := map[string]any{"repository": name, "grants": map[string]any{"Web": map[string]any{"access": "pull", "accounts": []string{"222222222222"}}}}
	if _, err := tf.Apply(t.Context(), config); err != nil {
		t.Fatal(err)
	}
	acctest.AddStatement(t, a, `{"Sid":"DenyOthers","Effect":"Deny","Principal":{"AWS":"arn:aws:iam::222222222222:root"},"Action":"ecr:*"}`)
	acctest.AddStatement(t, a, `{"Sid":"Everybody","Effect":"Allow","Principal":"*","Action":"ecr:DeleteRepository"}`)
	acctest.AddStatement(t, a, `{"Sid":"Keep","Effect":"Deny","Principal":"*","Action":"ecr:DeleteRepositoryPolicy"}`)
	if _, err := tf.Apply(t.Context(), config); err != nil {
		t.Errorf("what others do fails the plan: %s", err)
	}
	// An error beside them lets the warnings be seen.
	config["on_unmanaged_statements"] = "error"
	_, err := tf.Plan(t.Context(), config)
	expectOne(t, err, `WARNING "grants"."Web"."accounts": Grant that another statement makes void: `, "statement DenyOthers of the repository policy denies it")
	expectOne(t, err, `WARNING "on_unmanaged_statements": Unmanaged statement that lets others in: The statement Everybody (ecr:DeleteRepository)`, "gives access to everybody")
	expectOne(t, err, `WARNING "on_unmanaged_statements": Repository policy that locks its caller out: `, "statement Keep of the repository policy denies it")
	for _, text := range diagnosed(err) {
		if strings.Contains(text, "LambdaECRImageRetrievalPolicy, ") && strings.Contains(text, "lets others in") {
			t.Errorf("a statement for the account's own functions lets nobody in: %s", text)
		}
	}
}

// TestProof knows the proof in the plan, keeps it, and finds the same at an import.
func TestProof(t *testing.T) {
	t.Parallel()
	a := awstest.New(t)
	proof := tfjsonpath.New("proof")
	want := knownvalue.ListExact([]knownvalue.Check{
		knownvalue.StringExact("Web gives access to principals of account " + a.AccountID + " that make AWS Lambda functions"),
		knownvalue.StringExact("Web gives access to AWS Lambda for functions of account " + a.AccountID),
		knownvalue.StringExact("these grants let in no anonymous caller, no other organization or OU, and no AWS service that acts for others; other statements of the repository policy and the registry policy aren't part of this proof"),
		knownvalue.StringExact("assumed to allow, as they can't be read from here: identity policies, SCPs, RCPs and the registry policy"),
	})
	config := func(account string) string {
		return a.ProviderBlock("") + `
resource "terraform_data" "account" { input = "` + a.AccountID + `" }
` + block(`
repository = "team/app"
grants     = { Web = { lambda = { accounts = [`+account+`] } } }`)
	}
	terraform(t, a,
		resource.TestStep{
			Config:            config("terraform_data.account.output"),
			ConfigPlanChecks:  acctest.Planned(plancheck.ExpectUnknownValue(address, proof)),
			ConfigStateChecks: []statecheck.StateCheck{statecheck.ExpectKnownValue(address, proof, want)},
		},
		resource.TestStep{
			Config:           config(`"` + a.AccountID + `"`),
			ConfigPlanChecks: acctest.Planned(plancheck.ExpectResourceAction(address, plancheck.ResourceActionNoop), plancheck.ExpectKnownValue(address, proof, want)),
		},
		resource.TestStep{
			ResourceName: address, ImportState: true, ImportStateId: "team/app@eu-west-1",
			ImportStateVerify: true, ImportStateVerifyIdentifierAttribute: "repository", ImportStateVerifyIgnore: acctest.UnownedAtImport(),
		},
	)
}
