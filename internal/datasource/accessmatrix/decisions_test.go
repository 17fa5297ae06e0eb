// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package accessmatrix_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

type (
	object = map[string]any
	list   = []any
)

const (
	appARN   = "arn:aws:ecr:eu-west-1:111111111111:repository/team/app"
	webARN   = "arn:aws:ecr:eu-west-1:111111111111:repository/team/web"
	ci       = "arn:aws:iam::222222222222:role/ci"
	endpoint = "vpce-0a1b2c3d4e5f60718"
	legend   = "\n✅ allowed, 🟡 allowed in part, ❌ denied, ❔ not known\n"
	noLayers = "SCPs and RCPs allow everything.\n"
)

func document(statements ...string) string {
	return `{"Version":"2012-10-17","Statement":[` + strings.Join(statements, ",") + `]}`
}

// toAll allows an action to everybody, under a condition.
func toAll(action, condition string) string {
	return document(fmt.Sprintf(`{"Sid":"All","Effect":"Allow","Principal":"*","Action":%q%s}`, action, condition))
}

func where(operator, key, value string) string {
	return fmt.Sprintf(`,"Condition":{%q:{%q:%q}}`, operator, key, value)
}

func identity(action string) string {
	return document(fmt.Sprintf(`{"Effect":"Allow","Action":%q,"Resource":"*"}`, action))
}

// Rows and columns have their own policies, or those of the argument policies.
func TestMatrix(t *testing.T) {
	t.Parallel()
	cells, markdown, problems := ask(t, object{
		"policies": object{"repository": list{toAll("ecr:*", "")}, "identity": list{identity("ecr:Batch*")}, "scps": list{list{identity("*")}}},
		"principals": object{
			"own":     object{"arn": ci, "identity_policies": list{identity("ecr:*")}},
			"default": object{"arn": ci},
			"none":    object{"arn": ci, "identity_policies": list{}},
			"lambda":  object{"service_principal": "lambda.amazonaws.com"},
		},
		"repositories": object{
			"web":    object{"arn": webARN, "policy_json": toAll("ecr:BatchGetImage", where("StringEquals", "aws:SourceAccount", "111111111111"))},
			"app":    object{"arn": appARN},
			"closed": object{"arn": appARN, "policy_json": ""},
		},
		"access": list{"pull", "ecr:batchgetimage"},
	})
	if problems != "" {
		t.Fatal(problems)
	}
	const fetch, allowed, implicit, unknown = "ecr:batchgetimage", "Allowed", "ImplicitlyDenied", "Unknown"
	want := map[string]map[string]map[string]string{
		"own":     {"app": {"pull": allowed, fetch: allowed}, "closed": {"pull": implicit, fetch: implicit}, "web": {"pull": implicit, fetch: implicit}},
		"default": {"app": {"pull": "AllowedInPart", fetch: allowed}, "closed": {"pull": implicit, fetch: implicit}, "web": {"pull": implicit, fetch: implicit}},
		"none":    {"app": {"pull": implicit, fetch: implicit}, "closed": {"pull": implicit, fetch: implicit}, "web": {"pull": implicit, fetch: implicit}},
		"lambda":  {"app": {"pull": allowed, fetch: allowed}, "closed": {"pull": implicit, fetch: implicit}, "web": {"pull": implicit, fetch: unknown}},
	}
	if diff := cmp.Diff(want, cells); diff != "" {
		t.Error(diff)
	}
	table := "| Principal | app: pull | app: ecr:batchgetimage | closed: pull | closed: ecr:batchgetimage | web: pull | web: ecr:batchgetimage |\n" +
		"| --- | :-: | :-: | :-: | :-: | :-: | :-: |\n" +
		"| default | 🟡 | ✅ | ❌ | ❌ | ❌ | ❌ |\n" +
		"| lambda | ✅ | ✅ | ❌ | ❌ | ❌ | ❔ |\n" +
		"| none | ❌ | ❌ | ❌ | ❌ | ❌ | ❌ |\n" +
		"| own | ✅ | ✅ | ❌ | ❌ | ❌ | ❌ |\n" +
		legend + "\nAssumed, since they aren't given: RCPs allow everything.\n"
	if diff := cmp.Diff(table, markdown); diff != "" {
		t.Error(diff)
	}
}

