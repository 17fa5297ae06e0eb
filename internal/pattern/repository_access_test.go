// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package pattern_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ecrx/terraform-provider-ecrx/internal/pattern"
	"github.com/ecrx/terraform-provider-ecrx/internal/policy"
)

const (
	toPull = `["ecr:BatchCheckLayerAvailability","ecr:BatchGetImage","ecr:GetDownloadUrlForLayer"]`
	// console is what the console of AWS Lambda writes.
	console = `{"Sid":"LambdaECRImageRetrievalPolicy","Effect":"Allow","Principal":{"Service":"lambda.amazonaws.com"},` +
		`"Action":["ecr:BatchGetImage","ecr:GetDownloadUrlForLayer"],"Condition":{"StringLike":{"aws:sourceArn":"arn:aws:lambda:eu-west-1:111111111111:function:*"}}}`
	denyOthers = `{"Sid":"DenyOthers","Effect":"Deny","NotPrincipal":{"AWS":["arn:aws:iam::111111111111:root","arn:aws:iam::111111111111:user/admin"]},"Action":"ecr:*"}`
)

// allowPull gives a statement that lets somebody pull. sid may be "" for none.
func allowPull(sid, principal, rest string) string {
	return `{` + sidJSON(sid) + `"Effect":"Allow","Principal":` + principal + `,"Action":` + toPull + rest + `}`
}

func denyTo(sid, principal, action, rest string) string {
	return `{` + sidJSON(sid) + `"Effect":"Deny","Principal":` + principal + `,"Action":"` + action + `"` + rest + `}`
}

func sidJSON(sid string) string {
	if sid == "" {
		return ""
	}
	return `"Sid":"` + sid + `",`
}

func live(t testing.TB, statements ...string) policy.Document {
	t.Helper()
	return policy.New(statementsOf(t, strings.Join(statements, ","))...)
}

func describe(d policy.Document) pattern.RepositoryAccess {
	return pattern.DescribeAccess(d, ireland(), "team/app")
}

