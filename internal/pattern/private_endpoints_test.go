// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package pattern_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ecrx/terraform-provider-ecrx/internal/pattern"
	"github.com/ecrx/terraform-provider-ecrx/internal/policy"
)

type endpoints = pattern.PrivateEndpoints

func TestServicesOfComputeTypes(t *testing.T) {
	t.Parallel()
	want := map[string]string{
		"fargate_1_3": "ecr.dkr logs s3",
		"fargate":     "ecr.api ecr.dkr logs s3",
		"ecs_ec2":     "ecr.api ecr.dkr ecs ecs-agent ecs-telemetry logs s3",
		"eks":         "ec2 ecr.api ecr.dkr logs s3 sts",
		"eks_fargate": "ecr.api ecr.dkr logs s3 sts",
		"ec2":         "ecr.api ecr.dkr s3",
		"codebuild":   "ecr.api ecr.dkr s3",
	}
	if len(pattern.ComputeTypes()) != len(want) {
		t.Errorf("there are %v", pattern.ComputeTypes())
	}
	for _, compute := range pattern.ComputeTypes() {
		if got := strings.Join(endpoints{Compute: []string{compute}}.Services(), " "); got != want[compute] {
			t.Errorf("%s has %q, want %q", compute, got, want[compute])
		}
	}
}

