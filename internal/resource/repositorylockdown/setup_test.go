// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package repositorylockdown_test

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/ecrx/terraform-provider-ecrx/internal/acctest"
	"github.com/ecrx/terraform-provider-ecrx/internal/awstest"
)

const (
	resourceType = "ecrx_repository_lockdown"
	address      = resourceType + ".this"
	name         = acctest.Repository
)

// terraform goes through the steps, on an arranged repository. Afterwards, when everything is destroyed, only the foreign
// statement may be left.
func terraform(t *testing.T, a *awstest.AWS, steps ...resource.TestStep) {
	t.Helper()
	arrange(t, a)
	acctest.Test(t, steps...)
	gone(t, a)
}

// block gives a resource with the arguments.
func block(arguments string) string {
	return "resource \"" + resourceType + "\" \"this\" {\n" + arguments + "\n}\n"
}

// arrange makes the repository, with a foreign statement in its policy.
func arrange(t testing.TB, a *awstest.AWS) {
	t.Helper()
	acctest.CreateRepository(t, a)
	acctest.AddStatement(t, a, acctest.Foreign)
}

// gone checks that nothing but the foreign statement is left.
func gone(t testing.TB, a *awstest.AWS) {
	t.Helper()
	acctest.ExpectSids(t, a, "LambdaECRImageRetrievalPolicy")
	acctest.ForeignStands(t, a)
}

// session gives the provider arguments that make calls as a session of a role, which is created with the path.
func session(t testing.TB, a *awstest.AWS, path, role string) map[string]any {
	t.Helper()
	trust := `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"` + a.AccountID + `"},"Action":"sts:AssumeRole"}]}`
	if _, err := a.IAM().CreateRole(t.Context(), &iam.CreateRoleInput{RoleName: &role, Path: &path, AssumeRolePolicyDocument: &trust}); err != nil {
		t.Fatal(err)
	}
	out, err := a.STS().AssumeRole(t.Context(), &sts.AssumeRoleInput{
		RoleArn: aws.String("arn:aws:iam::" + a.AccountID + ":role" + path + role), RoleSessionName: aws.String("ci"),
	})
	if err != nil {
		t.Fatal(err)
	}
	return map[string]any{
		"access_key": *out.Credentials.AccessKeyId, "secret_key": *out.Credentials.SecretAccessKey, "token": *out.Credentials.SessionToken,
	}
}
