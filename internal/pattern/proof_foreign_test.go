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

const (
	administrator = "arn:aws:iam::111111111111:user/admin"

	void     = "Grant that another statement makes void"
	wide     = "Unmanaged statement that lets others in"
	lockedUp = "Repository policy that locks its caller out"
)

// statementsOf reads statements of somebody else.
func statementsOf(t testing.TB, text string) []policy.Statement {
	t.Helper()
	document, err := policy.Parse(`{"Version":"2012-10-17","Statement":[` + text + `]}`)
	if err != nil {
		t.Fatal(err)
	}
	return document.Statements
}

// allowing and denying give a statement with the Sid Other: its principal, and what stands behind it.
func allowing(principal, action, rest string) string {
	return `{"Sid":"Other","Effect":"Allow","Principal":` + principal + `,"Action":"` + action + `"` + rest + `}`
}

func denying(principal, action, rest string) string {
	return `{"Sid":"Other","Effect":"Deny","Principal":` + principal + `,"Action":"` + action + `"` + rest + `}`
}

func where(operator, key, value string) string {
	return `,"Condition":{"` + operator + `":{"` + key + `":` + value + `}}`
}

// foreignCase is a statement of somebody else beside a grant. Each of found is a part of one warning: "path: summary", a
// reason, or a name in the detail, with " … " between them.
type foreignCase struct {
	grant     pattern.Grant
	statement string
	found     []string
}

func voiding() map[string]foreignCase {
	const everybody = `"*"`
	account := pattern.Grant{Accounts: []string{"222222222222"}}
	organization := pattern.Grant{OrganizationIDs: []string{orgID}}
	functions := pattern.Grant{Lambda: &pattern.LambdaGrant{Accounts: []string{"222222222222"}}}
	byARN := func(arns string) string { return where("ArnNotLike", "aws:PrincipalArn", arns) }
	return map[string]foreignCase{
		"everybody, everything": {account, denying(everybody, "ecr:*", ""), []string{"Dev.accounts: " + void + " … statement Other of the repository policy denies it", ": " + lockedUp + " … " + administrator}},
		"the account":           {account, denying(`{"AWS":"arn:aws:iam::222222222222:root"}`, "ecr:BatchGetImage", ""), []string{"Dev.accounts: " + void}},
		"a part of a wildcard":  {pattern.Grant{Accounts: []string{"222222222222"}, Actions: []string{"ecr:Batch*"}}, denying(everybody, "ecr:BatchGetImage", ""), []string{"Dev.accounts: " + void}},
		"another account":       {account, denying(`{"AWS":"arn:aws:iam::333333333333:root"}`, "ecr:BatchGetImage", ""), nil},
		"another action":        {account, denying(everybody, "ecr:PutImage", ""), nil},
		"without TLS":           {account, denying(everybody, "ecr:*", where("Bool", "aws:SecureTransport", `"false"`)), nil},
		"outside an endpoint":   {account, denying(everybody, "ecr:*", where("StringNotEquals", "aws:SourceVpce", `"vpce-0a1b2c3d"`)), nil},
		"another organization":  {organization, denying(everybody, "ecr:BatchGetImage", where("StringNotEquals", "aws:PrincipalOrgID", `"o-z9y8x7w6v5"`)), []string{"Dev.organization_ids: " + void + " … an organization that isn't o-z9y8x7w6v5"}},
		"all but its own":       {organization, denying(everybody, "ecr:BatchGetImage", where("StringNotEquals", "aws:PrincipalOrgID", `"o-a1b2c3d4e5"`)), nil},
		"another OU": {
			pattern.Grant{OrganizationPaths: []string{path}},
			denying(everybody, "ecr:BatchGetImage", where("ForAllValues:StringNotLike", "aws:PrincipalOrgPaths", `"o-a1b2c3d4e5/r-ab12/ou-ab12-22222222/*"`)),
			[]string{"Dev.organization_paths: " + void},
		},
		"all but one role of the account":   {account, denying(everybody, "ecr:BatchGetImage", byARN(`["arn:aws:iam::222222222222:role/ci","arn:aws:iam::111111111111:*"]`)), nil},
		"all but one role of some account":  {organization, denying(everybody, "ecr:BatchGetImage", byARN(`"arn:aws:iam::*:role/ci"`)), nil},
		"all but roles of another account":  {account, denying(everybody, "ecr:BatchGetImage", byARN(`"arn:aws:iam::111111111111:*"`)), []string{"Dev.accounts: " + void}},
		"all but another role":              {pattern.Grant{PrincipalARNs: []string{role}}, denying(everybody, "ecr:BatchGetImage", byARN(`"arn:aws:iam::222222222222:role/other"`)), []string{"Dev.principal_arns: " + void + " … " + role}},
		"all but the role":                  {pattern.Grant{PrincipalARNs: []string{role, user}}, denying(everybody, "ecr:BatchGetImage", byARN(`["`+role+`"]`)), []string{"Dev.principal_arns: " + void + " … " + user}},
		"all but an id, which may be his":   {account, denying(everybody, "ecr:BatchGetImage", where("StringNotLike", "aws:userid", `"AROAEXAMPLE1234567890:*"`)), nil},
		"all but people, and so services":   {functions, denying(everybody, "ecr:BatchGetImage", byARN(`["arn:aws:iam::222222222222:*"]`)), []string{"Dev.lambda: " + void + " … AWS Lambda for functions of account 222222222222"}},
		"all but people and services":       {functions, denying(everybody, "ecr:BatchGetImage", `,"Condition":{"ArnNotLike":{"aws:PrincipalArn":"arn:aws:iam::222222222222:*"},"BoolIfExists":{"aws:PrincipalIsAWSService":"false"}}`), nil},
		"all but people, and so CodeBuild":  {pattern.Grant{CodeBuild: &pattern.CodeBuildGrant{ProjectARNs: []string{project}}}, denying(everybody, "ecr:*", byARN(`["arn:aws:iam::111111111111:*"]`)), []string{"Dev.codebuild: " + void}},
		"all but the administrator, by Not": {account, `{"Sid":"Other","Effect":"Deny","NotPrincipal":{"AWS":["arn:aws:iam::111111111111:root","` + administrator + `"]},"Action":"ecr:*"}`, []string{"Dev.accounts: " + void}},
		"the caller alone":                  {account, denying(`{"AWS":"`+administrator+`"}`, "ecr:SetRepositoryPolicy", ""), []string{": " + lockedUp + " … Statements that this resource doesn't own deny " + administrator}},
		"the caller's reading of it":        {account, denying(everybody, "ecr:GetRepositoryPolicy", ""), []string{": " + lockedUp}},
		"the caller's deleting of it":       {account, denying(everybody, "ecr:DeleteRepositoryPolicy", ""), []string{": " + lockedUp}},
		"the caller's way, perhaps":         {account, denying(everybody, "ecr:SetRepositoryPolicy", where("StringNotEquals", "aws:SourceVpce", `"vpce-0a1b2c3d"`)), nil},
		"the caller's images, not its say":  {account, denying(`{"AWS":"`+administrator+`"}`, "ecr:BatchGetImage", ""), nil},
	}
}

