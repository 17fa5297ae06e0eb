// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package access_test

import (
	"strings"
	"testing"
)

// Each wrong input is one error on its attribute, which says what to write instead.
func TestBadInput(t *testing.T) {
	t.Parallel()
	good := document(toAll("All", "Allow", "ecr:*", ""))
	for name, tc := range map[string]struct {
		config object // request is short for requests = { r = … }
		want   []string
	}{
		"no caller":            {object{"request": fetch(object{"principal_arn": nil})}, []string{`requests["r"].principal_arn: Incomplete request: Who calls? Set one of principal_arn, service_principal and anonymous = true.`}},
		"not anonymous":        {object{"request": fetch(object{"principal_arn": nil, "anonymous": false})}, []string{`requests["r"].principal_arn: Incomplete request`}},
		"two callers":          {object{"request": fetch(object{"anonymous": true})}, []string{`requests["r"].principal_arn: Ambiguous request: Who calls? Set one of principal_arn, service_principal and anonymous = true, and leave out the others.`}},
		"nothing asked for":    {object{"request": fetch(object{"action": nil})}, []string{`requests["r"].access: Incomplete request: What for?`}},
		"two things asked for": {object{"request": fetch(object{"access": "pull"})}, []string{`requests["r"].access: Ambiguous request: What for?`}},
		"no repository":        {object{"request": fetch(object{"repository_arn": nil})}, []string{`requests["r"].repository_arn: Incomplete request: Which repository?`}},
		"null request":         {object{"request": nil}, []string{`requests["r"]: No request: It is null.`}},
		"login at repository":  {object{"request": fetch(object{"action": "ecr:GetAuthorizationToken"})}, []string{`requests["r"].repository_arn: Action on the registry: ecr:GetAuthorizationToken is on the whole registry`}},
		"service in a unit":    {object{"request": fetch(object{"principal_arn": nil, "service_principal": "lambda.amazonaws.com", "organization_path": ""})}, []string{`requests["r"].organization_path: No principal of an account`}},
		"anonymous with tags":  {object{"request": fetch(object{"principal_arn": nil, "anonymous": true, "principal_tags": object{}})}, []string{`requests["r"].principal_tags: No principal of an account`}},
		"service with user id": {object{"request": fetch(object{"principal_arn": nil, "service_principal": "lambda.amazonaws.com", "user_id": "x"})}, []string{`requests["r"].user_id: No principal of an account`}},
		"VPC alone":            {object{"request": fetch(object{"source_vpc_id": "vpc-0a1b2c3d"})}, []string{`requests["r"].source_vpc_id: No VPC endpoint`}},
		"unknown access":       {object{"request": fetch(object{"action": nil, "access": "admin"})}, []string{`requests["r"].access: Unknown access: "admin" is not an access. Write one of "pull"`}},
		"unknown action":       {object{"request": fetch(object{"action": "ecr:PullImage"})}, []string{`requests["r"].action: Unknown action: "ecr:PullImage" is not an action of ECR.`}},
		"other's action":       {object{"request": fetch(object{"action": "s3:GetObject", "repository_arn": nil})}, []string{`requests["r"].repository_arn: Incomplete request`}},
		"bucket, not read":     {object{"request": fetch(object{"action": "s3:GetObject", "repository_arn": nil}), "repository": "team/app"}, []string{`requests["r"].repository_arn: Incomplete request`}},
		"expectation":          {object{"request": fetch(object{"expect": "yes"})}, []string{`requests["r"].expect: Invalid Attribute Value Match`}},
		"bucket as repository": {object{"request": fetch(object{"repository_arn": "arn:aws:s3:::layers"})}, []string{`requests["r"].repository_arn: Invalid repository ARN: "arn:aws:s3:::layers" is not the ARN of an ECR repository.`}},
		"repository's name":    {object{"request": fetch(object{"repository_arn": "team/app"})}, []string{`requests["r"].repository_arn: Invalid repository ARN: "team/app" is not the ARN of an ECR repository.`}},
		"bucket's name":        {object{"request": fetch(object{"action": "s3:GetObject", "repository_arn": "layers"})}, []string{`requests["r"].repository_arn: Invalid ARN: "layers" is not an ARN.`}},
		"key without service":  {object{"request": fetch(object{"context": object{"SourceIp": "10.0.0.1"}})}, []string{`requests["r"].context["SourceIp"]: Invalid condition key`}},
		"several, no service":  {object{"request": fetch(object{"multivalued_context": object{"TagKeys": list{"x"}}})}, []string{`requests["r"].multivalued_context["TagKeys"]: Invalid condition key`}},
		"key twice":            {object{"request": fetch(object{"context": object{"aws:TagKeys": "x"}, "multivalued_context": object{"aws:TagKeys": list{"x"}}})}, []string{`requests["r"].multivalued_context["aws:TagKeys"]: Condition key given twice`}},
		"key in two cases":     {object{"request": fetch(object{"context": object{"aws:SourceIp": "10.0.0.1", "aws:sourceip": "10.0.0.2"}})}, []string{`requests["r"].context["aws:sourceip"]: Condition key given twice`}},
		"two policies":         {object{"request": fetch(nil), "repository": "team/app", "policies": object{"repository": list{}}}, []string{"repository: Two repository policies"}},
		"another repository":   {object{"request": fetch(nil), "repository": "app"}, []string{`requests["r"].repository_arn: Another repository`}},
		"registry of nothing":  {object{"request": fetch(nil), "registry_id": "111111111111"}, []string{"registry_id: Invalid Attribute Combination"}},
		"region of nothing":    {object{"request": fetch(nil), "region": "eu-west-1"}, []string{"region: Invalid Attribute Combination"}},
		"unused endpoint":      {object{"request": fetch(nil), "policies": object{"endpoint": list{good}}}, []string{"policies.endpoint: Nothing goes through the endpoint"}},
		"unused gateway":       {object{"request": fetch(nil), "policies": object{"gateway_endpoint": list{good}}}, []string{"policies.gateway_endpoint: Nothing goes through the endpoint"}},
		"documents": {object{"request": fetch(nil), "policies": object{
			"repository": list{good, "{\n  \"Statement\": no"}, "identity": list{"{}"}, "registry": list{""}, "boundary": list{"[]"}, "session": list{"1"},
			"endpoint": list{nil}, "gateway_endpoint": list{"x"}, "scps": list{list{}, list{good, "x"}}, "rcps": list{list{"x"}},
		}}, []string{
			"policies.repository[1]: Invalid policy document: policies.repository[1] isn't a policy document: line 2, column 16",
			"policies.identity[0]: Invalid policy document: policies.identity[0] isn't a policy document: line 1, column 1",
			"policies.registry[0]", "policies.boundary[0]", "policies.session[0]", "policies.endpoint[0]", "policies.gateway_endpoint[0]", "policies.scps[1][1]", "policies.rcps[0][0]",
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			config := object{"requests": object{"r": tc.config["request"]}}
			for name, value := range tc.config {
				if name != "request" {
					config[name] = value
				}
			}
			_, problems := ask(t, config)
			for _, want := range tc.want {
				if !strings.Contains("\n"+problems, "\n"+want) {
					t.Errorf("the problems are\n%s\nwant %s", problems, want)
				}
			}
			if got := strings.Count("\n"+problems, "\n"); got != len(tc.want) {
				t.Errorf("%d problems, want %d:\n%s", got, len(tc.want), problems)
			}
		})
	}
}
