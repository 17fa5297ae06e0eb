// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package organizationpaths_test

import (
	"context"
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/organizations"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/ecrx/terraform-provider-ecrx/internal/acctest"
	"github.com/ecrx/terraform-provider-ecrx/internal/awstest"
)

const address = "data.ecrx_organization_paths.test"

// tree is an organization: Staging, Production, Production/Web and Staging/Web.
type tree struct {
	*awstest.AWS
	organization, root                       string
	staging, production, stagingWeb, prodWeb string
}

func newTree(t *testing.T) tree {
	t.Helper()
	ctx := context.Background()
	a := tree{AWS: awstest.New(t)}
	client := a.Organizations()
	created, err := client.CreateOrganization(ctx, &organizations.CreateOrganizationInput{})
	if err != nil {
		t.Fatal(err)
	}
	a.organization = aws.ToString(created.Organization.Id)
	roots, err := client.ListRoots(ctx, &organizations.ListRootsInput{})
	if err != nil {
		t.Fatal(err)
	}
	a.root = aws.ToString(roots.Roots[0].Id)
	unit := func(parent, name string) string {
		out, err := client.CreateOrganizationalUnit(ctx, &organizations.CreateOrganizationalUnitInput{ParentId: &parent, Name: &name})
		if err != nil {
			t.Fatal(err)
		}
		return aws.ToString(out.OrganizationalUnit.Id)
	}
	a.staging, a.production = unit(a.root, "Staging"), unit(a.root, "Production")
	a.stagingWeb, a.prodWeb = unit(a.staging, "Web"), unit(a.production, "Web")
	return a
}

// path gives the path of the units below the root.
func (a tree) path(units ...string) string {
	return strings.Join(append([]string{a.organization, a.root}, units...), "/") + "/"
}

func config(arguments string) string {
	return fmt.Sprintf("data \"ecrx_organization_paths\" \"test\" {\n%s\n}\n", arguments)
}

func TestByID(t *testing.T) {
	t.Parallel()
	a := newTree(t)
	acctest.Test(t, resource.TestStep{
		Config: a.ProviderBlock("") + config(fmt.Sprintf("organization_unit_ids = [%q, %q]", a.production, a.stagingWeb)),
		ConfigStateChecks: []statecheck.StateCheck{
			statecheck.ExpectKnownValue(address, tfjsonpath.New("organization_id"), knownvalue.StringExact(a.organization)),
			statecheck.ExpectKnownValue(address, tfjsonpath.New("paths"), knownvalue.MapExact(map[string]knownvalue.Check{
				a.production: knownvalue.StringExact(a.path(a.production)),
				a.stagingWeb: knownvalue.StringExact(a.path(a.staging, a.stagingWeb)),
			})),
		},
	})
	for _, call := range a.Calls() {
		if call.Action == "ListOrganizationalUnitsForParent" {
			t.Error("the tree was walked, though no name was asked for")
		}
	}
}

func TestByNameWithDescendants(t *testing.T) {
	t.Parallel()
	a := newTree(t)
	acctest.Test(t, resource.TestStep{
		Config: a.ProviderBlock("") + config(fmt.Sprintf(`
			organization_unit_ids = [%q]
			names                   = ["Staging"]
			include_descendants     = true`, a.prodWeb)),
		ConfigStateChecks: []statecheck.StateCheck{
			statecheck.ExpectKnownValue(address, tfjsonpath.New("paths"), knownvalue.MapExact(map[string]knownvalue.Check{
				"Staging": knownvalue.StringExact(a.path(a.staging) + "*"),
				a.prodWeb: knownvalue.StringExact(a.path(a.production, a.prodWeb) + "*"),
			})),
		},
	})
}

func TestExample(t *testing.T) {
	t.Parallel()
	a := newTree(t)
	example, err := os.ReadFile("../../../examples/data-sources/ecrx_organization_paths/data-source.tf")
	if err != nil {
		t.Fatal(err)
	}
	acctest.Test(t, resource.TestStep{
		Config: a.ProviderBlock("") + string(example),
		ConfigStateChecks: []statecheck.StateCheck{
			statecheck.ExpectKnownOutputValue("organization_paths", knownvalue.ListExact([]knownvalue.Check{
				knownvalue.StringExact(a.path(a.production) + "*"), knownvalue.StringExact(a.path(a.staging) + "*"),
			})),
		},
	})
}

