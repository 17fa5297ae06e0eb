// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package policy_test

import (
	"testing"

	"github.com/ecrx/terraform-provider-ecrx/internal/policy"
)

func TestFindingsOfPublicAccess(t *testing.T) {
	t.Parallel()
	const public = "error PUBLIC_ACCESS Statement[0].Principal"
	everybody := func(conditions string) string {
		return allowRepository(`"Principal":"*","Condition":{` + conditions + "}")
	}
	at := func(c string) string { return " Statement[0].Condition." + c }
	testFindings(t, map[string]findingCase{
		"no condition":         {policy.KindRepository, everybody(""), []string{public}},
		"AWS's form":           {policy.KindRepository, allowRepository(`"Principal":{"AWS":"*","Service":"lambda.amazonaws.com"}`), []string{public}},
		"trust":                {policy.KindTrust, allowTrust(`"*"`, `"Action":"sts:AssumeRole"`), []string{public}},
		"registry":             {policy.KindRegistry, document(`{"Effect":"Allow","Principal":"*","Action":"ecr:PutImage","Resource":"*"}`), []string{public}},
		"endpoint":             {policy.KindEndpoint, document(`{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}`), nil},
		"organization":         {policy.KindRepository, everybody(`"StringEquals":{"aws:PrincipalOrgID":"o-a1b2c3d4e5"}`), nil},
		"own organization":     {policy.KindRepository, everybody(`"StringEquals":{"aws:PrincipalOrgID":"${aws:ResourceOrgID}"}`), nil},
		"the caller's own":     {policy.KindRepository, everybody(`"StringEquals":{"aws:PrincipalOrgID":"${aws:PrincipalOrgID}"}`), []string{public}},
		"paths":                {policy.KindRepository, everybody(`"ForAnyValue:StringLike":{"aws:PrincipalOrgPaths":["o-a1b2c3d4e5/*/ou-ab12-11111111/*","o-a1b2c3d4e5/*"]}`), nil},
		"a path anywhere":      {policy.KindRepository, everybody(`"ForAnyValue:StringLike":{"aws:PrincipalOrgPaths":["*/ou-ab12-11111111/*"]}`), []string{public, "warning ORG_PATH_OF_ANY_ORGANIZATION" + at("ForAnyValue:StringLike.aws:PrincipalOrgPaths")}},
		"any organization":     {policy.KindRepository, everybody(`"StringLike":{"aws:PrincipalOrgID":"o-*"}`), []string{public, "error SENSITIVE_KEY_WILDCARD" + at("StringLike.aws:PrincipalOrgID")}},
		"in an organization":   {policy.KindRepository, everybody(`"Null":{"aws:PrincipalOrgID":"false"}`), []string{public}},
		"one value too wide":   {policy.KindRepository, everybody(`"ArnLike":{"aws:PrincipalArn":["arn:aws:iam::111111111111:role/a","arn:aws:iam::*:role/a"]}`), []string{public, "warning WILDCARD_ACCOUNT" + at("ArnLike.aws:PrincipalArn")}},
		"too wide, in an org":  {policy.KindRepository, everybody(`"ArnLike":{"aws:PrincipalArn":"arn:aws:iam::*:role/a"},"StringEquals":{"aws:PrincipalOrgID":"o-a1b2c3d4e5"}`), []string{"info WILDCARD_WITH_PRINCIPAL_ARN Statement[0].Principal"}},
		"too wide, in an OU":   {policy.KindRepository, everybody(`"ArnLike":{"aws:PrincipalArn":"arn:aws:iam::*:role/a"},"ForAnyValue:StringLike":{"aws:PrincipalOrgPaths":"o-a1b2c3d4e5/*"}`), []string{"info WILDCARD_WITH_PRINCIPAL_ARN Statement[0].Principal"}},
		"too wide, if exists":  {policy.KindRepository, everybody(`"ArnLike":{"aws:PrincipalArn":"arn:aws:iam::*:role/a"},"StringEqualsIfExists":{"aws:PrincipalOrgID":"o-a1b2c3d4e5"}`), []string{public, "warning WILDCARD_ACCOUNT" + at("ArnLike.aws:PrincipalArn")}},
		"too wide, by account": {policy.KindRepository, allowAccount(`"Action":"ecr:PutImage","Condition":{"ArnLike":{"aws:PrincipalArn":"arn:aws:iam::*:role/a"}}`), nil},
		"too wide, identity":   {policy.KindIdentity, document(`{"Effect":"Allow","Action":"ecr:BatchCheckLayerAvailability","Resource":"arn:aws:ecr:eu-west-1:111111111111:repository/app","Condition":{"ArnLike":{"aws:PrincipalArn":"arn:aws:iam::*:role/a"}}}`), []string{"warning WILDCARD_ACCOUNT" + at("ArnLike.aws:PrincipalArn")}},
		"a path, in an org":    {policy.KindRepository, everybody(`"ForAnyValue:StringLike":{"aws:PrincipalOrgPaths":"*/ou-ab12-11111111/*"},"StringEquals":{"aws:PrincipalOrgID":"o-a1b2c3d4e5"}`), nil},
		"role":                 {policy.KindRepository, everybody(`"ArnLike":{"aws:PrincipalArn":"arn:aws:iam::111111111111:role/a*"}`), []string{"info WILDCARD_WITH_PRINCIPAL_ARN Statement[0].Principal"}},
		"short ARN":            {policy.KindRepository, everybody(`"ArnLike":{"aws:PrincipalArn":"arn:aws:iam::1*"}`), []string{public}},
		"bucket as source":     {policy.KindRepository, everybody(`"ArnLike":{"aws:SourceArn":"arn:aws:s3:::b"}`), nil},
		"buckets as source":    {policy.KindRepository, everybody(`"ArnLike":{"aws:SourceArn":"arn:aws:s3:::b*"}`), []string{public}},
		"if exists":            {policy.KindRepository, everybody(`"StringEqualsIfExists":{"aws:PrincipalOrgID":"o-a1b2c3d4e5"}`), []string{public}},
		"if exists, and does":  {policy.KindRepository, everybody(`"StringEqualsIfExists":{"aws:PrincipalOrgID":"o-a1b2c3d4e5"},"Null":{"aws:PrincipalOrgID":"false"}`), nil},
		"negated":              {policy.KindRepository, everybody(`"StringNotEquals":{"aws:PrincipalOrgID":"o-a1b2c3d4e5"}`), []string{public}},
		"ForAllValues":         {policy.KindRepository, everybody(`"ForAllValues:StringLike":{"aws:PrincipalOrgPaths":"o-a1b2c3d4e5/*"}`), []string{public, "warning FORALLVALUES_IN_ALLOW" + at("ForAllValues:StringLike.aws:PrincipalOrgPaths")}},
		"ForAllValues, there":  {policy.KindRepository, everybody(`"ForAllValues:StringLike":{"aws:PrincipalOrgPaths":"o-a1b2c3d4e5/*"},"Null":{"aws:PrincipalOrgPaths":"false"}`), nil},
		"account":              {policy.KindRepository, everybody(`"StringEquals":{"aws:PrincipalAccount":"111111111111"}`), nil},
		"account, literally":   {policy.KindRepository, everybody(`"StringEquals":{"aws:PrincipalAccount":"*"}`), []string{"error WILDCARD_WITHOUT_LIKE_OPERATOR" + at("StringEquals.aws:PrincipalAccount")}},
		"endpoint's id":        {policy.KindRepository, everybody(`"StringEquals":{"aws:SourceVpce":"vpce-0a1b2c3d"}`), nil},
		"service's name":       {policy.KindRepository, everybody(`"StringEquals":{"aws:PrincipalServiceName":"lambda.amazonaws.com"}`), nil},
		"user id":              {policy.KindRepository, everybody(`"StringLike":{"aws:userid":["AROAEXAMPLE1234567890:*","111111111111"]}`), nil},
		"any user id":          {policy.KindRepository, everybody(`"StringLike":{"aws:userid":"*:i-1"}`), []string{public}},
		"tag":                  {policy.KindRepository, everybody(`"StringEquals":{"aws:PrincipalTag/a":"b"}`), []string{public}},
		"address":              {policy.KindRepository, everybody(`"IpAddress":{"aws:SourceIp":["203.0.113.0/24","203.0.113.1","2001:db8::/32"]}`), nil},
		"half the world":       {policy.KindRepository, everybody(`"IpAddress":{"aws:SourceIp":"128.0.0.0/1"}`), []string{public}},
		"half the new world":   {policy.KindRepository, everybody(`"IpAddress":{"aws:SourceIp":"2000::/3"}`), []string{public}},
		"unknown operator":     {policy.KindRepository, everybody(`"StringIs":{"aws:PrincipalOrgID":"o-a1b2c3d4e5"}`), []string{public, "error INVALID_CONDITION_OPERATOR" + at("StringIs.aws:PrincipalOrgID")}},
	})
}

