// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package policy_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ecrx/terraform-provider-ecrx/internal/policy"
)

func TestECRAction(t *testing.T) {
	t.Parallel()
	want := policy.Action{Name: "TagResource", Level: "Tagging", RepositoryLevel: true, ConditionKeys: []string{"aws:RequestTag/${TagKey}", "aws:TagKeys"}}
	for _, name := range []string{"TagResource", "ecr:TagResource", "ECR:tagresource"} {
		got, ok := policy.ECRAction(name)
		if diff := cmp.Diff(want, got); diff != "" || !ok {
			t.Errorf("%s: %t %s", name, ok, diff)
		}
		got.ConditionKeys[0] = "changed"
	}
	for _, name := range []string{"", "ecr:", "s3:TagResource", "Tag*"} {
		if a, ok := policy.ECRAction(name); ok {
			t.Errorf("%q is %v", name, a)
		}
	}
}

func TestECRActions(t *testing.T) {
	t.Parallel()
	names := func(pattern string) string {
		var names []string
		for _, a := range policy.ECRActions(pattern) {
			names = append(names, a.Name)
		}
		return strings.Join(names, " ")
	}
	for pattern, want := range map[string]string{
		"ecr:GetAuthorizationToken": "GetAuthorizationToken",
		"ECR:batch*image":           "BatchDeleteImage BatchGetImage BatchImportUpstreamImage",
		"ecr:PutImag?":              "PutImage",
		"ecr:PutImage?":             "",
		"ecr:*Tag*Resourc*?":        "ListTagsForResource TagResource UntagResource",
		"ecr:PutImage*":             "PutImage PutImageScanningConfiguration PutImageTagMutability",
		"s3:*":                      "",
		"ecr:":                      "",
	} {
		if diff := cmp.Diff(want, names(pattern)); diff != "" {
			t.Errorf("%s: %s", pattern, diff)
		}
	}
	all := policy.ECRActions("*")
	if len(all) != 60 || len(policy.ECRActions("ecr:*")) != 60 {
		t.Errorf("%d actions", len(all))
	}
	if !slices.IsSortedFunc(all, func(a, b policy.Action) int { return strings.Compare(a.Name, b.Name) }) {
		t.Error("not sorted")
	}
	registry := 0
	for _, a := range all {
		if !a.RepositoryLevel {
			registry++
		}
	}
	if registry != 25 {
		t.Errorf("%d actions on the registry", registry)
	}
}
