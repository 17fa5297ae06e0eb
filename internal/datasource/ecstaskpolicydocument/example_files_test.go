// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package ecstaskpolicydocument_test

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/ecrx/terraform-provider-ecrx/internal/acctest"
	"github.com/ecrx/terraform-provider-ecrx/internal/authz"
	"github.com/ecrx/terraform-provider-ecrx/internal/policy"
)

// example gives a file of the examples.
func example(t *testing.T, file string) string {
	t.Helper()
	text, err := os.ReadFile("../../../examples/" + file)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// call is an action on a resource, as "sqs:SendMessage arn:…".
type call string

// decide asks whether a task with the document may make the call. All condition keys of CloudWatch and S3 are those of the
// examples.
func (c call) decide(document policy.Document) authz.Decision {
	action, on, _ := strings.Cut(string(c), " ")
	who := authz.Caller{
		Principal: "arn:aws:sts::111111111111:assumed-role/task/0123456789abcdef", OrganizationPath: authz.UnknownValue,
		Context: map[string]authz.Values{"cloudwatch:namespace": authz.Single(namespace)},
	}
	request := who.Request(action, authz.Repository{ARN: on, OrganizationPath: authz.UnknownValue})
	request.ResourceAccount = "111111111111"
	return authz.Decide(&request, &authz.Layers{Identity: []*authz.Policy{authz.Compile("identity policy", document)}})
}

// namespace is what the calls put metrics into.
const namespace = "Backend"

// decides checks a document: what it allows, and what it doesn't.
func decides(allowed, denied []call) knownvalue.Check {
	return knownvalue.StringFunc(func(text string) error {
		document, err := policy.Parse(text)
		if err != nil {
			return err
		}
		for _, s := range document.Statements {
			for _, action := range s.Actions {
				if strings.ContainsAny(action, "*?") {
					return fmt.Errorf("%s holds the wildcard %s", s.Sid, action)
				}
			}
		}
		for want, calls := range map[authz.Decision][]call{authz.Allowed: allowed, authz.ImplicitlyDenied: denied} {
			for _, c := range calls {
				if got := c.decide(document); got != want {
					return fmt.Errorf("%s is %s, want %s", c, got, want)
				}
			}
		}
		return nil
	})
}

// allowedBySeed fails unless the document that the example replaces allows the dangerous calls. policy keeps the one copy of
// these documents.
func allowedBySeed(t *testing.T, name string, calls []call) {
	t.Helper()
	text, err := os.ReadFile("../../policy/testdata/seeds/2-" + name + ".json")
	if err != nil {
		t.Fatal(err)
	}
	document, err := policy.Parse(string(text))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range calls {
		if got := c.decide(document); got != authz.Allowed {
			t.Errorf("%s: the document that the example replaces has %s %s", name, c, got)
		}
	}
}

// The examples replace, one by one, the documents of the article that the project starts from.
func TestBackendAndFrontend(t *testing.T) {
	t.Parallel()
	const here = "eu-west-1:111111111111:"
	type document struct{ allowed, denied []call }
	for service, documents := range map[string]map[string]document{
		"backend": {
			"cloudformation": {
				[]call{"cloudformation:DescribeStacks arn:aws:cloudformation:" + here + "stack/backend-staging/1"},
				[]call{"cloudformation:DeleteStack arn:aws:cloudformation:" + here + "stack/backend-staging/1", "cloudformation:DescribeStacks arn:aws:cloudformation:" + here + "stack/backend-production/1"},
			},
			"sqs": {
				[]call{"sqs:SendMessage arn:aws:sqs:" + here + "orders-staging", "sqs:ReceiveMessage arn:aws:sqs:" + here + "orders-staging", "sqs:DeleteMessage arn:aws:sqs:" + here + "orders-staging"},
				[]call{"sqs:DeleteQueue arn:aws:sqs:" + here + "orders-staging", "sqs:PurgeQueue arn:aws:sqs:" + here + "orders-staging", "sqs:ReceiveMessage arn:aws:sqs:" + here + "orders-production"},
			},
			"dynamodb": {
				[]call{"dynamodb:GetItem arn:aws:dynamodb:" + here + "table/orders-staging", "dynamodb:Query arn:aws:dynamodb:" + here + "table/orders-staging/index/by-day", "dax:PutItem arn:aws:dax:" + here + "cache/orders-staging"},
				[]call{"dynamodb:DeleteTable arn:aws:dynamodb:" + here + "table/orders-staging", "lambda:CreateFunction *", "iam:ListRoles *", "datapipeline:CreatePipeline *", "dax:DeleteCluster arn:aws:dax:" + here + "cache/orders-staging"},
			},
			"rds": {
				[]call{"rds:DescribeDBInstances arn:aws:rds:" + here + "db:orders-staging"},
				[]call{"rds:DeleteDBInstance arn:aws:rds:" + here + "db:orders-staging", "sns:Publish *"},
			},
			"ssm": {
				[]call{
					"ssm:GetParameter arn:aws:ssm:" + here + "parameter/backend/staging/db", "ssm:GetParametersByPath arn:aws:ssm:" + here + "parameter/backend/staging", "ssmmessages:OpenDataChannel *", "cloudwatch:PutMetricData *",
					"logs:PutLogEvents arn:aws:logs:" + here + "log-group:/ecs/backend-staging:log-stream:a",
				},
				[]call{"ssm:SendCommand *", "ssm:GetParameter arn:aws:ssm:" + here + "parameter/backend/production/db", "logs:DeleteLogGroup arn:aws:logs:" + here + "log-group:/ecs/backend-staging", "ec2messages:SendReply *"},
			},
		},
		"frontend": {
			"cloudformation": {
				[]call{"cloudformation:DescribeStacks arn:aws:cloudformation:" + here + "stack/frontend-staging/1"},
				[]call{"cloudformation:UpdateStack arn:aws:cloudformation:" + here + "stack/frontend-staging/1"},
			},
			"s3": {
				[]call{"s3:GetObject arn:aws:s3:::frontend-staging/a", "s3:PutObject arn:aws:s3:::frontend-staging/uploads/a", "s3:ListBucket arn:aws:s3:::frontend-staging"},
				[]call{"s3:DeleteObject arn:aws:s3:::frontend-staging/a", "s3:PutObjectAcl arn:aws:s3:::frontend-staging/uploads/a", "s3:GetObject arn:aws:s3:::frontend-production/a"},
			},
			"sqs": {
				[]call{"sqs:SendMessage arn:aws:sqs:" + here + "orders-staging"},
				[]call{"sqs:ReceiveMessage arn:aws:sqs:" + here + "orders-staging", "sqs:DeleteQueue arn:aws:sqs:" + here + "orders-staging"},
			},
			"elasticache": {
				[]call{"elasticache:Connect arn:aws:elasticache:" + here + "replicationgroup:sessions-staging", "elasticache:Connect arn:aws:elasticache:" + here + "user:frontend"},
				[]call{"elasticache:DeleteReplicationGroup arn:aws:elasticache:" + here + "replicationgroup:sessions-staging", "elasticache:Connect arn:aws:elasticache:" + here + "user:default"},
			},
			"ssm": {
				[]call{"ssm:GetParameters arn:aws:ssm:" + here + "parameter/frontend/staging/title"},
				[]call{"ssm:PutParameter arn:aws:ssm:" + here + "parameter/frontend/staging/title", "ds:CreateComputer *", "cloudwatch:PutMetricData *"},
			},
		},
	} {
		t.Run(service, func(t *testing.T) {
			t.Parallel()
			var checks []statecheck.StateCheck
			for name, d := range documents {
				if name != "s3" { // its bucket isn't the example's
					allowedBySeed(t, service+"-"+name, d.denied)
				}
				alike := slices.Concat(d.denied, []call{"iam:PassRole *", "iam:CreateUser *", "ecr:PutImage arn:aws:ecr:eu-west-1:111111111111:repository/team/" + call(service)})
				checks = append(checks, statecheck.ExpectKnownOutputValueAtPath("task_policies", tfjsonpath.New(name), decides(d.allowed, alike)))
			}
			repository := call(" arn:aws:ecr:eu-west-1:111111111111:repository/team/" + service)
			checks = append(checks, statecheck.ExpectKnownOutputValue("execution_policy", decides(
				[]call{"ecr:GetAuthorizationToken *", "ecr:BatchGetImage" + repository, "ecr:GetDownloadUrlForLayer" + repository},
				[]call{"ecr:PutImage" + repository, "ecr:BatchGetImage arn:aws:ecr:eu-west-1:111111111111:repository/team/other", "ssm:GetParameter arn:aws:ssm:" + here + "parameter/" + call(service) + "/staging/a"},
			)))
			acctest.Test(t, resource.TestStep{
				Config: offline + example(t, "ecs-"+service+"/main.tf"), ConfigStateChecks: checks,
			})
		})
	}
}

func TestExample(t *testing.T) {
	t.Parallel()
	acctest.Test(t, resource.TestStep{
		Config: offline + example(t, "data-sources/ecrx_ecs_task_policy_document/data-source.tf"),
		ConfigStateChecks: []statecheck.StateCheck{statecheck.ExpectKnownOutputValue("policy", decides(
			[]call{
				"sqs:ReceiveMessage arn:aws:sqs:eu-west-1:111111111111:orders", "dynamodb:PutItem arn:aws:dynamodb:eu-west-1:111111111111:table/orders",
				"s3:GetObject arn:aws:s3:::orders-data/reports/a", "sns:Publish arn:aws:sns:eu-west-1:111111111111:orders-shipped",
			},
			[]call{"sqs:SendMessage arn:aws:sqs:eu-west-1:111111111111:orders", "s3:GetObject arn:aws:s3:::orders-data/a", "sns:Publish arn:aws:sns:eu-west-1:111111111111:orders"},
		))},
	})
}
