// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package pattern_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/ecrx/terraform-provider-ecrx/internal/authz"
	"github.com/ecrx/terraform-provider-ecrx/internal/pattern"
	"github.com/ecrx/terraform-provider-ecrx/internal/policy"
)

const tagAdmin = "arn:aws:iam::111111111111:role/platform/tagger"

// guards are inputs of guards, with different admins and numbers of tags.
func guards() map[string]pattern.TagGuardInput {
	return map[string]pattern.TagGuardInput{
		"one":    {ResourceTags: tags("environment", "release"), AdminPrincipalARNs: []string{tagAdmin, "arn:aws:iam::*:role/break-glass-*"}},
		"two":    {ResourceTags: tags("environment", "release", "team", "pay"), AdminPrincipalARNs: []string{tagAdmin}},
		"nobody": {ResourceTags: tags("environment", "release")},
		"root":   {ResourceTags: tags("Cost:Center", "a+b", "stranger", "x"), AdminPrincipalARNs: []string{"arn:aws:iam::111111111111:root", "arn:aws:iam::222222222222:user/*"}},
	}
}

func TestTagGuard(t *testing.T) {
	t.Parallel()
	for name, input := range guards() {
		document := pattern.TagGuard(input, "aws")
		golden(t, "roles/guard-"+name, document.Pretty())
		reviewed(t, document.Pretty(), policy.KindIdentity)
		for _, site := range []pattern.Site{ireland(), {Partition: "aws"}} {
			finds(t, pattern.ProveTagGuard(input, document, site))
		}
	}
	china := pattern.Site{Partition: "aws-cn"}
	input := guards()["nobody"]
	finds(t, pattern.ProveTagGuard(input, pattern.TagGuard(input, "aws-cn"), china))
	input = guards()["two"]
	finds(t, pattern.ProveTagGuard(input, pattern.TagGuard(input, "aws-cn"), china),
		"error tag_admin_principal_arns: Tag guard that stops its admins: Principals of tag_admin_principal_arns can't set the tags:\n  - arn:aws-cn:iam::111111111111:role/platform/tagger can't set the tag ENVIRONMENT: statement GuardTags of the tag guard denies it")
	finds(t, pattern.ProveTagGuard(input, authz.UnknownDocument(), ireland()))
}

