// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package privateendpoints_test

import (
	"maps"
	"testing"

	"github.com/ecrx/terraform-provider-ecrx/internal/awstest"
	"github.com/ecrx/terraform-provider-ecrx/internal/awstest/lifecycle"
)

// TestUnknown creates, and changes, with one argument after the other that gets known between plan and apply.
func TestUnknown(t *testing.T) {
	t.Parallel()
	s := newSite(t, awstest.RememberReads())
	unknown := lifecycle.Unknown{}
	third := s.a.AddSubnet(s.VPC, "10.0.2.0/24", "c")
	table := addRouteTable(t, s)
	app, other := repositoryARN(s.a, "team/app"), repositoryARN(s.a, "team/other")
	pull := func(of any) map[string]any {
		return map[string]any{"web": map[string]any{"principal_arn": of, "repository_arns": []string{app}}}
	}
	type arguments = map[string]any
	for _, c := range []struct {
		name           string
		atPlan         any
		first, changed any
		beside         arguments
	}{
		{"vpc_id", unknown, s.VPC, nil, nil},
		{"subnet_ids", unknown, s.Subnets, []string{third}, nil},
		{"subnet_ids", []any{s.Subnets[0], unknown}, s.Subnets, []string{s.Subnets[0], third}, nil},
		{"route_table_ids", unknown, []string{s.RouteTable}, []string{table}, nil},
		{"security_group_ids", unknown, []string{s.Group}, nil, arguments{"security_group": nil}},
		{"security_group", unknown, arguments{"ingress_cidr_blocks": []string{"10.0.0.0/16"}}, arguments{"ingress_cidr_blocks": []string{"10.0.0.0/24"}}, nil},
		{"security_group", unknown, nil, nil, arguments{"security_group_ids": []string{s.Group}}},
		{"security_group", arguments{"ingress_cidr_blocks": []any{unknown}}, arguments{"ingress_cidr_blocks": []string{"10.0.0.0/16"}}, arguments{"ingress_cidr_blocks": []string{"10.0.0.0/24"}}, nil},
		{"compute", unknown, []string{"ec2"}, []string{"fargate_1_3"}, nil},
		{"compute", []any{unknown}, []string{"ec2"}, []string{"fargate"}, nil},
		{"include", unknown, []string{"kms"}, []string{"sqs"}, nil},
		{"exclude", unknown, []string{"s3"}, []string{"ecr.api"}, nil},
		{"repository_arns", unknown, []string{app}, []string{other}, nil},
		{"repository_arns", []any{app, unknown}, []string{app, other}, []string{app}, nil},
		{"principal_arns", unknown, []string{"arn:aws:iam::111111111111:role/web"}, []string{"arn:aws:iam::111111111111:role/api"}, nil},
		{"access", unknown, "pull", "push_pull", nil},
		{"layer_bucket_policy", unknown, "minimal", "full", nil},
		{"additional_bucket_arns", unknown, []string{"arn:aws:s3:::cache"}, []string{"arn:aws:s3:::other"}, arguments{"layer_bucket_policy": "minimal"}},
		{"existing", unknown, "reuse", "error", nil},
		{"fips", unknown, false, nil, nil},
		{"ip_address_type", unknown, "ipv4", nil, nil},
		{"pulls", unknown, pull("arn:aws:iam::111111111111:role/web"), nil, nil},
		{"pulls", pull(unknown), pull("arn:aws:iam::111111111111:role/web"), pull("arn:aws:iam::111111111111:role/api"), nil},
		{"tags", unknown, arguments{"team": "web"}, arguments{"team": "api"}, nil},
		{"tags", arguments{"team": unknown}, arguments{"team": "web"}, nil, nil},
	} {
		with := func(value any) map[string]any {
			over := alone(c.beside)
			maps.Copy(over, arguments{c.name: value})
			return config(s.Network, over)
		}
		later := func(want lifecycle.Action, value any) {
			t.Helper()
			action, err := s.tf.ApplyLater(t.Context(), with(c.atPlan), with(value))
			if err != nil || action != want {
				t.Fatalf("%s = %v, then %v: the apply is %s, %v; want %s", c.name, c.atPlan, value, action, err, want)
			}
			if action, err := s.tf.Plan(t.Context(), with(value)); err != nil || action != lifecycle.NoOp {
				t.Errorf("%s = %v, then %v: the plan after it is %s, %v", c.name, c.atPlan, value, action, err)
			}
		}
		later(lifecycle.Create, c.first)
		again := lifecycle.Update
		if c.name == "vpc_id" {
			again = lifecycle.Replace
		}
		later(again, c.first) // what comes out is what there was
		if c.changed != nil {
			later(again, c.changed)
		}
		s.destroy()
	}
}

// TestUnknownIsCheckedLater finds at the apply, before it writes, what the plan couldn't know.
func TestUnknownIsCheckedLater(t *testing.T) {
	t.Parallel()
	s := newSite(t, awstest.RememberReads())
	another := s.a.NewNetwork()
	for _, c := range []struct {
		name  string
		value any
		begin string
	}{
		{"vpc_id", "vpc-0123456789abcdef0", "vpc_id: VPC not found: "},
		{"subnet_ids", another.Subnets[:1], "subnet_ids: Subnet of another VPC: "},
		{"route_table_ids", []string{another.RouteTable}, "route_table_ids: Route table of another VPC: "},
		{"fips", true, "fips: Region without a FIPS endpoint of ECR: "},
		{"repository_arns", []string{"arn:aws:ecr:us-east-1:111111111111:repository/app"}, "repository_arns: No repository of this Region: "},
		{"exclude", []string{"ecr.api", "ecr.dkr", "s3"}, "exclude: No endpoint left: "},
		{"compute", []string{"lambda"}, "compute: Unknown compute type: "},
		{"security_group", nil, "security_group: Nobody let in: "},
	} {
		s.a.ResetCalls()
		_, err := s.tf.ApplyLater(t.Context(), config(s.Network, alone(map[string]any{c.name: lifecycle.Unknown{}})), config(s.Network, alone(map[string]any{c.name: c.value})))
		expectOneError(t, err, c.begin)
		expectWrites(t, s.a, map[string]int{}, c.begin)
		if s.tf.State != nil {
			t.Errorf("%s: there is a state", c.begin)
		}
	}
}
