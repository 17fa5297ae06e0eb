// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package awstest

import (
	"bytes"
	"net/http"
)

// correctSubnets unwraps the state of a subnet's IPv6 block, which moto writes as Python does.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_SubnetCidrBlockState.html: "state: The state of a CIDR block. Type:
// String. Valid Values: associating | associated | …".
func (a *AWS) correctSubnets(next handler) handler {
	return func(r *request) *reply {
		answer := next(r)
		if !r.is("ec2", "DescribeSubnets", "CreateSubnet") || answer == nil || answer.status != http.StatusOK {
			return answer
		}
		corrected := *answer
		corrected.body = bytes.ReplaceAll(answer.body, []byte("<state>{'State': 'associated'}</state>"), []byte("<state>associated</state>"))
		return &corrected
	}
}
