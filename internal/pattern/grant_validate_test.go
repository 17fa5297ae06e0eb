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

// valid gives a grant that nothing is wrong with, changed by the case.
func valid(change func(*pattern.Grant)) []pattern.Grant {
	g := pattern.Grant{Name: "Dev", Access: "pull", Accounts: []string{"222222222222"}}
	change(&g)
	return []pattern.Grant{g}
}

func paths(values ...string) []pattern.Grant {
	return valid(func(g *pattern.Grant) { g.OrganizationPaths = values })
}

func principals(style string, arns ...string) []pattern.Grant {
	return valid(func(g *pattern.Grant) { g.PrincipalARNs, g.PrincipalStyle = arns, style })
}

func functions(arns ...string) []pattern.Grant {
	return valid(func(g *pattern.Grant) { g.Lambda = &pattern.LambdaGrant{FunctionARNs: arns} })
}

func projects(arns ...string) []pattern.Grant {
	return valid(func(g *pattern.Grant) { g.CodeBuild = &pattern.CodeBuildGrant{ProjectARNs: arns} })
}

func actions(names ...string) []pattern.Grant {
	return valid(func(g *pattern.Grant) { g.Access, g.Actions = "", names })
}

func conditions(test, variable string, values ...string) []pattern.Grant {
	return valid(func(g *pattern.Grant) {
		g.Conditions = []policy.Condition{{Operator: test, Key: variable, Values: values}}
	})
}

func service(change func(*pattern.Grant)) []pattern.Grant {
	g := pattern.Grant{Name: "Dev", Lambda: &pattern.LambdaGrant{Accounts: []string{"222222222222"}}}
	change(&g)
	return []pattern.Grant{g}
}

