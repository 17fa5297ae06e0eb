// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package awstest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
)

// correctTrust makes IAM look at trust policies: moto stores any text when a role is created, and any principal later. A role of
// the account that isn't there is refused, and under RolePropagation one that is too young.
// https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html: "MalformedPolicyDocument: The request was rejected
// because the policy document was malformed. The error message describes the specific error." The text about principals is the one
// of https://github.com/hashicorp/terraform-provider-aws/issues/1388.
func (a *AWS) correctTrust(next handler) handler {
	return func(r *request) *reply {
		if !r.is("iam", "CreateRole", "UpdateAssumeRolePolicy") {
			return next(r)
		}
		trust := r.form.Get("AssumeRolePolicyDocument") + r.form.Get("PolicyDocument")
		if !json.Valid([]byte(trust)) {
			return r.fail(http.StatusBadRequest, "MalformedPolicyDocument", "This policy contains invalid Json")
		}
		for _, arn := range roleARNs(trust) {
			if !a.stands(next, r, arn) || !a.acceptable([]string{arn}) {
				return r.fail(http.StatusBadRequest, "MalformedPolicyDocument", fmt.Sprintf(`Invalid principal in policy: "AWS":%q`, arn))
			}
		}
		return next(r)
	}
}

// stands says whether a role exists, as far as the account can tell: others' do.
func (a *AWS) stands(next handler, r *request, arn string) bool {
	if !strings.Contains(arn, ":"+a.account.id+":") {
		return true
	}
	name := arn[strings.LastIndex(arn, "/")+1:]
	answer := next(r.withForm(url.Values{"Action": {"GetRole"}, "Version": r.form["Version"], "RoleName": {name}}))
	return answer != nil && answer.status == http.StatusOK && bytes.Contains(answer.body, []byte(">"+arn+"<"))
}
