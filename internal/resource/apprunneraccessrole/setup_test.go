// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package apprunneraccessrole_test

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"
	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/ecrx/terraform-provider-ecrx/internal/acctest"
	"github.com/ecrx/terraform-provider-ecrx/internal/awsapi"
	"github.com/ecrx/terraform-provider-ecrx/internal/awstest"
	"github.com/ecrx/terraform-provider-ecrx/internal/awstest/lifecycle"
	"github.com/ecrx/terraform-provider-ecrx/internal/provider"
)

const (
	resourceType  = "ecrx_apprunner_access_role"
	address       = resourceType + ".this"
	name          = "web-pull"
	accessPolicy  = "ecr-access"
	web           = "arn:aws:ecr:eu-west-1:111111111111:repository/web"
	api           = "arn:aws:ecr:eu-west-1:111111111111:repository/api"
	managedPolicy = "arn:aws:iam::aws:policy/service-role/AWSAppRunnerServicePolicyForECRAccess"
	trust         = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"build.apprunner.amazonaws.com"},"Action":"sts:AssumeRole"}]}`
	foreignPolicy = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"logs:PutLogEvents","Resource":"*"}]}`
)

// clock passes the waits of a provider at once, and notes them.
type clock struct {
	mu    sync.Mutex
	waits []time.Duration
	// during is called in each wait, and its error ends it.
	during func(time.Duration) error
}

func (c *clock) wait(ctx context.Context, d time.Duration) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.waits = append(c.waits, d)
	if c.during != nil {
		if err := c.during(d); err != nil {
			return err
		}
	}
	return context.Cause(ctx)
}

func (c *clock) server() tfprotov6.ProviderServer {
	return providerserver.NewProtocol6(provider.NewWithTiming("test", awsapi.Timing{Wait: c.wait, PropagationTimeout: time.Minute})())()
}

func server() tfprotov6.ProviderServer { return (&clock{}).server() }

// core gives a Terraform core in process.
func core(a *awstest.AWS, c *clock, extra map[string]any) *lifecycle.Terraform {
	tf := acctest.Core(a, resourceType, extra)
	tf.Provider = c.server
	return tf
}

// terraform goes through the steps, after which no role may be left.
func terraform(t *testing.T, a *awstest.AWS, steps ...resource.TestStep) {
	t.Helper()
	acctest.TestOn(t, server, steps...)
	gone(t, a)
}

// block gives a resource with the arguments.
func block(arguments string) string {
	return "resource \"" + resourceType + "\" \"this\" {\n" + arguments + "\n}\n"
}

