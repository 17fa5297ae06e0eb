// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package accessmatrix_test

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/ecrx/terraform-provider-ecrx/internal/acctest"
	"github.com/ecrx/terraform-provider-ecrx/internal/awstest"
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
	legend   = "\n✅ allowed, ❌ denied, ❔ not known\n"
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

// ask validates and reads the data source in process. Problems come one a line, as "attribute: summary: detail".
func ask(t *testing.T, config object) (cells map[string]map[string]map[string]string, markdown, problems string) {
	t.Helper()
	ctx := context.Background()
	server := acctest.Server()
	raw, err := json.Marshal(config)
	if err != nil {
		t.Fatal(err)
	}
	value := &tfprotov6.DynamicValue{JSON: raw}
	validated, err := server.ValidateDataResourceConfig(ctx, &tfprotov6.ValidateDataResourceConfigRequest{TypeName: "ecrx_access_matrix", Config: value})
	if err != nil {
		t.Fatal(err)
	}
	if len(validated.Diagnostics) > 0 {
		return nil, "", said(validated.Diagnostics)
	}
	read, err := server.ReadDataSource(ctx, &tfprotov6.ReadDataSourceRequest{TypeName: "ecrx_access_matrix", Config: value})
	if err != nil {
		t.Fatal(err)
	}
	schemas, err := server.GetProviderSchema(ctx, &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		t.Fatal(err)
	}
	state, err := read.State.Unmarshal(schemas.DataSourceSchemas["ecrx_access_matrix"].ValueType())
	if err != nil {
		t.Fatal(err)
	}
	attributes := elements(t, state)
	cells = map[string]map[string]map[string]string{}
	for principal, row := range elements(t, attributes["cells"]) {
		cells[principal] = map[string]map[string]string{}
		for repository, column := range elements(t, row) {
			cells[principal][repository] = map[string]string{}
			for access, decision := range elements(t, column) {
				cells[principal][repository][access] = text(t, decision)
			}
		}
	}
	return cells, text(t, attributes["markdown"]), said(read.Diagnostics)
}

func elements(t *testing.T, value tftypes.Value) map[string]tftypes.Value {
	t.Helper()
	var out map[string]tftypes.Value
	if err := value.As(&out); err != nil {
		t.Fatal(err)
	}
	return out
}

func text(t *testing.T, value tftypes.Value) string {
	t.Helper()
	var out string
	if err := value.As(&out); err != nil {
		t.Fatal(err)
	}
	return out
}

