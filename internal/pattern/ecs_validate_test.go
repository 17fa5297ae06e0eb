// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package pattern_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/ecrx/terraform-provider-ecrx/internal/pattern"
	"github.com/ecrx/terraform-provider-ecrx/internal/policy"
)

// expectProblems wants one problem whose text contains want, and none for "".
func expectProblems(t *testing.T, problems []pattern.Problem, want string) {
	t.Helper()
	var said []string
	for _, p := range problems {
		said = append(said, fmt.Sprintf("%s %s: %s: %s", p.Severity, strings.Join(p.Path, "."), p.Summary, p.Detail))
	}
	switch {
	case want == "" && len(said) > 0, len(said) > 1:
		t.Errorf("got\n%s\nwant %q", strings.Join(said, "\n"), want)
	case want != "" && (len(said) == 0 || !strings.HasPrefix(said[0], want)):
		t.Errorf("got %q, want %q", said, want)
	}
}

func TestValidateECSPermissions(t *testing.T) {
	t.Parallel()
	type permissions = pattern.ECSPermissions
	one := func(arn string) []string { return []string{arn} }
	statement := func(s policy.Statement) permissions {
		if s.Effect == "" {
			s.Effect = policy.Allow
		}
		return permissions{SQSSend: one(taskQueue), Statements: []policy.Statement{s}}
	}
	for name, tc := range map[string]struct {
		permissions permissions
		want        string
	}{
		"everything":  {everyPermission(), ""},
		"nothing":     {permissions{}, "error : Permissions that give nothing: IAM refuses a policy without a statement. Say what the task uses, such as sqs_send = ["},
		"nothing yet": {permissions{Incomplete: true}, ""},
		"exec alone":  {permissions{ECSExec: true}, ""},

		"queue in s3_read":         {permissions{S3Read: one(taskQueue)}, `error s3_read: ARN of another service: "` + taskQueue + `" is of the service "sqs", and what is wanted is a bucket, or objects in one, of "s3". Write it as in "arn:aws:s3:::orders-data/reports/*".`},
		"database in rds_connect":  {permissions{RDSConnect: one(taskDatabase)}, `error rds_connect: ARN of another service: "` + taskDatabase + `" is of the service "rds", and what is wanted is a database user, of "rds-db".`},
		"user in rds_describe":     {permissions{RDSDescribe: one(taskUser)}, `error rds_describe: ARN of another service`},
		"table in dax":             {permissions{DAX: one(taskTable)}, `error dax: ARN of another service`},
		"user in describe":         {permissions{ElastiCacheDescribe: one(taskCacheUser)}, `error elasticache_describe: ARN of another kind of resource: "` + taskCacheUser + `" is not a replication group or a serverless cache or a cache cluster.`},
		"node in connect":          {permissions{ElastiCacheConnect: []string{taskNode, taskCache, taskCacheUser}}, `error elasticache_connect: ARN of another kind of resource`},
		"index in dynamodb_read":   {permissions{DynamoDBRead: one(taskTable + "/index/by-day")}, `error dynamodb_read: Invalid ARN: "` + taskTable + `/index/by-day" can't be the ARN of a table: "orders/index/by-day" isn't such a name.`},
		"stream in logs_write":     {permissions{LogsWrite: one(taskLogs + ":log-stream:a")}, `error logs_write: Invalid ARN`},
		"slash before a parameter": {permissions{SSMParameters: one("arn:aws:ssm:eu-west-1:111111111111:parameter//orders")}, `error ssm_parameters: Invalid ARN`},
		"upper-case cache":         {permissions{ElastiCacheConnect: []string{strings.Replace(taskCache, "sessions", "Sessions", 1), taskCacheUser}}, `error elasticache_connect: Invalid ARN`},
		"database user without id": {permissions{RDSConnect: one("arn:aws:rds-db:eu-west-1:111111111111:dbuser:orders/app")}, `error rds_connect: Invalid ARN`},
		"no ARN":                   {permissions{SQSSend: one("orders")}, `error sqs_send: Invalid ARN: "orders" is not the ARN of a queue. Write it as in "` + taskQueue + `".`},

		"short ARN":        {permissions{SQSSend: one("arn:aws:sqs:orders")}, `error sqs_send: Invalid ARN: "arn:aws:sqs:orders" is not the ARN of a queue.`},
		"urn":              {permissions{SQSSend: one("urn:aws:sqs:eu-west-1:111111111111:orders")}, `error sqs_send: Invalid ARN: "urn:aws:sqs:eu-west-1:111111111111:orders" is not the ARN of a queue.`},
		"malformed prefix": {permissions{SQSSend: one("*" + taskQueue)}, `error sqs_send: Malformed ARN: "*` + taskQueue + `" has "*" before "arn:", which IAM refuses. Write "` + taskQueue + `".`},
		"no partition":     {permissions{SQSSend: one(strings.Replace(taskQueue, ":aws:", ":asw:", 1))}, `error sqs_send: Unknown partition`},
		"no Region":        {permissions{SQSSend: one(strings.Replace(taskQueue, "eu-west-1", "", 1))}, `error sqs_send: Invalid ARN: "arn:aws:sqs::111111111111:orders" names no Region: "" isn't one.`},
		"any Region":       {permissions{SQSSend: one(strings.Replace(taskQueue, "eu-west-1", "*", 1))}, ""},
		"Region elsewhere": {permissions{SQSSend: one(strings.Replace(taskQueue, "eu-west-1", "cn-north-1", 1))}, `error sqs_send: ARN of another partition: "arn:aws:sqs:cn-north-1:111111111111:orders" never matches, since cn-north-1 is in the partition "aws-cn".`},
		"ten digits":       {permissions{SQSSend: one(strings.Replace(taskQueue, "111111111111", "1234567890", 1))}, `error sqs_send: Invalid ARN: "arn:aws:sqs:eu-west-1:1234567890:orders" names no account: "1234567890" isn't an id of 12 digits.`},
		"any account":      {permissions{SQSSend: one(strings.Replace(taskQueue, "111111111111", "*", 1))}, `error sqs_send: Wildcard in the account of an ARN`},
		"bucket's Region":  {permissions{S3Read: one("arn:aws:s3:eu-west-1::orders-data")}, `error s3_read: Invalid ARN: "arn:aws:s3:eu-west-1::orders-data" names a Region or an account`},
		"two partitions":   {permissions{SQSSend: []string{taskQueue, "arn:aws-cn:sqs:cn-north-1:111111111111:orders"}}, `error sqs_send: ARN of another partition: "arn:aws-cn:sqs:cn-north-1:111111111111:orders" is in the partition "aws-cn", and "` + taskQueue + `" in "aws".`},
		"key elsewhere":    {permissions{SQSSend: one(taskQueue), KMSKeyARNs: one("arn:aws-cn:kms:cn-north-1:111111111111:key/a")}, `error kms_key_arns: ARN of another partition`},

		"star":            {permissions{SQSSend: one("*")}, `error sqs_send: Wildcard over a whole service: "*" stands for everything.`},
		"every queue":     {permissions{SQSSend: one("arn:aws:sqs:eu-west-1:111111111111:*")}, `error sqs_send: Wildcard over a whole service`},
		"every table":     {permissions{DynamoDBWrite: one("arn:aws:dynamodb:eu-west-1:111111111111:table/*")}, `error dynamodb_write: Wildcard over a whole service`},
		"every bucket":    {permissions{S3Read: one("arn:aws:s3:::*")}, `error s3_read: Wildcard over a whole service`},
		"every object":    {permissions{S3Read: one("arn:aws:s3:::*/*")}, `error s3_read: Wildcard over a whole service`},
		"every user":      {permissions{RDSConnect: one("arn:aws:rds-db:eu-west-1:111111111111:dbuser:*/*")}, `error rds_connect: Wildcard over a whole service`},
		"every parameter": {permissions{SSMParameters: one("arn:aws:ssm:eu-west-1:111111111111:parameter/*")}, `error ssm_parameters: Wildcard over a whole service`},
		"some queues":     {permissions{SQSSend: one(taskQueue + "-*")}, ""},
		"some service":    {permissions{SQSSend: one("arn:aws:*:eu-west-1:111111111111:orders")}, `error sqs_send: ARN of another service`},
		"Japanese":        {permissions{S3Read: one("arn:aws:s3:::orders-data/受注/*")}, `error s3_read: Character that IAM doesn't take: "arn:aws:s3:::orders-data/受注/*" holds "受"`},
		"accents":         {permissions{S3Read: one("arn:aws:s3:::orders-data/reçu/*")}, ""},

		"cache without user": {permissions{ElastiCacheConnect: one(taskServerless)}, `error elasticache_connect: ElastiCache without a user: A connection needs elasticache:Connect on the cache and on the user that logs in`},
		"user without cache": {permissions{ElastiCacheConnect: one(taskCacheUser)}, `error elasticache_connect: ElastiCache without a cache`},
		"user not known yet": {permissions{ElastiCacheConnect: one(taskCache), Incomplete: true}, ""},

		"any namespace":      {permissions{CloudWatchMetrics: one("Orders*")}, `error cloudwatch_metrics: Wildcard in a namespace`},
		"no namespace":       {permissions{CloudWatchMetrics: one(":Orders")}, `error cloudwatch_metrics: Invalid namespace`},
		"long namespace":     {permissions{CloudWatchMetrics: one(strings.Repeat("a", 256))}, `error cloudwatch_metrics: Invalid namespace`},
		"AWS's namespace":    {permissions{CloudWatchMetrics: one("AWS/ECS")}, `warning cloudwatch_metrics: Namespace of AWS`},
		"longest namespace":  {permissions{CloudWatchMetrics: one(strings.Repeat("a", 255))}, ""},
		"alias":              {permissions{SQSSend: one(taskQueue), KMSKeyARNs: one("arn:aws:kms:eu-west-1:111111111111:alias/orders")}, `error kms_key_arns: Alias in the place of a key`},
		"every key":          {permissions{SQSSend: one(taskQueue), KMSKeyARNs: one("arn:aws:kms:eu-west-1:111111111111:key/*")}, `error kms_key_arns: Wildcard over a whole service`},
		"keys without use":   {permissions{RDSConnect: one(taskUser), KMSKeyARNs: one(taskKey)}, `error kms_key_arns: Keys without use: The keys can be used only by way of a service that encrypts with them, and nothing here does: set sqs_send,`},
		"keys of what comes": {permissions{RDSConnect: one(taskUser), KMSKeyARNs: one(taskKey), Incomplete: true}, ""},

		"service wildcard":  {statement(policy.Statement{Actions: one("sns:*"), Resources: one("arn:aws:sns:eu-west-1:111111111111:orders")}), `error statements.0.actions: Every action of a service: "sns:*" allows all that there is and will be.`},
		"whole wildcard":    {statement(policy.Statement{Actions: one("*"), Resources: one("arn:aws:sns:eu-west-1:111111111111:orders")}), `error statements.0.actions: Every action of a service`},
		"denied wildcard":   {statement(policy.Statement{Effect: policy.Deny, Actions: one("sns:*"), Resources: one("*")}), ""},
		"named actions":     {statement(policy.Statement{Actions: one("sns:Publish*"), Resources: one("arn:aws:sns:eu-west-1:111111111111:orders")}), ""},
		"every queue again": {statement(policy.Statement{Actions: one("SQS:SendMessage"), Resources: one("*")}), `error statements.0.resources: Every resource of a service: SQS:SendMessage on "*" takes in every resource. Name those that the task uses in sqs_send.`},
		"no resource type":  {statement(policy.Statement{Actions: one("xray:PutTraceSegments"), Resources: one("*")}), ""},
		"not known here":    {statement(policy.Statement{Actions: one("sns:Publish"), Resources: one("*")}), `warning statements.0.resources: Every resource: sns:Publish is allowed on "*".`},
		"no actions":        {statement(policy.Statement{Resources: one("arn:aws:sns:eu-west-1:111111111111:orders")}), `error statements.0.actions: Statement without actions`},
		"seed's ARN":        {statement(policy.Statement{Actions: one("iam:GetRole"), Resources: one("*arn:aws:iam::*:role/web")}), `error statements.0.resources: Invalid statement: "*arn:aws:iam::*:role/web" is not an ARN;`},
		"two without sid": {permissions{Statements: []policy.Statement{
			{Effect: policy.Allow, Actions: one("sns:Publish"), Resources: one("arn:aws:sns:eu-west-1:111111111111:orders")},
			{Effect: policy.Allow, Actions: one("sns:Subscribe"), Resources: one("arn:aws:sns:eu-west-1:111111111111:orders")},
		}}, ""},
		"two of one sid": {permissions{Statements: []policy.Statement{
			{Sid: "A", Effect: policy.Allow, Actions: one("sns:Publish"), Resources: one("arn:aws:sns:eu-west-1:111111111111:orders")},
			{Sid: "A", Effect: policy.Allow, Actions: one("sns:Subscribe"), Resources: one("arn:aws:sns:eu-west-1:111111111111:orders")},
		}}, `error statements: Sid that is taken`},
		"taken sid": {statement(policy.Statement{Sid: "SQSSend", Actions: one("sns:Publish"), Resources: one("arn:aws:sns:eu-west-1:111111111111:orders")}), `error statements: Sid that is taken: "SQSSend" stands twice`},
		"not known yet": {
			permissions{Statements: []policy.Statement{{Effect: policy.Allow}}, Incomplete: true}, "",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			expectProblems(t, pattern.ValidateECSPermissions(tc.permissions), tc.want)
		})
	}
}

