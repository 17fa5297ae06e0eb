// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package fw

import (
	"strconv"

	"github.com/hashicorp/terraform-plugin-framework/path"
)

// At gives the place that steps lead to from another: names of attributes, and indexes of lists in digits.
func At(place path.Path, steps []string) path.Path {
	for _, step := range steps {
		if i, err := strconv.Atoi(step); err == nil {
			place = place.AtListIndex(i)
			continue
		}
		place = place.AtName(step)
	}
	return place
}
