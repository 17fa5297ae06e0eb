// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package policy_test

import (
	"os"
	"path/filepath"
	"slices"
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
