// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package awsapi

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

// SecurityGroup is a security group with what it lets in.
type SecurityGroup struct {
	ID, Name, Description string
	VPCID, OwnerID        string
	Ingress               []IngressRule // sorted
	Tags                  map[string]string
}

// IngressRule lets one source in.
type IngressRule struct {
	Protocol         string // "tcp"; "-1": all, with all ports
	FromPort, ToPort int32
	Source           string // a CIDR block, "sg-…", "pl-…", or "ACCOUNT/sg-…" for a group of another account
}

// HTTPS lets a source in on port 443.
func HTTPS(source string) IngressRule {
	return IngressRule{Protocol: "tcp", FromPort: 443, ToPort: 443, Source: source}
}

// SecurityGroups reads security groups, and gives them by id. Those that aren't there are left out. Without ids it makes no call.
// See https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeSecurityGroups.html.
func (c *Clients) SecurityGroups(ctx context.Context, region string, ids []string) (map[string]SecurityGroup, error) {
	found, err := described(ids, func(filters []types.Filter, token *string) ([]types.SecurityGroup, *string, error) {
		return c.describeSecurityGroups(ctx, region, filters, token)
	}, "group-id")
	groups := make(map[string]SecurityGroup, len(found))
	for _, group := range found {
		groups[aws.ToString(group.GroupId)] = newSecurityGroup(group)
	}
	return groups, err
}

func (c *Clients) describeSecurityGroups(ctx context.Context, region string, filters []types.Filter, token *string) (page []types.SecurityGroup, next *string, err error) {
	err = c.ec2Call(ctx, region, func(client *ec2.Client) error {
		out, err := client.DescribeSecurityGroups(ctx, &ec2.DescribeSecurityGroupsInput{Filters: filters, NextToken: token})
		if err == nil {
			page, next = out.SecurityGroups, out.NextToken
		}
		return err
	})
	return page, next, err
}

func newSecurityGroup(group types.SecurityGroup) SecurityGroup {
	g := SecurityGroup{
		ID: aws.ToString(group.GroupId), Name: aws.ToString(group.GroupName), Description: aws.ToString(group.Description),
		VPCID: aws.ToString(group.VpcId), OwnerID: aws.ToString(group.OwnerId), Tags: make(map[string]string, len(group.Tags)),
	}
	for _, tag := range group.Tags {
		g.Tags[aws.ToString(tag.Key)] = aws.ToString(tag.Value)
	}
	for _, permission := range group.IpPermissions {
		rule := IngressRule{Protocol: aws.ToString(permission.IpProtocol), FromPort: aws.ToInt32(permission.FromPort), ToPort: aws.ToInt32(permission.ToPort)}
		for _, source := range sources(permission, g.OwnerID) {
			rule.Source = source
			g.Ingress = append(g.Ingress, rule)
		}
	}
	slices.SortFunc(g.Ingress, func(a, b IngressRule) int {
		return cmp.Or(cmp.Compare(a.Protocol, b.Protocol), cmp.Compare(a.FromPort, b.FromPort), cmp.Compare(a.ToPort, b.ToPort), cmp.Compare(a.Source, b.Source))
	})
	return g
}

// sources gives those that a permission of a group lets in.
func sources(permission types.IpPermission, owner string) []string {
	var all []string
	for _, block := range permission.IpRanges {
		all = append(all, aws.ToString(block.CidrIp))
	}
	for _, block := range permission.Ipv6Ranges {
		all = append(all, aws.ToString(block.CidrIpv6))
	}
	for _, list := range permission.PrefixListIds {
		all = append(all, aws.ToString(list.PrefixListId))
	}
	for _, pair := range permission.UserIdGroupPairs {
		id := aws.ToString(pair.GroupId)
		if account := aws.ToString(pair.UserId); account != "" && account != owner {
			id = account + "/" + id
		}
		all = append(all, id)
	}
	return all
}

// permissions gives rules as EC2 takes them.
func permissions(rules []IngressRule) []types.IpPermission {
	var all []types.IpPermission
	for _, rule := range rules {
		permission := types.IpPermission{IpProtocol: aws.String(rule.Protocol)}
		if rule.Protocol != "-1" {
			permission.FromPort, permission.ToPort = aws.Int32(rule.FromPort), aws.Int32(rule.ToPort)
		}
		account, group, foreign := strings.Cut(rule.Source, "/sg-")
		switch source := aws.String(rule.Source); {
		case strings.HasPrefix(rule.Source, "pl-"):
			permission.PrefixListIds = []types.PrefixListId{{PrefixListId: source}}
		case strings.HasPrefix(rule.Source, "sg-"):
			permission.UserIdGroupPairs = []types.UserIdGroupPair{{GroupId: source}}
		case foreign:
			permission.UserIdGroupPairs = []types.UserIdGroupPair{{UserId: &account, GroupId: aws.String("sg-" + group)}}
		case strings.Contains(rule.Source, ":"):
			permission.Ipv6Ranges = []types.Ipv6Range{{CidrIpv6: source}}
		default:
			permission.IpRanges = []types.IpRange{{CidrIp: source}}
		}
		all = append(all, permission)
	}
	return all
}
