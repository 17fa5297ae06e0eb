// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package awsapi

import "errors"

var errNotBuilt = errors.New("awsapi: under construction")

// ErrAccountUnknown is what [Clients.Identity] gives under skip_requesting_account_id.
var ErrAccountUnknown = errors.New("the AWS account is unknown, since skip_requesting_account_id is set")

// Error is a failed AWS call.
type Error struct {
	Operation  string // AWS's name of the action, such as "SetRepositoryPolicy"
	Code       string // AWS's error code; "" when no answer of AWS was understood
	Message    string
	RequestID  string
	HTTPStatus int
	Err        error
}

// Error reads well behind "creating ECR repository (x): ".
func (e *Error) Error() string { return e.Message }

// Unwrap gives the SDK's error.
func (e *Error) Unwrap() error { return e.Err }

// IsNotFound says whether err means that the object of the call does not exist.
func IsNotFound(err error) bool { return false }

// IsAccessDenied says whether err means that the caller may not make the call.
func IsAccessDenied(err error) bool { return false }

// IsAlreadyExists says whether err means that an object of that name exists already.
func IsAlreadyExists(err error) bool { return false }

// IsNotEmpty says whether err means that a repository holds images.
func IsNotEmpty(err error) bool { return false }
