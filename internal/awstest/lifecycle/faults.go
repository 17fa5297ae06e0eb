// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package lifecycle

import (
	"fmt"
	"sync"
	"testing"

	"github.com/ecrx/terraform-provider-ecrx/internal/awstest"
)

// Faults goes through the life of a resource once without a fault, once as a Terraform before 1.12, then once for each call
// to AWS that Case.Looks takes and each kind of fault; an ordinary run leaves some kinds out for reads.
// The phase with the fault (create, read, update1…, destroy) must succeed or give an error that names the object; it must
// not panic, and a creation that leaves nothing in state must leave nothing at AWS. Then, without the fault, apply
// converges, the next plan is empty, Check holds, and after destroy so does Gone.
//
// A fault comes once, and of some kinds it also stays for all later calls of that action in the phase. Each run is a
// parallel subtest, such as create/call3-SetRepositoryPolicy/DropAfter or …/DropAfter-stays.
func Faults(t *testing.T, c Case) {
	t.Helper()
	accounts := &accounts{}
	var phases []phase
	var calls [][]awstest.Call
	var provider *known
	if !t.Run("without", func(t *testing.T) {
		a := accounts.take(t)
		l := newLife(t, c, a)
		phases, calls = l.phases, l.clean(t)
		provider = l.tf.known
		accounts.release(t, a)
	}) {
		return
	}
	if !t.Run("without-identity", func(t *testing.T) {
		a := accounts.take(t)
		l := newLife(t, c, a)
		l.tf.DropIdentity = true
		l.clean(t)
		accounts.release(t, a)
	}) {
		return
	}
	for i, p := range phases {
		t.Run(p.name, func(t *testing.T) {
			t.Parallel()
			for _, l := range c.looks(calls[i]) {
				t.Run(fmt.Sprintf("call%d-%s", l.number, l.Action), func(t *testing.T) {
					t.Parallel()
					eachFault(t, l.Call, func(t *testing.T, f awstest.Fault) {
						// By action and not by number: concurrent calls come in any order.
						f.Action, f.Call = l.Service+":"+l.Action, l.nth
						a := accounts.take(t)
						run := newLife(t, c, a)
						run.tf.known = provider
						run.faulted(t, i, f)
						accounts.release(t, a)
					})
				})
			}
		})
	}
}

func eachFault(t *testing.T, call awstest.Call, run func(*testing.T, awstest.Fault)) {
	t.Helper()
	for _, f := range faultsOf(call) {
		name := string(f.Kind)
		if f.Sticky {
			name += "-stays"
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			run(t, f)
		})
	}
}

// accounts are shared by runs one after the other: a new one costs moto more than a whole run does.
type accounts struct {
	mu   sync.Mutex
	free []*awstest.AWS
}

func (p *accounts) take(t testing.TB) *awstest.AWS {
	t.Helper()
	p.mu.Lock()
	defer p.mu.Unlock()
	if n := len(p.free); n > 0 {
		a := p.free[n-1]
		p.free = p.free[:n-1]
		return a
	}
	return awstest.New(t)
}

// release gives an account back, unless the run failed and may have left something.
func (p *accounts) release(t testing.TB, a *awstest.AWS) {
	if t.Failed() {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.free = append(p.free, a)
}
