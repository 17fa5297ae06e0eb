// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package awstest

import (
	"net/http"
	"unicode/utf8"
)

const maxRepositoryPolicy = 10240

// correctPolicySize refuses repository policies over 10,240 characters.
// https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_SetRepositoryPolicy.html: "policyText … Length Constraints:
// Minimum length of 0. Maximum length of 10240.".
func (a *AWS) correctPolicySize(next handler) handler {
	return func(r *request) *reply {
		if r.is("ecr", "SetRepositoryPolicy") && utf8.RuneCountInString(r.text("policyText")) > maxRepositoryPolicy {
			return r.fail(http.StatusBadRequest, "InvalidParameterException",
				"Invalid parameter at 'PolicyText' failed to satisfy constraint: 'must be at most 10240 characters long'")
		}
		return next(r)
	}
}
