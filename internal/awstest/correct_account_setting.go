// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package awstest

import (
	"net/http"
	"slices"
)

// accountSettings holds the settings of an ECR registry with their values, the default first.
func accountSettings(name string) []string {
	return map[string][]string{
		"BASIC_SCAN_TYPE_VERSION": {"AWS_NATIVE", "CLAIR"},
		"BLOB_MOUNTING":           {"DISABLED", "ENABLED"},
		"REGISTRY_POLICY_SCOPE":   {"V2", "V1"},
	}[name]
}

// correctAccountSetting adds GetAccountSetting and PutAccountSetting, which moto lacks.
// https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_PutAccountSetting.html
// https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_GetAccountSetting.html
func (a *AWS) correctAccountSetting(next handler) handler {
	return func(r *request) *reply {
		if !r.is("ecr", "GetAccountSetting", "PutAccountSetting") {
			return next(r)
		}
		name := r.text("name")
		values := accountSettings(name)
		if values == nil {
			return invalidParameter(r, "name", "Member must satisfy enum value set: [BASIC_SCAN_TYPE_VERSION, BLOB_MOUNTING, REGISTRY_POLICY_SCOPE]")
		}
		key := r.region + "/" + name
		a.account.mu.Lock()
		defer a.account.mu.Unlock()
		if r.action == "PutAccountSetting" {
			if !slices.Contains(values, r.text("value")) {
				return r.fail(http.StatusBadRequest, "InvalidParameterException",
					"Invalid parameter at 'value' failed to satisfy constraint: 'not a value of "+name+"'")
			}
			a.account.settings[key] = r.text("value")
		}
		value := a.account.settings[key]
		if value == "" {
			value = values[0]
		}
		return r.succeed(map[string]string{"name": name, "value": value})
	}
}
