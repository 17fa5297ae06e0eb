// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package authz

import (
	"cmp"
	"slices"
	"strings"

	"github.com/ecrx/terraform-provider-ecrx/internal/policy"
)

// Reasons says in plain words, a sentence each, why the decision is what it is: which statements allow or deny, and of each
// layer that was needed and didn't allow, which statements came near and what they lack. What is assumed comes last.
func (r Result) Reasons() []string {
	reasons := r.reasons()
	for i := range reasons {
		reasons[i] = strings.ReplaceAll(reasons[i], UnknownValue, "(known after apply)")
	}
	return assumptionsLast(reasons)
}

// assumption is what a reason begins with that nobody wrote.
const assumption = "assumed: "

func assumptionsLast(reasons []string) []string {
	slices.SortStableFunc(reasons, func(a, b string) int {
		return cmp.Compare(strings.Count(a, assumption), strings.Count(b, assumption))
	})
	return reasons
}

func (r Result) reasons() []string {
	var out []string
	add := func(s *StatementResult) {
		if s.assumed {
			out = append(out, assumption+"the caller's "+s.Policy+" allow it, since they aren't known")
			return
		}
		out = append(out, "statement "+s.Statement+" of the "+s.Policy+" "+s.Why)
	}
	if len(r.Layers) == 0 {
		for i := range r.Statements {
			out = append(out, r.Statements[i].Why)
		}
		return out
	}
	for i := range r.Statements {
		s := &r.Statements[i]
		denies := s.Effect != policy.Allow && s.Applies == Yes
		undecided := s.Applies == Maybe && r.Decision == Unknown
		allows := s.Effect == policy.Allow && s.Applies == Yes && r.Decision != ExplicitlyDenied
		if denies || undecided || allows {
			add(s)
		}
	}
	if r.Decision == Allowed && r.byRoot {
		out = append(out, "a root user needs no allow of its own account")
	}
	if r.Decision == Allowed || r.Decision == ExplicitlyDenied {
		return out
	}
	for _, l := range r.Layers {
		if l.Allows != No || l.Layer == LayerRCP || l.Layer == LayerRegistry {
			continue
		}
		near := false
		for i := range r.Statements {
			s := &r.Statements[i]
			if s.Layer == l.Layer && s.Effect == policy.Allow && s.Applies == No && s.near {
				near = true
				add(s)
			}
		}
		if !near {
			out = append(out, "nothing in the "+string(l.Layer)+" allows "+r.action)
		}
	}
	return out
}
