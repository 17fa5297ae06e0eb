// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package grants_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/organizations"
	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/ecrx/terraform-provider-ecrx/internal/awsapi"
	"github.com/ecrx/terraform-provider-ecrx/internal/awstest"
	"github.com/ecrx/terraform-provider-ecrx/internal/fragment/grants"
	"github.com/ecrx/terraform-provider-ecrx/internal/fw"
	"github.com/ecrx/terraform-provider-ecrx/internal/pattern"
)

// An organizational unit is looked up only where its path can't be written without.
func TestPlanLooksUnitsUp(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	a := awstest.New(t)
	created, err := a.Organizations().CreateOrganization(ctx, &organizations.CreateOrganizationInput{})
	if err != nil {
		t.Fatal(err)
	}
	roots, err := a.Organizations().ListRoots(ctx, &organizations.ListRootsInput{})
	if err != nil {
		t.Fatal(err)
	}
	root := aws.ToString(roots.Roots[0].Id)
	unit, err := a.Organizations().CreateOrganizationalUnit(ctx, &organizations.CreateOrganizationalUnitInput{ParentId: &root, Name: aws.String("Dev")})
	if err != nil {
		t.Fatal(err)
	}
	id := aws.ToString(unit.OrganizationalUnit.Id)
	clients := awsapi.New(awsapi.Config{
		Region: a.Region, AccessKey: a.AccessKey, SecretKey: a.SecretKey, Endpoints: awsapi.Endpoints{STS: a.Endpoint(), Organizations: a.Endpoint()},
	})
	plan := func(provider *fw.ProviderData, g pattern.Grant) ([]pattern.Grant, diag.Diagnostics) {
		var diags diag.Diagnostics
		g.Name, g.Access = "Dev", "pull"
		got, _, _ := grants.Plan(ctx, provider, grants.Flatten(ctx, []pattern.Grant{g}, &diags), grants.Question{Site: site()}, &diags)
		return got, diags
	}
	byID := pattern.Grant{OrganizationalUnitIDs: []string{id}}

	got, diags := plan(&fw.ProviderData{Clients: clients, OrganizationID: "o-z9y8x7w6v5"}, byID)
	if len(got) != 1 || got[0].OrganizationPaths[0] != "o-z9y8x7w6v5/*/"+id+"/*" {
		t.Errorf("with organization_id: %v %s", got, said(diags))
	}
	plan(&fw.ProviderData{Clients: clients}, pattern.Grant{OrganizationPaths: []string{path}})
	if slices.ContainsFunc(a.Calls(), func(c awstest.Call) bool { return c.Service == "organizations" }) {
		t.Errorf("AWS Organizations was called for what is known without: %v", a.Calls())
	}

	got, diags = plan(&fw.ProviderData{Clients: clients}, byID)
	if want := aws.ToString(created.Organization.Id) + "/" + root + "/" + id + "/*"; len(got) != 1 || got[0].OrganizationPaths[0] != want {
		t.Errorf("got %v, want %s: %s", got, want, said(diags))
	}
	_, diags = plan(&fw.ProviderData{Clients: clients}, pattern.Grant{OrganizationalUnitIDs: []string{"ou-ab12-11111111"}})
	if text := said(diags); !strings.HasPrefix(text, "Error grants: Looking up organizational unit (ou-ab12-11111111)") ||
		!strings.Contains(text, "Set organization_id in the provider block") {
		t.Errorf("of a unit that isn't there: %s", text)
	}
}
