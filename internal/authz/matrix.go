// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package authz

import (
	"runtime"
	"sync"
	"sync/atomic"
)

// MatrixCaller is a row of a matrix: a caller with the policies on its side.
type MatrixCaller struct {
	Caller
	// Identity are the policies of the caller.
	Identity []*Policy
}

// MatrixRepository is a column of a matrix: a repository with its policy.
type MatrixRepository struct {
	Repository
	// Policy are the documents of the repository's policy; one of them is enough.
	Policy []*Policy
}

// Matrix decides for each caller, each repository and each kind of access, which is a list of actions that belong together.
// The layers hold for all; their Identity and Repository are replaced by those of the row and the column. The outcomes come
// by caller, then repository, then access.
func Matrix(callers []MatrixCaller, repositories []MatrixRepository, access [][]string, layers Layers) [][][]Outcome {
	out := make([][][]Outcome, len(callers))
	columns := make([]*repositoryTemplate, len(repositories))
	for i := range repositories {
		columns[i] = repositories[i].template()
	}
	var next atomic.Int64
	var workers sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), len(callers)) {
		workers.Go(func() {
			for row := int(next.Add(1)) - 1; row < len(callers); row = int(next.Add(1)) - 1 {
				out[row] = callers[row].decide(repositories, columns, access, layers)
			}
		})
	}
	workers.Wait()
	return out
}

func (c *MatrixCaller) decide(repositories []MatrixRepository, columns []*repositoryTemplate, access [][]string, layers Layers) [][]Outcome {
	out := make([][]Outcome, len(repositories))
	layers.Identity = c.Identity
	template := c.template()
	for i := range repositories {
		layers.Repository = repositories[i].Policy
		requests := template.requests(columns[i])
		out[i] = make([]Outcome, len(access))
		for j, actions := range access {
			out[i][j] = requests.decide(actions, &layers)
		}
	}
	return out
}
