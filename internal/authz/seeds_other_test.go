// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package authz_test

import (
	"testing"

	"github.com/ecrx/terraform-provider-ecrx/internal/authz"
)

// TestSeedTasks asks what the task roles may do: what their author wants of them, and far more.
func TestSeedTasks(t *testing.T) {
	t.Parallel()
	const (
		linked = "arn:aws:iam::111111111111:role/aws-service-role/"
		bucket = "arn:aws:s3:::sample-bucket"
		queue  = "arn:aws:sqs:eu-west-1:111111111111:orders"
		table  = "arn:aws:dynamodb:eu-west-1:111111111111:table/orders"
	)
	type use struct{ action, on string }
	for name, seed := range map[string]struct{ wanted, mistaken, refused []use }{
		"2-backend-cloudformation": {
			[]use{{"cloudformation:DescribeStacks", "*"}}, []use{{"cloudformation:DeleteStack", "*"}}, []use{{"iam:PassRole", "*"}, {"sqs:SendMessage", queue}},
		},
		"2-backend-sqs": {
			[]use{{"sqs:ReceiveMessage", queue}, {"sqs:DeleteMessage", queue}}, []use{{"sqs:DeleteQueue", queue}, {"sqs:SetQueueAttributes", queue}}, []use{{"sns:Publish", "*"}},
		},
		"2-backend-dynamodb": {
			[]use{{"dynamodb:GetItem", table}, {"dax:GetItem", "arn:aws:dax:eu-west-1:111111111111:cache/orders"}},
			[]use{{"dynamodb:DeleteTable", table}, {"lambda:CreateFunction", "*"}, {"datapipeline:CreatePipeline", "*"}, {"iam:ListRoles", "*"}},
			[]use{{"iam:PassRole", "*"}, {"lambda:InvokeFunction", "*"}},
		},
		"2-backend-rds": {
			[]use{{"rds:DescribeDBInstances", "*"}},
			[]use{{"rds:DeleteDBInstance", "arn:aws:rds:eu-west-1:111111111111:db:orders"}, {"sns:Publish", "*"}},
			// The one permission that logs in to a database isn't there.
			[]use{{"rds-db:connect", "arn:aws:rds-db:eu-west-1:111111111111:dbuser:db-ABCDEFGHIJKL/app"}},
		},
		"2-backend-ssm": {
			[]use{{"ssm:GetParameter", "arn:aws:ssm:eu-west-1:111111111111:parameter/app"}, {"ssmmessages:OpenDataChannel", "*"}},
			[]use{{"ssm:SendCommand", "*"}, {"ssm:DeleteParameter", "*"}, {"logs:DeleteLogGroup", "*"}, {"iam:DeleteServiceLinkedRole", linked + "ssm.amazonaws.com/AWSServiceRoleForAmazonSSM"}},
			[]use{{"iam:DeleteServiceLinkedRole", linked + "rds.amazonaws.com/AWSServiceRoleForRDS"}, {"ec2:RunInstances", "*"}},
		},
		"2-frontend-cloudformation": {
			[]use{{"cloudformation:DescribeStacks", "*"}}, []use{{"cloudformation:UpdateStack", "*"}}, []use{{"s3:GetObject", bucket + "/a"}},
		},
		"2-frontend-s3": {
			[]use{{"s3:GetObject", bucket + "/a"}, {"s3:PutObject", bucket + "/a/b"}},
			[]use{{"s3:DeleteObject", bucket + "/a"}, {"s3:PutObjectAcl", bucket + "/a"}},
			// A bucket's ARN isn't an object's.
			[]use{{"s3:ListBucket", bucket}, {"s3:GetObject", "arn:aws:s3:::other-bucket/a"}},
		},
		"2-frontend-sqs": {
			[]use{{"sqs:SendMessage", queue}}, []use{{"sqs:PurgeQueue", queue}, {"sqs:ReceiveMessage", queue}}, []use{{"s3:GetObject", bucket + "/a"}},
		},
		"2-frontend-elasticache": {
			[]use{{"elasticache:DescribeCacheClusters", "*"}, {"elasticache:Connect", "*"}}, []use{{"elasticache:DeleteCacheCluster", "*"}}, []use{{"iam:CreateServiceLinkedRole", linked + "ssm.amazonaws.com/AWSServiceRoleForAmazonSSM"}},
		},
		"2-frontend-ssm": {
			[]use{{"ssm:GetParameters", "*"}}, []use{{"ec2messages:SendReply", "*"}, {"logs:PutRetentionPolicy", "*"}}, []use{{"ssm-guiconnect:StartConnection", "*"}},
		},
	} {
		questions := map[string]asked{}
		for _, uses := range []struct {
			title string
			uses  []use
			want  authz.Decision
		}{{"wanted", seed.wanted, authz.Allowed}, {"mistaken", seed.mistaken, authz.Allowed}, {"refused", seed.refused, authz.ImplicitlyDenied}} {
			for _, u := range uses.uses {
				questions[uses.title+" "+u.action+" "+u.on] = asked{who: by(seedSession), action: u.action, on: u.on, want: uses.want}
			}
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			answer(t, authz.Layers{Identity: seedPolicy(t, name)}, questions)
		})
	}
}

