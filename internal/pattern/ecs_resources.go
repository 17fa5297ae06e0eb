// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package pattern

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/ecrx/terraform-provider-ecrx/internal/policy"
)

// onResources makes one statement with the actions on the very ARNs.
func onResources(sid string, actions ...string) func([]string) []policy.Statement {
	return func(arns []string) []policy.Statement {
		return []policy.Statement{ecsAllow(sid, actions, arns)}
	}
}

// kindActions are the statements about the ARNs of one kind.
type kindActions struct {
	kind       ecsResource
	statements func([]string) []policy.Statement
}

// byKind keeps each action to the ARNs that it has as its resource type.
func byKind(kinds ...kindActions) func([]string) []policy.Statement {
	return func(arns []string) []policy.Statement {
		var statements []policy.Statement
		for _, k := range kinds {
			if of := ofKind(k.kind, arns); len(of) > 0 {
				statements = append(statements, k.statements(of)...)
			}
		}
		return statements
	}
}

// dynamoDBRead adds the indexes of a table to what is queried.
func dynamoDBRead(tables []string) []policy.Statement {
	queried := slices.Clone(tables)
	for _, table := range tables {
		queried = append(queried, table+"/index/*")
	}
	return []policy.Statement{
		ecsAllow("DynamoDBRead", []string{"dynamodb:BatchGetItem", "dynamodb:ConditionCheckItem", "dynamodb:DescribeTable", "dynamodb:GetItem"}, tables),
		ecsAllow("DynamoDBQuery", []string{"dynamodb:Query", "dynamodb:Scan"}, queried),
	}
}

// splitBucket takes the ARN of a bucket or of objects apart. Without objects, key is "*".
func splitBucket(arn string) (bucket, key string) {
	bucket, key, _ = strings.Cut(arn, "/")
	if key == "" {
		key = "*"
	}
	return bucket, key
}

// wholeBucket gives the bucket's ARN for all objects in it.
func wholeBucket(objects string) string {
	if bucket, key := splitBucket(objects); key == "*" {
		return bucket
	}
	return objects
}

func s3Objects(arns []string) (objects, buckets []string) {
	for _, a := range arns {
		bucket, key := splitBucket(a)
		objects, buckets = append(objects, bucket+"/"+key), append(buckets, bucket)
	}
	return objects, sortedOnce(buckets)
}

// s3Read gives objects, and the list of their names: without it, a missing object is an error of access. A bucket of which
// only a part is read is listed within that part, in a statement of its own.
func s3Read(arns []string) []policy.Statement {
	objects, buckets := s3Objects(arns)
	statements := []policy.Statement{ecsAllow("S3Read", []string{"s3:GetObject"}, objects)}
	prefixes := map[string][]string{}
	for _, a := range arns {
		bucket, key := splitBucket(a)
		prefixes[bucket] = append(prefixes[bucket], key)
	}
	maps.DeleteFunc(prefixes, func(_ string, keys []string) bool { return slices.Contains(keys, "*") })
	parted := slices.Sorted(maps.Keys(prefixes))
	whole := slices.DeleteFunc(buckets, func(bucket string) bool { return prefixes[bucket] != nil })
	if len(whole) > 0 {
		statements = append(statements, ecsAllow("S3ReadBucket", []string{"s3:GetBucketLocation", "s3:ListBucket"}, whole))
	}
	if len(parted) > 0 {
		statements = append(statements, ecsAllow("S3ReadLocation", []string{"s3:GetBucketLocation"}, parted))
	}
	for i, bucket := range parted {
		statements = append(statements, ecsAllow("S3ReadList"+strconv.Itoa(i+1), []string{"s3:ListBucket"}, []string{bucket},
			policy.Condition{Operator: "StringLike", Key: "s3:prefix", Values: prefixes[bucket]}))
	}
	return statements
}

// s3Write gives uploads, in parts too, and no deletion.
func s3Write(arns []string) []policy.Statement {
	objects, buckets := s3Objects(arns)
	return []policy.Statement{
		ecsAllow("S3Write", []string{"s3:AbortMultipartUpload", "s3:ListMultipartUploadParts", "s3:PutObject"}, objects),
		ecsAllow("S3WriteBucket", []string{"s3:ListBucketMultipartUploads"}, buckets),
	}
}

// ssmParameters gives GetParametersByPath for paths alone: whoever may read a path reads all below it, even what another
// statement keeps from them (AWS Systems Manager User Guide, sysman-paramstore-access).
func ssmParameters(arns []string) []policy.Statement {
	statements := []policy.Statement{ecsAllow("SSMParameters", []string{"ssm:GetParameter", "ssm:GetParameters"}, arns)}
	var paths []string
	for _, a := range arns {
		if path, ok := strings.CutSuffix(a, "/*"); ok {
			paths = append(paths, path, a)
		}
	}
	if len(paths) > 0 {
		statements = append(statements, ecsAllow("SSMParametersByPath", []string{"ssm:GetParametersByPath"}, paths))
	}
	return statements
}

// cloudFormationRead puts "*" for a stack's id: it is what a call by the stack's name asks for, and a stack that is made
// again has another id.
func cloudFormationRead(arns []string) []policy.Statement {
	stacks := make([]string, len(arns))
	for i, a := range arns {
		account, name, _ := strings.Cut(a, "/")
		name, _, _ = strings.Cut(name, "/")
		stacks[i] = account + "/" + name + "/*"
	}
	return []policy.Statement{ecsAllow("CloudFormationRead", []string{
		"cloudformation:DescribeStackResource", "cloudformation:DescribeStackResources", "cloudformation:DescribeStacks", "cloudformation:ListStackResources",
	}, stacks)}
}

// logsWrite gives the streams of log groups. Who creates the groups is another's affair.
func logsWrite(sid string) func([]string) []policy.Statement {
	return func(groups []string) []policy.Statement {
		streams := make([]string, len(groups))
		for i, g := range groups {
			streams[i] = strings.TrimSuffix(g, ":*") + allStreams
		}
		return []policy.Statement{ecsAllow(sid, []string{"logs:CreateLogStream", "logs:PutLogEvents"}, streams)}
	}
}

const allStreams = ":log-stream:*"

// logGroup gives the group of the streams.
func logGroup(streams string) string { return strings.TrimSuffix(streams, allStreams) }

// ecsExec is for the agent that ECS Exec runs in the task.
func ecsExec() policy.Statement {
	return ecsAllow("ECSExec", []string{
		"ssmmessages:CreateControlChannel", "ssmmessages:CreateDataChannel", "ssmmessages:OpenControlChannel", "ssmmessages:OpenDataChannel",
	}, []string{"*"})
}

const namespaceKey = "cloudwatch:namespace"

func putMetrics(namespaces []string) policy.Statement {
	return ecsAllow("CloudWatchMetrics", []string{"cloudwatch:PutMetricData"}, []string{"*"}, where("StringEquals", namespaceKey, namespaces)...)
}
