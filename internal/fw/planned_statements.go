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
	of map[awsapi.RepositoryKey][]policy.Statement
	// gone are the Sids of statements that are to be replaced by others.
	gone map[awsapi.RepositoryKey][]string
}

// Withdraw remembers that the statement with the Sid, which is live, is to be replaced: Terraform plans a replacement once more, as an
// object that has never been there.
func (p *PlannedStatements) Withdraw(key awsapi.RepositoryKey, sid string) {
	if p == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.gone == nil {
		p.gone = map[awsapi.RepositoryKey][]string{}
	}
	p.gone[key] = append(p.gone[key], sid)
}

// Withdrawn gives the Sids of the repository's statements that are to be replaced.
func (p *PlannedStatements) Withdrawn(key awsapi.RepositoryKey) []string {
	if p == nil {
		return nil
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.gone[key])
}

// Announce remembers what a resource plans for a repository, whose key is complete, in the place of what had these Sids, and
// gives what others announced before: of two resources that share a policy, the one that is planned later hears of the other.
func (p *PlannedStatements) Announce(key awsapi.RepositoryKey, own []policy.Statement) (others []policy.Statement) {
	if p == nil {
		return nil
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.of == nil {
		p.of = map[awsapi.RepositoryKey][]policy.Statement{}
	}
	others = slices.DeleteFunc(p.of[key], func(other policy.Statement) bool {
		return slices.ContainsFunc(own, func(s policy.Statement) bool { return s.Sid == other.Sid })
	})
	p.of[key] = slices.Concat(others, own)
	return others
}
