// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package ecsroles_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/ecrx/terraform-provider-ecrx/internal/acctest"
	"github.com/ecrx/terraform-provider-ecrx/internal/awsapi"
	"github.com/ecrx/terraform-provider-ecrx/internal/awstest"
	"github.com/ecrx/terraform-provider-ecrx/internal/awstest/lifecycle"
	"github.com/ecrx/terraform-provider-ecrx/internal/provider"
)

// TestReadiness settles each role once, when a reader of IAM, which gives stale answers at first, gets its policy.
func TestReadiness(t *testing.T) {
	t.Parallel()
	const settle = 7 * time.Second
	a := awstest.New(t, awstest.IAMLag(4))
	reader := iam.NewFromConfig(a.Config()) // sees what the provider sees
	var mu sync.Mutex
	settled := 0
	wait := func(ctx context.Context, d time.Duration) error {
		mu.Lock()
		defer mu.Unlock()
		if d == settle {
			settled++
		}
		return context.Cause(ctx)
	}
	tf := acctest.Core(a, resourceType, nil)
	tf.Provider = func() tfprotov6.ProviderServer {
		return providerserver.NewProtocol6(provider.NewWithTiming("test", awsapi.Timing{Wait: wait, PropagationTimeout: time.Minute})())()
	}
	config := arguments(object{"settle_seconds": int(settle.Seconds())})
	apply(t, a, tf, config, lifecycle.Create, "CreateRole", "PutRolePolicy", "CreateRole", "PutRolePolicy")
	for role, policy := range map[string]string{executionName: "execution", taskName: "task"} {
		if _, err := reader.GetRolePolicy(t.Context(), &iam.GetRolePolicyInput{RoleName: aws.String(role), PolicyName: aws.String(policy)}); err != nil {
			t.Errorf("after the create, a reader sees %s", err)
		}
	}
	if settled != 2 {
		t.Errorf("after the create of two roles, %d settled", settled)
	}
	config["task"] = object{"permissions": object{"sqs_receive": []any{queue}}}
	apply(t, a, tf, config, lifecycle.Update, "PutRolePolicy")
	if settled != 3 {
		t.Errorf("after the change of one role, %d settled", settled)
	}
}
