// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package archtest

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"
)

// violations gives one sentence for each broken rule in the Go files of tree, in the order of their paths.
func violations(tree fs.FS) ([]string, error) {
	var broken []string
	err := fs.WalkDir(tree, ".", func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && (name == "internal/tools" || name != "." && strings.HasPrefix(entry.Name(), ".")):
			return fs.SkipDir
		case entry.IsDir() || path.Ext(name) != ".go":
			return nil
		}
		source, err := fs.ReadFile(tree, name)
		if err != nil {
			return err
		}
		found, err := fileViolations(name, source)
		broken = append(broken, found...)
		return err
	})
	return broken, err
}

func fileViolations(name string, source []byte) ([]string, error) {
	positions := token.NewFileSet()
	file, err := parser.ParseFile(positions, name, source, parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
	var broken []string
	report := func(format string, args ...any) { broken = append(broken, fmt.Sprintf(format, args...)) }

	if lines := strings.Count(string(source), "\n"); path.Base(name) == "resource.go" && lines > maxResourceLines {
		report("%s has %d lines, more than %d", name, lines, maxResourceLines)
	}
	if len(source) > maxFileBytes {
		report("%s has %d bytes, more than %d", name, len(source), maxFileBytes)
	}
	pkg, internal := strings.CutPrefix(path.Dir(name), "internal/")
	if slices.Contains(emptyNames, path.Base(pkg)) {
		report("%s: %s says nothing about what a package is for", name, path.Base(pkg))
	}
	row, found := layerOf(pkg)
	if !internal {
		row, found = layer{name: "main", inside: []string{"provider"}, outside: framework}, true
	}
	if !found {
		report("%s: no layer holds package %s: give it a row here and in DESIGN.md", name, pkg)
		return broken, nil
	}
	test := strings.HasSuffix(name, "_test.go")
	for _, spec := range file.Imports {
		imported, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			return nil, err
		}
		switch {
		case row.allows(pkg, imported, test):
		case !strings.Contains(imported, "."):
			report("%s imports %s, which a pure package may not", name, imported)
		default:
			report("%s imports %s, which %s may not", name, strings.TrimPrefix(imported, module), row.name)
		}
	}
	clock := importName(file, "time")
	ast.Inspect(file, func(node ast.Node) bool {
		switch node := node.(type) {
		case *ast.FuncDecl:
			if node.Name.Name == "init" && node.Recv == nil {
				report("%s:%d declares init: wire it in provider instead", name, positions.Position(node.Pos()).Line)
			}
		case *ast.SelectorExpr:
			of, ok := node.X.(*ast.Ident)
			if row.pure && !test && ok && of.Name == clock && slices.Contains([]string{"Now", "Since", "Until", "Sleep", "After"}, node.Sel.Name) {
				report("%s:%d reads the clock, which a pure package may not", name, positions.Position(node.Pos()).Line)
			}
		}
		return true
	})
	return broken, nil
}

// allows says whether package pkg of this layer may import the package of that path, in a test file or out of one.
func (l layer) allows(pkg, imported string, test bool) bool {
	if inside, ok := strings.CutPrefix(imported, module+"internal/"); ok {
		return matches(l.inside, inside) ||
			l.siblings && matches([]string{l.name}, inside) ||
			test && (inside == pkg || !l.pure && matches(inTests, inside))
	}
	if !strings.Contains(strings.Split(imported, "/")[0], ".") {
		return test || !l.pure || !matches(impure, imported)
	}
	return matches(l.outside, imported) || test && (!l.pure || matches(outsideInPurity, imported))
}

func layerOf(pkg string) (layer, bool) {
	for _, l := range layers() {
		if matches([]string{l.name}, pkg) {
			return l, true
		}
	}
	return layer{}, false
}

// matches says whether one of the names is pkg, or a folder that holds it ("folder/...").
func matches(names []string, pkg string) bool {
	return slices.ContainsFunc(names, func(name string) bool {
		folder, tree := strings.CutSuffix(name, "/...")
		return pkg == folder || tree && strings.HasPrefix(pkg, folder+"/")
	})
}

// importName is the name under which the file knows the package of that path; "" when it doesn't import it.
func importName(file *ast.File, path string) string {
	for _, spec := range file.Imports {
		if spec.Path.Value != strconv.Quote(path) {
			continue
		}
		if spec.Name != nil {
			return spec.Name.Name
		}
		return path
	}
	return ""
}
