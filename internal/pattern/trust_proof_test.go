// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package pattern_test

import (
	"strings"
	"testing"

	"github.com/ecrx/terraform-provider-ecrx/internal/authz"
	"github.com/ecrx/terraform-provider-ecrx/internal/pattern"
	"github.com/ecrx/terraform-provider-ecrx/internal/policy"
)

const ecsTasks = "ecs-tasks.amazonaws.com"

func forECS() pattern.Trust {
	return pattern.Trust{Services: []string{ecsTasks}, SourceAccount: "111111111111", SourceARNs: []string{"arn:aws:ecs:eu-west-1:111111111111:*", "arn:aws:ecs:us-east-1:111111111111:*"}}
}

func forGitHub(subjects ...string) pattern.Trust {
	return pattern.Trust{OIDC: &pattern.OIDCTrust{ProviderARN: provider, Audiences: []string{"sts.amazonaws.com"}, Subjects: subjects}}
}

// trusts are trusts of every kind of who, which hold.
func trusts() map[string]pattern.Trust {
	return map[string]pattern.Trust{
		"a service":              {Services: []string{"tasks.apprunner.amazonaws.com"}},
		"services":               {Services: []string{ecsTasks, "ecs.amazonaws.com", "lambda.amazonaws.com"}},
		"a service for sources":  forECS(),
		"a service, any cluster": {Services: []string{ecsTasks}, SourceAccount: "111111111111", SourceARNs: []string{"arn:aws:ecs:*:*:*"}},
		"a service for S3":       {Services: []string{"s3.amazonaws.com"}, SourceAccount: "222222222222", SourceARNs: []string{"arn:aws:s3:::bucket"}},
		"a service by account":   {Services: []string{ecsTasks}, SourceAccount: "111111111111"},
		"a service by ARN":       {Services: []string{ecsTasks}, SourceARNs: []string{"arn:aws:ecs:eu-west-1:222222222222:*"}},
		"accounts":               {Accounts: []string{"222222222222", "111111111111"}},
		"an external id":         {Accounts: []string{"222222222222"}, ExternalID: releaseUUID},
		"of an organization":     {Accounts: []string{"222222222222", "999999999999"}, OrganizationIDs: []string{orgID}},
		"principals":             {PrincipalARNs: []string{role, user, "arn:aws:iam::222222222222:role/ci-*"}},
		"any role of an account": {PrincipalARNs: []string{"arn:aws:iam::222222222222:role/*"}},
		"principals, narrowed":   {PrincipalARNs: []string{role}, ExternalID: releaseUUID, OrganizationIDs: []string{orgID}},
		"one of an account, too": {Accounts: []string{"222222222222"}, PrincipalARNs: []string{role}},
		"organizations":          {OrganizationIDs: []string{orgID, "o-z9y8x7w6v5"}, ExternalID: releaseUUID},
		"GitHub":                 forGitHub(mainBranch, withIDs),
		"GitHub, any branch":     forGitHub(anyBranch, "repo:octo-org/app:environment:prod-?"),
		"all kinds": {
			Services: []string{ecsTasks}, Accounts: []string{"222222222222"}, PrincipalARNs: []string{user}, ExternalID: releaseUUID,
			OrganizationIDs: []string{orgID}, OIDC: forGitHub(mainBranch).OIDC,
		},
	}
}

func TestProveTrust(t *testing.T) {
	t.Parallel()
	for name, trust := range trusts() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if problems := pattern.ValidateTrust(trust); pattern.HasErrors(problems) {
				t.Fatalf("the case itself is wrong: %s", problemsText(problems))
			}
			document := trust.Document("aws")
			reviewed(t, document.Canonical(), policy.KindTrust)
			for _, site := range []pattern.Site{ireland(), {Partition: "aws"}} {
				if got := problemsText(pattern.ProveTrust(trust, document, site)); got != "" {
					t.Errorf("the proof finds\n%s", got)
				}
			}
		})
	}
}

// likeExternalID is the trust's document with a pattern in the place of its external id.
func likeExternalID(t pattern.Trust) policy.Document {
	id := t.ExternalID
	t.ExternalID = ""
	d := t.Document("aws")
	d.Statements[0].Conditions = append(d.Statements[0].Conditions, condition("StringLike", "sts:ExternalId", id+"*"))
	return d
}

