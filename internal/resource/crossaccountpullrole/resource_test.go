// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package crossaccountpullrole_test

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/ecrx/terraform-provider-ecrx/internal/acctest"
	"github.com/ecrx/terraform-provider-ecrx/internal/awstest"
	"github.com/ecrx/terraform-provider-ecrx/internal/awstest/lifecycle"
)

const (
	resourceType = "ecrx_cross_account_pull_role"
	address      = resourceType + ".this"
	name         = "release-pull"

	trust = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::222222222222:root"},"Action":"sts:AssumeRole",` +
		`"Condition":{"StringEquals":{"sts:ExternalId":"0f2d9a4c-5b2e"}}}]}`
	access = `{"Version":"2012-10-17","Statement":[{"Sid":"Login","Effect":"Allow","Action":"ecr:GetAuthorizationToken","Resource":"*"},` +
		`{"Sid":"Repositories","Effect":"Allow","Action":["ecr:BatchCheckLayerAvailability","ecr:BatchGetImage","ecr:GetDownloadUrlForLayer"],` +
		`"Resource":"arn:aws:ecr:*:ACCOUNT:repository/*","Condition":{"StringEquals":{"ecr:ResourceTag/environment":"release"}}}]}`
	guard = `{"Version":"2012-10-17","Statement":[` +
		`{"Sid":"GuardTags","Effect":"Deny","Action":["ecr:TagResource","ecr:UntagResource"],"Resource":"arn:aws:ecr:*:*:repository/*",` +
		`"Condition":{"ArnNotLike":{"aws:PrincipalArn":"arn:aws:iam::111111111111:role/platform"},"ForAnyValue:StringEqualsIgnoreCase":{"aws:TagKeys":"environment"}}},` +
		`{"Sid":"GuardTagsAtCreation","Effect":"Deny","Action":"ecr:CreateRepository","Resource":"arn:aws:ecr:*:*:repository/*",` +
		`"Condition":{"ArnNotLike":{"aws:PrincipalArn":"arn:aws:iam::111111111111:role/platform"},"StringEquals":{"aws:RequestTag/environment":"release"}}}]}`

	release = `
name             = "release-pull"
trusted_accounts = ["222222222222"]
external_id      = "0f2d9a4c-5b2e"
resource_tags    = { environment = "release" }
`
)

// block gives a resource with the arguments, which waits for nothing.
func block(arguments string) string {
	return "resource \"" + resourceType + "\" \"this\" {\nsettle_seconds = 0\n" + arguments + "\n}\n"
}

// TestClientLife creates, imports, updates and repairs a role.
func TestClientLife(t *testing.T) {
	t.Parallel()
	a := awstest.New(t)
	config := func(arguments string) string { return a.ProviderBlock("") + block(arguments) }
	known := func(attribute, want string) plancheck.PlanCheck {
		return plancheck.ExpectKnownValue(address, tfjsonpath.New(attribute), knownvalue.StringExact(strings.ReplaceAll(want, "ACCOUNT", a.AccountID)))
	}
	imported := resource.TestStep{
		ResourceName: address, ImportState: true, ImportStateId: name, ImportStateVerify: true,
		ImportStateVerifyIdentifierAttribute: "name", ImportStateVerifyIgnore: []string{"settle_seconds", "timeouts"},
	}
	updated := `
name                   = "release-pull"
trusted_accounts       = ["222222222222"]
trusted_principal_arns = ["arn:aws:iam::333333333333:role/ci/*"]
organization_ids       = ["o-a1b2c3d4e5"]
access                 = "read_only"
repository_arns        = ["arn:aws:ecr:eu-west-1:` + a.AccountID + `:repository/team/app"]`
	acctest.Test(t,
		resource.TestStep{
			PreConfig: a.ResetCalls,
			Config:    config(release),
			ConfigPlanChecks: acctest.Planned(
				known("trust_policy_json", trust), known("policy_json", access),
				known("arn", "arn:aws:iam::ACCOUNT:role/release-pull"),
			),
			ConfigStateChecks: []statecheck.StateCheck{acctest.Wrote(t, a, "CreateRole", "PutRolePolicy")},
		},
		imported,
		resource.TestStep{
			PreConfig: a.ResetCalls,
			Config:    config(release + `tag_admin_principal_arns = ["arn:aws:iam::111111111111:role/platform"]`),
			ConfigPlanChecks: acctest.Planned(
				acctest.Updates(address, "tag_admin_principal_arns", "tag_guard_policy_json"), known("tag_guard_policy_json", guard),
			),
			ConfigStateChecks: []statecheck.StateCheck{acctest.Wrote(t, a)},
		},
		resource.TestStep{
			PreConfig: a.ResetCalls,
			Config:    config(updated),
			ConfigPlanChecks: acctest.Planned(acctest.Updates(address, "access", "external_id", "organization_ids", "policy_json", "proof", "repository_arns", "resource_tags",
				"tag_admin_principal_arns", "tag_guard_policy_json", "trust_policy_json", "trusted_principal_arns")),
			ConfigStateChecks: []statecheck.StateCheck{acctest.Wrote(t, a, "UpdateAssumeRolePolicy", "PutRolePolicy")},
		},
		imported,
		resource.TestStep{
			PreConfig: func() {
				drift(t, a)
				a.ResetCalls()
			},
			Config:            config(updated),
			ConfigPlanChecks:  acctest.Planned(acctest.Updates(address, "policy_json", "trust_policy_json")),
			ConfigStateChecks: []statecheck.StateCheck{acctest.Wrote(t, a, "UpdateAssumeRolePolicy", "PutRolePolicy")},
		},
	)
	gone(t, a)
}

