// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package reach

import (
	"slices"
	"time"

	"github.com/ecrx/terraform-provider-ecrx/internal/authz"
)

// signed is a literal that has to hold, or not to.
type signed struct {
	*literal
	want bool
}

// holds says whether the literal holds where a coordinate stands.
func (l *literal) holds(v value) bool {
	switch {
	case len(v) == 0:
		return l.onAbsent
	case l.each:
		return !slices.ContainsFunc(v, func(text string) bool { return !l.takes(text) })
	default:
		return slices.ContainsFunc(v, l.takes)
	}
}

func (l *literal) takes(text string) bool {
	if l.typed != nil {
		return l.typed.Holds(authz.Single(text)) == authz.Yes
	}
	return l.language.holds(text) != l.negated
}

// solve gives a value of a coordinate with which each literal holds as wanted.
func (d *domain) solve(literals []signed, work *budget) (value, outcome) {
	absentFits := d.optional && !slices.ContainsFunc(literals, func(l signed) bool { return l.onAbsent != l.want })
	if absentFits && !d.preferred {
		return value{}, found
	}
	v, result := d.solvePresent(literals, work)
	if result != found && absentFits {
		return value{}, found
	}
	return v, result
}

func (d *domain) solvePresent(literals []signed, work *budget) (value, outcome) {
	if !d.list {
		text, result := d.text(literals, work)
		return value{text}, result
	}
	// What all values have to be, and for what there has to be one.
	var all, asked []signed
	for _, l := range literals {
		if !l.each && !l.some && l.language != nil {
			// Presence, or a condition that no list meets.
			all = append(all, l)
			continue
		}
		if l.each == l.want {
			all = append(all, l)
		} else {
			asked = append(asked, l)
		}
	}
	var values value
	for _, one := range asked {
		text, result := d.text(append(slices.Clone(all), one), work)
		if result != found {
			return nil, result
		}
		if !slices.Contains(values, text) {
			values = append(values, text)
		}
	}
	if len(values) == 0 {
		text, result := d.text(all, work)
		return value{text}, result
	}
	return values, found
}

// text gives a text of the domain with which each literal holds as wanted.
func (d *domain) text(literals []signed, work *budget) (string, outcome) {
	if len(d.candidates) > 0 {
		return d.candidate(literals, work)
	}
	demands := []demand{{d.shape, true}}
	for _, l := range literals {
		demands = append(demands, demand{l.language, l.want != l.negated})
	}
	return findText(demands, work)
}

// candidate looks for a number, a date or an address among the values between which no answer changes.
func (d *domain) candidate(literals []signed, work *budget) (string, outcome) {
	texts := false
	for _, text := range d.candidates {
		if !work.spend(1 + len(literals)) {
			return "", tooMuch
		}
		if !slices.ContainsFunc(literals, func(l signed) bool { return l.takes(text) != l.want }) {
			return text, found
		}
	}
	for _, l := range literals {
		texts = texts || l.typed == nil && len(l.language.symbols) > 0
	}
	if texts {
		// Texts and numbers together would need a search of both.
		return "", tooMuch
	}
	return "", none
}

// typedCandidates are the values of a coordinate between which no answer of the literals changes: of dates those that aren't
// past.
func typedCandidates(typed []*authz.Reading, now time.Time) []string {
	usual := []string{"1", "203.0.113.1", "2001:db8::1"}
	if !now.IsZero() {
		usual = append([]string{now.UTC().Format(time.RFC3339)}, usual...)
	}
	var all []string
	consider := func(text string) {
		t, err := time.Parse(time.RFC3339, text)
		readable := !slices.ContainsFunc(typed, func(r *authz.Reading) bool { return r.Holds(authz.Single(text)) == authz.Maybe })
		if readable && (err != nil || !t.Before(now.Truncate(time.Second))) && !slices.Contains(all, text) {
			all = append(all, text)
		}
	}
	for _, text := range usual {
		consider(text)
	}
	for _, r := range typed {
		for _, text := range r.Boundaries() {
			consider(text)
		}
	}
	return all
}
