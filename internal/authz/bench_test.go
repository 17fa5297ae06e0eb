// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package authz_test

import (
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/ecrx/terraform-provider-ecrx/internal/authz"
	"github.com/ecrx/terraform-provider-ecrx/internal/policy"
)

func sampleTexts(b *testing.B) []string {
	b.Helper()
	text, err := os.ReadFile("testdata/conformance/sample.jsonl")
	if err != nil {
		b.Fatal(err)
	}
	return strings.Split(strings.TrimSpace(string(text)), "\n")
}

// BenchmarkDecide takes one decision an iteration, over the sample's cases in turn.
func BenchmarkDecide(b *testing.B) {
	texts := sampleTexts(b)
	cases := make([]authz.Case, len(texts))
	for i, text := range texts {
		c, err := authz.ParseCase(text)
		if err != nil {
			b.Fatal(err)
		}
		cases[i] = c
	}
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		c := &cases[i%len(cases)]
		authz.Decide(&c.Request, &c.Layers)
		i++
	}
}

// BenchmarkDecideCold reads the case's JSON, parses and compiles its policies, and decides.
func BenchmarkDecideCold(b *testing.B) {
	texts := sampleTexts(b)
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		c, err := authz.ParseCase(texts[i%len(texts)])
		if err != nil {
			b.Fatal(err)
		}
		authz.Decide(&c.Request, &c.Layers)
		i++
	}
}

// BenchmarkMatrix decides who may pull and push: 1,000 principals, 100 repositories.
func BenchmarkMatrix(b *testing.B) {
	account := func(i int) string { return strconv.Itoa(111111111111 + i) }
	callers := make([]authz.MatrixCaller, 1000)
	identity := []*authz.Policy{authz.Compile("identity policies", policy.New(policy.Statement{
		Effect: policy.Allow, Actions: []string{"ecr:*"}, Resources: []string{"*"},
	}))}
	for i := range callers {
		callers[i] = authz.MatrixCaller{Identity: identity, Caller: authz.Caller{
			Principal:        "arn:aws:iam::" + account(i%20) + ":role/team-" + strconv.Itoa(i),
			OrganizationPath: "o-a1b2c3d4e5/r-ab12/ou-ab12-" + strconv.Itoa(11111111+i%7) + "/",
		}}
	}
	repositories := make([]authz.MatrixRepository, 100)
	for i := range repositories {
		shared := policy.New(
			policy.Statement{
				Sid: "Development", Effect: policy.Allow, Principal: policy.Principal{Any: true},
				Actions: []string{"ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"},
				Conditions: []policy.Condition{{
					Operator: "ForAnyValue:StringLike", Key: "aws:PrincipalOrgPaths",
					Values: []string{"o-a1b2c3d4e5/r-ab12/ou-ab12-" + strconv.Itoa(11111111+i%7) + "/*"},
				}},
			},
			policy.Statement{
				Sid: "DenyOthers", Effect: policy.Deny, Principal: policy.Principal{Any: true}, Actions: []string{"ecr:*"},
				Conditions: []policy.Condition{
					{Operator: "ArnNotLike", Key: "aws:PrincipalArn", Values: []string{"arn:aws:iam::*:role/team-*"}},
					{Operator: "BoolIfExists", Key: "aws:PrincipalIsAWSService", Values: []string{"false"}},
				},
			},
		)
		repositories[i] = authz.MatrixRepository{
			Repository: authz.Repository{ARN: "arn:aws:ecr:eu-west-1:" + account(0) + ":repository/app-" + strconv.Itoa(i), Tags: map[string]string{"environment": "release"}},
			Policy:     []*authz.Policy{authz.Compile("repository policy", shared)},
		}
	}
	pull := []string{"ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"}
	push := append([]string{"ecr:InitiateLayerUpload", "ecr:UploadLayerPart", "ecr:CompleteLayerUpload", "ecr:PutImage"}, pull[:2]...)
	b.ReportAllocs()
	for b.Loop() {
		authz.Matrix(callers, repositories, [][]string{pull, push}, authz.Layers{})
	}
}
