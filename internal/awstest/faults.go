// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package awstest

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
)

// FaultKind is a way in which a call to AWS fails.
type FaultKind string

const (
	// AccessDenied is the answer of an AWS that doesn't let the caller do it.
	AccessDenied FaultKind = "AccessDenied"
	// Throttling is the answer to a caller that is too quick. SDKs try again.
	Throttling FaultKind = "Throttling"
	// ServerError is HTTP 500. SDKs try again.
	ServerError FaultKind = "ServerError"
	// DropBefore cuts the connection before the call reached AWS. SDKs try again.
	DropBefore FaultKind = "DropBefore"
	// DropAfter cuts the connection after the call took effect: the answer is lost. SDKs try again.
	DropAfter FaultKind = "DropAfter"
)

// FaultKinds gives all kinds.
func FaultKinds() []FaultKind {
	return []FaultKind{AccessDenied, Throttling, ServerError, DropBefore, DropAfter}
}

// Fault makes one call fail, or several. Action and Call say which; with neither it is the next call.
type Fault struct {
	Kind FaultKind
	// Action is the API action, "SetRepositoryPolicy" or "ecr:SetRepositoryPolicy"; empty: any.
	Action string
	// Call is the number of the call since ResetCalls, from 1, among the calls of Action if that is set; 0: the next.
	Call int
	// Sticky keeps the fault for every later call that matches, until ClearFaults.
	Sticky bool
}

// Inject adds a fault. Of several faults for one call the first added wins.
func (a *AWS) Inject(f Fault) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.faults = append(a.faults, &f)
}

// ClearFaults removes all faults.
func (a *AWS) ClearFaults() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.faults = nil
}

// faultFor gives the kind of fault for the last recorded call, "" for none. a.mu is held.
func (a *AWS) faultFor(last Call) FaultKind {
	for i, f := range a.faults {
		if f.Action != "" && !names(f.Action, last) {
			continue
		}
		n := 0
		for _, c := range a.calls {
			if f.Action == "" || names(f.Action, *c) {
				n++
			}
		}
		if f.Call != 0 && n != f.Call && (!f.Sticky || n < f.Call) {
			continue
		}
		if !f.Sticky {
			a.faults = slices.Delete(a.faults, i, i+1)
		}
		return f.Kind
	}
	return ""
}

func names(action string, c Call) bool {
	return strings.EqualFold(action, c.Action) || strings.EqualFold(action, c.Service+":"+c.Action)
}

// faulted answers the call with the fault, or hands it on.
func (a *AWS) faulted(kind FaultKind, req *request) *reply {
	switch kind {
	case AccessDenied:
		return a.deny(req)
	case Throttling:
		return throttle(req)
	case ServerError:
		return serverError(req)
	case DropBefore:
		return nil
	case DropAfter:
		a.handle(req)
		return nil
	}
	return a.handle(req)
}

// deny follows https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html and, for EC2,
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html.
func (a *AWS) deny(req *request) *reply {
	if req.service == "ec2" {
		return req.fail(http.StatusForbidden, "UnauthorizedOperation", "You are not authorized to perform this operation.")
	}
	message := fmt.Sprintf("User: arn:aws:iam::%s:user/awstest is not authorized to perform: %s:%s "+
		"because no identity-based policy allows the %[2]s:%[3]s action", a.AccountID, req.service, req.action)
	if req.form != nil {
		return req.fail(http.StatusForbidden, "AccessDenied", message)
	}
	return req.fail(http.StatusBadRequest, "AccessDeniedException", message)
}

// throttle follows https://docs.aws.amazon.com/AmazonECR/latest/userguide/common-errors-docker.html,
// https://docs.aws.amazon.com/organizations/latest/APIReference/API_DescribeOrganizationalUnit.html,
// https://docs.aws.amazon.com/IAM/latest/APIReference/CommonErrors.html and, for EC2,
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html.
func throttle(req *request) *reply {
	switch {
	case req.service == "ec2":
		return req.fail(http.StatusServiceUnavailable, "RequestLimitExceeded", "Request limit exceeded.")
	case req.service == "organizations":
		return req.fail(http.StatusBadRequest, "TooManyRequestsException", "You have sent too many requests in too short a period of time.")
	case req.form != nil:
		return req.fail(http.StatusBadRequest, "Throttling", "Rate exceeded")
	}
	return req.fail(http.StatusBadRequest, "ThrottlingException", "Rate exceeded")
}

// serverError follows https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_CreateRepository.html (Errors) and
// its like of the other services.
func serverError(req *request) *reply {
	code, message := "InternalFailure", "The request processing has failed because of an unknown error, exception or failure."
	switch req.service {
	case "ecr":
		code, message = "ServerException", "These errors are usually caused by a server-side issue."
	case "ec2":
		code, message = "InternalError", "An internal error has occurred."
	case "iam":
		code = "ServiceFailure"
	case "organizations":
		code, message = "ServiceException", "AWS Organizations can't complete your request because of an internal service error. Try again later."
	}
	return req.fail(http.StatusInternalServerError, code, message)
}
