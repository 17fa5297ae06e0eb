// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package policy

import (
	"slices"
	"strings"
)

// fold lowers ASCII letters only: AWS's names are ASCII, and Unicode folding would make others equal to them.
func fold(s string) string {
	for i := range len(s) {
		if lower(s[i]) != s[i] {
			folded := []byte(s)
			for j := i; j < len(s); j++ {
				folded[j] = lower(s[j])
			}
			return string(folded)
		}
	}
	return s
}

func lower(c byte) byte {
	if 'A' <= c && c <= 'Z' {
		return c + 'a' - 'A'
	}
	return c
}

// equalFold is fold(a) == fold(b).
func equalFold(a, b string) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range len(a) {
		if lower(a[i]) != lower(b[i]) {
			return false
		}
	}
	return true
}

// operators are the condition operators of the IAM User Guide, reference_policies_elements_condition_operators.
var operators = [...]string{
	"StringEquals", "StringNotEquals", "StringEqualsIgnoreCase", "StringNotEqualsIgnoreCase", "StringLike", "StringNotLike",
	"NumericEquals", "NumericNotEquals", "NumericLessThan", "NumericLessThanEquals", "NumericGreaterThan",
	"NumericGreaterThanEquals", "DateEquals", "DateNotEquals", "DateLessThan", "DateLessThanEquals", "DateGreaterThan",
	"DateGreaterThanEquals", "Bool", "BinaryEquals", "IpAddress", "NotIpAddress", "ArnEquals", "ArnNotEquals", "ArnLike",
	"ArnNotLike", "Null",
}

// conditionKeys are the global condition keys (IAM User Guide, reference_policies_condition-keys) and ECR's own (Service
// Authorization Reference, list_amazonelasticcontainerregistry); of those that take a tag key, the part before the slash.
var conditionKeys = [...]string{
	"aws:AssumedRoot", "aws:CalledVia", "aws:CalledViaAWSMCP", "aws:CalledViaFirst", "aws:CalledViaLast",
	"aws:ChatbotSourceArn", "aws:CurrentTime", "aws:Ec2InstanceSourcePrivateIPv4", "aws:Ec2InstanceSourceVpc",
	"aws:EpochTime", "aws:FederatedProvider", "aws:IsMcpServiceAction", "aws:MultiFactorAuthAge",
	"aws:MultiFactorAuthPresent", "aws:PrincipalAccount", "aws:PrincipalArn", "aws:PrincipalIsAWSService",
	"aws:PrincipalOrgID", "aws:PrincipalOrgPaths", "aws:PrincipalServiceName", "aws:PrincipalServiceNamesList",
	"aws:PrincipalTag", "aws:PrincipalType", "aws:referer", "aws:RequestedRegion", "aws:RequestTag",
	"aws:ResourceAccount", "aws:ResourceOrgID", "aws:ResourceOrgPaths", "aws:ResourceTag", "aws:SecureTransport",
	"aws:SignInSessionArn", "aws:SourceAccount", "aws:SourceArn", "aws:SourceIdentity", "aws:SourceIp",
	"aws:SourceOrgID", "aws:SourceOrgPaths", "aws:SourceOwner", "aws:SourceVpc", "aws:SourceVpcArn", "aws:SourceVpce",
	"aws:TagKeys", "aws:TokenIssueTime", "aws:UserAgent", "aws:userid", "aws:username", "aws:ViaAWSMCPService",
	"aws:ViaAWSService", "aws:ViaCustomerDomain", "aws:VpceAccount", "aws:VpceOrgID", "aws:VpceOrgPaths",
	"aws:VpcSourceIp",
	"ecr:AccountSetting", "ecr:ResourceTag",
}

// operator is a condition operator taken apart.
type operator struct {
	set      string // "ForAnyValue", "ForAllValues" or ""
	base     string // AWS's spelling when known
	ifExists bool
	known    bool
}

func parseOperator(name string) operator {
	var o operator
	rest := name
	for _, set := range [...]string{"ForAnyValue", "ForAllValues"} {
		if len(name) > len(set) && name[len(set)] == ':' && equalFold(name[:len(set)], set) {
			o.set, rest = set, name[len(set)+1:]
		}
	}
	if base, found := strings.CutSuffix(fold(rest), "ifexists"); found {
		o.ifExists, rest = true, rest[:len(base)]
	}
	o.base, o.known = spelled(operators[:], rest)
	// Null asks for existence itself.
	o.known = o.known && (!o.ifExists || o.base != "Null")
	return o
}

func (o operator) String() string {
	s := o.base
	if o.set != "" {
		s = o.set + ":" + s
	}
	if o.ifExists {
		s += "IfExists"
	}
	return s
}

// negated reports whether the operator asks for a difference, and so holds when the key is missing.
func (o operator) negated() bool {
	return strings.Contains(o.base, "Not")
}

// spelled gives the name as the list spells it, whatever its letter case.
func spelled(names []string, name string) (string, bool) {
	i := slices.IndexFunc(names, func(n string) bool { return equalFold(n, name) })
	if i < 0 {
		return name, false
	}
	return names[i], true
}

// spellKey gives a condition key in AWS's spelling. What follows a slash is a tag key or a path, and keeps its case.
func spellKey(key string) string {
	head, tail := splitKey(key)
	head, _ = spelled(conditionKeys[:], head)
	return head + tail
}

func foldKey(key string) string {
	head, tail := splitKey(key)
	return fold(head) + tail
}

func splitKey(key string) (head, tail string) {
	if i := strings.IndexByte(key, '/'); i >= 0 {
		return key[:i], key[i:]
	}
	return key, ""
}
