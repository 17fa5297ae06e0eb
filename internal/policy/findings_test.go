// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package policy_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ecrx/terraform-provider-ecrx/internal/policy"
)

// findingCase is a document for a kind of policy, and the findings it must give as "severity CODE path".
type findingCase struct {
	kind policy.Kind
	text string
	want []string
}

func testFindings(t *testing.T, cases map[string]findingCase) {
	t.Helper()
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var got []string
			for _, f := range policy.Findings(parse(t, tc.text), tc.kind) {
				got = append(got, strings.TrimSpace(string(f.Severity)+" "+f.Code+" "+f.Path))
				if f.Message == "" || strings.Contains(f.Message, "%!") {
					t.Errorf("%s has the message %q", f.Code, f.Message)
				}
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("%s\n%s", tc.text, diff)
			}
		})
	}
}

func document(statements ...string) string {
	return `{"Version":"2012-10-17","Statement":[` + strings.Join(statements, ",") + "]}"
}

// repository gives a document of one statement that is right but for the given elements.
func allowRepository(elements string) string {
	return document(`{"Sid":"A","Effect":"Allow","Action":"ecr:BatchDeleteImage",` + elements + "}")
}

func allowAccount(elements string) string {
	return document(`{"Sid":"A","Effect":"Allow","Principal":{"AWS":"111111111111"},` + elements + "}")
}

func allowIdentity(elements string) string {
	return document(`{"Sid":"A","Effect":"Allow",` + elements + "}")
}

func allowTrust(principal, elements string) string {
	return document(`{"Effect":"Allow","Principal":` + principal + "," + elements + "}")
}

const repositoryARN = `"Resource":"arn:aws:ecr:eu-west-1:111111111111:repository/app"`

