// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package reach

import (
	"encoding/binary"
	"maps"
	"slices"
)

// at gives where a coordinate may stand under what is required of it. Equal requirements are solved once.
func (p *problem) at(at string, required []signed) solution {
	ids := make([]int, 0, len(required))
	for _, l := range required {
		id := 2 * l.id
		if l.want {
			id++
		}
		ids = append(ids, id)
	}
	slices.Sort(ids)
	key := []byte(at)
	for _, id := range slices.Compact(ids) {
		key = binary.AppendUvarint(append(key, '/'), uint64(id))
	}
	if s, known := p.solved[string(key)]; known {
		return s
	}
	d, known := p.domains[at]
	if !known {
		d = p.domain(&p.branch, at)
		if typed := p.typed[at]; len(typed) > 0 {
			d.candidates = typedCandidates(typed, p.world.Now)
		}
		p.domains[at] = d
	}
	v, result := d.solve(required, &p.work)
	s := solution{v, result}
	p.solved[string(key)] = s
	return s
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
