// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package policy

import (
	"net/netip"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// multivalued are the global keys with several values in a request, which need ForAnyValue or ForAllValues (IAM User
// Guide, reference_policies_condition-single-vs-multi-valued-context-keys).
var multivalued = [...]string{
	"aws:CalledVia", "aws:PrincipalOrgPaths", "aws:PrincipalServiceNamesList", "aws:ResourceOrgPaths", "aws:SourceOrgPaths",
	"aws:TagKeys", "aws:VpceOrgPaths",
}

// tagHeads are the keys that take a tag key behind a slash.
var tagHeads = [...]string{"aws:PrincipalTag", "aws:RequestTag", "aws:ResourceTag", "ecr:ResourceTag"}

var privateNetworks = [...]netip.Prefix{
	netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("172.16.0.0/12"), netip.MustParsePrefix("192.168.0.0/16"),
}

// shape says what the values of a key look like.
type shape struct {
	keys    []string
	pattern *regexp.Regexp
	what    string
}

var shapes = [...]shape{
	{
		[]string{"aws:PrincipalOrgID", "aws:ResourceOrgID", "aws:SourceOrgID", "aws:VpceOrgID"},
		regexp.MustCompile("^o-[a-z0-9]{10,32}$"), "an organization id such as \"o-a1b2c3d4e5\"",
	},
	{
		[]string{"aws:PrincipalAccount", "aws:ResourceAccount", "aws:SourceAccount", "aws:VpceAccount"},
		regexp.MustCompile(`^(\d{12}|anonymous)$`), "an account id of 12 digits",
	},
	{[]string{"aws:SourceVpc", "aws:Ec2InstanceSourceVpc"}, regexp.MustCompile("^vpc-[0-9a-f]+$"), "a VPC id such as \"vpc-0a1b2c3d\""},
	{[]string{"aws:SourceVpce"}, regexp.MustCompile("^vpce-[0-9a-f]+$"), "an endpoint id such as \"vpce-0a1b2c3d\""},
	{[]string{"aws:PrincipalArn", "aws:SourceArn"}, regexp.MustCompile("^arn:"), "an ARN"},
}

func (s scope) reviewConditions() {
	for _, c := range s.conditions {
		if !c.known {
			s.reviewUnknownOperator(c)
			continue
		}
		s.reviewKey(c)
		s.reviewSetOperator(c)
		if len(c.values) == 0 {
			s.add(SeverityWarning, "EMPTY_ARRAY_CONDITION", c.path, "the condition has no value to compare with; write one, or remove it")
		}
		if len(c.values) > 1 && (c.base == "Bool" || c.base == "Null") {
			s.add(SeverityError, "INVALID_CONDITION_MULTIPLE_BOOLEAN", c.path, "%s takes one value; write \"true\" or \"false\"", c.base)
		}
		for _, v := range c.values {
			if !strings.Contains(v, "${") {
				s.reviewValue(c, v)
			}
		}
	}
}

func (s scope) reviewUnknownOperator(c condition) {
	if c.base == "Null" {
		s.add(SeverityError, "NULL_WITH_IF_EXISTS", c.path, "Null asks for existence itself; write \"Null\" without IfExists")
		return
	}
	s.add(SeverityError, "INVALID_CONDITION_OPERATOR", c.path, "there is no condition operator %q; write one such as \"StringEquals\", "+
		"\"StringLike\" or \"ArnLike\"", c.raw.Operator)
}

func (s scope) reviewKey(c condition) {
	head, tail := splitKey(c.key)
	prefix, name, _ := strings.Cut(head, ":")
	_, known := spelled(conditionKeys[:], head)
	takesTag := slices.Contains(tagHeads[:], head)
	switch {
	case prefix == "" || name == "" && tail == "":
		s.add(SeverityError, "INVALID_CONDITION_KEY_FORMAT", c.path, "%q is not a condition key; write prefix:name, such as \"aws:PrincipalOrgID\"", c.key)
	case fold(head) == "aws:arn":
		s.add(SeverityWarning, "DEPRECATED_GLOBAL_CONDITION_KEY", c.path, "%q is out of use; write \"aws:PrincipalArn\"", c.raw.Key)
	case !known && (fold(prefix) == "aws" || fold(prefix) == "ecr"):
		s.add(SeverityWarning, "INVALID_GLOBAL_CONDITION_KEY", c.path, "ecrx knows no condition key %q; check it against the IAM User Guide's "+
			"list of global keys and ECR's own", c.raw.Key)
	case takesTag && len(tail) < 2:
		s.add(SeverityError, "INVALID_CONDITION_KEY_FORMAT", c.path, "%q needs a tag key; write \"%s/environment\"", c.raw.Key, head)
	case known && c.key != c.raw.Key:
		s.add(SeverityInfo, "CONDITION_KEY_CASE", c.path, "AWS reads %q all the same, and writes it %q", c.raw.Key, c.key)
	}
}

func (s scope) reviewSetOperator(c condition) {
	several := slices.Contains(multivalued[:], c.key)
	switch {
	case several && c.set == "" && c.base != "Null":
		s.add(SeverityError, "MISSING_QUALIFIER", c.path, "%s has several values in a request; write \"ForAnyValue:%s\"", c.key, c.base)
	case s.allows() && c.set == "ForAllValues" && !s.requires(c.key):
		s.add(SeverityWarning, "FORALLVALUES_IN_ALLOW", c.path, "ForAllValues also holds when the request has no %s at all; write ForAnyValue, or "+
			"add \"Null\": {%q: \"false\"}", c.key, c.key)
	case !several && c.set != "" && strings.HasPrefix(c.key, "aws:"):
		s.add(SeverityWarning, "FORALLVALUES_WITH_SINGLE_VALUED_KEY", c.path, "%s has one value in a request; write %q without %s", c.key, c.base, c.set)
	}
}

// reviewValue looks at a value without policy variables.
func (s scope) reviewValue(c condition, value string) {
	i := slices.IndexFunc(shapes[:], func(x shape) bool { return slices.Contains(x.keys, c.key) })
	isPath := strings.HasSuffix(c.key, "OrgPaths")
	wild := hasWildcard(value)
	switch literal := strings.HasPrefix(c.base, "StringEquals") || strings.HasPrefix(c.base, "StringNotEquals"); {
	case literal && wild:
		severity := SeverityWarning
		if i >= 0 || isPath || c.key == "aws:userid" {
			severity = SeverityError // no value of these keys holds the character itself
		}
		s.add(severity, "WILDCARD_WITHOUT_LIKE_OPERATOR", c.path, "%s takes the wildcard in %q literally, so it never matches; write %q",
			c.base, value, c.set+strings.Repeat(":", min(1, len(c.set)))+strings.Replace(strings.TrimSuffix(c.base, "IgnoreCase"), "Equals", "Like", 1))
	case isPath:
		s.reviewOrganizationPath(c, value)
	case !validFor(c.base, value):
		s.add(SeverityError, "INVALID_CONDITION_VALUE", c.path, "%q is not a value that %s compares; write %s", value, c.base, comparedBy(c.base))
	case wild && slices.Contains(plainKeys[:], c.key):
		severity := SeverityWarning
		if s.allows() || s.kind == KindEndpoint { // an endpoint takes none in these keys (AWS PrivateLink guide, vpc-endpoints-access)
			severity = SeverityError
		}
		s.add(severity, "SENSITIVE_KEY_WILDCARD", c.path, "a wildcard in %s may let strangers through, and AWS knows no valid use of it; write "+
			"whole values with StringEquals", c.key)
	case i >= 0 && !wild && c.base != "Null" && !shapes[i].pattern.MatchString(value):
		s.add(SeverityError, "INVALID_CONDITION_VALUE", c.path, "%s is never %q; write %s", c.key, value, shapes[i].what)
	default:
		s.reviewARNValue(c, value)
	}
}

// validFor reports whether the operator can read the value (IAM User Guide,
// reference_policies_elements_condition_operators).
func validFor(operator, value string) bool {
	var err error
	switch {
	case operator == "Bool" || operator == "Null":
		return fold(value) == "true" || fold(value) == "false"
	case strings.HasPrefix(operator, "Numeric"):
		_, err = strconv.ParseFloat(value, 64)
	case strings.HasSuffix(operator, "IpAddress"):
		if _, err = netip.ParsePrefix(value); err != nil {
			_, err = netip.ParseAddr(value)
		}
	case strings.HasPrefix(operator, "Arn"):
		return strings.HasPrefix(value, "arn:") || strings.HasPrefix(value, "*")
	}
	return err == nil
}

func comparedBy(operator string) string {
	switch operator {
	case "Bool", "Null":
		return "\"true\" or \"false\""
	case "IpAddress", "NotIpAddress":
		return "an address or a block such as \"203.0.113.0/24\""
	case "ArnEquals", "ArnLike", "ArnNotEquals", "ArnNotLike":
		return "an ARN"
	default:
		return "a number"
	}
}

// reviewOrganizationPath looks at a value such as "o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/*".
func (s scope) reviewOrganizationPath(c condition, value string) {
	organization, _, _ := strings.Cut(value, "/")
	switch {
	case c.base == "Null":
	case !strings.HasPrefix(organization, "o-") && !hasWildcard(organization):
		s.add(SeverityError, "ORG_PATH_WITHOUT_ORGANIZATION", c.path, "%q never matches, because a path begins with the organization's id; "+
			"write \"o-…/r-…/ou-…/*\"", value)
	case hasWildcard(organization) && !s.forKnown():
		s.add(SeverityWarning, "ORG_PATH_OF_ANY_ORGANIZATION", c.path, "%q also matches in other organizations, which may have the same ids; "+
			"begin with the organization's id", value)
	case !strings.HasSuffix(value, "/") && !strings.HasSuffix(value, "*") && !strings.HasSuffix(value, "?"):
		s.add(SeverityError, "ORG_PATH_WITHOUT_SLASH", c.path, "%q never matches, because a path ends in \"/\"; write %q, or %q with "+
			"ForAnyValue:StringLike to take in the organizational units below", value, value+"/", value+"/*")
	}
}

// reviewARNValue looks at the ARNs and addresses that a condition can't ever meet.
func (s scope) reviewARNValue(c condition, value string) {
	a, _ := splitARN(value)
	grants := s.allows() && !c.negated()
	switch {
	case c.key == "aws:PrincipalArn" && strings.HasPrefix(a.resource, "assumed-role/"):
		s.add(SeverityError, "SESSION_ARN_IN_PRINCIPAL_ARN", c.path, "aws:PrincipalArn is the role's ARN, never its session's, so %q never "+
			"matches; write \"arn:%s:iam::%s:role/…\" with the role's path", value, a.partition, a.account)
	case c.key == "aws:PrincipalArn" && a.resource == "root" && grants:
		s.add(SeverityWarning, "ROOT_USER_ONLY", c.path, "in a condition %q is the root user alone, not the account; name the account in "+
			"Principal, or write StringEquals on aws:PrincipalAccount", value)
	case c.key == "aws:PrincipalArn" && hasWildcard(a.account) && grants && !s.forKnown():
		s.add(SeverityWarning, "WILDCARD_ACCOUNT", c.path, "%q matches in every account, and anybody may create a role of that name; write the "+
			"account's id", value)
	case c.key == "aws:SourceArn" && (a.service == "iam" || a.service == "sts"):
		s.add(SeverityError, "ROLE_ARN_AS_SOURCE", c.path, "aws:SourceArn is the resource that a service calls for, such as a function or a "+
			"project, never the role %q; write \"arn:aws:lambda:REGION:ACCOUNT:function:NAME\"", value)
	case c.key == "aws:SourceIp" && slices.ContainsFunc(privateNetworks[:], func(p netip.Prefix) bool { return inside(p, value) }):
		s.add(SeverityError, "PRIVATE_IP_ADDRESS", c.path, "aws:SourceIp is a public address, so %q never matches; write aws:VpcSourceIp, or "+
			"the VPC endpoint in aws:SourceVpce", value)
	}
}

func inside(network netip.Prefix, value string) bool {
	address, _, _ := strings.Cut(value, "/")
	a, err := netip.ParseAddr(address)
	return err == nil && network.Contains(a)
}
