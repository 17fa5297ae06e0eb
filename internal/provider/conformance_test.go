// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"fmt"
	"io/fs"
	"os"
	"path"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	frameworkprovider "github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/ecrx/terraform-provider-ecrx/internal/provider"
)

// TestConformance walks the registry, and says of everything in it what is still missing.
func TestConformance(t *testing.T) {
	t.Parallel()
	module := os.DirFS("../..")
	ecrx := provider.New("test")()
	schemas, identities := servedSchemas(t, ecrx)

	report(t, `provider "ecrx"`, append(
		undescribed(schemas.Provider.Block, argumentNames(schemas)),
		missingFiles(module, providerFiles())...,
	))
	for name, dir := range resourceDirs(t, ecrx) {
		report(t, "resource "+name, append(
			resourceProblems(schemas.ResourceSchemas[name].Block, argumentNames(schemas), identities[name] != nil),
			packageProblems(module, name, dir, resourceFiles(name, dir))...,
		))
	}
	for name, dir := range dataSourceDirs(t, ecrx) {
		report(t, "data source "+name, append(
			undescribed(schemas.DataSourceSchemas[name].Block, argumentNames(schemas)),
			packageProblems(module, name, dir, dataSourceFiles(name))...,
		))
	}
	for name, function := range schemas.Functions {
		report(t, "function "+name, append(functionProblems(function), missingFiles(module, functionFiles(name))...))
	}
}

func report(t *testing.T, what string, problems []string) {
	t.Helper()
	for _, problem := range problems {
		t.Errorf("%s: %s", what, problem)
	}
}

// servedSchemas are the schemas as the client gets them. Serving them also runs the framework's ValidateImplementation.
func servedSchemas(t *testing.T, ecrx frameworkprovider.Provider) (*tfprotov6.GetProviderSchemaResponse, map[string]*tfprotov6.ResourceIdentitySchema) {
	t.Helper()
	server := providerserver.NewProtocol6(ecrx)()
	schemas, err := server.GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		t.Fatal(err)
	}
	identities, err := server.GetResourceIdentitySchemas(t.Context(), &tfprotov6.GetResourceIdentitySchemasRequest{})
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range append(schemas.Diagnostics, identities.Diagnostics...) {
		t.Errorf("%s: %s", d.Summary, d.Detail)
	}
	if len(schemas.ResourceSchemas) == 0 || len(schemas.DataSourceSchemas) == 0 || len(schemas.Functions) == 0 {
		t.Fatal("the provider serves nothing")
	}
	return schemas, identities.IdentitySchemas
}

// resourceDirs gives the directory of each resource's package.
func resourceDirs(t *testing.T, ecrx frameworkprovider.Provider) map[string]string {
	t.Helper()
	dirs := map[string]string{}
	for _, build := range ecrx.Resources(t.Context()) {
		r := build()
		var resp resource.MetadataResponse
		r.Metadata(t.Context(), resource.MetadataRequest{ProviderTypeName: "ecrx"}, &resp)
		dirs[resp.TypeName] = packageDir(r)
	}
	return dirs
}

// dataSourceDirs gives the directory of each data source's package.
func dataSourceDirs(t *testing.T, ecrx frameworkprovider.Provider) map[string]string {
	t.Helper()
	dirs := map[string]string{}
	for _, build := range ecrx.DataSources(t.Context()) {
		d := build()
		var resp datasource.MetadataResponse
		d.Metadata(t.Context(), datasource.MetadataRequest{ProviderTypeName: "ecrx"}, &resp)
		dirs[resp.TypeName] = packageDir(d)
	}
	return dirs
}

func packageDir(implementation any) string {
	t := reflect.TypeOf(implementation)
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	_, dir, _ := strings.Cut(t.PkgPath(), "terraform-provider-ecrx/")
	return dir
}

// resourceProblems are those of a resource's schema.
func resourceProblems(block *tfprotov6.SchemaBlock, arguments map[string]bool, identity bool) []string {
	problems := undescribed(block, arguments)
	if !strings.Contains(block.Description, "\n## IAM permissions\n") {
		problems = append(problems, `its description lists no IAM permissions: end it with a section "## IAM permissions"`)
	}
	if !hasTimeouts(block) {
		problems = append(problems, "it has no timeouts: add timeouts.BlockAll(ctx) to its blocks")
	}
	if !identity {
		problems = append(problems, "it has no identity: implement resource.ResourceWithIdentity")
	}
	return problems
}

func hasTimeouts(block *tfprotov6.SchemaBlock) bool {
	for _, nested := range block.BlockTypes {
		if nested.TypeName == "timeouts" {
			return true
		}
	}
	return false
}