func widening() map[string]foreignCase {
	const everybody, anyService = `"*"`, "gives access to everybody"
	// perimeter is a Deny that stands beside an Allow and closes it.
	const perimeter = `,{"Sid":"Org","Effect":"Deny","Principal":"*","Action":"ecr:*","Condition":{` +
		`"StringNotEquals":{"aws:PrincipalOrgID":"o-a1b2c3d4e5"},"StringNotEqualsIfExists":{"aws:PrincipalAccount":["222222222222","111111111111"]}}}`
	account := pattern.Grant{Accounts: []string{"222222222222"}}
	narrowed := func(operator, key, value string) foreignCase {
		return foreignCase{account, allowing(everybody, "ecr:BatchGetImage", where(operator, key, value)), nil}
	}
	cases := map[string]foreignCase{
		"every action, by another's Deny":    {account, allowing(everybody, "ecr:*", "") + perimeter, nil},
		"everybody":                          {account, allowing(everybody, "ecr:*", ""), []string{": " + wide + " … The statement Other (ecr:*) … " + anyService}},
		"everybody over TLS":                 {account, allowing(everybody, "ecr:BatchGetImage", where("Bool", "aws:SecureTransport", `"true"`)), []string{wide + " … " + anyService}},
		"everybody but one account":          {account, allowing(everybody, "ecr:BatchGetImage", where("StringNotEquals", "aws:PrincipalAccount", `"444444444444"`)), []string{wide}},
		"every organization":                 {account, allowing(everybody, "ecr:BatchGetImage", where("StringLike", "aws:PrincipalOrgID", `"o-*"`)), []string{wide + " … another organization"}},
		"a role of every account":            {account, allowing(everybody, "ecr:BatchGetImage", where("ArnLike", "aws:PrincipalArn", `"arn:aws:iam::*:role/x"`)), []string{wide}},
		"without a Sid":                      {account, `{"Effect":"Allow","Principal":"*","Action":["ecr:ListImages","ecr:PutImage"]}`, []string{wide + " … without a Sid (ecr:ListImages, ecr:PutImage)"}},
		"a service for anybody":              {account, allowing(`{"Service":"lambda.amazonaws.com"}`, "ecr:BatchGetImage", ""), []string{wide + " … lambda.amazonaws.com for another account"}},
		"another service for anybody":        {account, allowing(`{"Service":"inspector2.amazonaws.com"}`, "ecr:BatchGetImage", ""), []string{wide + " … inspector2.amazonaws.com for another account"}},
		"a service that may act for nobody":  {account, allowing(`{"Service":"lambda.amazonaws.com"}`, "ecr:BatchGetImage", where("StringEqualsIfExists", "aws:SourceAccount", `"111111111111"`)), []string{wide + " … lambda.amazonaws.com without a source"}},
		"the organization of an OU":          {pattern.Grant{OrganizationPaths: []string{path}}, allowing(everybody, "ecr:BatchGetImage", where("StringEquals", "aws:PrincipalOrgID", `"o-a1b2c3d4e5"`)), []string{wide + " … gives access to another OU of o-a1b2c3d4e5."}},
		"the organization that has access":   {pattern.Grant{OrganizationIDs: []string{orgID}}, allowing(everybody, "ecr:BatchGetImage", where("StringEquals", "aws:PrincipalOrgID", `"o-a1b2c3d4e5"`)), nil},
		"a service for one account":          {account, allowing(`{"Service":"lambda.amazonaws.com"}`, "ecr:BatchGetImage", where("StringEquals", "aws:SourceAccount", `"111111111111"`)), nil},
		"an account":                         {account, allowing(`{"AWS":"arn:aws:iam::555555555555:root"}`, "ecr:*", ""), nil},
		"an account of nines":                {account, allowing(`{"AWS":"arn:aws:iam::999999999999:root"}`, "ecr:*", ""), nil},
		"an organization":                    narrowed("StringEquals", "aws:PrincipalOrgID", `"o-z9y8x7w6v5"`),
		"an OU":                              narrowed("ForAnyValue:StringLike", "aws:PrincipalOrgPaths", `"o-z9y8x7w6v5/*"`),
		"an endpoint":                        narrowed("StringEquals", "aws:SourceVpce", `"vpce-0a1b2c3d"`),
		"an address":                         narrowed("IpAddress", "aws:SourceIp", `"203.0.113.0/24"`),
		"an organization, by another's Deny": {account, allowing(everybody, "ecr:BatchGetImage", "") + perimeter, nil},
		"the second without a Sid": {
			account, `{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::555555555555:root"},"Action":"ecr:ListImages"},{"Effect":"Allow","Principal":"*","Action":"ecr:PutImage"}`,
			[]string{wide + " … without a Sid (ecr:PutImage)"},
		},
	}
	for _, action := range []string{"BatchDeleteImage", "DeleteRepository", "DescribeImages", "GetDownloadUrlForLayer", "InitiateLayerUpload", "PutLifecyclePolicy", "SetRepositoryPolicy", "TagResource"} {
		cases["everybody, "+action] = foreignCase{account, allowing(everybody, "ecr:"+action, ""), []string{wide + " … The statement Other (ecr:" + action + ") … gives access to everybody"}}
	}
	return cases
}

