// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package reach

import (
	"slices"
	"strings"

	"github.com/ecrx/terraform-provider-ecrx/internal/authz"
	"github.com/ecrx/terraform-provider-ecrx/internal/policy"
)

// actions are actions that no statement tells apart, by one of them.
type actions struct {
	name string
	// about says of each set, in then out, which of its statements are about the actions.
	about [][]bool
	// branch holds what the action's requests carry.
	branch branch
}

// actions gives one action of each kind that the documents tell apart, those that don't exist yet included.
func (q *query) actions() []*actions {
	seen := map[string]bool{}
	var all []*actions
	for _, name := range q.actionNames() {
		a := &actions{name: name}
		a.branch.carries(name)
		key := []bool{a.branch.registry, a.branch.tags, a.branch.setting}
		for _, set := range slices.Concat(q.in, q.out) {
			about := make([]bool, len(set.document.Statements))
			for i := range set.document.Statements {
				// A repository policy has no say in what isn't done to a repository.
				about[i] = q.isAbout(&set.document.Statements[i], name) && (!a.branch.registry || !set.place.resource)
			}
			a.about = append(a.about, about)
			key = append(key, about...)
		}
		if text := bits(key); !seen[text] {
			seen[text] = true
			all = append(all, a)
		}
	}
	return all
}

func bits(flags []bool) string {
	text := make([]byte, len(flags))
	for i, flag := range flags {
		if text[i] = '0'; flag {
			text[i] = '1'
		}
	}
	return string(text)
}

// actionNames gives ECR's actions, further ones that the documents name, and a new name for each set of wildcards that an
// action of tomorrow could match.
func (q *query) actionNames() []string {
	if q.world.Actions != nil {
		return q.world.Actions
	}
	var names []string
	for _, a := range policy.ECRActions("*") {
		names = append(names, "ecr:"+a.Name)
	}
	var wild []*language
	read := map[string]bool{}
	for _, set := range slices.Concat(q.in, q.out) {
		for i := range set.document.Statements {
			s := &set.document.Statements[i]
			for _, text := range slices.Concat(s.Actions, s.NotActions) {
				if read[strings.ToLower(text)] {
					continue
				}
				read[strings.ToLower(text)] = true
				_, known := policy.ECRAction(text)
				switch {
				case strings.ContainsAny(text, "*?"):
					wild = append(wild, actionLanguage(text))
				case !known && strings.HasPrefix(strings.ToLower(text), "ecr:"):
					names = append(names, text)
				}
			}
		}
	}
	return append(names, q.future(wild, names, nil)...)
}

// future gives a new name for each set of wildcards that one could match: demands are those that were decided on.
func (q *query) future(wild []*language, names []string, demands []demand) []string {
	if len(wild) > 0 {
		matched := q.future(wild[1:], names, append(slices.Clip(demands), demand{wild[0], true}))
		if _, could := q.futureName(names, demands); !could {
			return matched
		}
		return append(matched, q.future(wild[1:], names, append(slices.Clip(demands), demand{wild[0], false}))...)
	}
	if name, could := q.futureName(names, demands); could {
		return []string{name}
	}
	return nil
}

var newActions = languageOf(join(textSymbols("ecr:"), some(letters+capitals, 1, true)))

func (q *query) futureName(names []string, demands []demand) (string, bool) {
	demands = append(slices.Clip(demands), demand{newActions, true})
	name, result := findText(demands, &q.work)
	if result == found && slices.ContainsFunc(names, func(other string) bool { return strings.EqualFold(name, other) }) {
		known := &language{fold: true}
		for _, other := range names {
			known.add(textSymbols(other))
		}
		name, result = findText(append(demands, demand{known, false}), &q.work)
	}
	return name, result == found
}

func actionLanguage(text string) *language {
	symbols, _ := authz.ReadAction(text)
	l := &language{fold: true}
	l.add(symbolsOf(symbols, 0))
	return l
}

// isAbout reports whether a statement is about an action.
func (q *query) isAbout(s *policy.Statement, name string) bool {
	texts, negated := s.Actions, false
	if len(s.NotActions) > 0 {
		texts, negated = s.NotActions, true
	}
	return slices.ContainsFunc(texts, func(text string) bool {
		if !strings.ContainsAny(text, "*?") {
			return strings.EqualFold(text, name)
		}
		l := q.wild[text]
		if l == nil {
			l = actionLanguage(text)
			q.wild[text] = l
		}
		return l.holds(name)
	}) != negated
}
