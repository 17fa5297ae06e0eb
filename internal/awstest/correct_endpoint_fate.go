// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package awstest

import (
	"bytes"
	"net/http"
	"strings"
)

// EndpointFate makes new interface endpoints of a service whose name ends in suffix, such as "ecr.dkr", end up in a state other than
// available, such as "rejected" or "failed", with an error of that code and message.
// https://docs.aws.amazon.com/vpc/latest/privatelink/concepts.html (Endpoint states): "Rejected - The service provider rejected the
// connection request. … Failed - …"; https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_VpcEndpoint.html: "lastError: The last
// error that occurred for endpoint.".
func EndpointFate(suffix, state, code, message string) Option {
	return func(s *settings) { s.endpointFate = endpointFate{suffix, state, endpointError{code, message}} }
}

type endpointFate struct {
	suffix, state string
	err           endpointError
}

type endpointError struct {
	Code    string `xml:"code"`
	Message string `xml:"message"`
}

// settle gives a pending endpoint the state that it ends up in.
func (e *endpoint) settle(fate endpointFate) {
	e.State = "available"
	if fate.suffix != "" && strings.HasSuffix(e.Service, "."+fate.suffix) {
		e.State, e.LastError = fate.state, &fate.err
	}
}

// SharedVPC makes the account's VPCs those of another account, which shares their subnets with it.
// https://docs.aws.amazon.com/vpc/latest/userguide/vpc-sharing.html: "VPC sharing allows multiple AWS accounts to create their
// application resources … in shared, centrally-managed virtual private clouds".
func SharedVPC(owner string) Option { return func(s *settings) { s.vpcOwner = owner } }

func (a *AWS) correctSharedVPC(next handler) handler {
	return func(r *request) *reply {
		answer := next(r)
		if a.config.vpcOwner == "" || !r.is("ec2", "DescribeVpcs") || answer == nil || answer.status != http.StatusOK {
			return answer
		}
		shared := *answer
		shared.body = bytes.ReplaceAll(answer.body, []byte("<ownerId>"+a.account.id), []byte("<ownerId>"+a.config.vpcOwner))
		return &shared
	}
}
