// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package awstest_test

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecr"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/organizations"

	"github.com/ecrx/terraform-provider-ecrx/internal/awstest"
)

func TestFaultsSpeakTheServicesProtocol(t *testing.T) {
	t.Parallel()
	a := awstest.New(t)
	for name, test := range map[string]struct {
		kind awstest.FaultKind
		call func(*testing.T, *awstest.AWS) error
		want string
	}{
		"ecr denied":                {awstest.AccessDenied, callECR, "AccessDeniedException"},
		"ecr throttled":             {awstest.Throttling, callECR, "ThrottlingException"},
		"ecr broken":                {awstest.ServerError, callECR, "ServerException"},
		"organizations denied":      {awstest.AccessDenied, callOrganizations, "AccessDeniedException"},
		"organizations throttled":   {awstest.Throttling, callOrganizations, "TooManyRequestsException"},
		"organizations broken":      {awstest.ServerError, callOrganizations, "ServiceException"},
		"iam denied":                {awstest.AccessDenied, callIAM, "AccessDenied"},
		"iam throttled":             {awstest.Throttling, callIAM, "Throttling"},
		"iam broken":                {awstest.ServerError, callIAM, "ServiceFailure"},
		"ecr cut before the effect": {awstest.DropBefore, callECR, ""},
		"ecr cut after the effect":  {awstest.DropAfter, callECR, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := awstest.New(t, awstest.InAccountOf(a))
			a.Inject(awstest.Fault{Kind: test.kind})
			err := test.call(t, a)
			if err == nil || code(err) != test.want {
				t.Errorf("the error is %v, want code %q", err, test.want)
			}
			if err := test.call(t, a); code(err) == test.want && test.want != "" {
				t.Errorf("the fault came twice: %v", err)
			}
		})
	}
}

func TestDropsDifferInTheEffect(t *testing.T) {
	t.Parallel()
	a := awstest.New(t)
	for kind, exists := range map[awstest.FaultKind]bool{awstest.DropBefore: false, awstest.DropAfter: true} {
		t.Run(string(kind), func(t *testing.T) {
			t.Parallel()
			a := awstest.New(t, awstest.InAccountOf(a), awstest.InRegion(map[bool]string{true: "eu-west-1", false: "eu-west-2"}[exists]))
			a.Inject(awstest.Fault{Kind: kind, Action: "ecr:CreateRepository"})
			name := aws.String("team/app")
			if _, err := ecr.NewFromConfig(a.Config()).CreateRepository(t.Context(), &ecr.CreateRepositoryInput{RepositoryName: name}); err == nil {
				t.Fatal("the call got an answer")
			}
			_, err := a.ECR().DescribeRepositories(t.Context(), &ecr.DescribeRepositoriesInput{RepositoryNames: []string{*name}})
			if (err == nil) != exists {
				t.Errorf("looking for the repository gives %v; it should exist: %t", err, exists)
			}
			if calls := a.Calls(); len(calls) != 1 || calls[0].Status != 0 {
				t.Errorf("calls are %v, want one without an answer", calls)
			}
		})
	}
}

func TestFaultTargets(t *testing.T) {
	t.Parallel()
	a := awstest.New(t)
	for name, test := range map[string]struct {
		fault awstest.Fault
		// want says of the calls describe, policy, describe, policy which fail.
		want string
	}{
		"the next":                  {awstest.Fault{}, "x..."},
		"the third":                 {awstest.Fault{Call: 3}, "..x."},
		"from the second on":        {awstest.Fault{Call: 2, Sticky: true}, ".xxx"},
		"the action":                {awstest.Fault{Action: "GetRepositoryPolicy"}, ".x.."},
		"the action with service":   {awstest.Fault{Action: "ecr:GetRepositoryPolicy"}, ".x.."},
		"the action's second":       {awstest.Fault{Action: "GetRepositoryPolicy", Call: 2}, "...x"},
		"the action for ever":       {awstest.Fault{Action: "DescribeRepositories", Sticky: true}, "x.x."},
		"the action from second on": {awstest.Fault{Action: "DescribeRepositories", Call: 2, Sticky: true}, "..x."},
		"another service's":         {awstest.Fault{Action: "iam:GetRepositoryPolicy", Sticky: true}, "...."},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := awstest.New(t, awstest.InAccountOf(a))
			test.fault.Kind = awstest.AccessDenied
			a.Inject(test.fault)
			client, got := ecr.NewFromConfig(a.Config()), ""
			mark := func(err error) {
				if code(err) == "AccessDeniedException" {
					got += "x"
				} else {
					got += "."
				}
			}
			for range 2 {
				_, err := client.DescribeRepositories(t.Context(), &ecr.DescribeRepositoriesInput{})
				mark(err)
				_, err = client.GetRepositoryPolicy(t.Context(), &ecr.GetRepositoryPolicyInput{RepositoryName: aws.String("team/app")})
				mark(err)
			}
			if got != test.want {
				t.Errorf("failed: %s, want %s", got, test.want)
			}
			a.ClearFaults()
			if _, err := client.DescribeRepositories(t.Context(), &ecr.DescribeRepositoriesInput{}); err != nil {
				t.Errorf("after ClearFaults: %s", err)
			}
		})
	}
}

func callECR(t *testing.T, a *awstest.AWS) error {
	_, err := ecr.NewFromConfig(a.Config()).DescribeRepositories(t.Context(), &ecr.DescribeRepositoriesInput{})
	return err
}

func callIAM(t *testing.T, a *awstest.AWS) error {
	_, err := iam.NewFromConfig(a.Config()).ListRoles(t.Context(), &iam.ListRolesInput{})
	return err
}

func callOrganizations(t *testing.T, a *awstest.AWS) error {
	_, err := organizations.NewFromConfig(a.Config()).ListRoots(t.Context(), &organizations.ListRootsInput{})
	return err
}