func TestFindingsOfDocument(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", 2100)
	testFindings(t, map[string]findingCase{
		"no Version":             {policy.KindRepository, `{"Statement":{"Effect":"Allow","Principal":{"AWS":"111111111111"},"Action":"ecr:ListImages"}}`, []string{"warning MISSING_VERSION"}},
		"no statement":           {policy.KindEndpoint, document(), []string{"error MISSING_STATEMENT"}},
		"Id of an identity's":    {policy.KindIdentity, `{"Version":"2012-10-17","Id":"x","Statement":{"Effect":"Allow","Action":"s3:ListAllMyBuckets","Resource":"*"}}`, []string{"warning UNSUPPORTED_ID Id"}},
		"Sid of IAM":             {policy.KindIdentity, document(`{"Sid":"a b","Effect":"Allow","Action":"s3:ListAllMyBuckets","Resource":"*"}`), []string{"error UNSUPPORTED_SID Statement[0].Sid"}},
		"Sid of a repository":    {policy.KindRepository, document(`{"Sid":"a b","Effect":"Allow","Principal":{"AWS":"111111111111"},"Action":"ecr:ListImages"}`), nil},
		"Sid twice in IAM":       {policy.KindIdentity, document(`{"Sid":"a","Effect":"Allow","Action":"s3:ListAllMyBuckets","Resource":"*"}`, `{"Sid":"a","Effect":"Allow","Action":"a:b","Resource":"*"}`), []string{"error UNIQUE_SIDS_RECOMMENDED Statement[1].Sid"}},
		"Sid twice elsewhere":    {policy.KindRepository, document(`{"Sid":"a","Effect":"Allow","Principal":{"AWS":"111111111111"},"Action":"ecr:ListImages"}`, `{"Sid":"a","Effect":"Deny","Principal":{"AWS":"111111111111"},"Action":"ecr:ListImages"}`), []string{"warning UNIQUE_SIDS_RECOMMENDED Statement[1].Sid"}},
		"trust over the default": {policy.KindTrust, document(`{"Sid":"` + long + `","Effect":"Deny","Principal":"*","Action":"sts:AssumeRole"}`), []string{"warning POLICY_SIZE_EXCEEDS_QUOTA"}},
		"trust over the maximum": {policy.KindTrust, document(`{"Sid":"` + strings.Repeat(long, 4) + `","Effect":"Deny","Principal":"*","Action":"sts:AssumeRole"}`), []string{"error POLICY_SIZE_EXCEEDS_QUOTA"}},
		"repository over":        {policy.KindRepository, document(`{"Sid":"` + strings.Repeat(long, 5) + `","Effect":"Deny","Principal":"*","Action":"ecr:PutImage"}`), []string{"error POLICY_SIZE_EXCEEDS_QUOTA"}},
		"identity over managed":  {policy.KindIdentity, document(`{"Sid":"` + strings.Repeat(long, 3) + `","Effect":"Deny","Action":"a:b","Resource":"*"}`), []string{"info POLICY_SIZE_EXCEEDS_MANAGED_POLICY"}},
		"typographic quote":      {policy.KindRepository, allowRepository(`"Principal":{"AWS":"111111111111"},"Condition":{"StringEquals":{"aws:PrincipalTag/a":"“x”"}}`), []string{"error TYPOGRAPHIC_QUOTE Statement[0].Condition.StringEquals.aws:PrincipalTag/a"}},
		"character of IAM":       {policy.KindIdentity, allowIdentity(`"Action":"s3:GetObject","Resource":"arn:aws:s3:::b/画像"`), []string{"error INVALID_CHARACTER Statement[0].Resource"}},
		"variable in 2008":       {policy.KindIdentity, `{"Version":"2008-10-17","Statement":{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::b/${aws:username}"}}`, []string{"error VARIABLE_UNSUPPORTED_IN_VERSION Statement[0].Resource"}},
		"no variable in 2008":    {policy.KindIdentity, `{"Version":"2008-10-17","Statement":{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::b/${x}"}}`, nil},
		"variable without end":   {policy.KindIdentity, allowIdentity(`"Action":"s3:GetObject","Resource":"arn:aws:s3:::b/${aws:username"`), []string{"error MISSING_BRACE_IN_VARIABLE Statement[0].Resource"}},
		"variable without name":  {policy.KindRepository, allowAccount(`"Action":"ecr:ListImages","Condition":{"StringEquals":{"aws:PrincipalTag/a":"${}"}}`), []string{"error MISSING_BRACE_IN_VARIABLE Statement[0].Condition.StringEquals.aws:PrincipalTag/a"}},
		"the same twice":         {policy.KindRepository, document(`{"Sid":"a","Effect":"Deny","Principal":{"AWS":"111111111111"},"Action":"ecr:ListImages"}`, `{"Sid":"b","Effect":"Deny","Principal":{"AWS":"111111111111"},"Action":"ecr:ListImages"}`), []string{"warning REDUNDANT_STATEMENT Statement[1]"}},
		"covered by a pattern":   {policy.KindEndpoint, document(`{"Effect":"Allow","Principal":"*","Action":"ecr:List*","Resource":"*"}`, `{"Effect":"Allow","Principal":{"AWS":"111111111111"},"Action":"ecr:ListImages",`+repositoryARN+"}"), []string{"warning REDUNDANT_STATEMENT Statement[1]"}},
		"covered by a later one": {policy.KindEndpoint, document(`{"Effect":"Allow","Principal":"*","Action":"ecr:ListImages","Resource":"*"}`, `{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}`), []string{"warning REDUNDANT_STATEMENT Statement[0]"}},
		"not covered": {policy.KindEndpoint, document(
			`{"Effect":"Allow","Principal":"*","Action":"ecr:ListImage?","Resource":"*"}`, `{"Effect":"Allow","Principal":"*","Action":"ecr:List*","Resource":"*","Condition":{"StringEquals":{"aws:PrincipalTag/a":"b"}}}`,
			`{"Effect":"Allow","Principal":"*","NotAction":"ecr:*","Resource":"*","Condition":{"StringEquals":{"aws:PrincipalTag/a":"b"}}}`,
			`{"Effect":"Deny","Principal":"*","Action":"ecr:PutImage","Resource":"*"}`,
		), []string{"warning ALLOW_WITH_NOT_ACTION Statement[2].NotAction"}},
	})
}

