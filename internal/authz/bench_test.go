// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package authz_test

import (
	"os"
	"strings"
	"testing"

	"github.com/ecrx/terraform-provider-ecrx/internal/authz"
)

func sampleTexts(b *testing.B) []string {
	b.Helper()
	text, err := os.ReadFile("testdata/conformance/sample.jsonl")
	if err != nil {
		b.Fatal(err)
	}
	return strings.Split(strings.TrimSpace(string(text)), "\n")
}

// BenchmarkDecide takes one decision an iteration, over the sample's cases in turn.
func BenchmarkDecide(b *testing.B) {
	texts := sampleTexts(b)
	cases := make([]authz.Case, len(texts))
	for i, text := range texts {
		c, err := authz.ParseCase(text)
		if err != nil {
			b.Fatal(err)
		}
		cases[i] = c
	}
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		c := &cases[i%len(cases)]
		authz.Decide(&c.Request, &c.Layers)
		i++
	}
}

// BenchmarkDecideCold reads the case's JSON, parses and compiles its policies, and decides.
func BenchmarkDecideCold(b *testing.B) {
	texts := sampleTexts(b)
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		c, err := authz.ParseCase(texts[i%len(texts)])
		if err != nil {
			b.Fatal(err)
		}
		authz.Decide(&c.Request, &c.Layers)
		i++
	}
}
