// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package acctest

import (
	"maps"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ecrx/terraform-provider-ecrx/internal/awstest"
	"github.com/ecrx/terraform-provider-ecrx/internal/awstest/lifecycle"
)

// ImportByIdentity makes an object with the configuration made, and imports it by the required attributes of its identity, then
// with each of the optional ones too. Each time the same identity must come out, the plan with the configuration planned must be
// empty, and nothing may be written. It plays Terraform 1.12, in process, since older ones know no identity.
func ImportByIdentity(t *testing.T, a *awstest.AWS, resourceType string, made, planned, required, optional map[string]any) {
	t.Helper()
	maker := Core(a, resourceType, nil)
	if _, err := maker.Apply(t.Context(), made); err != nil {
		t.Fatal(err)
	}
	identities := []map[string]any{required}
	for name, value := range optional {
		with := maps.Clone(required)
		with[name] = value
		identities = append(identities, with)
	}
	for _, identity := range identities {
		a.ResetCalls()
		tf := Core(a, resourceType, nil)
		if err := tf.ImportIdentity(t.Context(), identity); err != nil {
			t.Errorf("%v: %s", identity, err)
			continue
		}
		if diff := cmp.Diff(maker.State.Identity, tf.State.Identity); diff != "" {
			t.Errorf("%v: the identity (-created +imported):\n%s", identity, diff)
		}
		// What shares a policy owns nothing before an apply, which writes nothing.
		if action, err := tf.Apply(t.Context(), planned); err != nil || action != lifecycle.NoOp && action != lifecycle.Update {
			t.Errorf("%v: the first apply is %s, %v", identity, action, err)
		}
		if action, err := tf.Plan(t.Context(), planned); err != nil || action != lifecycle.NoOp {
			t.Errorf("%v: the plan after it is %s, %v; want it empty", identity, action, err)
		}
		if calls := Writes(a); len(calls) > 0 {
			t.Errorf("%v: the import and the plan made the calls %q", identity, calls)
		}
	}
}
