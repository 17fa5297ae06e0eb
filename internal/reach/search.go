// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package reach

import (
	"slices"
	"strings"

	"github.com/ecrx/terraform-provider-ecrx/internal/authz"
	"github.com/ecrx/terraform-provider-ecrx/internal/policy"
)

// enough is the work after which a question is given up, in steps of the search.
const enough = 2_000_000

// Find asks whether there is a request that all sets of in permit and no set of out does.
//
// It goes through the branches of requests, and in each through the statements that could let the request into the sets of
// in. A first request that these allow is a model; where a statement that mustn't apply does, one of its requirements has to
// fail, and the model is made anew under that. A coordinate without a value ends the branch.
func Find(world World, in, out []*Set) Answer {
	q := &query{world: world, in: in, out: out, work: budget{enough}, lists: map[string]bool{}, grounds: map[branch]*ground{}, wild: map[string]*language{}}
	q.read()
	answer := Answer{Verdict: No}
	for _, actions := range q.actions() {
		for _, b := range q.branches(actions) {
			switch a := q.decide(b, actions); a.Verdict {
			case Yes:
				return a
			case Undecided:
				if answer.Verdict == No {
					answer = a
				}
			case No:
			}
		}
	}
	return answer
}

type query struct {
	world   World
	in, out []*Set
	work    budget
	// lists are the keys that conditions compare with a set operator.
	lists map[string]bool
	// typed are the conditions on numbers, dates or addresses that ask for a coordinate.
	typed map[string][]*authz.Reading
	// wild are the actions with wildcards that were read.
	wild map[string]*language
	// literals counts those that were made.
	literals int
	// keys are all that conditions name.
	keys map[string]bool
	// certain says that a clause in doubt counts against the request, and not for it.
	certain bool
	grounds map[branch]*ground
}

// read finds out which keys the documents name.
func (q *query) read() {
	q.keys, q.typed = map[string]bool{}, map[string][]*authz.Reading{}
	for _, set := range slices.Concat(q.in, q.out) {
		for _, s := range set.document.Statements {
			for _, c := range s.Conditions {
				r := authz.ReadCondition(c, true)
				q.keys[r.Key] = true
				if r.Kind == authz.ReadsTyped && r.Doubt == "" {
					at := r.Key
					if at == "aws:currenttime" || at == "aws:epochtime" {
						at = timeAt
					}
					q.typed[at] = append(q.typed[at], &r)
				}
				if r.Each || r.Some {
					q.lists[r.Key] = !strings.Contains(r.Key, "tag/")
				}
			}
		}
	}
}

func (q *query) names(prefixes ...string) bool {
	for key := range q.keys {
		for _, prefix := range prefixes {
			if strings.HasPrefix(key, prefix) {
				return true
			}
		}
	}
	return false
}

// branches gives the branches that the documents' keys tell apart.
func (q *query) branches(class *actions) []branch {
	var all []branch
	owners := []bool{false}
	if q.world.Account != "" && q.world.OrganizationPath != "" {
		owners = []bool{false, true}
	}
	ways := []bool{false}
	if q.names("aws:sourcevpc", "aws:vpce", "aws:vpcsourceip", "aws:sourceip") {
		ways = []bool{false, true}
	}
	kinds := allKinds[:]
	if slices.ContainsFunc(slices.Concat(q.in, q.out), func(s *Set) bool { return !s.place.principal }) {
		// Whoever has an identity policy is a role or a user, which the policy doesn't tell apart.
		kinds = []PrincipalKind{Role}
	}
	for _, kind := range kinds {
		sources := []source{noSource}
		if kind == Service && q.names("aws:sourcearn", "aws:sourceaccount", "aws:sourceorg") {
			sources = []source{noSource, sourceWithAccount, sourceWithoutAccount}
		}
		for _, s := range sources {
			for _, way := range ways {
				for _, owner := range owners {
					if owner && (kind == Service || kind == Anonymous) || way && kind == Service {
						continue
					}
					b := class.branch
					b.kind, b.source, b.endpoint, b.owner = kind, s, way, owner
					all = append(all, b)
				}
			}
		}
	}
	return all
}

