// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package authz

import (
	"github.com/ecrx/terraform-provider-ecrx/internal/policy"
)

// Result is a decision with all that led to it.
type Result struct {
	Decision Decision
	// Statements are all statements of all layers, in the order of the layers, and how each stands to the request.
	Statements []StatementResult
	// Layers are the layers that were evaluated.
	Layers []LayerResult
	denied bool
	// byRoot says that the caller is a root user.
	byRoot bool
	action string
}

// StatementResult says how a statement stands to a request.
type StatementResult struct {
	Layer Layer
	// Policy is the name that the policy was compiled under, Statement the Sid, or "Statement[2]" without one.
	Policy, Statement string
	Effect            policy.Effect
	Applies           Answer
	// Why says what decided, as the rest of a sentence that begins with the statement: "needs an OU path that matches …;
	// this caller's is …".
	Why string
	// near says that the statement is about this action and resource.
	near bool
	// assumed says that the policy stands for others that can't be read.
	assumed bool
}

// LayerResult says what a layer had to say.
type LayerResult struct {
	Layer Layer
	// Allows and Denies say whether a statement of the layer allows, or explicitly denies.
	Allows, Denies Answer
}

// Answer is yes, no, or not known. The zero value is No.
type Answer uint8

// The answers.
const (
	No    Answer = Answer(no)
	Maybe Answer = Answer(maybe)
	Yes   Answer = Answer(yes)
)

// Denied reports whether the request is denied for certain, be it implicitly or explicitly. Where an unknown decides only
// between these two, the decision is Unknown and the denial certain.
func (r Result) Denied() bool { return r.denied }

// Evaluate gives the decision of a request under the policies of all layers, with its reasons.
func Evaluate(request Request, layers Layers) Result {
	c := newCall(&request, &layers)
	c.trace = &trace{}
	r := Result{Decision: c.decide(&layers), action: request.Action, byRoot: c.principal.kind == rootPrincipal}
	v := &c.verdicts
	r.denied = r.Decision != Allowed && (v.deny == yes || v.allow == no) && c.principal.invalid == ""
	if c.principal.invalid != "" {
		r.Statements = []StatementResult{{Policy: "request", Applies: Maybe, Why: c.principal.invalid, near: true}}
		return r
	}
	r.Layers = c.layerResults(&layers)
	for i := range c.trace.entries {
		e := &c.trace.entries[i]
		if c.concerns(e.place.layer) != no {
			r.Statements = append(r.Statements, c.result(e))
		}
	}
	return r
}

// trace keeps how each statement matched.
type trace struct{ entries []traced }

type traced struct {
	policy    *Policy
	statement *statement
	place     *place
	match     match
}

func (t *trace) add(p *Policy, s *statement, at *place, m match) {
	t.entries = append(t.entries, traced{p, s, at, m})
}

// concerns says whether a layer is for the caller at all.
func (c *call) concerns(layer Layer) truth {
	v := &c.verdicts
	switch layer {
	case LayerIdentity, LayerBoundary:
		return c.principal.attached()
	case LayerSession:
		return c.principal.session()
	case LayerSCP:
		return v.scp
	case LayerRCP:
		return v.rcp
	case LayerRepository:
		return c.onRegistry.not()
	default:
		return yes
	}
}

func (c *call) layerResults(layers *Layers) []LayerResult {
	v := &c.verdicts
	var out []LayerResult
	for _, l := range [...]struct {
		layer   Layer
		present bool
		verdict verdict
	}{
		{LayerIdentity, true, v.identity},
		{LayerRepository, true, v.repository},
		{LayerRegistry, len(layers.Registry) > 0, v.registry},
		{LayerBoundary, len(layers.Boundary) > 0, v.boundary},
		{LayerSession, len(layers.Session) > 0 || c.principal.kind == federatedPrincipal, v.session},
		{LayerSCP, len(layers.SCPs) > 0, v.scps},
		{LayerRCP, len(layers.RCPs) > 0, v.rcps},
		{LayerEndpoint, len(layers.Endpoint)+len(layers.Gateway) > 0, v.endpoint},
	} {
		if l.present && c.concerns(l.layer) != no {
			out = append(out, LayerResult{l.layer, Answer(l.verdict.allow.any()), Answer(l.verdict.deny)})
		}
	}
	return out
}

func (c *call) result(e *traced) StatementResult {
	r := StatementResult{
		Layer: e.place.layer, Policy: e.policy.name, Statement: e.statement.label(), Effect: e.statement.effect,
		Applies: Answer(e.match.applies), Why: c.explain(e), assumed: e.policy.assumed,
	}
	switch e.match.because {
	case actionPart, resourcePart:
		r.near = e.match.applies != no
	case wholePart, effectPart, principalPart, conditionPart, placePart:
		r.near = true
	}
	return r
}
