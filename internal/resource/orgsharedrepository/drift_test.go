// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package orgsharedrepository_test

import (
	"slices"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecr"
	"github.com/aws/aws-sdk-go-v2/service/ecr/types"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/ecrx/terraform-provider-ecrx/internal/acctest"
	"github.com/ecrx/terraform-provider-ecrx/internal/awstest"
	"github.com/ecrx/terraform-provider-ecrx/internal/policy"
)

// every sets every argument that another tool can change at AWS.
const every = `
name                            = "team/app"
image_tag_mutability            = "IMMUTABLE_WITH_EXCLUSION"
image_tag_mutability_exclusions = ["latest"]
scan_on_push                    = true
retention                       = { keep_last = 50 }
tags                            = { team = "web" }
grants = {
  Web    = { access = "pull", accounts = ["222222222222"] }
  Mobile = { access = "pull", accounts = ["333333333333"] }
}`

// TestDrift changes each setting behind the provider's back: the plan shows it, and the apply repairs just that.
func TestDrift(t *testing.T) {
	t.Parallel()
	a := awstest.New(t)
	client, repository := a.ECR(), aws.String(name)
	arn := aws.String("arn:aws:ecr:eu-west-1:" + a.AccountID + ":repository/team/app")
	steps := []resource.TestStep{{Config: a.ProviderBlock("") + block(every)}}
	drift := func(change func() error, plan plancheck.PlanCheck, calls ...string) {
		steps = append(steps, resource.TestStep{
			PreConfig: func() {
				if err := change(); err != nil {
					t.Fatal(err)
				}
				a.ResetCalls()
			},
			Config:            a.ProviderBlock("") + block(every),
			ConfigPlanChecks:  acctest.Planned(plan),
			ConfigStateChecks: []statecheck.StateCheck{acctest.Wrote(t, a, calls...)},
		})
	}
	drift(func() error {
		_, err := client.PutImageTagMutability(t.Context(), &ecr.PutImageTagMutabilityInput{RepositoryName: repository, ImageTagMutability: types.ImageTagMutabilityMutable})
		return err
	}, acctest.Updates(address, "image_tag_mutability", "image_tag_mutability_exclusions"), "PutImageTagMutability")
	drift(func() error {
		_, err := client.PutImageTagMutability(t.Context(), &ecr.PutImageTagMutabilityInput{
			RepositoryName: repository, ImageTagMutability: types.ImageTagMutabilityImmutableWithExclusion,
			ImageTagMutabilityExclusionFilters: []types.ImageTagMutabilityExclusionFilter{
				{Filter: aws.String("*"), FilterType: types.ImageTagMutabilityExclusionFilterTypeWildcard},
			},
		})
		return err
	}, acctest.Updates(address, "image_tag_mutability_exclusions"), "PutImageTagMutability")
	drift(func() error {
		_, err := client.PutImageScanningConfiguration(t.Context(), &ecr.PutImageScanningConfigurationInput{
			RepositoryName: repository, ImageScanningConfiguration: &types.ImageScanningConfiguration{},
		})
		return err
	}, acctest.Updates(address, "scan_on_push"), "PutImageScanningConfiguration")
	drift(func() error {
		_, err := client.PutLifecyclePolicy(t.Context(), &ecr.PutLifecyclePolicyInput{RepositoryName: repository, LifecyclePolicyText: aws.String(expireAfter(3))})
		return err
	}, acctest.Updates(address, "lifecycle_policy_json"), "PutLifecyclePolicy")
	drift(func() error {
		_, err := client.DeleteLifecyclePolicy(t.Context(), &ecr.DeleteLifecyclePolicyInput{RepositoryName: repository})
		return err
	}, acctest.Updates(address, "lifecycle_policy_json"), "PutLifecyclePolicy")
	drift(func() error {
		_, err := client.TagResource(t.Context(), &ecr.TagResourceInput{ResourceArn: arn, Tags: []types.Tag{
			{Key: aws.String("team"), Value: aws.String("other")}, {Key: aws.String("cost"), Value: aws.String("9")},
		}})
		return err
	}, acctest.Updates(address, "tags", "tags_all"), "UntagResource", "TagResource")
	drift(func() error {
		acctest.AddStatement(t, a, `{"Sid":"Web","Effect":"Allow","Principal":{"AWS":"arn:aws:iam::444444444444:root"},"Action":"ecr:*"}`)
		return nil
	}, acctest.Updates(address, "policy_json"), "SetRepositoryPolicy")
	drift(func() error {
		kept := slices.DeleteFunc(acctest.Statements(t, a), func(s policy.Statement) bool { return s.Sid == "Web" })
		acctest.SetPolicy(t, a, policy.New(kept...).Canonical())
		return nil
	}, acctest.Updates(address, "policy_json"), "SetRepositoryPolicy")
	drift(func() error {
		_, err := client.DeleteRepositoryPolicy(t.Context(), &ecr.DeleteRepositoryPolicyInput{RepositoryName: repository})
		return err
	}, acctest.Updates(address, "policy_json"), "SetRepositoryPolicy")
	terraform(t, a, steps...)
}

