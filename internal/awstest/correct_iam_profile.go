// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package awstest

import (
	"bytes"
	"net/http"
	"net/url"
)

// correctInstanceProfile answers for a role that isn't in the instance profile, on which moto breaks.
// https://docs.aws.amazon.com/IAM/latest/APIReference/API_RemoveRoleFromInstanceProfile.html: "NoSuchEntity: The request was
// rejected because it referenced a resource entity that does not exist.".
func (a *AWS) correctInstanceProfile(next handler) handler {
	return func(r *request) *reply {
		if !r.is("iam", "RemoveRoleFromInstanceProfile") {
			return next(r)
		}
		role, profile := r.form.Get("RoleName"), r.form.Get("InstanceProfileName")
		in := next(r.withForm(url.Values{"Action": {"ListInstanceProfilesForRole"}, "Version": r.form["Version"], "RoleName": {role}}))
		if in == nil || in.status != http.StatusOK {
			return in
		}
		if !bytes.Contains(in.body, []byte("<InstanceProfileName>"+profile+"<")) {
			return r.fail(http.StatusNotFound, "NoSuchEntity", "The role "+role+" cannot be found in the instance profile "+profile+".")
		}
		return next(r)
	}
}
