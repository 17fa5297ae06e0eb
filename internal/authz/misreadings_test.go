// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package authz_test

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// misreading is a rule of AWS's read wrong: in the file, what is old becomes what is new.
type misreading struct{ name, file, from, to string }

// TestMisreadings compiles the engine with each misreading in turn and runs the corpus against it. At least one case of
// the corpus must fail, else nothing holds the rule.
func TestMisreadings(t *testing.T) {
	t.Parallel()
	// The workers are few, as each one compiles and links.
	free := make(chan struct{}, 2)
	for _, m := range misreadings() {
		t.Run(m.name, func(t *testing.T) {
			t.Parallel()
			overlay := m.overlay(t)
			free <- struct{}{}
			defer func() { <-free }()
			command := exec.CommandContext(t.Context(), "go", "test", "-vet=off", "-count=1", "-failfast", "-overlay="+overlay, "-run=^TestCorpus$", ".")
			output, err := command.CombinedOutput()
			switch {
			case err == nil:
				t.Error("every case of the corpus passes under this misreading")
			case !bytes.Contains(output, []byte("--- FAIL: TestCorpus/")):
				t.Errorf("the corpus didn't run: %v\n%s", err, output)
			}
		})
	}
}

// overlay writes the misread copy of the file, and the map that puts it in the file's place.
func (m misreading) overlay(t *testing.T) string {
	t.Helper()
	source, err := filepath.Abs(m.file)
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(source)
	if err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(string(text), m.from); n != 1 {
		t.Fatalf("%s has the text %d times, not once:\n%s", m.file, n, m.from)
	}
	directory := t.TempDir()
	copied, overlay := filepath.Join(directory, "misread.go"), filepath.Join(directory, "overlay.json")
	if err := os.WriteFile(copied, []byte(strings.Replace(string(text), m.from, m.to, 1)), 0o600); err != nil {
		t.Fatal(err)
	}
	// The corpus needs none of the other tests, and without them the package compiles sooner.
	files := map[string]string{source: copied}
	tests, err := filepath.Glob(filepath.Join(filepath.Dir(source), "*_test.go"))
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range tests {
		if filepath.Base(test) != "corpus_test.go" {
			files[test] = ""
		}
	}
	replace, err := json.Marshal(map[string]map[string]string{"Replace": files})
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(overlay, replace, 0o600); err != nil {
		t.Fatal(err)
	}
	return overlay
}