func TestFindingsOfActions(t *testing.T) {
	t.Parallel()
	at := "Statement[0].Action"
	testFindings(t, map[string]findingCase{
		"no service":                      {policy.KindRepository, allowAccount(`"Action":"PutImage"`), []string{"error INVALID_ACTION " + at}},
		"no name":                         {policy.KindIdentity, allowIdentity(`"Action":"s3:","Resource":"*"`), []string{"error INVALID_ACTION " + at}},
		"wildcard in the service":         {policy.KindIdentity, allowIdentity(`"Action":"s*:x","Resource":"*"`), []string{"error INVALID_ACTION " + at}},
		"everything":                      {policy.KindRepository, allowAccount(`"Action":"*"`), []string{"warning WILDCARD_ACTION " + at}},
		"everything, long":                {policy.KindIdentity, allowIdentity(`"Action":"*:*","Resource":"*"`), []string{"warning WILDCARD_ACTION " + at}},
		"everything of ECR":               {policy.KindRepository, allowAccount(`"Action":"ecr:*"`), []string{"warning WILDCARD_ACTION " + at}},
		"everything, denied":              {policy.KindIdentity, document(`{"Effect":"Deny","Action":"ecr:*","Resource":"*"}`), nil},
		"another service's":               {policy.KindRepository, allowAccount(`"Action":"s3:GetObject"`), []string{"error NON_ECR_ACTION " + at}},
		"another service's, registry":     {policy.KindRegistry, allowAccount(`"Action":"ecr-public:PutImage","Resource":"arn:aws:ecr:eu-west-1:111111111111:repository/*"`), []string{"error NON_ECR_ACTION " + at}},
		"not of STS":                      {policy.KindTrust, allowTrust(`{"Service":"ec2.amazonaws.com"}`, `"Action":"ecr:PutImage"`), []string{"error NON_STS_ACTION " + at}},
		"unknown of ECR":                  {policy.KindRepository, allowAccount(`"Action":["ecr:BatchGetImages","ecr:Frobnicate"]`), []string{"warning INVALID_ACTION " + at, "warning INVALID_ACTION " + at}},
		"NotAction":                       {policy.KindRepository, allowAccount(`"NotAction":"ecr:PutImages"`), []string{"warning INVALID_ACTION Statement[0].NotAction", "warning ALLOW_WITH_NOT_ACTION Statement[0].NotAction"}},
		"NotAction, denied":               {policy.KindRepository, document(`{"Effect":"Deny","Principal":{"AWS":"111111111111"},"NotAction":"ecr:PutImage"}`), nil},
		"token, repository":               {policy.KindRepository, allowAccount(`"Action":"ecr:GetAuthorizationToken"`), []string{"error REGISTRY_ACTION_IN_REPOSITORY_POLICY " + at}},
		"registry pattern":                {policy.KindRepository, allowAccount(`"Action":"ecr:*RegistryPolicy"`), []string{"error REGISTRY_ACTION_IN_REPOSITORY_POLICY " + at}},
		"token on a repository":           {policy.KindIdentity, allowIdentity(`"Action":"ecr:GetAuthorizationToken",` + repositoryARN), []string{"error REGISTRY_ACTION_ON_REPOSITORY " + at}},
		"token on a repository, endpoint": {policy.KindEndpoint, document(`{"Effect":"Allow","Principal":"*","Action":"ecr:GetAuthorizationToken",` + repositoryARN + "}"), []string{"error REGISTRY_ACTION_ON_REPOSITORY " + at}},
		"token under a tag":               {policy.KindIdentity, allowIdentity(`"Action":"ecr:GetAuthorizationToken","Resource":"*","Condition":{"StringEquals":{"aws:ResourceTag/a":"b"}}`), []string{"error REGISTRY_ACTION_WITH_RESOURCE_TAG " + at}},
		"token under a needed tag":        {policy.KindIdentity, allowIdentity(`"Action":"ecr:GetAuthorizationToken","Resource":"*","Condition":{"StringEqualsIfExists":{"ecr:ResourceTag/a":"b"},"Null":{"ecr:ResourceTag/a":"false"}}`), []string{"error REGISTRY_ACTION_WITH_RESOURCE_TAG " + at}},
		"token under no needed tag":       {policy.KindIdentity, allowIdentity(`"Action":"ecr:GetAuthorizationToken","Resource":"*","Condition":{"StringEqualsIfExists":{"ecr:ResourceTag/a":"b"},"Null":{"ecr:ResourceTag/c":"true"},"StringNotEquals":{"aws:ResourceTag/d":"e"}}`), nil},
		"a pattern on both levels":        {policy.KindIdentity, allowIdentity(`"Action":"ecr:Get*",` + repositoryARN), nil},
		"registry policy":                 {policy.KindRegistry, allowAccount(`"Action":"ecr:GetAuthorizationToken","Resource":"arn:aws:ecr:eu-west-1:111111111111:repository/*"`), nil},
		"any repository":                  {policy.KindIdentity, allowIdentity(`"Action":"ecr:PutImage","Resource":"*"`), []string{"info ANY_REPOSITORY Statement[0].Resource"}},
		"pass role":                       {policy.KindIdentity, allowIdentity(`"Action":"iam:Pass*","Resource":"*"`), []string{"warning PASS_ROLE_WITH_STAR_IN_RESOURCE " + at}},
		"pass one role":                   {policy.KindIdentity, allowIdentity(`"Action":"iam:PassRole","Resource":"arn:aws:iam::111111111111:role/*"`), nil},
		"service-linked roles":            {policy.KindIdentity, allowIdentity(`"Action":"iam:CreateServiceLinkedRole","Resource":"arn:aws:iam::*:role/*"`), []string{"warning CREATE_SLR_WITH_STAR_IN_RESOURCE " + at}},
		"pull without check":              {policy.KindRepository, allowAccount(`"Action":["ecr:BatchGetImage","ecr:GetDownloadUrlForLayer"]`), []string{"info PULL_WITHOUT_LAYER_CHECK " + at}},
		"pull for Lambda too": {policy.KindRepository, document(
			`{"Effect":"Allow","Principal":{"AWS":"111111111111"},"Action":["ecr:BatchGetImage","ecr:GetDownloadUrlForLayer"]}`,
			`{"Effect":"Allow","Principal":{"Service":"lambda.amazonaws.com"},"Action":["ecr:BatchGetImage","ecr:GetDownloadUrlForLayer"],"Condition":{"ArnLike":{"aws:SourceArn":"arn:aws:lambda:eu-west-1:111111111111:function:*"}}}`,
		), nil},
		"pull through": {policy.KindRepository, allowAccount(`"Action":["ecr:BatchGetImage","ecr:GetDownloadUrlForLayer","ecr:BatchImportUpstreamImage"]`), nil},
	})
}

