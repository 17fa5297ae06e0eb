// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package authz_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ecrx/terraform-provider-ecrx/internal/authz"
)

// dispute is a rule on which the simulator that the sample is from and AWS's documentation may differ: what the
// documentation says, what the engine answers for that, and the decision of each case of the sample that it is about.
type dispute struct {
	Page, Documentation, Answer string
	Cases                       map[string]string
}

// conformanceCases gives the lines of the conformance files.
func conformanceCases(t testing.TB) []string {
	t.Helper()
	var lines []string
	for _, file := range []string{"sample.jsonl", "aws-measured-boundary.jsonl"} {
		text, err := os.ReadFile(filepath.Join("testdata", "conformance", file))
		if err != nil {
			t.Fatal(err)
		}
		lines = append(lines, strings.Split(strings.TrimSpace(string(text)), "\n")...)
	}
	return lines
}

func disputes(t *testing.T) map[string]dispute {
	t.Helper()
	text, err := os.ReadFile("testdata/conformance/disputed.json")
	if err != nil {
		t.Fatal(err)
	}
	var out map[string]dispute
	if err := json.Unmarshal(text, &out); err != nil {
		t.Fatal(err)
	}
	for name, d := range out {
		if d.Page == "" || d.Documentation == "" || d.Answer == "" {
			t.Errorf("the dispute %s needs AWS's page, what it says, and the answer", name)
		}
	}
	return out
}

// TestConformance decides the cases of an independent simulator and those measured on AWS as expected. Where the
// documentation decides in the simulator's place, the decision is that of testdata/conformance/disputed.json.
func TestConformance(t *testing.T) {
	t.Parallel()
	table := disputes(t)
	unknown, disputed := 0, 0
	lines := conformanceCases(t)
	for _, line := range lines {
		var head caseHead
		if err := json.Unmarshal([]byte(line), &head); err != nil {
			t.Fatal(err)
		}
		result := decideBoth(t, mustParseCase(t, line))
		got := result.Decision.String()
		if result.Decision == authz.Unknown {
			unknown++
		}
		if len(head.Disputed) == 0 && got != head.Expect.Decision {
			t.Errorf("%s: got %s, want %s\n%s", head.ID, got, head.Expect.Decision, strings.Join(result.Reasons(), "\n"))
		}
		for _, name := range head.Disputed {
			disputed++
			if want := table[name].Cases[head.ID]; got != want {
				t.Errorf("%s (%s): got %s, want %q\n%s", head.ID, name, got, want, strings.Join(result.Reasons(), "\n"))
			}
		}
	}
	listed := 0
	for _, d := range table {
		listed += len(d.Cases)
	}
	if listed != disputed {
		t.Errorf("%d disputed cases are listed; the files have %d", listed, disputed)
	}
	if unknown*100 > len(lines) {
		t.Errorf("%d of %d decisions are Unknown, more than 1 %%", unknown, len(lines))
	}
}

// TestUnknownOnlyWhereDocumented asserts that a case which AWS's documentation decides isn't left Unknown: only a partial
// NotPrincipal is, which the documentation itself leaves to the service.
func TestUnknownOnlyWhereDocumented(t *testing.T) {
	t.Parallel()
	for name, d := range disputes(t) {
		for id, decision := range d.Cases {
			if decision == authz.Unknown.String() && name != "notprincipal-partial-listing" {
				t.Errorf("%s: %s is Unknown, but %s decides it", name, id, d.Page)
			}
		}
	}
}
