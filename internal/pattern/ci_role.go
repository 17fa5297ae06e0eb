// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package pattern

import (
	"cmp"
	"fmt"
	"net/url"
	"strings"

	"github.com/ecrx/terraform-provider-ecrx/internal/policy"
)

// The issuers of GitHub Actions and of GitLab's own service, as IAM names them.
const (
	GitHubIssuer = "token.actions.githubusercontent.com"
	GitLabIssuer = "gitlab.com"
)

// gitHubAudience is what GitHub's action for AWS asks tokens for.
const gitHubAudience = "sts.amazonaws.com"

// CIRoleInput says which pipelines may take a role, and what the role may do with which repositories.
type CIRoleInput struct {
	// ProviderARN is the ARN of the issuer's OIDC provider in IAM.
	ProviderARN string
	// Subjects are as in OIDCTrust. Without Audiences, tokens of GitHub are for "sts.amazonaws.com".
	Subjects, Audiences []string
	AllowBroadSubject   bool
	// Access is a preset; "" is "push_pull".
	Access string
	RepositoryScope

	// Incomplete says that some arguments aren't known yet, so that what is missing isn't reported.
	Incomplete bool
}

// OIDCIssuer gives an issuer as IAM names it, without its scheme: "github" and "gitlab" stand for GitHub Actions and
// gitlab.com, anything else is an https URL. A slash at its end stays, as in the issuers of Auth0: the URL "should correspond to
// the iss claim" (IAM API Reference, CreateOpenIDConnectProvider), the ARN ends with it, and the condition keys begin with "the
// fully qualified URL" (IAM User Guide, id_roles_create_for-idp_oidc). The error says what to write.
func OIDCIssuer(text string) (string, error) {
	switch text {
	case "github":
		return GitHubIssuer, nil
	case "gitlab":
		return GitLabIssuer, nil
	}
	issuer, https := strings.CutPrefix(text, "https://")
	parsed, err := url.Parse(text)
	if err != nil || !https || parsed.Hostname() == "" || parsed.Host != parsed.Hostname() ||
		parsed.RawQuery != "" || parsed.Fragment != "" || parsed.User != nil || issuer == GitHubIssuer+"/" || issuer == GitLabIssuer+"/" {
		return "", fmt.Errorf("%q is not an issuer: write \"github\", \"gitlab\", or the issuer's URL as its tokens have it in iss, without a port, "+
			"for example \"https://gitlab.example.com\"", text)
	}
	return issuer, nil
}

// OIDCProviderARN gives the ARN of an issuer's provider in an account. It follows from both, so that it is known before the
// provider is looked up (IAM User Guide, reference_identifiers).
func OIDCProviderARN(partition, account, issuer string) string {
	return "arn:" + partition + ":iam::" + account + ":oidc-provider/" + issuer
}

// Trust says who may take the role.
func (c CIRoleInput) Trust() Trust {
	audiences := c.Audiences
	if len(audiences) == 0 && issuerOf(c.ProviderARN) == GitHubIssuer {
		audiences = []string{gitHubAudience}
	}
	return Trust{
		OIDC:       &OIDCTrust{ProviderARN: c.ProviderARN, Audiences: audiences, Subjects: c.Subjects, AllowBroadSubject: c.AllowBroadSubject},
		Incomplete: c.Incomplete,
		names: map[string]string{
			"oidc.provider_arn": "oidc_provider_arn", "oidc.subjects": "subjects", "oidc.audiences": "audiences", "oidc.allow_broad_subject": "allow_broad_subject",
		},
	}
}

// CIRole builds the role. The input must be valid.
func CIRole(input CIRoleInput, site Site) Role {
	return Role{
		Trust:  input.Trust().Document(site.Partition),
		Inline: map[string]policy.Document{AccessPolicyName: ScopedPolicy(cmp.Or(input.Access, "push_pull"), input.RepositoryScope, site)},
	}
}

// ValidateCIRole finds what is wrong in the input. partition is the one of the provider, "" while it isn't known. Without a
// ProviderARN, which may follow from an account that isn't known yet, only the rest is looked at.
func ValidateCIRole(input CIRoleInput, partition string) []Problem {
	v := roleValidator{partition: partition}
	v.trust(input.Trust())
	v.scope(input.Access, input.RepositoryScope, input.Incomplete)
	return v.problems
}

// ProveCIRole evaluates the role that the input stands for: the pipelines with its subjects and audiences may assume it, and
// no others; and it can do what it says on the repositories, and nothing else in ECR.
func ProveCIRole(input CIRoleInput, site Site) []Problem {
	role := CIRole(input, site)
	actions, _ := AccessActions(cmp.Or(input.Access, "push_pull"))
	return append(ProveTrust(input.Trust(), role.Trust, site), ProveRole(role, input.access(actions, site), site)...)
}
