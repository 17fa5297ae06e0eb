// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package awsapi

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

// The types of endpoints that this provider makes, and the states that it knows more of than their names.
// See https://docs.aws.amazon.com/vpc/latest/privatelink/concepts.html#concepts-endpoint-states.
const (
	InterfaceEndpoint = "Interface"
	GatewayEndpoint   = "Gateway"

	EndpointAvailable = "available"
	EndpointDeleting  = "deleting"
	endpointDeleted   = "deleted"
)

// Endpoint is a VPC endpoint as EC2 reads it back.
// See https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_VpcEndpoint.html.
type Endpoint struct {
	ID, ARN, VPCID   string
	ServiceName      string
	Type             string // InterfaceEndpoint, GatewayEndpoint or another
	State            string // in small letters, as EC2 writes it: "pending", "available"
	LastError        string // EC2's code and words; "": none
	SubnetIDs        []string
	SecurityGroupIDs []string
	RouteTableIDs    []string // these three sorted
	PrivateDNS       bool     // of an interface endpoint
	Policy           string   // JSON
	IPAddressType    string   // "ipv4", "dualstack" or "ipv6"
	DNSNames         []string // in EC2's order: the Region's first
	Tags             map[string]string
	OwnerID          string
	RequesterManaged bool // made by an AWS service, which alone may change it
	CreateDate       time.Time
}

// Endpoints gives the endpoints of a VPC, those that are being deleted included.
// See https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeVpcEndpoints.html.
func (c *Clients) Endpoints(ctx context.Context, region, vpcID string) ([]Endpoint, error) {
	return c.describeEndpoints(ctx, region, &ec2.DescribeVpcEndpointsInput{Filters: []types.Filter{{Name: aws.String("vpc-id"), Values: []string{vpcID}}}})
}

// EndpointsByID is Endpoints for those with the ids. Those that aren't there are left out. Without ids it makes no call. It asks by
// the ids themselves, which emulators know too, while few know the filter. One that isn't there fails the whole call; then all
// endpoints of the Region are listed.
func (c *Clients) EndpointsByID(ctx context.Context, region string, ids []string) ([]Endpoint, error) {
	var endpoints []Endpoint
	for some := range slices.Chunk(slices.Compact(slices.Sorted(slices.Values(ids))), maxFilterValues) {
		found, err := c.describeEndpoints(ctx, region, &ec2.DescribeVpcEndpointsInput{VpcEndpointIds: some})
		switch gone := hasCode(err, codeEndpointNotFound, codeEndpointNotFoundToo); {
		case gone && len(some) == 1:
			continue
		case gone:
			found, err = c.describeEndpoints(ctx, region, &ec2.DescribeVpcEndpointsInput{})
		}
		if err != nil {
			return nil, err
		}
		endpoints = append(endpoints, slices.DeleteFunc(found, func(e Endpoint) bool { return !slices.Contains(some, e.ID) })...)
	}
	return endpoints, nil
}

func (c *Clients) describeEndpoints(ctx context.Context, region string, in *ec2.DescribeVpcEndpointsInput) ([]Endpoint, error) {
	region, err := c.regionOf(region)
	if err != nil {
		return nil, err
	}
	found, err := allPages(func(token *string) (page []types.VpcEndpoint, next *string, err error) {
		in.NextToken = token
		err = c.ec2Call(ctx, region, func(client *ec2.Client) error {
			out, err := client.DescribeVpcEndpoints(ctx, in)
			if err == nil {
				page, next = out.VpcEndpoints, out.NextToken
			}
			return err
		})
		return page, next, err
	})
	var endpoints []Endpoint
	for _, e := range found {
		if endpoint := newEndpoint(e, region); endpoint.State != endpointDeleted {
			endpoints = append(endpoints, endpoint)
		}
	}
	return endpoints, err
}

