// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package privateendpoints_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/google/go-cmp/cmp"

	"github.com/ecrx/terraform-provider-ecrx/internal/awstest"
	"github.com/ecrx/terraform-provider-ecrx/internal/awstest/lifecycle"
	"github.com/ecrx/terraform-provider-ecrx/internal/pattern"
)

// pulling is a set for which a role's pull from team/app is proven, by a policy of the role's.
func pulling(s *site, execution pattern.ECSExecution, over map[string]any) map[string]any {
	app := repositoryARN(s.a, "team/app")
	execution.RepositoryARNs = append(execution.RepositoryARNs, app)
	all := alone(map[string]any{"pulls": map[string]any{"web": map[string]any{
		"principal_arn": webRole(s), "repository_arns": []string{app}, "identity_policies": []string{pattern.ECSExecutionPolicy(execution).Canonical()},
	}}})
	for name, value := range over {
		all[name] = value
	}
	return all
}

func webRole(s *site) string { return "arn:aws:iam::" + s.a.AccountID + ":role/web-execution" }

// expectDenied expects the plan to fail with errors on pulls["web"] alone, and to write nothing.
func (s *site) expectDenied(over map[string]any, contains ...string) {
	s.t.Helper()
	s.a.ResetCalls()
	_, err := s.tf.Plan(s.t.Context(), config(s.Network, over))
	var reported *lifecycle.DiagnosticsError
	if !errors.As(err, &reported) {
		s.t.Errorf("the plan gives %v, want a pull that is denied", err)
		return
	}
	for _, d := range reported.Diagnostics {
		if d.Severity.String() == "ERROR" && d.Attribute.String() != `AttributeName("pulls").ElementKeyString("web")` {
			s.t.Errorf("%s is reported on %s", d.Summary, d.Attribute)
		}
	}
	if slices.ContainsFunc(contains, func(text string) bool { return !strings.Contains(err.Error(), text) }) {
		s.t.Errorf("the error is %s, want %q", err, contains)
	}
	expectWrites(s.t, s.a, map[string]int{}, err.Error())
}

func TestPulls(t *testing.T) {
	t.Parallel()
	s := newSite(t, awstest.RememberReads())
	app, role := repositoryARN(s.a, "team/app"), webRole(s)
	by := func(service string) string { return "through the endpoint of " + service }
	narrow := map[string]any{"repository_arns": []string{repositoryARN(s.a, "team/*")}}

	// From the VPC of the endpoints, whose id is known at plan. So is the proof.
	fromVPC := pattern.ECSExecution{SourceVPCIDs: []string{s.VPC}}
	s.apply(pulling(s, fromVPC, narrow))
	want := []string{
		"the ECR endpoints let everybody log in, and do ecr:BatchCheckLayerAvailability, ecr:BatchGetImage, ecr:GetDownloadUrlForLayer on " + repositoryARN(s.a, "team/*"),
		"they let nothing else through",
		"assumed: the callers' identity policies and the repositories' policies allow it",
		"who reaches ECR by another way than these endpoints isn't limited by them",
		role + " can log in " + by("ecr.api"),
		role + " can pull from " + app + " " + by("ecr.dkr"),
		role + " can pull from " + app + " " + by("ecr.api"),
		role + " can't pull through the endpoints from repositories outside " + repositoryARN(s.a, "team/*"),
		"the layers of the images come through the S3 endpoint",
		"assumed: the repositories' policies allow it",
		"assumed: permissions boundaries, SCPs, RCPs and the registry policy allow it",
	}
	if diff := cmp.Diff(want, s.state().Proof); diff != "" {
		t.Errorf("the proof (-want +got):\n%s", diff)
	}
	s.expectDenied(pulling(s, pattern.ECSExecution{SourceVPCIDs: []string{"vpc-0123456789abcdef0"}}, nil), "Pull that is denied", by("ecr.dkr"), "needs a VPC that is vpc-0123456789abcdef0; this request's is "+s.VPC)

	// Without an action, or from a repository that the endpoints don't let through.
	without := func(action string) map[string]any {
		over := pulling(s, fromVPC, nil)
		web := over["pulls"].(map[string]any)["web"].(map[string]any)
		web["identity_policies"] = []string{strings.Replace(web["identity_policies"].([]string)[0], action, "ecr:DescribeImages", 1)}
		return over
	}
	s.expectDenied(without("ecr:GetAuthorizationToken"), role+" can't log in "+by("ecr.api"), "ecr:GetAuthorizationToken")
	s.expectDenied(without("ecr:GetDownloadUrlForLayer"), role+" can't pull from "+app+" "+by("ecr.dkr"), "ecr:GetDownloadUrlForLayer")
	s.expectDenied(pulling(s, fromVPC, map[string]any{"repository_arns": []string{repositoryARN(s.a, "other")}}), role+" can't pull from "+app, "endpoint policy")
	s.expectDenied(pulling(s, fromVPC, map[string]any{"principal_arns": []string{role + "-2"}}), role+" can't log in", "needs a principal ARN that matches "+role+"-2")

	// By endpoint, which is known now that they are there.
	state := s.state()
	ids := []string{state.Endpoints["ecr.api"].ID, state.Endpoints["ecr.dkr"].ID}
	s.expectDenied(pulling(s, pattern.ECSExecution{SourceVPCEIDs: []string{"vpce-0123456789abcdef0"}}, nil), "needs a VPC endpoint that is vpce-0123456789abcdef0; this request's is "+ids[1])
	s.a.ResetCalls()
	s.apply(pulling(s, pattern.ECSExecution{SourceVPCEIDs: ids}, narrow))
	expectWrites(t, s.a, map[string]int{}, "another proof")
	s.destroy()

	// Before they are there it isn't known. The apply makes them, and the next plan knows.
	strange := pulling(s, pattern.ECSExecution{SourceVPCEIDs: []string{"vpce-0123456789abcdef0"}}, nil)
	if _, err := s.tf.Apply(t.Context(), config(s.Network, strange)); err != nil {
		t.Fatal(err)
	}
	s.expectDenied(strange, "needs a VPC endpoint that is vpce-0123456789abcdef0")
	s.apply(pulling(s, fromVPC, nil))
}

// TestPullsThroughReused looks at a pull with the policy that an endpoint of others has, and doesn't say of it what holds for own ones.
func TestPullsThroughReused(t *testing.T) {
	t.Parallel()
	s := newSite(t, awstest.RememberReads())
	dkr := other(t, s.a, s.Network, "ecr.dkr", func(in *ec2.CreateVpcEndpointInput) {
		in.PolicyDocument = aws.String(pattern.EndpointPolicy(pattern.EndpointPolicyInput{RepositoryARNs: []string{repositoryARN(s.a, "other")}}).Canonical())
	})
	s.apply(reuse(map[string]any{"repository_arns": []string{repositoryARN(s.a, "team/*")}}))
	if proof := s.state().Proof; !slices.Contains(proof, "the endpoint of ecr.dkr was made by others, and has their policy: it isn't meant by what follows, but for pulls") {
		t.Errorf("the proof of %s is %q", dkr, proof)
	}
	s.expectDenied(pulling(s, pattern.ECSExecution{}, map[string]any{"existing": "reuse"}), webRole(s)+" can't pull from", "through the endpoint of ecr.dkr", "VPC endpoint policy")
}
