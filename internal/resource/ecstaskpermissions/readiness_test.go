// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package ecstaskpermissions_test

import (
	"context"
	"slices"
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

const (
	settle = 7 * time.Second
	lag    = 4 // reads that IAM answers as before a write
)

// TestReadiness settles only when readers get the policy, and ends a destroy only when none sees it: the role may be deleted next.
func TestReadiness(t *testing.T) {
	t.Parallel()
	a := awstest.New(t, awstest.IAMLag(lag))
	createRole(t, a)
	reader := iam.NewFromConfig(a.Config()) // sees what the provider sees
	settled := 0
	wait := func(ctx context.Context, d time.Duration) error {
		if d == settle {
			settled++
			if !given(t, reader) {
				t.Error("when the policy settles, a reader doesn't see it")
			}
		}
		return context.Cause(ctx)
	}
	tf := acctest.Core(a, resourceType, nil)
	tf.Provider = func() tfprotov6.ProviderServer {
		return providerserver.NewProtocol6(provider.NewWithTiming("test", awsapi.Timing{Wait: wait})())()
	}
	config := arguments(object{"settle_seconds": int(settle.Seconds())})
	apply(t, a, tf, config, lifecycle.Create, "PutRolePolicy")
	if settled != 1 {
		t.Errorf("the policy settled %d times", settled)
	}
	for range lag { // until the list has the policy, too
		listed(t, reader)
	}
	if !listed(t, reader) {
		t.Error("the policy isn't listed")
	}
	apply(t, a, tf, nil, lifecycle.Delete, "DeleteRolePolicy")
	if given(t, reader) || listed(t, reader) {
		t.Error("after the destroy, a reader sees the policy still")
	}
}

// TestDestroyThatIsSeenNever ends nevertheless: the policy is deleted.
func TestDestroyThatIsSeenNever(t *testing.T) {
	t.Parallel()
	a := awstest.New(t)
	createRole(t, a)
	tf := acctest.Core(a, resourceType, nil)
	apply(t, a, tf, arguments(nil), lifecycle.Create, "PutRolePolicy")
	a.Inject(awstest.Fault{Kind: awstest.AccessDenied, Action: "iam:ListRolePolicies", Sticky: true})
	apply(t, a, tf, nil, lifecycle.Delete, "DeleteRolePolicy")
	gone(t, a)
}

func given(t *testing.T, reader *iam.Client) bool {
	t.Helper()
	_, err := reader.GetRolePolicy(t.Context(), &iam.GetRolePolicyInput{RoleName: aws.String(roleName), PolicyName: aws.String(policyName)})
	return err == nil
}

func listed(t *testing.T, reader *iam.Client) bool {
	t.Helper()
	out, err := reader.ListRolePolicies(t.Context(), &iam.ListRolePoliciesInput{RoleName: aws.String(roleName)})
	must(t, err)
	return slices.Contains(out.PolicyNames, policyName)
}
