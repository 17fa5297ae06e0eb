// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package acctest

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	tfjson "github.com/hashicorp/terraform-json"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-testing/config"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/zclconf/go-cty/cty"
	ctyjson "github.com/zclconf/go-cty/cty/json"

	"github.com/ecrx/terraform-provider-ecrx/internal/awstest/lifecycle"
)

// player plays the steps of a test in process, as terraform-plugin-testing does on a client.
type player struct {
	t         *testing.T
	workspace *lifecycle.Workspace
	applied   lifecycle.Config // of the last step that had a configuration
}

// play plays the steps in process on the provider. A step that asks for what only a client has fails the test.
func play(t *testing.T, server func() tfprotov6.ProviderServer, steps []resource.TestStep) {
	t.Helper()
	p := &player{t: t, workspace: &lifecycle.Workspace{Provider: server}}
	defer p.destroy()
	for i, step := range steps {
		known := step
		known.PreConfig, known.Config, known.ConfigVariables, known.Destroy, known.PlanOnly = nil, "", nil, false, false
		known.ConfigPlanChecks.PreApply, known.ConfigPlanChecks.PostApplyPostRefresh, known.ConfigStateChecks = nil, nil, nil
		known.ConfigPlanChecks.PostApplyPreRefresh = nil
		known.ExpectError, known.ExpectNonEmptyPlan = nil, false
		known.ResourceName, known.ImportState, known.ImportStateId, known.ImportStateKind = "", false, "", 0
		known.ImportPlanChecks.PreApply = nil
		known.ImportStateVerify, known.ImportStateVerifyIgnore, known.ImportStateVerifyIdentifierAttribute = false, nil, ""
		known.ImportStatePersist = false
		if !reflect.DeepEqual(known, resource.TestStep{}) {
			t.Fatalf("step %d: only a client knows %+v: begin the name of the test with TestClient", i+1, known)
		}
		if step.PreConfig != nil {
			step.PreConfig()
		}
		err := p.step(step)
		switch {
		case step.ExpectError != nil && err == nil:
			t.Fatalf("step %d: no error, want one that matches %s", i+1, step.ExpectError)
		case step.ExpectError != nil && !step.ExpectError.MatchString(err.Error()):
			t.Fatalf("step %d: the error doesn't match %s: %s", i+1, step.ExpectError, err)
		case step.ExpectError == nil && err != nil:
			t.Fatalf("step %d: %s", i+1, err)
		}
	}
}

func (p *player) destroy() {
	p.t.Helper()
	if p.workspace.Empty() {
		return
	}
	// The test's own context is canceled only after its cleanups, of which this is none.
	if err := p.workspace.Destroy(p.t.Context(), p.applied); err != nil {
		p.t.Errorf("destroying what the test made: %s", err)
	}
}

func (p *player) step(step resource.TestStep) error {
	p.t.Helper()
	if step.ImportState {
		return p.importState(step)
	}
	variables, err := variablesOf(step.ConfigVariables)
	if err != nil {
		return err
	}
	p.applied = lifecycle.Config{Text: step.Config, Variables: variables}
	ctx, mode := p.t.Context(), lifecycle.Mode{Destroy: step.Destroy}
	if !step.PlanOnly {
		plan, err := p.workspace.Plan(ctx, p.applied, mode)
		if err != nil {
			return err
		}
		if err := checkPlan(ctx, plan.JSON(), step.ConfigPlanChecks.PreApply); err != nil {
			return fmt.Errorf("before the apply: %w", err)
		}
		if err := p.workspace.Apply(ctx, plan); err != nil {
			return err
		}
		if err := checkState(ctx, p.workspace.JSON(), step.ConfigStateChecks); err != nil {
			return fmt.Errorf("after the apply: %w", err)
		}
	}
	unrefreshed, err := p.workspace.Plan(ctx, p.applied, lifecycle.Mode{Destroy: step.Destroy, NoRefresh: true})
	if err != nil {
		return err
	}
	if err := checkPlan(ctx, unrefreshed.JSON(), step.ConfigPlanChecks.PostApplyPreRefresh); err != nil {
		return fmt.Errorf("before the refresh: %w", err)
	}
	if text := changesOf(unrefreshed.JSON()); text != "" && !step.ExpectNonEmptyPlan {
		return fmt.Errorf("the plan without a refresh is not empty:\n%s", text)
	}
	refreshed, err := p.workspace.Plan(ctx, p.applied, mode)
	if err != nil {
		return err
	}
	if err := checkPlan(ctx, refreshed.JSON(), step.ConfigPlanChecks.PostApplyPostRefresh); err != nil {
		return fmt.Errorf("after the refresh: %w", err)
	}
	text := changesOf(refreshed.JSON())
	if text != "" && !step.ExpectNonEmptyPlan {
		return fmt.Errorf("the plan after a refresh is not empty:\n%s", text)
	}
	if text == "" && step.ExpectNonEmptyPlan {
		return errors.New("the plan after a refresh is empty, and one with changes is expected")
	}
	return nil
}

