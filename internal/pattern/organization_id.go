// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package pattern

import (
	"fmt"
	"regexp"
)

// The expressions of the data types of the AWS Organizations API.
var (
	organizationID       = regexp.MustCompile(`^o-[a-z0-9]{10,32}$`)
	rootID               = regexp.MustCompile(`^r-[a-z0-9]{4,32}$`)
	organizationalUnitID = regexp.MustCompile(`^ou-[a-z0-9]{4,32}-[a-z0-9]{8,32}$`)
	accountID            = regexp.MustCompile(`^[0-9]{12}$`)
)

// ValidateOrganizationID fails when id isn't the id of an organization, such as "o-a1b2c3d4e5".
func ValidateOrganizationID(id string) error {
	if !organizationID.MatchString(id) {
		return fmt.Errorf("%q is not an organization id: write \"o-\" and 10 to 32 lower-case letters and digits, "+
			"for example \"o-a1b2c3d4e5\"", id)
	}
	return nil
}

// ValidateRootID fails when id isn't the id of an organization's root, such as "r-ab12".
func ValidateRootID(id string) error {
	if !rootID.MatchString(id) {
		return fmt.Errorf("%q is not the id of an organization's root: write \"r-\" and 4 to 32 lower-case letters and digits, "+
			"for example \"r-ab12\"", id)
	}
	return nil
}

// ValidateOrganizationalUnitID fails when id isn't the id of an organizational unit, such as "ou-ab12-11111111".
func ValidateOrganizationalUnitID(id string) error {
	if !organizationalUnitID.MatchString(id) {
		return fmt.Errorf("%q is not the id of an organizational unit: write \"ou-\", the root's id without its \"r-\", \"-\" and "+
			"8 to 32 lower-case letters and digits, for example \"ou-ab12-11111111\"", id)
	}
	return nil
}

// ValidateAccountID fails when id isn't the id of an AWS account.
func ValidateAccountID(id string) error {
	if !accountID.MatchString(id) {
		return fmt.Errorf("%q is not an AWS account id: write its 12 digits as a string, with leading zeros", id)
	}
	return nil
}