func TestValidateECSExecution(t *testing.T) {
	t.Parallel()
	type execution = pattern.ECSExecution
	one := func(arn string) []string { return []string{arn} }
	for name, tc := range map[string]struct {
		execution execution
		want      string
	}{
		"everything":            {everyExecution(), ""},
		"nothing":               {execution{}, "error repository_arns: Execution role that may do nothing"},
		"nothing yet":           {execution{Incomplete: true, SourceVPCIDs: one("vpc-0a1b")}, ""},
		"secret as repository":  {execution{RepositoryARNs: one(taskSecret)}, "error repository_arns: ARN of another service"},
		"every repository":      {execution{RepositoryARNs: one("arn:aws:ecr:eu-west-1:111111111111:repository/*")}, "error repository_arns: Wildcard over a whole service"},
		"some repositories":     {execution{RepositoryARNs: one("arn:aws:ecr:eu-west-1:111111111111:repository/team/*")}, ""},
		"repository as log":     {execution{LogGroupARNs: one(taskRepository)}, "error log_group_arns: ARN of another service"},
		"key of a secret":       {execution{SecretARNs: one(taskSecret + ":password::")}, `error secret_arns: Secret with a key in its ARN: "` + taskSecret + `:password::" ends in what a task definition adds: the key and the version. A policy is about the whole secret. Write "` + taskSecret + `".`},
		"parameter as secret":   {execution{SecretARNs: one(taskParameter)}, "error secret_arns: ARN of another service"},
		"every secret":          {execution{SecretARNs: one("arn:aws:secretsmanager:eu-west-1:111111111111:secret:*")}, "error secret_arns: Wildcard over a whole service"},
		"secret as parameter":   {execution{ParameterARNs: one(taskSecret)}, "error parameter_arns: ARN of another service"},
		"keys without use":      {execution{RepositoryARNs: one(taskRepository), KMSKeyARNs: one(taskKey)}, "error kms_key_arns: Keys without use: The keys can be used only by way of a service that encrypts with them, and nothing here does: set secret_arns or parameter_arns"},
		"endpoint as VPC":       {execution{RepositoryARNs: one(taskRepository), SourceVPCIDs: one("vpce-0a1b2c3d")}, `error source_vpc_ids: Invalid VPC id: "vpce-0a1b2c3d" is not the id of a VPC. Write it as in "vpc-0a1b2c3d4e5f60718".`},
		"VPC as endpoint":       {execution{RepositoryARNs: one(taskRepository), SourceVPCEIDs: one("vpc-0a1b2c3d")}, `error source_vpce_ids: Invalid VPC endpoint id`},
		"any VPC":               {execution{RepositoryARNs: one(taskRepository), SourceVPCIDs: one("vpc-*")}, `error source_vpc_ids: Invalid VPC id`},
		"network without pull":  {execution{LogGroupARNs: one(taskLogs), SourceVPCIDs: one("vpc-0a1b2c3d")}, "error source_vpc_ids: Network of no pull"},
		"endpoint without pull": {execution{LogGroupARNs: one(taskLogs), SourceVPCEIDs: one("vpce-0a1b2c3d")}, "error source_vpce_ids: Network of no pull"},
		"two partitions":        {execution{RepositoryARNs: one(taskRepository), LogGroupARNs: one("arn:aws-cn:logs:cn-north-1:111111111111:log-group:a")}, "error log_group_arns: ARN of another partition"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			expectProblems(t, pattern.ValidateECSExecution(tc.execution), tc.want)
		})
	}
}