// importState imports into another state, and compares, or plans with an import block.
func (p *player) importState(step resource.TestStep) error {
	p.t.Helper()
	config := p.applied
	if step.Config != "" {
		config.Text = step.Config
	}
	if step.ConfigVariables != nil {
		variables, err := variablesOf(step.ConfigVariables)
		if err != nil {
			return err
		}
		config.Variables = variables
	}
	ctx := p.t.Context()
	if step.ImportStateKind == resource.ImportBlockWithID || step.ImportStateKind == resource.ImportBlockWithResourceIdentity {
		return p.importByBlock(ctx, step, config)
	}
	if step.ImportStateId == "" {
		p.t.Fatal("an import needs ImportStateId: ecrx's resources have no id attribute")
	}
	importer := p.workspace.Another()
	if step.ImportStatePersist {
		importer = p.workspace
	}
	if err := importer.Import(ctx, config, step.ResourceName, step.ImportStateId); err != nil {
		return err
	}
	if !step.ImportStateVerify {
		return nil
	}
	return compareImported(step, p.workspace.JSON(), importer.JSON())
}

func compareImported(step resource.TestStep, before, after *tfjson.State) error {
	if step.ImportStateVerifyIdentifierAttribute == "" {
		return errors.New("ImportStateVerify needs ImportStateVerifyIdentifierAttribute: ecrx's resources have no id attribute")
	}
	for _, imported := range after.Values.RootModule.Resources {
		actual := flat(imported.AttributeValues)
		id := actual[step.ImportStateVerifyIdentifierAttribute]
		i := slices.IndexFunc(before.Values.RootModule.Resources, func(r *tfjson.StateResource) bool {
			return r.Mode == tfjson.ManagedResourceMode && r.Type == imported.Type && id != "" && flat(r.AttributeValues)[step.ImportStateVerifyIdentifierAttribute] == id
		})
		if i < 0 {
			return fmt.Errorf("no %s with %s %q is in the state before the import", imported.Type, step.ImportStateVerifyIdentifierAttribute, id)
		}
		expected := flat(before.Values.RootModule.Resources[i].AttributeValues)
		for _, attributes := range []map[string]string{actual, expected} {
			for name := range attributes {
				if name == "timeouts" || strings.HasPrefix(name, "timeouts.") || slices.ContainsFunc(step.ImportStateVerifyIgnore, func(prefix string) bool { return strings.HasPrefix(name, prefix) }) {
					delete(attributes, name)
				}
			}
		}
		if diff := cmp.Diff(expected, actual); diff != "" {
			return fmt.Errorf("ImportStateVerify attributes not equivalent (-before +imported):\n%s", diff)
		}
	}
	return nil
}

// flat gives the attributes as Terraform's old states had them: a.0.b, without what is null or empty.
func flat(attributes map[string]any) map[string]string {
	flattened := map[string]string{}
	var put func(name string, v any)
	put = func(name string, v any) {
		switch v := v.(type) {
		case nil:
		case map[string]any:
			for key, part := range v {
				put(name+"."+key, part)
			}
		case []any:
			for i, part := range v {
				put(fmt.Sprintf("%s.%d", name, i), part)
			}
		default:
			flattened[name] = fmt.Sprint(v)
		}
	}
	for name, v := range attributes {
		put(name, v)
	}
	return flattened
}