// drift widens the role behind Terraform's back.
func drift(t *testing.T, a *awstest.AWS) {
	t.Helper()
	if _, err := a.IAM().UpdateAssumeRolePolicy(t.Context(), &iam.UpdateAssumeRolePolicyInput{
		RoleName:       aws.String(name),
		PolicyDocument: aws.String(`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::999999999999:root"},"Action":"sts:AssumeRole"}]}`),
	}); err != nil {
		t.Fatal(err)
	}
	if _, err := a.IAM().PutRolePolicy(t.Context(), &iam.PutRolePolicyInput{
		RoleName: aws.String(name), PolicyName: aws.String("ecr-access"),
		PolicyDocument: aws.String(`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"ecr:*","Resource":"*"}]}`),
	}); err != nil {
		t.Fatal(err)
	}
}

// gone checks that no role is left.
func gone(t testing.TB, a *awstest.AWS) {
	t.Helper()
	out, err := a.IAM().ListRoles(t.Context(), &iam.ListRolesInput{})
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range out.Roles {
		t.Errorf("the role %s is left", *r.RoleName)
	}
}

// arguments are those of a valid role, with others laid over them; nil takes one away.
func arguments(over map[string]any) map[string]any {
	config := map[string]any{
		"name": name, "settle_seconds": 0, "trusted_accounts": []any{"222222222222"}, "resource_tags": map[string]any{"environment": "release"},
	}
	for key, value := range over {
		config[key] = value
	}
	return config
}

// TestDisappears deletes the role: the next apply makes it again.
func TestDisappears(t *testing.T) {
	t.Parallel()
	a := awstest.New(t)
	tf := acctest.Core(a, resourceType, nil)
	if _, err := tf.Apply(t.Context(), arguments(nil)); err != nil {
		t.Fatal(err)
	}
	if _, err := a.IAM().DeleteRolePolicy(t.Context(), &iam.DeleteRolePolicyInput{RoleName: aws.String(name), PolicyName: aws.String("ecr-access")}); err != nil {
		t.Fatal(err)
	}
	if _, err := a.IAM().DeleteRole(t.Context(), &iam.DeleteRoleInput{RoleName: aws.String(name)}); err != nil {
		t.Fatal(err)
	}
	if action, err := tf.Plan(t.Context(), arguments(nil)); err != nil || action != lifecycle.Create {
		t.Errorf("the plan without the role is %s, %v", action, err)
	}
	if _, err := tf.Apply(t.Context(), nil); err != nil {
		t.Errorf("destroying what is gone: %s", err)
	}
}
