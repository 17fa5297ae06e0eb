// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package pattern

import (
	"maps"
	"slices"

	"github.com/ecrx/terraform-provider-ecrx/internal/policy"
)

// The presets build on each other the way AWS's own pages do. GetAuthorizationToken is in none of them: a repository
// policy can't give it, an identity policy carries it on "*".
// https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-push-iam.html
var (
	pull = []string{
		"ecr:BatchCheckLayerAvailability",
		"ecr:BatchGetImage",
		"ecr:GetDownloadUrlForLayer",
	}
	push = []string{
		"ecr:BatchCheckLayerAvailability",
		"ecr:BatchGetImage",
		"ecr:CompleteLayerUpload",
		"ecr:InitiateLayerUpload",
		"ecr:PutImage",
		"ecr:UploadLayerPart",
	}
	describe = []string{
		"ecr:DescribeImages",
		"ecr:DescribeRepositories",
	}
	read = []string{
		"ecr:DescribeImageScanFindings",
		"ecr:GetLifecyclePolicy",
		"ecr:GetLifecyclePolicyPreview",
		"ecr:GetRepositoryPolicy",
		"ecr:ListImages",
		"ecr:ListTagsForResource",
	}
	presets = map[string][]string{
		"pull":                  pull,
		"pull_describe":         slices.Concat(pull, describe),
		"read_only":             slices.Concat(pull, describe, read),
		"push":                  push,
		"push_pull":             slices.Concat(push, []string{"ecr:GetDownloadUrlForLayer"}),
		"pull_through_cache":    slices.Concat(pull, []string{"ecr:BatchImportUpstreamImage"}),
		"pull_through_upstream": {"ecr:BatchGetImage", "ecr:BatchImportUpstreamImage", "ecr:GetDownloadUrlForLayer", "ecr:GetImageCopyStatus"},
	}
)

// AccessActions gives the repository actions behind an access preset such as "pull", sorted, and whether there is such
// a preset.
func AccessActions(access string) ([]string, bool) {
	actions, ok := presets[access]
	return slices.Sorted(slices.Values(actions)), ok
}

// AccessNames lists the presets, sorted.
func AccessNames() []string {
	return slices.Sorted(maps.Keys(presets))
}

// accessOf finds the preset that stands for exactly these actions, whatever their letter case.
func accessOf(actions []string) (string, bool) {
	spelled := make([]string, len(actions))
	for i, action := range actions {
		spelled[i] = action
		if meta, known := policy.ECRAction(action); known {
			spelled[i] = "ecr:" + meta.Name
		}
	}
	slices.Sort(spelled)
	sorted := slices.Compact(spelled)
	for _, name := range AccessNames() {
		if preset, _ := AccessActions(name); slices.Equal(preset, sorted) {
			return name, true
		}
	}
	return "", false
}
