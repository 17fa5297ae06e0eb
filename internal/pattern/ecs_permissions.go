// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package pattern

import (
	"slices"
	"strings"

	"github.com/ecrx/terraform-provider-ecrx/internal/policy"
)

// ECSPermissions are what the code in an ECS task may do, by the resources that it uses. Each list holds the ARNs of what
// it is named after; ARNs that go with them, such as a table's indexes, are derived.
// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-iam-roles.html
type ECSPermissions struct {
	// SQSSend and SQSReceive are queues.
	SQSSend, SQSReceive []string
	// DynamoDBRead and DynamoDBWrite are tables, DAX are clusters of DynamoDB Accelerator.
	DynamoDBRead, DynamoDBWrite, DAX []string
	// S3Read and S3Write are buckets, or objects in them: "arn:aws:s3:::data", "arn:aws:s3:::data/reports/*".
	S3Read, S3Write []string
	// RDSConnect are database users, RDSDescribe instances and clusters.
	RDSConnect, RDSDescribe []string
	// ElastiCacheConnect are caches together with the users that log in to them, ElastiCacheDescribe caches.
	ElastiCacheConnect, ElastiCacheDescribe []string
	// SSMParameters are parameters. One that ends in "/*" can be read as a path too.
	SSMParameters []string
	// ECSExec lets people open a shell in the task.
	ECSExec bool
	// CloudFormationRead are stacks.
	CloudFormationRead []string
	// CloudWatchMetrics are namespaces of metrics, such as "Orders".
	CloudWatchMetrics []string
	// LogsWrite are log groups.
	LogsWrite []string
	// KMSKeyARNs are the customer managed keys that encrypt the above.
	KMSKeyARNs []string
	// Statements are for the rest.
	Statements []policy.Statement

	// Incomplete says that some values aren't known yet, so that what is missing isn't reported.
	Incomplete bool
}