func TestFindingsOfResources(t *testing.T) {
	t.Parallel()
	at := "Statement[0].Resource"
	resource := func(r string) string { return allowIdentity(`"Action":"ecr:PutImage","Resource":"` + r + `"`) }
	testFindings(t, map[string]findingCase{
		"in a repository policy":     {policy.KindRepository, allowAccount(`"Action":"ecr:PutImage","Resource":"*"`), []string{"error RESOURCE_IN_REPOSITORY_POLICY " + at}},
		"not in a repository policy": {policy.KindRepository, allowAccount(`"Action":"ecr:PutImage","NotResource":"*"`), []string{"error RESOURCE_IN_REPOSITORY_POLICY Statement[0].NotResource"}},
		"in a trust policy":          {policy.KindTrust, allowTrust(`{"Service":"ec2.amazonaws.com"}`, `"Action":"sts:AssumeRole","Resource":"*"`), []string{"error RESOURCE_IN_TRUST_POLICY " + at}},
		"missing, identity":          {policy.KindIdentity, allowIdentity(`"Action":"ecr:PutImage"`), []string{"error MISSING_RESOURCE Statement[0]"}},
		"missing, registry":          {policy.KindRegistry, allowAccount(`"Action":"ecr:ReplicateImage"`), []string{"warning MISSING_RESOURCE Statement[0]"}},
		"NotResource":                {policy.KindIdentity, allowIdentity(`"Action":"ecr:PutImage","NotResource":"arn:aws:ecr:eu-west-1:111111111111:repository/a"`), []string{"warning ALLOW_WITH_NOT_RESOURCE Statement[0].NotResource"}},
		"no ARN":                     {policy.KindIdentity, resource("*arn:aws:ecr:*:*:repository/*"), []string{"error INVALID_ARN_PREFIX " + at}},
		"short ARN":                  {policy.KindIdentity, resource("arn:aws:ecr:*"), []string{"warning MISSING_ARN_FIELD " + at}},
		"partition":                  {policy.KindIdentity, resource("arn:amazon:ecr:eu-west-1:111111111111:repository/a"), []string{"error INVALID_PARTITION " + at}},
		"account":                    {policy.KindIdentity, resource("arn:aws:ecr:eu-west-1:1234567890:repository/a"), []string{"error INVALID_ARN_ACCOUNT " + at}},
		"Region":                     {policy.KindIdentity, resource("arn:aws:ecr:region:111111111111:repository/a"), []string{"error INVALID_ARN_REGION " + at}},
		"no repository":              {policy.KindIdentity, resource("arn:aws:ecr:eu-west-1:111111111111:app"), []string{"error INVALID_ARN_RESOURCE " + at}},
		"no repository's name":       {policy.KindIdentity, resource("arn:aws:ecr:eu-west-1:111111111111:repository/"), []string{"error INVALID_ARN_RESOURCE " + at}},
		"no repository by pattern":   {policy.KindIdentity, resource("arn:aws:ecr:eu-west-1:111111111111:app/*"), []string{"error INVALID_ARN_RESOURCE " + at}},
		"wildcards and variables":    {policy.KindIdentity, resource("arn:aws*:ecr:us-gov-west-?:${aws:PrincipalAccount}:rep*"), nil},
		"Region of IAM":              {policy.KindIdentity, allowIdentity(`"Action":"iam:GetRole","Resource":"arn:aws:iam:eu-west-1:111111111111:role/a"`), []string{"error ARN_REGION_NOT_ALLOWED " + at}},
		"AWS's own policies":         {policy.KindIdentity, allowIdentity(`"Action":"iam:GetPolicy","Resource":"arn:aws:iam::aws:policy/ReadOnlyAccess"`), nil},
		"list a bucket's objects":    {policy.KindIdentity, allowIdentity(`"Action":["s3:GetObject","s3:ListBucket"],"Resource":"arn:aws:s3:::b/*"`), []string{"error OBJECT_ARN_FOR_BUCKET_ACTION " + at}},
		"list a bucket":              {policy.KindIdentity, allowIdentity(`"Action":"s3:ListBucket","Resource":["arn:aws:s3:::b/*","arn:aws:s3:::b"]`), nil},
		"list any bucket":            {policy.KindIdentity, allowIdentity(`"Action":"s3:ListBucket","Resource":["arn:aws:s3:::b/*","*"]`), nil},
		"list without a bucket":      {policy.KindIdentity, allowIdentity(`"Action":"s3:ListBucket","Resource":"arn:aws:sqs:eu-west-1:111111111111:q"`), nil},
	})
}

