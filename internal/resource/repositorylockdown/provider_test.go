// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package repositorylockdown_test

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/ecr"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/ecrx/terraform-provider-ecrx/internal/acctest"
	"github.com/ecrx/terraform-provider-ecrx/internal/awstest"
	"github.com/ecrx/terraform-provider-ecrx/internal/awstest/lifecycle"
)

// TestClientUnknownInputs plans what follows from unknown arguments as unknown, and knows what doesn't.
func TestClientUnknownInputs(t *testing.T) {
	t.Parallel()
	a := awstest.New(t)
	statement, exempt, proof := tfjsonpath.New("statement_json"), tfjsonpath.New("exempt"), tfjsonpath.New("proof")
	terraform(t, a,
		resource.TestStep{
			Config: a.ProviderBlock("") + `
resource "terraform_data" "repository" { input = "team/app" }
` + block("repository = terraform_data.repository.output\nexempt_principal_arns = [\""+caller(a)+"\"]"),
			ConfigPlanChecks: acctest.Planned(
				plancheck.ExpectUnknownValue(address, tfjsonpath.New("repository")),
				plancheck.ExpectKnownValue(address, statement, knownvalue.StringFunc(acctest.MeansStatement(denyOthers(a, caller(a))))),
			),
			ConfigStateChecks: []statecheck.StateCheck{acctest.Live(func() { acctest.ExpectStatement(t, a, denyOthers(a, caller(a))) })},
		},
		resource.TestStep{
			Config: a.ProviderBlock("") + `
resource "terraform_data" "role" { input = "` + roleARN(a, "/", "web") + `" }
` + block("repository = \"team/app\"\nexempt_principal_arns = [\""+caller(a)+"\", terraform_data.role.output]"),
			ConfigPlanChecks: acctest.Planned(
				plancheck.ExpectResourceAction(address, plancheck.ResourceActionUpdate),
				plancheck.ExpectUnknownValue(address, statement), plancheck.ExpectUnknownValue(address, exempt), plancheck.ExpectUnknownValue(address, proof),
			),
			ConfigStateChecks: []statecheck.StateCheck{acctest.Live(func() { acctest.ExpectStatement(t, a, denyOthers(a, caller(a), roleARN(a, "/", "web"))) })},
		},
	)
}

// TestUnknownArguments has each argument known only at the apply.
func TestUnknownArguments(t *testing.T) {
	t.Parallel()
	for argument, value := range map[string]any{
		"mode": "principal_arn", "exempt_user_ids": []string{"AIDAEXAMPLE1234567890"}, "exempt_role_names": []string{"web"}, "exempt_caller": true,
		"exempt_root_user": false, "actions": []string{"ecr:PutImage"}, "sid": "Closed", "allow_self_lockout": true, "region": "eu-west-1",
	} {
		t.Run(argument, func(t *testing.T) {
			t.Parallel()
			a := awstest.New(t)
			arrange(t, a)
			createRole(t, a, "/", "web")
			tf, _ := core(a, nil)
			later, now := lockdown(map[string]any{"exempt_principal_arns": []string{caller(a)}}), lockdown(map[string]any{"exempt_principal_arns": []string{caller(a)}})
			later[argument], now[argument] = lifecycle.Unknown{}, value
			if action, err := tf.ApplyLater(t.Context(), later, now); err != nil || action != lifecycle.Create {
				t.Fatalf("the apply is %s, %v", action, err)
			}
			plans(t, tf, now, lifecycle.NoOp)
			if action, err := tf.ApplyLater(t.Context(), later, now); err != nil {
				t.Errorf("with the state that is there, the apply is %s, %v", action, err)
			}
			plans(t, tf, now, lifecycle.NoOp)
		})
	}
}

// TestWithoutAccount creates and imports when the provider doesn't ask STS: the plan doesn't know the account then.
func TestWithoutAccount(t *testing.T) {
	t.Parallel()
	a := awstest.New(t)
	arrange(t, a)
	createRole(t, a, "/ops/", "deployer")
	silent := map[string]any{"skip_requesting_account_id": true}
	config := lockdown(map[string]any{"exempt_principal_arns": []string{caller(a)}, "exempt_role_names": []string{"deployer"}})
	tf, _ := core(a, silent)
	apply(t, tf, config)
	acctest.ExpectStatement(t, a, denyOthers(a, caller(a), roleARN(a, "/ops/", "deployer")))
	plans(t, tf, config, lifecycle.NoOp)

	imported, _ := core(a, silent)
	if err := imported.Import(t.Context(), name+"/DenyOthers"); err != nil {
		t.Fatal(err)
	}
	plans(t, imported, lockdown(map[string]any{"exempt_principal_arns": []string{caller(a), roleARN(a, "/ops/", "deployer")}}), lifecycle.NoOp)

	other, _ := core(a, silent)
	_, err := other.Apply(t.Context(), lockdown(map[string]any{"exempt_caller": true, "sid": "Another"}))
	expectOneError(t, err, "exempt_caller: Caller not known: ", "exempt_principal_arns")
	acctest.ExpectSids(t, a, "DenyOthers", "LambdaECRImageRetrievalPolicy")
}

// TestRefreshWithAnUnknownProvider leaves the state as it is, also for a Terraform that knows no identity.
func TestRefreshWithAnUnknownProvider(t *testing.T) {
	t.Parallel()
	a := awstest.New(t)
	arrange(t, a)
	config := lockdown(map[string]any{"exempt_principal_arns": []string{caller(a)}})
	tf, _ := core(a, nil)
	tf.DropIdentity = true
	apply(t, tf, config)
	tf.ProviderConfig["region"] = lifecycle.Unknown{}
	plans(t, tf, config, lifecycle.NoOp)
}

// TestRegion keeps the repository of another Region apart.
func TestRegion(t *testing.T) {
	t.Parallel()
	const elsewhere = "us-east-1"
	a := awstest.New(t)
	arrange(t, a)
	repository := name
	if _, err := a.ECR().CreateRepository(t.Context(), &ecr.CreateRepositoryInput{RepositoryName: &repository}, func(o *ecr.Options) { o.Region = elsewhere }); err != nil {
		t.Fatal(err)
	}
	there := func() string {
		out, err := a.ECR().GetRepositoryPolicy(t.Context(), &ecr.GetRepositoryPolicyInput{RepositoryName: &repository}, func(o *ecr.Options) { o.Region = elsewhere })
		if err != nil {
			return ""
		}
		return *out.PolicyText
	}
	config := lockdown(map[string]any{"exempt_principal_arns": []string{caller(a)}, "region": elsewhere})
	tf, _ := core(a, nil)
	apply(t, tf, config)
	if !strings.Contains(there(), `"DenyOthers"`) {
		t.Errorf("the policy in %s is %q", elsewhere, there())
	}
	gone(t, a)
	plans(t, tf, config, lifecycle.NoOp)
	delete(config, "region")
	if action := apply(t, tf, config); action != lifecycle.Replace {
		t.Errorf("the apply is %s", action)
	}
	if there() != "" {
		t.Errorf("the policy in %s is %q", elsewhere, there())
	}
	acctest.ExpectSids(t, a, "DenyOthers", "LambdaECRImageRetrievalPolicy")
}