// accessCases are policies as they are found, each a text of one statement or several.
func accessCases() map[string][]string {
	const (
		partner   = `{"AWS":"arn:aws:iam::222222222222:root"}`
		everybody = `"*"`
	)
	byOrganization := where("StringEquals", "aws:PrincipalOrgID", `"o-a1b2c3d4e5"`)
	return map[string][]string{
		"grants, in the policy's order": {allowPull("Zulu", partner, ""), allowPull("Al", everybody, byOrganization)},
		"a Sid that no grant has":       {allowPull("new statement", partner, "")},
		"no Sid":                        {allowPull("", everybody, byOrganization), allowPull("", partner, "")},
		"one Sid twice":                 {allowPull("Dev", partner, ""), allowPull("Dev", everybody, byOrganization)},
		"with a Resource":               {allowPull("Dev", partner, `,"Resource":"*"`)},
		"with another Resource":         {allowPull("Dev", partner, `,"Resource":"arn:aws:ecr:*:*:repository/x"`)},
		"all but a resource":            {`{"Sid":"Dev","Effect":"Allow","Principal":` + partner + `,"Action":"ecr:ListImages","NotResource":"arn:aws:ecr:*:*:repository/x"}`},
		"account ids":                   {allowPull("Dev", `{"AWS":["222222222222","333333333333"]}`, "")},
		"many kinds in one statement":   {allowPull("Mixed", `{"AWS":["222222222222","`+user+`","AROAEXAMPLE1234567890"],"Service":"lambda.amazonaws.com"}`, "")},
		"deleted principals alone":      {allowPull("Old", `{"AWS":["AROAEXAMPLE1234567890","AIDAEXAMPLE1234567890"]}`, "")},
		"a deleted principal, excepted": {`{"Sid":"Not","Effect":"Deny","NotPrincipal":{"AWS":["arn:aws:iam::111111111111:root","AROAEXAMPLE1234567890"]},"Action":"ecr:*"}`},
		"everybody":                     {allowPull("All", everybody, "")},
		"everybody but one":             {`{"Sid":"Not","Effect":"Allow","NotPrincipal":{"AWS":"arn:aws:iam::222222222222:root"},"Action":"ecr:BatchGetImage"}`},
		"all but an action":             {`{"Sid":"Not","Effect":"Allow","Principal":` + partner + `,"NotAction":"ecr:PutImage"}`},
		"two conditions, no grant":      {allowPull("Odd", everybody, `,"Condition":{"StringEquals":{"aws:PrincipalTag/team":["a","b"]},"Bool":{"aws:SecureTransport":"true"}}`)},
		"the console's, locked out":     {console, denyOthers},
		"the console's alone":           {console},
		"a lockdown that kills":         {allowPull("Dev", partner, ""), denyOthers},
		"a lockdown that spares": {
			allowPull("Dev", everybody, byOrganization),
			denyTo("DenyOthers", everybody, "ecr:*", `,"Condition":{"ArnNotLike":{"aws:PrincipalArn":"`+deployer+`"},"StringNotEquals":{"aws:PrincipalOrgID":"o-a1b2c3d4e5"}}`),
		},
		"an organization, but for its owner's root": {
			allowPull("Dev", everybody, byOrganization),
			denyTo("DenyOthers", everybody, "ecr:*", `,"Condition":{"ArnNotLike":{"aws:PrincipalArn":"`+ownRoot+`"}}`),
		},
		"one account of two": {
			allowPull("Dev", `{"AWS":["222222222222","333333333333"]}`, ""),
			denyTo("Closed", everybody, "ecr:*", where("StringNotEquals", "aws:PrincipalAccount", `["111111111111","333333333333"]`)),
		},
		"two lockdowns": {
			allowPull("Dev", partner, ""),
			denyTo("", everybody, "ecr:BatchGetImage", where("StringNotEquals", "aws:PrincipalAccount", `"111111111111"`)),
			denyTo("new lock", everybody, "ecr:GetDownloadUrlForLayer", where("StringNotEquals", "aws:PrincipalOrgID", `"o-z9y8x7w6v5"`)+`,"Resource":"*"`),
		},
		"a lockdown by ids that may be a partner's": {allowPull("Dev", partner, ""), denyTo("DenyOthers", everybody, "ecr:*", where("StringNotLike", "aws:userid", `"AROAEXAMPLE1234567890:*"`))},
		"everybody and one account":                 {allowPull("All", `{"AWS":["*","222222222222"],"Service":"lambda.amazonaws.com"}`, "")},
		"a service that is denied":                  {denyTo("Stop", `{"Service":"lambda.amazonaws.com"}`, "ecr:*", "")},
		"every action, and none":                    {`{"Sid":"Dev","Effect":"Allow","Principal":` + partner + `,"Action":"ecr:*"}`, denyTo("Stop", partner, "ecr:*", "")},
		"everybody, always":                         {allowPull("Dev", partner, ""), denyTo("Stop", everybody, "ecr:*", "")},
		"by NotPrincipal, of one action":            {`{"Sid":"Not","Effect":"Deny","NotPrincipal":{"AWS":["arn:aws:iam::111111111111:root"]},"Action":"ecr:PutImage"}`},
		"a lockdown that nobody could lift":         {denyTo("DenyOthers", everybody, "ecr:*", where("StringNotEquals", "aws:PrincipalAccount", `"222222222222"`))},
		"a Deny that is no lockdown":                {allowPull("Dev", partner, ""), denyTo("Stop", partner, "ecr:*", "")},
		"a Deny of one action":                      {allowPull("Dev", partner, ""), denyTo("Stop", partner, "ecr:BatchGetImage", "")},
		"a Deny of a part of a wildcard":            {`{"Sid":"Dev","Effect":"Allow","Principal":` + partner + `,"Action":"ecr:Batch*"}`, denyTo("Stop", partner, "ecr:BatchGetImage", "")},
		"a lockdown of a part of a wildcard":        {`{"Sid":"Dev","Effect":"Allow","Principal":` + partner + `,"Action":"ecr:Batch*"}`, denyTo("Stop", everybody, "ecr:BatchGetImage", where("StringNotEquals", "aws:PrincipalAccount", `"111111111111"`))},
		"a Deny on the way":                         {allowPull("Dev", partner, ""), denyTo("Vpce", everybody, "ecr:*", where("StringNotEquals", "aws:SourceVpce", `"vpce-0a1b2c3d"`))},
		"a grant that nobody can meet":              {allowPull("Dev", partner, where("StringEquals", "aws:PrincipalAccount", `"333333333333"`))},
		"a role, and a Deny of its account": {
			allowPull("Ci", `{"AWS":"`+role+`"}`, ""), denyTo("Stop", `{"AWS":"222222222222"}`, "ecr:BatchGetImage", ""),
		},
	}
}

// TestDescribeAccess holds all that is said of a policy. A golden file is read before it is committed.
func TestDescribeAccess(t *testing.T) {
	t.Parallel()
	cases := accessCases()
	var b strings.Builder
	for _, name := range slices.Sorted(maps.Keys(cases)) {
		b.WriteString("# " + name + "\n" + accessText(describe(live(t, cases[name]...))) + "\n")
	}
	goldenText(t, "repository-access", b.String())
}

