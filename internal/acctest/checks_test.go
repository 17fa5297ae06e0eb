// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package acctest_test

import (
	"strings"
	"testing"

	tfjson "github.com/hashicorp/terraform-json"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"

	"github.com/ecrx/terraform-provider-ecrx/internal/acctest"
)

// TestUpdates sees to it that the check, on which the tests of resources rest, can fail.
func TestUpdates(t *testing.T) {
	t.Parallel()
	update := tfjson.Change{
		Actions:      tfjson.Actions{tfjson.ActionUpdate},
		Before:       map[string]any{"name": "a", "tags": map[string]any{"team": "web"}, "policy_json": "{}"},
		After:        map[string]any{"name": "a", "tags": map[string]any{"team": "app"}},
		AfterUnknown: map[string]any{"policy_json": true, "arn": true},
	}
	replacement := update
	replacement.Actions = tfjson.Actions{tfjson.ActionDelete, tfjson.ActionCreate}
	for name, tt := range map[string]struct {
		change     tfjson.Change
		address    string
		attributes []string
		want       string // in the error; "" when there is none
	}{
		"these attributes": {update, "x.this", []string{"tags", "policy_json", "arn"}, ""},
		"one more":         {update, "x.this", []string{"tags", "policy_json"}, `+ 	"arn",`},
		"one less":         {update, "x.this", []string{"tags", "policy_json", "arn", "name"}, `- 	"name",`},
		"replacement":      {replacement, "x.this", []string{"tags", "policy_json", "arn"}, "actions"},
		"another address":  {update, "x.that", nil, "the plan has no x.that"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			plan := &tfjson.Plan{ResourceChanges: []*tfjson.ResourceChange{{Address: "x.this", Change: &tt.change}}}
			var resp plancheck.CheckPlanResponse
			acctest.Updates(tt.address, tt.attributes...).CheckPlan(t.Context(), plancheck.CheckPlanRequest{Plan: plan}, &resp)
			got := ""
			if resp.Error != nil {
				got = strings.ReplaceAll(resp.Error.Error(), "\u00a0", " ") // cmp.Diff's spaces vary
			}
			if (got == "") != (tt.want == "") || !strings.Contains(got, tt.want) {
				t.Errorf("the error is %q, want one with %q", got, tt.want)
			}
		})
	}
}