func TestValidateGrantsErrors(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		grants []pattern.Grant
		path   string
		write  string // what the message tells to write
	}{
		"name with a dash":      {valid(func(g *pattern.Grant) { g.Name = "development-ou_2" }), "development-ou_2", `Write "DevelopmentOu2"`},
		"name of no letter":     {valid(func(g *pattern.Grant) { g.Name = "*" }), "*", `Write "DevelopmentOU"`},
		"empty name":            {valid(func(g *pattern.Grant) { g.Name = "" }), "", `Write "DevelopmentOU"`},
		"nobody":                {[]pattern.Grant{{Name: "Dev", Access: "pull"}}, "Dev", "Set at least one of organization_paths"},
		"nothing":               {valid(func(g *pattern.Grant) { g.Access = "" }), "Dev.access", `access = "pull"`},
		"unknown access":        {valid(func(g *pattern.Grant) { g.Access = "admin" }), "Dev.access", `Write one of "pull", "pull_describe"`},
		"access in capitals":    {valid(func(g *pattern.Grant) { g.Access = "Pull" }), "Dev.access", `Write one of "pull"`},
		"access and actions":    {valid(func(g *pattern.Grant) { g.Actions = []string{"ecr:ListImages"} }), "Dev.actions", "Remove it, or remove actions"},
		"no such action":        {actions("ecr:PullImage"), "Dev.actions", `Write it as in "ecr:BatchGetImage"`},
		"action without ecr:":   {actions("BatchGetImage"), "Dev.actions", `Write it as in "ecr:BatchGetImage"`},
		"other service":         {actions("s3:GetObject"), "Dev.actions", `Write it as in "ecr:BatchGetImage"`},
		"wildcard of others":    {actions("s3:*"), "Dev.actions", `does not begin with "ecr:"`},
		"every action":          {actions("*"), "Dev.actions", `does not begin with "ecr:"`},
		"login":                 {actions("ecr:getauthorizationtoken"), "Dev.actions", `allow it on "*" in an identity policy`},
		"registry action":       {actions("ecr:PutRegistryPolicy"), "Dev.actions", `allow it on "*" in an identity policy`},
		"unit without slash":    {paths("o-a1b2c3d4e5/r-ab12/ou-ab12-11111111"), "Dev.organization_paths", `"o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/*"`},
		"wildcard never true":   {paths("o-a1b2c3d4e5/ou-*"), "Dev.organization_paths", `"o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/*"`},
		"no organization":       {paths("r-ab12/ou-ab12-11111111/*"), "Dev.organization_paths", `"o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/*"`},
		"any organization":      {paths("o-*/r-ab12/*"), "Dev.organization_paths", `"o-a1b2c3d4e5/*"`},
		"second path is wrong":  {paths(path, "ou-ab12-11111111"), "Dev.organization_paths", `"o-a1b2c3d4e5/*/ou-ab12-11111111/*"`},
		"root as unit":          {valid(func(g *pattern.Grant) { g.OrganizationalUnitIDs = []string{"r-ab12"} }), "Dev.organization_unit_ids", `"ou-ab12-11111111"`},
		"organization id":       {valid(func(g *pattern.Grant) { g.OrganizationIDs = []string{"o-*"} }), "Dev.organization_ids", `"o-a1b2c3d4e5"`},
		"account of 10 digits":  {valid(func(g *pattern.Grant) { g.Accounts = []string{"1234567890"} }), "Dev.accounts", "write its 12 digits"},
		"account ARN":           {valid(func(g *pattern.Grant) { g.Accounts = []string{"arn:aws:iam::222222222222:root"} }), "Dev.accounts", "write its 12 digits"},
		"any account":           {valid(func(g *pattern.Grant) { g.Accounts = []string{"*"} }), "Dev.accounts", "write its 12 digits"},
		"unknown style":         {principals("arn", role), "Dev.principal_style", `Write one of "account", "wildcard", "principal"`},
		"no ARN":                {principals("", "ci"), "Dev.principal_arns", `"arn:aws:iam::111111111111:role/ci"`},
		"function as principal": {principals("", function), "Dev.principal_arns", `"arn:aws:iam::111111111111:role/ci"`},
		"any role of any one":   {principals("", "arn:aws:iam::*:role/ci"), "Dev.principal_arns", "Write the 12 digits of the account"},
		"account by ?":          {principals(pattern.StyleWildcard, "arn:aws:iam::11111111111?:role/ci"), "Dev.principal_arns", "Write the 12 digits of the account"},
		"role of 10 digits":     {principals("", "arn:aws:iam::1234567890:role/ci"), "Dev.principal_arns", `"arn:aws:iam::111111111111:role/ci"`},
		"root":                  {principals("", "arn:aws:iam::222222222222:root"), "Dev.principal_arns", `Write "222222222222" in accounts`},
		"session":               {principals("", "arn:aws:sts::222222222222:assumed-role/ci/run-1"), "Dev.principal_arns", `Write "arn:aws:iam::222222222222:role/ci"`},
		"role as session":       {principals(pattern.StylePrincipal, "arn:aws:sts::222222222222:role/ci"), "Dev.principal_arns", `"arn:aws:iam::222222222222:role/ci"`},
		"wildcard principal":    {principals(pattern.StylePrincipal, "arn:aws:iam::222222222222:role/ci-*"), "Dev.principal_arns", `use principal_style = "account"`},
		"group":                 {principals("", "arn:aws:iam::222222222222:group/dev"), "Dev.principal_arns", "neither a role nor a user"},
		"role without a name":   {principals("", "arn:aws:iam::222222222222:role"), "Dev.principal_arns", `"arn:aws:iam::222222222222:role/ci"`},
		"role with no name":     {principals("", "arn:aws:iam::222222222222:role/"), "Dev.principal_arns", `"arn:aws:iam::222222222222:role/ci"`},
		"role as function":      {functions("arn:aws-cn:iam::222222222222:role/web"), "Dev.lambda.function_arns", `Write "arn:aws-cn:lambda:REGION:222222222222:function:NAME"`},
		"function name":         {functions("web"), "Dev.lambda.function_arns", `"arn:aws:lambda:eu-west-1:111111111111:function:web"`},
		"layer":                 {functions("arn:aws:lambda:eu-west-1:222222222222:layer:web"), "Dev.lambda.function_arns", `"arn:aws:lambda:eu-west-1:111111111111:function:web"`},
		"function of any one":   {functions("arn:aws:lambda:eu-west-1:*:function:web"), "Dev.lambda.function_arns", `"arn:aws:lambda:eu-west-1:111111111111:function:web"`},
		"lambda of nobody":      {valid(func(g *pattern.Grant) { g.Lambda = &pattern.LambdaGrant{} }), "Dev.lambda", "set accounts, function_arns or organization_ids"},
		"lambda account":        {service(func(g *pattern.Grant) { g.Lambda.Accounts[0] = "2222" }), "Dev.lambda.accounts", "write its 12 digits"},
		"lambda organization":   {service(func(g *pattern.Grant) { g.Lambda.OrganizationIDs = []string{"r-ab12"} }), "Dev.lambda.organization_ids", `"o-a1b2c3d4e5"`},
		"no projects":           {projects(), "Dev.codebuild.project_arns", `"arn:aws:codebuild:eu-west-1:111111111111:project/web"`},
		"build as project":      {projects("arn:aws:codebuild:eu-west-1:111111111111:build/web:1"), "Dev.codebuild.project_arns", `"arn:aws:codebuild:eu-west-1:111111111111:project/web"`},
		"project of any one":    {projects("arn:aws:codebuild:eu-west-1:*:project/web"), "Dev.codebuild.project_arns", `"arn:aws:codebuild:eu-west-1:111111111111:project/web"`},
		"two accounts":          {projects(project, strings.Replace(project, "1111", "2222", 1)), "Dev.codebuild.project_arns", "name the others' service roles in principal_arns"},
		"access of a service":   {service(func(g *pattern.Grant) { g.Access = "pull" }), "Dev.access", "Remove it"},
		"actions of a service":  {service(func(g *pattern.Grant) { g.Actions = []string{"ecr:ListImages"} }), "Dev.actions", "Remove it"},
		"service's conditions":  {service(func(g *pattern.Grant) { g.Conditions = endpoint() }), "Dev.conditions", "Remove them"},
		"the grant's condition": {
			valid(func(g *pattern.Grant) {
				g.OrganizationIDs = []string{"o-a1b2c3d4e5"}
				g.Conditions = []policy.Condition{{Operator: "stringequals", Key: "aws:principalorgid", Values: []string{"o-z9y8x7w6v5"}}}
			}), "Dev.conditions", "Remove it here, or use another grant",
		},
		"condition twice":     {valid(func(g *pattern.Grant) { g.Conditions = append(endpoint(), endpoint()...) }), "Dev.conditions", "Put all values into one"},
		"no such operator":    {conditions("StringEqual", "aws:SourceVpce", "vpce-0a1b2c3d"), "Dev.conditions", `write one such as "StringEquals"`},
		"no condition key":    {conditions("StringEquals", "SourceVpce", "vpce-0a1b2c3d"), "Dev.conditions", "write prefix:name"},
		"condition of no one": {conditions("StringEquals", "aws:SourceVpce"), "Dev.conditions", "Write one in values"},
		"VPC as endpoint":     {conditions("StringEquals", "aws:SourceVpce", "vpc-0a1b2c3d"), "Dev.conditions", `write an endpoint id such as "vpce-0a1b2c3d"`},
		"two grants, one Sid": {
			[]pattern.Grant{
				{Name: "Dev", Access: "pull", Accounts: []string{"222222222222"}, OrganizationPaths: []string{path}},
				{Name: "DevAccounts", Access: "pull", Accounts: []string{"333333333333"}},
			}, "DevAccounts", `the Sid "DevAccounts", since a grant with several kinds of who adds the kind to its name. Rename one`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			problems := slices.DeleteFunc(pattern.ValidateGrants(tc.grants), func(p pattern.Problem) bool { return p.Severity != policy.SeverityError })
			if len(problems) != 1 {
				t.Fatalf("got %d errors: %+v", len(problems), problems)
			}
			got := problems[0]
			if at := strings.Join(got.Path, "."); at != tc.path {
				t.Errorf("the problem is at %s, want %s", at, tc.path)
			}
			if got.Summary == "" || !strings.Contains(got.Detail, tc.write) {
				t.Errorf("got %q: %q, want an error that says %q", got.Summary, got.Detail, tc.write)
			}
		})
	}
}

