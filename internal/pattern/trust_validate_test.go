// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package pattern_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ecrx/terraform-provider-ecrx/internal/pattern"
)

func TestValidateTrust(t *testing.T) {
	t.Parallel()
	account := func(change func(*pattern.Trust)) pattern.Trust {
		trust := pattern.Trust{Accounts: []string{"222222222222"}}
		change(&trust)
		return trust
	}
	external := func(id string) pattern.Trust { return account(func(t *pattern.Trust) { t.ExternalID = id }) }
	principals := func(arns ...string) pattern.Trust { return pattern.Trust{PrincipalARNs: arns} }
	source := func(account string, arns ...string) pattern.Trust {
		return pattern.Trust{Services: []string{ecsTasks}, SourceAccount: account, SourceARNs: arns}
	}
	for name, tc := range map[string]struct {
		trust pattern.Trust
		want  string
	}{
		"nobody":                    {pattern.Trust{}, "error accounts: Role that nobody can assume: Say who may take the role: set accounts, principal_arns or organization_ids, services or oidc."},
		"nobody, yet":               {pattern.Trust{Incomplete: true}, ""},
		"everybody":                 {account(func(t *pattern.Trust) { t.Accounts = []string{"*"} }), "error accounts: Everybody as a trusted account"},
		"everybody, as a principal": {principals("*"), "error principal_arns: Everybody as a principal"},
		"ten digits":                {account(func(t *pattern.Trust) { t.Accounts = []string{"1234567890"} }), `error accounts: Invalid account id: "1234567890" is not an AWS account id`},
		"an organization alone":     {pattern.Trust{OrganizationIDs: []string{orgID}}, "warning organization_ids: Whole organization trusted"},
		"not an organization":       {account(func(t *pattern.Trust) { t.OrganizationIDs = []string{"o-1"} }), "error organization_ids: Invalid organization id"},

		"external id":                      {external(releaseUUID), ""},
		"external id of six":               {external("a+b=c1"), ""},
		"external id of 1,224":             {external(strings.Repeat("a", 1224)), ""},
		"external id of five":              {external("abc12"), `warning external_id: External id that can be guessed: "abc12" has 5 characters`},
		"external id of one":               {external("a"), "error external_id: Invalid external id"},
		"external id of 1,225":             {external(strings.Repeat("a", 1225)), "error external_id: Invalid external id"},
		"external id with a space":         {external("my secret"), "error external_id: Invalid external id"},
		"external id with a variable":      {external("${aws:username}"), "error external_id: Invalid external id"},
		"external id and a line":           {external("secret1\n"), "error external_id: Invalid external id"},
		"external id of a service":         {pattern.Trust{Services: []string{ecsTasks}, ExternalID: releaseUUID}, "error external_id: External id of nobody"},
		"external id of a service, so far": {pattern.Trust{Services: []string{ecsTasks}, ExternalID: releaseUUID, Incomplete: true}, ""},

		"a role of a path":          {principals(role, user, "arn:aws:iam::222222222222:role/ci-*"), ""},
		"a name":                    {principals("ci"), `error principal_arns: Invalid principal ARN: "ci" is not the ARN of a role or user`},
		"an account as principal":   {principals("arn:aws:iam::222222222222:root"), `Write "222222222222" in accounts instead`},
		"a session":                 {principals("arn:aws:sts::222222222222:assumed-role/ci/build"), `Write "arn:aws:iam::222222222222:role/ci", with the role's path if it has one`},
		"a federated user":          {principals("arn:aws:sts::222222222222:federated-user/ana"), "is neither a role nor a user"},
		"a group":                   {principals("arn:aws:iam::222222222222:group/dev"), "is neither a role nor a user"},
		"a role without a name":     {principals("arn:aws:iam::222222222222:role/"), "is neither a role nor a user"},
		"a role of any account":     {principals("arn:aws:iam::*:role/ci"), "error principal_arns: Wildcard in the account of a principal"},
		"a role of ten digits":      {principals("arn:aws:iam::1234567890:role/ci"), "has no account id of 12 digits"},
		"a bucket":                  {principals("arn:aws:s3:::bucket"), "is not the ARN of a role or user"},
		"a variable":                {principals("arn:aws:iam::222222222222:role/${aws:username}"), "can't be the ARN of a role or user"},
		"kana":                      {principals("arn:aws:iam::222222222222:role/ロール"), "can't be the ARN of a role or user"},
		"a principal of an account": {account(func(t *pattern.Trust) { t.PrincipalARNs = []string{role} }), "warning principal_arns: Principal of an account that is trusted anyway"},

		"a service":                  {pattern.Trust{Services: []string{"ops.apigateway.amazonaws.com", "ec2.amazonaws.com.cn", "alexa-appkit.amazon.com"}}, ""},
		"a service's short name":     {pattern.Trust{Services: []string{"ecs-tasks"}}, `Write "ecs-tasks.amazonaws.com"`},
		"any service":                {pattern.Trust{Services: []string{"*"}}, "error services: Invalid service principal"},
		"a service by pattern":       {pattern.Trust{Services: []string{"*.amazonaws.com"}}, "error services: Invalid service principal"},
		"a service of another host":  {pattern.Trust{Services: []string{"ecs-tasks.example.com"}}, `Write it as in "ecs-tasks.amazonaws.com"`},
		"sources":                    {source("111111111111", "arn:aws:ecs:eu-west-1:111111111111:*", "arn:aws:s3:::bucket"), ""},
		"a source of any account":    {source("", "arn:aws:ecs:eu-west-1:*:*"), "error source_arns: Source ARN of any account"},
		"a bucket of any account":    {source("", "arn:aws:s3:::bucket"), "error source_arns: Source ARN of any account"},
		"a source of two accounts":   {source("111111111111", "arn:aws:ecs:eu-west-1:222222222222:*"), "error source_arns: Source ARN of another account"},
		"a source by name":           {source("", "cluster"), "error source_arns: Invalid source ARN"},
		"a source of ten digits":     {source("1234567890"), "error source_account: Invalid account id"},
		"a source without a service": {account(func(t *pattern.Trust) { t.SourceAccount = "111111111111" }), "error services: Source of no service"},
		"an ARN without a service":   {account(func(t *pattern.Trust) { t.SourceARNs = []string{"arn:aws:ecs:eu-west-1:111111111111:*"} }), "error services: Source of no service"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			says(t, pattern.ValidateTrust(tc.trust), tc.want)
		})
	}
}

