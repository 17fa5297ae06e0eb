// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package policy_test

import (
	"os"
	"testing"

	"github.com/ecrx/terraform-provider-ecrx/internal/policy"
)

func BenchmarkCanonical(b *testing.B) {
	text, err := os.ReadFile("testdata/seeds/1-allow-ecr-release.json")
	if err != nil {
		b.Fatal(err)
	}
	d := parse(b, string(text))
	for b.Loop() {
		_ = d.Canonical()
	}
}

func BenchmarkFindings(b *testing.B) {
	text, err := os.ReadFile("testdata/seeds/1-allow-ecr-release.json")
	if err != nil {
		b.Fatal(err)
	}
	d := parse(b, string(text))
	for b.Loop() {
		_ = policy.Findings(d, policy.KindIdentity)
	}
}
