// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package pattern_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/ecrx/terraform-provider-ecrx/internal/pattern"
	"github.com/ecrx/terraform-provider-ecrx/internal/policy"
)

func allow(actions []string, resource string, conditions ...policy.Condition) policy.Statement {
	return policy.Statement{Effect: policy.Allow, Actions: actions, Resources: []string{resource}, Conditions: conditions}
}

func login() policy.Statement { return allow([]string{"ecr:GetAuthorizationToken"}, "*") }

func inline(statements ...policy.Statement) pattern.Role {
	return pattern.Role{Inline: map[string]policy.Document{"x": policy.New(statements...)}}
}

func condition(operator, key string, values ...string) policy.Condition {
	return policy.Condition{Operator: operator, Key: key, Values: values}
}

// TestProveRole changes what a role is allowed, and looks for what the proof says of it.
func TestProveRole(t *testing.T) {
	t.Parallel()
	const (
		lacks, exceeds = "Role that can't do what it says", "Role that can do more than it says"
		tag            = "ecr:ResourceTag/environment"
	)
	app := pattern.RoleAccess{Actions: pullActions, RepositoryARNs: []string{appARN}}
	team := pattern.RoleAccess{Actions: pullActions, RepositoryARNs: []string{teamARNs}}
	abroad := pattern.RoleAccess{Actions: pullActions, RepositoryARNs: []string{"arn:aws:ecr:us-east-1:222222222222:repository/app"}}
	release := pattern.RoleAccess{Actions: pullActions, RepositoryARNs: []string{"arn:aws:ecr:*:111111111111:repository/*"}, ResourceTags: tags("environment", "release")}
	twoTags := release
	twoTags.ResourceTags = tags("environment", "release", "team", "pay")
	private := app
	private.SourceVPCs, private.SourceVPCEs = []string{"vpc-0a1b2c3d", "vpc-0f1e2d3c"}, []string{"vpce-0a1b2c3d"}
	vpc := condition("StringEquals", "aws:SourceVpc", "vpc-0a1b2c3d", "vpc-0f1e2d3c")
	vpce := condition("StringEquals", "aws:SourceVpce", "vpce-0a1b2c3d")
	environment := condition("StringEquals", tag, "release")
	byHand := pattern.RoleAccess{ByHand: []policy.Statement{login(), allow(pullActions, appARN)}}
	const otherARN = "arn:aws:ecr:eu-west-1:111111111111:repository/other"
	all := "arn:aws:ecr:*:111111111111:repository/*"
	for name, tc := range map[string]struct {
		role pattern.Role
		want pattern.RoleAccess
		// found are the problems, each "path: summary … text of the detail".
		found []string
	}{
		"right":                  {inline(login(), allow(pullActions, appARN)), app, nil},
		"right, a pattern":       {inline(login(), allow(pullActions, teamARNs)), team, nil},
		"right, another account": {inline(login(), allow(pullActions, abroad.RepositoryARNs[0])), abroad, nil},
		"right, tags":            {inline(login(), allow(pullActions, all, environment)), release, nil},
		"right, from a VPC":      {inline(login(), allow(pullActions, appARN, vpc, vpce)), private, nil},
		"right, other services":  {inline(login(), allow(pullActions, appARN), allow([]string{"logs:PutLogEvents"}, "*")), app, nil},
		"right, two policies": {
			pattern.Role{Inline: map[string]policy.Document{"a": policy.New(login()), "b": policy.New(allow(pullActions, appARN))}}, app, nil,
		},
		"a managed policy that isn't known": {pattern.Role{Managed: []string{"arn:aws:iam::aws:policy/Other"}}, app, nil},
		"AWS's for App Runner": {
			pattern.Role{Managed: []string{"arn:aws:iam::aws:policy/service-role/AWSAppRunnerServicePolicyForECRAccess"}},
			pattern.RoleAccess{Actions: append(slices.Clone(pullActions), "ecr:DescribeImages"), RepositoryARNs: []string{"*"}},
			nil,
		},
		"AWS's for App Runner, for less": {
			pattern.Role{Managed: []string{"arn:aws:iam::aws:policy/service-role/AWSAppRunnerServicePolicyForECRAccess"}},
			app,
			[]string{": " + exceeds + ": The role can do ecr:DescribeImages on " + appARN + ".", "repository_arns: " + exceeds + ": The role can do " + strings.Join(pullActions[:2], ", ")},
		},
		"no policies": {pattern.Role{}, app, []string{": " + lacks + ": The role can't do ecr:GetAuthorizationToken on the registry", "repository_arns: " + lacks + ": The role can't do ecr:BatchGetImage on " + appARN}},
		"no login":    {inline(allow(pullActions, appARN)), app, []string{": " + lacks + ": The role can't do ecr:GetAuthorizationToken on the registry"}},
		"no login, under a tag": {
			inline(allow([]string{"ecr:GetAuthorizationToken"}, "*", environment), allow(pullActions, all, environment)), release,
			[]string{": " + lacks + ": The role can't do ecr:GetAuthorizationToken on the registry"},
		},
		"an action is missing":     {inline(login(), allow(pullActions[1:], appARN)), app, []string{"repository_arns: " + lacks + ": The role can't do ecr:BatchCheckLayerAvailability on " + appARN}},
		"an action is too much":    {inline(login(), allow(append(slices.Clone(pullActions), "ecr:PutImage"), appARN)), app, []string{": " + exceeds + ": The role can do ecr:PutImage on " + appARN}},
		"all actions":              {inline(login(), allow([]string{"ecr:*"}, appARN)), app, []string{": " + exceeds + ": The role can do "}},
		"actions on the registry":  {inline(login(), allow(pullActions, appARN), allow([]string{"ecr:DescribeRegistry"}, "*")), app, []string{": " + exceeds + ": The role can do ecr:DescribeRegistry on the registry"}},
		"every repository":         {inline(login(), allow(pullActions, "*")), app, []string{"repository_arns: " + exceeds + ": The role can do ecr:BatchCheckLayerAvailability"}},
		"those below":              {inline(login(), allow(pullActions, appARN+"*")), app, []string{appARN + "-stranger", appARN + "/stranger"}},
		"those of the account":     {inline(login(), allow(pullActions, "arn:aws:ecr:eu-west-1:111111111111:repository/*")), app, []string{":repository/stranger,", ":repository/stranger/team/app,"}},
		"of other Regions":         {inline(login(), allow(pullActions, "arn:aws:ecr:*:111111111111:repository/team/app")), app, []string{"arn:aws:ecr:us-west-2:111111111111:repository/team/app,"}},
		"of other accounts":        {inline(login(), allow(pullActions, "arn:aws:ecr:eu-west-1:*:repository/team/app")), app, []string{"arn:aws:ecr:eu-west-1:999999999999:repository/team/app,"}},
		"another repository":       {inline(login(), allow(pullActions, appARN+"s")), app, []string{"repository_arns: " + lacks}},
		"a denied action":          {inline(login(), allow(pullActions, appARN), policy.Statement{Effect: policy.Deny, Actions: []string{"ecr:BatchGetImage"}, Resources: []string{"*"}}), app, []string{"can't do ecr:BatchGetImage"}},
		"without the tag":          {inline(login(), allow(pullActions, all)), release, []string{"resource_tags: " + exceeds, "without tags", "with another environment", "without environment"}},
		"the tag if there is one":  {inline(login(), allow(pullActions, all, condition("StringEqualsIfExists", tag, "release"))), release, []string{"without tags", "without environment"}},
		"the tag's beginning":      {inline(login(), allow(pullActions, all, condition("StringLike", tag, "release*"))), release, []string{"with another environment"}},
		"the wrong tag":            {inline(login(), allow(pullActions, all, condition("StringEquals", tag, "Release"))), release, []string{"repository_arns: " + lacks}},
		"one of two tags":          {inline(login(), allow(pullActions, all, environment)), twoTags, []string{"resource_tags: " + exceeds, "with another team", "without team"}},
		"from anywhere":            {inline(login(), allow(pullActions, appARN)), private, []string{": " + exceeds, "without a VPC endpoint", "from another VPC", "through another VPC endpoint"}},
		"from one VPC":             {inline(login(), allow(pullActions, appARN, condition("StringEquals", "aws:SourceVpc", "vpc-0a1b2c3d"), vpce)), private, []string{"repository_arns: " + lacks}},
		"from any VPC":             {inline(login(), allow(pullActions, appARN, vpce)), private, []string{"can do ecr:BatchCheckLayerAvailability, ecr:BatchGetImage, ecr:GetDownloadUrlForLayer on " + appARN + " from another VPC."}},
		"through any endpoint":     {inline(login(), allow(pullActions, appARN, vpc)), private, []string{"on " + appARN + " through another VPC endpoint."}},
		"one repository more":      {inline(login(), allow(pullActions, appARN), allow(pullActions, otherARN)), app, []string{"repository_arns: " + exceeds + ": The role can do ecr:BatchCheckLayerAvailability", otherARN + ", which isn't among its repositories"}},
		"nothing":                  {inline(allow([]string{"logs:PutLogEvents"}, "*")), pattern.RoleAccess{}, nil},
		"nothing, but the login":   {inline(login()), pattern.RoleAccess{}, []string{": " + exceeds + ": The role can do ecr:GetAuthorizationToken on the registry."}},
		"nothing, but one":         {inline(allow(pullActions, otherARN)), pattern.RoleAccess{}, []string{": " + exceeds, "on " + otherARN}},
		"nothing, but all":         {inline(allow([]string{"*"}, "*")), pattern.RoleAccess{}, []string{"ecr:PutRegistryPolicy", "ecr:PutImage"}},
		"nothing, but of services": {inline(allow([]string{"*"}, "arn:aws:*:*:*:repository/team/*")), pattern.RoleAccess{}, []string{"on arn:aws:ecr:eu-west-1:111111111111:repository/team/somebody, "}},
		"by hand":                  {inline(byHand.ByHand...), byHand, nil},
		"by hand, and more":        {inline(login(), allow([]string{"ecr:BatchGetImage", "ecr:PutImage"}, appARN)), byHand, []string{": " + exceeds + ": The role can do ecr:PutImage on " + appARN + ", which"}},
		"by hand, and elsewhere":   {inline(login(), allow(pullActions, appARN+"*")), byHand, []string{"on " + appARN + "somebody, which"}},
		"from a VPC, but publicly": {inline(login(), allow(pullActions, appARN, condition("StringEqualsIfExists", "aws:SourceVpc", vpc.Values...), condition("StringEqualsIfExists", "aws:SourceVpce", vpce.Values...))), private, []string{"without a VPC endpoint"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			problems := pattern.ProveRole(tc.role, tc.want, ireland())
			got := problemsText(problems)
			if len(tc.found) == 0 && got != "" || len(tc.found) > 0 && !pattern.HasErrors(problems) {
				t.Fatalf("the proof finds %q", got)
			}
			for _, text := range tc.found {
				if !strings.Contains(got, text) {
					t.Errorf("the proof finds\n%s\nwant %q", got, text)
				}
			}
		})
	}
}

// An account or a Region that isn't known yet changes nothing in what a proof finds.
func TestProveRoleWhereTheAccountIsNotKnown(t *testing.T) {
	t.Parallel()
	site := pattern.Site{Partition: "aws"}
	role := inline(login(), allow(pullActions, appARN))
	app := pattern.RoleAccess{Actions: pullActions, RepositoryARNs: []string{appARN}}
	if got := problemsText(pattern.ProveRole(role, app, site)); got != "" {
		t.Error(got)
	}
	app.Actions = pullActions[1:]
	if got := problemsText(pattern.ProveRole(role, app, site)); !strings.Contains(got, "can do ecr:BatchCheckLayerAvailability on "+appARN) {
		t.Errorf("got %q", got)
	}
	for name, problems := range map[string][]pattern.Problem{
		"App Runner":    pattern.ProveAppRunnerRole(pattern.AppRunnerRoleInput{}, site),
		"cross-account": pattern.ProveCrossAccountRole(pattern.CrossAccountRoleInput{TrustedAccounts: []string{"222222222222"}, RepositoryScope: tagged("a", "b")}, site),
	} {
		if got := problemsText(problems); got != "" {
			t.Errorf("%s: %s", name, got)
		}
	}
}
