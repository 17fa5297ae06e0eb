// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package privateendpointsdiagnosis_test

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"

	"github.com/ecrx/terraform-provider-ecrx/internal/awstest"
	"github.com/ecrx/terraform-provider-ecrx/internal/pattern"
	"github.com/ecrx/terraform-provider-ecrx/internal/policy"
)

// A VPC in order has no finding; each mistake has one, which names it.
func TestEachMistakeIsNamedAndNothingElse(t *testing.T) {
	t.Parallel()
	grants := func(actions ...string) policy.Document {
		return policy.New(policy.Statement{Effect: policy.Allow, Principal: policy.Principal{Any: true}, Actions: actions, Resources: []string{"*"}})
	}
	order := newSite(t)
	for name, tc := range map[string]struct {
		mistake func(*site)
		change  func(*site, object)
		want    string
	}{
		"none":                      {},
		"none, without pulls":       {change: func(_ *site, c object) { delete(c, "pulls") }},
		"no S3 gateway":             {mistake: func(s *site) { s.remove("s3") }, want: "error MISSING_ENDPOINT s3: VPC has no gateway endpoint for com.amazonaws.eu-west-1.s3: without it, a pull finds the image and then hangs"},
		"S3 not routed":             {mistake: func(s *site) { s.modify("s3", ec2.ModifyVpcEndpointInput{RemoveRouteTableIds: []string{s.RouteTable}}) }, want: "error S3_NOT_ROUTED TABLE: TABLE has no route to the S3 endpoint [s3], so SUBNET-"},
		"no ecr.api":                {mistake: func(s *site) { s.remove("ecr.api") }, want: "error MISSING_ENDPOINT ecr.api: VPC has no interface endpoint for com.amazonaws.eu-west-1.ecr.api: without it, the login"},
		"no ecr.dkr":                {mistake: func(s *site) { s.remove("ecr.dkr") }, want: "error MISSING_ENDPOINT ecr.dkr: VPC has no interface endpoint"},
		"no logs":                   {mistake: func(s *site) { s.remove("logs") }, want: "error MISSING_ENDPOINT logs: VPC has no interface endpoint"},
		"443 closed":                {mistake: (*site).closePort, want: "error PORT_443_CLOSED GROUP: The security groups of the endpoints of ecr.api, ecr.dkr and logs let nothing in on tcp/443, which shuts out SUBNET-"},
		"443 closed to one subnet":  {mistake: func(s *site) { s.closePort(); s.openTo("10.0.0.0/24") }, want: "error PORT_443_CLOSED GROUP: The security groups of the endpoints of ecr.api, ecr.dkr and logs let 10.0.0.0/24 in on tcp/443, which shuts out SUBNET-B (10.0.1.0/24):"},
		"no private DNS":            {mistake: func(s *site) { s.modify("ecr.dkr", ec2.ModifyVpcEndpointInput{PrivateDnsEnabled: aws.Bool(false)}) }, want: "error PRIVATE_DNS_OFF [ecr.dkr]: The endpoint of ecr.dkr has no private DNS"},
		"no DNS hostnames":          {mistake: func(s *site) { s.attribute(ec2.ModifyVpcAttributeInput{EnableDnsHostnames: off()}) }, want: "error VPC_DNS_OFF VPC: VPC has enableDnsHostnames off"},
		"no DNS support":            {mistake: func(s *site) { s.attribute(ec2.ModifyVpcAttributeInput{EnableDnsSupport: off()}) }, want: "error VPC_DNS_OFF VPC: VPC has enableDnsSupport off"},
		"endpoint policy, no pull":  {mistake: func(s *site) { s.policy(grants("ecr:GetAuthorizationToken"), "ecr.api", "ecr.dkr") }, want: "error ENDPOINT_POLICY_DENIES_PULL [ecr.dkr], [ecr.api]: The policy of the endpoints of ecr.dkr and ecr.api keeps pulls back:\n  - arn:aws:iam::111111111111:role/web-execution can't pull"},
		"endpoint policy, nobody's": {mistake: func(s *site) { s.policy(grants("s3:*"), "ecr.dkr") }, change: func(_ *site, c object) { delete(c, "pulls") }, want: "error ENDPOINT_POLICY_DENIES_PULL [ecr.dkr]: The policy of the endpoints of ecr.dkr keeps pulls back:\n  - nobody can pull from any repository of eu-west-1"},
		"endpoint policy, another role": {mistake: func(s *site) {
			s.policy(pattern.EndpointPolicy(pattern.EndpointPolicyInput{PrincipalARNs: []string{s.role() + "-2"}}), "ecr.api", "ecr.dkr")
		}, want: "error ENDPOINT_POLICY_DENIES_PULL [ecr.dkr], [ecr.api]: "},
		"S3 policy, no layers":     {mistake: func(s *site) { s.policy(layersOf(t, "us-east-1"), "s3") }, want: "error LAYERS_DENIED [s3]: The policy of the S3 endpoint keeps image layers back"},
		"role of another endpoint": {change: func(s *site, c object) { c["pulls"] = object{"web": s.pull("vpce-0f1e2d3c")} }, want: `error PULL_DENIED pulls["web"]: arn:aws:iam::111111111111:role/web-execution can't pull from arn:aws:ecr:eu-west-1:111111111111:repository/team/app through the endpoint of ecr.dkr`},
		"a repository that grants not": {change: func(s *site, c object) {
			pull := s.pull(s.endpoints["ecr.api"], s.endpoints["ecr.dkr"])
			pull["repository_policy"] = `{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":"*","Action":"ecr:BatchGetImage"}]}`
			c["pulls"] = object{"web": pull}
		}, want: `error PULL_DENIED pulls["web"]: `},
		"Fargate's own network": {change: func(s *site, c object) { c["pulls"] = object{"web": s.loginByEndpoint()} }, want: `error PULL_DENIED pulls["web"]: arn:aws:iam::111111111111:role/web-execution can't log in through Fargate's own network`},
		"a node's network, or Fargate's": {change: func(s *site, c object) {
			c["pulls"], c["compute"] = object{"web": s.loginByEndpoint()}, list{"ec2", "fargate"}
		}, want: `warning PULL_DENIED pulls["web"]: arn:aws:iam::111111111111:role/web-execution can't log in through Fargate's own network, as it has to if it is a task's execution role`},
		"a node's network": {change: func(s *site, c object) { c["pulls"], c["compute"] = object{"web": s.loginByEndpoint()}, list{"ec2"} }},
		"a subnet of another VPC": {change: func(s *site, c object) {
			c["subnet_ids"] = append(c["subnet_ids"].(list), s.aws.NewNetwork().Subnets[0])
		}, want: "error SUBNET_OF_ANOTHER_VPC subnet-"},
		"a subnet that isn't there": {change: func(_ *site, c object) { c["subnet_ids"] = append(c["subnet_ids"].(list), "subnet-0f1e2d3c") }, want: "error SUBNET_NOT_FOUND subnet-0f1e2d3c: "},
		"another VPC":               {change: func(_ *site, c object) { c["vpc_id"] = "vpc-0f1e2d3c" }, want: "error VPC_NOT_FOUND vpc-0f1e2d3c: There is no vpc-0f1e2d3c in eu-west-1."},
		"the main route table": {change: func(s *site, c object) {
			c["subnet_ids"] = append(c["subnet_ids"].(list), s.aws.AddSubnet(s.VPC, "10.0.2.0/24", "a"))
		}, want: "error S3_NOT_ROUTED rtb-"},
		"one zone": {change: func(s *site, c object) {
			c["subnet_ids"] = append(c["subnet_ids"].(list), s.associated("10.0.14.0/24", "c"))
		}, want: "info ENDPOINT_NOT_IN_ZONE eu-west-1c: The endpoints of ecr.api, ecr.dkr and logs have no network interface in eu-west-1c"},
		"endpoints in other subnets of the zones": {change: func(s *site, c object) {
			c["subnet_ids"] = list{s.associated("10.0.12.0/24", "a"), s.associated("10.0.13.0/24", "b")}
		}},
		"a service more": {change: func(_ *site, c object) { c["include"] = list{"secretsmanager"} }, want: "error MISSING_ENDPOINT secretsmanager: "},
		"a service less": {mistake: func(s *site) { s.remove("logs") }, change: func(_ *site, c object) { c["exclude"] = list{"logs"} }},
		"groups alone":   {mistake: (*site).logsAmongThemselves, want: "warning PORT_443_NOT_KNOWN sg-"},
		"groups that are known": {
			mistake: (*site).logsAmongThemselves,
			change:  func(s *site, c object) { c["security_group_ids"] = list{s.Group} },
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := &site{}
			if *s = *order; tc.mistake != nil {
				s = newSiteIn(t, order.aws)
				tc.mistake(s)
			}
			s.t = t
			config := s.config()
			if tc.change != nil {
				tc.change(s, config)
			}
			got, told := ask(t, s.aws, config)
			found := s.named(strings.Join(got.findings, "\n\n"))
			if told != "" || len(got.findings) > 1 || (tc.want == "") != (found == "") || !strings.HasPrefix(found, tc.want) {
				t.Errorf("found %s\n%s\nwant %s", found, told, tc.want)
			}
		})
	}
}

