// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package policy_test

import (
	"testing"

	"github.com/ecrx/terraform-provider-ecrx/internal/policy"
)

func TestFindingsOfEndpoint(t *testing.T) {
	t.Parallel()
	const at = " Statement[0].Condition."
	through := func(resource, conditions string) string {
		return document(`{"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"` + resource + `","Condition":{` + conditions + `}}`)
	}
	on := func(resource string) string {
		return document(`{"Effect":"Allow","Principal":"*","Action":"ecr:BatchCheckLayerAvailability","Resource":"` + resource + `"}`)
	}
	deny := func(conditions string) string {
		return document(`{"Effect":"Deny","Principal":"*","Action":"ecr:PutImage","Resource":"*","Condition":{` + conditions + `}}`)
	}
	const anyVPC = `"StringLike":{"aws:SourceVpc":"vpc-0a1b2c*"}`
	testFindings(t, map[string]findingCase{
		"any VPC, denied":               {policy.KindEndpoint, deny(anyVPC), []string{"error SENSITIVE_KEY_WILDCARD" + at + "StringLike.aws:SourceVpc"}},
		"any VPC, denied elsewhere":     {policy.KindIdentity, document(`{"Effect":"Deny","Action":"ecr:PutImage","Resource":"*","Condition":{` + anyVPC + `}}`), []string{"warning SENSITIVE_KEY_WILDCARD" + at + "StringLike.aws:SourceVpc"}},
		"any endpoint":                  {policy.KindEndpoint, through("arn:aws:s3:::a/*", `"StringLike":{"aws:SourceVpce":"vpce-0a*"}`), []string{"error SENSITIVE_KEY_WILDCARD" + at + "StringLike.aws:SourceVpce"}},
		"an account as a number":        {policy.KindEndpoint, deny(`"NumericEquals":{"aws:PrincipalAccount":"111111111111"}`), []string{"error NUMERIC_OPERATOR_ON_ID" + at + "NumericEquals.aws:PrincipalAccount"}},
		"a number of another key":       {policy.KindEndpoint, deny(`"NumericLessThan":{"aws:MultiFactorAuthAge":"3600"}`), nil},
		"part of an account":            {policy.KindEndpoint, on("arn:aws:ecr:eu-west-1:1111*:repository/app"), []string{"error PARTIAL_ACCOUNT_IN_ARN Statement[0].Resource"}},
		"any account":                   {policy.KindEndpoint, on("arn:aws:ecr:eu-west-1:*:repository/app"), nil},
		"part of an account, elsewhere": {policy.KindIdentity, document(`{"Effect":"Allow","Action":"ecr:BatchCheckLayerAvailability","Resource":"arn:aws:ecr:eu-west-1:1111*:repository/app"}`), nil},
		"part of a principal's account": {policy.KindEndpoint, through("arn:aws:s3:::a/*", `"ArnLike":{"aws:PrincipalArn":"arn:aws:iam::11*:role/app"}`), []string{
			"warning WILDCARD_ACCOUNT" + at + "ArnLike.aws:PrincipalArn", "error PARTIAL_ACCOUNT_IN_ARN" + at + "ArnLike.aws:PrincipalArn",
		}},
		"five characters":       {policy.KindEndpoint, through("arn:aws:s3:::a/*", `"StringLike":{"aws:PrincipalTag/team":"abcde*"}`), []string{"error SHORT_TEXT_BESIDE_WILDCARD" + at + "StringLike.aws:PrincipalTag/team"}},
		"six characters before": {policy.KindEndpoint, through("arn:aws:s3:::a/*", `"StringLike":{"aws:PrincipalTag/team":"abcdef*"}`), nil},
		"six characters after":  {policy.KindEndpoint, through("arn:aws:s3:::a/*", `"StringNotLike":{"aws:PrincipalTag/team":"?abcdef"}`), nil},
		"five on each side":     {policy.KindEndpoint, through("arn:aws:s3:::a/*", `"StringNotLike":{"aws:PrincipalTag/team":"abcde*abcde"}`), []string{"error SHORT_TEXT_BESIDE_WILDCARD" + at + "StringNotLike.aws:PrincipalTag/team"}},
		"the second of two":     {policy.KindEndpoint, through("arn:aws:s3:::a/*", `"StringLike":{"aws:PrincipalTag/team":"abcdef*b*"}`), []string{"error SHORT_TEXT_BESIDE_WILDCARD" + at + "StringLike.aws:PrincipalTag/team"}},
		"no wildcard":           {policy.KindEndpoint, through("arn:aws:s3:::a/*", `"StringLike":{"aws:PrincipalTag/team":"ab"}`), nil},
		"a variable":            {policy.KindEndpoint, through("arn:aws:s3:::a/*", `"StringLike":{"aws:PrincipalTag/team":"${aws:username}*"}`), nil},
		"organization paths":    {policy.KindEndpoint, through("arn:aws:s3:::a/*", `"ForAnyValue:StringLike":{"aws:PrincipalOrgPaths":"o-a1b2c3d4e5/*"}`), nil},
	})
}
