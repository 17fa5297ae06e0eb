// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package repositorylockdown_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/ecrx/terraform-provider-ecrx/internal/acctest"
	"github.com/ecrx/terraform-provider-ecrx/internal/awstest"
	"github.com/ecrx/terraform-provider-ecrx/internal/awstest/lifecycle"
)

const webGrant = `
resource "ecrx_repository_grants" "web" {
  repository = "team/app"
  grants     = { Web = { access = "pull", accounts = ["222222222222"] } }
}
`

// closedTo is the statement that leaves alone an account and the ARNs.
func closedTo(a *awstest.AWS, account string, arns ...string) string {
	return strings.Replace(denyOthers(a, arns...), `"BoolIfExists"`, `"StringNotEquals":{"aws:PrincipalAccount":"`+account+`"},"BoolIfExists"`, 1)
}

// TestBesideGrants has both resources in one configuration, whichever is made first.
func TestBesideGrants(t *testing.T) {
	t.Parallel()
	for test, wait := range map[string]string{
		"at once":              "",
		"the grants first":     "depends_on = [ecrx_repository_grants.web]\n",
		"the lockdown changes": "actions = [\"ecr:BatchGetImage\"]\n",
	} {
		t.Run(test, func(t *testing.T) {
			t.Parallel()
			a := awstest.New(t)
			closed := a.ProviderBlock("") + block("repository = \"team/app\"\nexempt_principal_arns = [\""+caller(a)+"\"]\nexempt_accounts = [\"222222222222\"]\n")
			config := strings.Replace(closed, "repository =", wait+"repository =", 1) + webGrant
			terraform(t, a,
				resource.TestStep{
					Config:            config,
					ConfigStateChecks: []statecheck.StateCheck{acctest.Live(func() { acctest.ExpectSids(t, a, "DenyOthers", "LambdaECRImageRetrievalPolicy", "Web") })},
				},
				resource.TestStep{Config: config, ConfigPlanChecks: acctest.Planned(plancheck.ExpectEmptyPlan())},
				resource.TestStep{
					Config: closed,
					ConfigStateChecks: []statecheck.StateCheck{
						acctest.Live(func() { acctest.ExpectSids(t, a, "DenyOthers", "LambdaECRImageRetrievalPolicy") }),
						acctest.Live(func() { acctest.ExpectStatement(t, a, closedTo(a, "222222222222", caller(a))) }),
					},
				},
				resource.TestStep{
					Config:            a.ProviderBlock("") + webGrant,
					ConfigStateChecks: []statecheck.StateCheck{acctest.Live(func() { acctest.ExpectSids(t, a, "LambdaECRImageRetrievalPolicy", "Web") })},
				},
			)
		})
	}
}

// TestGrantsOfAnotherState warns of live grants that the lockdown makes void, and names both, until its lists exempt them.
func TestGrantsOfAnotherState(t *testing.T) {
	t.Parallel()
	a := awstest.New(t)
	arrange(t, a)
	grants := acctest.Core(a, "ecrx_repository_grants", nil)
	if _, err := grants.Apply(t.Context(), map[string]any{"repository": name, "grants": map[string]any{
		"Web": map[string]any{"access": "pull", "accounts": []string{"222222222222"}},
		"Dev": map[string]any{"access": "push_pull", "accounts": []string{"333333333333"}},
	}}); err != nil {
		t.Fatal(err)
	}
	const void = ": Grant that the lockdown makes void: The grant "
	tf, heard := core(a, nil)
	config := lockdown(map[string]any{"exempt_principal_arns": []string{caller(a)}})
	plans(t, tf, config, lifecycle.Create)
	warnings := heard.Warnings()
	expectWarning(t, warnings, void+"Web is for ", "222222222222", "ecr:BatchGetImage", `exempt_accounts = ["222222222222"]`, "ecrx_repository_lockdown", "the grant Web", name)
	expectWarning(t, warnings, void+"Dev is for ", `exempt_accounts = ["333333333333"]`, "the grant Dev")
	if len(warnings) != 2 {
		t.Errorf("%d warnings, want 2", len(warnings))
	}

	config["exempt_accounts"] = []string{"222222222222"}
	plans(t, tf, config, lifecycle.Create)
	warnings = heard.Warnings()
	expectWarning(t, warnings, void+"Dev is for ")
	if len(warnings) != 1 {
		t.Errorf("%d warnings, want 1: %q", len(warnings), warnings)
	}
	config["exempt_accounts"] = []string{"222222222222", "333333333333"}
	if apply(t, tf, config); len(heard.Warnings()) > 0 {
		t.Error("grants that are exempt are warned of")
	}
	plans(t, tf, config, lifecycle.NoOp)
	config["actions"] = []string{"ecr:PutImage", "ecr:SetRepositoryPolicy"}
	config["exempt_accounts"] = nil
	plans(t, tf, config, lifecycle.Update)
	expectWarning(t, heard.Warnings(), ": Grant that the lockdown cuts short: The grant Dev is for ", "ecr:PutImage")
}

