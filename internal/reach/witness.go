// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package reach

import (
	"slices"
	"strings"

	"github.com/ecrx/terraform-provider-ecrx/internal/authz"
)

// Witness is a request that shows what an answer says. The engine has decided it the same way.
type Witness struct {
	Kind PrincipalKind
	// Request is the request as authz takes it.
	Request authz.Request
	// Keys are the condition keys that the policies ask for, and their values; an absent key has none.
	Keys map[string][]string
}

// always are the keys that a witness carries whether or not a policy asks for them.
var always = []string{
	"aws:principalarn", "aws:principalaccount", "aws:principaltype", "aws:userid", "aws:principalorgid", "aws:principalorgpaths",
	"aws:principalisawsservice", "aws:principalservicename",
}

// witness makes a request of a model and has the engine decide it. It is nil where the engine decides otherwise.
func (p *problem) witness(class *actions, m model) *Witness {
	w := &Witness{Kind: p.branch.kind, Keys: map[string][]string{}}
	stand := func(at string) value {
		if v, set := m[at]; set {
			return v
		}
		return p.free(m, at)
	}
	w.Request.Action = class.name
	repository := stand(resourceAt)[0]
	w.Request.Resource, w.Request.ResourceAccount = repository, strings.Split(repository, ":")[4]
	if p.branch.registry {
		w.Request.Resource = "*"
	}
	w.Request.Principal = requestPrincipal(p.branch.kind, stand(principalAt)[0])
	for _, key := range append(slices.Clone(always), sortedKeys(p.keys)...) {
		v := p.view(&p.branch, key)
		var values value
		if v.fixed != nil {
			values = *v.fixed
		} else {
			for _, text := range stand(v.at) {
				if v.cut != nil {
					text = v.cut(text)
				}
				values = append(values, text)
			}
		}
		if p.keys[key] {
			w.Keys[key] = values
		}
		switch {
		case len(values) == 0:
		case v.list:
			w.Request.Context.Set(key, authz.Multi(values...))
		default:
			w.Request.Context.Set(key, authz.Single(values[0]))
		}
	}
	for _, set := range p.in {
		if set.permits(w.Request) != authz.Yes {
			return nil
		}
	}
	for _, set := range p.out {
		if set.permits(w.Request) != authz.No {
			return nil
		}
	}
	return w
}

// requestPrincipal writes a principal as a request names it. A role calls by a session.
func requestPrincipal(kind PrincipalKind, at string) string {
	arn, id, _ := strings.Cut(at, string(nul))
	if kind != Role {
		return arn
	}
	parts := strings.Split(arn, ":")
	_, session, _ := strings.Cut(id, ":")
	name := parts[5][strings.LastIndexByte(parts[5], '/')+1:]
	return "arn:" + parts[1] + ":sts::" + parts[4] + ":assumed-role/" + name + "/" + session
}

// permits asks the engine whether the set holds a request: whether a statement of its policy allows it and none denies it.
func (s *Set) permits(r authz.Request) authz.Answer {
	compiled := []*authz.Policy{authz.Compile("policy", s.document)}
	var layers authz.Layers
	layer := authz.LayerIdentity
	switch {
	case s.place.resource:
		layers.Repository, layer = compiled, authz.LayerRepository
	case s.place.principal:
		layers.Registry, layer = compiled, authz.LayerRegistry
	default:
		layers.Identity = compiled
	}
	for _, l := range authz.Evaluate(r, layers).Layers {
		if l.Layer == layer {
			return min(l.Allows, authz.Yes-l.Denies)
		}
	}
	return authz.No
}
