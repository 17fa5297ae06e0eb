// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package awstest_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecr"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/smithy-go"
	"github.com/google/go-cmp/cmp"

	"github.com/ecrx/terraform-provider-ecrx/internal/awstest"
)

func TestNewGivesAnAccountOfItsOwn(t *testing.T) {
	t.Parallel()
	a, b := awstest.New(t), awstest.New(t)
	createRepository(t, a.ECR(), "team/app")

	out, err := b.ECR().DescribeRepositories(t.Context(), &ecr.DescribeRepositoriesInput{})
	if err != nil {
		t.Fatal(err)
	}
	if n := len(out.Repositories); n != 0 {
		t.Errorf("the other account sees %d repositories, want 0", n)
	}
	who, err := a.STS().GetCallerIdentity(t.Context(), &sts.GetCallerIdentityInput{})
	if err != nil {
		t.Fatal(err)
	}
	if want := "arn:aws:iam::" + a.AccountID + ":user/awstest"; aws.ToString(who.Arn) != want {
		t.Errorf("the caller is %s, want %s", aws.ToString(who.Arn), want)
	}
}

func TestInAccountOfSharesTheAccountOnly(t *testing.T) {
	t.Parallel()
	a := awstest.New(t)
	b := awstest.New(t, awstest.InAccountOf(a))
	createRepository(t, ecr.NewFromConfig(b.Config()), "team/app")

	if _, err := a.ECR().DescribeRepositories(t.Context(), &ecr.DescribeRepositoriesInput{RepositoryNames: []string{"team/app"}}); err != nil {
		t.Errorf("the shared account lacks the repository: %s", err)
	}
	if calls := a.Calls(); len(calls) != 0 {
		t.Errorf("the first proxy recorded %v of the second's calls", calls)
	}
}

func TestCallsRecordsTheTestedCodeOnly(t *testing.T) {
	t.Parallel()
	a := awstest.New(t)
	createRepository(t, a.ECR(), "arranged")
	tested := ecr.NewFromConfig(a.Config())
	createRepository(t, tested, "team/app")
	if _, err := tested.GetRepositoryPolicy(t.Context(), &ecr.GetRepositoryPolicyInput{RepositoryName: aws.String("team/app")}); err == nil {
		t.Fatal("a new repository has a policy")
	}
	if _, err := sts.NewFromConfig(a.Config()).GetCallerIdentity(t.Context(), &sts.GetCallerIdentityInput{}); err != nil {
		t.Fatal(err)
	}

	want := []awstest.Call{
		{Service: "ecr", Action: "CreateRepository", Status: 200, Parameters: `{"repositoryName":"team/app"}`},
		{Service: "ecr", Action: "GetRepositoryPolicy", Status: 400, Parameters: `{"repositoryName":"team/app"}`},
		{Service: "sts", Action: "GetCallerIdentity", Status: 200, Parameters: "Action=GetCallerIdentity&Version=2011-06-15"},
	}
	if diff := cmp.Diff(want, a.Calls()); diff != "" {
		t.Errorf("calls (-want +got):\n%s", diff)
	}
	a.ResetCalls()
	if calls := a.Calls(); len(calls) != 0 {
		t.Errorf("after ResetCalls there are %v", calls)
	}
}

func TestOnCallComesBeforeTheEffect(t *testing.T) {
	t.Parallel()
	a := awstest.New(t)
	var seen []int
	a.OnCall(func(n int, c awstest.Call) {
		seen = append(seen, n)
		if n == 2 {
			createRepository(t, a.ECR(), "second")
		}
	})
	tested := ecr.NewFromConfig(a.Config())
	createRepository(t, tested, "first")
	_, err := tested.CreateRepository(t.Context(), &ecr.CreateRepositoryInput{RepositoryName: aws.String("second")})
	if code(err) != "RepositoryAlreadyExistsException" {
		t.Errorf("creating what the callback created gives %v", err)
	}
	if diff := cmp.Diff([]int{1, 2}, seen); diff != "" {
		t.Errorf("numbers (-want +got):\n%s", diff)
	}
}

func TestSetLatency(t *testing.T) {
	t.Parallel()
	a := awstest.New(t)
	a.SetLatency(50*time.Millisecond, 10*time.Millisecond)
	start := time.Now()
	createRepository(t, ecr.NewFromConfig(a.Config()), "team/app")
	if took := time.Since(start); took < 50*time.Millisecond {
		t.Errorf("a call took %s, want at least 50ms", took)
	}
}

func TestMissingActionFailsTheTest(t *testing.T) {
	t.Parallel()
	spy := &failures{TB: t}
	a := awstest.New(spy)
	_, err := a.ECR().DescribePullThroughCacheRules(t.Context(), &ecr.DescribePullThroughCacheRulesInput{})
	if code(err) != "NotInMoto" {
		t.Errorf("the error is %v", err)
	}
	if want := "ecr:DescribePullThroughCacheRules"; len(spy.messages) != 1 || !strings.Contains(spy.messages[0], want) {
		t.Errorf("the test failed with %q, want once and with %s", spy.messages, want)
	}
}

func TestProviderBlock(t *testing.T) {
	t.Parallel()
	a := awstest.New(t, awstest.InRegion("us-east-1"))
	block := a.ProviderBlock("  max_retries = 1")
	for _, want := range []string{`"us-east-1"`, a.AccessKey, a.SecretKey, a.Endpoint(), "max_retries = 1"} {
		if !strings.Contains(block, want) {
			t.Errorf("the block lacks %s:\n%s", want, block)
		}
	}
}

// failures keeps the failures of a test instead of failing it.
type failures struct {
	testing.TB
	messages []string
}

func (f *failures) Errorf(format string, args ...any) {
	f.messages = append(f.messages, strings.TrimSpace(fmt.Sprintf(format, args...)))
}

func createRepository(t testing.TB, client *ecr.Client, name string) {
	t.Helper()
	if _, err := client.CreateRepository(t.Context(), &ecr.CreateRepositoryInput{RepositoryName: aws.String(name)}); err != nil {
		t.Fatal(err)
	}
}

func code(err error) string {
	var api smithy.APIError
	if errors.As(err, &api) {
		return api.ErrorCode()
	}
	return ""
}
