// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package lifecycle

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/ecr"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/ecrx/terraform-provider-ecrx/internal/awstest"
)

// Case is a resource whose life Faults and Interrupts go through.
type Case struct {
	// Type is the resource's type.
	Type string
	// Object is how errors must call the object, such as a repository's name.
	Object string
	// Provider gives a new provider. A provider that waits or retries is given a clock that doesn't, here, and few
	// retries, in ProviderConfig.
	Provider func() tfprotov6.ProviderServer
	// ProviderConfig is the configuration of a provider that talks to a; nil: ProviderConfig(a, nil).
	ProviderConfig func(a *awstest.AWS) map[string]any
	// Configs are the configurations of the life: the first is created, the others are updates (or replacements).
	Configs func(a *awstest.AWS) []map[string]any
	// Options are for the AWS of each run.
	Options []awstest.Option

	// Arrange makes what must be there before; AfterCreate adds what others do later, such as a foreign statement.
	Arrange, AfterCreate func(t testing.TB, a *awstest.AWS)
	// Check is called whenever the plan is empty: is the foreign statement still there?
	Check func(t testing.TB, a *awstest.AWS)
	// Gone is called whenever no object is in state any more: is nothing left?
	Gone func(t testing.TB, a *awstest.AWS)
	// Sweep removes what Arrange and AfterCreate made, since runs share accounts; nil: all repositories.
	Sweep func(t testing.TB, a *awstest.AWS)
}

// ProviderConfig gives the configuration of an ecrx provider that talks to a. extra is laid over it.
func ProviderConfig(a *awstest.AWS, extra map[string]any) map[string]any {
	endpoints := map[string]any{}
	for _, service := range []string{"ec2", "ecr", "iam", "organizations", "sts"} {
		endpoints[service] = a.Endpoint()
	}
	config := map[string]any{
		"region":     a.Region,
		"access_key": a.AccessKey,
		"secret_key": a.SecretKey,
		"endpoints":  []any{endpoints},
	}
	for name, value := range extra {
		config[name] = value
	}
	return config
}

// Faults goes through the life of a resource once without a fault, once as a Terraform before 1.12, then once for each call to AWS and each kind of fault.
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
	if !t.Run("without", func(t *testing.T) {
		a := accounts.take(t)
		l := newLife(t, c, a)
		phases, calls = l.phases, l.clean(t)
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
			seen := map[string]int{}
			for k, call := range calls[i] {
				action := call.Service + ":" + call.Action
				seen[action]++
				n := seen[action]
				t.Run(fmt.Sprintf("call%d-%s", k+1, call.Action), func(t *testing.T) {
					t.Parallel()
					eachFault(t, func(t *testing.T, f awstest.Fault) {
						// By action and not by number: concurrent calls come in any order.
						f.Action, f.Call = action, n
						a := accounts.take(t)
						l := newLife(t, c, a)
						// The lives without a fault have shown that it is.
						l.tf.validated = true
						l.faulted(t, i, f)
						accounts.release(t, a)
					})
				})
			}
		})
	}
}

func eachFault(t *testing.T, run func(*testing.T, awstest.Fault)) {
	t.Helper()
	for _, kind := range awstest.FaultKinds() {
		t.Run(string(kind), func(t *testing.T) {
			t.Parallel()
			run(t, awstest.Fault{Kind: kind})
		})
		if kind == awstest.Throttling || kind == awstest.DropBefore {
			continue
		}
		t.Run(string(kind)+"-stays", func(t *testing.T) {
			t.Parallel()
			run(t, awstest.Fault{Kind: kind, Sticky: true})
		})
	}
}

// phase is one terraform apply, or one plan.
type phase struct {
	name     string
	config   map[string]any // nil: destroy
	planOnly bool
}

// life is one run through a Case.
type life struct {
	c      Case
	a      *awstest.AWS
	tf     *Terraform
	phases []phase
}

func newLife(t *testing.T, c Case, account *awstest.AWS) *life {
	t.Helper()
	a := awstest.New(t, append([]awstest.Option{awstest.InAccountOf(account)}, c.Options...)...)
	config := ProviderConfig(a, nil)
	if c.ProviderConfig != nil {
		config = c.ProviderConfig(a)
	}
	l := &life{c: c, a: a, tf: &Terraform{Provider: c.Provider, ProviderConfig: config, Type: c.Type}}
	for i, config := range c.Configs(a) {
		if i == 0 {
			l.phases = append(l.phases, phase{name: "create", config: config}, phase{name: "read", config: config, planOnly: true})
			continue
		}
		l.phases = append(l.phases, phase{name: fmt.Sprintf("update%d", i), config: config})
	}
	l.phases = append(l.phases, phase{name: "destroy"})
	return l
}

