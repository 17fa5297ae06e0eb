// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package authz_test

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/ecrx/terraform-provider-ecrx/internal/authz"
	"github.com/ecrx/terraform-provider-ecrx/internal/policy"
)

// denials gives Deny statements for a layer: of everything, of nothing that is asked for, under a condition, and what the
// layer's own statements are about.
func denials(l *editableLayer) []policy.Statement {
	all := policy.Statement{Effect: policy.Deny, Actions: []string{"*"}, Resources: []string{"*"}, Principal: policy.Principal{Any: l.principal}}
	other, conditional, spared := all, all, all
	other.Actions = []string{"s3:*"}
	conditional.Conditions = []policy.Condition{{Operator: "StringNotEquals", Key: "aws:PrincipalTag/team", Values: []string{"blue"}}}
	out := []policy.Statement{all, other, conditional}
	if l.principal {
		spared.Principal = policy.Principal{}
		spared.NotPrincipal = policy.Principal{AWS: []string{"111111111111", "arn:aws:iam::111111111111:role/ci"}}
		out = append(out, spared)
	}
	for _, level := range l.levels {
		for _, d := range level {
			for _, s := range d.Statements {
				s.Effect = policy.Deny
				out = append(out, s)
			}
		}
	}
	return out
}

// TestAddingDenyNeverGrants adds Deny statements to each layer, as a statement of each document and as one of a new
// document.
func TestAddingDenyNeverGrants(t *testing.T) {
	t.Parallel()
	for _, e := range editables(t) {
		before := e.decide()
		check := func(l *editableLayer, s policy.Statement) {
			after := e.decide()
			explicit := before == authz.ExplicitlyDenied && after != authz.ExplicitlyDenied
			if after == authz.Allowed && before != authz.Allowed || explicit {
				t.Errorf("%s: %s, but %s with this Deny in %s: %s", e.name, before, after, l.name, s.Canonical())
			}
		}
		for i := range e.layers {
			l := &e.layers[i]
			for _, s := range denials(l) {
				for _, level := range l.levels {
					for j := range level {
						original := level[j].Statements
						level[j].Statements = append(slices.Clip(original), s)
						check(l, s)
						level[j].Statements = original
					}
				}
				original := l.levels
				l.levels = append([][]policy.Document{{policy.New(s)}}, original...)
				if len(original) > 0 {
					l.levels = slices.Clone(original)
					l.levels[0] = append(slices.Clip(original[0]), policy.New(s))
				}
				check(l, s)
				l.levels = original
			}
		}
	}
}

// TestRemovingAllowNeverGrants takes each Allow statement out.
func TestRemovingAllowNeverGrants(t *testing.T) {
	t.Parallel()
	for _, e := range editables(t) {
		before := e.decide()
		e.documents(func(l *editableLayer, d *policy.Document) {
			original := d.Statements
			for i, s := range original {
				if s.Effect != policy.Allow {
					continue
				}
				d.Statements = slices.Delete(slices.Clone(original), i, i+1)
				after := e.decide()
				explicit := (before == authz.ExplicitlyDenied) != (after == authz.ExplicitlyDenied)
				if after == authz.Allowed && before != authz.Allowed || explicit {
					t.Errorf("%s: %s, but %s without this Allow of %s: %s", e.name, before, after, l.name, s.Canonical())
				}
			}
			d.Statements = original
		})
	}
}

// TestOrderNeverMatters shuffles all that has an order in a case but not in its meaning.
func TestOrderNeverMatters(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(20261122, 1))
	for _, e := range editables(t) {
		want := e.decide()
		for range 3 {
			e.shuffle(r)
			if got := e.decide(); got != want {
				t.Errorf("%s: %s, but %s in another order", e.name, want, got)
			}
		}
	}
}

func (e *editable) shuffle(r *rand.Rand) {
	for i := range e.layers {
		shuffle(r, e.layers[i].levels)
		for _, level := range e.layers[i].levels {
			shuffle(r, level)
		}
	}
	e.documents(func(_ *editableLayer, d *policy.Document) { shuffle(r, d.Statements) })
	e.statements(func(_ *editableLayer, d *policy.Document, i int) {
		s := &d.Statements[i]
		for _, p := range []policy.Principal{s.Principal, s.NotPrincipal} {
			shuffle(r, p.AWS)
			shuffle(r, p.Service)
		}
		for _, list := range [][]string{s.Actions, s.NotActions, s.Resources, s.NotResources} {
			shuffle(r, list)
		}
		shuffle(r, s.Conditions)
		for j := range s.Conditions {
			shuffle(r, s.Conditions[j].Values)
		}
	})
	for _, values := range e.context {
		shuffle(r, values.List())
	}
}

func shuffle[T any](r *rand.Rand, list []T) {
	r.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
}

// TestCanonicalMeansTheSame replaces each document by its canonical form, and by its upgraded one.
func TestCanonicalMeansTheSame(t *testing.T) {
	t.Parallel()
	for _, e := range editables(t) {
		want := e.decide()
		for name, form := range map[string]func(policy.Document) string{
			"Canonical": policy.Document.Canonical,
			"Upgrade":   func(d policy.Document) string { return d.Upgrade().Canonical() },
		} {
			changed := newEditableFrom(t, e, form)
			if got := changed.decide(); got != want {
				t.Errorf("%s: %s, but %s with the documents of %s", e.name, want, got, name)
			}
		}
	}
}

func newEditableFrom(t *testing.T, e *editable, form func(policy.Document) string) *editable {
	t.Helper()
	out := *e
	out.layers = slices.Clone(e.layers)
	for i := range out.layers {
		out.layers[i].levels = slices.Clone(e.layers[i].levels)
		for j := range out.layers[i].levels {
			out.layers[i].levels[j] = slices.Clone(e.layers[i].levels[j])
		}
	}
	out.documents(func(_ *editableLayer, d *policy.Document) {
		parsed, err := policy.Parse(form(*d))
		if err != nil {
			t.Fatal(err)
		}
		*d = parsed
	})
	return &out
}

// TestGrantsInGo asserts that a document built in Go means what its text does.
func TestGrantsInGo(t *testing.T) {
	t.Parallel()
	for name, principal := range map[string]policy.Principal{
		"Any":                   {Any: true},
		"a star among the ARNs": {AWS: []string{"arn:aws:iam::222222222222:root", "*"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := policy.New(policy.Statement{Effect: policy.Allow, Principal: principal, Actions: []string{"ecr:BatchGetImage"}})
			parsed, err := policy.Parse(d.Canonical())
			if err != nil {
				t.Fatal(err)
			}
			request := authz.Request{
				Principal: authz.Anonymous, Action: "ecr:BatchGetImage", ResourceAccount: "111111111111",
				Resource: "arn:aws:ecr:eu-west-1:111111111111:repository/app",
			}
			for _, d := range []policy.Document{d, parsed} {
				layers := authz.Layers{Repository: []*authz.Policy{authz.Compile("repository policy", d)}}
				if got := authz.Decide(&request, &layers); got != authz.Allowed {
					t.Errorf("%s: %s", d.Canonical(), got)
				}
			}
		})
	}
}
