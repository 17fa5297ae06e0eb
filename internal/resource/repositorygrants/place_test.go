// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package repositorygrants_test

import (
	"maps"
	"strings"
	"testing"

	"github.com/ecrx/terraform-provider-ecrx/internal/acctest"
	"github.com/ecrx/terraform-provider-ecrx/internal/awstest"
	"github.com/ecrx/terraform-provider-ecrx/internal/awstest/lifecycle"
)

// TestDeadWhoeverApplies fails the plan of a grant that the lockdown makes void, though something else of the policy isn't known yet:
// who applies, a role that is looked up, or another grant.
func TestDeadWhoeverApplies(t *testing.T) {
	t.Parallel()
	a := awstest.New(t)
	arrange(t, a)
	const void = "Grant that the lockdown makes void: The grant Web is for principals of account 222222222222"
	for test, c := range map[string]struct {
		lockdown map[string]any
		grants   map[string]any
	}{
		"who applies":   {map[string]any{"exempt_caller": true}, nil},
		"a role":        {map[string]any{"exempt_principal_arns": []string{caller(a)}, "exempt_role_names": []string{"deployer"}}, nil},
		"another grant": {map[string]any{"exempt_principal_arns": []string{caller(a)}}, map[string]any{"Later": map[string]any{"access": "pull", "accounts": []any{lifecycle.Unknown{}}}}},
		"all of them": {
			map[string]any{"exempt_caller": true, "exempt_role_names": []string{"deployer"}},
			map[string]any{"Later": map[string]any{"access": "pull", "accounts": []any{lifecycle.Unknown{}}}},
		},
	} {
		c.lockdown["exempt_grants"] = false
		config := closed(c.lockdown)
		maps.Copy(config["grants"].(map[string]any), c.grants)
		_, err := acctest.Core(a, resourceType, nil).Plan(t.Context(), config)
		if errors := acctest.Errors(err); len(errors) != 1 || !strings.Contains(errors[0], void) || !acctest.Diagnosed(err, "ERROR", `grants`, `exempt_accounts = ["222222222222"]`) {
			t.Errorf("%s: the plan gives %v", test, err)
		}
		delete(c.lockdown, "exempt_grants")
		if _, err := acctest.Core(a, resourceType, nil).Plan(t.Context(), config); err != nil {
			t.Errorf("%s: with exempt_grants the plan gives %v", test, err)
		}
	}
}

// TestPlaceOfTheCaller plans all that doesn't hang on who applies, and shows the policy with a place for the caller.
func TestPlaceOfTheCaller(t *testing.T) {
	t.Parallel()
	a := awstest.New(t)
	arrange(t, a)
	tf := acctest.Core(a, resourceType, nil)
	heard := acctest.Listen(tf)
	config := closed(map[string]any{"exempt_caller": true})
	if _, err := tf.Plan(t.Context(), config); err != nil {
		t.Fatal(err)
	}
	for attribute, want := range map[string]string{
		"policy_json":          acctest.KnownAfterApply,
		"consumer_policy_json": `"Resource":"arn:aws:ecr:` + a.Region + ":" + a.AccountID + ":repository/" + name + `"`,
		"proof":                "Web gives pull access to principals of account 222222222222\n",
	} {
		if got := heard.Planned(t, attribute); !strings.Contains(got, want) {
			t.Errorf("the plan of %s is %s, want %s", attribute, got, want)
		}
	}
	for _, want := range []string{"DenyOthers leaves alone the principal that applies it first, whose ARN becomes caller_arn; ", "DenyOthers lets through everybody to whom Web gives access"} {
		if got := heard.Planned(t, "proof"); !strings.Contains(got, want) {
			t.Errorf("the proof is %q, without %q", got, want)
		}
	}
	planned, shown := heard.Planned(t, "proof"), strings.Join(heard.Warnings(), "\n")
	for _, want := range []string{"lockdown.exempt_caller: Policy with a place for the caller: policy_json is known after apply", `"<ARN of the principal that applies>"`, `"Sid": "Web"`, `"Sid": "DenyOthers"`} {
		if !strings.Contains(shown, want) {
			t.Errorf("%q isn't among the warnings %s", want, shown)
		}
	}
	if _, err := tf.Apply(t.Context(), config); err != nil {
		t.Fatal(err)
	}
	heard.Warnings()
	for turn, change := range []func(){func() {}, func() { config["grants"].(map[string]any)["Web"].(map[string]any)["access"] = "push" }} {
		change()
		if _, err := tf.Plan(t.Context(), config); err != nil {
			t.Fatal(err)
		}
		if got := heard.Planned(t, "policy_json"); !strings.Contains(got, caller(a)) {
			t.Errorf("turn %d: after the create the plan of policy_json is %s", turn, got)
		}
		if got := heard.Planned(t, "proof"); got != planned && turn == 0 {
			t.Errorf("the proof became %q, and was planned as %q", got, planned)
		}
		if warnings := strings.Join(heard.Warnings(), "\n"); strings.Contains(warnings, "place for the caller") {
			t.Errorf("turn %d: what is known is shown: %s", turn, warnings)
		}
	}
}

// TestDeadWhateverIsUnknown goes through the lists of a lockdown of which a value isn't known yet: a grant that none of them can help
// fails the plan, and of another the plan warns.
func TestDeadWhateverIsUnknown(t *testing.T) {
	t.Parallel()
	a := awstest.New(t)
	arrange(t, a)
	for _, argument := range []string{"exempt_principal_arns", "exempt_accounts", "exempt_organization_ids", "exempt_organization_paths", "exempt_role_names", "actions"} {
		for kind, grant := range map[string]map[string]any{
			"people":    {"access": "pull", "accounts": []string{"222222222222"}},
			"a service": {"codebuild": map[string]any{"project_arns": []string{"arn:aws:codebuild:" + a.Region + ":" + a.AccountID + ":project/web"}}},
		} {
			lockdown := map[string]any{"exempt_grants": false, "exempt_aws_services": false, "exempt_principal_arns": []any{caller(a)}}
			lockdown[argument] = []any{lifecycle.Unknown{}}
			tf := acctest.Core(a, resourceType, nil)
			heard := acctest.Listen(tf)
			_, err := tf.Plan(t.Context(), map[string]any{"repository": name, "lockdown": lockdown, "grants": map[string]any{"Web": grant}})
			errors, warnings := acctest.Errors(err), strings.Join(heard.Warnings(), "\n")
			void, doubt := argument != "actions" && (kind == "a service" || argument == "exempt_role_names"), "Not all whom the lockdown exempts are known yet"
			if void != (len(errors) == 1) || void && !strings.Contains(errors[0], "Grant that the lockdown makes void") {
				t.Errorf("%s, for %s: the plan gives %q", argument, kind, errors)
			}
			if want := !void && argument != "actions"; strings.Contains(warnings, doubt) != want {
				t.Errorf("%s, for %s: the plan warns of %q", argument, kind, warnings)
			}
		}
	}
}

// TestNobodyExemptYet leaves it to the apply whether a lockdown exempts anybody, while its grants aren't known.
func TestNobodyExemptYet(t *testing.T) {
	t.Parallel()
	a := awstest.New(t)
	arrange(t, a)
	later := map[string]any{"Later": map[string]any{"access": "pull", "accounts": []any{lifecycle.Unknown{}}}}
	if _, err := acctest.Core(a, resourceType, nil).Plan(t.Context(), map[string]any{"repository": name, "lockdown": map[string]any{}, "grants": later}); err != nil {
		t.Errorf("the plan gives %v", err)
	}
}
