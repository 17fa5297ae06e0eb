// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package pattern_test

import (
	"testing"

	"github.com/ecrx/terraform-provider-ecrx/internal/pattern"
	"github.com/ecrx/terraform-provider-ecrx/internal/policy"
)

// TestPublic asks of Allows, alone and beside a Deny, whether somebody gets in whom nobody chose.
func TestPublic(t *testing.T) {
	t.Parallel()
	const everybody = `"*"`
	open := allowPull("All", everybody, "")
	to := func(operator, key, value string) string {
		return allowPull("All", everybody, where(operator, key, value))
	}
	but := func(operator, key, value string) string {
		return denyTo("Keep", everybody, "ecr:*", where(operator, key, value))
	}
	for name, tc := range map[string]struct {
		statements []string
		want       bool
	}{
		"everybody":                       {[]string{open}, true},
		"everybody in AWS":                {[]string{allowPull("All", `{"AWS":"*"}`, "")}, true},
		"everybody, in a list":            {[]string{allowPull("All", `{"AWS":["*","arn:aws:iam::222222222222:root"]}`, "")}, true},
		"everybody, on it":                {[]string{allowPull("All", everybody, `,"Resource":"*"`)}, true},
		"everybody, on another":           {[]string{allowPull("All", everybody, `,"Resource":"arn:aws:ecr:eu-west-1:111111111111:repository/web"`)}, false},
		"everybody, to log in":            {[]string{`{"Sid":"All","Effect":"Allow","Principal":"*","Action":"ecr:GetAuthorizationToken"}`}, false},
		"everybody, but to push":          {[]string{`{"Sid":"All","Effect":"Allow","Principal":"*","NotAction":"ecr:PutImage"}`}, true},
		"an account":                      {[]string{allowPull("Dev", `{"AWS":"222222222222"}`, "")}, false},
		"a service":                       {[]string{allowPull("Dev", `{"Service":"lambda.amazonaws.com"}`, "")}, false},
		"everybody but an account":        {[]string{`{"Sid":"Not","Effect":"Allow","NotPrincipal":{"AWS":"222222222222"},"Action":"ecr:BatchGetImage"}`}, true},
		"others of an organization":       {[]string{`{"Sid":"Not","Effect":"Allow","NotPrincipal":{"AWS":"222222222222"},"Action":"ecr:BatchGetImage"` + where("StringEquals", "aws:PrincipalOrgID", `"o-a1b2c3d4e5"`) + `}`}, false},
		"an organization":                 {[]string{to("StringEquals", "aws:PrincipalOrgID", `"o-a1b2c3d4e5"`)}, false},
		"any organization":                {[]string{to("StringLike", "aws:PrincipalOrgID", `"o-*"`)}, true},
		"the owner's organization":        {[]string{to("StringEquals", "aws:PrincipalOrgID", `"${aws:ResourceOrgID}"`)}, false},
		"another organization than one":   {[]string{to("StringNotEquals", "aws:PrincipalOrgID", `"o-a1b2c3d4e5"`)}, true},
		"no organization":                 {[]string{to("Null", "aws:PrincipalOrgID", `"true"`)}, true},
		"without a signature":             {[]string{to("Null", "aws:PrincipalArn", `"true"`)}, true},
		"signed, of no organization":      {[]string{allowPull("All", everybody, `,"Condition":{"Null":{"aws:PrincipalOrgID":"true","aws:PrincipalArn":"false"}}`)}, true},
		"others, by an id":                {[]string{`{"Sid":"Not","Effect":"Allow","NotPrincipal":{"AWS":"222222222222"},"Action":"ecr:BatchGetImage"` + where("StringLike", "aws:userid", `"AROAEXAMPLE1234567890:*"`) + `}`}, false},
		"a Deny of other repositories":    {[]string{open, but("StringNotEquals", "aws:ResourceAccount", `"111111111111"`)}, true},
		"ranges of many networks":         {[]string{to("IpAddress", "aws:SourceIp", `["1.0.0.0/8","2.0.0.0/8","3.0.0.0/8","2a01::/16"]`)}, true},
		"ranges of some networks":         {[]string{to("IpAddress", "aws:SourceIp", `["1.0.0.0/8","2.0.0.0/8","3.0.0.0/8","2a01::/32"]`), but("NotIpAddress", "aws:SourceIp", `["1.0.0.0/8","2a01:7::/32"]`)}, false},
		"a Deny outside some networks":    {[]string{open, but("NotIpAddress", "aws:SourceIp", `["1.0.0.0/8","2a01:7::/32"]`)}, false},
		"if one's own organization is":    {[]string{to("StringEquals", "aws:ResourceOrgID", `"o-a1b2c3d4e5"`)}, true},
		"an organization, if it has one":  {[]string{to("StringEqualsIfExists", "aws:PrincipalOrgID", `"o-a1b2c3d4e5"`)}, true},
		"a role of every account":         {[]string{to("ArnLike", "aws:PrincipalArn", `"arn:aws:iam::*:role/admin"`)}, true},
		"a role of one account":           {[]string{to("ArnLike", "aws:PrincipalArn", `"arn:aws:iam::222222222222:role/*"`)}, false},
		"who has a tag":                   {[]string{to("StringEquals", "aws:PrincipalTag/team", `"app"`)}, true},
		"users":                           {[]string{to("StringEquals", "aws:PrincipalType", `"User"`)}, true},
		"until a day":                     {[]string{to("DateLessThan", "aws:CurrentTime", `"2030-01-01T00:00:00Z"`)}, true},
		"over TLS":                        {[]string{to("Bool", "aws:SecureTransport", `"true"`)}, true},
		"without TLS, which ECR asks for": {[]string{to("Bool", "aws:SecureTransport", `"false"`)}, false},
		"an operator of no meaning":       {[]string{to("StringAlmost", "aws:PrincipalOrgID", `"o-a1b2c3d4e5"`)}, true},
		"an endpoint":                     {[]string{to("StringEquals", "aws:SourceVpce", `"vpce-0a1b2c3d"`)}, false},
		"a VPC":                           {[]string{to("StringEquals", "aws:SourceVpc", `"vpc-0a1b2c3d"`)}, false},
		"not through an endpoint":         {[]string{to("StringNotEquals", "aws:SourceVpce", `"vpce-0a1b2c3d"`)}, true},
		"an address":                      {[]string{to("IpAddress", "aws:SourceIp", `"203.0.113.99"`)}, false},
		"a range":                         {[]string{to("IpAddress", "aws:SourceIp", `["203.0.113.0/24","2001:db8::/32"]`)}, false},
		"a wide range":                    {[]string{to("IpAddress", "aws:SourceIp", `"128.0.0.0/1"`)}, true},
		"a low range":                     {[]string{to("IpAddress", "aws:sourceIP", `"2.0.0.0/7"`)}, true},
		"a range of a network":            {[]string{to("IpAddress", "aws:SourceIp", `["223.0.0.0/8","2adf:7::/32"]`)}, false},
		"a wide range of IPv6":            {[]string{to("IpAddress", "aws:SourceIp", `"2000::/31"`)}, true},
		"a range of IPv6":                 {[]string{to("IpAddress", "aws:SourceIp", `"2a00:1450::/32"`)}, false},
		"every address":                   {[]string{to("IpAddress", "aws:SourceIp", `"0.0.0.0/0"`)}, true},
		"every address but one range":     {[]string{to("NotIpAddress", "aws:SourceIp", `"203.0.113.0/24"`)}, true},
		"two, of which one is open":       {[]string{allowPull("Dev", `{"AWS":"222222222222"}`, ""), open}, true},

		"a Deny for all":                   {[]string{open, denyTo("Keep", everybody, "ecr:*", "")}, false},
		"a Deny of something else":         {[]string{open, denyTo("Keep", everybody, "ecr:PutImage", "")}, true},
		"a Deny of a part":                 {[]string{open, denyTo("Keep", everybody, "ecr:BatchGetImage", "")}, true},
		"a Deny outside an organization":   {[]string{open, but("StringNotEquals", "aws:PrincipalOrgID", `"o-a1b2c3d4e5"`)}, false},
		"a Deny outside the owner's":       {[]string{open, but("StringNotEquals", "aws:PrincipalOrgID", `"${aws:ResourceOrgID}"`)}, false},
		"a Deny outside the owner's, too":  {[]string{open, but("StringNotEqualsIfExists", "aws:PrincipalOrgID", `"${aws:ResourceOrgID}"`)}, false},
		"a Deny outside any organization":  {[]string{open, but("Null", "aws:PrincipalOrgID", `"true"`)}, true},
		"a Deny outside an account":        {[]string{open, but("StringNotEquals", "aws:PrincipalAccount", `"${aws:ResourceAccount}"`)}, false},
		"a Deny outside an endpoint":       {[]string{open, but("StringNotEquals", "aws:SourceVpce", `"vpce-0a1b2c3d"`)}, false},
		"a Deny outside a range":           {[]string{open, but("NotIpAddress", "aws:SourceIp", `["203.0.113.0/24","198.51.100.0/24","192.0.2.0/24"]`)}, false},
		"a Deny outside half the world":    {[]string{open, but("NotIpAddress", "aws:SourceIp", `"0.0.0.0/1"`)}, true},
		"a Deny in a range":                {[]string{open, but("IpAddress", "aws:SourceIp", `"203.0.113.0/24"`)}, true},
		"a Deny but for a role":            {[]string{open, but("ArnNotLike", "aws:PrincipalArn", `"arn:aws:iam::222222222222:role/ci"`)}, false},
		"a Deny but for a role, of anyone": {[]string{open, but("ArnNotLike", "aws:PrincipalArn", `"arn:aws:iam::*:role/ci"`)}, true},
		"a Deny but for a tag":             {[]string{open, but("StringNotEquals", "aws:PrincipalTag/team", `"app"`)}, true},
		"a Deny of calls without MFA":      {[]string{open, but("BoolIfExists", "aws:MultiFactorAuthPresent", `"false"`)}, true},
		"a Deny without TLS":               {[]string{open, but("Bool", "aws:SecureTransport", `"false"`)}, true},
		"a lockdown":                       {[]string{open, denyOthers}, false},
		"a Deny of anonymous callers":      {[]string{open, but("StringEquals", "aws:PrincipalType", `"Anonymous"`)}, true},
		"a Deny for some, and no Allow":    {[]string{but("StringNotEquals", "aws:PrincipalTag/team", `"app"`)}, false},
		"an Allow that a Deny leaves open in part": {
			[]string{to("StringEquals", "aws:PrincipalOrgID", `"o-a1b2c3d4e5"`), but("StringNotEquals", "aws:PrincipalTag/team", `"app"`)}, false,
		},
		"one open by a tag, and closed, and one that is narrow": {
			[]string{
				`{"Sid":"Tag","Effect":"Allow","Principal":"*","Action":"ecr:ListImages"` + where("StringEquals", "aws:PrincipalTag/team", `"app"`) + `}`,
				denyTo("Keep", everybody, "ecr:ListImages", ""), to("StringEquals", "aws:PrincipalOrgID", `"${aws:ResourceOrgID}"`),
				denyTo("If", everybody, "ecr:*", where("StringEquals", "aws:ResourceOrgID", `"o-a1b2c3d4e5"`)),
			}, false,
		},
	} {
		for where, site := range map[string]pattern.Site{"": ireland(), ", account not known": {Partition: "aws", Region: "eu-west-1"}} {
			if where != "" && name == "a Deny outside an account" {
				continue // it is that account that isn't known
			}
			if got := pattern.DescribeAccess(live(t, tc.statements...), site, "team/app").Public; got != tc.want {
				t.Errorf("%s%s: public is %t", name, where, got)
			}
		}
	}
}

// TestPublicOfAnOlderVersion reads "${" as plain text, which is nobody's ARN.
func TestPublicOfAnOlderVersion(t *testing.T) {
	t.Parallel()
	d := live(t, allowPull("All", `"*"`, where("StringLike", "aws:PrincipalArn", `"${aws:PrincipalArn}"`)))
	if !describe(d).Public {
		t.Error("everybody's ARN is what it is")
	}
	d.Version = policy.Version2008
	if describe(d).Public {
		t.Error("public")
	}
}
