// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package pattern

import (
	"slices"
	"strings"

	"github.com/ecrx/terraform-provider-ecrx/internal/authz"
	"github.com/ecrx/terraform-provider-ecrx/internal/policy"
)

// workloads proves the conditions on a token. AWS takes who brings a token of the provider for the Federated principal, and
// no caller of IAM is one: the engine says so by letting none in. What is left to prove are the conditions, so the statements
// for the provider are evaluated with everybody as their principal, for a call that nobody signed.
func (p *trustProver) workloads(o OIDCTrust) {
	var conditions policy.Document
	conditions.Version = p.document.Version
	for _, s := range p.document.Statements {
		if slices.Contains(s.Principal.Federated, o.ProviderARN) {
			s.Principal = policy.Principal{Any: true}
			conditions.Statements = append(conditions.Statements, s)
		}
	}
	issuer := issuerOf(o.ProviderARN)
	token := func(audience, subject authz.Values) authz.Result {
		caller := authz.Caller{Principal: authz.Anonymous, Context: map[string]authz.Values{issuer + ":aud": audience, issuer + ":sub": subject}}
		return p.may(caller, "sts:AssumeRoleWithWebIdentity", conditions)
	}
	out := func(argument, what string, audience, subject authz.Values) {
		if token(audience, subject).Decision == authz.Allowed {
			p.report(argument, "Role that others can assume", "The role can be assumed with a token of "+issuer+" "+what+".")
		}
	}
	for _, subject := range o.Subjects {
		of := authz.Single(concrete(subject))
		for _, audience := range o.Audiences {
			if result := token(authz.Single(audience), of); result.Denied() {
				p.report("oidc.subjects", "Trust that never holds", "The role is for "+subject+", which can't assume it:"+bullets(result.Reasons()))
			}
			out("oidc.subjects", "without a subject", authz.Single(audience), authz.Values{})
			for _, other := range otherSubjects(subject, o.Subjects) {
				out("oidc.subjects", "with the subject "+other, authz.Single(audience), authz.Single(other))
			}
		}
		out("oidc.audiences", "for another audience", authz.Single("https://stranger.example.com"), of)
		out("oidc.audiences", "without an audience", authz.Values{}, of)
	}
}

// otherSubjects are subjects near the given one that none of the patterns matches.
func otherSubjects(subject string, patterns []string) []string {
	key, rest, _ := strings.Cut(concrete(subject), ":")
	repository, what, _ := strings.Cut(rest, ":")
	near := []string{
		"stranger", key + ":stranger/stranger:" + what, key + ":" + repository + "-stranger:" + what, key + ":" + repository + ":stranger",
		key + ":stranger-" + repository + ":" + what, "stranger" + concrete(subject),
	}
	return slices.DeleteFunc(near, func(other string) bool {
		return slices.ContainsFunc(patterns, func(pattern string) bool { return fits(pattern, other) })
	})
}
