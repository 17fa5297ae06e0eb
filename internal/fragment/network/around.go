// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package network

import (
	"context"
	"maps"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/ecrx/terraform-provider-ecrx/internal/awsapi"
	"github.com/ecrx/terraform-provider-ecrx/internal/pattern"
)

// ReadAround reads into a network what endpoints of it stand in: the security groups that they have, beside those to look at, and the
// subnets that weren't read before. It is a second round trip, since the endpoints have to be known. What may not be read stays as it
// is, as in Read; security groups are nil then.
//
// The calls are DescribeSecurityGroups, and DescribeSubnets where an endpoint is in another subnet than those of the look.
func ReadAround(ctx context.Context, clients *awsapi.Clients, look Look, endpoints []pattern.VPCEndpoint, n *pattern.Network, diags *diag.Diagnostics) {
	groups := slices.Clone(look.SecurityGroupIDs)
	var subnets []string
	for _, e := range endpoints {
		groups = append(groups, e.SecurityGroupIDs...)
		for _, id := range e.SubnetIDs {
			if _, read := n.Subnets[id]; !read && n.Subnets != nil {
				subnets = append(subnets, id)
			}
		}
	}
	n.SecurityGroups = nil
	r := &reading{vpcID: look.VPCID, diags: diags}
	r.read("security groups of VPC", func() error {
		found, err := clients.SecurityGroups(ctx, look.Region, groups)
		if err == nil {
			n.SecurityGroups = converted(found, SecurityGroup)
		}
		return err
	})
	r.read("subnets of VPC", func() error {
		found, err := clients.Subnets(ctx, look.Region, subnets)
		if err == nil && n.Subnets != nil {
			maps.Copy(n.Subnets, converted(found, func(s awsapi.Subnet) pattern.Subnet { return pattern.Subnet(s) }))
		}
		return err
	})
	r.wait()
}
