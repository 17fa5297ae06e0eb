// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package lifecycle

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/ecrx/terraform-provider-ecrx/internal/awstest"
)

// held is how long a call waits after the interrupt: long enough for terraform to tell the provider, so that the call is
// under way when the provider hears of it.
const held = 200 * time.Millisecond

// Interrupts goes through the life of a resource with the real binary, once without an interrupt, then once for each
// call to AWS that changes something, of those that Case.Looks takes, and for the last, of create, each update and destroy, at
// which terraform gets a SIGINT; with ECRX_EVERY_CALL, for each call. The interrupted command may succeed or fail; then apply converges, the plan is empty, Check holds, and after destroy so does Gone.
//
// hcl gives the configurations of the life, provider block included. Of the case, Type, Object, Provider, ProviderConfig and
// Configs are not used.
func Interrupts(t *testing.T, p Plugin, c Case, hcl func(a *awstest.AWS) []string) {
	t.Helper()
	accounts := &accounts{}
	var calls [][]awstest.Call
	if !t.Run("without", func(t *testing.T) {
		account := accounts.take(t)
		i := newInterruption(t, p, c, account, hcl)
		hook(t, i.a, c.Arrange)
		for phase := range len(i.configs) + 1 {
			i.a.ResetCalls()
			i.must(t, phase)
			calls = append(calls, i.a.Calls())
			i.settled(t, phase)
		}
		i.sweep(t)
		accounts.release(t, account)
	}) {
		return
	}
	for phase, recorded := range calls {
		for _, l := range c.interrupted(recorded) {
			t.Run(fmt.Sprintf("%s/call%d-%s", phaseName(phase, len(calls)-1), l.number, l.Action), func(t *testing.T) {
				t.Parallel()
				account := accounts.take(t)
				newInterruption(t, p, c, account, hcl).run(t, phase, l.number)
				accounts.release(t, account)
			})
		}
	}
}

func phaseName(phase, destroy int) string {
	switch phase {
	case 0:
		return "create"
	case destroy:
		return "destroy"
	}
	return fmt.Sprintf("update%d", phase)
}

// interruption is one run. Its phases are the configurations and, after the last, destroy.
type interruption struct {
	life
	cli     *CLI
	configs []string
}

func newInterruption(t *testing.T, p Plugin, c Case, account *awstest.AWS, hcl func(*awstest.AWS) []string) *interruption {
	t.Helper()
	a := awstest.New(t, append([]awstest.Option{awstest.InAccountOf(account)}, c.Options...)...)
	configs := hcl(a)
	return &interruption{life: life{c: c, a: a}, cli: NewCLI(t, p, configs[0]), configs: configs}
}

func (i *interruption) run(t *testing.T, phase, k int) {
	t.Helper()
	hook(t, i.a, i.c.Arrange)
	for before := range phase {
		i.must(t, before)
		if before == 0 {
			hook(t, i.a, i.c.AfterCreate)
		}
	}
	i.interrupt(t, phase, k)
	i.must(t, phase)
	i.settled(t, phase)
	if destroy := len(i.configs); phase != destroy {
		i.must(t, destroy)
		i.settled(t, destroy)
	}
	i.sweep(t)
}

// args gives the command of a phase, and writes its configuration.
func (i *interruption) args(t *testing.T, phase int) []string {
	t.Helper()
	if phase == len(i.configs) {
		return []string{"apply", "-destroy", "-auto-approve", "-no-color"}
	}
	i.cli.Configure(t, i.configs[phase])
	return []string{"apply", "-auto-approve", "-no-color"}
}

func (i *interruption) must(t *testing.T, phase int) {
	t.Helper()
	if _, err := i.cli.run(t.Context(), i.args(t, phase)...); err != nil {
		t.Fatalf("%s: %s", phaseName(phase, len(i.configs)), err)
	}
}

// interrupt runs the phase and sends SIGINT at its k-th call.
func (i *interruption) interrupt(t *testing.T, phase, k int) {
	t.Helper()
	cmd := i.cli.Command(t.Context(), i.args(t, phase)...)
	var out strings.Builder
	cmd.Stdout, cmd.Stderr = &out, &out
	started := make(chan struct{})
	i.a.ResetCalls()
	i.a.OnCall(func(n int, _ awstest.Call) {
		if n != k {
			return
		}
		<-started
		if err := cmd.Process.Signal(os.Interrupt); err != nil {
			t.Errorf("interrupting: %s", err)
		}
		time.Sleep(held)
	})
	defer i.a.OnCall(nil)
	err := cmd.Start()
	close(started)
	if err != nil {
		t.Fatal(err)
	}
	// Whether it failed is its own affair: what counts is what it left. A crash of the provider isn't.
	err = cmd.Wait()
	if n := len(i.a.Calls()); n < k {
		t.Errorf("call %d, which the interrupt is for, didn't come", k)
	}
	if strings.Contains(out.String(), "panic:") || strings.Contains(out.String(), "Plugin did not respond") {
		t.Errorf("the provider crashed (%v):\n%s", err, &out)
	}
}

func (i *interruption) settled(t *testing.T, phase int) {
	t.Helper()
	if phase == len(i.configs) {
		hook(t, i.a, i.c.Gone)
		return
	}
	if phase == 0 {
		hook(t, i.a, i.c.AfterCreate)
	}
	changes, text, err := i.cli.Plan(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if changes {
		t.Errorf("the plan after %s isn't empty:\n%s", phaseName(phase, len(i.configs)), text)
	}
	hook(t, i.a, i.c.Check)
}
