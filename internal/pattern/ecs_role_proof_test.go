// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package pattern_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/ecrx/terraform-provider-ecrx/internal/pattern"
	"github.com/ecrx/terraform-provider-ecrx/internal/policy"
)

// finds fails the test unless the proof finds problems with all the texts, or none where there are no texts.
func finds(t *testing.T, problems []pattern.Problem, texts ...string) {
	t.Helper()
	got := problemsText(problems)
	if (len(texts) == 0) != (got == "") {
		t.Fatalf("the proof finds\n%s", got)
	}
	for _, text := range texts {
		if !strings.Contains(got, text) {
			t.Errorf("the proof finds\n%s\nwant %q", got, text)
		}
	}
}

// attributesOf are the paths of the problems, each once.
func attributesOf(problems []pattern.Problem) string {
	var paths []string
	for _, p := range problems {
		paths = append(paths, strings.Join(p.Path, "."))
	}
	return strings.Join(sorted(paths), " ")
}

func TestProveECSRoles(t *testing.T) {
	t.Parallel()
	china := pattern.Site{Partition: "aws-cn", Region: "cn-north-1", AccountID: "111111111111"}
	for _, site := range append(ecsSites(), china) {
		finds(t, pattern.ProveECSInfrastructureRole(site))
		finds(t, pattern.ProveECSTaskRole(pattern.ECSTask{}, site))
		finds(t, pattern.ProveECSTaskRole(pattern.ECSTask{Permissions: everyPermission(), SourceRegions: []string{"us-west-2", "eu-north-1"}}, site))
		finds(t, pattern.ProveECSExecutionRole(pattern.ECSExecution{}, site))
	}
	abroad := everyExecution()
	abroad.RepositoryARNs = []string{"arn:aws:ecr:us-east-1:333333333333:repository/app", "arn:aws:ecr:eu-*:111111111111:repository/team/*"}
	finds(t, pattern.ProveECSExecutionRole(abroad, pattern.Site{Partition: "aws", Region: "us-east-1", AccountID: "111111111111"}))
}

// lessened gives copies of the document, each with one part of one statement left out or changed, by what was done. The
// statement that is written by hand is left alone.
func lessened(d policy.Document, byHand string) map[string]policy.Document {
	out := map[string]policy.Document{}
	edit := func(what string, i int, change func(*policy.Statement)) {
		other := policy.Document{Version: d.Version, Statements: slices.Clone(d.Statements)}
		change(&other.Statements[i])
		out[d.Statements[i].Sid+": "+what] = other
	}
	for i, s := range d.Statements {
		if s.Sid == byHand {
			continue
		}
		for j, action := range s.Actions {
			edit("without "+action, i, func(s *policy.Statement) { s.Actions = slices.Delete(slices.Clone(s.Actions), j, j+1) })
		}
		for j, resource := range s.Resources {
			edit("another "+resource, i, func(s *policy.Statement) {
				s.Resources = slices.Clone(s.Resources)
				s.Resources[j] = "arn:aws:sns:eu-west-1:111111111111:none"
			})
		}
		for j, c := range s.Conditions {
			edit("another "+c.Key, i, func(s *policy.Statement) {
				s.Conditions = slices.Clone(s.Conditions)
				s.Conditions[j].Values = []string{"none"}
			})
		}
		edit("denied", i, func(s *policy.Statement) { s.Effect = policy.Deny })
	}
	return out
}

// Whatever is left out of a policy is missed.
func TestProveECSMissesEveryPart(t *testing.T) {
	t.Parallel()
	permissions := everyPermission()
	permissions.S3Read = append(permissions.S3Read, "arn:aws:s3:::shared/part/*")
	// Of two attributes with an action on one resource either is enough.
	permissions.SQSReceive, permissions.DynamoDBWrite = []string{taskQueue + "-2"}, []string{taskTable + "-2"}
	for what, d := range lessened(pattern.ECSTaskPolicy(permissions), "Publish") {
		problems := pattern.ProveECSPermissionsAs(permissions, d, ireland())
		if len(problems) != 1 || len(problems[0].Path) != 1 || problems[0].Summary != "Role that can't do what it says" {
			t.Errorf("%s: the proof finds %q", what, problemsText(problems))
		}
	}
	role := pattern.ECSExecutionRole(everyExecution())
	for what, d := range lessened(role.Inline["execution"], "") {
		role.Inline = map[string]policy.Document{"execution": d}
		if problems := pattern.ProveECSExecutionAs(everyExecution(), role, ireland()); !pattern.HasErrors(problems) {
			t.Errorf("%s: the proof finds nothing", what)
		}
	}
}