// TestOtherSpellingIsNoDrift writes the same policies in other words.
func TestOtherSpellingIsNoDrift(t *testing.T) {
	t.Parallel()
	a := awstest.New(t)
	config := a.ProviderBlock("") + block(every)
	terraform(t, a,
		resource.TestStep{Config: config},
		resource.TestStep{
			PreConfig: func() {
				acctest.SetPolicy(t, a, `{ "Version": "2012-10-17", "Statement": [
					{"Sid": "Web", "Effect": "Allow", "Principal": {"AWS": ["222222222222"]}, "Action": ["ecr:GetDownloadUrlForLayer", "ecr:BatchGetImage", "ecr:BatchCheckLayerAvailability"]},
					{"Sid": "Mobile", "Effect": "Allow", "Principal": {"AWS": "333333333333"}, "Action": ["ecr:BatchCheckLayerAvailability", "ecr:GetDownloadUrlForLayer", "ecr:BatchGetImage"]}]}`)
				if _, err := a.ECR().PutLifecyclePolicy(t.Context(), &ecr.PutLifecyclePolicyInput{
					RepositoryName: aws.String(name),
					LifecyclePolicyText: aws.String(`{ "rules": [ {"action": {"type": "expire"}, "description": "Keep the last 50 images", "rulePriority": 1,
						"selection": {"countNumber": 50, "countType": "imageCountMoreThan", "tagStatus": "any"}} ] }`),
				}); err != nil {
					t.Fatal(err)
				}
			},
			Config:           config,
			ConfigPlanChecks: acctest.Planned(plancheck.ExpectEmptyPlan()),
		},
	)
}

// TestForeignStatement follows a statement of another tool through the resource's life.
func TestForeignStatement(t *testing.T) {
	t.Parallel()
	a := awstest.New(t)
	stands := acctest.Live(func() { acctest.ForeignStands(t, a) })
	unmanaged := tfjsonpath.New("unmanaged_statements").AtSliceIndex(0).AtMapKey("sid")
	terraform(t, a,
		resource.TestStep{Config: a.ProviderBlock("") + block(every)},
		resource.TestStep{
			PreConfig:        func() { acctest.AddStatement(t, a, acctest.Foreign) },
			Config:           a.ProviderBlock("") + block(every),
			ConfigPlanChecks: acctest.Planned(plancheck.ExpectEmptyPlan()),
			ConfigStateChecks: []statecheck.StateCheck{
				stands, statecheck.ExpectKnownValue(address, unmanaged, knownvalue.StringExact("LambdaECRImageRetrievalPolicy")),
			},
		},
		resource.TestStep{
			Config: a.ProviderBlock("") + block("name = \"team/app\"\n"+`grants = { Web = { access = "pull_describe", accounts = ["222222222222"] } }`),
			ConfigStateChecks: []statecheck.StateCheck{
				stands, statecheck.ExpectKnownValue(address, unmanaged, knownvalue.StringExact("LambdaECRImageRetrievalPolicy")),
			},
		},
		resource.TestStep{
			Config:            a.ProviderBlock("") + block(`name = "team/app"`),
			ConfigStateChecks: []statecheck.StateCheck{stands, acctest.Live(func() { acctest.ExpectSids(t, a, "LambdaECRImageRetrievalPolicy") })},
		},
		resource.TestStep{
			PreConfig: func() {
				acctest.AddStatement(t, a, `{"Sid":"LambdaECRImageRetrievalPolicy","Effect":"Allow","Principal":{"Service":"lambda.amazonaws.com"},"Action":"ecr:BatchGetImage"}`)
			},
			Config:           a.ProviderBlock("") + block(`name = "team/app"`),
			ConfigPlanChecks: acctest.Planned(plancheck.ExpectEmptyPlan()),
			ConfigStateChecks: []statecheck.StateCheck{
				statecheck.ExpectKnownValue(address, tfjsonpath.New("unmanaged_statements").AtSliceIndex(0).AtMapKey("statement_json"),
					knownvalue.StringExact(`{"Sid":"LambdaECRImageRetrievalPolicy","Effect":"Allow","Principal":{"Service":"lambda.amazonaws.com"},"Action":"ecr:BatchGetImage"}`)),
			},
		},
	)
}

func TestDisappears(t *testing.T) {
	t.Parallel()
	a := awstest.New(t)
	terraform(t, a,
		resource.TestStep{Config: a.ProviderBlock("") + block(every)},
		resource.TestStep{
			PreConfig: func() {
				if _, err := a.ECR().DeleteRepository(t.Context(), &ecr.DeleteRepositoryInput{RepositoryName: aws.String(name)}); err != nil {
					t.Fatal(err)
				}
			},
			Config:           a.ProviderBlock("") + block(every),
			ConfigPlanChecks: acctest.Planned(plancheck.ExpectResourceAction(address, plancheck.ResourceActionCreate)),
		},
	)
}
