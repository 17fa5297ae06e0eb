// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package bench_test

import (
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"

	"github.com/ecrx/terraform-provider-ecrx/internal/awstest"
	"github.com/ecrx/terraform-provider-ecrx/internal/awstest/lifecycle"
)

// Bounds for a plan of one role without a change. One of the calls is for the caller's account, which each provider makes
// once and first.
const (
	maxRoleCalls = 4
	maxRoleTrips = 2
)

// roleResources is a role of each kind.
func roleResources() map[string]string {
	return map[string]string{
		"apprunner": `
resource "ecrx_apprunner_access_role" "this" {
  name            = "bench"
  repository_arns = ["arn:aws:ecr:eu-west-1:111111111111:repository/web"]
  settle_seconds  = 0
}
`,
		"ci": `
resource "ecrx_ci_push_role" "this" {
  name            = "bench"
  issuer          = "github"
  subjects        = ["repo:octo-org/app:ref:refs/heads/main"]
  repository_arns = ["arn:aws:ecr:eu-west-1:111111111111:repository/web"]
  settle_seconds  = 0
}
`,
		"cross-account": `
resource "ecrx_cross_account_pull_role" "this" {
  name             = "bench"
  trusted_accounts = ["222222222222"]
  resource_tags    = { environment = "release" }
  settle_seconds   = 0
}
`,
		"ecs-execution": `
resource "ecrx_ecs_roles" "this" {
  service        = "bench"
  environment    = "dev"
  execution      = { repository_arns = ["arn:aws:ecr:eu-west-1:111111111111:repository/web"] }
  settle_seconds = 0
}
`,
		"ecs-three": `
resource "ecrx_ecs_roles" "this" {
  service        = "bench"
  environment    = "dev"
  execution      = { repository_arns = ["arn:aws:ecr:eu-west-1:111111111111:repository/web"] }
  task           = { permissions = { sqs_send = ["arn:aws:sqs:eu-west-1:111111111111:orders"] } }
  infrastructure = true
  settle_seconds = 0
}
`,
	}
}

// BenchmarkRole counts the calls of a plan of one role, and how many of them have to wait for others.
func BenchmarkRole(b *testing.B) {
	plugin := lifecycle.BuildPlugin(b)
	for kind, config := range roleResources() {
		b.Run(kind, func(b *testing.B) {
			for b.Loop() {
				benchRole(b, plugin, config)
			}
		})
	}
}

func benchRole(b *testing.B, plugin lifecycle.Plugin, config string) {
	b.Helper()
	a := awstest.New(b, awstest.RememberReads())
	if _, err := a.IAM().CreateOpenIDConnectProvider(b.Context(), &iam.CreateOpenIDConnectProviderInput{
		Url: aws.String("https://token.actions.githubusercontent.com"), ClientIDList: []string{"sts.amazonaws.com"},
	}); err != nil {
		b.Fatal(err)
	}
	cli := lifecycle.NewCLI(b, plugin, providerBlock(b, a)+config)
	if err := cli.Apply(b.Context()); err != nil {
		b.Fatal(err)
	}
	timedPlan(b, cli) // fills the memory of reads
	a.SetLatency(latency, 0)
	a.ResetCalls()
	trips := &rounds{}
	a.OnCall(func(int, awstest.Call) { trips.call(time.Now()) })
	timedPlan(b, cli)
	a.OnCall(nil)

	calls, roles := len(a.Calls()), actions(a)["GetRole"]
	b.Logf("plan    %d calls, %d round trips deep: %s", calls, trips.deep, list(actions(a)))
	b.ReportMetric(float64(calls)/float64(roles), "plan-calls/role")
	b.ReportMetric(float64(trips.deep), "round-trips/role")
	if roles == 0 || calls > maxRoleCalls*roles {
		b.Errorf("a plan of %d roles takes %d calls; the bound is %d for each", roles, calls, maxRoleCalls)
	}
	if trips.deep > maxRoleTrips {
		b.Errorf("a plan of one role is %d round trips deep; the bound is %d", trips.deep, maxRoleTrips)
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