// A Deny that is written by hand is reported on the attributes that it makes void, and on no other.
func TestProveECSPermissionsDenied(t *testing.T) {
	t.Parallel()
	deny := func(action, resource string, conditions ...policy.Condition) policy.Statement {
		return policy.Statement{Sid: "No", Effect: policy.Deny, Actions: []string{action}, Resources: []string{resource}, Conditions: conditions}
	}
	const everything = "cloudformation_read cloudwatch_metrics dax dynamodb_read dynamodb_write ecs_exec elasticache_connect elasticache_describe kms_key_arns logs_write rds_connect rds_describe s3_read s3_write sqs_receive sqs_send ssm_parameters"
	besides := func(attributes ...string) string {
		return strings.Join(slices.DeleteFunc(strings.Fields(everything), func(a string) bool { return slices.Contains(attributes, a) }), " ")
	}
	notThrough := condition("StringNotEquals", "aws:SourceVpce", "vpce-0a1b2c3d")
	for name, tc := range map[string]struct {
		deny policy.Statement
		want string
	}{
		"all":                      {deny("*", "*"), everything},
		"SQS":                      {deny("sqs:*", "*"), "sqs_receive sqs_send"},
		"one action":               {deny("sqs:SendMessage", taskQueue), "sqs_send"},
		"an action of both":        {deny("SQS:getqueueurl", "*"), "sqs_receive sqs_send"},
		"another queue":            {deny("sqs:*", taskQueue+"-2"), ""},
		"DynamoDB":                 {deny("dynamodb:*", "*"), "dynamodb_read dynamodb_write"},
		"indexes":                  {deny("dynamodb:Query", taskTable+"/index/*"), "dynamodb_read"},
		"DAX":                      {deny("dax:*", "*"), "dax"},
		"S3":                       {deny("s3:*", "*"), "s3_read s3_write"},
		"some objects":             {deny("s3:GetObject", taskBucket+"/secret/*"), ""},
		"the list":                 {deny("s3:ListBucket", taskBucket), "s3_read"},
		"the list of a part":       {deny("s3:ListBucket", "*", condition("StringLike", "s3:prefix", "in/*")), "s3_read"},
		"the list of another part": {deny("s3:ListBucket", "*", condition("StringLike", "s3:prefix", "out/*")), ""},
		"RDS":                      {deny("rds*", "*"), "rds_connect rds_describe"},
		"ElastiCache":              {deny("elasticache:*", "*"), "elasticache_connect elasticache_describe"},
		"a user":                   {deny("elasticache:*", taskCacheUser), "elasticache_connect"},
		"SSM":                      {deny("ssm:*", "*"), "ssm_parameters"},
		"one parameter of two":     {deny("ssm:GetParameter", taskParameter), "ssm_parameters"},
		"ECS Exec":                 {deny("ssmmessages:OpenDataChannel", "*"), "ecs_exec"},
		"CloudFormation":           {deny("cloudformation:*", "*"), "cloudformation_read"},
		"CloudWatch":               {deny("cloudwatch:*", "*"), "cloudwatch_metrics"},
		"one namespace of two":     {deny("cloudwatch:PutMetricData", "*", condition("StringEquals", "cloudwatch:namespace", "Payments")), "cloudwatch_metrics"},
		"another namespace":        {deny("cloudwatch:PutMetricData", "*", condition("StringEquals", "cloudwatch:namespace", "Refunds")), ""},
		"CloudWatch Logs":          {deny("logs:*", taskLogs+":*"), "logs_write"},
		"keys":                     {deny("kms:*", "*"), "kms_key_arns"},
		"keys by one service":      {deny("kms:GenerateDataKey", "*", condition("StringEquals", "kms:ViaService", "s3.eu-west-1.amazonaws.com")), "kms_key_arns"},
		"keys by another service":  {deny("kms:*", "*", condition("StringEquals", "kms:ViaService", "secretsmanager.eu-west-1.amazonaws.com")), ""},
		"what else":                {deny("sns:*", "*"), ""},

		"another role":                     {deny("*", "*", condition("ArnNotLike", "aws:PrincipalArn", "arn:aws:iam::*:role/orders-*")), ""},
		"a role of another account":        {deny("*", "*", condition("ArnNotLike", "aws:PrincipalArn", "arn:aws:iam::222222222222:role/*")), everything},
		"tagged otherwise":                 {deny("*", "*", condition("StringNotEquals", "aws:PrincipalTag/team", "orders")), ""},
		"resources tagged so":              {deny("*", "*", condition("StringEquals", "aws:ResourceTag/team", "payments")), ""},
		"without TLS":                      {deny("*", "*", condition("Bool", "aws:SecureTransport", "false")), ""},
		"from another address":             {deny("*", "*", condition("NotIpAddress", "aws:SourceIp", "192.0.2.0/24")), ""},
		"another organization":             {deny("*", "*", condition("StringNotEquals", "aws:ResourceOrgID", orgID)), ""},
		"direct use of keys":               {deny("kms:*", "*", condition("Bool", "aws:ViaAWSService", "false")), ""},
		"keys by services":                 {deny("kms:*", "*", condition("Bool", "aws:ViaAWSService", "true")), "kms_key_arns"},
		"keys by services that say who":    {deny("kms:*", "*", condition("ForAllValues:StringNotEquals", "aws:CalledVia", "dynamodb.amazonaws.com")), ""},
		"not through the endpoint":         {deny("*", "*", notThrough), "kms_key_arns"},
		"nor by a service":                 {deny("*", "*", notThrough, condition("Bool", "aws:ViaAWSService", "false")), ""},
		"another Region":                   {deny("*", "*", condition("StringNotEquals", "aws:RequestedRegion", "eu-west-1")), ""},
		"the Region":                       {deny("*", "*", condition("StringEquals", "aws:RequestedRegion", "eu-west-1")), besides("s3_read", "s3_write", "ecs_exec", "cloudwatch_metrics")},
		"resources of another account":     {deny("*", "*", condition("StringNotEquals", "aws:ResourceAccount", "${aws:PrincipalAccount}")), ""},
		"resources of the account":         {deny("*", "*", condition("StringEquals", "aws:ResourceAccount", "${aws:PrincipalAccount}")), besides("s3_read", "s3_write")},
		"resources of the account, by ARN": {policy.Statement{Effect: policy.Deny, Actions: []string{"sqs:*"}, NotResources: []string{"arn:aws:sqs:*:222222222222:*"}}, "sqs_receive sqs_send"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			permissions := everyPermission()
			permissions.S3Read = append(permissions.S3Read, "arn:aws:s3:::shared/in/*")
			permissions.CloudWatchMetrics = append(permissions.CloudWatchMetrics, "Payments")
			permissions.Statements = append(permissions.Statements, tc.deny)
			problems := pattern.ProveECSPermissions(permissions, ireland())
			if got := attributesOf(problems); got != tc.want {
				t.Errorf("the proof finds problems of %q, want %q\n%s", got, tc.want, problemsText(problems))
			}
			permissions.Incomplete = true
			finds(t, pattern.ProveECSPermissions(permissions, ireland()))
			finds(t, pattern.ProveECSTaskRole(pattern.ECSTask{Permissions: permissions}, ireland()))
		})
	}
}

