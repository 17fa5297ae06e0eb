// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package pattern

import "slices"

// OrganizationalUnits lists the organizational units that the grants name by id, each once, sorted.
func OrganizationalUnits(grants []Grant) []string {
	var ids []string
	for _, g := range grants {
		ids = append(ids, g.OrganizationalUnitIDs...)
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

// ResolveOrganizationalUnits puts a path pattern in the place of each organizational unit id. patterns has one for
// every id that OrganizationalUnits lists.
func ResolveOrganizationalUnits(grants []Grant, patterns map[string]string) []Grant {
	resolved := slices.Clone(grants)
	for i, g := range grants {
		paths := slices.Clone(g.OrganizationPaths)
		for _, id := range g.OrganizationalUnitIDs {
			paths = append(paths, patterns[id])
		}
		resolved[i].OrganizationPaths, resolved[i].OrganizationalUnitIDs = paths, nil
	}
	return resolved
}
