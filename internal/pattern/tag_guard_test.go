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

const tagAdmin = "arn:aws:iam::111111111111:role/platform/tagger"

// TestTagGuard asks who can widen access by tags once the guard is in place, as an SCP and as a part of a boundary. Whoever
// asks has every other right.
func TestTagGuard(t *testing.T) {
	t.Parallel()
	everything := policy.Statement{Effect: policy.Allow, Actions: []string{"*"}, Resources: []string{"*"}}
	one := pattern.TagGuardInput{ResourceTags: tags("environment", "release"), AdminPrincipalARNs: []string{tagAdmin, "arn:aws:iam::*:role/break-glass-*"}}
	two := pattern.TagGuardInput{ResourceTags: tags("environment", "release", "team", "pay"), AdminPrincipalARNs: []string{tagAdmin}}
	nobody := pattern.TagGuardInput{ResourceTags: tags("environment", "release")}
	const (
		dev                = "arn:aws:iam::111111111111:role/dev"
		allowed, forbidden = authz.Allowed, authz.ExplicitlyDenied
	)
	keys := func(names ...string) map[string]authz.Values {
		return map[string]authz.Values{"aws:TagKeys": authz.Multi(names...), "aws:RequestTag/*": {}}
	}
	with := func(pairs ...string) map[string]authz.Values {
		context := map[string]authz.Values{"aws:RequestTag/*": {}}
		var names []string
		for key, value := range tags(pairs...) {
			names = append(names, key)
			context["aws:RequestTag/"+key] = authz.Single(value)
		}
		context["aws:TagKeys"] = authz.Multi(names...)
		return context
	}
	for name, tc := range map[string]struct {
		guard   pattern.TagGuardInput
		who     string
		action  string
		context map[string]authz.Values
		want    authz.Decision
	}{
		"a developer sets the tag":                  {one, dev, "ecr:TagResource", with("environment", "release"), forbidden},
		"a developer sets it among others":          {one, dev, "ecr:TagResource", with("team", "x", "environment", "release"), forbidden},
		"a developer sets it in another case":       {one, dev, "ecr:TagResource", with("Environment", "release"), forbidden},
		"a developer sets it to another value":      {one, dev, "ecr:TagResource", with("environment", "develop"), forbidden},
		"a developer removes it":                    {one, dev, "ecr:UntagResource", keys("environment"), forbidden},
		"a developer removes it in another case":    {one, dev, "ecr:UntagResource", keys("ENVIRONMENT"), forbidden},
		"a developer sets another tag":              {one, dev, "ecr:TagResource", with("owner", "me"), allowed},
		"a developer removes another tag":           {one, dev, "ecr:UntagResource", keys("owner"), allowed},
		"a developer creates with the tag":          {one, dev, "ecr:CreateRepository", with("environment", "release"), forbidden},
		"a developer creates, in another case":      {one, dev, "ecr:CreateRepository", with("Environment", "release"), forbidden},
		"a developer creates with another value":    {one, dev, "ecr:CreateRepository", with("environment", "develop"), allowed},
		"a developer creates without tags":          {one, dev, "ecr:CreateRepository", with(), allowed},
		"a developer pulls":                         {one, dev, "ecr:BatchGetImage", nil, allowed},
		"the root user sets the tag":                {one, "arn:aws:iam::111111111111:root", "ecr:TagResource", with("environment", "release"), forbidden},
		"the admin sets the tag":                    {one, tagAdmin, "ecr:TagResource", with("environment", "release"), allowed},
		"the admin removes it":                      {one, tagAdmin, "ecr:UntagResource", keys("environment"), allowed},
		"the admin creates with it":                 {one, tagAdmin, "ecr:CreateRepository", with("environment", "release"), allowed},
		"an admin by pattern":                       {one, "arn:aws:iam::222222222222:role/break-glass-7", "ecr:TagResource", with("environment", "release"), allowed},
		"a role of the admin's name, without path":  {one, "arn:aws:iam::111111111111:role/tagger", "ecr:TagResource", with("environment", "release"), forbidden},
		"the admin's name in another account":       {one, "arn:aws:iam::222222222222:role/platform/tagger", "ecr:TagResource", with("environment", "release"), forbidden},
		"two tags, one of them is set":              {two, dev, "ecr:TagResource", with("team", "pay"), forbidden},
		"two tags, the other is removed":            {two, dev, "ecr:UntagResource", keys("environment", "owner"), forbidden},
		"two tags, created with both":               {two, dev, "ecr:CreateRepository", with("environment", "release", "team", "pay"), forbidden},
		"two tags, created with one, gives nothing": {two, dev, "ecr:CreateRepository", with("environment", "release"), allowed},
		"two tags, the admin sets one":              {two, tagAdmin, "ecr:TagResource", with("team", "pay"), allowed},
		"without admins, nobody sets it":            {nobody, tagAdmin, "ecr:TagResource", with("environment", "release"), forbidden},
		"without admins, others set other tags":     {nobody, dev, "ecr:TagResource", with("owner", "me"), allowed},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			document := pattern.TagGuard(tc.guard, "aws")
			account := strings.Split(tc.who, ":")[4]
			repository := authz.Repository{ARN: "arn:aws:ecr:eu-west-1:" + account + ":repository/app", Tags: tags(), OrganizationPath: authz.UnknownValue}
			who := authz.Caller{Principal: tc.who, OrganizationPath: authz.UnknownValue, Context: tc.context}
			rights := []*authz.Policy{authz.AssumedToAllow("identity policies")}
			full := authz.Compile("FullAWSAccess", policy.New(everything))
			guard := authz.Compile("guard", document)
			scp := authz.Layers{Identity: rights, SCPs: [][]*authz.Policy{{full}, {full, guard}}}
			if got := who.DecideAccess([]string{tc.action}, repository, &scp); got != tc.want {
				t.Errorf("as an SCP it is %s, want %s", got, tc.want)
			}
			if strings.HasSuffix(tc.who, ":root") {
				return // a root user has no boundary
			}
			boundary := authz.Layers{Identity: rights, Boundary: []*authz.Policy{authz.Compile("boundary", policy.New(append(document.Statements, everything)...))}}
			if got := who.DecideAccess([]string{tc.action}, repository, &boundary); got != tc.want {
				t.Errorf("in a boundary it is %s, want %s", got, tc.want)
			}
		})
	}
	for name, input := range map[string]pattern.TagGuardInput{"one": one, "two": two, "nobody": nobody} {
		text := pattern.TagGuard(input, "aws").Pretty()
		golden(t, "roles/guard-"+name, text)
		reviewed(t, text, policy.KindIdentity)
	}
}