// TestProveTrustTampered gives the proof a document that isn't what the trust says.
func TestProveTrustTampered(t *testing.T) {
	t.Parallel()
	const never, others = "Trust that never holds", "Role that others can assume"
	narrowed := pattern.Trust{PrincipalARNs: []string{role}, ExternalID: releaseUUID, OrganizationIDs: []string{orgID}}
	account := pattern.Trust{Accounts: []string{"222222222222"}, ExternalID: releaseUUID, OrganizationIDs: []string{orgID}}
	organization := pattern.Trust{OrganizationIDs: []string{orgID}, ExternalID: releaseUUID}
	forBucket := pattern.Trust{Services: []string{"s3.amazonaws.com"}, SourceAccount: "222222222222", SourceARNs: []string{"arn:aws:s3:::bucket"}}
	without := func(t pattern.Trust, change func(*pattern.Trust)) policy.Document {
		change(&t)
		return t.Document("aws")
	}
	edited := func(t pattern.Trust, old, replacement string) policy.Document {
		text := t.Document("aws").Canonical()
		if !strings.Contains(text, old) {
			panic("nothing to edit in " + text)
		}
		d, err := policy.Parse(strings.Replace(text, old, replacement, 1))
		if err != nil {
			panic(err)
		}
		return d
	}
	for name, tc := range map[string]struct {
		trust    pattern.Trust
		document policy.Document
		found    []string
	}{
		"nobody":                     {account, policy.New(), []string{"accounts: " + never + ": The role is for account 222222222222, who can't assume it"}},
		"everybody":                  {account, policy.New(policy.Statement{Effect: policy.Allow, Principal: policy.Principal{Any: true}, Actions: []string{"sts:AssumeRole"}}), []string{": " + others + ": The role can be assumed by a role of account 999999999999", "by an anonymous caller", "by lambda.amazonaws.com"}},
		"another action":             {account, edited(account, "sts:AssumeRole", "sts:TagSession"), []string{never}},
		"another account":            {account, edited(account, "222222222222", "333333333333"), []string{never}},
		"an account more":            {account, edited(account, `"arn:aws:iam::222222222222:root"`, `["arn:aws:iam::222222222222:root","*"]`), []string{others}},
		"a service more":             {pattern.Trust{Accounts: []string{"222222222222"}}, edited(pattern.Trust{Accounts: []string{"222222222222"}}, `root"`, `root","Service":"lambda.amazonaws.com"`), []string{": " + others + ": The role can be assumed by lambda.amazonaws.com"}},
		"no external id":             {account, without(account, func(t *pattern.Trust) { t.ExternalID = "" }), []string{"external_id: " + others, "without an external id", "with another external id"}},
		"an external id if any":      {account, edited(account, `"StringEquals":{"aws:PrincipalOrgID":"`+orgID+`","sts:ExternalId"`, `"StringEquals":{"aws:PrincipalOrgID":"`+orgID+`"},"StringEqualsIfExists":{"sts:ExternalId"`), []string{"without an external id"}},
		"another external id":        {account, edited(account, releaseUUID, "another"), []string{never}},
		"the external id's start":    {account, likeExternalID(account), []string{"with another external id"}},
		"no organization":            {account, without(account, func(t *pattern.Trust) { t.OrganizationIDs = nil }), []string{"organization_ids: " + others, "outside of an organization", "in another organization"}},
		"the whole account":          {narrowed, without(narrowed, func(t *pattern.Trust) { t.PrincipalARNs, t.Accounts = nil, []string{"222222222222"} }), []string{"principal_arns: " + others, "by arn:aws:iam::222222222222:role/stranger", "by arn:aws:iam::222222222222:root"}},
		"another role":               {narrowed, edited(narrowed, ":role/team/ci", ":role/ci"), []string{"principal_arns: " + never}},
		"whoever is outside":         {organization, edited(organization, `"StringEquals":{"aws:PrincipalOrgID"`, `"StringEqualsIfExists":{"aws:PrincipalOrgID"`), []string{"outside of an organization"}},
		"one organization of two":    {pattern.Trust{OrganizationIDs: []string{orgID, "o-z9y8x7w6v5"}}, pattern.Trust{OrganizationIDs: []string{orgID}}.Document("aws"), []string{"organization_ids: " + never + ": The role is for the organization o-z9y8x7w6v5"}},
		"another organization":       {organization, edited(organization, orgID, "o-z9y8x7w6v5"), []string{"organization_ids: " + never}},
		"a service for anybody":      {forECS(), pattern.Trust{Services: []string{ecsTasks}}.Document("aws"), []string{"services: " + others + ": The role can be assumed by " + ecsTasks + " for account 999999999999", "for nobody in particular"}},
		"another service":            {forECS(), edited(forECS(), ecsTasks, "ecs.amazonaws.com"), []string{"services: " + never}},
		"any Region":                 {forECS(), without(forECS(), func(t *pattern.Trust) { t.SourceARNs = nil }), []string{"source_arns: " + others + ": The role can be assumed by " + ecsTasks + " for arn:aws:ecs:us-west-2:111111111111:somebody."}},
		"a Region more":              {forECS(), edited(forECS(), "us-east-1", "eu-north-1"), []string{"for arn:aws:ecs:eu-north-1:111111111111:somebody."}},
		"another bucket":             {forBucket, edited(forBucket, ":::bucket", ":::bucket*"), []string{"source_arns: " + others + ": The role can be assumed by s3.amazonaws.com for arn:aws:s3:::bucket-stranger."}},
		"a service more, for tasks":  {forECS(), edited(forECS(), `"`+ecsTasks+`"`, `["`+ecsTasks+`","ecs.amazonaws.com"]`), []string{": " + others + ": The role can be assumed by ecs.amazonaws.com."}},
		"an account more, by name":   {account, edited(account, `"arn:aws:iam::222222222222:root"`, `["arn:aws:iam::222222222222:root","333333333333"]`), []string{": " + others + ": The role can be assumed by arn:aws:iam::333333333333:role/stranger."}},
		"an account more, by root":   {account, edited(account, `"arn:aws:iam::222222222222:root"`, `["arn:aws:iam::222222222222:root","arn:aws:iam::333333333333:root"]`), []string{"by arn:aws:iam::333333333333:role/stranger."}},
		"a role more":                {account, edited(account, `"arn:aws:iam::222222222222:root"`, `["arn:aws:iam::222222222222:root","arn:aws:iam::333333333333:role/x"]`), []string{": " + others + ": The role can be assumed by arn:aws:iam::333333333333:role/x."}},
		"another source":             {forECS(), edited(forECS(), "us-east-1", "us-east-2"), []string{"services: " + never}},
		"no audience":                {forGitHub(mainBranch), edited(forGitHub(mainBranch), `"token.actions.githubusercontent.com:aud":"sts.amazonaws.com",`, ""), []string{"oidc.audiences: " + others, "for another audience", "without an audience"}},
		"another audience":           {forGitHub(mainBranch), edited(forGitHub(mainBranch), `:aud":"sts.amazonaws.com"`, `:aud":"x"`), []string{"oidc.subjects: " + never}},
		"no subject":                 {forGitHub(mainBranch), edited(forGitHub(mainBranch), `,"token.actions.githubusercontent.com:sub":"`+mainBranch+`"`, ""), []string{"oidc.subjects: " + others, "without a subject", "with the subject stranger."}},
		"any branch":                 {forGitHub(mainBranch), forGitHub("repo:octo-org/app:*").Document("aws"), []string{"with the subject repo:octo-org/app:stranger."}},
		"any repository that begins": {forGitHub(anyBranch), forGitHub("repo:octo-org/app*").Document("aws"), []string{"with the subject repo:octo-org/app-stranger:ref:refs/heads/somebody."}},
		"any owner":                  {forGitHub(mainBranch), forGitHub("repo:*/app:ref:refs/heads/main").Document("aws"), []string{"with the subject repo:stranger-octo-org/app:ref:refs/heads/main."}},
		"a pattern taken literally":  {forGitHub(anyBranch), edited(forGitHub(anyBranch), "StringLike", "StringEqualsIgnoreCase"), []string{"oidc.subjects: " + never}},
		"the wrong OIDC action":      {forGitHub(mainBranch), edited(forGitHub(mainBranch), "sts:AssumeRoleWithWebIdentity", "sts:AssumeRole"), []string{"oidc.subjects: " + never}},
		"another provider":           {forGitHub(mainBranch), edited(forGitHub(mainBranch), provider, gitlab), []string{"oidc.subjects: " + never}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := problemsText(pattern.ProveTrust(tc.trust, tc.document, ireland()))
			for _, text := range tc.found {
				if !strings.Contains(got, text) {
					t.Errorf("the proof finds\n%s\nwant %q", got, text)
				}
			}
		})
	}
}