func (p *player) importByBlock(ctx context.Context, step resource.TestStep, config lifecycle.Config) error {
	p.t.Helper()
	importer := p.workspace.Copy()
	before := identityOf(importer.JSON().Values, step.ResourceName)
	importer.Forget(step.ResourceName)
	with := fmt.Sprintf("id = %q", step.ImportStateId)
	if step.ImportStateKind == resource.ImportBlockWithResourceIdentity {
		if len(before) == 0 {
			return fmt.Errorf("%s has no identity in the state", step.ResourceName)
		}
		with = "identity = {\n"
		for name, v := range before {
			switch v := v.(type) {
			case nil:
			case string:
				with += fmt.Sprintf("%q = %q\n", name, v)
			default:
				with += fmt.Sprintf("%q = %v\n", name, v)
			}
		}
		with += "}"
	}
	config.Text += fmt.Sprintf("\nimport {\n  to = %s\n  %s\n}\n", step.ResourceName, with)
	plan, err := importer.Plan(ctx, config, lifecycle.Mode{})
	if err != nil {
		return err
	}
	shown := plan.JSON()
	i := slices.IndexFunc(shown.ResourceChanges, func(r *tfjson.ResourceChange) bool { return r.Address == step.ResourceName })
	switch {
	case i < 0 || shown.ResourceChanges[i].Change.Importing == nil:
		return fmt.Errorf("importing resource %s: expected an import operation", step.ResourceName)
	case !step.ExpectNonEmptyPlan && !shown.ResourceChanges[i].Change.Actions.NoOp():
		return fmt.Errorf("importing resource %s: expected a no-op import operation:\n%s", step.ResourceName, changesOf(shown))
	}
	if err := checkPlan(ctx, shown, step.ImportPlanChecks.PreApply); err != nil {
		return err
	}
	if step.ImportStateKind == resource.ImportBlockWithResourceIdentity {
		if diff := cmp.Diff(before, identityOf(shown.PlannedValues, step.ResourceName)); diff != "" {
			return fmt.Errorf("importing resource %s: the identity (-before +imported):\n%s", step.ResourceName, diff)
		}
	}
	return nil
}

func identityOf(values *tfjson.StateValues, address string) map[string]any {
	for _, r := range values.RootModule.Resources {
		if r.Address == address {
			return r.IdentityValues
		}
	}
	return nil
}

func variablesOf(variables config.Variables) (map[string]cty.Value, error) {
	values := map[string]cty.Value{}
	for name, variable := range variables {
		b, err := variable.MarshalJSON()
		if err != nil {
			return nil, err
		}
		t, err := ctyjson.ImpliedType(b)
		if err != nil {
			return nil, err
		}
		if values[name], err = ctyjson.Unmarshal(b, t); err != nil {
			return nil, err
		}
	}
	return values, nil
}

func checkPlan(ctx context.Context, plan *tfjson.Plan, checks []plancheck.PlanCheck) error {
	var errs []error
	for _, check := range checks {
		var resp plancheck.CheckPlanResponse
		check.CheckPlan(ctx, plancheck.CheckPlanRequest{Plan: plan}, &resp)
		errs = append(errs, resp.Error)
	}
	return errors.Join(errs...)
}

func checkState(ctx context.Context, state *tfjson.State, checks []statecheck.StateCheck) error {
	var errs []error
	for _, check := range checks {
		var resp statecheck.CheckStateResponse
		check.CheckState(ctx, statecheck.CheckStateRequest{State: state}, &resp)
		errs = append(errs, resp.Error)
	}
	return errors.Join(errs...)
}

// changesOf says what a plan changes; "" when nothing.
func changesOf(plan *tfjson.Plan) string {
	var text strings.Builder
	for _, r := range plan.ResourceChanges {
		if !r.Change.Actions.NoOp() {
			fmt.Fprintf(&text, "%s: %v (-before +after):\n%s\nunknown: %v\n", r.Address, r.Change.Actions, cmp.Diff(r.Change.Before, r.Change.After), r.Change.AfterUnknown)
		}
	}
	for name, change := range plan.OutputChanges {
		if !change.Actions.NoOp() {
			fmt.Fprintf(&text, "output %s: %v (-before +after):\n%s", name, change.Actions, cmp.Diff(change.Before, change.After))
		}
	}
	return text.String()
}
