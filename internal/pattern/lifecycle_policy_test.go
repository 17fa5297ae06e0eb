// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package pattern_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/ecrx/terraform-provider-ecrx/internal/pattern"
)

func rule(priority any, tagStatus string) string {
	return fmt.Sprintf(`{"rulePriority": %v, "selection": {"tagStatus": %q, "countType": "imageCountMoreThan", "countNumber": 5}, "action": {"type": "expire"}}`, priority, tagStatus)
}

func rules(all ...string) string { return `{"rules": [` + strings.Join(all, ", ") + `]}` }

func TestValidateLifecyclePolicy(t *testing.T) {
	t.Parallel()
	many := func(n int) (all []string) {
		for i := range n {
			all = append(all, rule(i+1, "untagged"))
		}
		return all
	}
	padded := func(characters int) string {
		text, err := pattern.NormalizeLifecyclePolicy(rules(rule(1, "any")))
		if err != nil {
			t.Fatal(err)
		}
		const member = `,"description":""`
		text = strings.Replace(text, `"any"`, `"any","description":"`+strings.Repeat("é", characters-len(text)-len(member))+`"`, 1)
		return text
	}
	for name, tc := range map[string]struct{ text, want string }{
		"one rule":                {rules(rule(1, "any")), ""},
		"any last, written first": {rules(rule(9, "any"), rule(2, "untagged"), rule(1, "tagged")), ""},
		"50 rules":                {rules(many(50)...), ""},
		"51 rules":                {rules(many(51)...), "can have 50 rules, and this one has 51: merge some"},
		"any before untagged":     {rules(rule(2, "untagged"), rule(1, "any")), "rules[1] selects any image, so it must be evaluated last: give it the highest rulePriority"},
		"two for any":             {rules(rule(1, "any"), rule(2, "any")), "rules[0] selects any image"},
		"same priority":           {rules(rule(1, "tagged"), rule(2, "untagged"), rule(1, "tagged")), "two rules have the rulePriority 1: give each"},
		"no priority":             {rules(rule(1, "tagged"), `{"selection": {}}`), "rules[1] has no rulePriority: give each"},
		"priority 0":              {rules(rule(0, "tagged")), "rules[0] has the rulePriority 0: write 1 or more"},
		"broken priority":         {rules(rule(1.5, "tagged")), "not a lifecycle policy"},
		"priority as text":        {rules(rule(`"1"`, "tagged")), "not a lifecycle policy"},
		"no selection":            {rules(`{"rulePriority": 1}`), "rules[0] has no selection"},
		"no rules":                {rules(), `there are no rules: write {"rules"`},
		"empty object":            {`{}`, `there are no rules: write {"rules"`},
		"null":                    {`null`, `there are no rules: write {"rules"`},
		"empty":                   {``, "not a JSON object"},
		"list":                    {`[]`, "not a JSON object"},
		"not JSON":                {`{"rules": [}`, "not a JSON object"},
		"text behind":             {rules(rule(1, "any")) + " x", "text behind the JSON object"},
		"brace behind":            {rules(rule(1, "any")) + "}", "text behind the JSON object"},
		"as long as can be":       {padded(30_720), ""},
		"a character longer":      {padded(30_721), "can have 30720 characters, and this one has 30721"},
		"white space is free":     {padded(30_720) + strings.Repeat(" ", 100), ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if err := pattern.ValidateLifecyclePolicy(tc.text); !matches(err, tc.want) {
				t.Errorf("got error %v, want one with %q", err, tc.want)
			}
		})
	}
}

func TestNormalizeLifecyclePolicy(t *testing.T) {
	t.Parallel()
	one, err := pattern.NormalizeLifecyclePolicy("{\n \"rules\": [{\"b\": 12345678901234567890, \"a\": 1.0}]\n}\n")
	if err != nil {
		t.Fatal(err)
	}
	if want := `{"rules":[{"a":1.0,"b":12345678901234567890}]}`; one != want {
		t.Errorf("got %s, want %s", one, want)
	}
}

// ECR gives rules back in the order of their priority, so another order in the configuration is no difference.
func TestNormalizeSortsRules(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		`{"rules":[{"rulePriority":10},{"rulePriority":2}]}`: `{"rules":[{"rulePriority":2},{"rulePriority":10}]}`,
		`{"rules":[{"rulePriority":2},{"x":1}]}`:             `{"rules":[{"rulePriority":2},{"x":1}]}`,
		`{"rules":"none"}`:                                   `{"rules":"none"}`,
	} {
		if got, err := pattern.NormalizeLifecyclePolicy(text); err != nil || got != want {
			t.Errorf("got %s, %v, want %s", got, err, want)
		}
	}
}
