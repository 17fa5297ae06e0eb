// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package bench_test

import (
	"cmp"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ecrx/terraform-provider-ecrx/internal/awstest"
	"github.com/ecrx/terraform-provider-ecrx/internal/awstest/lifecycle"
)

// Bounds for 100 repositories at a latency of 40 ms. The module of today on hashicorp/aws takes 5 calls a repository for a
// plan and 8 to create one.
const (
	latency         = 40 * time.Millisecond
	bounded         = 100
	maxPlanCalls    = 3.3
	maxCreateCalls  = 5.0
	maxPlanOverhead = 12 * time.Millisecond

	timedPlans = 5
	stateFile  = "terraform.tfstate"
)

func repositories(n int) string {
	return fmt.Sprintf(`
resource "ecrx_org_shared_repository" "this" {
  count = %d
  name  = "bench/${count.index}"
  grants = {
    Development = { access = "pull", organization_paths = ["o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/*"] }
  }
  retention = { keep_last = 50, untagged_days = 7 }
  tags      = { team = "bench" }
}
`, n)
}

// providerBlock names the emulator in a shared configuration file, as most configurations have no endpoints block, and
// the framework takes 50 ms to go through one.
func providerBlock(b *testing.B, aws *awstest.AWS) string {
	b.Helper()
	file := filepath.Join(b.TempDir(), "config")
	if err := os.WriteFile(file, []byte("[default]\nendpoint_url = "+aws.Endpoint()+"\n"), 0o600); err != nil {
		b.Fatal(err)
	}
	return fmt.Sprintf("provider \"ecrx\" {\n  region = %q\n  access_key = %q\n  secret_key = %q\n  shared_config_files = [%q]\n}\n",
		aws.Region, aws.AccessKey, aws.SecretKey, file)
}

func floor(n int) string {
	return fmt.Sprintf("resource \"terraform_data\" \"this\" {\n  count = %d\n  input = count.index\n}\n", n)
}

// BenchmarkRepositories creates N repositories, then plans them without a change, beside the same number of terraform_data
// and beside a provider that has the same schema and does nothing.
func BenchmarkRepositories(b *testing.B) {
	plugin := lifecycle.BuildPlugin(b)
	idle := lifecycle.Plugin{Source: plugin.Source, Dir: b.TempDir()}
	build(b, filepath.Join(idle.Dir, "terraform-provider-ecrx"), "./internal/bench/idle")
	for _, n := range []int{1, 10, 100, 300} {
		b.Run(fmt.Sprintf("N=%d", n), func(b *testing.B) {
			for b.Loop() {
				measure(b, plugin, idle, n)
			}
		})
	}
}

func measure(b *testing.B, plugin, idlePlugin lifecycle.Plugin, n int) {
	b.Helper()
	aws := awstest.New(b, awstest.RememberReads())
	config := providerBlock(b, aws) + repositories(n)
	cli := lifecycle.NewCLI(b, plugin, config)
	aws.SetLatency(latency, 0)

	started := time.Now()
	if err := cli.Apply(b.Context()); err != nil {
		b.Fatal(err)
	}
	create, createCalls := time.Since(started), actions(aws)
	timedPlan(b, cli) // fills the memory of reads
	aws.ResetCalls()
	timedPlan(b, cli)
	planCalls := actions(aws)

	bare := lifecycle.NewCLI(b, plugin, floor(n))
	if err := bare.Apply(b.Context()); err != nil {
		b.Fatal(err)
	}
	idle := lifecycle.NewCLI(b, idlePlugin, config)
	state, err := os.ReadFile(filepath.Join(cli.Dir, stateFile))
	if err != nil {
		b.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(idle.Dir, stateFile), state, 0o600); err != nil {
		b.Fatal(err)
	}
	var plans, floors, idles []time.Duration
	var memory int64
	for range timedPlans { // in turn, so that all meet the machine in the same moods
		floors = append(floors, planTime(b, bare))
		idles = append(idles, planTime(b, idle, "ECRX_IDLE_LATENCY="+latency.String()))
		plan, peak := timedPlan(b, cli)
		plans, memory = append(plans, plan), max(memory, peak)
	}
	plan, own := median(plans), median(floors)
	overhead, schema := (plan-own)/time.Duration(n), (median(idles)-own)/time.Duration(n)

	perPlan, perCreate := perRepository(planCalls, n), perRepository(createCalls, n)
	b.Logf("create  %8.2fs  %.2f calls a repository: %s", create.Seconds(), perCreate, list(createCalls))
	b.Logf("plan    %8.2fs  %.2f calls a repository: %s", plan.Seconds(), perPlan, list(planCalls))
	b.Logf("floor   %8.2fs  so the plan takes %.1f ms a repository above it; peak memory %d MB", own.Seconds(), milliseconds(overhead), memory>>20)
	b.Logf("idle    %8.2fs  so %.1f ms of that are Terraform's and the framework's for the same schema and one wait", median(idles).Seconds(), milliseconds(schema))
	b.ReportMetric(perPlan, "plan-calls/repository")
	b.ReportMetric(perCreate, "create-calls/repository")
	b.ReportMetric(milliseconds(overhead), "plan-ms/repository")
	b.ReportMetric(milliseconds(schema), "idle-ms/repository")
	b.ReportMetric(float64(memory>>20), "peak-MB")
	if n != bounded {
		return
	}
	if perPlan > maxPlanCalls {
		b.Errorf("a plan takes %.2f calls a repository; the bound is %.1f", perPlan, maxPlanCalls)
	}
	if perCreate > maxCreateCalls {
		b.Errorf("a create takes %.2f calls a repository; the bound is %.1f", perCreate, maxCreateCalls)
	}
	if overhead > maxPlanOverhead {
		b.Errorf("a plan takes %s a repository above Terraform's own; the bound is %s", overhead, maxPlanOverhead)
	}
}

// timedPlan plans once, without a change, and gives the time and the memory of the largest process.
func timedPlan(b *testing.B, cli *lifecycle.CLI, environment ...string) (took time.Duration, memory int64) {
	b.Helper()
	cmd := cli.Command(b.Context(), "plan", "-detailed-exitcode", "-no-color")
	cmd.Env = append(cmd.Env, environment...)
	started := time.Now()
	out, err := cmd.CombinedOutput()
	took = time.Since(started)
	if err != nil {
		b.Fatalf("the plan isn't empty: %s\n%s", err, out)
	}
	return took, peakMemory(cmd.ProcessState)
}

func planTime(b *testing.B, cli *lifecycle.CLI, environment ...string) time.Duration {
	b.Helper()
	took, _ := timedPlan(b, cli, environment...)
	return took
}

func median[T cmp.Ordered](values []T) T {
	slices.Sort(values)
	return values[len(values)/2]
}

func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

func actions(aws *awstest.AWS) map[string]int {
	counts := map[string]int{}
	for _, call := range aws.Calls() {
		counts[call.Action]++
	}
	return counts
}

func perRepository(calls map[string]int, n int) float64 {
	total := 0
	for _, count := range calls {
		total += count
	}
	return float64(total) / float64(n)
}

func list(calls map[string]int) string {
	var parts []string
	for _, action := range slices.Sorted(maps.Keys(calls)) {
		parts = append(parts, fmt.Sprintf("%s %d", action, calls[action]))
	}
	return strings.Join(parts, ", ")
}
