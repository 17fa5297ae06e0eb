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

// corpusFile is a file of the corpus: a rule, the AWS page that states it, and cases that hold it from both sides.
type corpusFile struct {
	Rule  string
	Page  string
	Cases []json.RawMessage
}

// caseHead is what a test reads of a case by itself.
type caseHead struct {
	ID       string
	Name     string
	Disputed []string
	Expect   struct{ Decision string }
}

// corpus gives the files of the corpus by their names without ".json".
func corpus(t testing.TB) map[string]corpusFile {
	t.Helper()
	paths, err := filepath.Glob("testdata/corpus/*.json")
	if err != nil || len(paths) == 0 {
		t.Fatalf("no corpus: %v", err)
	}
	files := make(map[string]corpusFile, len(paths))
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		var file corpusFile
		if err := json.Unmarshal(text, &file); err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		files[strings.TrimSuffix(filepath.Base(path), ".json")] = file
	}
	return files
}

// TestCorpus decides every case of the corpus as the rule's page says. TestMisreadings runs it against a wrong engine.
func TestCorpus(t *testing.T) {
	t.Parallel()
	for name, file := range corpus(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if file.Rule == "" || file.Page == "" || len(file.Cases) < 2 {
				t.Error("a file of the corpus names its rule and AWS's page, and has several cases")
			}
			seen := make(map[string]bool)
			for _, text := range file.Cases {
				var head caseHead
				if err := json.Unmarshal(text, &head); err != nil {
					t.Fatal(err)
				}
				if head.Name == "" || seen[head.Name] {
					t.Errorf("the case needs a name of its own: %q", head.Name)
				}
				seen[head.Name] = true
				t.Run(head.Name, func(t *testing.T) {
					t.Parallel()
					c := mustParseCase(t, string(text))
					result := decideBoth(t, c)
					if result.Decision.String() != head.Expect.Decision {
						t.Errorf("got %s, want %s\n%s\n%s", result.Decision, head.Expect.Decision, strings.Join(result.Reasons(), "\n"), text)
					}
				})
			}
		})
	}
}

func mustParseCase(t testing.TB, text string) authz.Case {
	t.Helper()
	c, err := authz.ParseCase(text)
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	return c
}

// decideBoth evaluates a case in both ways, which must agree.
func decideBoth(t testing.TB, c authz.Case) authz.Result {
	t.Helper()
	result := authz.Evaluate(c.Request, c.Layers)
	if d := authz.Decide(&c.Request, &c.Layers); d != result.Decision {
		t.Errorf("Decide says %s, Evaluate %s", d, result.Decision)
	}
	return result
}
