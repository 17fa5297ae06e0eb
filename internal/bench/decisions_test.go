// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package bench_test

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/ecrx/terraform-provider-ecrx/internal/authz"
	"github.com/ecrx/terraform-provider-ecrx/internal/awstest/moto"
	"github.com/ecrx/terraform-provider-ecrx/internal/policy"
)

// Bounds of the access engine: how many times as fast as the simulator that `make difftest` runs, on the same cases and on
// one core each, and how long a matrix may take.
const (
	minCompiled    = 200
	minCold        = 20
	maxMatrix      = time.Second
	engineRounds   = 3
	engineSeconds  = 2
	simulatorRuns  = "10"
	sample         = "internal/authz/testdata/conformance/sample.jsonl"
	matrixCallers  = 1000
	matrixColumns  = 100
	accountsInUse  = 20
	organizational = 7
)

// BenchmarkDecisions takes the decisions of the conformance sample over and over: with policies and requests compiled
// before, and cold, from the JSON text of a case. The simulator takes documents as objects that are parsed already.
func BenchmarkDecisions(b *testing.B) {
	root, err := moto.Root()
	if err != nil {
		b.Fatal(err)
	}
	text, err := os.ReadFile(filepath.Join(root, sample))
	if err != nil {
		b.Fatal(err)
	}
	texts := strings.Split(strings.TrimSpace(string(text)), "\n")
	cases := make([]authz.Case, len(texts))
	for i := range texts {
		if cases[i], err = authz.ParseCase(texts[i]); err != nil {
			b.Fatal(err)
		}
	}
	// One core each, and garbage collected as seldom as the provider does it.
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	defer debug.SetGCPercent(debug.SetGCPercent(400))
	for b.Loop() {
		allocations := testing.AllocsPerRun(100, func() {
			for i := range cases {
				authz.Decide(&cases[i].Request, &cases[i].Layers)
			}
		}) / float64(len(cases))
		var compiled, cold, simulator, compiledTimes, coldTimes []float64
		for range engineRounds { // in turn, so that both sides of a ratio meet the machine in the same mood
			compiled = append(compiled, perSecond(len(cases), func(i int) { authz.Decide(&cases[i].Request, &cases[i].Layers) }))
			cold = append(cold, perSecond(len(texts), func(i int) {
				c, err := authz.ParseCase(texts[i])
				if err != nil {
					b.Fatal(err)
				}
				authz.Decide(&c.Request, &c.Layers)
			}))
			simulator = append(simulator, simulatorPerSecond(b, root))
			last := len(simulator) - 1
			compiledTimes = append(compiledTimes, compiled[last]/simulator[last])
			coldTimes = append(coldTimes, cold[last]/simulator[last])
		}
		b.Logf("%.0f decisions a second compiled (%.2f allocations each), %.0f cold, %.0f by the simulator: %.0f and %.0f times",
			median(compiled), allocations, median(cold), median(simulator), median(compiledTimes), median(coldTimes))
		b.ReportMetric(median(compiled), "compiled/s")
		b.ReportMetric(median(cold), "cold/s")
		b.ReportMetric(median(simulator), "simulator/s")
		if times := median(compiledTimes); times < minCompiled {
			b.Errorf("compiled the engine is %.0f times as fast as the simulator; the bound is %d", times, minCompiled)
		}
		if times := median(coldTimes); times < minCold {
			b.Errorf("cold the engine is %.1f times as fast as the simulator; the bound is %d", times, minCold)
		}
	}
}

func perSecond(n int, decide func(i int)) float64 {
	started, decisions := time.Now(), 0
	for time.Since(started) < engineSeconds*time.Second {
		for i := range n {
			decide(i)
		}
		decisions += n
	}
	return float64(decisions) / time.Since(started).Seconds()
}

func simulatorPerSecond(b *testing.B, root string) float64 {
	b.Helper()
	cmd := exec.CommandContext(b.Context(), filepath.Join(root, "scripts", "difftest"), "--bench", simulatorRuns, sample)
	cmd.Dir, cmd.Stderr = root, os.Stderr
	out, err := cmd.Output()
	if err != nil {
		b.Fatalf("running the simulator: %s", err)
	}
	var result struct{ PerSecond float64 }
	if err := json.Unmarshal(out, &result); err != nil || result.PerSecond == 0 {
		b.Fatalf("the simulator said %q: %v", out, err)
	}
	return result.PerSecond
}

// BenchmarkMatrix decides who may pull and who may push, on all cores.
func BenchmarkMatrix(b *testing.B) {
	defer debug.SetGCPercent(debug.SetGCPercent(400))
	callers := make([]authz.MatrixCaller, matrixCallers)
	identity := []*authz.Policy{authz.AssumedToAllow("identity policies")}
	for i := range callers {
		callers[i] = authz.MatrixCaller{Identity: identity, Caller: authz.Caller{
			Principal: "arn:aws:iam::" + accountID(i) + ":role/team-" + strconv.Itoa(i), OrganizationPath: organizationPath(i), SourceVPCE: authz.UnknownValue,
		}}
	}
	pull := []string{"ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"}
	push := append([]string{"ecr:CompleteLayerUpload", "ecr:InitiateLayerUpload", "ecr:PutImage", "ecr:UploadLayerPart"}, pull[:2]...)
	repositories := make([]authz.MatrixRepository, matrixColumns)
	for i := range repositories {
		repositories[i] = authz.MatrixRepository{
			Repository: authz.Repository{ARN: "arn:aws:ecr:eu-west-1:" + accountID(0) + ":repository/app-" + strconv.Itoa(i), Tags: map[string]string{"environment": "release"}},
			Policy:     []*authz.Policy{authz.Compile("repository policy", sharedAndLocked(pull, i))},
		}
	}
	for b.Loop() {
		started := time.Now()
		authz.Matrix(callers, repositories, [][]string{pull, push}, authz.Layers{})
		took := time.Since(started)
		b.Logf("%d principals × %d repositories × pull and push: %s", matrixCallers, matrixColumns, took)
		b.ReportMetric(took.Seconds(), "matrix-s")
		if took > maxMatrix {
			b.Errorf("the matrix takes %s; the bound is %s", took, maxMatrix)
		}
	}
}

func accountID(i int) string { return strconv.Itoa(111111111111 + i%accountsInUse) }

func organizationPath(i int) string {
	return "o-a1b2c3d4e5/r-ab12/ou-ab12-" + strconv.Itoa(11111111+i%organizational) + "/"
}

// sharedAndLocked is a policy that an organizational unit may pull by, and that is closed to all but the teams.
func sharedAndLocked(actions []string, i int) policy.Document {
	return policy.New(
		policy.Statement{
			Sid: "Development", Effect: policy.Allow, Principal: policy.Principal{Any: true}, Actions: actions,
			Conditions: []policy.Condition{{Operator: "ForAnyValue:StringLike", Key: "aws:PrincipalOrgPaths", Values: []string{organizationPath(i) + "*"}}},
		},
		policy.Statement{
			Sid: "DenyOthers", Effect: policy.Deny, Principal: policy.Principal{Any: true}, Actions: []string{"ecr:*"},
			Conditions: []policy.Condition{
				{Operator: "ArnNotLike", Key: "aws:PrincipalArn", Values: []string{"arn:aws:iam::*:role/team-*"}},
				{Operator: "BoolIfExists", Key: "aws:PrincipalIsAWSService", Values: []string{"false"}},
			},
		},
	)
}
