// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package repositorygrants_test

import (
	"testing"

	"github.com/ecrx/terraform-provider-ecrx/internal/acctest"
	"github.com/ecrx/terraform-provider-ecrx/internal/awstest"
	"github.com/ecrx/terraform-provider-ecrx/internal/awstest/lifecycle"
)

// TestFailedUpdateAdoptsNothing adds a grant whose Sid somebody else's statement has: the update fails, however often, and
// neither going back nor destroying touches that statement.
func TestFailedUpdateAdoptsNothing(t *testing.T) {
	t.Parallel()
	const taken = `{"Sid":"Scanner","Effect":"Allow","Principal":{"AWS":"arn:aws:iam::333333333333:root"},"Action":"ecr:DescribeImages"}`
	grant := func(account string) map[string]any {
		return map[string]any{"access": "pull", "accounts": []string{account}}
	}
	before := map[string]any{"repository": name, "grants": map[string]any{"Web": grant("222222222222")}}
	clashing := map[string]any{"repository": name, "grants": map[string]any{"Web": grant("222222222222"), "Scanner": grant("444444444444")}}

	a := awstest.New(t)
	arrange(t, a)
	tf := acctest.Core(a, resourceType, nil)
	if _, err := tf.Apply(t.Context(), before); err != nil {
		t.Fatal(err)
	}
	acctest.AddStatement(t, a, taken)
	for range 2 {
		_, err := tf.Apply(t.Context(), clashing)
		acctest.ExpectError(t, err, `a statement "Scanner" already`)
		acctest.ExpectStatement(t, a, taken)
	}
	if _, err := tf.Apply(t.Context(), before); err != nil {
		t.Fatal(err)
	}
	acctest.ExpectStatement(t, a, taken)
	if _, err := tf.Apply(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	acctest.ExpectSids(t, a, "LambdaECRImageRetrievalPolicy", "Scanner")
}

// TestWithoutAccount creates and imports when the provider doesn't ask STS.
func TestWithoutAccount(t *testing.T) {
	t.Parallel()
	a := awstest.New(t)
	arrange(t, a)
	config := map[string]any{"repository": name, "grants": map[string]any{"Web": map[string]any{"access": "pull", "accounts": []string{"222222222222"}}}}
	tf := acctest.Core(a, resourceType, map[string]any{"skip_requesting_account_id": true})
	if _, err := tf.Apply(t.Context(), config); err != nil {
		t.Fatal(err)
	}
	if action, err := tf.Plan(t.Context(), config); err != nil || action != lifecycle.NoOp {
		t.Errorf("the plan after the apply is %s, %v", action, err)
	}
	imported := acctest.Core(a, resourceType, map[string]any{"skip_requesting_account_id": true})
	if err := imported.Import(t.Context(), name); err != nil {
		t.Fatal(err)
	}
	apply(t, imported, config, lifecycle.Update)
	if calls := acctest.Writes(a); len(calls) > 1 {
		t.Errorf("the import and the first apply write: %q", calls)
	}
}

// TestRefreshWithAnUnknownProvider leaves the state as it is, also for a Terraform that knows no identity.
func TestRefreshWithAnUnknownProvider(t *testing.T) {
	t.Parallel()
	a := awstest.New(t)
	arrange(t, a)
	config := map[string]any{"repository": name, "grants": map[string]any{"Web": map[string]any{"access": "pull", "accounts": []string{"222222222222"}}}}
	tf := acctest.Core(a, resourceType, nil)
	tf.DropIdentity = true
	if _, err := tf.Apply(t.Context(), config); err != nil {
		t.Fatal(err)
	}
	tf.ProviderConfig["region"] = lifecycle.Unknown{}
	if action, err := tf.Plan(t.Context(), config); err != nil || action != lifecycle.NoOp {
		t.Errorf("the plan is %s, %v", action, err)
	}
}
