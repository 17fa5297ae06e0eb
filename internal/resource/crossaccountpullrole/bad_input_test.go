// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package crossaccountpullrole_test

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/ecrx/terraform-provider-ecrx/internal/acctest"
	"github.com/ecrx/terraform-provider-ecrx/internal/awstest"
	"github.com/ecrx/terraform-provider-ecrx/internal/awstest/lifecycle"
)

// TestBadInput expects each on its attribute, at plan, without a call that writes.
func TestBadInput(t *testing.T) {
	t.Parallel()
	for test, c := range map[string]struct {
		over            map[string]any
		attribute, want string
	}{
		"nobody":                   {map[string]any{"trusted_accounts": nil}, "trusted_accounts", "Role that nobody can assume"},
		"no accounts":              {map[string]any{"trusted_accounts": []any{}}, "trusted_accounts", "at least 1"},
		"null account":             {map[string]any{"trusted_accounts": []any{nil}}, "trusted_accounts", "null"},
		"everybody":                {map[string]any{"trusted_accounts": []any{"*"}}, "trusted_accounts", "Everybody as a trusted account"},
		"account of ten digits":    {map[string]any{"trusted_accounts": []any{"1111111111"}}, "trusted_accounts", "Invalid account id"},
		"every principal":          {map[string]any{"trusted_principal_arns": []any{"*"}}, "trusted_principal_arns", "Everybody as a principal"},
		"session":                  {map[string]any{"trusted_principal_arns": []any{"arn:aws:sts::333333333333:assumed-role/ci/x"}}, "trusted_principal_arns", "Session in the place of a role"},
		"external id":              {map[string]any{"external_id": "with space"}, "external_id", "Invalid external id"},
		"empty external id":        {map[string]any{"external_id": ""}, "external_id", "at least 1"},
		"organization":             {map[string]any{"organization_ids": []any{"acme"}}, "organization_ids", "Invalid organization id"},
		"no organizations":         {map[string]any{"organization_ids": []any{}}, "organization_ids", "at least 1"},
		"nothing":                  {map[string]any{"resource_tags": nil}, "repository_arns", "Role without repositories"},
		"no tags":                  {map[string]any{"resource_tags": map[string]any{}}, "resource_tags", "No tags"},
		"null tag":                 {map[string]any{"resource_tags": map[string]any{"environment": nil}}, "resource_tags", "null"},
		"tag beyond Latin":         {map[string]any{"resource_tags": map[string]any{"umgebung": "Ж"}}, "resource_tags", "Character that IAM refuses"},
		"no repositories":          {map[string]any{"repository_arns": []any{}}, "repository_arns", "at least 1"},
		"another service":          {map[string]any{"repository_arns": []any{"arn:aws:s3:::bucket"}}, "repository_arns", "Invalid repository ARN"},
		"any account's":            {map[string]any{"repository_arns": []any{"arn:aws:ecr:eu-west-1:*:repository/app"}}, "repository_arns", "Wildcard in the account"},
		"another partition":        {map[string]any{"repository_arns": []any{"arn:aws-cn:ecr:cn-north-1:111111111111:repository/app"}}, "repository_arns", "another partition"},
		"principal of a partition": {map[string]any{"trusted_principal_arns": []any{"arn:aws-cn:iam::333333333333:role/ci"}}, "trusted_principal_arns", "another partition"},
		"access":                   {map[string]any{"access": "all"}, "access", "Unknown access"},
		"admin":                    {map[string]any{"tag_admin_principal_arns": []any{"platform"}}, "tag_admin_principal_arns", "Invalid principal ARN"},
		"admin of a partition":     {map[string]any{"tag_admin_principal_arns": []any{"arn:aws-cn:iam::111111111111:role/x"}}, "tag_admin_principal_arns", "Tag guard that stops its admins"},
		"admin without tags": {
			map[string]any{"tag_admin_principal_arns": []any{"arn:aws:iam::111111111111:role/x"}, "resource_tags": nil, "repository_arns": []any{"arn:aws:ecr:eu-west-1:111111111111:repository/app"}},
			"tag_admin_principal_arns", "resource_tags",
		},
		"name":           {map[string]any{"name": "release pull"}, "name", "letters, digits"},
		"path":           {map[string]any{"path": "team"}, "path", "slash"},
		"session length": {map[string]any{"max_session_duration": 60}, "max_session_duration", "3600"},
		"too long":       {map[string]any{"trusted_principal_arns": principals(60)}, "trust_policy_json", "2048"},
	} {
		t.Run(test, func(t *testing.T) {
			t.Parallel()
			a := awstest.New(t)
			_, err := acctest.Core(a, resourceType, nil).Plan(t.Context(), arguments(c.over))
			if !acctest.Diagnosed(err, "ERROR", c.attribute, c.want) {
				t.Errorf("the error is %v, want one on %q with %q", err, c.attribute, c.want)
			}
		})
	}
}

func principals(n int) (arns []any) {
	for i := range n {
		arns = append(arns, "arn:aws:iam::333333333333:role/team/deployer-"+strings.Repeat("x", i+1))
	}
	return arns
}

