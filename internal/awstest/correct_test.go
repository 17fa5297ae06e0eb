// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package awstest_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecr"
	"github.com/aws/aws-sdk-go-v2/service/ecr/types"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"github.com/ecrx/terraform-provider-ecrx/internal/awstest"
)

func TestRepositoryPolicySize(t *testing.T) {
	t.Parallel()
	a := awstest.New(t)
	createRepository(t, a.ECR(), "team/app")
	policy := `{"Version":"2012-10-17","Statement":[{"Sid":"A","Effect":"Allow","Principal":"*","Action":"ecr:BatchGetImage"}]}`
	for size, want := range map[int]string{10240: "", 10241: "InvalidParameterException"} {
		text := policy + strings.Repeat(" ", size-len(policy))
		if _, err := setPolicy(t, a, text); code(err) != want {
			t.Errorf("a policy of %d characters gives %v, want code %q", size, err, want)
		}
	}
}

func TestDescribeRepositoriesPages(t *testing.T) {
	t.Parallel()
	a := awstest.New(t)
	for i := range 103 {
		createRepository(t, a.ECR(), fmt.Sprintf("team/app%03d", i))
	}
	names := make([]string, 101)
	for i := range names {
		names[i] = fmt.Sprintf("team/app%03d", i)
	}
	describe := func(in *ecr.DescribeRepositoriesInput) (*ecr.DescribeRepositoriesOutput, error) {
		return a.ECR().DescribeRepositories(t.Context(), in)
	}
	first, err := describe(&ecr.DescribeRepositoriesInput{})
	if err != nil {
		t.Fatal(err)
	}
	if len(first.Repositories) != 100 || first.NextToken == nil {
		t.Fatalf("the first page has %d repositories and token %v", len(first.Repositories), first.NextToken)
	}
	second, err := describe(&ecr.DescribeRepositoriesInput{NextToken: first.NextToken})
	if err != nil {
		t.Fatal(err)
	}
	if len(second.Repositories) != 3 || second.NextToken != nil || *second.Repositories[0].RepositoryName != "team/app100" {
		t.Errorf("the second page is %v, token %v", second.Repositories, second.NextToken)
	}
	for name, test := range map[string]struct {
		in   ecr.DescribeRepositoriesInput
		want int // -1: refused
	}{
		"size 7":           {ecr.DescribeRepositoriesInput{MaxResults: aws.Int32(7)}, 7},
		"size 1000":        {ecr.DescribeRepositoriesInput{MaxResults: aws.Int32(1000)}, 103},
		"size 0":           {ecr.DescribeRepositoriesInput{MaxResults: aws.Int32(0)}, -1},
		"size 1001":        {ecr.DescribeRepositoriesInput{MaxResults: aws.Int32(1001)}, -1},
		"100 names":        {ecr.DescribeRepositoriesInput{RepositoryNames: names[:100]}, 100},
		"101 names":        {ecr.DescribeRepositoriesInput{RepositoryNames: names}, -1},
		"size with names":  {ecr.DescribeRepositoriesInput{RepositoryNames: names[:1], MaxResults: aws.Int32(7)}, -1},
		"an unknown token": {ecr.DescribeRepositoriesInput{NextToken: aws.String("!")}, -1},
	} {
		out, err := describe(&test.in)
		if test.want < 0 {
			if code(err) != "InvalidParameterException" {
				t.Errorf("%s gives %v", name, err)
			}
		} else if err != nil || len(out.Repositories) != test.want {
			t.Errorf("%s gives %v, %v, want %d repositories", name, out, err, test.want)
		}
	}
}

func TestTagLimits(t *testing.T) {
	t.Parallel()
	a := awstest.New(t)
	create := func(name string, tags []types.Tag) error {
		_, err := a.ECR().CreateRepository(t.Context(), &ecr.CreateRepositoryInput{RepositoryName: aws.String(name), Tags: tags})
		return err
	}
	if err := create("reserved", []types.Tag{{Key: aws.String("aws:x"), Value: aws.String("")}}); code(err) != "InvalidTagParameterException" {
		t.Errorf("a tag aws:x gives %v", err)
	}
	if err := create("many", tags(51)); code(err) != "TooManyTagsException" {
		t.Errorf("51 tags give %v", err)
	}
	if err := create("full", tags(50)); err != nil {
		t.Fatal(err)
	}
	tag := func(tags ...types.Tag) error {
		arn := fmt.Sprintf("arn:aws:ecr:%s:%s:repository/full", a.Region, a.AccountID)
		_, err := a.ECR().TagResource(t.Context(), &ecr.TagResourceInput{ResourceArn: aws.String(arn), Tags: tags})
		return err
	}
	if err := tag(tags(1)...); err != nil {
		t.Errorf("changing one of 50 tags gives %v", err)
	}
	if err := tag(types.Tag{Key: aws.String("more"), Value: aws.String("")}); code(err) != "TooManyTagsException" {
		t.Errorf("a 51st tag gives %v", err)
	}
}

