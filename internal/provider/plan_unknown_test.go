// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecr"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/ecrx/terraform-provider-ecrx/internal/acctest"
	"github.com/ecrx/terraform-provider-ecrx/internal/awstest"
	"github.com/ecrx/terraform-provider-ecrx/internal/awstest/lifecycle"
	"github.com/ecrx/terraform-provider-ecrx/internal/provider"
)

type arguments = map[string]any

// plannedLife is a resource, with what its plans leave open: as few values as AWS decides.
type plannedLife struct {
	base arguments
	// created are unknown at create.
	created []string
	// updates are each of one argument, and leave nothing open unless opened says so.
	updates []arguments
	opened  map[string][]string
}

// TestPlansLeaveOpen walks over the resources. What follows from the arguments is known when an object is made, and an update leaves
// everything known that it doesn't touch.
func TestPlansLeaveOpen(t *testing.T) {
	t.Parallel()
	const (
		web   = "arn:aws:ecr:eu-west-1:111111111111:repository/web"
		api   = "arn:aws:ecr:eu-west-1:111111111111:repository/api"
		queue = "arn:aws:sqs:eu-west-1:111111111111:orders"
		owner = "arn:aws:iam::222222222222:role/ci"
	)
	grant := func(over arguments) arguments {
		all := arguments{"access": "pull", "accounts": []string{"222222222222"}}
		maps.Copy(all, over)
		return arguments{"Partner": all}
	}
	statement := func(account string) string {
		return `{"Sid":"Partner","Effect":"Allow","Principal":{"AWS":"arn:aws:iam::` + account + `:root"},"Action":"ecr:BatchGetImage"}`
	}
	grants := []arguments{
		{"grants": grant(arguments{"access": "push"})},
		{"grants": grant(arguments{"organization_ids": []string{"o-a1b2c3d4e5"}})},
		{"lockdown": arguments{"exempt_principal_arns": []string{owner}}, "allow_self_lockout": true},
		{"allow_self_lockout": true},
		{"allow_public": true},
		{"on_unmanaged_statements": "keep"},
	}
	ofRole := []string{"unique_id", "user_id_pattern"}
	settings := []arguments{
		{"description": "other"},
		{"max_session_duration": 7200},
		{"tags": arguments{"team": "web"}},
		{"force_detach_policies": true},
		{"settle_seconds": 1},
		{"permissions_boundary": "arn:aws:iam::111111111111:policy/boundary"},
	}
	lives := map[string]plannedLife{
		"ecrx_apprunner_access_role": {
			base: arguments{"name": "pull", "repository_arns": []string{web}, "settle_seconds": 0}, created: ofRole,
			updates: append(settings, arguments{"repository_arns": []string{web, api}}, arguments{"repository_arns": nil}),
		},
		"ecrx_cross_account_pull_role": {
			base:    arguments{"name": "pull", "repository_arns": []string{web}, "trusted_accounts": []string{"222222222222"}, "settle_seconds": 0},
			created: ofRole,
			updates: append(settings, arguments{"repository_arns": []string{api}}, arguments{"external_id": "x-1"}, arguments{"trusted_accounts": []string{"333333333333"}},
				arguments{"organization_ids": []string{"o-a1b2c3d4e5"}}, arguments{"trusted_principal_arns": []string{owner}}, arguments{"access": "read_only"}, arguments{"resource_tags": arguments{"team": "web"}}),
		},
		"ecrx_ci_push_role": {
			base:    arguments{"name": "push", "issuer": "github", "subjects": []string{"repo:acme/web:ref:refs/heads/main"}, "repository_arns": []string{web}, "settle_seconds": 0},
			created: ofRole,
			updates: append(settings, arguments{"repository_arns": []string{api}}, arguments{"subjects": []string{"repo:acme/api:ref:refs/heads/main"}}, arguments{"audiences": []string{"other"}},
				arguments{"access": "push"}, arguments{"resource_tags": arguments{"team": "web"}}),
		},
		"ecrx_ecs_roles": {
			base: arguments{
				"service": "orders", "environment": "staging", "settle_seconds": 0,
				"execution": arguments{"repository_arns": []string{web}}, "task": arguments{"permissions": arguments{"sqs_send": []string{queue}}},
			},
			created: []string{"execution_role.unique_id", "execution_role.user_id_pattern", "task_role.unique_id", "task_role.user_id_pattern"},
			updates: append(settings, arguments{"execution": arguments{"repository_arns": []string{api}}}, arguments{"task": arguments{"permissions": arguments{"sqs_receive": []string{queue}}}},
				arguments{"task": nil}, arguments{"infrastructure": true}),
			opened: map[string][]string{"infrastructure": {"infrastructure_role.unique_id", "infrastructure_role.user_id_pattern"}},
		},
		"ecrx_ecs_task_permissions": {
			base:    arguments{"role": "task", "name": "queues", "permissions": arguments{"sqs_send": []string{queue}}, "settle_seconds": 0},
			updates: []arguments{{"permissions": arguments{"sqs_receive": []string{queue}}}, {"settle_seconds": 1}},
		},
		"ecrx_org_shared_repository": {
			base:    arguments{"name": "made", "grants": grant(nil)},
			updates: append(grants, arguments{"tags": arguments{"team": "web"}}, arguments{"scan_on_push": false}, arguments{"image_tag_mutability": "MUTABLE"}, arguments{"retention": arguments{"keep_last": 5}}, arguments{"force_delete": true}),
		},
		"ecrx_repository_grants": {
			base: arguments{"repository": "there", "grants": grant(nil)}, updates: grants,
			created: []string{"unmanaged_statements"}, // whatever stands in the policy
		},
		"ecrx_repository_lockdown": {
			base:    arguments{"repository": "there", "exempt_principal_arns": []string{owner}, "allow_self_lockout": true},
			updates: []arguments{{"exempt_accounts": []string{"222222222222"}}, {"exempt_root_user": false}, {"actions": []string{"ecr:PutImage"}}, {"mode": "user_id", "exempt_principal_arns": nil, "exempt_user_ids": []string{"AIDAJQABLZS4A3QDU576Q"}}},
		},
		"ecrx_repository_policy_statement": {
			base: arguments{"repository": "there", "statement_json": statement("222222222222")}, updates: []arguments{{"statement_json": statement("333333333333")}},
		},
	}
	for _, constructor := range provider.New("test")().Resources(t.Context()) {
		var metadata resource.MetadataResponse
		constructor().Metadata(t.Context(), resource.MetadataRequest{ProviderTypeName: "ecrx"}, &metadata)
		life, there := lives[metadata.TypeName]
		if !there {
			if metadata.TypeName != "ecrx_private_endpoints" { // its package has the network to test it in
				t.Errorf("%s isn't among the resources whose plans are looked at", metadata.TypeName)
			}
			continue
		}
		t.Run(metadata.TypeName, func(t *testing.T) {
			t.Parallel()
			life.walk(t, metadata.TypeName)
		})
	}
}

