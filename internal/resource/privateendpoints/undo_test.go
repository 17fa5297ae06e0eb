// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package privateendpoints_test

import (
	"testing"

	"github.com/ecrx/terraform-provider-ecrx/internal/acctest"
	"github.com/ecrx/terraform-provider-ecrx/internal/awstest"
	"github.com/ecrx/terraform-provider-ecrx/internal/awstest/lifecycle"
)

// TestUndoThatFails can't remove what a failed create made: what is left is in the state, and the next apply replaces it.
func TestUndoThatFails(t *testing.T) {
	t.Parallel()
	s := newSite(t, awstest.RememberReads())
	for _, c := range []struct {
		name      string
		faults    []awstest.Fault
		services  string // that are left
		group     bool
		alsoTells string
	}{
		{"endpoints", []awstest.Fault{
			{Kind: awstest.AccessDenied, Action: "CreateVpcEndpoint", Call: 2}, {Kind: awstest.AccessDenied, Action: "DeleteVpcEndpoints", Sticky: true},
		}, "two", true, "DeleteVpcEndpoints"},
		{"endpoints whose answers were lost", []awstest.Fault{
			{Kind: awstest.DropAfter, Action: "CreateVpcEndpoint", Sticky: true}, {Kind: awstest.AccessDenied, Action: "DeleteVpcEndpoints", Sticky: true},
		}, "all", true, "DeleteVpcEndpoints"},
		{"the group alone", []awstest.Fault{
			{Kind: awstest.AccessDenied, Action: "CreateVpcEndpoint", Sticky: true}, {Kind: awstest.AccessDenied, Action: "DeleteSecurityGroup", Sticky: true},
		}, "", true, "DeleteSecurityGroup"},
		{"the group without its rules", []awstest.Fault{
			{Kind: awstest.AccessDenied, Action: "AuthorizeSecurityGroupIngress", Sticky: true}, {Kind: awstest.AccessDenied, Action: "DeleteSecurityGroup", Sticky: true},
		}, "", true, "DeleteSecurityGroup"},
		{"endpoints that aren't available", []awstest.Fault{
			{Kind: awstest.AccessDenied, Action: "DeleteVpcEndpoints", Sticky: true}, {Kind: awstest.AccessDenied, Action: "DescribeVpcEndpoints", Call: 3, Sticky: true},
		}, "all", true, "DescribeVpcEndpoints"},
	} {
		s.a.ResetCalls()
		for _, f := range c.faults {
			s.a.Inject(f)
		}
		_, err := s.tf.Apply(t.Context(), config(s.Network, alone(nil)))
		s.a.ClearFaults()
		acctest.ExpectError(t, err, "creating private endpoints ("+s.VPC+"): ")
		acctest.ExpectError(t, err, "removing what was made of private endpoints ("+s.VPC+"): ")
		acctest.ExpectError(t, err, c.alsoTells)
		if s.tf.State == nil || !s.tf.State.Tainted {
			t.Fatalf("%s: what is left isn't in the state", c.name)
		}
		state, live := s.state(), s.live()
		for service, e := range live {
			if got := state.Endpoints[service]; got.ID != *e.VpcEndpointId || !got.Managed {
				t.Errorf("%s: the endpoint of %s is left, and shown as %+v", c.name, service, got)
			}
		}
		if want := map[string]int{"": 0, "two": 2, "all": 3}[c.services]; len(live) != want {
			t.Errorf("%s: there are %q", c.name, s.services())
		}
		if (state.SecurityGroupID != "") != c.group {
			t.Errorf("%s: the group is %q", c.name, state.SecurityGroupID)
		}
		s.plans(alone(nil), lifecycle.Replace)
		if action := s.apply(alone(nil)); action != lifecycle.Replace {
			t.Errorf("%s: the next apply is %s", c.name, action)
		}
		s.destroy()
	}
}