func TestNothingAskedFor(t *testing.T) {
	t.Parallel()
	a := awstest.New(t)
	acctest.Test(t, resource.TestStep{
		Config: a.ProviderBlock("") + config("names = []"),
		ConfigStateChecks: []statecheck.StateCheck{
			statecheck.ExpectKnownValue(address, tfjsonpath.New("organization_id"), knownvalue.Null()),
			statecheck.ExpectKnownValue(address, tfjsonpath.New("paths"), knownvalue.MapSizeExact(0)),
		},
	})
	if calls := a.Calls(); len(calls) != 0 {
		t.Errorf("AWS was called: %v", calls)
	}
}

func TestErrors(t *testing.T) {
	t.Parallel()
	a := newTree(t)
	for name, tc := range map[string]struct{ arguments, want string }{
		"nothing":      {``, `At least one of these attributes must be configured`},
		"path as id":   {`organization_unit_ids = ["r-ab12"]`, `"r-ab12" is not the id of an organizational unit`},
		"id as name":   {`names = ["ou-ab12-11111111"]`, `write it in organization_unit_ids`},
		"unknown id":   {`organization_unit_ids = ["ou-ab12-11111111"]`, `reading organizational unit (ou-ab12-11111111)`},
		"unknown name": {`names = ["staging"]`, `no organizational unit of the organization has the name "staging"`},
		"ambiguous name": {`names = ["Web"]`, fmt.Sprintf(`2 organizational units have the name "Web": %s (%s), %s (%s)`,
			a.stagingWeb, a.path(a.staging, a.stagingWeb), a.prodWeb, a.path(a.production, a.prodWeb))},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			acctest.Test(t, resource.TestStep{
				Config:      a.ProviderBlock("") + config(tc.arguments),
				ExpectError: acctest.Message(tc.want),
			})
		})
	}
}

func TestDenied(t *testing.T) {
	t.Parallel()
	a := newTree(t)
	for action, tc := range map[string]struct{ arguments, want string }{
		"DescribeOrganizationalUnit": {fmt.Sprintf("organization_unit_ids = [%q]", a.staging), "reading organizational unit (" + a.staging + ")"},
		"ListRoots":                  {`names = ["Staging"]`, "listing organizational units (Staging)"},
	} {
		t.Run(action, func(t *testing.T) {
			t.Parallel()
			denying := awstest.New(t, awstest.InAccountOf(a.AWS))
			denying.Inject(awstest.Fault{Kind: awstest.AccessDenied, Action: action, Sticky: true})
			acctest.Test(t, resource.TestStep{
				Config:      denying.ProviderBlock("") + config(tc.arguments),
				ExpectError: regexp.MustCompile(`(?s)` + regexp.QuoteMeta(tc.want) + `.*AccessDeniedException.*organizations:` + action),
			})
		})
	}
}

func TestLostAnswersAreAskedForAgain(t *testing.T) {
	t.Parallel()
	a := newTree(t)
	a.Inject(awstest.Fault{Kind: awstest.DropAfter, Action: "DescribeOrganizationalUnit"})
	a.Inject(awstest.Fault{Kind: awstest.ServerError, Action: "ListRoots"})
	acctest.Test(t, resource.TestStep{
		Config: a.ProviderBlock("") + config(fmt.Sprintf("organization_unit_ids = [%q]\nnames = [\"Staging\"]", a.prodWeb)),
		ConfigStateChecks: []statecheck.StateCheck{
			statecheck.ExpectKnownValue(address, tfjsonpath.New("paths"), knownvalue.MapExact(map[string]knownvalue.Check{
				"Staging": knownvalue.StringExact(a.path(a.staging)),
				a.prodWeb: knownvalue.StringExact(a.path(a.production, a.prodWeb)),
			})),
		},
	})
}

func TestUnknownProvider(t *testing.T) {
	t.Parallel()
	acctest.Test(t, resource.TestStep{
		Config: `
			resource "terraform_data" "region" {
				input = "eu-west-1"
			}
			provider "ecrx" {
				region = terraform_data.region.output
			}
			` + config(`names = ["Staging"]`),
		ExpectError: acctest.Message("values that aren't known yet"),
	})
}