func TestAccountSetting(t *testing.T) {
	t.Parallel()
	a := awstest.New(t)
	get := func() string {
		t.Helper()
		out, err := a.ECR().GetAccountSetting(t.Context(), &ecr.GetAccountSettingInput{Name: aws.String("REGISTRY_POLICY_SCOPE")})
		if err != nil {
			t.Fatal(err)
		}
		return aws.ToString(out.Value)
	}
	put := func(name, value string) error {
		_, err := a.ECR().PutAccountSetting(t.Context(), &ecr.PutAccountSettingInput{Name: aws.String(name), Value: aws.String(value)})
		return err
	}
	if got := get(); got != "V2" {
		t.Errorf("the default is %s, want V2", got)
	}
	if err := put("REGISTRY_POLICY_SCOPE", "V1"); err != nil || get() != "V1" {
		t.Errorf("after putting V1 it is %s, error %v", get(), err)
	}
	for _, bad := range [][2]string{{"REGISTRY_POLICY_SCOPE", "V3"}, {"OTHER", "V1"}} {
		if err := put(bad[0], bad[1]); code(err) != "InvalidParameterException" {
			t.Errorf("putting %v gives %v", bad, err)
		}
	}
}

func TestAssumedRoleActsInItsAccount(t *testing.T) {
	t.Parallel()
	a := awstest.New(t)
	out, err := a.STS().AssumeRole(t.Context(), &sts.AssumeRoleInput{
		RoleArn: aws.String("arn:aws:iam::222222222222:role/x"), RoleSessionName: aws.String("test"),
	})
	if err != nil {
		t.Fatal(err)
	}
	config := a.Config()
	config.Credentials = aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
		return aws.Credentials{AccessKeyID: *out.Credentials.AccessKeyId, SecretAccessKey: "x"}, nil
	})
	who, err := sts.NewFromConfig(config).GetCallerIdentity(t.Context(), &sts.GetCallerIdentityInput{})
	if err != nil {
		t.Fatal(err)
	}
	if want := "arn:aws:sts::222222222222:assumed-role/x/test"; aws.ToString(who.Arn) != want {
		t.Errorf("the caller is %s, want %s", aws.ToString(who.Arn), want)
	}
}

func setPolicy(t *testing.T, a *awstest.AWS, text string) (*ecr.SetRepositoryPolicyOutput, error) {
	t.Helper()
	return a.ECR().SetRepositoryPolicy(t.Context(), &ecr.SetRepositoryPolicyInput{
		RepositoryName: aws.String("team/app"), PolicyText: aws.String(text),
	})
}

func getPolicy(t *testing.T, a *awstest.AWS) string {
	t.Helper()
	out, err := a.ECR().GetRepositoryPolicy(t.Context(), &ecr.GetRepositoryPolicyInput{RepositoryName: aws.String("team/app")})
	if err != nil {
		t.Fatal(err)
	}
	return aws.ToString(out.PolicyText)
}

func tags(n int) []types.Tag {
	tags := make([]types.Tag, n)
	for i := range tags {
		tags[i] = types.Tag{Key: aws.String(fmt.Sprintf("key%d", i)), Value: aws.String("")}
	}
	return tags
}

func TestScanOnPushCanBeSwitchedOff(t *testing.T) {
	t.Parallel()
	a := awstest.New(t)
	name := "team/app"
	if _, err := a.ECR().CreateRepository(t.Context(), &ecr.CreateRepositoryInput{
		RepositoryName: &name, ImageScanningConfiguration: &types.ImageScanningConfiguration{ScanOnPush: true},
	}); err != nil {
		t.Fatal(err)
	}
	if _, err := a.ECR().PutImageScanningConfiguration(t.Context(), &ecr.PutImageScanningConfigurationInput{
		RepositoryName: &name, ImageScanningConfiguration: &types.ImageScanningConfiguration{},
	}); err != nil {
		t.Fatal(err)
	}
	out, err := a.ECR().DescribeRepositories(t.Context(), &ecr.DescribeRepositoriesInput{RepositoryNames: []string{name}})
	if err != nil {
		t.Fatal(err)
	}
	if out.Repositories[0].ImageScanningConfiguration.ScanOnPush {
		t.Error("images are still scanned on push")
	}
}