func said(diagnostics []*tfprotov6.Diagnostic) string {
	var all []string
	for _, d := range diagnostics {
		all = append(all, fmt.Sprintf("%s: %s: %s", d.Attribute, d.Summary, d.Detail))
	}
	return strings.Join(all, "\n")
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
		"default": {"app": {"pull": implicit, fetch: allowed}, "closed": {"pull": implicit, fetch: implicit}, "web": {"pull": implicit, fetch: implicit}},
		"none":    {"app": {"pull": implicit, fetch: implicit}, "closed": {"pull": implicit, fetch: implicit}, "web": {"pull": implicit, fetch: implicit}},
		"lambda":  {"app": {"pull": allowed, fetch: allowed}, "closed": {"pull": implicit, fetch: implicit}, "web": {"pull": implicit, fetch: unknown}},
	}
	if diff := cmp.Diff(want, cells); diff != "" {
		t.Error(diff)
	}
	table := "| Principal | app: pull | app: ecr:batchgetimage | closed: pull | closed: ecr:batchgetimage | web: pull | web: ecr:batchgetimage |\n" +
		"| --- | :-: | :-: | :-: | :-: | :-: | :-: |\n" +
		"| default | ❌ | ✅ | ❌ | ❌ | ❌ | ❌ |\n" +
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
	if want := "| a through | ❌ |\n| b past | ✅ |\n| c through | ❌ |\n"; !strings.Contains(markdown, want) || problems != "" {
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

func TestBadInput(t *testing.T) {
	t.Parallel()
	good := object{"arn": ci}
	for name, tc := range map[string]struct {
		laid object // over a good configuration
		want []string
	}{
		"nobody":               {object{"principals": object{"x": object{}}}, []string{`principals").ElementKeyString("x").AttributeName("arn"): Who is it?`}},
		"two at once":          {object{"principals": object{"x": object{"arn": ci, "service_principal": "lambda.amazonaws.com"}}}, []string{`AttributeName("arn"): Who is it?`}},
		"null principal":       {object{"principals": object{"x": nil}}, []string{`principals").ElementKeyString("x"): Nobody there`}},
		"null repository":      {object{"repositories": object{"x": nil}}, []string{`repositories").ElementKeyString("x").AttributeName("arn"): Missing Configuration`}},
		"principal":            {object{"principals": object{"x": object{"arn": "ci"}}}, []string{`AttributeName("arn"): Invalid principal ARN`}},
		"service":              {object{"principals": object{"x": object{"service_principal": "lambda"}}}, []string{`AttributeName("service_principal"): Invalid service principal`}},
		"service with tags":    {object{"principals": object{"x": object{"service_principal": "lambda.amazonaws.com", "tags": object{}}}}, []string{`AttributeName("tags"): No principal of an account`}},
		"service in a unit":    {object{"principals": object{"x": object{"service_principal": "lambda.amazonaws.com", "organization_path": ""}}}, []string{`AttributeName("organization_path"): No principal of an account`}},
		"service with a user":  {object{"principals": object{"x": object{"service_principal": "lambda.amazonaws.com", "user_id": "x"}}}, []string{`AttributeName("user_id"): No principal of an account`}},
		"service with rights":  {object{"principals": object{"x": object{"service_principal": "lambda.amazonaws.com", "identity_policies": list{}}}}, []string{`AttributeName("identity_policies"): No principal of an account`}},
		"principal's place":    {object{"principals": object{"x": object{"arn": ci, "organization_path": "o-a1b2c3d4e5/*"}}}, []string{`AttributeName("organization_path"): Invalid organization path`}},
		"principal's endpoint": {object{"principals": object{"x": object{"arn": ci, "source_vpce_id": "vpc-1"}}}, []string{`AttributeName("source_vpce_id"): Invalid VPC endpoint id`}},
		"identity policy":      {object{"principals": object{"x": object{"arn": ci, "identity_policies": list{identity("*"), "x"}}}}, []string{`AttributeName("identity_policies").ElementKeyInt(1): Invalid policy document`}},
		"repository":           {object{"repositories": object{"x": object{"arn": "app"}}}, []string{`AttributeName("arn"): Invalid repository ARN`}},
		"repository policy":    {object{"repositories": object{"x": object{"arn": appARN, "policy_json": "{}"}}}, []string{`AttributeName("policy_json"): Invalid policy document`}},
		"repository's place":   {object{"repositories": object{"x": object{"arn": appARN, "organization_path": "r-ab12/"}}}, []string{`AttributeName("organization_path"): Invalid organization path`}},
		"access":               {object{"access": list{"pull", "admin"}}, []string{`access").ElementKeyInt(1): Unknown access: "admin" is not an access`}},
		"action on registry":   {object{"access": list{"ecr:GetAuthorizationToken"}}, []string{`access").ElementKeyInt(0): Unknown access: "ecr:GetAuthorizationToken" is an action on the whole registry`}},
		"access twice":         {object{"access": list{"pull", "pull"}}, []string{"Duplicate List Value"}},
		"no access":            {object{"access": list{}}, []string{"Invalid Attribute Value"}},
		"policies":             {object{"policies": object{"identity": list{"x"}}}, []string{`policies").AttributeName("identity").ElementKeyInt(0): Invalid policy document`}},
		"unused endpoint":      {object{"policies": object{"endpoint": list{identity("*")}}}, []string{`policies").AttributeName("endpoint"): Nothing goes through the endpoint: An endpoint's policy applies to what goes through it, and no principal's calls go through one`}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			config := object{"principals": object{"ci": good}, "repositories": object{"app": object{"arn": appARN}}, "access": list{"pull"}}
			for key, value := range tc.laid {
				config[key] = value
			}
			_, _, problems := ask(t, config)
			for _, want := range tc.want {
				if !strings.Contains(problems, want) || strings.Count("\n"+problems, "\nAttributeName") != 1 {
					t.Errorf("the problems are\n%s\nwant %s alone", problems, want)
				}
			}
		})
	}
}

