// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package repositorygrants_test

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
	return map[string]any{"repository": name, "grants": grants}
}

// importKinds imports a policy with a statement that the resource is to take over and statements of every other kind.
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

// apply expects an action of an apply, and an empty plan after it.
func apply(t *testing.T, tf *lifecycle.Terraform, config map[string]any, want lifecycle.Action) {
	t.Helper()
	if action, err := tf.Apply(t.Context(), config); err != nil || action != want {
		t.Fatalf("the apply is %s, want %s: %v", action, want, err)
	}
	if config == nil {
		return
	}
	if action, err := tf.Plan(t.Context(), config); err != nil || action != lifecycle.NoOp {
		t.Errorf("the plan after the apply is %s, %v", action, err)
	}
}

// TestImportTakesOverWhatIsNamed names, after an import, one grant of those that it found. The first apply writes nothing and takes
// that one over, so that it can be revoked; all others stay to the end.
func TestImportTakesOverWhatIsNamed(t *testing.T) {
	t.Parallel()
	a, tf := importKinds(t)
	heard := acctest.Listen(tf)
	apply(t, tf, named("Mine"), lifecycle.Update)
	if calls := acctest.Writes(a); len(calls) > 0 {
		t.Errorf("the first apply makes the calls %q", calls)
	}
	warnings := strings.Join(heard.Warnings(), "\n")
	for _, want := range []string{
		"doesn't own: one without a Sid, DenyOthers, Future, LambdaECRImageRetrievalPolicy, MineAccounts, NotThem, Theirs. They stay",
		"a grant or a lockdown can express DenyOthers, MineAccounts, Theirs: write them",
	} {
		if !strings.Contains(warnings, want) {
			t.Errorf("no warning has %q: %s", want, warnings)
		}
	}
	acctest.ExpectForeignKinds(t, a, "Mine")
	apply(t, tf, named("Other"), lifecycle.Update)
	acctest.ExpectForeignKinds(t, a, "Other")
	apply(t, tf, nil, lifecycle.Delete)
	acctest.ExpectForeignKinds(t, a)
}

// TestImportNeverApplied owns nothing: the destroy says what it leaves, and writes nothing.
func TestImportNeverApplied(t *testing.T) {
	t.Parallel()
	a, tf := importKinds(t)
	heard := acctest.Listen(tf)
	apply(t, tf, nil, lifecycle.Delete)
	acctest.ExpectForeignKinds(t, a, "Mine")
	if warnings := strings.Join(heard.Warnings(), "\n"); !strings.Contains(warnings, "the destroy leaves Mine, MineAccounts, Theirs, DenyOthers in") {
		t.Errorf("the destroy warns %q", warnings)
	}
}

// TestImportOnUnmanaged asks for what else to do about the statements that the configuration doesn't name.
func TestImportOnUnmanaged(t *testing.T) {
	t.Parallel()
	a, tf := importKinds(t)
	config := named("Mine")
	config["on_unmanaged_statements"] = "error"
	_, err := tf.Apply(t.Context(), config)
	if !acctest.Diagnosed(err, "ERROR", "on_unmanaged_statements", "MineAccounts, NotThem, Theirs. Remove them") {
		t.Errorf("the error is %v", err)
	}
	config["on_unmanaged_statements"] = "keep"
	heard := acctest.Listen(tf)
	apply(t, tf, config, lifecycle.Update)
	if warnings := strings.Join(heard.Warnings(), "\n"); strings.Contains(warnings, "Unmanaged") {
		t.Errorf("keep warns %q", warnings)
	}
	acctest.ExpectForeignKinds(t, a, "Mine")

	a, tf = importKinds(t)
	config["on_unmanaged_statements"] = "remove"
	apply(t, tf, config, lifecycle.Update)
	acctest.ExpectSids(t, a, "Mine")
}

// TestImportWithAnotherContent takes over a statement that the configuration writes otherwise, and says so in the plan.
func TestImportWithAnotherContent(t *testing.T) {
	t.Parallel()
	a, tf := importKinds(t)
	config := named("Mine")
	config["grants"] = map[string]any{"Mine": map[string]any{"access": "push", "accounts": []string{"555555555555"}}}
	heard := acctest.Listen(tf)
	apply(t, tf, config, lifecycle.Update)
	if warnings := strings.Join(heard.Warnings(), "\n"); !strings.Contains(warnings, "takes over the statement Mine and replaces it") {
		t.Errorf("the plan warns %q", warnings)
	}
	acctest.ExpectForeignKinds(t, a, "Mine")
}

// TestImportWithUnknownGrants decides at the apply which statements the configuration names.
func TestImportWithUnknownGrants(t *testing.T) {
	t.Parallel()
	a, tf := importKinds(t)
	unknown := map[string]any{"repository": name, "grants": map[string]any{"Mine": map[string]any{"access": "pull", "accounts": []any{lifecycle.Unknown{}}}}}
	if _, err := tf.ApplyLater(t.Context(), unknown, named("Mine")); err != nil {
		t.Fatal(err)
	}
	if calls := acctest.Writes(a); len(calls) > 0 {
		t.Errorf("the first apply makes the calls %q", calls)
	}
	acctest.ExpectForeignKinds(t, a, "Mine")
	apply(t, tf, named("Other"), lifecycle.Update)
	acctest.ExpectForeignKinds(t, a, "Other")
}

// TestImportWithAFailedApply fails the first apply after an import in every way: what it may have written is the resource's, and
// nothing else, whatever comes after it.
func TestImportWithAFailedApply(t *testing.T) {
	t.Parallel()
	for _, kind := range awstest.FaultKinds() {
		for then, config := range map[string]map[string]any{"applied": named("Mine", "New"), "narrowed": named("Mine"), "destroyed": nil} {
			t.Run(string(kind)+", "+then, func(t *testing.T) {
				t.Parallel()
				a, tf := importKinds(t)
				a.Inject(awstest.Fault{Action: "SetRepositoryPolicy", Kind: kind, Sticky: true})
				if kind == awstest.DropAfter { // reading back would tell that it was written
					a.Inject(awstest.Fault{Action: "GetRepositoryPolicy", Call: 3, Kind: awstest.AccessDenied, Sticky: true})
				}
				if _, err := tf.Apply(t.Context(), named("Mine", "New")); err == nil {
					t.Fatal("the apply doesn't fail")
				}
				a.ClearFaults()
				if action, err := tf.Apply(t.Context(), config); err != nil {
					t.Fatalf("the %s after it gives %v", action, err)
				}
				switch then {
				case "applied":
					acctest.ExpectForeignKinds(t, a, "Mine", "New")
				case "narrowed":
					acctest.ExpectForeignKinds(t, a, "Mine")
				case "destroyed":
					if kind == awstest.AccessDenied || kind == awstest.Throttling {
						acctest.ExpectForeignKinds(t, a, "Mine") // nothing can have been written, so it was never taken over
					} else {
						acctest.ExpectForeignKinds(t, a)
					}
				}
			})
		}
	}
}
