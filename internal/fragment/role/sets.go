// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package role

import (
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/ecrx/terraform-provider-ecrx/internal/fw"
)

// difference gives what stands in a and not in b.
func difference(a, b []string) []string {
	return slices.DeleteFunc(slices.Clone(a), func(v string) bool { return slices.Contains(b, v) })
}

func union(a, b types.Set) types.Set {
	left, _ := fw.KnownStrings(a)
	right, _ := fw.KnownStrings(b)
	all := slices.Concat(left, right)
	slices.Sort(all)
	return fw.StringSet(slices.Compact(all))
}
