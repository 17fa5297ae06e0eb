// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package orgsharedrepository_test

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecr"

	"github.com/ecrx/terraform-provider-ecrx/internal/acctest"
	"github.com/ecrx/terraform-provider-ecrx/internal/awstest"
	"github.com/ecrx/terraform-provider-ecrx/internal/awstest/lifecycle"
)

// TestWildcardStyle plans a grant to everybody that aws:PrincipalArn narrows.
func TestWildcardStyle(t *testing.T) {
	t.Parallel()
	a := awstest.New(t)
	config := granted("principal_arns", "arn:aws:iam::222222222222:role/*")
	config["grants"].(map[string]any)["Web"].(map[string]any)["principal_style"] = "wildcard"
	if _, err := acctest.Core(a, resourceType, nil).Plan(t.Context(), config); err != nil {
		t.Errorf("roles of one account aren't everybody: %s", err)
	}
}

// TestLifecyclePolicyStays removes the retention argument: the policy stays until a lifecycle_policy without rules removes it.
func TestLifecyclePolicyStays(t *testing.T) {
	t.Parallel()
	a := awstest.New(t)
	tf := acctest.Core(a, resourceType, nil)
	for _, step := range []struct {
		config map[string]any
		action lifecycle.Action
		policy bool
	}{
		{map[string]any{"name": name, "lifecycle_policy": expireAfter(3)}, lifecycle.Create, true},
		{map[string]any{"name": name, "lifecycle_policy": expireAfter(3)}, lifecycle.NoOp, true},
		{map[string]any{"name": name}, lifecycle.Update, true},
		{map[string]any{"name": name}, lifecycle.NoOp, true},
		{map[string]any{"name": name, "lifecycle_policy": `{"rules":[]}`}, lifecycle.Update, false},
		{map[string]any{"name": name}, lifecycle.Update, false},
	} {
		action, err := tf.Apply(t.Context(), step.config)
		if err != nil {
			t.Fatal(err)
		}
		if action != step.action {
			t.Errorf("the plan of %v is %s, want %s", step.config, action, step.action)
		}
		_, err = a.ECR().GetLifecyclePolicy(t.Context(), &ecr.GetLifecyclePolicyInput{RepositoryName: aws.String(name)})
		if there := err == nil; there != step.policy {
			t.Errorf("after %v there is a lifecycle policy: %v, want %v", step.config, there, step.policy)
		}
	}
}

// TestTagsOfALifecyclePolicyAreASet has another writer put the tags of a rule in another order: nothing changes.
func TestTagsOfALifecyclePolicyAreASet(t *testing.T) {
	t.Parallel()
	a := awstest.New(t)
	tf := acctest.Core(a, resourceType, nil)
	rule := func(tags string) string {
		return `{"rules":[{"rulePriority":10,"selection":{"tagStatus":"tagged","tagPrefixList":[` + tags + `],"countType":"imageCountMoreThan","countNumber":5},"action":{"type":"expire"}}]}`
	}
	config := map[string]any{"name": name, "lifecycle_policy": rule(`"core","app"`)}
	if _, err := tf.Apply(t.Context(), config); err != nil {
		t.Fatal(err)
	}
	if _, err := a.ECR().PutLifecyclePolicy(t.Context(), &ecr.PutLifecyclePolicyInput{
		RepositoryName: aws.String(name), LifecyclePolicyText: aws.String(rule(`"app","core"`)),
	}); err != nil {
		t.Fatal(err)
	}
	action, err := tf.Apply(t.Context(), config)
	if err != nil || action != lifecycle.NoOp {
		t.Errorf("the plan is %s (%v), want no change", action, err)
	}
}