func (l plannedLife) walk(t *testing.T, resourceType string) {
	t.Helper()
	a := awstest.New(t)
	trust := `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"ecs-tasks.amazonaws.com"},"Action":"sts:AssumeRole"}]}`
	if _, err := a.ECR().CreateRepository(t.Context(), &ecr.CreateRepositoryInput{RepositoryName: aws.String("there")}); err != nil {
		t.Fatal(err)
	}
	_, err := a.IAM().CreateOpenIDConnectProvider(t.Context(), &iam.CreateOpenIDConnectProviderInput{
		Url: aws.String("https://token.actions.githubusercontent.com"), ClientIDList: []string{"sts.amazonaws.com"}, ThumbprintList: []string{strings.Repeat("0", 40)},
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := a.IAM().CreateRole(t.Context(), &iam.CreateRoleInput{RoleName: aws.String("task"), AssumeRolePolicyDocument: &trust}); err != nil {
		t.Fatal(err)
	}
	tf := acctest.Core(a, resourceType, nil)
	opens := func(config arguments, action lifecycle.Action, want []string) {
		t.Helper()
		got, unknown, err := tf.Unknown(t.Context(), config)
		if err != nil || got != action || !slices.Equal(unknown, want) {
			t.Errorf("%v: %s leaves open %v, %v; want %s and %v", config, got, unknown, err, action, want)
		}
	}
	opens(l.base, lifecycle.Create, l.created)
	if _, err := tf.Apply(t.Context(), l.base); err != nil {
		t.Fatal(err)
	}
	for _, update := range l.updates {
		config := maps.Clone(l.base)
		var opened []string
		for argument, value := range update {
			config[argument] = value
			opened = append(opened, l.opened[argument]...)
		}
		opens(config, lifecycle.Update, opened)
	}
	l.upgrades(t, a, tf)
}

// upgrades takes the proofs out of the state, as if an older version had written it: the next plan gives them in one update that
// changes nothing at AWS. A proof that another version worded otherwise stays.
func (l plannedLife) upgrades(t *testing.T, a *awstest.AWS, tf *lifecycle.Terraform) {
	t.Helper()
	proven := string(tf.State.Attributes)
	if !strings.Contains(proven, `"proof"`) {
		return
	}
	with := func(proof any) {
		var state any
		if err := json.Unmarshal([]byte(proven), &state); err != nil {
			t.Fatal(err)
		}
		replaceProofs(state, proof)
		tf.State.Attributes, _ = json.Marshal(state)
	}
	with([]any{"worded otherwise"})
	if action, err := tf.Plan(t.Context(), l.base); err != nil || action != lifecycle.NoOp {
		t.Errorf("with a proof in other words the plan is %s, %v", action, err)
	}
	with(nil)
	a.ResetCalls()
	if action, err := tf.Apply(t.Context(), l.base); err != nil || action != lifecycle.Update {
		t.Errorf("without a proof the apply is %s, %v", action, err)
	}
	if writes := acctest.Writes(a); len(writes) > 0 {
		t.Errorf("a proof alone is written by %v", writes)
	}
	if !strings.Contains(string(tf.State.Attributes), `"proof":["`) {
		t.Errorf("the state has no proof: %s", tf.State.Attributes)
	}
	if action, err := tf.Plan(t.Context(), l.base); err != nil || action != lifecycle.NoOp {
		t.Errorf("after the proof is there the plan is %s, %v", action, err)
	}
}

// replaceProofs puts another proof in the place of each.
func replaceProofs(value, proof any) {
	object, is := value.(map[string]any)
	if !is {
		return
	}
	for name, inner := range object {
		if name == "proof" {
			object[name] = proof
			continue
		}
		replaceProofs(inner, proof)
	}
}