// clean goes through the life without a fault and gives the calls of each phase.
func (l *life) clean(t *testing.T) [][]awstest.Call {
	t.Helper()
	hook(t, l.a, l.c.Arrange)
	calls := make([][]awstest.Call, 0, len(l.phases))
	for _, p := range l.phases {
		l.a.ResetCalls()
		if err := l.do(t, p); err != nil {
			t.Fatalf("%s: %s", p.name, err)
		}
		calls = append(calls, l.a.Calls())
		l.settled(t, p)
	}
	l.sweep(t)
	return calls
}

// faulted goes through the life up to phase i, in which the fault comes, then converges and destroys.
func (l *life) faulted(t *testing.T, i int, fault awstest.Fault) {
	t.Helper()
	hook(t, l.a, l.c.Arrange)
	for _, p := range l.phases[:i] {
		if p.planOnly {
			continue
		}
		if err := l.do(t, p); err != nil {
			t.Fatalf("%s, before the fault: %s", p.name, err)
		}
		if p.name == "create" {
			hook(t, l.a, l.c.AfterCreate)
		}
	}
	p := l.phases[i]
	l.a.ResetCalls()
	l.a.Inject(fault)
	err := l.do(t, p)
	l.a.ClearFaults()
	l.examine(t, err, fault)
	if err != nil {
		if l.tf.State == nil && p.name == "create" {
			hook(t, l.a, l.c.Gone)
		}
		if err := l.do(t, p); err != nil {
			t.Fatalf("%s doesn't converge after the fault: %s", p.name, err)
		}
	}
	l.settled(t, p)
	if p.config != nil {
		last := phase{name: "destroy"}
		if err := l.do(t, last); err != nil {
			t.Fatalf("destroy: %s", err)
		}
		l.settled(t, last)
	}
	l.sweep(t)
}

func (l *life) do(t *testing.T, p phase) error {
	t.Helper()
	if p.planOnly {
		_, err := l.tf.Plan(t.Context(), p.config)
		return err
	}
	_, err := l.tf.Apply(t.Context(), p.config)
	return err
}

// settled checks that a phase did all that it should.
func (l *life) settled(t *testing.T, p phase) {
	t.Helper()
	if p.config == nil {
		if l.tf.State != nil {
			t.Errorf("after destroy there is still state: %s", l.tf.State.Attributes)
		}
		hook(t, l.a, l.c.Gone)
		return
	}
	if p.name == "create" {
		hook(t, l.a, l.c.AfterCreate)
	}
	action, err := l.tf.Plan(t.Context(), p.config)
	if err != nil {
		t.Fatalf("the plan after %s: %s", p.name, err)
	}
	if action != NoOp {
		t.Errorf("the plan after %s is %s, want %s", p.name, action, NoOp)
	}
	hook(t, l.a, l.c.Check)
}

// examine judges the phase with the fault.
func (l *life) examine(t *testing.T, err error, fault awstest.Fault) {
	t.Helper()
	_, name, _ := strings.Cut(fault.Action, ":")
	n := 0
	for _, c := range l.a.Calls() {
		if c.Service+":"+c.Action == fault.Action {
			n++
		}
	}
	if n < fault.Call {
		t.Errorf("call %d of %s, which the fault is for, didn't come: the calls differ from run to run", fault.Call, fault.Action)
	}
	var reported *DiagnosticsError
	switch {
	case err == nil:
	case !errors.As(err, &reported):
		t.Errorf("the fault brings out a bug: %s", err)
	case strings.Contains(err.Error(), l.c.Object):
	case strings.HasPrefix(fault.Action, "sts:") || strings.HasPrefix(fault.Action, "organizations:"):
		// These calls are for many objects.
		if !strings.Contains(err.Error(), name) {
			t.Errorf("the error names neither %s nor %s: %s", l.c.Object, name, err)
		}
	default:
		t.Errorf("the error doesn't name %s: %s", l.c.Object, err)
	}
}

func (l *life) sweep(t *testing.T) {
	t.Helper()
	if l.c.Sweep != nil {
		l.c.Sweep(t, l.a)
		return
	}
	out, err := l.a.ECR().DescribeRepositories(t.Context(), &ecr.DescribeRepositoriesInput{})
	if err != nil {
		t.Fatalf("sweeping: %s", err)
	}
	for _, r := range out.Repositories {
		if _, err := l.a.ECR().DeleteRepository(t.Context(), &ecr.DeleteRepositoryInput{RepositoryName: r.RepositoryName, Force: true}); err != nil {
			t.Fatalf("sweeping: %s", err)
		}
	}
}

func hook(t testing.TB, a *awstest.AWS, f func(testing.TB, *awstest.AWS)) {
	t.Helper()
	if f != nil {
		f(t, a)
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
