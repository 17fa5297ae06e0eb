// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package pattern_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/ecrx/terraform-provider-ecrx/internal/pattern"
	"github.com/ecrx/terraform-provider-ecrx/internal/policy"
)

// resourceTypes are the resource types of each action that a preset gives, as the forms of their ARNs behind the
// partition; none for an action that knows no resource (Service Authorization Reference, the pages of each service).
// logs:CreateLogStream is asked with the stream's ARN, as its refusals say.
func resourceTypes() map[string][]string {
	types := map[string][]string{}
	for form, actions := range map[string]string{
		`:sqs:[^:]+:\d{12}:[^:/]+$`:                        "sqs:ChangeMessageVisibility sqs:DeleteMessage sqs:GetQueueAttributes sqs:GetQueueUrl sqs:ReceiveMessage sqs:SendMessage",
		`:dynamodb:[^:]+:\d{12}:table/[^/]+$`:              "dynamodb:BatchGetItem dynamodb:BatchWriteItem dynamodb:ConditionCheckItem dynamodb:DeleteItem dynamodb:DescribeTable dynamodb:GetItem dynamodb:PutItem dynamodb:Query dynamodb:Scan dynamodb:UpdateItem",
		`:dynamodb:[^:]+:\d{12}:table/[^/]+/index/\*$`:     "dynamodb:Query dynamodb:Scan",
		`:dax:[^:]+:\d{12}:cache/[^/]+$`:                   "dax:BatchGetItem dax:BatchWriteItem dax:ConditionCheckItem dax:DeleteItem dax:GetItem dax:PutItem dax:Query dax:Scan dax:UpdateItem",
		`:s3:::[^/]+/.+$`:                                  "s3:AbortMultipartUpload s3:GetObject s3:ListMultipartUploadParts s3:PutObject",
		`:s3:::[^/]+$`:                                     "s3:GetBucketLocation s3:ListBucket s3:ListBucketMultipartUploads",
		`:rds-db:[^:]+:\d{12}:dbuser:[^/]+/[^/]+$`:         "rds-db:connect",
		`:rds:[^:]+:\d{12}:db:.+$`:                         "rds:DescribeDBInstances",
		`:rds:[^:]+:\d{12}:cluster:.+$`:                    "rds:DescribeDBClusters",
		`:elasticache:[^:]+:\d{12}:replicationgroup:.+$`:   "elasticache:Connect elasticache:DescribeReplicationGroups",
		`:elasticache:[^:]+:\d{12}:serverlesscache:.+$`:    "elasticache:Connect elasticache:DescribeServerlessCaches",
		`:elasticache:[^:]+:\d{12}:user:.+$`:               "elasticache:Connect",
		`:elasticache:[^:]+:\d{12}:cluster:.+$`:            "elasticache:DescribeCacheClusters",
		`:ssm:[^:]+:\d{12}:parameter/.+$`:                  "ssm:GetParameter ssm:GetParameters ssm:GetParametersByPath",
		`:cloudformation:[^:]+:\d{12}:stack/[^/]+/\*$`:     "cloudformation:DescribeStackResource cloudformation:DescribeStackResources cloudformation:DescribeStacks cloudformation:ListStackResources",
		`:logs:[^:]+:\d{12}:log-group:[^:]+:log-stream:.+`: "logs:CreateLogStream logs:PutLogEvents",
		`:kms:[^:]+:\d{12}:key/.+$`:                        "kms:Decrypt kms:GenerateDataKey",
		`:ecr:[^:]+:\d{12}:repository/.+$`:                 "ecr:BatchCheckLayerAvailability ecr:BatchGetImage ecr:GetDownloadUrlForLayer",
		`:secretsmanager:[^:]+:\d{12}:secret:.+$`:          "secretsmanager:GetSecretValue",
	} {
		for _, action := range strings.Fields(actions) {
			types[action] = append(types[action], `^arn:aws(-[a-z]+)*`+form)
		}
	}
	for _, action := range []string{
		"cloudwatch:PutMetricData", "ecr:GetAuthorizationToken",
		"ssmmessages:CreateControlChannel", "ssmmessages:CreateDataChannel", "ssmmessages:OpenControlChannel", "ssmmessages:OpenDataChannel",
	} {
		types[action] = nil
	}
	return types
}

// Each action stands on resources of its own types, on "*" only where it has none, and no action is a wildcard. Every
// action of the table is given by something.
func TestECSActionsAndTheirResources(t *testing.T) {
	t.Parallel()
	permissions := everyPermission()
	permissions.Statements = nil
	permissions.ElastiCacheConnect = append(permissions.ElastiCacheConnect, taskServerless)
	permissions.S3Read = append(permissions.S3Read, "arn:aws:s3:::shared/part/*")
	types, given := resourceTypes(), map[string]bool{}
	var statements []policy.Statement
	for _, d := range []policy.Document{pattern.ECSTaskPolicy(permissions), pattern.ECSExecutionPolicy(everyExecution())} {
		statements = append(statements, d.Statements...)
	}
	for _, s := range statements {
		for _, action := range s.Actions {
			given[action] = true
			forms, known := types[action]
			switch {
			case !known:
				t.Errorf("%s: %s is no action of the table", s.Sid, action)
			case len(forms) == 0 && !slices.Equal(s.Resources, []string{"*"}):
				t.Errorf("%s: %s knows no resource, and stands on %v", s.Sid, action, s.Resources)
			case len(forms) > 0:
				for _, resource := range s.Resources {
					if !slices.ContainsFunc(forms, func(form string) bool { return regexp.MustCompile(form).MatchString(resource) }) {
						t.Errorf("%s: %s never is on %s", s.Sid, action, resource)
					}
				}
			}
		}
	}
	for action := range types {
		if !given[action] {
			t.Errorf("%s is given by nothing", action)
		}
	}
}