// packageProblems are those of a resource's or data source's package and files.
func packageProblems(module fs.FS, name, dir string, files []file) []string {
	problems := missingFiles(module, files)
	if want := strings.ReplaceAll(strings.TrimPrefix(name, "ecrx_"), "_", ""); path.Base(dir) != want {
		problems = append(problems, fmt.Sprintf("its package is %s: name the directory %s, after the type", dir, want))
	}
	return problems
}

func functionProblems(function *tfprotov6.Function) []string {
	var problems []string
	if function.Summary == "" || function.Description == "" {
		problems = append(problems, "give its definition a Summary and a MarkdownDescription")
	}
	parameters := function.Parameters
	if function.VariadicParameter != nil {
		parameters = append(parameters, function.VariadicParameter)
	}
	for _, parameter := range parameters {
		if problem := descriptionProblem(parameter.Description, nil); problem != "" {
			problems = append(problems, "parameter "+parameter.Name+" "+problem)
		}
	}
	return problems
}

// A file that a thing must have. path may have wildcards; contains is a text that one of the files must have.
type file struct{ path, contains, remedy string }

const (
	writeExample = "write an example that can be planned as it is"
	runMakeDocs  = "run `make docs` and commit the result"
)

func providerFiles() []file {
	return []file{
		{path: "examples/provider/provider.tf", contains: `provider "ecrx"`, remedy: "write an example of the provider block"},
		{path: "docs/index.md", remedy: runMakeDocs},
	}
}

func resourceFiles(name, dir string) []file {
	examples := "examples/resources/" + name + "/"
	return []file{
		{path: examples + "resource.tf", contains: name, remedy: writeExample},
		{path: examples + "import.sh", contains: "terraform import " + name, remedy: "show the command"},
		{path: examples + "import-by-string-id.tf", contains: "id ", remedy: "show an import block with an id"},
		{path: examples + "import-by-identity.tf", contains: "identity ", remedy: "show an import block with an identity"},
		{path: "docs/resources/" + strings.TrimPrefix(name, "ecrx_") + ".md", remedy: runMakeDocs},
		{path: dir + "/*_test.go", contains: "plancheck.", remedy: "write a test that checks a plan, with package plancheck"},
	}
}

func dataSourceFiles(name string) []file {
	return []file{
		{path: "examples/data-sources/" + name + "/data-source.tf", contains: name, remedy: writeExample},
		{path: "docs/data-sources/" + strings.TrimPrefix(name, "ecrx_") + ".md", remedy: runMakeDocs},
	}
}

func functionFiles(name string) []file {
	return []file{
		{path: "examples/functions/" + name + "/function.tf", contains: "provider::ecrx::" + name, remedy: writeExample},
		{path: "internal/function/" + name + ".go", remedy: "keep each function in a file of its name"},
		{path: "docs/functions/" + name + ".md", remedy: runMakeDocs},
	}
}

// missingFiles says what to do about each file that isn't there. A module without docs/ isn't asked for pages.
func missingFiles(module fs.FS, files []file) []string {
	_, noDocs := fs.Stat(module, "docs")
	var problems []string
	for _, f := range files {
		switch {
		case noDocs != nil && strings.HasPrefix(f.path, "docs/") || exists(module, f):
		case f.contains == "":
			problems = append(problems, f.path+" is missing: "+f.remedy)
		default:
			problems = append(problems, fmt.Sprintf("%s with %q is missing: %s", f.path, f.contains, f.remedy))
		}
	}
	return problems
}

func exists(module fs.FS, f file) bool {
	matches, err := fs.Glob(module, f.path)
	return err == nil && slices.ContainsFunc(matches, func(match string) bool {
		content, err := fs.ReadFile(module, match)
		return err == nil && strings.Contains(string(content), f.contains)
	})
}

func TestMissingFiles(t *testing.T) {
	t.Parallel()
	files := []file{{path: "a/*_test.go", contains: "check", remedy: "write it"}, {path: "docs/a.md", remedy: "generate it"}}
	const noTest, noPage = `a/*_test.go with "check" is missing: write it`, "docs/a.md is missing: generate it"
	for name, test := range map[string]struct {
		module fstest.MapFS
		want   []string
	}{
		"nothing":    {want: []string{noTest}},
		"no text":    {module: fstest.MapFS{"a/a_test.go": {}}, want: []string{noTest}},
		"docs begun": {module: fstest.MapFS{"a/a_test.go": {Data: []byte("check")}, "docs/b.md": {}}, want: []string{noPage}},
		"complete":   {module: fstest.MapFS{"a/a_test.go": {Data: []byte("check")}, "docs/a.md": {}}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(test.want, missingFiles(test.module, files)); diff != "" {
				t.Error(diff)
			}
		})
	}
}
