// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package repositorylockdown_test

import (
	"slices"
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
	"github.com/ecrx/terraform-provider-ecrx/internal/awstest/lifecycle"
	"github.com/ecrx/terraform-provider-ecrx/internal/policy"
)

// denyOthers is the statement that leaves the ARNs alone, the account's root user and its service-linked roles.
func denyOthers(a *awstest.AWS, arns ...string) string {
	iam := "arn:aws:iam::" + a.AccountID
	arns = append(arns, iam+":role/aws-service-role/*", iam+":root")
	return `{"Sid":"DenyOthers","Effect":"Deny","Principal":"*","Action":"ecr:*","Condition":{"ArnNotLike":{"aws:PrincipalArn":["` +
		strings.Join(arns, `","`) + `"]},"BoolIfExists":{"aws:PrincipalIsAWSService":"false"}}}`
}

func caller(a *awstest.AWS) string { return "arn:aws:iam::" + a.AccountID + ":user/awstest" }

// TestLife creates, updates, repairs and imports a lockdown beside a foreign statement.
func TestLife(t *testing.T) {
	t.Parallel()
	a := awstest.New(t)
	config := func(arguments string) string {
		return a.ProviderBlock("") + block("repository = \"team/app\"\n"+arguments)
	}
	first := config(`exempt_principal_arns = ["` + caller(a) + `"]`)
	deployer := "arn:aws:iam::" + a.AccountID + ":role/deployer"
	second := config(`exempt_principal_arns = ["` + caller(a) + `", "` + deployer + `"]`)
	stands := acctest.Live(func() { acctest.ForeignStands(t, a) })
	live := func(statement string) statecheck.StateCheck {
		return acctest.Live(func() { acctest.ExpectStatement(t, a, statement) })
	}
	terraform(t, a,
		resource.TestStep{
			PreConfig: a.ResetCalls,
			Config:    first,
			ConfigPlanChecks: acctest.Planned(
				plancheck.ExpectKnownValue(address, tfjsonpath.New("exempt"), knownvalue.SetSizeExact(3)),
				plancheck.ExpectKnownValue(address, tfjsonpath.New("statement_json"), knownvalue.StringFunc(acctest.MeansStatement(denyOthers(a, caller(a))))),
				plancheck.ExpectKnownValue(address, tfjsonpath.New("registry_id"), knownvalue.StringExact(a.AccountID)),
				plancheck.ExpectKnownValue(address, tfjsonpath.New("caller_arn"), knownvalue.Null()),
			),
			ConfigStateChecks: []statecheck.StateCheck{acctest.Wrote(t, a, "SetRepositoryPolicy"), stands, live(denyOthers(a, caller(a)))},
		},
		resource.TestStep{
			ResourceName: address, ImportState: true, ImportStateId: "team/app/DenyOthers@eu-west-1",
			ImportStateVerify: true, ImportStateVerifyIdentifierAttribute: "repository",
		},
		resource.TestStep{
			PreConfig:         a.ResetCalls,
			Config:            second,
			ConfigPlanChecks:  acctest.Planned(acctest.Updates(address, "exempt_principal_arns", "exempt", "proof", "statement_json")),
			ConfigStateChecks: []statecheck.StateCheck{acctest.Wrote(t, a, "SetRepositoryPolicy"), stands, live(denyOthers(a, caller(a), deployer))},
		},
		resource.TestStep{
			PreConfig: func() {
				acctest.AddStatement(t, a, `{"Sid":"DenyOthers","Effect":"Deny","Principal":"*","Action":"ecr:PutImage"}`)
				a.ResetCalls()
			},
			Config:            second,
			ConfigPlanChecks:  acctest.Planned(acctest.Updates(address, "statement_json")),
			ConfigStateChecks: []statecheck.StateCheck{acctest.Wrote(t, a, "SetRepositoryPolicy"), stands, live(denyOthers(a, caller(a), deployer))},
		},
		resource.TestStep{
			PreConfig:         a.ResetCalls,
			Config:            config("sid = \"Closed\"\nexempt_principal_arns = [\"" + caller(a) + "\"]"),
			ConfigPlanChecks:  acctest.Planned(plancheck.ExpectResourceAction(address, plancheck.ResourceActionReplace)),
			ConfigStateChecks: []statecheck.StateCheck{stands},
		},
	)
}

// TestDisappears takes the statement or the repository away: the next apply makes the lockdown again.
func TestDisappears(t *testing.T) {
	t.Parallel()
	a := awstest.New(t)
	arrange(t, a)
	tf := acctest.Core(a, resourceType, nil)
	config := map[string]any{"repository": name, "exempt_principal_arns": []string{caller(a)}}
	if _, err := tf.Apply(t.Context(), config); err != nil {
		t.Fatal(err)
	}
	acctest.SetPolicy(t, a, `{"Version":"2012-10-17","Statement":[`+acctest.Foreign+`]}`)
	if action, err := tf.Plan(t.Context(), config); err != nil || action != lifecycle.Create {
		t.Errorf("the plan without the statement is %s, %v", action, err)
	}
	acctest.DeleteRepository(t, a)
	if _, err := tf.Apply(t.Context(), nil); err != nil {
		t.Errorf("destroying what is gone: %s", err)
	}
}

// TestFailedUpdate has in the state what came to stand, though ECR's answer was lost: what is planned next goes by it.
func TestFailedUpdate(t *testing.T) {
	t.Parallel()
	a := awstest.New(t)
	arrange(t, a)
	tf, _ := core(a, map[string]any{"max_retries": 1})
	config := lockdown(map[string]any{"exempt_principal_arns": []string{caller(a)}})
	apply(t, tf, config)
	before := attributes(t, tf)

	a.ResetCalls()
	a.Inject(awstest.Fault{Kind: awstest.DropAfter, Action: "SetRepositoryPolicy", Sticky: true})
	config["actions"] = []string{"ecr:PutImage"}
	_, err := tf.Apply(t.Context(), config)
	expectOneError(t, err, ": updating ECR repository lockdown (team/app/DenyOthers): ")
	a.ClearFaults()
	live := acctest.Statements(t, a)
	after := attributes(t, tf)
	if !slices.ContainsFunc(live, func(s policy.Statement) bool { return s.Canonical() == after.StatementJSON }) {
		t.Errorf("the state holds %s, which isn't in %v", after.StatementJSON, live)
	}
	if after.StatementJSON == before.StatementJSON {
		t.Error("nothing was written")
	}
	if diff := cmp.Diff(before.Exempt, after.Exempt); diff != "" {
		t.Errorf("the state doesn't hold whom the last apply exempted: %s", diff)
	}
	apply(t, tf, config)
	plans(t, tf, config, lifecycle.NoOp)
}
