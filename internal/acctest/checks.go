// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package acctest

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

// Planned gives plan checks for before the apply.
func Planned(checks ...plancheck.PlanCheck) resource.ConfigPlanChecks {
	return resource.ConfigPlanChecks{PreApply: checks}
}

// Updates expects an update in place of the resource at address that changes just these attributes.
func Updates(address string, attributes ...string) plancheck.PlanCheck {
	return updates{address: address, attributes: attributes}
}

type updates struct {
	address    string
	attributes []string
}

// CheckPlan implements plancheck.PlanCheck.
func (u updates) CheckPlan(_ context.Context, req plancheck.CheckPlanRequest, resp *plancheck.CheckPlanResponse) {
	for _, r := range req.Plan.ResourceChanges {
		if r.Address != u.address {
			continue
		}
		want, got := slices.Sorted(slices.Values(u.attributes)), changed(r.Change)
		if diff := cmp.Diff(tfjson.Actions{tfjson.ActionUpdate}, r.Change.Actions); diff != "" {
			resp.Error = fmt.Errorf("actions (-want +got):\n%s", diff)
		} else if diff := cmp.Diff(want, got); diff != "" {
			resp.Error = fmt.Errorf("changed attributes (-want +got):\n%s", diff)
		}
		return
	}
	resp.Error = fmt.Errorf("the plan has no %s", u.address)
}

// changed gives the names of the attributes that a plan changes, or leaves open.
func changed(change *tfjson.Change) []string {
	before, after, unknown := object(change.Before), object(change.After), object(change.AfterUnknown)
	differs := map[string]bool{}
	for name := range before {
		differs[name] = !reflect.DeepEqual(before[name], after[name])
	}
	for name, u := range unknown {
		differs[name] = differs[name] || u == true
	}
	maps.DeleteFunc(differs, func(name string, differs bool) bool { return !differs })
	return slices.Sorted(maps.Keys(differs))
}

func object(v any) map[string]any {
	m, _ := v.(map[string]any)
	return m
}

// Live runs a function after the apply, for what the state doesn't show.
func Live(check func()) statecheck.StateCheck { return live{check} }

type live struct{ check func() }

// CheckState implements statecheck.StateCheck.
func (l live) CheckState(context.Context, statecheck.CheckStateRequest, *statecheck.CheckStateResponse) {
	l.check()
}

// Wrote expects just these calls that change something, in their order, since the record of calls was last reset.
func Wrote(t testing.TB, a *awstest.AWS, want ...string) statecheck.StateCheck {
	t.Helper()
	return Live(func() {
		t.Helper()
		if diff := cmp.Diff(want, Writes(a)); diff != "" {
			t.Errorf("calls that write (-want +got):\n%s", diff)
		}
	})
}

// Writes gives the recorded calls that change something, in their order.
func Writes(a *awstest.AWS) (actions []string) {
	for _, c := range a.Calls() {
		if !c.Reads() {
			actions = append(actions, c.Action)
		}
	}
	return actions
}