func accessText(a pattern.RepositoryAccess) string {
	var b strings.Builder
	for _, line := range a.Lines {
		b.WriteString(line + "\n")
	}
	for _, d := range a.Dead {
		b.WriteString("dead: " + d.Name + ": " + d.Summary + ": " + d.Reason + "\n")
	}
	for _, o := range a.Orphans {
		fmt.Fprintf(&b, "orphan: %s: %s, a %s\n", o.Sid, o.ID, o.Kind)
	}
	for _, f := range a.Findings {
		fmt.Fprintf(&b, "finding: %s %s %s\n", f.Severity, f.Code, f.Path)
	}
	fmt.Fprintf(&b, "public: %t, %d characters and %d left\n", a.Public, a.Size, a.SizeLeft)
	return b.String()
}

// TestAccessOfSeeds describes the repository policies that the project starts from.
func TestAccessOfSeeds(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]pattern.RepositoryAccess{
		"0-deny-others-before.json": {
			Lines: []string{
				"DenyOthers leaves alone arn:aws:iam::111111111111:root; arn:aws:iam::111111111111:user/admin",
				"DenyOthers denies ecr:* to everybody else, whatever their own policies say",
				"assumed: none of those who are exempt has a permissions boundary, with which NotPrincipal denies them all the same",
			},
			Size: 189, SizeLeft: 10051,
		},
		"0-deny-others-after.json": {
			Lines: []string{
				"DenyOthers leaves alone arn:aws:iam::111111111111:root; arn:aws:iam::111111111111:user/admin; AROAEXAMPLE1234567890:*",
				"DenyOthers denies ecr:* to everybody else, whatever their own policies say",
				"assumed: none of those who are exempt has a permissions boundary, with which NotPrincipal denies them all the same",
			},
			Size: 260, SizeLeft: 9980,
		},
		"3-org-shared-pull.json": {
			Lines: []string{
				"AllowPull gives pull_describe access to principals of the accounts in o-a1b2c3d4e5/*/ou-ab12-11111111/*",
				"every principal of account 111111111111 has the access that AllowPull gives, even without an identity policy, if that account is in an organization or OU named there",
				nobodyElse + "; the registry policy isn't part of this proof",
				"assumed to allow, as they can't be read from here: identity policies, SCPs, RCPs and the registry policy",
			},
			Size: 334, SizeLeft: 9906,
		},
	} {
		document := seedDocument(t, name)
		want.Findings = policy.Findings(document, policy.KindRepository)
		if diff := cmp.Diff(want, describe(document)); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

func TestAccessOfNoPolicy(t *testing.T) {
	t.Parallel()
	if diff := cmp.Diff(pattern.RepositoryAccess{SizeLeft: 10240}, describe(policy.Document{})); diff != "" {
		t.Error(diff)
	}
}

// TestAccessOfTooLongPolicy has no room left, not less than none.
func TestAccessOfTooLongPolicy(t *testing.T) {
	t.Parallel()
	d := live(t, allowPull(strings.Repeat("x", 11000), `"*"`, ""))
	if a := describe(d); a.SizeLeft != 0 || a.Size <= 11000 {
		t.Errorf("%d characters, %d left", a.Size, a.SizeLeft)
	}
}

const (
	nobodyElse = "the repository policy lets in nobody else: no anonymous caller, no other organization or OU, and no AWS service that acts for others"
	noStranger = "these grants let in no anonymous caller, no other organization or OU, and no AWS service that acts for others"
)

// TestNobodyElse says that nobody else has access where that is true of the whole policy, and nowhere else.
func TestNobodyElse(t *testing.T) {
	t.Parallel()
	const partner = `{"AWS":"222222222222"}`
	grant := allowPull("Dev", partner, "")
	for name, tc := range map[string]struct {
		statements []string
		want       bool
	}{
		"grants alone":        {[]string{grant}, true},
		"a Deny beside":       {[]string{grant, denyTo("Stop", partner, "ecr:PutImage", "")}, true},
		"everybody":           {[]string{grant, `{"Sid":"Open","Effect":"Allow","Principal":"*","Action":"ecr:*"}`}, false},
		"everybody, by a tag": {[]string{grant, allowPull("Open", `"*"`, where("StringEquals", "aws:PrincipalTag/team", `"web"`))}, false},
		"a service":           {[]string{grant, console}, false},
		"on another resource": {[]string{grant, `{"Sid":"Other","Effect":"Allow","Principal":` + partner + `,"Action":"ecr:*","Resource":"arn:aws:ecr:*:*:repository/x"}`}, false},
	} {
		a := describe(live(t, tc.statements...))
		said := slices.ContainsFunc(a.Lines, func(line string) bool { return strings.Contains(line, "nobody else") })
		if said != tc.want {
			t.Errorf("%s: %s", name, accessText(a))
		}
	}
	for name, grants := range provable() {
		for _, line := range pattern.ProveGrants(grants, onGround()).Lines {
			if strings.Contains(line, "nobody else") {
				t.Errorf("%s: a proof of grants knows nothing of what stands beside them: %q", name, line)
			}
		}
	}
}

// TestAccessOfGrants describes each provable set of grants as its own proof does.
func TestAccessOfGrants(t *testing.T) {
	t.Parallel()
	for name, grants := range provable() {
		a := describe(pattern.RepositoryPolicy(grants, ireland()))
		var want []string
		for _, line := range pattern.ProveGrants(grants, onGround()).Lines {
			if strings.HasPrefix(line, noStranger) {
				line = nobodyElse + "; the registry policy isn't part of this proof"
			}
			want = append(want, line)
		}
		if diff := cmp.Diff(sorted(want), sorted(a.Lines)); diff != "" {
			t.Errorf("%s (-proof +description): %s", name, diff)
		}
		if len(a.Dead)+len(a.Orphans) > 0 || a.Public {
			t.Errorf("%s: %s", name, accessText(a))
		}
	}
}

// TestAccessOfDeadGrants finds each grant that nobody can meet, be it by another argument: the statement is the same.
func TestAccessOfDeadGrants(t *testing.T) {
	t.Parallel()
	for name, tc := range dead() {
		var want, got []string
		for _, p := range pattern.ProveGrants(tc.grants, onGround()).Problems {
			want = append(want, p.Path[0]+": "+p.Summary)
		}
		for _, d := range describe(pattern.RepositoryPolicy(tc.grants, ireland())).Dead {
			got = append(got, d.Name+": "+d.Summary)
		}
		if diff := cmp.Diff(sorted(want), sorted(got)); diff != "" {
			t.Errorf("%s (-proof +description): %s", name, diff)
		}
	}
}

// TestAccessOfLockdowns describes each lockdown as its own proof does. Those whom it exempts as the grants beside it do, it
// names as such only there.
func TestAccessOfLockdowns(t *testing.T) {
	t.Parallel()
	for name, tc := range goldenLockdowns() {
		statement := tc.lockdown.Statement(tc.site, tc.grants)
		a := pattern.DescribeAccess(policy.New(append(pattern.RepositoryPolicy(tc.grants, tc.site).Statements, statement)...), tc.site, "team/app")
		if slices.ContainsFunc(a.Lines, func(line string) bool { return strings.Contains(line, "neither a grant nor a lockdown") }) {
			t.Errorf("%s isn't recognized: %s", name, accessText(a))
		}
		if effect := pattern.LockdownEffect(tc.lockdown, tc.grants, tc.site); len(effect) != len(a.Dead) {
			t.Errorf("%s: %d dead grants, and the lockdown has %d: %s", name, len(a.Dead), len(effect), accessText(a))
		}
	}
}

// TestAccessElsewhere reads account ids in the repository's own partition, and needs neither the account nor a new version.
func TestAccessElsewhere(t *testing.T) {
	t.Parallel()
	statements := live(t, allowPull("Dev", `{"AWS":"222222222222"}`, "")).Statements
	for name, tc := range map[string]struct {
		document policy.Document
		site     pattern.Site
	}{
		"China":      {policy.New(statements...), pattern.Site{Partition: "aws-cn", Region: "cn-north-1", AccountID: "111111111111"}},
		"no account": {policy.New(statements...), pattern.Site{Partition: "aws", Region: "eu-west-1"}},
		"no account, to compare with another's": {
			live(t, allowPull("Dev", `{"AWS":"222222222222"}`, ""), console, denyTo("Stop", `"*"`, "ecr:*", where("StringNotEquals", "aws:ResourceAccount", `"111111111111"`)),
				pattern.RepositoryPolicy([]pattern.Grant{{Name: "Functions", Lambda: &pattern.LambdaGrant{Accounts: []string{"222222222222"}}}}, ireland()).Statements[0].Canonical(),
				pattern.RepositoryPolicy([]pattern.Grant{{Name: "Functions", Lambda: &pattern.LambdaGrant{Accounts: []string{"222222222222"}}}}, ireland()).Statements[1].Canonical()),
			pattern.Site{Partition: "aws", Region: "eu-west-1"},
		},
		"an older version": {policy.Document{Version: policy.Version2008, Statements: statements}, ireland()},
	} {
		a := pattern.DescribeAccess(tc.document, tc.site, "team/app")
		const want = "Dev gives pull access to principals of account 222222222222"
		if !slices.Contains(a.Lines, want) || len(a.Dead) > 0 || a.Public {
			t.Errorf("%s: %s", name, accessText(a))
		}
	}
}
