// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package privateendpoints_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/ecrx/terraform-provider-ecrx/internal/acctest"
	"github.com/ecrx/terraform-provider-ecrx/internal/awstest"
	"github.com/ecrx/terraform-provider-ecrx/internal/awstest/lifecycle"
)

const (
	plainServices = "ecr.api ecr.dkr logs s3"
	fipsServices  = "ecr-fips.api ecr-fips.dkr logs s3"
	bothServices  = "ecr-fips.api ecr-fips.dkr ecr.api ecr.dkr logs s3"
)

func fips(on bool) map[string]any { return map[string]any{"fips": on} }

// TestFIPS goes to the endpoints with FIPS cryptography and back: new ones come before the old ones go, and only where there are such.
func TestFIPS(t *testing.T) {
	t.Parallel()
	s := newSite(t, awstest.InRegion("us-east-1"), awstest.RememberReads())
	s.apply(nil)
	for on, want := range map[bool]string{true: fipsServices, false: plainServices} {
		s.apply(fips(!on))
		before := s.live()
		s.plans(fips(on), lifecycle.Update)
		s.a.ResetCalls()
		s.apply(fips(on))
		if got := acctest.Writes(s.a); !slices.Equal(got, []string{"CreateVpcEndpoint", "CreateVpcEndpoint", "DeleteVpcEndpoints"}) {
			t.Errorf("to fips = %t the calls are %q", on, got)
		}
		after := s.live()
		if got := s.services(); got != want {
			t.Errorf("with fips = %t there are %q, want %q", on, got, want)
		}
		for _, service := range []string{"logs", "s3"} {
			if *before[service].VpcEndpointId != *after[service].VpcEndpointId {
				t.Errorf("to fips = %t the endpoint of %s is another", on, service)
			}
		}
		if name := s.state().Endpoints["ecr.dkr"].ServiceName; strings.Contains(name, "fips") != on {
			t.Errorf("with fips = %t it is shown as %s", on, name)
		}
	}
	s.destroy()
}

// TestFIPSInterrupted can't delete the old endpoints: those and the new ones are in the state, and whatever is applied next, it comes out.
func TestFIPSInterrupted(t *testing.T) {
	t.Parallel()
	s := newSite(t, awstest.InRegion("us-east-1"), awstest.RememberReads())
	for _, from := range []bool{false, true} {
		for name, next := range map[string]map[string]any{"on": fips(!from), "back": fips(from), "neither": {"compute": []string{"fargate_1_3"}, "fips": from}} {
			s.apply(fips(from))
			s.a.Inject(awstest.Fault{Kind: awstest.AccessDenied, Action: "DeleteVpcEndpoints", Sticky: true})
			_, err := s.tf.Apply(t.Context(), config(s.Network, fips(!from)))
			acctest.ExpectError(t, err, "updating private endpoints ("+s.VPC+")")
			s.a.ClearFaults()
			if got := s.services(); got != bothServices {
				t.Errorf("there are %q, want %q", got, bothServices)
			}
			ids := map[string]bool{}
			for _, e := range s.state().Endpoints {
				ids[e.ID] = e.Managed
			}
			for service, e := range s.live() {
				if !ids[*e.VpcEndpointId] {
					t.Errorf("the endpoint of %s isn't in the state", service)
				}
			}
			s.a.ResetCalls()
			s.apply(next)
			if writes := acctest.Writes(s.a); !slices.Equal(writes, []string{"DeleteVpcEndpoints"}) {
				t.Errorf("from fips = %t, %s: the calls are %q", from, name, writes)
			}
		}
	}
	s.apply(fips(false))
	s.a.Inject(awstest.Fault{Kind: awstest.AccessDenied, Action: "DeleteVpcEndpoints"})
	_, err := s.tf.Apply(t.Context(), config(s.Network, fips(true)))
	acctest.ExpectError(t, err, "updating private endpoints ("+s.VPC+")")
	s.destroy()
}

// TestFIPSAfterTheOldAreGone fails when the old endpoints are deleted already: going back makes them again.
func TestFIPSAfterTheOldAreGone(t *testing.T) {
	t.Parallel()
	s := newSite(t, awstest.InRegion("us-east-1"), awstest.RememberReads())
	for _, from := range []bool{false, true} {
		with := func(on bool, cidr string) map[string]any {
			return map[string]any{"fips": on, "security_group": map[string]any{"ingress_cidr_blocks": []string{cidr}}}
		}
		s.apply(with(from, "10.0.0.0/16"))
		s.a.Inject(awstest.Fault{Kind: awstest.AccessDenied, Action: "RevokeSecurityGroupIngress"})
		_, err := s.tf.Apply(t.Context(), config(s.Network, with(!from, "10.0.0.0/24")))
		acctest.ExpectError(t, err, "RevokeSecurityGroupIngress")
		s.apply(with(from, "10.0.0.0/16"))
		if got, want := s.services(), map[bool]string{true: fipsServices, false: plainServices}[from]; got != want {
			t.Errorf("there are %q, want %q", got, want)
		}
	}
	s.destroy()
}

// TestFIPSReplacesReused uses no endpoint of others without FIPS cryptography when that is asked for, and the other way round.
func TestFIPSReplacesReused(t *testing.T) {
	t.Parallel()
	s := newSite(t, awstest.InRegion("us-east-1"), awstest.RememberReads())
	plain := other(t, s.a, s.Network, "ecr.dkr")
	s.apply(reuse(nil))
	s.expectManaged("ecr.api s3")
	s.apply(reuse(fips(true)))
	s.expectManaged("ecr.api ecr.dkr s3")
	if got := s.services(); got != "ecr-fips.api ecr-fips.dkr ecr.dkr s3" {
		t.Errorf("there are %q", got)
	}
	s.apply(reuse(nil))
	if got := s.state().Endpoints["ecr.dkr"]; got.ID != plain || got.Managed {
		t.Errorf("it is shown as %+v", got)
	}
}

// TestFIPSImported takes over those of others' endpoints that are of the kind that the configuration says; the other kind stays theirs.
func TestFIPSImported(t *testing.T) {
	t.Parallel()
	for _, on := range []bool{false, true} {
		s := newSite(t, awstest.InRegion("us-east-1"), awstest.RememberReads())
		for _, service := range []string{"ecr.api", "ecr-fips.dkr", "s3"} {
			other(t, s.a, s.Network, service)
		}
		if err := s.tf.Import(t.Context(), s.VPC); err != nil {
			t.Fatal(err)
		}
		over := maps.Clone(fips(on))
		maps.Copy(over, map[string]any{"security_group": nil, "security_group_ids": []string{s.Group}})
		s.apply(alone(over))
		s.expectManaged("ecr.api ecr.dkr s3")
		for service, e := range s.state().Endpoints {
			if service != "s3" && strings.Contains(e.ServiceName, "fips") != on {
				t.Errorf("with fips = %t that of %s is %s", on, service, e.ServiceName)
			}
		}
		if _, err := s.tf.Apply(t.Context(), nil); err != nil {
			t.Fatal(err)
		}
		if got, want := s.services(), map[bool]string{true: "ecr.api", false: "ecr-fips.dkr"}[on]; got != want {
			t.Errorf("there are %q, want %q", got, want)
		}
	}
}