// decide answers the question for one branch: once with each clause in doubt taken against a request, and, where that shows
// none, once taken for it.
func (q *query) decide(b branch, class *actions) Answer {
	p := q.prepare(b, class)
	if !p.possible() {
		return Answer{Verdict: No}
	}
	q.certain = true
	model, result := p.choose()
	if result == found {
		if w := p.witness(class, model); w != nil {
			return Answer{Verdict: Yes, Witness: w}
		}
		return Answer{Obstacle: "a request that the engine decides otherwise"}
	}
	if result == none && p.doubtful() == "" {
		return Answer{Verdict: No}
	}
	if result == none {
		q.certain = false
		if _, result = p.choose(); result == none {
			return Answer{Verdict: No}
		}
		if result == found {
			return Answer{Obstacle: p.doubtful()}
		}
	}
	return Answer{Obstacle: "more combinations of statements than can be tried"}
}

// ground is what all questions within a branch have in common, whatever the action.
type ground struct {
	branch branch
	// clauses are compiled when they are first needed; those of equal statements are one.
	clauses map[string]*clause
	domains map[string]domain
	solved  map[string]solution
}

type solution struct {
	value  value
	result outcome
}

// problem is the question within a branch, for some actions.
type problem struct {
	*query
	*ground
	// allows and denies are the clauses of each set, in then out.
	allows, denies [][]*clause
}

func (q *query) prepare(b branch, class *actions) *problem {
	g := q.grounds[b]
	if g == nil {
		g = &ground{branch: b, clauses: map[string]*clause{}, domains: map[string]domain{}, solved: map[string]solution{}}
		q.grounds[b] = g
	}
	p := &problem{query: q, ground: g}
	for i, set := range slices.Concat(q.in, q.out) {
		var allows, denies []*clause
		for j := range set.document.Statements {
			if !class.about[i][j] {
				continue
			}
			c := g.clauses[set.texts[j]]
			if c == nil {
				c = &clause{set: set, index: j}
				g.clauses[set.texts[j]] = c
			}
			switch set.document.Statements[j].Effect {
			case policy.Deny:
				denies = append(denies, c)
			case policy.Allow:
				allows = append(allows, c)
			}
		}
		p.allows, p.denies = append(p.allows, allows), append(p.denies, denies)
	}
	return p
}

// possible says that every set of in has a statement that could allow.
func (p *problem) possible() bool {
	for i := range p.in {
		if len(p.allows[i]) == 0 {
			return false
		}
	}
	return true
}

// doubtful gives the construct of the first clause in doubt.
func (p *problem) doubtful() string {
	for _, clauses := range slices.Concat(p.allows, p.denies) {
		for _, c := range clauses {
			if p.compile(c); c.doubt != "" && !c.never {
				return c.doubt
			}
		}
	}
	return ""
}

// model is where each coordinate stands.
type model map[string]value

// choose tries the ways in which a request could be in all sets of in and in none of out.
func (p *problem) choose() (model, outcome) { return p.chooseIn(nil, nil) }

// chooseIn chooses the statements by which a request is in the sets of in, one after the other.
func (p *problem) chooseIn(chosen []*clause, required []signed) (model, outcome) {
	i := len(chosen)
	if i == len(p.in) {
		return p.chooseOut(i, chosen, required, nil)
	}
	result := none
	for _, c := range p.allows[i] {
		if i+1 == len(p.in) && p.hopeless(append(slices.Clip(chosen), c)) {
			continue
		}
		if p.compile(c); c.never || c.doubt != "" && p.certain {
			continue
		}
		m, r := p.chooseIn(append(slices.Clip(chosen), c), appendAll(required, c.literals))
		if r == found {
			return m, r
		}
		result = max(result, r)
	}
	return nil, result
}