// A VPC without endpoints is one whose endpoints were read.
func TestNoEndpoints(t *testing.T) {
	t.Parallel()
	a := awstest.New(t)
	s := &site{Network: a.NewNetwork(), t: t, aws: a}
	got, told := ask(t, a, s.config(func(c object) { delete(c, "pulls") }))
	if told != "" || got.unread || len(got.endpoints) > 0 || len(got.findings) != 4 || len(got.missing) != 4 {
		t.Errorf("found %q, missing %q, told %s", got.findings, got.missing, told)
	}
}

// To the account that a VPC is shared with, EC2 lists no endpoints: they aren't missing.
func TestSharedVPC(t *testing.T) {
	t.Parallel()
	a := awstest.New(t, awstest.SharedVPC("222222222222"))
	s := &site{Network: a.NewNetwork(), t: t, aws: a}
	got, told := ask(t, a, s.config(func(c object) { delete(c, "pulls") }))
	line := "- the endpoints, which only the VPC's owner 222222222222 sees, and so what is missing or closed: " + a.AccountID + " has the VPC shared with it\n"
	if told != "" || !got.unread || len(got.findings) > 0 || !strings.Contains(got.markdown, line) {
		t.Errorf("found %q, told %s\n%s", got.findings, told, got.markdown)
	}
	_, told = ask(t, a, s.config(func(c object) { delete(c, "pulls"); c["fail_on"] = "error" }))
	if !strings.HasSuffix(told, "make these readable:\n  - the endpoints: diagnose the VPC from the account of its owner, 222222222222") {
		t.Error(told)
	}
}
