// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package archtest

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// answersRead is the file in which awsapi says what an answer may lack, and so compares pointers with nil itself.
const answersRead = "answers.go"

// unchecked gives one sentence for each answer of an SDK client in the file whose pointers are read unchecked. An answer is what a
// method of a variable named client gives; it is called out, so that it can be found, or _.
func unchecked(name string, source any) ([]string, error) {
	positions := token.NewFileSet()
	file, err := parser.ParseFile(positions, name, source, parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
	var broken []string
	report := func(node ast.Node, format string, args ...any) {
		broken = append(broken, fmt.Sprintf("%s:%d ", name, positions.Position(node.Pos()).Line)+fmt.Sprintf(format, args...))
	}
	assigned := map[ast.Expr]bool{}
	ast.Inspect(file, func(node ast.Node) bool {
		switch node := node.(type) {
		case *ast.AssignStmt:
			first, _ := node.Lhs[0].(*ast.Ident)
			assigned[node.Rhs[0]] = first != nil && (first.Name == "out" || first.Name == "_")
		case *ast.CallExpr:
			method, ok := node.Fun.(*ast.SelectorExpr)
			if ok && isNamed(method.X, "client") && len(node.Args) > 1 && !assigned[node] {
				report(node, "calls %s, whose answer isn't named out", method.Sel.Name)
			}
		case *ast.StarExpr:
			if field, ok := node.X.(*ast.SelectorExpr); ok && isNamed(field.X, "out") {
				report(node, "reads the pointer out.%s unchecked: take orEmpty, and see missingFrom", field.Sel.Name)
			}
		case *ast.SelectorExpr:
			if field, ok := node.X.(*ast.SelectorExpr); ok && isNamed(field.X, "out") {
				report(node, "reads the pointer out.%s unchecked: take orEmpty, and see missingFrom", field.Sel.Name)
			}
		}
		return true
	})
	return broken, nil
}

func isNamed(expr ast.Expr, name string) bool {
	ident, ok := expr.(*ast.Ident)
	return ok && ident.Name == name
}

func TestNoPointerOfAnAnswerIsReadUnchecked(t *testing.T) {
	t.Parallel()

	files, err := filepath.Glob("../awsapi/*.go")
	if err != nil || len(files) == 0 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") || filepath.Base(file) == answersRead {
			continue
		}
		source, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		broken, err := unchecked(filepath.Base(file), source)
		if err != nil {
			t.Fatal(err)
		}
		for _, sentence := range broken {
			t.Error(sentence)
		}
	}
}

func TestUnchecked(t *testing.T) {
	t.Parallel()

	for statement, want := range map[string][]string{
		"out, err := client.GetRole(ctx, in); use(orEmpty(out.Role).Arn, out.Tags[0].Key, err)": nil,
		"_, err := client.DeleteRole(ctx, in); use(err)":                                        nil,
		"out, err = client.GetRole(ctx, in); use(*out.Role)":                                    {"a.go:2 reads the pointer out.Role unchecked: take orEmpty, and see missingFrom"},
		"out, err = client.GetRole(ctx, in); use(out.Role.Arn)":                                 {"a.go:2 reads the pointer out.Role unchecked: take orEmpty, and see missingFrom"},
		"role, err := client.GetRole(ctx, in)":                                                  {"a.go:2 calls GetRole, whose answer isn't named out"},
		"use(client.GetRole(ctx, in))":                                                          {"a.go:2 calls GetRole, whose answer isn't named out"},
	} {
		got, err := unchecked("a.go", "package a\nfunc f() { "+statement+" }\n")
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", statement, diff)
		}
	}
}
