// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package accessrequest

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/ecrx/terraform-provider-ecrx/internal/authz"
	"github.com/ecrx/terraform-provider-ecrx/internal/pattern"
	"github.com/ecrx/terraform-provider-ecrx/internal/policy"
)

// Access wants the name of an access preset, such as "pull".
func Access() validator.String {
	return shape{"an access preset", "Unknown access", accessProblem}
}

// Action wants one action, such as "ecr:BatchGetImage".
func Action() validator.String {
	return shape{"an action", "Unknown action", actionProblem}
}

// AccessOrAction wants a preset, or an action on a repository.
func AccessOrAction() validator.String {
	return shape{"an access preset or an action of ECR", "Unknown access", func(text string) string {
		switch {
		case !strings.Contains(text, ":"):
			return accessProblem(text)
		case actionProblem(text) != "":
			return actionProblem(text)
		case !IsECR(text):
			return fmt.Sprintf("%q is not an action of ECR, so no repository can be asked for it.", text)
		case OnRegistry(text):
			return fmt.Sprintf("%q is an action on the whole registry, and no repository has a say in it. Prove it with the data source ecrx_access.", text)
		}
		return ""
	}}
}

// Actions gives the actions of a preset, or the action itself in AWS's spelling.
func Actions(accessOrAction string) []string {
	if actions, preset := pattern.AccessActions(accessOrAction); preset {
		return actions
	}
	if action, known := policy.ECRAction(accessOrAction); known {
		return []string{"ecr:" + action.Name}
	}
	return []string{accessOrAction}
}

// IsECR says that an action is one of ECR.
func IsECR(action string) bool { return strings.HasPrefix(strings.ToLower(action), "ecr:") }

// OnRegistry says that an action is on the registry, so that it is about no repository (Service Authorization Reference,
// list_amazonelasticcontainerregistry).
func OnRegistry(action string) bool {
	meta, known := policy.ECRAction(action)
	return IsECR(action) && known && !meta.RepositoryLevel
}

// Tags gives the tags of a principal or a repository; nil, which says that they aren't known, for null.
func Tags(value types.Map) map[string]string {
	if value.IsNull() {
		return nil
	}
	tags := map[string]string{}
	for key, element := range value.Elements() {
		if text, ok := element.(types.String); ok && !text.IsNull() {
			tags[key] = text.ValueString()
		}
	}
	return tags
}

// OrganizationPathOf gives a place in an organization; null says that it isn't known.
func OrganizationPathOf(value types.String) string {
	if value.IsNull() {
		return authz.UnknownValue
	}
	return value.ValueString()
}

var actionForm = regexp.MustCompile(`^[a-z0-9-]+:[A-Za-z0-9]+$`)

func accessProblem(text string) string {
	if _, known := pattern.AccessActions(text); known {
		return ""
	}
	return fmt.Sprintf("%q is not an access. Write one of \"%s\".", text, strings.Join(pattern.AccessNames(), `", "`))
}

func actionProblem(text string) string {
	_, known := policy.ECRAction(text)
	switch {
	case strings.ContainsAny(text, "*?"):
		return fmt.Sprintf("%q has a wildcard, and a request is for one action. Write one such as \"ecr:BatchGetImage\", or an access such as \"pull\", which stands for several.", text)
	case IsECR(text) && !known:
		return fmt.Sprintf("%q is not an action of ECR. Write one such as \"ecr:BatchGetImage\".", text)
	case !IsECR(text) && !actionForm.MatchString(text):
		return fmt.Sprintf("%q is not an action. Write its service before it, as in \"ecr:BatchGetImage\".", text)
	}
	return ""
}
