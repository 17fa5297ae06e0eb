// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package privateendpoints_test

import (
	"testing"

	"github.com/ecrx/terraform-provider-ecrx/internal/awstest"
)

// TestBadInput gives one wrong value at a time: the plan fails with one error, on the argument, that says what to write.
func TestBadInput(t *testing.T) {
	t.Parallel()
	s := newSite(t, awstest.RememberReads())
	type arguments = map[string]any
	with := func(name string, value any) arguments { return arguments{name: value} }
	in := func(name string, values ...string) arguments {
		return with("security_group", arguments{name: append([]string{}, values...)})
	}
	role, app := "arn:aws:iam::"+s.a.AccountID+":role/web-execution", repositoryARN(s.a, "team/app")
	pull := func(name string, value any) arguments {
		web := arguments{"principal_arn": role, "repository_arns": []string{app}}
		web[name] = value
		return with("pulls", arguments{"web": web})
	}
	narrow := func(name string, value any) arguments {
		return arguments{"repository_arns": []string{app}, name: value}
	}
	for test, c := range map[string]struct { //nolint:paralleltest // one after the other: the schemas are asked for once
		arguments   arguments
		begin, want string
	}{
		"a VPC's name":                   {with("vpc_id", "production"), "vpc_id: ", "must be the id of a VPC, such as \"vpc-0123456789abcdef0\""},
		"a subnet in the place of a VPC": {with("vpc_id", s.Subnets[0]), "vpc_id: ", "the id of a VPC"},
		"a VPC's id with capitals":       {with("vpc_id", "vpc-0123456789ABCDEF0"), "vpc_id: ", "the id of a VPC"},
		"a VPC's id with more":           {with("vpc_id", s.VPC+"/"), "vpc_id: ", "the id of a VPC"},
		"a VPC in the place of a subnet": {with("subnet_ids", []string{s.VPC}), "subnet_ids", "the id of a subnet"},
		"a route table's name":           {with("route_table_ids", []string{"private"}), "route_table_ids", "the id of a route table"},
		"a group's name":                 {arguments{"security_group": nil, "security_group_ids": []string{"default"}}, "security_group_ids", "the id of a security group"},
		"a source group's name":          {in("ingress_security_group_ids", "default"), "security_group.ingress_security_group_ids", "the id of a security group"},
		"no subnets":                     {with("subnet_ids", []string{}), "subnet_ids: ", "at least 1"},
		"no route tables":                {with("route_table_ids", []string{}), "route_table_ids: ", "at least 1"},
		"no groups":                      {arguments{"security_group": nil, "security_group_ids": []string{}}, "security_group_ids: ", "at least 1"},
		"no blocks":                      {in("ingress_cidr_blocks"), "security_group.ingress_cidr_blocks: ", "at least 1"},
		"no source groups":               {in("ingress_security_group_ids"), "security_group.ingress_security_group_ids: ", "at least 1"},
		"nothing included":               {with("include", []string{}), "include: ", "at least 1"},
		"nothing excluded":               {with("exclude", []string{}), "exclude: ", "at least 1"},
		"no repositories":                {with("repository_arns", []string{}), "repository_arns: ", "at least 1"},
		"no principals":                  {with("principal_arns", []string{}), "principal_arns: ", "at least 1"},
		"no organizations":               {with("organization_ids", []string{}), "organization_ids: ", "at least 1"},
		"nothing protected":              {with("protect_from_delete", []string{}), "protect_from_delete: ", "at least 1"},
		"no pulls":                       {with("pulls", arguments{}), "pulls: ", "at least 1"},
		"no compute type":                {with("compute", []string{}), "compute: No compute type: ", `"fargate"`},
		"unknown compute type":           {with("compute", []string{"lambda"}), "compute: Unknown compute type: ", `"lambda" is not a compute type`},
		"both kinds of groups":           {with("security_group_ids", []string{s.Group}), "security_group: ", "security_group_ids"},
		"nobody let in":                  {with("security_group", nil), "security_group: Nobody let in: ", "port 443"},
		"a group that lets nobody in":    {with("security_group", arguments{}), "security_group: Nobody let in: ", "ingress_cidr_blocks"},
		"subnets left out":               {with("subnet_ids", nil), "subnet_ids: No subnets: ", `"ecr.api", "ecr.dkr", "logs"`},
		"route tables left out":          {with("route_table_ids", nil), "route_table_ids: No route tables: ", "route"},
		"an address as a block":          {in("ingress_cidr_blocks", "10.0.0.1"), "security_group.ingress_cidr_blocks: Invalid CIDR block: ", `"10.0.0.1"`},
		"a block with host bits":         {in("ingress_cidr_blocks", "10.0.0.1/16"), "security_group.ingress_cidr_blocks: CIDR block that EC2 writes otherwise: ", `"10.0.0.0/16"`},
		"address type":                   {with("ip_address_type", "ipv5"), "ip_address_type: ", `"dualstack"`},
		"existing":                       {with("existing", "adopt"), "existing: ", `"reuse"`},
		"all excluded":                   {arguments{"compute": []string{"ec2"}, "exclude": []string{"ecr.api", "ecr.dkr", "s3"}}, "exclude: No endpoint left: ", `"ec2"`},
		"exclusion of nothing":           {with("exclude", []string{"sts"}), "exclude: Exclusion of nothing: ", `"sts"`},
		"a service's whole name":         {with("include", []string{"com.amazonaws.eu-west-1.kms"}), "include: Whole name of a service: ", `"kms"`},
		"access":                         {with("access", "admin"), "access: Unknown access: ", `"pull"`},
		"layer bucket policy":            {with("layer_bucket_policy", "none"), "layer_bucket_policy: Unknown policy: ", `"minimal"`},
		"buckets beside all":             {with("additional_bucket_arns", []string{"arn:aws:s3:::cache"}), "additional_bucket_arns: Buckets beside full access: ", `"minimal"`},
		"repositories of another Region": {with("repository_arns", []string{"arn:aws:ecr:us-east-1:111111111111:repository/app"}), "repository_arns: No repository of this Region: ", "eu-west-1"},
		"principal of another partition": {with("principal_arns", []string{"arn:aws-cn:iam::111111111111:role/web"}), "principal_arns: ARN of another partition: ", "aws-cn"},
		"a policy of no endpoint":        {arguments{"exclude": []string{"ecr.api", "ecr.dkr"}, "repository_arns": []string{app}}, "repository_arns: Policy of no endpoint: ", "exclude"},
		"a pull by roles":                {pull("principal_arn", "arn:aws:iam::111111111111:role/*"), "pulls", "Wildcard in a principal: "},
		"a pull by a name":               {pull("principal_arn", "web"), "pulls", "Invalid principal ARN: "},
		"a pull from a name":             {pull("repository_arns", []string{"app"}), "pulls", "Invalid repository ARN: "},
		"a pull from nothing":            {pull("repository_arns", []string{}), "pulls", "at least 1"},
		"a pull by an unknown path":      {pull("organization_path", "o-a1b2c3d4e5"), "pulls", "Invalid organization path: "},
		"a pull by a text":               {pull("identity_policies", []string{"AllowAll"}), "pulls", "Not a policy: "},
		"a pull under a text":            {pull("repository_policy", "{"), "pulls", "Not a policy: "},
		"an empty repository policy":     {pull("repository_policy", ""), "pulls", "Not a policy: "},
		"an empty principal":             {pull("principal_arn", ""), "pulls", "Invalid principal ARN: "},
		"protected anywhere":             {narrow("protect_from_delete", []string{"arn:aws:ecr:eu-west-1:*:repository/app"}), "protect_from_delete: Wildcard in the account of a repository: ", "account"},
	} {
		t.Run(test, func(t *testing.T) {
			_, err := s.tf.Plan(t.Context(), config(s.Network, c.arguments))
			expectOneError(t, err, c.begin, c.want)
		})
	}
	expectWrites(t, s.a, map[string]int{})
}