func TestExample(t *testing.T) {
	t.Parallel()
	example, err := os.ReadFile("../../../examples/data-sources/ecrx_access_matrix/data-source.tf")
	if err != nil {
		t.Fatal(err)
	}
	acctest.Test(t, resource.TestStep{
		Config: string(example),
		ConfigStateChecks: []statecheck.StateCheck{
			statecheck.ExpectKnownOutputValue("who_may_push", knownvalue.ListExact([]knownvalue.Check{knownvalue.StringExact("release")})),
			statecheck.ExpectKnownOutputValue("table", knownvalue.StringExact(
				"| Principal | team/app: pull | team/app: push |\n| --- | :-: | :-: |\n| development | ✅ | ❌ |\n| production | ❌ | ❌ |\n| release | ✅ | ✅ |\n"+
					legend+"\nAssumed, since they aren't given: the identity policies of every principal allow everything; "+noLayers)),
		},
	})
}

// The table of what a plan would grant is in that plan.
func TestInThePlan(t *testing.T) {
	t.Parallel()
	a := awstest.New(t)
	acctest.Test(t, resource.TestStep{
		Config: a.ProviderBlock("") + `
			resource "ecrx_org_shared_repository" "app" {
			  name   = "team/new"
			  grants = { Web = { access = "pull", accounts = ["222222222222"] } }
			}
			locals {
			  app = ecrx_org_shared_repository.app
			}
			data "ecrx_access_matrix" "app" {
			  principals   = { web = { arn = "arn:aws:iam::222222222222:role/web" } }
			  repositories = { app = { arn = local.app.arn, policy_json = local.app.policy_json } }
			  access       = ["pull", "push"]
			}
			output "cells" {
			  value = data.ecrx_access_matrix.app.cells
			}`,
		ConfigPlanChecks: acctest.Planned(plancheck.ExpectKnownOutputValue("cells", knownvalue.MapExact(map[string]knownvalue.Check{
			"web": knownvalue.MapExact(map[string]knownvalue.Check{
				"app": knownvalue.MapExact(map[string]knownvalue.Check{
					"pull": knownvalue.StringExact("Allowed"), "push": knownvalue.StringExact("ImplicitlyDenied"),
				}),
			}),
		}))),
	})
}

// What isn't known in the plan is decided by the apply.
func TestUnknownInputs(t *testing.T) {
	t.Parallel()
	acctest.Test(t, resource.TestStep{
		Config: `
			resource "terraform_data" "later" {
			  input = { arn = "` + ci + `", access = "pull", repository = "` + appARN + `", policy = ` + fmt.Sprintf("%q", identity("*")) + `, vpce = "` + endpoint + `" }
			}
			data "ecrx_access_matrix" "app" {
			  policies     = { endpoint = [terraform_data.later.output.policy] }
			  principals   = { for name, arn in { web = terraform_data.later.output.arn } : name => { arn = arn, source_vpce_id = terraform_data.later.output.vpce, identity_policies = [terraform_data.later.output.policy] } }
			  repositories = { for name in [terraform_data.later.output.access] : name => { arn = terraform_data.later.output.repository } }
			  access       = [terraform_data.later.output.access]
			}
			output "markdown" {
			  value = data.ecrx_access_matrix.app.markdown
			}`,
		ConfigPlanChecks: acctest.Planned(plancheck.ExpectUnknownOutputValue("markdown")),
		ConfigStateChecks: []statecheck.StateCheck{statecheck.ExpectKnownOutputValue("markdown", knownvalue.StringExact(
			"| Principal | pull: pull |\n| --- | :-: |\n| web | ❌ |\n"+legend+"\nAssumed, since they aren't given: "+noLayers))},
	})
}
