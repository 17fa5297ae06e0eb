// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"io/fs"
	"os"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/ecrx/terraform-provider-ecrx/internal/provider"
)

// Every code block of HCL in README and CONTRIBUTING is a part of an example, which TestClientExamples plans. main_test.go sees to
// the block with a plan.
func TestCodeBlocksAreExamples(t *testing.T) {
	t.Parallel()
	examples := exampleFiles(t, ".tf")
	for _, document := range []string{"README.md", "CONTRIBUTING.md"} {
		for _, block := range codeBlocks(t, document, "hcl") {
			if !slices.ContainsFunc(examples, func(file string) bool { return strings.Contains(read(t, file), block) }) {
				t.Errorf("%s shows HCL that is in no file of examples/; show a part of one of them:\n%s", document, block)
			}
		}
	}
}

var makeTarget = regexp.MustCompile(`(?m)^make ([a-z-]+)`)

func TestCommandsAreTargets(t *testing.T) {
	t.Parallel()
	makefile := read(t, "GNUmakefile")
	for _, document := range []string{"README.md", "CONTRIBUTING.md"} {
		for _, block := range codeBlocks(t, document, "sh") {
			for _, match := range makeTarget.FindAllStringSubmatch(block, -1) {
				if !strings.Contains(makefile, "\n"+match[1]+": ") {
					t.Errorf("%s runs make %s, which GNUmakefile lacks", document, match[1])
				}
			}
		}
	}
}

// A row for everything that the provider has, each with a link to its page.
func TestReadmeListsTheRegistry(t *testing.T) {
	t.Parallel()
	readme := read(t, "README.md")
	schemas, _ := servedSchemas(t, provider.New("test")())
	rows := map[string]string{}
	for name := range schemas.ResourceSchemas {
		rows[name] = "docs/resources/" + strings.TrimPrefix(name, "ecrx_") + ".md"
	}
	for name := range schemas.DataSourceSchemas {
		rows[name] = "docs/data-sources/" + strings.TrimPrefix(name, "ecrx_") + ".md"
	}
	for name := range schemas.Functions {
		rows[name] = "docs/functions/" + name + ".md"
	}
	for name, page := range rows {
		if row := "\n| [" + name + "](" + page + ") |"; !strings.Contains(readme, row) {
			t.Errorf("README has no row for %s: begin one with %s", name, strings.TrimSpace(row))
		}
	}
	if got := strings.Count(readme, "\n| ["); got != len(rows) {
		t.Errorf("README has %d rows with a link, and the provider %d things", got, len(rows))
	}
}

var link = regexp.MustCompile(`\]\(([^)#:]+)\)`)

func TestLinksLeadToFiles(t *testing.T) {
	t.Parallel()
	_, noDocs := os.Stat("../../docs")
	for _, document := range []string{"README.md", "CONTRIBUTING.md", "DESIGN.md"} {
		for _, match := range link.FindAllStringSubmatch(read(t, document), -1) {
			if _, err := os.Stat(path.Join("../..", match[1])); err != nil && (noDocs == nil || !strings.HasPrefix(match[1], "docs/")) {
				t.Errorf("%s links to %s, which isn't there", document, match[1])
			}
		}
	}
}

// codeBlocks gives the fenced blocks of a language.
func codeBlocks(t *testing.T, document, language string) []string {
	t.Helper()
	var blocks []string
	for _, rest := range strings.Split(read(t, document), "```"+language+"\n")[1:] {
		block, _, _ := strings.Cut(rest, "```")
		blocks = append(blocks, block)
	}
	return blocks
}

// read gives a file of the module.
func read(t *testing.T, name string) string {
	t.Helper()
	content, err := os.ReadFile(path.Join("../..", name))
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

// exampleFiles gives the paths of the examples with an extension.
func exampleFiles(t *testing.T, extension string) []string {
	t.Helper()
	var files []string
	err := fs.WalkDir(os.DirFS("../.."), "examples", func(name string, _ fs.DirEntry, err error) error {
		if path.Ext(name) == extension {
			files = append(files, name)
		}
		return err
	})
	if err != nil || len(files) == 0 {
		t.Fatalf("examples: %d files, %v", len(files), err)
	}
	return files
}
