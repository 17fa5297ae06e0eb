// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package repositorypolicystatement_test

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/ecrx/terraform-provider-ecrx/internal/acctest"
	"github.com/ecrx/terraform-provider-ecrx/internal/awstest"
	"github.com/ecrx/terraform-provider-ecrx/internal/awstest/lifecycle"
)

// TestTwoProcesses lets two terraform processes write different statements to one policy at the same time, with calls that
// take a random time.
func TestTwoProcesses(t *testing.T) {
	t.Parallel()
	const rounds = 20
	plugin := lifecycle.BuildPlugin(t)
	a := awstest.New(t)
	arrange(t, a)
	a.SetLatency(0, 100*time.Millisecond)
	config := func(sid string, round int) string {
		return a.ProviderBlock("") + fmt.Sprintf("resource %q \"this\" {\n  repository     = %q\n  statement_json = %q\n}\n",
			resourceType, name, statement(sid, fmt.Sprintf("2222222222%02d", round), "ecr:BatchGetImage"))
	}
	writers := map[string]*lifecycle.CLI{}
	for _, sid := range []string{"First", "Second"} {
		writers[sid] = lifecycle.NewCLI(t, plugin, config(sid, 0))
	}
	for round := range rounds {
		var both sync.WaitGroup
		for sid, cli := range writers {
			cli.Configure(t, config(sid, round))
			both.Go(func() {
				if err := cli.Apply(t.Context()); err != nil {
					t.Error(err)
				}
			})
		}
		both.Wait()
		for sid := range writers {
			acctest.ExpectStatement(t, a, statement(sid, fmt.Sprintf("2222222222%02d", round), "ecr:BatchGetImage"))
		}
		acctest.ForeignStands(t, a)
		if t.Failed() {
			t.Fatalf("in round %d", round)
		}
	}
}
