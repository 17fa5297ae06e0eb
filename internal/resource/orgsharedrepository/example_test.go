// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package orgsharedrepository_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/tfversion"

	"github.com/ecrx/terraform-provider-ecrx/internal/awstest"
)

// TestExamples applies the example of the documentation, and imports what it made as the examples do.
func TestExamples(t *testing.T) {
	t.Parallel()
	a := awstest.New(t)
	terraform(t, a, resource.TestStep{Config: a.ProviderBlock("") + example(t, "resource.tf")})

	for file, checks := range map[string][]tfversion.TerraformVersionCheck{
		"import-by-string-id.tf": nil,
		"import-by-identity.tf":  {tfversion.SkipBelow(tfversion.Version1_12_0)},
	} {
		t.Run(file, func(t *testing.T) {
			t.Parallel()
			a := awstest.New(t)
			exampleIsThere(t, a)
			resource.UnitTest(t, resource.TestCase{
				ProtoV6ProviderFactories: factories(),
				TerraformVersionChecks:   checks,
				Steps: []resource.TestStep{{
					Config: a.ProviderBlock("") + example(t, "resource.tf") + example(t, file),
				}},
			})
		})
	}
}

func example(t *testing.T, file string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", "..", "examples", "resources", resourceType, file))
	if err != nil {
		t.Fatal(err)
	}
	return string(text) + "\n"
}

// exampleIsThere makes a repository that the example can be imported from.
func exampleIsThere(t *testing.T, a *awstest.AWS) {
	t.Helper()
	if _, err := core(a, nil).Apply(t.Context(), map[string]any{"name": name}); err != nil {
		t.Fatal(err)
	}
}