// What a principal is decides, as in ecrx_access.
func TestPrincipals(t *testing.T) {
	t.Parallel()
	unit := "o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/"
	for name, tc := range map[string]struct {
		condition             string
		principal, repository object
		want                  string
	}{
		"in the unit":          {where("ForAnyValue:StringLike", "aws:PrincipalOrgPaths", unit+"*"), object{"organization_path": unit}, nil, "Allowed"},
		"in no organization":   {where("ForAnyValue:StringLike", "aws:PrincipalOrgPaths", unit+"*"), object{"organization_path": ""}, nil, "ImplicitlyDenied"},
		"anywhere":             {where("ForAnyValue:StringLike", "aws:PrincipalOrgPaths", unit+"*"), nil, nil, "Unknown"},
		"tag":                  {where("StringEquals", "aws:PrincipalTag/team", "web"), object{"tags": object{"team": "web"}}, nil, "Allowed"},
		"no tag":               {where("StringEquals", "aws:PrincipalTag/team", "web"), object{"tags": object{}}, nil, "ImplicitlyDenied"},
		"user id":              {where("StringLike", "aws:userid", "AROAEXAMPLE:*"), object{"user_id": "AROAEXAMPLE:x"}, nil, "Allowed"},
		"endpoint":             {where("StringEquals", "aws:SourceVpce", endpoint), object{"source_vpce_id": endpoint}, nil, "Allowed"},
		"no endpoint":          {where("StringEquals", "aws:SourceVpce", endpoint), nil, nil, "ImplicitlyDenied"},
		"repository's tag":     {where("StringEquals", "aws:ResourceTag/team", "web"), nil, object{"tags": object{"team": "web"}}, "Allowed"},
		"repository's unit":    {where("StringEquals", "aws:ResourceOrgID", "o-a1b2c3d4e5"), nil, object{"organization_path": unit}, "Allowed"},
		"repository somewhere": {where("StringEquals", "aws:ResourceOrgID", "o-a1b2c3d4e5"), nil, nil, "Unknown"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			principal, repository := object{"arn": ci}, object{"arn": appARN, "policy_json": toAll("ecr:*", tc.condition)}
			for key, value := range tc.principal {
				principal[key] = value
			}
			for key, value := range tc.repository {
				repository[key] = value
			}
			cells, _, problems := ask(t, object{"principals": object{"p": principal}, "repositories": object{"r": repository}, "access": list{"pull"}})
			if got := cells["p"]["r"]["pull"]; got != tc.want || problems != "" {
				t.Errorf("got %q, want %q; %s", got, tc.want, problems)
			}
		})
	}
}

// An endpoint's policy is for the principals that go through it.
func TestEndpoint(t *testing.T) {
	t.Parallel()
	config := object{
		"policies": object{"repository": list{toAll("ecr:*", "")}, "endpoint": list{document(`{"Effect":"Allow","Principal":"*","Action":"ecr:BatchGetImage","Resource":"*"}`)}},
		"principals": object{
			"a through": object{"arn": ci, "source_vpce_id": endpoint},
			"b past":    object{"arn": ci},
			"c through": object{"arn": ci, "source_vpce_id": endpoint},
		},
		"repositories": object{"app": object{"arn": appARN}},
		"access":       list{"pull"},
	}
	_, markdown, problems := ask(t, config)
	if want := "| a through | 🟡 |\n| b past | ✅ |\n| c through | 🟡 |\n"; !strings.Contains(markdown, want) || problems != "" {
		t.Errorf("got %s%s", markdown, problems)
	}
}

func TestAssumptions(t *testing.T) {
	t.Parallel()
	many := object{"given": object{"arn": ci, "identity_policies": list{}}}
	for i := range 12 {
		many[fmt.Sprintf("p%02d", i)] = object{"arn": ci}
	}
	levels := list{list{identity("*")}}
	for name, tc := range map[string]struct {
		policies, principals object
		want                 string
	}{
		"everybody":  {nil, object{"a": object{"arn": ci}, "b": object{"arn": ci}}, "the identity policies of every principal allow everything; " + noLayers},
		"some":       {nil, object{"a|b": object{"arn": ci}, "c": object{"arn": ci}, "d": object{"arn": ci, "identity_policies": list{}}}, `the identity policies of a\|b, c allow everything; ` + noLayers},
		"not theirs": {nil, object{"root": object{"arn": "arn:aws:iam::111111111111:root"}, "service": object{"service_principal": "lambda.amazonaws.com"}}, noLayers},
		"many":       {nil, many, "the identity policies of p00, p01, p02, p03, p04, p05, p06, p07, p08, p09 and 2 others allow everything; " + noLayers},
		"SCPs":       {object{"identity": list{}, "rcps": levels}, object{"a": object{"arn": ci}}, "SCPs allow everything.\n"},
		"nothing":    {object{"identity": list{}, "scps": levels, "rcps": levels}, object{"a": object{"arn": ci}}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, markdown, problems := ask(t, object{"policies": tc.policies, "principals": tc.principals, "repositories": object{}, "access": list{"pull"}})
			_, got, _ := strings.Cut(markdown, legend)
			want := tc.want
			if want != "" {
				want = "\nAssumed, since they aren't given: " + want
			}
			if diff := cmp.Diff(want, got); diff != "" || problems != "" {
				t.Error(diff, problems)
			}
		})
	}
}

// Names can't break the table, and show as they are.
func TestNames(t *testing.T) {
	t.Parallel()
	_, markdown, problems := ask(t, object{
		"principals":   object{"a|b\n`c`": object{"arn": ci}},
		"repositories": object{"<b>_x_*\\[1]~&amp;#": object{"arn": appARN}},
		"access":       list{"push_pull"},
	})
	want := "| Principal | \\<b\\>\\_x\\_\\*\\\\\\[1\\]\\~\\&amp;\\#: push\\_pull |\n| --- | :-: |\n| a\\|b \\`c\\` | ❌ |\n"
	if !strings.HasPrefix(markdown, want) || problems != "" {
		t.Errorf("got\n%swant\n%s%s", markdown, want, problems)
	}
}