func TestValidateTrustOfResources(t *testing.T) {
	t.Parallel()
	input := pattern.CrossAccountRoleInput{RepositoryScope: named(appARN)}
	says(t, pattern.ValidateCrossAccountRole(input, "aws"), "error trusted_accounts: Role that nobody can assume: Say who may take the role: set trusted_accounts, trusted_principal_arns or organization_ids.")
	input.TrustedAccounts = []string{"*"}
	says(t, pattern.ValidateCrossAccountRole(input, "aws"), "error trusted_accounts: ")
	input.TrustedAccounts, input.TrustedPrincipalARNs = nil, []string{"arn:aws-cn:iam::222222222222:role/ci"}
	says(t, pattern.ValidateCrossAccountRole(input, "aws"), "error trusted_principal_arns: Principal of another partition")
	input.TrustedPrincipalARNs = []string{"arn:aws:iam::222222222222:root"}
	says(t, pattern.ValidateCrossAccountRole(input, "aws"), `Write "222222222222" in trusted_accounts instead`)
	pipelines := pattern.CIRoleInput{ProviderARN: "arn:aws-cn:iam::111111111111:oidc-provider/gitlab.com", Subjects: []string{"project_path:a/b:ref_type:branch:ref:main"}, Audiences: []string{"x"}, RepositoryScope: named(appARN)}
	says(t, pattern.ValidateCIRole(pipelines, "aws"), "error oidc_provider_arn: OIDC provider of another partition")
	pipelines.ProviderARN, pipelines.Audiences = gitlab, nil
	says(t, pattern.ValidateCIRole(pipelines, "aws"), "error audiences: No audience")
	pipelines.Incomplete = true
	says(t, pattern.ValidateCIRole(pipelines, "aws"), "")
	pipelines.Audiences, pipelines.Subjects = []string{"x"}, []string{"project_path:a/*:ref_type:branch:ref:main"}
	says(t, pattern.ValidateCIRole(pipelines, "aws"), "or set allow_broad_subject = true")
	pipelines.Subjects, pipelines.Access = nil, "admin"
	says(t, pattern.ValidateCIRole(pipelines, "aws"), "error access: Unknown access")
}