// ecsPresets has a row for each attribute that holds ARNs. The actions are those of the Service Authorization Reference;
// every one has a resource type, and stands on that.
var ecsPresets = []ecsPreset[ECSPermissions]{
	{
		attribute: "sqs_send", arns: func(p *ECSPermissions) *[]string { return &p.SQSSend }, kinds: []ecsResource{ecsQueue},
		statements: onResources("SQSSend", "sqs:GetQueueAttributes", "sqs:GetQueueUrl", "sqs:SendMessage"),
		// A producer verifies the data key that it makes (Amazon SQS Developer Guide, sqs-key-management).
		via: "sqs", encrypts: true,
	},
	{
		attribute: "sqs_receive", arns: func(p *ECSPermissions) *[]string { return &p.SQSReceive }, kinds: []ecsResource{ecsQueue},
		statements: onResources("SQSReceive", "sqs:ChangeMessageVisibility", "sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:GetQueueUrl", "sqs:ReceiveMessage"),
		via:        "sqs",
	},
	{
		attribute: "dynamodb_read", arns: func(p *ECSPermissions) *[]string { return &p.DynamoDBRead }, kinds: []ecsResource{ecsTable},
		statements: dynamoDBRead,
		// The table's key is decrypted for each caller, be it to read or to write (Amazon DynamoDB Developer Guide,
		// encryption.usagenotes).
		via: "dynamodb",
	},
	{
		attribute: "dynamodb_write", arns: func(p *ECSPermissions) *[]string { return &p.DynamoDBWrite }, kinds: []ecsResource{ecsTable},
		statements: onResources("DynamoDBWrite", "dynamodb:BatchWriteItem", "dynamodb:ConditionCheckItem", "dynamodb:DeleteItem", "dynamodb:DescribeTable", "dynamodb:PutItem", "dynamodb:UpdateItem"),
		via:        "dynamodb",
	},
	{
		// The cluster reaches the tables with its own role, which says what can be read and written through it.
		attribute: "dax", arns: func(p *ECSPermissions) *[]string { return &p.DAX }, kinds: []ecsResource{ecsDAXCluster},
		statements: onResources("DAX", "dax:BatchGetItem", "dax:BatchWriteItem", "dax:ConditionCheckItem", "dax:DeleteItem", "dax:GetItem", "dax:PutItem", "dax:Query", "dax:Scan", "dax:UpdateItem"),
	},
	{
		attribute: "s3_read", arns: func(p *ECSPermissions) *[]string { return &p.S3Read }, kinds: []ecsResource{ecsBucket},
		statements: s3Read, inverse: each(wholeBucket), via: "s3",
	},
	{
		attribute: "s3_write", arns: func(p *ECSPermissions) *[]string { return &p.S3Write }, kinds: []ecsResource{ecsBucket},
		// The parts of a multipart upload are decrypted when they are joined.
		statements: s3Write, inverse: each(wholeBucket), via: "s3", encrypts: true,
	},
	{
		attribute: "rds_connect", arns: func(p *ECSPermissions) *[]string { return &p.RDSConnect }, kinds: []ecsResource{ecsDatabaseUser},
		statements: onResources("RDSConnect", "rds-db:connect"),
	},
	{
		attribute: "rds_describe", arns: func(p *ECSPermissions) *[]string { return &p.RDSDescribe }, kinds: []ecsResource{ecsDatabase, ecsDatabaseCluster},
		statements: byKind(
			kindActions{ecsDatabase, onResources("RDSDescribeInstances", "rds:DescribeDBInstances")},
			kindActions{ecsDatabaseCluster, onResources("RDSDescribeClusters", "rds:DescribeDBClusters")},
		),
	},
	{
		// Both the cache and the user must be allowed (Amazon ElastiCache User Guide, auth-iam).
		attribute: "elasticache_connect", arns: func(p *ECSPermissions) *[]string { return &p.ElastiCacheConnect },
		kinds:      []ecsResource{ecsReplicationGroup, ecsServerlessCache, ecsCacheUser},
		statements: onResources("ElastiCacheConnect", "elasticache:Connect"),
	},
	{
		attribute: "elasticache_describe", arns: func(p *ECSPermissions) *[]string { return &p.ElastiCacheDescribe },
		kinds: []ecsResource{ecsReplicationGroup, ecsServerlessCache, ecsCacheCluster},
		statements: byKind(
			kindActions{ecsReplicationGroup, onResources("ElastiCacheDescribeGroups", "elasticache:DescribeReplicationGroups")},
			kindActions{ecsServerlessCache, onResources("ElastiCacheDescribeServerless", "elasticache:DescribeServerlessCaches")},
			kindActions{ecsCacheCluster, onResources("ElastiCacheDescribeClusters", "elasticache:DescribeCacheClusters")},
		),
	},
	{
		attribute: "ssm_parameters", arns: func(p *ECSPermissions) *[]string { return &p.SSMParameters }, kinds: []ecsResource{ecsParameter},
		statements: ssmParameters, via: "ssm",
	},
	{
		attribute: "cloudformation_read", arns: func(p *ECSPermissions) *[]string { return &p.CloudFormationRead }, kinds: []ecsResource{ecsStack},
		statements: cloudFormationRead, inverse: each(func(stack string) string { return strings.TrimSuffix(stack, "/*") }),
	},
	{
		attribute: "logs_write", arns: func(p *ECSPermissions) *[]string { return &p.LogsWrite }, kinds: []ecsResource{ecsLogGroup},
		statements: logsWrite("LogsWrite"), inverse: each(logGroup),
	},
}

// ECSTaskPolicy gives the identity policy of a task role with exactly these permissions. They must be valid
// (ValidateECSPermissions). Equal permissions give equal bytes, whatever their order.
func ECSTaskPolicy(p ECSPermissions) policy.Document {
	statements := append(slices.Clone(p.Statements), presetStatements(ecsPresets, &p)...)
	if p.ECSExec {
		statements = append(statements, ecsExec())
	}
	if len(p.CloudWatchMetrics) > 0 {
		statements = append(statements, putMetrics(p.CloudWatchMetrics))
	}
	decrypt, encrypt := keyUses(ecsPresets, &p)
	return policy.New(append(statements, useOfKeys(p.KMSKeyARNs, decrypt, encrypt)...)...)
}
