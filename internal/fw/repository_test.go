// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package fw_test

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/ecrx/terraform-provider-ecrx/internal/fw"
)

// An object stays in its registry whoever the caller is; only the configuration moves it. STS isn't asked: there are no
// clients to ask with.
func TestPlanRegistryID(t *testing.T) {
	t.Parallel()
	null, first, second := types.StringNull(), types.StringValue("111111111111"), types.StringValue("222222222222")
	for name, test := range map[string]struct {
		config, state, want types.String
		replaces            bool
	}{
		"left out":       {null, first, first, false},
		"the same":       {first, first, first, false},
		"another":        {second, first, second, true},
		"new":            {second, null, second, false},
		"not known":      {types.StringUnknown(), first, types.StringUnknown(), false},
		"new, not known": {types.StringUnknown(), null, types.StringUnknown(), false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var resp resource.ModifyPlanResponse
			got := fw.PlanRegistryID(t.Context(), &fw.ProviderData{}, test.config, test.state, &resp)
			if !got.Equal(test.want) || (len(resp.RequiresReplace) > 0) != test.replaces {
				t.Errorf("got %s, replacement for %v", got, resp.RequiresReplace)
			}
		})
	}
}
