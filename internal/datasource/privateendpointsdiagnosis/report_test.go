// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package privateendpointsdiagnosis_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestReport has the whole report of a network with a mistake of each severity, and the beginning of one in order.
func TestReport(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	got, _ := ask(t, s.aws, s.config())
	if !strings.HasPrefix(s.named(got.markdown), "### Private network VPC: in order\n\n| Service | Endpoint | State |\n| --- | --- | --- |\n| ecr.api | [ecr.api] | available |\n") ||
		strings.Contains(got.markdown, "#### Findings") {
		t.Errorf("in order:\n%s", got.markdown)
	}
	nat := s.nat()
	s.remove("logs")
	got, told := ask(t, s.aws, s.config(func(c object) {
		c["pulls"] = object{"web": s.pull("vpce-0f1e2d3c")}
		c["subnet_ids"] = list{s.associated("10.0.2.0/24", "c")}
	}))
	want := "### Private network VPC: 1 error, 1 warning, 1 remark\n\n" +
		"| Service | Endpoint | State |\n| --- | --- | --- |\n" +
		"| ecr.api | [ecr.api] | available |\n| ecr.dkr | [ecr.dkr] | available |\n| logs | – | missing |\n| s3 | [s3] | available |\n\n" +
		"#### Findings\n\n" +
		"- ❌ `PULL_DENIED` pulls\\[\"web\"\\]: arn:aws:iam::111111111111:role/web-execution can't pull from arn:aws:ecr:eu-west-1:111111111111:repository/team/app " +
		"through the endpoint of ecr.dkr, since it may not do ecr:BatchCheckLayerAvailability, ecr:BatchGetImage, ecr:GetDownloadUrlForLayer:\n" +
		"  - statement Pull of the identity policy needs a VPC endpoint that is vpce-0f1e2d3c; this request's is [ecr.dkr]\n\n" +
		"  That is so unless the repository's policy names the principal itself: then give it as repository\\_policy.\n\n" +
		"  Change the policies that are named, or what they name.\n" +
		"- ⚠️ `MISSING_ENDPOINT` logs: VPC has no interface endpoint for com.amazonaws.eu-west-1.logs: without it, tasks with the awslogs driver don't start (failed to validate logger args), and logs are lost. " +
		"Now it goes over the internet through NAT. Add it to ecrx\\_private\\_endpoints, or as an aws\\_vpc\\_endpoint, or write exclude = \\[\"logs\"\\] if nothing in the subnets needs it.\n" +
		"- ℹ️ `ENDPOINT_NOT_IN_ZONE` eu-west-1c: The endpoints of ecr.api and ecr.dkr have no network interface in eu-west-1c, where containers run: their traffic crosses zones, which costs, and stops with the other zone. " +
		"Add a subnet of eu-west-1c to their subnet\\_ids, if that matters.\n\n" +
		"#### Not looked at\n\n- network ACLs, outbound rules of security groups, firewalls, DNS servers of DHCP options, and private hosted zones\n"
	if diff := cmp.Diff(want, strings.ReplaceAll(s.named(got.markdown), nat, "NAT")); diff != "" {
		t.Error(diff, told)
	}
}