// A statement of the document that isn't known yet leaves the proof without a problem.
func TestProveTrustUnknown(t *testing.T) {
	t.Parallel()
	account := pattern.Trust{Accounts: []string{"222222222222"}, ExternalID: releaseUUID}
	if got := problemsText(pattern.ProveTrust(account, authz.UnknownDocument(), ireland())); got != "" {
		t.Error(got)
	}
}

// TestProofsNameTheArgumentsOfTheirResource asks proofs of resources whose arguments have names of their own.
func TestProofsNameTheArgumentsOfTheirResource(t *testing.T) {
	t.Parallel()
	input := pattern.CrossAccountRoleInput{TrustedAccounts: []string{"222222222222"}, TrustedPrincipalARNs: []string{user}}
	pipelines := pattern.CIRoleInput{ProviderARN: provider, Subjects: []string{mainBranch}}
	for name, tc := range map[string]struct {
		trust pattern.Trust
		want  []string
	}{
		"cross-account": {input.Trust(), []string{"error trusted_accounts: ", "error trusted_principal_arns: "}},
		"CI":            {pipelines.Trust(), []string{"error subjects: "}},
	} {
		got := problemsText(pattern.ProveTrust(tc.trust, policy.New(), ireland()))
		for _, text := range tc.want {
			if !strings.Contains(got, text) {
				t.Errorf("%s: %q, want %q", name, got, text)
			}
		}
	}
}
