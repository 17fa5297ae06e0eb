// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package pattern_test

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/ecrx/terraform-provider-ecrx/internal/authz"
	"github.com/ecrx/terraform-provider-ecrx/internal/pattern"
	"github.com/ecrx/terraform-provider-ecrx/internal/policy"
)

// ecsSeed reads a document of the seeds. policy keeps the one copy of them.
func ecsSeed(t *testing.T, name string) policy.Document {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "policy", "testdata", "seeds", name+".json"))
	if err != nil {
		t.Fatal(err)
	}
	document, err := policy.Parse(string(text))
	if err != nil {
		t.Fatal(err)
	}
	return document
}

// TestECSCounterpartsOfSeeds holds, of every document that the seed gives a task, what stands for it: it allows the calls
// of the application, and not the dangerous ones that the seed's own document allows.
func TestECSCounterpartsOfSeeds(t *testing.T) {
	t.Parallel()
	const (
		item       = "arn:aws:s3:::sample-bucket/a"
		iamLinked  = "arn:aws:iam::111111111111:role/aws-service-role/ssm.amazonaws.com/AWSServiceRoleForAmazonSSM"
		stack      = taskStack + "/11111111-2222-3333-4444-555555555555"
		stream     = taskLogs + ":log-stream:web/web/0123456789abcdef"
		otherQueue = "arn:aws:sqs:eu-west-1:111111111111:payments"
	)
	namespace := map[string]string{"cloudwatch:namespace": "Orders"}
	send := []use{{"sqs:SendMessage", taskQueue, nil}, {"sqs:GetQueueUrl", taskQueue, nil}}
	receive := []use{{"sqs:ReceiveMessage", taskQueue, nil}, {"sqs:DeleteMessage", taskQueue, nil}, {"sqs:ChangeMessageVisibility", taskQueue, nil}}
	stacks := []use{{"cloudformation:DescribeStacks", stack, nil}, {"cloudformation:ListStackResources", stack, nil}}
	stackDangers := []use{
		{"cloudformation:DeleteStack", stack, nil},
		{"cloudformation:UpdateStack", stack, nil},
		{"cloudformation:CreateStack", stack, nil},
		{"cloudformation:DescribeStacks", "arn:aws:cloudformation:eu-west-1:111111111111:stack/payments/1", nil},
	}
	systems := []use{
		{"ssm:GetParameter", taskParameter, nil},
		{"ssm:GetParameters", taskParameter, nil},
		{"ssm:GetParametersByPath", "arn:aws:ssm:eu-west-1:111111111111:parameter/orders", nil},
		{"ssmmessages:OpenDataChannel", "*", nil},
		{"ssmmessages:CreateControlChannel", "*", nil},
		{"cloudwatch:PutMetricData", "*", namespace},
		{"logs:CreateLogStream", stream, nil},
		{"logs:PutLogEvents", stream, nil},
	}
	systemDangers := []use{
		{"ssm:SendCommand", "*", nil},
		{"ssm:DeleteParameter", taskParameter, nil},
		{"ssm:PutParameter", taskParameter, nil},
		{"ssm:StartSession", "*", nil},
		{"ssm:GetParameter", "arn:aws:ssm:eu-west-1:111111111111:parameter/payments/db", nil},
		{"logs:DeleteLogGroup", taskLogs, nil},
		{"logs:PutRetentionPolicy", taskLogs, nil},
		{"logs:PutLogEvents", "arn:aws:logs:eu-west-1:111111111111:log-group:/ecs/payments:log-stream:a", nil},
		{"ec2messages:SendReply", "*", nil},
		{"ds:CreateComputer", "*", nil},
		{"iam:DeleteServiceLinkedRole", iamLinked, nil},
		{"cloudwatch:PutMetricData", "*", map[string]string{"cloudwatch:namespace": "AWS/ECS"}},
	}
	forSystems := pattern.ECSPermissions{
		SSMParameters: []string{"arn:aws:ssm:eu-west-1:111111111111:parameter/orders/*"}, ECSExec: true, CloudWatchMetrics: []string{"Orders"}, LogsWrite: []string{taskLogs},
	}
	for name, tc := range map[string]struct {
		counterpart pattern.ECSPermissions
		// calls are the application's; those in missing the seed forgot. dangers are what the seed allows beside them.
		calls, missing, dangers []use
	}{
		"2-backend-cloudformation":  {pattern.ECSPermissions{CloudFormationRead: []string{taskStack}}, stacks, nil, stackDangers},
		"2-frontend-cloudformation": {pattern.ECSPermissions{CloudFormationRead: []string{taskStack}}, stacks, nil, stackDangers},
		"2-backend-sqs": {
			pattern.ECSPermissions{SQSSend: []string{taskQueue}, SQSReceive: []string{taskQueue}},
			slices.Concat(send, receive), nil,
			[]use{{"sqs:DeleteQueue", taskQueue, nil}, {"sqs:PurgeQueue", taskQueue, nil}, {"sqs:SetQueueAttributes", taskQueue, nil}, {"sqs:AddPermission", taskQueue, nil}, {"sqs:SendMessage", otherQueue, nil}},
		},
		// The front end only sends.
		"2-frontend-sqs": {
			pattern.ECSPermissions{SQSSend: []string{taskQueue}},
			send, nil,
			slices.Concat(receive, []use{{"sqs:DeleteQueue", taskQueue, nil}, {"sqs:SendMessage", otherQueue, nil}}),
		},
		"2-backend-dynamodb": {
			pattern.ECSPermissions{DynamoDBRead: []string{taskTable}, DynamoDBWrite: []string{taskTable}, DAX: []string{taskDAX}},
			[]use{
				{"dynamodb:GetItem", taskTable, nil},
				{"dynamodb:Query", taskTable, nil},
				{"dynamodb:Query", taskTable + "/index/by-day", nil},
				{"dynamodb:PutItem", taskTable, nil},
				{"dynamodb:DescribeTable", taskTable, nil},
				{"dax:GetItem", taskDAX, nil},
				{"dax:PutItem", taskDAX, nil},
			},
			nil,
			[]use{
				{"dynamodb:DeleteTable", taskTable, nil},
				{"dynamodb:UpdateTable", taskTable, nil},
				{"dynamodb:GetItem", "arn:aws:dynamodb:eu-west-1:111111111111:table/payments", nil},
				{"dynamodb:Query", "arn:aws:dynamodb:eu-west-1:111111111111:table/payments/index/by-day", nil},
				{"dax:DeleteCluster", taskDAX, nil},
				{"dax:GetItem", "arn:aws:dax:eu-west-1:111111111111:cache/payments", nil},
				{"lambda:CreateFunction", "*", nil},
				{"lambda:DeleteFunction", "*", nil},
				{"iam:GetRole", "*", nil},
				{"iam:ListRoles", "*", nil},
				{"datapipeline:CreatePipeline", "*", nil},
				{"sns:DeleteTopic", "*", nil},
				{"cloudwatch:DeleteAlarms", "*", nil},
				{"application-autoscaling:PutScalingPolicy", "*", nil},
			},
		},
		"2-backend-rds": {
			pattern.ECSPermissions{RDSConnect: []string{taskUser}, RDSDescribe: []string{taskDatabase, taskAurora}},
			[]use{{"rds:DescribeDBInstances", taskDatabase, nil}, {"rds:DescribeDBClusters", taskAurora, nil}},
			[]use{{"rds-db:connect", taskUser, nil}},
			[]use{
				{"rds:DeleteDBInstance", taskDatabase, nil},
				{"rds:ModifyDBInstance", taskDatabase, nil},
				{"rds:DeleteDBCluster", taskAurora, nil},
				{"rds:DescribeDBInstances", "arn:aws:rds:eu-west-1:111111111111:db:payments", nil},
				{"sns:Publish", "*", nil},
				{"cloudwatch:DeleteAlarms", "*", nil},
				{"logs:GetLogEvents", "*", nil},
			},
		},
		"2-frontend-elasticache": {
			pattern.ECSPermissions{ElastiCacheConnect: []string{taskCache, taskCacheUser}, ElastiCacheDescribe: []string{taskCache}},
			[]use{{"elasticache:Connect", taskCache, nil}, {"elasticache:Connect", taskCacheUser, nil}, {"elasticache:DescribeReplicationGroups", taskCache, nil}},
			nil,
			[]use{
				{"elasticache:DeleteReplicationGroup", taskCache, nil},
				{"elasticache:ModifyUser", taskCacheUser, nil},
				{"elasticache:Connect", "arn:aws:elasticache:eu-west-1:111111111111:user:default", nil},
				{"elasticache:Connect", "arn:aws:elasticache:eu-west-1:111111111111:replicationgroup:payments", nil},
			},
		},
		"2-frontend-s3": {
			pattern.ECSPermissions{S3Read: []string{"arn:aws:s3:::sample-bucket"}, S3Write: []string{"arn:aws:s3:::sample-bucket/*"}},
			[]use{{"s3:GetObject", item, nil}, {"s3:PutObject", item, nil}, {"s3:AbortMultipartUpload", item, nil}},
			// The seed names objects alone, and lists are of the bucket.
			[]use{{"s3:ListBucket", "arn:aws:s3:::sample-bucket", nil}},
			[]use{{"s3:DeleteObject", item, nil}, {"s3:PutObjectAcl", item, nil}, {"s3:BypassGovernanceRetention", item, nil}},
		},
		"2-backend-ssm":  {forSystems, systems, nil, systemDangers},
		"2-frontend-ssm": {forSystems, systems, nil, systemDangers},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if problems := pattern.ValidateECSPermissions(tc.counterpart); len(problems) > 0 {
				t.Fatalf("the case itself is wrong: %+v", problems)
			}
			counterpart, seed := pattern.ECSTaskPolicy(tc.counterpart), ecsSeed(t, name)
			expectUses(t, "the counterpart", counterpart, authz.Allowed, slices.Concat(tc.calls, tc.missing)...)
			expectUses(t, "the counterpart", counterpart, authz.ImplicitlyDenied, tc.dangers...)
			expectUses(t, "the counterpart", counterpart, authz.ImplicitlyDenied,
				use{"iam:PassRole", "*", nil}, use{"iam:CreateServiceLinkedRole", iamLinked, nil}, use{"iam:CreateUser", "*", nil}, use{"ecr:PutImage", taskRepository, nil})
			expectUses(t, "the seed", seed, authz.Allowed, slices.Concat(tc.calls, tc.dangers)...)
			expectUses(t, "the seed", seed, authz.ImplicitlyDenied, tc.missing...)
		})
	}
}
