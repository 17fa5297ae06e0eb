// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/ecr"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/ecrx/terraform-provider-ecrx/internal/acctest"
	"github.com/ecrx/terraform-provider-ecrx/internal/awstest"
	"github.com/ecrx/terraform-provider-ecrx/internal/awstest/lifecycle"
	"github.com/ecrx/terraform-provider-ecrx/internal/provider"
)

// The account of the provider is changed, such as by another assume_role: no object is taken for gone, and none of the other account
// for it. Every resource is asked.
func TestStateOfAnotherAccount(t *testing.T) {
	t.Parallel()
	type object = map[string]any
	everyone := object{"Dev": object{"access": "pull", "organization_ids": []string{"o-a1b2c3d4e5"}}}
	const queue, repository = "arn:aws:sqs:eu-west-1:111111111111:orders", "arn:aws:ecr:eu-west-1:111111111111:repository/app"
	tests := map[string]struct {
		config     func(*awstest.AWS) object
		byRegistry bool // it says of which registry it is, so that it may be read from another account
	}{
		"ecrx_org_shared_repository": {config: func(*awstest.AWS) object { return object{"name": "new", "grants": everyone} }},
		"ecrx_repository_grants":     {byRegistry: true, config: func(*awstest.AWS) object { return object{"repository": "app", "grants": everyone} }},
		"ecrx_repository_lockdown": {byRegistry: true, config: func(*awstest.AWS) object {
			return object{"repository": "app", "exempt_caller": true}
		}},
		"ecrx_repository_policy_statement": {byRegistry: true, config: func(*awstest.AWS) object {
			return object{"repository": "app", "statement_json": `{"Sid":"A","Effect":"Allow","Principal":{"AWS":"arn:aws:iam::222222222222:root"},"Action":"ecr:BatchGetImage"}`}
		}},
		"ecrx_apprunner_access_role": {config: func(*awstest.AWS) object { return object{"name": "r", "settle_seconds": 0} }},
		"ecrx_cross_account_pull_role": {config: func(*awstest.AWS) object {
			return object{"name": "r", "settle_seconds": 0, "trusted_accounts": []string{"222222222222"}, "repository_arns": []string{repository}}
		}},
		"ecrx_ci_push_role": {config: func(a *awstest.AWS) object {
			return object{
				"name": "r", "settle_seconds": 0, "oidc_provider_arn": "arn:aws:iam::" + a.AccountID + ":oidc-provider/token.actions.githubusercontent.com",
				"repository_arns": []string{repository}, "subjects": []string{"repo:octo-org/app:ref:refs/heads/main"},
			}
		}},
		"ecrx_ecs_roles": {config: func(*awstest.AWS) object {
			return object{"service": "s", "environment": "e", "settle_seconds": 0, "execution": object{"repository_arns": []string{repository}}}
		}},
		"ecrx_ecs_task_permissions": {config: func(*awstest.AWS) object {
			return object{"role": "theirs", "name": "p", "settle_seconds": 0, "permissions": object{"sqs_send": []string{queue}}}
		}},
		"ecrx_private_endpoints": {config: func(a *awstest.AWS) object {
			n := a.NewNetwork()
			return object{
				"vpc_id": n.VPC, "subnet_ids": n.Subnets, "route_table_ids": []string{n.RouteTable}, "compute": []string{"ec2"},
				"security_group": object{"ingress_cidr_blocks": []string{"10.0.0.0/16"}},
			}
		}},
	}
	for _, newResource := range provider.New("test")().Resources(t.Context()) {
		var metadata resource.MetadataResponse
		newResource().Metadata(t.Context(), resource.MetadataRequest{ProviderTypeName: "ecrx"}, &metadata)
		if _, ok := tests[metadata.TypeName]; !ok {
			t.Errorf("%s is not asked", metadata.TypeName)
		}
	}
	for typeName, test := range tests {
		t.Run(typeName, func(t *testing.T) {
			t.Parallel()
			old, other := awstest.New(t), awstest.New(t)
			for _, a := range []*awstest.AWS{old, other} { // what the objects are about is in both accounts
				name, trust := "theirs", `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"ecs-tasks.amazonaws.com"},"Action":"sts:AssumeRole"}]}`
				if _, err := a.IAM().CreateRole(t.Context(), &iam.CreateRoleInput{RoleName: &name, AssumeRolePolicyDocument: &trust}); err != nil {
					t.Fatal(err)
				}
				name = "app"
				if _, err := a.ECR().CreateRepository(t.Context(), &ecr.CreateRepositoryInput{RepositoryName: &name}); err != nil {
					t.Fatal(err)
				}
			}
			config := test.config(old)
			tf := acctest.Core(old, typeName, nil)
			if _, err := tf.Apply(t.Context(), config); err != nil {
				t.Fatal(err)
			}
			made := string(tf.State.Attributes)

			tf.ProviderConfig = lifecycle.ProviderConfig(other, nil)
			namesBoth := func(doing string, err error) {
				t.Helper()
				acctest.ExpectError(t, err, old.AccountID)
				if err == nil || !strings.Contains(err.Error(), other.AccountID) || !strings.Contains(err.Error(), "terraform state rm") {
					t.Errorf("%s: %v", doing, err)
				}
			}
			_, err := tf.Plan(t.Context(), config)
			namesBoth("plan", err)
			_, err = tf.Apply(t.Context(), config)
			namesBoth("apply", err)
			_, err = tf.Apply(t.Context(), nil)
			namesBoth("destroy", err)
			if !test.byRegistry {
				tf.SkipRefresh = true
				_, err = tf.Apply(t.Context(), nil)
				namesBoth("destroy without a refresh", err)
				tf.SkipRefresh = false
			}
			if tf.State == nil || string(tf.State.Attributes) != made {
				t.Errorf("the state changed to %+v", tf.State)
			}
			if writes := acctest.Writes(other); len(writes) > 2 { // those of this test
				t.Errorf("calls to the other account: %q", writes)
			}

			// An account that isn't known claims nothing.
			tf.ProviderConfig = lifecycle.ProviderConfig(old, map[string]any{"skip_requesting_account_id": true})
			if action, err := tf.Plan(t.Context(), config); err != nil || action == lifecycle.Create {
				t.Errorf("without an account the plan is %s, %v", action, err)
			}
			tf.ProviderConfig = lifecycle.ProviderConfig(old, nil)
			if action, err := tf.Plan(t.Context(), config); err != nil || action != lifecycle.NoOp {
				t.Errorf("back in its account the plan is %s, %v", action, err)
			}
		})
	}
}