func TestServices(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		input endpoints
		want  []string
	}{
		"union":    {endpoints{Compute: []string{"eks", "fargate_1_3", "ecs_ec2"}}, []string{"ec2", "ecr.api", "ecr.dkr", "ecs", "ecs-agent", "ecs-telemetry", "logs", "s3", "sts"}},
		"included": {endpoints{Compute: []string{"ec2"}, Include: []string{"ssm", "kms"}}, []string{"ecr.api", "ecr.dkr", "kms", "s3", "ssm"}},
		"excluded": {endpoints{Compute: []string{"fargate"}, Exclude: []string{"logs"}}, []string{"ecr.api", "ecr.dkr", "s3"}},
		"both":     {endpoints{Compute: []string{"fargate"}, Include: []string{"kms"}, Exclude: []string{"logs", "s3"}}, []string{"ecr.api", "ecr.dkr", "kms"}},
		"unknown":  {endpoints{Compute: []string{"lambda"}}, []string{}},
	} {
		if diff := cmp.Diff(tc.want, tc.input.Services()); diff != "" && len(tc.want)+len(tc.input.Services()) > 0 {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

func TestEndpointType(t *testing.T) {
	t.Parallel()
	for _, service := range (endpoints{Compute: pattern.ComputeTypes(), Include: []string{"s3tables"}}).Services() {
		want := "Interface"
		if service == "s3" {
			want = "Gateway"
		}
		if got := pattern.EndpointType(service); got != want {
			t.Errorf("%s is %s", service, got)
		}
	}
}

func TestServiceOf(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]struct {
		service string
		fips    bool
	}{
		"com.amazonaws.us-east-1.ecr.api":                   {"ecr.api", false},
		"com.amazonaws.us-east-1.ecr-fips.dkr":              {"ecr.dkr", true},
		"com.amazonaws.us-east-1.sts-fips":                  {"sts", true},
		"cn.com.amazonaws.us-east-1.ecr.dkr":                {"ecr.dkr", false},
		"com.amazonaws.us-east-1.s3":                        {"s3", false},
		"com.amazonaws.us-east-1.other-fips":                {"other-fips", false},
		"com.amazonaws.eu-west-1.ecr.api":                   {"", false},
		"com.amazonaws.vpce.us-east-1.vpce-svc-0123456789a": {"", false},
	} {
		if service, fips := pattern.ServiceOf(name, "us-east-1"); service != want.service || fips != want.fips {
			t.Errorf("%s is %q, %t", name, service, fips)
		}
	}
}

func TestPolicyDocumentOfEndpoint(t *testing.T) {
	t.Parallel()
	narrow := endpoints{
		Compute: []string{"fargate"}, Policy: pattern.EndpointPolicyInput{RepositoryARNs: []string{appARN}},
		LayerBucketPolicy: pattern.LayerBucketMinimal, AdditionalBucketARNs: []string{"arn:aws:s3:::cache"},
	}
	layers, err := pattern.LayerBucketPolicy("eu-west-1", narrow.AdditionalBucketARNs)
	if err != nil {
		t.Fatal(err)
	}
	wide := endpoints{Compute: []string{"fargate"}, LayerBucketPolicy: pattern.LayerBucketFull}
	full := pattern.FullAccessEndpointPolicy()
	for name, tc := range map[string]struct {
		input   endpoints
		service string
		want    policy.Document
	}{
		"ecr.api":       {narrow, "ecr.api", pattern.EndpointPolicy(narrow.Policy)},
		"ecr.dkr":       {narrow, "ecr.dkr", pattern.EndpointPolicy(narrow.Policy)},
		"s3":            {narrow, "s3", layers},
		"logs":          {narrow, "logs", full},
		"ecr.api, wide": {wide, "ecr.api", full},
		"s3, wide":      {wide, "s3", full},
		"s3, unset":     {endpoints{Compute: []string{"ec2"}}, "s3", full},
	} {
		got, err := tc.input.PolicyDocument(tc.service, "eu-west-1")
		if err != nil || !policy.Equal(got, tc.want) {
			t.Errorf("%s: %s, %v", name, got.Canonical(), err)
		}
	}
	if _, err := narrow.PolicyDocument("s3", "Ireland"); err == nil {
		t.Error("Ireland is a Region")
	}
}

func TestEndpointServiceNames(t *testing.T) {
	t.Parallel()
	offer := func(kind string, names ...string) []pattern.OfferedService {
		var out []pattern.OfferedService
		for _, name := range names {
			out = append(out, pattern.OfferedService{Name: name, Type: kind})
		}
		return out
	}
	in := func(region string, services ...string) []pattern.OfferedService {
		var names []string
		for _, s := range services {
			names = append(names, "com.amazonaws."+region+"."+s)
		}
		return offer("Interface", names...)
	}
	gateway := func(region string) []pattern.OfferedService { return offer("Gateway", "com.amazonaws."+region+".s3") }
	ec2, fips := endpoints{Compute: []string{"ec2"}}, endpoints{Compute: []string{"ec2"}, FIPS: true}
	with := func(e endpoints, include ...string) endpoints { e.Include = include; return e }
	for name, tc := range map[string]struct {
		input   endpoints
		region  string
		offered []pattern.OfferedService
		want    map[string]string
		problem string
	}{
		"table": {with(ec2, "logs"), "eu-west-1", nil, map[string]string{
			"ecr.api": "com.amazonaws.eu-west-1.ecr.api", "ecr.dkr": "com.amazonaws.eu-west-1.ecr.dkr", "s3": "com.amazonaws.eu-west-1.s3", "logs": "com.amazonaws.eu-west-1.logs",
		}, ""},
		"table, GovCloud": {ec2, "us-gov-west-1", nil, map[string]string{
			"ecr.api": "com.amazonaws.us-gov-west-1.ecr.api", "ecr.dkr": "com.amazonaws.us-gov-west-1.ecr.dkr", "s3": "com.amazonaws.us-gov-west-1.s3",
		}, ""},
		"table, China": {with(ec2, "logs", "sts", "ec2", "secretsmanager", "ecs-agent"), "cn-north-1", nil, map[string]string{
			"ecr.api": "cn.com.amazonaws.cn-north-1.ecr.api", "ecr.dkr": "cn.com.amazonaws.cn-north-1.ecr.dkr", "s3": "com.amazonaws.cn-north-1.s3", "logs": "com.amazonaws.cn-north-1.logs",
			"sts": "cn.com.amazonaws.cn-north-1.sts", "ec2": "cn.com.amazonaws.cn-north-1.ec2", "secretsmanager": "com.amazonaws.cn-north-1.secretsmanager", "ecs-agent": "com.amazonaws.cn-north-1.ecs-agent",
		}, ""},
		"table, ISO": {with(ec2, "ec2", "sts"), "us-iso-east-1", nil, map[string]string{
			"ecr.api": "gov.ic.c2s.us-iso-east-1.ecr.api", "ecr.dkr": "gov.ic.c2s.us-iso-east-1.ecr.dkr", "s3": "com.amazonaws.us-iso-east-1.s3", "ec2": "gov.ic.c2s.us-iso-east-1.ec2", "sts": "com.amazonaws.us-iso-east-1.sts",
		}, ""},
		"table, ISO B, east": {with(ec2, "ec2"), "us-isob-east-1", nil, map[string]string{
			"ecr.api": "gov.sgov.sc2s.us-isob-east-1.ecr.api", "ecr.dkr": "gov.sgov.sc2s.us-isob-east-1.ecr.dkr", "s3": "com.amazonaws.us-isob-east-1.s3", "ec2": "gov.sgov.sc2s.us-isob-east-1.ec2",
		}, ""},
		"table, ISO B, west": {with(ec2, "ec2"), "us-isob-west-1", nil, map[string]string{
			"ecr.api": "gov.sgov.sc2s.us-isob-west-1.ecr.api", "ecr.dkr": "gov.sgov.sc2s.us-isob-west-1.ecr.dkr", "s3": "com.amazonaws.us-isob-west-1.s3", "ec2": "com.amazonaws.us-isob-west-1.ec2",
		}, ""},
		"table, ISO E": {ec2, "eu-isoe-west-1", nil, map[string]string{
			"ecr.api": "uk.adc-e.cloud.eu-isoe-west-1.ecr.api", "ecr.dkr": "uk.adc-e.cloud.eu-isoe-west-1.ecr.dkr", "s3": "com.amazonaws.eu-isoe-west-1.s3",
		}, ""},
		"table, ISO F": {ec2, "us-isof-south-1", nil, map[string]string{
			"ecr.api": "gov.ic.hci.csp.us-isof-south-1.ecr.api", "ecr.dkr": "gov.ic.hci.csp.us-isof-south-1.ecr.dkr", "s3": "com.amazonaws.us-isof-south-1.s3",
		}, ""},
		"table, Europe's own": {ec2, "eusc-de-east-1", nil, map[string]string{
			"ecr.api": "eu.amazonaws.eusc-de-east-1.ecr.api", "ecr.dkr": "eu.amazonaws.eusc-de-east-1.ecr.dkr", "s3": "com.amazonaws.eusc-de-east-1.s3",
		}, ""},
		"table, FIPS": {with(fips, "logs", "sts"), "us-east-1", nil, map[string]string{
			"ecr.api": "com.amazonaws.us-east-1.ecr-fips.api", "ecr.dkr": "com.amazonaws.us-east-1.ecr-fips.dkr", "s3": "com.amazonaws.us-east-1.s3",
			"logs": "com.amazonaws.us-east-1.logs", "sts": "com.amazonaws.us-east-1.sts-fips",
		}, ""},
		"list": {with(ec2, "iam"), "eu-west-1", slices.Concat(in("eu-west-1", "ecr.api", "ecr.dkr", "s3", "ecr-fips.api", "logs"), gateway("eu-west-1"), offer("Interface", "com.amazonaws.iam")), map[string]string{
			"ecr.api": "com.amazonaws.eu-west-1.ecr.api", "ecr.dkr": "com.amazonaws.eu-west-1.ecr.dkr", "s3": "com.amazonaws.eu-west-1.s3", "iam": "com.amazonaws.iam",
		}, ""},
		"list, China": {with(ec2, "logs"), "cn-north-1", slices.Concat(
			offer("Interface", "cn.com.amazonaws.cn-north-1.ecr.api", "cn.com.amazonaws.cn-north-1.ecr.dkr", "cn.com.amazonaws.cn-north-1.s3", "com.amazonaws.cn-north-1.logs"), gateway("cn-north-1")), map[string]string{
			"ecr.api": "cn.com.amazonaws.cn-north-1.ecr.api", "ecr.dkr": "cn.com.amazonaws.cn-north-1.ecr.dkr", "s3": "com.amazonaws.cn-north-1.s3", "logs": "com.amazonaws.cn-north-1.logs",
		}, ""},
		"list above the table": {endpoints{Compute: []string{"ec2"}, Exclude: []string{"ecr.dkr", "s3"}}, "cn-north-1", in("cn-north-1", "ecr.api"), map[string]string{"ecr.api": "com.amazonaws.cn-north-1.ecr.api"}, ""},
		"list with two":        {endpoints{Compute: []string{"ec2"}, Exclude: []string{"ecr.dkr", "s3"}}, "eu-west-1", offer("Interface", "aws.api.eu-west-1.ecr.api", "com.amazonaws.eu-west-1.ecr.api"), map[string]string{"ecr.api": "com.amazonaws.eu-west-1.ecr.api"}, ""},
		"list with two others": {endpoints{Compute: []string{"ec2"}, Exclude: []string{"ecr.dkr", "s3"}}, "eu-west-1", offer("Interface", "zz.eu-west-1.ecr.api", "aws.api.eu-west-1.ecr.api"), map[string]string{"ecr.api": "aws.api.eu-west-1.ecr.api"}, ""},
		"list, FIPS": {with(fips, "logs", "kms", "airflow.api"), "us-east-1", slices.Concat(in("us-east-1", "airflow.api", "airflow.api-fips", "ecr.api", "ecr.dkr", "ecr-fips.api", "ecr-fips.dkr", "logs", "kms", "kms-fips"), gateway("us-east-1")), map[string]string{
			"ecr.api": "com.amazonaws.us-east-1.ecr-fips.api", "ecr.dkr": "com.amazonaws.us-east-1.ecr-fips.dkr", "s3": "com.amazonaws.us-east-1.s3",
			"logs": "com.amazonaws.us-east-1.logs", "kms": "com.amazonaws.us-east-1.kms-fips", "airflow.api": "com.amazonaws.us-east-1.airflow.api-fips",
		}, ""},
		"no FIPS": {fips, "eu-west-1", slices.Concat(in("eu-west-1", "ecr.api", "ecr.dkr", "ecr-fips.api"), gateway("eu-west-1")), map[string]string{
			"ecr.api": "com.amazonaws.eu-west-1.ecr-fips.api", "s3": "com.amazonaws.eu-west-1.s3",
		}, `error fips: Region without a FIPS endpoint of ECR: eu-west-1 offers no endpoint for a name that ends in "ecr-fips.dkr". Remove fips, or use a Region that has it, such as "us-east-1".`},
		"no gateway": {ec2, "eu-west-1", in("eu-west-1", "ecr.api", "ecr.dkr", "s3"), map[string]string{
			"ecr.api": "com.amazonaws.eu-west-1.ecr.api", "ecr.dkr": "com.amazonaws.eu-west-1.ecr.dkr",
		}, `error compute: Service without an endpoint: eu-west-1 offers no gateway endpoint for a service whose name ends in "s3". Leave it out with exclude = ["s3"], if it isn't needed.`},
		"not included": {endpoints{Compute: []string{"ec2"}, Include: []string{"secretmanager"}, Exclude: []string{"ecr.dkr", "s3"}}, "eu-west-1", in("eu-west-1", "ecr.api", "secretsmanager"), map[string]string{
			"ecr.api": "com.amazonaws.eu-west-1.ecr.api",
		}, `error include: Service without an endpoint: eu-west-1 offers no interface endpoint for a service whose name ends in "secretmanager". Check its name with aws ec2 describe-vpc-endpoint-services, or remove it.`},
		"another Region's": {endpoints{Compute: []string{"ec2"}, Exclude: []string{"ecr.dkr", "s3"}}, "eu-west-1", in("eu-west-2", "ecr.api"), map[string]string{}, "error compute: Service without an endpoint"},
		"nothing offered":  {endpoints{Compute: []string{"ec2"}, Exclude: []string{"ecr.dkr", "s3"}}, "eu-west-1", []pattern.OfferedService{}, map[string]string{}, "error compute: Service without an endpoint"},
	} {
		got, problems := tc.input.EndpointServiceNames(tc.region, tc.offered)
		if diff := cmp.Diff(tc.want, got); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
		if text := problemsText(problems); !strings.HasPrefix(text, tc.problem) || (tc.problem == "") != (text == "") {
			t.Errorf("%s: %s", name, text)
		}
	}
}

func TestValidatePrivateEndpoints(t *testing.T) {
	t.Parallel()
	fargate := []string{"fargate"}
	const minimal = pattern.LayerBucketMinimal
	for name, tc := range map[string]struct {
		input endpoints
		found []string
	}{
		"right":                       {endpoints{Compute: []string{"fargate", "eks"}, Include: []string{"secretsmanager", "s3tables", "codeartifact.api"}, Exclude: []string{"logs"}}, nil},
		"nothing":                     {endpoints{}, []string{`error compute: No compute type: Say what runs in the subnets: one or several of "fargate", "fargate_1_3",`}},
		"nothing yet":                 {endpoints{Incomplete: true}, nil},
		"unknown compute type":        {endpoints{Compute: []string{"fargate", "lambda"}}, []string{`error compute: Unknown compute type: "lambda" is not a compute type. Write one of "fargate",`}},
		"included anyway":             {endpoints{Compute: fargate, Include: []string{"logs"}}, []string{`error include: Endpoint that is there anyway: The compute types "fargate" bring an endpoint for "logs". Remove it from include.`}},
		"included and excluded":       {endpoints{Compute: fargate, Include: []string{"kms"}, Exclude: []string{"kms"}}, []string{`error include: Endpoint both included and excluded: "kms" is in include and in exclude. Remove it from one of them.`}},
		"FIPS included anyway":        {endpoints{Compute: fargate, FIPS: true, Include: []string{"ecr-fips.api"}}, []string{`error include: Endpoint that is there anyway: With fips the endpoint is for "ecr-fips.api" already.`}},
		"FIPS included":               {endpoints{Compute: fargate, FIPS: true, Include: []string{"kms-fips"}}, nil},
		"FIPS of one":                 {endpoints{Compute: fargate, Include: []string{"ecr-fips.api"}}, nil},
		"exclusion of nothing":        {endpoints{Compute: []string{"ec2"}, Exclude: []string{"logs"}}, []string{`error exclude: Exclusion of nothing: The compute types "ec2" bring no endpoint for "logs", so there is nothing to leave out. Remove it, or write one of "ecr.api", "ecr.dkr", "s3".`}},
		"exclusion of nothing yet":    {endpoints{Compute: []string{"ec2"}, Exclude: []string{"logs"}, Incomplete: true}, nil},
		"whole name":                  {endpoints{Compute: fargate, Include: []string{"com.amazonaws.eu-west-1.kms"}}, []string{`error include: Whole name of a service: "com.amazonaws.eu-west-1.kms" is the whole name of a service, which differs from Region to Region. Write what it ends in: "kms".`}},
		"whole name in China":         {endpoints{Compute: fargate, Exclude: []string{"cn.com.amazonaws.cn-north-1.ecr.api"}}, []string{`error exclude: Whole name of a service`, `Write what it ends in: "ecr.api".`}},
		"whole name of another form":  {endpoints{Compute: fargate, Include: []string{"gov.ic.c2s.us-iso-east-1.ebs"}}, []string{`error include: Whole name of a service`, `Write what it ends in: "ebs".`}},
		"no name":                     {endpoints{Compute: fargate, Include: []string{"Secrets Manager", ""}}, []string{`error include: Invalid service: "Secrets Manager" is not what the name`, `error include: Invalid service: "" is not`}},
		"minimal":                     {endpoints{Compute: fargate, LayerBucketPolicy: minimal, AdditionalBucketARNs: []string{"arn:aws:s3:::cache"}}, []string{"warning layer_bucket_policy: Other S3 traffic is cut off: Through the S3 endpoint the route tables reach the layers of ECR"}},
		"full":                        {endpoints{Compute: fargate, LayerBucketPolicy: "full"}, nil},
		"unknown policy":              {endpoints{Compute: fargate, LayerBucketPolicy: "none"}, []string{`error layer_bucket_policy: Unknown policy: "none" is not a policy of the S3 endpoint. Write "full" or "minimal".`}},
		"minimal without S3":          {endpoints{Compute: fargate, Exclude: []string{"s3"}, LayerBucketPolicy: minimal}, []string{`error layer_bucket_policy: Policy of no endpoint: The set has no S3 endpoint, whose policy this is. Remove layer_bucket_policy, or take "s3" out of exclude.`}},
		"minimal of something":        {endpoints{Exclude: []string{"s3"}, LayerBucketPolicy: minimal, Incomplete: true}, []string{"warning layer_bucket_policy: Other S3 traffic"}},
		"buckets beside full":         {endpoints{Compute: fargate, AdditionalBucketARNs: []string{"arn:aws:s3:::cache"}}, []string{`error additional_bucket_arns: Buckets beside full access: The S3 endpoint lets every bucket through. Remove additional_bucket_arns, or set layer_bucket_policy = "minimal".`}},
		"buckets beside what is open": {endpoints{Compute: fargate, AdditionalBucketARNs: []string{"arn:aws:s3:::cache"}, Incomplete: true}, nil},
		"a bad bucket":                {endpoints{Compute: fargate, LayerBucketPolicy: minimal, AdditionalBucketARNs: []string{"cache"}}, []string{`error additional_bucket_arns: Invalid bucket ARN: "cache" is not the ARN of a bucket`, "warning layer_bucket_policy: Other S3 traffic"}},
		"policy without ECR":          {endpoints{Compute: fargate, Exclude: []string{"ecr.api", "ecr.dkr"}, Policy: pattern.EndpointPolicyInput{RepositoryARNs: []string{appARN}}}, []string{`error repository_arns: Policy of no endpoint: The set has no ECR endpoint, whose policy this would be. Remove repository_arns, or take "ecr.api" and "ecr.dkr" out of exclude.`}},
		"no policy without ECR":       {endpoints{Compute: fargate, Exclude: []string{"ecr.api", "ecr.dkr"}}, nil},
		"policy with one of ECR":      {endpoints{Compute: fargate, Exclude: []string{"ecr.api"}, Policy: pattern.EndpointPolicyInput{RepositoryARNs: []string{appARN}}}, nil},
		"policy with the other":       {endpoints{Compute: fargate, Exclude: []string{"ecr.dkr"}, Policy: pattern.EndpointPolicyInput{RepositoryARNs: []string{appARN}}}, nil},
		"a bad policy":                {endpoints{Compute: fargate, Policy: pattern.EndpointPolicyInput{OrganizationIDs: []string{"ou-ab12-11111111"}}}, []string{"error organization_ids: Invalid organization id"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			finds(t, pattern.ValidatePrivateEndpoints(tc.input), tc.found...)
			if got := len(pattern.ValidatePrivateEndpoints(tc.input)); len(tc.found) == 1 && got != 1 {
				t.Errorf("%d problems for one mistake", got)
			}
		})
	}
}

func TestPolicyOfNoEndpointNamesTheArgument(t *testing.T) {
	t.Parallel()
	for argument, input := range map[string]pattern.EndpointPolicyInput{
		"access": {Access: "pull"}, "principal_arns": {PrincipalARNs: []string{role}, Access: "pull"}, "organization_ids": {OrganizationIDs: []string{orgID}},
		"protect_from_delete": {ProtectFromDelete: []string{appARN}},
	} {
		finds(t, pattern.ValidatePrivateEndpoints(endpoints{Compute: []string{"ec2"}, Exclude: []string{"ecr.api", "ecr.dkr"}, Policy: input}), "error "+argument+": Policy of no endpoint")
	}
}

func TestValidatePrivateEndpointsAt(t *testing.T) {
	t.Parallel()
	input := endpoints{Compute: []string{"ec2"}, LayerBucketPolicy: pattern.LayerBucketMinimal, AdditionalBucketARNs: []string{"arn:aws-cn:s3:::cache"}, Policy: pattern.EndpointPolicyInput{RepositoryARNs: []string{"arn:aws:ecr:us-east-1:111111111111:repository/app"}}}
	finds(t, pattern.ValidatePrivateEndpointsAt(input, ireland()), `error additional_bucket_arns: ARN of another partition: "arn:aws-cn:s3:::cache" is in the partition "aws-cn", and the endpoints are in "aws"`, "error repository_arns: No repository of this Region")
	finds(t, pattern.ValidatePrivateEndpointsAt(input, pattern.Site{}))
}
