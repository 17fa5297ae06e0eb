// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package awsapi

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

// NewEndpoint is an endpoint to create. Without SecurityGroupIDs an interface endpoint gets the VPC's default group; an empty Policy
// allows everything, and an empty IPAddressType leaves the choice to EC2.
type NewEndpoint struct {
	VPCID, ServiceName string
	Type               string   // InterfaceEndpoint or GatewayEndpoint
	SubnetIDs          []string // of an interface endpoint, one for each zone
	SecurityGroupIDs   []string // of an interface endpoint
	RouteTableIDs      []string // of a gateway endpoint
	PrivateDNS         bool     // of an interface endpoint
	Policy             string   // JSON
	IPAddressType      string   // "ipv4", "dualstack" or "ipv6"
	Tags               map[string]string
}

// CreateEndpoint creates an endpoint, and gives it in its first state: an interface endpoint is pending ([Clients.WaitEndpoints]).
//
// The token, of at most 64 ASCII characters, is the caller's for this endpoint alone: EC2 gives the same endpoint again for it. So
// an answer that was lost is asked for again, at the end of the attempts and also after the end of ctx, within a minute. An error
// therefore means that there is no endpoint, unless it says that this isn't known. A security group that EC2 doesn't know yet is
// waited for.
// See https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateVpcEndpoint.html and
// https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-idempotency.html.
func (c *Clients) CreateEndpoint(ctx context.Context, region, token string, in NewEndpoint) (Endpoint, error) {
	region, err := c.regionOf(region)
	if err != nil {
		return Endpoint{}, err
	}
	options, err := c.ec2Options(ctx, region)
	if err != nil {
		return Endpoint{}, err
	}
	patience := c.patience(options.Retryer)
	lost := false
	for {
		if ctx.Err() != nil && !lost {
			return Endpoint{}, context.Cause(ctx)
		}
		endpoint, err := c.createEndpointOnce(ctx, region, in.input(token), ec2OnlyOnce)
		if err == nil {
			return endpoint, nil
		}
		lost = lost || mayHaveReachedAWS(err)
		final := patience.wait(ctx, err, len(in.SecurityGroupIDs) > 0)
		switch {
		case final == nil:
			continue
		case !lost:
			return Endpoint{}, final
		}
		endpoint, err = c.createEndpointOnce(ctx, region, in.input(token))
		if err != nil {
			return Endpoint{}, &unsettled{fmt.Errorf("the endpoint of %s: %w", in.ServiceName, final), err}
		}
		return endpoint, nil
	}
}

func (c *Clients) createEndpointOnce(ctx context.Context, region string, input *ec2.CreateVpcEndpointInput, options ...func(*ec2.Options)) (Endpoint, error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), createTimeout)
	defer cancel()
	var endpoint Endpoint
	err := c.ec2Call(ctx, region, func(client *ec2.Client) error {
		out, err := client.CreateVpcEndpoint(ctx, input, options...)
		if err == nil {
			endpoint = newEndpoint(orEmpty(out.VpcEndpoint), region)
		}
		return err
	})
	return endpoint, err
}

func (in NewEndpoint) input(token string) *ec2.CreateVpcEndpointInput {
	input := &ec2.CreateVpcEndpointInput{
		ClientToken:       &token,
		VpcId:             &in.VPCID,
		ServiceName:       &in.ServiceName,
		VpcEndpointType:   types.VpcEndpointType(in.Type),
		SubnetIds:         in.SubnetIDs,
		SecurityGroupIds:  in.SecurityGroupIDs,
		RouteTableIds:     in.RouteTableIDs,
		PolicyDocument:    optional(in.Policy),
		IpAddressType:     types.IpAddressType(in.IPAddressType),
		TagSpecifications: taggedAs(types.ResourceTypeVpcEndpoint, in.Tags),
	}
	if in.Type == InterfaceEndpoint {
		input.PrivateDnsEnabled = &in.PrivateDNS // without it EC2 sets it: https://github.com/hashicorp/terraform-provider-aws/issues/37694
	}
	return input
}

// EndpointChange is what to change of an endpoint; its zero value is nothing.
type EndpointChange struct {
	AddSubnetIDs, RemoveSubnetIDs               []string
	AddSecurityGroupIDs, RemoveSecurityGroupIDs []string
	AddRouteTableIDs, RemoveRouteTableIDs       []string
	Policy                                      *string // JSON; "": the default, which allows everything
	PrivateDNS                                  *bool
	IPAddressType                               string // "": stays
}