// TestGrantsOfTheSamePlan warns, in the one plan that makes both resources, whichever of them is planned first. A lockdown that is
// beside grants of its own is heard of just so.
func TestGrantsOfTheSamePlan(t *testing.T) {
	t.Parallel()
	plugin := lifecycle.BuildPlugin(t)
	beside := func(a *awstest.AWS) string {
		return `
resource "ecrx_repository_grants" "closed" {
  repository = "team/app"
  grants     = { Dev = { access = "pull", accounts = ["333333333333"] } }
  lockdown   = { exempt_principal_arns = ["` + caller(a) + `"] }
`
	}
	alone := func(a *awstest.AWS) string {
		return `
resource "ecrx_repository_lockdown" "closed" {
  repository            = "team/app"
  exempt_principal_arns = ["` + caller(a) + `"]
`
	}
	const wait = "depends_on = [ecrx_repository_grants.web]\n}\n"
	later := strings.Replace(webGrant, "\n}\n", "\ndepends_on = [%]\n}\n", 1)
	nothing := func(*awstest.AWS) string { return "" }
	stands := func(a *awstest.AWS) string { return alone(a) + "}\n" }
	lockdownFirst := func(a *awstest.AWS) string {
		return alone(a) + "}\n" + strings.Replace(later, "%", "ecrx_repository_lockdown.closed", 1)
	}
	grantsFirst := func(a *awstest.AWS) string { return alone(a) + wait + webGrant }
	for test, c := range map[string]struct {
		first, config func(a *awstest.AWS) string
		want          string
	}{
		"the grants first":                           {nothing, grantsFirst, "lockdown makes void"},
		"the lockdown first":                         {nothing, lockdownFirst, "another statement makes void"},
		"the grants before a lockdown that stays":    {stands, grantsFirst, "lockdown makes void"},
		"a lockdown that stays, before the grants":   {stands, lockdownFirst, "another statement makes void"},
		"the grants before a lockdown beside others": {nothing, func(a *awstest.AWS) string { return beside(a) + wait + webGrant }, "lockdown makes void"},
		"a lockdown beside others, before the grants": {nothing, func(a *awstest.AWS) string {
			return beside(a) + "}\n" + strings.Replace(later, "%", "ecrx_repository_grants.closed", 1)
		}, "another statement makes void"},
	} {
		t.Run(test, func(t *testing.T) {
			t.Parallel()
			a := awstest.New(t)
			arrange(t, a)
			cli := lifecycle.NewCLI(t, plugin, a.ProviderBlock("")+c.first(a))
			if err := cli.Apply(t.Context()); err != nil {
				t.Fatal(err)
			}
			cli.Configure(t, a.ProviderBlock("")+c.config(a))
			_, text, err := cli.Plan(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			// The client wraps the text.
			text = strings.Join(strings.Fields(strings.ReplaceAll(text, "│", " ")), " ")
			if !strings.Contains(text, c.want) || !strings.Contains(text, "The grant Web is for principals of account 222222222222") || !strings.Contains(text, "DenyOthers") {
				t.Errorf("the plan says\n%s", text)
			}
		})
	}
}

// TestPolicyThatIsTooLong fails the plan, counting what stands there by others.
func TestPolicyThatIsTooLong(t *testing.T) {
	t.Parallel()
	a := awstest.New(t)
	arrange(t, a)
	acctest.AddStatement(t, a, `{"Sid":"`+strings.Repeat("x", 9600)+`","Effect":"Allow","Principal":{"AWS":"arn:aws:iam::444444444444:root"},"Action":"ecr:DescribeImages"}`)
	tf, _ := core(a, nil)
	_, err := tf.Plan(t.Context(), lockdown(map[string]any{"exempt_principal_arns": []string{caller(a)}}))
	expectOneError(t, err, ": Repository policy too long: ")
}

// TestAnotherSid is a replacement: the statement that goes doesn't count in the length of the policy.
func TestAnotherSid(t *testing.T) {
	t.Parallel()
	a := awstest.New(t)
	arrange(t, a)
	tf, _ := core(a, nil)
	exempt := []string{caller(a)}
	for i := range 110 {
		exempt = append(exempt, roleARN(a, "/", fmt.Sprintf("some-role-of-a-long-name-%d", i)))
	}
	config := lockdown(map[string]any{"exempt_principal_arns": exempt})
	apply(t, tf, config)
	config["sid"] = "Closed"
	plans(t, tf, config, lifecycle.Replace)
}
