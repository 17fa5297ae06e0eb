// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package pattern

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/ecrx/terraform-provider-ecrx/internal/policy"
)

// metricNamespace is the form of a namespace of metrics, of 255 characters at most (Amazon CloudWatch User Guide,
// cloudwatch_concepts).
var metricNamespace = regexp.MustCompile(`^[0-9A-Za-z._/# -][0-9A-Za-z._/#: -]*$`)

// ValidateECSPermissions finds what is wrong in permissions. Each problem's path begins with the attribute's name.
func ValidateECSPermissions(p ECSPermissions) []Problem {
	v := ecsValidator{incomplete: p.Incomplete}
	given := p.ECSExec || len(p.CloudWatchMetrics)+len(p.Statements) > 0
	for i := range ecsPresets {
		preset := &ecsPresets[i]
		arns := *preset.arns(&p)
		v.arns(preset.attribute, arns, preset.kinds)
		given = given || len(arns) > 0
	}
	v.elastiCache(p.ElastiCacheConnect)
	v.namespaces(p.CloudWatchMetrics)
	decrypt, _ := keyUses(ecsPresets, &p)
	v.keys(p.KMSKeyARNs, len(decrypt) > 0, "sqs_send, sqs_receive, dynamodb_read, dynamodb_write, s3_read, s3_write or ssm_parameters")
	v.statements(p)
	if !given && !p.Incomplete {
		v.error("", "Permissions that give nothing", "IAM refuses a policy without a statement. Say what the task uses, such as sqs_send = [%q].", ecsQueue.example)
	}
	return v.problems
}

// ValidateECSPermissionsAt finds ARNs that are in another partition than the role. An empty partition isn't checked.
func ValidateECSPermissionsAt(p ECSPermissions, site Site) []Problem {
	v := ecsValidator{}
	for i := range ecsPresets {
		v.partition(ecsPresets[i].attribute, *ecsPresets[i].arns(&p), site.Partition)
	}
	v.partition("kms_key_arns", p.KMSKeyARNs, site.Partition)
	return v.problems
}

// ecsValidator collects problems. The first ARN says the partition that all others must be in.
type ecsValidator struct {
	incomplete bool
	first      string
	problems   []Problem
}

func (v *ecsValidator) error(attribute, summary, format string, args ...any) {
	v.add(policy.SeverityError, attribute, summary, format, args...)
}

func (v *ecsValidator) add(severity policy.Severity, attribute, summary, format string, args ...any) {
	var path []string
	if attribute != "" {
		path = []string{attribute}
	}
	v.addAt(severity, path, summary, format, args...)
}

func (v *ecsValidator) addAt(severity policy.Severity, path []string, summary, format string, args ...any) {
	v.problems = append(v.problems, Problem{path, severity, summary, fmt.Sprintf(format, args...)})
}

// arns checks the ARNs of an attribute, each of which must be of one of the kinds.
func (v *ecsValidator) arns(attribute string, arns []string, kinds []ecsResource) {
	for _, text := range arns {
		if summary, detail := ecsARNProblem(text, kinds); summary != "" {
			v.error(attribute, summary, "%s", detail)
			continue
		}
		if v.first == "" {
			v.first = text
		}
		own, _ := splitARN(text)
		if other, _ := splitARN(v.first); own.partition != other.partition {
			v.error(attribute, "ARN of another partition", "%q is in the partition %q, and %q in %q. A role reaches resources of its own partition only: keep those of one.", text, own.partition, v.first, other.partition)
		}
	}
}

func (v *ecsValidator) partition(attribute string, arns []string, partition string) {
	for _, text := range arns {
		if parts, ok := splitARN(text); ok && partition != "" && parts.partition != partition {
			v.error(attribute, "ARN of another partition", "%q is in the partition %q, and the role in %q, from where it can't be reached. Write an ARN that begins with \"arn:%s:\".", text, parts.partition, partition, partition)
		}
	}
}

func (v *ecsValidator) elastiCache(arns []string) {
	users := len(ofKind(ecsCacheUser, arns))
	caches := len(ofKind(ecsReplicationGroup, arns)) + len(ofKind(ecsServerlessCache, arns))
	switch {
	case v.incomplete, slices.ContainsFunc(v.problems, func(p Problem) bool { return slices.Equal(p.Path, []string{"elasticache_connect"}) }):
	case caches > 0 && users == 0:
		v.error("elasticache_connect", "ElastiCache without a user", "A connection needs elasticache:Connect on the cache and on the user that logs in, and elasticache_connect names no user. Add one, such as %q.", ecsCacheUser.example)
	case users > 0 && caches == 0:
		v.error("elasticache_connect", "ElastiCache without a cache", "A connection needs elasticache:Connect on the user and on the cache, and elasticache_connect names no cache. Add one, such as %q.", ecsReplicationGroup.example)
	}
}

func (v *ecsValidator) namespaces(namespaces []string) {
	for _, n := range namespaces {
		switch {
		case strings.ContainsAny(n, "*?"):
			v.error("cloudwatch_metrics", "Wildcard in a namespace", "%q would be compared as it is written, and no namespace holds a wildcard. Write the whole namespace, such as \"Orders\".", n)
		case len(n) > 255, strings.TrimSpace(n) != n, !metricNamespace.MatchString(n):
			v.error("cloudwatch_metrics", "Invalid namespace", "%q is not a namespace of metrics: write up to 255 letters, digits and any of . - _ / # : and spaces, such as \"Orders\".", n)
		case strings.HasPrefix(n, "AWS/"):
			v.add(policy.SeverityWarning, "cloudwatch_metrics", "Namespace of AWS", "%q begins as AWS's own namespaces do, where an application's metrics could be taken for those of a service. Choose another one.", n)
		}
	}
}

