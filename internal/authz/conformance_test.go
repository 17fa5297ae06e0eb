// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package authz_test

import (
	"bufio"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/ecrx/terraform-provider-ecrx/internal/authz"
)

func TestConformance(t *testing.T) {
	t.Parallel()
	unknown, total := 0, 0
	for _, file := range []string{"sample.jsonl", "aws-measured-boundary.jsonl"} {
		f, err := os.Open(filepath.Join("testdata", "conformance", file))
		if err != nil {
			t.Fatal(err)
		}
		s := bufio.NewScanner(f)
		s.Buffer(nil, 1<<20)
		for s.Scan() {
			var want struct {
				Disputed []string
				Expect   struct{ Decision string }
			}
			if err := json.Unmarshal(s.Bytes(), &want); err != nil {
				t.Fatal(err)
			}
			c, err := authz.ParseCase(s.Text())
			if err != nil {
				t.Fatalf("%v\n%s", err, s.Text())
			}
			r := authz.Evaluate(c.Request, c.Layers)
			total++
			if r.Decision == authz.Unknown {
				unknown++
			}
			if d := authz.Decide(&c.Request, &c.Layers); d != r.Decision {
				t.Errorf("%s: Decide %s, Evaluate %s", c.ID, d, r.Decision)
			}
			if r.Decision.String() != want.Expect.Decision {
				t.Logf("%s: %s, want %s %v %q", c.ID, r.Decision, want.Expect.Decision, want.Disputed, r.Reasons())
				if len(want.Disputed) == 0 {
					t.Fail()
				}
			}
		}
	}
	t.Logf("%d of %d unknown", unknown, total)
}
