// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package awstest

import (
	"encoding/json"
	"maps"
	"strings"
)

// correctLifecycle takes lifecycle policies that archive images, which moto refuses: moto gets a policy that expires them instead, and
// answers carry the one that was sent.
// https://docs.aws.amazon.com/AmazonECR/latest/userguide/lifecycle_policy_parameters.html: "The supported values are expire (to delete
// images) and transition (to move images to archive storage)".
func (a *AWS) correctLifecycle(next handler) handler {
	return func(r *request) *reply {
		if !r.is("ecr", "PutLifecyclePolicy", "GetLifecyclePolicy", "DeleteLifecyclePolicy") {
			return next(r)
		}
		key := r.region + "/lifecycle/" + r.text("repositoryName")
		sent := r.text("lifecyclePolicyText")
		if r.action == "PutLifecyclePolicy" && strings.Contains(sent, "archive") {
			input := maps.Clone(r.input)
			input["lifecyclePolicyText"] = withoutArchive(sent)
			r = r.withInput(input)
		}
		answer := next(r)
		if answer.status != 200 {
			return answer
		}
		a.account.mu.Lock()
		defer a.account.mu.Unlock()
		if r.action == "PutLifecyclePolicy" {
			a.account.settings[key] = sent
		}
		var output map[string]any
		if err := json.Unmarshal(answer.body, &output); err != nil {
			return answer
		}
		if text := a.account.settings[key]; text != "" {
			output["lifecyclePolicyText"] = text
		}
		return r.succeed(output)
	}
}

// withoutArchive gives a lifecycle policy that expires what the given one archives.
func withoutArchive(text string) string {
	return strings.NewReplacer(
		`,"targetStorageClass":"archive"`, ``, `"targetStorageClass":"archive",`, ``, `"storageClass":"archive",`, ``,
		"sinceImageTransitioned", "sinceImagePushed", "sinceImagePulled", "sinceImagePushed", `"transition"`, `"expire"`,
	).Replace(text)
}
