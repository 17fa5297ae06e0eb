// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package function_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/ecrx/terraform-provider-ecrx/internal/function"
)

// units is what the server gives for the variadic argument.
func units(ids ...string) attr.Value {
	elementTypes, elements := []attr.Type{}, []attr.Value{}
	for _, id := range ids {
		elementTypes, elements = append(elementTypes, types.StringType), append(elements, str(id))
	}
	return types.TupleValueMust(elementTypes, elements)
}

func TestOrganizationPath(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		units []string
		want  string
	}{
		"root":  {nil, "o-a1b2c3d4e5/r-ab12/"},
		"units": {[]string{"ou-ab12-11111111", "ou-ab12-22222222"}, "o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/ou-ab12-22222222/"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := run(t, function.NewOrganizationPath(), str("o-a1b2c3d4e5"), str("r-ab12"), units(tc.units...))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(str(tc.want), got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestOrganizationPathErrors(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		org, root string
		units     []string
		position  int64
		want      string
	}{
		"organization": {"a1b2c3d4e5", "r-ab12", nil, 0, `"a1b2c3d4e5" is not an organization id`},
		"root":         {"o-a1b2c3d4e5", "ou-ab12-11111111", nil, 1, `"ou-ab12-11111111" is not the id of an organization's root`},
		"second unit":  {"o-a1b2c3d4e5", "r-ab12", []string{"ou-ab12-11111111", "*"}, 3, `"*" is not the id of an organizational unit`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := run(t, function.NewOrganizationPath(), str(tc.org), str(tc.root), units(tc.units...))
			wantError(t, err, tc.position, tc.want)
		})
	}
}
