// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package lifecycle_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecr"
	"github.com/google/go-cmp/cmp"

	"github.com/ecrx/terraform-provider-ecrx/internal/awstest"
	"github.com/ecrx/terraform-provider-ecrx/internal/awstest/lifecycle"
)

func TestTerraform(t *testing.T) {
	t.Parallel()
	a := awstest.New(t)
	terraform := newTerraform(a)
	share := map[string]any{"name": "team/app", "account": "222222222222"}
	renamed := map[string]any{"name": "team/new", "account": "222222222222"}
	unknown := map[string]any{"name": "team/new", "account": lifecycle.Unknown{}}
	known := map[string]any{"name": "team/new", "account": "333333333333"}
	apply := func(config map[string]any) func() (lifecycle.Action, error) {
		return func() (lifecycle.Action, error) { return terraform.Apply(t.Context(), config) }
	}
	for _, step := range []struct {
		name string
		do   func() (lifecycle.Action, error)
		want lifecycle.Action
		live []string
	}{
		{"create", apply(share), lifecycle.Create, []string{"team/app"}},
		{"the same again", apply(share), lifecycle.NoOp, []string{"team/app"}},
		{"rename", apply(renamed), lifecycle.Replace, []string{"team/new"}},
		{"known after plan", func() (lifecycle.Action, error) {
			return terraform.ApplyLater(t.Context(), unknown, known)
		}, lifecycle.Update, []string{"team/new"}},
		{"plan only", func() (lifecycle.Action, error) { return terraform.Plan(t.Context(), renamed) }, lifecycle.Update, []string{"team/new"}},
		{"tainted", func() (lifecycle.Action, error) {
			terraform.State.Tainted = true
			return terraform.Apply(t.Context(), known)
		}, lifecycle.Replace, []string{"team/new"}},
		{"not tainted any more", apply(known), lifecycle.NoOp, []string{"team/new"}},
		{"gone behind its back", func() (lifecycle.Action, error) {
			_, err := a.ECR().DeleteRepository(t.Context(), &ecr.DeleteRepositoryInput{RepositoryName: aws.String("team/new"), Force: true})
			if err != nil {
				return "", err
			}
			return terraform.Apply(t.Context(), known)
		}, lifecycle.Create, []string{"team/new"}},
		{"destroy", apply(nil), lifecycle.Delete, nil},
		{"destroy again", apply(nil), lifecycle.NoOp, nil},
	} {
		got, err := step.do()
		if err != nil {
			t.Fatalf("%s: %s", step.name, err)
		}
		if got != step.want {
			t.Errorf("%s: %s, want %s", step.name, got, step.want)
		}
		if diff := cmp.Diff(step.live, repositories(t, a)); diff != "" {
			t.Errorf("%s: repositories (-want +got):\n%s", step.name, diff)
		}
	}
}

// TestActionOfTheFinalPlan wants of the second plan what Terraform wants: the action of the first.
func TestActionOfTheFinalPlan(t *testing.T) {
	t.Parallel()
	terraform := newTerraform(awstest.New(t))
	terraform.Provider = newTiny(replacesLate)
	if _, err := terraform.Apply(t.Context(), map[string]any{"name": "team/app", "account": "222222222222"}); err != nil {
		t.Fatal(err)
	}
	_, err := terraform.ApplyLater(t.Context(), map[string]any{"name": "team/app", "account": lifecycle.Unknown{}}, map[string]any{"name": "team/app", "account": "333333333333"})
	var found *lifecycle.BugError
	if !errors.As(err, &found) || !strings.Contains(err.Error(), "inconsistent final plan") || !strings.Contains(err.Error(), "planned to update, now to replace") {
		t.Errorf("the error is %v", err)
	}
}

func TestImport(t *testing.T) {
	t.Parallel()
	a := awstest.New(t)
	terraform := newTerraform(a)
	var reported *lifecycle.DiagnosticsError
	if err := terraform.Import(t.Context(), "team/app"); !errors.As(err, &reported) {
		t.Errorf("importing nothing gives %v", err)
	}
	createRepository(t, a)
	if err := terraform.Import(t.Context(), "team/app"); err != nil {
		t.Fatal(err)
	}
	if terraform.State == nil || !strings.Contains(string(terraform.State.Attributes), `"name":"team/app"`) {
		t.Errorf("the state after import is %+v", terraform.State)
	}
}

func TestImportIdentity(t *testing.T) {
	t.Parallel()
	a := awstest.New(t)
	terraform := newTerraform(a)
	var reported *lifecycle.DiagnosticsError
	if err := terraform.ImportIdentity(t.Context(), map[string]any{"name": "team/app"}); !errors.As(err, &reported) {
		t.Errorf("importing nothing gives %v", err)
	}
	createRepository(t, a)
	for want, identity := range map[string]map[string]any{
		"the identity of tiny_share needs name":                 {},
		"the identity of tiny_share: the schema has no account": {"name": "team/app", "account": "222222222222"},
	} {
		if err := terraform.ImportIdentity(t.Context(), identity); err == nil || err.Error() != want {
			t.Errorf("the error is %v, want %q", err, want)
		}
	}
	if err := terraform.ImportIdentity(t.Context(), map[string]any{"name": "team/app"}); err != nil {
		t.Fatal(err)
	}
	if terraform.State == nil || !strings.Contains(string(terraform.State.Attributes), `"name":"team/app"`) || terraform.State.Identity == nil {
		t.Errorf("the state after import is %+v", terraform.State)
	}
}

func newTerraform(a *awstest.AWS) *lifecycle.Terraform {
	return &lifecycle.Terraform{Provider: newTiny(""), ProviderConfig: tinyConfig(a), Type: "tiny_share"}
}

func repositories(t *testing.T, a *awstest.AWS) []string {
	t.Helper()
	out, err := a.ECR().DescribeRepositories(t.Context(), &ecr.DescribeRepositoriesInput{})
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, r := range out.Repositories {
		names = append(names, aws.ToString(r.RepositoryName))
	}
	return names
}
