// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package orgsharedrepository_test

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/ecrx/terraform-provider-ecrx/internal/acctest"
	"github.com/ecrx/terraform-provider-ecrx/internal/awstest"
)

const (
	// seed is a repository of a shared-services account that an organizational unit may pull from.
	seed = `
name = "team/app"
grants = {
  AllowPull = {
    access                = "pull_describe"
    organization_unit_ids = ["ou-ab12-11111111"]
  }
}`
	seedPolicy = `{"Version":"2012-10-17","Statement":[{"Sid":"AllowPull","Effect":"Allow","Principal":"*",` +
		`"Action":["ecr:BatchCheckLayerAvailability","ecr:BatchGetImage","ecr:DescribeImages","ecr:DescribeRepositories","ecr:GetDownloadUrlForLayer"],` +
		`"Condition":{"ForAnyValue:StringLike":{"aws:PrincipalOrgPaths":"o-a1b2c3d4e5/*/ou-ab12-11111111/*"}}}]}`
	seedConsumerPolicy = `{"Version":"2012-10-17","Statement":[{"Sid":"Login","Effect":"Allow","Action":"ecr:GetAuthorizationToken","Resource":"*"},` +
		`{"Sid":"Repository","Effect":"Allow",` +
		`"Action":["ecr:BatchCheckLayerAvailability","ecr:BatchGetImage","ecr:DescribeImages","ecr:DescribeRepositories","ecr:GetDownloadUrlForLayer"],` +
		`"Resource":"arn:aws:ecr:eu-west-1:ACCOUNT:repository/team/app"}]}`

	organization = `organization_id = "o-a1b2c3d4e5"`
)

func TestClientCreate(t *testing.T) {
	t.Parallel()
	aws := awstest.New(t)
	known := map[string]string{
		"arn":                  "arn:aws:ecr:eu-west-1:ACCOUNT:repository/team/app",
		"registry_id":          "ACCOUNT",
		"repository_url":       "ACCOUNT.dkr.ecr.eu-west-1.amazonaws.com/team/app",
		"policy_json":          seedPolicy,
		"consumer_policy_json": seedConsumerPolicy,
		"image_tag_mutability": "IMMUTABLE",
		"region":               "eu-west-1",
	}
	var inPlan []plancheck.PlanCheck
	var inState []statecheck.StateCheck
	for attribute, value := range known {
		want := knownvalue.StringExact(strings.ReplaceAll(value, "ACCOUNT", aws.AccountID))
		inPlan = append(inPlan, plancheck.ExpectKnownValue(address, tfjsonpath.New(attribute), want))
		inState = append(inState, statecheck.ExpectKnownValue(address, tfjsonpath.New(attribute), want))
	}
	inState = append(inState,
		statecheck.ExpectKnownValue(address, tfjsonpath.New("scan_on_push"), knownvalue.Bool(true)),
		statecheck.ExpectKnownValue(address, tfjsonpath.New("encryption").AtMapKey("type"), knownvalue.StringExact("AES256")),
		statecheck.ExpectKnownValue(address, tfjsonpath.New("lifecycle_policy_json"), knownvalue.Null()),
		statecheck.ExpectKnownValue(address, tfjsonpath.New("unmanaged_statements"), knownvalue.ListExact(nil)),
		acctest.Wrote(t, aws, "CreateRepository", "SetRepositoryPolicy"),
	)
	terraform(t, aws, resource.TestStep{
		Config:            aws.ProviderBlock(organization) + block(seed),
		ConfigPlanChecks:  acctest.Planned(inPlan...),
		ConfigStateChecks: inState,
	})
}

