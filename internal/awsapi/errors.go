// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package awsapi

import (
	"errors"
	"fmt"
	"net"
	"slices"
	"strings"

	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/smithy-go"
)

// Error is a failed call to AWS.
type Error struct {
	Service    string // as in an IAM action: "ecr"
	Operation  string // "SetRepositoryPolicy"
	Code       string // "InvalidParameterException"; "" when there was no answer, or none that AWS's API gives
	Message    string // AWS's message, or what happened instead
	RequestID  string
	HTTPStatus int // 0 when there was no answer
	Err        error
}

// Error reads well behind "creating ECR repository (team/app): ".
func (e *Error) Error() string {
	var b strings.Builder
	if e.Code != "" {
		b.WriteString(e.Code + ": ")
	}
	b.WriteString(e.Message)
	b.WriteString(" (" + e.Operation)
	if e.HTTPStatus != 0 {
		fmt.Fprintf(&b, ", HTTP %d", e.HTTPStatus)
	}
	if e.RequestID != "" {
		b.WriteString(", request id " + e.RequestID)
	}
	b.WriteString(")")
	if IsAccessDenied(e) {
		denies := "the repository or the organization"
		if e.Service == "iam" || e.Service == "ec2" {
			denies = "the organization"
		}
		fmt.Fprintf(&b, "; the caller needs %s:%s, and no policy of %s may deny it", e.Service, e.Operation, denies)
	}
	return b.String()
}

// Unwrap gives the SDK's error.
func (e *Error) Unwrap() error { return e.Err }

// newError reads the SDK's error.
func newError(err error) *Error {
	if known, ok := errors.AsType[*Error](err); ok {
		return known
	}
	e := &Error{Err: err, Message: err.Error()}
	if operation, ok := errors.AsType[*smithy.OperationError](err); ok {
		e.Service, e.Operation = strings.ToLower(operation.ServiceID), operation.OperationName
		e.Message = operation.Err.Error()
	}
	if response, ok := errors.AsType[*awshttp.ResponseError](err); ok {
		e.RequestID, e.HTTPStatus = response.RequestID, response.HTTPStatusCode()
	}
	if api, ok := errors.AsType[smithy.APIError](err); ok && api.ErrorCode() != "" && api.ErrorCode() != "UnknownError" {
		e.Code, e.Message = api.ErrorCode(), api.ErrorMessage()
	} else if answer, ok := errors.AsType[*undocumented](err); ok {
		e.Message = answer.Error() + "; is there a proxy or an endpoint between?"
	} else if e.HTTPStatus != 0 {
		e.Message = "an answer that is not AWS's; is there a proxy or an endpoint between?"
	}
	return e
}

// mayHaveReachedAWS says whether the call may have had its effect, although it failed: the answer was lost, or was a
// server's error. A refused call (4xx) and a connection that never stood had none.
func mayHaveReachedAWS(err error) bool {
	e, ok := errors.AsType[*Error](err)
	if !ok {
		return false
	}
	if IsUnreachable(err) {
		return false
	}
	return e.HTTPStatus == 0 || e.HTTPStatus >= 500 || e.HTTPStatus < 300
}

// IsUnreachable says whether err means that no connection to AWS could be made at all.
func IsUnreachable(err error) bool {
	op, ok := errors.AsType[*net.OpError](err)
	return ok && op.Op == "dial"
}

// IsNotFound says whether err means that the object of the call does not exist.
func IsNotFound(err error) bool {
	return hasCode(err, codeRepositoryNotFound, codePolicyNotFound, codeLifecyclePolicyNotFound,
		"RegistryPolicyNotFoundException", "OrganizationalUnitNotFoundException", "ChildNotFoundException", "ParentNotFoundException",
		codeNoSuchEntity, codeVPCNotFound, codeSubnetNotFound, codeRouteTableNotFound, codeGroupNotFound, codeEndpointNotFound, codeEndpointNotFoundToo)
}

// IsAccessDenied says whether err means that the caller may not make the call.
func IsAccessDenied(err error) bool {
	return hasCode(err, "AccessDeniedException", "AccessDenied", "UnauthorizedOperation", "BlockedByOrganizationPolicyException")
}

// IsAlreadyExists says whether err means that an object of that name exists already.
func IsAlreadyExists(err error) bool {
	return hasCode(err, "RepositoryAlreadyExistsException", "EntityAlreadyExists", "InvalidGroup.Duplicate")
}

// unsettled is a failed create that may have made its object, which can't be looked up.
type unsettled struct{ cause, look error }

func (e *unsettled) Error() string {
	return e.cause.Error() + "; whether it was created isn't known, since it can't be read: " + e.look.Error()
}

func (e *unsettled) Unwrap() []error { return []error{e.cause, e.look} }

// MayExist says whether err, of a create, leaves open whether the object was made: its answer was lost, and it can't be looked up.
func MayExist(err error) bool {
	_, ok := errors.AsType[*unsettled](err)
	return ok
}

// IsNotEmpty says whether err means that the repository holds images, or the role policies, and can't be deleted without force.
func IsNotEmpty(err error) bool {
	return hasCode(err, "RepositoryNotEmptyException", codeDeleteConflict)
}

const (
	codeRepositoryNotFound      = "RepositoryNotFoundException"
	codePolicyNotFound          = "RepositoryPolicyNotFoundException"
	codeLifecyclePolicyNotFound = "LifecyclePolicyNotFoundException"
	codeInvalidParameter        = "InvalidParameterException"
	codeNoSuchEntity            = "NoSuchEntity"
	codeDeleteConflict          = "DeleteConflict"
)

// The codes of EC2: https://docs.aws.amazon.com/ec2/latest/devguide/errors-overview.html. For endpoints it lists two.
const (
	codeVPCNotFound         = "InvalidVpcID.NotFound"         // "The vpc ID 'vpc-1a2b3c4d' does not exist"
	codeSubnetNotFound      = "InvalidSubnetID.NotFound"      // "The subnet ID 'subnet-1a2b3c4d' does not exist"
	codeRouteTableNotFound  = "InvalidRouteTableID.NotFound"  // "The routeTable ID 'rtb-1a2b3c4d' does not exist"
	codeGroupNotFound       = "InvalidGroup.NotFound"         // "The security group 'sg-1a2b3c4d' does not exist"
	codeEndpointNotFound    = "InvalidVpcEndpointId.NotFound" // "The Vpc Endpoint Id 'vpce-1a2b3c4d' does not exist"
	codeEndpointNotFoundToo = "InvalidVpcEndpoint.NotFound"
	codePermissionDuplicate = "InvalidPermission.Duplicate" // "the specified rule "peer: 10.0.0.0/16, TCP, from port: 443, to port: 443, ALLOW" already exists"
	codePermissionNotFound  = "InvalidPermission.NotFound"  // "The specified rule does not exist in this security group."
)

func hasCode(err error, codes ...string) bool {
	e, ok := errors.AsType[*Error](err)
	return ok && slices.Contains(codes, e.Code)
}