func TestFindingsOfConditions(t *testing.T) {
	t.Parallel()
	account := func(conditions string) string {
		return allowAccount(`"Action":"ecr:PutImage","Condition":{` + conditions + "}")
	}
	at := func(c string) string { return " Statement[0].Condition." + c }
	testFindings(t, map[string]findingCase{
		"Null with IfExists":        {policy.KindRepository, account(`"NullIfExists":{"aws:userid":"true"}`), []string{"error NULL_WITH_IF_EXISTS" + at("NullIfExists.aws:userid")}},
		"no value":                  {policy.KindRepository, account(`"StringEquals":{"aws:PrincipalTag/a":[]}`), []string{"warning EMPTY_ARRAY_CONDITION" + at("StringEquals.aws:PrincipalTag/a")}},
		"two booleans":              {policy.KindRepository, account(`"Bool":{"aws:SecureTransport":["true","false"]}`), []string{"error INVALID_CONDITION_MULTIPLE_BOOLEAN" + at("Bool.aws:SecureTransport")}},
		"boolean":                   {policy.KindRepository, account(`"Bool":{"aws:SecureTransport":"yes"}`), []string{"error INVALID_CONDITION_VALUE" + at("Bool.aws:SecureTransport")}},
		"number":                    {policy.KindRepository, account(`"NumericLessThan":{"aws:MultiFactorAuthAge":["3600","1h"]}`), []string{"error INVALID_CONDITION_VALUE" + at("NumericLessThan.aws:MultiFactorAuthAge")}},
		"address":                   {policy.KindRepository, account(`"NotIpAddress":{"aws:SourceIp":"203.0.113.256"}`), []string{"error INVALID_CONDITION_VALUE" + at("NotIpAddress.aws:SourceIp")}},
		"private address":           {policy.KindRepository, account(`"IpAddress":{"aws:SourceIp":"10.1.0.0/16"}`), []string{"error PRIVATE_IP_ADDRESS" + at("IpAddress.aws:SourceIp")}},
		"ARN":                       {policy.KindRepository, account(`"ArnEquals":{"foo:bar":["role/a","*"]}`), []string{"error INVALID_CONDITION_VALUE" + at("ArnEquals.foo:bar")}},
		"date":                      {policy.KindRepository, account(`"DateLessThan":{"aws:CurrentTime":"2030-01-01"}`), nil},
		"variable":                  {policy.KindRepository, account(`"Bool":{"aws:SecureTransport":"${aws:PrincipalTag/x}"}`), nil},
		"no key":                    {policy.KindRepository, account(`"StringEquals":{"":"x","aws:":"y"}`), []string{"error INVALID_CONDITION_KEY_FORMAT" + at("StringEquals."), "error INVALID_CONDITION_KEY_FORMAT" + at("StringEquals.aws:")}},
		"no prefix":                 {policy.KindRepository, account(`"StringEquals":{"PrincipalOrgID":"x"}`), []string{"error INVALID_CONDITION_KEY_FORMAT" + at("StringEquals.PrincipalOrgID")}},
		"deprecated key":            {policy.KindRepository, account(`"ArnLike":{"aws:ARN":"arn:aws:iam::111111111111:role/a"}`), []string{"warning DEPRECATED_GLOBAL_CONDITION_KEY" + at("ArnLike.aws:ARN")}},
		"unknown keys":              {policy.KindRepository, account(`"StringEquals":{"aws:Unknown":"x","ecr:Unknown":"x","s3:Unknown":"x"}`), []string{"warning INVALID_GLOBAL_CONDITION_KEY" + at("StringEquals.aws:Unknown"), "warning INVALID_GLOBAL_CONDITION_KEY" + at("StringEquals.ecr:Unknown")}},
		"no tag key":                {policy.KindRepository, account(`"StringEquals":{"aws:PrincipalTag":"x","ecr:ResourceTag/":"y"}`), []string{"error INVALID_CONDITION_KEY_FORMAT" + at("StringEquals.aws:PrincipalTag"), "error INVALID_CONDITION_KEY_FORMAT" + at("StringEquals.ecr:ResourceTag/")}},
		"letter case of a key":      {policy.KindRepository, account(`"StringEquals":{"aws:sourceVPC":"vpc-0a1b2c3d"}`), []string{"info CONDITION_KEY_CASE" + at("StringEquals.aws:sourceVPC")}},
		"no set operator":           {policy.KindRepository, account(`"StringLike":{"aws:PrincipalOrgPaths":"o-a1b2c3d4e5/*"}`), []string{"error MISSING_QUALIFIER" + at("StringLike.aws:PrincipalOrgPaths")}},
		"set operator on one value": {policy.KindRepository, account(`"ForAnyValue:StringEquals":{"aws:SourceVpc":"vpc-0a1b2c3d","foo:bar":"x"}`), []string{"warning FORALLVALUES_WITH_SINGLE_VALUED_KEY" + at("ForAnyValue:StringEquals.aws:SourceVpc")}},
		"path without slash":        {policy.KindRepository, account(`"ForAnyValue:StringEquals":{"aws:PrincipalOrgPaths":["o-a1b2c3d4e5/r-ab12","o-a1b2c3d4e5/r-ab12/"]}`), []string{"error ORG_PATH_WITHOUT_SLASH" + at("ForAnyValue:StringEquals.aws:PrincipalOrgPaths")}},
		"path without organization": {policy.KindRepository, account(`"ForAnyValue:StringLike":{"aws:PrincipalOrgPaths":"r-ab12/*"}`), []string{"error ORG_PATH_WITHOUT_ORGANIZATION" + at("ForAnyValue:StringLike.aws:PrincipalOrgPaths")}},
		"wildcard taken literally":  {policy.KindRepository, account(`"ForAnyValue:StringEquals":{"aws:PrincipalOrgPaths":"o-a1b2c3d4e5/*"}`), []string{"error WILDCARD_WITHOUT_LIKE_OPERATOR" + at("ForAnyValue:StringEquals.aws:PrincipalOrgPaths")}},
		"path that isn't there":     {policy.KindRepository, account(`"Null":{"aws:PrincipalOrgPaths":"true"}`), nil},
		"wildcard in a tag":         {policy.KindRepository, account(`"StringNotEqualsIgnoreCase":{"aws:PrincipalTag/a":"b*"}`), []string{"warning WILDCARD_WITHOUT_LIKE_OPERATOR" + at("StringNotEqualsIgnoreCase.aws:PrincipalTag/a")}},
		"wildcard in a user id":     {policy.KindRepository, account(`"StringEquals":{"aws:userid":"AROAEXAMPLE1234567890:*"}`), []string{"error WILDCARD_WITHOUT_LIKE_OPERATOR" + at("StringEquals.aws:userid")}},
		"wildcard denied": {
			policy.KindRepository, document(`{"Effect":"Deny","Principal":{"AWS":"111111111111"},"Action":"ecr:PutImage","Condition":{"StringLike":{"aws:SourceVpc":"vpc-*"}}}`),
			[]string{"warning SENSITIVE_KEY_WILDCARD" + at("StringLike.aws:SourceVpc")},
		},
		"organization":  {policy.KindRepository, account(`"StringEquals":{"aws:PrincipalOrgID":"ou-ab12-11111111"}`), []string{"error INVALID_CONDITION_VALUE" + at("StringEquals.aws:PrincipalOrgID")}},
		"account":       {policy.KindRepository, account(`"StringEquals":{"aws:SourceAccount":"1234567890"}`), []string{"error INVALID_CONDITION_VALUE" + at("StringEquals.aws:SourceAccount")}},
		"session ARN":   {policy.KindRepository, account(`"ArnLike":{"aws:PrincipalArn":"arn:aws:sts::111111111111:assumed-role/a/*"}`), []string{"error SESSION_ARN_IN_PRINCIPAL_ARN" + at("ArnLike.aws:PrincipalArn")}},
		"root":          {policy.KindRepository, account(`"ArnEquals":{"aws:PrincipalArn":"arn:aws:iam::111111111111:root"}`), []string{"warning ROOT_USER_ONLY" + at("ArnEquals.aws:PrincipalArn")}},
		"existing root": {policy.KindRepository, account(`"ArnNotEquals":{"aws:PrincipalArn":"arn:aws:iam::111111111111:root"}`), nil},
	})
}

