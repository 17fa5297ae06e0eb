// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package orgsharedrepository_test

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/ecrx/terraform-provider-ecrx/internal/acctest"
	"github.com/ecrx/terraform-provider-ecrx/internal/awstest"
	"github.com/ecrx/terraform-provider-ecrx/internal/awstest/lifecycle"
)

func TestOnUnmanagedStatements(t *testing.T) {
	t.Parallel()
	for choice, c := range map[string]struct {
		fails  bool
		action lifecycle.Action
		left   []string
	}{
		"warn":   {action: lifecycle.NoOp, left: []string{"LambdaECRImageRetrievalPolicy", "Web"}},
		"keep":   {action: lifecycle.NoOp, left: []string{"LambdaECRImageRetrievalPolicy", "Web"}},
		"error":  {fails: true, left: []string{"LambdaECRImageRetrievalPolicy", "Web"}},
		"remove": {action: lifecycle.Update, left: []string{"Web"}},
	} {
		t.Run(choice, func(t *testing.T) {
			t.Parallel()
			a := awstest.New(t)
			tf := acctest.Core(a, resourceType, nil)
			config := granted("accounts", "222222222222")
			config["on_unmanaged_statements"] = choice
			if _, err := tf.Apply(t.Context(), config); err != nil {
				t.Fatal(err)
			}
			acctest.AddStatement(t, a, acctest.Foreign)
			action, err := tf.Apply(t.Context(), config)
			switch {
			case c.fails:
				expectOneError(t, err, "on_unmanaged_statements", "LambdaECRImageRetrievalPolicy")
			case err != nil:
				t.Fatal(err)
			case action != c.action:
				t.Errorf("the plan is %s, want %s", action, c.action)
			}
			acctest.ExpectSids(t, a, c.left...)
		})
	}
}

// TestRemoveUnmanagedStatements shows the removal in the plan.
func TestRemoveUnmanagedStatements(t *testing.T) {
	t.Parallel()
	a := awstest.New(t)
	config := a.ProviderBlock("") + block("name = \"team/app\"\n"+`on_unmanaged_statements = "remove"`)
	terraform(t, a,
		resource.TestStep{Config: config},
		resource.TestStep{
			PreConfig:         func() { acctest.AddStatement(t, a, acctest.Foreign); a.ResetCalls() },
			Config:            config,
			ConfigPlanChecks:  acctest.Planned(plancheck.ExpectResourceAction(address, plancheck.ResourceActionUpdate)),
			ConfigStateChecks: []statecheck.StateCheck{acctest.Wrote(t, a, "DeleteRepositoryPolicy")},
		},
	)
}

// TestSidConflict gives a grant the name of a statement that another tool wrote.
func TestSidConflict(t *testing.T) {
	t.Parallel()
	a := awstest.New(t)
	tf := acctest.Core(a, resourceType, nil)
	if _, err := tf.Apply(t.Context(), map[string]any{"name": name}); err != nil {
		t.Fatal(err)
	}
	acctest.AddStatement(t, a, acctest.Foreign)
	_, err := tf.Apply(t.Context(), map[string]any{"name": name, "grants": map[string]any{
		"LambdaECRImageRetrievalPolicy": map[string]any{"access": "pull", "accounts": []string{"222222222222"}},
	}})
	acctest.ExpectError(t, err, `a statement "LambdaECRImageRetrievalPolicy" already`)
	acctest.ForeignStands(t, a)
	acctest.ExpectSids(t, a, "LambdaECRImageRetrievalPolicy")
	if _, err := tf.Apply(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
}
