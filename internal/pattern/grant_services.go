// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package pattern

import (
	"slices"

	"github.com/ecrx/terraform-provider-ecrx/internal/policy"
)

// lambdaActions are what Lambda's page lists for both sides; BatchCheckLayerAvailability isn't among them.
var lambdaActions = []string{"ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"}

// statements lets the accounts that create the functions, and the Lambda service on behalf of those functions, read the
// image. Both are needed: without the second a function goes inactive later, when Lambda optimises the image again.
// https://docs.aws.amazon.com/lambda/latest/dg/images-create.html#gettingstarted-images-permissions
func (l LambdaGrant) statements(name string, site Site) []policy.Statement {
	accounts := accountsOf(l.FunctionARNs)
	functions := slices.Clone(l.FunctionARNs)
	for _, account := range l.Accounts {
		functions = append(functions, "arn:"+site.Partition+":lambda:"+orWildcard(site.Region)+":"+account+":function:*")
	}
	accounts = append(accounts, l.Accounts...)

	var statements []policy.Statement
	if len(accounts) > 0 {
		statements = append(statements,
			policy.Statement{
				Sid: name + "Lambda", Effect: policy.Allow, Actions: lambdaActions,
				Principal: policy.Principal{AWS: rootARNs(site.Partition, accounts)},
			},
			policy.Statement{
				Sid: name + "LambdaService", Effect: policy.Allow, Actions: lambdaActions,
				Principal:  policy.Principal{Service: []string{"lambda.amazonaws.com"}},
				Conditions: []policy.Condition{{Operator: "ArnLike", Key: "aws:SourceArn", Values: functions}},
			})
	}
	if len(l.OrganizationIDs) > 0 {
		suffix := ""
		if len(accounts) > 0 {
			suffix = "Organizations"
		}
		statements = append(statements,
			policy.Statement{
				Sid: name + "Lambda" + suffix, Effect: policy.Allow, Actions: lambdaActions,
				Principal:  policy.Principal{Any: true},
				Conditions: []policy.Condition{{Operator: "StringEquals", Key: "aws:PrincipalOrgID", Values: l.OrganizationIDs}},
			},
			policy.Statement{
				Sid: name + "LambdaService" + suffix, Effect: policy.Allow, Actions: lambdaActions,
				Principal:  policy.Principal{Service: []string{"lambda.amazonaws.com"}},
				Conditions: []policy.Condition{{Operator: "StringEquals", Key: "aws:SourceOrgID", Values: l.OrganizationIDs}},
			})
	}
	return statements
}

// statement lets CodeBuild pull for the named projects and for no other project that happens to share the service.
func (c CodeBuildGrant) statement(name string) policy.Statement {
	return policy.Statement{
		Sid:       name + "CodeBuild",
		Effect:    policy.Allow,
		Principal: policy.Principal{Service: []string{"codebuild.amazonaws.com"}},
		Actions:   pull,
		Conditions: []policy.Condition{
			{Operator: "ArnLike", Key: "aws:SourceArn", Values: c.ProjectARNs},
			{Operator: "StringEquals", Key: "aws:SourceAccount", Values: accountsOf(c.ProjectARNs)},
		},
	}
}

// orWildcard keeps a document that is computed without a region usable: it then matches functions of every region.
func orWildcard(region string) string {
	if region == "" {
		return "*"
	}
	return region
}
