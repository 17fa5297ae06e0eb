// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package awstest_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/google/go-cmp/cmp"

	"github.com/ecrx/terraform-provider-ecrx/internal/awstest"
)

func TestTrustPolicies(t *testing.T) {
	t.Parallel()
	clock := &clock{now: time.Unix(0, 0)}
	a := awstest.New(t, awstest.RolePropagation(10*time.Second, clock.Now))
	old := createRole(t, a)
	clock.add(10 * time.Second)
	for name, test := range map[string]struct{ trust, want string }{
		"an old role":      {naming(old), ""},
		"no role":          {naming(old + "x"), "MalformedPolicyDocument"},
		"another path":     {naming("arn:aws:iam::" + a.AccountID + ":role/team/puller"), "MalformedPolicyDocument"},
		"a role elsewhere": {naming("arn:aws:iam::222222222222:role/x"), ""},
		"no JSON":          {"{", "MalformedPolicyDocument"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := a.IAM().CreateRole(t.Context(), &iam.CreateRoleInput{
				RoleName: aws.String(strings.ReplaceAll(name, " ", "-")), AssumeRolePolicyDocument: &test.trust,
			})
			if code(err) != test.want {
				t.Errorf("creating gives %v, want code %q", err, test.want)
			}
		})
	}
}

func TestARoleThatIsNotThereIsNoPrincipal(t *testing.T) {
	t.Parallel()
	a := awstest.New(t)
	_, err := a.IAM().CreateRole(t.Context(), &iam.CreateRoleInput{
		RoleName: aws.String("other"), AssumeRolePolicyDocument: aws.String(naming("arn:aws:iam::" + a.AccountID + ":role/puller")),
	})
	if code(err) != "MalformedPolicyDocument" {
		t.Errorf("creating gives %v", err)
	}
}

func TestAYoungRoleIsNoPrincipalYet(t *testing.T) {
	t.Parallel()
	clock := &clock{now: time.Unix(0, 0)}
	a := awstest.New(t, awstest.RolePropagation(10*time.Second, clock.Now))
	young := createRole(t, a)
	for _, want := range []string{"MalformedPolicyDocument", ""} {
		_, err := a.IAM().UpdateAssumeRolePolicy(t.Context(), &iam.UpdateAssumeRolePolicyInput{
			RoleName:       aws.String("puller"),
			PolicyDocument: aws.String(fmt.Sprintf(`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":%q},"Action":"sts:AssumeRole"}]}`, young)),
		})
		if code(err) != want {
			t.Errorf("at %s: %v, want code %q", clock.Now(), err, want)
		}
		clock.add(10 * time.Second)
	}
}

func TestRemovingARoleFromAProfileAgain(t *testing.T) {
	t.Parallel()
	a := awstest.New(t)
	createRole(t, a)
	role, profile := aws.String("puller"), aws.String("box")
	if _, err := a.IAM().CreateInstanceProfile(t.Context(), &iam.CreateInstanceProfileInput{InstanceProfileName: profile}); err != nil {
		t.Fatal(err)
	}
	if _, err := a.IAM().AddRoleToInstanceProfile(t.Context(), &iam.AddRoleToInstanceProfileInput{InstanceProfileName: profile, RoleName: role}); err != nil {
		t.Fatal(err)
	}
	for _, step := range []struct{ role, want string }{{"other", "NoSuchEntity"}, {"puller", ""}, {"puller", "NoSuchEntity"}} {
		_, err := a.IAM().RemoveRoleFromInstanceProfile(t.Context(), &iam.RemoveRoleFromInstanceProfileInput{InstanceProfileName: profile, RoleName: &step.role})
		if code(err) != step.want {
			t.Errorf("removing %s: %v, want code %q", step.role, err, step.want)
		}
	}
}

