// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package awstest

import (
	"net/http"
	"net/url"
	"strings"
	"sync"
)

// IAMLag makes the first reads after a write to an IAM role answer as they did before it: that many of each kind that the
// write changes the answer of. The clients of the test itself see what is.
func IAMLag(reads int) Option { return func(s *settings) { s.iamLag = reads } }

// laggingReads gives the reads whose answer a write changes.
func laggingReads(write string) []string {
	switch write {
	case "CreateRole", "DeleteRole":
		return []string{"GetRole", "ListRolePolicies", "ListAttachedRolePolicies"}
	case "UpdateRole", "UpdateAssumeRolePolicy", "PutRolePermissionsBoundary", "DeleteRolePermissionsBoundary", "TagRole", "UntagRole":
		return []string{"GetRole"}
	case "PutRolePolicy", "DeleteRolePolicy":
		return []string{"ListRolePolicies", "GetRolePolicy"}
	case "AttachRolePolicy", "DetachRolePolicy":
		return []string{"ListAttachedRolePolicies"}
	default:
		return nil
	}
}

// stale is an answer from before a write.
type stale struct {
	answer *reply
	left   int // reads that get it still
}

// correctIAMLag follows https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot.html (Changes that I make are not always
// immediately visible): "Any changes that you make in IAM … take time to become visible from all possible endpoints. … IAM also
// uses caching to improve performance, but in some cases this can add time. The change might not be visible until the previously
// cached data times out.".
func (a *AWS) correctIAMLag(next handler) handler {
	if a.config.iamLag == 0 {
		return next
	}
	var mu sync.Mutex
	before := map[string]*stale{}
	return func(r *request) *reply {
		if r.service != "iam" || r.http.Header.Get(arrangeHeader) != "" {
			return next(r)
		}
		mu.Lock()
		if old, ok := before[readKey(r.action, r.form)]; ok && old.left > 0 {
			old.left--
			mu.Unlock()
			return old.answer
		}
		mu.Unlock()

		seen := map[string]*reply{}
		for _, read := range laggingReads(r.action) {
			form := readForm(read, r.form)
			seen[readKey(read, form)] = next(r.withForm(form))
		}
		answer := next(r)
		if answer == nil || answer.status != http.StatusOK {
			return answer
		}
		mu.Lock()
		defer mu.Unlock()
		for key, was := range seen {
			if old, ok := before[key]; ok && old.left > 0 {
				was = old.answer // what readers saw until now
			}
			before[key] = &stale{answer: was, left: a.config.iamLag}
		}
		return answer
	}
}

// readForm gives the parameters of a read about what a write is about.
func readForm(action string, write url.Values) url.Values {
	form := url.Values{"Action": {action}, "Version": write["Version"], "RoleName": write["RoleName"]}
	if action == "GetRolePolicy" {
		form["PolicyName"] = write["PolicyName"]
	}
	return form
}

func readKey(action string, form url.Values) string {
	key := []string{action, form.Get("RoleName")}
	if action == "GetRolePolicy" {
		key = append(key, form.Get("PolicyName"))
	}
	return strings.Join(key, "\n")
}

// withForm gives another call of the same caller, with other query parameters.
func (r *request) withForm(form url.Values) *request {
	changed := *r
	changed.form, changed.action = form, form.Get("Action")
	changed.body = []byte(form.Encode())
	return &changed
}
