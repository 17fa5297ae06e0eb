// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package pattern

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// ecsResource is a kind of resource that a permission names by ARN. Wildcards may stand in its name, never in the account
// or for the whole name. The forms are those of the Service Authorization Reference.
type ecsResource struct {
	// what says it in a sentence: "a queue".
	what, service string
	// typed is what the ARN's last part begins with: "table/".
	typed string
	// name is the form of what follows.
	name *regexp.Regexp
	// global ARNs name neither Region nor account.
	global  bool
	example string
}

// notLatin is a character that IAM takes in no policy (IAM User Guide, reference_iam-quotas).
var notLatin = regexp.MustCompile(`[^\x09\x0A\x0D\x20-\x{FF}]`)

var ecsPartition = regexp.MustCompile(`^aws(-[a-z]+)*$`)

var (
	plainName     = regexp.MustCompile(`^[A-Za-z0-9_.*?-]+$`)
	lowerName     = regexp.MustCompile(`^[a-z0-9*?-]+$`)
	parameterName = regexp.MustCompile(`^[A-Za-z0-9_.*?-]+(/[A-Za-z0-9_.*?-]+)*$`)
)

var (
	ecsQueue = ecsResource{
		what: "a queue", service: "sqs", name: plainName,
		example: "arn:aws:sqs:eu-west-1:111111111111:orders",
	}
	ecsTable = ecsResource{
		what: "a table", service: "dynamodb", typed: "table/", name: plainName,
		example: "arn:aws:dynamodb:eu-west-1:111111111111:table/orders",
	}
	ecsDAXCluster = ecsResource{
		what: "a DAX cluster", service: "dax", typed: "cache/", name: plainName,
		example: "arn:aws:dax:eu-west-1:111111111111:cache/orders",
	}
	ecsBucket = ecsResource{
		what: "a bucket, or objects in one", service: "s3", name: regexp.MustCompile(`^[A-Za-z0-9_.*?-]+(/.*)?$`), global: true,
		example: "arn:aws:s3:::orders-data/reports/*",
	}
	ecsDatabaseUser = ecsResource{
		what: "a database user", service: "rds-db", typed: "dbuser:", name: regexp.MustCompile(`^(db|cluster|prx)-[A-Za-z0-9*?]+/[^/:]+$`),
		example: "arn:aws:rds-db:eu-west-1:111111111111:dbuser:db-ABCDEFGHIJKL01234/app",
	}
	ecsDatabase = ecsResource{
		what: "a database instance", service: "rds", typed: "db:", name: plainName,
		example: "arn:aws:rds:eu-west-1:111111111111:db:orders",
	}
	ecsDatabaseCluster = ecsResource{
		what: "a database cluster", service: "rds", typed: "cluster:", name: plainName,
		example: "arn:aws:rds:eu-west-1:111111111111:cluster:orders",
	}
	ecsReplicationGroup = ecsResource{
		what: "a replication group", service: "elasticache", typed: "replicationgroup:", name: lowerName,
		example: "arn:aws:elasticache:eu-west-1:111111111111:replicationgroup:sessions",
	}
	ecsServerlessCache = ecsResource{
		what: "a serverless cache", service: "elasticache", typed: "serverlesscache:", name: lowerName,
		example: "arn:aws:elasticache:eu-west-1:111111111111:serverlesscache:sessions",
	}
	ecsCacheCluster = ecsResource{
		what: "a cache cluster", service: "elasticache", typed: "cluster:", name: lowerName,
		example: "arn:aws:elasticache:eu-west-1:111111111111:cluster:sessions-001",
	}
	ecsCacheUser = ecsResource{
		what: "an ElastiCache user", service: "elasticache", typed: "user:", name: plainName,
		example: "arn:aws:elasticache:eu-west-1:111111111111:user:web",
	}
	ecsParameter = ecsResource{
		what: "a parameter", service: "ssm", typed: "parameter/", name: parameterName,
		example: "arn:aws:ssm:eu-west-1:111111111111:parameter/orders/*",
	}
	ecsStack = ecsResource{
		what: "a stack", service: "cloudformation", typed: "stack/", name: regexp.MustCompile(`^[A-Za-z0-9*?-]+(/[A-Za-z0-9*?-]*)?$`),
		example: "arn:aws:cloudformation:eu-west-1:111111111111:stack/orders",
	}
	ecsLogGroup = ecsResource{
		what: "a log group", service: "logs", typed: "log-group:", name: regexp.MustCompile(`^[A-Za-z0-9_/.#*?-]+(:\*)?$`),
		example: "arn:aws:logs:eu-west-1:111111111111:log-group:/ecs/orders",
	}
	ecsKey = ecsResource{
		what: "a KMS key", service: "kms", typed: "key/", name: plainName,
		example: "arn:aws:kms:eu-west-1:111111111111:key/1234abcd-12ab-34cd-56ef-1234567890ab",
	}
	ecsRepository = ecsResource{
		what: "a repository", service: "ecr", typed: "repository/", name: regexp.MustCompile(`^[a-z0-9_./*?-]+$`),
		example: "arn:aws:ecr:eu-west-1:111111111111:repository/team/app",
	}
	ecsSecret = ecsResource{
		what: "a secret", service: "secretsmanager", typed: "secret:", name: regexp.MustCompile(`^[A-Za-z0-9/_+=.@*?-]+$`),
		example: "arn:aws:secretsmanager:eu-west-1:111111111111:secret:orders/db-AbCdEf",
	}
)

