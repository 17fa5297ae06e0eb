// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package privateendpointsdiagnosis_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/ecrx/terraform-provider-ecrx/internal/acctest"
	"github.com/ecrx/terraform-provider-ecrx/internal/awstest"
)

const address = "data.ecrx_private_endpoints_diagnosis.test"

// hcl writes a configuration for the real client.
func hcl(t *testing.T, config object) string {
	t.Helper()
	var out strings.Builder
	out.WriteString("data \"ecrx_private_endpoints_diagnosis\" \"test\" {\n")
	for _, name := range slices.Sorted(maps.Keys(config)) {
		value, err := json.Marshal(config[name])
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&out, "  %s = jsondecode(%q)\n", name, value)
	}
	return out.String() + "}\n"
}

func value(attribute string, check knownvalue.Check) statecheck.StateCheck {
	return statecheck.ExpectKnownValue(address, tfjsonpath.New(attribute), check)
}

// TestClient reads a network by the real client: in order first, then with a mistake, at which fail_on stops the plan.
func TestClient(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	endpoint := func(service string) knownvalue.Check {
		return knownvalue.ObjectExact(map[string]knownvalue.Check{
			"id": knownvalue.StringExact(s.endpoints[service]), "service_name": knownvalue.StringExact("com.amazonaws.eu-west-1." + service), "state": knownvalue.StringExact("available"),
		})
	}
	gated := s.config(func(c object) { c["fail_on"] = "error" })
	acctest.Test(t,
		resource.TestStep{
			Config: s.aws.ProviderBlock("") + hcl(t, gated),
			ConfigStateChecks: []statecheck.StateCheck{
				value("findings", knownvalue.ListSizeExact(0)), value("missing", knownvalue.SetSizeExact(0)), value("region", knownvalue.StringExact("eu-west-1")),
				value("endpoints", knownvalue.MapExact(map[string]knownvalue.Check{
					"ecr.api": endpoint("ecr.api"), "ecr.dkr": endpoint("ecr.dkr"), "logs": endpoint("logs"), "s3": endpoint("s3"),
				})),
			},
		},
		resource.TestStep{
			PreConfig: func() { s.remove("logs") },
			Config:    s.aws.ProviderBlock("") + hcl(t, s.config()),
			ConfigStateChecks: []statecheck.StateCheck{
				value("missing", knownvalue.SetExact([]knownvalue.Check{knownvalue.StringExact("logs")})),
				value("findings", knownvalue.ListExact([]knownvalue.Check{knownvalue.ObjectPartial(map[string]knownvalue.Check{
					"severity": knownvalue.StringExact("error"), "code": knownvalue.StringExact("MISSING_ENDPOINT"), "path": knownvalue.StringExact("logs"),
				})})),
			},
		},
		resource.TestStep{
			Config:      s.aws.ProviderBlock("") + hcl(t, gated),
			ExpectError: acctest.Message("finds 1 error. Without fail_on it only reports. error MISSING_ENDPOINT (logs): " + s.VPC + " has no interface endpoint"),
		},
	)
}

func TestFailOn(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.logsAmongThemselves() // a warning
	failing := func(level string) func(object) { return func(c object) { c["fail_on"] = level } }
	const gate = `ERROR fail_on: Private network that isn't in order: The diagnosis of VPC finds `
	ask := func(change ...func(object)) string {
		_, told := ask(t, s.aws, s.config(change...))
		return s.named(told)
	}
	if told := ask(failing("error")) + ask(); told != "" {
		t.Error(told)
	}
	if told := ask(failing("warning")); !strings.HasPrefix(told, gate+"1 warning. Without fail_on it only reports.\n\nwarning PORT_443_NOT_KNOWN (sg-") {
		t.Error(told)
	}
	s.remove("s3")
	s.modify("ecr.dkr", ec2.ModifyVpcEndpointInput{RemoveSubnetIds: s.Subnets[1:]}) // a remark
	if told := ask(failing("warning")); !strings.HasPrefix(told, gate+"1 error, 1 warning. ") || strings.Contains(told, "NOT_IN_ZONE") {
		t.Error(told)
	}
	told := ask(failing("error"))
	if !strings.HasPrefix(told, gate+"1 error. Without fail_on it only reports.\n\nerror MISSING_ENDPOINT (s3): VPC has no gateway") || strings.Contains(told, "PORT_443") {
		t.Error(told)
	}
}

