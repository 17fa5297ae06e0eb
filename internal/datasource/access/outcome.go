// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package access

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/ecrx/terraform-provider-ecrx/internal/authz"
	"github.com/ecrx/terraform-provider-ecrx/internal/fragment/layers"
)

// What can be expected.
const (
	expectAllowed          = "allowed"
	expectDenied           = "denied"
	expectImplicitlyDenied = "implicitly_denied"
	expectExplicitlyDenied = "explicitly_denied"
	expectNotFullyAllowed  = "not_fully_allowed"
)

// outcome is what becomes of a request.
type outcome struct {
	name, expected string
	// question says in words who wants what.
	question string
	access   authz.Access
	// mixed says which actions are decided how, "" when all are decided alike.
	mixed string
	// notes are sentences that end the reasons: what isn't known, and which argument tells it.
	notes []string
}

func (r *request) decide(name, live string, policies *layers.Policies) outcome {
	caller, repository, actions := r.caller(), r.repository(live), r.actions()
	o := outcome{name: name, expected: r.Expect.ValueString(), question: r.question(caller, repository)}
	o.access = caller.Access(actions, repository, policies.For(actions[0], caller.SourceVPCE != ""))
	o.mixed = mixture(o.access)
	o.notes = missing(caller, repository, o.access, policies)
	return o
}

func (r *request) question(caller authz.Caller, repository authz.Repository) string {
	who := caller.Principal
	if who == authz.Anonymous {
		who = "an anonymous caller"
	}
	return fmt.Sprintf("%s, %s on %s", who, r.Access.ValueString()+r.Action.ValueString(), repository.ARN)
}

// mixture lists the actions by their decision when they aren't decided alike.
func mixture(access authz.Access) string {
	var parts []string
	for _, d := range [...]authz.Decision{authz.Allowed, authz.ImplicitlyDenied, authz.ExplicitlyDenied, authz.Unknown} {
		var actions []string
		for _, a := range access.Actions {
			if a.Result.Decision == d {
				actions = append(actions, a.Action)
			}
		}
		if len(actions) > 0 {
			parts = append(parts, words(d)+": "+strings.Join(actions, ", "))
		}
	}
	if len(parts) < 2 {
		return ""
	}
	return strings.Join(parts, "; ")
}

func words(d authz.Decision) string {
	switch d {
	case authz.Allowed:
		return "allowed"
	case authz.ImplicitlyDenied:
		return "implicitly denied"
	case authz.ExplicitlyDenied:
		return "explicitly denied"
	default:
		return "unknown"
	}
}

// decided says in words what the decision is.
func (o *outcome) decided() string {
	switch {
	case o.mixed == "":
		return words(o.access.Decision)
	case o.access.Denied():
		return "denied, explicitly and implicitly"
	case o.access.Outcome().InPart:
		return "allowed in part"
	default:
		return "unknown in part"
	}
}

// meets reports whether the result of an action is as expected.
func meets(expected string, r authz.Result) bool {
	switch expected {
	case expectAllowed:
		return r.Decision == authz.Allowed
	case expectDenied:
		return r.Denied()
	case expectImplicitlyDenied:
		return r.Decision == authz.ImplicitlyDenied
	case expectExplicitlyDenied:
		return r.Decision == authz.ExplicitlyDenied
	case expectNotFullyAllowed:
		// One denied action would have been enough for all.
		return false
	default:
		return true
	}
}

// reasons are those of the decision.
func (o *outcome) reasons() []string { return o.around(o.access.Reasons()) }

// objections are the reasons of the actions that aren't decided as expected. Without such an action, the expectation is met;
// not_fully_allowed asks for one action that is certainly denied.
func (o *outcome) objections() (reasons []string, met bool) {
	if o.expected == expectNotFullyAllowed && slices.ContainsFunc(o.access.Actions, func(a authz.ActionResult) bool { return a.Result.Denied() }) {
		return nil, true
	}
	met = true
	for _, a := range o.access.Actions {
		if meets(o.expected, a.Result) {
			continue
		}
		met = false
		for _, reason := range a.Result.Reasons() {
			if !slices.Contains(reasons, reason) {
				reasons = append(reasons, reason)
			}
		}
	}
	return o.around(reasons), met
}

func (o *outcome) around(reasons []string) []string {
	out := []string{}
	if o.mixed != "" {
		out = append(out, o.mixed)
	}
	return append(append(out, reasons...), o.notes...)
}

// expect reports all unmet expectations in one error, which fails the plan.
func expect(outcomes []outcome, diags *diag.Diagnostics) {
	slices.SortFunc(outcomes, func(a, b outcome) int { return strings.Compare(a.name, b.name) })
	var blocks []string
	for i := range outcomes {
		o := &outcomes[i]
		reasons, met := o.objections()
		if met {
			continue
		}
		block := fmt.Sprintf("%s: expected %s, but it is %s\n  (%s)", o.name, strings.ReplaceAll(o.expected, "_", " "), o.decided(), o.question)
		for _, reason := range reasons {
			block += "\n  - " + reason
		}
		blocks = append(blocks, block)
	}
	if len(blocks) > 0 {
		diags.AddAttributeError(path.Root("requests"), "Access isn't as expected", strings.Join(blocks, "\n\n"))
	}
}

// results gives the value of the attribute.
func results(outcomes []outcome) types.Map {
	list := types.ListType{ElemType: types.StringType}
	kinds := map[string]attr.Type{"decision": types.StringType, "reasons": list}
	values := make(map[string]attr.Value, len(outcomes))
	for i := range outcomes {
		o := &outcomes[i]
		var reasons []attr.Value
		for _, reason := range o.reasons() {
			reasons = append(reasons, types.StringValue(reason))
		}
		values[o.name] = types.ObjectValueMust(kinds, map[string]attr.Value{
			"decision": types.StringValue(o.access.Outcome().String()),
			"reasons":  types.ListValueMust(types.StringType, reasons),
		})
	}
	return types.MapValueMust(types.ObjectType{AttrTypes: kinds}, values)
}
