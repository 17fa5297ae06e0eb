// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package repositorygrants_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ecr"
	ecrtypes "github.com/aws/aws-sdk-go-v2/service/ecr/types"
	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/ecrx/terraform-provider-ecrx/internal/awsapi"
	"github.com/ecrx/terraform-provider-ecrx/internal/awstest"
	"github.com/ecrx/terraform-provider-ecrx/internal/awstest/lifecycle"
	"github.com/ecrx/terraform-provider-ecrx/internal/policy"
	"github.com/ecrx/terraform-provider-ecrx/internal/provider"
)

const (
	resourceType = "ecrx_repository_grants"
	address      = resourceType + ".this"
	name         = "team/app"
)

// serve gives a provider that doesn't wait.
func serve() tfprotov6.ProviderServer {
	quick := awsapi.Timing{BatchWindow: time.Millisecond, SecondLook: time.Millisecond, MaxBackoff: time.Millisecond}
	return providerserver.NewProtocol6(provider.NewWithTiming("test", quick)())()
}

func factories() map[string]func() (tfprotov6.ProviderServer, error) {
	return map[string]func() (tfprotov6.ProviderServer, error){
		"ecrx": func() (tfprotov6.ProviderServer, error) { return serve(), nil },
	}
}

// core gives a Terraform core in process, which is quicker than the real client and tells an error's attribute. extra
// is laid over the provider's configuration.
func core(a *awstest.AWS, extra map[string]any) *lifecycle.Terraform {
	return &lifecycle.Terraform{Provider: serve, ProviderConfig: lifecycle.ProviderConfig(a, extra), Type: resourceType}
}

func expectError(t *testing.T, err error, want string) {
	t.Helper()
	var reported *lifecycle.DiagnosticsError
	if !errors.As(err, &reported) || !strings.Contains(err.Error(), want) {
		t.Errorf("the error is %v, want one that contains %q", err, want)
	}
}

// terraform goes through the steps with the real client and the provider in process, on an arranged repository.
// Afterwards, when everything is destroyed, only the foreign statement may be left.
func terraform(t *testing.T, aws *awstest.AWS, steps ...resource.TestStep) {
	t.Helper()
	arrange(t, aws)
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: factories(),
		Steps:                    steps,
	})
	gone(t, aws)
}

// block gives a resource with the arguments.
func block(arguments string) string {
	return "resource \"" + resourceType + "\" \"this\" {\n" + arguments + "\n}\n"
}

// arrange makes the repository, with a foreign statement in its policy.
func arrange(t testing.TB, aws *awstest.AWS) {
	t.Helper()
	createRepository(t, aws)
	addStatement(t, aws, foreign)
}

func createRepository(t testing.TB, aws *awstest.AWS) {
	t.Helper()
	repository := name
	if _, err := aws.ECR().CreateRepository(t.Context(), &ecr.CreateRepositoryInput{RepositoryName: &repository}); err != nil {
		t.Fatal(err)
	}
}

// gone checks that nothing but the foreign statement is left.
func gone(t testing.TB, aws *awstest.AWS) {
	t.Helper()
	expectSids(t, aws, "LambdaECRImageRetrievalPolicy")
	foreignStands(t, aws)
}

// livePolicy gives the statements of the repository's policy.
func livePolicy(t testing.TB, aws *awstest.AWS) []policy.Statement {
	t.Helper()
	repository := name
	out, err := aws.ECR().GetRepositoryPolicy(t.Context(), &ecr.GetRepositoryPolicyInput{RepositoryName: &repository})
	var none *ecrtypes.RepositoryPolicyNotFoundException
	if errors.As(err, &none) {
		return nil
	}
	if err != nil {
		t.Fatal(err)
	}
	document, err := policy.Parse(*out.PolicyText)
	if err != nil {
		t.Fatal(err)
	}
	return document.Statements
}

// sids gives the Sids of the repository's policy.
func sids(t testing.TB, aws *awstest.AWS) []string {
	t.Helper()
	var sids []string
	for _, s := range livePolicy(t, aws) {
		sids = append(sids, s.Sid)
	}
	slices.Sort(sids)
	return sids
}

func expectSids(t testing.TB, aws *awstest.AWS, want ...string) {
	t.Helper()
	if diff := cmp.Diff(want, sids(t, aws)); diff != "" {
		t.Errorf("Sids of the live policy (-want +got):\n%s", diff)
	}
}

const foreign = `{"Sid":"LambdaECRImageRetrievalPolicy","Effect":"Allow","Principal":{"Service":["lambda.amazonaws.com"]},` +
	`"Action":["ecr:GetDownloadUrlForLayer","ecr:BatchGetImage"],"Condition":{"StringLike":{"aws:sourceArn":"arn:aws:lambda:eu-west-1:111111111111:function:*"}}}`

// addStatement writes a statement beside those that are there, as another tool does.
func addStatement(t testing.TB, aws *awstest.AWS, statement string) {
	t.Helper()
	added := parseStatement(t, statement)
	statements := slices.DeleteFunc(livePolicy(t, aws), func(s policy.Statement) bool { return s.Sid == added.Sid })
	setPolicy(t, aws, policy.New(append(statements, added)...).Canonical())
}

func setPolicy(t testing.TB, aws *awstest.AWS, text string) {
	t.Helper()
	repository := name
	if _, err := aws.ECR().SetRepositoryPolicy(t.Context(), &ecr.SetRepositoryPolicyInput{RepositoryName: &repository, PolicyText: &text}); err != nil {
		t.Fatal(err)
	}
}

func parseStatement(t testing.TB, text string) policy.Statement {
	t.Helper()
	document, err := policy.Parse(`{"Version":"2012-10-17","Statement":` + text + `}`)
	if err != nil {
		t.Fatal(err)
	}
	return document.Statements[0]
}

// foreignStands checks that the foreign statement means what it did.
func foreignStands(t testing.TB, aws *awstest.AWS) {
	t.Helper()
	want := parseStatement(t, foreign)
	if !slices.ContainsFunc(livePolicy(t, aws), want.Equal) {
		t.Errorf("the foreign statement is lost or changed: %v", livePolicy(t, aws))
	}
}

// writes gives the recorded calls that change something, in their order.
func writes(aws *awstest.AWS) (actions []string) {
	for _, c := range aws.Calls() {
		if !strings.HasPrefix(c.Action, "Get") && !strings.HasPrefix(c.Action, "List") && !strings.HasPrefix(c.Action, "Describe") {
			actions = append(actions, c.Action)
		}
	}
	return actions
}

func deleteRepository(t testing.TB, aws *awstest.AWS) {
	t.Helper()
	repository := name
	if _, err := aws.ECR().DeleteRepository(t.Context(), &ecr.DeleteRepositoryInput{RepositoryName: &repository, Force: true}); err != nil {
		t.Fatal(err)
	}
}
