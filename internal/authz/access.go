// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package authz

import "slices"

// Access is what a caller may do with a repository: several actions, each with its result.
type Access struct {
	// Decision is Allowed when all actions are. Otherwise it is that of the action that fails most clearly: an explicit
	// denial before an implicit one, and that before Unknown.
	Decision Decision
	Actions  []ActionResult
}

// ActionResult is the result of one action.
type ActionResult struct {
	Action string
	Result Result
}

// Access evaluates the actions, one request each.
func (c Caller) Access(actions []string, r Repository, layers Layers) Access {
	out := Access{Decision: Allowed}
	for _, action := range actions {
		result := Evaluate(c.Request(action, r), layers)
		out.Decision = clearer(out.Decision, result.Decision)
		out.Actions = append(out.Actions, ActionResult{action, result})
	}
	if len(actions) == 0 {
		out.Decision = Unknown
	}
	return out
}

// DecideAccess gives the decision of Access alone.
func (c Caller) DecideAccess(actions []string, r Repository, layers *Layers) Decision {
	if len(actions) == 0 {
		return Unknown
	}
	decision := Allowed
	for _, action := range actions {
		request := c.Request(action, r)
		decision = clearer(decision, Decide(&request, layers))
	}
	return decision
}

// clearer gives the decision that says more clearly why the whole isn't allowed.
func clearer(a, b Decision) Decision {
	for _, d := range [...]Decision{ExplicitlyDenied, ImplicitlyDenied, Unknown} {
		if a == d || b == d {
			return d
		}
	}
	return Allowed
}

// Denied reports whether every action is denied for certain.
func (a Access) Denied() bool {
	return len(a.Actions) > 0 && !slices.ContainsFunc(a.Actions, func(r ActionResult) bool { return !r.Result.Denied() })
}

// Reasons gives the reasons of the actions that have the access's decision, each once.
func (a Access) Reasons() []string {
	var out []string
	for _, r := range a.Actions {
		if r.Result.Decision != a.Decision {
			continue
		}
		for _, reason := range r.Result.Reasons() {
			if !slices.Contains(out, reason) {
				out = append(out, reason)
			}
		}
	}
	return out
}
