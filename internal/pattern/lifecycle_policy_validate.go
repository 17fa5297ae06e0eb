// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package pattern

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// The words of a lifecycle policy.
// https://docs.aws.amazon.com/AmazonECR/latest/userguide/lifecycle_policy_parameters.html
const (
	tagged   = "tagged"
	untagged = "untagged"
	anyImage = "any"

	standardStorage = "standard"
	archiveStorage  = "archive"

	imageCountMoreThan     = "imageCountMoreThan"
	sinceImagePushed       = "sinceImagePushed"
	sinceImagePulled       = "sinceImagePulled"
	sinceImageTransitioned = "sinceImageTransitioned"

	expire     = "expire"
	transition = "transition"

	days = "days"

	// tagWildcards is how many "*" a tag pattern can have, archiveDays for how many days an image stays in the archive at least.
	tagWildcards = 4
	archiveDays  = 90
)

// lifecycleInput is a lifecycle policy as somebody wrote it: what is left out is nil.
type lifecycleInput struct {
	Rules *[]lifecycleInputRule `json:"rules"`
}

type lifecycleInputRule struct {
	RulePriority *int64  `json:"rulePriority"`
	Description  *string `json:"description"`
	Selection    *struct {
		TagStatus      *string   `json:"tagStatus"`
		TagPatternList *[]string `json:"tagPatternList"`
		TagPrefixList  *[]string `json:"tagPrefixList"`
		StorageClass   *string   `json:"storageClass"`
		CountType      *string   `json:"countType"`
		CountUnit      *string   `json:"countUnit"`
		CountNumber    *int64    `json:"countNumber"`
	} `json:"selection"`
	Action *struct {
		Type               *string `json:"type"`
		TargetStorageClass *string `json:"targetStorageClass"`
	} `json:"action"`
}

// ValidateLifecyclePolicy checks what ECR would refuse. The error says what to write instead.
// https://docs.aws.amazon.com/AmazonECR/latest/userguide/LifecyclePolicies.html#lp_evaluation_rules
func ValidateLifecyclePolicy(text string) error {
	normal, err := NormalizeLifecyclePolicy(text)
	if err != nil || normal == "" {
		return err
	}
	if n := len([]rune(normal)); n > lifecycleCharacters {
		return fmt.Errorf("a lifecycle policy can have %d characters, and this one has %d", lifecycleCharacters, n)
	}
	// The rules are counted as they were written, not in the order of their priority.
	value, err := readLifecyclePolicy(text)
	if err != nil {
		return err
	}
	written, err := json.Marshal(value)
	if err != nil {
		return err
	}
	var document lifecycleInput
	decoder := json.NewDecoder(bytes.NewReader(written))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&document); err != nil {
		return fmt.Errorf("this is not a lifecycle policy: %s", strings.Replace(err.Error(), "json: unknown field", "ECR knows no member", 1))
	}
	if document.Rules == nil {
		return errors.New(`there are no rules: write {"rules": [{"rulePriority": 1, "selection": {…}, "action": {"type": "expire"}}]}`)
	}
	rules := *document.Rules
	if n := len(rules); n > lifecycleRules {
		return fmt.Errorf("a lifecycle policy can have %d rules, and this one has %d: merge some", lifecycleRules, n)
	}
	for i := range rules {
		if err := rules[i].validate(); err != nil {
			return fmt.Errorf("rules[%d] %w", i, err)
		}
	}
	return validateTogether(rules)
}

// validate checks one rule. The error continues a sentence about it.
func (r *lifecycleInputRule) validate() error {
	switch {
	case r.RulePriority == nil:
		return errors.New("has no rulePriority: give each rule a number of its own")
	case *r.RulePriority < 1:
		return fmt.Errorf("has the rulePriority %d: write 1 or more", *r.RulePriority)
	case r.Selection == nil:
		return errors.New(`has no selection: write "selection": {"tagStatus": "any", "countType": "imageCountMoreThan", "countNumber": 10}`)
	case r.Action == nil || r.Action.Type == nil:
		return errors.New(`has no action: write "action": {"type": "expire"}`)
	}
	if err := r.validateTags(); err != nil {
		return err
	}
	if err := r.validateCount(); err != nil {
		return err
	}
	return r.validateAction()
}

func (r *lifecycleInputRule) validateTags() error {
	s := r.Selection
	if err := oneOf("tagStatus", s.TagStatus, tagged, untagged, anyImage); err != nil {
		return err
	}
	lists := s.TagPrefixList != nil || s.TagPatternList != nil
	switch {
	case *s.TagStatus != tagged && lists:
		return fmt.Errorf("has a list of tags beside the tagStatus %q: write \"tagged\", or remove the list", *s.TagStatus)
	case *s.TagStatus == tagged && !lists:
		return errors.New(`selects tagged images without a list of tags: add "tagPatternList": ["prod*"], or write the tagStatus "any"`)
	case s.TagPrefixList != nil && s.TagPatternList != nil:
		return errors.New("has both tagPrefixList and tagPatternList: remove one of them")
	case *s.TagStatus == tagged && len(r.tags()) == 0:
		return errors.New(`has an empty list of tags: add a pattern such as "prod*"`)
	}
	for _, tag := range r.tags() {
		if n := strings.Count(tag, "*"); s.TagPatternList != nil && n > tagWildcards {
			return fmt.Errorf("has the tag pattern %q with %d wildcards: write at most %d", tag, n, tagWildcards)
		}
	}
	return nil
}

