// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package pattern_test

import (
	"testing"

	"github.com/ecrx/terraform-provider-ecrx/internal/pattern"
	"github.com/ecrx/terraform-provider-ecrx/internal/policy"
)

// What the tasks of the tests use.
const (
	taskQueue      = "arn:aws:sqs:eu-west-1:111111111111:orders"
	taskTable      = "arn:aws:dynamodb:eu-west-1:111111111111:table/orders"
	taskDAX        = "arn:aws:dax:eu-west-1:111111111111:cache/orders"
	taskBucket     = "arn:aws:s3:::orders-data"
	taskUser       = "arn:aws:rds-db:eu-west-1:111111111111:dbuser:db-ABCDEFGHIJKL01234/app"
	taskDatabase   = "arn:aws:rds:eu-west-1:111111111111:db:orders"
	taskAurora     = "arn:aws:rds:eu-west-1:111111111111:cluster:orders"
	taskCache      = "arn:aws:elasticache:eu-west-1:111111111111:replicationgroup:sessions"
	taskServerless = "arn:aws:elasticache:eu-west-1:111111111111:serverlesscache:sessions"
	taskNode       = "arn:aws:elasticache:eu-west-1:111111111111:cluster:sessions-001"
	taskCacheUser  = "arn:aws:elasticache:eu-west-1:111111111111:user:web"
	taskParameter  = "arn:aws:ssm:eu-west-1:111111111111:parameter/orders/db"
	taskStack      = "arn:aws:cloudformation:eu-west-1:111111111111:stack/orders"
	taskLogs       = "arn:aws:logs:eu-west-1:111111111111:log-group:/ecs/orders"
	taskKey        = "arn:aws:kms:eu-west-1:111111111111:key/1234abcd-12ab-34cd-56ef-1234567890ab"
	taskSecret     = "arn:aws:secretsmanager:eu-west-1:111111111111:secret:orders/db-AbCd12"
	taskRepository = "arn:aws:ecr:eu-west-1:111111111111:repository/team/app"
)

// everyPermission has something in every attribute.
func everyPermission() pattern.ECSPermissions {
	return pattern.ECSPermissions{
		SQSSend: []string{taskQueue}, SQSReceive: []string{taskQueue},
		DynamoDBRead: []string{taskTable}, DynamoDBWrite: []string{taskTable}, DAX: []string{taskDAX},
		S3Read: []string{taskBucket}, S3Write: []string{taskBucket + "/uploads/*"},
		RDSConnect: []string{taskUser}, RDSDescribe: []string{taskDatabase, taskAurora},
		ElastiCacheConnect: []string{taskCache, taskCacheUser}, ElastiCacheDescribe: []string{taskCache, taskServerless, taskNode},
		SSMParameters: []string{taskParameter, "arn:aws:ssm:eu-west-1:111111111111:parameter/shared/*"}, ECSExec: true,
		CloudFormationRead: []string{taskStack}, CloudWatchMetrics: []string{"Orders"}, LogsWrite: []string{taskLogs},
		KMSKeyARNs: []string{taskKey},
		Statements: []policy.Statement{{
			Sid: "Publish", Effect: policy.Allow, Actions: []string{"sns:Publish"}, Resources: []string{"arn:aws:sns:eu-west-1:111111111111:orders"},
		}},
	}
}

