// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package policy

import (
	"regexp"
	"slices"
	"strings"
)

// sharedIssuers give tokens to customers of theirs in the whole world, so that only the subject tells them apart.
var sharedIssuers = [...]string{
	"token.actions.githubusercontent.com", "gitlab.com", "app.terraform.io", "agent.buildkite.com",
}

var (
	// externalID is what STS takes (STS API Reference, AssumeRole).
	externalID = regexp.MustCompile(`^[\w+=,.@:/-]+$`)
	oneClass   = regexp.MustCompile(`^([a-z]+|[A-Z]+|\d+)$`)
)

// The bounds of STS, and what is too short not to be guessed.
const (
	minExternalID, maxExternalID = 2, 1224
	shortExternalID              = 12
)

// reviewTrust looks at who may assume a role.
func (s scope) reviewTrust() {
	if s.kind != KindTrust || !s.allows() {
		return
	}
	s.reviewTrustedAccounts()
	for _, c := range s.conditions {
		if fold(c.key) == "sts:externalid" {
			for _, v := range c.values {
				s.reviewExternalID(c, v)
			}
		}
	}
	for _, provider := range s.Principal.Federated {
		s.reviewFederation(provider)
	}
	federatedOnly := len(s.Principal.Federated) > 0 && len(s.Principal.AWS)+len(s.Principal.Service) == 0 && !s.Principal.Any
	if federatedOnly && len(s.Actions) == 1 && s.sameAction("sts:AssumeRole") {
		s.add(SeverityError, "ACTION_NOT_FOR_PRINCIPAL", s.at("Action"), "an identity provider's users don't call sts:AssumeRole, so the statement "+
			"never matches; write \"sts:AssumeRoleWithWebIdentity\" or \"sts:AssumeRoleWithSAML\"")
	}
}

func (s scope) reviewTrustedAccounts() {
	for _, p := range s.Principal.AWS {
		root := foldRoot(p)
		if !isAccountID(root) {
			continue
		}
		severity := SeverityWarning
		for _, c := range s.conditions {
			if slices.Contains([]string{"aws:PrincipalArn", "aws:userid", "aws:username"}, c.key) || strings.HasPrefix(c.key, "aws:PrincipalTag/") {
				return
			}
			severity = SeverityInfo
		}
		s.add(severity, "TRUSTS_WHOLE_ACCOUNT", s.at("Principal"), "whoever account %s lets call sts:AssumeRole may take this role; name a role there, "+
			"or add ArnLike on aws:PrincipalArn", root)
	}
}

func (s scope) reviewExternalID(c condition, value string) {
	switch {
	case !externalID.MatchString(value) || len(value) < minExternalID || len(value) > maxExternalID:
		s.add(SeverityError, "INVALID_EXTERNAL_ID", c.path, "STS takes no external id %q; write 2 to 1,224 letters, digits or characters of +=,.@:/-", value)
	case len(value) < shortExternalID || oneClass.MatchString(value):
		s.add(SeverityWarning, "GUESSABLE_EXTERNAL_ID", c.path, "the external id %q can be guessed; write a random one, such as a UUID", value)
	}
}

// reviewFederation looks for the conditions that tell one user of an identity provider from all others (IAM User Guide,
// id_roles_create_for-idp_oidc).
func (s scope) reviewFederation(provider string) {
	_, issuer, oidc := strings.Cut(provider, ":oidc-provider/")
	if !oidc {
		issuer = provider
	}
	host, _, _ := strings.Cut(issuer, "/")
	shared := slices.Contains(sharedIssuers[:], fold(host))
	subject, audience := false, false
	for _, c := range s.conditions {
		if s.holdsWithout(c) || c.base == "Null" {
			continue
		}
		key := fold(c.key)
		audience = audience || strings.HasSuffix(key, ":aud") || strings.HasSuffix(key, ":app_id")
		if strings.HasSuffix(key, ":sub") {
			subject = true
			s.reviewSubjects(c, shared)
		}
	}
	if oidc && !subject {
		severity := SeverityWarning
		if shared {
			severity = SeverityError
		}
		s.add(severity, "FEDERATION_WITHOUT_SUBJECT", s.at("Principal"), "every user of %s may take this role; add StringEquals or StringLike on \"%s:sub\"", issuer, issuer)
	}
	if !audience {
		s.add(SeverityWarning, "FEDERATION_WITHOUT_AUDIENCE", s.at("Principal"), "tokens that %s made for others are taken too; add StringEquals on the "+
			"provider's audience key, such as \"%s:aud\"", issuer, issuer)
	}
}

func (s scope) reviewSubjects(c condition, shared bool) {
	for _, v := range c.values {
		if !strings.HasSuffix(c.base, "Like") || !hasWildcard(v) {
			continue
		}
		fixed := v[:strings.IndexAny(v, "*?")]
		// The shared issuers' subjects name the owner between two separators: "repo:OWNER/…", "organization:OWNER:…".
		owned := len(strings.FieldsFunc(fixed+".", func(c rune) bool { return c == ':' || c == '/' })) > 2
		switch {
		case fixed == "" || shared && !owned:
			s.add(SeverityError, "SUBJECT_OF_ANYBODY", c.path, "%q lets everybody in who uses the provider; write the owner, the repository and the branch", v)
		case shared:
			s.add(SeverityWarning, "SPECIFIC_GITHUB_REPO_AND_BRANCH_RECOMMENDED", c.path, "%q takes in more than one repository or branch; write "+
				"the repository and the branch", v)
		}
	}
}
