// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package lifecycle

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/ecr"

	"github.com/ecrx/terraform-provider-ecrx/internal/awstest"
)

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
	a := awstest.New(t, append([]awstest.Option{awstest.InAccountOf(account), awstest.RememberReads()}, c.Options...)...)
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