// arnParts are those of an ARN, in which wildcards may stand.
type arnParts struct{ partition, service, region, account, resource string }

func splitARN(text string) (parts arnParts, ok bool) {
	p := strings.SplitN(text, ":", 6)
	if len(p) < 6 || p[0] != "arn" {
		return arnParts{}, false
	}
	return arnParts{p[1], p[2], p[3], p[4], p[5]}, true
}

// ecsARNProblem says what is wrong in an ARN that must be one of the kinds, and what to write; summary is "" when it is
// right.
func ecsARNProblem(text string, kinds []ecsResource) (summary, detail string) {
	at := strings.Index(text, "arn:")
	instead := "Write it as in " + ecsExamples(kinds) + "."
	switch {
	case strings.Trim(text, "*?") == "":
		return "Wildcard over a whole service", fmt.Sprintf("%q stands for everything. Name what the task uses. %s", text, instead)
	case notLatin.MatchString(text):
		return "Character that IAM doesn't take", fmt.Sprintf("%q holds %q, and IAM takes only characters up to U+00FF in a policy. Replace it.", text, notLatin.FindString(text))
	case at > 0:
		return "Malformed ARN", fmt.Sprintf("%q has %q before \"arn:\", which IAM refuses. Write %q.", text, text[:at], text[at:])
	}
	parts, ok := splitARN(text)
	if !ok || strings.TrimSpace(text) != text {
		return "Invalid ARN", fmt.Sprintf("%q is not the ARN of %s. %s", text, ecsKinds(kinds), instead)
	}
	if summary, detail := ecsPlaceProblem(text, parts, kinds); summary != "" {
		return summary, detail + " " + instead
	}
	i := slices.IndexFunc(kinds, func(k ecsResource) bool { return strings.HasPrefix(parts.resource, k.typed) })
	if i < 0 {
		return "ARN of another kind of resource", fmt.Sprintf("%q is not %s. %s", text, ecsKinds(kinds), instead)
	}
	name := strings.TrimPrefix(parts.resource, kinds[i].typed)
	switch {
	case strings.Trim(name, "*?/:") == "" && strings.ContainsAny(name, "*?"):
		return "Wildcard over a whole service", fmt.Sprintf("%q takes in every resource of its kind. Name it, or write a wildcard behind a beginning that yours have in common. %s", text, instead)
	case !kinds[i].name.MatchString(name):
		return "Invalid ARN", fmt.Sprintf("%q can't be the ARN of %s: %q isn't such a name. %s", text, kinds[i].what, name, instead)
	}
	return "", ""
}

// ecsPlaceProblem looks at all but the last part.
func ecsPlaceProblem(text string, parts arnParts, kinds []ecsResource) (summary, detail string) {
	partition, known := PartitionOfRegion(parts.region)
	switch {
	case parts.service != kinds[0].service:
		return "ARN of another service", fmt.Sprintf("%q is of the service %q, and what is wanted is %s, of %q.", text, parts.service, ecsKinds(kinds), kinds[0].service)
	case !ecsPartition.MatchString(parts.partition):
		return "Unknown partition", fmt.Sprintf("%q is in no partition of AWS: begin with \"arn:aws:\", \"arn:aws-cn:\" or another one's.", text)
	case kinds[0].global && parts.region+parts.account != "":
		return "Invalid ARN", fmt.Sprintf("%q names a Region or an account, which the ARN of %s doesn't have.", text, kinds[0].what)
	case kinds[0].global:
		return "", ""
	case !known && !strings.Contains(parts.region, "*"):
		return "Invalid ARN", fmt.Sprintf("%q names no Region: %q isn't one.", text, parts.region)
	case known && partition.Name != parts.partition:
		return "ARN of another partition", fmt.Sprintf("%q never matches, since %s is in the partition %q.", text, parts.region, partition.Name)
	case strings.ContainsAny(parts.account, "*?"):
		return "Wildcard in the account of an ARN", fmt.Sprintf("%q takes in accounts that nobody chose.", text)
	case ValidateAccountID(parts.account) != nil:
		return "Invalid ARN", fmt.Sprintf("%q names no account: %q isn't an id of 12 digits.", text, parts.account)
	default:
		return "", ""
	}
}

func ecsKinds(kinds []ecsResource) string {
	var what []string
	for _, k := range kinds {
		what = append(what, k.what)
	}
	return strings.Join(what, " or ")
}

func ecsExamples(kinds []ecsResource) string {
	var examples []string
	for _, k := range kinds {
		examples = append(examples, fmt.Sprintf("%q", k.example))
	}
	return strings.Join(examples, " or ")
}

// ofKind gives the ARNs that are of the kind.
func ofKind(kind ecsResource, arns []string) []string {
	var of []string
	for _, a := range arns {
		if parts, ok := splitARN(a); ok && strings.HasPrefix(parts.resource, kind.typed) {
			of = append(of, a)
		}
	}
	return of
}