func TestValidateGrantsTakes(t *testing.T) {
	t.Parallel()
	for name, grants := range map[string][]pattern.Grant{
		"no grants":               nil,
		"a grant":                 valid(func(*pattern.Grant) {}),
		"digits as name":          valid(func(g *pattern.Grant) { g.Name = "2" }),
		"wildcard action":         actions("ecr:Batch*", "ECR:Describe*"),
		"action in any case":      actions("ecr:batchgetimage"),
		"replication":             actions("ecr:ReplicateImage"),
		"a whole organization":    paths("o-a1b2c3d4e5/*"),
		"wildcard in a role":      principals("", "arn:aws:iam::222222222222:role/ci-*"),
		"principal of GovCloud":   principals(pattern.StylePrincipal, "arn:aws-us-gov:iam::222222222222:role/ci"),
		"session as principal":    principals(pattern.StylePrincipal, "arn:aws:sts::222222222222:assumed-role/ci/run-1"),
		"federated user":          principals("", "arn:aws:sts::222222222222:federated-user/bob"),
		"functions by wildcard":   functions("arn:aws:lambda:*:222222222222:function:web-*"),
		"projects by wildcard":    projects("arn:aws:codebuild:*:111111111111:project/*"),
		"service and access":      functions(function),
		"service alone":           service(func(*pattern.Grant) {}),
		"condition on a tag":      conditions("StringLike", "aws:PrincipalTag/team", "web-*"),
		"incomplete, nobody":      {{Name: "Dev", Access: "pull", Incomplete: true}},
		"incomplete, nothing":     {{Name: "Dev", Accounts: []string{"222222222222"}, Incomplete: true}},
		"incomplete lambda":       {{Name: "Dev", Lambda: &pattern.LambdaGrant{}, Incomplete: true}},
		"incomplete codebuild":    {{Name: "Dev", CodeBuild: &pattern.CodeBuildGrant{}, Incomplete: true}},
		"incomplete condition":    {{Name: "Dev", Access: "pull", Conditions: []policy.Condition{{}}, Incomplete: true}},
		"incomplete, access":      {{Name: "Dev", Access: "pull", Lambda: &pattern.LambdaGrant{Accounts: []string{"222222222222"}}, Incomplete: true}},
		"Sid that may yet differ": {{Name: "Dev", Access: "pull", Accounts: []string{"222222222222"}, OrganizationPaths: []string{path}}, {Name: "DevAccounts", Access: "pull", Accounts: []string{"333333333333"}, Incomplete: true}},
		"names that end in kinds": {{Name: "Dev", Access: "pull", Accounts: []string{"222222222222"}}, {Name: "DevAccounts", Access: "pull", Accounts: []string{"333333333333"}}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if problems := pattern.ValidateGrants(grants); len(problems) > 0 {
				t.Errorf("got %+v", problems)
			}
		})
	}
}

