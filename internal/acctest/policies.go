// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package acctest

import (
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecr"
	"github.com/aws/aws-sdk-go-v2/service/ecr/types"
	"github.com/google/go-cmp/cmp"

	"github.com/ecrx/terraform-provider-ecrx/internal/awstest"
	"github.com/ecrx/terraform-provider-ecrx/internal/policy"
)

// Repository is the name of the repository of which the functions below speak.
const Repository = "team/app"

// Foreign is a statement of another tool: what the Lambda console writes for its functions,
// https://docs.aws.amazon.com/lambda/latest/dg/images-create.html.
const Foreign = `{"Sid":"LambdaECRImageRetrievalPolicy","Effect":"Allow","Principal":{"Service":["lambda.amazonaws.com"]},` +
	`"Action":["ecr:GetDownloadUrlForLayer","ecr:BatchGetImage"],"Condition":{"StringLike":{"aws:sourceArn":"arn:aws:lambda:eu-west-1:111111111111:function:*"}}}`

// CreateRepository makes the repository, without a policy.
func CreateRepository(t testing.TB, a *awstest.AWS) {
	t.Helper()
	if _, err := a.ECR().CreateRepository(t.Context(), &ecr.CreateRepositoryInput{RepositoryName: aws.String(Repository)}); err != nil {
		t.Fatal(err)
	}
}

// DeleteRepository deletes the repository and what is in it.
func DeleteRepository(t testing.TB, a *awstest.AWS) {
	t.Helper()
	if _, err := a.ECR().DeleteRepository(t.Context(), &ecr.DeleteRepositoryInput{RepositoryName: aws.String(Repository), Force: true}); err != nil {
		t.Fatal(err)
	}
}

// Statements gives the statements of the repository's policy.
func Statements(t testing.TB, a *awstest.AWS) []policy.Statement {
	t.Helper()
	out, err := a.ECR().GetRepositoryPolicy(t.Context(), &ecr.GetRepositoryPolicyInput{RepositoryName: aws.String(Repository)})
	var none *types.RepositoryPolicyNotFoundException
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

// SetPolicy replaces the repository's policy.
func SetPolicy(t testing.TB, a *awstest.AWS, text string) {
	t.Helper()
	in := &ecr.SetRepositoryPolicyInput{RepositoryName: aws.String(Repository), PolicyText: &text}
	if _, err := a.ECR().SetRepositoryPolicy(t.Context(), in); err != nil {
		t.Fatal(err)
	}
}

// AddStatement writes a statement beside those that are there, as another tool does. It replaces the one of its Sid.
func AddStatement(t testing.TB, a *awstest.AWS, text string) {
	t.Helper()
	added := parse(t, text)
	others := slices.DeleteFunc(Statements(t, a), func(s policy.Statement) bool { return s.Sid == added.Sid })
	SetPolicy(t, a, policy.New(append(others, added)...).Canonical())
}

// ExpectSids expects the statements of the repository's policy to have just these Sids, given in the order of the alphabet.
func ExpectSids(t testing.TB, a *awstest.AWS, want ...string) {
	t.Helper()
	var sids []string
	for _, s := range Statements(t, a) {
		sids = append(sids, s.Sid)
	}
	slices.Sort(sids)
	if diff := cmp.Diff(want, sids); diff != "" {
		t.Errorf("Sids of the live policy (-want +got):\n%s", diff)
	}
}

// ExpectStatement expects the repository's policy to have a statement that means the same.
func ExpectStatement(t testing.TB, a *awstest.AWS, text string) {
	t.Helper()
	if live := Statements(t, a); !slices.ContainsFunc(live, parse(t, text).Equal) {
		t.Errorf("the live policy lacks %s: %v", text, live)
	}
}

// MeansStatement gives a check of a text that is to be a statement with the same meaning.
func MeansStatement(want string) func(text string) error {
	return func(text string) error {
		parsed := func(statement string) (policy.Document, error) {
			return policy.Parse(`{"Version":"2012-10-17","Statement":` + statement + `}`)
		}
		got, err := parsed(text)
		if err != nil {
			return err
		}
		if expected, err := parsed(want); err != nil || !policy.Equal(got, expected) {
			return fmt.Errorf("got %s, want %s", text, want)
		}
		return nil
	}
}

// ForeignStands expects that Foreign means what it did.
func ForeignStands(t testing.TB, a *awstest.AWS) {
	t.Helper()
	ExpectStatement(t, a, Foreign)
}

func parse(t testing.TB, statement string) policy.Statement {
	t.Helper()
	document, err := policy.Parse(`{"Version":"2012-10-17","Statement":` + statement + `}`)
	if err != nil {
		t.Fatal(err)
	}
	return document.Statements[0]
}

// UnownedAtImport names the attributes of a resource with grants that an import leaves to the first apply, since it owns no statement.
func UnownedAtImport() []string {
	return []string{"consumer_policies", "consumer_policy_json", "policy_json", "proof", "unmanaged_statements"}
}
