// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package awstest

import (
	"encoding/json"
	"net/http"
	"strings"
)

const maxTags = 50

// correctTags limits the tags of a repository.
// https://docs.aws.amazon.com/AmazonECR/latest/userguide/ecr-using-tags.html: "The maximum number of tags per repository is
// 50." and "Don't use the aws: prefix for either keys or values; it's reserved for AWS use."
// https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_TagResource.html has the errors.
func (a *AWS) correctTags(next handler) handler {
	return func(r *request) *reply {
		if !r.is("ecr", "CreateRepository", "TagResource") {
			return next(r)
		}
		keys := map[string]bool{}
		tags, _ := r.input["tags"].([]any)
		for _, tag := range tags {
			fields, _ := tag.(map[string]any)
			key, _ := fields["Key"].(string)
			if strings.HasPrefix(strings.ToLower(key), "aws:") {
				return r.fail(http.StatusBadRequest, "InvalidTagParameterException",
					"Invalid parameter at 'tags' failed to satisfy constraint: 'tag keys must not start with aws:'")
			}
			keys[key] = true
		}
		if r.action == "TagResource" {
			for _, key := range tagKeys(r, next) {
				keys[key] = true
			}
		}
		if len(keys) > maxTags {
			return r.fail(http.StatusBadRequest, "TooManyTagsException", "The list of tags on the repository is over the limit. "+
				"The maximum number of tags that can be applied to a repository is 50.")
		}
		return next(r)
	}
}

// tagKeys gives the keys that the repository has already.
func tagKeys(r *request, next handler) []string {
	list := r.withInput(map[string]any{"resourceArn": r.input["resourceArn"]})
	list.action = "ListTagsForResource"
	list.http = r.http.Clone(r.http.Context())
	list.http.Header.Set("X-Amz-Target", "AmazonEC2ContainerRegistry_V20150921.ListTagsForResource")
	answer := next(list)
	if answer == nil || answer.status != http.StatusOK {
		return nil
	}
	var output struct {
		Tags []struct{ Key string } `json:"tags"`
	}
	if err := json.Unmarshal(answer.body, &output); err != nil {
		return nil
	}
	keys := make([]string, 0, len(output.Tags))
	for _, tag := range output.Tags {
		keys = append(keys, tag.Key)
	}
	return keys
}