// TestForeignStatements finds what statements of others do to grants, or to the repository: warnings, never errors.
func TestForeignStatements(t *testing.T) {
	t.Parallel()
	for kind, cases := range map[string]map[string]foreignCase{"denies": voiding(), "allows": widening()} {
		for name, tc := range cases {
			t.Run(kind+" "+name, func(t *testing.T) {
				t.Parallel()
				ground := onGround(statementsOf(t, tc.statement)...)
				ground.Caller = pattern.Caller{ARN: administrator}
				proof := pattern.ProveGrants([]pattern.Grant{pulling(tc.grant)}, ground)
				expectTold(t, proof.Foreign, tc.found)
				if len(proof.Problems)+len(proof.Open) > 0 || len(proof.Lines) < 2 {
					t.Errorf("the grant itself is right: %q\n%s", proof.Lines, told(proof))
				}
			})
		}
	}
}

// expectTold expects just these warnings, each by parts of its text in their order.
func expectTold(t *testing.T, problems []pattern.Problem, want []string) {
	t.Helper()
	var got []string
	for _, p := range problems {
		got = append(got, strings.Join(p.Path, ".")+": "+p.Summary+": "+p.Detail)
		if p.Severity != policy.SeverityWarning {
			t.Errorf("what others do is a warning, not an %s", p.Severity)
		}
	}
	if len(got) != len(want) {
		t.Errorf("%d warnings, want %d:\n%s", len(got), len(want), strings.Join(got, "\n"))
		return
	}
	for i, text := range got {
		for part := range strings.SplitSeq(want[i], " … ") {
			_, rest, found := strings.Cut(text, part)
			if !found {
				t.Errorf("%q isn't in %q", part, got[i])
			}
			text = rest
		}
	}
}

