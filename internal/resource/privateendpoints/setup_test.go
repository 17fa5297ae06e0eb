// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package privateendpoints_test

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/ecrx/terraform-provider-ecrx/internal/acctest"
	"github.com/ecrx/terraform-provider-ecrx/internal/awstest"
	"github.com/ecrx/terraform-provider-ecrx/internal/awstest/lifecycle"
)

const resourceType = "ecrx_private_endpoints"

// site is a network with a Terraform for it.
type site struct {
	awstest.Network

	t  *testing.T
	a  *awstest.AWS
	tf *lifecycle.Terraform
}

func newSite(t *testing.T, opts ...awstest.Option) *site {
	t.Helper()
	a := awstest.New(t, append(opts, fewServices())...)
	return &site{Network: a.NewNetwork(), t: t, a: a, tf: acctest.Core(a, resourceType, nil)}
}

// fewServices are those that these tests make endpoints for, and those that they look for in vain.
func fewServices() awstest.Option {
	return awstest.FewEndpointServices("ecr.api", "ecr.dkr", "ecr-fips.api", "ecr-fips.dkr", "s3", "logs", "sts", "ec2", "ecs", "ecs-agent", "ecs-telemetry", "kms", "sqs", "secretsmanager")
}

// config gives the arguments of endpoints for AWS Fargate, with others laid over; those that are nil are left out.
func config(n awstest.Network, over map[string]any) map[string]any {
	all := map[string]any{
		"vpc_id": n.VPC, "subnet_ids": n.Subnets, "route_table_ids": []string{n.RouteTable}, "compute": []string{"fargate"},
		"security_group": map[string]any{"ingress_cidr_blocks": []string{"10.0.0.0/16"}},
	}
	maps.Copy(all, over)
	maps.DeleteFunc(all, func(_ string, value any) bool { return value == nil })
	return all
}

// apply expects an apply without an error and an empty plan after it, and gives what it did.
func (s *site) apply(over map[string]any) lifecycle.Action {
	s.t.Helper()
	action, err := s.tf.Apply(s.t.Context(), config(s.Network, over))
	if err != nil {
		s.t.Fatal(err)
	}
	s.plans(over, lifecycle.NoOp)
	return action
}

// plans expects a plan to be that action.
func (s *site) plans(over map[string]any, want lifecycle.Action) {
	s.t.Helper()
	if action, err := s.tf.Plan(s.t.Context(), config(s.Network, over)); err != nil || action != want {
		s.t.Errorf("the plan is %s, %v; want %s", action, err, want)
	}
}

// attributes are what the state holds.
type attributes struct {
	Endpoints map[string]struct {
		ID               string   `json:"id"`
		ServiceName      string   `json:"service_name"`
		State            string   `json:"state"`
		Managed          bool     `json:"managed"`
		PrivateDNS       *bool    `json:"private_dns"`
		PolicyJSON       string   `json:"policy_json"`
		SubnetIDs        []string `json:"subnet_ids"`
		SecurityGroupIDs []string `json:"security_group_ids"`
		RouteTableIDs    []string `json:"route_table_ids"`
	} `json:"endpoints"`
	SecurityGroupID string   `json:"security_group_id"`
	S3PrefixListID  string   `json:"s3_prefix_list_id"`
	Proof           []string `json:"proof"`
}

func (s *site) state() (state attributes) {
	s.t.Helper()
	if s.tf.State == nil {
		s.t.Fatal("there is no state")
	}
	if err := json.Unmarshal(s.tf.State.Attributes, &state); err != nil {
		s.t.Fatal(err)
	}
	return state
}

// live gives the endpoints of the VPC by what the service's name ends in.
func (s *site) live() map[string]types.VpcEndpoint {
	s.t.Helper()
	return live(s.t, s.a)
}

func live(t testing.TB, a *awstest.AWS) map[string]types.VpcEndpoint {
	t.Helper()
	out, err := a.EC2().DescribeVpcEndpoints(t.Context(), &ec2.DescribeVpcEndpointsInput{})
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]types.VpcEndpoint{}
	for _, e := range out.VpcEndpoints {
		if e.State == "available" || e.State == "pending" {
			all[strings.TrimPrefix(aws.ToString(e.ServiceName), "com.amazonaws."+a.Region+".")] = e
		}
	}
	return all
}

// services gives those that have an endpoint.
func (s *site) services() string {
	return strings.Join(slices.Sorted(maps.Keys(s.live())), " ")
}

// destroy expects that nothing is left.
func (s *site) destroy() {
	s.t.Helper()
	if _, err := s.tf.Apply(s.t.Context(), nil); err != nil {
		s.t.Fatal(err)
	}
	gone(s.t, s.a)
}

// gone expects that no endpoint and no security group but the default ones is left.
func gone(t testing.TB, a *awstest.AWS) {
	t.Helper()
	if left := live(t, a); len(left) > 0 {
		t.Errorf("there are still endpoints: %v", slices.Sorted(maps.Keys(left)))
	}
	out, err := a.EC2().DescribeSecurityGroups(t.Context(), &ec2.DescribeSecurityGroupsInput{})
	if err != nil {
		t.Fatal(err)
	}
	for _, group := range out.SecurityGroups {
		if name := aws.ToString(group.GroupName); strings.HasPrefix(name, "private-endpoints-") {
			t.Errorf("there is still the security group %s", name)
		}
	}
}

// expectWrites expects as many calls that change something as wanted, by action, since the record was last reset.
func expectWrites(t testing.TB, a *awstest.AWS, want map[string]int, when ...string) {
	t.Helper()
	got := map[string]int{}
	for _, c := range a.Calls() {
		if !strings.HasPrefix(c.Action, "Describe") && !strings.HasPrefix(c.Action, "Get") {
			got[c.Action]++
		}
	}
	if diff := cmp.Diff(want, got, cmpopts.EquateEmpty(), cmpopts.IgnoreMapEntries(func(_ string, n int) bool { return n == 0 })); diff != "" {
		t.Errorf("%s: calls (-want +got):\n%s", strings.Join(when, ""), diff)
	}
}

// addRouteTable makes a further route table.
func addRouteTable(t testing.TB, s *site) string {
	t.Helper()
	out, err := s.a.EC2().CreateRouteTable(t.Context(), &ec2.CreateRouteTableInput{VpcId: &s.VPC})
	if err != nil {
		t.Fatal(err)
	}
	return aws.ToString(out.RouteTable.RouteTableId)
}

func repositoryARN(a *awstest.AWS, name string) string {
	return "arn:aws:ecr:" + a.Region + ":" + a.AccountID + ":repository/" + name
}