// TestWarnings lets an error beside them show the warnings.
func TestWarnings(t *testing.T) {
	t.Parallel()
	a := awstest.New(t)
	_, err := acctest.Core(a, resourceType, nil).Plan(t.Context(), arguments(map[string]any{
		"external_id": "abc", "access": "all", "trusted_principal_arns": []any{"arn:aws:iam::222222222222:role/ci"},
	}))
	if !acctest.Diagnosed(err, "WARNING", "external_id", "can be guessed") {
		t.Errorf("no warning about the external id in %v", err)
	}
	if !acctest.Diagnosed(err, "WARNING", "trusted_principal_arns", "trusted anyway") {
		t.Errorf("no warning about the principal in %v", err)
	}
	tf := acctest.Core(a, resourceType, nil)
	heard := acctest.Listen(tf)
	if _, err := tf.Plan(t.Context(), arguments(map[string]any{"trusted_accounts": []any{"222222222222", a.AccountID}})); err != nil {
		t.Fatal(err)
	}
	if warnings := heard.Warnings(); len(warnings) != 1 || !strings.Contains(warnings[0], "trusted_accounts: Own account trusted") {
		t.Errorf("the plan warns %q", warnings)
	}
}

// TestUnknown plans what is known, and finds at apply what is wrong in what wasn't.
func TestUnknown(t *testing.T) {
	t.Parallel()
	a := awstest.New(t)
	tf := acctest.Core(a, resourceType, nil)
	for attribute, unknown := range map[string]any{
		"trusted_accounts": []any{lifecycle.Unknown{}}, "external_id": lifecycle.Unknown{}, "organization_ids": lifecycle.Unknown{},
		"repository_arns": []any{lifecycle.Unknown{}}, "resource_tags": map[string]any{"environment": lifecycle.Unknown{}},
		"access": lifecycle.Unknown{}, "name": lifecycle.Unknown{}, "tag_admin_principal_arns": lifecycle.Unknown{},
	} {
		if _, err := tf.Plan(t.Context(), arguments(map[string]any{attribute: unknown})); err != nil {
			t.Errorf("%s, which isn't known yet, fails the plan: %s", attribute, err)
		}
	}
	later := arguments(map[string]any{"trusted_accounts": []any{lifecycle.Unknown{}}})
	a.ResetCalls()
	_, err := tf.ApplyLater(t.Context(), later, arguments(map[string]any{"trusted_accounts": []any{"*"}}))
	if !acctest.Diagnosed(err, "ERROR", "trusted_accounts", "Everybody as a trusted account") {
		t.Errorf("the apply gives %v", err)
	}
	if calls := acctest.Writes(a); len(calls) > 0 {
		t.Errorf("before the error there were the calls %q", calls)
	}
	if _, err := tf.ApplyLater(t.Context(), later, arguments(nil)); err != nil {
		t.Fatal(err)
	}
	if action, err := tf.Plan(t.Context(), arguments(nil)); err != nil || action != lifecycle.NoOp {
		t.Errorf("the plan after the apply is %s, %v", action, err)
	}
	_, err = tf.ApplyLater(t.Context(), arguments(map[string]any{"resource_tags": map[string]any{"environment": lifecycle.Unknown{}}}),
		arguments(map[string]any{"resource_tags": map[string]any{"environment": "staging"}}))
	if err != nil {
		t.Errorf("the update gives %s", err)
	}
}

// TestPartlyKnown has the one document in the plan while the other isn't known.
func TestPartlyKnown(t *testing.T) {
	t.Parallel()
	a := awstest.New(t)
	source := "resource \"terraform_data\" \"value\" { input = \"222222222222\" }\n"
	unknown := func(attribute string) plancheck.PlanCheck {
		return plancheck.ExpectUnknownValue(address, tfjsonpath.New(attribute))
	}
	known := func(attribute string) plancheck.PlanCheck {
		return plancheck.ExpectKnownValue(address, tfjsonpath.New(attribute), knownvalue.NotNull())
	}
	acctest.Test(t,
		resource.TestStep{
			Config: a.ProviderBlock("") + source + block(`
name             = "release-pull"
trusted_accounts = [terraform_data.value.output]
resource_tags    = { environment = "release" }`),
			ConfigPlanChecks: acctest.Planned(unknown("trust_policy_json"), known("policy_json"), known("tag_guard_policy_json")),
		},
		resource.TestStep{
			Config: a.ProviderBlock("") + source + "resource \"terraform_data\" \"tag\" { input = \"x\" }\n" + block(`
name             = "release-pull"
trusted_accounts = ["222222222222"]
resource_tags    = { environment = terraform_data.tag.output }`),
			ConfigPlanChecks: acctest.Planned(known("trust_policy_json"), unknown("policy_json"), unknown("tag_guard_policy_json")),
		},
	)
}

// TestWithoutAccount creates when the provider doesn't ask STS: the policy then asks for the caller's own account.
func TestWithoutAccount(t *testing.T) {
	t.Parallel()
	a := awstest.New(t)
	skip := map[string]any{"skip_requesting_account_id": true}
	tf := acctest.Core(a, resourceType, skip)
	if _, err := tf.Apply(t.Context(), arguments(nil)); err != nil {
		t.Fatal(err)
	}
	if action, err := tf.Plan(t.Context(), arguments(nil)); err != nil || action != lifecycle.NoOp {
		t.Errorf("the plan after the apply is %s, %v", action, err)
	}
	imported := acctest.Core(a, resourceType, skip)
	if err := imported.Import(t.Context(), name); err != nil {
		t.Fatal(err)
	}
	a.ResetCalls()
	if _, err := imported.Apply(t.Context(), arguments(nil)); err != nil {
		t.Fatal(err)
	}
	if calls := acctest.Writes(a); len(calls) > 0 {
		t.Errorf("the apply after the import wrote %q", calls)
	}
}
