// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package awsapi_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ecrx/terraform-provider-ecrx/internal/awsapi"
)

// showing gives an EC2 whose endpoints have these states, one a round, and the last for ever. "": it isn't there, which fails a call
// that asks for it by its id.
func showing(states map[string][]string) *ec2Stub {
	round := 0
	return &ec2Stub{answer: func(c ec2Call) answer {
		byID := c.form.Has("VpcEndpointId.1")
		if byID {
			round++
		}
		var items []string
		for _, id := range []string{"vpce-1", "vpce-2"} {
			if of := states[id]; of != nil {
				if state := of[min(round, len(of))-1]; state != "" {
					name, more, _ := strings.Cut(state, " ")
					items = append(items, endpointItem(id, name, more))
				}
			}
		}
		switch {
		case byID && len(items) < 2:
			return ec2Refusal("InvalidVpcEndpointId.NotFound", "The Vpc Endpoint Id does not exist")
		case items == nil:
			return given(c, "<vpcEndpointSet/>")
		}
		return given(c, endpointSet(items...))
	}}
}

func TestWaitForEndpoints(t *testing.T) {
	t.Parallel()
	const why = " <lastError><code>Rejected</code><message>by the owner</message></lastError>"
	for name, test := range map[string]struct {
		states map[string][]string
		gone   bool
		want   string // of the error
		looks  int
		took   time.Duration
	}{
		"at once":             {states: map[string][]string{"vpce-1": {"available"}, "vpce-2": {"Available"}}, looks: 1},
		"the slower one":      {states: map[string][]string{"vpce-1": {"pending", "available"}, "vpce-2": {"pending", "pendingAcceptance", "pending", "available"}}, looks: 4, took: 7 * time.Second},
		"long":                {states: map[string][]string{"vpce-1": {"pending", "pending", "pending", "pending", "pending", "pending", "available"}, "vpce-2": {"available"}}, looks: 7, took: 31 * time.Second},
		"not seen at first":   {states: map[string][]string{"vpce-1": {"available"}, "vpce-2": {"", "", "available"}}, looks: 3, took: 3 * time.Second},
		"never seen":          {states: map[string][]string{"vpce-1": {"available"}}, want: "InvalidVpcEndpointId.NotFound: The Vpc Endpoint Id 'vpce-2' does not exist (DescribeVpcEndpoints)", looks: 19, took: 127 * time.Second},
		"rejected":            {states: map[string][]string{"vpce-1": {"pending"}, "vpce-2": {"pending", "rejected" + why}}, want: "the VPC endpoint vpce-2 of com.amazonaws.eu-west-1.s3 is rejected: Rejected: by the owner", looks: 2, took: time.Second},
		"both failed":         {states: map[string][]string{"vpce-1": {"failed <failureReason>no room</failureReason>"}, "vpce-2": {"Expired"}}, want: "the VPC endpoint vpce-1 of com.amazonaws.eu-west-1.s3 is failed: no room\nthe VPC endpoint vpce-2 of com.amazonaws.eu-west-1.s3 is expired: EC2 gives no reason", looks: 1},
		"deleted on the way":  {states: map[string][]string{"vpce-1": {"available"}, "vpce-2": {"pending", "deleting"}}, want: "the VPC endpoint vpce-2 of com.amazonaws.eu-west-1.s3 is deleting: EC2 gives no reason", looks: 2, took: time.Second},
		"gone":                {states: map[string][]string{"vpce-1": {"deleting", ""}, "vpce-2": {"deleting", "deleting", "deleted"}}, gone: true, looks: 3, took: 3 * time.Second},
		"gone before":         {gone: true, looks: 1},
		"failed deletion":     {states: map[string][]string{"vpce-1": {"deleting", "failed" + why}}, gone: true, want: "the VPC endpoint vpce-1 of com.amazonaws.eu-west-1.s3 couldn't be deleted: Rejected: by the owner", looks: 2, took: time.Second},
		"failed before, gone": {states: map[string][]string{"vpce-1": {"failed", ""}}, gone: true, looks: 2, took: time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				ec2 := showing(test.states)
				began, c, ids := time.Now(), ec2.clients(), []string{"vpce-1", "vpce-2"}
				var err error
				if test.gone {
					err = c.WaitEndpointsGone(t.Context(), "", ids)
				} else {
					var seen map[string]awsapi.Endpoint
					seen, err = c.WaitEndpoints(t.Context(), "", ids)
					if err == nil && (seen["vpce-1"].State != "available" || seen["vpce-2"].State != "available") {
						t.Errorf("seen %+v", seen)
					}
				}
				if got := fmt.Sprint(err); err != nil && got != test.want || err == nil && test.want != "" {
					t.Errorf("error:\n%s\nwant:\n%s", got, test.want)
				}
				looks := 0
				for _, sent := range ec2.sent("DescribeVpcEndpoints") {
					switch sent {
					case "VpcEndpointId.1=vpce-1 VpcEndpointId.2=vpce-2":
						looks++
					case "": // what a look does when one isn't there
					default:
						t.Errorf("sent %s", sent)
					}
				}
				if took := time.Since(began); looks != test.looks || took != test.took {
					t.Errorf("%d looks in %s, want %d in %s", looks, took, test.looks, test.took)
				}
			})
		})
	}
}

func TestWaitForEndpointsEndsWithTheContext(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := showing(map[string][]string{"vpce-1": {"pending"}, "vpce-2": {"available"}}).clients()
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		seen, err := c.WaitEndpoints(ctx, "", []string{"vpce-1", "vpce-2"})
		if !errors.Is(err, context.DeadlineExceeded) || !strings.Contains(err.Error(), "waiting for VPC endpoints to become available was cut off, with vpce-1 (pending) left") {
			t.Errorf("error: %v", err)
		}
		if len(seen) != 2 || seen["vpce-1"].State != "pending" {
			t.Errorf("seen %+v", seen)
		}
	})
}

func TestDeleteSecurityGroupWaits(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		refusals int
		want     string
		took     time.Duration
	}{
		"free":     {0, "", 0},
		"for some": {3, "", 7 * time.Second},
		"for ever": {1000, "DependencyViolation: resource sg-1 has a dependent object (DeleteSecurityGroup, HTTP 400, request id request-1); EC2 was asked for 2m0s: " +
			"see which network interfaces, or rules of other groups, name sg-1", 2 * time.Minute},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				began := time.Now()
				ec2 := &ec2Stub{answer: func(c ec2Call) answer {
					if c.n <= test.refusals {
						return ec2Refusal("DependencyViolation", "resource sg-1 has a dependent object")
					}
					return ec2Refusal("InvalidGroup.NotFound", "x")
				}}
				err := ec2.clients().DeleteSecurityGroup(t.Context(), "", "sg-1")
				if got := fmt.Sprint(err); err != nil && got != test.want || err == nil && test.want != "" {
					t.Errorf("error: %s", got)
				}
				if took := time.Since(began); took != test.took {
					t.Errorf("took %s, want %s", took, test.took)
				}
			})
		})
	}
}
