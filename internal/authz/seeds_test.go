// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package authz_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/ecrx/terraform-provider-ecrx/internal/authz"
	"github.com/ecrx/terraform-provider-ecrx/internal/policy"
)

// Names in the documents that the project started from, once valid values stand for their placeholders.
const (
	seedOwner      = "111111111111"
	seedRepository = "arn:aws:ecr:eu-west-1:111111111111:repository/app"
	seedSession    = "arn:aws:sts::111111111111:assumed-role/service/session"
	seedAdmin      = "arn:aws:iam::111111111111:user/admin"
	seedRoot       = "arn:aws:iam::111111111111:root"
	seedMember     = "arn:aws:iam::222222222222:role/member"
	seedRole       = "arn:aws:iam::111111111111:role/role_name"
)

// seed reads a document of the seeds. policy keeps the one copy of them.
func seed(t testing.TB, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "policy", "testdata", "seeds", name+".json"))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// seedPolicy compiles a document of the seeds, with an account in the place of the one of ten digits.
func seedPolicy(t testing.TB, name string) []*authz.Policy {
	t.Helper()
	return seedText(t, strings.ReplaceAll(seed(t, name), ":1234567890:", ":"+seedOwner+":"))
}

func seedText(t testing.TB, text string) []*authz.Policy {
	t.Helper()
	d, err := policy.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return []*authz.Policy{authz.Compile("document", d)}
}

// asked is a question to a document: may who do this?
type asked struct {
	who    authz.Caller
	action string
	// on is what is acted on: seedRepository when it is "". In another account than the owner's, account names it.
	on, account string
	tags        map[string]string
	want        authz.Decision
}

func (q asked) request() authz.Request {
	if q.on == "" {
		q.on = seedRepository
	}
	if q.who.OrganizationPath == "" {
		q.who.OrganizationPath = authz.UnknownValue
	}
	request := q.who.Request(q.action, authz.Repository{ARN: q.on, OrganizationPath: authz.UnknownValue, Tags: q.tags})
	request.ResourceAccount = seedOwner
	if q.account != "" {
		request.ResourceAccount = q.account
	}
	return request
}

// answer asks the questions of layers.
func answer(t *testing.T, layers authz.Layers, questions map[string]asked) {
	t.Helper()
	for name, q := range questions {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			result := decideBoth(t, authz.Case{Request: q.request(), Layers: layers})
			if result.Decision != q.want {
				t.Errorf("%s is %s, want %s:\n%s", q.action, result.Decision, q.want, strings.Join(result.Reasons(), "\n"))
			}
		})
	}
}

func by(principal string) authz.Caller { return authz.Caller{Principal: principal} }

// session is a session with the unique id of its role.
func session(role, userID string) authz.Caller {
	return authz.Caller{Principal: "arn:aws:sts::" + seedOwner + ":assumed-role/" + role + "/x", UserID: userID + ":x"}
}

