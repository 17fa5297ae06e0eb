// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package policy

import (
	"net/netip"
	"slices"
	"strings"
)

// reviewPublic reports a statement that lets everybody in. What narrows "*" follows the meaning of "public" of Amazon S3
// (User Guide, access-control-block-public-access): a positive condition with fixed values on who calls or from where.
// An endpoint's policy is for "*" by its nature: other policies decide.
func (s scope) reviewPublic() {
	if !s.allows() || !s.Principal.Any || s.kind == KindEndpoint {
		return
	}
	if !slices.ContainsFunc(s.conditions, s.narrows) {
		s.add(SeverityError, "PUBLIC_ACCESS", s.at("Principal"), "everybody with an AWS account may do this; name accounts in Principal, or "+
			"add a condition with fixed values, such as StringEquals on aws:PrincipalOrgID")
		return
	}
	for _, c := range s.conditions {
		if c.key == "aws:PrincipalArn" && !c.negated() {
			s.add(SeverityInfo, "WILDCARD_WITH_PRINCIPAL_ARN", s.at("Principal"), "in the repository's own account \"*\" with aws:PrincipalArn "+
				"grants alone, and neither a permissions boundary nor a session policy limits it; name the account in Principal to keep them in force")
		}
	}
}

// The keys by which a condition narrows, by the kind of value that is fixed.
var (
	// plainKeys compare whole values, and a wildcard in one has no valid use (IAM User Guide,
	// reference_policies_condition-keys, sensitive condition keys).
	plainKeys = [...]string{
		"aws:PrincipalOrgID", "aws:PrincipalAccount", "aws:SourceOrgID", "aws:SourceAccount", "aws:SourceOwner", "aws:SourceVpc",
		"aws:SourceVpce", "aws:VpceAccount", "aws:VpceOrgID", "aws:Ec2InstanceSourceVpc",
	}
	serviceKeys = [...]string{"aws:PrincipalServiceName", "aws:PrincipalServiceNamesList"}
	pathKeys    = [...]string{"aws:PrincipalOrgPaths", "aws:SourceOrgPaths", "aws:VpceOrgPaths"}
	arnKeys     = [...]string{
		"aws:PrincipalArn", "aws:SourceArn", "aws:SourceVpcArn", "lambda:SourceFunctionArn", "ec2:SourceInstanceArn",
		"ssm:SourceInstanceArn", "codebuild:ProjectArn", "codebuild:BuildArn",
	}
)

// narrows reports whether the condition lets only known callers through.
func (s scope) narrows(c condition) bool {
	if s.holdsWithout(c) || c.base == "Null" || !c.known {
		return false
	}
	return !slices.ContainsFunc(c.values, func(v string) bool { return !s.fixed(c, v) })
}

// forKnown reports whether the statement is for known callers, whatever another condition matches: Principal names them, or a
// condition narrows "*" to them.
func (s scope) forKnown() bool {
	if s.kind != KindIdentity && !s.Principal.Any && s.NotPrincipal.IsZero() {
		return true
	}
	return slices.ContainsFunc(s.conditions, s.narrows)
}

// fixed reports whether the value stands for a known caller or place.
func (s scope) fixed(c condition, value string) bool {
	if s.document.Version == Version2012 && strings.Contains(value, "${") {
		// The repository's own account or organization is fixed; any other variable is the caller's choice.
		return slices.Contains([]string{"${aws:ResourceOrgID}", "${aws:ResourceAccount}"}, value)
	}
	if strings.HasPrefix(c.base, "StringEquals") && hasWildcard(value) {
		return true // taken literally, it matches nobody
	}
	switch {
	case slices.Contains(plainKeys[:], c.key) || slices.Contains(serviceKeys[:], c.key):
		return !hasWildcard(value)
	case slices.Contains(pathKeys[:], c.key):
		organization, _, _ := strings.Cut(value, "/")
		return strings.HasPrefix(organization, "o-") && !hasWildcard(organization)
	case slices.Contains(arnKeys[:], c.key):
		a, complete := splitARN(value)
		return complete && (isAccountID(a.account) || a.account == "" && !hasWildcard(value))
	case c.key == "aws:userid":
		id, _, _ := strings.Cut(value, ":")
		return isAccountID(id) || uniqueID.MatchString(id)
	case c.key == "aws:SourceIp":
		return narrowCIDR(value)
	}
	return false
}

// narrowCIDR reports whether the block is no broader than S3 takes for a known place: /8 for IPv4, /32 for IPv6.
func narrowCIDR(value string) bool {
	if prefix, err := netip.ParsePrefix(value); err == nil {
		return prefix.Addr().Is4() && prefix.Bits() >= 8 || prefix.Addr().Is6() && prefix.Bits() >= 32
	}
	_, err := netip.ParseAddr(value)
	return err == nil
}
