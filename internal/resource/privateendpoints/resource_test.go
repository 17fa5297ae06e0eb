// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package privateendpoints_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/ecrx/terraform-provider-ecrx/internal/awstest"
	"github.com/ecrx/terraform-provider-ecrx/internal/awstest/lifecycle"
	"github.com/ecrx/terraform-provider-ecrx/internal/pattern"
)

// TestComputeTypes makes the set of every compute type.
func TestComputeTypes(t *testing.T) {
	t.Parallel()
	for compute, want := range map[string]string{
		"fargate_1_3": "ecr.dkr logs s3",
		"fargate":     "ecr.api ecr.dkr logs s3",
		"ecs_ec2":     "ecr.api ecr.dkr ecs ecs-agent ecs-telemetry logs s3",
		"eks":         "ec2 ecr.api ecr.dkr logs s3 sts",
		"eks_fargate": "ecr.api ecr.dkr logs s3 sts",
		"ec2":         "ecr.api ecr.dkr s3",
		"codebuild":   "ecr.api ecr.dkr s3",
	} {
		t.Run(compute, func(t *testing.T) {
			t.Parallel()
			s := newSite(t)
			if action := s.apply(map[string]any{"compute": []string{compute}}); action != lifecycle.Create {
				t.Errorf("the first apply is %s", action)
			}
			if got := s.services(); got != want {
				t.Errorf("there are %q, want %q", got, want)
			}
			s.destroy()
		})
	}
}

// TestComputeTypesChangeInPlace goes from each compute type to each other one: endpoints that both have stay as they are, and nothing
// else is called for them.
func TestComputeTypesChangeInPlace(t *testing.T) {
	t.Parallel()
	s := newSite(t, awstest.RememberReads())
	compute := pattern.ComputeTypes()
	walk := eachPair(len(compute))
	s.apply(map[string]any{"compute": compute[:1]})
	before := s.live()
	for i := range walk[1:] {
		from, to := compute[walk[i]], compute[walk[i+1]]
		s.a.ResetCalls()
		if action := s.apply(map[string]any{"compute": []string{to}}); action != lifecycle.Update {
			t.Errorf("from %s to %s: %s", from, to, action)
		}
		after := s.live()
		wanted := pattern.PrivateEndpoints{Compute: []string{to}}.Services()
		if got := s.services(); got != strings.Join(wanted, " ") {
			t.Errorf("from %s to %s there are %q, want %q", from, to, got, wanted)
		}
		created, deleted := 0, 0
		for service := range after {
			if _, was := before[service]; !was {
				created++
			} else if *before[service].VpcEndpointId != *after[service].VpcEndpointId {
				t.Errorf("from %s to %s the endpoint of %s is another", from, to, service)
			}
		}
		for service := range before {
			if _, is := after[service]; !is {
				deleted = 1 // in one call
			}
		}
		expectWrites(t, s.a, map[string]int{"CreateVpcEndpoint": created, "DeleteVpcEndpoints": deleted})
		before = after
	}
	s.destroy()
}

// eachPair gives a walk over n points, from the first, that goes from each to each other one once: what is left of a point's ways when
// none goes on is put in between.
func eachPair(n int) (walk []int) {
	taken, under := make([]int, n), []int{0}
	for len(under) > 0 {
		at := under[len(under)-1]
		if taken[at] == n-1 {
			walk, under = append(walk, at), under[:len(under)-1]
			continue
		}
		taken[at]++
		under = append(under, (at+taken[at])%n)
	}
	slices.Reverse(walk)
	return walk
}

// TestChanges changes each setting, and expects the calls that it needs and no others.
func TestChanges(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	third := s.a.AddSubnet(s.VPC, "10.0.2.0/24", "c")
	table := addRouteTable(t, s)
	s.apply(nil)
	before := s.live()
	for _, step := range []struct {
		name string
		over map[string]any
		want map[string]int
	}{
		{"a subnet more", map[string]any{"subnet_ids": append(slices.Clone(s.Subnets), third)}, map[string]int{"ModifyVpcEndpoint": 3}},
		{"another subnet", map[string]any{"subnet_ids": []string{third}}, map[string]int{"ModifyVpcEndpoint": 3}},
		{"the subnets again", nil, map[string]int{"ModifyVpcEndpoint": 3}},
		{"another route table", map[string]any{"route_table_ids": []string{table}}, map[string]int{"ModifyVpcEndpoint": 1}},
		{"the route table again", nil, map[string]int{"ModifyVpcEndpoint": 1}},
		{"repositories", map[string]any{"repository_arns": []string{repositoryARN(s.a, "team/*")}}, map[string]int{"ModifyVpcEndpoint": 2}},
		{"a policy less", nil, map[string]int{"ModifyVpcEndpoint": 2}},
		{"the layer bucket alone", map[string]any{"layer_bucket_policy": "minimal"}, map[string]int{"ModifyVpcEndpoint": 1}},
		{"another bucket", map[string]any{"layer_bucket_policy": "minimal", "additional_bucket_arns": []string{"arn:aws:s3:::cache"}}, map[string]int{"ModifyVpcEndpoint": 1}},
		{"all of S3", nil, map[string]int{"ModifyVpcEndpoint": 1}},
		{"another source", map[string]any{"security_group": map[string]any{"ingress_cidr_blocks": []string{"10.0.0.0/24", "10.0.1.0/24"}}}, map[string]int{"AuthorizeSecurityGroupIngress": 1, "RevokeSecurityGroupIngress": 1}},
		{"a group as source", map[string]any{"security_group": map[string]any{"ingress_security_group_ids": []string{s.Group}}}, map[string]int{"AuthorizeSecurityGroupIngress": 1, "RevokeSecurityGroupIngress": 1}},
		{"a given group", map[string]any{"security_group": nil, "security_group_ids": []string{s.Group}}, map[string]int{"ModifyVpcEndpoint": 3, "DeleteSecurityGroup": 1}},
		{"a new group", nil, map[string]int{"ModifyVpcEndpoint": 3, "CreateSecurityGroup": 1, "AuthorizeSecurityGroupIngress": 1}},
		{"tags", map[string]any{"tags": map[string]any{"team": "web"}}, map[string]int{"CreateTags": 5}},
		{"other tags", map[string]any{"tags": map[string]any{"owner": "web"}}, map[string]int{"CreateTags": 5, "DeleteTags": 5}},
		{"no tags", nil, map[string]int{"DeleteTags": 5}},
		{"addresses", map[string]any{"ip_address_type": "ipv4"}, map[string]int{}},
		{"another service", map[string]any{"include": []string{"kms"}}, map[string]int{"CreateVpcEndpoint": 1}},
		{"and not that one", map[string]any{"exclude": []string{"logs"}}, map[string]int{"DeleteVpcEndpoints": 1}},
	} {
		s.a.ResetCalls()
		if action := s.apply(step.over); action != lifecycle.Update {
			t.Errorf("%s: %s", step.name, action)
		}
		expectWrites(t, s.a, step.want, step.name)
		after := s.live()
		for service, e := range before {
			if now, there := after[service]; there && *now.VpcEndpointId != *e.VpcEndpointId {
				t.Errorf("%s: the endpoint of %s is another", step.name, service)
			}
		}
	}
	s.destroy()
}