func TestValidateECSAt(t *testing.T) {
	t.Parallel()
	china := pattern.Site{Partition: "aws-cn", Region: "cn-north-1"}
	for attribute, p := range map[string]pattern.ECSPermissions{
		"sqs_send": {SQSSend: []string{taskQueue}}, "s3_read": {S3Read: []string{taskBucket}}, "kms_key_arns": {KMSKeyARNs: []string{taskKey}},
	} {
		expectProblems(t, pattern.ValidateECSPermissionsAt(p, china), "error "+attribute+": ARN of another partition: \"arn:aws:")
		expectProblems(t, pattern.ValidateECSPermissionsAt(p, ireland()), "")
		expectProblems(t, pattern.ValidateECSPermissionsAt(p, pattern.Site{}), "")
	}
	for attribute, e := range map[string]pattern.ECSExecution{
		"repository_arns": {RepositoryARNs: []string{taskRepository}}, "log_group_arns": {LogGroupARNs: []string{taskLogs}}, "secret_arns": {SecretARNs: []string{taskSecret}},
		"parameter_arns": {ParameterARNs: []string{taskParameter}}, "kms_key_arns": {KMSKeyARNs: []string{taskKey}},
	} {
		expectProblems(t, pattern.ValidateECSExecutionAt(e, china), "error "+attribute+": ARN of another partition: \"arn:aws:")
		expectProblems(t, pattern.ValidateECSExecutionAt(e, ireland()), "")
	}
	for name, tc := range map[string]struct {
		task pattern.ECSTask
		site pattern.Site
		want string
	}{
		"right":                   {pattern.ECSTask{Permissions: everyPermission(), SourceRegions: []string{"us-east-1"}}, ireland(), ""},
		"no Region":               {pattern.ECSTask{Permissions: everyPermission(), SourceRegions: []string{"Ireland"}}, ireland(), `error source_regions: Invalid Region`},
		"partition not known yet": {pattern.ECSTask{Permissions: everyPermission(), SourceRegions: []string{"cn-north-1"}}, pattern.Site{}, ""},
		"Region elsewhere":        {pattern.ECSTask{Permissions: everyPermission(), SourceRegions: []string{"cn-north-1"}}, ireland(), `error source_regions: Region of another partition`},
		"bad permission":          {pattern.ECSTask{Permissions: pattern.ECSPermissions{S3Read: []string{taskQueue}}}, ireland(), `error permissions.s3_read: ARN of another service`},
		"elsewhere":               {pattern.ECSTask{Permissions: pattern.ECSPermissions{S3Read: []string{taskBucket}}}, china, `error permissions.s3_read: ARN of another partition`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			expectProblems(t, pattern.ValidateECSTask(tc.task, tc.site), tc.want)
		})
	}
}

func TestValidateECSRoleName(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct{ service, environment, want string }{
		"right":          {"orders", "staging", ""},
		"space":          {"the orders", "staging", `error service: Invalid part of a role's name: "the orders" can't be part of a role's name`},
		"no environment": {"orders", "", `error environment: Invalid part of a role's name`},
		"64 characters":  {strings.Repeat("a", 64-len("-staging-execution")), "staging", ""},
		"65 characters":  {strings.Repeat("a", 65-len("-staging-execution")), "staging", `error service: Role name too long`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			expectProblems(t, pattern.ValidateECSRoleName(tc.service, tc.environment, pattern.ECSExecutionPart), tc.want)
		})
	}
}
