// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package policy_test

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ecrx/terraform-provider-ecrx/internal/policy"
)

// TestFindingsOfSeeds says what is to be found in each document that the project started from. Valid values stand for
// their placeholders, but for the account of ten digits, which is a mistake of theirs.
func TestFindingsOfSeeds(t *testing.T) {
	t.Parallel()
	wide := []string{"MISSING_VERSION", "WILDCARD_ACTION"}
	linked := []string{"CREATE_SLR_WITH_STAR_IN_RESOURCE", "MISSING_VERSION", "WILDCARD_ACTION"}
	seeds := map[string]struct {
		kind  policy.Kind
		codes []string
	}{
		"0-apprunner-access-trust.json":     {policy.KindTrust, nil},
		"0-deny-others-after.json":          {policy.KindRepository, []string{"DENY_HITS_AWS_SERVICES", "DENY_HITS_SERVICE_LINKED_ROLES", "EXEMPT_BY_ROLE_ID", "NOT_PRINCIPAL_DISCOURAGED"}},
		"0-deny-others-before.json":         {policy.KindRepository, []string{"DENY_HITS_AWS_SERVICES", "DENY_HITS_SERVICE_LINKED_ROLES", "NOT_PRINCIPAL_DISCOURAGED"}},
		"1-allow-ecr-release.json":          {policy.KindIdentity, []string{"ANY_REPOSITORY", "REGISTRY_ACTION_WITH_RESOURCE_TAG"}},
		"1-trust-policy.derived.json":       {policy.KindTrust, []string{"GUESSABLE_EXTERNAL_ID", "TRUSTS_WHOLE_ACCOUNT"}},
		"2-backend-cloudformation.json":     {policy.KindIdentity, wide},
		"2-backend-dynamodb.json":           {policy.KindIdentity, wide},
		"2-backend-rds.json":                {policy.KindIdentity, wide},
		"2-backend-sqs.json":                {policy.KindIdentity, wide},
		"2-backend-ssm.json":                {policy.KindIdentity, linked},
		"2-frontend-cloudformation.json":    {policy.KindIdentity, wide},
		"2-frontend-elasticache.json":       {policy.KindIdentity, []string{"CREATE_SLR_WITH_STAR_IN_RESOURCE", "INVALID_ARN_PREFIX", "MISSING_VERSION", "WILDCARD_ACTION"}},
		"2-frontend-s3.json":                {policy.KindIdentity, []string{"MISSING_VERSION", "OBJECT_ARN_FOR_BUCKET_ACTION", "WILDCARD_ACTION"}},
		"2-frontend-sqs.json":               {policy.KindIdentity, wide},
		"2-frontend-ssm.json":               {policy.KindIdentity, linked},
		"3-org-shared-pull.json":            {policy.KindRepository, nil},
		"4-endpoint-allow-pull.json":        {policy.KindEndpoint, []string{"INVALID_ARN_ACCOUNT", "MISSING_VERSION", "PULL_WITHOUT_LAYER_CHECK"}},
		"4-endpoint-combined.json":          {policy.KindEndpoint, []string{"INVALID_ARN_ACCOUNT", "MISSING_VERSION", "REDUNDANT_STATEMENT"}},
		"4-endpoint-prevent-delete.json":    {policy.KindEndpoint, []string{"INVALID_ARN_ACCOUNT", "MISSING_VERSION"}},
		"4-s3-gateway-endpoint-policy.json": {policy.KindEndpoint, []string{"MISSING_VERSION"}},
	}
	files, err := filepath.Glob("testdata/seeds/*.json")
	if err != nil || len(files) != len(seeds) {
		t.Fatalf("%d files for %d seeds: %v", len(files), len(seeds), err)
	}
	for name, seed := range seeds {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			text, err := os.ReadFile(filepath.Join("testdata/seeds", name))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(seed.codes, codes(policy.Findings(parse(t, string(text)), seed.kind))); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestMistakesOfSeeds finds each mistake of the seeds where it is, and no longer once it is put right. What can't be told
// from a document alone isn't here: that a lockdown also denies who writes it, that a Deny gives nothing, that a role can do
// more or less than its owner needs, and that whoever may tag a repository widens what a tag gives.
func TestMistakesOfSeeds(t *testing.T) {
	t.Parallel()
	for mistake, c := range map[string]struct {
		seed string
		kind policy.Kind
		// found are the findings, each "code path".
		found []string
		// right are pairs of texts: what is wrong, and what is right.
		right []string
	}{
		"NotPrincipal, discouraged by IAM": {
			"0-deny-others-after.json", policy.KindRepository,
			[]string{"NOT_PRINCIPAL_DISCOURAGED Statement[0].NotPrincipal"},
			[]string{`"NotPrincipal": {
        "AWS": [
          "arn:aws:iam::111111111111:root",
          "arn:aws:iam::111111111111:user/admin"
        ]
      }`, `"Principal": "*"`},
		},
		"a Deny of AWS services": {
			"0-deny-others-after.json", policy.KindRepository,
			[]string{"DENY_HITS_AWS_SERVICES Statement[0]"},
			[]string{`"Condition": {`, `"Condition": {"BoolIfExists": {"aws:PrincipalIsAWSService": "false"},`},
		},
		"a Deny of service-linked roles": {
			"0-deny-others-after.json", policy.KindRepository,
			[]string{"DENY_HITS_SERVICE_LINKED_ROLES Statement[0]"},
			[]string{`"Condition": {`, `"Condition": {"ArnNotLike": {"aws:PrincipalArn": "arn:aws:iam::111111111111:role/aws-service-role/*"},`},
		},
		"the id of a role, which changes with it": {
			"0-deny-others-after.json", policy.KindRepository,
			[]string{"EXEMPT_BY_ROLE_ID Statement[0].Condition.StringNotLike.aws:userid"},
			[]string{"AROAEXAMPLE1234567890:*", "AIDAEXAMPLE1234567890"},
		},
		"actions on the registry under a tag": {
			"1-allow-ecr-release.json", policy.KindIdentity,
			[]string{
				"REGISTRY_ACTION_WITH_RESOURCE_TAG Statement[0].Action", "REGISTRY_ACTION_WITH_RESOURCE_TAG Statement[0].Action", "REGISTRY_ACTION_WITH_RESOURCE_TAG Statement[0].Action",
			},
			[]string{`"ecr:GetRegistryPolicy",`, "", `"ecr:DescribeRegistry",`, "", `"ecr:GetAuthorizationToken",`, ""},
		},
		"every repository": {
			"1-allow-ecr-release.json", policy.KindIdentity,
			[]string{"ANY_REPOSITORY Statement[0].Resource"},
			[]string{"\"Resource\": \"*\",\n      \"Condition\"", "\"Resource\": \"arn:aws:ecr:eu-west-1:111111111111:repository/*\",\n      \"Condition\""},
		},
		"a whole account trusted": {
			"1-trust-policy.derived.json", policy.KindTrust, []string{"TRUSTS_WHOLE_ACCOUNT Statement[0].Principal"}, []string{":root", ":role/reader"},
		},
		"an external id to guess": {
			"1-trust-policy.derived.json", policy.KindTrust,
			[]string{"GUESSABLE_EXTERNAL_ID Statement[0].Condition.StringEquals.sts:ExternalId"},
			[]string{`"test"`, `"0b8f2f2c-6e6f-4f0a-9a53-3a1d3c7c9e21"`},
		},
		"full access": {"2-backend-sqs.json", policy.KindIdentity, []string{"WILDCARD_ACTION Statement[0].Action"}, []string{"sqs:*", "sqs:SendMessage"}},
		"no Version":  {"2-backend-sqs.json", policy.KindIdentity, []string{"MISSING_VERSION "}, []string{`"Statement"`, `"Version": "2012-10-17", "Statement"`}},
		"an ARN that begins with a star": {
			"2-frontend-elasticache.json", policy.KindIdentity, []string{"INVALID_ARN_PREFIX Statement[1].Resource"}, []string{"*arn:", "arn:"},
		},
		"a service-linked role of every account": {
			"2-frontend-elasticache.json", policy.KindIdentity, []string{"CREATE_SLR_WITH_STAR_IN_RESOURCE Statement[1].Action"}, []string{"*arn:aws:iam::*:", "arn:aws:iam::111111111111:"},
		},
		"a bucket's action on its objects": {
			"2-frontend-s3.json", policy.KindIdentity,
			[]string{"OBJECT_ARN_FOR_BUCKET_ACTION Statement[0].Resource"},
			[]string{`"arn:aws:s3:::sample-bucket/*"`, `"arn:aws:s3:::sample-bucket", "arn:aws:s3:::sample-bucket/*"`},
		},
		"an account of ten digits": {
			"4-endpoint-allow-pull.json", policy.KindEndpoint, []string{"INVALID_ARN_ACCOUNT Statement[0].Principal"}, []string{"1234567890", "111111111111"},
		},
		"an account of ten digits in a resource": {
			"4-endpoint-prevent-delete.json", policy.KindEndpoint, []string{"INVALID_ARN_ACCOUNT Statement[1].Resource"}, []string{"1234567890", "111111111111"},
		},
		"a pull that AWS's own policies write with one action more": {
			"4-endpoint-allow-pull.json", policy.KindEndpoint,
			[]string{"PULL_WITHOUT_LAYER_CHECK Statement[0].Action"},
			[]string{`"ecr:BatchGetImage"`, `"ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage"`},
		},
		"a statement without effect beside AllowAll": {
			"4-endpoint-combined.json", policy.KindEndpoint, []string{"REDUNDANT_STATEMENT Statement[2]"}, []string{`"Action": "*"`, `"Action": "logs:*"`},
		},
	} {
		t.Run(mistake, func(t *testing.T) {
			t.Parallel()
			text, err := os.ReadFile(filepath.Join("testdata/seeds", c.seed))
			if err != nil {
				t.Fatal(err)
			}
			code, _, _ := strings.Cut(c.found[0], " ")
			if diff := cmp.Diff(c.found, withCode(t, string(text), c.kind, code)); diff != "" {
				t.Error(diff)
			}
			right := string(text)
			for i := 0; i < len(c.right); i += 2 {
				if !strings.Contains(right, c.right[i]) {
					t.Fatalf("the seed has no %s", c.right[i])
				}
				right = strings.Replace(right, c.right[i], c.right[i+1], 1)
			}
			if found := withCode(t, right, c.kind, code); len(found) > 0 {
				t.Errorf("put right, it still has %s\n%s", found, right)
			}
		})
	}
}

// withCode gives the findings with a code, each "code path".
func withCode(t *testing.T, text string, kind policy.Kind, code string) []string {
	t.Helper()
	var found []string
	for _, f := range policy.Findings(parse(t, text), kind) {
		if f.Code == code {
			found = append(found, f.Code+" "+f.Path)
		}
	}
	return found
}

// TestSeedsAsTheyStand reads what the seeds' pages show to copy: quotation marks that a word processor made, and the word
// region in the place of a Region.
func TestSeedsAsTheyStand(t *testing.T) {
	t.Parallel()
	shared, err := os.ReadFile("testdata/seeds/3-org-shared-pull.json")
	if err != nil {
		t.Fatal(err)
	}
	var syntax *policy.SyntaxError
	if _, err := policy.Parse(strings.ReplaceAll(string(shared), `"`, "”")); !errors.As(err, &syntax) {
		t.Errorf("typographic quotation marks give %v", err)
	}
	quoted := strings.Replace(string(shared), "o-a1b2c3d4e5/*", "“o-a1b2c3d4e5/*", 1)
	if found := withCode(t, quoted, policy.KindRepository, "TYPOGRAPHIC_QUOTE"); len(found) != 1 {
		t.Errorf("a typographic quotation mark inside a value: %s", found)
	}
	endpoint, err := os.ReadFile("testdata/seeds/4-endpoint-prevent-delete.json")
	if err != nil {
		t.Fatal(err)
	}
	placeholder := strings.NewReplacer("eu-west-1", "region", "1234567890", "111111111111").Replace(string(endpoint))
	if found := withCode(t, placeholder, policy.KindEndpoint, "INVALID_ARN_REGION"); len(found) != 1 {
		t.Errorf("the word region: %s", found)
	}
}

func codes(findings []policy.Finding) []string {
	var codes []string
	for _, f := range findings {
		codes = append(codes, f.Code)
	}
	slices.Sort(codes)
	return slices.Compact(codes)
}

// TestNoFindings holds the documents that ecrx writes and AWS recommends.
func TestNoFindings(t *testing.T) {
	t.Parallel()
	pull := `["ecr:BatchCheckLayerAvailability","ecr:BatchGetImage","ecr:GetDownloadUrlForLayer"]`
	testFindings(t, map[string]findingCase{
		"shared with an organizational unit": {policy.KindRepository, document(`{"Sid":"A","Effect":"Allow","Principal":"*","Action":` + pull +
			`,"Condition":{"ForAnyValue:StringLike":{"aws:PrincipalOrgPaths":"o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/*"}}}`), nil},
		"shared with a role and CodeBuild": {policy.KindRepository, document(
			`{"Sid":"A","Effect":"Allow","Principal":{"AWS":"arn:aws:iam::222222222222:root"},"Action":`+pull+`,"Condition":{"ArnEquals":{"aws:PrincipalArn":"arn:aws:iam::222222222222:role/ci"}}}`,
			`{"Sid":"B","Effect":"Allow","Principal":{"Service":"codebuild.amazonaws.com"},"Action":`+pull+`,"Condition":{"ArnLike":{"aws:SourceArn":"arn:aws:codebuild:eu-west-1:111111111111:project/p"},"StringEquals":{"aws:SourceAccount":"111111111111"}}}`,
		), nil},
		"lockdown": {policy.KindRepository, document(`{"Sid":"DenyOthers","Effect":"Deny","Principal":"*","Action":"ecr:*","Condition":{"ArnNotLike":{"aws:PrincipalArn":
			["arn:aws:iam::111111111111:root","arn:aws:iam::111111111111:role/deployer","arn:aws:iam::111111111111:role/aws-service-role/*"]},"BoolIfExists":{"aws:PrincipalIsAWSService":"false"}}}`), nil},
		"tag-scoped identity": {policy.KindIdentity, document(
			`{"Sid":"Token","Effect":"Allow","Action":"ecr:GetAuthorizationToken","Resource":"*"}`,
			`{"Sid":"Pull","Effect":"Allow","Action":`+pull+`,"Resource":"arn:aws:ecr:eu-west-1:111111111111:repository/*","Condition":{"StringEquals":{"aws:ResourceTag/environment":"release"}}}`,
		), nil},
		"replication": {policy.KindRegistry, document(`{"Sid":"From222222222222","Effect":"Allow","Principal":{"AWS":"arn:aws:iam::222222222222:root"},
			"Action":["ecr:CreateRepository","ecr:ReplicateImage"],"Resource":"arn:aws:ecr:eu-west-1:111111111111:repository/*"}`), nil},
		"task role's trust": {policy.KindTrust, document(`{"Effect":"Allow","Principal":{"Service":"ecs-tasks.amazonaws.com"},"Action":"sts:AssumeRole",
			"Condition":{"ArnLike":{"aws:SourceArn":"arn:aws:ecs:eu-west-1:111111111111:*"},"StringEquals":{"aws:SourceAccount":"111111111111"}}}`), nil},
		"layer bucket": {policy.KindEndpoint, document(`{"Sid":"Access-to-specific-bucket-only","Effect":"Allow","Principal":"*","Action":"s3:GetObject",
			"Resource":"arn:aws:s3:::prod-eu-west-1-starport-layer-bucket/*"}`), nil},
	})
}
