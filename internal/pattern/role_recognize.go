// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package pattern

import (
	"slices"
	"strings"

	"github.com/ecrx/terraform-provider-ecrx/internal/policy"
)

// AppRunnerRepositories gives the repositories of a policy that AppRunnerRole built, which is the way back for an import; nil
// for any other policy.
func AppRunnerRepositories(d policy.Document) []string {
	for _, s := range d.Statements {
		if slices.Contains(s.Resources, "*") {
			continue
		}
		role := AppRunnerRole(AppRunnerRoleInput{RepositoryARNs: s.Resources}, Site{})
		if policy.Equal(role.Inline[AccessPolicyName], d) {
			return s.Resources
		}
	}
	return nil
}

// RecognizeTrust gives the trust that builds a trust policy, which is the way back for an import. ok is false when none does.
func RecognizeTrust(d policy.Document, partition string) (t Trust, ok bool) {
	for _, s := range d.Statements {
		principals := conditionValues(s, "ArnEquals", "aws:PrincipalArn")
		switch {
		case len(s.Principal.Federated) == 1:
			t.OIDC = recognizeOIDC(s)
			continue
		case len(s.Principal.Service) > 0:
			t.Services = s.Principal.Service
			t.SourceAccount = single(conditionValues(s, "StringEquals", "aws:SourceAccount"))
			t.SourceARNs = conditionValues(s, "ArnLike", "aws:SourceArn")
			continue
		case len(principals) > 0:
			t.PrincipalARNs = principals
		case !s.Principal.Any:
			t.Accounts = accountsOf(s.Principal.AWS)
		}
		t.ExternalID = single(conditionValues(s, "StringEquals", "sts:ExternalId"))
		t.OrganizationIDs = conditionValues(s, "StringEquals", "aws:PrincipalOrgID")
	}
	if !policy.Equal(t.Document(partition), d) {
		return Trust{}, false
	}
	return t, true
}

func recognizeOIDC(s policy.Statement) *OIDCTrust {
	provider := s.Principal.Federated[0]
	issuer := issuerOf(provider)
	return &OIDCTrust{
		ProviderARN: provider,
		Audiences:   conditionValues(s, "StringEquals", issuer+":aud"),
		Subjects: slices.Concat(
			conditionValues(s, "StringEquals", issuer+":sub"), conditionValues(s, "StringLike", issuer+":sub")),
	}
}

// RecognizeScope gives the preset and the scope with which ScopedPolicy builds a policy, which is the way back for an import.
// ok is false when none does. Of two that build the same, it is the one without repositories.
func RecognizeScope(d policy.Document, site Site) (access string, scope RepositoryScope, ok bool) {
	for _, s := range d.Statements {
		preset, known := accessOf(s.Actions)
		if !known || slices.Contains(s.Resources, "*") {
			continue
		}
		tags := tagsAskedFor(s)
		anyAccount := site
		anyAccount.AccountID = ""
		for _, other := range []struct {
			scope RepositoryScope
			site  Site
		}{
			{RepositoryScope{ResourceTags: tags}, site},
			{RepositoryScope{ResourceTags: tags}, anyAccount},
			{RepositoryScope{RepositoryARNs: s.Resources, ResourceTags: tags}, site},
		} {
			if len(tags)+len(other.scope.RepositoryARNs) > 0 && policy.Equal(ScopedPolicy(preset, other.scope, other.site), d) {
				return preset, other.scope, true
			}
		}
	}
	return "", RepositoryScope{}, false
}

// tagsAskedFor are the tags that the statement's conditions ask for; nil for none.
func tagsAskedFor(s policy.Statement) map[string]string {
	const prefix = "ecr:ResourceTag/"
	tags := map[string]string{}
	for _, c := range s.Conditions {
		if len(c.Key) > len(prefix) && strings.EqualFold(c.Key[:len(prefix)], prefix) {
			tags[c.Key[len(prefix):]] = single(c.Values)
		}
	}
	if len(tags) == 0 {
		return nil
	}
	return tags
}

// conditionValues are those of the statement's condition with that operator and key.
func conditionValues(s policy.Statement, operator, key string) []string {
	for _, c := range s.Conditions {
		if strings.EqualFold(c.Operator, operator) && strings.EqualFold(c.Key, key) {
			return c.Values
		}
	}
	return nil
}

// single gives the one value that there is, "" for none and for several.
func single(values []string) string {
	if len(values) != 1 {
		return ""
	}
	return values[0]
}