func TestProveECSPermissionsSays(t *testing.T) {
	t.Parallel()
	permissions := pattern.ECSPermissions{SQSSend: []string{taskQueue, taskQueue + "-*"}, Statements: []policy.Statement{
		{Sid: "NoMail", Effect: policy.Deny, Actions: []string{"sqs:SendMessage", "sqs:GetQueueUrl"}, Resources: []string{taskQueue + "-*"}},
	}}
	const detail = `: Role that can't do what it says: The role can't do all that sqs_send stands for:
  - sqs:GetQueueUrl, sqs:SendMessage on ` + taskQueue + `-*: statement NoMail of the role's policy denies it

Change sqs_send, or the statement that denies it.`
	if got := problemsText(pattern.ProveECSPermissions(permissions, ireland())); got != "error sqs_send"+detail {
		t.Errorf("got\n%s", got)
	}
	if got := problemsText(pattern.ProveECSTaskRole(pattern.ECSTask{Permissions: permissions}, ireland())); got != "error permissions.sqs_send"+detail {
		t.Errorf("got\n%s", got)
	}
	// A queue of any Region is asked for in the role's own.
	permissions = pattern.ECSPermissions{SQSSend: []string{"arn:aws:sqs:*:111111111111:orders"}, Statements: []policy.Statement{
		{Effect: policy.Deny, Actions: []string{"sqs:SendMessage"}, Resources: []string{taskQueue}},
	}}
	finds(t, pattern.ProveECSPermissions(permissions, ireland()), "sqs:SendMessage on arn:aws:sqs:*:111111111111:orders: statement Statement[0] of the role's policy denies it")
	permissions = pattern.ECSPermissions{S3Read: []string{taskBucket + "/a/*", taskBucket + "/b/*"}, Statements: []policy.Statement{
		{Effect: policy.Deny, Actions: []string{"s3:GetBucketLocation"}, Resources: []string{"*"}},
	}}
	if got := problemsText(pattern.ProveECSPermissions(permissions, ireland())); strings.Count(got, "\n  - ") != 1 {
		t.Errorf("got\n%s", got)
	}
}

