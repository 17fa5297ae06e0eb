// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package pattern

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
)

// Limits of a lifecycle policy: rules, and characters of its text.
// https://docs.aws.amazon.com/AmazonECR/latest/userguide/service-quotas.html
const (
	lifecycleRules      = 50
	lifecycleCharacters = 30_720
)

// NormalizeLifecyclePolicy gives a lifecycle policy's JSON without white space, with sorted keys and with its rules in the
// order of their priority, as ECR gives them back, so that two texts of one policy are equal bytes. It returns an error for what isn't JSON.
func NormalizeLifecyclePolicy(text string) (string, error) {
	decoder := json.NewDecoder(bytes.NewReader([]byte(text)))
	decoder.UseNumber()
	var value map[string]any
	if err := decoder.Decode(&value); err != nil {
		return "", fmt.Errorf("this is not a JSON object: %w", err)
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return "", errors.New("there is text behind the JSON object")
	}
	sortRules(value["rules"])
	normal, err := json.Marshal(value)
	if err != nil {
		return "", err
	}
	return string(normal), nil
}

// sortRules sorts a lifecycle policy's rules by rulePriority, if they all have one.
func sortRules(value any) {
	rules, ok := value.([]any)
	if !ok {
		return
	}
	if slices.ContainsFunc(rules, func(rule any) bool { return math.IsNaN(priorityOf(rule)) }) {
		return
	}
	slices.SortStableFunc(rules, func(a, b any) int { return cmp.Compare(priorityOf(a), priorityOf(b)) })
}

// priorityOf gives a rule's rulePriority, NaN when it has none.
func priorityOf(rule any) float64 {
	object, _ := rule.(map[string]any)
	number, _ := object["rulePriority"].(json.Number)
	priority, err := number.Float64()
	if err != nil {
		return math.NaN()
	}
	return priority
}

// ValidateLifecyclePolicy checks what ECR would refuse, or take and never run. The error says what to write instead.
func ValidateLifecyclePolicy(text string) error {
	normal, err := NormalizeLifecyclePolicy(text)
	if err != nil {
		return err
	}
	if n := len([]rune(normal)); n > lifecycleCharacters {
		return fmt.Errorf("a lifecycle policy can have %d characters, and this one has %d", lifecycleCharacters, n)
	}
	var document struct {
		Rules []struct {
			RulePriority *int `json:"rulePriority"`
			Selection    *struct {
				TagStatus string `json:"tagStatus"`
			} `json:"selection"`
		} `json:"rules"`
	}
	if err := json.Unmarshal([]byte(text), &document); err != nil {
		return fmt.Errorf("this is not a lifecycle policy: %w", err)
	}
	switch n := len(document.Rules); {
	case n == 0:
		return errors.New(`there are no rules: write {"rules": [{"rulePriority": 1, "selection": {…}, "action": {"type": "expire"}}]}`)
	case n > lifecycleRules:
		return fmt.Errorf("a lifecycle policy can have %d rules, and this one has %d: merge some", lifecycleRules, n)
	}
	seen := map[int]bool{}
	last := document.Rules[0].RulePriority
	for i, rule := range document.Rules {
		switch {
		case rule.RulePriority == nil:
			return fmt.Errorf("rules[%d] has no rulePriority: give each rule a number of its own", i)
		case *rule.RulePriority < 1:
			return fmt.Errorf("rules[%d] has the rulePriority %d: write 1 or more", i, *rule.RulePriority)
		case rule.Selection == nil:
			return fmt.Errorf("rules[%d] has no selection", i)
		case seen[*rule.RulePriority]:
			return fmt.Errorf("two rules have the rulePriority %d: give each rule a number of its own", *rule.RulePriority)
		}
		seen[*rule.RulePriority] = true
		if *rule.RulePriority > *last {
			last = rule.RulePriority
		}
	}
	for i, rule := range document.Rules {
		if rule.Selection.TagStatus == "any" && *rule.RulePriority != *last {
			return fmt.Errorf("rules[%d] selects any image, so it must be evaluated last: give it the highest rulePriority", i)
		}
	}
	return nil
}