func TestFindingsOfTrust(t *testing.T) {
	t.Parallel()
	at := " Statement[0].Principal"
	assume := `"Action":"sts:AssumeRole"`
	condition := func(c string) string { return assume + `,"Condition":{` + c + "}" }
	github := func(conditions string) string {
		return allowTrust(`{"Federated":"arn:aws:iam::111111111111:oidc-provider/token.actions.githubusercontent.com"}`,
			`"Action":"sts:AssumeRoleWithWebIdentity","Condition":{"StringEquals":{"token.actions.githubusercontent.com:aud":"sts.amazonaws.com"}`+conditions+"}")
	}
	sub := func(v string) string { return `,"StringLike":{"token.actions.githubusercontent.com:sub":"` + v + `"}` }
	const subject = " Statement[0].Condition.StringLike.token.actions.githubusercontent.com:sub"
	const eks = `{"Federated":"arn:aws:iam::111111111111:oidc-provider/oidc.eks.eu-west-1.amazonaws.com/id/A"}`
	account := `{"AWS":"arn:aws:iam::222222222222:root"}`
	external := func(id string) string { return condition(`"StringEquals":{"sts:ExternalId":"` + id + `"}`) }
	const externalID = " Statement[0].Condition.StringEquals.sts:ExternalId"
	whole := "info TRUSTS_WHOLE_ACCOUNT" + at
	testFindings(t, map[string]findingCase{
		"service":                {policy.KindTrust, allowTrust(`{"Service":"build.apprunner.amazonaws.com"}`, assume), nil},
		"account":                {policy.KindTrust, allowTrust(`{"AWS":"222222222222"}`, assume), []string{"warning TRUSTS_WHOLE_ACCOUNT" + at}},
		"account, denied":        {policy.KindTrust, document(`{"Effect":"Deny","Principal":{"AWS":"222222222222"},` + assume + "}"), nil},
		"account and a role":     {policy.KindTrust, allowTrust(account, condition(`"ArnLike":{"aws:PrincipalArn":"arn:aws:iam::222222222222:role/ci"}`)), nil},
		"account and a tag":      {policy.KindTrust, allowTrust(account, condition(`"StringEquals":{"aws:PrincipalTag/team":"ci"}`)), nil},
		"role":                   {policy.KindTrust, allowTrust(`{"AWS":"arn:aws:iam::222222222222:role/ci"}`, assume), nil},
		"random external id":     {policy.KindTrust, allowTrust(account, external("6f1c2f1e-0d0b-4b6e-9a55-1f3c9b0f7a11")), []string{whole}},
		"short external id":      {policy.KindTrust, allowTrust(account, external("test")), []string{whole, "warning GUESSABLE_EXTERNAL_ID" + externalID}},
		"account as external id": {policy.KindTrust, allowTrust(account, external("222222222222")), []string{whole, "warning GUESSABLE_EXTERNAL_ID" + externalID}},
		"bad external id":        {policy.KindTrust, allowTrust(account, external("a b c d e f g h")), []string{whole, "error INVALID_EXTERNAL_ID" + externalID}},
		"too short external id":  {policy.KindTrust, allowTrust(account, external("a")), []string{whole, "error INVALID_EXTERNAL_ID" + externalID}},
		"GitHub":                 {policy.KindTrust, github(sub("repo:owner/app:ref:refs/heads/main")), nil},
		"GitHub without subject": {policy.KindTrust, github(""), []string{"error FEDERATION_WITHOUT_SUBJECT" + at}},
		"GitHub if exists":       {policy.KindTrust, github(`,"StringLikeIfExists":{"token.actions.githubusercontent.com:sub":"repo:owner/app:*"}`), []string{"error FEDERATION_WITHOUT_SUBJECT" + at}},
		"any of GitHub":          {policy.KindTrust, github(sub("repo:*")), []string{"error SUBJECT_OF_ANYBODY" + subject}},
		"owners of GitHub":       {policy.KindTrust, github(sub("repo:owner*")), []string{"error SUBJECT_OF_ANYBODY" + subject}},
		"an owner of GitHub":     {policy.KindTrust, github(sub("repo:owner/*")), []string{"warning SPECIFIC_GITHUB_REPO_AND_BRANCH_RECOMMENDED" + subject}},
		"own issuer":             {policy.KindTrust, allowTrust(eks, `"Action":"sts:AssumeRoleWithWebIdentity"`), []string{"warning FEDERATION_WITHOUT_SUBJECT" + at, "warning FEDERATION_WITHOUT_AUDIENCE" + at}},
		"own issuer's subjects": {
			policy.KindTrust, allowTrust(eks, `"Action":"sts:AssumeRoleWithWebIdentity","Condition":{"StringLike":{"oidc.eks.eu-west-1.amazonaws.com/id/A:sub":"system:serviceaccount:*","oidc.eks.eu-west-1.amazonaws.com/id/A:aud":"sts.amazonaws.com"}}`), nil,
		},
		"Cognito":               {policy.KindTrust, allowTrust(`{"Federated":"cognito-identity.amazonaws.com"}`, `"Action":"sts:AssumeRoleWithWebIdentity","Condition":{"StringEquals":{"cognito-identity.amazonaws.com:aud":"x"}}`), nil},
		"SAML without audience": {policy.KindTrust, allowTrust(`{"Federated":"arn:aws:iam::111111111111:saml-provider/x"}`, `"Action":"sts:AssumeRoleWithSAML","Condition":{"Null":{"SAML:aud":"false"}}`), []string{"warning FEDERATION_WITHOUT_AUDIENCE" + at}},
		"action of others":      {policy.KindTrust, allowTrust(`{"Federated":"arn:aws:iam::111111111111:saml-provider/x"}`, condition(`"StringEquals":{"SAML:aud":"https://signin.aws.amazon.com/saml"}`)), []string{"error ACTION_NOT_FOR_PRINCIPAL Statement[0].Action"}},
	})
}