// TestSeedServiceLinkedRoles asks which service-linked roles a task may create: that of Systems Manager, though no task
// needs to. ElastiCache's isn't asked about, as IAM refuses the ARN in that document.
func TestSeedServiceLinkedRoles(t *testing.T) {
	t.Parallel()
	create := func(service, role string, want authz.Decision) asked {
		who := authz.Caller{Principal: seedSession, Context: map[string]authz.Values{"iam:AWSServiceName": authz.Single(service)}}
		return asked{who: who, action: "iam:CreateServiceLinkedRole", on: "arn:aws:iam::111111111111:role/aws-service-role/" + service + "/" + role, want: want}
	}
	answer(t, authz.Layers{Identity: seedPolicy(t, "2-backend-ssm")}, map[string]asked{
		"Systems Manager's":       create("ssm.amazonaws.com", "AWSServiceRoleForAmazonSSM", authz.Allowed),
		"another service's":       create("rds.amazonaws.com", "AWSServiceRoleForRDS", authz.ImplicitlyDenied),
		"another of its services": create("ssm.amazonaws.com", "AWSServiceRoleForOther", authz.ImplicitlyDenied),
	})
	answer(t, authz.Layers{Identity: seedPolicy(t, "2-frontend-elasticache")}, map[string]asked{
		"another service's": create("rds.amazonaws.com", "AWSServiceRoleForRDS", authz.ImplicitlyDenied),
	})
}

// TestSeedEndpoints asks what gets through the VPC endpoints, by callers whose other policies allow everything.
func TestSeedEndpoints(t *testing.T) {
	t.Parallel()
	identity := []*authz.Policy{authz.AssumedToAllow("identity policies")}
	named, other, root := by(seedRole), by("arn:aws:iam::111111111111:role/other"), by(seedRoot)
	const elsewhere = "arn:aws:ecr:eu-west-1:111111111111:repository/other"
	answer(t, authz.Layers{Identity: identity, Endpoint: seedPolicy(t, "4-endpoint-allow-pull")}, map[string]asked{
		"the role, pulling":           {who: named, action: "ecr:BatchGetImage", want: authz.Allowed},
		"the role, a layer":           {who: named, action: "ecr:GetDownloadUrlForLayer", want: authz.Allowed},
		"the role, logging in":        {who: named, action: "ecr:GetAuthorizationToken", on: "*", want: authz.Allowed},
		"the role, asking for layers": {who: named, action: "ecr:BatchCheckLayerAvailability", want: authz.ImplicitlyDenied},
		"the role, pushing":           {who: named, action: "ecr:PutImage", want: authz.ImplicitlyDenied},
		"another role, pulling":       {who: other, action: "ecr:BatchGetImage", want: authz.ImplicitlyDenied},
		"another role, logging in":    {who: other, action: "ecr:GetAuthorizationToken", on: "*", want: authz.ImplicitlyDenied},
		"the root user":               {who: root, action: "ecr:BatchGetImage", want: authz.ImplicitlyDenied},
	})
	answer(t, authz.Layers{Identity: identity, Endpoint: seedText(t, seed(t, "4-endpoint-allow-pull"))}, map[string]asked{
		"the role, whose account is written with ten digits": {who: named, action: "ecr:BatchGetImage", want: authz.ImplicitlyDenied},
	})
	for _, name := range []string{"4-endpoint-prevent-delete", "4-endpoint-combined"} {
		// AllowAll makes AllowPull meaningless: with it and without, everybody pulls.
		answer(t, authz.Layers{Identity: identity, Endpoint: seedPolicy(t, name)}, map[string]asked{
			name + ", the role":                      {who: named, action: "ecr:BatchGetImage", want: authz.Allowed},
			name + ", another role":                  {who: other, action: "ecr:BatchGetImage", want: authz.Allowed},
			name + ", another role, pushing":         {who: other, action: "ecr:PutImage", want: authz.Allowed},
			name + ", deleting the repository":       {who: other, action: "ecr:DeleteRepository", want: authz.ExplicitlyDenied},
			name + ", the root user, deleting it":    {who: root, action: "ecr:DeleteRepository", want: authz.ExplicitlyDenied},
			name + ", deleting another":              {who: other, action: "ecr:DeleteRepository", on: elsewhere, want: authz.Allowed},
			name + ", deleting images, which stands": {who: other, action: "ecr:BatchDeleteImage", want: authz.Allowed},
		})
	}
}

// TestSeedLayerBucket asks what gets through the S3 gateway. Requests for layers come presigned by ECR, so that they are
// of a principal of the bucket's account; the bucket's policy is AWS's own.
func TestSeedLayerBucket(t *testing.T) {
	t.Parallel()
	const layer, bucketOwner = "arn:aws:s3:::prod-eu-west-1-starport-layer-bucket/1a2b/layer", "999999999999"
	everything := seedText(t, `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"s3:*","Resource":"*"}]}`)
	layers := authz.Layers{Identity: []*authz.Policy{authz.AssumedToAllow("identity policies")}, Repository: everything, Gateway: seedPolicy(t, "4-s3-gateway-endpoint-policy")}
	ecr := by("arn:aws:iam::999999999999:role/ecr")
	answer(t, layers, map[string]asked{
		"a layer":                         {who: ecr, action: "s3:GetObject", on: layer, account: bucketOwner, want: authz.Allowed},
		"a layer, by an anonymous caller": {who: by(authz.Anonymous), action: "s3:GetObject", on: layer, account: bucketOwner, want: authz.Allowed},
		"a layer, written":                {who: ecr, action: "s3:PutObject", on: layer, account: bucketOwner, want: authz.ImplicitlyDenied},
		"the list of layers":              {who: ecr, action: "s3:ListBucket", on: "arn:aws:s3:::prod-eu-west-1-starport-layer-bucket", account: bucketOwner, want: authz.ImplicitlyDenied},
		"a layer of another Region":       {who: ecr, action: "s3:GetObject", on: "arn:aws:s3:::prod-us-east-1-starport-layer-bucket/a", account: bucketOwner, want: authz.ImplicitlyDenied},
		"the owner's own bucket":          {who: by(seedSession), action: "s3:GetObject", on: "arn:aws:s3:::sample-bucket/a", want: authz.ImplicitlyDenied},
	})
}
