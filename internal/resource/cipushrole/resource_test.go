// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package cipushrole_test

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
	resourceType = "ecrx_ci_push_role"
	address      = resourceType + ".this"
	name         = "app-push"
	appARN       = "arn:aws:ecr:eu-west-1:111111111111:repository/team/app"
	mainBranch   = "repo:octo-org/app:ref:refs/heads/main"

	trust = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Federated":"arn:aws:iam::ACCOUNT:oidc-provider/token.actions.githubusercontent.com"},` +
		`"Action":"sts:AssumeRoleWithWebIdentity","Condition":{"StringEquals":{"token.actions.githubusercontent.com:aud":"sts.amazonaws.com",` +
		`"token.actions.githubusercontent.com:sub":"repo:octo-org/app:ref:refs/heads/main"}}}]}`
	access = `{"Version":"2012-10-17","Statement":[{"Sid":"Login","Effect":"Allow","Action":"ecr:GetAuthorizationToken","Resource":"*"},` +
		`{"Sid":"Repositories","Effect":"Allow","Action":["ecr:BatchCheckLayerAvailability","ecr:BatchGetImage","ecr:CompleteLayerUpload","ecr:GetDownloadUrlForLayer",` +
		`"ecr:InitiateLayerUpload","ecr:PutImage","ecr:UploadLayerPart"],"Resource":"` + appARN + `"}]}`

	github = `
name            = "app-push"
issuer          = "github"
subjects        = ["repo:octo-org/app:ref:refs/heads/main"]
repository_arns = ["arn:aws:ecr:eu-west-1:111111111111:repository/team/app"]
`
)

// block gives a resource with the arguments, which waits for nothing.
func block(arguments string) string {
	return "resource \"" + resourceType + "\" \"this\" {\nsettle_seconds = 0\n" + arguments + "\n}\n"
}

// createProvider makes the account's OIDC provider for an issuer.
func createProvider(t testing.TB, a *awstest.AWS, url, audience string) string {
	t.Helper()
	out, err := a.IAM().CreateOpenIDConnectProvider(t.Context(), &iam.CreateOpenIDConnectProviderInput{Url: aws.String(url), ClientIDList: []string{audience}})
	if err != nil {
		t.Fatal(err)
	}
	return *out.OpenIDConnectProviderArn
}

func createGitHub(t testing.TB, a *awstest.AWS) {
	t.Helper()
	createProvider(t, a, "https://token.actions.githubusercontent.com", "sts.amazonaws.com")
}

// providers are the ARNs of the account's OIDC providers.
func providers(t testing.TB, a *awstest.AWS) (arns []string) {
	t.Helper()
	out, err := a.IAM().ListOpenIDConnectProviders(t.Context(), &iam.ListOpenIDConnectProvidersInput{})
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range out.OpenIDConnectProviderList {
		arns = append(arns, *p.Arn)
	}
	return arns
}

// TestClientLife creates, imports, updates and repairs a role, and leaves the provider alone.
func TestClientLife(t *testing.T) {
	t.Parallel()
	a := awstest.New(t)
	createGitHub(t, a)
	gitlab := createProvider(t, a, "https://gitlab.example.com", "https://gitlab.example.com")
	config := func(arguments string) string { return a.ProviderBlock("") + block(arguments) }
	known := func(attribute, want string) plancheck.PlanCheck {
		return plancheck.ExpectKnownValue(address, tfjsonpath.New(attribute), knownvalue.StringExact(strings.ReplaceAll(want, "ACCOUNT", a.AccountID)))
	}
	imported := resource.TestStep{
		ResourceName: address, ImportState: true, ImportStateId: name, ImportStateVerify: true,
		ImportStateVerifyIdentifierAttribute: "name", ImportStateVerifyIgnore: []string{"settle_seconds", "timeouts"},
	}
	tagged := `
name              = "app-push"
oidc_provider_arn = "` + gitlab + `"
subjects          = ["project_path:group/app:ref_type:branch:ref:*"]
audiences         = ["https://gitlab.example.com"]
resource_tags     = { team = "app" }
access            = "push"`
	acctest.Test(t,
		resource.TestStep{
			PreConfig: a.ResetCalls,
			Config:    config(github),
			ConfigPlanChecks: acctest.Planned(
				known("trust_policy_json", trust), known("policy_json", access), known("arn", "arn:aws:iam::ACCOUNT:role/app-push"),
				known("oidc_provider_arn", "arn:aws:iam::ACCOUNT:oidc-provider/token.actions.githubusercontent.com"),
			),
			ConfigStateChecks: []statecheck.StateCheck{acctest.Wrote(t, a, "CreateRole", "PutRolePolicy")},
		},
		imported,
		resource.TestStep{
			PreConfig: a.ResetCalls,
			Config:    config(tagged),
			ConfigPlanChecks: acctest.Planned(
				acctest.Updates(address, "access", "audiences", "issuer", "oidc_provider_arn", "policy_json", "proof", "repository_arns", "resource_tags", "subjects",
					"tag_guard_policy_json", "trust_policy_json"),
				known("issuer", "https://gitlab.example.com"),
			),
			ConfigStateChecks: []statecheck.StateCheck{acctest.Wrote(t, a, "UpdateAssumeRolePolicy", "PutRolePolicy")},
		},
		imported,
		resource.TestStep{
			PreConfig: func() {
				drift(t, a)
				a.ResetCalls()
			},
			Config:            config(tagged),
			ConfigPlanChecks:  acctest.Planned(acctest.Updates(address, "trust_policy_json")),
			ConfigStateChecks: []statecheck.StateCheck{acctest.Wrote(t, a, "UpdateAssumeRolePolicy")},
		},
	)
	gone(t, a)
	if got := providers(t, a); len(got) != 2 {
		t.Errorf("the account's OIDC providers are %q", got)
	}
}

// drift widens the trust policy behind Terraform's back.
func drift(t *testing.T, a *awstest.AWS) {
	t.Helper()
	if _, err := a.IAM().UpdateAssumeRolePolicy(t.Context(), &iam.UpdateAssumeRolePolicyInput{
		RoleName:       aws.String(name),
		PolicyDocument: aws.String(`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::999999999999:root"},"Action":"sts:AssumeRole"}]}`),
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
	config := map[string]any{"name": name, "settle_seconds": 0, "issuer": "github", "subjects": []any{mainBranch}, "repository_arns": []any{appARN}}
	for key, value := range over {
		config[key] = value
	}
	return config
}

// TestDisappears deletes the role: the next apply makes it again.
func TestDisappears(t *testing.T) {
	t.Parallel()
	a := awstest.New(t)
	createGitHub(t, a)
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
