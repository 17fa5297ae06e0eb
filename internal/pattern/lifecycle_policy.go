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
	"maps"
	"math"
	"slices"
)

// Limits of a lifecycle policy: rules, and characters of its text.
// https://docs.aws.amazon.com/AmazonECR/latest/userguide/service-quotas.html
const (
	lifecycleRules      = 50
	lifecycleCharacters = 30_720
)

// NormalizeLifecyclePolicy gives a lifecycle policy's JSON without white space and without nulls, which mean absent, with sorted keys,
// with its rules in the order of their priority, as ECR gives them back, and with its lists of tags, which are sets, in the order of the
// alphabet. So two texts of one policy are equal bytes. It gives "" for a policy without rules: it is like none. It returns an error for
// what isn't a JSON object.
func NormalizeLifecyclePolicy(text string) (string, error) {
	value, err := readLifecyclePolicy(text)
	if err != nil {
		return "", err
	}
	if rules, ok := value["rules"].([]any); ok {
		if len(rules) == 0 && len(value) == 1 {
			return "", nil
		}
		sortRules(rules)
		for _, rule := range rules {
			sortTags(rule)
		}
	}
	normal, err := json.Marshal(value)
	if err != nil {
		return "", err
	}
	return string(normal), nil
}

// readLifecyclePolicy reads a lifecycle policy's JSON without its nulls.
func readLifecyclePolicy(text string) (map[string]any, error) {
	decoder := json.NewDecoder(bytes.NewReader([]byte(text)))
	decoder.UseNumber()
	var value map[string]any
	if err := decoder.Decode(&value); err != nil {
		return nil, fmt.Errorf("this is not a JSON object: %w", err)
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("there is text behind the JSON object")
	}
	dropNulls(value)
	return value, nil
}

// dropNulls removes the members that are null, at every depth.
func dropNulls(value any) {
	switch value := value.(type) {
	case map[string]any:
		maps.DeleteFunc(value, func(_ string, member any) bool { return member == nil })
		for _, member := range value {
			dropNulls(member)
		}
	case []any:
		for _, element := range value {
			dropNulls(element)
		}
	}
}

// sortRules sorts a lifecycle policy's rules by rulePriority, if they all have one.
func sortRules(rules []any) {
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

// sortTags sorts the tags of a rule's selection, if they are all texts.
func sortTags(rule any) {
	object, _ := rule.(map[string]any)
	selection, _ := object["selection"].(map[string]any)
	for _, name := range [...]string{"tagPrefixList", "tagPatternList"} {
		tags, _ := selection[name].([]any)
		if slices.ContainsFunc(tags, func(tag any) bool { _, isText := tag.(string); return !isText }) {
			continue
		}
		slices.SortFunc(tags, func(a, b any) int { return cmp.Compare(fmt.Sprint(a), fmt.Sprint(b)) })
	}
}
