// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package apprunneraccessrole_test

import (
	"fmt"
	"regexp"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/ecrx/terraform-provider-ecrx/internal/acctest"
	"github.com/ecrx/terraform-provider-ecrx/internal/awstest"
)

const webPolicy = `{"Version":"2012-10-17","Statement":[{"Sid":"Login","Effect":"Allow","Action":"ecr:GetAuthorizationToken","Resource":"*"},` +
	`{"Sid":"Repositories","Effect":"Allow","Action":["ecr:BatchCheckLayerAvailability","ecr:BatchGetImage","ecr:DescribeImages","ecr:GetDownloadUrlForLayer"],"Resource":"` + web + `"}]}`

// arguments are those of a configuration, which steps change one by one.
type arguments struct {
	repositories, description, boundary, tags, more string
	session                                         int
}

func (c arguments) in(a *awstest.AWS) string {
	text := fmt.Sprintf("name = %q\ndescription = %q\nmax_session_duration = %d\n", name, c.description, c.session)
	for argument, value := range map[string]string{"repository_arns": c.repositories, "permissions_boundary": c.boundary, "tags": c.tags} {
		if value != "" {
			text += argument + " = " + value + "\n"
		}
	}
	return a.ProviderBlock("") + block(text+c.more)
}

func whole(boundary string) arguments {
	return arguments{repositories: `["` + web + `"]`, description: "pulls", session: 7200, boundary: `"` + boundary + `"`, tags: `{ team = "web", old = "1" }`}
}

// TestLife creates a role and changes each argument: only the calls that it needs are made, and each plan knows the outcome.
func TestLife(t *testing.T) {
	t.Parallel()
	a := awstest.New(t)
	config := whole(customerPolicy(t, a, "limit"))
	settings := func(description string, session int32) statecheck.StateCheck {
		return acctest.Live(func() {
			role := live(t, a)
			if got := aws.ToString(role.Description); got != description || aws.ToInt32(role.MaxSessionDuration) != session {
				t.Errorf("the role has description %q and session %d, want %q and %d", got, *role.MaxSessionDuration, description, session)
			}
		})
	}
	exactly := func(attribute string, value string) plancheck.PlanCheck {
		return plancheck.ExpectKnownValue(address, tfjsonpath.New(attribute), knownvalue.StringExact(value))
	}
	none := knownvalue.SetExact([]knownvalue.Check{})
	steps := []resource.TestStep{{
		PreConfig: a.ResetCalls,
		Config:    config.in(a),
		ConfigPlanChecks: acctest.Planned(
			exactly("arn", "arn:aws:iam::"+a.AccountID+":role/service-role/web-pull"), exactly("trust_policy_json", trust), exactly("policy_json", webPolicy),
			plancheck.ExpectKnownValue(address, tfjsonpath.New("managed_policy_arns"), none),
			plancheck.ExpectUnknownValue(address, tfjsonpath.New("unique_id")), plancheck.ExpectUnknownValue(address, tfjsonpath.New("user_id_pattern")),
		),
		ConfigStateChecks: []statecheck.StateCheck{
			acctest.Wrote(t, a, "CreateRole", "PutRolePolicy"), settings("pulls", 7200),
			statecheck.ExpectKnownValue(address, tfjsonpath.New("user_id_pattern"), knownvalue.StringRegexp(regexp.MustCompile(`^AROA\w+:\*$`))),
		},
	}, {
		ResourceName: address, ImportState: true, ImportStateId: name, ImportStateVerify: true, ImportStateVerifyIdentifierAttribute: "name",
	}}
	change := func(edit func(), writes []string, changed []string, checks ...statecheck.StateCheck) {
		edit()
		steps = append(steps, resource.TestStep{
			PreConfig: a.ResetCalls, Config: config.in(a), ConfigPlanChecks: acctest.Planned(acctest.Updates(address, changed...)),
			ConfigStateChecks: append(checks, acctest.Wrote(t, a, writes...)),
		})
	}
	change(func() { config.description = "pulls images" }, []string{"UpdateRole"}, []string{"description"}, settings("pulls images", 7200))
	change(func() { config.session = 3600 }, []string{"UpdateRole"}, []string{"max_session_duration"}, settings("pulls images", 3600))
	change(func() { config.boundary = `"` + customerPolicy(t, a, "other") + `"` }, []string{"PutRolePermissionsBoundary"}, []string{"permissions_boundary"})
	change(func() { config.boundary = "" }, []string{"DeleteRolePermissionsBoundary"}, []string{"permissions_boundary"}, acctest.Live(func() {
		if boundary := live(t, a).PermissionsBoundary; boundary != nil {
			t.Errorf("the role has the boundary %s", aws.ToString(boundary.PermissionsBoundaryArn))
		}
	}))
	change(func() { config.tags = `{ team = "app" }` }, []string{"UntagRole", "TagRole"}, []string{"tags", "tags_all"}, acctest.Live(func() {
		if diff := cmp.Diff(map[string]string{"team": "app"}, liveTags(t, a)); diff != "" {
			t.Errorf("tags (-want +got):\n%s", diff)
		}
	}))
	change(func() { config.repositories = `["` + api + `", "` + web + `"]` }, []string{"PutRolePolicy"}, []string{"repository_arns", "policy_json", "proof"})
	change(func() { config.repositories = "" }, []string{"AttachRolePolicy", "DeleteRolePolicy"},
		[]string{"repository_arns", "policy_json", "proof", "managed_policy_arns"}, acctest.Live(func() { expectPolicies(t, a, managedPolicy) }))
	change(func() { config.repositories = `["` + web + `"]` }, []string{"PutRolePolicy", "DetachRolePolicy"},
		[]string{"repository_arns", "policy_json", "proof", "managed_policy_arns"}, acctest.Live(func() { expectPolicies(t, a, accessPolicy) }))
	change(func() { config.more = "settle_seconds = 1\nforce_detach_policies = true" }, nil, []string{"settle_seconds", "force_detach_policies"})
	terraform(t, a, steps...)
}

