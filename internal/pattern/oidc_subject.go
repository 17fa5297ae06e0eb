// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package pattern

import (
	"slices"
	"strings"
)

// githubClaims are what a subject of GitHub begins with: the repository or, where an organization or a repository customizes its
// subjects, another claim of the token.
// https://docs.github.com/en/actions/reference/security/oidc
var githubClaims = []string{
	"repo", "actor", "actor_id", "base_ref", "context", "enterprise", "enterprise_id", "environment", "event_name", "head_ref", "job_workflow_ref",
	"job_workflow_sha", "ref", "ref_protected", "ref_type", "repository", "repository_id", "repository_owner", "repository_owner_id",
	"repository_visibility", "run_attempt", "run_id", "run_number", "runner_environment", "sha", "workflow", "workflow_ref", "workflow_sha",
}

// oidc looks at a provider, its audiences and its subjects.
func (v *roleValidator) oidc(o OIDCTrust, incomplete bool) {
	issuer := issuerOf(o.ProviderARN)
	switch {
	case o.ProviderARN == "":
	case !providerARN.MatchString(o.ProviderARN):
		v.error("oidc.provider_arn", "Invalid OIDC provider", "%q is not the ARN of an OIDC provider. Write it as in \"arn:aws:iam::111111111111:oidc-provider/%s\".", o.ProviderARN, GitHubIssuer)
	case v.partition != "" && !strings.HasPrefix(o.ProviderARN, "arn:"+v.partition+":"):
		v.error("oidc.provider_arn", "OIDC provider of another partition", "%q is not in the partition %q, where the role is. Write the provider of the role's own account.", o.ProviderARN, v.partition)
	}
	if len(o.Audiences) == 0 && o.ProviderARN != "" && !incomplete {
		v.error("oidc.audiences", "No audience", "Without an audience, tokens that %s made for others would be taken too. Write the one that your pipelines ask for, such as \"sts.amazonaws.com\".", issuer)
	}
	for _, audience := range o.Audiences {
		if audience == "" || strings.ContainsAny(audience, "*?$") || notLatin.MatchString(audience) {
			v.error("oidc.audiences", "Invalid audience", "%q is not an audience. Write it as the provider has it, without wildcards, such as \"sts.amazonaws.com\".", audience)
		}
	}
	if len(o.Subjects) == 0 && !incomplete {
		v.error("oidc.subjects", "No subject", "Without a subject, everybody who uses the provider could take the role. Write the repository and the branch, such as \"repo:octo-org/app:ref:refs/heads/main\".")
	}
	for _, subject := range o.Subjects {
		v.subject(subject, issuer, o.AllowBroadSubject)
	}
}

// subject looks at one subject. Those of GitHub and GitLab are a key and the repository, and behind them what runs:
// "repo:OWNER/REPO:ref:refs/heads/main", "repo:OWNER@ID/REPO@ID:environment:production" and
// "project_path:GROUP/PROJECT:ref_type:branch:ref:main" (GitHub Docs, OpenID Connect reference; GitLab Docs, id_token
// authentication). A wildcard before the repository's end matches repositories that nobody chose.
func (v *roleValidator) subject(subject, issuer string, allowBroad bool) {
	const argument = "oidc.subjects"
	fixed := subject
	if i := strings.IndexAny(subject, "*?"); i >= 0 {
		fixed = subject[:i]
	}
	key, rest, _ := strings.Cut(subject, ":")
	repository, what, complete := strings.Cut(rest, ":")
	end := len(key) + len(":") + len(repository) + len(":")
	owner := strings.TrimPrefix(fixed, key+":")
	switch {
	case strings.TrimSpace(subject) == "" || strings.Contains(subject, "${") || notLatin.MatchString(subject):
		v.error(argument, "Invalid subject", "%q is not a subject. Write it as the tokens have it, such as \"repo:octo-org/app:ref:refs/heads/main\".", subject)
	case issuer == GitHubIssuer && fixed != "" && !strings.ContainsAny(key, "*?") && !slices.Contains(githubClaims, key):
		v.warn(argument, "Subject that GitHub never sends", "GitHub's subjects begin with \"repo:\" or, where an organization customizes them, with another claim: %q never matches. Write it as in \"repo:octo-org/app:ref:refs/heads/main\".", subject)
	case fixed != subject && (fixed == "" || strings.HasPrefix(key, fixed) || owner == ""):
		v.error(argument, "Subject of anybody", "%q lets everybody in who uses %s. Write the owner, the repository and the branch, such as \"repo:octo-org/app:ref:refs/heads/main\".", subject, issuer)
	case fixed != subject && (len(fixed) < end || !complete):
		if allowBroad {
			v.warn(argument, "Subject of more than one repository", "%q also matches repositories that don't exist yet, and where the owner's name isn't complete, those of other owners. It is accepted, since %s is true.", subject, v.name("oidc.allow_broad_subject"))
			return
		}
		v.error(argument, "Subject of more than one repository", "In %q a wildcard stands before the repository's end, so it also matches others, such as %q. Write the whole name, as in \"repo:octo-org/app:*\", or set %s = true.",
			subject, concrete(subject), v.name("oidc.allow_broad_subject"))
	case issuer == GitHubIssuer && key == "repo" && !strings.Contains(repository, "/"):
		v.error(argument, "Subject without a repository", "%q names no repository, so it never matches. Write the owner and the repository, such as \"repo:octo-org/app:ref:refs/heads/main\".", subject)
	case issuer == GitHubIssuer && key == "repo" && !complete:
		v.warn(argument, "Subject without a branch", "GitHub's subjects go on behind the repository unless they are customized, so %q never matches. Write %q or %q.", subject, subject+":ref:refs/heads/main", subject+":*")
	case (issuer == GitHubIssuer || key == "repo") && fits(what, "pull_request"):
		v.warn(argument, "Pull requests may take the role", "%q lets the workflow of any pull request take the role, before anybody has reviewed what it runs. Name a branch or an environment, such as \"%s:%s:ref:refs/heads/main\".", subject, key, repository)
	}
}

// fits reports whether a text matches a pattern of StringLike, in which "*" is any characters and "?" is one.
func fits(pattern, text string) bool {
	star, retry, p := -1, 0, 0
	for t := 0; t < len(text); {
		switch {
		case p < len(pattern) && pattern[p] == '*':
			star, retry = p, t
			p++
		case p < len(pattern) && (pattern[p] == '?' || pattern[p] == text[t]):
			p++
			t++
		case star >= 0:
			// The last star takes one character more. Those before it have all they need.
			retry++
			p, t = star+1, retry
		default:
			return false
		}
	}
	return strings.Trim(pattern[p:], "*") == ""
}