func TestFindingsOfPrincipals(t *testing.T) {
	t.Parallel()
	at, not := "Statement[0].Principal", "Statement[0].NotPrincipal"
	aws := func(p string) string { return allowRepository(`"Principal":{"AWS":"` + p + `"}`) }
	deny := func(elements string) string {
		return document(`{"Effect":"Deny","Action":"ecr:PutImage",` + elements + "}")
	}
	guard := `"Condition":{"BoolIfExists":{"aws:PrincipalIsAWSService":"false"},"ArnNotLike":{"aws:PrincipalArn":"arn:aws:iam::111111111111:role/aws-service-role/*"}}`
	testFindings(t, map[string]findingCase{
		"identity":              {policy.KindIdentity, allowAccount(`"Action":"ecr:PutImage",` + repositoryARN), []string{"error UNSUPPORTED_PRINCIPAL " + at}},
		"missing":               {policy.KindRepository, allowIdentity(`"Action":"ecr:PutImage"`), []string{"error MISSING_PRINCIPAL Statement[0]"}},
		"role":                  {policy.KindRepository, aws("arn:aws-cn:iam::111111111111:role/path/ci"), nil},
		"ten digits":            {policy.KindRepository, aws("1234567890"), []string{"error INVALID_ACCOUNT_ID " + at}},
		"ten digits in an ARN":  {policy.KindRepository, aws("arn:aws:iam::1234567890:root"), []string{"error INVALID_ARN_ACCOUNT " + at}},
		"deleted role":          {policy.KindRepository, aws("AROAEXAMPLE1234567890"), []string{"warning ORPHANED_PRINCIPAL " + at}},
		"wildcard in an ARN":    {policy.KindRepository, aws("arn:aws:iam::111111111111:role/*"), []string{"error UNSUPPORTED_WILDCARD_IN_PRINCIPAL " + at}},
		"group":                 {policy.KindRepository, aws("arn:aws:iam::111111111111:group/a"), []string{"error INVALID_PRINCIPAL_FORMAT " + at}},
		"nothing known":         {policy.KindRepository, aws("me"), []string{"error INVALID_PRINCIPAL_FORMAT " + at}},
		"session":               {policy.KindRepository, aws("arn:aws:sts::111111111111:assumed-role/a/b"), []string{"warning SESSION_PRINCIPAL " + at}},
		"canonical user":        {policy.KindRepository, allowRepository(`"Principal":{"CanonicalUser":"x"}`), []string{"warning UNSUPPORTED_PRINCIPAL " + at}},
		"all but some, allowed": {policy.KindRepository, allowRepository(`"NotPrincipal":{"AWS":"111111111111"}`), []string{"error ALLOW_WITH_NOT_PRINCIPAL " + not}},
		"all but some, narrowed": {
			policy.KindRepository, allowRepository(`"NotPrincipal":{"AWS":"111111111111"},"Condition":{"StringEquals":{"aws:PrincipalOrgID":"o-a1b2c3d4e5"}}`),
			[]string{"warning ALLOW_WITH_NOT_PRINCIPAL " + not},
		},
		"all but a role, denied": {policy.KindRepository, deny(`"NotPrincipal":{"AWS":"arn:aws:iam::111111111111:role/a"},` + guard), []string{"warning NOT_PRINCIPAL_DISCOURAGED " + not, "warning NOT_PRINCIPAL_WITHOUT_ACCOUNT " + not}},
		"all but an account and another thing, denied": {
			policy.KindRepository, deny(`"NotPrincipal":{"AWS":["arn:aws:iam::111111111111:role/a","111111111111","x"]},` + guard),
			[]string{"error INVALID_PRINCIPAL_FORMAT " + not, "warning NOT_PRINCIPAL_DISCOURAGED " + not},
		},
		"service":                  {policy.KindRepository, allowRepository(`"Principal":{"Service":"lambda"},"Condition":{"StringEquals":{"aws:SourceAccount":"111111111111"}}`), []string{"error INVALID_SERVICE_PRINCIPAL " + at}},
		"service for anybody":      {policy.KindRepository, allowRepository(`"Principal":{"Service":"lambda.amazonaws.com"}`), []string{"warning CONFUSED_DEPUTY " + at}},
		"service, negated source":  {policy.KindRepository, allowRepository(`"Principal":{"Service":"lambda.amazonaws.com"},"Condition":{"StringNotEquals":{"aws:SourceAccount":"111111111111"}}`), []string{"warning CONFUSED_DEPUTY " + at}},
		"task role for anybody":    {policy.KindTrust, allowTrust(`{"Service":"ecs-tasks.amazonaws.com"}`, `"Action":"sts:AssumeRole"`), []string{"info CONFUSED_DEPUTY " + at}},
		"service and organization": {policy.KindRepository, allowRepository(`"Principal":{"Service":"lambda.amazonaws.com"},"Condition":{"StringEquals":{"aws:SourceAccount":"111111111111","aws:PrincipalOrgID":"o-a1b2c3d4e5"}}`), []string{"error SERVICE_HAS_NO_ORGANIZATION Statement[0].Condition.StringEquals.aws:PrincipalOrgID"}},
		"service among others":     {policy.KindRepository, allowRepository(`"Principal":{"AWS":"111111111111","Service":"lambda.amazonaws.com"}`), nil},
		"role as source":           {policy.KindRepository, allowRepository(`"Principal":{"Service":"lambda.amazonaws.com"},"Condition":{"ArnLike":{"aws:SourceArn":"arn:aws:iam::111111111111:role/a"}}`), []string{"error ROLE_ARN_AS_SOURCE Statement[0].Condition.ArnLike.aws:SourceArn"}},
	})
}