func liveTags(t testing.TB, a *awstest.AWS) map[string]string {
	t.Helper()
	tags := map[string]string{}
	for _, tag := range live(t, a).Tags {
		tags[aws.ToString(tag.Key)] = aws.ToString(tag.Value)
	}
	return tags
}

// TestReplace makes a new role for another name, prefix and path.
func TestReplace(t *testing.T) {
	t.Parallel()
	a := awstest.New(t)
	replaced := []plancheck.PlanCheck{plancheck.ExpectResourceAction(address, plancheck.ResourceActionDestroyBeforeCreate)}
	step := func(arguments string, want []plancheck.PlanCheck, name string) resource.TestStep {
		return resource.TestStep{
			Config: a.ProviderBlock("") + block(arguments), ConfigPlanChecks: acctest.Planned(want...),
			ConfigStateChecks: []statecheck.StateCheck{
				statecheck.ExpectKnownValue(address, tfjsonpath.New("arn"), knownvalue.StringRegexp(regexp.MustCompile(`^arn:aws:iam::`+a.AccountID+":role"+name+"$"))),
			},
		}
	}
	arn := tfjsonpath.New("arn")
	terraform(t, a,
		step(`name = "web"`, nil, "/service-role/web"),
		step(`name = "api"`, append(replaced, plancheck.ExpectKnownValue(address, arn, knownvalue.StringExact("arn:aws:iam::"+a.AccountID+":role/service-role/api"))), "/service-role/api"),
		step("name = \"api\"\npath = \"/team/\"", replaced, "/team/api"),
		step(`name = "api"`, []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()}, "/team/api"),
		step(`name_prefix = "web-"`, append(replaced, plancheck.ExpectUnknownValue(address, arn)), "/service-role/web-[0-9a-f]{26}"),
		step("name_prefix = \"web-\"\ndescription = \"pulls\"", []plancheck.PlanCheck{acctest.Updates(address, "description")}, "/service-role/web-[0-9a-f]{26}"),
		step(`name_prefix = "api-"`, append(replaced, plancheck.ExpectUnknownValue(address, arn)), "/service-role/api-[0-9a-f]{26}"),
		step(``, []plancheck.PlanCheck{acctest.Updates(address, "name_prefix")}, "/service-role/api-[0-9a-f]{26}"),
	)
}

// TestUnknownRepositories knows everything but the policies.
func TestUnknownRepositories(t *testing.T) {
	t.Parallel()
	a := awstest.New(t)
	terraform(t, a, resource.TestStep{
		Config: a.ProviderBlock("") + "resource \"terraform_data\" \"arn\" { input = \"" + web + "\" }\n" + block("name = \"web-pull\"\nrepository_arns = [terraform_data.arn.output]"),
		ConfigPlanChecks: acctest.Planned(
			plancheck.ExpectUnknownValue(address, tfjsonpath.New("policy_json")),
			plancheck.ExpectKnownValue(address, tfjsonpath.New("arn"), knownvalue.StringExact("arn:aws:iam::"+a.AccountID+":role/service-role/web-pull")),
		),
		ConfigStateChecks: []statecheck.StateCheck{statecheck.ExpectKnownValue(address, tfjsonpath.New("policy_json"), knownvalue.StringExact(webPolicy))},
	})
}
