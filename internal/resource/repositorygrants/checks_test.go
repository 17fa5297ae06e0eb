// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package repositorygrants_test

import (
	"context"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	tfjson "github.com/hashicorp/terraform-json"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/ecrx/terraform-provider-ecrx/internal/awstest"
)

// planned gives plan checks for before the apply.
func planned(checks ...plancheck.PlanCheck) resource.ConfigPlanChecks {
	return resource.ConfigPlanChecks{PreApply: checks}
}

// updates expects an update in place that changes just these attributes. unmanaged_statements, which every update leaves
// open, isn't named.
func updates(attributes ...string) plancheck.PlanCheck {
	return changes{actions: tfjson.Actions{tfjson.ActionUpdate}, attributes: attributes}
}

type changes struct {
	actions    tfjson.Actions
	attributes []string
}

// CheckPlan implements plancheck.PlanCheck.
func (c changes) CheckPlan(_ context.Context, req plancheck.CheckPlanRequest, resp *plancheck.CheckPlanResponse) {
	for _, r := range req.Plan.ResourceChanges {
		if r.Address != address {
			continue
		}
		if diff := cmp.Diff(c.actions, r.Change.Actions); diff != "" {
			resp.Error = fmt.Errorf("actions (-want +got):\n%s", diff)
			return
		}
		before, after, unknown := object(r.Change.Before), object(r.Change.After), object(r.Change.AfterUnknown)
		changed := map[string]bool{}
		for name := range before {
			changed[name] = !reflect.DeepEqual(before[name], after[name])
		}
		for name, u := range unknown {
			changed[name] = changed[name] || u == true
		}
		maps.DeleteFunc(changed, func(name string, differs bool) bool { return !differs || name == "unmanaged_statements" })
		want := slices.Sorted(slices.Values(c.attributes))
		if diff := cmp.Diff(want, slices.Sorted(maps.Keys(changed))); diff != "" {
			resp.Error = fmt.Errorf("changed attributes (-want +got):\n%s", diff)
		}
		return
	}
	resp.Error = fmt.Errorf("the plan has no %s", address)
}

func object(v any) map[string]any {
	m, _ := v.(map[string]any)
	return m
}

// live runs a function after the apply, for what the state doesn't show.
func live(check func()) statecheck.StateCheck { return liveCheck{check} }

type liveCheck struct{ check func() }

// CheckState implements statecheck.StateCheck.
func (c liveCheck) CheckState(context.Context, statecheck.CheckStateRequest, *statecheck.CheckStateResponse) {
	c.check()
}

// wrote expects just these calls that change something, in their order, since the step began.
func wrote(t *testing.T, aws *awstest.AWS, want ...string) statecheck.StateCheck {
	t.Helper()
	return live(func() {
		t.Helper()
		if diff := cmp.Diff(want, writes(aws)); diff != "" {
			t.Errorf("calls that write (-want +got):\n%s", diff)
		}
	})
}
