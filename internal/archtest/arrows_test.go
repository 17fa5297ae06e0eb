// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

// Package archtest pins the arrows that DESIGN.md draws between the packages of this module. It reads the files itself,
// so that go test sees each of them and never answers from its cache after a bad import.
package archtest

import (
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
)

const module = "github.com/ecrx/terraform-provider-ecrx/"

const (
	maxResourceLines = 300
	maxFileBytes     = 24 << 10
)

// A layer is a row of the table: the packages it speaks of, and what they may import. A name that ends in "/..." also
// stands for everything below it.
type layer struct {
	name     string
	inside   []string // of this module, below internal
	outside  []string // of other modules; the standard library is free
	siblings bool     // packages of one row may import each other
	pure     bool     // no clock, no files, no network, no chance
}

var (
	framework = []string{
		"github.com/hashicorp/terraform-plugin-framework/...",
		"github.com/hashicorp/terraform-plugin-framework-timeouts/...",
		"github.com/hashicorp/terraform-plugin-framework-validators/...",
		"github.com/hashicorp/terraform-plugin-go/...",
		"github.com/hashicorp/terraform-plugin-log/...",
	}
	arn     = []string{"github.com/aws/aws-sdk-go-v2/aws/arn"}
	pattern = []string{"fragment/...", "fw", "awsapi", "pattern", "policy", "authz"}
)

func layers() []layer {
	return []layer{
		{name: "policy", outside: arn, pure: true},
		{name: "authz", inside: []string{"policy"}, outside: arn, pure: true},
		{name: "reach", inside: []string{"policy", "authz"}, pure: true},
		{name: "pattern", inside: []string{"policy", "authz"}, outside: arn, pure: true},
		{name: "awsapi", outside: []string{
			"github.com/aws/aws-sdk-go-v2/...", "github.com/aws/smithy-go/...", "github.com/hashicorp/aws-sdk-go-base/v2/...",
			"github.com/hashicorp/terraform-plugin-log/...", "golang.org/x/sync/...",
		}},
		{name: "fw", inside: []string{"awsapi", "policy", "authz"}, outside: framework},
		// Statement ownership is the ground that grants, lockdown and single statements stand on; else no fragment knows another.
		{name: "fragment/statements", inside: []string{"fw", "awsapi", "pattern", "policy", "authz"}, outside: framework},
		{name: "fragment/...", inside: []string{"fragment/statements", "fw", "awsapi", "pattern", "policy", "authz"}, outside: framework},
		{name: "resource/...", inside: pattern, outside: framework},
		{name: "datasource/...", inside: pattern, outside: framework},
		{name: "function", inside: pattern, outside: framework},
		{name: "provider", inside: append([]string{"resource/...", "datasource/...", "function"}, pattern...), outside: framework},
		{name: "awstest/...", inside: []string{"awsapi"}, siblings: true, outside: []string{
			"github.com/aws/aws-sdk-go-v2/...", "github.com/aws/smithy-go/...",
			"github.com/hashicorp/terraform-plugin-go/...", "github.com/google/go-cmp/...",
			// lifecycle reads configurations, and shows plans and states, as a client does.
			"github.com/hashicorp/hcl/v2/...", "github.com/hashicorp/terraform-json/...", "github.com/zclconf/go-cty/...",
		}},
		{name: "acctest", inside: []string{"provider", "awsapi", "awstest/...", "policy"}, outside: append([]string{
			"github.com/aws/aws-sdk-go-v2/...", "github.com/google/go-cmp/...",
			"github.com/hashicorp/terraform-json/...", "github.com/hashicorp/terraform-plugin-testing/...", "github.com/zclconf/go-cty/...",
		}, framework...)},
		{name: "archtest"},
		// The commands of the build: nothing imports them.
		{name: "docs", inside: []string{"provider"}, outside: framework},
		{name: "difftest", inside: []string{"authz"}},
		{name: "bench/...", inside: []string{"provider", "awstest/...", "authz", "policy"}, outside: framework},
	}
}

// A test of a package that talks to AWS or Terraform may stand the provider on the emulator. Its other modules are its own
// affair; a pure package is pure in its tests too, but for the libraries that compare.
var (
	inTests         = []string{"provider", "acctest", "awstest/..."}
	outsideInPurity = []string{"github.com/google/go-cmp/...", "github.com/hashicorp/awspolicyequivalence"}
)

var impure = []string{"crypto/rand", "math/rand/...", "net", "net/http/...", "os/...", "syscall", "unsafe"}

var emptyNames = []string{"common", "helper", "helpers", "misc", "shared", "util", "utils"}

func TestTheTreeKeepsItsArrows(t *testing.T) {
	t.Parallel()

	broken, err := violations(os.DirFS("../.."))
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range broken {
		t.Error(v)
	}
}