// appRunner has what AWSAppRunnerServicePolicyForECRAccess says, the managed policy of the role in the seed.
const appRunner = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Resource":"*","Action":["ecr:GetDownloadUrlForLayer",
	"ecr:BatchCheckLayerAvailability","ecr:BatchGetImage","ecr:DescribeImages","ecr:GetAuthorizationToken"]}]}`

// TestSeedLockdown holds what the author saw: App Runner's role couldn't pull before its id was spared, and could after.
func TestSeedLockdown(t *testing.T) {
	t.Parallel()
	const pull, push = "ecr:BatchGetImage", "ecr:PutImage"
	apprunner, web := session("apprunner", "AROAEXAMPLE1234567890"), session("web", "AROAOTHER12345678901")
	anew, unknown := session("apprunner", "AROANEW12345678901234"), by("arn:aws:iam::111111111111:role/service-role/apprunner")
	everybody := map[string]asked{
		"the root user":                     {who: by(seedRoot), action: pull, want: authz.Allowed},
		"the root user, deleting":           {who: by(seedRoot), action: "ecr:DeleteRepository", want: authz.Allowed},
		"the user":                          {who: by(seedAdmin), action: pull, want: authz.Allowed},
		"another user":                      {who: authz.Caller{Principal: "arn:aws:iam::111111111111:user/dev", UserID: "AIDAEXAMPLE1234567890"}, action: pull, want: authz.ExplicitlyDenied},
		"another role":                      {who: web, action: pull, want: authz.ExplicitlyDenied},
		"another role, changing the policy": {who: web, action: "ecr:SetRepositoryPolicy", want: authz.ExplicitlyDenied},
		"another role, logging in":          {who: web, action: "ecr:GetAuthorizationToken", on: "*", want: authz.Allowed},
		"replication":                       {who: session("AWSServiceRoleForECRReplication", "AROAOTHER12345678901"), action: "ecr:ReplicateImage", want: authz.ExplicitlyDenied},
		"AWS Lambda":                        {who: by("lambda.amazonaws.com"), action: pull, want: authz.ExplicitlyDenied},
		"an anonymous caller":               {who: by(authz.Anonymous), action: pull, want: authz.ExplicitlyDenied},
	}
	for name, seed := range map[string]struct {
		// bare is what becomes of App Runner's role without identity policies: a Deny gives nothing.
		bare    authz.Decision
		readers map[string]asked
	}{
		"0-deny-others-before": {authz.ExplicitlyDenied, map[string]asked{
			"App Runner's role":            {who: apprunner, action: pull, want: authz.ExplicitlyDenied},
			"App Runner's role, pushing":   {who: apprunner, action: push, want: authz.ExplicitlyDenied},
			"a role whose id isn't known":  {who: unknown, action: pull, want: authz.ExplicitlyDenied},
			"the user, with reading alone": {who: by(seedAdmin), action: push, want: authz.ImplicitlyDenied},
		}},
		"0-deny-others-after": {authz.ImplicitlyDenied, map[string]asked{
			"App Runner's role":             {who: apprunner, action: pull, want: authz.Allowed},
			"App Runner's role, pushing":    {who: apprunner, action: push, want: authz.ImplicitlyDenied},
			"App Runner's role, made again": {who: anew, action: pull, want: authz.ExplicitlyDenied},
			"a role whose id isn't known":   {who: unknown, action: pull, want: authz.Unknown},
			"the user, with reading alone":  {who: by(seedAdmin), action: push, want: authz.ImplicitlyDenied},
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			lockdown := seedPolicy(t, name)
			answer(t, authz.Layers{Identity: []*authz.Policy{authz.AssumedToAllow("identity policies")}, Repository: lockdown}, everybody)
			answer(t, authz.Layers{Identity: seedText(t, appRunner), Repository: lockdown}, seed.readers)
			answer(t, authz.Layers{Repository: lockdown}, map[string]asked{
				"the user without policies of its own": {who: by(seedAdmin), action: pull, want: authz.ImplicitlyDenied},
				"the role without policies of its own": {who: apprunner, action: pull, want: seed.bare},
			})
		})
	}
}

// TestSeedTrust asks who may assume the seeds' roles. The role is the resource of its trust policy.
func TestSeedTrust(t *testing.T) {
	t.Parallel()
	const role = "arn:aws:iam::111111111111:role/allow_ecr_release"
	assume := func(principal string, externalID authz.Values, want authz.Decision) asked {
		who := authz.Caller{Principal: principal, Context: map[string]authz.Values{"sts:ExternalId": externalID}}
		return asked{who: who, action: "sts:AssumeRole", on: role, want: want}
	}
	none, given := authz.Values{}, authz.Single("test")
	answer(t, authz.Layers{Repository: seedPolicy(t, "0-apprunner-access-trust")}, map[string]asked{
		"App Runner's builder":        assume("build.apprunner.amazonaws.com", none, authz.Allowed),
		"App Runner's tasks":          assume("tasks.apprunner.amazonaws.com", none, authz.ImplicitlyDenied),
		"a role of the account":       assume(seedRole, none, authz.ImplicitlyDenied),
		"a role of another account":   assume(seedMember, none, authz.ImplicitlyDenied),
		"an anonymous caller":         assume(authz.Anonymous, none, authz.ImplicitlyDenied),
		"the builder, tagging itself": {who: by("build.apprunner.amazonaws.com"), action: "sts:TagSession", on: role, want: authz.ImplicitlyDenied},
	})
	trust := seedPolicy(t, "1-trust-policy.derived")
	answer(t, authz.Layers{Identity: []*authz.Policy{authz.AssumedToAllow("identity policies")}, Repository: trust}, map[string]asked{
		"account 2 with the external id":       assume(seedMember, given, authz.Allowed),
		"its root user with the external id":   assume("arn:aws:iam::222222222222:root", given, authz.Allowed),
		"account 2 without an external id":     assume(seedMember, none, authz.ImplicitlyDenied),
		"account 2 with another":               assume(seedMember, authz.Single("Test"), authz.ImplicitlyDenied),
		"account 2 with one that isn't known":  assume(seedMember, authz.Single(authz.UnknownValue), authz.Unknown),
		"account 3 with the external id":       assume("arn:aws:iam::333333333333:role/member", given, authz.ImplicitlyDenied),
		"an anonymous caller, external id too": assume(authz.Anonymous, given, authz.ImplicitlyDenied),
	})
	answer(t, authz.Layers{Repository: trust}, map[string]asked{
		"account 2, which doesn't let it": assume(seedMember, given, authz.ImplicitlyDenied),
	})
}

// TestSeedTaggedRepositories holds what the author measured: of two repositories, the one tagged release can be described.
func TestSeedTaggedRepositories(t *testing.T) {
	t.Parallel()
	who := session("allow_ecr_release", "AROAEXAMPLE1234567890")
	release, develop := map[string]string{"environment": "release"}, map[string]string{"environment": "develop"}
	layers := authz.Layers{Identity: seedPolicy(t, "1-allow-ecr-release")}
	questions := map[string]asked{
		"describes develop":                   {who: who, action: "ecr:DescribeImages", tags: develop, want: authz.ImplicitlyDenied},
		"describes one without tags":          {who: who, action: "ecr:DescribeImages", tags: map[string]string{}, want: authz.ImplicitlyDenied},
		"describes one tagged Release":        {who: who, action: "ecr:DescribeImages", tags: map[string]string{"environment": "Release"}, want: authz.ImplicitlyDenied},
		"describes one whose tags are hidden": {who: who, action: "ecr:DescribeImages", want: authz.Unknown},
		"describes account 2's release": {
			who: who, action: "ecr:DescribeImages", on: "arn:aws:ecr:eu-west-1:222222222222:repository/app", account: "222222222222", tags: release, want: authz.ImplicitlyDenied,
		},
		"logs in": {who: who, action: "ecr:GetAuthorizationToken", on: "*", want: authz.Allowed},
		// Claimed by the seed, and never given.
		"reads the registry's policy": {who: who, action: "ecr:GetRegistryPolicy", on: "*", tags: release, want: authz.ImplicitlyDenied},
		"describes the registry":      {who: who, action: "ecr:DescribeRegistry", on: "*", tags: release, want: authz.ImplicitlyDenied},
	}
	for action, want := range map[string]authz.Decision{
		"ecr:DescribeImages": authz.Allowed, "ecr:BatchGetImage": authz.Allowed, "ecr:GetDownloadUrlForLayer": authz.Allowed, "ecr:GetRepositoryPolicy": authz.Allowed,
		"ecr:ListImages": authz.ImplicitlyDenied, "ecr:DescribeRepositories": authz.ImplicitlyDenied, "ecr:ListTagsForResource": authz.ImplicitlyDenied,
		"ecr:PutImage": authz.ImplicitlyDenied, "ecr:TagResource": authz.ImplicitlyDenied,
	} {
		questions["release, "+action] = asked{who: who, action: action, tags: release, want: want}
	}
	answer(t, layers, questions)

	var by []string
	for _, s := range authz.Evaluate(questions["logs in"].request(), layers).Statements {
		if s.Applies == authz.Yes {
			by = append(by, s.Statement)
		}
	}
	if !slices.Equal(by, []string{"VisualEditor1"}) {
		t.Errorf("%v let the role log in; VisualEditor0 needs a tag, which a registry doesn't have", by)
	}
}

// TestSeedOrganization asks who may pull from the repository that an organizational unit shares.
func TestSeedOrganization(t *testing.T) {
	t.Parallel()
	const unit = "o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/"
	of := func(path, action string, want authz.Decision) asked {
		return asked{who: authz.Caller{Principal: seedMember, OrganizationPath: path}, action: action, want: want}
	}
	shared := seedPolicy(t, "3-org-shared-pull")
	questions := map[string]asked{
		"an OU below":                     of(unit+"ou-ab12-22222222/", "ecr:BatchGetImage", authz.Allowed),
		"the OU below another":            of("o-a1b2c3d4e5/r-ab12/ou-ab12-33333333/ou-ab12-11111111/", "ecr:BatchGetImage", authz.Allowed),
		"a sibling OU":                    of("o-a1b2c3d4e5/r-ab12/ou-ab12-22222222/", "ecr:BatchGetImage", authz.ImplicitlyDenied),
		"an OU whose id goes on":          of("o-a1b2c3d4e5/r-ab12/ou-ab12-111111112/", "ecr:BatchGetImage", authz.ImplicitlyDenied),
		"the root":                        of("o-a1b2c3d4e5/r-ab12/", "ecr:BatchGetImage", authz.ImplicitlyDenied),
		"the same OU id elsewhere":        of("o-z9y8x7w6v5/r-ab12/ou-ab12-11111111/", "ecr:BatchGetImage", authz.ImplicitlyDenied),
		"an OU that isn't known":          of(authz.UnknownValue, "ecr:BatchGetImage", authz.Unknown),
		"a push":                          of(unit, "ecr:PutImage", authz.ImplicitlyDenied),
		"a list":                          of(unit, "ecr:ListImages", authz.ImplicitlyDenied),
		"an account without organization": {who: authz.Caller{Principal: seedMember, Context: map[string]authz.Values{"aws:PrincipalOrgPaths": {}}}, action: "ecr:BatchGetImage", want: authz.ImplicitlyDenied},
		"an anonymous caller":             {who: by(authz.Anonymous), action: "ecr:BatchGetImage", want: authz.ImplicitlyDenied},
		"AWS Lambda":                      {who: by("lambda.amazonaws.com"), action: "ecr:BatchGetImage", want: authz.ImplicitlyDenied},
	}
	for _, action := range []string{"BatchCheckLayerAvailability", "BatchGetImage", "DescribeImages", "DescribeRepositories", "GetDownloadUrlForLayer"} {
		questions["the OU, "+action] = of(unit, "ecr:"+action, authz.Allowed)
	}
	answer(t, authz.Layers{Identity: []*authz.Policy{authz.AssumedToAllow("identity policies")}, Repository: shared}, questions)
	answer(t, authz.Layers{Repository: shared}, map[string]asked{
		"the OU, whose own policies don't let it": of(unit, "ecr:BatchGetImage", authz.ImplicitlyDenied),
		"the owner's account, in the OU":          {who: authz.Caller{Principal: seedSession, OrganizationPath: unit}, action: "ecr:BatchGetImage", want: authz.Allowed},
	})
}
