// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package cipushrole_test

import (
	"strings"
	"testing"

	"github.com/ecrx/terraform-provider-ecrx/internal/acctest"
	"github.com/ecrx/terraform-provider-ecrx/internal/awstest"
	"github.com/ecrx/terraform-provider-ecrx/internal/awstest/lifecycle"
)

const gitlabARN = "arn:aws:iam::111111111111:oidc-provider/gitlab.com"

// TestBadInput expects each on its attribute, at plan.
func TestBadInput(t *testing.T) {
	t.Parallel()
	for test, c := range map[string]struct {
		over            map[string]any
		attribute, want string
	}{
		"no issuer":         {map[string]any{"issuer": nil}, "issuer", "No issuer"},
		"not an issuer":     {map[string]any{"issuer": "jenkins"}, "issuer", "is not an issuer"},
		"issuer over http":  {map[string]any{"issuer": "http://gitlab.example.com"}, "issuer", "is not an issuer"},
		"two issuers":       {map[string]any{"oidc_provider_arn": gitlabARN}, "oidc_provider_arn", "another issuer"},
		"provider":          {map[string]any{"issuer": nil, "oidc_provider_arn": "gitlab"}, "oidc_provider_arn", "Invalid OIDC provider"},
		"another partition": {map[string]any{"issuer": nil, "oidc_provider_arn": strings.Replace(gitlabARN, "aws", "aws-cn", 1), "audiences": []any{"a"}}, "oidc_provider_arn", "another partition"},
		"no subjects":       {map[string]any{"subjects": []any{}}, "subjects", "at least 1"},
		"null subject":      {map[string]any{"subjects": []any{nil}}, "subjects", "null"},
		"anybody":           {map[string]any{"subjects": []any{"*"}}, "subjects", "Subject of anybody"},
		"any repository":    {map[string]any{"subjects": []any{"repo:octo-org/*"}}, "subjects", "allow_broad_subject"},
		"open owner":        {map[string]any{"subjects": []any{"repo:octo-org*"}}, "subjects", "allow_broad_subject"},
		"open repository":   {map[string]any{"subjects": []any{"repo:octo-org/app*"}}, "subjects", "allow_broad_subject"},
		"open ids":          {map[string]any{"subjects": []any{"repo:octo-org@1*/app@2:ref:refs/heads/main"}}, "subjects", "allow_broad_subject"},
		"no audience":       {map[string]any{"issuer": "gitlab"}, "audiences", "No audience"},
		"any audience":      {map[string]any{"audiences": []any{"*"}}, "audiences", "Invalid audience"},
		"no audiences":      {map[string]any{"audiences": []any{}}, "audiences", "at least 1"},
		"nothing":           {map[string]any{"repository_arns": nil}, "repository_arns", "Role without repositories"},
		"no tags":           {map[string]any{"resource_tags": map[string]any{}}, "resource_tags", "No tags"},
		"no repositories":   {map[string]any{"repository_arns": []any{}}, "repository_arns", "at least 1"},
		"access":            {map[string]any{"access": "all"}, "access", "Unknown access"},
		"session length":    {map[string]any{"max_session_duration": 50000}, "max_session_duration", "43200"},
	} {
		t.Run(test, func(t *testing.T) {
			t.Parallel()
			a := awstest.New(t)
			createGitHub(t, a)
			_, err := acctest.Core(a, resourceType, nil).Plan(t.Context(), arguments(c.over))
			if !acctest.Diagnosed(err, "ERROR", c.attribute, c.want) {
				t.Errorf("the error is %v, want one on %q with %q", err, c.attribute, c.want)
			}
		})
	}
}

// TestSubjects accepts the new form with ids and broad ones that are allowed, and warns of pull requests.
func TestSubjects(t *testing.T) {
	t.Parallel()
	a := awstest.New(t)
	createGitHub(t, a)
	tf := acctest.Core(a, resourceType, nil)
	for _, over := range []map[string]any{
		{"subjects": []any{"repo:octo-org@123456/app@456789:environment:production", mainBranch}},
		{"subjects": []any{"repo:octo-org/*"}, "allow_broad_subject": true},
	} {
		if _, err := tf.Plan(t.Context(), arguments(over)); err != nil {
			t.Errorf("%v: %s", over, err)
		}
	}
	_, err := tf.Plan(t.Context(), arguments(map[string]any{"subjects": []any{"repo:octo-org/app:pull_request"}, "access": "all"}))
	if !acctest.Diagnosed(err, "WARNING", "subjects", "Pull requests may take the role") {
		t.Errorf("no warning about pull requests in %v", err)
	}
}