// tags gives the patterns, or the prefixes.
func (r *lifecycleInputRule) tags() []string {
	if r.Selection.TagPatternList != nil {
		return *r.Selection.TagPatternList
	}
	if r.Selection.TagPrefixList != nil {
		return *r.Selection.TagPrefixList
	}
	return nil
}

func (r *lifecycleInputRule) validateCount() error {
	s := r.Selection
	if err := oneOf("countType", s.CountType, imageCountMoreThan, sinceImagePushed, sinceImagePulled, sinceImageTransitioned); err != nil {
		return err
	}
	switch {
	case s.CountNumber == nil:
		return errors.New("has no countNumber: write how many images, or days")
	case *s.CountNumber < 1:
		return fmt.Errorf("has the countNumber %d: write 1 or more", *s.CountNumber)
	case *s.CountType == imageCountMoreThan && s.CountUnit != nil:
		return errors.New("has a countUnit, and counts images: remove countUnit")
	case *s.CountType != imageCountMoreThan && s.CountUnit == nil:
		return fmt.Errorf(`has the countType %q without a unit: add "countUnit": "days"`, *s.CountType)
	case s.CountUnit != nil && *s.CountUnit != days:
		return fmt.Errorf(`has the countUnit %q: write "days"`, *s.CountUnit)
	case s.StorageClass != nil && *s.StorageClass != standardStorage && *s.StorageClass != archiveStorage:
		return fmt.Errorf(`has the storageClass %q: write "standard" or "archive"`, *s.StorageClass)
	case *s.CountType == sinceImageTransitioned && r.storage() != archiveStorage:
		return errors.New(`counts the days since images were archived: add "storageClass": "archive"`)
	case *s.CountType != sinceImageTransitioned && r.storage() == archiveStorage:
		return fmt.Errorf(`selects archived images by %q: write "countType": "sinceImageTransitioned"`, *s.CountType)
	case *s.CountType == sinceImageTransitioned && *s.CountNumber < archiveDays:
		return fmt.Errorf("expires images %d days after they were archived, and they stay in the archive for %d days at least: write %d or more",
			*s.CountNumber, archiveDays, archiveDays)
	}
	return nil
}

// storage is the class of the images that the rule selects.
func (r *lifecycleInputRule) storage() string {
	if r.Selection.StorageClass == nil {
		return standardStorage
	}
	return *r.Selection.StorageClass
}

func (r *lifecycleInputRule) validateAction() error {
	a := r.Action
	if err := oneOf("action.type", a.Type, expire, transition); err != nil {
		return err
	}
	switch {
	case *a.Type == expire && a.TargetStorageClass != nil:
		return errors.New(`expires images, which have no targetStorageClass then: remove it, or write "type": "transition"`)
	case *a.Type == transition && (a.TargetStorageClass == nil || *a.TargetStorageClass != archiveStorage):
		return errors.New(`moves images to another storage class: write "targetStorageClass": "archive"`)
	case *r.Selection.CountType == sinceImagePulled && *a.Type == expire:
		return errors.New(`expires images by their last pull, which ECR refuses: archive them with "action": {"type": "transition", "targetStorageClass": "archive"}, ` +
			`and expire archived images in a rule with the countType "sinceImageTransitioned"`)
	case *r.Selection.CountType == sinceImageTransitioned && *a.Type != expire:
		return errors.New(`moves images that are archived already: write "action": {"type": "expire"}`)
	}
	return nil
}

func oneOf(member string, value *string, words ...string) error {
	list := `"` + strings.Join(words, `", "`) + `"`
	switch {
	case value == nil:
		return fmt.Errorf("has no %s: write one of %s", member, list)
	case !slices.Contains(words, *value):
		return fmt.Errorf("has the %s %q: write one of %s", member, *value, list)
	}
	return nil
}

// validateTogether checks what ECR asks of all rules of one storage class: priorities and tags of their own, and one rule at most for
// untagged images and for any image, which comes last.
func validateTogether(rules []lifecycleInputRule) error {
	for i := range rules {
		r := &rules[i]
		for j := range rules {
			other := &rules[j]
			if j < i && *other.RulePriority == *r.RulePriority {
				return fmt.Errorf("two rules have the rulePriority %d: give each rule a number of its own", *r.RulePriority)
			}
			if i == j || other.storage() != r.storage() {
				continue
			}
			status, same := *r.Selection.TagStatus, *r.Selection.TagStatus == *other.Selection.TagStatus
			switch {
			case status == anyImage && *other.RulePriority > *r.RulePriority:
				return fmt.Errorf("rules[%d] selects any image, so it must be evaluated last: give it the highest rulePriority among the rules for %s images", i, r.storage())
			case j < i && same && status == untagged:
				return fmt.Errorf("rules[%d] and rules[%d] both select untagged %s images, and ECR takes one such rule: merge them", j, i, r.storage())
			case j < i && same && status == tagged && sameTags(r.tags(), other.tags()) && (r.Selection.TagPatternList == nil) == (other.Selection.TagPatternList == nil):
				return fmt.Errorf("rules[%d] and rules[%d] select the same tags, and ECR takes one rule for each set of tags: merge them", j, i)
			}
		}
	}
	return nil
}

// sameTags compares two lists of tags, in which the order has no meaning.
func sameTags(a, b []string) bool {
	return slices.Equal(slices.Sorted(slices.Values(a)), slices.Sorted(slices.Values(b)))
}
