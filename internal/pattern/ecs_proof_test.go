// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package pattern_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/ecrx/terraform-provider-ecrx/internal/authz"
	"github.com/ecrx/terraform-provider-ecrx/internal/pattern"
	"github.com/ecrx/terraform-provider-ecrx/internal/policy"
)

// use is a call of an application. keys are the condition keys that AWS sends with it.
type use struct {
	action, on string
	keys       map[string]string
}

// decideUse asks whether a task whose role has the document may make the call. Keys' policies leave it to the account, as
// the default does.
func decideUse(document policy.Document, u use) authz.Decision {
	who := authz.Caller{
		Principal: "arn:aws:sts::111111111111:assumed-role/orders-staging-task/0123456789abcdef", OrganizationPath: authz.UnknownValue,
		Context: map[string]authz.Values{},
	}
	for key, value := range u.keys {
		who.Context[key] = authz.Single(value)
	}
	if strings.HasPrefix(u.action, "ecr:") && u.keys["aws:SourceVpce"] != "" {
		who.SourceVPCE, who.SourceVPC = u.keys["aws:SourceVpce"], u.keys["aws:SourceVpc"]
	}
	request := who.Request(u.action, authz.Repository{ARN: u.on, OrganizationPath: authz.UnknownValue})
	request.ResourceAccount = "111111111111"
	layers := authz.Layers{Identity: []*authz.Policy{authz.Compile("identity policy", document)}}
	if strings.HasPrefix(u.action, "kms:") {
		layers.Repository = []*authz.Policy{authz.Compile("key policy", policy.New(policy.Statement{
			Effect: policy.Allow, Principal: policy.Principal{AWS: []string{"arn:aws:iam::111111111111:root"}}, Actions: []string{"kms:*"}, Resources: []string{"*"},
		}))}
	}
	return authz.Decide(&request, &layers)
}

func expectUses(t *testing.T, title string, document policy.Document, want authz.Decision, uses ...use) {
	t.Helper()
	for _, u := range uses {
		if got := decideUse(document, u); got != want {
			t.Errorf("%s: %s on %s %v is %s, want %s", title, u.action, u.on, u.keys, got, want)
		}
	}
}

// Every statement allows its actions on its resources, and on none whose name is another's.
func TestECSNearMisses(t *testing.T) {
	t.Parallel()
	permissions := everyPermission()
	permissions.S3Read, permissions.S3Write = []string{taskBucket + "/in/*"}, []string{taskBucket + "/out/*"}
	keys := map[string]string{"cloudwatch:namespace": "Orders", "s3:prefix": "in/", "kms:ViaService": "sqs.eu-west-1.amazonaws.com"}
	for _, document := range []policy.Document{pattern.ECSTaskPolicy(permissions), pattern.ECSExecutionPolicy(pattern.ECSExecution{
		RepositoryARNs: []string{taskRepository}, LogGroupARNs: []string{taskLogs}, SecretARNs: []string{taskSecret}, ParameterARNs: []string{taskParameter},
	})} {
		for _, s := range document.Statements {
			for _, action := range s.Actions {
				for _, resource := range s.Resources {
					if resource == "*" {
						continue
					}
					mine := strings.TrimSuffix(resource, "*") + map[bool]string{true: "x", false: ""}[strings.HasSuffix(resource, "*")]
					expectUses(t, s.Sid, document, authz.Allowed, use{action, mine, keys})
					for _, other := range []string{
						strings.Replace(mine, "111111111111", "222222222222", 1), strings.Replace(mine, "eu-west-1", "us-east-1", 1),
						strings.NewReplacer("orders", "payments", "sessions", "payments", ":user:web", ":user:default", "team/app", "team/api", "/shared", "/secret", "key/1", "key/2", "db-A", "db-B").Replace(mine),
					} {
						if other != mine {
							expectUses(t, s.Sid, document, authz.ImplicitlyDenied, use{action, other, keys})
						}
					}
				}
			}
		}
	}
}

