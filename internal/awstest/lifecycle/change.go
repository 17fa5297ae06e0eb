// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package lifecycle

import (
	"context"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// planApply plans a configuration. A tainted object, or one that the provider wants to replace, is planned with a null
// prior state.
func (s *session) planApply(ctx context.Context, config tftypes.Value, before *State, prior tftypes.Value) (change, error) {
	c := change{action: Update, config: config, before: before, prior: prior}
	switch {
	case before == nil:
		c.action = Create
	case before.Tainted:
		c.action = Replace
	}
	r, err := s.planned(ctx, &c)
	if err != nil {
		return c, err
	}
	if c.action != Update {
		return c, nil
	}
	if replaces(r.RequiresReplace, prior, c.planned) {
		c.action = Replace
		_, err := s.planned(ctx, &c)
		return c, err
	}
	if c.planned.Equal(prior) {
		c.action = NoOp
	}
	return c, nil
}

// planned asks the provider for a plan and puts it into c.
func (s *session) planned(ctx context.Context, c *change) (*tfprotov6.PlanResourceChangeResponse, error) {
	const during = "PlanResourceChange"
	config, prior, private, identity := c.config, c.prior, []byte(nil), (*tfprotov6.ResourceIdentityData)(nil)
	if c.action == Update {
		private, identity = c.before.Private, c.before.Identity
	} else {
		prior = s.null()
	}
	proposed := propose(s.fields, prior, config)
	r, err := call(during, func() (*tfprotov6.PlanResourceChangeResponse, []*tfprotov6.Diagnostic, error) {
		r, err := s.server.PlanResourceChange(ctx, &tfprotov6.PlanResourceChangeRequest{
			TypeName: s.typeName, PriorState: s.dynamic(prior), ProposedNewState: s.dynamic(proposed), Config: s.dynamic(config),
			PriorPrivate: private, PriorIdentity: identity,
			ClientCapabilities: &tfprotov6.PlanResourceChangeClientCapabilities{},
		})
		return r, r.Diagnostics, err
	})
	if err != nil {
		return nil, err
	}
	c.planned, err = s.decode(during, r.PlannedState)
	if err != nil {
		return nil, err
	}
	c.private, c.identity = r.PlannedPrivate, s.keep(r.PlannedIdentity)
	if wrong := checkPlan(s.typeName, s.fields, prior, config, c.planned); wrong != nil {
		return nil, &BugError{During: during, Bugs: wrong}
	}
	return r, nil
}

// replaces says whether one of the paths changes: core ignores the others.
func replaces(paths []*tftypes.AttributePath, prior, planned tftypes.Value) bool {
	for _, path := range paths {
		before, _, errBefore := tftypes.WalkAttributePath(prior, path)
		after, _, errAfter := tftypes.WalkAttributePath(planned, path)
		if errBefore != nil || errAfter != nil {
			return true
		}
		b, okBefore := before.(tftypes.Value)
		a, okAfter := after.(tftypes.Value)
		if !okBefore || !okAfter || !b.Equal(a) {
			return true
		}
	}
	return false
}

func (s *session) planDestroy(ctx context.Context, before *State, prior tftypes.Value) (change, error) {
	c := change{action: Delete, before: before, prior: prior, planned: s.null()}
	if before == nil {
		c.action = NoOp
		return c, nil
	}
	r, err := call("PlanResourceChange", func() (*tfprotov6.PlanResourceChangeResponse, []*tfprotov6.Diagnostic, error) {
		r, err := s.server.PlanResourceChange(ctx, &tfprotov6.PlanResourceChangeRequest{
			TypeName: s.typeName, PriorState: s.dynamic(prior), ProposedNewState: s.dynamic(s.null()), Config: s.dynamic(s.null()),
			PriorPrivate: before.Private, PriorIdentity: before.Identity,
			ClientCapabilities: &tfprotov6.PlanResourceChangeClientCapabilities{},
		})
		return r, r.Diagnostics, err
	})
	if err != nil {
		return c, err
	}
	c.private, c.identity = r.PlannedPrivate, s.keep(r.PlannedIdentity)
	return c, nil
}

// apply carries a plan out: a replacement destroys first. As in core, the configuration is validated and planned again by the
// provider that applies it, and must come out as it was planned: the same action, and the same values where they were known.
func (s *session) apply(ctx context.Context, state **State, c change) error {
	if c.action == Replace || c.action == Delete {
		if err := s.applyDestroy(ctx, state, c); err != nil || c.action == Delete {
			return err
		}
	}
	return s.applyConfig(ctx, state, c)
}

// applyDestroy is the half of a deletion or a replacement that destroys.
func (s *session) applyDestroy(ctx context.Context, state **State, c change) error {
	destroy := change{
		action: Delete, before: c.before, prior: c.prior, planned: s.null(),
		private: c.before.Private, identity: c.before.Identity,
	}
	if c.action == Delete {
		destroy.private, destroy.identity = c.private, c.identity
	}
	return s.applied(ctx, state, destroy)
}

// applyConfig is the half that makes what is configured.
func (s *session) applyConfig(ctx context.Context, state **State, c change) error {
	if err := s.validate(ctx, c.config); err != nil {
		return err
	}
	first := c.planned
	again, err := s.planned(ctx, &c)
	if err != nil {
		return err
	}
	const during = "PlanResourceChange at apply (inconsistent final plan)"
	// A create, also that of a replacement, has no prior state that it could replace.
	if c.action == Update && replaces(again.RequiresReplace, c.prior, c.planned) {
		return bug(during, "%s: planned to %s, now to %s", s.typeName, Update, Replace)
	}
	if wrong := checkResult(s.typeName, first, c.planned); wrong != nil {
		return &BugError{During: during, Bugs: wrong}
	}
	return s.applied(ctx, state, c)
}

// applied makes one change and keeps its result in state, whether it failed or not: an object whose creation failed is
// tainted.
func (s *session) applied(ctx context.Context, state **State, c change) error {
	const during = "ApplyResourceChange"
	prior, config := c.prior, s.null()
	if c.action == Create || c.action == Replace {
		prior = s.null()
	}
	if c.action != Delete {
		config = c.config
	}
	r, failed := call(during, func() (*tfprotov6.ApplyResourceChangeResponse, []*tfprotov6.Diagnostic, error) {
		r, err := s.server.ApplyResourceChange(ctx, &tfprotov6.ApplyResourceChangeRequest{
			TypeName: s.typeName, PriorState: s.dynamic(prior), PlannedState: s.dynamic(c.planned), Config: s.dynamic(config),
			PlannedPrivate: c.private, PlannedIdentity: c.identity,
		})
		return r, r.Diagnostics, err
	})
	if r == nil {
		return failed
	}
	got, err := s.decode(during, r.NewState)
	if err != nil {
		return err
	}
	if *state, err = s.state(during, got, r.Private, r.NewIdentity); err != nil {
		return err
	}
	if failed != nil {
		if *state != nil {
			(*state).Tainted = c.action == Create || c.action == Replace
		}
		return failed
	}
	if wrong := checkResult(s.typeName, c.planned, got); wrong != nil {
		return &BugError{During: during, Bugs: wrong}
	}
	return nil
}
