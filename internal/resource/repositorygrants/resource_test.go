// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package repositorygrants_test

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/ecrx/terraform-provider-ecrx/internal/acctest"
	"github.com/ecrx/terraform-provider-ecrx/internal/awstest"
	"github.com/ecrx/terraform-provider-ecrx/internal/awstest/lifecycle"
)

const (
	web       = `grants = { Web = { access = "pull", accounts = ["222222222222"] } }`
	webPolicy = `{"Version":"2012-10-17","Statement":[{"Sid":"Web","Effect":"Allow","Principal":{"AWS":"arn:aws:iam::222222222222:root"},` +
		`"Action":["ecr:BatchCheckLayerAvailability","ecr:BatchGetImage","ecr:GetDownloadUrlForLayer"]}]}`
	webConsumerPolicy = `{"Version":"2012-10-17","Statement":[{"Sid":"Login","Effect":"Allow","Action":"ecr:GetAuthorizationToken","Resource":"*"},` +
		`{"Sid":"Repository","Effect":"Allow","Action":["ecr:BatchCheckLayerAvailability","ecr:BatchGetImage","ecr:GetDownloadUrlForLayer"],` +
		`"Resource":"arn:aws:ecr:eu-west-1:ACCOUNT:repository/team/app"}]}`
)

// TestClientLife creates, updates, repairs and imports grants beside a foreign statement.
func TestClientLife(t *testing.T) {
	t.Parallel()
	a := awstest.New(t)
	config := func(arguments string) string {
		return a.ProviderBlock("") + block("repository = \"team/app\"\n"+arguments)
	}
	stands := acctest.Live(func() { acctest.ForeignStands(t, a) })
	terraform(t, a,
		resource.TestStep{
			PreConfig: a.ResetCalls,
			Config:    config(web),
			ConfigPlanChecks: acctest.Planned(
				plancheck.ExpectKnownValue(address, tfjsonpath.New("policy_json"), knownvalue.StringExact(webPolicy)),
				plancheck.ExpectKnownValue(address, tfjsonpath.New("consumer_policy_json"),
					knownvalue.StringExact(strings.ReplaceAll(webConsumerPolicy, "ACCOUNT", a.AccountID))),
				plancheck.ExpectKnownValue(address, tfjsonpath.New("registry_id"), knownvalue.StringExact(a.AccountID)),
			),
			ConfigStateChecks: []statecheck.StateCheck{
				acctest.Wrote(t, a, "SetRepositoryPolicy"), stands,
				statecheck.ExpectKnownValue(address, tfjsonpath.New("unmanaged_statements").AtSliceIndex(0).AtMapKey("sid"),
					knownvalue.StringExact("LambdaECRImageRetrievalPolicy")),
			},
		},
		resource.TestStep{
			ResourceName: address, ImportState: true, ImportStateId: "team/app@eu-west-1",
			ImportStateVerify: true, ImportStateVerifyIdentifierAttribute: "repository", ImportStateVerifyIgnore: acctest.UnownedAtImport(),
		},
		resource.TestStep{
			PreConfig:         a.ResetCalls,
			Config:            config(`grants = { Mobile = { access = "push", accounts = ["333333333333"] } }`),
			ConfigPlanChecks:  acctest.Planned(acctest.Updates(address, "grants", "policy_json", "consumer_policies", "consumer_policy_json", "proof")),
			ConfigStateChecks: []statecheck.StateCheck{acctest.Wrote(t, a, "SetRepositoryPolicy"), stands},
		},
		resource.TestStep{
			PreConfig: func() {
				acctest.AddStatement(t, a, `{"Sid":"Mobile","Effect":"Allow","Principal":"*","Action":"ecr:*"}`)
				a.ResetCalls()
			},
			Config:            config(`grants = { Mobile = { access = "push", accounts = ["333333333333"] } }`),
			ConfigPlanChecks:  acctest.Planned(acctest.Updates(address, "policy_json")),
			ConfigStateChecks: []statecheck.StateCheck{acctest.Wrote(t, a, "SetRepositoryPolicy"), stands},
		},
	)
}

func TestErrors(t *testing.T) {
	t.Parallel()
	grants := map[string]any{"Web": map[string]any{"access": "pull", "accounts": []string{"222222222222"}}}
	for test, c := range map[string]struct {
		config map[string]any
		want   string
	}{
		"Sid that is taken": {
			map[string]any{"repository": name, "grants": map[string]any{"LambdaECRImageRetrievalPolicy": grants["Web"]}},
			`a statement "LambdaECRImageRetrievalPolicy" already`,
		},
		"unmanaged statement": {
			map[string]any{"repository": name, "grants": grants, "on_unmanaged_statements": "error"},
			`on_unmanaged_statements is "error"`,
		},
		"no repository":   {map[string]any{"repository": "team/none", "grants": grants}, "RepositoryNotFoundException"},
		"repository name": {map[string]any{"repository": "Team/App", "grants": grants}, "is not a name that ECR takes"},
		"registry":        {map[string]any{"repository": name, "registry_id": "1111", "grants": grants}, "12 digits"},
		"nobody":          {map[string]any{"repository": name, "grants": map[string]any{"Web": map[string]any{"access": "pull"}}}, "Set at least one of"},
	} {
		t.Run(test, func(t *testing.T) {
			t.Parallel()
			a := awstest.New(t)
			arrange(t, a)
			_, err := acctest.Core(a, resourceType, nil).Apply(t.Context(), c.config)
			acctest.ExpectError(t, err, c.want)
			gone(t, a)
		})
	}
}

// TestDisappears deletes what the grants are in: the next apply makes them again.
func TestDisappears(t *testing.T) {
	t.Parallel()
	a := awstest.New(t)
	arrange(t, a)
	tf := acctest.Core(a, resourceType, nil)
	config := map[string]any{"repository": name, "grants": map[string]any{"Web": map[string]any{"access": "pull", "accounts": []string{"222222222222"}}}}
	if _, err := tf.Apply(t.Context(), config); err != nil {
		t.Fatal(err)
	}
	acctest.DeleteRepository(t, a)
	if action, err := tf.Plan(t.Context(), config); err != nil || action != lifecycle.Create {
		t.Errorf("the plan without the repository is %s, %v", action, err)
	}
	if _, err := tf.Apply(t.Context(), nil); err != nil {
		t.Errorf("destroying what is gone: %s", err)
	}
}