// keys checks the KMS keys, which something must use.
func (v *ecsValidator) keys(keys []string, used bool, users string) {
	for _, key := range keys {
		if parts, ok := splitARN(key); ok && parts.service == "kms" && strings.HasPrefix(parts.resource, "alias/") {
			v.error("kms_key_arns", "Alias in the place of a key", "%q is an alias, and IAM compares the ARN of the key behind it. Write the key's, as in %q.", key, ecsKey.example)
			continue
		}
		v.arns("kms_key_arns", []string{key}, []ecsResource{ecsKey})
	}
	if len(keys) > 0 && !used && !v.incomplete {
		v.error("kms_key_arns", "Keys without use", "The keys can be used only by way of a service that encrypts with them, and nothing here does: set %s, or leave kms_key_arns out.", users)
	}
}

// onEverything are the actions that know no resource, so that they can be allowed on "*" alone (Service Authorization
// Reference). Others like them get a warning.
var onEverything = []string{
	"cloudformation:ListExports", "cloudformation:ListStacks", "cloudwatch:PutMetricData", "dynamodb:ListTables", "ecr:GetAuthorizationToken",
	"s3:ListAllMyBuckets", "ssm:DescribeParameters", "ssmmessages:CreateControlChannel", "ssmmessages:CreateDataChannel",
	"ssmmessages:OpenControlChannel", "ssmmessages:OpenDataChannel", "sts:GetCallerIdentity", "xray:PutTelemetryRecords", "xray:PutTraceSegments",
}

// statements checks what is written by hand beside the rest.
func (v *ecsValidator) statements(p ECSPermissions) {
	computed := p
	computed.Statements = nil
	var taken []string
	for _, s := range ECSTaskPolicy(computed).Statements {
		taken = append(taken, s.Sid)
	}
	for i, s := range p.Statements {
		if s.Sid != "" && slices.Contains(taken, s.Sid) {
			v.error("statements", "Sid that is taken", "%q stands twice in the document, or is the name of a statement that another attribute makes. Choose another sid.", s.Sid)
		}
		taken = append(taken, s.Sid)
		v.statement(i, s)
	}
}

func (v *ecsValidator) statement(i int, s policy.Statement) {
	if v.incomplete {
		return
	}
	at := func(argument string) []string { return []string{"statements", strconv.Itoa(i), argument} }
	for _, f := range policy.Findings(policy.New(s), policy.KindIdentity) {
		if f.Severity == policy.SeverityError {
			v.addAt(f.Severity, at(statementArgument(f.Path)), "Invalid statement", "%s", sentence(f.Message))
		}
	}
	if len(s.Actions) == 0 {
		v.addAt(policy.SeverityError, at("actions"), "Statement without actions", "Say what the statement is about, such as actions = [\"sns:Publish\"].")
	}
	for _, resource := range s.Resources {
		if resource == "" || strings.HasPrefix(resource, "arn:") && strings.TrimSpace(resource) != resource {
			v.addAt(policy.SeverityError, at("resources"), "Invalid ARN", "%q is not an ARN. Write that of what the actions are on, without spaces around it.", resource)
		}
	}
	for _, c := range s.Conditions {
		if len(c.Values) == 0 {
			v.addAt(policy.SeverityError, at("conditions"), "Condition without values", "The condition %s on %s has no value to compare with. Write one in values, or remove it.", c.Operator, c.Key)
		}
	}
	for _, action := range s.Actions {
		_, name, found := strings.Cut(action, ":")
		switch {
		case s.Effect != policy.Allow, !found && action != "*": // the latter is no action, which was said
		case strings.Trim(name, "*?") == "":
			v.addAt(policy.SeverityError, at("actions"), "Every action of a service", "%q allows all that there is and will be. List the actions that the task needs, such as \"sns:Publish\".", action)
		case slices.ContainsFunc(s.Resources, isEverything) && !isOneOf(action, onEverything):
			v.onEverything(action, at("resources"))
		}
	}
}

// statementArgument is the argument of a statement that a finding's path is about.
func statementArgument(path string) string {
	for element, argument := range map[string]string{"Sid": "sid", "Effect": "effect", "Action": "actions", "Resource": "resources", "Condition": "conditions"} {
		if slices.ContainsFunc(strings.Split(path, "."), func(part string) bool { return strings.HasPrefix(part, element) }) {
			return argument
		}
	}
	return "actions"
}

// isOneOf compares actions, which have no letter case.
func isOneOf(action string, actions []string) bool {
	return slices.ContainsFunc(actions, func(a string) bool { return strings.EqualFold(a, action) })
}

func isEverything(resource string) bool { return strings.Trim(resource, "*?") == "" }

// onEverything is an error for an action that is known to have a resource, and a warning for one that isn't known here.
func (v *ecsValidator) onEverything(action string, at []string) {
	for i := range ecsPresets {
		preset := &ecsPresets[i]
		for _, s := range preset.statements(examplesOf(preset.kinds)) {
			if isOneOf(action, s.Actions) {
				v.addAt(policy.SeverityError, at, "Every resource of a service", "%s on \"*\" takes in every resource. Name those that the task uses in %s.", action, preset.attribute)
				return
			}
		}
	}
	v.addAt(policy.SeverityWarning, at, "Every resource", "%s is allowed on \"*\". Unless the action knows no resource, name the ARNs that the task uses.", action)
}

func examplesOf(kinds []ecsResource) []string {
	examples := make([]string, len(kinds))
	for i, k := range kinds {
		examples[i] = k.example
	}
	return examples
}
