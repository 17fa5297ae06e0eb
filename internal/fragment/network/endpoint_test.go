// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package network_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ecrx/terraform-provider-ecrx/internal/awsapi"
	"github.com/ecrx/terraform-provider-ecrx/internal/fragment/network"
	"github.com/ecrx/terraform-provider-ecrx/internal/pattern"
)

// TestEndpoint has each field that patterns look at.
func TestEndpoint(t *testing.T) {
	t.Parallel()
	got := network.Endpoint(&awsapi.Endpoint{
		ID: "vpce-01", ServiceName: "com.amazonaws.eu-west-1.ecr.api", Type: "Interface", State: "failed", LastError: "Other: no room",
		SubnetIDs: []string{"subnet-01"}, SecurityGroupIDs: []string{"sg-01"}, RouteTableIDs: []string{"rtb-01"}, PrivateDNS: true,
		IPAddressType: "dualstack", Policy: "{}", RequesterManaged: true, Tags: map[string]string{network.MarkTag: "x"},
	})
	want := pattern.VPCEndpoint{
		ID: "vpce-01", ServiceName: "com.amazonaws.eu-west-1.ecr.api", Type: "Interface", State: "failed", LastError: "Other: no room",
		SubnetIDs: []string{"subnet-01"}, SecurityGroupIDs: []string{"sg-01"}, RouteTableIDs: []string{"rtb-01"}, PrivateDNS: true,
		IPAddressType: "dualstack", Policy: "{}", RequesterManaged: true, Marked: true,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