// TestProveTagGuardTampered gives the proof a document that isn't the guard's.
func TestProveTagGuardTampered(t *testing.T) {
	t.Parallel()
	const (
		around, stopped, unfree = "error resource_tags: Tag guard that others get around", "error tag_admin_principal_arns: Tag guard that stops its admins", "error resource_tags: Tag guard that forbids too much"
		// stranger is the last in the alphabet of those who can, or can't.
		stranger = "arn:aws:iam::999999999999:role/stranger can"
	)
	type statement = policy.Statement
	set := func(change func(*statement)) func([]statement) { return func(s []statement) { change(&s[0]) } }
	create := func(change func(*statement)) func([]statement) { return func(s []statement) { change(&s[1]) } }
	keys := func(operator string, names ...string) func(*statement) {
		return func(s *statement) { s.Conditions[0] = condition(operator, "aws:TagKeys", names...) }
	}
	admins := func(arns ...string) func([]statement) {
		return func(s []statement) {
			for i := range s {
				s[i].Conditions[len(s[i].Conditions)-1].Values = arns
			}
		}
	}
	resources := func(arn string) func([]statement) { return set(func(s *statement) { s.Resources = []string{arn} }) }
	for name, tc := range map[string]struct {
		guard  string
		change func([]statement)
		found  []string
	}{
		"no guard of tags":        {"two", set(func(s *statement) { s.Effect = policy.Allow }), []string{around, stranger + " set the tag environment\n", stranger + " remove the tag team\n", " set the tag team to another value", "111111111111:root, arn:aws:iam::111111111111:user/stranger, arn:aws:iam::999999999999:role/platform/tagger, arn:aws:iam::999999999999:role/stranger can set"}},
		"tags can be removed":     {"one", set(func(s *statement) { s.Actions = []string{"ecr:TagResource"} }), []string{around, stranger + " remove the tag environment\n", "remove the tag environment among others"}},
		"tags can be set":         {"one", set(func(s *statement) { s.Actions = []string{"ecr:UntagResource"} }), []string{around, stranger + " set the tag environment\n"}},
		"one tag of two":          {"two", set(keys("ForAnyValue:StringEqualsIgnoreCase", "environment")), []string{around, stranger + " set the tag team\n"}},
		"in this letter case":     {"one", set(keys("ForAnyValue:StringEquals", "environment")), []string{around, stranger + " set the tag ENVIRONMENT\n", stranger + " remove the tag ENVIRONMENT"}},
		"in small letters alone":  {"root", set(keys("ForAnyValue:StringEquals", "Cost:Center", "COST:CENTER", "stranger", "STRANGER")), []string{around, " set the tag cost:center\n"}},
		"as written alone":        {"root", set(keys("ForAnyValue:StringEquals", "cost:center", "COST:CENTER", "stranger", "STRANGER")), []string{around, " set the tag Cost:Center\n"}},
		"when it is the only one": {"one", set(keys("ForAllValues:StringEqualsIgnoreCase", "environment")), []string{around, stranger + " set the tag environment among others", stranger + " remove the tag environment among others"}},
		"to its value alone": {"one", set(func(s *statement) {
			s.Conditions[0] = condition("StringEquals", "aws:RequestTag/environment", "release")
		}), []string{around, stranger + " set the tag environment to another value"}},
		"any tag":                  {"one", set(keys("Null", "false")), []string{unfree, stranger + "'t set another tag: statement GuardTags of the tag guard denies it", stranger + "'t remove another tag"}},
		"tags that begin so":       {"one", set(keys("ForAnyValue:StringLike", "*")), []string{unfree, stranger + "'t set another tag"}},
		"all that is done":         {"one", set(func(s *statement) { s.Actions = []string{"ecr:*"}; s.Conditions = s.Conditions[1:] }), []string{unfree, stranger + "'t do ecr:BatchGetImage", stranger + "'t create a repository without tags"}},
		"in one Region":            {"one", resources("arn:aws:ecr:eu-west-1:*:repository/*"), []string{around}},
		"in another Region":        {"one", resources("arn:aws:ecr:us-west-2:*:repository/*"), []string{around}},
		"in one account":           {"one", resources("arn:aws:ecr:*:111111111111:repository/*"), []string{around, "\n  - arn:aws:iam::999999999999:role/platform/tagger, arn:aws:iam::999999999999:role/stranger can set"}},
		"some repositories":        {"one", resources("arn:aws:ecr:*:*:repository/team/*"), []string{around}},
		"no guard of creation":     {"two", create(func(s *statement) { s.Effect = policy.Allow }), []string{around, stranger + " create a repository with the tags\n", stranger + " create a repository with the tags in capitals", stranger + " create a repository with the tags among others"}},
		"creation with one of two": {"two", create(func(s *statement) { s.Conditions = s.Conditions[1:] }), []string{unfree, stranger + "'t create a repository without environment", stranger + "'t create a repository with another environment"}},
		"creation with other tags": {"two", create(func(s *statement) { s.Conditions[0].Values = []string{"develop"} }), []string{around, stranger + " create a repository with the tags\n"}},
		"creation with any tag":    {"one", create(keys("Null", "false")), []string{unfree, stranger + "'t create a repository with another tag", stranger + "'t create a repository with another environment"}},
		"creation unless so": {"one", create(func(s *statement) {
			s.Conditions[0] = condition("StringNotEquals", "aws:RequestTag/environment", "develop")
		}), []string{unfree, stranger + "'t create a repository without tags"}},
		"creation without tags":     {"one", create(func(s *statement) { s.Conditions = s.Conditions[1:] }), []string{unfree, stranger + "'t create a repository without tags"}},
		"creation with these alone": {"one", create(keys("ForAllValues:StringEqualsIgnoreCase", "environment")), []string{around, stranger + " create a repository with the tags among others", unfree}},
		"admins of any name":        {"two", admins("arn:aws:iam::111111111111:role/*"), []string{around, "- arn:aws:iam::111111111111:role/platform/tagger-stranger, arn:aws:iam::111111111111:role/stranger, arn:aws:iam::111111111111:role/stranger/platform/tagger, arn:aws:iam::111111111111:role/tagger can set"}},
		"admins of any account":     {"two", admins("arn:aws:iam::*:role/platform/tagger"), []string{around, "- arn:aws:iam::999999999999:role/platform/tagger can"}},
		"admins that begin so":      {"two", admins(tagAdmin + "*"), []string{around, "- " + tagAdmin + "-stranger can"}},
		"admins of any path":        {"two", admins("arn:aws:iam::111111111111:role/*tagger"), []string{around, "- arn:aws:iam::111111111111:role/stranger/platform/tagger, arn:aws:iam::111111111111:role/tagger can"}},
		"another admin":             {"two", admins("arn:aws:iam::111111111111:role/tagger"), []string{stopped, "- " + tagAdmin + " can't set the tag team: statement GuardTags of the tag guard denies it", "- " + tagAdmin + " can't create a repository with the tags: statement GuardTagsAtCreation", around, "- arn:aws:iam::111111111111:role/tagger can set"}},
		"one admin of two":          {"one", admins(tagAdmin), []string{stopped, "- arn:aws:iam::111111111111:role/break-glass-somebody can't remove the tag environment"}},
		"the root user":             {"two", admins(tagAdmin, "arn:aws:iam::111111111111:root"), []string{around, "- arn:aws:iam::111111111111:root can set"}},
		"users":                     {"two", admins(tagAdmin, "arn:aws:iam::111111111111:user/*"), []string{around, "- arn:aws:iam::111111111111:user/stranger can set"}},
		"roles of other accounts": {"nobody", set(func(s *statement) {
			s.Conditions = append(s.Conditions, condition("ArnNotLike", "aws:PrincipalArn", "arn:aws:iam::999999999999:role/*"))
		}), []string{around, "- " + stranger + " set the tag environment\n"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			input := guards()[tc.guard]
			document := pattern.TagGuard(input, "aws")
			tc.change(document.Statements)
			finds(t, pattern.ProveTagGuard(input, document, ireland()), tc.found...)
			if got := problemsText(pattern.ProveTagGuard(input, document, ireland())); strings.Count(got, "error ") != strings.Count(strings.Join(tc.found, ""), "error ") {
				t.Errorf("the proof finds\n%s", got)
			}
		})
	}
}