func TestIAMLag(t *testing.T) {
	t.Parallel()
	a := awstest.New(t, awstest.IAMLag(2))
	tested := iam.NewFromConfig(a.Config())
	role, policy := aws.String("puller"), aws.String("pull")
	const trust = `{"Version":"2012-10-17","Statement":[]}`
	must := func(_ any, err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	// read gives what three reads show, one after the other.
	read := func(show func() (string, error)) []string {
		var shown []string
		for range 3 {
			text, err := show()
			if err != nil {
				text = code(err)
			}
			shown = append(shown, text)
		}
		return shown
	}
	description := func() (string, error) {
		out, err := tested.GetRole(t.Context(), &iam.GetRoleInput{RoleName: role})
		if err != nil {
			return "", err
		}
		return aws.ToString(out.Role.Description), nil
	}
	policies := func() (string, error) {
		out, err := tested.ListRolePolicies(t.Context(), &iam.ListRolePoliciesInput{RoleName: role})
		if err != nil {
			return "", err
		}
		return fmt.Sprint(out.PolicyNames), nil
	}
	text := func() (string, error) {
		_, err := tested.GetRolePolicy(t.Context(), &iam.GetRolePolicyInput{RoleName: role, PolicyName: policy})
		return "text", err
	}
	attached := func() (string, error) {
		out, err := tested.ListAttachedRolePolicies(t.Context(), &iam.ListAttachedRolePoliciesInput{RoleName: role})
		if err != nil {
			return "", err
		}
		return fmt.Sprint(len(out.AttachedPolicies)), nil
	}
	expect := func(when string, want []string, show func() (string, error)) {
		t.Helper()
		if diff := cmp.Diff(want, read(show)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", when, diff)
		}
	}
	const none = "NoSuchEntity"

	must(tested.CreateRole(t.Context(), &iam.CreateRoleInput{RoleName: role, AssumeRolePolicyDocument: aws.String(trust), Description: aws.String("first")}))
	if _, err := a.IAM().GetRole(t.Context(), &iam.GetRoleInput{RoleName: role}); err != nil {
		t.Errorf("the test itself doesn't see the role: %s", err)
	}
	expect("created", []string{none, none, "first"}, description)
	expect("created", []string{none, none, "0"}, attached)
	must(tested.PutRolePolicy(t.Context(), &iam.PutRolePolicyInput{RoleName: role, PolicyName: policy, PolicyDocument: aws.String(
		`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"ecr:BatchGetImage","Resource":"*"}]}`)}))
	expect("put, with the creation still to show", []string{none, none, "[pull]"}, policies)
	must(tested.PutRolePolicy(t.Context(), &iam.PutRolePolicyInput{RoleName: role, PolicyName: aws.String("second"), PolicyDocument: aws.String(
		`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"ecr:BatchGetImage","Resource":"*"}]}`)}))
	for range 2 {
		if _, err := tested.GetRolePolicy(t.Context(), &iam.GetRolePolicyInput{RoleName: role, PolicyName: aws.String("second")}); code(err) != none {
			t.Errorf("the second policy, just put: %v", err)
		}
	}
	expect("put, whatever was read of another", []string{none, none, "text"}, text)
	if _, err := tested.GetRolePolicy(t.Context(), &iam.GetRolePolicyInput{RoleName: role, PolicyName: aws.String("other")}); code(err) != none {
		t.Errorf("a policy that was never put: %v", err)
	}
	must(tested.UpdateRole(t.Context(), &iam.UpdateRoleInput{RoleName: role, Description: aws.String("second")}))
	expect("updated", []string{"first", "first", "second"}, description)
	must(tested.AttachRolePolicy(t.Context(), &iam.AttachRolePolicyInput{RoleName: role, PolicyArn: aws.String("arn:aws:iam::aws:policy/service-role/AWSAppRunnerServicePolicyForECRAccess")}))
	must(tested.AttachRolePolicy(t.Context(), &iam.AttachRolePolicyInput{RoleName: role, PolicyArn: aws.String("arn:aws:iam::aws:policy/service-role/AmazonECSInfrastructureRoleforExpressGatewayServices")}))
	expect("attached twice", []string{"0", "0", "2"}, attached)
	if _, err := tested.DeleteRole(t.Context(), &iam.DeleteRoleInput{RoleName: role}); code(err) != "DeleteConflict" {
		t.Errorf("deleting a role with policies: %v", err)
	}
	expect("a write that failed", []string{"second", "second", "second"}, description)

	var seen []string
	for _, c := range a.Calls() {
		if c.Action == "GetRolePolicy" {
			seen = append(seen, fmt.Sprint(c.Status))
		}
	}
	if diff := cmp.Diff([]string{"404", "404", "404", "404", "200", "404"}, seen); diff != "" {
		t.Errorf("only the test's own reads are recorded (-want +got):\n%s", diff)
	}
}