// TestWithoutProvider fails the plan, and shows what to write.
func TestWithoutProvider(t *testing.T) {
	t.Parallel()
	a := awstest.New(t)
	tf := acctest.Core(a, resourceType, nil)
	for issuer, want := range map[string]string{
		"github": "resource \"aws_iam_openid_connect_provider\" \"github\" {\n  url            = \"https://token.actions.githubusercontent.com\"\n" +
			"  client_id_list = [\"sts.amazonaws.com\"]\n}\n\nand here oidc_provider_arn = aws_iam_openid_connect_provider.github.arn",
		"https://ci.example.com": "resource \"aws_iam_openid_connect_provider\" \"ci\" {\n  url            = \"https://ci.example.com\"\n  client_id_list = [\"ecr\"]\n}",
	} {
		over := map[string]any{"issuer": issuer}
		if issuer != "github" {
			over["audiences"] = []any{"ecr"}
		}
		if _, err := tf.Plan(t.Context(), arguments(over)); !acctest.Diagnosed(err, "ERROR", "issuer", want) {
			t.Errorf("%s: the error is %v", issuer, err)
		}
	}
	if _, err := tf.Plan(t.Context(), arguments(map[string]any{"issuer": nil, "oidc_provider_arn": lifecycle.Unknown{}})); err != nil {
		t.Errorf("a provider that the same apply makes: %s", err)
	}
	if calls := acctest.Writes(a); len(calls) > 0 {
		t.Errorf("the plans wrote %q", calls)
	}
}

// TestLookUpDenied warns at plan and fails at apply, before anything is written, unless the provider is given.
func TestLookUpDenied(t *testing.T) {
	t.Parallel()
	a := awstest.New(t)
	createGitHub(t, a)
	tf := acctest.Core(a, resourceType, nil)
	a.Inject(awstest.Fault{Kind: awstest.AccessDenied, Action: "ListOpenIDConnectProviders", Sticky: true})
	if _, err := tf.Plan(t.Context(), arguments(nil)); err != nil {
		t.Errorf("the plan fails: %s", err)
	}
	_, err := tf.Apply(t.Context(), arguments(nil))
	if !acctest.Diagnosed(err, "ERROR", "", "set oidc_provider_arn") {
		t.Errorf("the apply gives %v", err)
	}
	if calls := acctest.Writes(a); len(calls) > 0 {
		t.Errorf("before the error there were the calls %q", calls)
	}
	given := "arn:aws:iam::" + a.AccountID + ":oidc-provider/token.actions.githubusercontent.com"
	if _, err := tf.Apply(t.Context(), arguments(map[string]any{"issuer": nil, "oidc_provider_arn": given})); err != nil {
		t.Errorf("with the provider given: %s", err)
	}
}

// TestUnknown plans what is known, and finds at apply what is wrong in what wasn't.
func TestUnknown(t *testing.T) {
	t.Parallel()
	a := awstest.New(t)
	createGitHub(t, a)
	tf := acctest.Core(a, resourceType, nil)
	for attribute, unknown := range map[string]any{
		"issuer": lifecycle.Unknown{}, "subjects": []any{lifecycle.Unknown{}}, "audiences": lifecycle.Unknown{}, "allow_broad_subject": lifecycle.Unknown{},
		"repository_arns": lifecycle.Unknown{}, "resource_tags": map[string]any{"environment": lifecycle.Unknown{}}, "access": lifecycle.Unknown{},
	} {
		if _, err := tf.Plan(t.Context(), arguments(map[string]any{attribute: unknown})); err != nil {
			t.Errorf("%s, which isn't known yet, fails the plan: %s", attribute, err)
		}
	}
	later := arguments(map[string]any{"issuer": lifecycle.Unknown{}})
	a.ResetCalls()
	_, err := tf.ApplyLater(t.Context(), later, arguments(map[string]any{"issuer": "gitlab", "audiences": nil}))
	if !acctest.Diagnosed(err, "ERROR", "", "No OIDC provider") && !acctest.Diagnosed(err, "ERROR", "issuer", "No OIDC provider") && !acctest.Diagnosed(err, "ERROR", "audiences", "No audience") {
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
}

// TestWithoutAccount finds the provider at apply when the provider block doesn't ask STS.
func TestWithoutAccount(t *testing.T) {
	t.Parallel()
	a := awstest.New(t)
	createGitHub(t, a)
	tf := acctest.Core(a, resourceType, map[string]any{"skip_requesting_account_id": true})
	if _, err := tf.Apply(t.Context(), arguments(nil)); err != nil {
		t.Fatal(err)
	}
	if action, err := tf.Plan(t.Context(), arguments(nil)); err != nil || action != lifecycle.NoOp {
		t.Errorf("the plan after the apply is %s, %v", action, err)
	}
}
