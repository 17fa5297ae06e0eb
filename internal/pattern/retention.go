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
	// ArchiveAfterDays is the age in days, counted from the push, at which images move to archive storage; ArchiveUnpulledDays
	// counts from the last pull instead.
	ArchiveAfterDays, ArchiveUnpulledDays int64
	// ExpireArchivedDays is how many days after an image was archived it expires.
	ExpireArchivedDays int64
	// KeepTagPrefixes lists the beginnings of tags whose images never expire, and never move to archive storage.
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
	StorageClass  string   `json:"storageClass,omitempty"`
	CountType     string   `json:"countType"`
	CountUnit     string   `json:"countUnit,omitempty"`
	CountNumber   int64    `json:"countNumber"`
}

type lifecycleAction struct {
	Type               string `json:"type"`
	TargetStorageClass string `json:"targetStorageClass,omitempty"`
}

// LifecyclePolicy builds the lifecycle policy's JSON, or "" when nothing ever expires or is archived. A tag prefix gets a rule of its
// own, since ECR selects only images that carry all tags of one rule; the rule for any image of a storage class must come last.
// https://docs.aws.amazon.com/AmazonECR/latest/userguide/lifecycle_policy_parameters.html
func (r Retention) LifecyclePolicy() string {
	if !r.names() {
		return ""
	}
	var rules []lifecycleRule
	add := func(description string, selection lifecycleSelection, action lifecycleAction) {
		rules = append(rules, lifecycleRule{RulePriority: len(rules) + 1, Description: description, Selection: selection, Action: action})
	}
	expired, archived := lifecycleAction{Type: expire}, lifecycleAction{Type: transition, TargetStorageClass: archiveStorage}
	for _, prefix := range slices.Compact(slices.Sorted(slices.Values(r.KeepTagPrefixes))) {
		add("Keep images with a tag that begins with "+prefix, lifecycleSelection{
			TagStatus: tagged, TagPrefixList: []string{prefix}, CountType: imageCountMoreThan, CountNumber: keepAll,
		}, expired)
	}
	if n := r.UntaggedDays; n > 0 {
		add(fmt.Sprintf("Expire untagged images after %d days", n), lifecycleSelection{
			TagStatus: untagged, CountType: sinceImagePushed, CountUnit: days, CountNumber: n,
		}, expired)
	}
	if n := r.KeepLast; n > 0 {
		add(fmt.Sprintf("Keep the last %d images", n), lifecycleSelection{
			TagStatus: anyImage, CountType: imageCountMoreThan, CountNumber: n,
		}, expired)
	}
	if n := r.ArchiveAfterDays; n > 0 {
		add(fmt.Sprintf("Archive images after %d days", n), lifecycleSelection{
			TagStatus: anyImage, CountType: sinceImagePushed, CountUnit: days, CountNumber: n,
		}, archived)
	}
	if n := r.ArchiveUnpulledDays; n > 0 {
		add(fmt.Sprintf("Archive images not pulled for %d days", n), lifecycleSelection{
			TagStatus: anyImage, CountType: sinceImagePulled, CountUnit: days, CountNumber: n,
		}, archived)
	}
	if n := r.ExpireArchivedDays; n > 0 {
		add(fmt.Sprintf("Expire archived images after %d days", n), lifecycleSelection{
			TagStatus: anyImage, StorageClass: archiveStorage, CountType: sinceImageTransitioned, CountUnit: days, CountNumber: n,
		}, expired)
	}
	text, err := json.Marshal(lifecyclePolicy{rules})
	if err != nil {
		panic(err) // plain strings and numbers always marshal
	}
	return string(text)
}

// names reports whether the retention has a rule by which an image expires or is archived.
func (r Retention) names() bool {
	return r.KeepLast+r.UntaggedDays+r.ArchiveAfterDays+r.ArchiveUnpulledDays+r.ExpireArchivedDays > 0
}

// ValidateRetention finds what is wrong in a retention. Paths are below the retention attribute; a problem of the whole has none.
func ValidateRetention(r Retention) []Problem {
	var problems []Problem
	problem := func(summary, detail string, path ...string) {
		problems = append(problems, Problem{Path: path, Severity: policy.SeverityError, Summary: summary, Detail: detail})
	}
	const remove = "To remove the lifecycle policy, write lifecycle_policy = jsonencode({ rules = [] }) in the place of retention."
	switch {
	case !r.names() && len(r.KeepTagPrefixes) > 0:
		problem("Nothing expires", "retention.keep_tag_prefixes exempts images from expiry, but no image expires. "+
			"Set keep_last, untagged_days or another rule beside it, or remove it.", "keep_tag_prefixes")
	case !r.names():
		problem("Retention without a rule", "retention names no rule. Terraform drops arguments that it doesn't know, so check their spelling: "+
			"keep_last, untagged_days, archive_after_days, archive_unpulled_days, expire_archived_days. "+remove)
	}
	var all []string
	for _, rule := range [...]struct {
		name  string
		value int64
	}{{"keep_last", r.KeepLast}, {"archive_after_days", r.ArchiveAfterDays}, {"archive_unpulled_days", r.ArchiveUnpulledDays}} {
		if rule.value > 0 {
			all = append(all, rule.name)
		}
	}
	if len(all) > 1 {
		problem("Two rules for any image", fmt.Sprintf("retention.%s and retention.%s each make a rule for any image, and ECR takes one. "+
			"Remove one of them, or write rules for some tags in lifecycle_policy.", all[0], all[1]), all[1])
	}
	rules := len(r.KeepTagPrefixes) + 3
	if rules > lifecycleRules {
		problem("Too many tag prefixes", fmt.Sprintf("Each prefix of retention.keep_tag_prefixes takes one of the %d rules of a lifecycle policy. "+
			"Keep at most %d prefixes.", lifecycleRules, lifecycleRules-3), "keep_tag_prefixes")
	}
	return problems
}
