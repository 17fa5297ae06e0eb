// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package pattern_test

import (
	"strings"
	"testing"

	"github.com/ecrx/terraform-provider-ecrx/internal/pattern"
	"github.com/ecrx/terraform-provider-ecrx/internal/policy"
)

// says compares problems with the text that one of them contains; "" stands for none.
func says(t *testing.T, problems []pattern.Problem, want string) {
	t.Helper()
	if got := problemsText(problems); !strings.Contains(got, want) || (want == "") != (got == "") || len(problems) > 1 {
		t.Errorf("got %q\nwant %q, alone", got, want)
	}
}

func TestValidateRoleDocuments(t *testing.T) {
	t.Parallel()
	trust := pattern.Trust{Services: []string{ecsTasks}}.Document("aws")
	many := make([]string, 60)
	for i := range many {
		many[i] = "arn:aws:iam::222222222222:role/" + strings.Repeat("r", i+1)
	}
	for name, tc := range map[string]struct {
		role pattern.Role
		want string
	}{
		"right":           {pattern.Role{Trust: trust, Inline: map[string]policy.Document{"x": policy.New(allow(pullActions, appARN, condition("StringEquals", "aws:PrincipalTag/ü", "é")))}}, ""},
		"kana, in policy": {pattern.Role{Trust: trust, Inline: map[string]policy.Document{"x": policy.New(allow(pullActions, appARN+"ア"))}}, `error : Character that IAM refuses: The inline policy x holds "ア"`},
		"kana, in trust":  {pattern.Role{Trust: policy.New(allow(nil, "ア"))}, `The trust policy holds "ア"`},
		"long trust":      {pattern.Role{Trust: pattern.Trust{PrincipalARNs: many}.Document("aws")}, "IAM takes 2048"},
		"long policies":   {pattern.Role{Trust: trust, Inline: map[string]policy.Document{"x": policy.New(allow(pullActions, strings.Repeat("a", 10240)))}}, "IAM takes 10240"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			says(t, pattern.ValidateRoleDocuments(tc.role), tc.want)
		})
	}
}

func TestValidateRoleScope(t *testing.T) {
	t.Parallel()
	with := func(change func(*pattern.CrossAccountRoleInput)) pattern.CrossAccountRoleInput {
		input := pattern.CrossAccountRoleInput{TrustedAccounts: []string{"222222222222"}, RepositoryScope: named(appARN)}
		change(&input)
		return input
	}
	arns := func(arns ...string) pattern.CrossAccountRoleInput {
		return with(func(c *pattern.CrossAccountRoleInput) { c.RepositoryARNs = arns })
	}
	only := func(pairs ...string) pattern.CrossAccountRoleInput {
		return with(func(c *pattern.CrossAccountRoleInput) { c.RepositoryScope = tagged(pairs...) })
	}
	for name, tc := range map[string]struct {
		input pattern.CrossAccountRoleInput
		want  string
	}{
		"right":       {arns(appARN, teamARNs, "arn:aws:ecr:*:111111111111:repository/*"), ""},
		"right, tags": {only("environment", "release", "kosten/stelle", "Zürich: 1 + 2 = 3 @ x_y-z."), ""},
		"access":      {with(func(c *pattern.CrossAccountRoleInput) { c.Access = "admin" }), `error access: Unknown access: "admin" is not an access. Write one of "pull"`},
		"no scope":    {arns(), "error repository_arns: Role without repositories"},
		"no scope, yet": {with(func(c *pattern.CrossAccountRoleInput) {
			c.RepositoryScope, c.Incomplete = pattern.RepositoryScope{}, true
		}), ""},
		"empty tags":            {only(), "error resource_tags: No tags"},
		"empty tags, and ARNs":  {with(func(c *pattern.CrossAccountRoleInput) { c.ResourceTags = tags() }), "error resource_tags: No tags"},
		"empty key":             {only("", "x"), "error resource_tags: Tag without a key"},
		"empty value":           {only("environment", ""), "error resource_tags: Tag without a value"},
		"keys in letter case":   {only("Environment", "a", "environment", "b"), `IAM takes "Environment" and "environment" for one condition key`},
		"kana in a value":       {only("environment", "リリース"), `error resource_tags: Character that IAM refuses: "リリース" holds "リ"`},
		"kana in a key":         {only("環境", "release"), "error resource_tags: Character that IAM refuses"},
		"a variable":            {only("environment", "${aws:username}"), "error resource_tags: Invalid tag"},
		"a wildcard":            {only("environment", "rel*"), "error resource_tags: Invalid tag"},
		"a name":                {arns("team/app"), `error repository_arns: Invalid repository ARN: "team/app" is not the ARN of an ECR repository`},
		"every repository":      {arns("*"), "error repository_arns: Invalid repository ARN"},
		"another service":       {arns("arn:aws:sqs:eu-west-1:111111111111:repository/x"), "is not the ARN of an ECR repository"},
		"no name":               {arns("arn:aws:ecr:eu-west-1:111111111111:repository/"), "is not the ARN of an ECR repository"},
		"ten digits":            {arns("arn:aws:ecr:eu-west-1:1234567890:repository/x"), "has no account id of 12 digits"},
		"any account":           {arns("arn:aws:ecr:eu-west-1:*:repository/x"), "error repository_arns: Wildcard in the account of a repository"},
		"another partition":     {arns("arn:aws-cn:ecr:cn-north-1:111111111111:repository/x"), `is in the partition "aws-cn", and the role is in "aws"`},
		"a variable in an ARN":  {arns(appARN + "/${aws:username}"), "error repository_arns: Invalid repository ARN"},
		"kana in an ARN":        {arns(appARN + "/ア"), "error repository_arns: Invalid repository ARN"},
		"a malformed beginning": {arns("*arn:aws:ecr:eu-west-1:111111111111:repository/x"), "is not the ARN of an ECR repository"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			says(t, pattern.ValidateCrossAccountRole(tc.input, "aws"), tc.want)
		})
	}
	says(t, pattern.ValidateCrossAccountRole(arns("arn:aws-cn:ecr:cn-north-1:111111111111:repository/x"), ""), "")
	says(t, pattern.ValidateAppRunnerRole(pattern.AppRunnerRoleInput{RepositoryARNs: []string{"x"}}), "error repository_arns: Invalid repository ARN")
	says(t, pattern.ValidateAppRunnerRole(pattern.AppRunnerRoleInput{RepositoryARNs: []string{}}), "error repository_arns: No repositories")
	says(t, pattern.ValidateAppRunnerRole(pattern.AppRunnerRoleInput{RepositoryARNs: []string{}, Incomplete: true}), "")
}

