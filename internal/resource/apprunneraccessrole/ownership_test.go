// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package apprunneraccessrole_test

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"

	"github.com/ecrx/terraform-provider-ecrx/internal/acctest"
	"github.com/ecrx/terraform-provider-ecrx/internal/awstest"
	"github.com/ecrx/terraform-provider-ecrx/internal/awstest/lifecycle"
)

// TestForeignPolicies leaves the policies of others in the role alone, whatever changes, and doesn't destroy a role that has
// some without being asked to.
func TestForeignPolicies(t *testing.T) {
	t.Parallel()
	a := awstest.New(t)
	tf := core(a, &clock{}, nil)
	foreign := customerPolicy(t, a, "foreign")
	narrow := map[string]any{"name": name, "repository_arns": []string{web}}
	wide := map[string]any{"name": name}
	apply(t, a, tf, narrow, lifecycle.Create, "CreateRole", "PutRolePolicy")
	putInline(t, a, "logs")
	attach(t, a, foreign)
	unchanged(t, tf, narrow)
	apply(t, a, tf, wide, lifecycle.Update, "AttachRolePolicy", "DeleteRolePolicy")
	expectPolicies(t, a, "logs", foreign, managedPolicy)
	apply(t, a, tf, narrow, lifecycle.Update, "PutRolePolicy", "DetachRolePolicy")
	expectPolicies(t, a, "logs", foreign, accessPolicy)

	heard := acctest.Listen(tf)
	a.ResetCalls()
	_, err := tf.Apply(t.Context(), nil)
	// Terraform plans the whole destroy before it deletes anything, so the warning comes first.
	if warnings := strings.Join(heard.Warnings(), "\n"); !strings.Contains(warnings, "force_detach_policies: Policies that stop the destroy: The App Runner access role web-pull also has the managed policy "+foreign+", the inline policy logs,") {
		t.Errorf("the plan of the destroy warns %s", warnings)
	}
	for _, want := range []string{
		"deleting App Runner access role (web-pull)", "the managed policy " + foreign, "the inline policy logs", "apply force_detach_policies = true before destroying",
	} {
		acctest.ExpectError(t, err, want)
	}
	if calls := acctest.Writes(a); len(calls) > 0 {
		t.Errorf("a destroy that fails made the calls %q", calls)
	}
	narrow["force_detach_policies"] = true
	apply(t, a, tf, narrow, lifecycle.Update)
	_ = heard.Warnings()
	profile := aws.String("web")
	_, err = a.IAM().CreateInstanceProfile(t.Context(), &iam.CreateInstanceProfileInput{InstanceProfileName: profile})
	must(t, err)
	_, err = a.IAM().AddRoleToInstanceProfile(t.Context(), &iam.AddRoleToInstanceProfileInput{InstanceProfileName: profile, RoleName: aws.String(name)})
	must(t, err)
	apply(t, a, tf, nil, lifecycle.Delete, "RemoveRoleFromInstanceProfile", "DetachRolePolicy", "DeleteRolePolicy", "DeleteRolePolicy", "DeleteRole")
	if warnings := strings.Join(heard.Warnings(), "\n"); strings.Contains(warnings, "stop the destroy") {
		t.Errorf("with force_detach_policies the plan of the destroy warns %s", warnings)
	}
	gone(t, a)
}

// TestImportOfARoleWithForeignPolicies takes over what is the resource's, and nothing of others.
func TestImportOfARoleWithForeignPolicies(t *testing.T) {
	t.Parallel()
	a := awstest.New(t)
	const readOnly = "arn:aws:iam::aws:policy/ReadOnlyAccess"
	createRole(t, a)
	putInline(t, a, "logs")
	for _, arn := range []string{customerPolicy(t, a, "foreign"), readOnly, managedPolicy} {
		attach(t, a, arn)
	}
	tf := core(a, &clock{}, nil)
	must(t, tf.Import(t.Context(), name))
	unchanged(t, tf, map[string]any{"name": name})
	apply(t, a, tf, map[string]any{"name": name, "repository_arns": []string{web}}, lifecycle.Update, "PutRolePolicy", "DetachRolePolicy")
	expectPolicies(t, a, accessPolicy, "logs", customerPolicy(t, a, "foreign"), readOnly)
}

// TestImport finds the arguments of a role whose name was given or made up, with the default of what IAM doesn't know.
func TestImport(t *testing.T) {
	t.Parallel()
	for test, config := range map[string]map[string]any{
		"managed": {"name": name},
		"narrow":  {"name": name, "repository_arns": []string{api, web}, "description": "pulls", "max_session_duration": 7200, "path": "/team/", "tags": map[string]string{"team": "web"}},
		"prefix":  {"name_prefix": "web-"},
		"nothing": {},
	} {
		t.Run(test, func(t *testing.T) {
			t.Parallel()
			a := awstest.New(t)
			tf := core(a, &clock{}, nil)
			_, err := tf.Apply(t.Context(), config)
			must(t, err)
			made, ok := attributes(t, tf)["name"].(string)
			if !ok {
				t.Fatal("the role has no name")
			}
			imported := core(a, &clock{}, nil)
			must(t, imported.Import(t.Context(), made))
			if test == "prefix" {
				// The prefix is new to the state, and changes nothing at AWS.
				apply(t, a, imported, config, lifecycle.Update)
				return
			}
			unchanged(t, imported, config)
		})
	}
}

func TestImportOfNothing(t *testing.T) {
	t.Parallel()
	a := awstest.New(t)
	err := core(a, &clock{}, nil).Import(t.Context(), name)
	acctest.ExpectError(t, err, "Cannot import non-existent remote object")
}

// TestNameThatIsTaken neither adopts nor touches the role of somebody else.
func TestNameThatIsTaken(t *testing.T) {
	t.Parallel()
	a := awstest.New(t)
	createRole(t, a)
	tf := core(a, &clock{}, nil)
	_, err := tf.Apply(t.Context(), map[string]any{"name": name, "repository_arns": []string{web}})
	acctest.ExpectError(t, err, `creating App Runner access role (web-pull): a role web-pull exists already; choose another name, or import it: `)
	if tf.State != nil {
		t.Errorf("the state holds %s", tf.State.Attributes)
	}
	expectPolicies(t, a)
}
