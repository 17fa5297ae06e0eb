// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package awstest

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"strconv"
)

const (
	defaultPage = 100
	maxPage     = 1000
	maxNames    = 100
)

// correctPaging gives DescribeRepositories pages and limits.
// https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_DescribeRepositories.html: "repositoryNames … Array Members:
// Minimum number of 1 item. Maximum number of 100 items."; "maxResults … This value can be between 1 and 1000. If this
// parameter is not used, then DescribeRepositories returns up to 100 results and a nextToken value, if applicable. This
// option cannot be used when you specify repositories with repositoryNames.".
func (a *AWS) correctPaging(next handler) handler {
	return func(r *request) *reply {
		if !r.is("ecr", "DescribeRepositories") {
			return next(r)
		}
		names, named := r.input["repositoryNames"].([]any)
		size, sized := r.input["maxResults"].(float64)
		token, following := r.input["nextToken"].(string)
		switch {
		case named && (len(names) < 1 || len(names) > maxNames):
			return invalidParameter(r, "repositoryNames", "Member must have length between 1 and 100")
		case named && (sized || following):
			return invalidParameter(r, "maxResults", "Member must not be specified with repositoryNames")
		case sized && (size < 1 || size > maxPage):
			return invalidParameter(r, "maxResults", "Member must have value between 1 and 1000")
		case named:
			return next(r)
		}
		start, err := position(token)
		if err != nil {
			return invalidParameter(r, "nextToken", "Member must be a token that this action gave")
		}
		if !sized {
			size = defaultPage
		}
		return page(r, next, start, int(size))
	}
}

// page asks moto for everything and cuts out a page.
func page(r *request, next handler, start, size int) *reply {
	all := map[string]any{}
	for name, value := range r.input {
		if name != "maxResults" && name != "nextToken" {
			all[name] = value
		}
	}
	answer := next(r.withInput(all))
	if answer == nil || answer.status != http.StatusOK {
		return answer
	}
	var output struct {
		Repositories []json.RawMessage `json:"repositories"`
		NextToken    string            `json:"nextToken,omitempty"`
	}
	if err := json.Unmarshal(answer.body, &output); err != nil {
		return r.fail(http.StatusInternalServerError, "AwstestProxy", err.Error())
	}
	end := min(start+size, len(output.Repositories))
	if end < len(output.Repositories) {
		output.NextToken = base64.StdEncoding.EncodeToString([]byte(strconv.Itoa(end)))
	}
	output.Repositories = output.Repositories[min(start, end):end]
	return r.succeed(output)
}

func position(token string) (int, error) {
	if token == "" {
		return 0, nil
	}
	text, err := base64.StdEncoding.DecodeString(token)
	if err != nil {
		return 0, err
	}
	return strconv.Atoi(string(text))
}

func invalidParameter(r *request, name, constraint string) *reply {
	return r.fail(http.StatusBadRequest, "InvalidParameterException",
		"Invalid parameter at '"+name+"' failed to satisfy constraint: '"+constraint+"'")
}
