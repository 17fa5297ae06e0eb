// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package access_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/ecrx/terraform-provider-ecrx/internal/acctest"
	"github.com/ecrx/terraform-provider-ecrx/internal/awstest"
)

const address = "data.ecrx_access.test"

func config(arguments string) string {
	return "data \"ecrx_access\" \"test\" {\n" + arguments + "\n}\n"
}

func decision(name string) tfjsonpath.Path {
	return tfjsonpath.New("results").AtMapKey(name).AtMapKey("decision")
}

func example(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile("../../../examples/data-sources/ecrx_access/data-source.tf")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// shownInReadme is the error that README shows.
func shownInReadme(t *testing.T) string {
	t.Helper()
	readme, err := os.ReadFile("../../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, shown, found := strings.Cut(string(readme), "```text\ndevelopment_pulls: ")
	shown, _, closed := strings.Cut(shown, "```")
	if !found || !closed {
		t.Fatal("README shows no error")
	}
	return strings.Join(strings.Fields("development_pulls: "+shown), " ")
}

// withoutAWS takes everything out of the environment that could lead to AWS.
func withoutAWS(t *testing.T) {
	t.Helper()
	for _, variable := range os.Environ() {
		if name, _, _ := strings.Cut(variable, "="); strings.HasPrefix(name, "AWS_") {
			t.Setenv(name, "")
			if err := os.Unsetenv(name); err != nil {
				t.Fatal(err)
			}
		}
	}
	t.Setenv("HOME", t.TempDir())
	t.Setenv("AWS_EC2_METADATA_DISABLED", "true")
	for _, name := range []string{"HTTP_PROXY", "HTTPS_PROXY"} {
		t.Setenv(name, "http://127.0.0.1:9")
	}
}

// A configuration whose ecrx_access expectation isn't met fails `terraform plan` with the reasons, and needs no credentials:
// there is no provider block, and nothing of AWS in the environment.
//
//nolint:paralleltest // it clears the environment
func TestClientUnmetExpectationFailsThePlan(t *testing.T) {
	withoutAWS(t)
	met := example(t)
	unmet := strings.Replace(met, `organization_path = "o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/ou-ab12-33333333/"`, `organization_path = "o-a1b2c3d4e5/r-ab12/"`, 1)
	if unmet == met {
		t.Fatal("the example has changed")
	}
	acctest.Test(t,
		resource.TestStep{
			Config: unmet, PlanOnly: true,
			ExpectError: acctest.Message("Access isn't as expected with data.ecrx_access.app,"),
		},
		resource.TestStep{
			Config: unmet, PlanOnly: true,
			ExpectError: acctest.Message(shownInReadme(t)),
		},
		resource.TestStep{
			Config: met,
			ConfigStateChecks: []statecheck.StateCheck{
				statecheck.ExpectKnownOutputValue("reasons", knownvalue.MapPartial(map[string]knownvalue.Check{
					"development_pulls": knownvalue.ListExact([]knownvalue.Check{
						knownvalue.StringExact("statement DevelopmentOU of the repository policy allows it"),
						knownvalue.StringExact("assumed: the caller's identity policies allow it, since they aren't known"),
					}),
				})),
			},
		},
	)
}

// All unmet expectations are in one error, in the order of their names, each with its reasons.
func TestOneErrorForAll(t *testing.T) {
	t.Parallel()
	policies := object{
		"repository": list{document(
			toAll("Unit", "Allow", "ecr:Batch*", where("ForAnyValue:StringLike", "aws:PrincipalOrgPaths", unit+"*")),
			toAll("NoLists", "Deny", "ecr:ListImages", ""),
		)},
		"identity": list{document(identity("Pull", "ecr:Batch*"), identity("Download", "ecr:GetDownloadUrlForLayer"))},
	}
	pulls := fetch(object{"action": nil, "access": "pull", "organization_path": unit, "expect": "allowed"})
	_, problems := ask(t, object{"policies": policies, "requests": object{
		"c_open":      fetch(object{"organization_path": unit, "expect": "denied"}),
		"a_part":      pulls,
		"b_part":      fetch(object{"action": nil, "access": "pull", "organization_path": unit, "expect": "denied"}),
		"d_kind":      fetch(object{"organization_path": "", "expect": "explicitly_denied"}),
		"e_kind":      fetch(object{"action": "ecr:ListImages", "organization_path": unit, "expect": "implicitly_denied"}),
		"f_unknown":   fetch(object{"expect": "allowed"}),
		"g_met":       fetch(object{"organization_path": unit, "expect": "allowed"}),
		"h_met":       fetch(object{"action": "ecr:ListImages", "organization_path": unit, "expect": "explicitly_denied"}),
		"i_met":       fetch(object{"organization_path": "", "expect": "implicitly_denied"}),
		"j_met":       fetch(object{"action": "ecr:PutImage", "organization_path": "", "expect": "denied"}),
		"k_any":       fetch(nil),
		"l_certainly": fetch(object{"action": "ecr:ListImages", "expect": "denied"}),
	}})
	const needs = "  - statement Unit of the repository policy needs an OU path that matches o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/*; this caller's "
	const question = "\n  (arn:aws:iam::222222222222:role/ci, "
	const on = " on arn:aws:ecr:eu-west-1:111111111111:repository/team/app)\n"
	want := "requests: Access isn't as expected: " + strings.Join([]string{
		"a_part: expected allowed, but it is allowed in part" + question + "pull" + on +
			"  - allowed: ecr:BatchCheckLayerAvailability, ecr:BatchGetImage; implicitly denied: ecr:GetDownloadUrlForLayer\n" +
			"  - statement Download of the identity policy allows it\n" +
			"  - nothing in the repository policy allows ecr:GetDownloadUrlForLayer",
		"b_part: expected denied, but it is allowed in part" + question + "pull" + on +
			"  - allowed: ecr:BatchCheckLayerAvailability, ecr:BatchGetImage; implicitly denied: ecr:GetDownloadUrlForLayer\n" +
			"  - statement Pull of the identity policy allows it\n" +
			"  - statement Unit of the repository policy allows it",
		"c_open: expected denied, but it is allowed" + question + "ecr:BatchGetImage" + on +
			"  - statement Pull of the identity policy allows it\n" +
			"  - statement Unit of the repository policy allows it",
		"d_kind: expected explicitly denied, but it is implicitly denied" + question + "ecr:BatchGetImage" + on +
			"  - statement Pull of the identity policy allows it\n" +
			strings.Replace(needs, "this caller's ", "this request has none", 1),
		"e_kind: expected implicitly denied, but it is explicitly denied" + question + "ecr:ListImages" + on +
			"  - statement NoLists of the repository policy denies it",
		"f_unknown: expected allowed, but it is unknown" + question + "ecr:BatchGetImage" + on +
			"  - statement Pull of the identity policy allows it\n" +
			needs + "isn't known\n" +
			"  - aws:PrincipalOrgPaths isn't known: set organization_path",
	}, "\n\n")
	if diff := cmp.Diff(want, problems); diff != "" {
		t.Error(diff)
	}
}

// A policy that is known in the plan is proven in the plan, before the repository exists.
func TestBeforeTheRepositoryExists(t *testing.T) {
	t.Parallel()
	a := awstest.New(t)
	proven := func(expect string) string {
		return a.ProviderBlock("") + `
			resource "ecrx_org_shared_repository" "app" {
			  name   = "team/new"
			  grants = { Web = { access = "pull", accounts = ["222222222222"] } }
			}
			locals {
			  app = ecrx_org_shared_repository.app
			}
			` + config(fmt.Sprintf(`
			  policies = { repository = [local.app.policy_json] }
			  requests = {
			    web = {
			      principal_arn  = "arn:aws:iam::222222222222:role/web"
			      access         = "pull"
			      repository_arn = local.app.arn
			      expect         = %q
			    }
			  }`, expect))
	}
	acctest.Test(t, resource.TestStep{
		Config: proven("denied"), PlanOnly: true,
		ExpectError: acctest.Message("web: expected denied, but it is allowed"),
	})
	if writes := acctest.Writes(a); len(writes) > 0 {
		t.Fatalf("the plan should have failed, and there were %v", writes)
	}
	acctest.Test(t, resource.TestStep{
		Config: proven("allowed"),
		ConfigPlanChecks: acctest.Planned(
			plancheck.ExpectResourceAction("ecrx_org_shared_repository.app", plancheck.ResourceActionCreate),
		),
		ConfigStateChecks: []statecheck.StateCheck{statecheck.ExpectKnownValue(address, decision("web"), knownvalue.StringExact("Allowed"))},
	})
}

// The live policy is read when a repository is named.
func TestLivePolicy(t *testing.T) {
	t.Parallel()
	a := awstest.New(t)
	acctest.CreateRepository(t, a)
	ask := func(arguments, request string) string {
		return a.ProviderBlock("") + config(fmt.Sprintf(`
			repository = "team/app"
			%s
			requests = {
			  web = {
			    principal_arn = "arn:aws:iam::222222222222:role/web"
			    %s
			  }
			}`, arguments, request))
	}
	is := func(want string) []statecheck.StateCheck {
		return []statecheck.StateCheck{statecheck.ExpectKnownValue(address, decision("web"), knownvalue.StringExact(want))}
	}
	acctest.Test(t,
		resource.TestStep{Config: ask("", `access = "pull"`), ConfigStateChecks: is("ImplicitlyDenied")},
		resource.TestStep{
			PreConfig: func() {
				acctest.SetPolicy(t, a, document(`{"Sid":"Web","Effect":"Allow","Principal":{"AWS":"arn:aws:iam::222222222222:root"},"Action":["ecr:BatchCheckLayerAvailability","ecr:BatchGetImage","ecr:GetDownloadUrlForLayer"]}`))
			},
			// The identity policy is about this repository alone, so the request has to be on its ARN.
			Config: ask(fmt.Sprintf(`policies = { identity = [jsonencode({ Version = "2012-10-17", Statement = { Effect = "Allow", Action = "*", Resource = "arn:aws:ecr:eu-west-1:%s:repository/team/app" } })] }`, a.AccountID),
				`access = "pull"`),
			ConfigStateChecks: is("Allowed"),
		},
		resource.TestStep{
			PreConfig:         a.ResetCalls,
			Config:            ask("policies = { identity = [] }", fmt.Sprintf("action = \"ecr:BatchGetImage\"\nrepository_arn = \"arn:aws:ecr:eu-west-1:%s:repository/team/app\"", a.AccountID)),
			ConfigStateChecks: is("ImplicitlyDenied"),
		},
	)
	for _, call := range a.Calls() {
		if call.Action == "DescribeRepositories" {
			t.Error("the repository was described, though each request has its ARN")
		}
	}
	acctest.Test(t, resource.TestStep{
		Config:      strings.Replace(ask("", `access = "pull"`), `"team/app"`, `"team/none"`, 1),
		ExpectError: acctest.Message("reading ECR repository (team/none)"),
	})
	acctest.Test(t, resource.TestStep{
		Config: a.ProviderBlock("") + config(`
			repository = "team/none"
			requests = { login = { principal_arn = "arn:aws:iam::222222222222:role/web", action = "ecr:GetAuthorizationToken" } }`),
		ExpectError: acctest.Message("reading ECR repository policy (team/none)"),
	})
}

// TestNotFullyAllowed expects that at least one action is certainly denied: a puller has a part of what a push needs.
func TestNotFullyAllowed(t *testing.T) {
	t.Parallel()
	policies := object{"repository": list{document(toAll("Unit", "Allow", "ecr:Batch*", where("ForAnyValue:StringLike", "aws:PrincipalOrgPaths", unit+"*")))}}
	request := func(more object) object {
		r := fetch(object{"action": nil, "access": "push", "organization_path": unit, "expect": "not_fully_allowed"})
		for name, value := range more {
			r[name] = value
		}
		return r
	}
	results, problems := ask(t, object{"policies": policies, "requests": object{"part": request(nil), "none": request(object{"organization_path": ""})}})
	if problems != "" || results["part"].decision != "AllowedInPart" || results["none"].decision != "ImplicitlyDenied" {
		t.Errorf("got %v, %s", results, problems)
	}
	_, problems = ask(t, object{"policies": policies, "requests": object{
		"all":     request(object{"access": nil, "action": "ecr:BatchGetImage"}),
		"unknown": request(object{"access": nil, "action": "ecr:BatchGetImage", "organization_path": nil}),
	}})
	for _, want := range []string{"all: expected not fully allowed, but it is allowed", "unknown: expected not fully allowed, but it is unknown"} {
		if !strings.Contains(problems, want) {
			t.Errorf("got %q, want %q", problems, want)
		}
	}
}
