// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package pattern

import (
	"errors"
	"fmt"
	"strings"
)

// OrganizationPath gives the path that AWS puts in aws:PrincipalOrgPaths for the principals of the accounts directly in an
// organizational unit: the ids of the organization, its root and the units from the top down, each with a slash. With no
// unit it is the path of the accounts directly under the root. It fails on an id that isn't one. It follows "Global
// condition context keys" of the IAM User Guide.
func OrganizationPath(org, root string, ous ...string) (string, error) {
	if err := ValidateOrganizationID(org); err != nil {
		return "", err
	}
	if err := ValidateRootID(root); err != nil {
		return "", err
	}
	path := org + "/" + root + "/"
	for _, ou := range ous {
		if err := ValidateOrganizationalUnitID(ou); err != nil {
			return "", err
		}
		path += ou + "/"
	}
	return path, nil
}

// OrganizationalUnitPattern gives the aws:PrincipalOrgPaths pattern of an organizational unit, wherever it stands in the
// organization, and of everything below it. Both ids are taken as they are.
func OrganizationalUnitPattern(orgID, ouID string) string {
	return orgID + "/*/" + ouID + "/*"
}

// ValidateOrganizationPathPattern fails when s, as a StringLike value of aws:PrincipalOrgPaths, is unsafe or can't match
// the path of any account: it must begin with a full organization id, since the other ids are unique only within one, and
// each id must end with a slash. The error says what to write instead. It follows "Global condition context keys" of the
// IAM User Guide.
func ValidateOrganizationPathPattern(s string) error {
	org, rest, hasSlash := strings.Cut(s, "/")
	switch {
	case s == "":
		return errors.New("the organization path is empty: write one like \"o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/*\"")
	case strings.HasPrefix(s, "arn:"):
		return fmt.Errorf("%q is an ARN, and no organization path: write one like \"o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/*\"", s)
	case strings.HasPrefix(s, "r-"):
		return fmt.Errorf("the organization path %q has no organization id: write it before the root, "+
			"for example \"o-a1b2c3d4e5/%s\"", s, s)
	case strings.HasPrefix(s, "ou-"):
		return fmt.Errorf("the organization path %q has no organization id: name the unit in organization_unit_ids, or write %q",
			s, OrganizationalUnitPattern("o-a1b2c3d4e5", org))
	case strings.ContainsAny(org, "*?"):
		return fmt.Errorf("the organization path %q has a wildcard in the organization id, so that it can match other "+
			"organizations: write the full id, for example \"o-a1b2c3d4e5/*\"", s)
	}
	if err := ValidateOrganizationID(org); err != nil {
		return fmt.Errorf("the organization path %q doesn't begin with an organization id: %w", s, err)
	}
	if !hasSlash || rest == "" {
		return fmt.Errorf("the organization path %q names only the organization and matches no account: "+
			"name it in organization_ids, or write \"%s/*\"", s, org)
	}
	if err := validateLastSegment(s); err != nil {
		return err
	}
	if _, ok := matchingPath(s); !ok {
		return fmt.Errorf("the organization path %q can't match any account: write "+
			"\"ORGANIZATION/ROOT/UNIT/\" for the accounts of one unit, \"ORGANIZATION/ROOT/UNIT/*\" for those below it too, "+
			"or \"ORGANIZATION/*/UNIT/*\" wherever the unit stands, for example \"%s/r-ab12/ou-ab12-11111111/*\"", s, org)
	}
	return nil
}

// validateLastSegment explains the usual mistakes at a path's end.
func validateLastSegment(s string) error {
	whole := strings.TrimSuffix(s, "/")
	parent, last := whole[:strings.LastIndex(whole, "/")+1], whole[strings.LastIndex(whole, "/")+1:]
	id := strings.TrimSuffix(last, "*")
	switch {
	case accountID.MatchString(last):
		return fmt.Errorf("the organization path %q ends with an account id, which aws:PrincipalOrgPaths never holds: "+
			"name the account in accounts, or write %q", s, parent)
	case strings.HasSuffix(s, "/"):
		return nil
	case rootID.MatchString(id), organizationalUnitID.MatchString(id):
		return fmt.Errorf("the organization path %q has no slash after its last id: write %q for the accounts directly in it, "+
			"or %q for those below it too", s, parent+id+"/", parent+id+"/*")
	}
	return nil
}