func TestValidateOIDC(t *testing.T) {
	t.Parallel()
	of := func(provider, audience string, subjects ...string) pattern.OIDCTrust {
		return pattern.OIDCTrust{ProviderARN: provider, Audiences: []string{audience}, Subjects: subjects}
	}
	gitHub := func(subjects ...string) pattern.OIDCTrust { return of(provider, "sts.amazonaws.com", subjects...) }
	broad := func(subject string) pattern.OIDCTrust {
		o := gitHub(subject)
		o.AllowBroadSubject = true
		return o
	}
	const open, wide, pulls = "error oidc.subjects: Subject of anybody", "error oidc.subjects: Subject of more than one repository", "warning oidc.subjects: Pull requests may take the role"
	for name, tc := range map[string]struct {
		oidc pattern.OIDCTrust
		want string
	}{
		"a branch":                    {gitHub(mainBranch), ""},
		"branches":                    {gitHub(anyBranch, "repo:octo-org/app:ref:refs/tags/v?"), ""},
		"an environment":              {gitHub("repo:octo-org/app:environment:production"), ""},
		"numeric ids":                 {gitHub(withIDs, "repo:octo-org@123456/app@456789:ref:refs/heads/*"), ""},
		"both forms":                  {gitHub(mainBranch, "repo:octo-org@123456/app@456789:ref:refs/heads/main"), ""},
		"a customized subject":        {gitHub("repository_owner_id:123456:repository_id:456789"), ""},
		"GitLab":                      {of(gitlab, "https://gitlab.com", "project_path:group/sub/app:ref_type:branch:ref:*"), ""},
		"another issuer":              {of("arn:aws:iam::111111111111:oidc-provider/ci.example.com/org/42", "aws", "org/42/project/7:main"), ""},
		"an issuer with a slash":      {of(auth0, "ecr", "aBcD1234@clients"), ""},
		"no provider yet":             {pattern.OIDCTrust{Subjects: []string{mainBranch}}, ""},
		"every subject":               {gitHub("*"), open},
		"every subject, allowed":      {broad("*"), open},
		"any one character":           {gitHub("?*"), open},
		"every repository":            {gitHub("repo:*"), open},
		"every repository, allowed":   {broad("repo:*"), open},
		"any key":                     {gitHub("re*"), open},
		"any owner":                   {gitHub("repo:*/app:ref:refs/heads/main"), open},
		"owners that begin so":        {gitHub("repo:octo-org*"), wide},
		"repositories of an owner":    {gitHub("repo:octo-org/*"), wide + `: In "repo:octo-org/*" a wildcard stands before the repository's end, so it also matches others, such as "repo:octo-org/somebody". Write the whole name, as in "repo:octo-org/app:*", or set oidc.allow_broad_subject = true.`},
		"repositories that begin so":  {gitHub("repo:octo-org/app*"), wide},
		"and end so":                  {gitHub("repo:octo-org/app*:ref:refs/heads/main"), wide},
		"ids left open":               {gitHub("repo:octo-org@*/app@*:ref:refs/heads/main"), wide},
		"a character left open":       {gitHub("repo:octo-org/ap?:ref:refs/heads/main"), wide},
		"projects of a group":         {of(gitlab, "x", "project_path:group/*:ref_type:branch:ref:main"), wide},
		"owner's repositories, meant": {broad("repo:octo-org/*"), "warning oidc.subjects: Subject of more than one repository"},
		"no repo: before it":          {gitHub("octo-org/app:ref:refs/heads/main"), `warning oidc.subjects: Subject that GitHub never sends: GitHub's subjects begin with "repo:"`},
		"any branch without repo:":    {gitHub("octo-org/app:*"), `warning oidc.subjects: Subject that GitHub never sends`},
		"a claim that is customized":  {gitHub("repository_owner_id:123456:environment:production"), ""},
		"no repository":               {gitHub("repo:octo-org:ref:refs/heads/main"), "error oidc.subjects: Subject without a repository"},
		"no branch":                   {gitHub("repo:octo-org/app"), `warning oidc.subjects: Subject without a branch`},
		"pull requests":               {gitHub("repo:octo-org/app:pull_request"), pulls + `: "repo:octo-org/app:pull_request" lets the workflow of any pull request take the role`},
		"anything in the repository":  {gitHub("repo:octo-org/app:*"), pulls},
		"an empty subject":            {gitHub(""), "error oidc.subjects: Invalid subject"},
		"a variable":                  {gitHub("repo:${aws:username}/app:*"), "error oidc.subjects: Invalid subject"},
		"kana":                        {gitHub("repo:octo-org/app:environment:本番"), "error oidc.subjects: Invalid subject"},
		"no subject":                  {gitHub(), "error oidc.subjects: No subject"},
		"no audience":                 {pattern.OIDCTrust{ProviderARN: provider, Subjects: []string{mainBranch}}, "error oidc.audiences: No audience"},
		"every audience":              {of(provider, "*", mainBranch), "error oidc.audiences: Invalid audience"},
		"an empty audience":           {of(provider, "", mainBranch), "error oidc.audiences: Invalid audience"},
		"a provider's URL":            {of("https://gitlab.com", "x", "project_path:a/b:ref_type:branch:ref:main"), "error oidc.provider_arn: Invalid OIDC provider"},
		"a SAML provider":             {of("arn:aws:iam::111111111111:saml-provider/x", "x", mainBranch), "error oidc.provider_arn: Invalid OIDC provider"},
		"a provider of ten digits":    {of("arn:aws:iam::1234567890:oidc-provider/gitlab.com", "x", "project_path:a/b:c"), "error oidc.provider_arn: Invalid OIDC provider"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			says(t, pattern.ValidateTrust(pattern.Trust{OIDC: &tc.oidc}), tc.want)
		})
	}
	empty := pattern.Trust{OIDC: &pattern.OIDCTrust{ProviderARN: provider}, Incomplete: true}
	says(t, pattern.ValidateTrust(empty), "")
}

