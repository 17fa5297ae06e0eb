// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package organizationpaths

import (
	"context"
	"fmt"
	"strings"
	"sync"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/ecrx/terraform-provider-ecrx/internal/awsapi"
	"github.com/ecrx/terraform-provider-ecrx/internal/fw"
)

// lookUp gives the path of each id and name. All ids are asked for at once, and the tree is read once for all names.
func lookUp(ctx context.Context, clients *awsapi.Clients, ids, names []string, diags *diag.Diagnostics) map[string]string {
	paths := make(map[string]string, len(ids)+len(names))
	found := make([]string, len(ids))
	failed := make([]error, len(ids))
	var wait sync.WaitGroup
	for i, id := range ids {
		wait.Go(func() { found[i], failed[i] = clients.OrganizationalUnitPath(ctx, id) })
	}
	wait.Wait()
	for i, id := range ids {
		if failed[i] != nil {
			fw.AddError(diags, "reading", "organizational unit", id, failed[i])
			continue
		}
		paths[id] = found[i]
	}
	if len(names) == 0 || diags.HasError() {
		return paths
	}
	units, err := clients.OrganizationalUnits(ctx)
	if err != nil {
		fw.AddError(diags, "listing", "organizational units", strings.Join(names, ", "), err)
		return paths
	}
	for _, name := range names {
		unitPath, err := pathOfName(units, name)
		if err != nil {
			diags.AddAttributeError(path.Root("names").AtSetValue(types.StringValue(name)), "Organizational unit not found by its name",
				err.Error())
			continue
		}
		paths[name] = unitPath
	}
	return paths
}

// pathOfName gives the path of the one unit that has the name.
func pathOfName(units []awsapi.OrganizationalUnit, name string) (string, error) {
	var found []awsapi.OrganizationalUnit
	for _, unit := range units {
		if unit.Name == name {
			found = append(found, unit)
		}
	}
	switch len(found) {
	case 0:
		return "", fmt.Errorf("no organizational unit of the organization has the name %q: write the name with the same upper and "+
			"lower case as in AWS Organizations, or write the unit's id in organization_unit_ids", name)
	case 1:
		return found[0].Path, nil
	default:
		var places []string
		for _, unit := range found {
			places = append(places, fmt.Sprintf("%s (%s)", unit.ID, unit.Path))
		}
		return "", fmt.Errorf("%d organizational units have the name %q: %s; write the id of the right one in "+
			"organization_unit_ids", len(found), name, strings.Join(places, ", "))
	}
}

// organizationOf gives the id of the organization that the paths begin with; "" for no path.
func organizationOf(paths map[string]string) string {
	for _, p := range paths {
		organization, _, _ := strings.Cut(p, "/")
		return organization
	}
	return ""
}
