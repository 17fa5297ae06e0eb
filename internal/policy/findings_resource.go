// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package policy

import (
	"regexp"
	"slices"
	"strings"
)

var (
	partitionName = regexp.MustCompile("^aws(-[a-z]+)*$")
	regionName    = regexp.MustCompile(`^[a-z]{2,4}(-[a-z]+)+-\d{1,2}$`)
)

// bucketActions are the actions of S3 on a bucket that applications use.
var bucketActions = [...]string{
	"s3:ListBucket", "s3:ListBucketVersions", "s3:ListBucketMultipartUploads", "s3:GetBucketLocation",
}

func (s scope) reviewResources() {
	path, resources := s.at("Resource"), s.Resources
	if len(s.NotResources) > 0 {
		path, resources = s.at("NotResource"), s.NotResources
	}
	switch {
	// AWS's newer examples carry "Resource": "*" here; ECR has refused the element before, and it says nothing.
	case s.kind == KindRepository && len(resources) > 0:
		s.add(SeverityError, "RESOURCE_IN_REPOSITORY_POLICY", path, "the repository that the policy is set on is the resource; leave the element out")
		return
	case s.kind == KindTrust && len(resources) > 0:
		s.add(SeverityError, "RESOURCE_IN_TRUST_POLICY", path, "the role is the resource, and IAM refuses the element; leave it out")
		return
	case (s.kind == KindIdentity || s.kind == KindEndpoint) && len(resources) == 0:
		s.add(SeverityError, "MISSING_RESOURCE", s.path, "the statement has no Resource; write the ARNs it is for, or \"*\"")
	case s.kind == KindRegistry && len(resources) == 0:
		s.add(SeverityWarning, "MISSING_RESOURCE", s.path, "the statement has no Resource; write \"arn:aws:ecr:REGION:ACCOUNT:repository/*\"")
	}
	if s.allows() && len(s.NotResources) > 0 {
		s.add(SeverityWarning, "ALLOW_WITH_NOT_RESOURCE", path, "the statement allows every other resource; list what is allowed in Resource")
	}
	for _, v := range resources {
		s.reviewARN(path, v)
	}
	s.reviewBuckets()
}

// reviewARN looks at a resource's ARN, in which wildcards and policy variables may stand for any part.
func (s scope) reviewARN(path, value string) {
	if strings.Trim(value, "*") == "" {
		return
	}
	a, complete := splitARN(value)
	switch {
	case !strings.HasPrefix(value, "arn:"):
		s.add(SeverityError, "INVALID_ARN_PREFIX", path, "%q is not an ARN; it must be \"*\" or begin with \"arn:\"", value)
	case !complete:
		s.add(SeverityWarning, "MISSING_ARN_FIELD", path, "%q has fewer than the six parts of an ARN; AWS puts \"*\" for the rest: write them out", value)
	case !hasWildcard(a.partition) && !partitionName.MatchString(a.partition):
		s.add(SeverityError, "INVALID_PARTITION", path, "%q is in no partition of AWS; write \"arn:aws:\", \"arn:aws-cn:\" or another one's", value)
	case a.account != "" && a.account != "aws" && !hasWildcard(a.account) && !isAccountID(a.account):
		s.add(SeverityError, "INVALID_ARN_ACCOUNT", path, "%q is not an account id in %q; write its 12 digits", a.account, value)
	case a.service == "ecr" && !hasWildcard(a.region) && !regionName.MatchString(a.region):
		s.add(SeverityError, "INVALID_ARN_REGION", path, "%q is not a Region in %q; write one, such as \"eu-west-1\", or \"*\"", a.region, value)
	case a.service == "ecr" && !isRepository(a.resource):
		s.add(SeverityError, "INVALID_ARN_RESOURCE", path, "%q is not a repository, the only resource that ECR has; write "+
			"\"arn:aws:ecr:REGION:ACCOUNT:repository/NAME\"", value)
	case a.service == "iam" && a.region != "" && a.region != "*":
		s.add(SeverityError, "ARN_REGION_NOT_ALLOWED", path, "IAM's ARNs name no Region, so %q never matches; write \"arn:aws:iam::ACCOUNT:…\"", value)
	}
}

// arnParts are an ARN's parts, in which wildcards may stand.
type arnParts struct{ partition, service, region, account, resource string }

// splitARN takes an ARN apart; a policy variable becomes "*", because it may hold a colon. complete is false when parts
// are missing.
func splitARN(value string) (a arnParts, complete bool) {
	parts := strings.SplitN(variable.ReplaceAllString(value, "*"), ":", 6)
	if len(parts) < 6 {
		return a, false
	}
	return arnParts{parts[1], parts[2], parts[3], parts[4], parts[5]}, true
}

func isRepository(resource string) bool {
	const prefix = "repository/"
	if strings.HasPrefix(resource, prefix) {
		return len(resource) > len(prefix)
	}
	fixed := resource[:max(0, strings.IndexAny(resource, "*?"))]
	return hasWildcard(resource) && strings.HasPrefix(prefix, fixed)
}

// reviewBuckets reports actions on a bucket in a statement that names only objects.
func (s scope) reviewBuckets() {
	objects := false
	for _, v := range s.Resources {
		a, complete := splitARN(v)
		if !complete || hasWildcard(a.service) || a.service == "s3" && !strings.Contains(a.resource, "/") {
			return
		}
		objects = objects || a.service == "s3"
	}
	for _, a := range s.Actions {
		for _, bucketAction := range bucketActions {
			if objects && matchFold(a, bucketAction) {
				severity := SeverityError
				if hasWildcard(a) {
					severity = SeverityWarning
				}
				s.add(severity, "OBJECT_ARN_FOR_BUCKET_ACTION", s.at("Resource"), "%q takes in actions on the bucket, such as %s, which never "+
					"match an object's ARN; add the bucket's ARN, without the \"/*\"", a, bucketAction)
				break
			}
		}
	}
}

// sameAction reports whether the statement has the action, without wildcards.
func (s scope) sameAction(action string) bool {
	return slices.ContainsFunc(s.Actions, func(a string) bool { return equalFold(a, action) })
}