func TestViolations(t *testing.T) {
	t.Parallel()

	tests := map[string]struct {
		path, source string
		want         []string
	}{
		"an arrow of the table": {"internal/authz/a.go", "package authz\n" + imports("internal/policy"), nil},
		"an arrow backwards": {
			"internal/policy/a.go", "package policy\n" + imports("internal/authz"),
			[]string{"internal/policy/a.go imports internal/authz, which policy may not"},
		},
		"pattern meets awsapi": {
			"internal/pattern/a.go", "package pattern\n" + imports("internal/awsapi"),
			[]string{"internal/pattern/a.go imports internal/awsapi, which pattern may not"},
		},
		"a sibling": {
			"internal/resource/one/a.go", "package one\n" + imports("internal/resource/two"),
			[]string{"internal/resource/one/a.go imports internal/resource/two, which resource/... may not"},
		},
		"a fragment of another": {
			"internal/fragment/grants/a.go", "package grants\n" + imports("internal/fragment/lockdown"),
			[]string{"internal/fragment/grants/a.go imports internal/fragment/lockdown, which fragment/... may not"},
		},
		"a sibling, in a test": {
			"internal/resource/one/a_test.go", "package one_test\n" + imports("internal/resource/two"),
			[]string{"internal/resource/one/a_test.go imports internal/resource/two, which resource/... may not"},
		},
		"a test of a package from outside": {
			"internal/resource/one/a_test.go",
			"package one_test\n" + imports("internal/resource/one") + imports("internal/provider") + imports("internal/awstest"), nil,
		},
		"the harness in shipped code": {
			"internal/resource/one/a.go", "package one\n" + imports("internal/awstest"),
			[]string{"internal/resource/one/a.go imports internal/awstest, which resource/... may not"},
		},
		"the test support in a test": {"internal/resource/one/a_test.go", "package one_test\n" + imports("internal/acctest"), nil},
		"the test support in shipped code": {
			"internal/resource/one/a.go", "package one\n" + imports("internal/acctest"),
			[]string{"internal/resource/one/a.go imports internal/acctest, which resource/... may not"},
		},
		"the harness in a pure test": {
			"internal/policy/a_test.go", "package policy_test\n" + imports("internal/awstest"),
			[]string{"internal/policy/a_test.go imports internal/awstest, which policy may not"},
		},
		"a service client in a resource": {
			"internal/resource/one/a.go", "package one\nimport _ \"github.com/aws/aws-sdk-go-v2/service/ecr\"\n",
			[]string{"internal/resource/one/a.go imports github.com/aws/aws-sdk-go-v2/service/ecr, which resource/... may not"},
		},
		"the framework in awsapi": {
			"internal/awsapi/a.go", "package awsapi\nimport _ \"github.com/hashicorp/terraform-plugin-framework/diag\"\n",
			[]string{"internal/awsapi/a.go imports github.com/hashicorp/terraform-plugin-framework/diag, which awsapi may not"},
		},
		"ARNs in a pure package": {"internal/policy/a.go", "package policy\nimport _ \"github.com/aws/aws-sdk-go-v2/aws/arn\"\n", nil},
		"files in a pure package": {
			"internal/policy/a.go", "package policy\nimport _ \"os\"\n",
			[]string{"internal/policy/a.go imports os, which a pure package may not"},
		},
		"the clock in a pure package": {
			"internal/authz/a.go", "package authz\nimport clock \"time\"\nvar _ = clock.Now\n",
			[]string{"internal/authz/a.go:3 reads the clock, which a pure package may not"},
		},
		"the oracle in a pure test": {
			"internal/policy/a_test.go", "package policy_test\nimport _ \"github.com/hashicorp/awspolicyequivalence\"\n", nil,
		},
		"an init function": {
			"internal/fw/a.go", "package fw\nfunc init() {}\n",
			[]string{"internal/fw/a.go:2 declares init: wire it in provider instead"},
		},
		"a package without a row": {
			"internal/extra/a.go", "package extra\n",
			[]string{"internal/extra/a.go: no layer holds package extra: give it a row here and in DESIGN.md"},
		},
		"a name that says nothing": {
			"internal/fragment/util/a.go", "package util\n",
			[]string{"internal/fragment/util/a.go: util says nothing about what a package is for"},
		},
		"a long resource": {
			"internal/resource/one/resource.go", "package one\n" + strings.Repeat("\n", maxResourceLines),
			[]string{"internal/resource/one/resource.go has 301 lines, more than 300"},
		},
		"a large file": {
			"internal/fw/a.go", "package fw\n//" + strings.Repeat("x", maxFileBytes),
			[]string{"internal/fw/a.go has 24589 bytes, more than 24576"},
		},
		"main knows the provider":        {"main.go", "package main\n" + imports("internal/provider"), nil},
		"main knows the provider alone":  {"main.go", "package main\n" + imports("internal/awsapi"), []string{"main.go imports internal/awsapi, which main may not"}},
		"a tool's module is not of this": {"internal/tools/x/a.go", "package util\n", nil},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			got, err := violations(fstest.MapFS{tt.path: {Data: []byte(tt.source)}})
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("violations (-want +got):\n%s", diff)
			}
		})
	}
}

func imports(pkg string) string { return "import _ \"" + module + pkg + "\"\n" }