// chooseOut chooses how a request is out of the set i: since a statement denies it, or since none allows it. The statement by
// which it is in another set doesn't allow it there and not here, and a statement that the other set denies by neither.
func (p *problem) chooseOut(i int, chosen []*clause, required []signed, forbidden []*clause) (model, outcome) {
	if i == len(p.allows) {
		for j := range p.in {
			forbidden = p.forbid(forbidden, p.denies[j])
		}
		return p.refine(required, forbidden)
	}
	result := none
	if !share(p.allows[i], chosen) {
		m, r := p.chooseOut(i+1, chosen, required, p.forbid(slices.Clone(forbidden), p.allows[i]))
		if r == found {
			return m, r
		}
		result = max(result, r)
	}
	for _, c := range p.denies[i] {
		if p.deniedAnyway(c) {
			continue
		}
		if p.compile(c); c.never || c.doubt != "" && p.certain {
			continue
		}
		m, r := p.chooseOut(i+1, chosen, appendAll(required, c.literals), forbidden)
		if r == found {
			return m, r
		}
		result = max(result, r)
	}
	return nil, result
}

// hopeless says that no request which the chosen statements allow could be out of a set, before any is compiled.
func (p *problem) hopeless(chosen []*clause) bool {
	for i := len(p.in); i < len(p.allows); i++ {
		if share(p.allows[i], chosen) && !slices.ContainsFunc(p.denies[i], func(c *clause) bool { return !p.deniedAnyway(c) }) {
			return true
		}
	}
	return false
}

// deniedAnyway says that a set of in denies by the same statement.
func (p *problem) deniedAnyway(c *clause) bool {
	return slices.ContainsFunc(p.denies[:len(p.in)], func(denies []*clause) bool { return slices.Contains(denies, c) })
}

// share reports whether two lists have a clause in common. Equal statements apply to the same requests, whatever they hold.
func share(a, b []*clause) bool {
	return slices.ContainsFunc(a, func(c *clause) bool { return slices.Contains(b, c) })
}

// forbid adds clauses that mustn't hold. One in doubt may hold or not: where it counts for the request, it doesn't.
func (p *problem) forbid(forbidden, clauses []*clause) []*clause {
	for _, c := range clauses {
		if p.compile(c); !c.never && (c.doubt == "" || p.certain) {
			forbidden = append(forbidden, c)
		}
	}
	return forbidden
}

func appendAll(required []signed, literals []*literal) []signed {
	out := slices.Clip(required)
	for _, l := range literals {
		out = append(out, signed{l, true})
	}
	return out
}

// refine makes a model of what is required, and as long as a forbidden clause holds in it, makes one of its literals fail.
func (p *problem) refine(required []signed, forbidden []*clause) (model, outcome) {
	m, result := p.model(required)
	if result != found {
		return nil, result
	}
	broken := p.broken(m, forbidden)
	if broken == nil {
		return m, found
	}
	result = none
	for i, l := range broken.literals {
		// The literals before it hold: where they don't was looked at already.
		next := append(appendAll(required, broken.literals[:i]), signed{l, false})
		m, r := p.refine(next, forbidden)
		if r == found {
			return m, r
		}
		result = max(result, r)
		if p.work.left < 0 {
			return nil, tooMuch
		}
	}
	return nil, result
}

// broken gives the forbidden clause with the fewest literals that holds in the model.
func (p *problem) broken(m model, forbidden []*clause) *clause {
	var best *clause
	for _, c := range forbidden {
		if best != nil && len(c.literals) >= len(best.literals) {
			continue
		}
		holds := !slices.ContainsFunc(c.literals, func(l *literal) bool {
			v, set := m[l.at]
			if !set {
				v = p.free(m, l.at)
			}
			return !l.holds(v)
		})
		if holds {
			best = c
		}
	}
	return best
}

// free stands a coordinate where nothing is required of it.
func (p *problem) free(m model, at string) value {
	s := p.at(at, nil)
	m[at] = s.value
	return s.value
}

// model stands every coordinate where what is required of it holds.
func (p *problem) model(required []signed) (model, outcome) {
	by := map[string][]signed{}
	for _, l := range required {
		by[l.at] = append(by[l.at], l)
	}
	m := model{}
	for _, at := range sortedKeys(by) {
		s := p.at(at, by[at])
		if s.result != found {
			return nil, s.result
		}
		m[at] = s.value
	}
	return m, found
}