// What the caller may not read gives a warning, a line in the report, and no finding. To a gate it is an error.
func TestDenied(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	for action, part := range map[string]string{
		"DescribeVpcs":                "the VPC and its DNS attributes, which",
		"DescribeVpcAttribute":        "the VPC and its DNS attributes, which",
		"DescribeSubnets":             "the subnets, which",
		"DescribeRouteTables":         "the route tables, which",
		"DescribeSecurityGroups":      "the security groups, which",
		"DescribeVpcEndpoints":        "the endpoints, which",
		"DescribeVpcEndpointServices": "what endpoints the Region offers, which",
	} {
		s.aws.Inject(awstest.Fault{Kind: awstest.AccessDenied, Action: action, Sticky: true})
		got, told := ask(t, s.aws, s.config(func(c object) { c["security_group_ids"] = list{s.group} }))
		_, gate := ask(t, s.aws, s.config(func(c object) { c["fail_on"] = "error" }))
		s.aws.ClearFaults()
		if !strings.Contains(gate, "ERROR fail_on: Private network that isn't wholly looked at: ") || strings.Count(gate, "allow ec2:") != 1 || !strings.Contains(gate, "ec2:"+action) {
			t.Errorf("%s: the gate says %s", action, gate)
		}
		if !strings.Contains(got.markdown, ": nothing found, but part couldn't be read\n") {
			t.Errorf("%s: %s", action, got.markdown)
		}
		if !strings.HasPrefix(told, "WARNING ") || strings.Count(told, "Part of the network not looked at: What the caller may not read isn't checked:") != 1 || strings.Count(told, "UnauthorizedOperation") != 1 {
			t.Errorf("%s: told %s", action, told)
		}
		if len(got.findings) > 0 || !strings.Contains(got.markdown, "- "+part) || got.unread != (action == "DescribeVpcEndpoints") || got.unread == strings.Contains(got.markdown, "| Service |") {
			t.Errorf("%s: found %s\n%s", action, got.findings, got.markdown)
		}
	}
}

// Any other failure is an error: a report of half a network would be one of another.
func TestFailures(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	for action, want := range map[string]string{"DescribeRouteTables": "reading route tables of VPC (VPC)", "DescribeSecurityGroups": "reading security groups of VPC (VPC)"} {
		s.aws.Inject(awstest.Fault{Kind: awstest.ServerError, Action: action, Sticky: true})
		if _, told := ask(t, s.aws, s.config()); !strings.Contains(s.named(told), want) || strings.Count(told, "ERROR ") != 1 {
			t.Errorf("%s: %s", action, told)
		}
		s.aws.ClearFaults()
	}
	s.aws.Inject(awstest.Fault{Kind: awstest.DropAfter, Action: "DescribeVpcEndpoints"})
	if got, told := ask(t, s.aws, s.config()); told != "" || len(got.findings) > 0 {
		t.Error("a lost answer:", got.findings, told)
	}
}

// One read is two round trips: what the endpoints stand in is asked for when they are known.
func TestCalls(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	want := map[string]int{
		"DescribeVpcs": 1, "DescribeVpcAttribute": 2, "DescribeSubnets": 1, "DescribeRouteTables": 1, "DescribeSecurityGroups": 1,
		"DescribeVpcEndpoints": 1, "DescribeVpcEndpointServices": 1,
	}
	calls := func(change ...func(object)) map[string]int {
		s.aws.ResetCalls()
		if got, told := ask(t, s.aws, s.config(change...)); told != "" || len(got.findings) > 0 {
			t.Error(got.findings, told)
		}
		made := map[string]int{}
		for _, call := range s.aws.Calls() {
			if call.Service == "ec2" {
				made[call.Action]++
			}
		}
		return made
	}
	if diff := cmp.Diff(want, calls()); diff != "" {
		t.Error(diff)
	}
	// The endpoints have their network interfaces in two subnets, of which one isn't asked about.
	want["DescribeSubnets"] = 2
	if diff := cmp.Diff(want, calls(func(c object) { c["subnet_ids"] = list{s.Subnets[0]} })); diff != "" {
		t.Error(diff)
	}
}

func TestRegion(t *testing.T) {
	t.Parallel()
	s := newSite(t, awstest.InRegion("us-east-1"))
	elsewhere := s.aws.Region
	s.aws.Region = "eu-west-1" // the provider's
	if got, told := ask(t, s.aws, s.config(func(c object) { c["region"] = elsewhere; delete(c, "pulls") })); told != "" || len(got.findings) > 0 || got.region != elsewhere {
		t.Error(got.findings, told, got.region)
	}
	if got, _ := ask(t, s.aws, s.config()); len(got.findings) != 1 || !strings.HasPrefix(got.findings[0], "error VPC_NOT_FOUND ") || !got.unread && len(got.endpoints) > 0 {
		t.Error(got.findings)
	}
	if got, told := ask(t, s.aws, s.config(func(c object) { c["region"], c["fips"] = elsewhere, true; delete(c, "pulls") })); told != "" || len(got.findings) != 2 ||
		!strings.Contains(got.findings[0], "com.amazonaws.us-east-1.ecr-fips.api: ") || !strings.Contains(got.findings[1], "is for com.amazonaws.us-east-1.ecr.dkr, whose hosts are others: see fips.") {
		t.Error(got.findings, told)
	}
	s.aws.Region = ""
	if _, told := ask(t, s.aws, s.config()); told != "ERROR region: No Region: The provider has no Region. Set region in the provider block, or set the environment variable AWS_REGION." {
		t.Error(told)
	}
}

// A service that the Region doesn't offer can't be missing: it is a mistake in the arguments.
func TestServiceThatIsNotOffered(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	for argument, change := range map[string]func(object){
		"include": func(c object) { c["include"] = list{"nothing"} },
		"fips":    func(c object) { c["fips"] = true },
	} {
		if _, told := ask(t, s.aws, s.config(change)); !strings.HasPrefix(told, "ERROR "+argument+": ") {
			t.Errorf("%s: %s", argument, told)
		}
	}
}