// Keys are used by way of the services alone, and a service only decrypts unless its permission writes.
func TestECSKeys(t *testing.T) {
	t.Parallel()
	via := func(action, service string) use {
		return use{action, taskKey, map[string]string{"kms:ViaService": service + ".amazonaws.com"}}
	}
	document := pattern.ECSTaskPolicy(pattern.ECSPermissions{
		SQSReceive: []string{taskQueue}, S3Write: []string{taskBucket}, DynamoDBWrite: []string{taskTable}, SSMParameters: []string{taskParameter}, KMSKeyARNs: []string{taskKey},
	})
	expectUses(t, "task", document, authz.Allowed, via("kms:Decrypt", "sqs.eu-west-1"), via("kms:Decrypt", "s3.eu-west-1"), via("kms:Decrypt", "dynamodb.eu-west-1"),
		via("kms:Decrypt", "ssm.eu-west-1"), via("kms:GenerateDataKey", "s3.eu-west-1"))
	expectUses(t, "task", document, authz.ImplicitlyDenied, via("kms:GenerateDataKey", "sqs.eu-west-1"), via("kms:GenerateDataKey", "dynamodb.eu-west-1"), via("kms:Decrypt", "secretsmanager.eu-west-1"),
		via("kms:Decrypt", "sqs.us-east-1"), via("kms:ScheduleKeyDeletion", "s3.eu-west-1"))
	execution := pattern.ECSExecutionPolicy(pattern.ECSExecution{SecretARNs: []string{taskSecret}, KMSKeyARNs: []string{taskKey}})
	expectUses(t, "execution", execution, authz.Allowed, via("kms:Decrypt", "secretsmanager.eu-west-1"))
	expectUses(t, "execution", execution, authz.ImplicitlyDenied, via("kms:Decrypt", "ssm.eu-west-1"), via("kms:GenerateDataKey", "secretsmanager.eu-west-1"))
}

// Paths are read as a whole, so a single parameter is none.
func TestECSParameters(t *testing.T) {
	t.Parallel()
	const parameter = "arn:aws:ssm:eu-west-1:111111111111:parameter/"
	document := pattern.ECSTaskPolicy(pattern.ECSPermissions{SSMParameters: []string{parameter + "orders", parameter + "shared/*"}})
	expectUses(t, "parameters", document, authz.Allowed, use{"ssm:GetParameter", parameter + "orders", nil}, use{"ssm:GetParameter", parameter + "shared/a/b", nil},
		use{"ssm:GetParametersByPath", parameter + "shared", nil}, use{"ssm:GetParametersByPath", parameter + "shared/", nil}, use{"ssm:GetParametersByPath", parameter + "shared/a", nil})
	expectUses(t, "parameters", document, authz.ImplicitlyDenied, use{"ssm:GetParametersByPath", parameter + "orders", nil}, use{"ssm:GetParameter", parameter + "orders/db", nil},
		use{"ssm:GetParameter", parameter + "shared", nil}, use{"ssm:GetParametersByPath", parameter, nil})
}

// A bucket of which a part is read is listed within it.
func TestECSObjects(t *testing.T) {
	t.Parallel()
	list := func(bucket, prefix string) use {
		return use{"s3:ListBucket", "arn:aws:s3:::" + bucket, map[string]string{"s3:prefix": prefix}}
	}
	document := pattern.ECSTaskPolicy(pattern.ECSPermissions{S3Read: []string{"arn:aws:s3:::data/reports/*", "arn:aws:s3:::other/in/*", "arn:aws:s3:::whole"}})
	expectUses(t, "objects", document, authz.Allowed, list("data", "reports/2026"), list("other", "in/"), list("whole", "anything"), use{"s3:GetObject", "arn:aws:s3:::data/reports/a", nil}, use{"s3:GetBucketLocation", "arn:aws:s3:::data", nil})
	expectUses(t, "objects", document, authz.ImplicitlyDenied, list("data", ""), list("data", "in/"), list("other", "reports/"), use{"s3:GetObject", "arn:aws:s3:::data/a", nil}, use{"s3:PutObject", "arn:aws:s3:::data/reports/a", nil})
}

// Images come through the named endpoints only, and the token and the log by any way.
func TestECSExecutionNetwork(t *testing.T) {
	t.Parallel()
	e := everyExecution()
	e.SourceVPCEIDs = []string{"vpce-0a1b2c3d4e5f60718"}
	document := pattern.ECSExecutionPolicy(e)
	through := func(action, on, vpce, vpc string) use {
		return use{action, on, map[string]string{"aws:SourceVpce": vpce, "aws:SourceVpc": vpc}}
	}
	for _, action := range []string{"ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"} {
		expectUses(t, "network", document, authz.Allowed, through(action, taskRepository, "vpce-0a1b2c3d4e5f60718", "vpc-0a1b2c3d4e5f60718"))
		expectUses(t, "network", document, authz.ImplicitlyDenied,
			through(action, taskRepository, "vpce-0a1b2c3d4e5f60719", "vpc-0a1b2c3d4e5f60718"), through(action, taskRepository, "vpce-0a1b2c3d4e5f60718", "vpc-01234567"), use{action, taskRepository, nil},
			through(action, "arn:aws:ecr:eu-west-1:111111111111:repository/team/other", "vpce-0a1b2c3d4e5f60718", "vpc-0a1b2c3d4e5f60718"))
	}
	expectUses(t, "network", document, authz.Allowed, use{"ecr:GetAuthorizationToken", "*", nil}, use{"logs:PutLogEvents", taskLogs + ":log-stream:a", nil}, use{"ssm:GetParameters", taskParameter, nil})
	given := []string{"ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer", "ecr:GetAuthorizationToken"}
	for _, a := range policy.ECRActions("*") {
		if action := "ecr:" + a.Name; !slices.Contains(given, action) {
			expectUses(t, "network", document, authz.ImplicitlyDenied, through(action, taskRepository, "vpce-0a1b2c3d4e5f60718", "vpc-0a1b2c3d4e5f60718"))
		}
	}
}