func TestOIDCIssuer(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"github": "token.actions.githubusercontent.com", "gitlab": "gitlab.com", "https://gitlab.example.com": "gitlab.example.com",
		"https://oidc.eks.eu-west-1.amazonaws.com/id/EXAMPLE": "oidc.eks.eu-west-1.amazonaws.com/id/EXAMPLE",
		"": "", "GitHub": "", "gitlab.example.com": "", "http://gitlab.example.com": "", "https://gitlab.example.com:8443": "",
		"https://octo-org.eu.auth0.com/": "octo-org.eu.auth0.com/", "https://a.example.com/realms/ci/": "a.example.com/realms/ci/",
		"https://gitlab.com/": "", "https://token.actions.githubusercontent.com/": "", "https:///": "", "HTTPS://gitlab.example.com": "",
		"https://": "", "https://a.example.com?x=1": "", "https://a.example.com#x": "", "https://me@a.example.com": "", "https://a b": "",
	} {
		got, err := pattern.OIDCIssuer(text)
		if got != want || (err == nil) != (want != "") {
			t.Errorf("%q: %q, %v, want %q", text, got, err, want)
		}
	}
	if diff := cmp.Diff(provider, pattern.OIDCProviderARN("aws", "111111111111", pattern.GitHubIssuer)); diff != "" {
		t.Error(diff)
	}
}