// Where it isn't known in which account or Region the role is, or the ARN leaves it open, nothing is said about it.
func TestProveECSPermissionsOfAnyPlace(t *testing.T) {
	t.Parallel()
	one := func(arn string) []string { return []string{arn} }
	account, region := condition("StringNotEquals", "aws:ResourceAccount", "${aws:PrincipalAccount}"), condition("StringNotEquals", "aws:RequestedRegion", "us-east-1")
	principal := condition("ArnNotLike", "aws:PrincipalArn", "arn:aws:iam::111111111111:role/*")
	anyKey := "arn:aws:kms:*:111111111111:key/mrk-1234abcd12ab34cd56ef1234567890ab"
	for name, tc := range map[string]struct {
		permissions pattern.ECSPermissions
		site        pattern.Site
		deny        policy.Condition
		want        string
	}{
		"account not known":    {everyPermission(), pattern.Site{Partition: "aws"}, account, ""},
		"nor the caller's":     {everyPermission(), pattern.Site{Partition: "aws"}, condition("StringNotEquals", "aws:PrincipalAccount", "111111111111"), ""},
		"nor the resource's":   {everyPermission(), pattern.Site{Partition: "aws"}, condition("StringNotEquals", "aws:ResourceAccount", "111111111111"), ""},
		"role not known":       {everyPermission(), pattern.Site{Partition: "aws"}, principal, ""},
		"another account":      {pattern.ECSPermissions{SQSSend: one(taskQueue)}, pattern.Site{Partition: "aws", AccountID: "222222222222"}, account, "sqs_send"},
		"one Region":           {pattern.ECSPermissions{SQSSend: one(taskQueue)}, ireland(), region, "sqs_send"},
		"any Region":           {pattern.ECSPermissions{SQSSend: one("arn:aws:sqs:*:111111111111:orders")}, ireland(), region, ""},
		"Regions elsewhere":    {pattern.ECSPermissions{SQSSend: one("arn:aws:sqs:us-*:111111111111:orders")}, ireland(), region, ""},
		"S3":                   {pattern.ECSPermissions{S3Read: one(taskBucket)}, ireland(), region, ""},
		"key of any Region":    {pattern.ECSPermissions{S3Write: one(taskBucket), KMSKeyARNs: one(anyKey)}, ireland(), condition("StringNotEqualsIfExists", "kms:ViaService", "s3.eu-west-1.amazonaws.com"), ""},
		"key of other Regions": {pattern.ECSPermissions{S3Write: one(taskBucket), KMSKeyARNs: one(strings.Replace(anyKey, "*", "us-*", 1))}, ireland(), condition("StringLike", "kms:ViaService", "s3.eu-*.amazonaws.com"), ""},
		"variable of a user":   {pattern.ECSPermissions{S3Read: one(taskBucket + "/${aws:username}/*")}, ireland(), condition("StringEquals", "aws:SourceVpce", "none"), "s3_read"},
		"variable of a role":   {pattern.ECSPermissions{S3Read: one(taskBucket + "/${aws:PrincipalTag/team}/*")}, ireland(), condition("StringEquals", "aws:SourceVpce", "none"), ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tc.permissions.Statements = []policy.Statement{{Effect: policy.Deny, Actions: []string{"*"}, Resources: []string{"*"}, Conditions: []policy.Condition{tc.deny}}}
			if problems := pattern.ProveECSPermissions(tc.permissions, tc.site); attributesOf(problems) != tc.want {
				t.Errorf("want problems of %q, the proof finds\n%s", tc.want, problemsText(problems))
			}
		})
	}
}