// TestRegistryPolicy finds grants that the registry policy makes void.
func TestRegistryPolicy(t *testing.T) {
	t.Parallel()
	deny := func(resource string) string {
		return `{"Sid":"NoPull","Effect":"Deny","Principal":"*","Action":"ecr:BatchGetImage","Resource":"` + resource + `"}`
	}
	const applies = "Dev.accounts: " + void + " … statement NoPull of the registry policy denies it"
	for name, tc := range map[string]struct {
		repository, statement string
		found                 []string
	}{
		"the repository":            {"team/app", deny("arn:aws:ecr:eu-west-1:111111111111:repository/team/*"), []string{applies}},
		"another repository":        {"team/app", deny("arn:aws:ecr:eu-west-1:111111111111:repository/web"), nil},
		"another Region":            {"team/app", deny("arn:aws:ecr:us-east-1:111111111111:repository/*"), nil},
		"any repository":            {"", deny("*"), []string{applies}},
		"one that may be it":        {"", deny("arn:aws:ecr:eu-west-1:111111111111:repository/team/app"), nil},
		"an Allow, which does none": {"team/app", `{"Sid":"All","Effect":"Allow","Principal":"*","Action":"ecr:*","Resource":"*"}`, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ground := pattern.Ground{Site: ireland(), Repository: tc.repository, Registry: statementsOf(t, tc.statement), Caller: pattern.Caller{ARN: administrator}}
			proof := pattern.ProveGrants([]pattern.Grant{pulling(pattern.Grant{Accounts: []string{"222222222222"}})}, ground)
			expectTold(t, proof.Foreign, tc.found)
		})
	}
}

// TestCallerThatIsNotKnown leaves out who isn't known.
func TestCallerThatIsNotKnown(t *testing.T) {
	t.Parallel()
	grants := []pattern.Grant{pulling(pattern.Grant{Accounts: []string{"222222222222"}})}
	proof := pattern.ProveGrants(grants, onGround(statementsOf(t, denying(`"*"`, "ecr:SetRepositoryPolicy", ""))...))
	expectTold(t, proof.Foreign, nil)
}

// TestCallers asks of each kind of caller whether a lockdown leaves it the say over the policy.
func TestCallers(t *testing.T) {
	t.Parallel()
	spared := statementsOf(t, denying(`"*"`, "ecr:*", where("ArnNotLike", "aws:PrincipalArn", `["arn:aws:iam::111111111111:role/deployer","arn:aws:iam::111111111111:root"]`)))
	for caller, locked := range map[string]bool{
		"arn:aws:iam::111111111111:root":                            false,
		"arn:aws:iam::111111111111:role/deployer":                   false,
		"arn:aws:sts::111111111111:assumed-role/deployer/terraform": false,
		"arn:aws:iam::111111111111:user/admin":                      true,
		"arn:aws:iam::111111111111:role/other":                      true,
		"arn:aws:sts::111111111111:federated-user/deployer":         true,
	} {
		t.Run(caller, func(t *testing.T) {
			t.Parallel()
			ground := onGround(spared...)
			ground.Caller = pattern.Caller{ARN: caller}
			proof := pattern.ProveGrants(nil, ground)
			if got := slices.ContainsFunc(proof.Foreign, func(p pattern.Problem) bool { return p.Summary == lockedUp }); got != locked {
				t.Errorf("locked out: %t, want %t: %s", got, locked, told(proof))
			}
		})
	}
}
