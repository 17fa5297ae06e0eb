// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package awstest

import (
	"encoding/xml"
	"net/http"
	"strings"
)

// correctSessions makes the keys of an assumed role act in the role's account: the header that separates tests would
// keep them in the caller's.
// https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
func (a *AWS) correctSessions(next handler) handler {
	return func(r *request) *reply {
		answer := next(r)
		if !r.is("sts", "AssumeRole", "AssumeRoleWithWebIdentity") || answer == nil || answer.status != http.StatusOK {
			return answer
		}
		var output struct {
			AccessKey            string `xml:"AssumeRoleResult>Credentials>AccessKeyId"`
			WebIdentityAccessKey string `xml:"AssumeRoleWithWebIdentityResult>Credentials>AccessKeyId"`
		}
		parts := strings.Split(r.form.Get("RoleArn"), ":")
		if err := xml.Unmarshal(answer.body, &output); err != nil || len(parts) < 6 {
			return answer
		}
		a.account.mu.Lock()
		defer a.account.mu.Unlock()
		a.account.sessions[output.AccessKey+output.WebIdentityAccessKey] = parts[4]
		return answer
	}
}

// accountOf gives the account that a call acts in.
func (a *AWS) accountOf(r *request) string {
	a.account.mu.Lock()
	defer a.account.mu.Unlock()
	if id := a.account.sessions[r.accessKey]; id != "" {
		return id
	}
	return a.account.id
}
