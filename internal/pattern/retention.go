// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package pattern

import (
	"encoding/json"
	"fmt"
	"slices"

	"github.com/ecrx/terraform-provider-ecrx/internal/policy"
)

// Retention says which images of a repository stay. Zero values mean that nothing expires for that reason.
type Retention struct {
	// KeepLast is the number of images that stay; older ones expire.
	KeepLast int64
	// UntaggedDays is the age in days, counted from the push, at which images without a tag expire.
	UntaggedDays int64
	// KeepTagPrefixes lists the beginnings of tags whose images never expire.
	KeepTagPrefixes []string
}

// keepAll is more than the images that a repository can hold (100,000 by default, adjustable), so that a rule with it
// claims its images for itself and never expires one.
// https://docs.aws.amazon.com/AmazonECR/latest/userguide/service-quotas.html
const keepAll = 999_999

type lifecyclePolicy struct {
	Rules []lifecycleRule `json:"rules"`
}

type lifecycleRule struct {
	RulePriority int                `json:"rulePriority"`
	Description  string             `json:"description,omitempty"`
	Selection    lifecycleSelection `json:"selection"`
	Action       lifecycleAction    `json:"action"`
}

type lifecycleSelection struct {
	TagStatus     string   `json:"tagStatus"`
	TagPrefixList []string `json:"tagPrefixList,omitempty"`
	CountType     string   `json:"countType"`
	CountUnit     string   `json:"countUnit,omitempty"`
	CountNumber   int64    `json:"countNumber"`
}

type lifecycleAction struct {
	Type string `json:"type"`
}

// LifecyclePolicy builds the lifecycle policy's JSON, or "" when nothing ever expires. A tag prefix gets a rule of its
// own, since ECR selects only images that carry all tags of one rule; the rule for any image must come last.
// https://docs.aws.amazon.com/AmazonECR/latest/userguide/lifecycle_policy_parameters.html
func (r Retention) LifecyclePolicy() string {
	var rules []lifecycleRule
	add := func(description string, selection lifecycleSelection) {
		rules = append(rules, lifecycleRule{
			RulePriority: len(rules) + 1, Description: description,
			Selection: selection, Action: lifecycleAction{"expire"},
		})
	}
	for _, prefix := range slices.Compact(slices.Sorted(slices.Values(r.KeepTagPrefixes))) {
		add("Keep images with a tag that begins with "+prefix, lifecycleSelection{
			TagStatus: "tagged", TagPrefixList: []string{prefix}, CountType: "imageCountMoreThan", CountNumber: keepAll,
		})
	}
	if r.UntaggedDays > 0 {
		add(fmt.Sprintf("Expire untagged images after %d days", r.UntaggedDays), lifecycleSelection{
			TagStatus: "untagged", CountType: "sinceImagePushed", CountUnit: "days", CountNumber: r.UntaggedDays,
		})
	}
	if r.KeepLast > 0 {
		add(fmt.Sprintf("Keep the last %d images", r.KeepLast), lifecycleSelection{
			TagStatus: "any", CountType: "imageCountMoreThan", CountNumber: r.KeepLast,
		})
	}
	if r.UntaggedDays == 0 && r.KeepLast == 0 {
		return ""
	}
	text, err := json.Marshal(lifecyclePolicy{rules})
	if err != nil {
		panic(err) // plain strings and numbers always marshal
	}
	return string(text)
}

// ValidateRetention finds what is wrong in a retention. Paths are below the retention attribute.
func ValidateRetention(r Retention) []Problem {
	var problems []Problem
	if len(r.KeepTagPrefixes) > 0 && r.KeepLast == 0 && r.UntaggedDays == 0 {
		problems = append(problems, Problem{
			Path: []string{"keep_tag_prefixes"}, Severity: policy.SeverityError, Summary: "Nothing expires",
			Detail: "keep_tag_prefixes exempts images from expiry, but no image expires. Set keep_last or untagged_days beside it, or remove it.",
		})
	}
	if rules := len(r.KeepTagPrefixes) + 2; rules > lifecycleRules {
		problems = append(problems, Problem{
			Path: []string{"keep_tag_prefixes"}, Severity: policy.SeverityError, Summary: "Too many tag prefixes",
			Detail: fmt.Sprintf("Each prefix takes one of the %d rules of a lifecycle policy. Keep at most %d prefixes.", lifecycleRules, lifecycleRules-2),
		})
	}
	return problems
}
