// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package repositorypolicystatement_test

import (
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

// TestClientLife creates, updates, repairs, imports and replaces a statement beside a acctest.Foreign one.
func TestClientLife(t *testing.T) {
	t.Parallel()
	a := awstest.New(t)
	config := func(text string) string {
		return a.ProviderBlock("") + block("repository = \"team/app\"\nstatement_json = <<EOT\n"+text+"\nEOT")
	}
	stands := acctest.Live(func() { acctest.ForeignStands(t, a) })
	has := func(statement string) statecheck.StateCheck {
		return acctest.Live(func() { acctest.ExpectStatement(t, a, statement) })
	}
	first, second := statement("ScannerPull", "222222222222", "ecr:BatchGetImage"), statement("ScannerPull", "333333333333", "ecr:BatchGetImage")
	terraform(t, a,
		resource.TestStep{
			PreConfig:         a.ResetCalls,
			Config:            config(first),
			ConfigPlanChecks:  acctest.Planned(plancheck.ExpectKnownValue(address, tfjsonpath.New("sid"), knownvalue.StringExact("ScannerPull"))),
			ConfigStateChecks: []statecheck.StateCheck{acctest.Wrote(t, a, "SetRepositoryPolicy"), stands, has(first)},
		},
		resource.TestStep{
			PreConfig:         a.ResetCalls,
			Config:            config(second),
			ConfigPlanChecks:  acctest.Planned(acctest.Updates(address, "statement_json")),
			ConfigStateChecks: []statecheck.StateCheck{acctest.Wrote(t, a, "SetRepositoryPolicy"), stands, has(second)},
		},
		resource.TestStep{
			PreConfig:         func() { acctest.AddStatement(t, a, first); a.ResetCalls() },
			Config:            config(second),
			ConfigPlanChecks:  acctest.Planned(acctest.Updates(address, "statement_json")),
			ConfigStateChecks: []statecheck.StateCheck{acctest.Wrote(t, a, "SetRepositoryPolicy"), stands, has(second)},
		},
		resource.TestStep{
			PreConfig:         a.ResetCalls,
			Config:            config(statement("Scanner", "333333333333", "ecr:BatchGetImage")),
			ConfigPlanChecks:  acctest.Planned(plancheck.ExpectResourceAction(address, plancheck.ResourceActionReplace)),
			ConfigStateChecks: []statecheck.StateCheck{stands, acctest.Live(func() { acctest.ExpectSids(t, a, "LambdaECRImageRetrievalPolicy", "Scanner") })},
		},
		resource.TestStep{
			ResourceName: address, ImportState: true, ImportStateId: "team/app/Scanner@eu-west-1",
			ImportStateVerify: true, ImportStateVerifyIdentifierAttribute: "sid",
			ImportStateVerifyIgnore: []string{"statement_json"}, // the same in other words
		},
	)
}

// TestErrors gives what can't be written: the policy stays as it was.
func TestErrors(t *testing.T) {
	t.Parallel()
	for test, c := range map[string]struct{ statement, want string }{
		"Sid that is taken":     {acctest.Foreign, `a statement "LambdaECRImageRetrievalPolicy" already`},
		"no Sid":                {`{"Effect":"Allow","Principal":{"AWS":"222222222222"},"Action":"ecr:BatchGetImage"}`, "has no Sid"},
		"two statements":        {`[` + statement("A", "222222222222", "ecr:BatchGetImage") + `,` + statement("B", "222222222222", "ecr:BatchGetImage") + `]`, "exactly one statement"},
		"no JSON":               {`Sid = "A"`, "1:"},
		"Resource":              {`{"Sid":"A","Effect":"Allow","Principal":{"AWS":"222222222222"},"Action":"ecr:BatchGetImage","Resource":"*"}`, "leave the element out"},
		"GetAuthorizationToken": {statement("A", "222222222222", "ecr:GetAuthorizationToken"), "GetAuthorizationToken"},
		"everybody":             {`{"Sid":"A","Effect":"Allow","Principal":"*","Action":"ecr:BatchGetImage"}`, "allow_public = true"},
	} {
		t.Run(test, func(t *testing.T) {
			t.Parallel()
			a := awstest.New(t)
			arrange(t, a)
			_, err := acctest.Core(a, resourceType, nil).Apply(t.Context(), map[string]any{"repository": name, "statement_json": c.statement})
			acctest.ExpectError(t, err, c.want)
			gone(t, a)
		})
	}
}

func TestAllowPublic(t *testing.T) {
	t.Parallel()
	a := awstest.New(t)
	arrange(t, a)
	tf := acctest.Core(a, resourceType, nil)
	public := `{"Sid":"A","Effect":"Allow","Principal":"*","Action":"ecr:BatchGetImage"}`
	if _, err := tf.Apply(t.Context(), map[string]any{"repository": name, "statement_json": public, "allow_public": true}); err != nil {
		t.Fatal(err)
	}
	acctest.ExpectStatement(t, a, public)
	if _, err := tf.Apply(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	gone(t, a)
}

// TestDisappears takes the statement away, and then the repository.
func TestDisappears(t *testing.T) {
	t.Parallel()
	a := awstest.New(t)
	arrange(t, a)
	tf := acctest.Core(a, resourceType, nil)
	config := map[string]any{"repository": name, "statement_json": statement("ScannerPull", "222222222222", "ecr:BatchGetImage")}
	for what, disappear := range map[string]func(){
		"statement":  func() { acctest.SetPolicy(t, a, `{"Version":"2012-10-17","Statement":[`+acctest.Foreign+`]}`) },
		"repository": func() { acctest.DeleteRepository(t, a); arrange(t, a) },
	} {
		if _, err := tf.Apply(t.Context(), config); err != nil {
			t.Fatal(err)
		}
		disappear()
		if action, err := tf.Plan(t.Context(), config); err != nil || action != lifecycle.Create {
			t.Errorf("the plan without the %s is %s, %v", what, action, err)
		}
	}
}