func newEndpoint(e types.VpcEndpoint, region string) Endpoint {
	endpoint := Endpoint{
		ID:               aws.ToString(e.VpcEndpointId),
		VPCID:            aws.ToString(e.VpcId),
		ServiceName:      aws.ToString(e.ServiceName),
		Type:             string(e.VpcEndpointType),
		State:            strings.ToLower(string(e.State)), // the SDK's constants and the API's page have capitals
		LastError:        aws.ToString(e.FailureReason),
		SubnetIDs:        slices.Sorted(slices.Values(e.SubnetIds)),
		RouteTableIDs:    slices.Sorted(slices.Values(e.RouteTableIds)),
		PrivateDNS:       aws.ToBool(e.PrivateDnsEnabled) && e.VpcEndpointType == types.VpcEndpointTypeInterface, // EC2's page has a gateway with true
		Policy:           aws.ToString(e.PolicyDocument),
		IPAddressType:    string(e.IpAddressType),
		Tags:             make(map[string]string, len(e.Tags)),
		OwnerID:          aws.ToString(e.OwnerId),
		RequesterManaged: aws.ToBool(e.RequesterManaged),
		CreateDate:       aws.ToTime(e.CreationTimestamp),
	}
	partition, _ := PartitionOf(region)
	endpoint.ARN = fmt.Sprintf("arn:%s:ec2:%s:%s:vpc-endpoint/%s", partition, region, endpoint.OwnerID, endpoint.ID)
	if last := e.LastError; last != nil {
		endpoint.LastError = strings.TrimPrefix(aws.ToString(last.Code)+": "+aws.ToString(last.Message), ": ")
	}
	for _, group := range e.Groups {
		endpoint.SecurityGroupIDs = append(endpoint.SecurityGroupIDs, aws.ToString(group.GroupId))
	}
	slices.Sort(endpoint.SecurityGroupIDs)
	for _, entry := range e.DnsEntries {
		endpoint.DNSNames = append(endpoint.DNSNames, aws.ToString(entry.DnsName))
	}
	for _, tag := range e.Tags {
		endpoint.Tags[aws.ToString(tag.Key)] = aws.ToString(tag.Value)
	}
	return endpoint
}

// CreateTags adds tags to objects of EC2, by their ids, or changes their values. Without ids or tags it makes no call.
// See https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateTags.html.
func (c *Clients) CreateTags(ctx context.Context, region string, ids []string, tags map[string]string) error {
	if len(ids) == 0 || len(tags) == 0 {
		return nil
	}
	return c.ec2Call(ctx, region, func(client *ec2.Client) error {
		_, err := client.CreateTags(ctx, &ec2.CreateTagsInput{Resources: ids, Tags: ec2Tags(tags)})
		return err
	})
}

// DeleteTags removes tags from objects of EC2, by their keys, whatever their values. Without ids or keys it makes no call.
// See https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteTags.html.
func (c *Clients) DeleteTags(ctx context.Context, region string, ids, keys []string) error {
	if len(ids) == 0 || len(keys) == 0 {
		return nil
	}
	var tags []types.Tag
	for _, key := range keys {
		tags = append(tags, types.Tag{Key: &key})
	}
	return c.ec2Call(ctx, region, func(client *ec2.Client) error {
		_, err := client.DeleteTags(ctx, &ec2.DeleteTagsInput{Resources: ids, Tags: tags})
		return err
	})
}

func ec2Tags(tags map[string]string) []types.Tag {
	var list []types.Tag
	for _, key := range slices.Sorted(maps.Keys(tags)) {
		list = append(list, types.Tag{Key: aws.String(key), Value: aws.String(tags[key])})
	}
	return list
}

// taggedAs gives tags in the call that creates, so that nothing is ever there without them; none without tags, which EC2 refuses.
func taggedAs(kind types.ResourceType, tags map[string]string) []types.TagSpecification {
	if len(tags) == 0 {
		return nil
	}
	return []types.TagSpecification{{ResourceType: kind, Tags: ec2Tags(tags)}}
}