func goldenPermissions() map[string]pattern.ECSPermissions {
	const china = "arn:aws-cn:sqs:cn-north-1:111111111111:orders"
	return map[string]pattern.ECSPermissions{
		"all": everyPermission(),
		"sqs": {SQSSend: []string{taskQueue, "arn:aws:sqs:*:111111111111:orders-*"}, SQSReceive: []string{taskQueue + ".fifo", taskQueue}},
		"s3-parts": {S3Read: []string{
			taskBucket + "/reports/*", taskBucket + "/config.json", "arn:aws:s3:::shared/*", "arn:aws:s3:::shared/part/*", "arn:aws:s3:::archive/2026/*",
		}},
		"parameters":     {SSMParameters: []string{taskParameter}},
		"stack-with-id":  {CloudFormationRead: []string{taskStack + "/11111111-2222-3333-4444-555555555555", taskStack}},
		"logs-with-star": {LogsWrite: []string{taskLogs + ":*", taskLogs}},
		"keys": {
			SQSSend: []string{taskQueue}, DynamoDBRead: []string{taskTable}, LogsWrite: []string{taskLogs},
			KMSKeyARNs: []string{taskKey, "arn:aws:kms:us-east-1:111111111111:key/mrk-1234abcd12ab34cd56ef1234567890ab"},
		},
		"keys-china":   {SQSReceive: []string{china}, KMSKeyARNs: []string{"arn:aws-cn:kms:cn-north-1:111111111111:key/1234abcd-12ab-34cd-56ef-1234567890ab"}},
		"keys-regions": {S3Write: []string{taskBucket}, KMSKeyARNs: []string{"arn:aws:kms:*:111111111111:key/mrk-1234abcd12ab34cd56ef1234567890ab"}},
	}
}

func TestECSTaskPolicyGolden(t *testing.T) {
	t.Parallel()
	for name, p := range goldenPermissions() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if problems := pattern.ValidateECSPermissions(p); len(problems) > 0 {
				t.Fatalf("the case itself is wrong: %+v", problems)
			}
			for _, site := range ecsSites() {
				if got := problemsText(pattern.ProveECSPermissions(p, site)); got != "" {
					t.Errorf("at %+v the proof finds\n%s", site, got)
				}
			}
			text := pattern.ECSTaskPolicy(p).Pretty()
			golden(t, "ecs-task-"+name, text)
			reviewed(t, text, policy.KindIdentity)
		})
	}
}

func everyExecution() pattern.ECSExecution {
	return pattern.ECSExecution{
		RepositoryARNs: []string{taskRepository}, LogGroupARNs: []string{taskLogs}, SecretARNs: []string{taskSecret},
		ParameterARNs: []string{taskParameter}, KMSKeyARNs: []string{taskKey},
		SourceVPCIDs: []string{"vpc-0a1b2c3d4e5f60718"}, SourceVPCEIDs: []string{"vpce-0a1b2c3d4e5f60718", "vpce-01234567"},
	}
}

func goldenExecutions() map[string]pattern.ECSExecution {
	const secret = "arn:aws:secretsmanager:eu-west-1:111111111111:secret:"
	return map[string]pattern.ECSExecution{
		"all":     everyExecution(),
		"pull":    {RepositoryARNs: []string{taskRepository}},
		"vpc":     {RepositoryARNs: []string{taskRepository}, SourceVPCIDs: []string{"vpc-0a1b2c3d"}},
		"private": {SecretARNs: []string{secret + "registry"}, LogGroupARNs: []string{taskLogs + ":*"}},
		"secrets": {SecretARNs: []string{
			secret + "full-AbCdEf", secret + "digits-abcde1", secret + "bare", secret + "db-secret", secret + "app/*", secret + "by-hand-??????",
		}},
		"secret-key":    {SecretARNs: []string{taskSecret}, KMSKeyARNs: []string{taskKey}},
		"parameter-key": {ParameterARNs: []string{taskParameter}, KMSKeyARNs: []string{taskKey}},
	}
}

func TestECSExecutionPolicyGolden(t *testing.T) {
	t.Parallel()
	for name, e := range goldenExecutions() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if problems := pattern.ValidateECSExecution(e); len(problems) > 0 {
				t.Fatalf("the case itself is wrong: %+v", problems)
			}
			for _, site := range ecsSites() {
				if got := problemsText(pattern.ProveECSExecutionRole(e, site)); got != "" {
					t.Errorf("at %+v the proof finds\n%s", site, got)
				}
			}
			text := pattern.ECSExecutionPolicy(e).Pretty()
			golden(t, "ecs-execution-"+name, text)
			reviewed(t, text, policy.KindIdentity)
		})
	}
}

