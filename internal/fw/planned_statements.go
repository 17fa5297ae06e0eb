// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package fw

import (
	"slices"
	"sync"

	"github.com/ecrx/terraform-provider-ecrx/internal/awsapi"
	"github.com/ecrx/terraform-provider-ecrx/internal/policy"
)

// PlannedStatements are those that the resources of one provider instance plan for repository policies, so that resources that
// share a policy hear of each other in one plan. A nil one remembers nothing. It is safe for concurrent use.
type PlannedStatements struct {
	mu sync.Mutex
	of map[awsapi.RepositoryKey][]plannedStatements
}

type plannedStatements struct {
	by         string
	sids       []string
	statements []policy.Statement
}

// Announce remembers what a resource plans for a repository, whose key is complete, and gives what others announced before: of
// two resources that share a policy, the one that is planned later hears of the other. by is the resource's type. One that
// announces the same Sids again is taken for the same.
func (p *PlannedStatements) Announce(key awsapi.RepositoryKey, by string, own []policy.Statement) (others []policy.Statement) {
	if p == nil {
		return nil
	}
	sids := make([]string, len(own))
	for i, s := range own {
		sids[i] = s.Sid
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	rest := slices.DeleteFunc(p.of[key], func(o plannedStatements) bool { return o.by == by && slices.Equal(o.sids, sids) })
	for _, o := range rest {
		others = append(others, o.statements...)
	}
	if p.of == nil {
		p.of = map[awsapi.RepositoryKey][]plannedStatements{}
	}
	p.of[key] = append(rest, plannedStatements{by, sids, own})
	return others
}