func TestECSSecrets(t *testing.T) {
	t.Parallel()
	const secret = "arn:aws:secretsmanager:eu-west-1:111111111111:secret:"
	read := func(name string) use { return use{"secretsmanager:GetSecretValue", secret + name, nil} }
	document := pattern.ECSExecutionPolicy(pattern.ECSExecution{SecretARNs: []string{secret + "full-AbCdEf", secret + "bare", secret + "db-secret"}})
	expectUses(t, "secrets", document, authz.Allowed, read("full-AbCdEf"), read("bare-GhIjKl"), read("db-secret-MnOpQr"), read("db-secret"))
	expectUses(t, "secrets", document, authz.ImplicitlyDenied, read("full-GhIjKl"), read("bare-other-GhIjKl"), read("bare"), read("db-secrets-MnOpQr"),
		use{"secretsmanager:PutSecretValue", secret + "full-AbCdEf", nil}, use{"secretsmanager:DescribeSecret", secret + "full-AbCdEf", nil})
}

// Only ECS, for tasks of the account, in the Regions.
func TestECSTrust(t *testing.T) {
	t.Parallel()
	const role = "arn:aws:iam::111111111111:role/orders-staging-task"
	assume := func(trust policy.Document, service, source, account string) authz.Decision {
		who := authz.Caller{Principal: service, Context: map[string]authz.Values{"aws:SourceArn": {}, "aws:SourceAccount": {}}}
		if source != "" {
			who.Context["aws:SourceArn"], who.Context["aws:SourceAccount"] = authz.Single(source), authz.Single(account)
		}
		request := who.Request("sts:AssumeRole", authz.Repository{ARN: role, OrganizationPath: authz.UnknownValue})
		request.ResourceAccount = "111111111111"
		return authz.Decide(&request, &authz.Layers{Repository: []*authz.Policy{authz.Compile("trust policy", trust)}})
	}
	const task, elsewhere, foreign = "arn:aws:ecs:eu-west-1:111111111111:task/web/0123", "arn:aws:ecs:us-east-1:111111111111:task/web/0123", "arn:aws:ecs:eu-west-1:222222222222:task/web/0123"
	trust := pattern.ECSTaskRole(pattern.ECSTask{}, ireland()).Trust
	both := pattern.ECSTaskRole(pattern.ECSTask{SourceRegions: []string{"eu-west-1", "us-east-1"}}, ireland()).Trust
	execution, infrastructure := pattern.ECSExecutionRole(pattern.ECSExecution{}).Trust, pattern.ECSInfrastructureRole(ireland()).Trust
	for name, tc := range map[string]struct {
		trust                    policy.Document
		service, source, account string
		want                     authz.Decision
	}{
		"a task":                          {trust, "ecs-tasks.amazonaws.com", task, "111111111111", authz.Allowed},
		"a task of another account":       {trust, "ecs-tasks.amazonaws.com", foreign, "222222222222", authz.ImplicitlyDenied},
		"a task of another Region":        {trust, "ecs-tasks.amazonaws.com", elsewhere, "111111111111", authz.ImplicitlyDenied},
		"another Region that is named":    {both, "ecs-tasks.amazonaws.com", elsewhere, "111111111111", authz.Allowed},
		"a task of nobody":                {trust, "ecs-tasks.amazonaws.com", "", "", authz.ImplicitlyDenied},
		"another service":                 {trust, "lambda.amazonaws.com", task, "111111111111", authz.ImplicitlyDenied},
		"a user":                          {trust, "arn:aws:iam::111111111111:user/admin", "", "", authz.ImplicitlyDenied},
		"ECS, starting a task":            {execution, "ecs-tasks.amazonaws.com", "", "", authz.Allowed},
		"ECS, as the execution role":      {execution, "ecs.amazonaws.com", "", "", authz.ImplicitlyDenied},
		"ECS, setting up infrastructure":  {infrastructure, "ecs.amazonaws.com", "", "", authz.Allowed},
		"a task as infrastructure's role": {infrastructure, "ecs-tasks.amazonaws.com", task, "111111111111", authz.ImplicitlyDenied},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := assume(tc.trust, tc.service, tc.source, tc.account); got != tc.want {
				t.Errorf("got %s, want %s", got, tc.want)
			}
		})
	}
}