// TestOwnAndOtherAccount warns of a cross-account role that takes its own account for another, or another for its own.
func TestOwnAndOtherAccount(t *testing.T) {
	t.Parallel()
	input := func(change func(*pattern.CrossAccountRoleInput)) pattern.CrossAccountRoleInput {
		c := pattern.CrossAccountRoleInput{TrustedAccounts: []string{"222222222222"}, RepositoryScope: named("arn:aws:ecr:eu-west-1:111111111111:repository/app")}
		change(&c)
		return c
	}
	own := pattern.Site{Partition: "aws", Region: "eu-west-1", AccountID: "111111111111"}
	nothing := func(*pattern.CrossAccountRoleInput) {}
	for name, tc := range map[string]struct {
		input pattern.CrossAccountRoleInput
		site  pattern.Site
		want  string
	}{
		"another account": {input(nothing), own, ""},
		"own account": {
			input(func(c *pattern.CrossAccountRoleInput) { c.TrustedAccounts = append(c.TrustedAccounts, "111111111111") }), own,
			"warning trusted_accounts: Own account trusted: 111111111111 is the account of the role itself",
		},
		"principal of the own account": {
			input(func(c *pattern.CrossAccountRoleInput) {
				c.TrustedPrincipalARNs = []string{"arn:aws:iam::111111111111:role/ci"}
			}), own,
			"warning trusted_principal_arns: Principal of the own account trusted",
		},
		"repository of another account": {
			input(func(c *pattern.CrossAccountRoleInput) {
				c.RepositoryScope = named("arn:aws:ecr:eu-west-1:222222222222:repository/app")
			}), own,
			"warning repository_arns: Repository of another account: arn:aws:ecr:eu-west-1:222222222222:repository/app is in account 222222222222, and the role is in 111111111111",
		},
		"account not known": {
			input(func(c *pattern.CrossAccountRoleInput) { c.TrustedAccounts = []string{"111111111111"} }), pattern.Site{Partition: "aws", Region: "eu-west-1"}, "",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			says(t, pattern.ProveCrossAccountRole(tc.input, tc.site), tc.want)
		})
	}
}
