// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package orgsharedrepository_test

import (
	"strings"
	"testing"

	"github.com/ecrx/terraform-provider-ecrx/internal/acctest"
	"github.com/ecrx/terraform-provider-ecrx/internal/awstest"
	"github.com/ecrx/terraform-provider-ecrx/internal/awstest/lifecycle"
)

// named gives a configuration with grants of these names.
func named(names ...string) map[string]any {
	grants := map[string]any{}
	for _, grant := range names {
		grants[grant] = map[string]any{"access": "pull", "accounts": []string{"222222222222"}}
	}
	return map[string]any{"name": name, "grants": grants}
}

// importKinds imports a repository whose policy has a statement that the resource is to take over and statements of every other kind.
func importKinds(t *testing.T) (*awstest.AWS, *lifecycle.Terraform) {
	t.Helper()
	a := awstest.New(t)
	acctest.CreateRepository(t, a)
	acctest.SetForeignKinds(t, a)
	tf := acctest.Core(a, resourceType, nil)
	if err := tf.Import(t.Context(), name); err != nil {
		t.Fatal(err)
	}
	a.ResetCalls()
	return a, tf
}

// adopt expects the first apply after an import to write nothing, and the plan after it to be empty.
func adopt(t *testing.T, a *awstest.AWS, tf *lifecycle.Terraform, config map[string]any) {
	t.Helper()
	config["image_tag_mutability"] = "MUTABLE" // as it was made
	if action, err := tf.Apply(t.Context(), config); err != nil || action != lifecycle.Update {
		t.Fatalf("the first apply is %s, %v", action, err)
	}
	if calls := acctest.Writes(a); len(calls) > 0 {
		t.Errorf("the first apply makes the calls %q", calls)
	}
	if action, err := tf.Plan(t.Context(), config); err != nil || action != lifecycle.NoOp {
		t.Errorf("the plan after it is %s, %v", action, err)
	}
}

// TestImportTakesOverWhatIsNamed names, after an import, what of the policy is to be the resource's: the first apply writes nothing
// and takes that over, so that it can be revoked, and leaves all else.
func TestImportTakesOverWhatIsNamed(t *testing.T) {
	t.Parallel()
	for test, c := range map[string]struct {
		config map[string]any
		own    []string
	}{
		"a grant":        {named("Mine"), []string{"Mine"}},
		"no grant":       {named(), nil},
		"nothing at all": {map[string]any{"name": name}, nil},
	} {
		t.Run(test, func(t *testing.T) {
			t.Parallel()
			a, tf := importKinds(t)
			heard := acctest.Listen(tf)
			adopt(t, a, tf, c.config)
			acctest.ExpectForeignKinds(t, a, "Mine")
			if warnings := strings.Join(heard.Warnings(), "\n"); !strings.Contains(warnings, "NotThem, Theirs. They stay") {
				t.Errorf("the plan warns %q", warnings)
			}
			c.config["grants"] = map[string]any{}
			if _, err := tf.Apply(t.Context(), c.config); err != nil {
				t.Fatal(err)
			}
			if len(c.own) > 0 {
				acctest.ExpectForeignKinds(t, a)
			} else {
				acctest.ExpectForeignKinds(t, a, "Mine")
			}
		})
	}
}

// TestImportWithAFailedApply fails the first apply after an import in every way, and before the policy's turn as well: what it may
// have written is the resource's, and nothing else.
func TestImportWithAFailedApply(t *testing.T) {
	t.Parallel()
	faults := []awstest.Fault{{Action: "PutImageScanningConfiguration", Kind: awstest.AccessDenied}}
	for _, kind := range awstest.FaultKinds() {
		faults = append(faults, awstest.Fault{Action: "SetRepositoryPolicy", Kind: kind, Sticky: true})
	}
	for _, fault := range faults {
		t.Run(fault.Action+" "+string(fault.Kind), func(t *testing.T) {
			t.Parallel()
			a, tf := importKinds(t)
			a.Inject(fault)
			if fault.Kind == awstest.DropAfter { // reading back would tell that it was written
				a.Inject(awstest.Fault{Action: "GetRepositoryPolicy", Call: 3, Kind: awstest.AccessDenied, Sticky: true})
			}
			failing := named("Mine", "New")
			failing["scan_on_push"] = true
			if _, err := tf.Apply(t.Context(), failing); err == nil {
				t.Fatal("the apply doesn't fail")
			}
			a.ClearFaults()
			if _, err := tf.Apply(t.Context(), named("Mine")); err != nil {
				t.Fatal(err)
			}
			acctest.ExpectForeignKinds(t, a, "Mine")
			if _, err := tf.Apply(t.Context(), named()); err != nil {
				t.Fatal(err)
			}
			acctest.ExpectForeignKinds(t, a)
		})
	}
}
