// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package awsapi

import "context"

// OrganizationalUnit is an OU with its path, which ends in a slash: "o-…/r-…/ou-…/".
type OrganizationalUnit struct {
	ID, Name, Path string
}

// OrganizationalUnitPath gives the path of an OU: "o-…/r-…/ou-…/". A path is remembered, a failure isn't.
func (c *Clients) OrganizationalUnitPath(ctx context.Context, ouID string) (string, error) {
	return "", errNotBuilt
}

// OrganizationalUnits gives every OU of the organization, parents before their children.
func (c *Clients) OrganizationalUnits(ctx context.Context) ([]OrganizationalUnit, error) {
	return nil, errNotBuilt
}
