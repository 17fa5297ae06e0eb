// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package accessmatrix_test

import (
	"strings"
	"testing"
)

func TestBadInput(t *testing.T) {
	t.Parallel()
	good := object{"arn": ci}
	for name, tc := range map[string]struct {
		laid object // over a good configuration
		want []string
	}{
		"nobody":               {object{"principals": object{"x": object{}}}, []string{`principals").ElementKeyString("x").AttributeName("arn"): Who is it?`}},
		"two at once":          {object{"principals": object{"x": object{"arn": ci, "service_principal": "lambda.amazonaws.com"}}}, []string{`AttributeName("arn"): Who is it?`}},
		"null principal":       {object{"principals": object{"x": nil}}, []string{`principals").ElementKeyString("x"): Nobody there`}},
		"null repository":      {object{"repositories": object{"x": nil}}, []string{`repositories").ElementKeyString("x").AttributeName("arn"): Missing Configuration`}},
		"principal":            {object{"principals": object{"x": object{"arn": "ci"}}}, []string{`AttributeName("arn"): Invalid principal ARN`}},
		"service":              {object{"principals": object{"x": object{"service_principal": "lambda"}}}, []string{`AttributeName("service_principal"): Invalid service principal`}},
		"service with tags":    {object{"principals": object{"x": object{"service_principal": "lambda.amazonaws.com", "tags": object{}}}}, []string{`AttributeName("tags"): No principal of an account`}},
		"service in a unit":    {object{"principals": object{"x": object{"service_principal": "lambda.amazonaws.com", "organization_path": ""}}}, []string{`AttributeName("organization_path"): No principal of an account`}},
		"service with a user":  {object{"principals": object{"x": object{"service_principal": "lambda.amazonaws.com", "user_id": "x"}}}, []string{`AttributeName("user_id"): No principal of an account`}},
		"service with rights":  {object{"principals": object{"x": object{"service_principal": "lambda.amazonaws.com", "identity_policies": list{}}}}, []string{`AttributeName("identity_policies"): No principal of an account`}},
		"principal's place":    {object{"principals": object{"x": object{"arn": ci, "organization_path": "o-a1b2c3d4e5/*"}}}, []string{`AttributeName("organization_path"): Invalid organization path`}},
		"principal's endpoint": {object{"principals": object{"x": object{"arn": ci, "source_vpce_id": "vpc-1"}}}, []string{`AttributeName("source_vpce_id"): Invalid VPC endpoint id`}},
		"identity policy":      {object{"principals": object{"x": object{"arn": ci, "identity_policies": list{identity("*"), "x"}}}}, []string{`AttributeName("identity_policies").ElementKeyInt(1): Invalid policy document`}},
		"repository":           {object{"repositories": object{"x": object{"arn": "app"}}}, []string{`AttributeName("arn"): Invalid repository ARN`}},
		"repository policy":    {object{"repositories": object{"x": object{"arn": appARN, "policy_json": "{}"}}}, []string{`AttributeName("policy_json"): Invalid policy document`}},
		"repository's place":   {object{"repositories": object{"x": object{"arn": appARN, "organization_path": "r-ab12/"}}}, []string{`AttributeName("organization_path"): Invalid organization path`}},
		"access":               {object{"access": list{"pull", "admin"}}, []string{`access").ElementKeyInt(1): Unknown access: "admin" is not an access`}},
		"action on registry":   {object{"access": list{"ecr:GetAuthorizationToken"}}, []string{`access").ElementKeyInt(0): Unknown access: "ecr:GetAuthorizationToken" is an action on the whole registry`}},
		"access twice":         {object{"access": list{"pull", "pull"}}, []string{"Duplicate List Value"}},
		"no access":            {object{"access": list{}}, []string{"Invalid Attribute Value"}},
		"policies":             {object{"policies": object{"identity": list{"x"}}}, []string{`policies").AttributeName("identity").ElementKeyInt(0): Invalid policy document`}},
		"unused endpoint":      {object{"policies": object{"endpoint": list{identity("*")}}}, []string{`policies").AttributeName("endpoint"): Nothing goes through the endpoint: An endpoint's policy applies to what goes through it, and no principal's calls go through one`}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			config := object{"principals": object{"ci": good}, "repositories": object{"app": object{"arn": appARN}}, "access": list{"pull"}}
			for key, value := range tc.laid {
				config[key] = value
			}
			_, _, problems := ask(t, config)
			for _, want := range tc.want {
				if !strings.Contains(problems, want) || strings.Count("\n"+problems, "\nAttributeName") != 1 {
					t.Errorf("the problems are\n%s\nwant %s alone", problems, want)
				}
			}
		})
	}
}
