// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package repositorypolicystatement_test

import (
	"testing"

	"github.com/ecrx/terraform-provider-ecrx/internal/acctest"
	"github.com/ecrx/terraform-provider-ecrx/internal/awstest"
	"github.com/ecrx/terraform-provider-ecrx/internal/awstest/lifecycle"
)

// TestUnknownStatementKeepsItsPlace plans an update, not a replacement, while the statement isn't known: a replacement
// would take the access away meanwhile.
func TestUnknownStatementKeepsItsPlace(t *testing.T) {
	t.Parallel()
	a := awstest.New(t)
	arrange(t, a)
	config := func(statement any) map[string]any {
		return map[string]any{"repository": name, "statement_json": statement}
	}
	first, second := statement("Scanner", "222222222222", "ecr:DescribeImages"), statement("Scanner", "333333333333", "ecr:DescribeImages")
	tf := acctest.Core(a, resourceType, nil)
	if _, err := tf.Apply(t.Context(), config(first)); err != nil {
		t.Fatal(err)
	}
	if action, err := tf.ApplyLater(t.Context(), config(lifecycle.Unknown{}), config(second)); err != nil || action != lifecycle.Update {
		t.Fatalf("the apply is %s, %v", action, err)
	}
	acctest.ExpectStatement(t, a, second)
}

func TestWithoutAccount(t *testing.T) {
	t.Parallel()
	a := awstest.New(t)
	arrange(t, a)
	config := map[string]any{"repository": name, "statement_json": statement("Scanner", "222222222222", "ecr:DescribeImages")}
	tf := acctest.Core(a, resourceType, map[string]any{"skip_requesting_account_id": true})
	if _, err := tf.Apply(t.Context(), config); err != nil {
		t.Fatal(err)
	}
	if action, err := tf.Plan(t.Context(), config); err != nil || action != lifecycle.NoOp {
		t.Errorf("the plan after the apply is %s, %v", action, err)
	}
}
