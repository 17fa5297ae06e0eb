// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package policy_test

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/ecrx/terraform-provider-ecrx/internal/policy"
)

func addSeeds(f *testing.F, add func(text string)) {
	f.Helper()
	files, err := filepath.Glob("testdata/seeds/*.json")
	if err != nil {
		f.Fatal(err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		add(string(text))
	}
	add(`{"Statement":{"Effect":"Deny","NotPrincipal":{"AWS":["*","111111111111"],"Service":"x"},"NotAction":"ECR:get*","Condition":{"foranyvalue:stringlike":{"AWS:userid":[1,true,"${x}"]}}}}`)
}

func FuzzParse(f *testing.F) {
	addSeeds(f, func(text string) { f.Add(text) })
	f.Fuzz(func(t *testing.T, text string) {
		d, err := policy.Parse(text)
		if err != nil {
			var syntax *policy.SyntaxError
			if !errors.As(err, &syntax) || syntax.Line < 1 || syntax.Column < 1 {
				t.Fatalf("not a SyntaxError with a position: %v", err)
			}
			return
		}
		canonical := d.Canonical()
		again, err := policy.Parse(canonical)
		if err != nil {
			t.Fatalf("%s: %v", canonical, err)
		}
		if again.Canonical() != canonical {
			t.Fatalf("not idempotent:\n%s\n%s", canonical, again.Canonical())
		}
		if !policy.Equal(d, again) || !policy.Equal(d, d.Upgrade()) {
			t.Fatalf("not equal to its canonical text: %s", canonical)
		}
		for _, k := range []policy.Kind{policy.KindRepository, policy.KindRegistry, policy.KindIdentity, policy.KindTrust, policy.KindEndpoint} {
			policy.Findings(d, k)
		}
	})
}

func FuzzEqual(f *testing.F) {
	addSeeds(f, func(text string) { f.Add(text, text) })
	f.Fuzz(func(t *testing.T, a, b string) {
		equal, err := policy.EqualText(a, b)
		back, errBack := policy.EqualText(b, a)
		if (err == nil) != (errBack == nil) || equal != back {
			t.Fatalf("not symmetric: %t %v, %t %v", equal, err, back, errBack)
		}
		if err != nil {
			return
		}
		first, second := parse(t, a), parse(t, b)
		if first.Canonical() == second.Canonical() && !equal {
			t.Fatalf("equal bytes, other meaning: %s", first.Canonical())
		}
		merged, err := policy.Merge(nil, []policy.Document{first, second})
		if err == nil && len(merged.Statements) > len(first.Statements)+len(second.Statements) {
			t.Fatal("Merge made a statement")
		}
	})
}