func TestFindingsOfLockdown(t *testing.T) {
	t.Parallel()
	deny := func(condition string) string {
		return document(`{"Effect":"Deny","Principal":"*","Action":"ecr:*"` + condition + "}")
	}
	services, roles := "warning DENY_HITS_AWS_SERVICES Statement[0]", "warning DENY_HITS_SERVICE_LINKED_ROLES Statement[0]"
	guard := `"BoolIfExists":{"aws:PrincipalIsAWSService":"false"}`
	testFindings(t, map[string]findingCase{
		"everybody":       {policy.KindRepository, deny(""), []string{"warning DENIES_EVERYBODY Statement[0]"}},
		"everybody pulls": {policy.KindRepository, document(`{"Effect":"Deny","Principal":"*","Action":"ecr:BatchGetImage"}`), nil},
		"all but a role":  {policy.KindRepository, deny(`,"Condition":{"ArnNotLike":{"aws:PrincipalArn":"arn:aws:iam::111111111111:role/a"}}`), []string{services, roles}},
		"right":           {policy.KindRepository, deny(`,"Condition":{"ArnNotLike":{"aws:PrincipalArn":["arn:aws:iam::111111111111:root","arn:aws:iam::111111111111:role/aws-service-role/*"]},` + guard + "}"), nil},
		"all roles":       {policy.KindRegistry, document(`{"Effect":"Deny","Principal":"*","Action":"ecr:PutImage","Resource":"*","Condition":{"ArnNotLike":{"aws:PrincipalArn":"arn:aws:iam::111111111111:role/*"},` + guard + "}}"), nil},
		"signed only":     {policy.KindRepository, deny(`,"Condition":{"ArnNotLike":{"aws:PrincipalArn":"arn:aws:iam::111111111111:*"},"Null":{"aws:PrincipalArn":"false"}}`), nil},
		"by role id":      {policy.KindRepository, deny(`,"Condition":{"StringNotLike":{"aws:userid":"AROAEXAMPLE1234567890:*"},` + guard + "}"), []string{"info EXEMPT_BY_ROLE_ID Statement[0].Condition.StringNotLike.aws:userid", roles}},
		"organization":    {policy.KindRepository, deny(`,"Condition":{"StringNotEquals":{"aws:PrincipalOrgID":"o-a1b2c3d4e5"}}`), []string{services}},
		"by service":      {policy.KindRepository, deny(`,"Condition":{"StringNotEqualsIfExists":{"aws:PrincipalServiceName":"lambda.amazonaws.com","aws:PrincipalAccount":"111111111111"}}`), nil},
		"from elsewhere":  {policy.KindRepository, deny(`,"Condition":{"NotIpAddress":{"aws:SourceIp":"203.0.113.0/24"}}`), nil},
	})
}

// TestUniqueIDKind has the prefixes of the IAM User Guide, reference_identifiers, that can stand for somebody or something
// deleted, and texts that only look like ids.
func TestUniqueIDKind(t *testing.T) {
	t.Parallel()
	for id, want := range map[string]string{
		"AROADBQP57FF2AEXAMPLE": "role", "AIDACKCEVSQ6C2EXAMPLE": "user", "AGPACKCEVSQ6C2EXAMPLE": "user group", "AIPACKCEVSQ6C2EXAMPLE": "instance profile",
		"ANPACKCEVSQ6C2EXAMPLE": "managed policy", "ANVACKCEVSQ6C2EXAMPLE": "managed policy",
		"AKIAIOSFODNN7EXAMPLE": "", "AROA": "", "AROADBQP57FF2AEXAMPLE:session": "", "222222222222": "", "*": "", "": "",
	} {
		if kind, ok := policy.UniqueIDKind(id); kind != want || ok != (want != "") {
			t.Errorf("%q: %q, %t; want %q", id, kind, ok, want)
		}
	}
}