// The statements guard in a permissions boundary too, beside one that allows everything.
func TestTagGuardInABoundary(t *testing.T) {
	t.Parallel()
	everything := policy.Statement{Effect: policy.Allow, Actions: []string{"*"}, Resources: []string{"*"}}
	boundary := authz.Layers{
		Identity: []*authz.Policy{authz.AssumedToAllow("identity policies")},
		Boundary: []*authz.Policy{authz.Compile("boundary", policy.New(append(pattern.TagGuard(guards()["two"], "aws").Statements, everything)...))},
	}
	const dev, set, create = "arn:aws:iam::111111111111:role/dev", "ecr:TagResource", "ecr:CreateRepository"
	for name, tc := range map[string]struct {
		who, action string
		tags        map[string]string
		want        authz.Decision
	}{
		"a developer sets a tag":             {dev, set, tags("Team", "pay"), authz.ExplicitlyDenied},
		"a developer sets another tag":       {dev, set, tags("owner", "me"), authz.Allowed},
		"a developer creates with the tags":  {dev, create, tags("environment", "release", "team", "pay"), authz.ExplicitlyDenied},
		"a developer creates with one":       {dev, create, tags("environment", "release"), authz.Allowed},
		"a developer pulls":                  {dev, "ecr:BatchGetImage", nil, authz.Allowed},
		"an admin sets a tag":                {tagAdmin, set, tags("team", "pay"), authz.Allowed},
		"an admin creates with both of them": {tagAdmin, create, tags("environment", "release", "team", "pay"), authz.Allowed},
	} {
		who := authz.Caller{Principal: tc.who, OrganizationPath: authz.UnknownValue, Context: map[string]authz.Values{"aws:RequestTag/*": {}, "aws:TagKeys": authz.Multi(slices.Collect(maps.Keys(tc.tags))...)}}
		for key, value := range tc.tags {
			who.Context["aws:RequestTag/"+key] = authz.Single(value)
		}
		if got := who.DecideAccess([]string{tc.action}, authz.Repository{ARN: appARN}, &boundary); got != tc.want {
			t.Errorf("%s: %s, want %s", name, got, tc.want)
		}
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