// gone checks that no role is left in the paths of these tests.
func gone(t testing.TB, a *awstest.AWS) {
	t.Helper()
	out, err := a.IAM().ListRoles(t.Context(), &iam.ListRolesInput{})
	must(t, err)
	for _, role := range out.Roles {
		t.Errorf("the role %s is left", aws.ToString(role.Arn))
	}
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// apply applies, and expects the action and just these calls that write.
func apply(t *testing.T, a *awstest.AWS, tf *lifecycle.Terraform, config map[string]any, want lifecycle.Action, writes ...string) {
	t.Helper()
	a.ResetCalls()
	action, err := tf.Apply(t.Context(), config)
	must(t, err)
	if action != want {
		t.Errorf("the apply is %s, want %s", action, want)
	}
	if diff := cmp.Diff(writes, acctest.Writes(a)); diff != "" {
		t.Errorf("calls that write (-want +got):\n%s", diff)
	}
	if config != nil {
		unchanged(t, tf, config)
	}
}

func unchanged(t *testing.T, tf *lifecycle.Terraform, config map[string]any) {
	t.Helper()
	if action, err := tf.Plan(t.Context(), config); err != nil || action != lifecycle.NoOp {
		t.Errorf("the plan is %s, %v; want it empty", action, err)
	}
}

// attributes are the role's in the state.
func attributes(t *testing.T, tf *lifecycle.Terraform) map[string]any {
	t.Helper()
	var all map[string]any
	must(t, json.Unmarshal(tf.State.Attributes, &all))
	return all
}

func live(t testing.TB, a *awstest.AWS) *types.Role {
	t.Helper()
	out, err := a.IAM().GetRole(t.Context(), &iam.GetRoleInput{RoleName: aws.String(name)})
	must(t, err)
	return out.Role
}

// policies gives the names of the role's inline policies and the ARNs of its managed ones.
func policies(t testing.TB, a *awstest.AWS) []string {
	t.Helper()
	listed, err := a.IAM().ListRolePolicies(t.Context(), &iam.ListRolePoliciesInput{RoleName: aws.String(name)})
	must(t, err)
	attached, err := a.IAM().ListAttachedRolePolicies(t.Context(), &iam.ListAttachedRolePoliciesInput{RoleName: aws.String(name)})
	must(t, err)
	all := slices.Clone(listed.PolicyNames)
	for _, p := range attached.AttachedPolicies {
		all = append(all, aws.ToString(p.PolicyArn))
	}
	return append([]string{}, slices.Sorted(slices.Values(all))...)
}

func expectPolicies(t testing.TB, a *awstest.AWS, want ...string) {
	t.Helper()
	if diff := cmp.Diff(append([]string{}, slices.Sorted(slices.Values(want))...), policies(t, a)); diff != "" {
		t.Errorf("policies of the role (-want +got):\n%s", diff)
	}
}

// customerPolicy makes a managed policy in the account and gives its ARN.
func customerPolicy(t testing.TB, a *awstest.AWS, name string) string {
	t.Helper()
	_, err := a.IAM().CreatePolicy(t.Context(), &iam.CreatePolicyInput{PolicyName: aws.String(name), PolicyDocument: aws.String(foreignPolicy)})
	var exists *types.EntityAlreadyExistsException
	if err != nil && !errors.As(err, &exists) {
		t.Fatal(err)
	}
	return "arn:aws:iam::" + a.AccountID + ":policy/" + name
}

func attach(t testing.TB, a *awstest.AWS, arn string) {
	t.Helper()
	_, err := a.IAM().AttachRolePolicy(t.Context(), &iam.AttachRolePolicyInput{RoleName: aws.String(name), PolicyArn: aws.String(arn)})
	must(t, err)
}

func putInline(t testing.TB, a *awstest.AWS, policy string) {
	t.Helper()
	_, err := a.IAM().PutRolePolicy(t.Context(), &iam.PutRolePolicyInput{RoleName: aws.String(name), PolicyName: aws.String(policy), PolicyDocument: aws.String(foreignPolicy)})
	must(t, err)
}

// createRole makes the role as somebody else does.
func createRole(t testing.TB, a *awstest.AWS) {
	t.Helper()
	_, err := a.IAM().CreateRole(t.Context(), &iam.CreateRoleInput{RoleName: aws.String(name), Path: aws.String("/service-role/"), AssumeRolePolicyDocument: aws.String(trust)})
	must(t, err)
}

// deleteRole deletes the role with all its policies.
func deleteRole(t testing.TB, a *awstest.AWS) {
	t.Helper()
	for _, policy := range policies(t, a) {
		var err error
		if strings.HasPrefix(policy, "arn:") {
			_, err = a.IAM().DetachRolePolicy(t.Context(), &iam.DetachRolePolicyInput{RoleName: aws.String(name), PolicyArn: aws.String(policy)})
		} else {
			_, err = a.IAM().DeleteRolePolicy(t.Context(), &iam.DeleteRolePolicyInput{RoleName: aws.String(name), PolicyName: aws.String(policy)})
		}
		must(t, err)
	}
	_, err := a.IAM().DeleteRole(t.Context(), &iam.DeleteRoleInput{RoleName: aws.String(name)})
	must(t, err)
}