func TestUpdateInPlace(t *testing.T) {
	t.Parallel()
	aws := awstest.New(t)
	step := func(arguments string, plan plancheck.PlanCheck, calls ...string) resource.TestStep {
		return resource.TestStep{
			PreConfig:         aws.ResetCalls,
			Config:            aws.ProviderBlock(organization) + block(`name = "team/app"`+"\n"+arguments),
			ConfigPlanChecks:  acctest.Planned(plan),
			ConfigStateChecks: []statecheck.StateCheck{acctest.Wrote(t, aws, calls...)},
		}
	}
	terraform(t, aws,
		step(``, plancheck.ExpectResourceAction(address, plancheck.ResourceActionCreate), "CreateRepository"),
		step(`image_tag_mutability = "MUTABLE"`, acctest.Updates(address, "image_tag_mutability"), "PutImageTagMutability"),
		step(`image_tag_mutability            = "IMMUTABLE_WITH_EXCLUSION"
			image_tag_mutability_exclusions = ["latest", "dev-*"]`,
			acctest.Updates(address, "image_tag_mutability", "image_tag_mutability_exclusions"), "PutImageTagMutability"),
		step(`image_tag_mutability            = "IMMUTABLE_WITH_EXCLUSION"
			image_tag_mutability_exclusions = ["latest"]`,
			acctest.Updates(address, "image_tag_mutability_exclusions"), "PutImageTagMutability"),
		step(`image_tag_mutability = "IMMUTABLE"`,
			acctest.Updates(address, "image_tag_mutability", "image_tag_mutability_exclusions"), "PutImageTagMutability"),
		step(`scan_on_push = false`, acctest.Updates(address, "scan_on_push"), "PutImageScanningConfiguration"),
		step(`tags = { team = "web", stage = "test" }`, acctest.Updates(address, "tags", "tags_all"), "TagResource"),
		step(`tags = { team = "mobile" }`, acctest.Updates(address, "tags", "tags_all"), "UntagResource", "TagResource"),
		step(``, acctest.Updates(address, "tags", "tags_all"), "UntagResource"),
		step(`retention = { keep_last = 50 }`, acctest.Updates(address, "retention", "lifecycle_policy_json"), "PutLifecyclePolicy"),
		step(`retention = { archive_after_days = 30, expire_archived_days = 365 }`, acctest.Updates(address, "retention", "lifecycle_policy_json"), "PutLifecyclePolicy"),
		step(`lifecycle_policy = jsonencode({ rules = [] })`, acctest.Updates(address, "retention", "lifecycle_policy", "lifecycle_policy_json"), "DeleteLifecyclePolicy"),
		step(`grants = { Web = { access = "pull", accounts = ["222222222222"] } }`,
			acctest.Updates(address, "lifecycle_policy", "grants", "policy_json", "consumer_policies", "consumer_policy_json", "proof"), "SetRepositoryPolicy"),
		step(`grants = { Web = { access = "pull", accounts = ["222222222222"] }, Mobile = { access = "push", accounts = ["333333333333"] } }`,
			acctest.Updates(address, "grants", "policy_json", "consumer_policies", "consumer_policy_json", "proof"), "SetRepositoryPolicy"),
		step(`grants = { Mobile = { access = "push", accounts = ["333333333333"] } }`,
			acctest.Updates(address, "grants", "policy_json", "consumer_policies", "consumer_policy_json", "proof"), "SetRepositoryPolicy"),
		step(``, acctest.Updates(address, "grants", "policy_json", "consumer_policies", "consumer_policy_json", "proof"), "DeleteRepositoryPolicy"),
		step(`force_delete = true`, acctest.Updates(address, "force_delete")),
		step(`allow_public = true`, acctest.Updates(address, "force_delete", "allow_public")),
		step(`allow_self_lockout = true`, acctest.Updates(address, "allow_public", "allow_self_lockout")),
		step(`on_unmanaged_statements = "keep"`, acctest.Updates(address, "allow_self_lockout", "on_unmanaged_statements")),
		step(`timeouts {
			create = "5m"
		}`, acctest.Updates(address, "on_unmanaged_statements", "timeouts")),
	)
}

func TestReplacement(t *testing.T) {
	t.Parallel()
	aws := awstest.New(t)
	step := func(arguments string, checks ...plancheck.PlanCheck) resource.TestStep {
		return resource.TestStep{
			PreConfig:         aws.ResetCalls,
			Config:            aws.ProviderBlock("") + block(arguments),
			ConfigPlanChecks:  acctest.Planned(append(checks, plancheck.ExpectResourceAction(address, plancheck.ResourceActionReplace))...),
			ConfigStateChecks: []statecheck.StateCheck{acctest.Wrote(t, aws, "DeleteRepository", "CreateRepository")},
		}
	}
	key := "arn:aws:kms:eu-west-1:" + aws.AccountID + ":key/1234abcd-12ab-34cd-56ef-1234567890ab"
	terraform(t, aws,
		resource.TestStep{Config: aws.ProviderBlock("") + block(`name = "team/app"`)},
		step(`name = "team/web"`,
			plancheck.ExpectKnownValue(address, tfjsonpath.New("arn"), knownvalue.StringExact("arn:aws:ecr:eu-west-1:"+aws.AccountID+":repository/team/web"))),
		step(`name = "team/web"`+"\n"+`encryption = { type = "KMS" }`),
		step(`name = "team/web"`+"\n"+`encryption = { kms_key = "`+key+`" }`),
		step(`name = "team/web"`+"\n"+`region = "us-east-1"`,
			plancheck.ExpectKnownValue(address, tfjsonpath.New("arn"), knownvalue.StringExact("arn:aws:ecr:us-east-1:"+aws.AccountID+":repository/team/web")),
			plancheck.ExpectKnownValue(address, tfjsonpath.New("encryption").AtMapKey("type"), knownvalue.StringExact("AES256"))),
	)
}
