// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package repositorylockdown_test

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/ecrx/terraform-provider-ecrx/internal/acctest"
	"github.com/ecrx/terraform-provider-ecrx/internal/awstest"
	"github.com/ecrx/terraform-provider-ecrx/internal/awstest/lifecycle"
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

// roleARN gives the ARN of a role of the account.
func roleARN(a *awstest.AWS, path, role string) string {
	return "arn:aws:iam::" + a.AccountID + ":role" + path + role
}

// createRole makes a role that the account may assume, and gives its unique id.
func createRole(t testing.TB, a *awstest.AWS, path, role string) string {
	t.Helper()
	trust := `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"` + a.AccountID + `"},"Action":"sts:AssumeRole"}]}`
	out, err := a.IAM().CreateRole(t.Context(), &iam.CreateRoleInput{RoleName: &role, Path: &path, AssumeRolePolicyDocument: &trust})
	if err != nil {
		t.Fatal(err)
	}
	return *out.Role.RoleId
}

func deleteRole(t testing.TB, a *awstest.AWS, role string) {
	t.Helper()
	if _, err := a.IAM().DeleteRole(t.Context(), &iam.DeleteRoleInput{RoleName: &role}); err != nil {
		t.Fatal(err)
	}
}

// session gives the provider arguments that make calls as a session of a role, which is created with the path.
func session(t testing.TB, a *awstest.AWS, path, role string) map[string]any {
	t.Helper()
	createRole(t, a, path, role)
	out, err := a.STS().AssumeRole(t.Context(), &sts.AssumeRoleInput{RoleArn: aws.String(roleARN(a, path, role)), RoleSessionName: aws.String("ci")})
	if err != nil {
		t.Fatal(err)
	}
	return map[string]any{
		"access_key": *out.Credentials.AccessKeyId, "secret_key": *out.Credentials.SecretAccessKey, "token": *out.Credentials.SessionToken,
	}
}

// core gives a Core of a caller, whose provider arguments these are, and what it is told.
func core(a *awstest.AWS, caller map[string]any) (*lifecycle.Terraform, *acctest.Heard) {
	tf := acctest.Core(a, resourceType, caller)
	return tf, acctest.Listen(tf)
}

// lockdown gives a configuration with the arguments.
func lockdown(arguments map[string]any) map[string]any {
	config := map[string]any{"repository": name}
	maps.Copy(config, arguments)
	return config
}

// attributes gives what the state holds.
func attributes(t testing.TB, tf *lifecycle.Terraform) (state struct {
	StatementJSON string   `json:"statement_json"`
	CallerARN     string   `json:"caller_arn"`
	Exempt        []string `json:"exempt"`
},
) {
	t.Helper()
	if tf.State == nil {
		t.Fatal("there is no state")
	}
	if err := json.Unmarshal(tf.State.Attributes, &state); err != nil {
		t.Fatal(err)
	}
	return state
}

// apply expects an apply without an error, and gives what it did.
func apply(t testing.TB, tf *lifecycle.Terraform, config map[string]any) lifecycle.Action {
	t.Helper()
	action, err := tf.Apply(t.Context(), config)
	if err != nil {
		t.Fatal(err)
	}
	return action
}

// plans expects a plan to be that action.
func plans(t testing.TB, tf *lifecycle.Terraform, config map[string]any, want lifecycle.Action) {
	t.Helper()
	if action, err := tf.Plan(t.Context(), config); err != nil || action != want {
		t.Errorf("the plan is %s, %v; want %s", action, err, want)
	}
}

// expectWarning expects one of the warnings to begin with one text, which is its attribute and summary, and to contain all others.
func expectWarning(t testing.TB, warnings []string, begin string, contains ...string) {
	t.Helper()
	for _, w := range warnings {
		if strings.HasPrefix(w, begin) && !slices.ContainsFunc(contains, func(text string) bool { return !strings.Contains(w, text) }) {
			return
		}
	}
	t.Errorf("none of the warnings is %q with %q:\n%s", begin, contains, strings.Join(warnings, "\n"))
}

// expectOneError expects one error alone, which begins with its attribute and summary, and contains all the texts.
func expectOneError(t testing.TB, err error, begin string, contains ...string) {
	t.Helper()
	all := acctest.Errors(err)
	if len(all) != 1 || !strings.HasPrefix(all[0], begin) || slices.ContainsFunc(contains, func(text string) bool { return !strings.Contains(all[0], text) }) {
		t.Errorf("the error is %v, want one alone, %q with %q", err, begin, contains)
	}
}

// unwritten expects that nothing was written since the record of calls was last reset.
func unwritten(t testing.TB, a *awstest.AWS) {
	t.Helper()
	if calls := acctest.Writes(a); len(calls) > 0 {
		t.Errorf("the calls %q were made", calls)
	}
}
