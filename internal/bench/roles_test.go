// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package bench_test

import (
	"sync"
	"testing"
	"time"

	"github.com/ecrx/terraform-provider-ecrx/internal/awstest"
	"github.com/ecrx/terraform-provider-ecrx/internal/awstest/lifecycle"
)

// Bounds for a plan of one role without a change. The calls are those for the role: that for the caller's account, which
// each provider makes once, is counted among the round trips alone.
const (
	maxRoleCalls  = 4
	maxRoleTrips  = 2
	roleResources = `
resource "ecrx_apprunner_access_role" "this" {
  name            = "bench"
  repository_arns = ["arn:aws:ecr:eu-west-1:111111111111:repository/web"]
  settle_seconds  = 0
}
`
)

// BenchmarkRole counts the calls of a plan of one role, and how many of them have to wait for others.
func BenchmarkRole(b *testing.B) {
	plugin := lifecycle.BuildPlugin(b)
	for b.Loop() {
		aws := awstest.New(b, awstest.RememberReads())
		cli := lifecycle.NewCLI(b, plugin, providerBlock(b, aws)+roleResources)
		if err := cli.Apply(b.Context()); err != nil {
			b.Fatal(err)
		}
		timedPlan(b, cli) // fills the memory of reads
		aws.SetLatency(latency, 0)
		aws.ResetCalls()
		trips := &rounds{}
		aws.OnCall(func(int, awstest.Call) { trips.call(time.Now()) })
		timedPlan(b, cli)
		aws.OnCall(nil)

		counts := actions(aws)
		calls := len(aws.Calls()) - min(counts["GetCallerIdentity"], 1)
		b.Logf("plan    %d calls for the role, %d round trips deep: %s", calls, trips.deep, list(counts))
		b.ReportMetric(float64(calls), "plan-calls/role")
		b.ReportMetric(float64(trips.deep), "round-trips/role")
		if calls == 0 || calls > maxRoleCalls {
			b.Errorf("a plan of one role takes %d calls; the bound is %d", calls, maxRoleCalls)
		}
		if trips.deep > maxRoleTrips {
			b.Errorf("a plan of one role is %d round trips deep; the bound is %d", trips.deep, maxRoleTrips)
		}
	}
}

// rounds counts round trips. A call that answers another's comes the latency later at least; calls at once come together.
type rounds struct {
	mu    sync.Mutex
	began time.Time
	deep  int
}

func (r *rounds) call(at time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.deep == 0 || at.Sub(r.began) >= latency {
		r.began = at
		r.deep++
	}
}