func TestValidateGrantsWarnings(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		grants []pattern.Grant
		path   string
	}{
		"wildcard style":         {principals(pattern.StyleWildcard, role), "Dev.principal_style"},
		"lambda of organization": {service(func(g *pattern.Grant) { g.Lambda.OrganizationIDs = []string{"o-a1b2c3d4e5"} }), "Dev.lambda.organization_ids"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			problems := pattern.ValidateGrants(tc.grants)
			if len(problems) != 1 || problems[0].Severity != policy.SeverityWarning || strings.Join(problems[0].Path, ".") != tc.path {
				t.Errorf("got %+v, want one warning at %s", problems, tc.path)
			}
		})
	}
}

func TestValidateGrantsAt(t *testing.T) {
	t.Parallel()
	grants := projects(project)
	for name, tc := range map[string]struct {
		account string
		wrong   bool
	}{
		"same account":    {"111111111111", false},
		"account unknown": {"", false},
		"other account":   {"222222222222", true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			problems := pattern.ValidateGrantsAt(grants, pattern.Site{Partition: "aws", AccountID: tc.account})
			if pattern.HasErrors(problems) != tc.wrong {
				t.Fatalf("got %+v", problems)
			}
			if tc.wrong && (strings.Join(problems[0].Path, ".") != "Dev.codebuild.project_arns" || !strings.Contains(problems[0].Detail, "name that role in principal_arns")) {
				t.Errorf("got %+v", problems)
			}
		})
	}
}
