// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package privateendpoints_test

import (
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/ecrx/terraform-provider-ecrx/internal/acctest"
	"github.com/ecrx/terraform-provider-ecrx/internal/awstest"
	"github.com/ecrx/terraform-provider-ecrx/internal/awstest/lifecycle"
)

// TestWaits applies while EC2 takes its time: an apply ends when the endpoints can be used, and a destroy when they are gone.
func TestWaits(t *testing.T) {
	t.Parallel()
	s := newSite(t, awstest.EndpointReads(3))
	s.apply(alone(nil))
	for service, e := range s.state().Endpoints {
		if e.State != "available" {
			t.Errorf("after the create %s is %s", service, e.State)
		}
	}
	s.apply(alone(map[string]any{"subnet_ids": s.Subnets[:1]}))
	for service, e := range s.state().Endpoints {
		if e.State != "available" {
			t.Errorf("after the update %s is %s", service, e.State)
		}
	}
	if _, err := s.tf.Apply(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	gone(t, s.a) // the group, too, which EC2 keeps while endpoints have it
}

// withFate gives a Terraform for the same account, in which new endpoints of a service end up in that state.
func withFate(s *site, service, state string) *lifecycle.Terraform {
	a := awstest.New(s.t, awstest.InAccountOf(s.a), awstest.RememberReads(), fewServices(), awstest.EndpointFate(service, state, "InsufficientFreeAddressesInSubnet", "There are no addresses."))
	return acctest.Core(a, resourceType, nil)
}

// TestFailedEndpoints reports EC2's reason, and leaves nothing of a create, and of an update what was there.
func TestFailedEndpoints(t *testing.T) {
	t.Parallel()
	s := newSite(t, awstest.RememberReads())
	for _, state := range []string{"failed", "rejected", "expired"} {
		tf := withFate(s, "ecr.dkr", state)
		_, err := tf.Apply(t.Context(), config(s.Network, alone(nil)))
		expectOneError(t, err, ": creating private endpoints ("+s.VPC+"): ", "of com.amazonaws.eu-west-1.ecr.dkr is "+state+": InsufficientFreeAddressesInSubnet: There are no addresses.")
		if tf.State != nil {
			t.Errorf("%s: the state is %s", state, tf.State.Attributes)
		}
		gone(t, s.a)
	}

	// An update keeps what it made, and the next one makes it again.
	s.apply(alone(nil))
	tf := withFate(s, "logs", "failed")
	tf.State = s.tf.State
	_, err := tf.Apply(t.Context(), config(s.Network, nil))
	expectOneError(t, err, ": updating private endpoints ("+s.VPC+"): ", "of com.amazonaws.eu-west-1.logs is failed: ")
	s.tf.State = tf.State
	if got := s.state().Endpoints["logs"]; got.State != "failed" || !got.Managed {
		t.Errorf("it is shown as %+v", got)
	}
	s.plans(nil, lifecycle.Update)
	s.a.ResetCalls()
	s.apply(nil)
	if writes := acctest.Writes(s.a); !slices.Equal(writes, []string{"DeleteVpcEndpoints", "CreateVpcEndpoint"}) {
		t.Errorf("the calls are %q", writes)
	}
	if got := s.services(); got != "ecr.api ecr.dkr logs s3" {
		t.Errorf("there are %q", got)
	}
	s.destroy()
}

// soon is long enough for the calls before a wait, on a machine that does other work too.
const soon = "6s"

// TestTimeouts ends a wait when the configuration says so.
func TestTimeouts(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	slow := awstest.New(t, awstest.InAccountOf(s.a), fewServices(), awstest.EndpointReads(1_000_000))
	tf := acctest.Core(slow, resourceType, nil)
	with := func(operation, timeout string, over map[string]any) map[string]any {
		all := alone(over)
		maps.Copy(all, map[string]any{"timeouts": map[string]any{operation: timeout}})
		return config(s.Network, all)
	}
	ends := func(what string, config map[string]any) error {
		t.Helper()
		began := time.Now()
		_, err := tf.Apply(t.Context(), config)
		if took := time.Since(began); took > 20*time.Second {
			t.Errorf("%s takes %s", what, took)
		}
		return err
	}
	s.apply(alone(map[string]any{"exclude": []string{"ecr.api"}}))
	tf.State = s.tf.State
	err := ends("the update", with("update", soon, nil))
	expectOneError(t, err, ": updating private endpoints ("+s.VPC+"): ", "waiting for VPC endpoints to become available", "The operation took longer than its timeout.")
	s.tf.State = tf.State
	if got := s.state().Endpoints["ecr.api"]; got.State != "pending" || !got.Managed {
		t.Errorf("it is shown as %+v", got)
	}
	s.apply(alone(map[string]any{"timeouts": map[string]any{"delete": soon}}))
	tf.State = s.tf.State
	err = ends("the destruction", nil)
	expectOneError(t, err, ": deleting private endpoints ("+s.VPC+"): ", "waiting for VPC endpoints to be gone", "The operation took longer than its timeout.")
	if tf.State == nil {
		t.Error("there is no state, though the endpoints are still being deleted, and the group is there")
	}
	tf.State = nil
	err = ends("a create", with("create", soon, nil))
	acctest.ExpectError(t, err, "The operation took longer than its timeout.")
}