// ecsSites are places of a role that make no difference to what is proven of it: known or not, and in another account than
// what it uses.
func ecsSites() []pattern.Site {
	return []pattern.Site{ireland(), {Partition: "aws"}, {Partition: "aws", Region: "us-east-1", AccountID: "222222222222"}}
}

func TestECSTrustGolden(t *testing.T) {
	t.Parallel()
	task := pattern.ECSTask{Permissions: everyPermission()}
	regions := pattern.ECSTask{Permissions: everyPermission(), SourceRegions: []string{"us-east-1", "eu-west-1"}}
	china := pattern.Site{Partition: "aws-cn", Region: "cn-north-1", AccountID: "111111111111"}
	for name, role := range map[string]pattern.Role{
		"task":           pattern.ECSTaskRole(task, ireland()),
		"task-regions":   pattern.ECSTaskRole(regions, ireland()),
		"task-china":     pattern.ECSTaskRole(pattern.ECSTask{}, china),
		"execution":      pattern.ECSExecutionRole(everyExecution()),
		"infrastructure": pattern.ECSInfrastructureRole(ireland()),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			text := role.Trust.Pretty()
			golden(t, "ecs-trust-"+name, text)
			reviewed(t, text, policy.KindTrust)
		})
	}
}

func TestECSRoles(t *testing.T) {
	t.Parallel()
	task := pattern.ECSTaskRole(pattern.ECSTask{Permissions: everyPermission()}, ireland())
	if got, want := task.Inline["task"].Canonical(), pattern.ECSTaskPolicy(everyPermission()).Canonical(); got != want || len(task.Inline) != 1 || task.Managed != nil {
		t.Errorf("the task role has %v and %v", task.Inline, task.Managed)
	}
	execution := pattern.ECSExecutionRole(everyExecution())
	if got, want := execution.Inline["execution"].Canonical(), pattern.ECSExecutionPolicy(everyExecution()).Canonical(); got != want || len(execution.Inline) != 1 || execution.Managed != nil {
		t.Errorf("the execution role has %v and %v", execution.Inline, execution.Managed)
	}
	if bare := pattern.ECSTaskRole(pattern.ECSTask{}, ireland()); len(bare.Inline) != 0 {
		t.Errorf("a task that uses nothing has %v; IAM takes no policy without a statement", bare.Inline)
	}
	infrastructure := pattern.ECSInfrastructureRole(pattern.Site{Partition: "aws-us-gov"})
	const managed = "arn:aws-us-gov:iam::aws:policy/service-role/AmazonECSInfrastructureRoleforExpressGatewayServices"
	if len(infrastructure.Inline) != 0 || len(infrastructure.Managed) != 1 || infrastructure.Managed[0] != managed {
		t.Errorf("the infrastructure role has %v and %v", infrastructure.Inline, infrastructure.Managed)
	}
	for part, want := range map[pattern.ECSPart]string{
		pattern.ECSExecutionPart: "orders-staging-execution", pattern.ECSTaskPart: "orders-staging-task", pattern.ECSInfrastructurePart: "orders-staging-infrastructure",
	} {
		if got := pattern.ECSRoleName("orders", "staging", part); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

// The same in another order, and twice, is the same.
func TestECSPoliciesHaveNoOrder(t *testing.T) {
	t.Parallel()
	some := pattern.ECSPermissions{S3Read: []string{"arn:aws:s3:::b/1/*", "arn:aws:s3:::a/2/*", "arn:aws:s3:::a/1/*"}, SQSSend: []string{taskQueue, taskQueue + "-2"}}
	same := pattern.ECSPermissions{S3Read: []string{"arn:aws:s3:::a/1/*", "arn:aws:s3:::a/2/*", "arn:aws:s3:::b/1/*", "arn:aws:s3:::a/1/*"}, SQSSend: []string{taskQueue + "-2", taskQueue}}
	if a, b := pattern.ECSTaskPolicy(some).Canonical(), pattern.ECSTaskPolicy(same).Canonical(); a != b {
		t.Errorf("%s\n%s", a, b)
	}
}
