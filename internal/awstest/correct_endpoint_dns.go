// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package awstest

import (
	"net/http"
	"strings"
)

// checkPrivateDNS follows https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateVpcEndpoint.html: "To use a private hosted
// zone, you must set the following VPC attributes to true: enableDnsHostnames and enableDnsSupport." Its text is the one of
// https://docs.aws.amazon.com/guardduty/latest/ug/eks-runtime-monitoring-coverage.html, and that of the conflict, which is between
// endpoints of one service in a VPC, the one of https://github.com/hashicorp/terraform-provider-aws/issues/17535.
func (a *AWS) checkPrivateDNS(next handler, r *request, e *endpoint) *reply {
	if !e.PrivateDNS {
		return nil
	}
	for _, attribute := range []string{"enableDnsSupport", "enableDnsHostnames"} {
		var found struct {
			Support   bool `xml:"enableDnsSupport>value"`
			Hostnames bool `xml:"enableDnsHostnames>value"`
		}
		if failed := r.ask(next, &found, "DescribeVpcAttribute", "VpcId", e.VPC, "Attribute", attribute); failed != nil {
			return failed
		}
		if !found.Support && !found.Hostnames {
			return r.fail(http.StatusBadRequest, "InvalidParameter",
				"Enabling private DNS requires both enableDnsSupport and enableDnsHostnames VPC attributes set to true for "+e.VPC)
		}
	}
	for id := range a.account.endpoints.byID {
		if other := a.standing(r, id); other != nil && other.ID != e.ID && other.VPC == e.VPC && other.PrivateDNS && other.service.PrivateName == e.service.PrivateName {
			return r.fail(http.StatusBadRequest, "InvalidParameter", "private-dns-enabled cannot be set because there is already a conflicting DNS domain for "+
				strings.TrimPrefix(e.service.PrivateName, "*.")+" in the VPC "+e.VPC)
		}
	}
	return nil
}