// What the guard forbids is what it takes to widen the access: a tag in any letter case opens the repository.
func TestTagGuardIsNeeded(t *testing.T) {
	t.Parallel()
	document := pattern.ScopedPolicy("pull", tagged("environment", "release"), ireland())
	layers := authz.Layers{Identity: []*authz.Policy{authz.Compile("role", document)}}
	who := authz.Caller{Principal: "arn:aws:iam::111111111111:role/puller"}
	for key, want := range map[string]authz.Decision{"environment": authz.Allowed, "Environment": authz.Allowed, "env": authz.ImplicitlyDenied} {
		if got := who.DecideAccess(pullActions, authz.Repository{ARN: appARN, Tags: tags(key, "release")}, &layers); got != want {
			t.Errorf("a repository tagged %s: %s, want %s", key, got, want)
		}
	}
}

func TestValidateTagGuard(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		input pattern.TagGuardInput
		want  string
	}{
		"right":         {pattern.TagGuardInput{ResourceTags: tags("a", "b"), AdminPrincipalARNs: []string{tagAdmin, "arn:aws:iam::111111111111:root", "arn:aws:iam::*:role/admin-*"}}, ""},
		"no tags":       {pattern.TagGuardInput{}, "error resource_tags: No tags"},
		"session":       {pattern.TagGuardInput{ResourceTags: tags("a", "b"), AdminPrincipalARNs: []string{"arn:aws:sts::111111111111:assumed-role/x/y"}}, `Write "arn:aws:iam::111111111111:role/x"`},
		"everybody":     {pattern.TagGuardInput{ResourceTags: tags("a", "b"), AdminPrincipalARNs: []string{"*"}}, "error tag_admin_principal_arns: Everybody as a principal"},
		"any account":   {pattern.TagGuardInput{ResourceTags: tags("a", "b"), AdminPrincipalARNs: []string{"arn:aws:iam::11*:role/x"}}, "Wildcard in the account of a principal"},
		"not an ARN":    {pattern.TagGuardInput{ResourceTags: tags("a", "b"), AdminPrincipalARNs: []string{"tagger"}}, `"tagger" is not the ARN of a role or user`},
		"a whole group": {pattern.TagGuardInput{ResourceTags: tags("a", "b"), AdminPrincipalARNs: []string{"arn:aws:iam::111111111111:group/x"}}, "neither a role nor a user"},
	} {
		got := problemsText(pattern.ValidateTagGuard(tc.input))
		if !strings.Contains(got, tc.want) || (tc.want == "") != (got == "") {
			t.Errorf("%s: %q, want %q", name, got, tc.want)
		}
	}
}
