// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package authz

import (
	"slices"

	"github.com/ecrx/terraform-provider-ecrx/internal/policy"
)

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
	requests := c.template().requests(r.template())
	for _, action := range actions {
		result := Evaluate(*requests.to(action), layers)
		out.Decision = clearer(out.Decision, result.Decision)
		out.Actions = append(out.Actions, ActionResult{action, result})
	}
	if len(actions) == 0 {
		out.Decision = Unknown
	}
	return out
}

// Outcome is the decision about several actions together.
type Outcome struct {
	// Decision is as in Access.
	Decision Decision
	// InPart says that some of the actions are allowed, and not all.
	InPart bool
}

// String gives the name of the decision, or "AllowedInPart".
func (o Outcome) String() string {
	if o.InPart {
		return "AllowedInPart"
	}
	return o.Decision.String()
}

// Outcome is the decision about the actions together.
func (a Access) Outcome() Outcome {
	isAllowed := func(r ActionResult) bool { return r.Result.Decision == Allowed }
	return Outcome{Decision: a.Decision, InPart: a.Decision != Allowed && slices.ContainsFunc(a.Actions, isAllowed)}
}

// DecideAccess gives the decision of Access alone.
func (c Caller) DecideAccess(actions []string, r Repository, layers *Layers) Decision {
	return c.template().requests(r.template()).decide(actions, layers).Decision
}

// AllowedActions gives those of the actions that are allowed.
func (c Caller) AllowedActions(actions []string, r Repository, layers *Layers) []string {
	var allowed []string
	requests := c.template().requests(r.template())
	for _, action := range actions {
		if Decide(requests.to(action), layers) == Allowed {
			allowed = append(allowed, action)
		}
	}
	return allowed
}

// AllowedBy names the statements of the repository's policy by which the caller is allowed one of the actions: their Sids,
// or "Statement[2]" without one.
func (c Caller) AllowedBy(actions []string, r Repository, layers *Layers) []string {
	var labels []string
	requests := c.template().requests(r.template())
	for _, action := range actions {
		one := newCall(requests.to(action), layers)
		one.trace = &trace{}
		if one.decide(layers) != Allowed {
			continue
		}
		for _, e := range one.trace.entries {
			if e.place.layer == LayerRepository && e.statement.effect == policy.Allow && e.match.applies == yes && !slices.Contains(labels, e.statement.label()) {
				labels = append(labels, e.statement.label())
			}
		}
	}
	slices.Sort(labels)
	return labels
}

// requests makes the requests of one caller for one repository. Building a context costs more than evaluating it, so it
// is built once for all actions that have no keys of their own.
type requests struct {
	caller     *callerTemplate
	repository *repositoryTemplate
	plain      *Request
}

func (c *callerTemplate) requests(r *repositoryTemplate) *requests {
	return &requests{caller: c, repository: r}
}

func (r *requests) to(action string) *Request {
	if meta, known := policy.ECRAction(action); !known || len(meta.ConditionKeys) > 0 {
		request := r.caller.request(action, r.repository)
		return &request
	}
	if r.plain == nil {
		request := r.caller.request(action, r.repository)
		r.plain = &request
	}
	r.plain.Action = action
	return r.plain
}

func (r *requests) decide(actions []string, layers *Layers) Outcome {
	if len(actions) == 0 {
		return Outcome{}
	}
	decision, some := Allowed, false
	for _, action := range actions {
		one := Decide(r.to(action), layers)
		decision, some = clearer(decision, one), some || one == Allowed
	}
	return Outcome{Decision: decision, InPart: some && decision != Allowed}
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
	return assumptionsLast(out)
}