// ModifyEndpoint changes an endpoint in one call. An interface endpoint is pending again after that ([Clients.WaitEndpoints]). Without
// anything to change it makes no call. When a subnet, a group or a route table isn't there, the error is [IsNotFound] too.
// See https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyVpcEndpoint.html.
func (c *Clients) ModifyEndpoint(ctx context.Context, region, id string, change EndpointChange) error {
	ids := len(change.AddSubnetIDs) + len(change.RemoveSubnetIDs) + len(change.AddSecurityGroupIDs) + len(change.RemoveSecurityGroupIDs) +
		len(change.AddRouteTableIDs) + len(change.RemoveRouteTableIDs)
	if ids == 0 && change.Policy == nil && change.PrivateDNS == nil && change.IPAddressType == "" {
		return nil
	}
	input := &ec2.ModifyVpcEndpointInput{
		VpcEndpointId:          &id,
		AddSubnetIds:           change.AddSubnetIDs,
		RemoveSubnetIds:        change.RemoveSubnetIDs,
		AddSecurityGroupIds:    change.AddSecurityGroupIDs,
		RemoveSecurityGroupIds: change.RemoveSecurityGroupIDs,
		AddRouteTableIds:       change.AddRouteTableIDs,
		RemoveRouteTableIds:    change.RemoveRouteTableIDs,
		PrivateDnsEnabled:      change.PrivateDNS,
		IpAddressType:          types.IpAddressType(change.IPAddressType),
	}
	if change.Policy != nil && *change.Policy == "" {
		input.ResetPolicy = aws.Bool(true)
	} else {
		input.PolicyDocument = change.Policy
	}
	return c.ec2Write(ctx, region, len(change.AddSecurityGroupIDs) > 0, func(client *ec2.Client) error {
		_, err := client.ModifyVpcEndpoint(ctx, input)
		return err
	})
}

// DeleteEndpoints deletes endpoints in one call, which only begins it ([Clients.WaitEndpointsGone]). One that isn't there is no
// error; the others' are joined, each with its id. Without ids it makes no call.
// See https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteVpcEndpoints.html.
func (c *Clients) DeleteEndpoints(ctx context.Context, region string, ids []string) error {
	if len(ids) == 0 {
		return nil
	}
	var unsuccessful []types.UnsuccessfulItem
	err := c.ec2Call(ctx, region, func(client *ec2.Client) error {
		out, err := client.DeleteVpcEndpoints(ctx, &ec2.DeleteVpcEndpointsInput{VpcEndpointIds: ids})
		if err == nil {
			unsuccessful = out.Unsuccessful
		}
		return err
	})
	if isUndocumented(err) || len(ids) == 1 {
		err = deleted(err, func() (bool, error) {
			left, err := c.EndpointsByID(ctx, region, ids)
			return slices.ContainsFunc(left, func(e Endpoint) bool { return e.State != EndpointDeleting }), err
		})
	}
	if err != nil {
		return err
	}
	var errs []error
	for _, item := range unsuccessful {
		refusal := &Error{Service: "ec2", Operation: "DeleteVpcEndpoints", Message: "no reason given"}
		if item.Error != nil {
			refusal.Code, refusal.Message = aws.ToString(item.Error.Code), aws.ToString(item.Error.Message)
		}
		if unlessGone(refusal) != nil {
			errs = append(errs, fmt.Errorf("%s: %w", aws.ToString(item.ResourceId), refusal))
		}
	}
	return errors.Join(errs...)
}

// ec2Write makes a call again while the news of what it names may be on the way: known says that it does exist.
func (c *Clients) ec2Write(ctx context.Context, region string, known bool, call func(*ec2.Client) error) error {
	patience := c.patience(aws.NopRetryer{}) // the client's own retryer sees to the rest
	for {
		err := c.ec2Call(ctx, region, call)
		if err == nil {
			return nil
		}
		if err := patience.wait(ctx, err, known); err != nil {
			return err
		}
	}
}

// ec2OnlyOnce leaves the retries of a call to the caller.
func ec2OnlyOnce(o *ec2.Options) { o.Retryer = aws.NopRetryer{} }
