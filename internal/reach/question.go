// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package reach

import (
	"fmt"
	"time"

	"github.com/ecrx/terraform-provider-ecrx/internal/policy"
)

// World says which requests a question is about. What is left out may be anything.
type World struct {
	// Partition is "aws" where it is left out.
	Partition string
	// Region, Account and Repository are those of the repository: of a repository policy all three, of a registry policy the
	// first two.
	Region, Account, Repository string
	// OrganizationPath is where the owner's account is, such as "o-a1b2c3d4e5/r-ab12/".
	OrganizationPath string
	// Now is the earliest time of a request.
	Now time.Time
	// Actions are the actions that the question is about; nil stands for all of ECR, those that don't exist yet included.
	Actions []string
}

func (w *World) partition() string {
	if w.Partition == "" {
		return "aws"
	}
	return w.Partition
}

// Set is a set of requests: those that a policy allows and doesn't deny.
type Set struct {
	document policy.Document
	place    place
	// texts are those of the statements, by which equal ones are told.
	texts []string
}

func newSet(d policy.Document, at place) *Set {
	s := &Set{document: d, place: at}
	for i := range d.Statements {
		one := d.Statements[i]
		one.Sid, one.Actions, one.NotActions = "", nil, nil
		s.texts = append(s.texts, fmt.Sprint(at, d.Version == policy.Version2012, one.Canonical()))
	}
	return s
}

// place says what a kind of policy expects of its statements.
type place struct{ principal, resource bool }

// Repository is what a repository policy permits: a statement without Resource is about the repository itself.
func Repository(d policy.Document) *Set { return newSet(d, place{principal: true, resource: true}) }

// Registry is what a registry policy permits, or the policy of an endpoint.
func Registry(d policy.Document) *Set { return newSet(d, place{principal: true}) }

// Identity is what an identity policy permits, whoever has it.
func Identity(d policy.Document) *Set { return newSet(d, place{}) }

// Verdict answers a question. The zero value is Undecided.
type Verdict uint8

// The verdicts.
const (
	Undecided Verdict = iota
	No
	Yes
)

// String gives the verdict's name.
func (v Verdict) String() string {
	return [...]string{"Undecided", "No", "Yes"}[v]
}

// Answer is a verdict with what it rests on.
type Answer struct {
	Verdict Verdict
	// Witness is a request that shows a Yes.
	Witness *Witness
	// Obstacle is the construct that stands in the way of an answer, where it is Undecided.
	Obstacle string
}

// Comparison says what one set permits and another doesn't.
type Comparison struct{ Gained, Lost Answer }

// Compare asks whether anything is permitted after that wasn't before, and the reverse.
func Compare(world World, before, after *Set) Comparison {
	return Comparison{
		Gained: Find(world, []*Set{after}, []*Set{before}),
		Lost:   Find(world, []*Set{before}, []*Set{after}),
	}
}

// Any asks whether the set permits any request that is in another set too.
func Any(world World, permitted, among *Set) Answer {
	return Find(world, []*Set{permitted, among}, nil)
}

// All asks whether the set permits every request of another set. The witness of a No is one that it doesn't.
func All(world World, permitted, among *Set) Answer {
	a := Find(world, []*Set{among}, []*Set{permitted})
	switch a.Verdict {
	case Yes:
		a.Verdict = No
	case No:
		a.Verdict = Yes
	case Undecided:
	}
	return a
}
