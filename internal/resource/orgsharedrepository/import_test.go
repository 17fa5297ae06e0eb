// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package orgsharedrepository_test

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecr"
	"github.com/aws/aws-sdk-go-v2/service/ecr/types"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"

	"github.com/ecrx/terraform-provider-ecrx/internal/acctest"
	"github.com/ecrx/terraform-provider-ecrx/internal/awstest"
	"github.com/ecrx/terraform-provider-ecrx/internal/awstest/lifecycle"
)

func TestClientImport(t *testing.T) {
	t.Parallel()
	a := awstest.New(t)
	terraform(t, a,
		resource.TestStep{Config: a.ProviderBlock("") + block(every)},
		resource.TestStep{
			ResourceName: address, ImportState: true, ImportStateId: "team/app@eu-west-1",
			ImportStateVerify: true, ImportStateVerifyIdentifierAttribute: "name",
			ImportStateVerifyIgnore: append(acctest.UnownedAtImport(), "retention"), // lifecycle_policy_json has it
		},
	)
}

// TestImportBlock imports by an import block with the identity.
func TestImportBlock(t *testing.T) {
	t.Parallel()
	a := awstest.New(t)
	acctest.Test(t,
		resource.TestStep{Config: a.ProviderBlock("") + block(`name = "team/app"`)},
		resource.TestStep{
			ResourceName: address, ImportState: true, ImportStateKind: resource.ImportBlockWithResourceIdentity,
			ImportPlanChecks: resource.ImportPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()}},
		},
	)
}

func TestImportByIdentity(t *testing.T) {
	t.Parallel()
	a := awstest.New(t)
	config := map[string]any{"name": name, "grants": map[string]any{"Web": map[string]any{"access": "pull", "accounts": []any{"222222222222"}}}}
	acctest.ImportByIdentity(t, a, resourceType, config, config,
		map[string]any{"name": name}, map[string]any{"region": a.Region, "account_id": a.AccountID})
	const elsewhere = "us-east-1"
	config["region"] = elsewhere
	acctest.ImportByIdentity(t, a, resourceType, config, config,
		map[string]any{"name": name, "region": elsewhere}, map[string]any{"account_id": a.AccountID})
	another := map[string]any{"name": name, "account_id": "999999999999"}
	acctest.ExpectError(t, acctest.Core(a, resourceType, nil).ImportIdentity(t.Context(), another), "Repository of another account")
}

// TestFirstPlanAfterImport imports what some configuration describes, and applies the configuration: nothing may change
// at AWS.
func TestFirstPlanAfterImport(t *testing.T) {
	t.Parallel()
	key := aws.String("arn:aws:kms:eu-west-1:111111111111:key/1234abcd-12ab-34cd-56ef-1234567890ab")
	for test, c := range map[string]struct {
		id      string
		arrange func(*ecr.CreateRepositoryInput)
		policy  string
		config  map[string]any
		want    lifecycle.Action
	}{
		"statements that grants don't make": {
			id:     name,
			policy: `{"Version":"2008-10-17","Statement":[{"Effect":"Deny","Principal":"*","Action":"ecr:DeleteRepository"}]}`,
			config: map[string]any{"name": name},
			want:   lifecycle.NoOp,
		},
		"by name only": {
			id: name,
			arrange: func(in *ecr.CreateRepositoryInput) {
				in.EncryptionConfiguration = &types.EncryptionConfiguration{EncryptionType: types.EncryptionTypeKms, KmsKey: key}
			},
			policy: `{"Version":"2008-10-17","Statement":[` + acctest.Foreign + `,
				{"Sid":"Scanner","Effect":"Allow","Principal":{"AWS":"222222222222"},"Action":"ecr:*"},
				{"Effect":"Deny","Principal":"*","Action":"ecr:DeleteRepository"}]}`,
			config: map[string]any{"name": name},
			want:   lifecycle.Update,
		},
		"statements that grants make": {
			id:     name,
			policy: seedPolicy,
			config: map[string]any{"name": name},
			want:   lifecycle.Update,
		},
		"with the Region": {
			id:     name + "@eu-west-1",
			config: map[string]any{"name": name, "region": "eu-west-1"},
			want:   lifecycle.NoOp,
		},
		"same configuration": {
			id:     name,
			policy: seedPolicy,
			arrange: func(in *ecr.CreateRepositoryInput) {
				in.Tags = []types.Tag{{Key: aws.String("team"), Value: aws.String("web")}}
			},
			config: map[string]any{
				"name": name, "image_tag_mutability": "MUTABLE", "scan_on_push": false, "encryption": map[string]any{"type": "AES256"},
				"tags": map[string]string{"team": "web"},
				"grants": map[string]any{"AllowPull": map[string]any{
					"access": "pull_describe", "organization_paths": []string{"o-a1b2c3d4e5/*/ou-ab12-11111111/*"},
				}},
			},
			want: lifecycle.Update,
		},
		"arguments that say the same otherwise": {
			id:     name,
			policy: seedPolicy,
			config: map[string]any{
				"name": name, "lifecycle_policy": expireAfter(30), "force_delete": true,
				"grants": map[string]any{"AllowPull": map[string]any{"access": "pull_describe", "organization_unit_ids": []string{"ou-ab12-11111111"}}},
			},
			want: lifecycle.Update,
		},
	} {
		t.Run(test, func(t *testing.T) {
			t.Parallel()
			a := awstest.New(t)
			in := &ecr.CreateRepositoryInput{RepositoryName: aws.String(name)}
			if c.arrange != nil {
				c.arrange(in)
			}
			if _, err := a.ECR().CreateRepository(t.Context(), in); err != nil {
				t.Fatal(err)
			}
			if _, err := a.ECR().PutLifecyclePolicy(t.Context(), &ecr.PutLifecyclePolicyInput{
				RepositoryName: aws.String(name), LifecyclePolicyText: aws.String(expireAfter(30)),
			}); err != nil {
				t.Fatal(err)
			}
			if c.policy != "" {
				acctest.SetPolicy(t, a, c.policy)
			}
			tf := acctest.Core(a, resourceType, map[string]any{"organization_id": "o-a1b2c3d4e5"})
			if err := tf.Import(t.Context(), c.id); err != nil {
				t.Fatal(err)
			}
			action, err := tf.Apply(t.Context(), c.config)
			if err != nil {
				t.Fatal(err)
			}
			if action != c.want {
				t.Errorf("the first plan is %s, want %s", action, c.want)
			}
			if calls := acctest.Writes(a); len(calls) > 0 {
				t.Errorf("the import and the first apply made the calls %q", calls)
			}
			if action, err := tf.Plan(t.Context(), c.config); err != nil || action != lifecycle.NoOp {
				t.Errorf("the second plan is %s, %v", action, err)
			}
		})
	}
}

func TestImportErrors(t *testing.T) {
	t.Parallel()
	a := awstest.New(t)
	for id, want := range map[string]string{
		"team/none":           "Cannot import non-existent remote object",
		"team/none@us-east-1": "Cannot import non-existent remote object",
	} {
		t.Run(id, func(t *testing.T) {
			t.Parallel()
			acctest.ExpectError(t, acctest.Core(a, resourceType, nil).Import(t.Context(), id), want)
		})
	}
}
