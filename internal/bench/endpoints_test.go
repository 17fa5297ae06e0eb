// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package bench_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ec2"

	"github.com/ecrx/terraform-provider-ecrx/internal/awstest"
	"github.com/ecrx/terraform-provider-ecrx/internal/awstest/lifecycle"
)

// Bounds for private endpoints at a latency of 40 ms: how long a set takes to create by what its slowest endpoint takes alone, and
// how many calls a plan without a change makes, however many endpoints there are.
const (
	maxSetRatio          = 1.5
	maxEndpointPlanCalls = 6
)

// pendingReads is for how many looks a new endpoint is pending, so that a wait for one after the other would show.
const pendingReads = 2

// BenchmarkPrivateEndpoints creates the set of AWS Fargate, and each of its endpoints alone, then plans sets of several sizes.
func BenchmarkPrivateEndpoints(b *testing.B) {
	plugin := lifecycle.BuildPlugin(b)
	for b.Loop() {
		services := []string{"ecr.api", "ecr.dkr", "logs", "s3"}
		longest := time.Duration(0)
		for _, alone := range services {
			others := slices.DeleteFunc(slices.Clone(services), func(service string) bool { return service == alone })
			took, _ := createEndpoints(b, plugin, "fargate", others)
			b.Logf("%-8s %s alone", alone, took.Round(10*time.Millisecond))
			longest = max(longest, took)
		}
		took, calls := createEndpoints(b, plugin, "fargate", nil)
		ratio := float64(took) / float64(longest)
		b.Logf("fargate  %s, %.2f times the longest alone", took.Round(10*time.Millisecond), ratio)
		b.ReportMetric(ratio, "set/longest")
		if ratio > maxSetRatio {
			b.Errorf("the set of AWS Fargate takes %.2f times as long as its slowest endpoint alone; the bound is %.1f", ratio, maxSetRatio)
		}
		_, more := createEndpoints(b, plugin, "ecs_ec2", nil)
		b.Logf("plan     %d calls with the %d endpoints of AWS Fargate, %d with the 7 of ECS on EC2", calls, len(services), more)
		b.ReportMetric(float64(more), "plan-calls")
		if calls > maxEndpointPlanCalls || more > maxEndpointPlanCalls {
			b.Errorf("a plan without a change takes %d or %d calls; the bound is %d", calls, more, maxEndpointPlanCalls)
		}
	}
}

// createEndpoints gives how long an apply takes, and how many calls the plan after it.
func createEndpoints(b *testing.B, plugin lifecycle.Plugin, compute string, exclude []string) (took time.Duration, planCalls int) {
	b.Helper()
	a := awstest.New(b, awstest.RememberReads(), awstest.EndpointReads(pendingReads))
	n := a.NewNetwork()
	// moto takes a second for the first list, AWS doesn't.
	if _, err := a.EC2().DescribeVpcEndpointServices(b.Context(), &ec2.DescribeVpcEndpointServicesInput{}); err != nil {
		b.Fatal(err)
	}
	excluded := ""
	if len(exclude) > 0 {
		excluded = `exclude = ["` + strings.Join(exclude, `", "`) + `"]`
	}
	cli := lifecycle.NewCLI(b, plugin, providerBlock(b, a)+fmt.Sprintf(`
resource "ecrx_private_endpoints" "this" {
  vpc_id          = %q
  subnet_ids      = [%q, %q]
  route_table_ids = [%q]
  compute         = [%q]
  security_group  = { ingress_cidr_blocks = ["10.0.0.0/16"] }
  %s
}
`, n.VPC, n.Subnets[0], n.Subnets[1], n.RouteTable, compute, excluded))
	a.SetLatency(latency, 0)
	began := time.Now()
	if err := cli.Apply(b.Context()); err != nil {
		b.Fatal(err)
	}
	took = time.Since(began)
	a.ResetCalls()
	timedPlan(b, cli)
	return took, len(a.Calls())
}
