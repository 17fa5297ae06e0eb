// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package privateendpoints_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"

	"github.com/ecrx/terraform-provider-ecrx/internal/awstest/lifecycle"
)

// TestProofStays: a proof that another version worded otherwise stays while the documents do, and goes with them.
func TestProofStays(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.apply(nil)
	var state map[string]any
	if err := json.Unmarshal(s.tf.State.Attributes, &state); err != nil {
		t.Fatal(err)
	}
	state["proof"] = []string{"worded otherwise"}
	s.tf.State.Attributes, _ = json.Marshal(state)
	s.plans(nil, lifecycle.NoOp)
	s.apply(map[string]any{"tags": map[string]any{"team": "web"}})
	if got := s.state().Proof; !slices.Equal(got, []string{"worded otherwise"}) {
		t.Errorf("after a change of tags the proof is %q", got)
	}
	s.apply(map[string]any{"organization_ids": []string{"o-a1b2c3d4e5"}})
	if got := s.state().Proof; slices.Contains(got, "worded otherwise") || len(got) == 0 {
		t.Errorf("after a change of the policy the proof is %q", got)
	}
}

// TestPlanUnknown walks over the updates, each of one argument: a plan leaves open what AWS decides, and no more. What follows from
// the arguments is known at create, and what an update doesn't touch stays known.
func TestPlanUnknown(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	// each gives the attribute of every one of the endpoints.
	each := func(attribute string, services ...string) (paths []string) {
		for _, service := range services {
			paths = append(paths, "endpoints."+service+"."+attribute)
		}
		return paths
	}
	interfaces := []string{"ecr.api", "ecr.dkr", "logs"}
	created := func(services ...string) []string {
		return slices.Concat(each("id", services...), each("arn", services...), each("state", services...), each("ip_address_type", services...))
	}
	differs := func(over map[string]any, want ...string) {
		t.Helper()
		_, got, err := s.tf.Unknown(t.Context(), config(s.Network, over))
		slices.Sort(want)
		if err != nil || !slices.Equal(got, want) {
			t.Errorf("%v: unknown are\n  %s, %v\nwant\n  %s", over, strings.Join(got, "\n  "), err, strings.Join(want, "\n  "))
		}
	}
	differs(nil, slices.Concat(created("s3"), created(interfaces...), each("dns_names", interfaces...), each("security_group_ids", interfaces...),
		[]string{"s3_prefix_list_id", "security_group_id"})...)
	differs(map[string]any{"existing": "reuse"}, func() (all []string) {
		for _, attribute := range strings.Fields("arn dns_names id ip_address_type managed policy_json private_dns route_table_ids security_group_ids service_name state subnet_ids") {
			all = append(all, each(attribute, "ecr.api", "ecr.dkr", "logs", "s3")...)
		}
		return append(all, "proof", "s3_prefix_list_id", "security_group_id")
	}()...)
	base := map[string]any{"subnet_ids": s.Subnets[:1]}
	s.apply(base)
	differ := func(over map[string]any, want ...string) {
		t.Helper()
		for key, value := range base {
			if _, given := over[key]; !given {
				over[key] = value
			}
		}
		differs(over, want...)
	}
	table, err := s.a.EC2().CreateRouteTable(t.Context(), &ec2.CreateRouteTableInput{VpcId: aws.String(s.VPC)})
	if err != nil {
		t.Fatal(err)
	}
	for _, over := range []map[string]any{
		{"repository_arns": []string{"arn:aws:ecr:eu-west-1:111111111111:repository/web"}},
		{"principal_arns": []string{"arn:aws:iam::111111111111:role/web"}},
		{"organization_ids": []string{"o-a1b2c3d4e5"}},
		{"protect_from_delete": []string{"arn:aws:ecr:eu-west-1:111111111111:repository/web"}},
		{"layer_bucket_policy": "minimal"},
		{"layer_bucket_policy": "minimal", "additional_bucket_arns": []string{"arn:aws:s3:::packages/*"}},
		{"route_table_ids": []string{s.RouteTable, aws.ToString(table.RouteTable.RouteTableId)}},
		{"security_group": nil, "security_group_ids": []string{s.Group}},
		{"security_group": map[string]any{"ingress_cidr_blocks": []string{"10.0.1.0/24"}}},
		{"exclude": []string{"logs"}},
		{"tags": map[string]any{"team": "web"}},
		{"existing": "reuse"},
	} {
		differ(over)
	}
	differ(map[string]any{"subnet_ids": s.Subnets}, each("dns_names", interfaces...)...)
	differ(map[string]any{"ip_address_type": "ipv4"})
	differ(map[string]any{"include": []string{"kms"}}, slices.Concat(created("kms"), each("dns_names", "kms"))...)
	if _, err := s.a.EC2().ModifyVpcEndpoint(t.Context(), &ec2.ModifyVpcEndpointInput{VpcEndpointId: s.live()["logs"].VpcEndpointId, PrivateDnsEnabled: aws.Bool(false)}); err != nil {
		t.Fatal(err)
	}
	differ(map[string]any{}, each("dns_names", "logs")...)
	// What was planned comes true, which the harness checks.
	if action := s.apply(map[string]any{"protect_from_delete": []string{"arn:aws:ecr:eu-west-1:111111111111:repository/web"}, "subnet_ids": s.Subnets}); action != lifecycle.Update {
		t.Errorf("the apply is %s", action)
	}
}
