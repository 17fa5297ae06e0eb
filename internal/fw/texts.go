// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package fw

import (
	"regexp"

	"github.com/hashicorp/terraform-plugin-framework-validators/mapvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/setvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
)

var (
	visible = regexp.MustCompile(`\S`)
	noSpace = regexp.MustCompile(`^\S+$`)
)

// RowNames wants names for the rows of a map that people choose, by which errors and results are found.
func RowNames() validator.Map {
	return mapvalidator.KeysAre(stringvalidator.RegexMatches(visible, "must be a name, such as \"web\""))
}

// Words wants texts without spaces, each of at most that many characters.
func Words(most int) validator.Set { return setvalidator.ValueStringsAre(Word(most)...) }

// Word wants a text without spaces, of at most that many characters.
func Word(most int) []validator.String {
	return []validator.String{stringvalidator.LengthBetween(1, most), stringvalidator.RegexMatches(noSpace, "must hold no space")}
}
